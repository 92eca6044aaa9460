package web

import (
	"context"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/brief"
	"github.com/parleysec/parley/internal/negotiate"
	"github.com/parleysec/parley/ledger"
	"github.com/parleysec/parley/plan/model"
	"github.com/parleysec/parley/quantity"
)

// atDesk is a context of somebody at this machine.
func atDesk(t *testing.T) context.Context { return withActor(t.Context(), priya) }

// Access lets everybody do everything.
func (s *staged) Access(context.Context, negotiate.Actor) (*negotiate.AccessResult, error) {
	r := &negotiate.AccessResult{Organisation: []string{"Verify"}}
	for _, p := range s.status.Products {
		r.Products = append(r.Products, negotiate.ProductAccess{ID: p.ID, Name: p.Name, May: []string{"Brief", "Decide", "Done"}})
	}
	return r, nil
}

// staged answers with what a test puts on the stage.
type staged struct {
	Service
	status  negotiate.Status
	report  brief.Report
	risk    negotiate.RiskResult
	because string // why decisions were re-opened
	learned negotiate.LearnResult
	layers  negotiate.LayersResult
}

func (s *staged) Status(context.Context, negotiate.Actor, negotiate.StatusRequest) (*negotiate.Status, error) {
	return &s.status, nil
}

func (s *staged) Brief(_ context.Context, _ negotiate.Actor, req negotiate.BriefRequest) (*brief.Report, error) {
	r := s.report
	if len(req.Threats) > 0 {
		t := r.Threat(req.Threats[0])
		if t == nil {
			return nil, parley.Errorf(parley.NotFound, "brief", "no")
		}
		r.Threats = []brief.Threat{*t}
	}
	return &r, nil
}

func (s *staged) Risk(context.Context, negotiate.Actor, negotiate.RiskRequest) (*negotiate.RiskResult, error) {
	return &s.risk, nil
}

func (s *staged) Show(_ context.Context, _ negotiate.Actor, _ negotiate.ShowRequest) (*negotiate.ShowResult, error) {
	return &negotiate.ShowResult{History: []negotiate.Move{{}, {Because: s.because}}}, nil
}

func (s *staged) Seen(context.Context, negotiate.Actor, negotiate.SeenRequest) (*negotiate.SeenResult, error) {
	return &negotiate.SeenResult{Others: true}, nil
}

func (s *staged) SeenAll(context.Context, negotiate.Actor, string) (map[string]*negotiate.SeenResult, error) {
	return nil, nil
}

func priced(id, title string, chance, typical, annual float64) brief.Threat {
	return brief.Threat{
		ID: id, Title: title, Says: title + " happens.", Triage: parley.Negotiate, ChanceWithinHorizon: &chance,
		LossIfItHappens: &brief.Loss{P50: typical, P95: 3 * typical}, ExpectedAnnualLoss: &annual,
	}
}

func decision(id, threat string, kind parley.Kind, status ledger.Status) negotiate.Decision {
	return negotiate.Decision{
		ShortID: id, Threats: []string{threat}, Titles: []string{"About " + threat}, Kind: kind, Status: string(status),
		Because: "because of " + threat, By: "Priya", At: clock().AddDate(0, 0, -60), Until: "2027-03-01",
	}
}

