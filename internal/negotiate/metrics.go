package negotiate

import (
	"context"
	"slices"
	"time"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/brief/plain"
	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/ledger"
)

// MetricsRequest asks how deciding goes on a product.
type MetricsRequest struct {
	Product  string
	From, To string // civil dates, both included; "" for a year before, and for today
}

// MetricsResult says how deciding goes on a product: nothing in it is about a
// person. Times are days of 24 hours; a median of an even number is the mean of
// the two in the middle. docs/decisions.md defines each.
type MetricsResult struct {
	Schema   string `json:"schema"`
	AsOf     string `json:"as_of"`
	Product  string `json:"product"`
	Currency string `json:"currency"`
	From     string `json:"from"`
	To       string `json:"to"`

	Decided       int      `json:"decided"`                  // decisions that came into force in the period
	Proposed      int      `json:"proposed_first"`           // those of them that waited for an approver
	DaysToDecide  *float64 `json:"days_to_decide,omitempty"` // median, from proposed to in force; of those
	WithPremise   int      `json:"with_premise"`             // those decided in the period that count on a figure which may not move further
	Held          int      `json:"held"`                     // decisions in force on any day of the period
	Reopened      int      `json:"reopened"`                 // decisions re-opened in the period, each once
	Expired       int      `json:"expired"`                  // decisions whose end was reached in the period
	ReopenedShare *float64 `json:"reopened_share,omitempty"` // reopened by held

	Waiting     int         `json:"waiting"`                // threats that need a decision, as of today
	DaysWaiting *float64    `json:"days_waiting,omitempty"` // median, as of today
	Overdue     int         `json:"overdue"`                // in force today, though the end was reached
	InForce     []KindMoney `json:"in_force"`               // today, by what was decided

	// Of are what was counted, by the name of the count: decisions, for waiting threats.
	Of map[string][]string `json:"of"`

	// DaysOf are the days that the medians are of, in the order of Of: proposed_first
	// and waiting.
	DaysOf map[string][]float64 `json:"days_of"`
}

// took keeps how many days one thing took that is counted under a name.
func (r *MetricsResult) took(name string, d time.Duration) {
	if r.DaysOf == nil {
		r.DaysOf = map[string][]float64{}
	}
	r.DaysOf[name] = append(r.DaysOf[name], d.Hours()/24)
}

// count counts one thing under a name.
func (r *MetricsResult) count(name, id string) int {
	if r.Of == nil {
		r.Of = map[string][]string{}
	}
	r.Of[name] = append(r.Of[name], id)
	return len(r.Of[name])
}

// KindMoney is what decisions of a kind that are in force are about.
type KindMoney struct {
	Kind      parley.Kind `json:"kind"`
	Decisions int         `json:"decisions"`
	// Annual is the expected annual loss that the decisions are about, as their
	// deciders saw it before anything was done, in currency per year.
	Annual float64 `json:"expected_annual_loss"`
}

// Metrics says how deciding goes on a product.
func (s *Service) Metrics(ctx context.Context, actor Actor, req MetricsRequest) (*MetricsResult, error) {
	a, p, err := s.recordedOf(ctx, actor, "Metrics", req.Product)
	if err != nil {
		return nil, err
	}
	today, err := s.date("")
	if err != nil {
		return nil, err
	}
	to, err := s.date(req.To)
	if err != nil {
		return nil, err
	}
	from := to.AddDate(-1, 0, 0)
	if req.From != "" {
		if from, err = s.date(req.From); err != nil {
			return nil, err
		}
	}
	if from.After(to) {
		return nil, parley.Errorf(parley.Invalid, "metrics of "+p.ID, "%s", catalogue.T("metrics.order", "from", from.Format(time.DateOnly), "to", to.Format(time.DateOnly)))
	}
	status, err := productStatus(a.state, p, today)
	if err != nil {
		return nil, ledgerError("read product "+p.ID, err)
	}
	r := &MetricsResult{
		Schema: "parley.metrics/1", AsOf: today.Format(time.DateOnly), Product: p.ID, Currency: status.Model.Product.Currency,
		From: from.Format(time.DateOnly), To: to.Format(time.DateOnly), InForce: []KindMoney{}, Of: map[string][]string{}, DaysOf: map[string][]float64{},
	}
	r.period(p, civil(from, s.now().Location()), civil(to.AddDate(0, 0, 1), s.now().Location()))
	r.today(&status, s.now())
	return r, nil
}

