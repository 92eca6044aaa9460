package ledger

import (
	"math"
	"strings"
	"testing"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/quantity"
)

// lawful is the shop with a duty, a threat that may harm people gravely, and a
// transfer.
func lawful() *parley.Model {
	m := shop()
	m.Threats[0].Obligation = &parley.Obligation{Says: "GDPR Art. 32"}
	m.Threats[0].Treatments = []parley.Treatment{{ID: "insure", Kind: parley.Transfer, Premium: quantity.Of("9k per year")}}
	m.Threats = append(m.Threats,
		parley.Threat{
			ID: "harm", Title: "Insulin missed", Likelihood: quantity.Of("1 in 40 years"), Impact: parley.Impact{People: &parley.People{Who: "patients", Harm: parley.Grave}},
			Treatments: []parley.Treatment{{ID: "care", Kind: parley.Transfer, Premium: quantity.Of("1k per year")}},
		},
		parley.Threat{
			ID: "brought", Title: "Only with features", Triage: parley.Aware, Likelihood: quantity.Of("1 in 40 years"), Impact: parley.Impact{Says: "bad", Financial: parley.Loss{Amount: quantity.Of("5k")}},
			Treatments: []parley.Treatment{{ID: "sell", Kind: parley.Avoid, Title: "Sell the shop"}},
		},
		parley.Threat{ID: "old", Title: "Closed long ago", Triage: parley.Closed},
	)
	m.Features = append(m.Features,
		parley.Feature{ID: "shiny", Title: "Shiny", Introduces: []string{"brought"}},
		parley.Feature{ID: "glossy", Title: "Glossy", Introduces: []string{"brought"}},
	)
	return m
}