// stage is a product in which everything that can wait waits.
func stage() *staged {
	s := &staged{}
	reopened := decision("SHOP-D2", "copy", parley.Defer, ledger.Reopened)
	reopened.Broken = []ledger.Broken{{Premise: ledger.Premise{Name: "chance_within_horizon", Unit: "share", Value: 0.13}, Now: 0.27}}
	overdue := decision("SHOP-D3", "phone", parley.Accept, ledger.InForce)
	soon := decision("SHOP-D4", "bank", parley.Accept, ledger.InForce)
	proposed := decision("SHOP-D5", "keys", parley.Mitigate, ledger.Proposed)
	s.status = negotiate.Status{
		AsOf: "2027-01-12", Exists: true, Events: 9,
		Products: []negotiate.ProductStatus{{
			ID: "shop", Name: "Shop",
			Waiting: []negotiate.Waiting{
				{Threat: "copy", Title: "Copy", Since: clock().AddDate(0, 0, -9)},
				{Threat: "small", Title: "Small", Since: clock()},
				{Threat: "grave", Title: "Grave", Since: clock().AddDate(0, 0, -1), Grave: true},
			},
			Reopened: []negotiate.Decision{reopened}, Overdue: []negotiate.Decision{overdue}, DueSoon: []negotiate.Decision{soon},
			InForce: []negotiate.Decision{overdue, soon, decision("SHOP-D6", "tiny", parley.Escalate, ledger.InForce)}, Proposed: []negotiate.Decision{proposed},
		}},
	}
	grave := priced("grave", "Grave", 0.002, 1e3, 10)
	grave.GraveHarm, grave.Words.People = true, "People could be harmed."
	aware := brief.Threat{ID: "cert", Title: "Cert", Triage: parley.Aware, Care: "An alert."}
	bare := brief.Threat{ID: "bare", Title: "Bare", Triage: parley.Negotiate, Words: brief.Words{Missing: "No price yet."}, Unconfirmed: true, Guessed: true}
	s.report = brief.Report{Currency: "GBP", HorizonYears: 2, Threats: []brief.Threat{
		priced("copy", "Copy", 0.27, 800e3, 71e3), priced("phone", "Phone", 0.9, 2e3, 60e3), priced("bank", "Bank", 0.3, 50e3, 50e3),
		priced("keys", "Keys", 0.1, 50e3, 40e3), bare, priced("small", "Small", 0.001, 5e3, 30), priced("tiny", "Tiny", 0.001, 4e3, 20), grave, aware,
	}}
	s.risk = negotiate.RiskResult{
		Currency: "GBP", Quantiles: map[string]float64{"0.9": 3e5, "0.99": 1e6},
		Appetite: []negotiate.LimitResult{
			{Loss: 250e3, ChanceAllowed: 0.25, Chance: 0.41, Breached: true},
			{Loss: 1e6, ChanceAllowed: 0.05, Chance: 0.0501, Breached: true, TooClose: true},
			{Loss: 2e6, ChanceAllowed: 0.05, Chance: 0.001},
		},
	}
	return s
}

func TestHomeSaysWhatWaits(t *testing.T) {
	l := &live{service: stage(), opt: Options{Actor: priya}}
	v, err := l.home(atDesk(t), "")
	if err != nil {
		t.Fatal(err)
	}
	if v.Heading != "Five decisions wait for you" || v.Nav[0].Count != 5 || !v.Nav[0].Here {
		t.Errorf("%q, %+v", v.Heading, v.Nav[0])
	}
	var groups []string
	for _, g := range v.Groups {
		var titles []string
		for _, i := range g.Items {
			titles = append(titles, i.Title)
		}
		groups = append(groups, g.Heading+": "+strings.Join(titles, ", "))
	}
	want := []string{"Re-opened: About copy", "Overdue: About phone", "Handed up: About tiny", "Waiting for a decision: Grave, Small", "Waiting for approval: About keys", "Due soon: About bank"}
	if !slices.Equal(groups, want) {
		t.Errorf("groups %q, want %q", groups, want)
	}
	first := v.Groups[0].Items[0]
	if first.Because != "The chance within two years: it was 13 of 100, and 27 of 100 when it came back." || first.Tags[0] != (Tag{"came back 9 days ago", "risk"}) {
		t.Errorf("%+v", first)
	}
	if got := strings.ReplaceAll(first.Figures, "\u00a0", " "); got != "27 of 100 within two years; typically £800k, in a bad case £2.4M" {
		t.Errorf("figures %q", got)
	}
}

func TestHomeFoldsTheSmallAndNeverTheGrave(t *testing.T) {
	l := &live{service: stage(), opt: Options{Actor: priya}}
	v, err := l.home(atDesk(t), "")
	if err != nil {
		t.Fatal(err)
	}
	var large []string
	for _, c := range v.Top {
		large = append(large, c.ID)
	}
	if want := []string{"copy", "phone", "bank", "keys", "bare", "grave"}; !slices.Equal(large, want) {
		t.Errorf("large: %v, want %v", large, want)
	}
	if v.Rest == nil || len(v.Rest.Rows) != 2 || v.Rest.Heading != "2 smaller ones, together less than £1k a year on average" {
		t.Errorf("folded: %+v", v.Rest)
	}
	if v.Rest.Rows[0].Cells[0] != "less than 1 of 100" {
		t.Errorf("%+v", v.Rest.Rows[0])
	}
	if v.Aware == nil || v.Aware.Heading != "One that knowing is enough for" || v.Aware.Rows[0].Cells[0] != "An alert." {
		t.Errorf("aware: %+v", v.Aware)
	}
	bare := v.Top[4]
	if bare.Facts[0] != (Pair{"Not priced", "No price yet."}) || bare.Picture != "" {
		t.Errorf("%+v", bare)
	}
	tags := v.Top[0].Tags
	if len(tags) != 1 || tags[0] != (Tag{"re-opened", "risk"}) {
		t.Errorf("%+v", tags)
	}
}

