package negotiate

import (
	"math"
	"os"
	"strings"
	"testing"

	"github.com/parleysec/parley/ledger"
)

// TestRobustness: the lead over doing nothing is the plan's value, that over a
// peer the difference of their values, items starting with their periods.
func TestRobustness(t *testing.T) {
	text, err := os.ReadFile("../../examples/shop.yaml")
	if err != nil {
		t.Fatal(err)
	}
	s := &Service{}
	r, err := s.Plan(t.Context(), Actor{ID: "priya@example.org", Known: ledger.ThisMachine, Via: ledger.ViaCLI}, PlanRequest{
		Source: Source{Name: "shop.yaml", Data: text},
		Budget: Budget{Periods: "2027-Q1=20d+10k, 2027-Q2=40d+20k, 2027-Q3=60d"}, Trials: 10_000, Robust: true,
	})
	if err != nil {
		t.Fatal(err)
	}
	if r.Robustness == nil || len(r.Chosen) == 0 || r.Robustness.Trials < 1000 {
		t.Fatalf("%+v", r.Robustness)
	}
	peers, frontier := 0, 0
	for _, x := range r.Robustness.Against {
		want := r.Value
		switch x.Kind {
		case rivalPeer:
			peers++
			want = r.Value - r.Peers[x.Peer-1].Value
		case rivalFrontier:
			frontier++
			want = x.Lead
		}
		if math.Abs(x.Lead-want) > 1e-6*math.Max(1, r.Value) {
			t.Errorf("lead over %s %d is %v, want %v", x.Kind, x.Peer, x.Lead, want)
		}
		if x.Ahead < 0 || x.Ahead > 1 || x.StandardError <= 0 {
			t.Errorf("%+v", x)
		}
		for _, f := range x.Flips {
			if f.Estimate == "" || f.Says == "" || f.Low >= 0 == (x.Lead >= 0) && f.High >= 0 == (x.Lead >= 0) {
				t.Errorf("%s: %+v turns nothing", x.Kind, f)
			}
		}
	}
	if peers != len(r.Peers) || frontier == 0 {
		t.Errorf("%d peers of %d, %d on the frontier", peers, len(r.Peers), frontier)
	}
}

func TestRobustWords(t *testing.T) {
	low := Flip{Says: "How often it happens: Theft", Low: -1, High: 8}
	got := robustWords([]Rival{
		{Kind: rivalNothing, Ahead: .9999, Flips: []Flip{low}},
		{Kind: rivalPeer, Ahead: .52, Flips: []Flip{{Says: "narrow", Low: -1, High: 1}}},
		{Kind: rivalPeer, Ahead: .601, Flips: []Flip{{Says: "wide", Low: 3, High: -9}}},
		{Kind: rivalFrontier, Ahead: 1},
	})
	want := "Of 100 draws of all estimates from their ranges, this plan is worth at least as much as doing nothing in 99; " +
		"the plans that are as good in 52 to 60; the best plans for other outlays, less or more than there is, in 100. " +
		"One estimate by itself makes doing nothing better if it turns out low: How often it happens: Theft. " +
		"Which of the plans that are as good is best turns most on one estimate: wide."
	if got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if got := robustWords([]Rival{{Kind: rivalNothing, Ahead: 1}}); !strings.HasSuffix(got, "doing nothing in 100. No single estimate at either end of its range makes doing nothing better.") {
		t.Errorf("%q", got)
	}
}
