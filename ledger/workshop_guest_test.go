package ledger

import (
	"slices"
	"strings"
	"testing"
	"time"
)

var hashed = strings.Repeat("ab", 32)

func guest(name string, n int) Actor {
	return Actor{ID: GuestName(name, n, "SHOP-WS1"), Known: ByLink, Via: ViaPage}
}

func linkedDraft(b *book, guests int, lasts time.Duration) Draft {
	return shopDraft(&WorkshopLinked{"SHOP-WS1", hashed, b.now.Add(lasts), guests}, wAnn)
}

func joinedDraft(who Actor) Draft {
	return shopDraft(&WorkshopJoined{Workshop: "SHOP-WS1", Session: hashed}, who)
}

// TestGuestsOfAWorkshop: who comes by the link types and estimates, in the name they
// gave with the mark of a guest; the link and all who came end with the workshop.
func TestGuestsOfAWorkshop(t *testing.T) {
	b := room(t)
	sam, kim := guest("Sam", 1), guest("Kim", 2)
	b.add(linkedDraft(b, 2, time.Hour))
	b.add(joinedDraft(sam), joinedDraft(kim))
	b.add(
		shopDraft(&WorkshopListed{Workshop: "SHOP-WS1", Topics: []TopicAdded{{Title: "Nobody locks the door"}}}, sam),
		shopDraft(&WorkshopAsked{"SHOP-WS1", 1, 1}, wAnn), sealedDraft(1, 1, sam, "secret"), sealedDraft(1, 1, wTom, "secret"),
	)
	b.add(shopDraft(&WorkshopRevealed{"SHOP-WS1", 1, 1, b.said(1, Said{Likelihood: "10%"})}, wAnn))
	notes := b.shop().NotesOn(KindThreat, "leak")
	if len(notes) != 2 || notes[0].Actor != sam || !strings.Contains(notes[0].Actor.ID, "(guest 1 of SHOP-WS1)") {
		t.Fatalf("%+v", notes)
	}
	if known := b.state.Known(b.shop()); slices.Contains(known, sam.ID) {
		t.Errorf("a guest can be called: %v", known)
	}
	w := b.shop().Workshop("SHOP-WS1")
	if len(w.Guests) != 2 || !w.Guests[0].Stands(b.now) || w.Guests[0].Stands(b.now.Add(2*time.Hour)) || w.Link.Open(b.now) {
		t.Errorf("%+v %+v", w.Guests, w.Link)
	}
	b.add(shopDraft(&WorkshopClosed{Workshop: "SHOP-WS1"}, wAnn))
	if w := b.shop().Workshop("SHOP-WS1"); w.Link != nil || w.Guests[0].Stands(b.now) {
		t.Errorf("the workshop is over, its guests are not: %+v %+v", w.Link, w.Guests)
	}
}

// TestGuestsAreNoCompany: a guest is no second person who could approve anything.
func TestGuestsAreNoCompany(t *testing.T) {
	b := newBook(t)
	b.apply(shop())
	b.add(shopDraft(&WorkshopOpened{Title: "Autumn", Seconds: 120, Topics: []TopicAdded{{Threat: "leak"}}}, priya), linkedBy(b, priya), joinedDraft(guest("Sam", 1)))
	b.add(shopDraft(&WorkshopAsked{"SHOP-WS1", 1, 1}, priya), sealedDraft(1, 1, guest("Sam", 1), "x"))
	b.add(shopDraft(&WorkshopRevealed{"SHOP-WS1", 1, 1, b.said(1, Said{Likelihood: "10%"})}, priya))
	if b.state.company(priya.ID) {
		t.Error("a guest counts as somebody who could approve")
	}
}

func linkedBy(b *book, who Actor) Draft {
	d := linkedDraft(b, 5, time.Hour)
	d.Actor = who
	return d
}

