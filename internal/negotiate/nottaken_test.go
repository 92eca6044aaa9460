package negotiate

import (
	"strings"
	"testing"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/brief"
	"github.com/parleysec/parley/ledger"
)

// What was on the table and not chosen is on record with the decider's reason, where
// there is one, and with what its figures said; what has no place there is refused.
func TestWhyOptionsWereNotTaken(t *testing.T) {
	d := newDesk(t)
	d.apply(shop)
	req := DecideRequest{Threats: []string{"leak"}, Kind: parley.Accept, Because: "rare", Until: "2027-06-30"}
	for option, want := range map[string]string{"nothing": "not on the table", "accept": "not on the table", "safe": "a reason has words", "": "not on the table"} {
		bad := req
		bad.NotTaken = []ledger.NotTaken{{Option: option, Why: map[bool]string{true: " ", false: "x"}[option == "safe"]}}
		if _, err := d.Decide(t.Context(), d.tom, bad); parley.KindOfError(err) != parley.Invalid || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", option, err, want)
		}
	}
	req.NotTaken = []ledger.NotTaken{{Option: "safe", Why: "x"}, {Option: "safe", Why: "y"}}
	if _, err := d.Decide(t.Context(), d.tom, req); parley.KindOfError(err) != parley.Invalid {
		t.Errorf("two reasons: %v", err)
	}
	req.NotTaken = []ledger.NotTaken{{Option: "SHOP-M1", Why: " nobody has the time ", Ground: "forged"}}
	r := d.decide(req)
	shown, err := d.Show(t.Context(), d.tom, ShowRequest{Decision: r.Decisions[0].ShortID})
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]ledger.NotTaken{}
	for _, n := range shown.NotTaken {
		seen[n.Option] = n
	}
	n, ok := seen["safe"]
	if !ok || n.Why != "nobody has the time" || n.Says() != n.Why || n.Ground == "" || n.Ground == "forged" {
		t.Errorf("%+v", seen)
	}
	if _, there := seen["accept"]; there {
		t.Error("what was chosen was not taken")
	}
	if n := seen["defer"]; n.Why != "" || !strings.Contains(n.Ground, "than") {
		t.Errorf("defer: %+v", n)
	}
	proof, err := d.Prove(t.Context(), d.tom, ProveRequest{Decision: r.Decisions[0].ShortID})
	if err != nil {
		t.Fatal(err)
	}
	if c, err := d.CheckProof(t.Context(), d.tom, CheckProofRequest{Proof: proof}); err != nil || !c.OK || len(c.NotTaken) != len(shown.NotTaken) {
		t.Errorf("the proof says %+v, %v", c, err)
	}
}

// The ground is what the figures say, beside what was chosen.
func TestGround(t *testing.T) {
	num := func(x float64) *float64 { return &x }
	r := &brief.Report{Currency: "GBP", HorizonYears: 2}
	for _, c := range []struct {
		o      brief.Option
		chosen *float64
		want   string
	}{
		{brief.Option{Kind: parley.Mitigate, NetBenefit: num(-9000)}, nil, "costs about £9k more than it avoids within two years"},
		{brief.Option{Kind: parley.Mitigate, NetBenefit: num(-9000)}, num(-20_000), "costs about £9k more"},
		{brief.Option{Kind: parley.Mitigate, NetBenefit: num(9000)}, nil, "brings about £9k more than it costs"},
		{brief.Option{Kind: parley.Mitigate, NetBenefit: num(9000)}, num(20_000), "brings about £11k less than what was chosen"},
		{brief.Option{Kind: parley.Mitigate, NetBenefit: num(20_000)}, num(9000), "would have brought about £11k more"},
		{brief.Option{Kind: parley.Accept, NetBenefit: num(0), ExpectedAnnualLossAfter: num(20_000)}, num(9000), "would leave about £20k a year"},
		{brief.Option{Kind: parley.Accept, NetBenefit: num(0)}, num(9000), ""},
		{brief.Option{Kind: parley.Defer, NetBenefit: num(0)}, num(9000), "brings about £9k less"},
		{brief.Option{Kind: parley.Mitigate, Missing: []string{"cost", "strength"}}, num(9000), "cost and strength"},
		{brief.Option{Kind: parley.Mitigate}, num(9000), ""},
	} {
		if got := ground(c.o, c.chosen, r); !strings.Contains(got, c.want) || c.want == "" && got != "" {
			t.Errorf("%+v beside %v: %q, want %q", c.o, c.chosen, got, c.want)
		}
	}
}

// Of several threats each option stands there once; what the figures of one threat
// say of it is not said of both.
func TestNotTakenOfSeveralThreats(t *testing.T) {
	num := func(x float64) *float64 { return &x }
	o := func(id string, kind parley.Kind) brief.Option {
		return brief.Option{ID: id, Kind: kind, NetBenefit: num(-1000), ExpectedAnnualLossAfter: num(5000)}
	}
	r := &brief.Report{Currency: "GBP", HorizonYears: 2, Threats: []brief.Threat{
		{ID: "a", Options: []brief.Option{o("x", parley.Mitigate), o("accept", parley.Accept), o("defer", parley.Defer)}},
		{ID: "b", Options: []brief.Option{o("y", parley.Mitigate), o("accept", parley.Accept), o("defer", parley.Defer)}},
	}}
	got := notTaken(r, ledger.Terms{Threats: []string{"a", "b"}, Kind: parley.Accept})
	if len(got) != 3 || got[0].Ground == "" || got[1].Option != "defer" || got[1].Ground != "" || got[2].Option != "y" || got[2].Ground == "" {
		t.Errorf("%+v", got)
	}
}
