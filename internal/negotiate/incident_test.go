package negotiate

import (
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/brief"
	"github.com/parleysec/parley/ledger"
	"github.com/parleysec/parley/risk/learning"
)

// often is a threat that happens about once a year, with a layer before it and
// one that could be built.
const often = `parley: v1
product: {id: shop, name: Web shop, currency: GBP}
policy: {horizon: 2 years, common_cause: 0%, person_day: 650}
controls:
  - {id: waf, title: Firewall, against: [{threat: leak, likelihood: 40%..80%}]}
threats:
  - {id: leak, title: Records leak, likelihood: 0.5..2 per year, impact: {says: It is in the news., financial: 20k..400k, availability: 1k..10k}}
  - {id: once, title: Licence lost, likelihood: 10% within 2 years, at_most_once: true, impact: {says: We may not trade., profit: 1M}}
  - {id: sure, title: Pallet lost, likelihood: 2 per year, impact: {says: Goods lost., financial: 1k}}
mitigations:
  - {id: safe, title: Safe queries, cost: {effort: 10d}, against: [{threat: leak, likelihood: 80%}]}
`

func (d *desk) incident(req AddIncidentRequest) *AddIncidentResult {
	d.t.Helper()
	r, err := d.AddIncident(d.t.Context(), d.tom, req)
	if err != nil {
		d.t.Fatal(err)
	}
	return r
}

// happened is what happened to the leak.
func (d *desk) happened() Happened {
	d.t.Helper()
	list, err := d.Incidents(d.t.Context(), d.tom, IncidentsRequest{Source: Source{Product: "shop"}, Threats: []string{"leak"}})
	if err != nil {
		d.t.Fatal(err)
	}
	return list.Threats[0]
}

func (d *desk) later(days int) { d.time = d.time.AddDate(0, 0, days) }

// TestIncidentMovesNoEstimate: two events in a year in which about one was
// expected. The answer is that of the formula, and every price stays as it was.
func TestIncidentMovesNoEstimate(t *testing.T) {
	d := newDesk(t)
	d.apply(often)
	before := d.annual("leak")
	d.later(200)
	d.incident(AddIncidentRequest{Threat: "leak", Losses: []string{"financial=300k", "availability=5k"}})
	d.later(165)
	r := d.incident(AddIncidentRequest{Threat: "SHOP-T1", At: d.time.AddDate(0, 0, -2).Format(time.DateOnly), Title: "Old export"})
	if after := d.annual("leak"); after != before {
		t.Errorf("an incident moved the price from %g to %g", before, after)
	}
	h := r.Happened
	if r.ShortID != "SHOP-I2" || h.Incidents != 2 || h.Earlier != 0 || h.Standing != AsExpected || h.Since != "2026-11-21" {
		t.Fatalf("%+v", r)
	}
	years := 365 / 365.25
	if math.Abs(h.Years-years) > 1e-9 || math.Abs(h.Exposure-years) > 1e-9 {
		t.Errorf("%g years, exposed %g, want %g of both", h.Years, h.Exposure, years)
	}
	l, err := d.load(t.Context(), Source{Product: "shop"}, "")
	if err != nil {
		t.Fatal(err)
	}
	leak := l.model.Threat("leak")
	o := learning.Observed{Events: 2, Exposure: years}
	e, err := learning.Expect(leak.Likelihood.Dist(), o)
	if err != nil {
		t.Fatal(err)
	}
	want, err := learning.UpdateRate(leak.Likelihood.Dist(), o, e)
	if err != nil {
		t.Fatal(err)
	}
	if got := h.Likelihood.Posterior; math.Abs(got.Mean/want.Posterior.Mean-1) > 1e-9 || got.Mean <= h.Likelihood.Prior.Mean {
		t.Errorf("the rate becomes %+v, want %+v", got, want.Posterior)
	}
	if h.Likelihood.Proposed != leak.Likelihood.Restated(want.Posterior.P5, want.Posterior.P95) || !strings.HasSuffix(h.Likelihood.Proposed, " per year") {
		t.Errorf("%q is proposed", h.Likelihood.Proposed)
	}
	if len(h.Losses) != 2 || h.Losses[0].Field != "threats.leak.impact.financial" || h.Losses[0].Seen != 1 || h.Losses[0].Posterior.P50 <= h.Losses[0].Prior.P50 {
		t.Errorf("losses: %+v", h.Losses)
	}
	// Whoever takes the proposal has an estimate that has these incidents in it.
	d.apply(strings.Replace(often, "0.5..2 per year", h.Likelihood.Proposed, 1))
	d.later(1)
	if x := d.happened(); x.Incidents != 0 || x.Earlier != 2 {
		t.Errorf("after the estimate was taken %+v", x)
	}
}

