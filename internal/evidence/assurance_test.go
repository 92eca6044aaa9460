package evidence

import (
	"math"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/quantity"
)

var today = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)

const day = 24 * time.Hour

// weekly is a check that reports every 7 days.
func weekly(t testing.TB, id string) parley.Check {
	t.Helper()
	q, err := quantity.Parse("7 days", quantity.Duration, quantity.Env{})
	if err != nil {
		t.Fatal(err)
	}
	return parley.Check{ID: id, Every: q}
}

func ago(d time.Duration, o Outcome) Taken { return Taken{Check: "w", At: today.Add(-d), Outcome: o} }

// TestAssure: each standing, with the mean worked out by hand.
func TestAssure(t *testing.T) {
	optional := weekly(t, "w")
	no := false
	optional.Required = &no
	for name, c := range map[string]struct {
		checks   []parley.Check
		results  []Taken
		finished time.Time
		standing Standing
		mean     float64
	}{
		"no check":                 {nil, nil, time.Time{}, NotVerified, 1},
		"never reported":           {[]parley.Check{weekly(t, "w")}, nil, time.Time{}, Unreported, .5},
		"only inconclusive":        {[]parley.Check{weekly(t, "w")}, []Taken{ago(day, Inconclusive)}, time.Time{}, Unreported, .5},
		"another check's":          {[]parley.Check{weekly(t, "v")}, []Taken{ago(day, Pass)}, time.Time{}, Unreported, .5},
		"from the future":          {[]parley.Check{weekly(t, "w")}, []Taken{ago(-day, Fail)}, time.Time{}, Unreported, .5},
		"one pass now":             {[]parley.Check{weekly(t, "w")}, []Taken{ago(0, Pass)}, time.Time{}, Verified, 2. / 3},
		"three in one week":        {[]parley.Check{weekly(t, "w")}, []Taken{ago(0, Pass), ago(day, Pass), ago(2*day, Pass)}, time.Time{}, Verified, 2. / 3},
		"failed, then passed":      {[]parley.Check{weekly(t, "w")}, []Taken{ago(7*day, Fail), ago(0, Pass)}, time.Time{}, Verified, 2 / (3 + math.Exp2(-1./12))},
		"a failure in the window":  {[]parley.Check{weekly(t, "w")}, []Taken{ago(0, Pass), ago(6*day, Fail)}, time.Time{}, Verified, 1 / (2 + math.Exp2(-6./84))},
		"failing":                  {[]parley.Check{weekly(t, "w")}, []Taken{ago(day, Fail), ago(8*day, Pass)}, time.Time{}, Failing, 0},
		"both at once":             {[]parley.Check{weekly(t, "w")}, []Taken{ago(day, Fail), ago(day, Pass)}, time.Time{}, Failing, 0},
		"both, the pass first":     {[]parley.Check{weekly(t, "w")}, []Taken{ago(day, Pass), ago(day, Fail)}, time.Time{}, Failing, 0},
		"silent for two weeks":     {[]parley.Check{weekly(t, "w")}, []Taken{ago(14*day, Pass)}, time.Time{}, Verified, (1 + math.Exp2(-2./12)) / (2 + math.Exp2(-2./12))},
		"silent for longer":        {[]parley.Check{weekly(t, "w")}, []Taken{ago(14*day+time.Hour, Pass), ago(day, Inconclusive)}, time.Time{}, Stale, 0},
		"optional and failing":     {[]parley.Check{optional}, []Taken{ago(0, Fail)}, time.Time{}, Weak, 1. / 3},
		"just finished":            {[]parley.Check{weekly(t, "w")}, nil, today.Add(-6 * day), NotDue, 1},
		"finished, never reported": {[]parley.Check{weekly(t, "w")}, nil, today.Add(-8 * day), Unreported, .5},
		"finished and failing":     {[]parley.Check{weekly(t, "w")}, []Taken{ago(day, Fail)}, today.Add(-2 * day), Failing, 0},
		"the least of two":         {[]parley.Check{weekly(t, "w"), weekly(t, "v")}, []Taken{ago(0, Pass)}, time.Time{}, Unreported, .5},
	} {
		t.Run(name, func(t *testing.T) {
			got := Assure(c.checks, c.results, .5, c.finished, today)
			if got.Standing != c.standing || math.Abs(got.Mean-c.mean) > 1e-12 {
				t.Fatalf("%s %v, want %s %v (%+v)", got.Standing, got.Mean, c.standing, c.mean, got)
			}
			if got.Alpha+got.Beta > 0 && math.Abs(got.Alpha/(got.Alpha+got.Beta)-got.Mean) > 1e-12 {
				t.Fatalf("mean %v of Beta(%v, %v)", got.Mean, got.Alpha, got.Beta)
			}
		})
	}
}

