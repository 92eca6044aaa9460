package web

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/brief"
	"github.com/parleysec/parley/internal/negotiate"
	"github.com/parleysec/parley/ledger"
	"github.com/parleysec/parley/quantity"
)

func TestMemoComputesOnce(t *testing.T) {
	var m memo
	var computed atomic.Int64
	var wg sync.WaitGroup
	for range 20 {
		wg.Go(func() {
			got, err := recall(t.Context(), &m, func(context.Context) (int, error) {
				computed.Add(1)
				time.Sleep(time.Millisecond)
				return 7, nil
			}, "plan", int64(3), []string{"a", "b"})
			if got != 7 || err != nil {
				t.Errorf("got %d, %v", got, err)
			}
		})
	}
	wg.Wait()
	if computed.Load() != 1 {
		t.Errorf("computed %d times", computed.Load())
	}
	if got, _ := recall(t.Context(), &m, func(context.Context) (int, error) { return 8, nil }, "plan", int64(4), []string{"a", "b"}); got != 8 {
		t.Error("a larger ledger gets the answer of the smaller one")
	}
	if got, _ := recall(t.Context(), &m, func(context.Context) (int, error) { return 9, nil }, "plan", int64(3), []string{"a b"}); got != 9 {
		t.Error("two keys are taken for one")
	}
}

// TestMemoTellsKeysApart, numbers that are no characters as well.
func TestMemoTellsKeysApart(t *testing.T) {
	var m memo
	keys := [][]any{
		{int64(55296)},
		{int64(57343)},
		{int64(0xFFFD)},
		{int64(1114112)},
		{int64(1114113)},
		{int64(-1)},
		{55298},
		{"1"},
		{"a", "b"},
		{"a b"},
		{[]string{"a", "b"}},
		{[]string{"a b"}},
		{"\" \""},
		{true},
		{"true"},
	}
	for i, key := range keys {
		if got, err := recall(t.Context(), &m, func(context.Context) (int, error) { return i, nil }, key...); got != i || err != nil {
			t.Errorf("%v gets the answer of %v (%v)", key, keys[got], err)
		}
	}
	for i, key := range keys {
		if got, _ := recall(t.Context(), &m, func(context.Context) (int, error) { return -1, nil }, key...); got != i {
			t.Errorf("%v is not remembered", key)
		}
	}
}

func TestMemoForgetsErrorsAndTheOldest(t *testing.T) {
	var m memo
	if _, err := recall(t.Context(), &m, func(context.Context) (int, error) { return 0, errors.New("no") }, "x"); err == nil {
		t.Error("the error is lost")
	}
	if got, err := recall(t.Context(), &m, func(context.Context) (int, error) { return 1, nil }, "x"); got != 1 || err != nil {
		t.Errorf("an error is kept: %d, %v", got, err)
	}
	for i := range 3 * memoSize {
		if _, err := recall(t.Context(), &m, func(context.Context) (int, error) { return i, nil }, "y", i); err != nil {
			t.Fatal(err)
		}
	}
	if len(m.entries) > memoSize || len(m.order) > memoSize {
		t.Errorf("%d answers are kept", len(m.entries))
	}
	if _, err := recall(t.Context(), &m, func(context.Context) (string, error) { return "", nil }, "y", 3*memoSize-1); err == nil {
		t.Error("an answer of another kind is handed out")
	}
}

func TestCosts(t *testing.T) {
	words := costWords{quantity.Env{Currency: "GBP", Scale: quantity.DefaultScale()}}
	for _, c := range []struct{ effort, once, yearly, want string }{
		{"", "", "", ""},
		{"10d..20d", "", "", "10 to 20 days"},
		{"3d", "2k", "", "3 days, about £2k"},
		{"3d..6d", "3k..5k", "1k..2k per year", "3 to 6 days, £3k to £5k, £1k to £2k a year"},
		{"low", "", "", "1 to 5 days"},
		{"plenty", "", "", "plenty"},
		{"0d", "0", "0", ""},
		{"<b>", "", "", "<b>"},
	} {
		if got := words.costs(c.effort, c.once, c.yearly); got != c.want {
			t.Errorf("%+v: %q", c, got)
		}
	}
}

