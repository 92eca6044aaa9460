package negotiate

import (
	"context"
	"errors"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/internal/evidence"
	"github.com/parleysec/parley/ledger"
)

// AddEvidenceRequest brings what checks left behind to a product. The data of its
// files is let go once they are read.
type AddEvidenceRequest struct {
	ReadEvidenceRequest
	Product string
	Check   string // id of the check the files are for; "" for every check that names their tool
	By      string // claimed
}

// AddEvidenceResult is what the files said, and how the layers stand then.
type AddEvidenceResult struct {
	Schema   string        `json:"schema"`
	AsOf     string        `json:"as_of"`
	Product  string        `json:"product"`
	Recorded int           `json:"recorded"` // results
	Files    []AddedFile   `json:"files"`
	Layers   []LayerChange `json:"layers"` // those whose checks reported
	Loss     LossChange    `json:"expected_annual_loss"`
	Reopened []Reopened    `json:"reopened"` // decisions whose premises this broke
}

// AddedFile is one file and what it said about the checks of the product.
type AddedFile struct {
	File    string        `json:"file"`
	Digest  string        `json:"digest"`
	Format  string        `json:"format"`
	Problem string        `json:"problem,omitempty"` // why it could not be read
	Results []AddedResult `json:"results"`
}

// AddedResult is the result of one check from one file.
type AddedResult struct {
	Check        string    `json:"check"`
	Outcome      string    `json:"outcome"`
	Pass         int       `json:"pass"`
	Fail         int       `json:"fail"`
	Inconclusive int       `json:"inconclusive"`
	At           time.Time `json:"time"`
	AtSource     string    `json:"time_source"`
	Commit       string    `json:"commit,omitempty"`
	CommitSource string    `json:"commit_source,omitempty"`
	Branch       string    `json:"branch,omitempty"`
	Reasons      []string  `json:"reasons"`
	Already      bool      `json:"already_recorded"` // this very file was brought before: nothing changes; the rest is as it was recorded
}

// LossChange is the expected annual loss of the product before and after.
type LossChange struct {
	Currency string  `json:"currency"`
	Before   float64 `json:"before"`
	After    float64 `json:"after"`
}

// LayerChange is how a layer stood before and stands now.
type LayerChange struct {
	ID     string        `json:"id"`
	Title  string        `json:"title"`
	Checks int           `json:"checks"` // how many it has
	Before LayerStanding `json:"before"`
	After  LayerStanding `json:"after"`
}

// LayerStanding is how far a layer can be relied on, and by which check.
type LayerStanding struct {
	Standing  evidence.Standing `json:"standing"`
	Assurance float64           `json:"assurance"` // 0..1: the share of what it is said to stop that it is credited with
	Check     string            `json:"check"`     // the check that decides
	Optional  bool              `json:"optional"`  // that one is not required
}

// Word is how the layer stands, for people: that only a check that nobody has to run
// never reported is told apart from one that had to.
func (s LayerStanding) Word() string {
	if s.Standing == evidence.Unreported && s.Optional {
		return catalogue.T("standing.never-reported.optional")
	}
	return StandingWord(s.Standing)
}

// Fallen reports whether a check that must be run failed or fell silent: the layer is
// credited with no more than what it does when it does not work as intended.
func (s LayerStanding) Fallen() bool {
	return s.Standing == evidence.Failing || s.Standing == evidence.Stale
}

// The standings of a layer that are shown apart.
const (
	NotVerified = evidence.NotVerified
	NotFinished = evidence.NotFinished
	Verified    = evidence.Verified
	Failing     = evidence.Failing
)

func standingOf(a evidence.Assurance) LayerStanding {
	return LayerStanding{Standing: a.Standing, Assurance: a.Mean, Check: a.Check, Optional: a.Optional}
}