// TestGuestsMayDoNothingElse: of a guest the fold takes no other event, nor one of
// another workshop, after the end, or by a name that did not join.
func TestGuestsMayDoNothingElse(t *testing.T) {
	b := room(t)
	sam := guest("Sam", 1)
	b.add(shopDraft(&WorkshopOpened{Title: "Other", Seconds: 60}, wAnn))
	b.add(linkedDraft(b, 1, time.Hour), joinedDraft(sam))
	list := func(short string, x TopicAdded) Body {
		return &WorkshopListed{Workshop: short, Topics: []TopicAdded{x}}
	}
	for want, d := range map[string]Draft{
		"may not cause *ledger.SettingChanged":   {Body: &SettingChanged{Name: "x", Value: "y"}, Actor: sam},
		"may not cause *ledger.MemberGranted":    {Body: &MemberGranted{Person: sam.ID, Role: Manager}, Actor: sam},
		"may not cause *ledger.NoteAdded":        shopDraft(&NoteAdded{Kind: NoteEstimate, About: KindThreat, ID: "leak", Likelihood: "10%"}, sam),
		"may not cause *ledger.WorkshopOpened":   shopDraft(&WorkshopOpened{Title: "A", Seconds: 60}, sam),
		"may not cause *ledger.WorkshopAsked":    shopDraft(&WorkshopAsked{"SHOP-WS1", 1, 1}, sam),
		"may not cause *ledger.WorkshopNoted":    shopDraft(&WorkshopNoted{"SHOP-WS1", 1, "x"}, sam),
		"may not cause *ledger.WorkshopClosed":   shopDraft(&WorkshopClosed{Workshop: "SHOP-WS1"}, sam),
		"may not cause *ledger.WorkshopLinked":   linkedBy(b, sam),
		"may not cause *ledger.WorkshopUnlinked": shopDraft(&WorkshopUnlinked{"SHOP-WS1"}, sam),
		"no guest of workshop SHOP-WS2":          shopDraft(list("SHOP-WS2", TopicAdded{Title: "x"}), sam),
		"no guest of workshop SHOP-WS1":          shopDraft(list("SHOP-WS1", TopicAdded{Title: "x"}), guest("Kim", 2)),
		"names no threat of the product":         shopDraft(list("SHOP-WS1", TopicAdded{Threat: "leak"}), sam),
		"has no open link":                       joinedDraft(guest("Kim", 2)), // one was to come, and came
		"only a guest joins":                     joinedDraft(wTom),
	} {
		if err := b.try(d); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v: want %q", err, want)
		}
	}
	for want, l := range map[string]*WorkshopLinked{
		"hash of a secret": {"SHOP-WS1", "x", b.now.Add(time.Hour), 1},
		"1 to 100 people":  {"SHOP-WS1", hashed, b.now.Add(time.Hour), 101},
		"ends at most":     {"SHOP-WS1", hashed, b.now.Add(25 * time.Hour), 1},
	} {
		if err := b.try(shopDraft(l, wAnn)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v: want %q", err, want)
		}
	}
	late := shopDraft(list("SHOP-WS1", TopicAdded{Title: "x"}), sam)
	b.now = b.now.Add(time.Hour)
	if err := b.try(late); err == nil {
		t.Error("a guest types after the end")
	}
	b.now = b.now.Add(-time.Hour)
	b.add(shopDraft(&WorkshopUnlinked{"SHOP-WS1"}, wAnn))
	if err := b.try(late); err == nil {
		t.Error("a guest types after the link was taken back")
	}
}

func TestGuestNames(t *testing.T) {
	for name, ok := range map[string]bool{
		"Sam": true, "Zoë O’Hara": true, "": false, " Sam": false, "ann@example.org": false, "Sam (guest 1 of X)": false, "a\nb": false,
		strings.Repeat("x", MaxGuestName): true, strings.Repeat("x", MaxGuestName+1): false,
	} {
		if err := CheckGuestName(name); (err == nil) != ok {
			t.Errorf("%q: %v", name, err)
		}
	}
}

// TestErasedGuests: the fold of a record whose guest's name was erased is the same
// but for the name, and the place ends with it.
func TestErasedGuests(t *testing.T) {
	g := Guest{Actor: Actor{ID: Erased("p_abcdefghijkl")}, Until: time.Now().Add(time.Hour)}
	if g.Stands(time.Now()) {
		t.Error("a guest whose name was erased has a place")
	}
	b := room(t)
	b.add(linkedDraft(b, 1, time.Hour), joinedDraft(guest("Sam", 1)))
	text, err := b.state.Snapshot(func(s string) (string, error) { return "p_" + strings.Repeat("x", len(s)%5), nil })
	if err != nil || strings.Contains(string(text), "Sam") {
		t.Errorf("%v: the name of a guest stands in a snapshot", err)
	}
}
