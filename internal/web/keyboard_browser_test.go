package web

import (
	"fmt"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// TestNewWaysByKeyboard: the switch of timeframes, the page of the organisation and
// a task further down are reached and used without a mouse.
func TestNewWaysByKeyboard(t *testing.T) {
	ctx := browser(t)
	complained := listen(t, ctx)
	ts, _ := liveSite(t, "rounds.yaml")
	do(t, ctx, chromedp.Navigate(ts.URL+"/t/copy"))
	tabTo(t, ctx, onto(`.switch a[href*="over=year"]`))
	do(t, ctx, chromedp.KeyEvent(kb.Enter))
	until(t, ctx, `document.readyState === "complete" && document.querySelector("#risk").textContent.includes("within the next year")`)
	look(t, ctx, complained, "over by keyboard")

	do(t, ctx, chromedp.Navigate(ts.URL+"/record"))
	tabTo(t, ctx, onto("#person"))
	do(t, ctx, chromedp.KeyEvent("go"), chromedp.KeyEvent(kb.Enter)) // keys are none inside a field
	until(t, ctx, `document.readyState === "complete" && location.pathname === "/record" && location.search.includes("who=go")`)
	look(t, ctx, complained, "record filtered by keyboard")
	do(t, ctx, chromedp.KeyEvent("go"))
	until(t, ctx, `document.readyState === "complete" && location.pathname === "/organisation"`)
	tabTo(t, ctx, onto("#main summary"))
	do(t, ctx, chromedp.KeyEvent(kb.Enter))
	until(t, ctx, `document.activeElement.parentElement.open`)
	look(t, ctx, complained, "organisation by keyboard")

	do(t, ctx, chromedp.Navigate(ts.URL+"/tasks"))
	first := eval[string](t, ctx, `document.querySelector("tr[data-item]").id`)
	tabTo(t, ctx, onto(`.far select[name="task"]`))
	do(t, ctx, chromedp.KeyEvent(kb.ArrowDown)) // the first task
	tabTo(t, ctx, onto(`.far select[name="to"]`))
	do(t, ctx, chromedp.KeyEvent(kb.End)) // the end of the list
	tabTo(t, ctx, onto(".far button"))
	do(t, ctx, chromedp.KeyEvent(kb.Enter))
	until(t, ctx, `document.readyState === "complete" && [...document.querySelectorAll("tr[data-item]")].at(-1).id === "`+first+`"`)
	look(t, ctx, complained, "tasks by keyboard")
}

// onto is the condition that the focus is on what a selector names.
func onto(selector string) string { return fmt.Sprintf("document.activeElement.matches(%q)", selector) }
