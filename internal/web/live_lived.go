package web

import (
	"cmp"
	"context"
	"math"
	"net/url"
	"slices"
	"strings"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/brief/plain"
	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/internal/negotiate"
	"github.com/parleysec/parley/ledger"
	"github.com/parleysec/parley/quantity"
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
	v := url.Values{}
	for name, value := range map[string]string{"product": a.product, "above": a.above, "who": a.who} {
		if value != "" {
			v.Set(name, value)
		}
	}
	if a.ended {
		v.Set("ended", "yes")
	}
	if text := v.Encode(); text != "" {
		return path + "?" + text
	}
	return path
}

// LivedView is the auditor's page: who left what as it is, above which amount, on
// whose authority, what was not chosen, and what has ended.
type LivedView struct {
	Frame
	Heading          string
	Lead             []string
	Above, Who       string
	Ended            bool
	ProductID        string // kept by the form where there are several
	Problem          string
	Rows             []LivedRow
	Sum              []Pair // what the average on top is made of, decision by decision
	Total            string // of those, to the penny
	Download, Record string // addresses
}

// LivedRow is one decision to live with something.
type LivedRow struct {
	ID, What, Because, Who, When string
	Authority                    string
	Bad, Average                 string // as the decider saw them
	NotTaken                     []string
	Seen                         []string // who opened its page, as far as who asks may know
	State                        Tag
	Until                        string
	Threats                      []Link
}

// titles are those of its threats.
func (r LivedRow) titles() []string {
	var out []string
	for _, t := range r.Threats {
		out = append(out, t.Title)
	}
	return out
}

// cells are the row as a table holds it.
func (r LivedRow) cells() []string {
	return []string{r.ID, strings.Join(r.titles(), "; "), r.What, r.Bad, r.Average, r.Who, r.When, r.Authority, r.Because, strings.Join(r.NotTaken, "; "), r.State.Text, r.Until, strings.Join(r.Seen, "; ")}
}

// livedHead are the heads of that table.
func livedHead() []string {
	var out []string
	for _, name := range []string{"decision", "threat", "what", "bad", "average", "who", "when", "authority", "why", "not_taken", "state", "until", "seen"} {
		out = append(out, catalogue.T("web.lived.col."+name))
	}
	return out
}

// lived lists the decisions to live with a threat, the largest first.
func (l *live) lived(ctx context.Context, ask livedAsk) (*LivedView, error) {
	s, err := l.look(ctx, ask.product)
	if err != nil {
		return nil, err
	}
	v := &LivedView{Frame: l.page(ctx, s, catalogue.T("web.lived.title"), "/record"), Above: ask.above, Who: ask.who, Ended: ask.ended, Heading: catalogue.T("web.lived.none")}
	v.Record, v.Download = s.pageURL("/record"), ask.url("/lived.csv")
	if s.product == nil {
		return v, nil
	}
	if s.several {
		v.ProductID = s.product.ID
	}
	all := s.livedWith()
	if len(all) > 0 {
		v.Heading = catalogue.T("web.lived.none_such") // but with those found below
	}
	least, err := s.amount(ask.above)
	if err != nil {
		v.Problem, _ = sayError(err)
		return v, nil
	}
	rules, err := l.service.Rules(ctx, actorOf(ctx))
	if err != nil {
		return nil, err
	}
	sum := 0.0
	for _, d := range all {
		bad, average := premise(d.Decision, "loss_if_it_happens"), premise(d.Decision, "expected_annual_loss")
		if bad < least || !strings.Contains(strings.ToLower(d.By), strings.ToLower(ask.who)) || ask.ended && !d.overdue && !d.over && d.inForce {
			continue
		}
		row, err := l.livedRow(ctx, s, d, rules)
		if err != nil {
			return nil, err
		}
		row.Bad, row.Average = s.seen(bad), s.seen(average)
		v.Rows = append(v.Rows, row)
		if d.inForce {
			sum += average
			v.Sum = append(v.Sum, Pair{strings.Join([]string{d.ShortID, plain.List(row.titles())}, ": "), plain.Exact(average, s.currency())})
		}
	}
	if n := len(v.Rows); n > 0 {
		v.Heading = plain.Capital(catalogue.N("web.lived.heading", n, "number", plain.InWords(float64(n))))
		v.Total = plain.Exact(sum, s.currency())
		v.Lead = []string{catalogue.T("web.lived.sum", "money", plain.About(sum, s.currency()))}
	}
	if len(rules.Authority) == 0 {
		v.Lead = append(v.Lead, catalogue.T("web.lived.no_authority"))
	}
	return v, nil
}