// TestIncidentExposure: a mitigation that stops four of five, finished half way,
// leaves a fifth of the time after it; a firewall whose check fails opens the
// threat by what the firewall stopped.
func TestIncidentExposure(t *testing.T) {
	d := newDesk(t)
	checked := strings.Replace(often, "likelihood: 40%..80%}]}", "likelihood: 50%}], checks: [{id: test, every: 3650 days}]}", 1)
	d.apply(checked)
	task := d.decide(DecideRequest{Threats: []string{"leak"}, Kind: parley.Mitigate, With: []string{"safe"}, Because: "cheap"}).Tasks[0]
	d.later(180)
	if _, err := d.Done(t.Context(), d.tom, DoneRequest{Task: task.ShortID}); err != nil {
		t.Fatal(err)
	}
	d.later(90)
	exposure := func() float64 { return d.happened().Exposure * 365.25 }
	if got := exposure(); math.Abs(got-(180+90*0.2)) > 0.01 {
		t.Errorf("exposed %g days, want 198", got)
	}
	d.report("test", "fail", d.time.Format(time.RFC3339))
	d.later(100)
	// Without the firewall twice as many events come through what is built.
	if got := exposure(); math.Abs(got-(198+100*0.4)) > 0.5 {
		t.Errorf("exposed %g days, want 238", got)
	}
}

// TestIncidentAgainstDecisions: one event within what an acceptance counted on
// re-opens nothing and says so; more than that, or a dearer one, re-opens it with
// the number, its value then and now, and what caused it.
func TestIncidentAgainstDecisions(t *testing.T) {
	d := newDesk(t)
	d.apply(often)
	accept := func() string {
		return d.decide(DecideRequest{Threats: []string{"leak"}, Kind: parley.Accept, Because: "rare", Until: "2028-11-01"}).Decisions[0].ShortID
	}
	first := accept()
	d.later(300)
	r := d.incident(AddIncidentRequest{Threat: "leak", Losses: []string{"30k"}})
	if len(r.Reopened) != 0 || !slices.Equal(r.Kept, []string{first}) {
		t.Fatalf("one event re-opens %+v, keeps %v", r.Reopened, r.Kept)
	}
	for range 2 {
		if r = d.incident(AddIncidentRequest{Threat: "leak"}); len(r.Reopened) != 0 {
			t.Fatalf("three events re-open: %+v", r.Happened)
		}
	}
	r = d.incident(AddIncidentRequest{Threat: "leak"}) // P95 of 300 days at 0.5..2 a year is 3
	if len(r.Reopened) != 1 || len(r.Reopened[0].Broken) != 1 || r.Happened.Standing != MoreOften {
		t.Fatalf("four events re-open %+v; %+v", r.Reopened, r.Happened)
	}
	b := r.Reopened[0].Broken[0]
	if b.Name != ledger.PremiseIncidents || b.Now != 4 || *b.High != 3 || math.Abs(b.Value-r.Happened.Expected.Mean) > 1e-9 {
		t.Errorf("broken: %+v", b)
	}
	shown, err := d.Show(t.Context(), d.tom, ShowRequest{Decision: first})
	if err != nil {
		t.Fatal(err)
	}
	last := shown.History[len(shown.History)-1]
	if last.To != ledger.Reopened || last.Actor.Via != ledger.ViaJob || len(last.Broken) != 1 {
		t.Errorf("%+v", last)
	}
	second := accept()
	d.later(30)
	near := d.incident(AddIncidentRequest{Threat: "leak", NearMiss: true, Stopped: []string{"waf"}})
	if len(near.Reopened) != 0 {
		t.Errorf("a near miss re-opens %+v", near.Reopened)
	}
	d.later(200)
	dear := d.incident(AddIncidentRequest{Threat: "leak", Losses: []string{"financial=5M"}})
	if len(dear.Reopened) != 1 || dear.Reopened[0].Decision != second || dear.Reopened[0].Broken[0].Name != ledger.PremiseWorst || dear.Reopened[0].Broken[0].Now != 5e6 {
		t.Errorf("a dear one re-opens %+v", dear.Reopened)
	}
	report, err := d.Verify(t.Context(), d.tom, VerifyRequest{})
	if err != nil || !report.OK {
		t.Errorf("%+v %v", report, err)
	}
}

