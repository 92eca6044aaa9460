package ledger

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
)

func TestCalled(t *testing.T) {
	people := []string{"helen@a.example", "Helen@b.example", "tom", "max@a.example"}
	for name, want := range map[string]string{
		"tom": "tom", "TOM": "tom", "max": "max@a.example", "Max@A.example": "max@a.example", "helen": "helen@a.example Helen@b.example",
		"helen@b.example": "Helen@b.example", "nobody": "", "": "", "a.example": "",
	} {
		if got := strings.Join(Called(people, name), " "); got != want {
			t.Errorf("%q is %q, want %q", name, got, want)
		}
	}
}

// Whom a product's record names is known, once, whatever the case; nobody of another
// product, and nobody whose name was erased.
func TestKnownPeople(t *testing.T) {
	b := newBook(t)
	b.apply(shop())
	b.decide(Terms{Threats: []string{"replay"}, Kind: "accept", Because: "small", Until: "2027-01-01"})
	b.add(
		Draft{Product: "shop", Body: &NoteAdded{Kind: NoteQuestion, About: KindThreat, ID: "leak", Text: "hm"}, By: "Helen@example.org"},
		Draft{Body: &MemberGranted{Person: "helen@example.org", Role: Manager}},
		Draft{Product: "shop", Body: &MemberGranted{Person: "ines@example.org", Role: Auditor, Product: "shop"}},
		Draft{Product: "shop", Body: &MemberGranted{Person: Erased("p_gone"), Role: Auditor, Product: "shop"}},
	)
	got := b.state.Known(b.shop())
	for _, who := range []string{"priya@example.org", "helen@example.org", "ines@example.org"} {
		if n := len(slices.DeleteFunc(slices.Clone(got), func(x string) bool { return !strings.EqualFold(x, who) })); n != 1 {
			t.Errorf("%s stands there %d times: %v", who, n, got)
		}
	}
	if slices.ContainsFunc(got, IsErased) {
		t.Errorf("somebody erased is known: %v", got)
	}
	other := &Product{ID: "other"}
	if got := b.state.Known(other); slices.Contains(got, "ines@example.org") || !slices.Contains(got, "helen@example.org") {
		t.Errorf("of another product: %v", got)
	}
}

// A mention is a name like any other: sealed in the leaf, gone when it is erased; what
// was recorded before there were any reads as mentioning nobody.
func TestMentionsAreNames(t *testing.T) {
	body, err := json.Marshal(&NoteAdded{Kind: NoteQuestion, About: KindThreat, ID: "leak", Text: "@tom?", Mentions: []string{"tom", "ines@example.org"}})
	if err != nil {
		t.Fatal(err)
	}
	e := Event{Type: "note.added", Version: 2, Actor: priya, Body: body}
	people := refs{}
	sealed, err := e.Seal(people.ref)
	if err != nil || strings.Contains(string(sealed.Body), "ines") {
		t.Fatalf("%s, %v", sealed.Body, err)
	}
	delete(people, PersonRef([]byte("salt"), "tom"))
	open, err := sealed.Open(people.name)
	if err != nil {
		t.Fatal(err)
	}
	b, err := DecodeBody(open)
	if err != nil {
		t.Fatal(err)
	}
	if got := b.(*NoteAdded).Mentions; len(got) != 2 || !IsErased(got[0]) || got[1] != "ines@example.org" {
		t.Errorf("opened: %v", got)
	}
	old, err := DecodeBody(Event{Type: "note.added", Version: 1, Body: json.RawMessage(`{"kind":"comment","about":"threat","id":"leak","text":"@tom"}`)})
	if err != nil || len(old.(*NoteAdded).Mentions) != 0 {
		t.Errorf("version 1: %+v, %v", old, err)
	}
}

// Somebody is asked until they say anything about the same thing.
func TestAsked(t *testing.T) {
	b := newBook(t)
	b.apply(shop())
	say := func(id, by string, mentions ...string) {
		b.add(Draft{Product: "shop", By: by, Body: &NoteAdded{Kind: NoteComment, About: KindThreat, ID: id, Text: "x", Mentions: mentions}})
	}
	say("leak", "", "Tom", "ines@example.org")
	say("replay", "", "tom")
	say("leak", "helen@example.org", "tom")
	want := func(who string, n int) {
		t.Helper()
		if got := b.shop().Asked(who); len(got) != n {
			t.Errorf("%s is asked %d times, want %d", who, len(got), n)
		}
	}
	want("tom", 3)
	want("ines@example.org", 1)
	want("helen@example.org", 0)
	say("leak", "TOM", "helen@example.org")
	want("tom", 1)
	want("helen@example.org", 1)
	want("ines@example.org", 1)
	if err := b.try(Draft{Product: "shop", Body: &NoteAdded{Kind: NoteComment, About: KindThreat, ID: "leak", Text: "x", Mentions: []string{""}}}); err == nil {
		t.Error("a mention of nobody is taken")
	}
	if err := b.try(Draft{Product: "shop", Body: &NoteAdded{Kind: NoteQuestion, About: KindThreat, ID: "leak", Text: "x", Likelihood: "5% per year"}}); err == nil {
		t.Error("a question with figures is taken")
	}
}
