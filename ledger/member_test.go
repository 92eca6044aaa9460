package ledger

import (
	"slices"
	"strings"
	"testing"

	"github.com/parleysec/parley"
	"pgregory.net/rapid"
)

func granted(person string, role MemberRole, product string) Draft {
	return Draft{Product: product, Body: &MemberGranted{Person: person, Role: role, Product: product}}
}

func revoked(person string, role MemberRole, product string) Draft {
	return Draft{Product: product, Body: &MemberRevoked{Person: person, Role: role, Product: product}}
}

func rolesOf(s *State, person string) string {
	var out []string
	for _, m := range s.RolesOf(person) {
		out = append(out, string(m.Role)+" of "+m.Product)
	}
	return strings.Join(out, ", ")
}

func TestMembersFold(t *testing.T) {
	b := newBook(t)
	b.apply(shop())
	for name, bad := range map[string]Draft{
		"nobody":          granted("", Reader, ""),
		"no role":         granted("ann@example.org", "king", ""),
		"no product":      granted("ann@example.org", Reader, "moon"),
		"another product": {Product: "shop", Body: &MemberGranted{Person: "ann@example.org", Role: Reader}},
		"taken of nobody": revoked("", Reader, ""),
	} {
		if err := b.try(bad); err == nil {
			t.Errorf("%s: was recorded", name)
		}
	}
	b.add(granted("ann@example.org", Reader, ""), granted("ann@example.org", Decider, "shop"), granted("bob@example.org", Reader, "shop"))
	before := b.state.Clone()
	b.add(granted("ann@example.org", Reader, "")) // held already
	if got := rolesOf(b.state, "ann@example.org"); got != "reader of , decider of shop" {
		t.Errorf("ann is %s", got)
	}
	b.add(revoked("ann@example.org", Decider, "shop"), revoked("ann@example.org", Decider, "shop"))
	if got := rolesOf(b.state, "ann@example.org"); got != "reader of " {
		t.Errorf("then ann is %s", got)
	}
	if got := rolesOf(before, "ann@example.org"); got != "reader of , decider of shop" {
		t.Errorf("an earlier state says that ann is %s", got)
	}
	b.add(Draft{Product: "shop", Body: &ItemRenamed{Kind: KindProduct, From: "shop", To: "store"}})
	if got := rolesOf(b.state, "bob@example.org"); got != "reader of store" {
		t.Errorf("after the product got another id, bob is %s", got)
	}
	if b.state.RolesOf(Erased(PersonRef(nil, "x"))) != nil {
		t.Error("somebody erased holds a role")
	}
}

// TestMembersAreErased: a name that is erased holds no role any more, and the
// sealed events never held it.
func TestMembersAreErased(t *testing.T) {
	b := newBook(t)
	b.add(granted("ann@example.org", Administrator, ""))
	e := b.events[len(b.events)-1]
	people := refs{}
	sealed, err := e.Seal(people.ref)
	if err != nil || strings.Contains(string(sealed.Body), "ann@") {
		t.Fatalf("sealed %s (%v)", sealed.Body, err)
	}
	opened, err := sealed.Open(func(string) (string, bool) { return "", false })
	if err != nil {
		t.Fatal(err)
	}
	s, err := Fold(append(slices.Clone(b.events[:len(b.events)-1]), opened))
	if err != nil {
		t.Fatal(err)
	}
	if len(s.Members) != 1 || s.RolesOf(s.Members[0].Person) != nil || !IsErased(s.Members[0].Person) {
		t.Errorf("%+v", s.Members)
	}
}

func TestCheckMember(t *testing.T) {
	b := newBook(t)
	b.apply(shop())
	b.add(granted("ann@example.org", Administrator, ""), granted("bob@example.org", Administrator, "shop"))
	ann := Actor{ID: "ann@example.org", Known: SignedIn, Via: ViaPage}
	here := Actor{ID: "ann@example.org", Known: ThisMachine, Via: ViaCLI}
	for _, c := range []struct {
		name    string
		actor   Actor
		person  string
		role    MemberRole
		product string
		remove  bool
		want    Reason
	}{
		{"a role for somebody", ann, "bob@example.org", Reader, "", false, ""},
		{"one's own", ann, "ann@example.org", Decider, "", false, OwnRole},
		{"one's own, written otherwise", ann, "Ann@Example.org", Decider, "", false, OwnRole},
		{"one's own, taken away", ann, "ann@example.org", Administrator, "", true, OwnRole},
		{"one's own at this machine", here, "ann@example.org", Decider, "", false, ""},
		{"twice", ann, "bob@example.org", Administrator, "shop", false, NoRole},
		{"not held", ann, "bob@example.org", Reader, "", true, NoRole},
		{"the last administrator", here, "ann@example.org", Administrator, "", true, LastAdministrator},
		{"an administrator of a product", ann, "bob@example.org", Administrator, "shop", true, ""},
	} {
		err := CheckMember(b.state, c.actor, c.person, c.role, c.product, c.remove)
		refused, _ := err.(Refusals)
		if c.want == "" && err != nil || c.want != "" && !refused.Has(c.want) {
			t.Errorf("%s: %v, want %q", c.name, err, c.want)
		}
	}
	b.add(granted("bob@example.org", Administrator, ""))
	if err := CheckMember(b.state, here, "ann@example.org", Administrator, "", true); err != nil {
		t.Errorf("one of two administrators: %v", err)
	}
}

