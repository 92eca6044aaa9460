package negotiate

import (
	"slices"
	"strings"
	"testing"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/gate"
	"github.com/parleysec/parley/ledger"
)

const lifecycle = `parley: v1
product: {id: shop, name: Web shop, currency: GBP, stage: design, owner: tom@example.org}
policy:
  tiers: {medium: 20k, high: 200k}
  activities:
    - {id: look, title: Somebody looks, source: our own, expected: [{stage: design, says: A look., shown_by: "threats.all(t, t.decided)"}]}
    - id: try
      title: Somebody tries
      expected: [{stage: testing, says: One tries.}, {stage: testing, tier: high, says: Two try.}]
    - {id: plan, title: A plan, for: product, expected: [{stage: deployment, says: It is written down.}]}
controls:
  - {id: wall, title: Firewall, against: [{threat: leak, likelihood: 80%}], checks: [{id: attacks, tool: junit, every: 7 days}]}
threats:
  - {id: leak, title: Leak, likelihood: once every 10 years, impact: {says: It is out., financial: 100k}}
  - {id: fraud, title: Fraud, likelihood: once every 2 years, impact: {says: It is stolen., financial: 50k}}
features:
  - {id: click, title: One click, introduces: [fraud], stage: testing}
  - {id: card, title: Gift card}
`

func (d *desk) stages(item string) *StagesResult {
	d.t.Helper()
	r, err := d.Stages(d.t.Context(), d.tom, StagesRequest{Item: item})
	if err != nil {
		d.t.Fatal(err)
	}
	return r
}

func (d *desk) asks() []string {
	d.t.Helper()
	r, err := d.Gate(d.t.Context(), d.tom, GateRequest{Trials: 1000})
	if err != nil {
		d.t.Fatal(err)
	}
	i := slices.IndexFunc(r.Results, func(x gate.Result) bool { return x.Rule == "activities" })
	return r.Results[i].Refs
}

