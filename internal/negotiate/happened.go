package negotiate

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/brief/plain"
	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/ledger"
	"github.com/parleysec/parley/quantity"
	"github.com/parleysec/parley/risk/learning"
)

// Happened is what happened to a threat since it was estimated, beside what its
// estimate expected, and what the estimate would be with it.
type Happened struct {
	Threat     string             `json:"threat"`
	Title      string             `json:"title"`
	Since      string             `json:"since"`       // date from which on incidents count: when the likelihood was stated
	Years      float64            `json:"years"`       // calendar time since then
	Exposure   float64            `json:"exposure"`    // years, each weighted by how open it was against the estimate
	Incidents  int                `json:"incidents"`   // since then, near misses apart
	NearMisses int                `json:"near_misses"` // since then
	Earlier    int                `json:"earlier"`     // incidents before, which the estimate has in it
	Standing   string             `json:"standing"`    // as expected, more than expected, fewer than expected; "" where nothing was expected
	Expected   *learning.Expected `json:"expected,omitempty"`
	Likelihood *Learnt            `json:"likelihood,omitempty"`
	Losses     []Learnt           `json:"losses"`
	Layers     []Learnt           `json:"layers"`
	CouldStop  []string           `json:"could_stop,omitempty"` // ids of layers that stand against it, where it happens less often than expected
	Says       string             `json:"says"`
}

// Learnt is one estimate before and after what happened.
type Learnt struct {
	Field     string            `json:"field"`           // where it stands in the file
	Stated    string            `json:"stated"`          // as typed
	Prior     *learning.Figures `json:"prior,omitempty"` // in the unit of the field: events per year, currency, share
	Posterior *learning.Figures `json:"posterior,omitempty"`
	Seen      int               `json:"seen"`               // what it learns from: events, losses, or events the layer met
	Proposed  string            `json:"proposed,omitempty"` // what to write there to take it, for a person to confirm
	Why       string            `json:"why,omitempty"`      // why nothing is proposed
}

// How what happened stands beside what was expected: beyond the 5th or 95th
// percentile, or between them.
const (
	AsExpected = "as expected"
	MoreOften  = "more than expected"
	LessOften  = "fewer than expected"
)

// leastTime is the shortest time in which something is expected to happen: what
// is recorded on the day of the estimate is not held against an instant.
const leastTime = 1.0 / 365.25 // years

// stated says from when on incidents count: those that were recorded before the
// present text are in it.
type stated struct{ likelihood, impact time.Time }

func statedOf(p *ledger.Product, threat string) stated {
	if it := p.Item(ledger.KindThreat, threat); it != nil {
		return stated{it.LikelihoodAt, it.ImpactAt}
	}
	return stated{}
}

// happening is an incident that is read for learning.
type happening struct {
	parley.Incident
	recorded time.Time // first, however it was told anew since; zero in a file
}

// after reports whether an incident came after a moment: by the date it happened on,
// and on the same day by when it was first recorded, since who decided before that
// did not know of it.
func (h happening) after(t time.Time, zone *time.Location) bool {
	day := t.In(zone).Format(time.DateOnly)
	if h.At == day && !h.recorded.IsZero() {
		return h.recorded.After(t)
	}
	return h.At >= day
}

// incidentsOf are the incidents of a threat up to the date of the price.
func (l *loaded) incidentsOf(threat string) []happening {
	if l.happenings == nil {
		recorded := map[string]time.Time{}
		if l.product != nil {
			for _, it := range l.product.Items(ledger.KindIncident) {
				recorded[it.ID] = it.FirstAt
			}
		}
		l.happenings = map[string][]happening{}
		for _, x := range l.model.Incidents {
			if x.At <= l.asOf.Format(time.DateOnly) {
				l.happenings[x.Threat] = append(l.happenings[x.Threat], happening{x, recorded[x.ID]})
			}
		}
	}
	return l.happenings[threat]
}

