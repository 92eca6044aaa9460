package negotiate

import (
	"strings"
	"testing"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/ledger"
)

// role sets a row of the authority matrix, over mitigations if not said otherwise.
func (d *desk) role(r RoleRequest) error {
	d.t.Helper()
	if r.Currency = "GBP"; r.For == nil {
		r.For = []parley.Kind{parley.Mitigate}
	}
	_, err := d.SetRule(d.t.Context(), d.tom, RuleRequest{Because: "limits", Role: r})
	return err
}

func (d *desk) must(err error) {
	d.t.Helper()
	if err != nil {
		d.t.Fatal(err)
	}
}

// certain is the shop where safe takes 15 days.
var certain = strings.Replace(shop, "effort: 10d..20d", "effort: 15d", 1)

// TestWhoMayCommit: safe takes 15 days at 650 a day, 9750, and archive two, 1300; who may commit how much is a row of the matrix that is about mitigating.
func TestWhoMayCommit(t *testing.T) {
	const safe, archive = 15 * 650, 2 * 650
	mitigate := func(threat, with string) DecideRequest {
		return DecideRequest{Threats: []string{threat}, Kind: parley.Mitigate, With: []string{with}, Because: "x"}
	}
	for name, c := range map[string]struct {
		roles []RoleRequest
		does  []DecideRequest
		says  string // of the refusal of the last, "" for none
	}{
		"no matrix":                    {does: []DecideRequest{mitigate("leak", "safe")}},
		"a matrix of what is accepted": {roles: []RoleRequest{{Name: "lead", Holders: []string{"eve"}, For: []parley.Kind{parley.Accept}}}, does: []DecideRequest{mitigate("leak", "safe")}},
		"just within": {
			roles: []RoleRequest{{Name: "lead", Holders: []string{"tom@example.org"}, Cost: "9750"}}, does: []DecideRequest{mitigate("leak", "safe")},
		},
		"a pound too much": {
			roles: []RoleRequest{{Name: "lead", Holders: []string{"tom@example.org"}, Cost: "9749"}}, does: []DecideRequest{mitigate("leak", "safe")},
			says: "safe (9750 GBP) is beyond what tom@example.org may decide",
		},
		"the year together": {
			roles: []RoleRequest{{Name: "lead", Holders: []string{"tom@example.org"}, Cost: "11049"}},
			does:  []DecideRequest{mitigate("duty", "archive"), mitigate("leak", "safe")}, says: "together with SHOP-D1 it comes to a cost of",
		},
		"the year within": {
			roles: []RoleRequest{{Name: "lead", Holders: []string{"tom@example.org"}, Cost: "11050"}},
			does:  []DecideRequest{mitigate("duty", "archive"), mitigate("leak", "safe")},
		},
		"nobody's": {
			roles: []RoleRequest{{Name: "lead", Holders: []string{"eve"}}}, does: []DecideRequest{mitigate("leak", "safe")},
			says: "which tom@example.org does not have",
		},
		"to accept is another matter": {
			roles: []RoleRequest{{Name: "lead", Holders: []string{"eve"}}},
			does:  []DecideRequest{{Threats: []string{"replay"}, Kind: parley.Accept, Until: "2027-06-30", Because: "cheap"}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t)
			d.apply(certain)
			for _, r := range c.roles {
				d.must(d.role(r))
			}
			for i, req := range c.does {
				_, err := d.Decide(t.Context(), d.tom, req)
				switch last := i == len(c.does)-1; {
				case !last || c.says == "":
					d.must(err)
				case parley.KindOfError(err) != parley.Refused || !strings.Contains(err.Error(), c.says):
					t.Errorf("%v, want %q", err, c.says)
				}
			}
		})
	}
	if safe+archive != 11050 {
		t.Error("the sum the cases count on")
	}
}

