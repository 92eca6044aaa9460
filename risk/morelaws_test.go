package risk

import (
	"fmt"
	"math"
	"runtime"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// TestAdditive: threats one at a time add up to all of them, in the mean and,
// with one seed, in every year to the last bit.
func TestAdditive(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := drawFile(t, true)
		p := lawCompile(t, f)
		s := Scenario{Mitigations: f.ids}
		whole, sum, mean := yearly(t, p, s, 9), column{}, 0.0
		for i := range f.threats {
			alone := s.clone()
			for k := range f.threats {
				if k != i {
					alone.Avoided = append(alone.Avoided, fmt.Sprintf("t%d", k))
				}
			}
			for k, u := range yearly(t, p, alone, 9) {
				sum[k] += u
			}
			mean += lawExpect(t, p, alone).Annual
		}
		if sum != *whole {
			t.Fatalf("years of single threats do not add up\n%s", f.text())
		}
		if all := lawExpect(t, p, s).Annual; math.Abs(all-mean) > 1e-12*all {
			t.Fatalf("means add up to %v, not %v", mean, all)
		}
	})
}

// TestNamesDoNotMatter: other ids and another order give the same exact figures.
func TestNamesDoNotMatter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := drawFile(t, true)
		renamed := lawFile{head: f.head, threats: append([]string(nil), f.threats...), tail: f.tail}
		for i := range f.threats {
			from, to := fmt.Sprintf("t%d", i), fmt.Sprintf("other-%d", 7-i)
			renamed.threats[i] = strings.ReplaceAll(renamed.threats[i], "id: "+from+",", "id: "+to+",")
			renamed.tail = strings.ReplaceAll(renamed.tail, "threat: "+from+",", "threat: "+to+",")
		}
		p, q := lawCompile(t, f), lawCompile(t, renamed, rapid.Permutation([]int{0, 1, 2}[:len(f.threats)]).Draw(t, "order")...)
		s := Scenario{Mitigations: f.ids}
		a, b := lawExpect(t, p, s), lawExpect(t, q, s)
		for _, x := range [][2]float64{{a.Annual, b.Annual}, {a.Chance, b.Chance}, {a.Kinds.Sum(), b.Kinds.Sum()}} {
			if math.Abs(x[0]-x[1]) > 1e-12*x[0] {
				t.Fatalf("%v under other names %v\n%s", x[0], x[1], f.text())
			}
		}
		c := Choice{Mitigations: f.ids}
		n, _, err1 := p.NetBenefit(c)
		m, _, err2 := q.NetBenefit(c)
		if err1 != nil || err2 != nil || math.Abs(n-m) > 1e-9*max(1, math.Abs(n)) {
			t.Fatalf("net benefit %v, under other names %v (%v, %v)", n, m, err1, err2)
		}
	})
}

// TestScaleFree: with all money a thousand times as much, every figure in money is,
// and every chance stays.
func TestScaleFree(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := drawFile(t, true)
		f.tail = strings.ReplaceAll(f.tail, "cost: {once: 1}", "cost: {once: 2k..9k}")
		large := lawFile{head: f.head, tail: strings.ReplaceAll(f.tail, "2k..9k", "2M..9M")}
		for _, text := range f.threats {
			large.threats = append(large.threats, strings.NewReplacer("1k..30k", "1M..30M", "5k}", "5M}", "1k..2k..9k", "1M..2M..9M", "1k..9k", "1M..9M").Replace(text))
		}
		p, q := lawCompile(t, f), lawCompile(t, large)
		s := Scenario{Mitigations: f.ids[:1]}
		a, b := lawExpect(t, p, s), lawExpect(t, q, s)
		options := []Choice{{Mitigations: f.ids}}
		la, err1 := p.Learn(options)
		lb, err2 := q.Learn(options)
		if err1 != nil || err2 != nil {
			t.Fatal(err1, err2)
		}
		money := [][2]float64{{a.Annual, b.Annual}, {la.NetBenefit, lb.NetBenefit}}
		for i := range la.Estimates {
			money = append(money, [2]float64{la.Estimates[i].EVPPI, lb.Estimates[i].EVPPI})
		}
		for _, x := range money {
			if math.Abs(1000*x[0]-x[1]) > 1e-7*math.Abs(x[1])+1e-3 {
				t.Fatalf("%v became %v\n%s", x[0], x[1], f.text())
			}
		}
		if a.Chance != b.Chance {
			t.Fatalf("the chance moved from %v to %v", a.Chance, b.Chance)
		}
	})
}

