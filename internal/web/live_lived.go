package web

import (
	"context"
	"net/url"
	"strings"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/brief/plain"
	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/internal/negotiate"
	"github.com/parleysec/parley/ledger"
)

// livedAsk is which decisions to live with a threat are asked for.
type livedAsk struct {
	product string
	above   string // an amount as typed, "" for any: the bad case that the decider saw
	who     string // part of the decider's name, "" for anybody
	ended   bool   // only those whose end was reached, or that hold no longer
}

func readLived(q url.Values) livedAsk {
	return livedAsk{product: q.Get("product"), above: strings.TrimSpace(q.Get("above")), who: strings.TrimSpace(q.Get("who")), ended: q.Get("ended") == "yes"}
}

// url is the address of the page with other words after /lived.
func (a livedAsk) url(path string) string {
	v := given(map[string]string{"product": a.product, "above": a.above, "who": a.who})
	if a.ended {
		v.Set("ended", "yes")
	}
	return asking(path, v)
}

// LivedView is the auditor's page: who left what as it is, above which amount, on
// whose authority, what was not chosen, and what has ended.
type LivedView struct {
	Frame
	Heading    string
	Lead       []string
	Above, Who string
	Ended      bool
	ProductID  string // kept by the form where there are several
	Problem    string
	Rows       []LivedRow
	Sum        []Pair // what the average on top is made of, decision by decision
	Total      string // of those, to the penny
	Downloads  []Link
	Record     string // address
}

// LivedRow is one decision to live with something.
type LivedRow struct {
	ID, What, Because, Who, When string
	Then                         string // address of what was known then
	Authority                    string // as the roles and the matrix were then
	Bad, Average                 string // as the decider saw them
	NotTaken                     []string
	Seen                         []string // who opened its page, as far as who asks may know
	State                        Tag
	Became                       []string // when it was re-opened, ended, was replaced
	Until                        string
	Threats                      []Link
}

// request is what the page shows, as a question about a product.
func (a livedAsk) request(product string) negotiate.AcceptedRequest {
	return negotiate.AcceptedRequest{Product: product, Above: a.above, Who: a.who, Ended: a.ended}
}

// lived lists the decisions to live with a threat, the largest first.
func (l *live) lived(ctx context.Context, ask livedAsk) (*LivedView, error) {
	s, err := l.look(ctx, ask.product)
	if err != nil {
		return nil, err
	}
	v := &LivedView{Frame: l.page(ctx, s, catalogue.T("web.lived.title"), "/record"), Above: ask.above, Who: ask.who, Ended: ask.ended, Heading: catalogue.T("web.lived.none")}
	v.Record = s.pageURL("/record")
	if s.product == nil {
		return v, nil
	}
	if s.several {
		v.ProductID, ask.product = s.product.ID, s.product.ID
	}
	v.Downloads = []Link{{ask.url("/lived.csv"), catalogue.T("web.lived.download")}, {ask.url("/lived.md"), catalogue.T("web.lived.download_text")}}
	r, err := l.service.Accepted(ctx, actorOf(ctx), ask.request(s.product.ID))
	if parley.KindOfError(err) == parley.Invalid {
		v.Problem, _ = sayError(err)
		return v, nil
	}
	if err != nil {
		return nil, err
	}
	v.Heading, v.Lead, v.Total = r.Says(), r.Sums(), plain.Exact(r.Annual, r.Currency)
	for i := range r.Decisions {
		x := &r.Decisions[i]
		row := livedRow(x, r.Currency)
		v.Rows = append(v.Rows, row)
		if x.Status == string(ledger.InForce) {
			v.Sum = append(v.Sum, Pair{x.ShortID + ": " + x.What(), plain.Exact(x.Annual, r.Currency)})
		}
	}
	return v, nil
}

// livedFile is the same as a file.
func (l *live) livedFile(ctx context.Context, ask livedAsk) (*negotiate.AcceptedResult, error) {
	return l.service.Accepted(ctx, actorOf(ctx), ask.request(ask.product))
}

func livedRow(x *negotiate.Acceptance, currency string) LivedRow {
	row := LivedRow{
		ID: x.ShortID, Then: thenURL(x.ShortID), What: plain.Capital(catalogue.T("kind." + string(x.Kind))), Because: x.Because, Who: x.Who(), When: plain.Date(x.Decided),
		Authority: x.Right.Says, Bad: seenMoney(x.BadCase, currency, catalogue.T("accepted.unknown")), Average: seenMoney(x.Annual, currency, "–"), NotTaken: x.Passes(), Seen: x.Seen.Words(),
		State: Tag{Text: x.State()}, Became: x.Became(),
	}
	switch {
	case x.Overdue || x.Status == string(ledger.Reopened):
		row.State.Kind = "risk"
	case x.Status == string(ledger.InForce):
		row.State.Kind = "good"
	}
	if x.Until != "" {
		row.Until = plain.DateText(x.Until)
	}
	for i, id := range x.Threats {
		row.Threats = append(row.Threats, Link{threatURL(id), x.Titles[i]})
	}
	return row
}

// seenMoney is a figure a decider saw, or what is said where there was none.
func seenMoney(x float64, currency, none string) string {
	if x == 0 {
		return none
	}
	return plain.Money(x, currency)
}