// TestSteadyPasses: a geometric series; weekly passes for two years come near
// to 0.95, and never above what infinitely many would give.
func TestSteadyPasses(t *testing.T) {
	var results []Taken
	for k := range 104 {
		results = append(results, ago(time.Duration(k)*7*day, Pass))
	}
	r := math.Exp2(-1. / 12)
	sum := (1 - math.Pow(r, 104)) / (1 - r)
	got := Assure([]parley.Check{weekly(t, "w")}, results, .5, time.Time{}, today)
	if want := (1 + sum) / (2 + sum); math.Abs(got.Mean-want) > 1e-12 || math.Abs(want-.95) > .005 {
		t.Fatalf("%v, want %v, near .95", got.Mean, want)
	}
	if got.Checks[0].Passed != 104 || got.Checks[0].Due != today.Add(7*day) || got.Checks[0].StaleAfter != today.Add(14*day) {
		t.Fatalf("%+v", got.Checks[0])
	}
}

// TestEvery: what a check says, and the default.
func TestEvery(t *testing.T) {
	if got := Every(weekly(t, "w")); got != 7*day {
		t.Fatal(got)
	}
	if got := Every(parley.Check{}); got != 30*day {
		t.Fatal(got)
	}
}

// TestAssuranceLaws: an inconclusive result changes nothing, nor does the same
// result twice or another order; a pass never lowers and a failure never raises
// assurance.
func TestAssuranceLaws(t *testing.T) {
	check := weekly(t, "w")
	result := rapid.Custom(func(t *rapid.T) Taken {
		o := rapid.SampledFrom([]Outcome{Pass, Pass, Fail, Inconclusive}).Draw(t, "outcome")
		return ago(time.Duration(rapid.IntRange(0, 200*24).Draw(t, "hours"))*time.Hour, o)
	})
	rapid.Check(t, func(t *rapid.T) {
		results := rapid.SliceOfN(result, 0, 30).Draw(t, "results")
		u := rapid.Float64Range(0, 1).Draw(t, "unverified")
		c := check
		if required := rapid.Bool().Draw(t, "required"); !required {
			c.Required = &required
		}
		mean := func(r []Taken) float64 { return Assure([]parley.Check{c}, r, u, time.Time{}, today).Mean }
		with := func(d time.Duration, o Outcome) []Taken { return append(slices.Clone(results), ago(d, o)) }
		base := mean(results)
		if base < 0 || base > 1 || math.IsNaN(base) {
			t.Fatal(base)
		}
		at := time.Duration(rapid.IntRange(0, 200*24).Draw(t, "at")) * time.Hour
		if got := mean(with(at, Inconclusive)); got != base {
			t.Fatalf("inconclusive: %v, was %v", got, base)
		}
		if got := mean(append(slices.Clone(results), results...)); got != base {
			t.Fatalf("twice: %v, was %v", got, base)
		}
		back := slices.Clone(results)
		slices.Reverse(back)
		if got := mean(back); got != base {
			t.Fatalf("the other way round: %v, was %v", got, base)
		}
		reported := slices.ContainsFunc(results, func(r Taken) bool { return r.Outcome != Inconclusive })
		if got := mean(with(at, Pass)); reported && got < base-1e-12 {
			t.Fatalf("a pass lowers: %v, was %v", got, base)
		}
		if got := mean(with(at, Fail)); got > base+1e-12 {
			t.Fatalf("a failure raises: %v, was %v", got, base)
		}
	})
}

