package ledger

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/parleysec/parley"
	"pgregory.net/rapid"
)

// together is a matrix in which nobody alone may leave more than 10 a year, and
// two of the managers, the security engineers and the board any amount up to 1000.
func together() *AuthorityMatrix {
	return &AuthorityMatrix{Roles: []Role{
		{Name: "board", Holders: []Holder{{"helen"}, {"tom"}}, Currency: "GBP", Annual: amount(10)},
		{Name: "two", Of: []string{"board", "manager", "security"}, Approvers: 2, Currency: "GBP", Annual: amount(1000)},
	}}
}

func machine(id string) Actor { return Actor{ID: id, Known: ThisMachine, Via: ViaCLI} }

// joint is a book with the matrix, a manager and a security engineer, and a
// proposal to live with 500 a year.
func joint(t testing.TB) (*book, *Decision) {
	b := newBook(t)
	b.apply(shop())
	b.rule(&RuleProposed{Name: RuleAuthority, Matrix: together()})
	b.add(Draft{Body: &MemberGranted{Person: "mia", Role: Manager}}, Draft{Body: &MemberGranted{Person: "sam", Role: Security}})
	return b, b.decide(Terms{Threats: []string{"replay"}, Kind: parley.Accept, Because: "x", Until: "2026-12-22", Propose: true, Exposure: &Exposure{500, 0, 0, 0}})
}

// approve is what approving does, without its prices.
func (b *book) approve(short, who string, left *Exposure) error {
	d := b.shop().Decision(short)
	if err := CheckApproval(b.state, d, machine(who), "", "2026-11-22"); err != nil {
		return err
	}
	deciding := b.deciding(d.Terms)
	deciding.Terms.Exposure, deciding.Terms.Propose, deciding.Actor, deciding.Approving = left, false, machine(who), true
	if err := errors.Join(CheckExposure(b.state, deciding), CheckSeveral(b.state, d, deciding)); err != nil {
		return err
	}
	if st := b.state.Standing(d, left, "2026-11-22", who); st != nil && !st.Complete() {
		return b.try(Joining(d, machine(who), "", "", left, nil))
	}
	return b.try(Approving(d, machine(who), "", "", nil, nil)...)
}

func TestSeveralApprove(t *testing.T) {
	b, d := joint(t)
	left := &Exposure{500, 0, 0, 0}
	st := b.state.Standing(d, left, "2026-11-22", "")
	if st == nil || st.Needed != 2 || len(st.Have) != 0 || !slices.Equal(st.May, []string{"helen", "tom", "mia", "sam"}) {
		t.Fatalf("%+v", st)
	}
	if err := b.approve(d.Short, "eve", left); err == nil {
		t.Error("somebody without any role approved")
	}
	if err := b.approve(d.Short, "sam", left); err != nil {
		t.Fatal(err)
	}
	d = b.shop().Decision(d.Short)
	if d.Status != Proposed || len(d.Approvals) != 1 || d.Approvals[0].Name() != "sam" {
		t.Fatalf("after one of two: %s, %+v", d.Status, d.Approvals)
	}
	var r Refusals
	if err := b.approve(d.Short, "sam", left); !errors.As(err, &r) || !r.Has(OneApprover) {
		t.Errorf("twice by the same: %v", err)
	}
	if err := b.approve(d.Short, "tom", left); err != nil {
		t.Fatal(err)
	}
	d = b.shop().Decision(d.Short)
	if d.Status != InForce || !slices.Equal(d.deciders(), []string{"tom", "sam"}) || len(d.Events()) != 4 || !slices.IsSorted(d.Events()) {
		t.Errorf("after two: %s, by %v, %d events", d.Status, d.deciders(), len(d.Events()))
	}
}

// TestSeveralAreNotOneAtOnce: who may with others may not alone, and is told so.
func TestSeveralAreNotOneAtOnce(t *testing.T) {
	b, _ := joint(t)
	d := b.deciding(Terms{Threats: []string{"leak"}, Kind: parley.Accept, Because: "x", Until: "2026-12-22", Exposure: &Exposure{500, 0, 0, 0}})
	d.Actor = machine("tom")
	var r Refusals
	if err := CheckExposure(b.state, d); !errors.As(err, &r) || !r.Has(Authority) || !strings.Contains(err.Error(), "2 of helen, tom, mia, sam together (two)") {
		t.Error(err)
	}
	d.Terms.Exposure = &Exposure{10, 0, 0, 0}
	if err := CheckExposure(b.state, d); err != nil {
		t.Errorf("within tom's own limit: %v", err)
	}
}

