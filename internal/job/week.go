package job

import (
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/internal/outgoing"
	"github.com/parleysec/parley/internal/store"
	"github.com/parleysec/parley/ledger"
)

// week is what was accepted or put off in the week before a Monday.
type week struct {
	from, to  time.Time // the first moment, and the first after it
	decisions []*ledger.Decision
}

// weekBefore is what was accepted or put off in the week before a Monday, by the number
// of its day, of the products that count.
func weekBefore(state *ledger.State, monday int64, zone *time.Location, counts func(product string) bool) week {
	end := time.Unix(monday*24*60*60, 0).UTC()
	w := week{to: time.Date(end.Year(), end.Month(), end.Day(), 0, 0, 0, 0, zone)}
	w.from = w.to.AddDate(0, 0, -7)
	for _, p := range state.Products() {
		for _, x := range p.Decisions {
			if !counts(p.ID) || !leaves(x) {
				continue
			}
			i := slices.IndexFunc(x.History, func(h ledger.Move) bool { return h.To == ledger.InForce })
			if i >= 0 && !x.History[i].At.Before(w.from) && x.History[i].At.Before(w.to) {
				w.decisions = append(w.decisions, x)
			}
		}
	}
	return w
}

func (w week) first() string { return w.from.Format(time.DateOnly) }
func (w week) last() string  { return w.to.AddDate(0, 0, -1).Format(time.DateOnly) }

// sum is how much was accepted in a currency, by one person or by all.
type sum struct {
	decisions   int
	bad, annual float64
}

// sums says how much was accepted in the week, together and by whom, in each currency.
// What is no longer in force is not counted, so that nothing is that was decided anew
// meanwhile; what has no amount is counted apart.
func (o *Outbox) sums(state *ledger.State, w week) []string {
	all, each := map[string]*sum{}, map[string]map[string]*sum{}
	unknown, over := 0, 0
	for _, x := range w.decisions {
		switch {
		case x.Status != ledger.InForce:
			over++
			continue
		case x.Exposure == nil:
			unknown++
			continue
		}
		c := currencyOf(state.Product(x.Product))
		if all[c] == nil {
			all[c], each[c] = &sum{}, map[string]*sum{}
		}
		by, _ := x.Decider()
		if each[c][by] == nil {
			each[c][by] = &sum{}
		}
		for _, s := range []*sum{all[c], each[c][by]} {
			s.decisions++
			s.bad += x.Exposure.BadCase
			s.annual += x.Exposure.Annual
		}
	}
	var out []string
	for _, c := range slices.Sorted(maps.Keys(all)) {
		out = append(out, catalogue.N("mail.digest.sum", all[c].decisions, o.sumPairs(*all[c], c)...))
		for _, by := range slices.Sorted(maps.Keys(each[c])) {
			out = append(out, catalogue.N("mail.digest.by", each[c][by].decisions, append(o.sumPairs(*each[c][by], c), "by", line(by))...))
		}
	}
	if unknown > 0 {
		out = append(out, catalogue.N("mail.digest.unknown", unknown))
	}
	if over > 0 {
		out = append(out, catalogue.N("mail.digest.over", over))
	}
	return out
}

func (o *Outbox) sumPairs(s sum, currency string) []any {
	return []any{"bad", o.Figure(s.bad, currency), "annual", o.Figure(s.annual, currency)}
}

// accepted writes the letter to a manager about what was accepted or put off in the week
// before a Monday: how much, by whom, and each decision. It says why they get it; "" where
// nothing was.
func (o *Outbox) accepted(state *ledger.State, d store.Delivery, l *outgoing.Letter) (why string) {
	w := weekBefore(state, d.Seq, o.Now().Location(), func(product string) bool {
		return slices.ContainsFunc(state.RolesOf(d.Target), func(m ledger.Membership) bool { return m.On(product) && m.Role == ledger.Manager })
	})
	if len(w.decisions) == 0 {
		return ""
	}
	var lines []string
	for _, x := range w.decisions {
		by, _ := x.Decider()
		figures := o.left(state.Product(x.Product), x)
		if figures == nil {
			figures = []string{catalogue.T("mail.unpriced")}
		}
		if x.Status != ledger.InForce {
			figures = append(figures, catalogue.T("mail.over"))
		}
		pairs := append(pairsOf(state, x, o.URL), "by", line(by), "until", x.Until, "because", line(x.Because), "figures", strings.Join(figures, " "))
		lines = append(lines, catalogue.T("mail.digest.line", pairs...))
	}
	l.Subject = catalogue.N("mail.digest.subject", len(lines), "from", w.first())
	l.Text = catalogue.T("mail.digest.text", "from", w.first(), "to", w.last(), "sums", strings.Join(o.sums(state, w), "\n"), "lines", strings.Join(lines, "\n"))
	return catalogue.T("mail.why.manages")
}
