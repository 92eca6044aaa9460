package negotiate

import (
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/ledger"
)

// linked makes a link of the workshop and returns its secret.
func (d *desk) linked(t *testing.T, guests, hours int) string {
	t.Helper()
	r, err := d.LinkWorkshop(t.Context(), d.as("tom").tom, LinkWorkshopRequest{WorkshopRequest{Workshop: "SHOP-WS1"}, guests, hours})
	if err != nil {
		t.Fatal(err)
	}
	secret, ok := strings.CutPrefix(r.Path, JoinPath+"#")
	if !ok || len(secret) != 43 || r.Workshop != "SHOP-WS1" {
		t.Fatalf("%+v", r)
	}
	return secret
}

// joins lets somebody in and returns who they are from then on.
func (d *desk) joins(t *testing.T, secret, name string) *GuestResult {
	t.Helper()
	r, err := d.JoinWorkshop(t.Context(), NewGuest(), JoinWorkshopRequest{secret, name})
	if err != nil {
		t.Fatal(err)
	}
	g, err := d.Guest(t.Context(), NewGuest(), GuestRequest{r.Secret})
	if err != nil || g.Actor != r.Actor || g.Workshop != "SHOP-WS1" {
		t.Fatalf("%+v %v", g, err)
	}
	return r
}

