package web

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode"

	"golang.org/x/net/html"

	"github.com/parleysec/parley/internal/negotiate"
)

// clock stands still, so that pages read the same on every run.
func clock() time.Time { return time.Date(2027, 1, 12, 9, 30, 0, 0, time.UTC) }

var priya = negotiate.Local("priya@larkspur.example", negotiate.ViaPage)

// liveSite serves a real ledger with a negotiation file applied to it.
func liveSite(t *testing.T, files ...string) (*httptest.Server, *negotiate.Service) {
	t.Helper()
	s := &negotiate.Service{Ledger: ledgerOf(t, files...), Now: clock}
	t.Cleanup(func() { _ = s.Close() })
	h, err := Handler(s, Options{Actor: priya})
	if err != nil {
		t.Fatal(err)
	}
	ts := httptest.NewServer(h)
	t.Cleanup(func() { closeSite(ts) })
	return ts, s
}

func get(t *testing.T, ts *httptest.Server, path string, status int) string {
	t.Helper()
	res, body := ask(t, ts, "GET", path, nil, nil)
	if res.StatusCode != status {
		t.Fatalf("%s: %d, want %d\n%s", path, res.StatusCode, status, text(body))
	}
	if m := regexp.MustCompile(`\{(web|brief|plain|plan)\.[a-z_.-]+\}`).FindString(body); m != "" {
		t.Errorf("%s: no text for %s", path, m)
	}
	return body
}

// text is what a person reads of a page.
func text(body string) string {
	if _, main, ok := strings.Cut(body, "<main"); ok {
		body = main
	}
	body = regexp.MustCompile(`(?s)<svg.*?</svg>|<[^>]*>`).ReplaceAllString(body, " ")
	return strings.Join(strings.Fields(body), " ")
}

// filled is a form of a page as a browser would send it back, hidden fields
// and ticks included, for one of the three answers.
func filled(t *testing.T, body, answer string) url.Values {
	t.Helper()
	return formWith(t, body, "answer", answer)
}