// livedWith are the decisions to accept or to wait, those with the largest bad
// case first, the ended ones among them.
func (s *situation) livedWith() []standingDecision {
	all := s.decisions("")
	for _, d := range s.product.Over {
		all = append(all, standingDecision{Decision: d, over: true})
	}
	all = slices.DeleteFunc(all, func(d standingDecision) bool { return d.Kind != parley.Accept && d.Kind != parley.Defer })
	slices.SortStableFunc(all, func(a, b standingDecision) int {
		return cmp.Compare(premise(b.Decision, "loss_if_it_happens"), premise(a.Decision, "loss_if_it_happens"))
	})
	return all
}

// premise is the largest value of a figure that a decision counted on, 0 where it
// names none.
func premise(d negotiate.Decision, name string) float64 {
	most := 0.0
	for _, p := range d.Premises {
		if p.Name == name {
			most = math.Max(most, p.Value)
		}
	}
	return most
}

func (l *live) livedRow(ctx context.Context, s *situation, d standingDecision, rules *negotiate.RulesResult) (LivedRow, error) {
	row := LivedRow{
		ID: d.ShortID, What: plain.Capital(catalogue.T("kind." + string(d.Kind))), Because: d.Because, Who: decider(d.Decision), When: plain.Date(d.At),
		Authority: authority(rules, d.By, s.product.ID), State: d.tag(),
	}
	if d.inForce && !d.overdue {
		row.State = Tag{catalogue.T("web.state.in_force"), "good"}
	}
	if d.Until != "" {
		row.Until = plain.DateText(d.Until)
	}
	for i, id := range d.Threats {
		title := id
		if i < len(d.Titles) {
			title = titleOr(d.Titles[i], id)
		}
		row.Threats = append(row.Threats, Link{threatURL(id), title})
	}
	shown, err := kept(ctx, l, s, "Show", func(ctx context.Context) (*negotiate.ShowResult, error) {
		return l.service.Show(ctx, actorOf(ctx), negotiate.ShowRequest{Product: s.product.ID, Decision: d.ShortID})
	}, d.ShortID)
	if err != nil {
		return row, err
	}
	if row.Seen, err = l.seen(ctx, s, d.ShortID); err != nil {
		return row, err
	}
	for _, o := range shown.NotTaken {
		row.NotTaken = append(row.NotTaken, s.passedOver(o))
	}
	return row, nil
}

// optionTitle names an option that was passed over, as far as it is known.
func (s *situation) optionTitle(id string) string {
	for _, key := range []string{"kind." + id, "web.lived.option." + id} {
		if catalogue.Has(key) {
			return catalogue.T(key)
		}
	}
	if m := s.product.Model; m != nil {
		if x := m.Mitigation(id); x != nil {
			return titleOr(x.Title, id)
		}
		if f := m.Feature(id); f != nil {
			return titleOr(f.Title, id)
		}
	}
	return id
}

// authority names the roles of the organisation's matrix that somebody holds for
// a product today, "" where there are none.
func authority(rules *negotiate.RulesResult, who, product string) string {
	var out []string
	for _, r := range rules.Authority {
		holds := slices.ContainsFunc(r.Holders, func(h ledger.Holder) bool { return strings.EqualFold(h.Name, who) })
		if holds && (len(r.Products) == 0 || slices.Contains(r.Products, product)) {
			out = append(out, catalogue.T("web.lived.row", "role", r.Name, "limits", authorityView(r).Limits))
		}
	}
	return plain.List(out)
}

// amount reads an amount of the product's currency, 0 for none.
func (s *situation) amount(text string) (float64, error) {
	if text == "" || s.product.Model == nil {
		return 0, nil
	}
	q, err := quantity.ParseNumbers(text, quantity.Money, s.product.Model.Env())
	if err != nil {
		return 0, &parley.Error{Kind: parley.Invalid, Err: err}
	}
	return q.Mean(), nil
}

// seen is a figure a decider saw, "–" where there was none.
func (s *situation) seen(x float64) string {
	if x == 0 {
		return "–"
	}
	return plain.Money(x, s.currency())
}

func (s *situation) currency() string {
	if m := s.product.Model; m != nil {
		return m.Product.Currency
	}
	return ""
}