func TestAgo(t *testing.T) {
	s := &situation{status: &negotiate.Status{AsOf: "2027-01-12"}}
	for day, want := range map[string]string{
		"2027-01-12": "today", "2027-01-13": "today", "2027-01-11": "yesterday", "2027-01-03": "9 days ago",
		"2026-12-29": "2 weeks ago", "2026-12-12": "4 weeks ago", "2026-10-12": "3 months ago",
	} {
		at, err := time.Parse(time.DateOnly, day)
		if err != nil {
			t.Fatal(err)
		}
		if got := s.ago(at.Add(23 * time.Hour)); got != want {
			t.Errorf("%s: %q, want %q", day, got, want)
		}
	}
	if s.ago(time.Time{}) != "" {
		t.Error("no time was long ago")
	}
}

// TestOnlyWhatBelongsToTheWayChosenCounts, whatever else is ticked.
func TestOnlyWhatBelongsToTheWayChosenCounts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		act := rapid.SampledFrom([]string{"mitigate", "transfer", "avoid", "accept", ""}).Draw(t, "act")
		ticked := rapid.SliceOf(rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{"mitigate:a", "transfer:b", "avoid:c", "accept:d"}))).Draw(t, "ticked")
		a, err := answer{open: answerDo, act: act}.readAct(ticked)
		if err != nil {
			return
		}
		if string(a.kind) != act || act == "accept" || act == "" {
			t.Fatalf("%q read as %q", act, a.kind)
		}
		for _, id := range a.with {
			if !slices.Contains(ticked, act+":"+id) {
				t.Fatalf("%q was not ticked under %s: %q", id, act, ticked)
			}
		}
	})
}

func TestThreshold(t *testing.T) {
	for q, want := range map[float64]float64{0: 0, 7: 7, 652_431: 600_000, 1_000_000: 1_000_000, 999_999: 900_000} {
		r := &negotiate.RiskResult{Quantiles: map[string]float64{"0.9": q}}
		if got := threshold(r); math.Abs(got-want) > 1e-6*want {
			t.Errorf("threshold at %v is %v, want %v", q, got, want)
		}
	}
}

func TestLossesHoldEveryLimit(t *testing.T) {
	r := &negotiate.RiskResult{
		Quantiles: map[string]float64{"0.99": 900e3, "0.9": 300e3},
		Appetite:  []negotiate.LimitResult{{Loss: 250e3}, {Loss: 1e6}},
	}
	at := losses(r)
	if !slices.IsSorted(at) || at[0] != 0 || !slices.Contains(at, 250e3) || !slices.Contains(at, 1e6) || at[len(at)-1] < 1e6 {
		t.Errorf("read at %v", at)
	}
	if got := losses(&negotiate.RiskResult{}); !reflect.DeepEqual(got, []float64{0}) {
		t.Errorf("without any loss: %v", got)
	}
}

func f64(x float64) *float64 { return &x }

func TestBudgetFields(t *testing.T) {
	base := &negotiate.PlanResult{Budget: negotiate.BudgetResult{Money: f64(60e3), EffortDays: f64(300)}}
	now := &negotiate.PlanResult{Budget: negotiate.BudgetResult{Money: f64(20e3), EffortDays: f64(300)}}
	items := []negotiate.PlanItem{{Effort: "10d..30d", Once: "2k", Yearly: "1k per year"}, {Effort: "20d"}, {Effort: "nonsense"}}
	unlimited := &negotiate.PlanResult{Items: items}
	noMoney := &negotiate.PlanResult{Budget: negotiate.BudgetResult{EffortDays: f64(5)}, Items: items[1:]}
	for _, c := range []struct {
		name      string
		q         budget
		base, now *negotiate.PlanResult
		want      [2]BudgetField
	}{
		{
			"as capacity allows",
			budget{},
			base, base,
			[2]BudgetField{
				{Value: "£60k", Prefix: "£", Suffix: "k", Max: 120, Step: 2, At: 60},
				{Value: "300d", Suffix: "d", Max: 600, Step: 10, At: 300},
			},
		},
		{
			"typed",
			budget{money: "20 000"},
			base, now,
			[2]BudgetField{
				{Value: "20 000", Prefix: "£", Suffix: "k", Max: 120, Step: 2, At: 20},
				{Value: "300d", Suffix: "d", Max: 600, Step: 10, At: 300},
			},
		},
		{"nothing possible", budget{money: "0"}, nil, nil, [2]BudgetField{{Value: "0", Prefix: "£"}, {Suffix: "d"}}},
		{ // reaches to what everything would take: 2000 + 2 × 1000, and 38 + days
			"no capacity",
			budget{},
			unlimited, unlimited,
			[2]BudgetField{
				{Placeholder: "no limit", Prefix: "£", Max: 4000, Step: 100, At: 4000},
				{Placeholder: "no limit", Suffix: "d", Max: 39, Step: 1, At: 39},
			},
		},
		{
			"nothing costs money",
			budget{},
			noMoney, noMoney,
			[2]BudgetField{{Placeholder: "no limit", Prefix: "£", Step: 1}, {Value: "5d", Suffix: "d", Max: 10, Step: 1, At: 5}},
		},
	} {
		got := fieldsBuilder{base: c.base, now: c.now, costs: costWords{quantity.Env{Currency: "GBP"}}, horizon: 2}.fields(c.q)
		if got[0].Label != "Money, for the next two years" {
			t.Errorf("%s: %q", c.name, got[0].Label)
		}
		for i, w := range c.want {
			g := got[i]
			g.Name, g.Label, g.SlideLabel = "", "", ""
			if g != w {
				t.Errorf("%s: %+v, want %+v", c.name, g, w)
			}
		}
	}
}

