package negotiate

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/brief/plain"
	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/internal/evidence"
	"github.com/parleysec/parley/ledger"
)

// TimelineRequest asks how layers stood over time.
type TimelineRequest struct {
	Product string
	About   string // a layer or a check of one; "" for all layers with checks
	AsOf    string // a date: up to its end; "" for today
}

// TimelineResult is how layers stood over time, by what is on record now of when
// their checks ran.
type TimelineResult struct {
	Schema  string          `json:"schema"`
	AsOf    string          `json:"as_of"`
	Product string          `json:"product"`
	Layers  []LayerTimeline `json:"layers"`
}

// LayerTimeline is how one layer stood, by all of its checks or by the one asked
// about.
type LayerTimeline struct {
	ID     string           `json:"id"`
	Title  string           `json:"title"`
	Checks []string         `json:"checks"`
	From   time.Time        `json:"from"`     // of the first moment
	To     time.Time        `json:"to"`       // the end of the date asked for
	Now    LayerStanding    `json:"now"`      // then
	Heard  []CheckHeard     `json:"heard"`    // of each check
	Left   int              `json:"left_out"` // results before From
	Line   []TimelineMoment `json:"line"`     // oldest first
}

// CheckHeard is how one check stands, and how fresh what it says is.
type CheckHeard struct {
	Check      string            `json:"check"`
	Tool       string            `json:"tool,omitempty"`
	EveryDays  float64           `json:"every_days"`
	Required   bool              `json:"required"`
	Standing   evidence.Standing `json:"standing"`
	Assurance  float64           `json:"assurance"`             // 0..1
	Last       *time.Time        `json:"last,omitempty"`        // its latest pass or failure
	Due        *time.Time        `json:"due,omitempty"`         // its next report
	SilentFrom *time.Time        `json:"silent_from,omitempty"` // from then on it has no credit, unless it reports
}

// Word is how the check stands, for people. Of what is not built yet, or need not be
// run, nobody waits for a report.
func (c CheckHeard) Word() string {
	if c.Standing == evidence.NotFinished {
		return catalogue.T("standing.not-built")
	}
	return LayerStanding{Standing: c.Standing, Optional: !c.Required}.Word()
}

// TimelineMoment is a time at which a result came in or a layer changed its
// standing, and how it stood from then on.
type TimelineMoment struct {
	At time.Time `json:"at"`
	LayerStanding
	Results []TimelineResultOf `json:"results"` // that came in then; none where silence or the calendar changed it
}

// TimelineResultOf is the result of one check.
type TimelineResultOf struct {
	Event   string   `json:"event"` // id of the event that recorded it
	File    string   `json:"file"`  // it is from
	Check   string   `json:"check"`
	Outcome string   `json:"outcome"` // pass, fail or inconclusive
	Reasons []string `json:"reasons"`

	AtSource     string `json:"time_source"`
	Commit       string `json:"commit,omitempty"`
	CommitSource string `json:"commit_source,omitempty"`
	Branch       string `json:"branch,omitempty"`
}

// mostResults is how many results of one layer a timeline goes back.
const mostResults = 400

// Timeline says how layers stood over time: at each result of their checks, and
// each time silence took their credit.
func (s *Service) Timeline(ctx context.Context, actor Actor, req TimelineRequest) (*TimelineResult, error) {
	a, p, err := s.recordedOf(ctx, actor, "Timeline", req.Product)
	if err != nil {
		return nil, err
	}
	l, err := s.loadProduct(a.state, p, req.AsOf, nil)
	if err != nil {
		return nil, err
	}
	about, err := layersAbout(l.model, req.About)
	if err != nil {
		return nil, err
	}
	r := &TimelineResult{Schema: "parley.timeline/1", AsOf: l.asOf.Format(time.DateOnly), Product: p.ID, Layers: []LayerTimeline{}}
	for _, x := range about {
		if err := ctx.Err(); err != nil {
			return nil, &parley.Error{Op: "draw the timeline of " + x.id, Kind: parley.Unavailable, Err: err}
		}
		r.Layers = append(r.Layers, l.timeline(x))
	}
	return r, nil
}

// layersAbout are the layers with checks that an id is of; of a check, with that
// one alone.
func layersAbout(m *parley.Model, id string) ([]checked, error) {
	var out []checked
	var known []string
	for _, x := range layersWithChecks(m) {
		known = append(known, x.id)
		if id == "" || id == x.id {
			out = append(out, x)
			continue
		}
		for _, c := range x.checks {
			known = append(known, c.ID)
			if c.ID == id {
				out = append(out, checked{x.id, x.title, []parley.Check{c}, x.toBuild})
			}
		}
	}
	switch {
	case len(known) == 0:
		return nil, noChecks(m, "draw the timeline")
	case len(out) == 0:
		return nil, parley.Errorf(parley.NotFound, "draw the timeline", "product %s has no check %q and no layer of that id with checks", m.Product.ID, id).
			WithHint(parley.Suggest(id, known))
	}
	return out, nil
}

// noChecks refuses a question about checks where there is none.
func noChecks(m *parley.Model, op string) error {
	return parley.Errorf(parley.NotFound, op, "no control or mitigation of product %s has a check", m.Product.ID).
		WithHint(catalogue.T("evidence.hint.declare"))
}

