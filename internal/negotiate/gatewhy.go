package negotiate

import (
	"strconv"
	"strings"

	"github.com/parleysec/parley/internal/brief/plain"
	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/internal/evidence"
	"github.com/parleysec/parley/internal/gate"
	"github.com/parleysec/parley/ledger"
)

// mostWhy is how many of the reasons of one result a gate tells.
const mostWhy = 3

// whyStands says why the check that decides about a layer fails or is silent: which
// result, how much of it, what of the check it broke, and since when; "" for what
// does neither.
func (l *loaded) whyStands(x Layer) string {
	layer := l.model.Control(x.ID)
	if layer == nil || !x.Fallen() {
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

// lacks is what a layer lacks to be verified, and that in words; nothing for one that
// is. Checks that never reported are named; one that is not required is no lack
// where another reports.
func (l *loaded) lacks(x Layer) (kind, says string) {
	var owe, optional []string
	for _, c := range x.Heard {
		switch {
		case c.Standing != evidence.Unreported:
		case c.Required:
			owe = append(owe, plain.Clean(c.Check))
		default:
			optional = append(optional, plain.Clean(c.Check))
		}
	}
	switch {
	case len(x.Checks) == 0:
		return gate.LacksCheck, catalogue.T("gate.lacks.check")
	case l.product == nil:
		return gate.LacksLedger, catalogue.T("gate.lacks.ledger")
	case x.Standing == evidence.NotVerified:
		return gate.LacksEvidence, catalogue.T("gate.lacks.evidence")
	case x.Standing == evidence.Failing:
		return gate.LacksPass, catalogue.T("gate.lacks.pass", "check", plain.Clean(x.Check))
	case x.Standing == evidence.Stale:
		return gate.LacksSpeech, catalogue.T("gate.lacks.speech", "check", plain.Clean(x.Check))
	case len(owe) > 0:
		return gate.LacksReport, catalogue.N("gate.lacks.report", len(owe), "checks", plain.List(owe))
	case len(optional) == len(x.Checks):
		return gate.LacksAny, catalogue.N("gate.lacks.any", len(optional), "checks", plain.List(optional))
	}
	return "", ""
}
