package model_test

import (
	"context"
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

// TestWorthIf solves each file again with the item cheaper than what WorthIf
// says, which brings it in, and dearer, which does not; where nothing is said,
// it stays out even for free.
func TestWorthIf(t *testing.T) {
	said, never := 0, 0
	for seed := range uint64(120) {
		text := drawFile(rand.New(rand.NewPCG(seed, 29)))
		p, err := scheduled(t, text).Solve(context.Background(), model.Options{})
		if err != nil {
			continue
		}
		has := func(id string, share float64) bool {
			q, err := scheduled(t, cheaper(text, id, share)).Solve(context.Background(), model.Options{OnlyPlan: true})
			if err != nil {
				t.Fatal(err)
			}
			return q.Value > p.Value+1e-4
		}
		for _, w := range p.Why {
			if w.WorthIfOpen {
				t.Errorf("seed %d: %s is left open, though there was time", seed, w.ID)
			}
			switch {
			case w.Reason != model.TooDear && w.Reason != model.NoRoom:
				if w.WorthIf != nil {
					t.Errorf("seed %d: %s is %s, and said to be worth it", seed, w.ID, w.Reason)
				}
			case w.WorthIf == nil:
				if never++; has(w.ID, 0) {
					t.Errorf("seed %d: %s would come in for free", seed, w.ID)
				}
			default:
				said++
				s := w.WorthIf.CostShare
				if s > .01 && !has(w.ID, s-.01) || s < .98 && has(w.ID, s+.02) {
					t.Errorf("seed %d: %s is not worth it up to %v of its cost", seed, w.ID, s)
				}
			}
		}
	}
	if said < 20 || never < 1 {
		t.Errorf("%d said, %d never: the files test little", said, never)
	}
}
