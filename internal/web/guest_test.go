package web

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/negotiate"
	"github.com/parleysec/parley/internal/sse"
)

const aRoom = "/workshop/SHOP-WS1"

// roomWithGuests is a company with an open workshop whose first threat is being
// estimated, who leads it, and the secret of its link.
func roomWithGuests(t *testing.T) (c *company, ann *guest, secret string) {
	t.Helper()
	c = newCompany(t, shopFile())
	ann = c.join("ann@example.org", "contributor@shop")
	ann.leads("/workshop", url.Values{"product": {"shop"}, "title": {"Autumn"}, "minutes": {"2"}, "lines": {"A key lies in public"}, "threat": {"leak"}}, aRoom)
	page := ann.post(aRoom+"/link", url.Values{}, http.StatusOK)
	link := regexp.MustCompile(`http://[^/]+/join#([\w-]{43})`).FindStringSubmatch(page)
	if link == nil || !strings.Contains(page, `<svg class="qr" role="img"`) {
		t.Fatalf("no link, or no picture of it:\n%s", page)
	}
	return c, ann, link[1]
}

// comes joins the workshop by its link.
func (c *company) comes(name, secret string) *guest {
	c.t.Helper()
	g := c.guest()
	holds(c.t, g.get(joinPath, http.StatusOK), "Take part in a workshop")
	g.leads(joinPath, url.Values{"secret": {secret}, "name": {name}}, guestRoomPath)
	return g
}

// TestGuestsWithoutScripts: by forms alone somebody without an account comes in, types,
// estimates, and sees what is revealed; the record shows that they are a guest.
func TestGuestsWithoutScripts(t *testing.T) {
	c, ann, secret := roomWithGuests(t)
	sam := c.comes("Sam", secret)
	page := sam.get(guestRoomPath, http.StatusOK)
	holds(t, page, "You are here as Sam (guest 1 of SHOP-WS1)", "A key lies in public", "Add threats")
	for _, not := range []string{"You lead", "Make a", "/workshop/", "/t/", "Web shop", "For the negotiation", `href="/plan"`} {
		if strings.Contains(page, not) {
			t.Errorf("a guest is shown %q", not)
		}
	}
	sam.leads(guestRoomPath+"/threats", url.Values{"lines": {"<b>Nobody</b> locks the door"}}, guestRoomPath)
	holds(t, ann.get(aRoom, http.StatusOK), "&lt;b&gt;Nobody", "Sam (guest 1 of SHOP-WS1)", "One of 20 came by the link")
	ann.leads(aRoom+"/step", url.Values{"step": {"ask"}}, aRoom)
	holds(t, ann.get(aRoom, http.StatusOK), "Nobody answered yet.", "Waiting for Sam (guest 1 of SHOP-WS1).")
	ann.leads(aRoom+"/estimate", url.Values{"topic": {"1"}, "likelihood": {"37.125% within 2 years"}, "impact": {"20k..40k"}, "cost": {"3d"}}, aRoom)
	for _, path := range []string{"", "/now"} {
		if body := sam.get(guestRoomPath+path, http.StatusOK); strings.Contains(body, "37.125") || !strings.Contains(body, "One of 2 answered: ann.") {
			t.Errorf("%s shows what is sealed, or not who answered:\n%s", path, body)
		}
	}
	holds(t, sam.post(guestRoomPath+"/estimate", url.Values{"topic": {"1"}, "likelihood": {"maybe"}, "impact": {"20k"}, "cost": {""}}, http.StatusUnprocessableEntity), `value="maybe"`, `value="20k"`)
	sam.leads(guestRoomPath+"/estimate", url.Values{"topic": {"1"}, "likelihood": {"1%..2% within 2 years"}, "impact": {"20k"}, "cost": {""}}, guestRoomPath)
	holds(t, sam.get(guestRoomPath, http.StatusOK), "Your answer is kept", "Nobody is missing.")
	ann.leads(aRoom+"/step", url.Values{"step": {"reveal"}}, aRoom)
	holds(t, sam.get(guestRoomPath, http.StatusOK), "37.125%", "1%..2% within 2 years", "How likely within two years, in 100 times", "Together", "<table class=\"figures\">")
	ann.leads(aRoom+"/step", url.Values{"step": {"again"}}, aRoom)
	sam.leads(guestRoomPath+"/estimate", url.Values{"topic": {"1"}, "likelihood": {"3%..9% within 2 years"}, "impact": {""}, "cost": {""}}, guestRoomPath)
	ann.leads(aRoom+"/step", url.Values{"step": {"reveal"}}, aRoom)
	holds(t, ann.get(aRoom, http.StatusOK), "Sam (guest 1 of SHOP-WS1), round 1", "Sam (guest 1 of SHOP-WS1), round 2")
	holds(t, ann.get("/record", http.StatusOK), "Sam (guest 1 of SHOP-WS1)", "a guest came by its link")
	ann.leads(aRoom+"/step", url.Values{"step": {"close"}}, aRoom)
	holds(t, sam.get(guestRoomPath, http.StatusForbidden), "Your part in this workshop is over")
}

