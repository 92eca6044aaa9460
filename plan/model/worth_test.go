package model_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/parleysec/parley/plan/model"
)

var oneItem = regexp.MustCompile(`cost: \{effort: (\d+)d, once: (\d+), yearly: (\d+)\}`)

// cheaper is the file with one item costing a share of what it does.
func cheaper(text, id string, share float64) string {
	lines := strings.Split(text, "\n")
	for i, l := range lines {
		if !strings.Contains(l, "{id: "+id+",") {
			continue
		}
		m := oneItem.FindStringSubmatch(l)
		num := func(k int) string {
			v, _ := strconv.ParseFloat(m[k], 64)
			return strconv.FormatFloat(v*share, 'f', 9, 64)
		}
		lines[i] = strings.Replace(l, m[0], "cost: {effort: "+num(1)+"d, once: "+num(2)+", yearly: "+num(3)+"}", 1)
	}
	return strings.Join(lines, "\n")
}

var oneShare = regexp.MustCompile(`(likelihood|impact): (\d+)%`)

// stronger is the file with one mitigation letting through a share of what it
// does.
func stronger(text, id string, share float64) string {
	lines := strings.Split(text, "\n")
	for i, l := range lines {
		if !strings.Contains(l, "{id: "+id+",") {
			continue
		}
		lines[i] = oneShare.ReplaceAllStringFunc(l, func(s string) string {
			m := oneShare.FindStringSubmatch(s)
			v, _ := strconv.ParseFloat(m[2], 64)
			return m[1] + ": " + strconv.FormatFloat(100-share*(100-v), 'f', 9, 64) + "%"
		})
	}
	return strings.Join(lines, "\n")
}

// TestWorthIf solves each file again with the item cheaper, or stronger, than
// what is said, which brings it in, and dearer, or weaker, which does not; where
// nothing is said, it stays out even for free, or stopping everything.
func TestWorthIf(t *testing.T) {
	var cheap, strong tally
	for seed := range uint64(120) {
		text := drawFile(rand.New(rand.NewPCG(seed, 29)))
		p, err := scheduled(t, text).Solve(context.Background(), model.Options{})
		if err != nil {
			continue
		}
		better := func(text string) bool {
			q, err := scheduled(t, text).Solve(context.Background(), model.Options{OnlyPlan: true})
			if err != nil {
				t.Fatal(err)
			}
			return q.Value > p.Value+1e-4
		}
		for _, w := range p.Why {
			if w.WorthIfOpen {
				t.Errorf("seed %d: %s is left open, though there was time", seed, w.ID)
			}
			if w.Reason != model.TooDear && w.Reason != model.NoRoom && w.Reason != model.IsExcluded {
				if w.WorthIf != nil || w.WorthIfStops != nil {
					t.Errorf("seed %d: %s is %s, and said to be worth it", seed, w.ID, w.Reason)
				}
				continue
			}
			name := fmt.Sprintf("seed %d: %s", seed, w.ID)
			var share *float64
			if w.WorthIf != nil {
				share = &w.WorthIf.CostShare
			}
			cheap.check(t, name+" costing less", share, func(share float64) bool { return better(cheaper(text, w.ID, share)) })
			if w.ID == "f" {
				continue // a feature stops nothing
			}
			share = nil
			if w.WorthIfStops != nil {
				share = &w.WorthIfStops.LetsThrough
			}
			strong.check(t, name+" stopping more", share, func(share float64) bool { return better(stronger(text, w.ID, share)) })
		}
	}
	if cheap.said < 20 || cheap.never < 1 || strong.said < 15 || strong.never < 5 {
		t.Errorf("%+v and %+v: the files test little", cheap, strong)
	}
}

// tally counts where something was said and where not.
type tally struct{ said, never int }

// check asks on both sides of a threshold; nil is that no share does.
func (c *tally) check(t *testing.T, name string, share *float64, has func(float64) bool) {
	t.Helper()
	if share == nil {
		if c.never++; has(0) {
			t.Errorf("%s: it would come in", name)
		}
		return
	}
	c.said++
	if s := *share; s > .01 && !has(s-.01) || s < .98 && has(s+.02) {
		t.Errorf("%s: it is not worth it up to %v", name, s)
	}
}

// TestWorthIfStops is a case to be worked out by hand: one layer against a loss
// of 100k a year over one year, undiscounted, at 40k: worth it above 40 %.
func TestWorthIfStops(t *testing.T) {
	p, err := scheduled(t, `parley: v1
product: {id: p, name: P, currency: GBP}
policy: {horizon: 1 year, person_day: 500, discount_rate: 0%, common_cause: 0%}
threats: [{id: t, title: T, likelihood: 1 per year, impact: {says: x, financial: 100k}}]
mitigations: [{id: m, title: M, cost: {once: 40k}, against: [{threat: t, likelihood: 30%}]}]
`).Solve(context.Background(), model.Options{})
	if err != nil {
		t.Fatal(err)
	}
	w := p.Why[0]
	if w.In || w.WorthIf == nil || w.WorthIfStops == nil {
		t.Fatalf("%+v", w)
	}
	near(t, "cost", w.WorthIf.Cost.Money, 30e3, .006)
	near(t, "stops", *w.WorthIfStops.Against[0].Likelihood, .4, .01)
	if w.WorthIfStops.Against[0].Impact != nil || w.WorthIfStops.Against[0].Threat != "t" {
		t.Errorf("%+v", w.WorthIfStops)
	}
}