// AddEvidence reads files, takes from each what it says about the checks of a
// product, and records that. Either all of the files are recorded or none: one
// that cannot be read, is for no check or comes from the future refuses them
// all, but for one that came for a named check and cannot be read: that is an
// inconclusive result. What was recorded before changes nothing.
func (s *Service) AddEvidence(ctx context.Context, actor Actor, req AddEvidenceRequest) (*AddEvidenceResult, error) {
	if _, _, err := s.recordedOf(ctx, actor, "AddEvidence", req.Product); err != nil {
		return nil, err // nothing is read for somebody who may not bring it
	}
	if len(req.Files) == 0 {
		return nil, parley.Errorf(parley.Invalid, "add evidence", "%s", catalogue.T("evidence.no-file"))
	}
	files, err := s.bring(ctx, req)
	if err != nil {
		return nil, err
	}
	now := s.now()
	r := &AddEvidenceResult{Schema: "parley.evidence-added/1", AsOf: now.Format(time.DateOnly)}
	_, state, err := s.record(ctx, deed{actor, "AddEvidence", "add evidence", req.By}, func(a *access, at time.Time) ([]ledger.Draft, error) {
		r.Reopened = []Reopened{}
		state := a.state
		p, err := a.product(req.Product)
		if err != nil {
			return nil, err
		}
		drafts, err := r.drafts(state, p, actor, req, files, now)
		if err != nil || len(drafts) == 0 {
			return nil, err
		}
		if r.Loss.Before, err = s.lossOf(ctx, state, r); err != nil {
			return nil, err
		}
		drafts, reopened, err := s.settle(a, drafts, at)
		r.Reopened = append(r.Reopened, reopened...)
		return drafts, err
	})
	if err != nil {
		return nil, err
	}
	if err := r.after(state, now); err != nil {
		return nil, err
	}
	if r.Loss.After, err = s.lossOf(ctx, state, r); err != nil {
		return nil, err
	}
	if r.Recorded == 0 {
		r.Loss.Before = r.Loss.After
	}
	return r, nil
}

// brought is a file as it was read.
type brought struct {
	name    string
	report  *evidence.Report
	problem string // why it could not be read
}

// large is the size of files together from which their room is wanted for what
// follows.
const large = 16 << 20 // bytes

// bring reads the files of a request, and lets them go: a report holds no part of
// its file.
func (s *Service) bring(ctx context.Context, req AddEvidenceRequest) ([]brought, error) {
	opt, err := s.evidenceOptions(req.ReadEvidenceRequest)
	if err != nil {
		return nil, err
	}
	var out []brought
	size := 0
	for i, in := range req.Files {
		if err := ctx.Err(); err != nil {
			return nil, &parley.Error{Op: "add evidence", Kind: parley.Unavailable, Err: err}
		}
		report, err := evidence.Read(in, opt)
		size += len(in.Data)
		req.Files[i].Data, in.Data = nil, nil
		f := brought{name: in.Name, report: report}
		if bad, unread := errors.AsType[*evidence.Error](err); unread {
			if req.Check == "" {
				return nil, (&parley.Error{Op: "add evidence", Kind: parley.Invalid, Err: bad}).WithHint(catalogue.T("evidence.hint.unreadable"))
			}
			f.problem = bad.Error()
		}
		out = append(out, f)
	}
	if size > large {
		debug.FreeOSMemory() // the prices take as much again
	}
	return out, nil
}

// lossOf is the expected annual loss of the product in a state, today.
func (s *Service) lossOf(ctx context.Context, state *ledger.State, r *AddEvidenceResult) (float64, error) {
	if err := ctx.Err(); err != nil {
		return 0, &parley.Error{Op: "add evidence", Kind: parley.Unavailable, Err: err}
	}
	l, err := s.loadFrom(state, r.Product, "", nil)
	if err != nil {
		return 0, err
	}
	r.Loss.Currency = l.model.Product.Currency
	e, err := l.portfolio.Expect(l.today())
	if err != nil {
		return 0, priceError(l.model, err)
	}
	return e.Annual, nil
}

