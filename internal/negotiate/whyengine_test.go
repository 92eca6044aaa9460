package negotiate

import (
	"math"
	"strings"
	"testing"

	"github.com/parleysec/parley"
)

// TestWhyNamesTheEngine: a figure that a decision recorded by another arithmetic is
// where the difference begins, and what the new one made of it is a part of its own;
// the parts add up.
func TestWhyNamesTheEngine(t *testing.T) {
	for figure, also := range map[string]string{
		"leak": CauseEstimate, "leak.chance_within_horizon": CauseEstimate, "leak.bad_case": "", "SAFE.effort": "", "SHOP-T1": CauseEstimate,
	} {
		d := newDesk(t)
		d.apply(shop)
		d.olderDecision(0.8, false, nil)
		d.later(1)
		day := d.today()
		d.later(1)
		d.apply(strings.Replace(shop, "30% within 2 years", "40% within 2 years", 1))
		if _, err := d.Move(t.Context(), d.tom, MoveRequest{Decision: "SHOP-P1", Move: "approve"}); err != nil {
			t.Fatal(err)
		}
		r := d.why(WhyRequest{Figure: strings.ToLower(figure), From: day})
		want := []string{CauseEngine}
		if also != "" {
			want = []string{also, CauseEngine}
		}
		var causes []string
		sum, engine := 0.0, 0.0
		for _, c := range r.ByCause {
			causes, sum = append(causes, c.Cause), sum+c.Moved
			if c.Cause == CauseEngine {
				engine = c.Moved
			}
		}
		if strings.Join(causes, " ") != strings.Join(want, " ") || math.Abs(engine-*r.Before/4) > 1e-6**r.Before || math.Abs(sum-*r.Moved) > 1e-6**r.After {
			t.Errorf("%s: %v, %v of %v moved by %v", figure, r.ByCause, engine, *r.Before, *r.Moved)
		}
		if s := r.Steps[0]; s.Cause != CauseEngine || !strings.Contains(s.Says, "SHOP-D1 recorded it by risk/0") || s.Before != r.Before && *s.Before != *r.Before {
			t.Errorf("%s: the first step is %+v", figure, s)
		}
	}
}

// TestWhyNamesNoEngine: where the figure is this program's own, or of something else
// by the first day, both ends are computed by this program.
func TestWhyNamesNoEngine(t *testing.T) {
	changed := strings.Replace(shop, "30% within 2 years", "40% within 2 years", 1)
	for name, do := range map[string]func(d *desk){
		"the same arithmetic": func(d *desk) {
			d.decide(DecideRequest{Threats: []string{"leak"}, Kind: parley.Mitigate, With: []string{"safe"}, Because: "x"})
		},
		"the same figures": func(d *desk) { d.olderDecision(1, false, nil) },
		"decided anew since": func(d *desk) {
			d.olderDecision(0.8, false, nil)
			d.later(1)
			d.decide(DecideRequest{Threats: []string{"leak"}, Kind: parley.Mitigate, With: []string{"safe"}, Because: "y", Replaces: []string{"SHOP-D1"}})
		},
		"changed since": func(d *desk) {
			d.olderDecision(0.8, false, nil)
			d.later(1)
			d.apply(changed)
			if _, err := d.Move(t.Context(), d.tom, MoveRequest{Decision: "SHOP-P1", Move: "approve"}); err != nil {
				t.Fatal(err)
			}
		},
	} {
		d := newDesk(t)
		d.apply(shop)
		do(d)
		day := d.today()
		d.later(2)
		if r := d.why(WhyRequest{Figure: "leak", From: day}); len(r.Steps) != 0 || *r.Moved != 0 {
			t.Errorf("%s: %+v", name, r)
		}
	}
}
