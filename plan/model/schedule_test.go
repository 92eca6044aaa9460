package model_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/file"
	"github.com/parleysec/parley/plan"
	"github.com/parleysec/parley/plan/model"
	"github.com/parleysec/parley/risk"
)

// drawFile writes a small negotiation file with every kind of item and rule:
// lead times, discounting, common cause, dependencies, benefits, features that
// bring threats, requires, excludes, must, grave harm, and capacity by period.
func drawFile(g *rand.Rand) string {
	var b strings.Builder
	line := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	n, threats, periods := 2+g.IntN(4), 2+g.IntN(2), 1+g.IntN(3)
	line("parley: v1\nproduct: {id: p, name: P, stage: design, currency: GBP}")
	line("policy: {horizon: %d months, person_day: 500, discount_rate: %d%%, common_cause: %d%%}", 9+g.IntN(20), g.IntN(3)*8, g.IntN(2)*5)
	line("dependencies: [{id: dep, title: D, down: 2%%}]\nthreats:")
	for t := range threats {
		people := ""
		if g.IntN(5) == 0 {
			people = "people: {who: users, harm: grave}, "
		}
		line("  - {id: t%d, title: T, likelihood: %g per year, impact: {says: x, %sfinancial: %dk}}", t, .2+g.Float64(), people, 5+g.IntN(120))
	}
	line("mitigations:")
	cost := func() string {
		return fmt.Sprintf("cost: {effort: %dd, once: %d, yearly: %d}, lead_time: %d weeks", g.IntN(30), 500*g.IntN(12), 500*g.IntN(8), g.IntN(3)*g.IntN(20))
	}
	rules := func(i int) string {
		out := ""
		if j := g.IntN(n); j < i && g.IntN(3) == 0 {
			out += fmt.Sprintf(", requires: [m%d]", j)
		} else if j < i && g.IntN(4) == 0 {
			out += fmt.Sprintf(", excludes: [m%d]", j)
		} else if g.IntN(8) == 0 {
			out += ", must: true"
		}
		return out
	}
	for i := range n {
		if g.IntN(3) == 0 {
			out := ", relies_on: [dep]"
			line("  - {id: m%d, title: M, %s, against: [{threat: t%d, likelihood: %d%%}]%s%s}", i, cost(), g.IntN(threats), 20+g.IntN(70), out, rules(i))
			continue
		}
		line("  - {id: m%d, title: M, %s, against: [{threat: t0, likelihood: %d%%}, {threat: t1, impact: %d%%}], benefits: [{says: x, value: %d per year}]%s}",
			i, cost(), 20+g.IntN(70), 20+g.IntN(70), 100*g.IntN(30), rules(i))
	}
	line("features:\n  - {id: f, title: F, %s, value: %dk per year, introduces: [t%d]}", cost(), 1+g.IntN(60), threats-1)
	line("capacity:")
	for q := range periods {
		money := ""
		if g.IntN(2) == 0 {
			money = fmt.Sprintf(", money: %dk", g.IntN(14))
		}
		line("  - {period: 2027-Q%d, effort: %dd%s}", q+1, 5+g.IntN(40), money)
	}
	return b.String()
}

// trial is a small case with everything needed to value a schedule by hand.
type trial struct {
	m       *parley.Model
	p       *risk.Portfolio
	periods []model.Period
	work    map[string]parley.Work
	annual  map[string]float64 // expected loss by the items finished
}

// TestSchedulesAgreeWithBruteForce tries every period for every item and adds
// up each schedule's value moment by moment from what package risk says, and
// what falls into each period from its own account.
func TestSchedulesAgreeWithBruteForce(t *testing.T) {
	infeasible, late := 0, 0
	for seed := range uint64(200) {
		text := drawFile(rand.New(rand.NewPCG(seed, 3)))
		doc, err := file.Read("drawn.yaml", []byte(text))
		if err != nil {
			t.Fatalf("%v\n%s", err, text)
		}
		p, err := risk.Compile(doc.Model, risk.Options{})
		if err != nil {
			t.Fatal(err)
		}
		l := model.NoLimits()
		if l.Periods, err = model.PeriodsOf(doc.Model.Capacity, time.Time{}); err != nil {
			t.Fatal(err)
		}
		b, err := model.Build(doc.Model, p, l)
		if err != nil {
			t.Fatal(err)
		}
		c := &trial{m: doc.Model, p: p, periods: l.Periods, work: map[string]parley.Work{}, annual: map[string]float64{}}
		want, starts := c.best(t, b.IDs())
		got, err := b.Solve(context.Background(), model.Options{OnlyPlan: true})
		if math.IsInf(want, -1) {
			if _, no := errors.AsType[*plan.InfeasibleError](err); !no {
				t.Errorf("seed %d: nothing is possible; got %+v, %v\n%s", seed, got, err, text)
			}
			infeasible++
			continue
		}
		if err != nil || !got.Proved || math.Abs(got.Value-want) > 1e-7*math.Max(1, math.Abs(want)) {
			t.Fatalf("seed %d: got %+v, %v; want %v with %v\n%s", seed, got, err, want, starts, text)
		}
		c.delays(t, seed, b, got)
		for q, s := range got.Periods {
			if q > 0 && len(s.Items) > 0 {
				late++
			}
			if s.Cost.EffortDays > l.Periods[q].Effort+1e-6 || s.Cost.Money > l.Periods[q].Money+1e-6 {
				t.Errorf("seed %d: %+v overruns %+v", seed, s, l.Periods[q])
			}
		}
	}
	if infeasible < 3 || infeasible > 100 || late < 20 {
		t.Errorf("the cases are too easy: %d infeasible, %d periods after the first used", infeasible, late)
	}
}

