package negotiate

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/brief/plain"
	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/internal/evidence"
	"github.com/parleysec/parley/ledger"
	"github.com/parleysec/parley/quantity"
)

// TriageRequest brings what tools found, to be taken in as threats.
type TriageRequest struct {
	Files   []evidence.Input
	Product string
	Level   string   // the mildest that is taken in: note, low, medium, high or critical; "" for all
	Only    []string // fingerprints of those to take in; none for all that are new
	By      string   // claimed
}

// How a finding stands beside the record.
const (
	FindingNew     = "new"     // nobody took it in
	FindingKnown   = "known"   // a threat nobody decided about
	FindingDecided = "decided" // a threat under a decision in force
	FindingClosed  = "closed"  // a threat that was closed, and was found again
	FindingMild    = "mild"    // new, and below the level that is taken in
	FindingLeft    = "left"    // new, and not among those asked for
)

// TriageResult is what tools found beside what is on record.
type TriageResult struct {
	Schema   string          `json:"schema"`
	Product  string          `json:"product"`
	Recorded int             `json:"recorded"` // threats that were taken in
	Findings []TriageFinding `json:"findings"`
	Gone     []TriageGone    `json:"gone"`   // threats of these tools that they find no more
	Tests    int             `json:"tests"`  // failed tests, which are no findings
	Counts   map[string]int  `json:"counts"` // findings by state
}

// TriageFinding is one finding, whatever number of tools and places it has.
type TriageFinding struct {
	Fingerprint string   `json:"fingerprint"`
	State       string   `json:"state"`
	Title       string   `json:"title"`
	Tools       []string `json:"tools"`
	Rules       []string `json:"rules"`
	Paths       []string `json:"paths"`
	Places      int      `json:"places"`
	Level       string   `json:"level"`
	Threat      string   `json:"threat,omitempty"`   // id, of the one it is or would be
	ShortID     string   `json:"short_id,omitempty"` // of one on record
	Decision    string   `json:"decision,omitempty"` // in force about it, by short id
	Kind        string   `json:"kind,omitempty"`     // of that decision

	finding *evidence.Finding
}

// TriageGone is a threat whose finding is not in the reports any more.
type TriageGone struct {
	Threat   string `json:"threat"`
	ShortID  string `json:"short_id"`
	Title    string `json:"title"`
	Tool     string `json:"tool"`
	Decision string `json:"decision,omitempty"`
}

// PreviewTriage says what tools found and how each finding stands beside the
// record. Nothing is written.
func (s *Service) PreviewTriage(ctx context.Context, actor Actor, req TriageRequest) (*TriageResult, error) {
	_, p, err := s.recordedOf(ctx, actor, "PreviewTriage", req.Product)
	if err != nil {
		return nil, err
	}
	found, err := s.findings(req)
	if err != nil {
		return nil, err
	}
	return found.beside(p, req)
}

// Triage takes new findings in as threats: unconfirmed, with the severity the tool
// gives in place of an estimate. What is on record already stays as it is, whatever
// lines and versions moved, and so do the decisions about it; what is found no
// more is said, and closed by nobody but people. Taking the same in twice changes
// nothing.
func (s *Service) Triage(ctx context.Context, actor Actor, req TriageRequest) (*TriageResult, error) {
	if err := s.admit(ctx, actor, "Triage"); err != nil {
		return nil, err
	}
	found, err := s.findings(req)
	if err != nil {
		return nil, err
	}
	var r *TriageResult
	_, _, err = s.record(ctx, deed{actor, "Triage", "take findings in", req.By}, func(a *access, at time.Time) ([]ledger.Draft, error) {
		p, err := a.product(req.Product)
		if err != nil {
			return nil, err
		}
		if r, err = found.beside(p, req); err != nil {
			return nil, err
		}
		var drafts []ledger.Draft
		for i := range r.Findings {
			x := &r.Findings[i]
			if x.State != FindingNew {
				continue
			}
			draft, err := p.PutThreat(x.threat())
			if err != nil {
				return nil, &parley.Error{Op: "write threat " + x.Threat, Kind: parley.Internal, Err: err}
			}
			drafts = append(drafts, draft)
		}
		r.Recorded = len(drafts)
		if len(drafts) == 0 {
			return nil, nil
		}
		drafts, _, err = s.settle(a, ledger.Stamp(drafts, actor, req.By), at)
		return drafts, err
	})
	if err != nil {
		return nil, err
	}
	return r, nil
}

// foundAll is what the files of a request hold.
type foundAll struct {
	list  []evidence.Finding
	tools []string // that reported, whether or not they found anything
	tests int
}

// mostFindings bounds how many findings are taken in at once: nobody decides
// about more.
const mostFindings = 2_000

