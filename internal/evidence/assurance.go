package evidence

import (
	"math"
	"slices"
	"time"

	"github.com/parleysec/parley"
)

// Standing is how far a layer, or one check of it, can be relied on.
type Standing string

// The standings.
const (
	NotVerified Standing = "not verified"   // it declares no check: as stated, full credit
	NotDue      Standing = "not due yet"    // finished lately, its first report is still to come: full credit
	NotFinished Standing = "not finished"   // a mitigation still to be built: as stated, it owes nothing yet
	Unreported  Standing = "never reported" // the credit of the prior alone
	Verified    Standing = "verified"       // its latest report is a pass, and recent
	Weak        Standing = "weak"           // a check that is not required failed or fell silent
	Failing     Standing = "failing"        // the latest report of a required check is a failure: no credit
	Stale       Standing = "stale"          // a required check fell silent: no credit
)

// DefaultEvery is how often a check reports that does not say so.
const DefaultEvery = 30 * 24 * time.Hour

// The constants of the arithmetic; docs/maths.md says why.
const (
	priorResults = 2.0  // results that the prior weighs
	halfLife     = 12.0 // in units of `every`
	silence      = 2    // in units of `every`: longer is stale
)

const year = 365.25 * 24 * time.Hour

// Taken is the result of one check, as recorded.
type Taken struct {
	Check   string
	At      time.Time
	Outcome Outcome
	Back    bool // it was a pass that somebody took back: it counts as neither, but the check did report
}

// Assurance is how far the checks of a layer bear out what it is said to stop:
// a share a of its efficacy is there. a ~ Beta(Alpha, Beta); where both are 0 it
// is the constant Mean.
type Assurance struct {
	Standing    Standing
	Alpha, Beta float64
	Mean        float64 // 0..1
	Check       string  // the check that decides, the least of them; "" without checks
	Optional    bool    // that one is not required
	Checks      []CheckAssurance
}

// CheckAssurance is what one check contributes, and why.
type CheckAssurance struct {
	Check       string
	Required    bool // its failure or silence takes the credit of the layer
	Standing    Standing
	Alpha, Beta float64
	Mean        float64
	Passed      int       // windows of `every` that count as passed
	Failed      int       // windows that count as failed
	Last        time.Time // its latest pass or failure; zero when there is none
	Due         time.Time // when its next report is due; zero when it never reported and nothing was finished
	StaleAfter  time.Time // when silence takes the credit; zero when it never reported
}

// Assure works out how a layer stands at a time by the results of its checks.
// Results after that time, of other checks, and inconclusive ones do not count;
// two equal results count once. unverified is the credit of a check that never
// reported, 0..1. finished is when a mitigation was finished; zero for a control.
func Assure(checks []parley.Check, results []Taken, unverified float64, finished, now time.Time) Assurance {
	if len(checks) == 0 {
		return Assurance{Standing: NotVerified, Mean: 1}
	}
	var out Assurance
	for i, c := range checks {
		a := assureCheck(c, results, unverified, finished, now)
		out.Checks = append(out.Checks, a)
		if i == 0 || a.Mean < out.Mean {
			out.Standing, out.Alpha, out.Beta, out.Mean, out.Check, out.Optional = a.Standing, a.Alpha, a.Beta, a.Mean, a.Check, !a.Required
		}
	}
	return out
}

// Every is how often a check reports.
func Every(c parley.Check) time.Duration {
	if c.Every.IsZero() {
		return DefaultEvery
	}
	if d := c.Every.Mean() * float64(year); d >= float64(time.Minute) && d < math.MaxInt64/64 {
		return time.Duration(d).Round(time.Second)
	}
	return DefaultEvery
}

// Required reports whether the failure or silence of a check takes the credit of its
// layer away, as it does where nobody said otherwise.
func Required(c parley.Check) bool { return c.Required == nil || *c.Required }