// TestIncidentOnce: what can happen only once breaks what was decided about it.
func TestIncidentOnce(t *testing.T) {
	d := newDesk(t)
	d.apply(often)
	d.decide(DecideRequest{Threats: []string{"once"}, Kind: parley.Accept, Because: "rare", Until: "2027-11-01"})
	d.later(400 - 365)
	r := d.incident(AddIncidentRequest{Threat: "once"})
	if len(r.Reopened) != 1 || r.Happened.Likelihood.Why == "" || r.Happened.Expected != nil {
		t.Errorf("%+v", r)
	}
}

// TestIncidentLayers: a near miss is a trial of the layers it met.
func TestIncidentLayers(t *testing.T) {
	d := newDesk(t)
	d.apply(often)
	d.later(1)
	for range 3 {
		d.incident(AddIncidentRequest{Threat: "leak", NearMiss: true, Stopped: []string{"waf"}})
	}
	r := d.incident(AddIncidentRequest{Threat: "leak", Passed: []string{"waf"}})
	h := r.Happened
	if h.NearMisses != 3 || h.Incidents != 1 || len(h.Layers) != 1 {
		t.Fatalf("%+v", h)
	}
	l, err := d.load(t.Context(), Source{Product: "shop"}, "")
	if err != nil {
		t.Fatal(err)
	}
	want, err := learning.UpdateShare(l.model.Control("waf").Against[0].Likelihood.Dist(), 3, 1)
	if err != nil {
		t.Fatal(err)
	}
	if x := h.Layers[0]; x.Field != "controls.waf.against.leak.likelihood" || x.Seen != 4 || *x.Posterior != want.Posterior {
		t.Errorf("%+v, want %+v", x, want)
	}
}

// TestIncidentLessOften: a quiet time says what could be stopped; a single
// figure learns nothing, and says why.
func TestIncidentLessOften(t *testing.T) {
	d := newDesk(t)
	d.apply(strings.Replace(often, "0.5..2 per year", "4..9 per year", 1))
	d.later(365)
	list, err := d.Incidents(t.Context(), d.tom, IncidentsRequest{Source: Source{Product: "shop"}})
	if err != nil {
		t.Fatal(err)
	}
	find := func(id string) *Happened {
		i := slices.IndexFunc(list.Threats, func(h Happened) bool { return h.Threat == id })
		return &list.Threats[i]
	}
	if h := find("leak"); h.Standing != LessOften || !slices.Equal(h.CouldStop, []string{"waf"}) || list.Threats[0].Threat != "leak" {
		t.Errorf("%+v", list.Threats)
	}
	if h := find("sure"); h.Likelihood.Why == "" || h.Likelihood.Proposed != "" || h.Expected == nil {
		t.Errorf("%+v", h)
	}
}

func TestIncidentRefused(t *testing.T) {
	d := newDesk(t)
	d.apply(often)
	size := func() int64 {
		s, err := d.state(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return s.Size
	}
	before := size()
	for want, req := range map[string]AddIncidentRequest{
		"is not a date":                {Threat: "leak", At: "yesterday"},
		"is in the future":             {Threat: "leak", At: "2030-01-01"},
		"is no kind of loss":           {Threat: "leak", Losses: []string{"money=3k"}},
		"stated twice":                 {Threat: "leak", Losses: []string{"3k", "4k"}},
		"the financial loss is stated": {Threat: "leak", Losses: []string{"financial=3k", "financial=4k"}},
		"in all and by kind":           {Threat: "leak", Losses: []string{"3k", "financial=4k"}},
		"no control or mitigation":     {Threat: "leak", Passed: []string{"wfa"}},
		"both stopped it":              {Threat: "leak", NearMiss: true, Stopped: []string{"waf"}, Passed: []string{"waf"}},
		"lot":                          {Threat: "leak", Losses: []string{"a lot"}},
		"€":                            {Threat: "leak", Losses: []string{"€3k"}},
		"laek":                         {Threat: "laek"},
		"too long ago":                 {Threat: "leak", At: "0001-01-01"},
		"one line":                     {Threat: "leak", Title: "a\x1b[2J"},
		"a near miss has no loss":      {Threat: "leak", NearMiss: true, Losses: []string{"5k"}},
		"is a near miss":               {Threat: "leak", Stopped: []string{"waf"}},
	} {
		_, err := d.AddIncident(t.Context(), d.tom, req)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%+v: %v, want %q", req, err, want)
		}
		if kind := parley.KindOfError(err); err != nil && kind != parley.Invalid && kind != parley.NotFound {
			t.Errorf("%+v: %v is of kind %v", req, err, kind)
		}
	}
	if got := size(); got != before {
		t.Errorf("what was refused wrote %d events", got-before)
	}
}