// TestTimeline: passes, silence, a failure, a pass again.
func TestTimeline(t *testing.T) {
	checks := []parley.Check{weekly(t, "w")}
	results := []Taken{ago(70*day, Pass), ago(63*day, Pass), ago(30*day, Fail), ago(29*day, Pass), ago(20*day, Pass), ago(day, Inconclusive)}
	var got []Standing
	last := time.Time{}
	for _, m := range Timeline(checks, results, .5, time.Time{}, time.Time{}, today) {
		got = append(got, m.Assurance.Standing)
		if !m.At.After(last) || m.At.After(today) {
			t.Fatalf("%v after %v", m.At, last)
		}
		last = m.At
	}
	want := []Standing{Verified, Verified, Stale, Failing, Verified, Verified, Stale, Stale}
	if !slices.Equal(got, want) {
		t.Fatalf("%v, want %v", got, want)
	}
}

// TestTimelineFrom: a later beginning changes nothing of what comes after it.
func TestTimelineFrom(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		check := parley.Check{ID: "w"}
		results := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) Taken {
			o := rapid.SampledFrom([]Outcome{Pass, Fail, Inconclusive}).Draw(t, "outcome")
			return ago(time.Duration(rapid.IntRange(0, 300).Draw(t, "days"))*day, o)
		}), 0, 12).Draw(t, "results")
		from := today.Add(-time.Duration(rapid.IntRange(0, 300).Draw(t, "from"))*day - time.Hour)
		all := Timeline([]parley.Check{check}, results, .5, time.Time{}, time.Time{}, today)
		part := Timeline([]parley.Check{check}, results, .5, time.Time{}, from, today)
		want := slices.DeleteFunc(slices.Clone(all), func(m Moment) bool { return m.At.Before(from) })
		if cut := len(all) - len(want); cut > 0 {
			if got, want := part[0].Assurance.Standing, all[cut-1].Assurance.Standing; !part[0].At.Equal(from) || got != want {
				t.Fatalf("begins %v, %v; want %v, %v", part[0].At, got, from, want)
			}
			part = part[1:]
		}
		if !slices.EqualFunc(part, want, func(a, b Moment) bool {
			return a.At.Equal(b.At) && a.Assurance.Standing == b.Assurance.Standing && a.Assurance.Mean == b.Assurance.Mean
		}) {
			t.Fatalf("%v, want %v", part, want)
		}
	})
}

// TestTakenBackRaisesNothing: whatever the results, a pass that is taken back leaves
// the credit as it was or lowers it, at any time from then on.
func TestTakenBackRaisesNothing(t *testing.T) {
	every := weekly(t, "a").Every
	rapid.Check(t, func(t *rapid.T) {
		optional := rapid.Bool().Draw(t, "optional")
		required := !optional
		checks := []parley.Check{{ID: "a", Every: every, Required: &required}}
		var results []Taken
		for range rapid.IntRange(1, 6).Draw(t, "n") {
			results = append(results, Taken{Check: "a", At: today.Add(-time.Duration(rapid.IntRange(0, 60*24).Draw(t, "hours")) * time.Hour), Outcome: rapid.SampledFrom([]Outcome{Pass, Fail, Inconclusive}).Draw(t, "outcome")})
		}
		var finished time.Time
		if rapid.Bool().Draw(t, "built") {
			finished = today.Add(-time.Duration(rapid.IntRange(0, 30*24).Draw(t, "finished")) * time.Hour)
		}
		i := rapid.IntRange(0, len(results)-1).Draw(t, "which")
		if results[i].Outcome != Pass {
			return
		}
		for day := range 40 {
			now := today.AddDate(0, 0, day)
			before := Assure(checks, results, 0.5, finished, now)
			after := slices.Clone(results)
			after[i].Outcome, after[i].Back = Inconclusive, true
			if got := Assure(checks, after, 0.5, finished, now); got.Mean > before.Mean+1e-12 {
				t.Fatalf("%v: from %v %v to %v %v", now, before.Standing, before.Mean, got.Standing, got.Mean)
			}
		}
	})
}