// TestShareLimits: a layer that stops nothing changes no year; one that stops all
// events, or all of the loss, leaves nothing where no cause is common.
func TestShareLimits(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := drawFile(t, false)
		f.head = strings.Replace(f.head, "common_cause:", "x-cc:", 1)
		f.head = strings.Replace(f.head, "horizon:", "common_cause: 0%, horizon:", 1)
		against := func(share string) string {
			out := ""
			for i := range f.threats {
				out += fmt.Sprintf("{threat: t%d, %s}, ", i, share)
			}
			return out
		}
		f.tail += fmt.Sprintf("  - {id: none, title: N, cost: {once: 1}, against: [%s]}\n", against("likelihood: 0%, impact: 0%"))
		f.tail += fmt.Sprintf("  - {id: events, title: E, cost: {once: 1}, against: [%s]}\n", against("likelihood: 100%"))
		f.tail += fmt.Sprintf("  - {id: loss, title: L, cost: {once: 1}, against: [%s]}\n", against("impact: 100%"))
		p := lawCompile(t, f)
		s := Scenario{Mitigations: f.ids}
		with := func(id string) Scenario {
			c := s.clone()
			c.Mitigations = append(c.Mitigations, id)
			return c
		}
		if *yearly(t, p, s, 4) != *yearly(t, p, with("none"), 4) {
			t.Fatalf("a layer that stops nothing changes years\n%s", f.text())
		}
		if a, b := lawExpect(t, p, s), lawExpect(t, p, with("none")); math.Abs(a.Annual-b.Annual) > 1e-12*a.Annual {
			t.Fatalf("it changes the mean from %v to %v", a.Annual, b.Annual)
		}
		before := lawExpect(t, p, s)
		for _, id := range []string{"events", "loss"} {
			e := lawExpect(t, p, with(id))
			if e.Annual > 1e-12*before.Annual || *yearly(t, p, with(id), 4) != (column{}) {
				t.Fatalf("%s: %v is left\n%s", id, e.Annual, f.text())
			}
			if id == "events" && e.Chance > 1e-12 || id == "loss" && math.Abs(e.Chance-before.Chance) > 1e-12 {
				t.Fatalf("%s: the chance is %v, before %v", id, e.Chance, before.Chance)
			}
		}
	})
}

// TestMoreIsMore: a higher rate, a higher loss and a longer look ahead lower no
// figure; the mean is in proportion to rate and loss.
func TestMoreIsMore(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rate, low := rapid.Float64Range(0.01, 5).Draw(t, "rate"), rapid.Float64Range(100, 1e5).Draw(t, "loss")
		width, times := rapid.Float64Range(1.1, 40).Draw(t, "width"), rapid.Float64Range(1, 8).Draw(t, "times")
		price := func(rate, low, horizon float64) (*Portfolio, Expectation) {
			p := lawCompile(t, lawFile{
				head:    fmt.Sprintf("parley: v1\nproduct: {id: p, name: P, stage: operations, currency: GBP}\npolicy: {horizon: %v years}\n", horizon),
				threats: []string{fmt.Sprintf("  - {id: t, title: T, likelihood: %.9f per year, impact: {says: x, financial: %.6f..%.6f}}\n", rate, low, low*width)},
			})
			return p, lawExpect(t, p, Scenario{})
		}
		p, e := price(rate, low, 1)
		_, often := price(times*rate, low, 1)
		q, dear := price(rate, times*low, 1)
		_, long := price(rate, low, times)
		for _, x := range [][2]float64{{often.Annual, times * e.Annual}, {dear.Annual, times * e.Annual}, {long.Annual, e.Annual}, {long.Chance, often.Chance}} {
			if math.Abs(x[0]-x[1]) > 1e-6*x[1] {
				t.Fatalf("%v, want %v", x[0], x[1])
			}
		}
		if often.Chance < e.Chance || dear.Chance != e.Chance {
			t.Fatalf("chances %v, %v with more events, %v with more loss", e.Chance, often.Chance, dear.Chance)
		}
		a, b := yearly(t, p, Scenario{}, 2), yearly(t, q, Scenario{}, 2)
		for i := range a {
			if b[i] < a[i] {
				t.Fatalf("year %d loses %v, with more loss an event %v", i, a[i], b[i])
			}
		}
	})
}