// TestIncidentsOfFile: a file says what happened, somebody else since when it
// was estimated.
func TestIncidentsOfFile(t *testing.T) {
	d := newDesk(t)
	text := often + "incidents:\n  - {threat: leak, at: 2026-03-01, loss: 40k}\n  - {threat: leak, at: 2025-03-01}\n"
	req := IncidentsRequest{Source: Source{Name: "shop.yaml", Data: []byte(text)}}
	if _, err := d.Incidents(t.Context(), d.tom, req); err == nil || !strings.Contains(err.Error(), "does not say when") {
		t.Errorf("without a date: %v", err)
	}
	req.Since = "2025-11-21"
	r, err := d.Incidents(t.Context(), d.tom, req)
	if err != nil {
		t.Fatal(err)
	}
	h := r.Threats[0]
	if h.Threat != "leak" || h.Incidents != 1 || h.Earlier != 1 || math.Abs(h.Exposure-h.Years) > 1e-12 || math.Abs(h.Years-1) > 0.01 {
		t.Errorf("%+v", h)
	}
	d.apply(often)
	if _, err := d.Incidents(t.Context(), d.tom, IncidentsRequest{Source: Source{Product: "shop"}, Since: "2025-01-01"}); err == nil {
		t.Error("a date was taken that the ledger knows better")
	}
}

func TestPastBetween(t *testing.T) {
	day := func(n int) time.Time { return time.Date(2026, 1, 1+n, 0, 0, 0, 0, time.UTC) }
	p := past{{day(10), 1, 1}, {day(20), 0.5, 0.1}, {day(30), 2, 1}}
	for _, c := range []struct {
		from, to int
		want     float64
	}{
		{10, 20, 10}, {10, 30, 15}, {15, 25, 7.5}, {0, 12, 12}, {25, 40, 22.5}, {30, 30, 0}, {35, 36, 2}, {20, 10, 0},
	} {
		if got := p.between(day(c.from), day(c.to)) * 365.25; math.Abs(got-c.want) > 1e-9 {
			t.Errorf("from day %d to %d is %g days, want %g", c.from, c.to, got, c.want)
		}
	}
	for d, want := range map[int]float64{0: 1, 15: 1, 20: 0.1, 29: 0.1, 31: 1} {
		if got := p.left(day(d).Format(time.DateOnly)); got != want {
			t.Errorf("on day %d an event leaves %g, want %g", d, got, want)
		}
	}
}