// period counts what happened from one moment up to another.
func (r *MetricsResult) period(p *ledger.Product, from, to time.Time) {
	within := func(at time.Time) bool { return !at.Before(from) && at.Before(to) }
	for _, d := range p.Decisions {
		l := lifeOf(d)
		if !l.began.IsZero() && l.began.Before(to) && (l.ended.IsZero() || !l.ended.Before(from)) {
			r.Held = r.count("held", d.Short)
		}
		if l.reopened(within) {
			r.Reopened = r.count("reopened", d.Short)
		}
		if !l.expired.IsZero() && within(l.expired) {
			r.Expired = r.count("expired", d.Short)
		}
		if l.began.IsZero() || !within(l.began) {
			continue
		}
		r.Decided = r.count("decided", d.Short)
		if slices.ContainsFunc(d.Premises, func(x ledger.Premise) bool { return x.High != nil || x.Low != nil }) {
			r.WithPremise = r.count("with_premise", d.Short)
		}
		if !l.proposed.IsZero() && l.proposed.Before(l.began) {
			r.Proposed = r.count("proposed_first", d.Short)
			r.took("proposed_first", l.began.Sub(l.proposed))
		}
	}
	r.DaysToDecide = median(r.DaysOf["proposed_first"])
	if r.Held > 0 {
		share := float64(r.Reopened) / float64(r.Held)
		r.ReopenedShare = &share
	}
}

// life is when a decision reached which state.
type life struct {
	proposed, began, ended, expired time.Time // zero: never
	back                            []time.Time
}

func (l life) reopened(within func(time.Time) bool) bool { return slices.ContainsFunc(l.back, within) }

func lifeOf(d *ledger.Decision) life {
	var l life
	for _, m := range d.History {
		switch m.To {
		case ledger.Proposed:
			if l.proposed.IsZero() {
				l.proposed = m.At
			}
		case ledger.InForce:
			l.began = m.At
			continue
		case ledger.Reopened:
			l.back = append(l.back, m.At)
		case ledger.Expired:
			l.expired = m.At
		}
		if !l.began.IsZero() && l.ended.IsZero() {
			l.ended = m.At // the first move out of force
		}
	}
	return l
}

// today counts what stands now.
func (r *MetricsResult) today(p *ProductStatus, now time.Time) {
	for _, d := range p.Overdue {
		r.Overdue = r.count("overdue", d.ShortID)
	}
	for _, w := range p.Waiting {
		r.Waiting = r.count("waiting", w.Threat)
		r.took("waiting", now.Sub(w.Since))
	}
	r.DaysWaiting = median(r.DaysOf["waiting"])
	for _, kind := range parley.Kinds() {
		k := KindMoney{Kind: kind}
		for _, d := range p.InForce {
			if d.Kind != kind {
				continue
			}
			k.Decisions = r.count("in_force."+string(kind), d.ShortID)
			k.Annual += sawOf(d.Premises, premiseLoss)
		}
		if k.Decisions > 0 {
			r.InForce = append(r.InForce, k)
		}
	}
}

// sawOf is a figure that a decision is about as its decider saw it, threats added up.
func sawOf(premises []ledger.Premise, name string) float64 {
	sum := 0.0
	for _, x := range premises {
		if x.Name == name {
			sum += x.Value
		}
	}
	return sum
}

// median of some numbers, nil of none.
func median(list []float64) *float64 {
	if len(list) == 0 {
		return nil
	}
	list = slices.Sorted(slices.Values(list))
	m := list[len(list)/2]
	if len(list)%2 == 0 {
		m = (m + list[len(list)/2-1]) / 2
	}
	return &m
}

// Lines puts the figures into words, what they are about first.
func (r *MetricsResult) Lines() [][2]string {
	out := [][2]string{{catalogue.T("metrics.decided"), catalogue.N("metrics.decisions", r.Decided)}}
	add := func(key, value string) { out = append(out, [2]string{catalogue.T("metrics." + key), value}) }
	of := func(n, all int) string { return catalogue.T("metrics.of", "n", n, "all", all) }
	if r.DaysToDecide != nil {
		add("days_to_decide", catalogue.T("metrics.median", "days", daysText(*r.DaysToDecide), "of", catalogue.N("metrics.decisions", r.Proposed)))
	}
	if r.Decided > 0 {
		add("with_premise", of(r.WithPremise, r.Decided))
	}
	if r.Held > 0 {
		add("reopened", of(r.Reopened, r.Held))
	}
	add("expired", catalogue.N("metrics.decisions", r.Expired))
	add("overdue", catalogue.N("metrics.decisions", r.Overdue))
	add("waiting", catalogue.N("metrics.threats", r.Waiting))
	if r.DaysWaiting != nil {
		add("days_waiting", catalogue.T("metrics.median", "days", daysText(*r.DaysWaiting), "of", catalogue.N("metrics.threats", r.Waiting)))
	}
	for _, k := range r.InForce {
		name := catalogue.T("metrics.in_force", "kind", catalogue.T("kind."+string(k.Kind)))
		out = append(out, [2]string{name, catalogue.T("metrics.money", "decisions", catalogue.N("metrics.decisions", k.Decisions), "money", plain.About(k.Annual, r.Currency))})
	}
	return out
}

// daysText is a time in days, below one "less than a day".
func daysText(days float64) string {
	if days < 1 {
		return catalogue.T("metrics.day")
	}
	return catalogue.T("metrics.days", "days", plain.Number(days))
}