// happened is what happened to a threat, up to a moment.
func (l *loaded) happened(t *parley.Threat, from stated, open past, now time.Time) (Happened, error) {
	h := Happened{Threat: t.ID, Title: t.Title, Since: from.likelihood.In(l.zone).Format(time.DateOnly), Losses: []Learnt{}, Layers: []Learnt{}}
	h.Years = max(0, now.Sub(from.likelihood).Seconds()/year.Seconds())
	h.Exposure = max(open.between(from.likelihood, now), leastTime)
	all := l.incidentsOf(t.ID)
	for _, x := range all {
		switch {
		case !x.after(from.likelihood, l.zone):
			if !x.NearMiss { // of which no estimate of a likelihood speaks
				h.Earlier++
			}
		case x.NearMiss:
			h.NearMisses++
		default:
			h.Incidents++
		}
	}
	// What is proposed is what a statement of today would say: with the layers in
	// it that came since.
	anew, err := l.anew(t)
	if err != nil {
		return h, err
	}
	if err := l.expect(&h, t, anew.open); err != nil {
		return h, err
	}
	events := slices.DeleteFunc(slices.Clone(all), func(x happening) bool { return x.NearMiss || !x.after(from.impact, l.zone) })
	h.Losses = append(h.Losses, lossesLearnt(t, events, open, anew.left)...)
	h.Layers = append(h.Layers, l.layersLearnt(t, all, from.likelihood)...)
	h.Says = h.words()
	return h, nil
}

// rate is the stated rate of a threat, nil where none is stated.
func (l *loaded) rate(t *parley.Threat) (quantity.Dist, error) {
	if !t.Fair.StatesRate() {
		if t.Likelihood.IsZero() {
			return nil, nil
		}
		return t.Likelihood.Dist(), nil
	}
	p, err := l.rated(t.ID)
	if err != nil || p == nil {
		return nil, err
	}
	return p.StatedRate(t.ID)
}

// expect compares what happened with what the likelihood expects, and learns.
// anew is what a new statement would say for each event that the present one
// states.
func (l *loaded) expect(h *Happened, t *parley.Threat, anew float64) error {
	if !t.RateStated() {
		return nil
	}
	h.Likelihood = &Learnt{Field: "threats." + t.ID + ".likelihood", Stated: t.Likelihood.Text, Seen: h.Incidents}
	if t.AtMostOnce {
		h.Likelihood.Why = catalogue.T("incident.why.once")
		return nil
	}
	prior, err := l.rate(t)
	if err != nil || prior == nil {
		return err
	}
	o := learning.Observed{Events: h.Incidents, Exposure: h.Exposure, Clustered: t.Clustered.Mean()}
	e, err := learning.Expect(prior, o)
	if err != nil {
		h.Likelihood.Why = whyNot(err)
		return nil
	}
	h.Expected, h.Standing = &e, AsExpected
	switch {
	case h.Incidents > e.P95:
		h.Standing = MoreOften
	case h.Incidents < e.P5:
		h.Standing = LessOften
		// Neither the law nor people are for sale.
		if !t.Obligation.Applies() && !t.GraveHarm() {
			h.CouldStop = l.standing(t.ID)
		}
	}
	r, err := learning.UpdateRate(prior, o, e)
	if err != nil {
		h.Likelihood.Why = whyNot(err)
		return nil
	}
	h.Likelihood.Prior, h.Likelihood.Posterior = &r.Prior, &r.Posterior
	if t.Fair.StatesRate() {
		h.Likelihood.Field, h.Likelihood.Why = "threats."+t.ID+".fair", catalogue.T("incident.why.parts")
		return nil
	}
	h.Likelihood.Proposed = t.Likelihood.Restated(anew*r.Posterior.P5, anew*r.Posterior.P95)
	return nil
}

// standing are the controls that stand against a threat.
func (l *loaded) standing(threat string) []string {
	var out []string
	for _, c := range l.model.Controls {
		if slices.ContainsFunc(c.Against, func(a parley.Against) bool { return a.Threat == threat }) {
			out = append(out, c.ID)
		}
	}
	return out
}

// lossesLearnt learns what single events cost, kind by kind. A loss that was
// stated in all teaches only where the threat has one kind. What layers left of a
// loss on its day is taken back to what was stated; anew is what a new statement
// would say of each loss that the present one states.
func lossesLearnt(t *parley.Threat, seen []happening, stood past, anew float64) []Learnt {
	var out []Learnt
	kinds := t.Impact.Losses()
	for _, k := range kinds {
		var losses []float64
		for _, x := range seen {
			left := stood.left(x.At)
			add := func(cost float64) {
				if cost > 0 && left > 0 {
					losses = append(losses, cost/left)
				}
			}
			for _, y := range x.Impact.Losses() {
				if y.Kind == k.Kind {
					add(y.Loss.Amount.Mean())
				}
			}
			if len(kinds) == 1 {
				add(x.Loss.Mean())
			}
		}
		if len(losses) == 0 {
			continue
		}
		q := k.Loss.Amount
		y := Learnt{Field: "threats." + t.ID + ".impact." + string(k.Kind), Stated: q.Text, Seen: len(losses)}
		if r, err := learning.UpdateLoss(q.Dist(), losses); err != nil {
			y.Why = whyNot(err)
		} else {
			y.Prior, y.Posterior, y.Proposed = &r.Prior, &r.Posterior, q.Restated(anew*r.Posterior.P5, anew*r.Posterior.P95)
		}
		out = append(out, y)
	}
	return out
}

