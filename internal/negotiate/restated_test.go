package negotiate

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/ledger"
)

// olderDecision records a decision to build safe queries as a program with another
// arithmetic would have, every figure times as large, with a brief in words of its own;
// how far each may rise goes with it, or is not said.
func (d *desk) olderDecision(times float64, bounded bool, seen []byte) {
	d.t.Helper()
	db, err := d.open(d.t.Context())
	if err != nil {
		d.t.Fatal(err)
	}
	_, _, err = db.Update(d.t.Context(), func(state *ledger.State, _ time.Time) ([]ledger.Draft, error) {
		t := ledger.Terms{Threats: []string{"leak"}, Kind: parley.Mitigate, With: []string{"safe"}, Because: "x", AsOf: d.today(), Engine: "risk/0", Trials: defaultTrials, Seed: defaultSeed}
		l, err := d.loadFrom(state, "shop", d.today(), nil)
		if err != nil {
			return nil, err
		}
		if t.Premises, err = l.premises(t); err != nil {
			return nil, err
		}
		for i := range t.Premises {
			p := &t.Premises[i]
			p.Value *= times
			switch {
			case !bounded:
				p.High = nil
			case p.High != nil:
				*p.High *= times
			}
		}
		return ledger.Stamp([]ledger.Draft{{Product: "shop", Body: &ledger.DecisionRecorded{Terms: t}, Attach: seen, Media: "application/json"}}, d.tom, ""), nil
	})
	if err != nil {
		d.t.Fatal(err)
	}
}

// TestANewEngineReopensNothing: what a new version of the arithmetic makes of the same
// facts is listed, and re-opens nothing; what is recorded afterwards does, and the
// re-opening says which part is the version's. The brief that was seen stays as it was,
// to the byte.
func TestANewEngineReopensNothing(t *testing.T) {
	d := newDesk(t)
	d.apply(shop)
	seen := []byte(`{"schema":"parley.brief/0","words":"that no program writes any more","figure":1e3}` + "\n")
	d.olderDecision(0.5, true, seen)
	for range 2 {
		r := d.sweep()
		if r.Recorded != 0 || len(r.Notes) != 1 || !strings.Contains(r.Notes[0], "SHOP-D1 stays in force. It was computed by risk/0; "+EngineVersion+" alone") {
			t.Fatalf("%+v", r)
		}
	}
	if r := d.apply(strings.Replace(shop, "name: Web shop", "name: Shop on the web", 1)); len(r.Reopened) != 0 {
		t.Fatalf("a new name re-opened %+v", r.Reopened)
	}
	d.apply(strings.Replace(shop, "30% within 2 years", "60% within 2 years", 1))
	m, err := d.Move(t.Context(), d.tom, MoveRequest{Decision: "SHOP-P1", Move: "approve"})
	if err != nil || len(m.Reopened) != 1 {
		t.Fatalf("%+v %v", m, err)
	}
	r, err := d.Show(t.Context(), d.tom, ShowRequest{Decision: "SHOP-D1"})
	if err != nil {
		t.Fatal(err)
	}
	last := r.History[len(r.History)-1]
	if !strings.Contains(last.Because, "computed by risk/0 when decided and by "+EngineVersion) || !strings.Contains(last.MovedBy, "SHOP-P1") {
		t.Errorf("re-opened because %q, moved by %q", last.Because, last.MovedBy)
	}
	if !bytes.Equal(r.Brief, seen) {
		t.Errorf("the brief that was seen is %s", r.Brief)
	}
}

// TestAnEngineThatAgrees: a decision of another version whose figures are the same is
// re-opened by what happens, and nothing is said of versions.
func TestAnEngineThatAgrees(t *testing.T) {
	d := newDesk(t)
	d.apply(shop)
	d.olderDecision(1, true, nil)
	if r := d.sweep(); r.Recorded != 0 || len(r.Notes) != 0 {
		t.Fatalf("%+v", r)
	}
	r := d.apply(strings.Replace(shop, "effort: 10d..20d", "effort: 60d..90d", 1))
	if len(r.Reopened) != 1 || r.Reopened[0].Because != "" {
		t.Errorf("%+v", r.Reopened)
	}
}

// TestANewEngineAndNewNames: what was renamed since is found in the record of then,
// whether its figures were computed before or after.
func TestANewEngineAndNewNames(t *testing.T) {
	renamed := strings.NewReplacer("id: leak,", "id: drip, was: leak,", "threat: leak", "threat: drip", "id: safe,", "id: sure, was: safe,").Replace(shop)
	for name, swept := range map[string]bool{"computed before": true, "computed after": false} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t)
			d.apply(shop)
			d.olderDecision(0.5, true, nil)
			if swept {
				d.sweep()
			}
			if r := d.apply(renamed); len(r.Reopened) != 0 {
				t.Fatalf("new names re-opened %+v", r.Reopened)
			}
			if r := d.sweep(); r.Recorded != 0 || len(r.Notes) != 1 || !strings.Contains(r.Notes[0], "SHOP-D1 stays in force") {
				t.Errorf("%+v", r)
			}
		})
	}
}
