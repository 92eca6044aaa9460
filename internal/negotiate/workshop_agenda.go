package negotiate

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/brief/plain"
	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/ledger"
	"github.com/parleysec/parley/quantity"
	"github.com/parleysec/parley/risk/learning"
)

// AgendaItem is a threat to talk about in the negotiation.
type AgendaItem struct {
	Number int     `json:"number"` // in the workshop
	Title  string  `json:"title"`
	Threat string  `json:"threat,omitempty"`
	Loss   float64 `json:"expected_annual_loss"` // of all estimates together; 0 where one of the two is missing
	Apart  float64 `json:"apart"`                // how many times the highest middle is the lowest, of chance or loss; 1: agreed
	Says   string  `json:"says"`                 // what people say together
	Open   []Open  `json:"open"`
}

// Open is what is not settled about a threat, and whom to ask.
type Open struct {
	Says string   `json:"says"`
	Ask  []string `json:"ask"` // people; empty where nobody is known
}

// farthest bounds how much disagreement counts for in the order of an agenda, and
// stands for it where the lowest estimate is nothing at all.
const farthest = 100

// agendaOf orders the threats of a workshop by what they cost a year on average
// times how far people are apart about them, after the Delphi habit of talking
// where both are large; those nobody priced come last, as they were typed. room are
// those who took part.
func agendaOf(m *parley.Model, w *ledger.Workshop, room []string) []AgendaItem {
	out := []AgendaItem{}
	for i := range w.Topics {
		t := &w.Topics[i]
		if t.Standing() == nil && w.Closed.IsZero() {
			continue // still to come
		}
		out = append(out, itemOf(m, t, i+1, room))
	}
	slices.SortStableFunc(out, func(a, b AgendaItem) int { return cmp.Compare(b.Loss*b.Apart, a.Loss*a.Apart) })
	return out
}

// voice is what one person says of one thing.
type voice struct {
	by string
	q  quantity.Quantity
}

// chorus is what people say of one thing: what they mean together, and how far
// apart they are.
type chorus struct {
	voices []voice
	pool   learning.Pooled // zero for fewer than two
	apart  float64         // 1: agreed
	read   func(string) (quantity.Quantity, error)
}

// voicesOf are the readable answers of a round about one thing.
func voicesOf(r *ledger.Round, of func(ledger.Said) string, read func(string) (quantity.Quantity, error)) chorus {
	c := chorus{apart: 1, read: read}
	if r == nil {
		return c
	}
	var all []quantity.Dist
	for _, a := range r.Answers {
		text := of(a.Said)
		if text == "" {
			continue
		}
		if q, err := read(text); err == nil {
			c.voices, all = append(c.voices, voice{a.Actor.ID, q}), append(all, q.Dist())
		}
	}
	slices.SortStableFunc(c.voices, func(a, b voice) int { return cmp.Compare(a.q.Dist().Quantile(0.5), b.q.Dist().Quantile(0.5)) })
	if pool, err := learning.Pool(all); err == nil {
		c.pool, c.apart = pool, math.Min(pool.Apart, farthest)
		if pool.Apart == 0 { // the lowest is nothing
			if c.apart = farthest; c.pool.P95 == 0 {
				c.apart = 1
			}
		}
	}
	return c
}

// chances, losses and costs are what was said of the three things.
func chances(r *ledger.Round, env quantity.Env) chorus {
	return voicesOf(r, func(s ledger.Said) string { return s.Likelihood }, readAs(quantity.Likelihood, env))
}

func losses(r *ledger.Round, env quantity.Env) chorus {
	return voicesOf(r, func(s ledger.Said) string { return s.Impact }, readAs(quantity.Money, env))
}

// costs are those of the kind most people gave, days or money: the two are not compared.
func costs(r *ledger.Round, env quantity.Env) chorus {
	effort, money := voicesOf(r, costText, readAs(quantity.Effort, env)), voicesOf(r, costText, readAs(quantity.Money, env))
	if len(money.voices) > len(effort.voices) {
		return money
	}
	return effort
}

func costText(s ledger.Said) string { return s.Cost }

func readAs(kind quantity.Kind, env quantity.Env) func(string) (quantity.Quantity, error) {
	return func(text string) (quantity.Quantity, error) { return quantity.Parse(text, kind, env) }
}

// ends are the lowest, middle and highest of what is said together.
func (c chorus) ends() (lo, mean, hi float64) {
	if len(c.voices) == 1 {
		d := c.voices[0].q.Dist()
		return d.Quantile(0.05), d.Mean(), d.Quantile(0.95)
	}
	return c.pool.P5, c.pool.Mean, c.pool.P95
}

// text is what is said together as one would type it, "" for nothing. Where that
// cannot be stated as one range, or only as one whose average rests on rare
// extremes that nobody spoke of, it is what the middle one said.
func (c chorus) text() string {
	if len(c.voices) == 0 {
		return ""
	}
	first := c.voices[0].q
	lo, _, hi := c.ends()
	if len(c.voices) == 1 || lo == hi {
		return first.Text
	}
	if text := first.Restated(lo, hi); text != "" {
		if q, err := c.read(text); err == nil && len(q.Warnings) == 0 { // ends next to nothing have too many digits
			return text
		}
	}
	return c.voices[len(c.voices)/2].q.Text
}