// TestOnlyHidesWhatIsNotSeen: whatever a part of the state says, it says nothing
// of what is left out, and it counts none of its events.
func TestOnlyHidesWhatIsNotSeen(t *testing.T) {
	b := newBook(t)
	b.apply(shop())
	vault := shop()
	vault.Product.ID, vault.Product.Name = "zzvault", "The zzvault"
	vault.Policy.Horizon.Text = "9 years"
	b.apply(vault)
	m := matrix()
	m.Roles = append(m.Roles, Role{Name: "keeper", Holders: []Holder{{"x"}}, Currency: "GBP", Products: []string{"zzvault"}})
	b.rule(&RuleProposed{Name: RuleAuthority, Matrix: m})
	b.add(granted("ann@example.org", Reader, "zzvault"), granted("ann@example.org", Reader, "shop"))
	b.add(Draft{Product: "zzvault", Body: &ItemRenamed{Kind: KindProduct, From: "zzvault", To: "zzcellar"}})
	part := b.state.Only(func(p *Product) bool { return p.ID == "shop" })
	text, err := part.Snapshot(func(s string) (string, error) { return s, nil })
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(text), "zz") {
		t.Errorf("a part speaks of the rest: %s", text)
	}
	if part.Product("zzvault") != nil || part.Product("zzcellar") != nil || len(part.Members) != 1 || len(part.Authority.Roles) != 2 {
		t.Errorf("%v, %+v", part.Members, part.Authority)
	}
	var seen int64
	for _, e := range b.events {
		if !strings.HasPrefix(e.Product, "zz") {
			seen++
		}
	}
	if part.Size != seen {
		t.Errorf("a part has %d events, want %d of %d", part.Size, seen, b.state.Size)
	}
	if b.state.Product("zzcellar") == nil || len(b.state.Members) != 2 || len(b.state.Authority.Roles) != 3 {
		t.Error("to look at a part changed the whole")
	}
	for _, text := range []string{"zzvault/leak", "ZZVAULT-T1"} {
		if _, err := b.state.Resolve("shop", text); err == nil {
			t.Errorf("%s is found in another product", text)
		}
	}
}

// TestOnlyIsAState: the parts of any state are states: what is left reads as it
// does in the whole.
func TestOnlyIsAState(t *testing.T) {
	events := told(t).events
	rapid.Check(t, func(t *rapid.T) {
		s, err := Fold(events[:rapid.IntRange(0, len(events)).Draw(t, "size")])
		if err != nil {
			t.Fatal(err)
		}
		all := s.Only(func(*Product) bool { return true })
		none := s.Only(func(*Product) bool { return false })
		if all.Size != s.Size || len(all.Products()) != len(s.Products()) || len(all.Members) != len(s.Members) {
			t.Fatal("to see everything is not to see everything")
		}
		if len(none.Products()) != 0 || slices.ContainsFunc(none.Members, func(m Membership) bool { return m.Product != "" }) {
			t.Fatal("to see nothing shows something")
		}
	})
}

// TestGraveHarmTakesAManager: of those who sign in the highest authority is a
// manager where there is one; the owner is whom a file names.
func TestGraveHarmTakesAManager(t *testing.T) {
	b := newBook(t)
	m := shop()
	m.Threats[0].Impact.People = &parley.People{Who: "riders", Harm: parley.Grave}
	b.apply(m)
	owner := m.Product.Owner
	check := func(a Actor) error {
		return Check(b.state, Deciding{Product: "shop", Actor: a, Today: "2026-11-22", Terms: Terms{Threats: []string{"leak"}, Kind: parley.Accept, Because: "x", Until: "2027-01-01", ObligationReason: "not ours"}})
	}
	refused := func(err error) bool { r, _ := err.(Refusals); return r.Has(Authority) }
	signed := func(id string) Actor { return Actor{ID: id, Known: SignedIn, Via: ViaPage} }
	if err := check(signed(owner)); refused(err) {
		t.Errorf("the owner, where there is no manager: %v", err)
	}
	if err := check(signed("max@example.org")); !refused(err) {
		t.Errorf("somebody else: %v", err)
	}
	b.add(granted("max@example.org", Manager, ""))
	if err := check(signed(owner)); !refused(err) {
		t.Errorf("the owner, where there is a manager: %v", err)
	}
	if err := check(signed("max@example.org")); refused(err) {
		t.Errorf("the manager: %v", err)
	}
	if err := check(Actor{ID: owner, Known: ThisMachine, Via: ViaCLI}); refused(err) {
		t.Errorf("the owner at this machine: %v", err)
	}
}

func TestSamePersonByAnyWay(t *testing.T) {
	ann := func(id string, known Known) Actor { return Actor{ID: id, Known: known, Via: ViaAPI} }
	for _, c := range []struct {
		a   Actor
		aBy string
		b   Actor
		bBy string
		is  bool
	}{
		{ann("ann@example.org", SignedIn), "", ann("ann@example.org", ByToken), "", true},
		{ann("Ann@Example.org", ThisMachine), "", ann("ann@example.org", SignedIn), "", true},
		{ann("tom", ThisMachine), "Ann@example.org", ann("ann@example.org", SignedIn), "", true},
		{ann("ann@example.org", SignedIn), "", ann("tom", ThisMachine), "ANN@example.org", true},
		{ann("tom", ThisMachine), "ann", ann("bob", ThisMachine), "Ann", true},
		{ann("tom", ThisMachine), "", ann("bob", ThisMachine), "", false},
		{ann("tom", ThisMachine), "ann", ann("bob", ThisMachine), "", false},
	} {
		if got := samePerson(c.a, c.aBy, c.b, c.bBy); got != c.is {
			t.Errorf("%v for %q and %v for %q: the same person is %v", c.a, c.aBy, c.b, c.bBy, got)
		}
	}
}