// timeline is how a layer stood up to the end of the date asked for.
func (l *loaded) timeline(x checked) LayerTimeline {
	to, now := l.evidenceTo(), l.assurance(x)
	out := LayerTimeline{
		ID: x.id, Title: x.title, Checks: []string{}, From: to.UTC(), To: to.UTC(), Now: standingOf(now), Heard: heard(x.checks, now.Checks), Line: []TimelineMoment{},
	}
	for _, c := range x.checks {
		out.Checks = append(out.Checks, c.ID)
	}
	results := resultsOf(l.product, out.Checks)
	if len(l.product.Evidence) == 0 {
		return out // no evidence is read, and nothing is verified
	}
	results = slices.DeleteFunc(results, func(r recordedResult) bool { return r.At.After(to) })
	var from time.Time
	if out.Left = len(results) - mostResults; out.Left > 0 {
		from = results[out.Left].At
	}
	out.Left = max(0, out.Left)
	for _, m := range evidence.Timeline(x.checks, taken(l.product, x.checks), l.model.Policy.UnverifiedCredit(), finishedAt(l.product, x.id), from, to) {
		if x.unfinished(l.product) {
			m.Assurance = unfinished(m.Assurance)
		}
		out.Line = append(out.Line, TimelineMoment{At: m.At.UTC(), LayerStanding: standingOf(m.Assurance), Results: resultsAt(results, m.At)})
	}
	if len(out.Line) > 0 {
		out.From = out.Line[0].At
	}
	return out
}

// recordedResult is a result of a check with the record it is from.
type recordedResult struct {
	ledger.CheckResult
	of *ledger.Evidence
}

// resultsOf are the results of some checks, the oldest run first.
func resultsOf(p *ledger.Product, checks []string) []recordedResult {
	var out []recordedResult
	for _, x := range p.Evidence {
		for _, r := range x.Results {
			if slices.Contains(checks, r.Check) {
				out = append(out, recordedResult{r, x})
			}
		}
	}
	slices.SortStableFunc(out, func(a, b recordedResult) int { return a.At.Compare(b.At) })
	return out
}

// resultsAt are the results of a moment.
func resultsAt(results []recordedResult, at time.Time) []TimelineResultOf {
	out := []TimelineResultOf{}
	for _, r := range results {
		if r.At.Equal(at) {
			out = append(out, TimelineResultOf{
				Event: r.of.Event, File: r.of.File, Check: r.Check, Outcome: r.Outcome, Reasons: saidOf(&r.CheckResult),
				AtSource: r.AtSource, Commit: r.Commit, CommitSource: r.CommitSource, Branch: r.Branch,
			})
		}
	}
	return out
}

// saidOf is what a result says of itself, and that somebody took it back, which counts
// more.
func saidOf(r *ledger.CheckResult) []string {
	out := []string{}
	if b := r.TakenBack; b != nil {
		out = append(out, catalogue.T("evidence.taken-back", "date", plain.Date(b.At), "because", plain.Clean(b.Because)))
	}
	return append(out, r.Reasons...)
}

// heard is how fresh each of some checks is by what evidence says of them, which is
// nothing where none is read.
func heard(checks []parley.Check, fresh []evidence.CheckAssurance) []CheckHeard {
	out := []CheckHeard{}
	at := func(t time.Time) *time.Time {
		if t.IsZero() {
			return nil
		}
		t = t.UTC()
		return &t
	}
	for _, c := range checks {
		h := CheckHeard{
			Check: c.ID, Tool: c.Tool, EveryDays: evidence.Every(c).Hours() / 24, Required: evidence.Required(c),
			Standing: evidence.NotVerified, Assurance: 1,
		}
		if i := slices.IndexFunc(fresh, func(a evidence.CheckAssurance) bool { return a.Check == c.ID }); i >= 0 {
			a := fresh[i]
			h.Standing, h.Assurance, h.Last, h.Due = a.Standing, a.Mean, at(a.Last), at(a.Due)
			if h.Required {
				h.SilentFrom = at(a.StaleAfter)
			}
		}
		out = append(out, h)
	}
	return out
}

// Came says what came in at a moment, or why it changed anything without. What says the
// same twice is told once.
func (m TimelineMoment) Came() string {
	var out []string
	for _, x := range m.Results {
		if came := x.came(); !slices.Contains(out, came) {
			out = append(out, came)
		}
	}
	if len(out) > 0 {
		return strings.Join(out, ", ")
	}
	switch m.Standing {
	case evidence.Stale, evidence.Weak:
		return catalogue.T("timeline.silence")
	case evidence.NotDue:
		return catalogue.T("timeline.finished")
	case evidence.NotFinished:
		return catalogue.T("timeline.unfinished")
	}
	return catalogue.T("timeline.nothing")
}

// Heard says of each result of a moment what it was and why, on which commit it
// ran, and who says when; nothing where none came in.
func (m TimelineMoment) Heard() []string {
	var out []string
	for _, x := range m.Results {
		said := slices.Clone(x.Reasons)
		if x.Commit != "" {
			said = append(said, catalogue.T("timeline.commit", "commit", shortCommit(x.Commit)))
		}
		said = append(said, catalogue.T("timeline.source", "source", x.AtSource))
		if why := catalogue.T("timeline.why", "came", x.came(), "said", strings.Join(said, "; ")); !slices.Contains(out, why) {
			out = append(out, why)
		}
	}
	return out
}

func (x TimelineResultOf) came() string {
	return catalogue.T("event.check", "check", x.Check, "outcome", catalogue.T("cli.evidence."+x.Outcome))
}

// shortCommit is a commit as people name it: its first twelve digits.
func shortCommit(commit string) string { return commit[:min(len(commit), 12)] }
