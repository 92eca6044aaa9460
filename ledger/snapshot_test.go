package ledger

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/parleysec/parley"
	"pgregory.net/rapid"
)

// refs is a people table without randomness.
type refs map[string]string

func (r refs) ref(name string) (string, error) {
	ref := PersonRef([]byte("salt"), name)
	r[ref] = name
	return ref, nil
}

func (r refs) name(ref string) (string, bool) {
	name, ok := r[ref]
	return name, ok
}

// told is a book in which everything happened that a state keeps.
func told(t testing.TB) *book {
	b := newBook(t)
	m := shop()
	m.Threats[0].Title = "Records <stolen> & sold\u2028"
	b.apply(m)
	b.decide(Terms{Threats: []string{"leak"}, Kind: parley.Mitigate, With: []string{"prepared"}, Because: "cheap", Premises: []Premise{{Name: "x", Value: 0.1}}, Seed: 1 << 60})
	b.add(Draft{Product: "shop", Body: &TaskChanged{Task: "SHOP-W1", To: TaskDone}})
	b.decide(Terms{Threats: []string{"replay"}, Kind: parley.Accept, Because: "small", Until: "2027-01-01", Propose: true, Conditions: []Condition{{Says: "few use it"}}})
	b.add(Joining(b.shop().Decisions[1], Actor{ID: "ines@example.org", Known: ThisMachine, Via: ViaPage}, "helen@example.org", "fine", &Exposure{1, 2, 3, 0}, []byte("{}")))
	b.add(Approving(b.shop().Decisions[1], Actor{ID: "tom", Known: ThisMachine, Via: ViaPage}, "helen@example.org", "fine", &Exposure{2, 3, 4, 5}, nil)...)
	b.add(Draft{Product: "shop", Body: &ConditionReviewed{Decision: "SHOP-D2", Condition: 1, Holds: true, Next: "2026-12-24"}, By: "ines@example.org"})
	b.add(
		Draft{Product: "shop", Body: agreed(), By: "helen@example.org"},
		Draft{Product: "shop", Body: &BacklogOrdered{Order: []string{"one-click", "consent"}, Moved: "one-click"}},
		Draft{Product: "shop", Body: &NoteAdded{Kind: NoteComment, About: KindThreat, ID: "leak", Text: "hm", Mentions: []string{"ines@example.org", "tom"}}, By: "tom"},
		Draft{Product: "shop", Body: someEvidence(nil), By: "ann"},
		Draft{Product: "shop", Body: moved(nil), By: "ann"}, Draft{Product: "shop", Body: saidOf(nil), By: "tom"},
		Draft{Body: &RuleProposed{Name: RuleAuthority, Matrix: matrix(), Because: "x"}, By: "helen@example.org"},
		Draft{Body: &RuleSettled{Rule: "R1", Outcome: Accepted}},
		Draft{Body: rowOf("lead", &Role{Name: "lead", Holders: []Holder{{"ines@example.org"}}, Currency: "GBP"})},
		Draft{Body: &RuleSettled{Rule: "R2", Outcome: Accepted}},
		Draft{Body: &MemberGranted{Person: "tom@example.org", Role: Administrator}},
		Draft{Product: "shop", Body: &MemberGranted{Person: "ines@example.org", Role: Auditor, Product: "shop"}},
		Draft{Product: "shop", Body: &MemberGranted{Person: "ines@example.org", Role: Reader, Product: "shop"}},
		Draft{Product: "shop", Body: &MemberRevoked{Person: "ines@example.org", Role: Reader, Product: "shop"}},
	)
	m.Features[0].ID, m.Features[0].Was = "two-click", "one-click"
	m.Threats[1].Likelihood = m.Threats[0].Likelihood
	m.Controls = nil
	b.apply(m)
	return b
}

func everything() cmp.Options {
	return cmp.Options{
		cmp.AllowUnexported(State{}, Product{}),
		cmpopts.IgnoreFields(State{}, "owned", "shared"),
		cmpopts.EquateEmpty(),
	}
}

func TestSnapshotHoldsEverything(t *testing.T) {
	b := told(t)
	people := refs{}
	text, err := b.state.Snapshot(people.ref)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"helen@", "priya@", "tom@", "ines@"} {
		if bytes.Contains(text, []byte(name)) {
			t.Errorf("the snapshot holds the name %s…", name)
		}
	}
	got, err := OpenSnapshot(text, people.name)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(b.state, got, everything()...); d != "" {
		t.Errorf("folded and opened differ:\n%s", d)
	}
	if a, b := snapshot(t, b.state), snapshot(t, got); a != b {
		t.Error("folded and opened read differently")
	}
	after := *b
	after.state = got
	m := shop()
	m.Threats[0].Title = "Later"
	after.apply(m) // what was opened folds on
}

// TestSnapshotCoversEveryField fails when State or Product gets a field that a
// snapshot does not hold.
func TestSnapshotCoversEveryField(t *testing.T) {
	for _, c := range []struct {
		of, image reflect.Type
		besides   []string
	}{
		{reflect.TypeFor[State](), reflect.TypeFor[stateImage](), []string{"order", "owned", "shared"}},
		{reflect.TypeFor[Product](), reflect.TypeFor[productImage](), nil},
	} {
		for i := range c.of.NumField() {
			name := c.of.Field(i).Name
			_, ok := c.image.FieldByNameFunc(func(s string) bool { return strings.EqualFold(s, name) })
			if !ok && !slices.Contains(c.besides, name) {
				t.Errorf("%s.%s is in no snapshot", c.of.Name(), name)
			}
		}
	}
}

