package negotiate

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/brief/plain"
	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/ledger"
	"github.com/parleysec/parley/quantity"
	"github.com/parleysec/parley/risk/learning"
)

// CalibrationRequest asks how far estimates on record could be taken at their word.
type CalibrationRequest struct {
	Product string
}

// CalibrationResult is how well whoever asks was calibrated, and the team as a
// whole. Nobody else's own figures are in it.
type CalibrationResult struct {
	Schema  string                `json:"schema"`
	AsOf    string                `json:"as_of"`
	Product string                `json:"product"`
	Person  string                `json:"person"`
	Own     learning.Calibration  `json:"own"`
	People  int                   `json:"people"` // whose estimates came to something
	Team    *learning.Calibration `json:"team,omitempty"`
	Why     string                `json:"why,omitempty"` // why there is none of the team
}

// leastTeam is how many people a pool of scores takes: with two, each would read
// the other's from it.
const leastTeam = 3

// quarter is the stretch of time for which a stated chance is compared with what
// happened, in years: short enough that there is something to learn from.
const quarter = 0.25

// Calibration says how what people estimated compares with what happened: to
// each their own, and pooled where that shows nobody.
func (s *Service) Calibration(ctx context.Context, actor Actor, req CalibrationRequest) (*CalibrationResult, error) {
	a, p, err := s.recordedOf(ctx, actor, "Calibration", req.Product)
	if err != nil {
		return nil, err
	}
	l, err := s.loadFrom(a.state, p.ID, "", nil)
	if err != nil {
		return nil, ledgerError("read "+p.ID, err)
	}
	all, err := s.opinionsOf(ctx, l)
	if err != nil {
		return nil, err
	}
	r := &CalibrationResult{Schema: "parley.calibration/1", AsOf: l.asOf.Format(time.DateOnly), Product: p.ID, Person: actor.ID}
	by := map[string]*track{}
	var team track
	for _, o := range all {
		t, err := l.trackOf(o, s.now())
		if err != nil {
			return nil, err
		}
		if len(t.ranges)+len(t.forecasts) == 0 {
			continue
		}
		who := strings.ToLower(o.by)
		if by[who] == nil {
			by[who] = &track{}
		}
		by[who].add(t)
		team.add(t)
	}
	if own := by[strings.ToLower(actor.ID)]; own != nil {
		r.Own = learning.Calibrate(own.ranges, own.forecasts)
	}
	if r.People = len(by); r.People < leastTeam {
		r.Why = catalogue.N("calibration.few", r.People, "least", leastTeam)
		return r, nil
	}
	pooled := learning.Calibrate(team.ranges, team.forecasts)
	r.Team = &pooled
	return r, nil
}

// opinion is what one person estimated of one threat, until they said otherwise.
type opinion struct {
	by          string
	threat      *parley.Threat
	from, until time.Time
	likelihood  quantity.Quantity // zero: nothing
	loss        quantity.Quantity // of one event; zero: nothing
	open        past
}

// track is what somebody stated, and what it came to.
type track struct {
	ranges    []learning.Stated
	forecasts []learning.Forecast
}

func (t *track) add(o track) {
	t.ranges, t.forecasts = append(t.ranges, o.ranges...), append(t.forecasts, o.forecasts...)
}

// opinionsOf are the estimates of people on record, of the file and of the
// discussion, in order of time. What is said for somebody else is nobody's.
func (s *Service) opinionsOf(ctx context.Context, l *loaded) ([]opinion, error) {
	var out []opinion
	earliest := s.now()
	var ids []string
	for i := range l.model.Threats {
		t := &l.model.Threats[i]
		list := opinionsOn(l, t)
		slices.SortStableFunc(list, func(a, b opinion) int { return a.from.Compare(b.from) })
		for j := range list {
			list[j].until = s.now()
			for _, later := range list[j+1:] {
				if strings.EqualFold(later.by, list[j].by) && later.likelihood.IsZero() == list[j].likelihood.IsZero() {
					list[j].until = later.from
					break
				}
			}
			if list[j].from.Before(earliest) {
				earliest = list[j].from
			}
		}
		if len(list) > 0 {
			ids = append(ids, t.ID)
		}
		out = append(out, list...)
	}
	if len(out) == 0 {
		return nil, nil
	}
	pasts, err := s.pasts(ctx, l.product.ID, ids, earliest)
	if err != nil {
		return nil, err
	}
	for i := range out {
		out[i].open = pasts[out[i].threat.ID]
	}
	return out, nil
}