// TestIncidentProposalKeepsThePrice: what is proposed is a statement of today. After
// a mitigation that stops four of five is finished, and as many events came as
// that leaves, taking the proposal moves the price next to nothing.
func TestIncidentProposalKeepsThePrice(t *testing.T) {
	d := newDesk(t)
	text := strings.Replace(often, "likelihood: 80%}]}", "likelihood: 80%, impact: 90%}]}", 1)
	d.apply(text)
	task := d.decide(DecideRequest{Threats: []string{"leak"}, Kind: parley.Mitigate, With: []string{"safe"}, Because: "cheap"}).Tasks[0]
	if _, err := d.Done(t.Context(), d.tom, DoneRequest{Task: task.ShortID}); err != nil {
		t.Fatal(err)
	}
	d.later(1500)
	// One event, which cost a tenth of what is typical: what the layer promises.
	// Four years at a fifth of about one a year are about 0.8 events.
	d.incident(AddIncidentRequest{Threat: "leak", Losses: []string{"financial=8944"}})
	h := d.happened()
	if x := h.Losses[0]; math.Abs(x.Posterior.P50/x.Prior.P50-1) > 0.01 {
		t.Errorf("a loss as promised moves the middle from %g to %g", x.Prior.P50, x.Posterior.P50)
	}
	before := d.annual("leak")
	if err := d.withdraw(); err != nil {
		t.Fatal(err)
	}
	now := strings.Replace(text, "0.5..2 per year", h.Likelihood.Proposed, 1)
	now = strings.Replace(strings.Replace(now, "20k..400k", h.Losses[0].Proposed, 1), "1k..10k", "100..1k", 1)
	d.apply(now)
	if after := d.annual("leak"); math.Abs(after/before-1) > 0.15 {
		t.Errorf("taking “%s” and “%s” moves the price from %g to %g", h.Likelihood.Proposed, h.Losses[0].Proposed, before, after)
	}
	// Another wording of what it does is no other estimate.
	since := d.happened().Since
	price := d.annual("leak")
	d.later(10)
	d.apply(strings.Replace(now, "It is in the news.", "It is in all the news.", 1))
	if got := d.happened().Since; got != since || d.annual("leak") != price {
		t.Errorf("other words: estimated on %s, was %s; %g a year, was %g", got, since, d.annual("leak"), price)
	}
}

// withdraw takes back the decision in force, so that estimates may change.
func (d *desk) withdraw() error {
	_, err := d.Move(d.t.Context(), d.tom, MoveRequest{Decision: "SHOP-D1", Move: "withdraw", Because: "done"})
	return err
}

// TestIncidentLearnsOnce: the same event teaches a share once.
func TestIncidentLearnsOnce(t *testing.T) {
	d := newDesk(t)
	d.apply(often)
	d.later(1)
	r := d.incident(AddIncidentRequest{Threat: "leak", NearMiss: true, Stopped: []string{"waf"}})
	d.later(1)
	d.apply(strings.Replace(often, "40%..80%", r.Happened.Layers[0].Proposed, 1))
	if h := d.happened(); len(h.Layers) != 0 {
		t.Errorf("it teaches again: %+v", h)
	}
}

// TestExposureOfWhatCannotHappen: what is avoided, closed, or waits for a feature is
// not open; another name is the same threat.
func TestExposureOfWhatCannotHappen(t *testing.T) {
	brings := often + "features:\n  - {id: gift, title: Gifts, cost: {effort: 5d}, value: 9k per year, introduces: [leak]}\n"
	for name, c := range map[string]struct {
		text   string
		change func(*desk)
		days   float64
	}{
		"as it is": {often, func(*desk) {}, 100 + 200},
		"avoided": {often, func(d *desk) {
			d.decide(DecideRequest{Threats: []string{"leak"}, Kind: parley.Avoid, Drops: "the export", Because: "no"})
			d.done("SHOP-W1")
		}, 100},
		"closed": {often, func(d *desk) {
			d.apply(strings.Replace(often, "id: leak, title", "id: leak, triage: closed, title", 1))
		}, 100},
		"only planned": {brings, func(*desk) {}, 1},
		"under a new name": {often, func(d *desk) {
			d.apply(strings.NewReplacer("id: leak,", "id: spill, was: leak,", "threat: leak", "threat: spill").Replace(often))
		}, 300},
		"under a new name, its old one taken over": {often, func(d *desk) {
			d.apply(strings.Replace(often, "id: leak, title", "id: leak, triage: closed, title", 1))
			d.later(200)
			d.apply(strings.NewReplacer("id: leak,", "id: spill, was: leak,", "threat: leak", "threat: spill").Replace(often))
			d.apply(strings.NewReplacer("id: leak,", "id: spill,", "threat: leak", "threat: spill",
				"mitigations:", "  - {id: leak, title: Another, likelihood: 1 per year, impact: {says: It is another., financial: 1k}}\nmitigations:").Replace(often))
		}, 100 + 200},
	} {
		d := newDesk(t)
		d.apply(c.text)
		d.later(100)
		c.change(d)
		d.later(200)
		id := "leak"
		if strings.HasPrefix(name, "under a new name") {
			id = "spill"
		}
		list, err := d.Incidents(t.Context(), d.tom, IncidentsRequest{Source: Source{Product: "shop"}, Threats: []string{id}})
		if err != nil {
			t.Fatal(name, err)
		}
		if got := list.Threats[0].Exposure * 365.25; math.Abs(got-c.days) > 0.1 {
			t.Errorf("%s: exposed %g days, want %g", name, got, c.days)
		}
	}
}