func TestCheckRefuses(t *testing.T) {
	b := newBook(t)
	b.apply(lawful())
	accept := func(change func(*Terms)) Terms {
		t := Terms{Threats: []string{"replay"}, Kind: parley.Accept, Because: "small enough", Until: "2027-06-30"}
		change(&t)
		return t
	}
	inf := math.Inf(1)
	one, two := 1.0, 2.0
	for name, c := range map[string]struct {
		terms Terms
		want  Reason // "" for none
		by    string
	}{
		"fine":                      {terms: accept(func(*Terms) {})},
		"ends today":                {terms: accept(func(t *Terms) { t.Until = "2026-11-22" })},
		"until a stage":             {terms: accept(func(t *Terms) { t.Until = "deployment" })},
		"no product":                {terms: accept(func(t *Terms) { t.Because = "other" }), want: NoProduct},
		"no reason":                 {terms: accept(func(t *Terms) { t.Because = " \t" }), want: NoReason},
		"no end":                    {terms: accept(func(t *Terms) { t.Until = "" }), want: NoEnd},
		"defer without end":         {terms: accept(func(t *Terms) { t.Kind, t.Until = parley.Defer, "" }), want: NoEnd},
		"defer":                     {terms: accept(func(t *Terms) { t.Kind = parley.Defer })},
		"yesterday":                 {terms: accept(func(t *Terms) { t.Until = "2026-11-21" }), want: PastEnd},
		"a stage that is reached":   {terms: accept(func(t *Terms) { t.Until = "development" }), want: PastEnd},
		"a stage long past":         {terms: accept(func(t *Terms) { t.Until = "inception" }), want: PastEnd},
		"no date":                   {terms: accept(func(t *Terms) { t.Until = "soon" }), want: BadEnd},
		"no such day":               {terms: accept(func(t *Terms) { t.Until = "2027-02-30" }), want: BadEnd},
		"date and time":             {terms: accept(func(t *Terms) { t.Until = "2027-02-20T10:00:00Z" }), want: BadEnd},
		"no threat":                 {terms: accept(func(t *Terms) { t.Threats = nil }), want: NoThreat},
		"unknown threat":            {terms: accept(func(t *Terms) { t.Threats = []string{"replay", "moon"} }), want: NoThreat},
		"closed threat":             {terms: accept(func(t *Terms) { t.Threats = []string{"old"} }), want: NoThreat},
		"a threat twice":            {terms: accept(func(t *Terms) { t.Threats = []string{"replay", "replay"} }), want: NoThreat},
		"unknown kind":              {terms: accept(func(t *Terms) { t.Kind = "ignore" }), want: BadKind},
		"mitigate with nothing":     {terms: accept(func(t *Terms) { t.Kind = parley.Mitigate }), want: NoMitigation},
		"mitigate with a guess":     {terms: accept(func(t *Terms) { t.Kind, t.With = parley.Mitigate, []string{"magic"} }), want: BadMitigation},
		"mitigate with a control":   {terms: accept(func(t *Terms) { t.Kind, t.With = parley.Mitigate, []string{"waf"} }), want: BadMitigation},
		"mitigate":                  {terms: accept(func(t *Terms) { t.Kind, t.With, t.Until = parley.Mitigate, []string{"consent"}, "" })},
		"mitigate with a bad end":   {terms: accept(func(t *Terms) { t.Kind, t.With, t.Until = parley.Mitigate, []string{"consent"}, "soon" }), want: BadEnd},
		"transfer":                  {terms: accept(func(t *Terms) { t.Kind, t.Threats, t.With = parley.Transfer, []string{"leak"}, []string{"insure"} })},
		"transfer of another":       {terms: accept(func(t *Terms) { t.Kind, t.With = parley.Transfer, []string{"insure"} }), want: BadTreatment},
		"avoid by insurance":        {terms: accept(func(t *Terms) { t.Kind, t.Threats, t.With = parley.Avoid, []string{"leak"}, []string{"insure"} }), want: BadTreatment},
		"a duty for its price":      {terms: accept(func(t *Terms) { t.Threats = []string{"leak"} }), want: Duty},
		"a duty among others":       {terms: accept(func(t *Terms) { t.Threats = []string{"replay", "leak"} }), want: Duty},
		"a duty with blanks":        {terms: accept(func(t *Terms) { t.Threats, t.ObligationReason = []string{"leak"}, "  " }), want: Duty},
		"a duty that does not hold": {terms: accept(func(t *Terms) { t.Threats, t.ObligationReason = []string{"leak"}, "no personal data is kept" })},
		"grave harm":                {terms: accept(func(t *Terms) { t.Threats = []string{"harm"} }), want: Authority},
		"grave harm by another":     {terms: accept(func(t *Terms) { t.Threats = []string{"harm"} }), want: Authority, by: "tom@example.org"},
		"grave harm by the owner":   {terms: accept(func(t *Terms) { t.Threats = []string{"harm"} }), by: "helen@example.org"},
		"grave harm deferred":       {terms: accept(func(t *Terms) { t.Threats, t.Kind = []string{"harm"}, parley.Defer }), want: Authority},
		"grave harm insured":        {terms: accept(func(t *Terms) { t.Threats, t.Kind = []string{"harm"}, parley.Transfer; t.With = []string{"care"} }), want: Authority},
		"grave harm escalated":      {terms: accept(func(t *Terms) { t.Threats, t.Kind, t.Until = []string{"harm"}, parley.Escalate, "" })},
		"grave harm avoided in words": {terms: accept(func(t *Terms) {
			t.Threats, t.Kind = []string{"harm"}, parley.Avoid
			t.Drops = "the pump's remote control"
		}), want: Authority},
		"grave harm avoided by the owner": {terms: accept(func(t *Terms) {
			t.Threats, t.Kind = []string{"harm"}, parley.Avoid
			t.Drops = "the pump's remote control"
		}), by: "helen@example.org"},
		"transfer to nobody": {terms: accept(func(t *Terms) { t.Kind, t.Threats = parley.Transfer, []string{"leak"} }), want: NoTreatment},
		"transfer of one of two": {terms: accept(func(t *Terms) {
			t.Kind, t.Threats, t.With = parley.Transfer, []string{"leak", "replay"}, []string{"insure"}
		}), want: NoTreatment},
		"avoid by nothing":      {terms: accept(func(t *Terms) { t.Kind = parley.Avoid }), want: NoTreatment},
		"avoid by dots":         {terms: accept(func(t *Terms) { t.Kind, t.Drops = parley.Avoid, "…" }), want: NoTreatment},
		"avoid in words":        {terms: accept(func(t *Terms) { t.Kind, t.Drops = parley.Avoid, "one-click" })},
		"avoid, and build it":   {terms: accept(func(t *Terms) { t.Kind, t.Threats = parley.Avoid, []string{"brought"} }), want: NoTreatment},
		"avoid half of it":      {terms: accept(func(t *Terms) { t.Kind, t.Threats, t.With = parley.Avoid, []string{"brought"}, []string{"shiny"} }), want: NoTreatment},
		"avoid another feature": {terms: accept(func(t *Terms) { t.Kind, t.With = parley.Avoid, []string{"shiny"} }), want: BadTreatment},
		"avoid by not building": {terms: accept(func(t *Terms) {
			t.Kind, t.Threats, t.With = parley.Avoid, []string{"brought"}, []string{"shiny", "glossy"}
		})},
		"avoid by leaving out":   {terms: accept(func(t *Terms) { t.Kind, t.Threats, t.Drops = parley.Avoid, []string{"brought"}, "without stored cards" })},
		"avoid by a treatment":   {terms: accept(func(t *Terms) { t.Kind, t.Threats, t.With = parley.Avoid, []string{"brought"}, []string{"sell"} })},
		"grave harm proposed":    {terms: accept(func(t *Terms) { t.Threats, t.Propose = []string{"harm"}, true })},
		"a proposal without end": {terms: accept(func(t *Terms) { t.Until, t.Propose = "", true }), want: NoEnd},
		"supersedes nothing":     {terms: accept(func(t *Terms) { t.Supersedes = []string{"SHOP-D9"} }), want: BadSupersedes},
		"endless premise":        {terms: accept(func(t *Terms) { t.Premises = []Premise{{Name: "x", Value: inf}} }), want: BadPremise},
		"premise upside down":    {terms: accept(func(t *Terms) { t.Premises = []Premise{{Name: "x", Low: &two, High: &one}} }), want: BadPremise},
		"premise":                {terms: accept(func(t *Terms) { t.Premises = []Premise{{Name: "x", Low: &one, High: &two}} })},
	} {
		t.Run(name, func(t *testing.T) {
			d := b.deciding(c.terms)
			d.By = c.by
			if c.want == NoProduct {
				d.Product = "nowhere"
			}
			err := Check(b.state, d)
			if c.want == "" {
				if err != nil {
					t.Errorf("refused: %v", err)
				}
				return
			}
			rs, _ := err.(Refusals)
			if len(rs) != 1 || rs[0].Reason != c.want || rs[0].Message == "" {
				t.Errorf("got %v, want %s alone", err, c.want)
			}
		})
	}
}

