package ledger

import (
	"slices"
	"strings"
	"testing"
)

var (
	wAnn = Actor{ID: "ann@example.org", Known: SignedIn, Via: ViaPage}
	wTom = Actor{ID: "tom@example.org", Known: SignedIn, Via: ViaPage}
)

// room is a book with a workshop about a threat of the product and a typed one.
func room(t testing.TB) *book {
	t.Helper()
	b := newBook(t)
	b.apply(shop())
	b.add(
		shopDraft(&WorkshopOpened{Title: "Autumn", Seconds: 120, Topics: []TopicAdded{{Threat: "leak"}}}, wAnn),
		shopDraft(&WorkshopListed{Workshop: "SHOP-WS1", Topics: []TopicAdded{{Title: "A key lies in public"}}}, wTom),
	)
	return b
}

func shopDraft(body Body, who Actor) Draft { return Draft{Product: "shop", Body: body, Actor: who} }

func sealedDraft(topic, round int, who Actor, text string) Draft {
	return Draft{Product: "shop", Body: &WorkshopEstimated{Workshop: "SHOP-WS1", Topic: topic, Round: round}, Actor: who, Attach: []byte(text), Media: "application/json"}
}

// said opens what was sealed in the running round as the same words for all.
func (b *book) said(topic int, words Said) []Opened {
	var out []Opened
	for _, a := range b.shop().Workshop("shop-ws1").Topic(topic).Last().Answers {
		out = append(out, Opened{a.Event, words})
	}
	return out
}

// TestAWorkshop goes through one: what is sealed stands nowhere in the state, what
// is revealed stands beside the threat as the people's own estimates.
func TestAWorkshop(t *testing.T) {
	b := room(t)
	b.add(shopDraft(&WorkshopAsked{"SHOP-WS1", 1, 1}, wAnn), sealedDraft(1, 1, wAnn, "secret 1"), sealedDraft(1, 1, wTom, "secret 2"), sealedDraft(1, 1, wAnn, "secret 3"))
	w := b.shop().Workshop("SHOP-WS1")
	r := w.Topic(1).Last()
	if w.Current() != 1 || len(r.Answers) != 2 || r.Answers[1].Actor.ID != wAnn.ID || r.Of("ANN@example.org") == nil {
		t.Fatalf("%+v", r)
	}
	text, err := b.state.Snapshot(func(s string) (string, error) { return s, nil })
	if err != nil || strings.Contains(string(text), "secret") {
		t.Fatalf("%v: what is sealed stands in the state", err)
	}
	if len(b.shop().Notes) != 0 || w.Topic(1).Standing() != nil {
		t.Fatal("an estimate stands before it is revealed")
	}
	b.add(shopDraft(&WorkshopRevealed{"SHOP-WS1", 1, 1, b.said(1, Said{Likelihood: "10%", Cost: "3d"})}, wAnn))
	notes := b.shop().NotesOn(KindThreat, "leak")
	if len(notes) != 2 || notes[0].Actor != wTom || notes[0].Likelihood != "10%" || notes[0].Cost != "3d" || notes[0].Kind != NoteEstimate {
		t.Fatalf("%+v", notes)
	}
	b.add(
		shopDraft(&WorkshopNoted{"SHOP-WS1", 1, "The old rules?"}, wAnn), shopDraft(&WorkshopAsked{"SHOP-WS1", 2, 1}, wAnn), sealedDraft(2, 1, wTom, "x"),
	)
	b.add(shopDraft(&WorkshopRevealed{"SHOP-WS1", 2, 1, b.said(2, Said{Impact: "20k"})}, wAnn))
	b.add(shopDraft(&WorkshopClosed{"SHOP-WS1", []TopicTaken{{2, "replay"}}}, wAnn))
	w = b.shop().Workshop("SHOP-WS1")
	if w.Closed.IsZero() || w.Topic(2).Threat != "replay" || len(w.Topic(1).Notes) != 1 || len(b.shop().NotesOn(KindThreat, "replay")) != 1 {
		t.Fatalf("%+v", w)
	}
}

