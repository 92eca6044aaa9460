package negotiate

import (
	"slices"
	"strings"
	"time"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/brief/plain"
	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/internal/evidence"
	"github.com/parleysec/parley/ledger"
	"github.com/parleysec/parley/risk"
)

// assurance is how a layer of a product stands at a time by what was recorded
// of its checks. As long as nothing was recorded for the product no evidence is
// read, and nothing is verified: a plan of checks moves no price, their first
// report does.
func assurance(p *ledger.Product, policy parley.Policy, x checked, at time.Time) evidence.Assurance {
	switch {
	case p != nil && len(p.Evidence) == 0 && x.unfinished(p):
		return evidence.Assurance{Standing: evidence.NotFinished, Mean: 1}
	case p == nil || len(p.Evidence) == 0:
		return evidence.Assurance{Standing: evidence.NotVerified, Mean: 1}
	}
	a := evidence.Assure(x.checks, taken(p, x.checks), policy.UnverifiedCredit(), finishedAt(p, x.id), at)
	if x.unfinished(p) {
		a = unfinished(a)
	}
	return a
}

// unfinished is how a mitigation stands that is still to be built: it is priced as
// stated, whatever its checks say of it by now.
func unfinished(a evidence.Assurance) evidence.Assurance {
	out := evidence.Assurance{Standing: evidence.NotFinished, Mean: 1, Checks: slices.Clone(a.Checks)}
	for i := range out.Checks {
		if c := &out.Checks[i]; c.Last.IsZero() {
			*c = evidence.CheckAssurance{Check: c.Check, Required: c.Required, Standing: evidence.NotFinished, Mean: 1}
		}
	}
	return out
}

// assurance is how a layer stands on the date of the price.
func (l *loaded) assurance(x checked) evidence.Assurance {
	return assurance(l.product, l.model.Policy, x, l.evidenceTo())
}

// assured is how far the controls with checks can be relied on, on the date of
// the price; a mitigation owes nothing before it is finished.
func (l *loaded) assured() map[string]risk.Assurance {
	out := map[string]risk.Assurance{}
	for _, x := range controlsWithChecks(l.model) {
		a := l.assurance(x)
		switch {
		case a.Standing == evidence.NotVerified, a.Standing == evidence.NotDue:
		case a.Alpha > 0 && a.Beta > 0:
			out[x.id] = risk.Assurance{Alpha: a.Alpha, Beta: a.Beta}
		default:
			out[x.id] = risk.Assurance{Mean: a.Mean}
		}
	}
	return out
}

// civil is the moment a civil date begins in a zone.
func civil(day time.Time, zone *time.Location) time.Time {
	return time.Date(day.Year(), day.Month(), day.Day(), 0, 0, 0, 0, zone)
}

// endOf is the last moment of a civil date in a zone, to which a price of that
// date reads the evidence.
func endOf(day time.Time, zone *time.Location) time.Time {
	y, m, d := day.Date()
	return time.Date(y, m, d+1, 0, 0, 0, -1, zone)
}

// verified says in words how the layers stand that have a check; "not verified"
// where no evidence is read.
func (l *loaded) verified() string {
	if l.product == nil || len(l.product.Evidence) == 0 {
		return notVerified
	}
	checks := controlsWithChecks(l.model)
	if len(checks) == 0 {
		return catalogue.T("evidence.verified.unchecked")
	}
	var said []string
	for _, x := range checks {
		a := l.assurance(x)
		said = append(said, catalogue.T("evidence.stands", "title", plain.Clean(x.title), "standing", standingOf(a).Word(), "credit", plain.Percent(a.Mean)))
	}
	return catalogue.T("evidence.verified", "layers", strings.Join(said, "; "))
}

// VerifiedText says how the layers of a price stand, for people: where none is
// verified, why. how is what the answer says of its controls.
func VerifiedText(how string, limits Limits) string {
	switch {
	case how != notVerified:
		return how
	case limits == FromFile:
		return catalogue.T("evidence.unverified.file")
	}
	return catalogue.T("evidence.unverified.ledger")
}

// StandingWord is how a layer stands, for people.
func StandingWord(s evidence.Standing) string {
	return catalogue.T("standing." + strings.ReplaceAll(string(s), " ", "-"))
}

// taken are the results recorded of some checks.
func taken(p *ledger.Product, checks []parley.Check) []evidence.Taken {
	var out []evidence.Taken
	for _, c := range checks {
		for _, r := range p.ResultsOf(c.ID) {
			out = append(out, evidence.Taken{Check: r.Check, At: r.At, Outcome: evidence.Outcome(r.Outcome), Back: r.TakenBack != nil})
		}
	}
	return out
}

// finishedAt is when a mitigation was finished; zero for what is no finished
// mitigation.
func finishedAt(p *ledger.Product, id string) time.Time {
	i := slices.IndexFunc(p.Tasks, func(t *ledger.Task) bool { return t.Mitigation == id && t.Status == ledger.TaskDone })
	if i < 0 {
		return time.Time{}
	}
	return p.Tasks[i].Changed
}

// checked is a layer, standing or to be built, that has checks.
type checked struct {
	id, title string
	checks    []parley.Check
	toBuild   bool // a mitigation
}

// unfinished reports a mitigation that nobody finished yet.
func (x checked) unfinished(p *ledger.Product) bool { return x.toBuild && finishedAt(p, x.id).IsZero() }

// checkedOf is a control with the checks it declares.
func checkedOf(c *parley.Control) checked { return checked{id: c.ID, title: c.Title, checks: c.Checks} }

// controlsWithChecks lists the controls of a model that declare checks.
func controlsWithChecks(m *parley.Model) []checked {
	var out []checked
	for i := range m.Controls {
		if c := &m.Controls[i]; len(c.Checks) > 0 {
			out = append(out, checkedOf(c))
		}
	}
	return out
}

// layersWithChecks lists the mitigations that declare checks, too.
func layersWithChecks(m *parley.Model) []checked {
	out := controlsWithChecks(m)
	for i := range m.Mitigations {
		if c := &m.Mitigations[i]; len(c.Checks) > 0 {
			out = append(out, checked{c.ID, c.Title, c.Checks, true})
		}
	}
	return out
}