func (s *Service) findings(req TriageRequest) (*foundAll, error) {
	var reports []*evidence.Report
	var out foundAll
	for _, in := range req.Files {
		r, err := evidence.Read(in, evidence.Options{Now: s.now(), Details: true})
		if err != nil {
			return nil, (&parley.Error{Op: "take findings in", Kind: parley.Invalid, Err: err}).WithHint(catalogue.T("triage.hint.nothing"))
		}
		reports = append(reports, r)
		for i := range r.Runs {
			if run := &r.Runs[i]; len(run.Doubts) == 0 && !slices.Contains(out.tools, run.Tool) {
				out.tools = append(out.tools, run.Tool) // what did not run to its end says nothing of what is gone
			}
		}
	}
	out.list, out.tests = evidence.FindingsOf(reports)
	return &out, nil
}

// beside puts the findings beside the threats of a product.
func (f *foundAll) beside(p *ledger.Product, req TriageRequest) (*TriageResult, error) {
	least, err := levelNamed(req.Level)
	if err != nil {
		return nil, err
	}
	if err := f.has(req.Only); err != nil {
		return nil, err
	}
	r := &TriageResult{Schema: "parley.triage/1", Product: p.ID, Findings: []TriageFinding{}, Gone: []TriageGone{}, Tests: f.tests, Counts: map[string]int{}}
	known, sources := map[string]*ledger.Item{}, map[string]*parley.Source{}
	for _, it := range p.Items(ledger.KindThreat) {
		var t struct {
			Source *parley.Source `json:"source"`
		}
		if err := json.Unmarshal(it.JSON, &t); err != nil {
			return nil, &parley.Error{Op: "read threat " + it.ID, Kind: parley.Internal, Err: err}
		}
		if t.Source == nil || !evidence.IsFingerprint(t.Source.ID) {
			continue
		}
		sources[it.ID] = t.Source
		for _, fp := range append([]string{t.Source.ID}, t.Source.Also...) {
			known[fp] = it
		}
	}
	again, taken, only := map[string]bool{}, map[string]bool{}, setOf(req.Only)
	for i := range f.list {
		it := knownAs(&f.list[i], known, sources)
		x := findingOf(&f.list[i])
		if p.Item(ledger.KindThreat, x.Threat) != nil || taken[x.Threat] {
			x.Threat = "f-" + strings.TrimPrefix(x.Fingerprint, "f1:") // another one has that id
		}
		if it != nil {
			again[it.ID] = true
			x.is(p, it)
			for _, fp := range f.list[i].Fingerprints { // taken in apart by an older program, or by other tools
				if other := known[fp]; other != nil && !slices.Contains(f.list[i].Weak, fp) { // saying the same does not make it that one
					again[other.ID] = true
				}
			}
		}
		asked := func(fp string) bool { return only[fp] }
		switch {
		case x.State != FindingNew:
		case len(req.Only) > 0 && !slices.ContainsFunc(f.list[i].Fingerprints, asked):
			x.State, x.Threat = FindingLeft, ""
		case f.list[i].Level != 0 && f.list[i].Level < least:
			x.State, x.Threat = FindingMild, ""
		}
		taken[x.Threat] = true
		r.Counts[x.State]++
		r.Findings = append(r.Findings, x)
	}
	if n := r.Counts[FindingNew]; n > mostFindings {
		return nil, parley.Errorf(parley.Invalid, "take findings in", "%d new findings are more than anybody decides about: at most %d at once", n, mostFindings).
			WithHint(catalogue.T("triage.hint.level"))
	}
	slices.SortStableFunc(r.Findings, func(a, b TriageFinding) int {
		return cmp.Or(cmp.Compare(stateRank(a.State), stateRank(b.State)), cmp.Compare(b.finding.Level, a.finding.Level))
	})
	for _, it := range p.Items(ledger.KindThreat) {
		if src := sources[it.ID]; src != nil && !again[it.ID] && !it.Closed && slices.ContainsFunc(f.tools, func(t string) bool { return evidence.ToolKey(t) == evidence.ToolKey(src.Tool) }) {
			g := TriageGone{Threat: it.ID, ShortID: it.Short, Title: title(p, ledger.KindThreat, it.ID), Tool: src.Tool}
			if d := p.InForce(it.ID); d != nil {
				g.Decision = d.Short
			}
			r.Gone = append(r.Gone, g)
		}
	}
	return r, nil
}

// knownAs is the threat that a finding is, nil for none. By what its tool says
// alone it is one only where the tool's own fingerprints do not tell the two apart.
func knownAs(x *evidence.Finding, known map[string]*ledger.Item, sources map[string]*parley.Source) *ledger.Item {
	weak := setOf(x.Weak)
	for _, fp := range x.Fingerprints {
		if it := known[fp]; it != nil && !weak[fp] {
			return it
		}
	}
	apart, theirs := map[string]bool{}, []string{}
	for _, fp := range x.Weak {
		it := known[fp]
		if it == nil {
			continue
		}
		if !apart[it.ID] {
			src := sources[it.ID]
			if !x.Apart(src.Tool, append([]string{src.ID}, src.Also...)) {
				return it
			}
			apart[it.ID] = true
		}
		theirs = append(theirs, fp)
	}
	x.Without(theirs)
	return nil
}

