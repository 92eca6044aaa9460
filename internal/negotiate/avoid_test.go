package negotiate

import (
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/ledger"
)

// withCards is the shop with a threat that only a feature brings.
var withCards = strings.NewReplacer(
	"value: 40k per year}", "value: 40k per year, introduces: [cards]}",
	"mitigations:", "  - {id: cards, title: Cards guessed, likelihood: 1..3 per year, impact: {says: Money is gone., financial: 1k..5k}, treatments: [{id: sell, kind: avoid, title: Sell the shop}]}\nmitigations:",
).Replace(shop)

func TestAFeatureThatIsNotBuilt(t *testing.T) {
	d := newDesk(t)
	d.apply(withCards)
	if !slices.Contains(d.plan().Chosen, "gift") {
		t.Fatal("the feature pays, and is not in the plan")
	}
	_, err := d.Decide(t.Context(), d.tom, DecideRequest{Threats: []string{"cards"}, Kind: parley.Avoid, With: []string{"safe"}, Because: "no"})
	if parley.KindOfError(err) != parley.Refused || !strings.Contains(err.Error(), "avoids none of these threats") {
		t.Fatalf("avoided by work: %v", err)
	}
	// Not building the feature that brings it is what avoiding it can only mean.
	r := d.decide(DecideRequest{Threats: []string{"cards"}, Kind: parley.Avoid, Because: "not worth the trouble"})
	if a := r.Avoided; a == nil || !slices.Equal(a.Features, []string{"gift"}) || a.Before != a.After || len(r.Tasks) != 0 {
		t.Errorf("%+v, tasks %v", r.Avoided, r.Tasks)
	}
	said := strings.Join(r.Notes, " ")
	for _, want := range []string{"Gift cards", "no plan while SHOP-D1", "no task", "as before"} {
		if !strings.Contains(said, want) {
			t.Errorf("%q does not say %q", said, want)
		}
	}
	if p := d.plan(); slices.Contains(p.Chosen, "gift") {
		t.Errorf("the plan builds what was decided not to be built: %v", p.Chosen)
	}
	tasks, err := d.Tasks(t.Context(), d.tom, TasksRequest{})
	if err != nil || slices.ContainsFunc(tasks.Tasks, func(x Task) bool { return x.Item == "gift" }) {
		t.Errorf("%+v, %v", tasks, err)
	}
}

func TestWhatIsTakenAwayIsATask(t *testing.T) {
	d := newDesk(t)
	d.apply(withCards)
	before := d.annual("leak")
	r := d.decide(DecideRequest{Threats: []string{"leak"}, Kind: parley.Avoid, Drops: "the export of records", Because: "nobody uses it"})
	if len(r.Tasks) != 1 || r.Tasks[0].Kind != "drop" || r.Tasks[0].Title != "Take away: the export of records" || !slices.Equal(r.Tasks[0].Threats, []string{"leak"}) {
		t.Fatalf("%+v", r.Tasks)
	}
	if a := r.Avoided; a.Before-a.After < 0.999*before || a.Before-a.After > 1.001*before {
		t.Errorf("from %v to %v, the threat cost %v", a.Before, a.After, before)
	}
	tasks, err := d.Tasks(t.Context(), d.tom, TasksRequest{})
	if err != nil || tasks.Tasks[0].Kind != "drop" {
		t.Errorf("%+v, %v", tasks, err)
	}
	if _, err := d.Done(t.Context(), d.tom, DoneRequest{Task: r.Tasks[0].ShortID}); err != nil {
		t.Error(err)
	}
	sold := d.decide(DecideRequest{Threats: []string{"cards"}, Kind: parley.Avoid, With: []string{"sell"}, Because: "enough"})
	if len(sold.Tasks) != 1 || sold.Tasks[0].Title != "Take away: Sell the shop" {
		t.Errorf("%+v", sold.Tasks)
	}
	gone, err := d.Done(t.Context(), d.tom, DoneRequest{Task: sold.Tasks[0].ShortID, To: ledger.TaskCancelled, Because: "no buyer"})
	if err != nil || len(gone.Reopened) != 1 {
		t.Errorf("given up, and the decision stands: %+v, %v", gone, err)
	}
}

func TestATransferNeedsACarrier(t *testing.T) {
	d := newDesk(t)
	d.apply(strings.Replace(shop, "financial: 200k..900k}}", "financial: 200k..900k}, treatments: [{id: insure, kind: transfer, title: Policy, premium: 9k per year, deductible: 25k}]}", 1))
	_, err := d.Decide(t.Context(), d.tom, DecideRequest{Threats: []string{"replay"}, Kind: parley.Transfer, Because: "insured"})
	if parley.KindOfError(err) != parley.Refused || !strings.Contains(err.Error(), "nobody is named who carries") || !strings.Contains(err.Error(), "treatments: [{id: insure, kind: transfer") {
		t.Errorf("nobody carries it: %v", err)
	}
	only := d.decide(DecideRequest{Threats: []string{"leak"}, Kind: parley.Transfer, Because: "insured"})
	if x := only.Decisions[0]; !slices.Equal(x.With, []string{"insure"}) {
		t.Errorf("carried by %v, the only one stated is insure", x.With)
	}
}

