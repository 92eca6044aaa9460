package negotiate

import (
	"math"
	"strings"
	"testing"
	"time"

	"github.com/parleysec/parley"
)

func (d *desk) why(req WhyRequest) *WhyResult {
	d.t.Helper()
	r, err := d.Why(d.t.Context(), d.tom, req)
	if err != nil {
		d.t.Fatal(err)
	}
	return r
}

// at is the price of all threats, or of one, at the end of a day.
func (d *desk) at(day, threat string) (annual, chance float64) {
	d.t.Helper()
	r, err := d.ShowAt(d.t.Context(), d.tom, ShowAtRequest{At: day})
	if err != nil {
		d.t.Fatal(err)
	}
	p := r.Products[0]
	if threat == "" {
		return p.ExpectedAnnualLoss, p.Chance
	}
	for _, t := range p.Threats {
		if t.ID == threat {
			return t.ExpectedAnnualLoss, t.Chance
		}
	}
	return 0, 0
}

// story is a record with one thing a day: applied on the 21st, an estimate twice
// as high on the 22nd, a mitigation decided on the 23rd and done on the 24th, the
// organisation's horizon set on the 26th, a test of the firewall passed on the 27th.
// Each day, look is called before the next thing.
func story(t *testing.T, look ...func(d *desk)) *desk {
	d := newDesk(t)
	next := func(days int) {
		for _, f := range look {
			f(d)
		}
		d.later(days)
	}
	checked := strings.NewReplacer(
		"against: [{threat: leak, likelihood: 50%}]}", "against: [{threat: leak, likelihood: 50%}], checks: [{id: waf-test, every: 7 days}]}",
		"horizon: 2 years, ", "", // nobody has set it: two years are assumed
	).Replace(shop)
	d.apply(checked)
	next(1)
	d.apply(strings.Replace(checked, "1..3 per year", "2..6 per year", 1))
	next(1)
	d.decide(DecideRequest{Threats: []string{"leak"}, Kind: parley.Mitigate, With: []string{"safe"}, Because: "it is in the news"})
	next(1)
	d.done("SHOP-W1")
	next(2)
	d.apply(strings.Replace(strings.Replace(checked, "1..3 per year", "2..6 per year", 1), "policy: {", "policy: {horizon: 3 years, ", 1))
	if _, err := d.Move(t.Context(), d.tom, MoveRequest{Decision: "SHOP-P1", Move: "approve"}); err != nil {
		t.Fatal(err)
	}
	next(1)
	d.report("waf-test", "pass", "2026-11-27T08:00:00Z")
	next(20)
	return d
}

func TestWhyAddsUp(t *testing.T) {
	d := story(t)
	for _, c := range []struct{ figure, from, to string }{
		{"", "2026-11-21", "2026-11-22"},
		{"", "2026-11-21", ""},
		{"leak", "2026-11-21", ""},
		{"leak", "2026-11-22", "2026-11-24"},
		{"SHOP-T2", "2026-11-21", "2026-11-30"},
		{"leak.chance_within_horizon", "2026-11-21", ""},
		{"chance_within_horizon", "2026-11-22", "2026-12-10"},
	} {
		r := d.why(WhyRequest{Figure: c.figure, From: c.from, To: c.to})
		for _, end := range []struct {
			day string
			got *float64
		}{{r.From, r.Before}, {r.To, r.After}} {
			annual, chance := d.at(end.day, r.Threat)
			want := annual
			if r.Figure == FigureChance {
				want = chance
			}
			if end.got == nil || math.Abs(*end.got-want) > 1e-9*want {
				t.Errorf("%+v: %v on %s, the record shows %v", c, end.got, end.day, want)
			}
		}
		steps, byCause := 0.0, 0.0
		for _, s := range r.Steps {
			steps += s.Moved
		}
		for _, x := range r.ByCause {
			byCause += x.Moved
		}
		if r.Moved == nil || math.Abs(steps-*r.Moved) > 1e-9*math.Abs(*r.After) || math.Abs(byCause-steps) > 1e-9*math.Abs(*r.After) {
			t.Errorf("%+v: moved %v, the steps %v, the causes %v", c, r.Moved, steps, byCause)
		}
	}
}

// TestWhyNamesTheCause checks each day of the story against the price of the
// days around it.
func TestWhyNamesTheCause(t *testing.T) {
	d := story(t)
	r := d.why(WhyRequest{Figure: "replay", From: "2026-11-21"})
	if len(r.Steps) != 1 || r.Steps[0].Cause != CauseEstimate || math.Abs(r.Steps[0].Moved-*r.Before) > 1e-9**r.Before {
		t.Fatalf("an estimate twice as high: %+v", r.Steps)
	}
	if s := r.Steps[0]; s.By != d.tom.ID || !strings.Contains(s.Says, "1..3 per year → 2..6 per year") || s.Event == nil || s.At.Format(time.DateOnly) != "2026-11-22" {
		t.Errorf("%+v", s)
	}
	r = d.why(WhyRequest{Figure: "leak", From: "2026-11-21"})
	for _, c := range []struct{ cause, day, before string }{
		{CauseWork, "2026-11-24", "2026-11-23"},
		{CauseEvidence, "2026-11-27", "2026-11-26"},
	} {
		then, _ := d.at(c.day, "leak")
		was, _ := d.at(c.before, "leak")
		found := false
		for _, s := range r.Steps {
			if s.Cause == c.cause && s.At.Format(time.DateOnly) == c.day {
				found = true
				if math.Abs(s.Moved-(then-was)) > 1e-9*was || s.Moved == 0 {
					t.Errorf("%s moved %v, want %v", c.cause, s.Moved, then-was)
				}
			}
		}
		if !found {
			t.Errorf("no step for %s on %s: %+v", c.cause, c.day, r.Steps)
		}
	}
	last := r.Steps[len(r.Steps)-1]
	if last.Cause != CauseTime || last.Event != nil || !(last.Moved > 0) {
		t.Errorf("the test of the firewall grew old: %+v", last)
	}
	r = d.why(WhyRequest{Figure: "chance_within_horizon", From: "2026-11-25", To: "2026-11-26"})
	if len(r.ByCause) != 1 || r.ByCause[0].Cause != CausePolicy || !(r.ByCause[0].Moved > 0) {
		t.Errorf("a longer horizon: %+v", r.ByCause)
	}
}