// TestAnApprovalIsOfItsFigures: where more is left than an approver saw, the
// approval counts no more, and the same person may approve again.
func TestAnApprovalIsOfItsFigures(t *testing.T) {
	b, d := joint(t)
	if err := b.approve(d.Short, "sam", &Exposure{500, 0, 0, 0}); err != nil {
		t.Fatal(err)
	}
	more := &Exposure{520, 0, 0, 0}
	if err := b.approve(d.Short, "tom", more); err != nil {
		t.Fatal(err)
	}
	if d = b.shop().Decision(d.Short); d.Status != Proposed {
		t.Fatalf("in force by an approval of lower figures: %s", d.Status)
	}
	if st := b.state.Standing(d, more, "2026-11-22", ""); st == nil || !slices.Equal(st.Have, []string{"tom"}) {
		t.Errorf("%+v", st)
	}
	var r Refusals
	if err := b.approve(d.Short, "tom", more); !errors.As(err, &r) || !r.Has(OneApprover) {
		t.Errorf("twice of the same figures: %v", err)
	}
	if err := b.approve(d.Short, "sam", more); err != nil || b.shop().Decision(d.Short).Status != InForce {
		t.Errorf("sam again, of what it leaves now: %v", err)
	}
}

// TestTooFewAreNotEnough: where fewer are left who may than a role takes, those who
// may do not decide in place of the others.
func TestTooFewAreNotEnough(t *testing.T) {
	left := &Exposure{500, 0, 0, 0}
	for name, change := range map[string]func(b *book){
		"the proposer is one of the two": func(b *book) {
			b.rule(&RuleProposed{Name: SeparateApprover, Value: "yes"})
			b.rule(&RuleProposed{Name: RuleAuthority, Matrix: &AuthorityMatrix{Roles: []Role{{Name: "two", Holders: []Holder{{priya.ID}, {"tom"}}, Approvers: 2, Currency: "GBP"}}}})
		},
		"the other lost the role": func(b *book) {
			b.rule(&RuleProposed{Name: RuleAuthority, Matrix: &AuthorityMatrix{Roles: []Role{{Name: "two", Of: []string{"manager"}, Approvers: 2, Currency: "GBP"}}}})
			b.add(Draft{Body: &MemberGranted{Person: "tom", Role: Manager}}, Draft{Body: &MemberRevoked{Person: "mia", Role: Manager}})
		},
	} {
		b, d := joint(t)
		change(b)
		if err := b.approve(d.Short, "tom", left); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if d = b.shop().Decision(d.Short); d.Status != Proposed || len(d.Approvals) != 1 {
			t.Errorf("%s: tom alone brought it to %s", name, d.Status)
		}
		if st := b.state.Standing(d, left, "2026-11-22", ""); st == nil || st.Needed != 2 || !slices.Equal(st.Have, []string{"tom"}) || len(st.May) > 0 {
			t.Errorf("%s: %+v", name, st)
		}
	}
}

// TestTheProposerIsNotOneOfSeveral, unless the organisation says otherwise.
func TestTheProposerIsNotOneOfSeveral(t *testing.T) {
	for _, separate := range []string{"yes", "no"} {
		b, _ := joint(t)
		b.rule(&RuleProposed{Name: SeparateApprover, Value: separate})
		b.add(Draft{Product: "shop", Actor: machine("mia"), Body: &DecisionRecorded{Terms{
			Threats: []string{"leak"}, Kind: parley.Accept, Because: "x", Until: "2026-12-22", Propose: true, Exposure: &Exposure{100, 0, 0, 0},
		}}})
		err := b.approve("SHOP-D2", "mia", &Exposure{100, 0, 0, 0})
		if (err == nil) != (separate == "no") {
			t.Errorf("separate_approver %s: %v", separate, err)
		}
		st := b.state.Standing(b.shop().Decision("SHOP-D2"), &Exposure{100, 0, 0, 0}, "2026-11-22", "")
		if slices.Contains(st.May, "mia") {
			t.Errorf("separate_approver %s: mia may still: %+v", separate, st)
		}
	}
}

// TestHarmTakesTheHighestOfSeveral: of several who live with grave harm to people,
// one has to have the highest authority.
func TestHarmTakesTheHighestOfSeveral(t *testing.T) {
	signed := func(id string) Actor { return Actor{ID: id, Known: SignedIn, Via: ViaPage} }
	b, _ := joint(t)
	m := shop()
	m.Threats[1].Impact.People = &parley.People{Who: "customers", Harm: parley.Grave}
	b.apply(m)
	may := func(who string, left float64) error {
		deciding := b.deciding(b.shop().Decision("SHOP-D1").Terms)
		deciding.Terms.Exposure, deciding.Actor, deciding.Approving = &Exposure{left, 0, 0, 0}, signed(who), true
		return CheckSeveral(b.state, b.shop().Decision("SHOP-D1"), deciding)
	}
	if err := may("sam", 500); err != nil {
		t.Errorf("the first of two: %v", err)
	}
	b.add(Joining(b.shop().Decision("SHOP-D1"), signed("sam"), "", "", &Exposure{500, 0, 0, 0}, nil))
	var r Refusals
	if err := may("tom", 500); !errors.As(err, &r) || !r.Has(Authority) {
		t.Errorf("in force without a manager: %v", err)
	}
	if err := may("mia", 500); err != nil {
		t.Error(err)
	}
	b.add(
		Joining(b.shop().Decision("SHOP-D1"), signed("mia"), "", "", &Exposure{200, 0, 0, 0}, nil),
		Joining(b.shop().Decision("SHOP-D1"), signed("sam"), "", "", &Exposure{500, 0, 0, 0}, nil),
	)
	if err := may("tom", 500); !errors.As(err, &r) || !r.Has(Authority) {
		t.Errorf("in force on a manager's approval of less: %v", err)
	}
}

