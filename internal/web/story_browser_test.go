package web

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"github.com/parleysec/parley/internal/evidence"
	"github.com/parleysec/parley/internal/negotiate"
)

// walled is a threat behind a firewall whose check reports.
const walled = `parley: v1
product: {id: mine, name: Mine, currency: GBP}
policy: {person_day: 500, horizon: 2 years}
controls:
  - {id: wall, title: Firewall, against: [{threat: leak, likelihood: 80%}], checks: [{id: attacks, tool: junit, every: 7 days}]}
threats:
  - {id: leak, title: Orders leak, likelihood: once every 8 years, impact: {says: Orders leak to a rival., profit: 60k..200k}}
mitigations:
  - {id: fix, title: Safe queries, cost: {effort: 4d..8d}, against: [{threat: leak, likelihood: 80%..95%}]}
features:
  - {id: cards, title: Gift cards, cost: {effort: 10d}, value: 40k per year}
`

const (
	attacksPass = `<testsuite name="attacks"><testcase name="a"/><testcase name="b"/></testsuite>`
	attacksFail = `<testsuite name="attacks"><testcase name="a"/><testcase name="b"><failure message="3 of 40 got through"/></testcase></testsuite>`
)

// TestTheWholeStory is told by two people in two browsers: a file is brought, one
// reads and estimates, the other decides and signs; a check fails, what was
// decided comes back with the number that moved, is decided anew, and the work
// is done.
func TestTheWholeStory(t *testing.T) {
	c := newCompany(t, walled)
	report := func(text string) {
		t.Helper()
		req := negotiate.AddEvidenceRequest{Product: "mine", ReadEvidenceRequest: negotiate.ReadEvidenceRequest{Files: []evidence.Input{{Name: "attacks.xml", Data: []byte(text)}}}}
		if _, err := c.service.AddEvidence(t.Context(), priya, req); err != nil {
			t.Fatal(err)
		}
	}
	report(attacksPass)
	c.join("tom@example.org", "contributor@mine")
	c.join("helen@example.org", "decider@mine")
	tom, helen := browser(t), browser(t)
	signedInAs(t, tom, c, "tom@example.org")
	signedInAs(t, helen, c, "helen@example.org")
	heard := []*complaints{listen(t, tom), listen(t, helen)}

	// Tom says what he thinks of the estimate.
	do(t, tom, chromedp.Navigate(c.ts.URL+"/t/leak"))
	eval[bool](t, tom, `(() => { document.querySelector(".talk details:last-of-type").open = true; document.querySelector('[name="kind"][value="estimate"]').click(); return true })()`)
	fill(t, tom, `.talk [name="likelihood"]`, "once every 5 years")
	fill(t, tom, `.talk [name="text"]`, "Two rivals scan us weekly.")
	do(t, tom, chromedp.Click(chromedp.CSS(".talk form button")))
	until(t, tom, `document.readyState === "complete" && document.querySelector(".talk")?.textContent.includes("Two rivals scan us weekly.") === true`)

	// Helen finds it on her first page, reads what Tom said, and lives with it.
	do(t, helen, chromedp.Navigate(c.ts.URL+"/"))
	until(t, helen, `document.querySelector("h1").textContent.includes("One decision waits for you")`)
	do(t, helen, chromedp.Click(chromedp.CSS(".wait .button")))
	at(t, helen, "/t/leak")
	until(t, helen, `document.querySelector(".talk").textContent.includes("tom@example.org")`)
	do(t, helen, chromedp.Click(chromedp.CSS(".three > details:nth-of-type(2) summary")))
	fill(t, helen, `.three > details:nth-of-type(2) [name="because"]`, "The firewall holds, and cards come first.")
	eval[bool](t, helen, `(() => { document.querySelector('[name="until"]').value = "2027-12-31"; return true })()`)
	do(t, helen, chromedp.Click(chromedp.CSS(".three > details:nth-of-type(2) button")))
	at(t, helen, "/t/leak?recorded=MINE-D1")

	// Tom sees it, without the answers that are not his to give alone.
	do(t, tom, chromedp.Navigate(c.ts.URL+"/t/leak"))
	until(t, tom, `document.querySelector(".standing").textContent.includes("helen@example.org")`)

	// The weekly check fails: what was decided comes back, with what moved.
	report(attacksFail)
	do(t, helen, chromedp.Navigate(c.ts.URL+"/"))
	until(t, helen, `document.querySelector(".wait h2")?.textContent === "Re-opened"`)
	why := eval[string](t, helen, `document.querySelector(".wait .row-main").textContent`)
	if !strings.Contains(why, "it was") || !strings.Contains(why, "when it came back") {
		t.Errorf("it does not say which number moved: %s", why)
	}
	do(t, helen, chromedp.Click(chromedp.CSS(".wait .button")))
	at(t, helen, "/t/leak")
	do(t, helen, chromedp.Click(chromedp.CSS(".three > details:nth-of-type(1) summary")))
	fill(t, helen, `.three > details:nth-of-type(1) [name="because"]`, "The firewall does not hold.")
	do(t, helen, chromedp.Click(chromedp.CSS(".three > details:nth-of-type(1) .button.primary")))
	at(t, helen, "/t/leak?recorded=MINE-D2")

	// Tom does the work and says so.
	do(t, tom, chromedp.Navigate(c.ts.URL+"/tasks"))
	until(t, tom, `document.querySelector(".tasks").textContent.includes("Safe queries")`)
	do(t, tom, chromedp.Click(chromedp.CSS(".tasks form button")))
	until(t, tom, `document.readyState === "complete" && document.querySelector(".tasks form button") === null`)
	for i, who := range []string{"tom", "helen"} {
		for _, says := range heard[i].take() {
			t.Errorf("%s: %s", who, says)
		}
	}
}
