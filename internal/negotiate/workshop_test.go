package negotiate

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/ledger"
)

// The figures that must not be seen: nobody else would write them.
const (
	secretChance = "37.125% within 2 years"
	secretLoss   = "23.45k..67.89k"
	secretCost   = "13.5d..17.5d"
)

// roomOf opens a workshop about one threat of the product and two typed ones.
func roomOf(t *testing.T, d *desk) *WorkshopResult {
	t.Helper()
	d.apply(shop)
	r, err := d.OpenWorkshop(t.Context(), d.tom, OpenWorkshopRequest{Title: "Autumn", Threats: []string{"SHOP-T1"}, Lines: "- A key lies in public\n\n* nobody  knows\tthis \nA key lies in public\n"})
	if err != nil {
		t.Fatal(err)
	}
	if r.ID != "SHOP-WS1" || r.Seconds != 120 || len(r.Topics) != 3 || r.Topics[0].Threat == "" || r.Topics[1].Title != "A key lies in public" || r.Topics[2].Title != "nobody knows this" {
		t.Fatalf("%+v", r)
	}
	return r
}

func (d *desk) lead(t *testing.T, step WorkshopStep, topic int) *WorkshopResult {
	t.Helper()
	r, err := d.LeadWorkshop(t.Context(), d.as("tom").tom, WorkshopStepRequest{WorkshopRequest: WorkshopRequest{Workshop: "shop-ws1"}, Step: step, Topic: topic, Text: "what was said"})
	if err != nil {
		t.Fatalf("%s: %v", step, err)
	}
	return r
}

func (d *desk) estimates(t *testing.T, who string, topic int, likelihood, impact, cost string) *WorkshopResult {
	t.Helper()
	r, err := d.EstimateInWorkshop(t.Context(), d.as(who).tom, WorkshopEstimateRequest{WorkshopRequest: WorkshopRequest{Workshop: "SHOP-WS1"}, Topic: topic, Said: ledger.Said{Likelihood: likelihood, Impact: impact, Cost: cost}})
	if err != nil {
		t.Fatalf("%s: %v", who, err)
	}
	return r
}