// delays values each schedule with one item, and what requires it, later.
func (c *trial) delays(t *testing.T, seed uint64, b *model.Built, got *model.Plan) {
	full, err := b.Solve(context.Background(), model.Options{})
	if err != nil {
		t.Fatal(err)
	}
	ids := b.IDs()
	starts := make([]int, len(ids))
	for k := range starts {
		starts[k] = slices.IndexFunc(full.Periods, func(s model.Scheduled) bool { return slices.Contains(s.Items, ids[k]) })
	}
	for k, w := range full.Why {
		if !w.In {
			c.added(t, seed, ids, starts, k, w)
			continue
		}
		if want := len(c.periods) - 1 - starts[k]; len(w.Delays) != want {
			t.Fatalf("seed %d: %d delays of %s, want %d", seed, len(w.Delays), w.ID, want)
		}
		for q, d := range w.Delays {
			later := slices.Clone(starts)
			later[k] += q + 1
			for again := true; again; {
				again = false
				for j, id := range ids {
					for _, r := range c.work[id].Requires {
						if i := slices.Index(ids, r); later[j] >= 0 && later[j] < later[i] {
							later[j], again = later[i], true
						}
					}
				}
			}
			if want := got.Value - c.value(t, ids, later); math.Abs(d.Cost-want) > 1e-6*math.Max(1, math.Abs(got.Value)) {
				t.Errorf("seed %d: %s in %s costs %v, want %v", seed, w.ID, d.Period, d.Cost, want)
			}
		}
	}
}

// dropRivals takes out of a schedule what cannot go with some items, and what
// requires that.
func (c *trial) dropRivals(ids []string, starts []int, with map[string]bool) {
	for again := true; again; {
		again = false
		for i, id := range ids {
			if starts[i] < 0 || with[id] {
				continue
			}
			rival := slices.ContainsFunc(c.work[id].Requires, func(r string) bool { return starts[slices.Index(ids, r)] < 0 })
			for other := range with {
				rival = rival || slices.Contains(c.work[id].Excludes, other) || slices.Contains(c.work[other].Excludes, id)
			}
			if rival {
				starts[i], again = -1, true
			}
		}
	}
}

// added values the schedule with an item left out added in the first period and
// in each later one, what it requires started by then, in the place of what these
// exclude.
func (c *trial) added(t *testing.T, seed uint64, ids []string, starts []int, k int, w model.Why) {
	if want := len(c.periods) - 1; len(w.Delays) != want {
		t.Fatalf("seed %d: %d delays of %s, want %d", seed, len(w.Delays), w.ID, want)
	}
	from := func(q int) float64 {
		with := slices.Clone(starts)
		comes := map[string]bool{} // with it
		var start func(id string)
		start = func(id string) {
			comes[id] = true
			if i := slices.Index(ids, id); with[i] < 0 || with[i] > q {
				with[i] = q
				for _, r := range c.work[id].Requires {
					start(r)
				}
			}
		}
		start(ids[k])
		c.dropRivals(ids, with, comes)
		return c.value(t, ids, with)
	}
	for q, d := range w.Delays {
		if want := from(0) - from(q+1); math.Abs(d.Cost-want) > 1e-6*math.Max(1, math.Abs(from(0))) {
			t.Errorf("seed %d: to add %s in %s instead costs %v, want %v", seed, w.ID, d.Period, d.Cost, want)
		}
	}
}

// best tries every start for every item; starts[k] = −1 is never.
func (c *trial) best(t *testing.T, ids []string) (float64, []int) {
	for _, id := range ids {
		if x := c.m.Mitigation(id); x != nil {
			c.work[id] = x.Work
		} else {
			c.work[id] = c.m.Feature(id).Work
		}
	}
	value, best := math.Inf(-1), []int(nil)
	starts := make([]int, len(ids))
	for k := range starts {
		starts[k] = -1
	}
	for {
		if c.possible(ids, starts) {
			if v := c.value(t, ids, starts); v > value {
				value, best = v, slices.Clone(starts)
			}
		}
		k := 0
		for ; k < len(ids) && starts[k] == len(c.periods)-1; k++ {
			starts[k] = -1
		}
		if k == len(ids) {
			return value, best
		}
		starts[k]++
	}
}

