package negotiate

import (
	"errors"
	"strings"
	"testing"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/ledger"
)

// till is a second product with words and prices of its own.
const till = `parley: v1
product: {id: till, name: Till, stage: development, currency: GBP}
policy: {person_day: 650, scale: {impact: {terrible: 1M..5M}}}
threats:
  - {id: fire, title: Fire, likelihood: 1% per year, impact: {says: All is lost., availability: terrible}}
mitigations:
  - {id: alarm, title: Alarm, cost: {effort: 3d}, against: [{threat: fire, likelihood: 50%}]}
`

func (d *desk) tryApply(text string, prefer ledger.Side) error {
	d.t.Helper()
	_, err := d.Apply(d.t.Context(), d.tom, ApplyRequest{Source: Source{Name: "till.yaml", Data: []byte(text)}, Prefer: prefer})
	return err
}

// personDay is what a day of work costs in a product.
func (d *desk) personDay(product string) float64 {
	d.t.Helper()
	l, err := d.load(d.t.Context(), Source{Product: product}, "")
	if err != nil {
		d.t.Fatal(err)
	}
	return l.portfolio.PersonDay()
}

func TestASecondProductBringsItsOwnWords(t *testing.T) {
	d := newDesk(t)
	d.apply(shop)
	if r := d.apply(till); len(r.Reopened) != 0 {
		t.Errorf("%+v", r)
	}
	st, err := d.Status(t.Context(), d.tom, StatusRequest{})
	if err != nil || len(st.Products) != 2 || len(st.Products[1].Proposals) != 0 {
		t.Errorf("%+v, %v", st, err)
	}
}

// The first file states no price of a day since it has no effort; the second has.
func TestASecondProductBringsThePriceOfADay(t *testing.T) {
	d := newDesk(t)
	d.apply(`parley: v1
product: {id: desk, name: Desk, currency: GBP}
threats:
  - {id: fire, title: Fire, likelihood: 1% per year, impact: {availability: 10k}}
`)
	d.apply(till)
	if got := d.personDay("till"); got != 650 {
		t.Errorf("a day costs %v", got)
	}
}

func TestAProductInAnotherCurrencyHasItsOwnAmounts(t *testing.T) {
	d := newDesk(t)
	d.apply(shop)
	euro := strings.NewReplacer("GBP", "EUR", "person_day: 650", "person_day: 900, appetite: [{loss: 10, chance: 1%}]").Replace(till)
	d.apply(euro)
	if gbp, eur := d.personDay("shop"), d.personDay("till"); gbp != 650 || eur != 900 {
		t.Errorf("a day costs %v GBP, %v EUR", gbp, eur)
	}
	r, err := d.Risk(t.Context(), d.tom, RiskRequest{Source: Source{Product: "till"}, Trials: 1000})
	if err != nil || len(r.Appetite) != 1 || r.Appetite[0].Loss != 10 {
		t.Errorf("limits %+v, %v", r, err)
	}
	if r, err = d.Risk(t.Context(), d.tom, RiskRequest{Source: Source{Product: "shop"}, Trials: 1000}); err != nil || len(r.Appetite) != 1 || r.Appetite[0].Loss != 1e5 {
		t.Errorf("limits in GBP %+v, %v", r, err)
	}
}

func TestAWordOfAnotherMeaningIsAConflict(t *testing.T) {
	d := newDesk(t)
	d.apply(till)
	other := strings.NewReplacer("till", "kiosk", "Till", "Kiosk", "1M..5M", "2M..3M").Replace(till)
	err := d.tryApply(other, "")
	if _, ok := errors.AsType[*ledger.ScaleError](err); !ok || parley.KindOfError(err) != parley.Conflict || !strings.Contains(err.Error(), "from the file of till") {
		t.Fatalf("got %v", err)
	}
	if st, err := d.Status(t.Context(), d.tom, StatusRequest{}); err != nil || len(st.Products) != 1 {
		t.Errorf("%+v, %v", st, err)
	}
	if err := d.tryApply(other, ledger.PreferLedger); err != nil {
		t.Fatal(err)
	}
	price := func() float64 {
		r, err := d.Risk(t.Context(), d.tom, RiskRequest{Source: Source{Product: "kiosk"}, Trials: 1000})
		if err != nil {
			t.Fatal(err)
		}
		return r.Threats[0].ExpectedAnnualLoss
	}
	theirs := price()
	if err := d.tryApply(strings.Replace(other, "2M..3M", "20M..30M", 1), ledger.PreferFile); err != nil || price() != theirs {
		t.Fatalf("what is proposed moved the price: %v", err)
	}
	if _, err := d.Move(t.Context(), d.tom, MoveRequest{Decision: "KIOSK-P1", Move: "approve"}); err != nil || price() < 5*theirs {
		t.Errorf("accepted, it costs %v, before %v (%v)", price(), theirs, err)
	}
}

// A change of the organisation's policy moves figures of every product.
func TestAnAcceptedPolicyReopensInEveryProduct(t *testing.T) {
	d := newDesk(t)
	d.apply(shop)
	d.apply(till)
	d.decide(DecideRequest{Product: "shop", Threats: []string{"leak"}, Kind: parley.Mitigate, With: []string{"safe"}, Because: "worth it"})
	d.apply(strings.Replace(till, "person_day: 650", "horizon: 9 years, person_day: 650", 1))
	r, err := d.Move(t.Context(), d.tom, MoveRequest{Decision: "TILL-P1", Move: "approve"})
	if err != nil || len(r.Reopened) != 1 || r.Reopened[0].Decision != "SHOP-D1" || r.Reopened[0].Broken[0].Name != premiseChance {
		t.Errorf("%+v, %v", r, err)
	}
}

// A file that cannot be priced is refused before anything is recorded.
func TestAFileThatCannotBePricedIsNotRecorded(t *testing.T) {
	d := newDesk(t)
	d.apply(shop)
	sure := strings.Replace(till, "threats:", "controls:\n  - {id: wall, title: Wall, against: [{threat: fire, likelihood: 100%}]}\nthreats:", 1)
	if err := d.tryApply(sure, ""); parley.KindOfError(err) != parley.Invalid {
		t.Errorf("got %v", err)
	}
	if st, err := d.Status(t.Context(), d.tom, StatusRequest{}); err != nil || len(st.Products) != 1 {
		t.Errorf("%+v, %v", st, err)
	}
}
