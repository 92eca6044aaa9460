package negotiate

import (
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/ledger"
)

func (d *desk) sweep() *SweepResult {
	d.t.Helper()
	r, err := d.Sweep(d.t.Context(), d.tom)
	if err != nil {
		d.t.Fatal(err)
	}
	return r
}

func TestSweepEndsWhatIsOver(t *testing.T) {
	d := newDesk(t)
	d.apply(shop)
	d.decide(DecideRequest{Threats: []string{"replay"}, Kind: parley.Accept, Because: "cheap", Until: "2026-12-01"})
	d.decide(DecideRequest{Threats: []string{"leak"}, Kind: parley.Accept, Because: "rare", Until: "2027-06-30"})
	d.time = time.Date(2026, 12, 1, 23, 59, 0, 0, time.UTC)
	if r := d.sweep(); r.Recorded != 0 || len(r.Ended) != 0 {
		t.Errorf("on its last day: %+v", r)
	}
	d.time = d.time.Add(24 * 30 * time.Hour) // after the program was off for a month
	r := d.sweep()
	if r.Recorded != 1 || len(r.Ended) != 1 || r.Ended[0].ShortID != "SHOP-D1" || r.Ended[0].Status != string(ledger.Expired) {
		t.Errorf("after its end: %+v", r)
	}
	if again := d.sweep(); again.Recorded != 0 || len(again.Ended) != 0 {
		t.Errorf("a second time: %+v", again)
	}
	log, err := d.Log(t.Context(), d.tom, LogRequest{Limit: 1})
	if err != nil || log.Events[0].Actor.Via != ledger.ViaJob {
		t.Errorf("%+v %v", log.Events[0], err)
	}
}

// TestSweepAcrossZones (D10): the end of a day is that of the clock's zone, also on
// the day the clocks change.
func TestSweepAcrossZones(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	d := newDesk(t)
	d.time = d.time.In(berlin)
	d.apply(shop)
	d.decide(DecideRequest{Threats: []string{"replay"}, Kind: parley.Accept, Because: "cheap", Until: "2027-03-28"}) // 23 hours long there
	d.time = time.Date(2027, 3, 28, 23, 59, 0, 0, berlin)
	if r := d.sweep(); r.Recorded != 0 {
		t.Errorf("a minute before midnight: %+v", r)
	}
	d.time = d.time.Add(time.Minute)
	if r := d.sweep(); r.Recorded != 1 {
		t.Errorf("at midnight: %+v", r)
	}
}

// TestSweepTwiceAtOnce (D9, D10): of several sweeps at the same moment one records.
func TestSweepTwiceAtOnce(t *testing.T) {
	d := newDesk(t)
	d.apply(shop)
	d.decide(DecideRequest{Threats: []string{"replay"}, Kind: parley.Accept, Because: "cheap", Until: "2026-12-01"})
	d.time = time.Date(2026, 12, 24, 0, 0, 0, 0, time.UTC)
	now := d.time
	var wg sync.WaitGroup
	var mu sync.Mutex
	recorded := 0
	for range 6 {
		wg.Go(func() {
			s := &Service{Ledger: d.Ledger, Now: func() time.Time { return now }}
			r, err := s.Sweep(t.Context(), d.tom)
			mu.Lock()
			defer mu.Unlock()
			if err != nil {
				t.Error(err)
			} else {
				recorded += r.Recorded
			}
			if err := s.Close(); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if recorded != 1 {
		t.Errorf("%d events, want 1", recorded)
	}
}

func TestShowAt(t *testing.T) {
	d := newDesk(t)
	d.apply(shop)
	d.decide(DecideRequest{Threats: []string{"replay"}, Kind: parley.Accept, Because: "cheap", Until: "2026-12-01"})
	first := d.annual("leak")
	d.time = d.time.AddDate(0, 0, 5)
	d.apply(strings.Replace(shop, "200k..900k", "400k..1800k", 1))
	d.time = d.time.AddDate(0, 1, 0)
	d.sweep()
	show := func(at string) ProductAt {
		t.Helper()
		r, err := d.ShowAt(t.Context(), d.tom, ShowAtRequest{At: at})
		if err != nil || len(r.Products) != 1 {
			t.Fatal(r, err)
		}
		return r.Products[0]
	}
	price := func(p ProductAt, id string) float64 {
		for _, x := range p.Threats {
			if x.ID == id {
				return x.ExpectedAnnualLoss
			}
		}
		return -1
	}
	then, later, now := show("2026-11-21"), show("2026-11-30"), show("")
	if len(then.InForce) != 1 || then.InForce[0].Status != string(ledger.InForce) || len(now.InForce) != 0 {
		t.Errorf("in force then %+v, now %+v", then.InForce, now.InForce)
	}
	if price(then, "leak") != first || price(later, "leak") <= first*1.9 || price(now, "leak") != price(later, "leak") {
		t.Errorf("leak: %v then (was %v), %v later, %v now", price(then, "leak"), first, price(later, "leak"), price(now, "leak"))
	}
	r, err := d.Show(t.Context(), d.tom, ShowRequest{Decision: "SHOP-D1", At: "2026-11-21"})
	if err != nil || r.Decision.Status != string(ledger.InForce) || len(r.Brief) == 0 {
		t.Errorf("%+v %v", r, err)
	}
	for _, bad := range []string{"2026-11-20", "yesterday"} {
		if _, err := d.ShowAt(t.Context(), d.tom, ShowAtRequest{At: bad}); err == nil {
			t.Errorf("%s was shown", bad)
		}
	}
}