// TestACarrierIsNotGuessed: of two transfers somebody has to name one.
func TestACarrierIsNotGuessed(t *testing.T) {
	d := newDesk(t)
	d.apply(strings.Replace(shop, "financial: 200k..900k}}", "financial: 200k..900k}, treatments: [{id: insure, kind: transfer, title: Policy, premium: 9k per year}, {id: outsource, kind: transfer, title: Provider, premium: 20k per year}]}", 1))
	_, err := d.Decide(t.Context(), d.tom, DecideRequest{Threats: []string{"leak"}, Kind: parley.Transfer, Because: "insured"})
	if parley.KindOfError(err) != parley.Refused || !strings.Contains(err.Error(), "stated are: insure, outsource") {
		t.Errorf("%v", err)
	}
}

// TestTheOnlyMitigation: what nobody named is taken where there is one, and
// listed where there are several or none.
func TestTheOnlyMitigation(t *testing.T) {
	d := newDesk(t)
	d.apply(strings.Replace(shop, "mitigations:\n", "mitigations:\n  - {id: vault, title: Vault, cost: {effort: 5d}, against: [{threat: leak, impact: 40%}]}\n", 1))
	only := d.decide(DecideRequest{Threats: []string{"duty"}, Kind: parley.Mitigate, Because: "it is two days"})
	if x := only.Decisions[0]; !slices.Equal(x.With, []string{"archive"}) || len(only.Tasks) != 1 {
		t.Errorf("by %v, the only one against it is archive", x.With)
	}
	for threat, want := range map[string]string{
		"leak":   "against these threats are: vault, safe",
		"replay": "the file names none against these threats",
	} {
		_, err := d.Decide(t.Context(), d.tom, DecideRequest{Threats: []string{threat}, Kind: parley.Mitigate, Because: "worth it"})
		if parley.KindOfError(err) != parley.Refused || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", threat, err, want)
		}
	}
	if _, err := d.Done(t.Context(), d.tom, DoneRequest{Task: "archive"}); err != nil {
		t.Fatal(err)
	}
	_, err := d.Decide(t.Context(), d.tom, DecideRequest{Threats: []string{"duty"}, Kind: parley.Mitigate, Because: "again", Replaces: []string{"SHOP-D1"}})
	if parley.KindOfError(err) != parley.Refused || !strings.Contains(err.Error(), "names none") {
		t.Errorf("what is finished was taken: %v", err)
	}
}

// TestAvoidedInNoWayThatIsStated: it becomes a task, so that it does not vanish
// by being said.
func TestAvoidedInNoWayThatIsStated(t *testing.T) {
	d := newDesk(t)
	d.apply(shop)
	r := d.decide(DecideRequest{Threats: []string{"replay", "leak"}, Kind: parley.Avoid, Because: "we stop selling"})
	if len(r.Tasks) != 1 || r.Tasks[0].Kind != "drop" || !strings.Contains(r.Tasks[0].Title, "Order replayed") || !strings.Contains(r.Tasks[0].Title, "Records leak") {
		t.Errorf("%+v", r.Tasks)
	}
}

// An approved proposal says the same as a decision taken at once: its task, and
// what is avoided.
func TestAnApprovedAvoidanceSaysWhatGoes(t *testing.T) {
	d := newDesk(t)
	d.apply(shop)
	p := d.decide(DecideRequest{Threats: []string{"leak"}, Kind: parley.Avoid, Drops: "the export", Because: "nobody uses it", Propose: true})
	if len(p.Tasks) != 0 || !slices.Contains(p.Notes, "Once it is approved:") {
		t.Errorf("proposed: %v, %q", p.Tasks, p.Notes)
	}
	r, err := d.Move(t.Context(), d.tom, MoveRequest{Decision: "SHOP-D1", Move: "approve", Because: "agreed"})
	if err != nil || len(r.Tasks) != 1 || r.Tasks[0].Kind != "drop" || r.Avoided == nil || len(r.Notes) != 2 {
		t.Errorf("%+v, %v", r, err)
	}
}

// TestAvoidingOneIsNotAvoidingAnother: a treatment of one threat says nothing of
// another that is decided with it.
func TestAvoidingOneIsNotAvoidingAnother(t *testing.T) {
	d := newDesk(t)
	d.apply(withCards)
	_, err := d.Decide(t.Context(), d.tom, DecideRequest{Threats: []string{"cards", "leak"}, Kind: parley.Avoid, With: []string{"sell"}, Because: "enough"})
	if parley.KindOfError(err) != parley.Refused || !strings.Contains(err.Error(), `nothing says how threat "leak" is avoided`) {
		t.Errorf("%v", err)
	}
}

