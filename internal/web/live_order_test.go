package web

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// rows are the ids of a backlog's rows, in order.
func rows(body string) []string {
	var out []string
	for _, m := range regexp.MustCompile(`<tr id="item-([^"]+)"`).FindAllStringSubmatch(body, -1) {
		out = append(out, m[1])
	}
	return out
}

// TestLiveOrder: a backlog is put in order by its buttons, without any script; who
// moves what somebody else moved meanwhile hears of it.
func TestLiveOrder(t *testing.T) {
	ts, _ := liveSite(t, "rounds.yaml")
	page := get(t, ts, "/tasks", http.StatusOK)
	before := rows(page)
	if len(before) < 3 {
		t.Fatalf("only %v to be put in order", before)
	}
	wants(t, page, "In the order of the plan", "0 of", "ends here", "Up", "Take it along as Markdown")
	down := url.Values{"product": {"rounds"}, "task": {before[0]}, "seen": {""}, "to": {"after:" + before[1]}}
	res, _ := post(t, ts, "/tasks/order", down, http.StatusSeeOther)
	to := res.Header.Get("Location")
	if !strings.HasSuffix(to, "#item-"+before[0]) {
		t.Errorf("it leads to %s, away from what was moved", to)
	}
	page = get(t, ts, to, http.StatusOK)
	now := rows(page)
	if now[0] != before[1] || now[1] != before[0] || len(now) != len(before) {
		t.Errorf("%v became %v", before, now)
	}
	wants(t, page, "moved to 2 of", "Ordered by", "Take the order of the plan again")
	_, body := post(t, ts, "/tasks/order", down, http.StatusConflict)
	wants(t, body, "was moved since you looked")
	post(t, ts, "/tasks/order", url.Values{"product": {"rounds"}, "task": {before[0]}, "to": {"nowhere"}}, http.StatusUnprocessableEntity)
	for _, bad := range []url.Values{
		{"product": {"rounds"}, "to": {"planned"}, "colour": {"red"}},
		{"product": {"rounds"}, "to": {"planned", "last"}},
		{"product": {"rounds", "rounds"}, "to": {"planned"}},
	} {
		post(t, ts, "/tasks/order", bad, http.StatusUnprocessableEntity)
	}
	if now := rows(get(t, ts, "/tasks", http.StatusOK)); now[0] != before[1] {
		t.Errorf("a form that is not the page's put it in order: %v", now)
	}
	if list := get(t, ts, "/tasks.md", http.StatusOK); !strings.Contains(list, "# Backlog of") {
		t.Errorf("no list: %s", list)
	}
	if table := get(t, ts, "/tasks.csv", http.StatusOK); !strings.HasPrefix(table, "id,kind,item,title") {
		t.Errorf("no table: %s", table)
	}
	post(t, ts, "/tasks/order", url.Values{"product": {"rounds"}, "to": {"planned"}}, http.StatusSeeOther)
	if again := rows(get(t, ts, "/tasks", http.StatusOK)); strings.Join(again, " ") != strings.Join(before, " ") {
		t.Errorf("%v is not the order of the plan, %v", again, before)
	}
}

// TestOrderInTheBrowser: buttons and keys move a row, and the focus stays with it.
func TestOrderInTheBrowser(t *testing.T) {
	ctx := browser(t)
	complained := listen(t, ctx)
	ts, _ := liveSite(t, "rounds.yaml")
	before := rows(get(t, ts, "/tasks", http.StatusOK))
	first := `document.querySelector("tr[data-item]").id`
	do(t, ctx, chromedp.Navigate(ts.URL+"/tasks"), chromedp.Click(chromedp.CSS("#item-"+before[0]+` [data-move="down"]`)))
	until(t, ctx, first+` === "item-`+before[1]+`" && document.readyState === "complete" && document.querySelector("[role=status]").textContent.includes("moved to 2 of")`)
	eval[bool](t, ctx, `(() => { document.getElementById("item-`+before[0]+`").focus(); return true })()`)
	eval[bool](t, ctx, `document.activeElement.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowUp", altKey: true, bubbles: true, cancelable: true }))`)
	until(t, ctx, first+` === "item-`+before[0]+`" && document.readyState === "complete"`)
	look(t, ctx, complained, "order")
}
