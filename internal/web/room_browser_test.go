package web

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// wire stands between a company and its browsers, and fails as networks do.
type wire struct {
	mu   sync.Mutex
	next http.Handler
	gone bool          // nothing is answered
	mute bool          // live updates stay open, and nothing comes
	held chan struct{} // a room that a script asks for is answered once this is closed
	asks chan struct{} // one for each such answer that is held
	told chan struct{} // one for each live update that was sent
}

// between puts a network in front of a company.
func between(c *company) *wire {
	n := &wire{next: c.ts.Config.Handler, asks: make(chan struct{}, 64), told: make(chan struct{}, 64)}
	c.ts.Config.Handler = n
	return n
}

func (n *wire) set(f func()) {
	n.mu.Lock()
	defer n.mu.Unlock()
	f()
}

func (n *wire) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	n.mu.Lock()
	gone, held := n.gone, n.held
	n.mu.Unlock()
	switch {
	case gone:
		panic(http.ErrAbortHandler)
	case strings.HasSuffix(r.URL.Path, "/events"):
		n.next.ServeHTTP(&silent{w, n}, r)
	case held != nil && r.URL.Path == aRoom && r.Header.Get("Sec-Fetch-Dest") == "empty":
		rec := httptest.NewRecorder()
		n.next.ServeHTTP(rec, r) // what it is now comes late
		n.asks <- struct{}{}
		<-held
		for name, values := range rec.Header() {
			w.Header()[name] = values
		}
		w.WriteHeader(rec.Code)
		_, _ = w.Write(rec.Body.Bytes())
	default:
		n.next.ServeHTTP(w, r)
	}
}

// silent loses what is written while its network is mute.
type silent struct {
	http.ResponseWriter
	n *wire
}

func (s *silent) Unwrap() http.ResponseWriter { return s.ResponseWriter }

func (s *silent) Write(b []byte) (int, error) {
	s.n.mu.Lock()
	mute := s.n.mute
	s.n.mu.Unlock()
	if mute {
		return len(b), nil
	}
	if strings.HasPrefix(string(b), "data: ") {
		s.n.told <- struct{}{}
	}
	return s.ResponseWriter.Write(b)
}

// aRoomWith is a company with a room that ann leads, and mia in a browser who looks at it.
func aRoomWith(t *testing.T) (*wire, *guest, context.Context) {
	t.Helper()
	c := newCompany(t, shopFile())
	ann := c.join("ann@example.org", "contributor@shop")
	c.join("mia@example.org", "decider@shop")
	ann.leads("/workshop", url.Values{"product": {"shop"}, "title": {"Autumn"}, "minutes": {"2"}, "lines": {"A key lies in public"}}, aRoom)
	n, mia := between(c), browser(t)
	signedInAs(t, mia, c, "mia@example.org")
	do(t, mia, chromedp.Navigate(c.ts.URL+aRoom))
	<-n.told
	return n, ann, mia
}

func topicsHave(title string) string {
	return `document.querySelector('[data-part="topics"]').textContent.includes("` + title + `")`
}

// TestTheRoomThatMovesOnTwiceAtOnce: what changes while the page asks for the change
// before is shown, too.
func TestTheRoomThatMovesOnTwiceAtOnce(t *testing.T) {
	n, ann, mia := aRoomWith(t)
	held := make(chan struct{})
	n.set(func() { n.held = held })
	ann.leads(aRoom+"/threats", url.Values{"lines": {"A phone is lost"}}, aRoom)
	<-n.asks
	ann.leads(aRoom+"/threats", url.Values{"lines": {"A page is defaced"}}, aRoom)
	<-n.told
	<-n.told
	time.Sleep(200 * time.Millisecond) // for the page to hear of it, too
	n.set(func() { n.held = nil })
	close(held)
	until(t, mia, topicsHave("A phone is lost"))
	until(t, mia, topicsHave("A page is defaced"))
}

// TestTheRoomWhoseUpdatesFellSilent: a connection of which nothing comes any more, as
// a phone's that changed its network, is not waited for.
func TestTheRoomWhoseUpdatesFellSilent(t *testing.T) {
	n, ann, mia := aRoomWith(t)
	n.set(func() { n.mute = true })
	ann.leads(aRoom+"/threats", url.Values{"lines": {"A phone is lost"}}, aRoom)
	eval[bool](t, mia, `(() => { const now = Date.now; Date.now = () => now() + 60_000; return true })()`) // a minute later
	until(t, mia, topicsHave("A phone is lost"))
}

// TestWhatIsTypedOutlivesTheNetwork: what is sent while nothing answers stays on the
// page, which says so, and can be sent once something answers again.
func TestWhatIsTypedOutlivesTheNetwork(t *testing.T) {
	n, ann, mia := aRoomWith(t)
	ann.leads(aRoom+"/step", url.Values{"step": {"ask"}}, aRoom)
	until(t, mia, `document.querySelector("#likelihood") !== null`)
	do(t, mia, chromedp.Focus(chromedp.CSS("#likelihood")), chromedp.KeyEvent("likely"))
	n.set(func() { n.gone = true })
	do(t, mia, chromedp.KeyEvent("\r"))
	until(t, mia, `!document.querySelector("#room-lost").hidden`)
	if typed := eval[string](t, mia, `document.querySelector("#likelihood").value`); typed != "likely" {
		t.Fatalf("what was typed is %q", typed)
	}
	n.set(func() { n.gone = false })
	until(t, mia, `document.querySelector("#room-lost").hidden`)
	do(t, mia, chromedp.Focus(chromedp.CSS("#likelihood")), chromedp.KeyEvent("\r"))
	until(t, mia, `document.querySelector(".standing.good") !== null && document.querySelector("#likelihood").value === "likely"`)
}

// TestTheTimeThatIsLeftRunsWithTheClock, not with the page's own seconds, which a
// browser slows down while nobody looks.
func TestTheTimeThatIsLeftRunsWithTheClock(t *testing.T) {
	_, ann, mia := aRoomWith(t)
	ann.leads(aRoom+"/step", url.Values{"step": {"ask"}}, aRoom)
	until(t, mia, `document.querySelector("#room-left") !== null`)
	eval[bool](t, mia, `(() => { const now = Date.now; Date.now = () => now() + 20_000; return true })()`)
	until(t, mia, `document.querySelector("#room-left").textContent.startsWith("1:3") || document.querySelector("#room-left").textContent.startsWith("1:2")`)
}

// TestRefusedLinesStayWhileTheRoomMovesOn, until they are sent.
func TestRefusedLinesStayWhileTheRoomMovesOn(t *testing.T) {
	_, ann, mia := aRoomWith(t)
	do(t, mia, chromedp.Focus(chromedp.CSS("#lines")), chromedp.KeyEvent("A key lies in public\t\r"))
	until(t, mia, `document.querySelector("#room > .problem") !== null && document.readyState === "complete"`)
	ann.leads(aRoom+"/threats", url.Values{"lines": {"A phone is lost"}}, aRoom)
	until(t, mia, topicsHave("A phone is lost"))
	if kept := eval[string](t, mia, `document.querySelector("#lines").value`); kept != "A key lies in public" {
		t.Errorf("what was refused is %q after the room moved on", kept)
	}
}