// TestN4TheLinkOfAWorkshop: a wrong link, one that was taken back, a name that is none.
func TestN4TheLinkOfAWorkshop(t *testing.T) {
	c, ann, secret := roomWithGuests(t)
	g := c.guest()
	holds(t, g.post(joinPath, url.Values{"secret": {"wrong"}, "name": {"Sam"}}, http.StatusUnprocessableEntity), "leads to no workshop", `value="Sam"`)
	holds(t, g.post(joinPath, url.Values{"secret": {secret}, "name": {"ann@example.org"}}, http.StatusUnprocessableEntity), "no @", `value="`+secret+`"`)
	g.post(joinPath, url.Values{"secret": {secret}, "name": {"Sam"}, "role": {"manager"}}, http.StatusUnprocessableEntity)
	c.guest().leads(joinPath, url.Values{"secret": {" https://parley.example/join#" + secret}, "name": {"Max"}}, guestRoomPath) // the whole link, by hand
	sam := c.comes("Sam", secret)
	ann.leads(aRoom+"/unlink", url.Values{}, aRoom)
	holds(t, sam.get(guestRoomPath, http.StatusForbidden), "Your part in this workshop is over")
	sam.post(guestRoomPath+"/threats", url.Values{"lines": {"late"}}, http.StatusForbidden)
	holds(t, c.guest().post(joinPath, url.Values{"secret": {secret}, "name": {"Sam"}}, http.StatusUnprocessableEntity), "leads to no workshop")
	mia := c.join("mia@example.org", "decider@shop")
	mia.post(aRoom+"/link", url.Values{}, http.StatusForbidden)
	mia.post(aRoom+"/unlink", url.Values{}, http.StatusForbidden)
	if strings.Contains(c.logged.String(), secret) {
		t.Error("the secret of a link is in the log")
	}
}

// TestA1EveryRouteAsAGuest tries every address there is with a guest's cookie alone:
// but for those of guests, and those open to everybody, it is as if nobody asked. And
// who has an account is no guest by that.
func TestA1EveryRouteAsAGuest(t *testing.T) {
	c, ann, secret := roomWithGuests(t)
	sam := c.comes("Sam", secret)
	fill := strings.NewReplacer("{$}", "", "{id}", "SHOP-WS1", "{name}", "x")
	ask := func(g *guest, r route) (int, string) {
		req, err := http.NewRequestWithContext(t.Context(), r.method, c.ts.URL+fill.Replace(r.pattern), strings.NewReader(""))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		res, err := g.client.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		body, err := io.ReadAll(res.Body)
		if err != nil {
			t.Fatal(err)
		}
		return res.StatusCode, string(body)
	}
	for _, r := range slices.Concat(negotiation, visiting, beginning, signingIn, byProvider) {
		if r.open {
			continue
		}
		status, body := ask(sam, r)
		if !r.guest && (status != http.StatusSeeOther && status != http.StatusUnauthorized || strings.Contains(body, "Autumn")) {
			t.Errorf("%s as a guest: %d", r.address(), status)
		}
		if r.guest && (status == http.StatusForbidden || status == http.StatusUnauthorized || status == http.StatusSeeOther) {
			t.Errorf("%s as a guest: %d", r.address(), status)
		}
		if r.guest {
			if status, _ := ask(ann, r); status != http.StatusForbidden {
				t.Errorf("%s with an account alone: %d", r.address(), status)
			}
		}
	}
}

// TestS5GuestsArePaced: who does too much at once is told to wait.
func TestS5GuestsArePaced(t *testing.T) {
	c, _, secret := roomWithGuests(t)
	sam := c.comes("Sam", secret)
	for range guestBurst + 1 {
		res, err := sam.client.PostForm(c.ts.URL+guestRoomPath+"/threats", url.Values{"lines": {""}})
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		if res.StatusCode == http.StatusTooManyRequests {
			return
		}
	}
	t.Error("a guest may do as much as they like")
}

// TestS5JoiningIsPacedByNetwork: who has many addresses of one network tries no more
// often than who has one.
func TestS5JoiningIsPacedByNetwork(t *testing.T) {
	const site = "https://parley.example.org"
	s, err := newServer(&sampleDesk{say: plainly}, Options{Actor: priya, URL: site})
	if err != nil {
		t.Fatal(err)
	}
	try := func(from string) int {
		r := httptest.NewRequest(http.MethodPost, site+joinPath, strings.NewReader(url.Values{"secret": {"wrong"}, "name": {"Sam"}}.Encode()))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Origin", site)
		r.RemoteAddr = from
		w := httptest.NewRecorder()
		s.handler().ServeHTTP(w, r)
		return w.Code
	}
	status := 0
	for i := 0; i < 4*joinBurst && status != http.StatusTooManyRequests; i++ {
		status = try(fmt.Sprintf("[2001:db8::%x]:4711", i))
	}
	if status != http.StatusTooManyRequests {
		t.Errorf("one network may try as often as it likes: %d", status)
	}
	if status := try("[2001:db8:0:1::1]:4711"); status == http.StatusTooManyRequests {
		t.Error("another network is kept out")
	}
}

