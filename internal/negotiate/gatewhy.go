package negotiate

import (
	"strconv"
	"strings"

	"github.com/parleysec/parley/internal/brief/plain"
	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/internal/evidence"
	"github.com/parleysec/parley/ledger"
)

// mostWhy is how many of the reasons of one result a gate tells.
const mostWhy = 3

// whyStands says why the check that decides about a layer fails or is silent: which
// result, how much of it, what of the check it broke, and since when; "" for what
// does neither.
func (l *loaded) whyStands(x Layer) string {
	layer := l.model.Control(x.ID)
	if layer == nil || x.Standing != evidence.Failing && x.Standing != evidence.Stale {
		return ""
	}
	now := l.assurance(checkedOf(layer))
	for _, c := range now.Checks {
		if c.Check != now.Check {
			continue
		}
		switch c.Standing {
		case evidence.Failing:
			return l.whyFails(c)
		case evidence.Stale:
			return catalogue.T("gate.why.silent", "last", plain.Date(c.Last), "since", plain.Date(c.StaleAfter))
		}
	}
	return ""
}

// whyFails tells the latest failure of a check.
func (l *loaded) whyFails(c evidence.CheckAssurance) string {
	var last *ledger.CheckResult
	results := l.product.ResultsOf(c.Check)
	for i := range results {
		if r := &results[i]; r.Outcome == ledger.CheckFailed && r.At.Equal(c.Last) {
			last = r
		}
	}
	if last == nil {
		return ""
	}
	said := []string{catalogue.T("gate.why.failed", "date", plain.Date(last.At), "count", strconv.Itoa(last.Fail), "of", strconv.Itoa(last.Fail+last.Pass+last.Inconclusive))}
	for i, why := range last.Reasons {
		if i == mostWhy {
			said = append(said, catalogue.N("gate.more", len(last.Reasons)-i))
			break
		}
		said = append(said, plain.Clean(why))
	}
	if last.Commit != "" {
		said = append(said, catalogue.T("gate.why.commit", "commit", plain.Clean(last.Commit)))
	}
	return strings.Join(said, "; ")
}