func setOf(list []string) map[string]bool {
	set := make(map[string]bool, len(list))
	for _, x := range list {
		set[x] = true
	}
	return set
}

// has refuses fingerprints that none of the findings has.
func (f *foundAll) has(only []string) error {
	if len(only) == 0 {
		return nil
	}
	all := map[string]bool{}
	for i := range f.list {
		for _, fp := range f.list[i].Fingerprints {
			all[fp] = true
		}
	}
	for _, fp := range only {
		if !all[fp] {
			return parley.Errorf(parley.Invalid, "take findings in", "no finding of these files has the fingerprint %q", fp).WithHint(catalogue.T("triage.hint.only"))
		}
	}
	return nil
}

func stateRank(s string) int {
	return slices.Index([]string{FindingNew, FindingClosed, FindingKnown, FindingDecided, FindingMild, FindingLeft}, s)
}

// levels are the words for severities, from the mildest.
var levels = []string{"none", "note", "low", "medium", "high", "critical"}

// levelNamed is a severity by its word, 0 for none given.
func levelNamed(word string) (evidence.Level, error) {
	if i := slices.Index(levels, word); i >= 0 {
		return evidence.Level(i + 1), nil
	}
	if word == "" {
		return 0, nil
	}
	return 0, parley.Errorf(parley.Invalid, "read the level", "%q is no level", word).WithHint(strings.Join(levels[1:], ", "))
}

// is says that a finding is a threat on record.
func (x *TriageFinding) is(p *ledger.Product, it *ledger.Item) {
	x.State, x.Threat, x.ShortID = FindingKnown, it.ID, it.Short
	d := p.InForce(it.ID)
	switch {
	case it.Closed:
		x.State = FindingClosed
	case d != nil:
		x.State, x.Decision, x.Kind = FindingDecided, d.Short, string(d.Kind)
	}
}

// longestTitle bounds the title of a threat, in letters.
const longestTitle = 120

// findingOf is a finding in the words of a threat.
func findingOf(f *evidence.Finding) TriageFinding {
	x := TriageFinding{
		Fingerprint: f.Fingerprint, State: FindingNew, Tools: f.Tools, Rules: append([]string{}, f.Rules...), Paths: append([]string{}, f.Paths...),
		Places: f.Places, Level: "unknown", finding: f,
	}
	if f.Level > 0 {
		x.Level = levels[f.Level-1]
	}
	what := f.Says
	if i := strings.IndexAny(what, ".\n"); i > 0 && i < len(what)-1 && !f.Vulnerability() {
		if end := strings.Index(what, ". "); end > 0 {
			what = what[:end]
		}
	}
	rule := strings.Join(f.Rules[:min(1, len(f.Rules))], "")
	where := strings.Join(f.Paths[:min(1, len(f.Paths))], "")
	switch {
	case f.Vulnerability():
		x.Title = catalogue.T("triage.title.hole", "id", rule, "package", f.Package)
	case where == "":
		x.Title = cmp.Or(what, rule, f.Fingerprint)
	default:
		x.Title = catalogue.T("triage.title", "what", cut(cmp.Or(what, rule, f.Fingerprint), 80), "where", where)
	}
	x.Title = cut(plain.Clean(x.Title), longestTitle)
	digest := strings.TrimPrefix(f.Fingerprint, "f1:")
	x.Threat = parley.Slug(cmp.Or(rule, what), 30) + "-" + digest[:8]
	return x
}

// cut is a text of at most so many letters.
func cut(s string, most int) string {
	r := []rune(s)
	if len(r) <= most {
		return s
	}
	return string(r[:most-1]) + "…"
}

// threat is a finding as a threat. Its estimate is the tool's, and marked as such.
func (x *TriageFinding) threat() parley.Threat {
	f := x.finding
	word := map[evidence.Level]string{evidence.None: "low", evidence.Note: "low", evidence.Low: "low", evidence.Medium: "medium", evidence.High: "high", evidence.Critical: "high"}[f.Level]
	t := parley.Threat{
		ID: x.Threat, Title: x.Title, Likelihood: quantity.Of("low"), Basis: parley.BasisTool,
		Source: &parley.Source{Tool: plain.Clean(strings.Join(f.Tools[:1], "")), ID: f.Fingerprint},
	}
	for _, fp := range f.Fingerprints {
		if fp != f.Fingerprint {
			t.Source.Also = append(t.Source.Also, fp)
		}
	}
	for _, r := range f.Rules[:min(len(f.Rules), 20)] {
		t.Refs = append(t.Refs, cut(plain.Clean(r), longestTitle))
	}
	t.Impact.Says = cut(plain.Clean(cmp.Or(f.Says, x.Title)), 500)
	t.Impact.Financial.Amount = quantity.Of(cmp.Or(word, "medium"))
	return t
}