func TestHomeNamesThePassedLimits(t *testing.T) {
	l := &live{service: stage(), opt: Options{Actor: priya}}
	v, err := l.home(atDesk(t), "")
	if err != nil {
		t.Fatal(err)
	}
	want := []Line{
		{"41 of 100 years lose more than £250k; your limit is 25 of 100.", "breach"},
		{"5 of 100 years lose more than £1M; your limit is 5 of 100. That is too close to call.", ""},
		{"Less than 1 of 100 years lose more than £2M; your limit is 5 of 100.", "kept"},
	}
	if !slices.Equal(v.Limits, want) || v.LimitsHeading != "One of your limits is passed, as things are" {
		t.Errorf("%q %+v", v.LimitsHeading, v.Limits)
	}
}

func TestManyWaitingAreCutShort(t *testing.T) {
	s := stage()
	p := &s.status.Products[0]
	p.Waiting, p.Reopened = nil, nil
	for _, id := range []string{"a", "b", "c", "d", "e", "f"} {
		p.Waiting = append(p.Waiting, negotiate.Waiting{Threat: id, Title: id, Since: clock()})
	}
	v, err := (&live{service: s, opt: Options{Actor: priya}}).home(atDesk(t), "")
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(v.Groups, func(g WaitGroup) bool { return g.More != "" })
	if i < 0 || len(v.Groups[i].Items) != shownWaiting || v.Groups[i].More != "And three more, in the list below" {
		t.Errorf("%+v", v.Groups)
	}
	if !strings.HasPrefix(v.Lead[0], "Reading and deciding takes about half an hour.") {
		t.Errorf("%q", v.Lead)
	}
}

func TestNothingWaits(t *testing.T) {
	s := stage()
	p := &s.status.Products[0]
	p.Waiting, p.Reopened, p.Overdue, p.DueSoon, p.Proposed, p.InForce = nil, nil, nil, nil, nil, nil
	v, err := (&live{service: s, opt: Options{Actor: priya}}).home(atDesk(t), "shop")
	if err != nil {
		t.Fatal(err)
	}
	if v.Heading != "Nothing waits for a decision" || len(v.Groups) != 0 || len(v.Lead) != 0 {
		t.Errorf("%q %+v %q", v.Heading, v.Groups, v.Lead)
	}
}

func TestMinutes(t *testing.T) {
	for n, want := range map[int]string{3: "about 3 minutes", 20: "about 20 minutes", 21: "about half an hour", 46: "about an hour, or several sittings"} {
		if got := minutes(n); got != want {
			t.Errorf("%d: %q", n, got)
		}
	}
}

func TestBriefSaysWhereItStands(t *testing.T) {
	l := &live{service: stage(), opt: Options{Actor: priya}}
	for id, want := range map[string]Line{
		"copy":  {"The decision of 13 November 2026 came back: what it counted on no longer holds. The chance within two years: it was 13 of 100, and 27 of 100 when it came back.", "risk"},
		"phone": {"The decision of 13 November 2026 is overdue: its end was 1 March 2027. It stays in force until somebody decides anew.", "risk"},
		"bank":  {"Decided: live with it, until 1 March 2027, by Priya on 13 November 2026.", "good"},
		"tiny":  {"Handed up by Priya on 13 November 2026, until 1 March 2027: it waits for whoever may decide. Because of tiny.", "warn"},
		"keys":  {"Proposed: do it, until 1 March 2027, by Priya on 13 November 2026. It waits for approval.", "warn"},
		"small": {"Nobody has decided about this yet. It came in today.", "warn"},
	} {
		v, err := l.brief(atDesk(t), briefAsk{threat: id})
		if err != nil {
			t.Fatal(err)
		}
		if v.Standing == nil || *v.Standing != want {
			t.Errorf("%s: %+v, want %+v", id, v.Standing, want)
		}
	}
	v, err := l.brief(atDesk(t), briefAsk{threat: "cert"})
	if err != nil {
		t.Fatal(err)
	}
	if v.Standing != nil || v.Form != nil || v.Aware != "An alert." {
		t.Errorf("where knowing is enough nothing is to be decided: %+v %+v %q", v.Standing, v.Form, v.Aware)
	}
	if _, err := l.brief(atDesk(t), briefAsk{threat: "absent"}); parley.KindOfError(err) != parley.NotFound {
		t.Errorf("%v", err)
	}
}