func assureCheck(c parley.Check, results []Taken, unverified float64, finished, now time.Time) CheckAssurance {
	every := Every(c)
	required := Required(c)
	out := CheckAssurance{Check: c.ID, Required: required, Standing: Unreported}
	latest := Inconclusive
	windows := map[int64]*window{}
	var heard time.Time // the latest pass that was taken back
	for _, r := range results {
		if r.Back && r.Check == c.ID && !r.At.After(now) && r.At.After(heard) {
			heard = r.At
		}
		if r.Check != c.ID || r.At.After(now) || r.Outcome != Pass && r.Outcome != Fail {
			continue
		}
		if !r.At.Before(out.Last) {
			if r.At.After(out.Last) || latest != Fail { // of two at once the failure counts
				latest = r.Outcome
			}
			out.Last = r.At
		}
		k := int64(now.Sub(r.At) / every)
		if windows[k] == nil {
			windows[k] = &window{}
		}
		windows[k].add(r)
	}
	out.count(windows, unverified, every, now)
	switch {
	case out.Last.IsZero() && !heard.IsZero(): // it reported once: no credit comes of that word being gone
		out.Due, out.StaleAfter = heard.Add(every), heard.Add(silence*every)
		if required && now.After(out.StaleAfter) {
			out.Standing, out.Alpha, out.Beta, out.Mean = Stale, 0, 0, 0
		}
		return out
	case out.Last.IsZero() && !finished.IsZero() && now.Before(finished.Add(every)):
		out.Standing, out.Due = NotDue, finished.Add(every)
		out.Alpha, out.Beta, out.Mean = 0, 0, 1
		return out
	case out.Last.IsZero():
		if !finished.IsZero() {
			out.Due = finished.Add(every)
		}
		return out
	}
	out.Due, out.StaleAfter = out.Last.Add(every), out.Last.Add(silence*every)
	silent := now.After(out.StaleAfter)
	switch {
	case !required && (latest == Fail || silent):
		out.Standing = Weak
	case latest == Fail:
		out.Standing = Failing
		out.Alpha, out.Beta, out.Mean = 0, 0, 0
	case silent:
		out.Standing = Stale
		out.Alpha, out.Beta, out.Mean = 0, 0, 0
	default:
		out.Standing = Verified
	}
	return out
}

// window is one period of `every`, counted back from now: it counts as one
// result, a failure if anything in it failed.
type window struct {
	failed bool
	at     time.Time // the latest result of the kind that counts
}

func (w *window) add(r Taken) {
	fail := r.Outcome == Fail
	if fail != w.failed {
		if w.failed {
			return
		}
		*w = window{failed: true, at: r.At}
		return
	}
	if r.At.After(w.at) {
		w.at = r.At
	}
}

// count fills in the Beta: the prior, and each window with its weight
// ½^(age/(12·every)).
func (a *CheckAssurance) count(windows map[int64]*window, unverified float64, every time.Duration, now time.Time) {
	a.Alpha, a.Beta = priorResults*unverified, priorResults*(1-unverified)
	order := make([]int64, 0, len(windows))
	for k := range windows {
		order = append(order, k)
	}
	slices.Sort(order) // sums must not depend on the order of a map
	for _, k := range order {
		w := windows[k]
		weight := math.Exp2(-float64(now.Sub(w.at)) / (halfLife * float64(every)))
		if w.failed {
			a.Failed++
			a.Beta += weight
		} else {
			a.Passed++
			a.Alpha += weight
		}
	}
	a.Mean = a.Alpha / (a.Alpha + a.Beta)
}

// Moment is a time at which the assurance of a layer changed its standing, or a
// result came in.
type Moment struct {
	At        time.Time
	Assurance Assurance
}

// Timeline is the assurance of a layer at each result of its checks and each
// time it ran out, from the first of them up to now, oldest first. A from that is
// not zero leaves out what came before; the first moment is at from then, and
// says how the layer stood.
func Timeline(checks []parley.Check, results []Taken, unverified float64, finished, from, now time.Time) []Moment {
	var out []Moment
	for _, at := range turns(checks, results, finished, from, now) {
		a := Assure(checks, results, unverified, finished, at)
		came := slices.ContainsFunc(results, func(r Taken) bool { return r.At.Equal(at) })
		if len(out) == 0 || came || a.Standing != out[len(out)-1].Assurance.Standing {
			out = append(out, Moment{at, a})
		}
	}
	return out
}

// turns are the times at which the assurance of a layer may change its standing,
// oldest first, and now.
func turns(checks []parley.Check, results []Taken, finished, from, now time.Time) []time.Time {
	times := []time.Time{now}
	for _, c := range checks {
		for _, r := range results {
			if r.Check == c.ID {
				times = append(times, r.At, r.At.Add(silence*Every(c)+time.Second))
			}
		}
		if !finished.IsZero() {
			times = append(times, finished, finished.Add(Every(c)))
		}
	}
	if slices.ContainsFunc(times, from.After) {
		times = append(times, from)
	}
	times = slices.DeleteFunc(times, func(t time.Time) bool { return t.After(now) || t.Before(from) })
	slices.SortFunc(times, time.Time.Compare)
	return slices.CompactFunc(times, time.Time.Equal)
}