func TestCheckSaysEverythingAtOnce(t *testing.T) {
	b := newBook(t)
	b.apply(lawful())
	err := Check(b.state, b.deciding(Terms{Threats: []string{"leak", "harm", "moon"}, Kind: parley.Accept}))
	rs, _ := err.(Refusals)
	for _, want := range []Reason{NoReason, NoEnd, Duty, Authority, NoThreat} {
		if !rs.Has(want) {
			t.Errorf("%s is not among\n%v", want, err)
		}
	}
	if n := strings.Count(err.Error(), "\n"); n != len(rs)-1 {
		t.Errorf("%d lines for %d refusals", n+1, len(rs))
	}
}

func TestWithoutOwnerGraveHarmIsEscalated(t *testing.T) {
	b := newBook(t)
	m := lawful()
	m.Product.Owner = ""
	b.apply(m)
	d := b.deciding(Terms{Threats: []string{"harm"}, Kind: parley.Accept, Because: "x", Until: "2027-01-01"})
	rs, _ := Check(b.state, d).(Refusals)
	if !rs.Has(Authority) || !strings.Contains(rs.Error(), "names no owner") {
		t.Errorf("got %v", rs)
	}
}

func TestDecidingAgain(t *testing.T) {
	b := newBook(t)
	b.apply(shop())
	first := b.decide(Terms{Threats: []string{"leak", "replay"}, Kind: parley.Accept, Because: "later", Until: "2027-01-01"})
	if name, claimed := first.Decider(); first.Status != InForce || name != priya.ID || claimed {
		t.Fatalf("%+v", first)
	}
	again := Terms{Threats: []string{"leak", "replay"}, Kind: parley.Accept, Because: "later", Until: "2027-01-01", Seed: 7, AsOf: "2026-11-23"}
	if rs, _ := Check(b.state, b.deciding(again)).(Refusals); !rs.Has(Same) || rs[0].Decision != "SHOP-D1" {
		t.Errorf("a repeated request: %v", rs)
	}
	new := Terms{Threats: []string{"leak"}, Kind: parley.Mitigate, With: []string{"prepared"}, Because: "cheap"}
	if rs, _ := Check(b.state, b.deciding(new)).(Refusals); !rs.Has(Decided) || rs[0].Decision != "SHOP-D1" {
		t.Errorf("over a decision in force: %v", rs)
	}
	if err := b.try(Draft{Product: "shop", Body: &DecisionRecorded{new}}); err == nil {
		t.Error("the fold let a decision replace another without naming it")
	}
	new.Supersedes = []string{"SHOP-D1"}
	second := b.decide(new)
	first = b.shop().Decision("SHOP-D1")
	if first.Status != InForce || first.Holds("leak") || !first.Holds("replay") || !second.Holds("leak") {
		t.Errorf("in part: %+v, %+v", first, second)
	}
	b.decide(Terms{Threats: []string{"replay"}, Kind: parley.Defer, Because: "later", Until: "2027-02-01", Supersedes: []string{"SHOP-D1"}})
	first = b.shop().Decision("SHOP-D1")
	if first.Status != Superseded || len(first.Live) != 0 || len(first.Threats) != 2 {
		t.Errorf("in full: %+v", first)
	}
	if open, err := b.shop().Undecided(); err != nil || len(open) != 0 {
		t.Errorf("undecided %v %v", open, err)
	}
}

