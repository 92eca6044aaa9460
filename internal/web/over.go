package web

import (
	"context"
	"maps"
	"net/http"
	"net/url"

	"github.com/parleysec/parley/internal/brief"
	"github.com/parleysec/parley/internal/brief/plain"
	"github.com/parleysec/parley/internal/catalogue"
)

// afterOver ends the name of the cookie that keeps what chances are told over. An
// address that says it (?over=year) is kept for the pages that follow.
const afterOver = "-over"

// overKey is under what a request's context holds what chances are told over.
type overKey struct{}

// overOf is what whoever asks wants chances told over.
func overOf(ctx context.Context) brief.Timeframe {
	over, _ := ctx.Value(overKey{}).(brief.Timeframe)
	return over
}

// told is the request with what chances are to be told over, which is kept where
// its address says so. Words that are no timeframe say nothing.
func (s *server) told(w http.ResponseWriter, r *http.Request) *http.Request {
	over := brief.Timeframe(s.cookie(r, afterOver))
	switch asked := brief.Timeframe(r.URL.Query().Get("over")); {
	case r.Method != http.MethodGet:
	case asked == brief.OverYear:
		http.SetCookie(w, s.newCookie(r, afterOver, string(asked)))
		over = asked
	case asked == brief.OverHorizonName:
		http.SetCookie(w, s.newCookie(r, afterOver, ""))
		over = brief.OverHorizon
	}
	if over != brief.OverYear {
		over = brief.OverHorizon
	}
	return r.WithContext(context.WithValue(r.Context(), overKey{}, over))
}

// overSwitch leads to the same page with its chances told over the other timeframe;
// nil where the two are one.
func overSwitch(r *brief.Report, path string, query url.Values, place string) *Switch {
	if r.HorizonYears == 1 {
		return nil
	}
	to := func(over brief.Timeframe, years float64) NavItem {
		q := maps.Clone(query)
		q.Set("over", string(over))
		return NavItem{URL: path + "?" + q.Encode() + "#" + place, Text: plain.Duration(years), Here: r.ToldYears() == years}
	}
	return &Switch{Label: catalogue.T("web.over.label"), Ways: []NavItem{to(brief.OverYear, 1), to(brief.OverHorizonName, r.HorizonYears)}}
}
