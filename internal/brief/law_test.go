package brief

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/brief/plain"
	"github.com/parleysec/parley/internal/file"
	"github.com/parleysec/parley/plan/model"
	"github.com/parleysec/parley/risk"
	"pgregory.net/rapid"
)

// drawModel is a random file with everything a brief reads.
func drawModel(t *rapid.T) *parley.Model {
	pick := func(name string, from ...string) string { return rapid.SampledFrom(from).Draw(t, name) }
	var b strings.Builder
	b.WriteString("parley: v1\nproduct: {id: p, name: P, currency: GBP}\npolicy: {person_day: 500, common_cause: 0%}\n")
	b.WriteString("dependencies: [{id: dep, down: 2%}]\n")
	threats := rapid.IntRange(1, 4).Draw(t, "threats")
	fmt.Fprintf(&b, "controls: [{id: c, title: C, relies_on: [dep], against: [{threat: t0, likelihood: %s}]}]\nthreats:\n",
		pick("control", "50%", "30%..60%"))
	for i := range threats {
		fmt.Fprintf(&b, "  - {id: t%d, title: T%d, basis: %s, likelihood: %s, impact: {says: bad, people: {who: us, harm: %s}, financial: %s}%s}\n",
			i, i, pick("basis", "guess", "expert", "imported"),
			pick("likelihood", "1 in 40 years", "8%..20% within 2 years", "2..5 per year", "30%"),
			pick("harm", "minor", "grave"), pick("loss", "10k", "20k..400k", "{loss: 1k..90k, chance: 30%}"),
			pick("duty", "", ", obligation: {says: Law}", ", obligation: {says: Law, not_applicable: no}"))
	}
	items := rapid.IntRange(0, 5).Draw(t, "items")
	if items > 0 {
		b.WriteString("mitigations:\n")
	}
	for i := range items {
		extra := ""
		if i > 0 {
			extra = pick("bond", "", "", fmt.Sprintf(", requires: [m%d]", i-1), fmt.Sprintf(", excludes: [m%d]", i-1))
		}
		second := ""
		if threats > 1 {
			second = fmt.Sprintf(", {threat: t%d, impact: 20%%..50%%}", (i+1)%threats)
		}
		fmt.Fprintf(&b, "  - {id: m%d, title: M%d%s%s%s, against: [{threat: t%d%s}%s]}\n",
			i, i, pick("cost", "", ", cost: {effort: 5d..20d}", ", cost: {effort: 2d, once: 3k, yearly: 1k..2k}"),
			pick("lead", "", ", lead_time: 3 months"), extra,
			i%threats, pick("strength", "", ", likelihood: 60%", ", likelihood: 40%..80%"), second)
	}
	text := b.String()
	d, err := file.Read("test.yaml", []byte(text))
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	return d.Model
}

func boolInt(b bool) int {
	if b {
		return 1
	}
	return 0
}

// drawReport makes the briefs of a random model with a random plan.
func drawReport(t *rapid.T, m *parley.Model, workers int) (*risk.Portfolio, *Report) {
	p, err := risk.Compile(m, risk.Options{})
	if err != nil {
		t.Fatal(err)
	}
	var plan *model.Plan
	if rapid.Bool().Draw(t, "planned") {
		plan = &model.Plan{}
		for _, x := range m.Mitigations {
			if rapid.Bool().Draw(t, "chosen") {
				plan.Chosen = append(plan.Chosen, x.ID)
			}
		}
	}
	r, err := Build(context.Background(), m, p, plan, Options{Trials: 100, Futures: 100, Workers: workers})
	if err != nil {
		t.Fatal(err)
	}
	return p, r
}

// What is said of an option is what the prices say of doing exactly that.
func TestOptionsAreWhatThePricesSay(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := drawModel(t)
		p, r := drawReport(t, m, 1)
		w := newWorth(m, p)
		for i := range r.Threats {
			th := &r.Threats[i]
			for _, o := range th.Options {
				if o.NetBenefit == nil || o.Kind == parley.Transfer {
					continue
				}
				start := 0.0
				if o.Kind == parley.Defer {
					start = 0.5
				}
				want, _, err := p.NetBenefit(risk.Choice{Mitigations: o.With, Start: start})
				if err != nil {
					t.Fatal(err)
				}
				if math.Abs(*o.NetBenefit-want) > 1e-6*(1+math.Abs(want)) || math.Abs(w.net(nil, o.With, start)-want) > 1e-6*(1+math.Abs(want)) {
					t.Fatalf("%s: %s is worth %v, by the quick sum %v, by the prices %v", th.ID, o.ID, *o.NetBenefit, w.net(nil, o.With, start), want)
				}
				e, err := p.ExpectThreat(th.ID, risk.Scenario{Mitigations: o.With})
				if err != nil {
					t.Fatal(err)
				}
				if *o.ExpectedAnnualLossAfter != e.Annual {
					t.Fatalf("%s: %s leaves %v, the prices say %v", th.ID, o.ID, *o.ExpectedAnnualLossAfter, e.Annual)
				}
			}
		}
	})
}