// TestPeriodsField stands where there are several periods, and its slider where
// the number is.
func TestPeriodsField(t *testing.T) {
	for typed, at := range map[string]int{"": 3, "1": 1, "3": 3, "9": 3, "0": 1, "soon": 3} {
		got := fieldsBuilder{periods: 3}.fields(budget{periods: typed})
		if len(got) != 3 {
			t.Fatalf("%q: %d fields", typed, len(got))
		}
		if f := got[2]; f.Name != "periods" || f.Value != cmp.Or(typed, "3") || f.Min != 1 || f.Max != 3 || f.At != at {
			t.Errorf("%q: %+v", typed, f)
		}
	}
	if got := (fieldsBuilder{periods: 1}).fields(budget{}); len(got) != 2 {
		t.Errorf("one period has a field: %+v", got)
	}
}

func TestNiceStep(t *testing.T) {
	for x, want := range map[float64]float64{0: 1, 0.3: 1, 1: 1, 1.2: 2, 3: 5, 7: 10, 42: 50, 100: 100, math.NaN(): 1} {
		if got := niceStep(x); got != want {
			t.Errorf("niceStep(%v) = %v, want %v", x, got, want)
		}
	}
}

func TestBroken(t *testing.T) {
	s := &situation{product: &negotiate.ProductStatus{Model: &parley.Model{Controls: []parley.Control{{ID: "wall", Title: "The wall"}}}}}
	broken := []ledger.Broken{
		{Premise: ledger.Premise{Name: "chance_within_horizon", Unit: "share", Value: 0.13}, Now: 0.27},
		{Premise: ledger.Premise{Name: "expected_annual_loss", Unit: "GBP per year", Value: 71e3}, Now: 158e3},
		{Premise: ledger.Premise{Name: "effort", Unit: "person-days", Value: 15}, Now: 40},
		{Premise: ledger.Premise{Name: "assurance", Ref: "wall", Value: 0.82}, Now: 0},
		{Premise: ledger.Premise{Name: "assurance", Ref: "absent", Value: 0.5}, Now: 0.2},
		{Premise: ledger.Premise{Name: "something", Says: "the moon is full", Value: 1}, Gone: true},
	}
	first := "The chance within two years: it was 13 of 100, and 27 of 100 when it came back."
	want := first + " The average a year: it was £71k, and £160k when it came back. The effort: it was 15 days, and 40 days when it came back. How far tests bear out “The wall”: it was about 82%, and none when it came back. How far tests bear out “absent”: it was about 50%, and about 20% when it came back. The moon is full: it is not there any more."
	report := &brief.Report{Currency: "GBP", HorizonYears: 2}
	if got := s.cameBack(negotiate.Decision{Broken: broken}, report, 1); got != first {
		t.Errorf("the first page says %q", got)
	}
	if got := s.brokenWords(broken, report); got != want {
		t.Errorf("%s\nwant\n%s", got, want)
	}
}

func TestWhatWaitsIsOldestFirst(t *testing.T) {
	h := &homeBuilder{report: &brief.Report{Threats: []brief.Threat{{ID: "dear"}, {ID: "middling"}, {ID: "old"}, {ID: "grave"}}}}
	since := func(id string, days int, grave bool) negotiate.Waiting {
		return negotiate.Waiting{Threat: id, Since: clock().AddDate(0, 0, -days), Grave: grave}
	}
	ws := []negotiate.Waiting{since("middling", 1, false), since("old", 30, false), since("grave", 0, true), since("dear", 1, false)}
	h.oldestFirst(ws)
	for i, want := range []string{"grave", "old", "dear", "middling"} {
		if ws[i].Threat != want {
			t.Errorf("place %d: %s, want %s", i+1, ws[i].Threat, want)
		}
	}
}