// TestLifecycle: the tier comes from the numbers, the next stage says what it
// needs, moves are on record with what was missing, and the gate asks for it.
func TestLifecycle(t *testing.T) {
	d := newDesk(t)
	d.apply(lifecycle)
	r := d.stages("")
	// Leak alone stands today: 100k once in 10 years, 10k a year; medium begins at 20k.
	if r.Stage != parley.Design || r.Next != parley.Development || r.Tier != parley.LowTier || r.Shipped || r.Medium != 20_000 || !slices.Equal(r.Missing, []string{"look"}) {
		t.Fatalf("%+v", r)
	}
	// Fraud comes with the feature: 50k every 2 years, 25k a year.
	if f := r.Features[0]; f.Tier != parley.MediumTier || f.Stage != parley.Testing || !slices.Equal(f.Missing, []string{"look", "try"}) {
		t.Fatalf("%+v", f)
	}
	if f := r.Features[1]; f.Tier != parley.LowTier || len(f.Missing) != 0 {
		t.Fatalf("%+v", f)
	}
	if refs := d.asks(); len(refs) > 0 {
		t.Fatalf("nobody moved anything: %v", refs)
	}
	// A move without a reason, to nowhere, or told to block, is refused.
	for want, req := range map[string]MoveStageRequest{
		"has a reason":      {To: "testing"},
		"is no stage":       {To: "party", Because: "x"},
		"in design already": {To: "design", Because: "x"},
		"that is not done":  {To: "development", Because: "x", Block: true},
		"no feature":        {Item: "clock", To: "design", Because: "x"},
	} {
		if _, err := d.MoveStage(t.Context(), d.tom, req); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
	d.decide(DecideRequest{Threats: []string{"leak"}, Kind: parley.Accept, Until: "deployment", Because: "cheap"})
	if _, err := d.MoveStage(t.Context(), d.tom, MoveStageRequest{Item: "click", To: "deployment", Because: "it works"}); err != nil {
		t.Fatal(err)
	}
	r, err := d.MoveStage(t.Context(), d.tom, MoveStageRequest{To: "deployment", Because: "it works"})
	if err != nil {
		t.Fatal(err)
	}
	// The decision that held until here ended, so that nothing is decided.
	if !slices.Equal(r.Ended, []string{"SHOP-D1"}) || r.Moves[0].To != parley.Deployment || !slices.Equal(r.Moves[0].Missing, []string{"try"}) {
		t.Fatalf("%+v", r)
	}
	if refs := d.asks(); !slices.Equal(refs, []string{"shop/look", "shop/try", "click/look", "click/try"}) {
		t.Fatalf("%v", refs)
	}
	if _, err := d.SayActivity(t.Context(), d.tom, SayActivityRequest{Activity: "try", Because: "Jo did"}); err != nil {
		t.Fatal(err)
	}
	d.decide(DecideRequest{Threats: []string{"leak"}, Kind: parley.Accept, Until: "2027-05-01", Because: "cheap"})
	if refs := d.asks(); !slices.Equal(refs, []string{"click/look", "click/try"}) {
		t.Fatalf("%v", refs)
	}
	// Said at the low level, it does not count at the high one.
	d.apply(strings.Replace(lifecycle, "financial: 100k", "financial: 100k, reputation: 3M", 1))
	for _, p := range d.proposals() {
		if _, err := d.Move(t.Context(), d.tom, MoveRequest{Decision: p, Move: "approve"}); err != nil {
			t.Fatal(err)
		}
	}
	if r = d.stages("shop"); r.Tier != parley.HighTier || !slices.Contains(r.Missing, "try") {
		t.Fatalf("%s, %v", r.Tier, r.Missing)
	}
	if _, err := d.SayActivity(t.Context(), d.tom, SayActivityRequest{Activity: "try", Stage: "testing", Because: "Jo and Kim did", By: "kim"}); err != nil {
		t.Fatal(err)
	}
	r = d.stages("")
	i := slices.IndexFunc(r.Activities, func(x StageActivity) bool { return x.ID == "try" })
	if x := r.Activities[i]; x.State != ActivitySaid || x.By != "kim" || !x.Claimed || x.Says != "Two try." {
		t.Fatalf("%+v", x)
	}
	if _, err := d.SayActivity(t.Context(), d.tom, SayActivityRequest{Activity: "try", Undo: true, Because: "they did not"}); err != nil {
		t.Fatal(err)
	}
	if refs := d.asks(); !slices.Contains(refs, "shop/try") {
		t.Fatalf("%v", refs)
	}
	for want, req := range map[string]SayActivityRequest{
		"nothing called": {Activity: "tyr", Because: "x"}, "is expected at testing, not at": {Activity: "try", Stage: "design", Because: "x"}, "what shows": {Activity: "try"},
	} {
		if _, err := d.SayActivity(t.Context(), d.tom, req); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
}

// proposals are the short ids of what waits for an answer.
func (d *desk) proposals() []string {
	d.t.Helper()
	st, err := d.state(d.t.Context())
	if err != nil {
		d.t.Fatal(err)
	}
	var out []string
	for _, p := range st.Product("shop").Proposals {
		if p.Outcome == "" {
			out = append(out, p.Short)
		}
	}
	return out
}

// TestStagesOfFile: from a file alone only what it can show is asked for.
func TestStagesOfFile(t *testing.T) {
	s := &Service{}
	src := Source{Name: "f", Data: []byte(lifecycle)}
	r, err := s.Gate(t.Context(), Local("tom", ViaCLI), GateRequest{Source: src, Stage: "operations", Trials: 1000})
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(r.Results, func(x gate.Result) bool { return x.Rule == "activities" })
	if refs := r.Results[i].Refs; !slices.Equal(refs, []string{"shop/look"}) {
		t.Fatalf("%v", refs)
	}
	st, err := s.Stages(t.Context(), Local("tom", ViaCLI), StagesRequest{Source: src, Item: "click"})
	if err != nil || st.Kind != string(ledger.KindFeature) || st.Tier != parley.MediumTier {
		t.Fatalf("%+v, %v", st, err)
	}
	wrong := strings.Replace(lifecycle, "t.decided", "t.done", 1)
	if _, err := s.Stages(t.Context(), Local("tom", ViaCLI), StagesRequest{Source: Source{Name: "f", Data: []byte(wrong)}}); err == nil || !strings.Contains(err.Error(), `f:6:127: policy.activities[0].expected[0].shown_by: there is no field "done" here: docs/gate.md lists`) {
		t.Fatal(err)
	}
}

// TestShippedActivitiesCanBeCopied: what is printed stands below policy of a
// file as it is, and asks the same.
func TestShippedActivitiesCanBeCopied(t *testing.T) {
	s := &Service{}
	bare := "parley: v1\nproduct: {id: shop, currency: GBP, stage: design}\n" + lifecycle[strings.Index(lifecycle, "threats:\n"):]
	copied := "  " + strings.ReplaceAll(strings.TrimSpace(string(gate.DefaultMatrix())), "\n", "\n  ")
	both := []*StagesResult{}
	for _, text := range []string{bare, strings.Replace(bare, "threats:\n", "policy:\n"+copied+"\nthreats:\n", 1)} {
		r, err := s.Stages(t.Context(), Local("tom", ViaCLI), StagesRequest{Source: Source{Name: "f", Data: []byte(text)}})
		if err != nil {
			t.Fatal(err)
		}
		both = append(both, r)
	}
	if !both[0].Shipped || both[1].Shipped || len(both[0].Activities) < 15 || !slices.Equal(both[0].Activities, both[1].Activities) {
		t.Fatalf("%v\n%v", both[0].Activities, both[1].Activities)
	}
}