// Laws that hold of every report.
func TestLawsOfReports(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := drawModel(t)
		_, r := drawReport(t, m, 2)
		total := 0.0
		for i := range r.Threats {
			th := &r.Threats[i]
			total += *th.ExpectedAnnualLoss
			if i > 0 && *th.ExpectedAnnualLoss > *r.Threats[i-1].ExpectedAnnualLoss {
				t.Fatalf("%s stands after %s, which costs less", th.ID, r.Threats[i-1].ID)
			}
			lawsOfOptions(t, m, th)
		}
		if math.Abs(total-r.Total.ExpectedAnnualLoss) > 1e-9*total {
			t.Fatalf("the threats cost %v, the total says %v", total, r.Total.ExpectedAnnualLoss)
		}
	})
}

func lawsOfOptions(t *rapid.T, m *parley.Model, th *Threat) {
	best, plans := 0, 0
	value, top := 0.0, math.Inf(-1)
	for _, o := range th.Options {
		best += boolInt(o.IsBest)
		plans += boolInt(o.InPlan)
		if o.Kind == parley.Mitigate && o.NetBenefit != nil && fits(m, nil, o.With) {
			top = max(top, *o.NetBenefit)
		}
		if o.IsBest {
			if o.NetBenefit == nil {
				t.Fatalf("%s: %+v is called worth most", th.ID, o)
			}
			value = *o.NetBenefit
		}
		if o.ChanceWithinHorizonAfter != nil && *o.ChanceWithinHorizonAfter > *th.ChanceWithinHorizon+1e-9 {
			t.Fatalf("%s makes %s likelier", o.ID, th.ID)
		}
		if len(o.Missing) > 0 && o.NetBenefit != nil {
			t.Fatalf("%s lacks %v and has a balance", o.ID, o.Missing)
		}
	}
	if best != 1 || plans > 1 {
		t.Fatalf("%s: %d options are worth most, %d are the plan's", th.ID, best, plans)
	}
	if value < top-1e-6 {
		t.Fatalf("%s: what is called worth most brings %v, another %v", th.ID, value, top)
	}
	floor := th.GraveHarm || slices.ContainsFunc(th.Duties, func(d Duty) bool { return d.On == th.ID && d.Applies })
	for _, o := range th.Options {
		switch {
		case !o.IsBest:
		case o.Kind == parley.Accept && floor && !math.IsInf(top, -1):
			t.Fatalf("%s: a floor, and living with it is called worth most", th.ID)
		case o.Kind == parley.Mitigate && !floor && value <= 0:
			t.Fatalf("%s: %s is called worth most and loses %v", th.ID, o.ID, value)
		}
	}
}

// The same bits on one processor and on two.
func TestReportsDoNotDependOnWorkers(t *testing.T) {
	m := example(t, "rounds.yaml")
	var out [2][]byte
	for i := range out {
		var err error
		if out[i], err = json.Marshal(briefs(t, m, nil, Options{Trials: 500, Futures: 100, Workers: 1 + i})); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(out[0], out[1]) {
		t.Error("one worker and two make different reports")
	}
}

// The brief of one threat alone is the one it has among all.
func TestOneThreatAlone(t *testing.T) {
	m := example(t, "rounds.yaml")
	all := briefs(t, m, nil, Options{Trials: 500, Futures: 100})
	for _, id := range []string{"ransom", "relative", "cert"} {
		one := briefs(t, m, nil, Options{Trials: 500, Futures: 100, Threats: []string{id}})
		if d := cmp.Diff(all.Threat(id), one.Threat(id), cmp.AllowUnexported(Benefit{})); d != "" || len(one.Threats) != 1 {
			t.Errorf("%s: %d briefs; among all and alone: %s", id, len(one.Threats), d)
		}
	}
}

// No line is wider than asked for, whatever the width, and Markdown tables have
// as many cells in each row.
func TestPagesFit(t *testing.T) {
	r := briefs(t, example(t, "rounds.yaml"), nil, Options{Trials: 200, Futures: 100})
	for _, width := range []int{36, 60, 80, 132} {
		for _, id := range []string{"", "ransom", "cert"} {
			var b bytes.Buffer
			if err := Text(&b, r, id, width); err != nil {
				t.Fatal(err)
			}
			for line := range strings.Lines(b.String()) {
				if n := plain.Width(strings.TrimSuffix(line, "\n")); n > width {
					t.Errorf("%q in %d columns: %d wide: %q", id, width, n, line)
				}
			}
		}
	}
}

func TestNoSuchThreat(t *testing.T) {
	r := briefs(t, read(t, peopleOnly), nil, Options{Trials: 100, Futures: 100})
	for _, err := range []error{Text(&bytes.Buffer{}, r, "nobody", 80), Markdown(&bytes.Buffer{}, r, "nobody")} {
		if parley.KindOfError(err) != parley.NotFound || !strings.Contains(err.Error(), "nobody") {
			t.Errorf("got %v", err)
		}
	}
}
