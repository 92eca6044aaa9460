package web

import (
	"errors"
	"net/http"
	"slices"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/ledger"
)

// Meanwhile is what was sent about something that somebody else dealt with since
// the page was opened. The page shows it as it is now.
type Meanwhile struct {
	Says   string
	Became *Link  // where it is said what became of it
	Typed  string // what was written, which is not lost
}

// settled says that something, by its id, does not wait any more.
func settled(id, typed string) *Meanwhile {
	return &Meanwhile{Says: catalogue.T("web.meanwhile.settled", "id", id), Typed: typed}
}

// overtaken says that a decision stands otherwise than the page showed it.
func overtaken(id, typed string) *Meanwhile {
	return &Meanwhile{
		Says: catalogue.T("web.meanwhile.overtaken", "id", id), Typed: typed,
		Became: &Link{URL: thenURL(id), Title: catalogue.T("web.meanwhile.became", "id", id)},
	}
}

// decidedMeanwhile puts into what is wrong with an answer what somebody else decided
// since the page was opened, and is the status: where nothing else is wrong, it is a
// conflict.
func (v *BriefView) decidedMeanwhile(a answer, why error, status int) int {
	p := v.Form.Problem
	news := slices.ContainsFunc(v.Form.Replaces, func(id string) bool { return !slices.Contains(a.replaces, id) })
	rs, refused := errors.AsType[ledger.Refusals](why)
	moved := parley.KindOfError(why) == parley.Conflict
	switch {
	case moved && !news && len(p.Changes) == 0:
		p.Says = catalogue.T("web.meanwhile.words")
		return status
	case !news || !moved && !rs.Has(ledger.Decided) || v.Standing == nil || len(v.Record) == 0:
		return status
	case moved && len(p.Changes) == 0:
		p.Says = catalogue.T("web.refused.already_decided")
	case refused && len(rs) == 1:
		status = http.StatusConflict
	}
	p.Hint = catalogue.T("web.meanwhile.decided", "standing", v.Standing.Text, "because", sentence(v.Record[0].Because))
	return status
}

// overtaking reports whether an error may come of what somebody else did meanwhile.
func overtaking(err error) bool {
	kind := parley.KindOfError(err)
	return kind == parley.Refused || kind == parley.Conflict
}

// notWaiting is the error about something that waits for nobody.
func notWaiting(id string) error {
	return parley.Errorf(parley.Conflict, "", "%s", catalogue.T("web.meanwhile.settled", "id", id))
}