// opinionsOn are the estimates of people about one threat.
func opinionsOn(l *loaded, t *parley.Threat) []opinion {
	var list []opinion
	for _, e := range t.Estimates {
		at, err := time.ParseInLocation(time.DateOnly, e.At, l.zone)
		if err != nil {
			continue // nobody knows since when
		}
		o := opinion{by: e.By, threat: t, from: at, likelihood: e.Likelihood}
		if kinds := e.Impact.Losses(); len(kinds) == 1 {
			o.loss = kinds[0].Loss.Amount
		}
		list = append(list, o)
	}
	for _, n := range l.product.Notes {
		if n.Kind != ledger.NoteEstimate || n.By != "" || n.ID != t.ID || n.Impact == "" {
			continue
		}
		q, err := quantity.Parse(n.Impact, quantity.Money, l.model.Env())
		if err != nil {
			continue
		}
		list = append(list, opinion{by: n.Actor.ID, threat: t, from: n.At, loss: q})
	}
	return list
}

// trackOf compares one estimate with what happened while it stood: each loss with
// the range of a loss, the number of events with the range that is expected of
// it, and for each whole quarter the chance of an event with whether there was one.
func (l *loaded) trackOf(o opinion, now time.Time) (track, error) {
	var t track
	var events []happening
	for _, x := range l.incidentsOf(o.threat.ID) {
		if !x.NearMiss && x.after(o.from, l.zone) && !x.after(o.until, l.zone) {
			events = append(events, x)
		}
	}
	if !o.loss.IsZero() {
		d := o.loss.Dist()
		for _, x := range events {
			if cost, stated := x.Cost(); stated {
				t.ranges = append(t.ranges, learning.Stated{P5: d.Quantile(0.05), P95: d.Quantile(0.95), Came: cost})
			}
		}
	}
	if o.likelihood.IsZero() || o.threat.AtMostOnce || len(o.open) == 0 {
		return t, nil
	}
	prior, span := o.likelihood.Dist(), time.Duration(quarter*float64(year))
	from := o.from
	for end := from.Add(span); !end.After(o.until) && !end.After(now); from, end = end, end.Add(span) {
		exposure := o.open.between(from, end)
		if exposure <= 0 {
			continue
		}
		e, err := learning.Expect(prior, learning.Observed{Events: 1, Exposure: exposure, Clustered: o.threat.Clustered.Mean()})
		if err != nil {
			continue // so many that single ones are not counted
		}
		t.forecasts = append(t.forecasts, learning.Forecast{Chance: e.AtLeast, Happened: l.between(events, from, end) > 0})
	}
	if from.Equal(o.from) {
		return t, nil // no quarter is over
	}
	n := l.between(events, o.from, from)
	e, err := learning.Expect(prior, learning.Observed{Events: n, Exposure: max(o.open.between(o.from, from), leastTime), Clustered: o.threat.Clustered.Mean()})
	if err == nil {
		t.ranges = append(t.ranges, learning.Stated{P5: float64(e.P5), P95: float64(e.P95), Came: float64(n)})
	}
	return t, nil
}

// between counts the events after a moment up to another.
func (l *loaded) between(events []happening, from, to time.Time) int {
	n := 0
	for _, x := range events {
		if x.after(from, l.zone) && !x.after(to, l.zone) {
			n++
		}
	}
	return n
}

// tooFew is the chance of so few ranges that held below which it is said.
const tooFew = 0.05

// CalibrationWords puts how well somebody estimated into sentences.
func CalibrationWords(c learning.Calibration) []string {
	var out []string
	if c.Ranges+c.Forecasts == 0 {
		out = append(out, catalogue.T("calibration.none"))
	}
	if c.Ranges > 0 {
		out = append(out, catalogue.N("calibration.ranges", c.Ranges, "inside", c.Inside))
		if *c.Chance < tooFew {
			out = append(out, catalogue.T("calibration.narrow", "chance", plain.Of100(*c.Chance)))
		}
	}
	if c.Forecasts > 0 {
		two := func(x float64) string { return strconv.FormatFloat(x, 'f', 2, 64) }
		out = append(out, catalogue.N("calibration.chances", c.Forecasts, "brier", two(*c.Brier), "base", two(*c.BaseRate)))
	}
	return out
}