func TestLongRunsOfTheRecordAreOneRow(t *testing.T) {
	var events []negotiate.Event
	for i := range 6 {
		events = append(events, negotiate.Event{Seq: int64(9 - i), Type: itemPut, Says: fmt.Sprintf("threat t%d recorded", i), Actor: priya, At: clock()})
	}
	events = append(events, negotiate.Event{Seq: 3, Type: "decision.recorded", Says: "decided on t0", Actor: priya, At: clock()})
	events = append(events, negotiate.Event{Seq: 2, Type: itemPut, Says: "threat alone recorded", Actor: priya, By: "Helen", At: clock()})
	rows := eventRows(events, "")
	if apart := eventRows([]negotiate.Event{events[0], events[1], {ID: "sought", Type: itemPut, Actor: priya, At: clock()}, events[2], events[3]}, "sought"); len(apart) != 5 || apart[2].Anchor != "event-sought" {
		t.Errorf("the event that is looked for is not apart: %+v", apart)
	}
	if len(rows) != 3 || len(rows[0].Parts) != 6 || !strings.HasPrefix(rows[0].What, "6 things") || len(rows[1].Parts) != 0 {
		t.Fatalf("%+v", rows)
	}
	if rows[2].What != "Threat alone recorded." || !strings.Contains(rows[2].Who, "for Helen (claimed)") {
		t.Errorf("%+v", rows[2])
	}
}

func TestOf100(t *testing.T) {
	for p, want := range map[float64]string{
		0: "none of 100", 0.001: "less than 1 of 100", 0.006: "1 of 100", 0.27: "27 of 100", 0.994: "99 of 100", 0.999: "more than 99 of 100", 1: "more than 99 of 100",
	} {
		if got := of100(p); got != want {
			t.Errorf("%v: %q, want %q", p, got, want)
		}
	}
}

func TestRefusalsSayNoFlags(t *testing.T) {
	says, hint := sayError(ledger.Refusals{{Reason: ledger.NoReason, Message: "x", Hint: "say why with --because"}, {Reason: ledger.BadPremise, Message: "no number"}})
	if says != "A decision needs its reason: say why. No number." || hint != "" {
		t.Errorf("%q, %q", says, hint)
	}
	if _, hint := sayError(parley.Errorf(parley.Refused, "", "no").WithHint("use --with")); hint != "" {
		t.Errorf("the hint is for the command line: %q", hint)
	}
}

func TestWhatIsHandedUpCountsOnce(t *testing.T) {
	s := stage()
	p := &s.status.Products[0]
	p.Waiting = append(p.Waiting, negotiate.Waiting{Threat: "tiny", HandedUp: "SHOP-D6"})
	p.Over = []negotiate.Decision{decision("SHOP-D1", "copy", parley.Accept, ledger.Retracted)}
	at := &situation{status: &s.status, product: p}
	if n := at.waits(); n != 5 {
		t.Errorf("%d wait", n)
	}
	rows := at.recorded()
	if last := rows[len(rows)-1]; last.ID != "SHOP-D1" || last.State.Text != "withdrawn" || last.Until != "until 1 March 2027" {
		t.Errorf("%+v", last)
	}
	for _, r := range rows {
		if r.ID == "SHOP-D6" && r.State.Text != "handed up" {
			t.Errorf("%+v", r)
		}
	}
}

func TestWhatOnlyAFeatureBringsStandsLast(t *testing.T) {
	s := stage()
	s.report.Threats[0].OnlyWith = []string{"notes"}
	s.status.Products[0].Model = &parley.Model{Features: []parley.Feature{{ID: "notes", Work: parley.Work{}}}}
	v, err := (&live{service: s, opt: Options{Actor: priya}}).home(atDesk(t), "")
	if err != nil {
		t.Fatal(err)
	}
	rows := v.Rest.Rows
	if last := rows[len(rows)-1]; last.Title != "Copy" || !slices.Contains(last.Tags, Tag{"only with notes", ""}) {
		t.Errorf("%+v", rows)
	}
}

