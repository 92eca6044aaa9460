package negotiate

import (
	"errors"
	"strings"
	"testing"

	"github.com/parleysec/parley"
)

// TestProposeAnAppetite: what is proposed changes nothing until somebody approves
// it, survives another file, and holds from then on.
func TestProposeAnAppetite(t *testing.T) {
	d := newDesk(t)
	d.apply(shop)
	limits := func() []LimitResult {
		t.Helper()
		r, err := d.Risk(t.Context(), d.tom, RiskRequest{Trials: 1000, Seed: 1})
		if err != nil {
			t.Fatal(err)
		}
		return r.Appetite
	}
	before := len(limits())
	req := AppetiteRequest{Limits: []Tolerated{{"10k", "1 in 2"}, {"250k", "10%"}, {" 2M ", "1%"}}, Because: "said at the board"}
	first, err := d.ProposeAppetite(t.Context(), d.tom, req)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(first.Proposal.Says, "more than £10k in at most 50 of 100 years") || !strings.Contains(first.Proposal.Says, "said at the board") {
		t.Errorf("it says %q", first.Proposal.Says)
	}
	second, err := d.ProposeAppetite(t.Context(), d.tom, req)
	if err != nil || second.Proposal.ShortID == first.Proposal.ShortID {
		t.Fatalf("the same person proposes anew: %v", err)
	}
	var refused *parley.Error
	if _, err := d.ProposeAppetite(t.Context(), Local("ines", ViaCLI), req); !errors.As(err, &refused) || refused.Kind != parley.Refused || !strings.Contains(err.Error(), second.Proposal.ShortID) {
		t.Errorf("somebody else's proposal is swept away: %v", err)
	}
	d.apply(strings.Replace(shop, "name: Web shop", "name: The web shop", 1)) // a file that says nothing about it
	if got := len(limits()); got != before {
		t.Errorf("%d limits hold before anybody approved them, were %d", got, before)
	}
	if _, err := d.Move(t.Context(), d.tom, MoveRequest{Decision: second.Proposal.ShortID, Move: "approve"}); err != nil {
		t.Fatal(err)
	}
	got := limits()
	if len(got) != 3 || got[0].Loss != 10e3 || got[1].ChanceAllowed != 0.1 || got[2].Loss != 2e6 {
		t.Errorf("the limits are %+v", got)
	}
}

// TestWhatIsNoAppetite names the point and the field that is wrong.
func TestWhatIsNoAppetite(t *testing.T) {
	d := newDesk(t)
	d.apply(shop)
	before := d.size()
	for _, c := range []struct {
		points []Tolerated
		at     int
		field  string
	}{
		{nil, 0, "loss"},
		{[]Tolerated{{"", "10%"}}, 0, "loss"},
		{[]Tolerated{{"10k", ""}}, 0, "chance"},
		{[]Tolerated{{"10k..20k", "10%"}}, 0, "loss"},
		{[]Tolerated{{"0", "10%"}}, 0, "loss"},
		{[]Tolerated{{"10k EUR", "10%"}}, 0, "loss"},
		{[]Tolerated{{"10k", "often"}}, 0, "chance"},
		{[]Tolerated{{"10k", "10%"}, {"10k", "5%"}}, 1, "loss"},
		{[]Tolerated{{"10k", "10%"}, {"20k", "11%"}}, 1, "chance"},
	} {
		_, err := d.ProposeAppetite(t.Context(), d.tom, AppetiteRequest{Limits: c.points})
		var wrong *LimitError
		if !errors.As(err, &wrong) || wrong.At != c.at || wrong.Field != c.field || parley.KindOfError(err) != parley.Invalid {
			t.Errorf("%v: %v", c.points, err)
		}
		if strings.ContainsAny(err.Error(), "^\n") {
			t.Errorf("%v: a caret is for a terminal: %v", c.points, err)
		}
	}
	if d.size() != before {
		t.Error("something was recorded")
	}
}
