package ledger

import (
	"bytes"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/parleysec/parley"
)

// sealer keeps the side table of a test.
type sealer map[string]string // reference → name

func (s sealer) ref(name string) (string, error) {
	ref := PersonRef([]byte("salt"), name)
	s[ref] = name
	return ref, nil
}

func (s sealer) name(ref string) (string, bool) {
	n, ok := s[ref]
	return n, ok
}

func TestSealAndOpen(t *testing.T) {
	b := newBook(t)
	m := shop()
	m.Threats[0].Estimates = []parley.Estimate{{By: "ines@example.org"}, {By: "tom@example.org"}}
	m.Decisions = []parley.ClaimedDecision{{Threats: []string{"leak"}, Kind: parley.Accept, By: "helen@example.org"}}
	m.Mitigations[0].Ask = "support@example.org"
	m.Authority = []parley.AuthorityRow{{Role: "lead", Holders: []string{"ann@example.org", "tom@example.org"}}}
	b.apply(m)
	b.add(Draft{Body: &RuleSettled{Rule: "R1", Outcome: Accepted}})
	m.Authority[0].Holders[0] = "bea@example.org"
	b.apply(m)
	names := sealer{}
	for _, e := range b.events {
		sealed, err := e.Seal(names.ref)
		if err != nil {
			t.Fatal(err)
		}
		leaf, err := sealed.Leaf()
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(leaf, []byte("@example.org")) {
			t.Errorf("a name stands in the leaf of event %d: %s", e.Seq, leaf)
		}
		parsed, err := ParseEvent(leaf)
		if err != nil {
			t.Fatal(err)
		}
		opened, err := parsed.Open(names.name)
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(e, opened); d != "" {
			t.Errorf("event %d (%s) came back different:\n%s", e.Seq, e.Type, d)
		}
		refs, err := sealed.Refs()
		if err != nil || len(refs) == 0 || refs[0] != sealed.Actor.ID {
			t.Errorf("event %d: references %v (%v)", e.Seq, refs, err)
		}
	}
	if len(names) != 7 {
		t.Errorf("%d people, want priya, helen, ines, tom, support, ann, bea: %v", len(names), names)
	}
}

func TestErasedPeople(t *testing.T) {
	b := newBook(t)
	b.apply(shop())
	sealed, err := b.events[0].Seal(sealer{}.ref)
	if err != nil {
		t.Fatal(err)
	}
	opened, err := sealed.Open(func(string) (string, bool) { return "", false })
	if err != nil || !strings.HasPrefix(opened.Actor.ID, "erased person p_") {
		t.Errorf("%q %v", opened.Actor.ID, err)
	}
	for ref, want := range map[string]bool{
		PersonRef(nil, "x"): true, "p_": false, "p_short": false, "priya": false,
		"p_" + strings.Repeat("1", 52): false, PersonRef(nil, "x") + "a": false,
	} {
		if IsPersonRef(ref) != want {
			t.Errorf("%q is a reference: %v", ref, !want)
		}
	}
	if PersonRef([]byte("salt"), "name") == PersonRef([]byte("saltn"), "ame") {
		t.Error("a byte can pass from salt to name")
	}
	if PersonRef([]byte{1}, "x") == PersonRef([]byte{2}, "x") || PersonRef([]byte{1}, "x") == PersonRef([]byte{1}, "y") {
		t.Error("a reference does not depend on salt and name")
	}
}

func TestAttachmentMatches(t *testing.T) {
	a := NewAttachment([]byte("salt"), []byte("brief"), "text/plain")
	if !a.Matches([]byte("salt"), []byte("brief")) || a.Size != 5 {
		t.Errorf("%+v", a)
	}
	longer := a
	longer.Size++
	for name, bad := range map[string]bool{
		"other bytes": a.Matches([]byte("salt"), []byte("brieg")),
		"other salt":  a.Matches([]byte("salu"), []byte("brief")),
		"other size":  longer.Matches([]byte("salt"), []byte("brief")),
	} {
		if bad {
			t.Errorf("%s match", name)
		}
	}
}