func TestAReasonAPersonGaveIsSaid(t *testing.T) {
	s := stage()
	s.because = "the rules were lost"
	v, err := (&live{service: s, opt: Options{Actor: priya}}).brief(atDesk(t), briefAsk{threat: "copy"})
	if err != nil {
		t.Fatal(err)
	}
	const want = "The rules were lost. The chance within two years: it was 13 of 100, and 27 of 100 when it came back."
	if !strings.HasSuffix(v.Standing.Text, want) || !slices.Contains(v.Record[0].Lines, "It came back. "+want) {
		t.Errorf("%q, %q", v.Standing.Text, v.Record[0].Lines)
	}
}

func TestBriefFormTakesOverWhatIsInForce(t *testing.T) {
	l := &live{service: stage(), opt: Options{Actor: priya}}
	for id, want := range map[string][]string{"bank": {"SHOP-D4"}, "phone": {"SHOP-D3"}, "copy": nil, "small": nil} {
		v, err := l.brief(atDesk(t), briefAsk{threat: id})
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(v.Form.Replaces, want) || v.Form.FirstDay != "2027-01-13" || v.Form.Digest == "" {
			t.Errorf("%s: %+v", id, v.Form)
		}
	}
}

func option(id string, kind parley.Kind, after float64) brief.Option {
	return brief.Option{ID: id, Kind: kind, Title: strings.ToUpper(id), With: []string{id}, ChanceWithinHorizonAfter: &after}
}

func TestBriefRanksOptions(t *testing.T) {
	s := stage()
	th := s.report.Threat("copy")
	best := option("b", parley.Mitigate, 0.1)
	best.IsBest = true
	planned := option(brief.OptionPlan, parley.Mitigate, 0.03)
	planned.InPlan, planned.With = true, []string{"b", "c"}
	th.Options = []brief.Option{
		option(brief.OptionDefer, parley.Defer, 0.27), option(brief.OptionAccept, parley.Accept, 0.27), option("a", parley.Mitigate, 0.2),
		best, option("c", parley.Mitigate, 0.2), option("insure", parley.Transfer, 0.27), planned,
	}
	v, err := (&live{service: s, opt: Options{Actor: priya}}).brief(atDesk(t), briefAsk{threat: "copy"})
	if err != nil {
		t.Fatal(err)
	}
	var shown, more []string
	for _, o := range v.Options {
		shown = append(shown, o.ID)
	}
	for _, o := range v.MoreOptions {
		more = append(more, o.ID)
	}
	if want := []string{"plan", "b", "accept", "defer"}; !slices.Equal(shown, want) {
		t.Errorf("shown %v, want %v", shown, want)
	}
	if want := []string{"a", "c", "insure"}; !slices.Equal(more, want) || v.MoreHeading != "Three more ways, each by itself" {
		t.Errorf("more %v %q", more, v.MoreHeading)
	}
	if !strings.HasPrefix(v.WhyNot, "The plan leaves what is worth most") {
		t.Errorf("nothing says why the plan does another thing: %q", v.WhyNot)
	}
	best.InPlan = true
	th.Options[3] = best
	if v, err = (&live{service: s, opt: Options{Actor: priya}}).brief(atDesk(t), briefAsk{threat: "copy"}); err != nil || v.WhyNot != "" {
		t.Errorf("the plan does it: %q, %v", v.WhyNot, err)
	}
	if v.Squares.Says != "With “PLAN” the chance within two years falls from 27 of 100 to 3 of 100." {
		t.Errorf("%q", v.Squares.Says)
	}
	var ticked, all []string
	for _, a := range v.Form.Acts {
		for _, w := range a.Ways {
			all = append(all, w.ID)
			if w.Checked {
				ticked = append(ticked, w.ID)
			}
		}
	}
	if !slices.Equal(all, []string{"mitigate:a", "mitigate:b", "mitigate:c", "transfer:insure"}) || !slices.Equal(ticked, []string{"mitigate:b", "mitigate:c"}) {
		t.Errorf("ways %v, ticked %v", all, ticked)
	}
}