func itemOf(m *parley.Model, t *ledger.Topic, n int, room []string) AgendaItem {
	env, r := m.Env(), t.Standing()
	often, bad, cost := chances(r, env), losses(r, env), costs(r, env)
	x := AgendaItem{Number: n, Title: topicTitle(m, t), Threat: t.Threat, Apart: math.Max(often.apart, bad.apart), Open: []Open{}}
	if len(often.voices) > 0 && len(bad.voices) > 0 {
		_, rate, _ := often.ends()
		_, loss, _ := bad.ends()
		x.Loss = rate * loss
	}
	x.Says = together(m, often, bad, cost)
	owner := []string{}
	if threat := m.Threat(t.Threat); threat != nil && threat.Owner != "" {
		owner = append(owner, threat.Owner)
	}
	things := []struct {
		what string
		of   chorus
	}{{"likelihood", often}, {"impact", bad}, {"cost", cost}}
	if len(often.voices)+len(bad.voices)+len(cost.voices) == 0 { // the same people would be asked three times
		things = nil
		x.Open = append(x.Open, Open{catalogue.T("workshop.open.nothing"), union(owner, room...)})
	}
	for _, q := range things {
		if o, open := q.of.open(q.what, owner, room); open {
			x.Open = append(x.Open, o)
		}
	}
	if _, priced := becomes(t.Title, often, bad); !priced && x.Loss > 0 {
		x.Open = append(x.Open, Open{catalogue.T("workshop.open.unpriced", "most", plain.Number(mostOften)), union(owner, bad.people()...)})
	}
	if len(owner) == 0 {
		x.Open = append(x.Open, Open{catalogue.T("workshop.open.owner"), []string{t.Actor.ID}})
	}
	return x
}

// open is what is not settled about one thing. Those farthest apart are asked, and
// whoever answers for the threat; where people are silent, those of the room who
// said nothing about it.
func (c chorus) open(what string, owner, room []string) (Open, bool) {
	name := catalogue.T("workshop.what." + what)
	switch n := len(c.voices); {
	case n == 0:
		return Open{catalogue.T("workshop.open.nobody", "what", name), union(owner, room...)}, true
	case n == 1:
		return Open{catalogue.T("workshop.open.alone", "what", name, "who", c.voices[0].by), c.silent(union(owner, room...))}, true
	case c.apart <= learning.Agreed:
		return Open{}, false
	}
	low, high := c.voices[0], c.voices[len(c.voices)-1]
	says := catalogue.T("workshop.open.apart", "what", name, "low", low.by, "least", low.q.Text, "high", high.by, "most", high.q.Text)
	return Open{says, union([]string{low.by, high.by}, owner...)}, true
}

// silent are those of some people who said nothing.
func (c chorus) silent(people []string) []string {
	return slices.DeleteFunc(slices.Clone(people), func(who string) bool {
		return slices.ContainsFunc(c.voices, func(v voice) bool { return v.by == who })
	})
}

// people are those who said something.
func (c chorus) people() []string {
	var out []string
	for _, v := range c.voices {
		out = append(out, v.by)
	}
	return out
}

func union(list []string, more ...string) []string {
	out := slices.Clone(list)
	for _, x := range more {
		if !slices.Contains(out, x) {
			out = append(out, x)
		}
	}
	return out
}

// together puts what people say together into words.
func together(m *parley.Model, often, bad, cost chorus) string {
	var said []string
	if len(often.voices) > 0 {
		lo, _, hi := often.ends()
		years := m.Policy.HorizonYears()
		at := func(rate float64) float64 { return -math.Expm1(-rate * years) }
		said = append(said, catalogue.T("workshop.says.likelihood", "chance", plain.ChanceRange(at(lo), at(hi)), "time", plain.Duration(years)))
	}
	if len(bad.voices) > 0 {
		lo, _, hi := bad.ends()
		said = append(said, catalogue.T("workshop.says.impact", "loss", plain.MoneyRange(lo, hi, m.Product.Currency)))
	}
	if len(cost.voices) > 0 {
		lo, _, hi := cost.ends()
		text := plain.EffortRange(lo, hi)
		if cost.voices[0].q.Kind == quantity.Money {
			text = plain.MoneyRange(lo, hi, m.Product.Currency)
		}
		said = append(said, catalogue.T("workshop.says.cost", "cost", text))
	}
	if len(said) == 0 {
		return catalogue.T("workshop.says.nothing")
	}
	return plain.Capital(plain.List(said)) + "."
}

// What a typed threat of a product may be at most, on average: what is drawn and
// added up for a plan stays within bounds for several of them.
const (
	mostOften = 1000.0              // events a year
	mostLoss  = quantity.MostAmount // money a year
)

// becomes is a typed threat as one of the product, with what people say together of
// how likely and how bad it is; false where they did not say both, or nothing that
// has a price.
func becomes(title string, often, bad chorus) (parley.Threat, bool) {
	if len(often.voices) == 0 || len(bad.voices) == 0 {
		return parley.Threat{}, false
	}
	basis := parley.BasisExpert
	if len(often.voices) == 1 {
		basis = parley.BasisGuess
	}
	rate, err := often.read(often.text())
	loss, wrong := bad.read(bad.text())
	if err != nil || wrong != nil || !priceable(rate.Mean(), loss.Mean()) {
		return parley.Threat{}, false
	}
	x := parley.Threat{Title: title, Likelihood: quantity.Of(rate.Text), Basis: basis}
	x.Impact.Financial = parley.Loss{Amount: quantity.Of(loss.Text)}
	return x, true
}

func priceable(perYear, each float64) bool { return perYear <= mostOften && perYear*each <= mostLoss }

// longestID is how long an id made of a title is, in characters.
const longestID = 24

// freeID is an id for a title that nothing of the product has, and takes it.
func freeID(title string, used map[string]bool) string {
	slug := parley.Slug(title, longestID)
	id := slug
	for n := 2; used[id]; n++ {
		id = fmt.Sprintf("%s-%d", slug, n)
	}
	used[id] = true
	return id
}
