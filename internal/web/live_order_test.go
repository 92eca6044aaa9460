package web

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/input"
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
	wants(t, body, "was moved since you looked", "stands at 2 of", "Move it all the same", "Ordered by")
	if again := rows(body); !slices.Equal(again, now) {
		t.Errorf("the conflict shows %v, it is %v", again, now)
	}
	seen := regexp.MustCompile(`name="task" value="` + before[0] + `"><input type="hidden" name="seen" value="([^"]+)">`).FindStringSubmatch(body)
	if seen == nil {
		t.Fatalf("nothing to move it again by: %s", body)
	}
	post(t, ts, "/tasks/order", url.Values{"product": {"rounds"}, "task": {before[0]}, "seen": {seen[1]}, "to": {"after:" + before[2]}}, http.StatusSeeOther)
	if again := rows(get(t, ts, "/tasks", http.StatusOK)); again[2] != before[0] {
		t.Errorf("moved all the same, %s is not third in %v", before[0], again)
	}
	_, body = post(t, ts, "/tasks/order", url.Values{"product": {"rounds"}, "task": {before[1]}, "to": {"before:" + before[1]}}, http.StatusUnprocessableEntity)
	wants(t, body, "Ordered by")
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

// middle is where on the screen an element is.
type middle struct{ X, Y float64 }

// TestDragInTheBrowser: a row is dragged by its grip; Escape and what is no row leave
// it where it was.
func TestDragInTheBrowser(t *testing.T) {
	ctx := browser(t)
	complained := listen(t, ctx)
	ts, _ := liveSite(t, "rounds.yaml")
	before := rows(get(t, ts, "/tasks", http.StatusOK))
	do(t, ctx, chromedp.EmulateViewport(1440, 2000), chromedp.Navigate(ts.URL+"/tasks"), chromedp.WaitVisible(".grip"))
	at := func(selector string, down float64) middle {
		return eval[middle](t, ctx, fmt.Sprintf(`(() => { const b = document.querySelector(%q).getBoundingClientRect(); return { X: b.left + b.width / 2, Y: b.top + b.height * %v } })()`, selector, down))
	}
	grip, over := at("#item-"+before[0]+" .grip", 0.5), at("#item-"+before[2], 0.9)
	mouse := func(kind input.DispatchMouseEventType, to middle) chromedp.Action[chromedp.Void] {
		return chromedp.MouseEvent(kind, to.X, to.Y, func(p *input.DispatchMouseEventParams) {
			p.Button, p.Buttons, p.ClickCount = input.MouseButtonLeft, 1, 1
		})
	}
	press, move, release := mouse(chromedp.MousePressed, grip), mouse(chromedp.MouseMoved, over), mouse(chromedp.MouseReleased, over)
	do(t, ctx, press, move)
	if !eval[bool](t, ctx, `document.querySelector("#item-`+before[2]+`").classList.contains("drop-after")`) {
		t.Error("nothing says where it would come to stand")
	}
	do(t, ctx, chromedp.KeyEvent("\u001b"), release)
	if got := eval[int](t, ctx, `document.querySelectorAll(".held, .drop-after, .drop-before").length`); got != 0 {
		t.Error("given up, it is still held")
	}
	do(t, ctx, press, move, release)
	until(t, ctx, `document.readyState === "complete" && document.querySelector("[role=status]").textContent.includes("moved to 3 of")`)
	if now := rows(get(t, ts, "/tasks", http.StatusOK)); now[2] != before[0] {
		t.Errorf("dragged behind %s, it is %v", before[2], now)
	}
	look(t, ctx, complained, "drag")
}

// TestCopyInTheBrowser: the backlog is copied as the list that is saved.
func TestCopyInTheBrowser(t *testing.T) {
	ctx := browser(t)
	complained := listen(t, ctx)
	ts, _ := liveSite(t, "rounds.yaml")
	list := get(t, ts, "/tasks.md", http.StatusOK)
	do(t, ctx, chromedp.Navigate(ts.URL+"/tasks"), chromedp.Click("[data-copy]"))
	until(t, ctx, `document.querySelector("[data-copied]").textContent === "Copied."`)
	look(t, ctx, complained, "copy")
	eval[bool](t, ctx, `(() => { const e = document.createElement("textarea"); e.id = "pasted"; document.body.append(e); e.focus(); return true })()`)
	do(t, ctx, paste())
	if got := eval[string](t, ctx, `document.getElementById("pasted").value`); got != list {
		t.Errorf("copied %q, want %q", got, list)
	}
}

// paste puts what was copied into where one types.
func paste() chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, s *chromedp.Target) error {
		_, err := cdp.Call(ctx, s, input.DispatchKeyEvent, input.DispatchKeyEventParams{Type: input.DispatchKeyEventTypeKeyDown, Commands: []string{"paste"}})
		return err
	})
}
