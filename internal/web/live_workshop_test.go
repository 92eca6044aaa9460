package web

import (
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// TestAWorkshopWithoutScripts goes through a room by its forms alone, and looks for
// what is sealed on every page as somebody else.
func TestAWorkshopWithoutScripts(t *testing.T) {
	c := newCompany(t, shopFile())
	ann, mia, rita := c.join("ann@example.org", "contributor@shop"), c.join("mia@example.org", "manager"), c.join("rita@example.org", "reader@shop")
	room := "/workshop/SHOP-WS1"
	ann.leads("/workshop", url.Values{"product": {"shop"}, "title": {"Autumn"}, "minutes": {"2"}, "lines": {"A key lies in public\n<b>bold</b> moves"}}, room)
	holds(t, ann.post("/workshop", url.Values{"product": {"shop"}, "title": {"Kept"}, "minutes": {"soon"}, "lines": {""}}, http.StatusUnprocessableEntity), "half a minute", `value="Kept"`)
	holds(t, ann.get(room, http.StatusOK), "A key lies in public", "&lt;b&gt;bold", "Next threat")
	wants(t, mia.get(room, http.StatusOK), "Nothing is being estimated yet.", "you have 2:00 minutes for each")
	ann.leads(room+"/step", url.Values{"step": {"ask"}}, room)
	if body := ann.get(room, http.StatusOK); strings.Contains(body, `id="room-note"`) || strings.Contains(body, "Nothing is being estimated") {
		t.Error("what was said is asked for before anybody answered, or the room is said to wait")
	}
	wants(t, ann.get(room, http.StatusOK), "2:00 left", "Nobody answered yet.")
	holds(t, ann.post(room+"/estimate", url.Values{"topic": {"1"}, "likelihood": {"maybe"}, "impact": {"20k"}, "cost": {""}}, http.StatusUnprocessableEntity), `value="maybe"`, `value="20k"`)
	ann.leads(room+"/estimate", url.Values{"topic": {"1"}, "likelihood": {"37.125% within 2 years"}, "impact": {"20k..40k"}, "cost": {"3d"}}, room)
	holds(t, ann.get(room, http.StatusOK), "37.125%", "Your answer is kept")
	for _, r := range negotiation {
		if r.method != "GET" {
			continue
		}
		for _, id := range []string{"SHOP-WS1", "leak", "x"} {
			path := strings.NewReplacer("{$}", "", "{id}", id, "{name}", "x").Replace(r.pattern)
			res, err := mia.client.Get(c.ts.URL + path)
			if err != nil {
				t.Fatal(err)
			}
			body, err := io.ReadAll(res.Body)
			res.Body.Close()
			if err != nil || strings.Contains(string(body), "37.125") {
				t.Errorf("%s shows what is sealed to somebody else", path)
			}
		}
	}
	wants(t, mia.get(room, http.StatusOK), "One of 1 answered: ann@example.org.", "Send, sealed")
	if body := rita.get(room, http.StatusOK); strings.Contains(body, "<button class=\"button primary\">") || !strings.Contains(body, "One of 1 answered") {
		t.Error("a reader is asked to do something, or sees nothing")
	}
	mia.post(room+"/step", url.Values{"step": {"reveal"}}, http.StatusForbidden)
	rita.post(room+"/estimate", url.Values{"topic": {"1"}, "likelihood": {"likely"}}, http.StatusForbidden)
	mia.leads(room+"/estimate", url.Values{"topic": {"1"}, "likelihood": {"1%..2% within 2 years"}, "impact": {"20k..40k"}, "cost": {""}}, room)
	ann.leads(room+"/step", url.Values{"step": {"reveal"}}, room)
	wants(t, mia.get(room, http.StatusOK), "37.125%", "1%..2% within 2 years", "Talk about A key lies in public", "mia@example.org says about 1.4 in 100, ann@example.org about 37 in 100: 26 times as much.", "All say about the same.", "Only ann@example.org said it")
	wants(t, mia.get(room, http.StatusOK), "goes on to the last threat. Whoever leads can have this one estimated once more.")
	holds(t, ann.get(room, http.StatusOK), `id="room-note"`)
	ann.leads(room+"/step", url.Values{"step": {"note"}, "topic": {"1"}, "text": {"The old repository"}}, room)
	ann.leads(room+"/step", url.Values{"step": {"close"}}, room)
	wants(t, mia.get(room, http.StatusOK), "For the negotiation", "How likely: mia@example.org says 1%..2% within 2 years, ann@example.org says 37.125%", "Ask ", "The old repository", "This workshop is closed.")
	wants(t, mia.get("/t/a-key-lies-in-public", http.StatusOK), "ann@example.org", "37.125%")
	wants(t, mia.get("/workshop", http.StatusOK), "Autumn", "closed")
}

func holds(t *testing.T, body string, all ...string) {
	t.Helper()
	for _, want := range all {
		if !strings.Contains(body, want) {
			t.Errorf("no %q in\n%s", want, body)
		}
	}
}

// TestAWorkshopInTwoBrowsers by the keyboard: the room follows by itself, and keeps
// what somebody types.
func TestAWorkshopInTwoBrowsers(t *testing.T) {
	c := newCompany(t, shopFile())
	c.join("ann@example.org", "contributor@shop")
	c.join("mia@example.org", "decider@shop")
	ann, mia := browser(t), browser(t)
	signedInAs(t, ann, c, "ann@example.org")
	signedInAs(t, mia, c, "mia@example.org")
	heard := []*complaints{listen(t, ann), listen(t, mia)}
	do(t, ann, chromedp.Navigate(c.ts.URL+"/workshop"), chromedp.Focus(chromedp.CSS("#room-title")), chromedp.KeyEvent("Autumn"))
	fill(t, ann, "#room-lines", "A key lies in public")
	do(t, ann, chromedp.Focus(chromedp.CSS("#room-title")), chromedp.KeyEvent("\r"))
	at(t, ann, "/workshop/SHOP-WS1")
	do(t, mia, scheme("dark"), chromedp.EmulateViewport(360, 800), chromedp.Navigate(c.ts.URL+"/workshop/SHOP-WS1"))
	do(t, ann, chromedp.Focus(chromedp.CSS(`[name="step"][value="ask"]`)), chromedp.KeyEvent("\r"))
	until(t, mia, `document.querySelector("#likelihood") !== null`)
	until(t, ann, `document.querySelector("#likelihood") !== null`)
	look(t, mia, heard[1], "room-dark-360")
	do(t, mia, chromedp.Focus(chromedp.CSS("#likelihood")), chromedp.KeyEvent("likely"), chromedp.KeyEvent("\t"), chromedp.KeyEvent("20k to 200k\r"))
	until(t, mia, `document.querySelector(".standing.good") !== null`)
	until(t, ann, `document.querySelector("#room-answered").textContent.includes("mia@example.org")`)
	do(t, mia, chromedp.Focus(chromedp.CSS("#cost")), chromedp.KeyEvent("8"))
	do(t, ann, chromedp.Focus(chromedp.CSS(`[name="step"][value="reveal"]`)), chromedp.KeyEvent("\r"))
	until(t, mia, `!document.querySelector("#room-moved").hidden`)
	if typed := eval[string](t, mia, `document.querySelector("#cost").value`); typed != "8" {
		t.Errorf("what was typed is gone: %q", typed)
	}
	do(t, mia, chromedp.Focus(chromedp.CSS("#room-moved a")), chromedp.KeyEvent("\r"))
	until(t, mia, `document.querySelector("#last") !== null`)
	do(t, ann, chromedp.EmulateViewport(1440, 900), scheme("light"))
	until(t, ann, `document.querySelector("#last") !== null`)
	do(t, ann, chromedp.Focus(chromedp.CSS(`[name="step"][value="close"]`)), chromedp.KeyEvent("\r"))
	until(t, ann, `document.readyState === "complete" && document.querySelector("#lead") === null && document.querySelector("#agenda") !== null`)
	look(t, ann, heard[0], "agenda-light-1440")
	until(t, mia, `document.querySelector("#lines") === null`)
	look(t, mia, heard[1], "agenda-dark-360")
}

// TestARefusedEstimateIsNotSentAgain: when the room moves on, the page of a refused
// form becomes the room's, and what was typed there stays.
func TestARefusedEstimateIsNotSentAgain(t *testing.T) {
	c := newCompany(t, shopFile())
	ann := c.join("ann@example.org", "contributor@shop")
	c.join("mia@example.org", "decider@shop")
	mia, room := browser(t), "/workshop/SHOP-WS1"
	signedInAs(t, mia, c, "mia@example.org")
	ann.leads("/workshop", url.Values{"product": {"shop"}, "title": {"Autumn"}, "minutes": {"2"}, "lines": {"A key lies in public"}}, room)
	ann.leads(room+"/step", url.Values{"step": {"ask"}}, room)
	do(t, mia, chromedp.Navigate(c.ts.URL+room), chromedp.Focus(chromedp.CSS("#likelihood")), chromedp.KeyEvent("\r"))
	until(t, mia, `location.pathname.endsWith("/estimate") && document.readyState === "complete" && document.querySelector("#room .problem") !== null`)
	eval[bool](t, mia, `(document.activeElement.blur(), true)`)
	ann.leads(room+"/step", url.Values{"step": {"reveal"}}, room)
	until(t, mia, `location.pathname === "`+room+`" && document.querySelector("#last") !== null`)
	ann.leads(room+"/step", url.Values{"step": {"again"}}, room)
	until(t, mia, `document.querySelector("#likelihood") !== null`)
	do(t, mia, chromedp.Focus(chromedp.CSS("#likelihood")), chromedp.KeyEvent("maybe\r"))
	until(t, mia, `location.pathname.endsWith("/estimate") && document.readyState === "complete" && document.querySelector("#room .problem") !== null`)
	eval[bool](t, mia, `(document.activeElement.blur(), true)`)
	ann.leads(room+"/step", url.Values{"step": {"reveal"}}, room)
	until(t, mia, `!document.querySelector("#room-moved").hidden`)
	if typed := eval[string](t, mia, `document.querySelector("#likelihood").value`); typed != "maybe" {
		t.Errorf("what was refused is gone: %q", typed)
	}
}

// TestAReadingStaysWhileTheRoomMovesOn: a picture that is being read by the keyboard
// is not taken away when something else of the room changes.
func TestAReadingStaysWhileTheRoomMovesOn(t *testing.T) {
	c := newCompany(t, shopFile())
	ann := c.join("ann@example.org", "contributor@shop")
	c.join("mia@example.org", "decider@shop")
	mia, room := browser(t), "/workshop/SHOP-WS1"
	signedInAs(t, mia, c, "mia@example.org")
	ann.leads("/workshop", url.Values{"product": {"shop"}, "title": {"Autumn"}, "minutes": {"2"}, "lines": {"A key lies in public"}}, room)
	ann.leads(room+"/step", url.Values{"step": {"ask"}}, room)
	ann.leads(room+"/estimate", url.Values{"topic": {"1"}, "likelihood": {"5%"}, "impact": {"20k..40k"}, "cost": {""}}, room)
	ann.leads(room+"/step", url.Values{"step": {"reveal"}}, room)
	do(t, mia, chromedp.Navigate(c.ts.URL+room))
	const figure = `[data-part="last"] figure`
	until(t, mia, `document.querySelector('`+figure+`[tabindex]') !== null`)
	do(t, mia, chromedp.Focus(chromedp.CSS(figure)), chromedp.KeyEvent(kb.End))
	const reads = `(() => { const f = document.activeElement; return f.tagName === "FIGURE" && f.querySelector(".reading").textContent.startsWith("ann@example.org: ") })()`
	until(t, mia, reads)
	for _, line := range []string{"A phone is lost", "A page is defaced"} {
		ann.leads(room+"/threats", url.Values{"lines": {line}}, room)
		until(t, mia, `document.querySelector('[data-part="topics"]').textContent.includes("`+line+`")`)
		if !eval[bool](t, mia, reads) {
			t.Fatalf("what was being read is gone after %q", line)
		}
	}
	ann.leads(room+"/step", url.Values{"step": {"note"}, "topic": {"1"}, "text": {"The old repository"}}, room)
	until(t, mia, `document.querySelector('[data-part="last"]').textContent.includes("The old repository")`)
}

// TestTheSecondRoundStartsFromOnesOwnAnswer, and from nobody else's.
func TestTheSecondRoundStartsFromOnesOwnAnswer(t *testing.T) {
	c := newCompany(t, shopFile())
	ann, mia := c.join("ann@example.org", "contributor@shop"), c.join("mia@example.org", "decider@shop")
	room := "/workshop/SHOP-WS1"
	ann.leads("/workshop", url.Values{"product": {"shop"}, "title": {"Autumn"}, "minutes": {"2"}, "lines": {"A key lies in public"}}, room)
	ann.leads(room+"/step", url.Values{"step": {"ask"}}, room)
	ann.leads(room+"/estimate", url.Values{"topic": {"1"}, "likelihood": {"37.125% within 2 years"}, "impact": {"20k..40k"}, "cost": {""}}, room)
	ann.leads(room+"/step", url.Values{"step": {"reveal"}}, room)
	ann.leads(room+"/step", url.Values{"step": {"again"}}, room)
	holds(t, ann.get(room, http.StatusOK), `value="37.125% within 2 years"`, "Send, sealed")
	if strings.Contains(mia.get(room, http.StatusOK), `value="37.125%`) {
		t.Error("somebody else's answer is in the form")
	}
	ann.leads(room+"/estimate", url.Values{"topic": {"1"}, "likelihood": {"5%"}, "impact": {""}, "cost": {""}}, room)
	holds(t, ann.get(room, http.StatusOK), `name="likelihood" value="5%"`, `name="impact" value=""`)
	mia.leads(room+"/estimate", url.Values{"topic": {"1"}, "likelihood": {"20%"}, "impact": {""}, "cost": {""}}, room)
	ann.leads(room+"/step", url.Values{"step": {"reveal"}}, room)
	wants(t, ann.get(room, http.StatusOK), "ann@example.org says about 5 in 100, mia@example.org about 20 in 100: four times as much.", "No threat is left to estimate.")
	if strings.Contains(ann.get(room, http.StatusOK), "once more") {
		t.Error("a third round is offered")
	}
}

// TestTwoWhoLeadARoom: who presses late does not lead on what the other one led on.
func TestTwoWhoLeadARoom(t *testing.T) {
	c := newCompany(t, shopFile())
	ann, bob := c.join("ann@example.org", "contributor@shop"), c.join("bob@example.org", "contributor@shop")
	ann.leads("/workshop", url.Values{"product": {"shop"}, "title": {"Autumn"}, "minutes": {"2"}, "lines": {"A key lies in public\nA phone is lost"}}, aRoom)
	step := func(name string, asked string) url.Values { return url.Values{"step": {name}, "asked": {asked}} }
	holds(t, ann.get(aRoom, http.StatusOK), `name="asked" value="0"`)
	ann.leads(aRoom+"/step", step("ask", "0"), aRoom)
	holds(t, bob.get(aRoom, http.StatusOK), `name="asked" value="1"`)
	ann.leads(aRoom+"/step", step("reveal", "1"), aRoom)
	ann.leads(aRoom+"/step", step("ask", "1"), aRoom)
	wants(t, bob.post(aRoom+"/step", step("reveal", "1"), http.StatusConflict), "Somebody led the workshop on meanwhile, so nothing was done.", "A phone is lost", "2:00 left")
	bob.post(aRoom+"/step", step("ask", "0"), http.StatusConflict)
	wants(t, ann.get(aRoom, http.StatusOK), "2:00 left", "Nobody answered yet.")
	bob.leads(aRoom+"/step", step("reveal", "2"), aRoom)
}

// TestNothingSentToARoomIsLost: what comes too late, or is refused, is shown again.
func TestNothingSentToARoomIsLost(t *testing.T) {
	c := newCompany(t, shopFile())
	ann, mia := c.join("ann@example.org", "contributor@shop"), c.join("mia@example.org", "manager")
	ann.leads("/workshop", url.Values{"product": {"shop"}, "title": {"Autumn"}, "minutes": {"2"}, "lines": {"A key lies in public"}}, aRoom)
	ann.leads(aRoom+"/step", url.Values{"step": {"ask"}}, aRoom)
	body := mia.post(aRoom+"/estimate", url.Values{"topic": {"1"}, "likelihood": {"likely"}, "impact": {"40k..20k"}, "cost": {""}}, http.StatusUnprocessableEntity)
	wants(t, body, "“40k..20k”: ", "Write 20k..40k.")
	if !strings.Contains(body, ` autofocus>`) {
		t.Error("the page does not begin where it says what is wrong")
	}
	if strings.Contains(text(body), "^") {
		t.Error("a caret of a terminal stands on the page")
	}
	ann.leads(aRoom+"/step", url.Values{"step": {"reveal"}}, aRoom)
	wants(t, mia.post(aRoom+"/estimate", url.Values{"topic": {"1"}, "likelihood": {"1% within 2 years"}, "impact": {"31k"}, "cost": {"4d"}}, http.StatusConflict), "What you sent, which is kept nowhere but here: 1% within 2 years 31k 4d")
	long := strings.Repeat("\U0001f510", 2100)
	holds(t, ann.post(aRoom+"/step", url.Values{"step": {"note"}, "topic": {"1"}, "text": {long}}, http.StatusUnprocessableEntity), "required>"+long+"</textarea>")
	ann.leads(aRoom+"/step", url.Values{"step": {"close"}}, aRoom)
	wants(t, mia.post(aRoom+"/threats", url.Values{"lines": {"The door\n<b>is open</b>"}}, http.StatusConflict), "kept nowhere but here: The door &lt;b&gt;is open&lt;/b&gt;")
	wants(t, ann.post(aRoom+"/step", url.Values{"step": {"note"}, "topic": {"1"}, "text": {"The old repository"}}, http.StatusConflict), "The old repository")
}

// TestARoomInWhichNobodySpoke says so once, and not in what is folded.
func TestARoomInWhichNobodySpoke(t *testing.T) {
	c := newCompany(t, shopFile())
	ann := c.join("ann@example.org", "contributor@shop")
	ann.leads("/workshop", url.Values{"product": {"shop"}, "title": {"Autumn"}, "minutes": {"2"}, "lines": {"A key lies in public\nA phone is lost"}}, aRoom)
	ann.leads(aRoom+"/step", url.Values{"step": {"ask"}}, aRoom)
	ann.leads(aRoom+"/step", url.Values{"step": {"reveal"}}, aRoom)
	if body := ann.get(aRoom, http.StatusOK); !strings.Contains(body, "<p>Nobody answered.</p>") || strings.Contains(body, "What was typed") {
		t.Errorf("a round in which nobody answered is folded away:\n%s", text(body))
	}
	ann.leads(aRoom+"/step", url.Values{"step": {"close"}}, aRoom)
	body := text(ann.get(aRoom, http.StatusOK))
	wants(t, body, "A phone is lost · not estimated", "How likely, how bad and what it takes: nobody said. Ask ann@example.org.")
	if strings.Contains(body, "to come") || strings.Contains(body, "What it takes: nobody said") {
		t.Errorf("a workshop that is over has threats to come, or asks three times:\n%s", body)
	}
}