// layersLearnt learns what layers stop from the events that are said to have
// met them since their shares got their present text; of a file, since a day.
func (l *loaded) layersLearnt(t *parley.Threat, seen []happening, since time.Time) []Learnt {
	var out []Learnt
	one := func(b parley.Barrier, list, id string) {
		stopped, passed := 0, 0
		from := l.wordedAt(id, since)
		for _, x := range seen {
			if !x.after(from, l.zone) {
				continue
			}
			if slices.Contains(x.Stopped, id) {
				stopped++
			}
			if slices.Contains(x.Passed, id) {
				passed++
			}
		}
		i := slices.IndexFunc(b.Against, func(a parley.Against) bool { return a.Threat == t.ID && !a.Likelihood.IsZero() })
		if i < 0 || stopped+passed == 0 {
			return
		}
		q := b.Against[i].Likelihood
		y := Learnt{Field: list + "." + id + ".against." + t.ID + ".likelihood", Stated: q.Text, Seen: stopped + passed}
		if r, err := learning.UpdateShare(q.Dist(), stopped, passed); err != nil {
			y.Why = whyNot(err)
		} else {
			y.Prior, y.Posterior, y.Proposed = &r.Prior, &r.Posterior, q.Restated(r.Posterior.P5, r.Posterior.P95)
		}
		out = append(out, y)
	}
	for _, c := range l.model.Controls {
		one(c.Barrier, "controls", c.ID)
	}
	for _, m := range l.model.Mitigations {
		one(m.Barrier, "mitigations", m.ID)
	}
	return out
}

// wordedAt is when a control or mitigation got its present text; of a file, a day
// that somebody named.
func (l *loaded) wordedAt(id string, named time.Time) time.Time {
	if l.product == nil {
		return named
	}
	out := time.Time{}
	for _, kind := range []ledger.ItemKind{ledger.KindControl, ledger.KindMitigation} {
		if it := l.product.Item(kind, id); it != nil && it.At.After(out) {
			out = it.At
		}
	}
	return out
}

// whyNot says in words why an estimate does not learn.
func whyNot(err error) string {
	switch {
	case errors.Is(err, learning.ErrCertain):
		return catalogue.T("incident.why.certain")
	case errors.Is(err, learning.ErrSurprise):
		return catalogue.T("incident.why.surprise")
	case is[*learning.TooFrequentError](err):
		return catalogue.T("incident.why.frequent")
	}
	return err.Error()
}

// words says what happened beside what was expected: "2 in 12 months; 0 to 4
// expected".
func (h *Happened) words() string {
	count := catalogue.N("incident.count", h.Incidents, "time", plain.Duration(h.Years))
	if h.Incidents == 0 {
		count = catalogue.T("incident.none", "time", plain.Duration(h.Years))
	}
	said := []string{count}
	if h.NearMisses > 0 {
		said = append(said, catalogue.N("incident.near", h.NearMisses))
	}
	if h.Expected != nil {
		said[0] = catalogue.T("incident.expected", "count", count, "range", eventsRange(h.Expected.P5, h.Expected.P95))
		switch h.Standing {
		case MoreOften:
			said = append(said, catalogue.T("incident.more", "chance", plain.Percent(h.Expected.AtLeast)))
		case LessOften:
			said = append(said, catalogue.T("incident.fewer", "chance", plain.Percent(h.Expected.AtMost)))
		}
	}
	return strings.Join(said, " ")
}

func eventsRange(lo, hi int) string {
	if hi == 0 {
		return catalogue.T("incident.range.none")
	}
	if lo == hi {
		return fmt.Sprint(lo)
	}
	return catalogue.T("incident.range", "from", lo, "to", hi)
}
