package web

import (
	"bufio"
	"context"
	"html"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/parleysec/parley/internal/negotiate"
	"github.com/parleysec/parley/internal/sse"
	"github.com/parleysec/parley/ledger"
)

// says has somebody at the machine say something about a threat.
func (c *company) says(product, threat, what string) {
	c.t.Helper()
	if _, err := c.service.AddNote(c.t.Context(), priya, negotiate.NoteRequest{Product: product, About: threat, Kind: ledger.NoteComment, Text: what}); err != nil {
		c.t.Fatal(err)
	}
}

// followed is what a page is told while it is open.
type followed struct {
	*http.Response
	lines *bufio.Scanner
	all   strings.Builder // every line of it
}

// follows asks for what a page is told.
func (g *guest) follows(path string) *followed {
	g.t.Helper()
	ctx, cancel := context.WithTimeout(g.t.Context(), 30*time.Second)
	r, err := http.NewRequestWithContext(ctx, "GET", g.ts.URL+path, nil)
	if err != nil {
		g.t.Fatal(err)
	}
	r.Header.Set("Accept", sse.ContentType)
	res, err := g.client.Do(r)
	if err != nil {
		g.t.Fatal(err)
	}
	g.t.Cleanup(func() { cancel(); _ = res.Body.Close() })
	return &followed{Response: res, lines: bufio.NewScanner(res.Body)}
}

// next is the next piece that is told, beats aside; "" where it ends.
func (f *followed) next() string {
	for f.lines.Scan() {
		f.all.WriteString(f.lines.Text() + "\n")
		if text, ok := strings.CutPrefix(f.lines.Text(), "data: "); ok && text != "{}" {
			return text
		}
	}
	return ""
}

var newsOn = regexp.MustCompile(`id="news"[^>]* data-url="([^"]*)"`)

// newsAt is where a page is told what is recorded, "" for nowhere.
func newsAt(page string) string {
	if m := newsOn.FindStringSubmatch(page); m != nil {
		return html.UnescapeString(m[1])
	}
	return ""
}

// TestA3APageIsToldWhatIsRecorded: of its own product and nothing else, since the page
// was made, also where the connection came later; and not once the session has ended.
func TestA3APageIsToldWhatIsRecorded(t *testing.T) {
	c := newCompany(t, shopFile(), productFile("depot", "The Depot", "theft"))
	c.follows()
	for _, role := range []ledger.MemberRole{"reader@shop", "reader"} {
		ann := c.join(strings.ReplaceAll(string(role), "@", "-")+"@example.org", role)
		at := newsAt(ann.get("/t/leak?product=shop", http.StatusOK))
		if at == "" {
			t.Fatal("the page is told nothing")
		}
		c.says("shop", "leak", "Who pays for <b>this</b>?")
		told := ann.follows(at)
		if told.StatusCode != http.StatusOK {
			t.Fatalf("%s: %d", at, told.StatusCode)
		}
		first := told.next()
		holds(t, first, "Recorded since you opened this page", "Who pays for")
		c.says("depot", "theft", "The gate is open.")
		c.says("shop", "leak", "I do.")
		second := told.next()
		holds(t, second, "priya@larkspur.example recorded 2 things since you opened this page, the latest", "I do.")
		if strings.Contains(first+second, "gate") {
			t.Errorf("%s is told of another product:\n%s\n%s", role, first, second)
		}
		if again := ann.follows(at).next(); again != second {
			t.Errorf("a new connection is told %s, want %s", again, second)
		}
		ann.leads("/sign-out", url.Values{}, signInPath)
		c.says("shop", "leak", "Until when?")
		if more := told.next(); more != "" {
			t.Errorf("who signed out is told %s", more)
		}
	}
}

// TestOwnActsAreNoNews: what somebody did on another page is not told them, what others
// did is, and what anybody did at the machine.
func TestOwnActsAreNoNews(t *testing.T) {
	c := newCompany(t, shopFile())
	c.follows()
	ann, ben := c.join("ann@example.org", "contributor@shop"), c.join("ben@example.org", "contributor@shop")
	said := func(g *guest, text string) {
		g.leads("/t/leak/say?product=shop", url.Values{"kind": {"comment"}, "text": {text}}, "/t/leak#talk")
	}
	at := newsAt(ann.get("/t/leak?product=shop", http.StatusOK))
	told := ann.follows(at)
	said(ann, "My own word.")
	said(ben, "A word of Ben's.")
	first := told.next()
	holds(t, first, "Recorded since you opened this page", "A word of Ben")
	c.says("shop", "leak", "A word at the machine.")
	second := told.next()
	holds(t, second, "2 things were recorded since you opened this page", "A word at the machine.")
	if strings.Contains(first+second, "My own") {
		t.Errorf("one's own act is told: %s %s", first, second)
	}
}