// TestTogetherIsSummed: what several left together counts against what they may
// leave together, and not against what one of them may leave alone.
func TestTogetherIsSummed(t *testing.T) {
	b, d := joint(t)
	left := &Exposure{500, 0, 0, 0}
	for _, who := range []string{"sam", "tom"} {
		if err := b.approve(d.Short, who, left); err != nil {
			t.Fatal(err)
		}
	}
	next := b.decide(Terms{Threats: []string{"leak"}, Kind: parley.Accept, Because: "x", Until: "2026-12-22", Propose: true, Exposure: &Exposure{501, 0, 0, 0}})
	if err := b.approve(next.Short, "tom", next.Exposure); err == nil {
		t.Error("1001 in a year under a limit of 1000")
	}
	if err := b.approve(next.Short, "mia", next.Exposure); err != nil {
		t.Errorf("mia left nothing yet: %v", err)
	}
	alone := b.deciding(Terms{Threats: []string{"leak"}, Kind: parley.Accept, Because: "x", Until: "2026-12-22", Exposure: &Exposure{10, 0, 0, 0}})
	alone.Actor = machine("tom")
	if err := CheckExposure(b.state, alone); err != nil {
		t.Errorf("tom alone: %v", err)
	}
}

func TestJointRolesAreChecked(t *testing.T) {
	for name, roles := range map[string][]Role{
		"of itself":     {{Name: "a", Of: []string{"a"}, Currency: "GBP", Approvers: 2}},
		"of a joint":    {{Name: "a", Of: []string{"manager"}, Currency: "GBP"}, {Name: "b", Of: []string{"a"}, Currency: "GBP"}},
		"of nothing":    {{Name: "a", Of: []string{"moon"}, Currency: "GBP"}},
		"of readers":    {{Name: "a", Of: []string{"reader"}, Currency: "GBP"}},
		"too few":       {{Name: "a", Holders: []Holder{{"x"}}, Currency: "GBP", Approvers: 2}},
		"negative":      {{Name: "a", Holders: []Holder{{"x"}}, Currency: "GBP", Approvers: -1}},
		"a whole crowd": {{Name: "a", Of: []string{"manager"}, Currency: "GBP", Approvers: 21}},
	} {
		if (&AuthorityMatrix{Roles: roles}).check() == nil {
			t.Errorf("%s was taken", name)
		}
	}
	if err := together().check(); err != nil {
		t.Error(err)
	}
}

// TestRolesSayWhatIsMissing: each mistake in a role is told by itself.
func TestRolesSayWhatIsMissing(t *testing.T) {
	x := []Holder{{"x"}}
	for want, roles := range map[string][]Role{
		"a role without a name":                               {{Holders: x, Currency: "GBP"}},
		`role "a" is there twice`:                             {{Name: "a", Holders: x, Currency: "GBP"}, {Name: "a", Holders: x, Currency: "GBP"}},
		`role "a" needs the currency of its limits, e.g. GBP`: {{Name: "a", Holders: x}},
		`role "a" needs at least one holder`:                  {{Name: "a", Currency: "GBP"}},
	} {
		if err := (&AuthorityMatrix{Roles: roles}).check(); err == nil || err.Error() != want {
			t.Errorf("%v, want %s", err, want)
		}
	}
}

// TestQuorumByCounting compares who decides with plain counting: a decision is in
// force once as many different holders have approved as the role takes.
func TestQuorumByCounting(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		people := []string{"a", "b", "c", "d", "e"}
		need := rapid.IntRange(1, 4).Draw(rt, "need")
		var holders []Holder
		n := rapid.IntRange(need, 5).Draw(rt, "holders")
		for _, p := range people[:n] {
			holders = append(holders, Holder{p})
		}
		b := newBook(t)
		b.apply(shop())
		b.rule(&RuleProposed{Name: RuleAuthority, Matrix: &AuthorityMatrix{Roles: []Role{{Name: "r", Holders: holders, Approvers: need, Currency: "GBP"}}}})
		d := b.decide(Terms{Threats: []string{"replay"}, Kind: parley.Accept, Because: "x", Until: "2026-12-22", Propose: true, Exposure: &Exposure{1, 1, 1, 0}})
		counted := map[string]bool{}
		for _, who := range rapid.SliceOfN(rapid.SampledFrom(people), 1, 8).Draw(rt, "approve") {
			before := b.shop().Decision(d.Short).Status
			may := before == Proposed && slices.Index(people, who) < n && !counted[who]
			if err := b.approve(d.Short, who, &Exposure{1, 1, 1, 0}); (err == nil) != may {
				rt.Fatalf("%s of %d by %d: %v", who, n, need, err)
			}
			if may {
				counted[who] = true
			}
			if inForce := b.shop().Decision(d.Short).Status == InForce; inForce != (len(counted) >= need) {
				rt.Fatalf("%d of %d: in force %v", len(counted), need, inForce)
			}
		}
	})
}
