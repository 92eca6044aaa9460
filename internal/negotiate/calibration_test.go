package negotiate

import (
	"math"
	"testing"
	"time"

	"github.com/parleysec/parley/ledger"
)

const guessed = `parley: v1
product: {id: shop, name: Web shop, currency: GBP}
threats:
  - {id: leak, title: Leak, likelihood: once a year, impact: {says: It is out., financial: 10k..50k}}
`

// TestCalibrationByHand: each sees their own figures, and the team's where three
// people are in them.
func TestCalibrationByHand(t *testing.T) {
	d := newDesk(t)
	d.apply(guessed)
	estimate := func(who, likelihood, impact, by string) {
		t.Helper()
		if _, err := d.AddNote(t.Context(), Local(who, ViaCLI), NoteRequest{About: "leak", Kind: ledger.NoteEstimate, Likelihood: likelihood, Impact: impact, By: by}); err != nil {
			t.Fatal(err)
		}
	}
	see := func(who string) *CalibrationResult {
		t.Helper()
		r, err := d.Calibration(t.Context(), Local(who, ViaCLI), CalibrationRequest{})
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	estimate("ann", "1 in 1 year", "20k..40k", "")
	estimate("bob", "1 in 10 years", "1k..2k", "")
	estimate("ann", "1 in 2 years", "", "carl") // what is said for somebody else is nobody's
	if r := see("ann"); r.Own.Ranges+r.Own.Forecasts != 0 || r.Team != nil || r.People != 0 {
		t.Fatalf("nothing happened yet: %+v", r)
	}
	start := d.time
	d.time = start.AddDate(0, 4, 0) // in the second quarter
	if _, err := d.AddIncident(t.Context(), d.tom, AddIncidentRequest{Threat: "leak", Losses: []string{"30k"}}); err != nil {
		t.Fatal(err)
	}
	d.time = start.Add(367 * 24 * time.Hour) // four quarters and a day and a half
	r := see("ann")
	// Once a year: 1 − e^(−1/4) = 0.221199 in a quarter. Three quarters without, one with an event.
	p := 1 - math.Exp(-0.25)
	brier := (3*p*p + (1-p)*(1-p)) / 4
	if r.Own.Forecasts != 4 || r.Own.Happened != 1 || math.Abs(*r.Own.Brier-brier) > 1e-9 {
		t.Fatalf("%+v, want %v", r.Own, brier)
	}
	// 30k lies in 20k..40k, and one event in the 0 to 3 that a mean of 1 gives 95 times in 100.
	if r.Own.Ranges != 2 || r.Own.Inside != 2 || r.Team != nil || r.People != 2 {
		t.Fatalf("%+v", r)
	}
	// bob: 30k lies outside 1k..2k; one event in the 0 to 1 of a mean of 0.1.
	if r = see("bob"); r.Own.Ranges != 2 || r.Own.Inside != 1 {
		t.Fatalf("%+v", r.Own)
	}
	if r = see("nobody"); r.Own.Ranges != 0 || r.Person != "nobody" {
		t.Fatalf("%+v", r)
	}
	// A third one: the pool is of all three, and who has none sees it as well. What
	// somebody said anew ends what they said before.
	estimate("dora", "2 in 1 year", "", "")
	estimate("ann", "1 in 5 years", "", "")
	d.time = d.time.Add(92 * 24 * time.Hour)
	r = see("nobody")
	if r.Team == nil || r.People != 3 || r.Team.Forecasts != 4+1+5+1 || r.Why != "" {
		t.Fatalf("%+v", r)
	}
	if r = see("ann"); r.Own.Forecasts != 5 {
		t.Fatalf("%+v", r.Own)
	}
}