// drafts are the events of what the files say, and fills in the result.
func (r *AddEvidenceResult) drafts(state *ledger.State, p *ledger.Product, actor Actor, req AddEvidenceRequest, files []brought, now time.Time) ([]ledger.Draft, error) {
	m, err := state.Model(p.ID)
	if err != nil {
		return nil, ledgerError("read product "+p.ID, err)
	}
	checks, err := checksFor(m, req.Check)
	if err != nil {
		return nil, err
	}
	r.Product, r.Recorded, r.Files, r.Layers = p.ID, 0, []AddedFile{}, []LayerChange{}
	var drafts []ledger.Draft
	for _, f := range files {
		results, err := r.judge(p, f.report, checks, req.Check != "", now)
		if err != nil {
			return nil, err
		}
		if len(results) == 0 {
			return nil, forNoCheck(m, f)
		}
		body := &ledger.EvidenceRecorded{File: shortened(filepath.Base(f.name)), Digest: f.report.Digest, Format: f.report.Format}
		for i := range results {
			if !results[i].Already {
				body.Results = append(body.Results, results[i].recorded())
			}
		}
		r.Files = append(r.Files, AddedFile{File: f.name, Digest: f.report.Digest, Format: f.report.Format, Problem: f.problem, Results: results})
		if len(body.Results) > 0 {
			r.Recorded += len(body.Results)
			drafts = append(drafts, ledger.Draft{Product: p.ID, Body: body})
		}
	}
	for _, l := range layersWithChecks(m) {
		if slices.ContainsFunc(l.checks, r.reported) {
			a := standsOn(p, m, l, now)
			r.Layers = append(r.Layers, LayerChange{ID: l.id, Title: l.title, Checks: len(l.checks), Before: a, After: a})
		}
	}
	return ledger.Stamp(drafts, actor, req.By), nil
}

// judge is what a report says of the checks it is for; one that was named is
// always among them.
func (r *AddEvidenceResult) judge(p *ledger.Product, report *evidence.Report, checks []parley.Check, named bool, now time.Time) ([]AddedResult, error) {
	again := slices.ContainsFunc(r.Files, func(o AddedFile) bool { return o.Digest == report.Digest })
	results := []AddedResult{}
	for _, c := range checks {
		res := evidence.Judge(report, c)
		if res.Runs == 0 && !named {
			continue // the file is not about it
		}
		x, err := addedResult(c, res, now)
		if err != nil {
			return nil, err
		}
		if seen := p.Seen(report.Digest, c.ID, x.Outcome, x.asserted()); seen != nil {
			x = onRecord(seen)
		}
		x.Already = x.Already || again
		results = append(results, x)
	}
	return results, nil
}

// onRecord is a result as it was recorded.
func onRecord(r *ledger.CheckResult) AddedResult {
	return AddedResult{
		Check: r.Check, Outcome: r.Outcome, Pass: r.Pass, Fail: r.Fail, Inconclusive: r.Inconclusive, At: r.At, AtSource: r.AtSource,
		Commit: r.Commit, CommitSource: r.CommitSource, Branch: r.Branch, Reasons: saidOf(r), Already: true,
	}
}

// standsOn is how a layer stands on the day of a moment.
func standsOn(p *ledger.Product, m *parley.Model, x checked, now time.Time) LayerStanding {
	return standingOf(assurance(p, m.Policy, x, endOf(now, now.Location())))
}

func (r *AddEvidenceResult) reported(c parley.Check) bool {
	return slices.ContainsFunc(r.Files, func(f AddedFile) bool {
		return slices.ContainsFunc(f.Results, func(x AddedResult) bool { return x.Check == c.ID })
	})
}

// after fills in how the layers stand once the results are recorded.
func (r *AddEvidenceResult) after(state *ledger.State, now time.Time) error {
	p := state.Product(r.Product)
	m, err := state.Model(p.ID)
	if err != nil {
		return ledgerError("read product "+p.ID, err)
	}
	for _, l := range layersWithChecks(m) {
		for i := range r.Layers {
			if r.Layers[i].ID == l.id {
				r.Layers[i].After = standsOn(p, m, l, now)
			}
		}
	}
	return nil
}