// TestTransfersPayWithinBounds: others pay between nothing and all of the loss,
// less with a higher deductible, more with a higher limit or share.
func TestTransfersPayWithinBounds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		deductible, limit := rapid.IntRange(0, 80).Draw(t, "deductible"), rapid.IntRange(1, 300).Draw(t, "limit")
		share := rapid.IntRange(5, 90).Draw(t, "share")
		pays := func(deductible, limit, share int) float64 {
			p := lawCompile(t, lawFile{
				head: "parley: v1\nproduct: {id: p, name: P, stage: operations, currency: GBP}\npolicy: {horizon: 1 year}\n",
				threats: []string{fmt.Sprintf("  - {id: t, title: T, likelihood: 0.7 per year, impact: {says: x, financial: {loss: 10k..200k, chance: 60%%}, profit: 1k..5k}, "+
					"treatments: [{id: i, kind: transfer, premium: 1 per year, deductible: %dk, limit: %dk, share: %d%%, covers: [financial]}]}\n", deductible, limit, share)},
			})
			e := lawExpect(t, p, Scenario{Transfers: []string{"i"}})
			gross := lawExpect(t, p, Scenario{})
			if e.Inexact != "" || math.Abs(e.Annual+e.Threats[0].Recovered-gross.Annual) > 1e-9*gross.Annual {
				t.Fatalf("%v left and %v paid of %v (%s)", e.Annual, e.Threats[0].Recovered, gross.Annual, e.Inexact)
			}
			if r := e.Threats[0].Recovered; r < 0 || r > gross.Kinds.Of("financial") {
				t.Fatalf("%v is paid of %v", r, gross.Kinds.Of("financial"))
			}
			return e.Threats[0].Recovered
		}
		paid := pays(deductible, limit, share)
		if more := pays(deductible+10, limit, share); more > paid {
			t.Fatalf("a higher deductible pays %v instead of %v", more, paid)
		}
		if more := pays(deductible, limit+10, share); more < paid {
			t.Fatalf("a higher limit pays %v instead of %v", more, paid)
		}
		if more := pays(deductible, limit, share+10); math.Abs(more-paid*float64(share+10)/float64(share)) > 1e-9*paid {
			t.Fatalf("a higher share pays %v instead of %v", more, paid)
		}
	})
}

// TestFewPointsAreGood: where a curve on few points is taken, it is within the
// error it promises of the curve on many.
func TestFewPointsAreGood(t *testing.T) {
	taken := 0
	for n := range max(6, Draws(12)) {
		s := streamOf(uint64(n), 77)
		var sum annualSum
		text := "parley: v1\nproduct: {id: p, name: P, stage: operations, currency: GBP}\npolicy: {horizon: 1 year}\nthreats:\n"
		for i := range 1 + int(s.float()*8) {
			low := math.Pow(10, 2+3*s.float())
			text += fmt.Sprintf("  - {id: t%d, title: T, likelihood: %.4f per year, impact: {says: x, financial: %.2f..%.2f}}\n", i, 0.02*math.Pow(100, s.float()), low, low*(2+30*s.float()))
		}
		p := mustCompile(t, text)
		sources, err := p.sources(Scenario{})
		if err != nil {
			t.Fatal(err)
		}
		for _, src := range sources {
			if err := sum.add(src); err != nil {
				t.Fatal(err)
			}
		}
		few, err := sum.curveOn(fewPoints, sum.none())
		if err != nil || few.Error > goodError {
			continue // many are taken then
		}
		taken++
		many, err := sum.curveOn(gridPoints, sum.none())
		if err != nil {
			t.Fatal(err)
		}
		for p := 0.0005; p < 0.9999; p += 0.0037 {
			x := many.Quantile(p)
			if d := math.Abs(few.Exceedance(x) - many.Exceedance(x)); d > mostError {
				t.Errorf("portfolio %d: P(more than %v) is %v off", n, x, d)
			}
		}
	}
	if taken == 0 {
		t.Errorf("few points were good for %d portfolios only", taken)
	}
}

// TestMemoryIsBounded: what a simulation of 100 threats over a million trials
// allocates, all told, is below 1 GB, and what is told apart below its 512 MB for
// any number of threats.
func TestMemoryIsBounded(t *testing.T) {
	for _, threats := range []int{1, 10, 100, 1000, 5000} {
		if n := apartTrials(threats) * threats * 8; n > 512<<20 && apartTrials(threats) > blockSize {
			t.Errorf("%d threats: %d bytes told apart", threats, n)
		}
	}
	text := "parley: v1\nproduct: {id: p, name: P, stage: operations, currency: GBP}\npolicy: {horizon: 1 year}\nthreats:\n"
	for i := range 100 {
		text += fmt.Sprintf("  - {id: t%d, title: T, likelihood: 0.02 per year, impact: {says: x, financial: 1k..30k, profit: 1k..2k}}\n", i)
	}
	p := mustCompile(t, text)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	sim, err := p.Simulate(t.Context(), Scenario{}, SimOptions{Trials: Draws(1_000_000), Tail: true})
	if err != nil {
		t.Fatal(err)
	}
	runtime.ReadMemStats(&after)
	if n := after.TotalAlloc - before.TotalAlloc; n > 1<<30 {
		t.Errorf("%d MB were allocated for %d trials", n>>20, sim.Trials)
	}
}