// TestWhyBeforeTheRecord: a figure that was not there yet has no difference.
func TestWhyBeforeTheRecord(t *testing.T) {
	d := story(t)
	r := d.why(WhyRequest{From: "2026-11-01", To: "2026-11-21"})
	if r.Before != nil || r.After == nil || r.Moved != nil || len(r.Steps) != 1 || r.Steps[0].Before != nil || *r.Steps[0].After != *r.After {
		t.Errorf("%+v", r)
	}
	if r = d.why(WhyRequest{From: "2026-10-01", To: "2026-10-02"}); r.Before != nil || r.After != nil || len(r.Steps) != 0 {
		t.Errorf("before anything: %+v", r)
	}
}

// TestWhyThroughRenames: a threat is followed under the names it had.
func TestWhyThroughRenames(t *testing.T) {
	d := newDesk(t)
	d.apply(shop)
	d.later(1)
	renamed := strings.Replace(shop, "{id: replay, title", "{id: again, was: replay, title", 1)
	d.apply(strings.Replace(renamed, "1..3 per year", "2..6 per year", 1))
	r := d.why(WhyRequest{Figure: "again", From: "2026-11-21"})
	if r.Moved == nil || math.Abs(*r.Moved-*r.Before) > 1e-9**r.Before {
		t.Errorf("under its new name: %+v", r)
	}
}

// TestWhyWhereAnIDIsTakenOver: what was called replay is called again, and another
// threat has its name: each has its own past.
func TestWhyWhereAnIDIsTakenOver(t *testing.T) {
	d := newDesk(t)
	d.apply(shop)
	was, _ := d.at("2026-11-21", "replay")
	d.later(1)
	d.apply(strings.Replace(shop, "{id: replay, title", "{id: again, was: replay, title", 1))
	d.later(1)
	d.apply(strings.Replace(strings.Replace(shop, "{id: replay, title", "{id: again, title", 1), "mitigations:", "  - {id: replay, title: Another, likelihood: 9 per year, impact: {says: It is another., financial: 9k}}\nmitigations:", 1))
	if r := d.why(WhyRequest{Figure: "again", From: "2026-11-21"}); r.Before == nil || *r.Before != was || r.Moved == nil || *r.Moved != 0 || len(r.Steps) != 0 {
		t.Errorf("what is called again now cost %v: %+v", was, r)
	}
	if r := d.why(WhyRequest{Figure: "replay", From: "2026-11-21"}); r.Before != nil || r.After == nil || len(r.Steps) != 1 || r.Steps[0].Before != nil {
		t.Errorf("what is called replay now was not there: %+v", r)
	}
}

// TestWhyOfWhatDoesNotExistAnyMore: what was avoided costs nothing from then on,
// as what was closed does.
func TestWhyOfWhatDoesNotExistAnyMore(t *testing.T) {
	for name, end := range map[string]func(d *desk){
		"avoided": func(d *desk) {
			d.decide(DecideRequest{Threats: []string{"leak"}, Kind: parley.Avoid, Drops: "the export", Because: "nobody uses it"})
			d.done("SHOP-W1")
		},
		"closed in the file": func(d *desk) {
			d.apply(strings.Replace(shop, "{id: leak, title", "{id: leak, triage: closed, title", 1))
		},
	} {
		d := newDesk(t)
		d.apply(shop)
		d.later(1)
		end(d)
		r := d.why(WhyRequest{Figure: "leak", From: "2026-11-21"})
		if r.Before == nil || r.After == nil || *r.After != 0 || r.Moved == nil || *r.Moved != -*r.Before || len(r.Steps) != 1 || r.Steps[0].Moved != *r.Moved {
			t.Errorf("%s: %+v", name, r)
		}
	}
}

func TestWhyRefuses(t *testing.T) {
	d := story(t)
	for _, c := range []struct {
		req  WhyRequest
		kind parley.ErrorKind
		says string
	}{
		{WhyRequest{Figure: "moon", From: "2026-11-21"}, parley.NotFound, "moon"},
		{WhyRequest{Figure: "leak.colour", From: "2026-11-21"}, parley.Invalid, "colour"},
		{WhyRequest{From: "", To: "2026-11-22"}, parley.Invalid, "no first date"},
		{WhyRequest{From: "2026-11-22", To: "2026-11-21"}, parley.Invalid, "not before"},
		{WhyRequest{From: "2026-11-22", To: "2026-11-22"}, parley.Invalid, "not before"},
		{WhyRequest{From: "2026-11-22", To: "2027-11-21"}, parley.Invalid, "not come"},
		{WhyRequest{From: "soon"}, parley.Invalid, "soon"},
		{WhyRequest{From: "2026-11-22", Product: "moon"}, parley.NotFound, "moon"},
	} {
		_, err := d.Why(t.Context(), d.tom, c.req)
		if parley.KindOfError(err) != c.kind || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%+v: %v, want %s that says %q", c.req, err, c.kind, c.says)
		}
	}
}