// TestYearsAreCountedWhereTheCurveIsRead: without a limit the years are counted
// at a loss that was asked about, never at one nobody priced.
func TestYearsAreCountedWhereTheCurveIsRead(t *testing.T) {
	r := &negotiate.RiskResult{
		Quantiles:  map[string]float64{"0.9": 940_000},
		Exceedance: []negotiate.Exceedance{{Loss: 0, Probability: 0.7}, {Loss: 450_000, Probability: 0.2}, {Loss: 880_000, Probability: 0.105}, {Loss: 1_300_000, Probability: 0.04}},
	}
	b := &planBuilder{r: &negotiate.PlanResult{Currency: "EUR"}, view: &PlanView{}, prices: &prices{today: r, plans: []*negotiate.RiskResult{r}, best: r}}
	b.years()
	if said := fmt.Sprintf("%+v", b.view.Squares); len(b.view.Squares) != 1 || !strings.Contains(said, "lose more than €880k") || strings.Contains(strings.ToLower(said), "none of 100") {
		t.Errorf("%s", said)
	}
	if got := readAt(&negotiate.RiskResult{}, 5); got != 5 {
		t.Errorf("nothing was read, and yet %v", got)
	}
}

// TestRecallIsGivenUp: who went away no longer waits, and what nobody waits for
// ends; who asks then begins anew.
func TestRecallIsGivenUp(t *testing.T) {
	var m memo
	started, ended := make(chan struct{}), make(chan error, 1)
	work := func(ctx context.Context) (int, error) {
		close(started)
		<-ctx.Done()
		ended <- ctx.Err()
		return 1, nil // a part
	}
	first, leave := context.WithCancel(t.Context())
	second, leaveToo := context.WithCancel(t.Context())
	answers := make(chan error, 2)
	go func() { _, err := recall(first, &m, work, "x"); answers <- err }()
	<-started
	go func() { _, err := recall(second, &m, work, "x"); answers <- err }()
	for waits := 0; waits < 2; {
		m.mu.Lock()
		waits = m.entries[written([]any{"x"})].waiting
		m.mu.Unlock()
		runtime.Gosched()
	}
	leaveToo() // one of two
	if err := <-answers; !errors.Is(err, context.Canceled) {
		t.Errorf("who left was told %v", err)
	}
	select {
	case err := <-ended:
		t.Fatalf("it ended while one waits: %v", err)
	default:
	}
	leave()
	if err := <-answers; !errors.Is(err, context.Canceled) {
		t.Errorf("the last was told %v", err)
	}
	<-ended
	got, err := recall(t.Context(), &m, func(context.Context) (int, error) { return 2, nil }, "x")
	if got != 2 || err != nil || !m.has("x") {
		t.Errorf("a part was kept: %d %v", got, err)
	}
}

// TestRecallAfterAPanic: those who wait are told, and the next asks anew.
func TestRecallAfterAPanic(t *testing.T) {
	var m memo
	func() {
		defer func() { _ = recover() }()
		_, _ = recall(t.Context(), &m, func(context.Context) (int, error) { panic("no") }, "x")
		t.Error("no panic")
	}()
	if m.has("x") {
		t.Error("a panic was kept")
	}
	if got, err := recall(t.Context(), &m, func(context.Context) (int, error) { return 2, nil }, "x"); got != 2 || err != nil {
		t.Errorf("%d %v", got, err)
	}
}

// TestRecallKeepsWhatIsAsked: what is asked for again stays, what nobody asked for
// longest goes.
func TestRecallKeepsWhatIsAsked(t *testing.T) {
	var m memo
	for i := range 2 * memoSize {
		for _, k := range []int{0, i} {
			if _, err := recall(t.Context(), &m, func(context.Context) (int, error) { return k, nil }, k); err != nil {
				t.Fatal(err)
			}
		}
	}
	if !m.has(0) || m.has(1) || !m.has(2*memoSize-1) || len(m.entries) != memoSize || len(m.order) != memoSize {
		t.Errorf("kept %d of %d: %v %v", len(m.entries), len(m.order), m.has(0), m.has(1))
	}
}

// TestSentencesEndOnce: a sentence that ends with one in quotes has no second full
// stop, and any text has an end.
func TestSentencesEndOnce(t *testing.T) {
	for said, want := range map[string]string{
		"": "", "”": "”.", "live with it. “It ends soon.”": "Live with it. “It ends soon.”", "live with it. “It ends soon”": "Live with it. “It ends soon”.", "why?": "Why?", "so be it": "So be it.",
	} {
		if got := sentence(said); got != want {
			t.Errorf("%q is told as %q, want %q", said, got, want)
		}
	}
}