// TestIncidentsOfTheFuture: nobody has seen more than today.
func TestIncidentsOfTheFuture(t *testing.T) {
	d := newDesk(t)
	d.apply(often)
	d.later(100)
	list, err := d.Incidents(t.Context(), d.tom, IncidentsRequest{Source: Source{Product: "shop"}, Threats: []string{"leak"}, AsOf: "2040-01-01"})
	if err != nil {
		t.Fatal(err)
	}
	if got := list.Threats[0].Years * 365.25; math.Abs(got-100) > 0.1 {
		t.Errorf("%g days were seen, want 100", got)
	}
	if today := d.time.Format(time.DateOnly); list.AsOf != today || list.ToCome != "2040-01-01" {
		t.Errorf("as of %s, to come %q: want %s", list.AsOf, list.ToCome, today)
	}
	for _, day := range []string{"", d.time.Format(time.DateOnly), d.time.AddDate(0, 0, -3).Format(time.DateOnly)} {
		r, err := d.Incidents(t.Context(), d.tom, IncidentsRequest{Source: Source{Product: "shop"}, AsOf: day})
		if err != nil || r.ToCome != "" || day != "" && r.AsOf != day {
			t.Errorf("%q: %+v, %v", day, r, err)
		}
	}
	if _, err := d.Incidents(t.Context(), d.tom, IncidentsRequest{Source: Source{Product: "shop"}, AsOf: "soon"}); err == nil {
		t.Error("no date was taken for one")
	}
}

// TestIncidentsThatCameByFile re-open what counted on less, like those typed.
func TestIncidentsThatCameByFile(t *testing.T) {
	d := newDesk(t)
	d.apply(often)
	id := d.decide(DecideRequest{Threats: []string{"leak"}, Kind: parley.Accept, Because: "rare", Until: "2028-11-01"}).Decisions[0].ShortID
	d.later(60)
	r := d.apply(often + "incidents:\n  - {id: a, threat: leak, at: 2026-12-01}\n  - {id: b, threat: leak, at: 2026-12-05}\n  - {id: c, threat: leak, at: 2026-12-07}\n")
	if len(r.Reopened) != 1 || r.Reopened[0].Decision != id || r.Reopened[0].Broken[0].Name != ledger.PremiseIncidents || r.Reopened[0].Broken[0].Now != 3 {
		t.Errorf("%+v", r.Reopened)
	}
	if again := d.apply(often + "incidents:\n  - {id: a, threat: leak, at: 2026-12-01}\n  - {id: b, threat: leak, at: 2026-12-05}\n  - {id: c, threat: leak, at: 2026-12-07}\n"); again.Applied != 0 {
		t.Errorf("the same again writes %d events", again.Applied)
	}
}

// TestWhatWasAvoidedHappens re-opens the decision, however often it was expected.
func TestWhatWasAvoidedHappens(t *testing.T) {
	d := newDesk(t)
	d.apply(often)
	d.decide(DecideRequest{Threats: []string{"leak"}, Kind: parley.Avoid, Drops: "the export", Because: "no"})
	d.later(30)
	r := d.incident(AddIncidentRequest{Threat: "leak"})
	if len(r.Reopened) != 1 || len(r.Kept) != 0 {
		t.Errorf("%+v", r)
	}
	// One of before it was decided says nothing against it.
	if old := d.incident(AddIncidentRequest{Threat: "leak", At: "2019-01-01"}); len(old.Reopened) != 0 {
		t.Errorf("%+v", old.Reopened)
	}
}

