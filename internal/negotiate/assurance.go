package negotiate

import (
	"slices"
	"time"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/evidence"
	"github.com/parleysec/parley/ledger"
)

// assurance is how a layer of a product stands at a time by what was recorded
// of its checks. Without a product no evidence is read: it is not verified.
func assurance(p *ledger.Product, policy parley.Policy, id string, checks []parley.Check, at time.Time) evidence.Assurance {
	if p == nil {
		return evidence.Assurance{Standing: evidence.NotVerified, Mean: 1}
	}
	return evidence.Assure(checks, taken(p, checks), policy.UnverifiedCredit(), finishedAt(p, id), at)
}

// taken are the results recorded of some checks.
func taken(p *ledger.Product, checks []parley.Check) []evidence.Taken {
	var out []evidence.Taken
	for _, c := range checks {
		for _, r := range p.ResultsOf(c.ID) {
			out = append(out, evidence.Taken{Check: r.Check, At: r.At, Outcome: evidence.Outcome(r.Outcome)})
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
}

// layersWithChecks lists the controls and mitigations of a model that declare
// checks.
func layersWithChecks(m *parley.Model) []checked {
	var out []checked
	for i := range m.Controls {
		if c := &m.Controls[i]; len(c.Checks) > 0 {
			out = append(out, checked{c.ID, c.Title, c.Checks})
		}
	}
	for i := range m.Mitigations {
		if c := &m.Mitigations[i]; len(c.Checks) > 0 {
			out = append(out, checked{c.ID, c.Title, c.Checks})
		}
	}
	return out
}