func TestEscalatedIsUndecided(t *testing.T) {
	b := newBook(t)
	b.apply(lawful())
	b.decide(Terms{Threats: []string{"harm"}, Kind: parley.Escalate, Because: "Helen's alone"})
	open, err := b.shop().Undecided()
	if err != nil || len(open) != 3 {
		t.Errorf("undecided %v %v, want leak, replay, harm", open, err)
	}
}

func TestApproval(t *testing.T) {
	b := newBook(t)
	b.apply(lawful())
	d := b.decide(Terms{Threats: []string{"harm"}, Kind: parley.Accept, Because: "x", Until: "2027-01-01", Propose: true})
	if d.Status != Proposed || b.shop().InForce("harm") != nil {
		t.Fatalf("%+v", d)
	}
	helen := Actor{ID: "helen@example.org", Known: SignedIn, Via: ViaPage}
	if rs, _ := CheckSeveral(b.state, d, Deciding{Product: "shop", Terms: d.Terms, Actor: priya, Today: "2026-11-23", Approving: true}).(Refusals); !rs.Has(Authority) {
		t.Errorf("approved without authority: %v", rs)
	}
	if rs, _ := CheckApproval(b.state, d, helen, "", "2027-01-02").(Refusals); !rs.Has(PastEnd) {
		t.Errorf("approved after its end: %v", rs)
	}
	b.add(Draft{Body: &SettingChanged{Name: SeparateApprover, Value: "yes"}})
	if rs, _ := CheckApproval(b.state, d, priya, "helen@example.org", "2026-11-23").(Refusals); !rs.Has(OneApprover) {
		t.Errorf("the proposer approved, claiming to be another: %v", rs)
	}
	if err := CheckApproval(b.state, d, helen, "", "2026-11-23"); err != nil {
		t.Fatal(err)
	}
	b.add(Approving(d, helen, "", "we carry it", nil, nil)...)
	d = b.shop().Decision("SHOP-D1")
	if name, claimed := d.Decider(); d.Status != InForce || name != helen.ID || claimed {
		t.Errorf("%+v", d)
	}
	if err := CheckApproval(b.state, d, helen, "", "2026-11-23"); err == nil {
		t.Error("approved twice")
	}
	if err := b.try(Approving(d, helen, "", "", nil, nil)...); err == nil {
		t.Error("the fold approved twice")
	}
}