// TestAssumedIsWhatThisThreatUsed: what only other threats rest on is folded.
func TestAssumedIsWhatThisThreatUsed(t *testing.T) {
	s := stage()
	low, err := quantity.Parse("low", quantity.Effort, quantity.Env{Currency: "GBP", Scale: quantity.DefaultScale()})
	if err != nil {
		t.Fatal(err)
	}
	against := []parley.Against{{Threat: "bank"}}
	m := &parley.Model{
		Threats:     []parley.Threat{{ID: "copy"}, {ID: "bank"}},
		Controls:    []parley.Control{{ID: "alarm"}},
		Mitigations: []parley.Mitigation{{ID: "call-back", Work: parley.Work{Cost: parley.Cost{Effort: low}}}},
	}
	m.Controls[0].Against, m.Mitigations[0].Against = against, against
	s.status.Products[0].Model = m
	s.report.Assumed = m.Assumptions()
	fields := func(as []parley.Assumption) string {
		var out []string
		for _, a := range as {
			out = append(out, strings.TrimPrefix(a.Field, "policy."))
		}
		return strings.Join(out, " ")
	}
	for id, want := range map[string][2]string{
		"copy": {"horizon discount_rate", "common_cause unverified lead_time scale.cost.low"},
		"bank": {"horizon discount_rate common_cause lead_time scale.cost.low", "unverified"},
	} {
		v, err := (&live{service: s, opt: Options{Actor: priya}}).brief(atDesk(t), briefAsk{threat: id})
		if err != nil {
			t.Fatal(err)
		}
		if got := [2]string{fields(v.Assumed), fields(v.AssumedElsewhere)}; got != want {
			t.Errorf("%s: %q, want %q", id, got, want)
		}
	}
}

func TestASquareIsShownOnceWhereNothingGetsRarer(t *testing.T) {
	s := stage()
	o := option("b", parley.Mitigate, 0.27)
	o.IsBest = true
	s.report.Threat("copy").Options = []brief.Option{o}
	v, err := (&live{service: s, opt: Options{Actor: priya}}).brief(atDesk(t), briefAsk{threat: "copy"})
	if err != nil {
		t.Fatal(err)
	}
	if len(v.Squares.Table.Rows) != 1 || !strings.Contains(v.Squares.Says, "cheaper, not rarer") {
		t.Errorf("%q %+v", v.Squares.Says, v.Squares.Table.Rows)
	}
}