// TestRoomsAreTold: an open page is told of who joins, types, answers, and of the
// reveal, and never of a value; to who may not look any more nothing is told.
func TestRoomsAreTold(t *testing.T) {
	c, ann, secret := roomWithGuests(t)
	sam := c.comes("Sam", secret)
	told := sam.follows(guestRoomPath + "/events")
	if told.StatusCode != http.StatusOK || told.Header.Get("Content-Type") != sse.ContentType || told.Header.Get("Content-Security-Policy") != contentSecurityPolicy {
		t.Fatalf("%d %v", told.StatusCode, told.Header)
	}
	next := told.next
	first := next()
	ann.leads(aRoom+"/threats", url.Values{"lines": {"Another"}}, aRoom)
	typed := next()
	ann.leads(aRoom+"/step", url.Values{"step": {"ask"}}, aRoom)
	asked := next()
	ann.leads(aRoom+"/estimate", url.Values{"topic": {"1"}, "likelihood": {"37.125% within 2 years"}, "impact": {"20k..40k"}, "cost": {"3d"}}, aRoom)
	answered := next()
	if first == typed || typed == asked || !strings.Contains(asked, "Nobody answered yet") || !strings.Contains(answered, "One of 2 answered: ann") {
		t.Errorf("%s\n%s\n%s\n%s", first, typed, asked, answered)
	}
	ann.leads(aRoom+"/step", url.Values{"step": {"reveal"}}, aRoom)
	next()
	ann.leads(aRoom+"/unlink", url.Values{}, aRoom)
	if more := next(); more != "" {
		t.Errorf("who is out is told %s", more)
	}
	if strings.Contains(told.all.String(), "37.125") || strings.Contains(told.all.String(), "20k") {
		t.Errorf("a value goes over the stream:\n%s", told.all.String())
	}
}

// TestTooManyRoomsAtOnce: one person keeps so many pages up to date and no more; the
// others ask from time to time.
func TestTooManyRoomsAtOnce(t *testing.T) {
	s, err := newServer(&sampleDesk{say: plainly}, Options{Actor: priya})
	if err != nil {
		t.Fatal(err)
	}
	for range watching {
		if _, ok := s.streams.Take(priya.ID, watching, watchers); !ok {
			t.Fatal("too few")
		}
	}
	if _, ok := s.streams.Take(priya.ID, watching, watchers); ok {
		t.Error("too many")
	}
	if _, ok := s.streams.Take(negotiate.NewGuest().ID, watching, watchers); !ok {
		t.Error("another person is kept out")
	}
}

// TestS1RoomsAreToldToSessions: whose session has ended is told nothing more of a room,
// though they may still look at it once they sign in again.
func TestS1RoomsAreToldToSessions(t *testing.T) {
	c, ann, _ := roomWithGuests(t)
	tom := c.join("tom@example.org", "contributor@shop")
	next := tom.follows(aRoom + "/events").next
	if next() == "" {
		t.Fatal("nothing is told")
	}
	tom.leads("/sign-out", url.Values{}, signInPath)
	ann.leads(aRoom+"/threats", url.Values{"lines": {"Another"}}, aRoom)
	if more := next(); more != "" {
		t.Errorf("who signed out is told %s", more)
	}
}

// TestN5RoomsTakeAPlaceFirst: who keeps as many pages up to date as one may is told so
// before anything is looked up for one more, and one that is refused leaves no place
// taken.
func TestN5RoomsTakeAPlaceFirst(t *testing.T) {
	s, err := newServer(&sampleDesk{say: plainly, err: parley.Errorf(parley.NotFound, "", "there is no such room")}, Options{Actor: priya, URL: "https://parley.example.org"})
	if err != nil {
		t.Fatal(err)
	}
	absent := func(want int) {
		t.Helper()
		r := httptest.NewRequest(http.MethodGet, "https://parley.example.org"+workshopPath+"/SHOP-WS9/events", nil)
		r.Header.Set("Accept", sse.ContentType)
		w := httptest.NewRecorder()
		s.handler().ServeHTTP(w, r)
		if w.Code != want {
			t.Errorf("a room that is not there: %d, want %d", w.Code, want)
		}
	}
	absent(http.StatusNotFound)
	if !s.streams.Empty() {
		t.Fatal("what was refused holds a place")
	}
	for range watching {
		if _, ok := s.streams.Take(priya.ID, watching, watchers); !ok {
			t.Fatal("too few")
		}
	}
	absent(http.StatusServiceUnavailable)
}