// TestFirstIncidentOnTheDayOfDeciding: one event within a year's tolerance re-opens
// nothing, however soon it comes; one that the estimate does not expect in a year
// does, and so does a second one the same day. What was known at deciding, and is
// told anew after it, counts on no decision.
func TestFirstIncidentOnTheDayOfDeciding(t *testing.T) {
	rare := strings.Replace(often, "0.5..2 per year", "once every 40 years", 1)
	for name, c := range map[string]struct {
		file     string
		events   int
		reopened int // at the last
	}{
		"one":       {often, 1, 0},
		"two":       {often, 2, 1},
		"one, rare": {rare, 1, 1},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t)
			d.apply(c.file)
			d.time = d.time.Add(time.Hour)
			d.decide(DecideRequest{Threats: []string{"leak"}, Kind: parley.Accept, Because: "rare", Until: "2028-11-01"})
			var r *AddIncidentResult
			for range c.events {
				d.time = d.time.Add(time.Hour)
				r = d.incident(AddIncidentRequest{Threat: "leak", Losses: []string{"30k"}})
			}
			if len(r.Reopened) != c.reopened || len(r.Kept) != 1-c.reopened {
				t.Errorf("%+v, kept %v", r.Reopened, r.Kept)
			}
		})
	}
	d := newDesk(t)
	d.apply(rare)
	known := d.incident(AddIncidentRequest{Threat: "leak", Losses: []string{"financial=30k"}})
	d.time = d.time.Add(time.Hour)
	d.decide(DecideRequest{Threats: []string{"leak"}, Kind: parley.Accept, Because: "we know", Until: "2028-11-01"})
	d.time = d.time.Add(time.Hour)
	if r := d.correct(CorrectIncidentRequest{Incident: known.ShortID, Losses: []string{"financial=31k"}}); len(r.Reopened) != 0 {
		t.Errorf("what was known at deciding re-opens %+v", r.Reopened)
	}
}

// TestCorrectionSaysTheFigures: prior, data and posterior as it was told and as it
// is told now.
func TestCorrectionSaysTheFigures(t *testing.T) {
	d := newDesk(t)
	d.apply(often)
	d.later(200)
	x := d.incident(AddIncidentRequest{Threat: "leak", Losses: []string{"financial=300k"}})
	r := d.correct(CorrectIncidentRequest{Incident: x.ShortID, Losses: []string{"financial=30k"}})
	if r.Before.Losses[0].Posterior.P50 <= r.Happened.Losses[0].Posterior.P50 || r.Before.Incidents != 1 || r.Happened.Incidents != 1 || r.Currency != "GBP" {
		t.Errorf("before %+v, now %+v", r.Before, r.Happened)
	}
	r = d.correct(CorrectIncidentRequest{Incident: x.ShortID, Withdraw: true})
	if r.Before.Incidents != 1 || r.Happened.Incidents != 0 || r.Happened.Likelihood.Posterior.Mean >= r.Before.Likelihood.Posterior.Mean {
		t.Errorf("before %+v, now %+v", r.Before, r.Happened)
	}
}

// TestBriefTellsWhatHappened: beside the figures, and not in the bytes that a
// decision is recorded with.
func TestBriefTellsWhatHappened(t *testing.T) {
	d := newDesk(t)
	d.apply(often)
	ask := BriefRequest{Source: Source{Product: "shop"}, Threats: []string{"leak"}}
	read := func() (*brief.Report, []byte) {
		r, err := d.Brief(t.Context(), d.tom, ask)
		if err != nil {
			t.Fatal(err)
		}
		text, err := BriefBytes(r, "leak")
		if err != nil {
			t.Fatal(err)
		}
		return r, text
	}
	r, before := read()
	if r.Threats[0].Happened != nil {
		t.Errorf("nothing happened: %+v", r.Threats[0].Happened)
	}
	d.later(365)
	d.incident(AddIncidentRequest{Threat: "leak", Title: "Old export"})
	d.incident(AddIncidentRequest{Threat: "leak", NearMiss: true, Stopped: []string{"waf"}})
	r, after := read()
	h := r.Threats[0].Happened
	if h == nil || h.Incidents != 1 || h.NearMisses != 1 || h.Expected == nil || !strings.HasPrefix(h.Says, "Once in 12 months; ") && !strings.HasPrefix(h.Says, "Once in one year; ") {
		t.Fatalf("%+v", h)
	}
	if strings.Contains(string(after), "happened\":{") || len(before) == 0 {
		t.Error("what happened is in the bytes of a decision")
	}
	if w := h.Words(); !strings.Contains(w, "One near miss.") || !strings.Contains(w, "Old export") {
		t.Error(w)
	}
}