func TestRecheck(t *testing.T) {
	lo, hi := 80.0, 120.0
	d := &Decision{Short: "SHOP-D1", Product: "shop", Terms: Terms{Premises: []Premise{{Name: "eal", Ref: "leak", Value: 100, Low: &lo, High: &hi}, {Name: "open", Value: 5}}}}
	for name, c := range map[string]struct {
		now    Figure
		broken bool
	}{
		"same":                    {Figure{Value: 100}, false},
		"at the edge":             {Figure{Value: 120}, false},
		"above":                   {Figure{Value: 120.001}, true},
		"below":                   {Figure{Value: 79}, true},
		"above, but noise":        {Figure{Value: 125, StandardError: 9}, false},
		"above, more than noise":  {Figure{Value: 125, StandardError: 8}, true},
		"noise inside tolerance":  {Figure{Value: 110, StandardError: 1}, false},
		"gone":                    {Figure{Gone: true}, true},
		"not a number":            {Figure{Value: math.NaN()}, true},
		"endless":                 {Figure{Value: math.Inf(1)}, true},
		"noise that is no number": {Figure{Value: 100, StandardError: math.NaN()}, true},
	} {
		got := Recheck(d, map[PremiseKey]Figure{{"eal", "leak"}: c.now, {"eal", "other"}: {Value: 1e9}, {"open", ""}: {Value: 1e9}})
		if (len(got) == 1) != c.broken || len(got) > 1 {
			t.Errorf("%s: %+v", name, got)
		}
		if c.broken {
			if _, err := canonicalOf(Reopening(d, got, "", "").Body); err != nil {
				t.Errorf("%s cannot be recorded: %v", name, err)
			}
		}
	}
	if got := Recheck(d, nil); len(got) != 0 {
		t.Errorf("without figures: %v", got)
	}
}

func TestReopening(t *testing.T) {
	b := newBook(t)
	b.apply(shop())
	hi := 10.0
	d := b.decide(Terms{Threats: []string{"leak"}, Kind: parley.Accept, Because: "x", Until: "2027-01-01", Premises: []Premise{{Name: "eal", Value: 5, High: &hi}}})
	broken := Recheck(d, map[PremiseKey]Figure{{"eal", ""}: {Value: 11}})
	b.add(Reopening(d, broken, b.state.LastID, ""))
	d = b.shop().Decision("SHOP-D1")
	last := d.History[len(d.History)-1]
	if d.Status != Reopened || len(last.Broken) != 1 || last.Broken[0].Now != 11 || b.shop().InForce("leak") != nil {
		t.Errorf("%+v", d)
	}
	// deciding anew ends the reopened one when it is named
	b.decide(Terms{Threats: []string{"leak"}, Kind: parley.Accept, Because: "still", Until: "2027-01-01", Supersedes: []string{"SHOP-D1"}})
	if d = b.shop().Decision("SHOP-D1"); d.Status != Superseded {
		t.Errorf("%+v", d)
	}
}

func TestExpiries(t *testing.T) {
	b := newBook(t)
	b.apply(shop())
	b.decide(Terms{Threats: []string{"leak"}, Kind: parley.Accept, Because: "x", Until: "2027-03-27"})
	b.decide(Terms{Threats: []string{"replay"}, Kind: parley.Defer, Because: "x", Until: "testing"})
	for _, day := range []string{"2026-11-22", "2027-03-27"} {
		if got := Expiries(b.state, day); len(got) != 0 {
			t.Errorf("on %s: %v", day, got)
		}
	}
	late := Expiries(b.state, "2029-01-01") // also when nobody looked for years
	if len(late) != 1 {
		t.Fatalf("%v", late)
	}
	b.add(late...)
	if d := b.shop().Decision("SHOP-D1"); d.Status != Expired {
		t.Errorf("%+v", d)
	}
	if again := Expiries(b.state, "2029-01-01"); len(again) != 0 {
		t.Errorf("expired twice: %v", again)
	}
	m := shop()
	m.Product.Stage = parley.Testing
	b.apply(m)
	if got := Expiries(b.state, "2026-11-22"); len(got) != 1 || got[0].Body.(*DecisionMoved).Decision != "SHOP-D2" {
		t.Errorf("a stage that was reached: %v", got)
	}
}