// TestWhatIsAvoidedComesAnotherWay: with another feature, or by itself, the
// decision counted on something else.
func TestWhatIsAvoidedComesAnotherWay(t *testing.T) {
	for name, changed := range map[string]string{
		"with another feature": withCards + "",
		"by itself":            strings.Replace(withCards, ", introduces: [cards]", "", 1),
	} {
		if name == "with another feature" {
			changed = strings.Replace(withCards, "introduces: [cards]}", "introduces: [cards]}\n  - {id: vouchers, title: Vouchers, cost: {effort: 3d}, value: 9k per year, introduces: [cards]}", 1)
		}
		d := newDesk(t)
		d.apply(withCards)
		d.decide(DecideRequest{Threats: []string{"cards"}, Kind: parley.Avoid, Because: "not worth the trouble"})
		r := d.apply(changed)
		if len(r.Reopened) != 1 || r.Reopened[0].Decision != "SHOP-D1" || r.Reopened[0].Broken[0].Name != ledger.PremiseBrought {
			t.Errorf("%s: %+v", name, r.Reopened)
		}
	}
}

// TestATransferInForceInTheBrief: its figures are before what the contract pays,
// and it says what stays with us, which is what everything is priced with.
func TestATransferInForceInTheBrief(t *testing.T) {
	d := newDesk(t)
	d.apply(strings.Replace(shop, "financial: 200k..900k}}", "financial: 200k..900k}, treatments: [{id: insure, kind: transfer, title: Policy, premium: 9k per year, deductible: 25k}]}", 1))
	gross := d.annual("leak")
	d.decide(DecideRequest{Threats: []string{"leak"}, Kind: parley.Transfer, Because: "insured"})
	r, err := d.Brief(t.Context(), d.tom, BriefRequest{Source: Source{Product: "shop"}})
	if err != nil {
		t.Fatal(err)
	}
	x := r.Threat("leak")
	keeps := d.annual("leak")
	if x.Decided == nil || x.Decided.Keeps == nil || *x.Decided.Keeps != keeps || *x.ExpectedAnnualLoss != gross || keeps >= gross/2 {
		t.Fatalf("%+v; it costs %g, before the contract %g", x.Decided, keeps, gross)
	}
	if r.Total.Carried != gross-keeps || !strings.Contains(r.Total.Average, "Contracts in force pay") || !strings.Contains(x.Words.Average, "While SHOP-D1 is in force") {
		t.Errorf("%+v; %s", r.Total, x.Words.Average)
	}
}

// TestAnInsuredThreatHasOneFigure: the price of the whole and the layers say what
// stays with us and what the contract pays besides, which together are what the
// brief says.
func TestAnInsuredThreatHasOneFigure(t *testing.T) {
	d := newDesk(t)
	d.apply(strings.Replace(shop, "financial: 200k..900k}}", "financial: 200k..900k}, treatments: [{id: insure, kind: transfer, title: Policy, premium: 9k per year, deductible: 25k}]}", 1))
	before, err := d.Risk(t.Context(), d.tom, RiskRequest{Source: Source{Product: "shop"}, Trials: 2000})
	if err != nil {
		t.Fatal(err)
	}
	d.decide(DecideRequest{Threats: []string{"leak"}, Kind: parley.Transfer, Because: "insured"})
	r, err := d.Risk(t.Context(), d.tom, RiskRequest{Source: Source{Product: "shop"}, Trials: 2000})
	if err != nil {
		t.Fatal(err)
	}
	l, err := d.Layers(t.Context(), d.tom, LayersRequest{Source: Source{Product: "shop"}})
	if err != nil {
		t.Fatal(err)
	}
	b, err := d.Brief(t.Context(), d.tom, BriefRequest{Source: Source{Product: "shop"}})
	if err != nil {
		t.Fatal(err)
	}
	if before.Carried != 0 || !(r.Carried > 0) || r.Carried != l.Carried || r.Carried != b.Total.Carried {
		t.Errorf("contracts pay %v by the price, %v by the layers, %v by the brief; %v before there was one", r.Carried, l.Carried, b.Total.Carried, before.Carried)
	}
	same := func(what string, got, want float64) {
		if math.Abs(got-want) > 1e-9*want {
			t.Errorf("%s: %v, want %v", what, got, want)
		}
	}
	same("the whole", *r.ExpectedAnnualLoss.Exact+r.Carried, *before.ExpectedAnnualLoss.Exact)
	for _, x := range r.Threats {
		same(x.ID, x.ExpectedAnnualLoss+x.Carried, *b.Threat(x.ID).ExpectedAnnualLoss)
		for _, y := range l.Threats {
			if y.ID == x.ID {
				same(x.ID+" in the layers", y.ExpectedAnnualLoss+y.Carried, x.ExpectedAnnualLoss+x.Carried)
			}
		}
	}
}

// TestGateOnGuesses: a guess is nothing that somebody confirmed.
func TestGateOnGuesses(t *testing.T) {
	d := newDesk(t)
	d.apply(strings.ReplaceAll(shop, "title: Records leak,", "title: Records leak, basis: guess,"))
	g, err := d.Gate(t.Context(), d.tom, GateRequest{Source: Source{Product: "shop"}, Stage: "deployment", Trials: 1000})
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range g.Results {
		if r.Rule == "confirmed" && r.Pass {
			t.Errorf("passes with guesses: %+v", r)
		}
	}
}