// TestSnapshotOfSealedEvents: folding sealed events and opening is the same as
// opening and folding, at any place and with any of the names erased.
func TestSnapshotOfSealedEvents(t *testing.T) {
	events := told(t).events
	rapid.Check(t, func(t *rapid.T) {
		people := refs{}
		n := rapid.IntRange(0, len(events)).Draw(t, "size")
		sealed, opened := NewState(), NewState()
		var all []Event
		for _, e := range events[:n] {
			s, err := e.Seal(people.ref)
			if err != nil {
				t.Fatal(err)
			}
			if err := sealed.Apply(s); err != nil {
				t.Fatal(err)
			}
			all = append(all, s)
		}
		text, err := sealed.Snapshot(func(s string) (string, error) { return s, nil })
		if err != nil {
			t.Fatal(err)
		}
		for ref := range people {
			if rapid.Bool().Draw(t, "erase") {
				delete(people, ref)
			}
		}
		for _, s := range all {
			e, err := s.Open(people.name)
			if err != nil {
				t.Fatal(err)
			}
			if err := opened.Apply(e); err != nil {
				t.Fatal(err)
			}
		}
		got, err := OpenSnapshot(text, people.name)
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(opened, got, everything()...); d != "" {
			t.Fatalf("differ:\n%s", d)
		}
		if !SameState(sealed, text, people.name) {
			t.Fatal("not the same state")
		}
	})
}

func TestSnapshotRefused(t *testing.T) {
	b := told(t)
	people := refs{}
	text, err := b.state.Snapshot(people.ref)
	if err != nil {
		t.Fatal(err)
	}
	fold := fmt.Sprintf(`"fold":%d`, FoldVersion)
	for name, bad := range map[string]string{
		"empty":           "",
		"other fold":      strings.Replace(string(text), fold, `"fold":1`, 1),
		"unknown field":   strings.Replace(string(text), fold, fold+`,"moon":1`, 1),
		"text behind":     string(text) + "{}",
		"cut":             string(text[:len(text)/2]),
		"no product":      `{` + fold + `,"products":[null]}`,
		"no decision":     `{` + fold + `,"products":[{"id":"a","items":{},"numbers":{},"renamed":{},"decisions":[null]}]}`,
		"no item":         `{` + fold + `,"products":[{"id":"a","items":{"threat":[null]},"numbers":{},"renamed":{}}]}`,
		"unknown kind":    `{` + fold + `,"products":[{"id":"a","items":{"moon":[]},"numbers":{},"renamed":{}}]}`,
		"no evidence":     `{` + fold + `,"products":[{"id":"a","items":{},"numbers":{},"renamed":{},"evidence":[null]}]}`,
		"no note":         `{` + fold + `,"products":[{"id":"a","items":{},"numbers":{},"renamed":{},"notes":[null]}]}`,
		"no move":         `{` + fold + `,"products":[{"id":"a","items":{},"numbers":{},"renamed":{},"moves":[null]}]}`,
		"no activity":     `{` + fold + `,"products":[{"id":"a","items":{},"numbers":{},"renamed":{},"activities":[null]}]}`,
		"no agreement":    `{` + fold + `,"products":[{"id":"a","items":{},"numbers":{},"renamed":{},"agreements":[null]}]}`,
		"no policy field": `{` + fold + `,"policy":{"Fields":[{"Path":[],"Value":1}]}}`,
		"nobody's role":   `{` + fold + `,"members":[{"Role":"reader"}]}`,
		"no rule":         `{` + fold + `,"rules":[null]}`,
		"no numbers":      `{` + fold + `,"products":[{"id":"a","items":{}}]}`,
		"product twice":   `{` + fold + `,"products":[{"id":"a","items":{},"numbers":{},"renamed":{}},{"id":"a","items":{},"numbers":{},"renamed":{}}]}`,
		"item not a text": `{` + fold + `,"products":[{"id":"a","items":{"threat":[{"JSON":"x"}]},"numbers":{},"renamed":{},"base":[]}]}`,
	} {
		if s, err := OpenSnapshot([]byte(bad), people.name); err == nil {
			t.Errorf("%s: was opened: %+v", name, s)
		}
	}
	sealed := b.state
	if changed := bytes.Replace(text, []byte(`"because":"cheap"`), []byte(`"because":"cheat"`), 1); SameState(sealed, changed, people.name) {
		t.Error("another reason is the same state")
	}
	no := errors.New("no such name")
	if _, err := b.state.Snapshot(func(string) (string, error) { return "", no }); !errors.Is(err, no) {
		t.Errorf("got %v", err)
	}
}

// TestFoldVersion pins what the fold makes of a fixed record. Whoever changes it
// raises FoldVersion, so that no snapshot made by the older rules is used.
func TestFoldVersion(t *testing.T) {
	text, err := told(t).state.Snapshot(func(s string) (string, error) { return s, nil })
	if err != nil {
		t.Fatal(err)
	}
	const want = "25 79dbed12833fb383f72dda9878bf2a78c9d3de4251cb5840a7b76afed5cb721a"
	if got := fmt.Sprintf("%d %x", FoldVersion, sha256.Sum256(text)); got != want {
		t.Errorf("the fold gives\n%s, pinned is\n%s: raise FoldVersion and pin the new value", got, want)
	}
}
