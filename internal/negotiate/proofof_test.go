package negotiate

import (
	"strings"
	"testing"

	"github.com/parleysec/parley"
)

// layersDrawn has two layers against a threat; common is what defeats both, strong
// the share that one of them stops.
func layersDrawn(strong, common string) string {
	return `parley: v1
product: {id: p, name: P, stage: operations, currency: GBP}
policy: {horizon: 2 years, person_day: 500, common_cause: ` + common + `, appetite: [{loss: 150k, chance: 20%}]}
threats:
  - {id: a, title: A, likelihood: 6 per year, impact: {says: x, financial: 10k..60k}}
mitigations:
  - {id: strong, title: S, cost: {once: 90k}, against: [{threat: a, likelihood: ` + strong + `}]}
  - {id: weak, title: W, cost: {once: 80k}, against: [{threat: a, likelihood: 60%}]}
  - {id: loss, title: L, cost: {once: 60k}, against: [{threat: a, impact: 50%}]}
`
}

// TestProofOf: what is judged by simulated years is proved of these, and of none
// where a drawn share is so strong that one more layer lets more pass; expectations
// are proved in any case. What is proved agrees with pricing every set by itself.
func TestProofOf(t *testing.T) {
	for _, c := range []struct {
		name, strong, common string
		b                    Budget
		of                   ProofOf
	}{
		{"expectations", "80%..99%", "20%", Budget{Money: "170k"}, OfExpectations},
		{"shortfall, certain shares", "90%", "20%", Budget{Money: "170k", Objective: Safest}, OfYears},
		{"shortfall, blind spots beyond every draw", "80%..99%", "0%", Budget{Money: "170k", Objective: Safest}, OfYears},
		{"shortfall, strong draws", "80%..99%", "20%", Budget{Money: "170k", Objective: Safest}, OfNothing},
		{"appetite, certain shares", "90%", "20%", Budget{MeetAppetite: true, Objective: Cheapest}, OfYears},
		{"appetite, strong draws", "80%..99%", "20%", Budget{MeetAppetite: true, Objective: Cheapest}, OfNothing},
	} {
		t.Run(c.name, func(t *testing.T) {
			text := layersDrawn(c.strong, c.common)
			r, err := planOf(t, text, c.b)
			if err != nil {
				t.Fatal(err)
			}
			if r.ProofOf != c.of || r.Proved != (c.of != OfNothing) || r.Gap > 1e-9 || r.EstimatedBest() != (c.of == OfNothing) {
				t.Errorf("proof of %q, proved %v, gap %v; want of %q", r.ProofOf, r.Proved, r.Gap, c.of)
			}
			if c.of != OfYears {
				return
			}
			for set := range 8 {
				with, cost := pick(set), 0.0
				for k, each := range []float64{90e3, 80e3, 60e3} {
					cost += each * float64(set>>k&1)
				}
				x, err := (&Service{}).Risk(t.Context(), priya, RiskRequest{Source: Source{Name: "p.yaml", Data: []byte(text)}, With: with, Trials: 20_000, Method: Simulate})
				if err != nil {
					t.Fatal(err)
				}
				switch {
				case c.b.MeetAppetite && !x.Appetite[0].Breached && cost < r.Cost.Money:
					t.Errorf("%v keeps the limit for %v; the plan %v takes %v", with, cost, r.Chosen, r.Cost.Money)
				case c.b.Objective == Safest && cost <= 170e3 && x.ExpectedShortfall95 < r.Shortfall.After*(1-1e-9):
					t.Errorf("%v loses %v, the plan %v %v", with, x.ExpectedShortfall95, r.Chosen, r.Shortfall.After)
				}
			}
		})
	}
}

// pick are the mitigations of layersDrawn in a set.
func pick(set int) (ids []string) {
	for k, id := range []string{"strong", "weak", "loss"} {
		if set>>k&1 == 1 {
			ids = append(ids, id)
		}
	}
	return ids
}

// TestNotFoundIsNotNone: that no plan keeps the limits is said only where that is
// certain.
func TestNotFoundIsNotNone(t *testing.T) {
	for _, c := range []struct{ common, limit, money, says string }{
		{"0%", "20%", "50k", "no plan within this budget keeps the limits"},
		{"20%", "20%", "50k", "no plan within this budget was found to keep the limits on losses; one that does costs £"},
		{"0%", "0.01%", "1m", "no plan keeps the limits on losses"},
		{"20%", "0.01%", "1m", "no plan was found to keep the limits on losses"},
	} {
		text := strings.Replace(layersDrawn("80%..99%", c.common), "chance: 20%", "chance: "+c.limit, 1)
		if c.limit != "20%" {
			text = strings.Replace(text, "loss: 150k", "loss: 1", 1)
		}
		_, err := planOf(t, text, Budget{MeetAppetite: true, Money: c.money})
		if err == nil || parley.KindOfError(err) != parley.No || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%+v: %v", c, err)
		}
	}
}

// TestAProofNamesTheKeyThatSignedIt: after the key changed that is the present one, by
// whichever key of the ledger it is checked.
func TestAProofNamesTheKeyThatSignedIt(t *testing.T) {
	d := newDesk(t)
	d.apply(shop)
	d.decide(DecideRequest{Threats: []string{"replay"}, Kind: parley.Accept, Because: "cheap", Until: "2026-12-31"})
	keys, err := d.RotateKey(t.Context(), d.tom, "as every year")
	if err != nil || len(keys.Keys) != 2 {
		t.Fatalf("%+v %v", keys, err)
	}
	proof, err := d.Prove(t.Context(), d.tom, ProveRequest{Decision: "SHOP-D1"})
	if err != nil {
		t.Fatal(err)
	}
	first, now := keys.Keys[0].Verifier, keys.Keys[1].Verifier
	for _, known := range []string{"", first, now} {
		c, err := d.CheckProof(t.Context(), d.tom, CheckProofRequest{Proof: proof, Key: known})
		if err != nil || !c.OK || c.Key != now || known == "" && !strings.Contains(c.Says, now) {
			t.Errorf("checked with %q: %+v %v", known, c, err)
		}
	}
}
