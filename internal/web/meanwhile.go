package web

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"slices"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/internal/negotiate"
	"github.com/parleysec/parley/ledger"
)

// Meanwhile is what was sent about something that somebody else dealt with since
// the page was opened. The page shows it as it is now.
type Meanwhile struct {
	Says   string
	Now    *EventRow // what somebody did about it since; nil where that is not known
	Became *Link     // where it is said what became of it
	Typed  string    // what was written, which is not lost
}

// settled says that something does not wait any more, and what was done about it, nil
// for nothing known.
func settled(now *EventRow, typed string) *Meanwhile {
	return &Meanwhile{Says: catalogue.T("web.meanwhile.settled"), Now: now, Typed: typed}
}

// overtaken says that a decision stands otherwise than the page showed it, and what was
// done about it, nil for nothing known.
func overtaken(id string, now *EventRow, typed string) *Meanwhile {
	return &Meanwhile{
		Says: catalogue.T("web.meanwhile.overtaken"), Now: now, Typed: typed,
		Became: &Link{URL: thenURL(id), Title: catalogue.T("web.meanwhile.became")},
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
func notWaiting() error {
	return parley.Errorf(parley.Conflict, "", "%s", catalogue.T("web.meanwhile.settled"))
}

// sinceLooked is how many of the latest moves are looked through for one.
const sinceLooked = 100

// since is what somebody did last about a decision, a proposal or a change of the rules,
// by its short id; nil where nobody did, or who asks may not know.
func (l *live) since(ctx context.Context, id string) *EventRow {
	if shown, err := l.service.Show(ctx, actorOf(ctx), negotiate.ShowRequest{Decision: id, Titles: true}); err == nil {
		if n := len(shown.History); n > 0 {
			row := becameRow(shown.History[n-1])
			return &row
		}
		return nil
	}
	for _, kind := range []string{"proposal.settled", "rule.settled"} {
		log, err := l.service.Log(ctx, actorOf(ctx), negotiate.LogRequest{Limit: sinceLooked, Titles: true, LogFilter: negotiate.LogFilter{Type: kind}})
		if err != nil {
			return nil
		}
		for _, e := range log.Events {
			var of struct{ Proposal, Rule string }
			if json.Unmarshal(e.Body, &of) == nil && id != "" && slices.Contains([]string{of.Proposal, of.Rule}, id) {
				row := eventRow(e)
				return &row
			}
		}
	}
	return nil
}