// TestAWorkshopRefuses what does not follow; nothing of it is recorded.
func TestAWorkshopRefuses(t *testing.T) {
	b := room(t)
	long := strings.Repeat("x", MaxTopic+1)
	for want, d := range map[string]Draft{
		"seconds for a threat":     shopDraft(&WorkshopOpened{Title: "A", Seconds: 1}, wAnn),
		"is not in product":        shopDraft(&WorkshopOpened{Title: "A", Seconds: 60, Topics: []TopicAdded{{Threat: "none"}}}, wAnn),
		"no workshop":              shopDraft(&WorkshopListed{Workshop: "SHOP-WS2"}, wAnn),
		"or has a title":           shopDraft(&WorkshopListed{Workshop: "SHOP-WS1", Topics: []TopicAdded{{}}}, wAnn),
		"one line":                 shopDraft(&WorkshopListed{Workshop: "SHOP-WS1", Topics: []TopicAdded{{Title: "a\nb"}}}, wAnn),
		"at most 200 characters":   shopDraft(&WorkshopListed{Workshop: "SHOP-WS1", Topics: []TopicAdded{{Title: long}}}, wAnn),
		"at most 200 threats":      shopDraft(&WorkshopListed{Workshop: "SHOP-WS1", Topics: slices.Repeat([]TopicAdded{{Title: "a"}}, 199)}, wAnn),
		"has no threat 3":          shopDraft(&WorkshopAsked{"SHOP-WS1", 3, 1}, wAnn),
		"round 2 does not follow":  shopDraft(&WorkshopAsked{"SHOP-WS1", 1, 2}, wAnn),
		"is not running":           sealedDraft(1, 1, wAnn, "x"),
		"about threat 1 is not ru": shopDraft(&WorkshopRevealed{Workshop: "SHOP-WS1", Topic: 1, Round: 1}, wAnn),
		"a note has a text":        shopDraft(&WorkshopNoted{"SHOP-WS1", 1, " "}, wAnn),
		"cannot become":            shopDraft(&WorkshopClosed{"SHOP-WS1", []TopicTaken{{2, "none"}}}, wAnn),
	} {
		if err := b.try(d); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
	b.add(shopDraft(&WorkshopAsked{"SHOP-WS1", 1, 1}, wAnn), sealedDraft(1, 1, wAnn, "x"))
	for want, d := range map[string]Draft{
		"is being estimated":     shopDraft(&WorkshopAsked{"SHOP-WS1", 2, 1}, wAnn),
		"threat 1 is being esti": shopDraft(&WorkshopClosed{Workshop: "SHOP-WS1"}, wAnn),
		"without what was":       shopDraft(&WorkshopEstimated{"SHOP-WS1", 1, 1}, wAnn),
		"0 estimates are reveal": shopDraft(&WorkshopRevealed{Workshop: "SHOP-WS1", Topic: 1, Round: 1}, wAnn),
		"was not sealed":         shopDraft(&WorkshopRevealed{"SHOP-WS1", 1, 1, []Opened{{Event: "x"}}}, wAnn),
	} {
		if err := b.try(d); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
	b.add(shopDraft(&WorkshopRevealed{"SHOP-WS1", 1, 1, b.said(1, Said{})}, wAnn), shopDraft(&WorkshopAsked{"SHOP-WS1", 1, 2}, wAnn))
	b.add(shopDraft(&WorkshopRevealed{Workshop: "SHOP-WS1", Topic: 1, Round: 2}, wAnn))
	if err := b.try(shopDraft(&WorkshopAsked{"SHOP-WS1", 1, 3}, wAnn)); err == nil {
		t.Error("a third round")
	}
	b.add(shopDraft(&WorkshopClosed{Workshop: "SHOP-WS1"}, wAnn))
	if err := b.try(shopDraft(&WorkshopNoted{"SHOP-WS1", 1, "x"}, wAnn)); err == nil || !strings.Contains(err.Error(), "is closed") {
		t.Error(err)
	}
}

// TestAWorkshopKeepsItsPeopleAndThreats: names are sealed in a snapshot, and a
// threat's new id is taken over.
func TestAWorkshopKeepsItsPeopleAndThreats(t *testing.T) {
	b := room(t)
	b.add(shopDraft(&WorkshopAsked{"SHOP-WS1", 1, 1}, wAnn), sealedDraft(1, 1, wTom, "x"), shopDraft(&WorkshopNoted{"SHOP-WS1", 1, "Hm"}, wTom))
	before := b.state.Clone()
	b.add(Draft{Product: "shop", Body: &ItemRenamed{Kind: KindThreat, From: "leak", To: "theft"}})
	if b.shop().Workshop("SHOP-WS1").Topic(1).Threat != "theft" || before.Product("shop").Workshop("SHOP-WS1").Topic(1).Threat != "leak" {
		t.Error("a new id is not taken over, or in a former state too")
	}
	people := refs{}
	text, err := b.state.Snapshot(people.ref)
	if err != nil || strings.Contains(string(text), "tom@") || strings.Contains(string(text), "ann@") {
		t.Errorf("%v: a name stands in the snapshot: %s", err, text)
	}
	again, err := OpenSnapshot(text, people.name)
	if err != nil || again.Product("shop").Workshop("SHOP-WS1").Topic(1).Last().Of(wTom.ID) == nil {
		t.Errorf("%v: nobody answered after a snapshot", err)
	}
}

// TestStanding: what somebody says in the second round takes the place of what they
// said in the first, thing by thing; who is silent stays with the first.
func TestStanding(t *testing.T) {
	b := room(t)
	b.add(shopDraft(&WorkshopAsked{"SHOP-WS1", 1, 1}, wAnn), sealedDraft(1, 1, wAnn, "x"), sealedDraft(1, 1, wTom, "x"))
	b.add(shopDraft(&WorkshopRevealed{"SHOP-WS1", 1, 1, b.said(1, Said{Likelihood: "10%", Cost: "3d"})}, wAnn))
	b.add(shopDraft(&WorkshopAsked{"SHOP-WS1", 1, 2}, wAnn), sealedDraft(1, 2, wTom, "x"))
	topic := b.shop().Workshop("SHOP-WS1").Topic(1)
	if got := topic.Standing(); len(got.Answers) != 2 {
		t.Fatalf("while the second round runs: %+v", got)
	}
	b.add(shopDraft(&WorkshopRevealed{"SHOP-WS1", 1, 2, b.said(1, Said{Likelihood: "20%", Impact: "5k"})}, wAnn))
	topic = b.shop().Workshop("SHOP-WS1").Topic(1)
	got := topic.Standing()
	if ann, tom := got.Of(wAnn.ID).Said, got.Of(wTom.ID).Said; ann != (Said{"10%", "", "3d"}) || tom != (Said{"20%", "5k", "3d"}) {
		t.Errorf("%+v %+v", ann, tom)
	}
	if topic.Rounds[0].Of(wTom.ID).Said.Likelihood != "10%" {
		t.Error("the first round changed")
	}
}

// TestTheThreatAsked: the threat that is being estimated is the one asked last, whatever the
// clock says.
func TestTheThreatAsked(t *testing.T) {
	b := room(t)
	if n := b.shop().Workshop("SHOP-WS1").Asked(); n != 0 {
		t.Errorf("%d before anything was", n)
	}
	b.add(shopDraft(&WorkshopAsked{"SHOP-WS1", 2, 1}, wAnn), shopDraft(&WorkshopRevealed{Workshop: "SHOP-WS1", Topic: 2, Round: 1}, wAnn))
	if n := b.shop().Workshop("SHOP-WS1").Asked(); n != 2 {
		t.Errorf("%d, want 2", n)
	}
	b.add(shopDraft(&WorkshopAsked{"SHOP-WS1", 1, 1}, wAnn))
	w := b.shop().Workshop("SHOP-WS1").clone()
	w.Topics[0].Rounds[0].At = w.At.AddDate(-1, 0, 0)
	if n := w.Asked(); n != 1 {
		t.Errorf("%d, want 1", n)
	}
}