// checksFor are the checks that files can be for: the one named, or all that
// name their tool. One that does not would take any report for its own.
func checksFor(m *parley.Model, id string) ([]parley.Check, error) {
	var out []parley.Check
	var known []string
	for _, l := range layersWithChecks(m) {
		for _, c := range l.checks {
			known = append(known, c.ID)
			twice := slices.ContainsFunc(out, func(o parley.Check) bool { return o.ID == c.ID })
			if !twice && (c.ID == id || id == "" && c.Tool != "") {
				out = append(out, c)
			}
		}
	}
	switch {
	case id != "" && len(out) == 0:
		return nil, parley.Errorf(parley.NotFound, "add evidence", "product %s has no check %q", m.Product.ID, id).
			WithHint(parley.Suggest(id, known))
	case len(known) == 0:
		return nil, noChecks(m, "add evidence")
	}
	return out, nil
}

// forNoCheck refuses a file that no check is waiting for.
func forNoCheck(m *parley.Model, f brought) error {
	var tools, ids []string
	for _, run := range f.report.Runs {
		if run.Tool != "" && !slices.Contains(tools, run.Tool) {
			tools = append(tools, run.Tool)
		}
	}
	for _, l := range layersWithChecks(m) {
		for _, c := range l.checks {
			ids = append(ids, c.ID)
		}
	}
	what := f.report.Format
	if len(tools) > 0 {
		what += " of " + strings.Join(tools, ", ")
	}
	return parley.Errorf(parley.Invalid, "add evidence", "%s (%s): no check of product %s names that tool", f.name, what, m.Product.ID).
		WithHint(catalogue.T("evidence.hint.check", "checks", strings.Join(ids, ", ")))
}

func addedResult(c parley.Check, res evidence.Result, now time.Time) (AddedResult, error) {
	x := AddedResult{
		Check: c.ID, Outcome: string(res.Outcome), Pass: res.Pass, Fail: res.Fail, Inconclusive: res.Inconclusive,
		At: res.Time, AtSource: string(res.TimeSource), Commit: res.Commit, CommitSource: string(res.CommitSource), Branch: res.Branch, Reasons: append([]string{}, res.Reasons...),
	}
	for _, n := range res.Notes {
		if !slices.Contains(x.Reasons, n) {
			x.Reasons = append(x.Reasons, n)
		}
	}
	if res.Unclear && x.At.IsZero() && x.Outcome == ledger.CheckPassed { // it may be an old report
		x.Outcome = ledger.CheckInconclusive
		x.Reasons = append(x.Reasons, catalogue.T("evidence.unclear-time"))
	}
	if x.At.IsZero() {
		x.At, x.AtSource = now.UTC(), string(evidence.AtUpload)
	}
	if x.At.After(now.Add(evidence.Ahead)) {
		return x, parley.Errorf(parley.Invalid, "add evidence", "the result of check %s is from the future: %s", c.ID, x.At.Format(time.RFC3339)).
			WithHint(catalogue.T("evidence.hint.clock"))
	}
	return x, nil
}

// mostReasons and longestText bound what is kept of a file's own words.
const (
	mostReasons = 20
	longestText = 400 // bytes
)

func (x *AddedResult) recorded() ledger.CheckResult {
	out := ledger.CheckResult{
		Check: x.Check, Outcome: x.Outcome, Pass: x.Pass, Fail: x.Fail, Inconclusive: x.Inconclusive,
		At: x.At, AtSource: x.AtSource, Commit: shortened(x.Commit), CommitSource: x.CommitSource, Branch: shortened(x.Branch),
	}
	for _, reason := range x.Reasons[:min(len(x.Reasons), mostReasons)] {
		out.Reasons = append(out.Reasons, shortened(reason))
	}
	return out
}

// shortened is a text cut to what is kept of it.
func shortened(s string) string {
	if len(s) <= longestText {
		return s
	}
	return strings.ToValidUTF8(s[:longestText-len("…")], "") + "…"
}

// asserted is when it ran, where the uploader alone says so; else zero.
func (x *AddedResult) asserted() time.Time {
	if x.AtSource == string(evidence.Asserted) {
		return x.At
	}
	return time.Time{}
}