// TestSeveralCommitTogether: a decision to mitigate that takes two waits for the
// second, and makes its task then.
func TestSeveralCommitTogether(t *testing.T) {
	d := newDesk(t)
	d.apply(certain)
	helen, eve := Local("helen@example.org", ViaCLI), Local("eve@example.org", ViaCLI)
	d.must(d.role(RoleRequest{Name: "two", Holders: []string{"helen@example.org", "ines@example.org", "tom@example.org"}, Approve: 2, Cost: "10k"}))
	req := DecideRequest{Threats: []string{"leak"}, Kind: parley.Mitigate, With: []string{"safe"}, Because: "x"}
	if _, err := d.Decide(t.Context(), d.tom, req); parley.KindOfError(err) != parley.Refused || !strings.Contains(err.Error(), "takes 2 of two") {
		t.Fatalf("at once, by one: %v", err)
	}
	req.Propose = true
	id := d.decide(req).Decisions[0].ShortID
	approve := func(who Actor) (*DecideResult, error) {
		return d.Move(t.Context(), who, MoveRequest{Decision: id, Move: "approve"})
	}
	if _, err := approve(eve); parley.KindOfError(err) != parley.Refused {
		t.Errorf("by somebody without authority: %v", err)
	}
	r, err := approve(d.tom)
	if d.must(err); r.Decisions[0].Status != string(ledger.Proposed) || r.Decisions[0].Joint == nil || r.Decisions[0].Joint.Counted != 1 || len(r.Tasks) != 0 {
		t.Errorf("after the first: %+v", r.Decisions[0])
	}
	// The work got dearer: what was approved does not cover it any more, until it does again.
	d.apply(strings.Replace(certain, "effort: 15d", "effort: 15.3d", 1))
	if r, err = approve(helen); err != nil || r.Decisions[0].Status != string(ledger.Proposed) || r.Decisions[0].Joint.Counted != 1 {
		t.Errorf("dearer: %+v %v", r, err)
	}
	if r, err = approve(d.tom); err != nil || r.Decisions[0].Status != string(ledger.InForce) || len(r.Tasks) != 1 {
		t.Errorf("after the second: %+v %v", r, err)
	}
}

func TestContractsAreCommitments(t *testing.T) {
	d := newDesk(t)
	d.apply(strings.Replace(shop, "financial: 200k..900k}}", "financial: 200k..900k}, treatments: [{id: insure, kind: transfer, title: Policy, premium: 9k per year, deductible: 25k}]}", 1))
	insure := DecideRequest{Threats: []string{"leak"}, Kind: parley.Transfer, With: []string{"insure"}, Because: "x"}
	lead := RoleRequest{Name: "lead", Holders: []string{"tom@example.org"}, For: []parley.Kind{parley.Transfer}, Cost: "17.9k"}
	d.must(d.role(lead))
	if _, err := d.Decide(t.Context(), d.tom, insure); parley.KindOfError(err) != parley.Refused || !strings.Contains(err.Error(), "insure (18000 GBP)") {
		t.Errorf("two years of 9k: %v", err)
	}
	lead.Cost = "18k"
	d.must(d.role(lead))
	d.decide(insure)
	lead.For = []parley.Kind{parley.Avoid}
	if err := d.role(lead); parley.KindOfError(err) != parley.Invalid || !strings.Contains(err.Error(), "authority is over") {
		t.Errorf("over what commits to nothing: %v", err)
	}
}

// TestNoLimitIsIdle: a limit that nothing a role is about would be held to is refused.
func TestNoLimitIsIdle(t *testing.T) {
	d := newDesk(t)
	d.apply(certain)
	both := []parley.Kind{parley.Defer, parley.Transfer}
	for name, c := range map[string]struct {
		role RoleRequest
		idle bool
	}{
		"cost of what is accepted": {RoleRequest{Cost: "10k", For: []parley.Kind{}}, true},
		"loss of what is built":    {RoleRequest{OneIn20: "10k"}, true},
		"cost of what is built":    {RoleRequest{Cost: "10k"}, false},
		"both":                     {RoleRequest{Cost: "10k", BadCase: "1m", For: both}, false},
		"loss of what is accepted": {RoleRequest{Annual: "10k", For: []parley.Kind{}}, false},
	} {
		c.role.Name, c.role.Holders = "lead", []string{"tom@example.org"}
		if err := d.role(c.role); (parley.KindOfError(err) == parley.Invalid) != c.idle || !c.idle && err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}
