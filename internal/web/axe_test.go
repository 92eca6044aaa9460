package web

import (
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// axeSource is axe-core 4.14.1 as it is published (testdata/axe, MPL-2.0), read
// once.
var axeSource = sync.OnceValues(func() (string, error) {
	f, err := os.Open(filepath.Join("testdata", "axe", "axe.min.js.gz"))
	if err != nil {
		return "", err
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		return "", err
	}
	source, err := io.ReadAll(z)
	return string(source), err
})

// axeRun asks axe-core for what breaks WCAG 2.2 at level AA, one line each.
const axeRun = `axe.run(document, {runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"], resultTypes: ["violations"]})
  .then((r) => r.violations.map((v) => v.id + ": " + v.help + " – " + v.nodes.slice(0, 3).map((n) => n.target.join(" ") + " (" + [...n.any, ...n.all, ...n.none].map((c) => c.message).join("; ") + ")").join(" | ")).join("\n"))`

// axe are the violations that axe-core finds on the page that is open. It is
// brought in from outside the page, whose policy stays as it is.
func axe(t *testing.T, ctx context.Context) []string {
	t.Helper()
	source, err := axeSource()
	if err != nil {
		t.Fatal(err)
	}
	found, err := chromedp.Run(ctx, chromedp.Evaluate[string](source+";\n"+axeRun, func(p *runtime.EvaluateParams) { p.AwaitPromise = new(true) }))
	if err != nil {
		t.Fatalf("axe-core: %v", err)
	}
	if found == "" {
		return nil
	}
	return strings.Split(found, "\n")
}

// TestAxeNotices proves that a violation would be noticed: it makes three.
func TestAxeNotices(t *testing.T) {
	ctx := browser(t)
	ts := site(t, &sampleDesk{say: plainly})
	do(t, ctx, chromedp.Navigate(ts.URL+"/"))
	eval[bool](t, ctx, `(() => { const i = document.createElement("input"); document.querySelector("main").append(i); document.querySelector("h1").replaceChildren(); document.documentElement.removeAttribute("lang"); return true })()`)
	said := strings.Join(axe(t, ctx), "\n")
	for _, want := range []string{"label: ", "empty-heading: ", "html-has-lang: "} {
		if !strings.Contains(said, want) {
			t.Errorf("axe-core does not notice %q:\n%s", want, said)
		}
	}
}

// TestAxeWithADialogAndAnError looks at a page with the keys open, and at one
// that shows what was wrong with an answer.
func TestAxeWithADialogAndAnError(t *testing.T) {
	ctx := browser(t)
	d := &sampleDesk{say: plainly}
	ts := site(t, d)
	do(t, ctx, chromedp.EmulateViewport(1024, 900), chromedp.Navigate(ts.URL+"/"), chromedp.KeyEvent("?"))
	until(t, ctx, `document.getElementById("keys").open`)
	for _, v := range axe(t, ctx) {
		t.Errorf("with the dialog: %s", v)
	}
	d.err = conflict()
	do(t, ctx, chromedp.Navigate(ts.URL+"/t/copy"), chromedp.Click(chromedp.CSS(".three details:nth-of-type(1) summary")), chromedp.Click(chromedp.CSS(".three details:nth-of-type(1) button")))
	until(t, ctx, `document.querySelector("#problem") !== null`)
	for _, v := range axe(t, ctx) {
		t.Errorf("with an error: %s", v)
	}
}

// crowd is a file with many threats, each with a word on people and one thing
// against it.
func crowd(n int) string {
	var threats, mitigations strings.Builder
	for i := range n {
		fmt.Fprintf(&threats, "  - {id: t%d, title: Threat number %d, likelihood: 1 in %d within 2 years, impact: {says: It costs., financial: %dk..%dk}}\n", i, i, 2+i%30, 1+i%50, 60+i%50)
		fmt.Fprintf(&mitigations, "  - {id: m%d, title: Against number %d, cost: {effort: %dd}, against: [{threat: t%d, likelihood: 50%%..80%%}]}\n", i, i, 1+i%20, i)
	}
	return "parley: v1\nproduct: {id: crowd, name: Crowd, currency: EUR}\npolicy: {person_day: 500}\nthreats:\n" + threats.String() + "mitigations:\n" + mitigations.String()
}

// TestTwoHundredThreats opens the pages of a ledger with two hundred threats:
// nothing that would keep somebody from using them, and not too heavy to send.
func TestTwoHundredThreats(t *testing.T) {
	ctx := browser(t)
	ts, _ := liveSite(t, crowd(200))
	complained := listen(t, ctx)
	do(t, ctx, scheme("light"), chromedp.EmulateViewport(1440, 900))
	for _, path := range []string{"/", "/t/t7", "/plan", "/learn", "/layers", "/evidence", "/stages", "/tasks", "/record", "/lived", "/organisation", "/why"} {
		do(t, ctx, chromedp.Navigate(ts.URL+path))
		look(t, ctx, complained, "crowd"+strings.ReplaceAll(path, "/", "-")+"-light-1440")
		if n, _ := packedPage(t, ts, path); n > 300_000 {
			t.Errorf("%s weighs %d bytes", path, n)
		}
	}
}
