package web

import (
	"context"
	"net/url"
	"os"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// TestGuestsInTheBrowser goes through a workshop as who leads it and as a guest on a
// phone, by the keyboard: every state of the room is looked at, the room follows by
// itself, and what somebody types is kept. With PARLEY_SCREENSHOTS every state is
// drawn at both widths and in both schemes.
func TestGuestsInTheBrowser(t *testing.T) {
	c := newCompany(t, shopFile())
	lead := c.join("ann@example.org", "contributor@shop")
	ann, sam := browser(t), browser(t)
	signedInAs(t, ann, c, "ann@example.org")
	heard, hers := listen(t, sam), listen(t, ann)
	lead.leads("/workshop", url.Values{"product": {"shop"}, "title": {"Autumn"}, "minutes": {"2"}, "lines": {"A key lies in public"}}, aRoom)
	do(t, ann, scheme("light"), chromedp.EmulateViewport(1440, 900), chromedp.Navigate(c.ts.URL+aRoom))
	do(t, sam, scheme("dark"), chromedp.EmulateViewport(360, 800))
	state := func(name string) {
		t.Helper()
		everyLook(t, ann, hers, "room-"+name+"-lead", "light", 1440)
		everyLook(t, sam, heard, "room-"+name+"-guest", "dark", 360)
	}
	do(t, ann, chromedp.Focus(chromedp.CSS(`form[action$="/link"] button`)), chromedp.KeyEvent("\r"))
	until(t, ann, `document.readyState === "complete" && document.querySelector("svg.qr") !== null`)
	link := eval[string](t, ann, `document.querySelector(".shown .secret").textContent`)
	do(t, sam, chromedp.Navigate(link))
	until(t, sam, `document.querySelector("#join-secret").value !== "" && location.hash === ""`)
	state("begin")
	do(t, sam, chromedp.Focus(chromedp.CSS("#join-name")), chromedp.KeyEvent("Sam\r"))
	at(t, sam, guestRoomPath)
	until(t, ann, `document.querySelector('[data-part="people"]').textContent.includes("Sam (guest 1")`)

	// Both type threats at once; nobody loses what they type, and the list grows.
	do(t, ann, chromedp.Focus(chromedp.CSS("#lines")), chromedp.KeyEvent("The backup"))
	do(t, sam, chromedp.Focus(chromedp.CSS("#lines")), chromedp.KeyEvent("Nobody locks the door\t\r"))
	until(t, ann, `document.querySelector('[data-part="topics"]').textContent.includes("Nobody locks the door")`)
	if typed := eval[string](t, ann, `document.querySelector("#lines").value`); typed != "The backup" || !eval[bool](t, ann, `document.querySelector("#room-moved").hidden`) {
		t.Errorf("what was typed is %q, or somebody is told to look anew", typed)
	}
	state("typing")
	do(t, ann, chromedp.Focus(chromedp.CSS(`[name="step"][value="ask"]`)), chromedp.KeyEvent("\r"))
	until(t, sam, `document.querySelector("#likelihood") !== null`)
	do(t, ann, chromedp.Focus(chromedp.CSS("#likelihood")), chromedp.KeyEvent("5% to 20% within 2 years\t20k to 200k\t3d to 8d\r"))
	until(t, sam, `document.querySelector("#room-answered").textContent.startsWith("One of 2 answered: ann.")`)
	state("waiting")
	do(t, sam, chromedp.Focus(chromedp.CSS("#likelihood")), chromedp.KeyEvent("30% to 60% within 2 years\t50k to 900k\t10d to 30d\r"))
	until(t, ann, `document.querySelector("#room-answered").textContent.includes("Nobody is missing.")`)
	state("answered")
	do(t, ann, chromedp.Focus(chromedp.CSS(`[name="step"][value="reveal"]`)), chromedp.KeyEvent("\r"))
	until(t, sam, `document.querySelector("#last figure") !== null || document.querySelector("[aria-labelledby=last] figure") !== null`)
	until(t, sam, `document.querySelector("[aria-labelledby=last] figure").tabIndex === 0`) // what is put in its place can be read out, too
	state("revealed")
	do(t, ann, chromedp.Focus(chromedp.CSS(`[name="step"][value="again"]`)), chromedp.KeyEvent("\r"))
	until(t, sam, `document.querySelector("#likelihood") !== null`)
	do(t, sam, chromedp.Focus(chromedp.CSS("#likelihood")), chromedp.KeyEvent("x"))
	do(t, ann, chromedp.Focus(chromedp.CSS("#likelihood")), chromedp.KeyEvent("\r"))
	until(t, ann, `document.querySelector(".standing.good") !== null`)
	do(t, ann, chromedp.Focus(chromedp.CSS(`[name="step"][value="reveal"]`)), chromedp.KeyEvent("\r"))
	until(t, sam, `!document.querySelector("#room-moved").hidden`)
	if typed := eval[string](t, sam, `document.querySelector("#likelihood").value`); !strings.Contains(typed, "x") {
		t.Errorf("what was typed is gone: %q", typed)
	}
	do(t, sam, chromedp.Focus(chromedp.CSS("#room-moved a")), chromedp.KeyEvent("\r"))
	until(t, sam, `document.querySelector("[aria-labelledby=last]") !== null && document.querySelector("#likelihood") === null`)
	until(t, ann, `document.querySelector("[aria-labelledby=last]") !== null`)
	if text := eval[string](t, sam, `document.querySelector("[aria-labelledby=last]").textContent`); !strings.Contains(text, "Sam (guest 1 of SHOP-WS1) said nothing in this round and stays with the one before.") {
		t.Errorf("nothing says who was silent: %s", text)
	}
	state("second")
	do(t, ann, chromedp.Focus(chromedp.CSS(`[name="step"][value="close"]`)), chromedp.KeyEvent("\r"))
	until(t, sam, `document.querySelector("#room") === null && document.querySelector("h1").textContent.includes("is over")`)
	until(t, ann, `document.readyState === "complete" && document.querySelector("#lead") === null && document.querySelector("#agenda") !== null`)
	state("closed")
}

// everyLook looks at a page as it stands; with PARLEY_SCREENSHOTS it is drawn at both
// widths and in both schemes, too.
func everyLook(t *testing.T, ctx context.Context, complained *complaints, name, colours string, width int64) {
	t.Helper()
	if os.Getenv("PARLEY_SCREENSHOTS") != "" {
		for _, other := range []string{"light", "dark"} {
			for _, wide := range []int64{360, 1440} {
				do(t, ctx, scheme(other), chromedp.EmulateViewport(wide, 900))
				screenshot(t, ctx, name+"-"+other+"-"+map[int64]string{360: "360", 1440: "1440"}[wide])
			}
		}
		do(t, ctx, scheme(colours), chromedp.EmulateViewport(width, 900))
	}
	look(t, ctx, complained, name+"-"+colours+"-"+map[int64]string{360: "360", 1440: "1440"}[width])
}