// TestNoNews: nobody follows what they may not read, nor a page that answers a form.
func TestNoNews(t *testing.T) {
	c := newCompany(t, shopFile(), productFile("depot", "The Depot", "theft"))
	c.follows()
	ann := c.join("ann@example.org", "contributor@shop")
	ann.get("/news?product=shop&since=0", http.StatusUnprocessableEntity) // no page asks so
	for path, status := range map[string]int{"/news?product=depot&since=0": http.StatusForbidden, "/news?product=shop&since=x": http.StatusUnprocessableEntity, "/news?product=shop&since=-1": http.StatusUnprocessableEntity, "/news?product=shop": http.StatusUnprocessableEntity} {
		if got := ann.follows(path).StatusCode; got != status {
			t.Errorf("%s: %d, want %d", path, got, status)
		}
	}
	if at := newsAt(ann.post("/t/leak/say?product=shop", url.Values{"kind": {"comment"}, "text": {""}}, http.StatusUnprocessableEntity)); at != "" {
		t.Errorf("the answer to a form is told what happens: %s", at)
	}
}

// TestNewsInABrowser: the page says what others recorded, keeps what is typed and the
// focus, and shows the page of now when asked to, by the keyboard too.
func TestNewsInABrowser(t *testing.T) {
	c := newCompany(t, shopFile())
	c.follows()
	c.join("mia@example.org", "decider@shop")
	mia := browser(t)
	signedInAs(t, mia, c, "mia@example.org")
	do(t, mia, chromedp.Navigate(c.ts.URL+"/t/leak"))
	until(t, mia, `document.querySelector("#news") !== null`)
	eval[bool](t, mia, `[...document.querySelectorAll("details")].every((d) => d.open = true)`)
	do(t, mia, chromedp.Focus(chromedp.CSS("textarea[name=text]")), chromedp.KeyEvent("Half a sen"))
	c.says("shop", "leak", "It was in <b>the</b> papers.")
	until(t, mia, `document.querySelector("#news").textContent.includes("It was in <b>the</b> papers.")`)
	if kept := eval[bool](t, mia, `document.activeElement.name === "text" && document.activeElement.value === "Half a sen" && document.querySelector("#news").textContent.includes("What you typed here is lost then.")`); !kept {
		t.Error("what was typed, the focus or the warning is gone")
	}
	// What it lies on is no smaller a target for that: it can be scrolled, and the line put away.
	over := func(found string) bool { return strings.Contains(found, "partially obscured") }
	if found := slices.DeleteFunc(axe(t, mia), over); len(found) > 0 {
		t.Errorf("axe: %q", found)
	}
	tap := func(selector string) {
		do(t, mia, chromedp.Focus(chromedp.CSS(selector)), chromedp.KeyEvent(kb.Enter))
	}
	tap("#news button")
	until(t, mia, `document.querySelector("#news").textContent === ""`)
	c.says("shop", "leak", "And on the radio."+strings.Repeat(" And on.", 900))
	until(t, mia, `document.querySelector("#news").textContent.includes("And on the radio.") && document.querySelector("#news").textContent.length < 400`)
	until(t, mia, `document.querySelector("#news").textContent.includes("2 things")`)
	do(t, mia, chromedp.Focus(chromedp.CSS("#news button")))
	c.says("shop", "leak", "And by pigeon.")
	until(t, mia, `document.querySelector("#news").textContent.includes("by pigeon")`)
	if kept := eval[bool](t, mia, `document.activeElement === document.querySelector("#news button")`); !kept {
		t.Error("the button that had the focus is another one")
	}
	tap("#news a")
	until(t, mia, `document.querySelector("main").textContent.includes("And on the radio.") && document.querySelector("#news").textContent === ""`)
}