func (c *trial) possible(ids []string, starts []int) bool {
	at := func(id string) int { return starts[slices.Index(ids, id)] }
	h := c.p.Horizon()
	for q, p := range c.periods {
		end := math.Inf(1)
		if q+1 < len(c.periods) {
			end = c.periods[q+1].Start
		}
		overlap := func(from, to float64) float64 { return math.Max(0, math.Min(to, end)-math.Max(from, p.Start)) }
		effort, money := 0.0, 0.0
		for k, id := range ids {
			if starts[k] < 0 {
				continue
			}
			w, from := c.work[id], c.periods[starts[k]].Start
			lead := w.LeadTime.Mean()
			if starts[k] == q {
				money += w.Cost.Once.Mean()
			}
			switch {
			case lead > 0:
				effort += w.Cost.Effort.Mean() * overlap(from, from+lead) / lead
			case starts[k] == q:
				effort += w.Cost.Effort.Mean()
			}
			money += w.Cost.Yearly.Mean() * overlap(from+lead, h)
		}
		if effort > p.Effort+1e-7 || money > p.Money+1e-6 {
			return false
		}
	}
	for k, id := range ids {
		w := c.work[id]
		if w.Must && starts[k] < 0 {
			return false
		}
		for _, r := range w.Requires {
			if starts[k] >= 0 && (at(r) < 0 || at(r) > starts[k]) {
				return false
			}
		}
		for _, x := range w.Excludes {
			if starts[k] >= 0 && at(x) >= 0 {
				return false
			}
		}
	}
	return c.treated(ids, starts)
}

// treated says whether grave harm is met: treated at all, or where the feature
// brings it, by the time the feature starts.
func (c *trial) treated(ids []string, starts []int) bool {
	f := slices.Index(ids, "f")
	for _, th := range c.m.Threats {
		if !th.GraveHarm() {
			continue
		}
		brought := slices.Contains(c.m.Feature("f").Introduces, th.ID)
		against, ok := 0, false
		for k, id := range ids {
			if x := c.m.Mitigation(id); x != nil && slices.ContainsFunc(x.Against, func(a parley.Against) bool { return a.Threat == th.ID }) {
				against++
				ok = ok || starts[k] >= 0 && (!brought || starts[k] <= starts[f])
			}
		}
		if brought && starts[f] < 0 || !brought && against == 0 {
			continue
		}
		if !ok {
			return false
		}
	}
	return true
}

func (c *trial) value(t *testing.T, ids []string, starts []int) float64 {
	h, v := c.p.Horizon(), 0.0
	cuts := []float64{0, h}
	for k, id := range ids {
		if starts[k] < 0 {
			continue
		}
		w, from := c.work[id], c.periods[starts[k]].Start
		lead := w.LeadTime.Mean()
		finish := from + lead
		cuts = append(cuts, math.Min(finish, h))
		v -= w.Cost.Once.Mean()*c.p.Present(from) + w.Cost.Yearly.Mean()*c.p.Annuity(finish, h)
		if effort := w.Cost.Effort.Mean() * c.p.PersonDay(); lead > 0 {
			v -= effort * c.p.Annuity(from, math.Min(finish, h)) / lead
		} else {
			v -= effort * c.p.Present(from)
		}
		if x := c.m.Mitigation(id); x != nil {
			for _, g := range x.Benefits {
				v += g.Value.Mean() * c.p.Annuity(finish, h)
			}
		} else {
			v += c.m.Feature(id).Value.Mean() * c.p.Annuity(finish, h)
		}
	}
	slices.Sort(cuts)
	for k, from := range cuts[:len(cuts)-1] {
		done := risk.Scenario{}
		for i, id := range ids {
			if starts[i] < 0 || c.periods[starts[i]].Start+c.work[id].LeadTime.Mean() > from {
				continue
			}
			if id == "f" {
				done.Features = append(done.Features, id)
			} else {
				done.Mitigations = append(done.Mitigations, id)
			}
		}
		v += (c.loss(t, risk.Scenario{}) - c.loss(t, done)) * c.p.Annuity(from, cuts[k+1])
	}
	return v
}

func (c *trial) loss(t *testing.T, s risk.Scenario) float64 {
	key := fmt.Sprint(s.Mitigations, s.Features)
	if _, ok := c.annual[key]; !ok {
		e, err := c.p.Expect(s)
		if err != nil {
			t.Fatal(err)
		}
		c.annual[key] = e.Annual
	}
	return c.annual[key]
}