func TestPlanFloors(t *testing.T) {
	b := &planBuilder{
		r:     &negotiate.PlanResult{Currency: "GBP", Items: []negotiate.PlanItem{{ID: "fix", Title: "Fix it"}}},
		model: &parley.Model{Threats: []parley.Threat{{ID: "leak", Title: "Leak"}}},
	}
	for want, f := range map[string]model.Floor{
		"GDPR (Leak): kept, at no extra price.":                                                             {ID: "leak", Kind: model.ByObligation, Says: "GDPR", Met: true, Price: f64(0)},
		"People could be gravely harmed (Leak): kept, for about £12k.":                                      {ID: "leak", Kind: model.ByPeople, Met: true, Price: f64(12_000)},
		"Promised (Fix it): kept.":                                                                          {ID: "fix", Kind: model.ByMust, Met: true},
		"GDPR (other): nothing in this plan does it, because nothing that could has a cost and a strength.": {ID: "other", Kind: model.ByObligation, Says: "GDPR"},
	} {
		if got := b.floor(f); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

// TestWhatIsKeptDoesNotPay: a thing that only a promise, a duty or people keep
// in the plan, at a price, is not said to pay.
func TestWhatIsKeptDoesNotPay(t *testing.T) {
	against := func(id string) parley.Mitigation {
		m := parley.Mitigation{ID: id}
		m.Against = []parley.Against{{Threat: "leak"}}
		return m
	}
	m := &parley.Model{Mitigations: []parley.Mitigation{against("fix"), against("wall")}}
	pays := negotiate.Why{ID: "fix", In: true, Reason: string(model.Pays), Says: "worth about £9k to the plan"}
	floor := func(id string, kind model.FloorKind, price *float64) []model.Floor {
		return []model.Floor{{ID: id, Kind: kind, Met: true, Price: price}}
	}
	for _, c := range []struct {
		name   string
		why    negotiate.Why
		floors []model.Floor
		chosen []string
		want   string
	}{
		{"no floor", pays, nil, []string{"fix"}, pays.Says},
		{"promised at a price", pays, floor("fix", model.ByMust, f64(11e3)), []string{"fix"}, "promised; without the promise the plan would be worth about £11k more"},
		{"promised for free", pays, floor("fix", model.ByMust, f64(0)), []string{"fix"}, pays.Says},
		{"price unknown", pays, floor("fix", model.ByMust, nil), []string{"fix"}, pays.Says},
		{"alone meets a duty", pays, floor("leak", model.ByObligation, f64(11e3)), []string{"fix"}, "a duty asks for it; without the duty the plan would be worth about £11k more"},
		{"one of two that meet it", pays, floor("leak", model.ByObligation, f64(11e3)), []string{"fix", "wall"}, pays.Says},
		{"out of the plan", negotiate.Why{ID: "fix", Reason: string(model.Pays), Says: "out"}, floor("fix", model.ByMust, f64(11e3)), nil, "out"},
	} {
		b := &planBuilder{r: &negotiate.PlanResult{Currency: "GBP", Obligations: c.floors, Chosen: c.chosen}, model: m}
		if got := b.reason(c.why); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

// TestLimitsAreOffered: a plan that passes a limit offers the one that does not.
func TestLimitsAreOffered(t *testing.T) {
	passed, kept := negotiate.LimitResult{Breached: true}, negotiate.LimitResult{}
	for _, c := range []struct {
		name  string
		after negotiate.LimitResult
		asked budget
		price *float64
		offer string // address
		lead  string
	}{
		{"passed", passed, budget{money: "20k"}, nil, "/plan?limits=keep&money=20k", ""},
		{"kept", kept, budget{}, nil, "", ""},
		{"too close", negotiate.LimitResult{Breached: true, TooClose: true}, budget{}, nil, "", ""},
		{"asked for", kept, budget{keep: true}, f64(30e3), "", "It keeps your limits; without them the best plan would be worth about £30k more."},
		{"asked for, at no price", kept, budget{keep: true}, f64(0), "", "It keeps your limits, at no price: the best plan keeps them anyway."},
	} {
		r := &negotiate.RiskResult{Appetite: []negotiate.LimitResult{c.after}}
		b := &planBuilder{r: &negotiate.PlanResult{Currency: "GBP", AppetitePrice: c.price}, prices: &prices{plans: []*negotiate.RiskResult{r}, best: r}, asked: c.asked, view: &PlanView{}}
		b.limits()
		offer, lead := "", strings.Join(b.view.Lead, " ")
		if b.view.Offer != nil {
			offer = b.view.Offer.URL
		}
		if offer != c.offer || lead != c.lead || (b.view.Warning != "") != (offer != "") {
			t.Errorf("%s: %q %q %q", c.name, offer, lead, b.view.Warning)
		}
	}
}

func TestPlanItems(t *testing.T) {
	b := &planBuilder{
		base: &negotiate.PlanResult{Chosen: []string{"old", "both"}},
		r: &negotiate.PlanResult{
			Currency: "GBP", Chosen: []string{"both", "new"},
			Items: []negotiate.PlanItem{
				{ID: "old", Title: "Old", Feature: true}, {ID: "both", Title: "Both", In: true}, {ID: "new", Title: "New", In: true}, {ID: "never", Title: "Never"}, {ID: "nor", Title: "Nor"},
			},
			Why: []negotiate.Why{{ID: "both", InPlan: 5}, {ID: "new", InPlan: 9}, {ID: "old", InPlan: 1}, {ID: "never", Says: "does not pay", InPlan: -4}},
		},
		view: &PlanView{}, prices: &prices{today: &negotiate.RiskResult{}, best: &negotiate.RiskResult{}},
	}
	b.list()
	v := b.view
	if len(v.List) != 3 || v.List[0].Item.Title != "New" || v.List[0].Item.Tags[0].Text != "comes in" || len(v.List[1].Item.Tags) != 0 {
		t.Errorf("in: %+v", v.List)
	}
	if old := v.List[2].Item; old.Title != "Old" || old.Tags[1] != (Tag{"falls off", "risk"}) {
		t.Errorf("falls off: %+v", old)
	}
	if len(v.ListMore) != 2 || v.ListMore[0].Item.Reason != "does not pay" || v.ListMoreHeading != "Two things that are left out" {
		t.Errorf("left out: %+v %q", v.ListMore, v.ListMoreHeading)
	}
}

func TestPlanNotes(t *testing.T) {
	for _, c := range []struct {
		r    negotiate.PlanResult
		want string
	}{
		{negotiate.PlanResult{Currency: "GBP", Proved: true}, "No better plan exists within these limits."},
		{negotiate.PlanResult{Currency: "GBP", Proved: true, ProofOf: negotiate.OfYears}, "No better plan keeps these limits, and those on losses in the years simulated."},
		{negotiate.PlanResult{Currency: "GBP", ProofOf: negotiate.OfNothing}, "No better plan that keeps the limits on losses was found; that there is none is an estimate and not proved."},
		{negotiate.PlanResult{Currency: "GBP", Gap: 0.00312}, "This plan is within 0.31 % of the best possible."},
		{negotiate.PlanResult{Currency: "GBP", Unconfirmed: 0.4}, "About 40% of the average loss rests on estimates that nobody has confirmed."},
	} {
		b := &planBuilder{r: &c.r, view: &PlanView{}}
		b.rest()
		if !slices.Contains(b.view.Notes, c.want) {
			t.Errorf("%q has no %q", b.view.Notes, c.want)
		}
	}
}

func TestLimitRow(t *testing.T) {
	risk := func(as ...negotiate.LimitResult) *negotiate.RiskResult { return &negotiate.RiskResult{Appetite: as} }
	kept, closeBy, passed := negotiate.LimitResult{}, negotiate.LimitResult{Breached: true, TooClose: true}, negotiate.LimitResult{Breached: true}
	b := &planBuilder{prices: &prices{
		plans: []*negotiate.RiskResult{risk(kept, kept), risk(kept, closeBy), risk(passed, closeBy)},
		today: risk(closeBy, passed),
	}}
	if got, want := b.limitRow().Cells, []string{"yes", "too close to call", "no", "no"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestChanceOfIsExact(t *testing.T) {
	r := &negotiate.RiskResult{Exceedance: []negotiate.Exceedance{{Loss: 5, Probability: 0.3}}}
	if chanceOf(r, 5) != 0.3 || !math.IsNaN(chanceOf(r, 6)) {
		t.Error("a chance nobody computed is made up")
	}
}

// TestWhatWasNotWorkedOutInTime is not told as if it were: that no other plan comes
// close, or that one end is the best of its sort.
func TestWhatWasNotWorkedOutInTime(t *testing.T) {
	today := &negotiate.RiskResult{Currency: "GBP"}
	for _, late := range []bool{false, true} {
		r := &negotiate.PlanResult{Currency: "GBP", Chosen: []string{"a"}, Ends: &negotiate.PlanEnds{Security: &model.End{Chosen: []string{"b"}, Proved: !late}}}
		if late {
			r.OutOfTime = []string{model.PartPeers}
		}
		b := &planBuilder{r: r, view: &PlanView{}, prices: &prices{today: today, best: today}}
		b.side()
		if says := b.view.SideHeading == "Whether other plans are as good was not worked out in time"; says != late {
			t.Errorf("late %v: %q", late, b.view.SideHeading)
		}
		if n := len(b.view.Differs); (n == 1) != late || late && b.view.Differs[0].Says != "Security only: the best that was found in time; there may be a better one." {
			t.Errorf("late %v: %+v", late, b.view.Differs)
		}
	}
}