// formWith is the form of a page in which a field has a value, as a browser
// would send it, but for what is typed into larger fields.
func formWith(t *testing.T, body, name, value string) url.Values {
	t.Helper()
	root, err := html.Parse(strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for n := range root.Descendants() {
		if n.Data != "form" {
			continue
		}
		form := url.Values{}
		for f := range n.Descendants() {
			if f.Data != "input" {
				continue
			}
			a := map[string]string{}
			for _, x := range f.Attr {
				a[x.Key] = x.Val
			}
			_, checked := a["checked"]
			if a["type"] != "checkbox" && a["type"] != "radio" || checked {
				form.Add(a["name"], a["value"])
			}
		}
		if form.Get(name) == value && form.Has(name) {
			return form
		}
	}
	t.Fatalf("no form with %q for %s", value, name)
	return nil
}

func post(t *testing.T, ts *httptest.Server, path string, form url.Values, status int) (*http.Response, string) {
	t.Helper()
	res, body := ask(t, ts, "POST", path, form, func(r *http.Request) { r.Header.Set("Origin", ts.URL) })
	if res.StatusCode != status {
		t.Fatalf("%s: %d, want %d\n%s", path, res.StatusCode, status, text(body))
	}
	return res, body
}

func wants(t *testing.T, body string, all ...string) {
	t.Helper()
	for _, want := range all {
		if !strings.Contains(text(body), want) {
			t.Errorf("the page does not say %q:\n%s", want, text(body))
		}
	}
}

func TestLivePages(t *testing.T) {
	ts, _ := liveSite(t, roundsAtOnce(t))
	for path, says := range map[string][]string{
		"/":                           {"14 decisions wait for you", "Two of your limits are passed", "years lose more than £250k; your limit is 25 of 100.", "grave harm", "9 smaller ones, together about £", "Two that knowing is enough for"},
		"/t/copy":                     {"Highly unlikely: 8 to 20 in 100 within the next two years if nothing is done", "it typically costs about £", "the chance within two years falls from 13 of 100 to", "Waiting six months costs", "no single year looks like this", "On balance saves"},
		"/t/ransom":                   {"The harm would be grave.", "the highest authority decides"},
		"/t/cert":                     {"Knowing is enough", "Renewed automatically"},
		"/plan":                       {"worth about £", "over two years", "It takes", "days of 300", "No better plan exists", "25 of 100", "Within your limits"},
		"/plan?money=20k&effort=150d": {"of 150 and", "of £20k.", "falls off", "Falls off, compared with what the capacity allows: “"},
		"/plan?money=0&effort=0d":     {"No plan keeps to this budget"},
		"/tasks":                      {"No decision asks for work yet. The plan has five features.", "20 to 30 days"},
		"/record":                     {"56 entries, and they fit together", "things of a file recorded", "only a checkpoint kept elsewhere can show"},
	} {
		wants(t, get(t, ts, path, http.StatusOK), says...)
	}
	wants(t, get(t, ts, "/plan?money=lots", http.StatusUnprocessableEntity), "That budget cannot be read")
	wants(t, get(t, ts, "/t/absent", http.StatusNotFound), "There is no threat “absent”.")
	wants(t, get(t, ts, "/?product=absent", http.StatusNotFound), "There is no product “absent”.")
	wants(t, get(t, ts, "/record?before=x", http.StatusUnprocessableEntity), "names no event")
}

// quarters is a product whose work does not fit into the first of two periods.
const quarters = `parley: v1
product: {id: q, name: Quarters, currency: EUR}
policy: {person_day: 500, appetite: [{loss: 20k, chance: 10%}]}
capacity: [{period: 2027-Q1, effort: 6d, money: 1k}, {period: 2027-Q2, effort: 12d, money: 3k}]
threats:
  - {id: leak, title: Records leak, likelihood: 1 in 2 within 1 year, impact: {financial: 30k..100k}}
  - {id: stop, title: It stops, likelihood: 1 in 2 within 1 year, impact: {financial: 5k..10k}}
mitigations:
  - {id: fix, title: Fix it, cost: {effort: low}, against: [{threat: leak, likelihood: 80%..95%}]}
  - {id: watch, title: Watch it, cost: {effort: 6d, once: 900}, against: [{threat: stop, likelihood: 80%..95%}]}
features:
  - {id: cards, title: Cards, cost: {effort: 6d}, value: 40k per year}
`

// TestLiveBudgetKeepsThePeriods: the plan at the capacity's own amounts, typed,
// is the plan of the capacity, so that a page does not jump when its slider is
// touched; more comes in when there is more.
func TestLiveBudgetKeepsThePeriods(t *testing.T) {
	ts, _ := liveSite(t, quarters)
	result := func(path string) string {
		_, after, _ := strings.Cut(get(t, ts, path, http.StatusOK), `id="result"`)
		return regexp.MustCompile(`(?s)<svg.*?</svg>| data-url="[^"]*"| href="/sum\?[^"]*"|<p class="soft" id="more".*?</p>|<input type="hidden" name="(?:money|effort)"[^>]*>`).ReplaceAllString(after, "")
	}
	page := result("/plan")
	if typed := result("/plan?money=4k&effort=18d"); typed != page {
		t.Errorf("the page jumps:\n%s\nand typed\n%s", text(page), text(typed))
	}
	wants(t, page, "2027-Q1", "2027-Q2", "of 18", "1 to 5 days")                                 // what “low” stands for
	wants(t, get(t, ts, "/learn?whole=yes", http.StatusOK), "Nothing has to be found out first") // it all pays many times over
	if more := result("/plan?money=4k&effort=6d"); more == page {
		t.Error("the budget changes nothing")
	}
}

// TestLivePeriods spreads the budget over the first period alone: nothing starts
// in the second, the address says so, and so does what is agreed; all periods are
// the plan as it is.
func TestLivePeriods(t *testing.T) {
	ts, _ := liveSite(t, quarters)
	page := get(t, ts, "/plan?periods=1", http.StatusOK)
	wants(t, page, "Spread over how many of 2 periods", "of 6", "of €1k.")
	if strings.Contains(text(page), "2027-Q2") || !strings.Contains(page, `data-url="/plan?periods=1"`) || !strings.Contains(page, `<input type="hidden" name="periods" value="1">`) {
		t.Error("the second period still counts, or the address or the agreement forgets")
	}
	wants(t, get(t, ts, "/plan?money=4k&effort=18d&periods=1", http.StatusOK), "of 18", "of €4k.")
	if all := get(t, ts, "/plan?periods=2", http.StatusOK); !strings.Contains(all, `data-url="/plan"`) {
		t.Error("all periods are another plan")
	}
	for _, bad := range []string{"0", "3", "x", "-1", "1.5"} {
		wants(t, get(t, ts, "/plan?periods="+bad, http.StatusUnprocessableEntity), "That budget cannot be read", "&#34;"+bad+"&#34; is no number of periods", "write a number from 1 to 2")
	}
}

// TestThePlanSaysWhatItLeaves of each threat, beside how things are: few of them,
// and the rest folded; and what each thing is against. A long plan is folded too.
func TestThePlanSaysWhatItLeaves(t *testing.T) {
	ts, _ := liveSite(t, quarters)
	wants(t, get(t, ts, "/plan", http.StatusOK), "What the plan does about each threat and feature", "Records leak 75 of 100 within two years, with this plan", "On average €")
	many := strings.Builder{}
	many.WriteString("parley: v1\nproduct: {id: q, name: Many, currency: EUR}\npolicy: {person_day: 500}\nthreats:\n")
	for i := range 20 {
		fmt.Fprintf(&many, "  - {id: t%d, title: Threat %d, likelihood: 1 in 2 within 1 year, impact: {financial: %dk}}\n", i, i, 40-i)
	}
	many.WriteString("mitigations:\n")
	for i := range 20 {
		fmt.Fprintf(&many, "  - {id: m%d, title: Measure %d, cost: {effort: 1d}, against: [{threat: t%d, likelihood: 90%%}]}\n", i, i, i)
	}
	ts, _ = liveSite(t, many.String())
	page := get(t, ts, "/plan", http.StatusOK)
	wants(t, page, "15 smaller threats, together €", "; 15 things of the plan are there")
	shown, _, _ := strings.Cut(page[strings.Index(page, `id="items"`):], "<details")
	if n := strings.Count(shown, `href="/t/`); n != 5 {
		t.Errorf("%d threats are unfolded", n)
	}
}

// TestLiveLimits asks for a plan that keeps the limits.
func TestLiveLimits(t *testing.T) {
	ts, _ := liveSite(t, quarters)
	wants(t, get(t, ts, "/plan?limits=keep", http.StatusOK), "It keeps your limits")
	tight := get(t, ts, "/plan?effort=0d&limits=keep", http.StatusOK)
	wants(t, tight, "No plan within this budget keeps your limits", "Show the best plan without your limits")
	if !strings.Contains(tight, `<a class="button" href="/plan?effort=0d">`) || !strings.Contains(tight, `value="keep" checked`) {
		t.Error("nothing leads to the plan without the limits")
	}
	passed := get(t, ts, "/plan?effort=0d", http.StatusOK)
	wants(t, passed, "passes one of your limits")
	if !strings.Contains(passed, `href="/plan?effort=0d&amp;limits=keep"`) {
		t.Error("nothing leads to the plan that keeps the limits")
	}
	must := strings.Replace(quarters, "title: Fix it,", "title: Fix it, must: true,", 1)
	ts, _ = liveSite(t, must)
	wants(t, get(t, ts, "/plan?effort=0d&limits=keep", http.StatusOK), "No plan keeps to this budget") // whatever the limits
}

func TestLiveDecisions(t *testing.T) {
	ts, _ := liveSite(t, roundsAtOnce(t))

	form := filled(t, get(t, ts, "/t/copy", http.StatusOK), "do")
	form.Set("because", "It is two weeks of work and closes the hole.")
	res, _ := post(t, ts, "/t/copy/decide", form, http.StatusSeeOther)
	if got := res.Header.Get("Location"); got != "/t/copy?recorded=ROUNDS-D1" {
		t.Fatalf("leads to %s", got)
	}
	wants(t, get(t, ts, "/t/copy?recorded=ROUNDS-D1", http.StatusOK), "Your answer is recorded.", "13 more wait for a decision, next: “Ransomware stops the agencies for days”", "Decided: do it", "closes the hole", "It counts on: the chance")
	wants(t, get(t, ts, "/", http.StatusOK), "13 decisions wait for you")
	tasks := get(t, ts, "/tasks", http.StatusOK)
	if open := strings.Count(tasks, "/done?product=rounds\""); open != len(form["with"]) || open == 0 {
		t.Errorf("%d tasks for %q", open, form["with"])
	}
	wants(t, get(t, ts, "/record", http.StatusOK), "“The customer database is copied and sold”: do it. “It is two weeks", "ROUNDS-D1")

	// Living with it needs an end, and a reason why the duty does not apply.
	form = filled(t, get(t, ts, "/t/doors", http.StatusOK), "live")
	form.Set("because", "Later.")
	_, body := post(t, ts, "/t/doors/decide", form, http.StatusUnprocessableEntity)
	wants(t, body, "Later.")
	form.Set("until", "2027-06-30")
	_, body = post(t, ts, "/t/doors/decide", form, http.StatusUnprocessableEntity)
	if !strings.Contains(body, `value="2027-06-30"`) {
		t.Error("the day that was typed is gone")
	}
	form.Set("not_applicable", "The store holds no codes in this region.")
	post(t, ts, "/t/doors/decide", form, http.StatusSeeOther)

	// A reason is needed, whatever the answer.
	form = filled(t, get(t, ts, "/t/bank", http.StatusOK), "ask")
	post(t, ts, "/t/bank/decide", form, http.StatusUnprocessableEntity)
	form.Set("because", "Does support agree to call back?")
	form.Set("by", "Helen Ward")
	post(t, ts, "/t/bank/decide", form, http.StatusSeeOther)

	// A second answer takes over from the first.
	form = filled(t, get(t, ts, "/t/copy", http.StatusOK), "live")
	if form.Get("replaces") != "ROUNDS-D1" {
		t.Errorf("replaces %q", form.Get("replaces"))
	}
	form.Set("because", "Payroll first.")
	form.Set("kind", "defer")
	form.Set("until", "2027-05-31")
	form.Set("not_applicable", "Under review with the lawyer.")
	post(t, ts, "/t/copy/decide", form, http.StatusSeeOther)
	wants(t, get(t, ts, "/t/copy", http.StatusOK), "decide later, until 31 May 2027")

	done := regexp.MustCompile(`/tasks/[^"]*/done`).FindString(tasks)
	res, _ = post(t, ts, done+"?product=rounds", nil, http.StatusSeeOther)
	after, _, _ := strings.Cut(res.Header.Get("Location"), "#")
	wants(t, get(t, ts, after, http.StatusOK), ": done.")
	if page := get(t, ts, "/tasks?product=rounds&done=ROUNDS-F1", http.StatusOK); strings.Contains(text(page), ": done.") {
		t.Error("an address says that a feature is done, which nobody said")
	}
	_, twice := post(t, ts, done+"?product=rounds", nil, http.StatusConflict)
	wants(t, twice, "is done already", "In the order of the plan")
}

// TestD3LiveConflict moves the numbers between opening the page and answering.
func TestD3LiveConflict(t *testing.T) {
	ts, s := liveSite(t, roundsAtOnce(t))
	form := filled(t, get(t, ts, "/t/copy", http.StatusOK), "do")
	form.Set("because", "As I read it.")
	data := roundsAtOnce(t)
	moved := strings.Replace(data, "likelihood: 8%..20% within 2 years", "likelihood: 20%..40% within 2 years", 1)
	if moved == data {
		t.Fatal("the example's likelihood of copy reads differently now")
	}
	if _, err := s.Apply(t.Context(), priya, negotiate.ApplyRequest{Source: negotiate.Source{Name: "parley.yaml", Data: []byte(moved)}}); err != nil {
		t.Fatal(err)
	}
	_, body := post(t, ts, "/t/copy/decide", form, http.StatusConflict)
	wants(t, body, "The figures moved after you opened the page, so nothing was recorded.", "When you opened the page", "13.2743 %", "As I read it.")
	wants(t, get(t, ts, "/", http.StatusOK), "14 decisions wait")

	again := filled(t, body, "do")
	again.Set("because", "As it is now.")
	post(t, ts, "/t/copy/decide", again, http.StatusSeeOther)

	form.Del("brief")
	_, body = post(t, ts, "/t/copy/decide", form, http.StatusUnprocessableEntity)
	wants(t, body, "does not say which brief was read")
}

func TestLiveEmpty(t *testing.T) {
	ts, _ := liveSite(t)
	wants(t, get(t, ts, "/", http.StatusOK), "What could go wrong with what you build?", "parley init")
	for _, path := range []string{"/plan", "/tasks", "/learn"} {
		get(t, ts, path, http.StatusOK)
	}
	if plan := get(t, ts, "/plan", http.StatusOK); strings.Contains(plan, "<form class=") || strings.Contains(plan, `class="items"`) {
		t.Error("a budget is asked for where there is nothing to plan")
	}
	wants(t, get(t, ts, "/record", http.StatusOK), "There is no record yet")
	get(t, ts, "/t/x", http.StatusNotFound)

	// A product without threats has no figures to show, and says what is missing.
	ts, _ = liveSite(t, "parley: v1\nproduct: {id: bare, name: Bare, currency: EUR}\n")
	plan := get(t, ts, "/plan", http.StatusOK)
	wants(t, plan, "There is nothing to choose from yet", "Add one to the file")
	if strings.Contains(plan, "<svg") || strings.Contains(text(plan), "Stops paying") {
		t.Errorf("figures of nothing: %s", text(plan))
	}
	home := get(t, ts, "/", http.StatusOK)
	wants(t, home, "No threat has been written down yet")
	if strings.Contains(home, "Each square is one of a hundred") {
		t.Error("squares are explained where there are none")
	}
}

const tiny = `parley: v1
product: {id: %s, name: %q, currency: EUR}
policy: {person_day: 500}
threats:
  - {id: %s, title: %q, likelihood: 1 in 4 within 2 years, impact: {says: %q, financial: 10k..100k}}
  - {id: bare, title: Nothing known, triage: aware, care: An alert}
mitigations:
  - {id: fix, title: %q, cost: {effort: 2d..5d}, against: [{threat: %[3]s, likelihood: 50%%..80%%}]}
features:
  - {id: feat, title: %q, cost: {effort: 5d}, value: 20k per year}
`

func TestLiveSeveralProducts(t *testing.T) {
	ts, _ := liveSite(t, roundsAtOnce(t), fmt.Sprintf(tiny, "shop", "Shop", "leak", "Records leak", "It is in the news.", "Fix it", "Cards"))
	home := get(t, ts, "/?product=shop", http.StatusOK)
	wants(t, home, "One decision waits for you", "Records leak")
	if !strings.Contains(home, `<a href="/?product=shop" aria-current="true">Shop</a>`) || !strings.Contains(home, `<a href="/?product=rounds">Rounds</a>`) {
		t.Error("there is no way from one product to the other")
	}
	if own := get(t, ts, "/plan?product=shop", http.StatusOK); strings.Count(own, `placeholder="no limit"`) != 2 || !strings.Contains(own, `type="range"`) {
		t.Error("a product without a capacity has no sliders")
	}
	for _, path := range []string{"/plan?product=shop", "/tasks?product=shop", "/record?product=shop"} {
		if !strings.Contains(home, `href="`+path+`"`) {
			t.Errorf("home does not lead to %s", path)
		}
		body := get(t, ts, path, http.StatusOK)
		if strings.Contains(text(body), "Door codes") {
			t.Errorf("%s shows another product's things", path)
		}
	}
	leak := get(t, ts, "/t/leak", http.StatusOK)
	wants(t, leak, "Records leak")
	if !strings.Contains(leak, `<a href="/?product=shop">‹ All threats</a>`) {
		t.Error("the way back leads to another product")
	}
	wants(t, get(t, ts, "/t/bare", http.StatusOK), "How likely it is, nobody has said", "Knowing is enough", "An alert")
	form := filled(t, get(t, ts, "/t/leak", http.StatusOK), "live")
	form.Set("because", "Small.")
	form.Set("until", "2027-06-30")
	post(t, ts, "/t/leak/decide", form, http.StatusSeeOther)
}

// hostile is a file whose every text is an attack: a threat, a mitigation and a
// feature for each.
func hostile() (text string, ids []string) {
	threats, mitigations, features := "threats:\n", "mitigations:\n", "features:\n"
	for i, attack := range attacks {
		if strings.ContainsRune(attack, 0) {
			continue // no YAML
		}
		id := fmt.Sprintf("t%d", i)
		ids = append(ids, id)
		threats += fmt.Sprintf("  - {id: %s, title: %q, likelihood: 1 in 4 within 2 years, impact: {says: %[2]q, financial: 10k..100k}}\n", id, attack)
		mitigations += fmt.Sprintf("  - {id: m%d, title: %q, cost: {effort: 2d..5d}, against: [{threat: %s, likelihood: 50%%..80%%}]}\n", i, attack, id)
		features += fmt.Sprintf("  - {id: f%d, title: %q, cost: {effort: 5d}, value: 20k per year}\n", i, attack)
	}
	product := fmt.Sprintf("parley: v1\nproduct: {id: shop, name: %q, currency: EUR}\npolicy: {person_day: 500}\n", attacks[0])
	return product + threats + mitigations + features, ids
}

// TestC1HostileFile applies it, decides with attacks for reasons and names, and
// reads every page.
func TestC1HostileFile(t *testing.T) {
	file, ids := hostile()
	ts, _ := liveSite(t, file)
	paths := []string{"/", "/plan", "/tasks", "/learn", "/record"}
	for i, id := range ids {
		form := filled(t, get(t, ts, "/t/"+id, http.StatusOK), "live")
		form.Set("because", attacks[i]) // with the one that is no YAML among them
		if !strings.ContainsFunc(attacks[i], unicode.IsControl) {
			form.Set("by", attacks[i]) // a name is refused with them
		}
		form.Set("until", "2027-06-30")
		post(t, ts, "/t/"+id+"/decide", form, http.StatusSeeOther)
		paths = append(paths, "/t/"+id)
	}
	for _, path := range paths {
		body := get(t, ts, path, http.StatusOK)
		for _, sign := range []string{"<script>window", "onerror=window.pwned=1>", "<svg onload", "<svg/onload", "<body onload", `"javascript:`, "<b>bold", "<a href=\"javascript"} {
			if strings.Contains(body, sign) {
				t.Errorf("%s lets %q through", path, sign)
			}
		}
	}
	// The attacks did arrive: the test would notice one that is not escaped.
	for _, path := range []string{"/", "/record", "/plan"} {
		if !strings.Contains(get(t, ts, path, http.StatusOK), "&lt;script&gt;window") {
			t.Errorf("%s shows none of the attacks", path)
		}
	}
}

// TestWhatHappenedIsTold: an incident and a near miss stand on the page of their
// threat, and among what the last week changed.
func TestWhatHappenedIsTold(t *testing.T) {
	ts, d := liveSite(t, roundsAtOnce(t))
	for _, req := range []negotiate.AddIncidentRequest{{Threat: "copy", Title: "Old export left public"}, {Threat: "copy", NearMiss: true, Title: "Stopped at the door"}} {
		if _, err := d.AddIncident(t.Context(), priya, req); err != nil {
			t.Fatal(err)
		}
	}
	wants(t, get(t, ts, "/t/copy", http.StatusOK), "What really happened since 12 January 2027, when this was estimated: not once in no time", "One incident before 12 January 2027 is in the estimate already.", "Old export left public on ", "a near miss, Stopped at the door, on ")
	wants(t, get(t, ts, "/", http.StatusOK), "Old export left public", "a near miss of “The customer database is copied and sold”")
}