// TestNobodySeesASealedEstimate asks everything that reads the record as somebody
// else while a round runs.
func TestNobodySeesASealedEstimate(t *testing.T) {
	d := newDesk(t)
	roomOf(t, d)
	d.lead(t, StepAsk, 0)
	own := d.estimates(t, "ann@example.org", 1, secretChance, secretLoss, secretCost)
	if o := own.Topics[0].Rounds[0].Own; o == nil || o.Likelihood != secretChance {
		t.Fatalf("one's own answer is gone: %+v", o)
	}
	other := d.as("ben@example.org").tom
	seen := map[string]any{}
	var err error
	look := func(name string, v any, e error) { seen[name], err = v, e }
	ctx := t.Context()
	room, e := d.Workshop(ctx, other, WorkshopRequest{Workshop: "SHOP-WS1"})
	look("workshop", room, e)
	for name, ask := range map[string]func() (any, error){
		"log":    func() (any, error) { return d.Log(ctx, other, LogRequest{}) },
		"status": func() (any, error) { return d.Status(ctx, other, StatusRequest{}) },
		"brief":  func() (any, error) { return d.Brief(ctx, other, BriefRequest{Source: Source{Product: "shop"}}) },
		"export": func() (any, error) {
			return d.Export(ctx, other, ExportRequest{Source: Source{Product: "shop"}, Format: FormatOwn})
		},
		"calibration": func() (any, error) { return d.Calibration(ctx, other, CalibrationRequest{}) },
		"workshops":   func() (any, error) { return d.Workshops(ctx, other, WorkshopsRequest{}) },
		"show at":     func() (any, error) { return d.ShowAt(ctx, other, ShowAtRequest{At: "2099-01-01"}) },
		"learn":       func() (any, error) { return d.Learn(ctx, other, LearnRequest{Source: Source{Product: "shop"}}) },
		"open again":  func() (any, error) { return d.Workshop(ctx, d.tom, WorkshopRequest{Workshop: "SHOP-WS1"}) },
	} {
		v, e := ask()
		if look(name, v, e); err != nil && name != "show at" {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, v := range seen {
		text, err := json.Marshal(v)
		if err != nil || strings.Contains(string(text), "37.125") || strings.Contains(string(text), "23.45") || strings.Contains(string(text), "13.5") {
			t.Errorf("%s shows what is sealed (%v): %s", name, err, text)
		}
	}
	if r := room.Topics[0].Rounds[0]; r.Own != nil || len(r.Said) != 0 || !slices.Equal(r.Answered, []string{"ann@example.org"}) {
		t.Errorf("%+v", r)
	}
}

// TestSealedEstimatesHaveOneSize: the size is on record, and says nothing.
func TestSealedEstimatesHaveOneSize(t *testing.T) {
	long := strings.Repeat("😀", longestSaid)
	for _, said := range []ledger.Said{{Cost: "1d"}, {Likelihood: long, Impact: long, Cost: long}, {Likelihood: strings.Repeat("<", 100), Impact: strings.Repeat("\u2028", 100)}} {
		if b, err := sealed(said); err != nil || len(b) != sealedSize {
			t.Errorf("%d bytes, %v", len(b), err)
		}
	}
}

// TestAWorkshopFromBeginningToAgenda: two rounds, a note, the agenda by what
// matters with whom to ask, typed threats as threats of the product, estimates as
// the people's own.
func TestAWorkshopFromBeginningToAgenda(t *testing.T) {
	d := newDesk(t)
	roomOf(t, d)
	d.lead(t, StepAsk, 0)
	d.estimates(t, "ann@example.org", 1, "1%..2% within 2 years", "10k", "")
	d.estimates(t, "ben@example.org", 1, "60% within 2 years", "500k..2M", "")
	r := d.lead(t, StepReveal, 0)
	if said := r.Topics[0].Rounds[0].Said; len(said) != 2 || said[0].By != "ann@example.org" || said[1].Impact != "500k..2M" {
		t.Fatalf("%+v", said)
	}
	d.lead(t, StepNote, 0)
	d.lead(t, StepAgain, 0)
	d.estimates(t, "ann@example.org", 1, "10%..20% within 2 years", "100k", "")
	d.estimates(t, "ben@example.org", 1, "60% within 2 years", "500k..2M", "")
	d.lead(t, StepReveal, 0)
	d.lead(t, StepAsk, 0)
	d.estimates(t, "ann@example.org", 2, "5%..10% per year", "20k..40k", "2d..4d")
	d.estimates(t, "ben@example.org", 2, "5%..10% per year", "20k..40k", "5k")
	d.lead(t, StepReveal, 0)
	r = d.lead(t, StepClose, 0)
	if r.Closed == nil || len(r.Agenda) != 3 || r.Agenda[0].Number != 1 || r.Agenda[2].Number != 3 {
		t.Fatalf("%+v", r.Agenda)
	}
	first := r.Agenda[0]
	if first.Apart < 5 || len(first.Open) < 2 || !slices.Contains(first.Open[0].Ask, "ben@example.org") || !strings.Contains(first.Open[0].Says, "ann@example.org says 10%..20%") {
		t.Errorf("%+v", first)
	}
	if last := r.Agenda[2]; last.Loss != 0 || len(last.Open) != 2 || last.Threat != "" || len(last.Open[0].Ask) < 2 {
		t.Errorf("%+v", last)
	}
	taken := r.Topics[1].Threat
	b, err := d.Brief(t.Context(), d.tom, BriefRequest{Source: Source{Product: "shop"}, Threats: []string{taken}})
	if err != nil {
		t.Fatal(err)
	}
	if x := b.Threats[0]; x.Title != "A key lies in public" || x.Doubt.Pool == nil || x.Doubt.Pool.People != 2 || x.Doubt.Basis != parley.BasisExpert {
		t.Errorf("%+v %+v", x, x.Doubt)
	}
	b, err = d.Brief(t.Context(), d.tom, BriefRequest{Source: Source{Product: "shop"}, Threats: []string{"leak"}})
	if err != nil || b.Threats[0].Doubt.Pool == nil {
		t.Fatalf("%v: what was revealed is nobody's estimate: %+v", err, b.Threats[0].Doubt)
	}
	if _, err := d.EstimateInWorkshop(t.Context(), d.tom, WorkshopEstimateRequest{WorkshopRequest: WorkshopRequest{Workshop: "SHOP-WS1"}, Topic: 1, Said: ledger.Said{Cost: "1d"}}); parley.KindOfError(err) != parley.Conflict {
		t.Errorf("a closed workshop took an estimate: %v", err)
	}
}

// TestAWorkshopSaysNo: each refusal, and that it leaves nothing behind.
func TestAWorkshopSaysNo(t *testing.T) {
	d := newDesk(t)
	roomOf(t, d)
	at := WorkshopRequest{Workshop: "SHOP-WS1"}
	step := func(s WorkshopStep, n int, text string) error {
		_, err := d.LeadWorkshop(t.Context(), d.tom, WorkshopStepRequest{at, s, n, text, nil})
		return err
	}
	say := func(n int, likelihood, impact, cost string) error {
		_, err := d.EstimateInWorkshop(t.Context(), d.tom, WorkshopEstimateRequest{at, n, ledger.Said{Likelihood: likelihood, Impact: impact, Cost: cost}})
		return err
	}
	open := func(req OpenWorkshopRequest) error {
		_, err := d.OpenWorkshop(t.Context(), d.tom, req)
		return err
	}
	add := func(req WorkshopThreatsRequest) error {
		_, err := d.AddToWorkshop(t.Context(), d.tom, req)
		return err
	}
	refused := func(want parley.ErrorKind, err error) {
		t.Helper()
		if parley.KindOfError(err) != want {
			t.Errorf("%v, want it to be %v", err, want)
		}
	}
	before := d.log(t)
	refused(parley.Conflict, say(1, "10%", "", ""))
	refused(parley.Conflict, step(StepReveal, 1, ""))
	refused(parley.Conflict, step(StepAgain, 1, ""))
	refused(parley.Conflict, step(StepAsk, 9, ""))
	refused(parley.Invalid, step(StepNote, 1, "  "))
	refused(parley.Invalid, step("dance", 1, ""))
	refused(parley.Invalid, open(OpenWorkshopRequest{}))
	refused(parley.Invalid, open(OpenWorkshopRequest{Title: "A", Seconds: 3}))
	refused(parley.NotFound, open(OpenWorkshopRequest{Title: "A", Threats: []string{"none"}}))
	refused(parley.Invalid, add(WorkshopThreatsRequest{at, nil, "A KEY lies in public"}))
	refused(parley.Invalid, add(WorkshopThreatsRequest{at, nil, strings.Repeat("x", 201)}))
	refused(parley.NotFound, add(WorkshopThreatsRequest{WorkshopRequest{Workshop: "SHOP-WS9"}, nil, "x"}))
	if after := d.log(t); after != before {
		t.Errorf("%d events became %d", before, after)
	}
	d.lead(t, StepAsk, 0)
	refused(parley.Invalid, say(1, "", "", ""))
	refused(parley.Invalid, say(1, "maybe", "", ""))
	refused(parley.Invalid, say(1, "", "lots", ""))
	refused(parley.Invalid, say(1, "", "", "lots"))
	refused(parley.Invalid, say(1, strings.Repeat("9", 101), "", ""))
	refused(parley.Conflict, say(2, "10%", "", ""))
	refused(parley.Conflict, step(StepAsk, 2, ""))
	refused(parley.Conflict, step(StepClose, 0, ""))
}

func (d *desk) log(t *testing.T) int64 {
	t.Helper()
	r, err := d.Log(t.Context(), d.tom, LogRequest{})
	if err != nil {
		t.Fatal(err)
	}
	return r.Size
}