// TestGuestsTakePart: they type and estimate, and see what is revealed: nothing of
// the product, and no value before all are shown.
func TestGuestsTakePart(t *testing.T) {
	d := newDesk(t)
	roomOf(t, d)
	sam := d.joins(t, d.linked(t, 0, 0), "  Sam ").Actor
	at := WorkshopRequest{Workshop: "SHOP-WS1"}
	if sam.ID != "Sam (guest 1 of SHOP-WS1)" || sam.Known != ledger.ByLink {
		t.Fatalf("%+v", sam)
	}
	model, err := d.state(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	m, _ := model.Model("shop")
	title := m.Threats[1].Title // one the room does not speak of: a guest who guesses it learns nothing
	r, err := d.AddToWorkshop(t.Context(), sam, WorkshopThreatsRequest{at, nil, "Nobody locks the door\n" + strings.ToUpper(title)})
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range r.Topics {
		if x.Threat != "" || x.Title == title {
			t.Errorf("a guest is told which threats the product has: %+v", x)
		}
	}
	if r.Product != "" || r.Agenda != nil || r.Guests != nil {
		t.Errorf("a guest sees more than the room: %+v", r)
	}
	d.lead(t, StepAsk, 0)
	d.estimates(t, "ann@example.org", 1, secretChance, secretLoss, secretCost)
	r, err = d.Workshop(t.Context(), sam, at)
	if err != nil {
		t.Fatal(err)
	}
	seen, _ := json.Marshal(r)
	if strings.Contains(string(seen), "37.125") || strings.Contains(string(seen), m.Threats[0].Owner) && m.Threats[0].Owner != "" {
		t.Errorf("a guest sees what is sealed, or who answers for what: %s", seen)
	}
	if x := r.Topics[0].Rounds[0]; !slices.Equal(x.Waiting, []string{sam.ID}) || !slices.Equal(x.Answered, []string{"ann"}) {
		t.Errorf("%+v", x)
	}
	if _, err := d.EstimateInWorkshop(t.Context(), sam, WorkshopEstimateRequest{at, 1, ledger.Said{Likelihood: "10% to 20% within 2 years"}}); err != nil {
		t.Fatal(err)
	}
	d.lead(t, StepReveal, 0)
	if r, err = d.Workshop(t.Context(), sam, at); err != nil || len(r.Topics[0].Rounds[0].Said) != 2 {
		t.Fatalf("%+v %v", r, err)
	}
	if s := r.Topics[0].Scales; len(s) != 3 || s[0].What != "likelihood" || len(s[0].Bars) != 3 || s[0].Bars[2].By != "" || s[0].Bars[0].Mid < 0.1 || s[0].Bars[0].Mid > 0.2 || len(s[1].Bars) != 1 || s[2].Unit != "days" {
		t.Errorf("%+v", s)
	}
	brief, err := d.Brief(t.Context(), d.tom, BriefRequest{Source: Source{Product: "shop"}})
	if text, _ := json.Marshal(brief); err != nil || !strings.Contains(string(text), "Sam (guest 1 of SHOP-WS1)") {
		t.Errorf("the brief does not show the guest as one (%v)", err)
	}
	d.lead(t, StepClose, 0)
	if _, err := d.Workshop(t.Context(), sam, at); parley.KindOfError(err) != parley.Forbidden {
		t.Errorf("a guest of a closed workshop: %v", err)
	}
}

// TestATitleAGuestTypedIsTheThreat: closed, what a guest typed under the very title
// of a threat becomes no second one.
func TestATitleAGuestTypedIsTheThreat(t *testing.T) {
	d := newDesk(t)
	roomOf(t, d)
	sam := d.joins(t, d.linked(t, 0, 0), "Sam").Actor
	state, _ := d.state(t.Context())
	m, _ := state.Model("shop")
	x := m.Threats[1]
	if _, err := d.AddToWorkshop(t.Context(), sam, WorkshopThreatsRequest{WorkshopRequest{Workshop: "SHOP-WS1"}, nil, strings.ToUpper(x.Title)}); err != nil {
		t.Fatal(err)
	}
	r := d.lead(t, StepClose, 0)
	if got := r.Topics[3].Threat; got != x.ID {
		t.Errorf("it became %q, want %q", got, x.ID)
	}
}

// TestN4LinksOfWorkshops: scope, expiry, revocation, number, no enumeration; what is
// kept of a secret is its hash.
func TestN4LinksOfWorkshops(t *testing.T) {
	d := newDesk(t)
	now := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	d.Now = func() time.Time { return now }
	roomOf(t, d)
	at := WorkshopRequest{Workshop: "SHOP-WS1"}
	join := func(secret, name string) error {
		_, err := d.JoinWorkshop(t.Context(), NewGuest(), JoinWorkshopRequest{secret, name})
		return err
	}
	for _, wrong := range []struct{ guests, hours int }{{101, 1}, {-1, 1}, {1, 25}, {1, -1}} {
		if _, err := d.LinkWorkshop(t.Context(), d.tom, LinkWorkshopRequest{at, wrong.guests, wrong.hours}); parley.KindOfError(err) != parley.Invalid {
			t.Errorf("%+v: %v", wrong, err)
		}
	}
	first := d.linked(t, 2, 1)
	none := join("", "Sam")
	for _, secret := range []string{"x", strings.ToLower(first), first[:42], first + "A", strings.Repeat("A", 43), secretHash("link", first)} {
		if err := join(secret, "Sam"); parley.KindOfError(err) != parley.Invalid || said(err) != said(none) {
			t.Errorf("%q: %v", secret, err)
		}
	}
	for _, name := range []string{"", "ann@example.org", "Sam (guest 2 of SHOP-WS1)", strings.Repeat("x", 41), "\u202e\u200b"} {
		if err := join(first, name); parley.KindOfError(err) != parley.Invalid {
			t.Errorf("%q: %v", name, err)
		}
	}
	sam := d.joins(t, first, "Sam")
	twin := d.joins(t, first, "Sam")
	if sam.Actor == twin.Actor || sam.Secret == twin.Secret {
		t.Error("two guests of a name are one")
	}
	if err := join(first, "Kim"); parley.KindOfError(err) != parley.Refused {
		t.Errorf("a third guest of two: %v", err)
	}
	second := d.linked(t, 1, 2)
	if err := join(first, "Kim"); said(err) != said(none) {
		t.Errorf("the link before still counts: %v", err)
	}
	kim := d.joins(t, second, "Kim")
	if _, err := d.Guest(t.Context(), NewGuest(), GuestRequest{sam.Secret}); err != nil {
		t.Errorf("who came by the link before is out: %v", err)
	}
	if _, err := d.Guest(t.Context(), NewGuest(), GuestRequest{first}); err == nil {
		t.Error("the link is a session")
	}
	if err := join(kim.Secret, "Lee"); said(err) != said(none) {
		t.Errorf("a session is a link: %v", err)
	}
	now = now.Add(time.Hour)
	if _, err := d.Guest(t.Context(), NewGuest(), GuestRequest{sam.Secret}); parley.KindOfError(err) != parley.Forbidden {
		t.Errorf("an hour later: %v", err)
	}
	if _, err := d.Workshop(t.Context(), sam.Actor, at); parley.KindOfError(err) != parley.Forbidden {
		t.Errorf("an hour later: %v", err)
	}
	if _, err := d.AddToWorkshop(t.Context(), sam.Actor, WorkshopThreatsRequest{at, nil, "late"}); err == nil {
		t.Error("a guest types an hour later")
	}
	if _, err := d.Guest(t.Context(), NewGuest(), GuestRequest{kim.Secret}); err != nil {
		t.Error(err)
	}
	if _, err := d.UnlinkWorkshop(t.Context(), d.tom, at); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Guest(t.Context(), NewGuest(), GuestRequest{kim.Secret}); parley.KindOfError(err) != parley.Forbidden {
		t.Errorf("after the link was taken back: %v", err)
	}
	if _, err := d.Workshop(t.Context(), kim.Actor, at); parley.KindOfError(err) != parley.Forbidden {
		t.Errorf("after the link was taken back: %v", err)
	}
	if err := join(second, "Lee"); said(err) != said(none) {
		t.Errorf("the link that was taken back still counts: %v", err)
	}
	if _, err := d.UnlinkWorkshop(t.Context(), d.tom, at); parley.KindOfError(err) != parley.Conflict {
		t.Errorf("nothing to take back: %v", err)
	}
	log, err := d.Log(t.Context(), d.tom, LogRequest{})
	text, _ := json.Marshal(log)
	for _, secret := range []string{first, second, sam.Secret, kim.Secret} {
		if err != nil || strings.Contains(string(text), secret) {
			t.Errorf("a secret stands in the log (%v)", err)
		}
	}
}

// TestA1GuestsMayNothingElse calls every use-case of the service as a guest, on the
// guest's own product and on another: three are for guests, in their own workshop.
func TestA1GuestsMayNothingElse(t *testing.T) {
	s := visit(t, world(t))
	tom := Local("tom", ViaCLI)
	l, err := s.LinkWorkshop(t.Context(), tom, LinkWorkshopRequest{WorkshopRequest: WorkshopRequest{Workshop: "SHOP-WS1"}})
	if err != nil {
		t.Fatal(err)
	}
	_, secret, _ := strings.Cut(l.Path, "#")
	sam, err := s.JoinWorkshop(t.Context(), NewGuest(), JoinWorkshopRequest{secret, "Sam"})
	if err != nil {
		t.Fatal(err)
	}
	other, err := s.OpenWorkshop(t.Context(), tom, OpenWorkshopRequest{Product: "shop", Title: "Other"})
	if err != nil {
		t.Fatal(err)
	}
	before := sizeOf(t, s)
	forGuests := []string{"Workshop", "AddToWorkshop", "EstimateInWorkshop", "JoinWorkshop", "Guest"}
	for name, try := range attempts {
		if slices.Contains([]string{"Move (approve with others)", "Move (withdraw one's own)", "CorrectIncident"}, name) {
			continue // they do something as somebody else first; the lines without brackets are tried
		}
		if permissions[name].guests != slices.Contains(forGuests, name) {
			t.Errorf("%s: for guests is %v", name, permissions[name].guests)
		}
		for _, p := range []string{"shop", hidden, nowhere} {
			out, err := try(t.Context(), s, sam.Actor, p)
			if p == "shop" && slices.Contains(forGuests[:3], name) {
				if err != nil || leaks(t, out, err) {
					t.Errorf("%s: %v", name, err)
				}
				before = sizeOf(t, s)
				continue
			}
			if err == nil || leaks(t, nil, err) && p != hidden {
				t.Errorf("%s on %s as a guest: %v", name, p, err)
			}
			if kind := parley.KindOfError(err); kind != parley.Forbidden && kind != parley.NotFound && name != "JoinWorkshop" {
				t.Errorf("%s on %s as a guest: %v", name, p, err)
			}
		}
	}
	for _, id := range []string{other.ID, strings.ToUpper(hidden) + "-WS1", "SHOP-WS9"} {
		if _, err := s.Workshop(t.Context(), sam.Actor, WorkshopRequest{Workshop: id}); parley.KindOfError(err) != parley.NotFound {
			t.Errorf("%s as a guest of another: %v", id, err)
		}
	}
	if _, err := s.AddToWorkshop(t.Context(), sam.Actor, WorkshopThreatsRequest{WorkshopRequest{Workshop: "SHOP-WS1"}, []string{"replay"}, ""}); parley.KindOfError(err) != parley.Forbidden {
		t.Errorf("a guest names a threat of the product: %v", err)
	}
	if n := sizeOf(t, s); n != before {
		t.Errorf("%d events by what is refused", n-before)
	}
	// Who only says that they are a guest is none, whatever they ask for.
	service := reflect.ValueOf(s)
	for name := range permissions {
		if strings.Contains(name, "(") {
			continue
		}
		m := service.MethodByName(name)
		for _, a := range []Actor{NewGuest(), {ID: "Kim (guest 1 of SHOP-WS1)", Known: ledger.ByLink, Via: ViaPage}, {ID: "tom", Known: ledger.ByLink, Via: ViaPage}} {
			args := []reflect.Value{reflect.ValueOf(t.Context()), reflect.ValueOf(a)}
			for i := 2; i < m.Type().NumIn(); i++ {
				args = append(args, reflect.Zero(m.Type().In(i)))
			}
			out := m.Call(args)
			if err, _ := out[len(out)-1].Interface().(error); err == nil {
				t.Errorf("%s as somebody who says they are a guest: allowed", name)
			}
		}
	}
}

// TestN4GuestsStayInTheirRoom: what is asked of a product is refused to a guest but for
// the one their room is of, and what is asked of the organisation always is.
func TestN4GuestsStayInTheirRoom(t *testing.T) {
	d := newDesk(t)
	roomOf(t, d)
	sam := d.joins(t, d.linked(t, 0, 0), "Sam").Actor
	_, a, err := d.recorded(t.Context(), sam, "Workshop")
	if err != nil {
		t.Fatal(err)
	}
	if err := a.ask(a.state.Product("shop")); err != nil {
		t.Errorf("of their own room: %v", err)
	}
	for name, p := range map[string]*ledger.Product{"the organisation": nil, "another product": {ID: "other"}} {
		if err := a.ask(p); parley.KindOfError(err) != parley.Forbidden {
			t.Errorf("of %s: %v", name, err)
		}
	}
}

// TestGuestsTypeOnlySoMuch: one guest does not fill the list.
func TestGuestsTypeOnlySoMuch(t *testing.T) {
	d := newDesk(t)
	roomOf(t, d)
	sam := d.joins(t, d.linked(t, 0, 0), "Sam").Actor
	var lines strings.Builder
	for i := range guestTopics {
		lines.WriteString(strings.Repeat("x", i+1) + "\n")
	}
	at := WorkshopRequest{Workshop: "SHOP-WS1"}
	if _, err := d.AddToWorkshop(t.Context(), sam, WorkshopThreatsRequest{at, nil, lines.String()}); err != nil {
		t.Fatal(err)
	}
	if _, err := d.AddToWorkshop(t.Context(), sam, WorkshopThreatsRequest{at, nil, "one more"}); parley.KindOfError(err) != parley.Refused {
		t.Errorf("one more: %v", err)
	}
}

// TestErasedGuestsAreOut: a guest's name can be erased as anybody's, and the place
// ends with it.
func TestErasedGuestsAreOut(t *testing.T) {
	d := newDesk(t)
	roomOf(t, d)
	sam := d.joins(t, d.linked(t, 0, 0), "Sam Secretname")
	if _, err := d.AddToWorkshop(t.Context(), sam.Actor, WorkshopThreatsRequest{WorkshopRequest{Workshop: "SHOP-WS1"}, nil, "An open door"}); err != nil {
		t.Fatal(err)
	}
	db, err := d.open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Erase(t.Context(), sam.Actor.ID, "asked for", d.tom); err != nil {
		t.Fatal(err)
	}
	r, err := d.Workshop(t.Context(), d.tom, WorkshopRequest{Workshop: "SHOP-WS1"})
	text, _ := json.Marshal(r)
	if err != nil || strings.Contains(string(text), "Secretname") || !strings.Contains(string(text), "erased person") || !strings.Contains(string(text), "An open door") {
		t.Errorf("%v: %s", err, text)
	}
	if _, err := d.Guest(t.Context(), NewGuest(), GuestRequest{sam.Secret}); parley.KindOfError(err) != parley.Forbidden {
		t.Errorf("an erased guest: %v", err)
	}
}

// TestA5GuestsSeeNoAddresses: a guest sees who takes part by what stands before the
// @, and of two who are called alike, which is which.
func TestA5GuestsSeeNoAddresses(t *testing.T) {
	at := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	r := forGuest(&WorkshopResult{
		WorkshopInfo: WorkshopInfo{By: "ann@example.org"}, Product: "shop", People: []string{"ann@example.org", "Ann@elsewhere.example", "Sam (guest 1 of SHOP-WS1)", "root"},
		Topics: []WorkshopTopic{{
			Threat: "leak", By: "zoe@example.org",
			Rounds: []WorkshopRound{{Asked: at, Answered: []string{"ann@elsewhere.example"}, Waiting: []string{"ann@example.org"}, Said: []WorkshopSaid{{By: "ANN@example.org"}}}},
			Scales: []WorkshopScale{{Bars: []WorkshopBar{{By: "ann@elsewhere.example"}, {By: ""}}}},
			Notes:  []Note{{By: "ann@example.org", Mentions: []string{"zoe@example.org"}}},
		}},
	})
	text, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(text), "@") {
		t.Errorf("a guest sees an address: %s", text)
	}
	topic := r.Topics[0]
	if !slices.Equal(r.People, []string{"ann", "Ann (2)", "Sam (guest 1 of SHOP-WS1)", "root"}) || topic.Rounds[0].Answered[0] != "Ann (2)" || topic.Rounds[0].Said[0].By != "ann" || topic.Scales[0].Bars[0].By != "Ann (2)" || topic.By != "zoe" {
		t.Errorf("who is who: %s", text)
	}
}
