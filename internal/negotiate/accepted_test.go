package negotiate

import (
	"strings"
	"testing"
	"time"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/ledger"
)

// TestWhoAcceptedWhatOnWhoseAuthority: the row and the roles are those of the day of
// the decision, whatever was changed since; a filter leaves out what is smaller, by
// somebody else, or still holds; every day on which something became of it stands there.
func TestWhoAcceptedWhatOnWhoseAuthority(t *testing.T) {
	d := newDesk(t)
	d.apply(shop)
	helen := d.grant("helen@example.org", ledger.Manager, "shop")
	rule := func(most string) {
		t.Helper()
		row := RoleRequest{Name: "head", Currency: "GBP", Of: []string{"manager"}, Annual: most}
		if _, err := d.SetRule(t.Context(), d.tom, RuleRequest{Because: "as agreed", Role: row}); err != nil {
			t.Fatal(err)
		}
	}
	rule("1M")
	d.time = d.time.Add(24 * time.Hour)
	until := d.time.AddDate(0, 0, 20).Format(time.DateOnly)
	if _, err := d.Decide(t.Context(), helen, DecideRequest{Threats: []string{"replay"}, Kind: parley.Accept, Because: "=HYPERLINK(1)", Until: until}); err != nil {
		t.Fatal(err)
	}
	d.time = d.time.Add(24 * time.Hour)
	rule("5")
	if _, err := d.SetMember(t.Context(), d.tom, MemberRequest{Person: "helen@example.org", Role: ledger.Manager, Product: "shop", Remove: true}); err != nil {
		t.Fatal(err)
	}
	ask := func(req AcceptedRequest, n int) *AcceptedResult {
		t.Helper()
		r, err := d.Accepted(t.Context(), d.tom, req)
		if err != nil {
			t.Fatal(err)
		}
		if len(r.Decisions) != n {
			t.Fatalf("%+v finds %d, want %d: %s", req, len(r.Decisions), n, r.Says())
		}
		return r
	}
	x := ask(AcceptedRequest{}, 1).Decisions[0]
	if x.Right.Row == nil || *x.Right.Row.Annual != 1e6 || !x.Right.Asked || len(x.Right.Roles) != 1 || x.Right.Roles[0].Role != ledger.Manager || x.Right.Known != ledger.SignedIn {
		t.Errorf("the authority of then is told as %+v", x.Right)
	}
	if !strings.Contains(x.Right.Says, "head") || !strings.Contains(x.Right.Says, "£1M") || !strings.Contains(x.Right.Says, "helen@example.org held the role manager") {
		t.Errorf("in words: %s", x.Right.Says)
	}
	if x.BadCase <= 0 || x.Annual <= 0 || len(x.Passed) == 0 || x.Decided.IsZero() {
		t.Errorf("%+v", x)
	}
	ask(AcceptedRequest{Above: "1"}, 1)
	ask(AcceptedRequest{Above: "900M"}, 0)
	ask(AcceptedRequest{Who: "HELEN"}, 1)
	ask(AcceptedRequest{Who: "tom"}, 0)
	ask(AcceptedRequest{Ended: true}, 0)
	if _, err := d.Accepted(t.Context(), d.tom, AcceptedRequest{Above: "plenty"}); parley.KindOfError(err) != parley.Invalid {
		t.Errorf("plenty is an amount: %v", err)
	}
	d.time = d.time.AddDate(0, 0, 30)
	if r := ask(AcceptedRequest{Ended: true}, 1); !r.Decisions[0].Overdue || r.Annual == 0 {
		t.Errorf("what is overdue: %+v", r.Decisions[0])
	}
	if _, err := d.Sweep(t.Context(), d.tom); err != nil {
		t.Fatal(err)
	}
	r := ask(AcceptedRequest{Ended: true}, 1)
	x = r.Decisions[0]
	if x.Ended == nil || x.Ended.Format(time.DateOnly) != d.time.Format(time.DateOnly) || r.Annual != 0 || x.Right.Row == nil {
		t.Errorf("what ended: %+v", x)
	}
	rows := r.Rows()
	if len(rows) != 2 || len(rows[1]) != len(rows[0]) {
		t.Fatalf("%q", rows)
	}
	text := r.Markdown()
	if !strings.Contains(text, "## SHOP\\-D1") && !strings.Contains(text, "## SHOP-D1") || !strings.Contains(text, "ended on") {
		t.Errorf("%s", text)
	}
}

// TestWhoAcceptedTogether: several approvers are all named, with the row that took
// several; what is only proposed was accepted by nobody.
func TestWhoAcceptedTogether(t *testing.T) {
	d := newDesk(t)
	d.apply(shop)
	sue, max := d.grant("sue@example.org", ledger.Security, ""), d.grant("max@example.org", ledger.Manager, "")
	id := d.propose("replay")
	two := RoleRequest{Name: "two", Currency: "GBP", Approve: 2, Of: []string{"security", "manager"}, Annual: "1M"}
	if _, err := d.SetRule(t.Context(), d.tom, RuleRequest{Because: "two see more", Role: two}); err != nil {
		t.Fatal(err)
	}
	found := func() *AcceptedResult {
		t.Helper()
		r, err := d.Accepted(t.Context(), max, AcceptedRequest{})
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	if r := found(); r.Of != 0 || len(r.Decisions) != 0 {
		t.Errorf("a proposal was accepted: %+v", r)
	}
	for _, who := range []Actor{sue, max} {
		if _, err := d.Move(t.Context(), who, MoveRequest{Decision: id, Move: "approve"}); err != nil {
			t.Fatal(err)
		}
	}
	r := found()
	if len(r.Decisions) != 1 {
		t.Fatalf("%+v", r)
	}
	x := r.Decisions[0]
	if x.Right.Row == nil || x.Right.Row.Name != "two" || len(x.Right.Roles) != 2 || x.deciders() != "max@example.org, sue@example.org" {
		t.Errorf("%s: %+v", x.deciders(), x.Right)
	}
}

// TestAnUnknownBadCaseIsNotLeftOut: what nobody could price may be above any amount.
func TestAnUnknownBadCaseIsNotLeftOut(t *testing.T) {
	d := newDesk(t)
	d.apply(watched)
	d.decide(DecideRequest{Product: "shop", Threats: []string{"hurt"}, Kind: parley.Accept, Because: "It is watched", Until: "2027-05-01"})
	d.decide(DecideRequest{Product: "shop", Threats: []string{"replay"}, Kind: parley.Accept, Because: "It is small", Until: "2027-05-01"})
	for above, want := range map[string]int{"": 2, "1": 2, "900M": 1} {
		r, err := d.Accepted(t.Context(), d.tom, AcceptedRequest{Above: above})
		d.must(err)
		if len(r.Decisions) != want {
			t.Fatalf("above %q: %d decisions, want %d", above, len(r.Decisions), want)
		}
		last := r.Decisions[want-1]
		if last.Threats[0] != "hurt" || last.BadCase != 0 {
			t.Errorf("above %q the last is %+v", above, last)
		}
		if text := r.Markdown(); !strings.Contains(text, "not known then") {
			t.Errorf("nothing says that the amount is not known:\n%s", text)
		}
	}
}
