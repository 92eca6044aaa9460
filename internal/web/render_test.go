package web

import (
	"bytes"
	"io/fs"
	"reflect"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

func testPages(t *testing.T) *pages {
	t.Helper()
	static, err := fs.Sub(staticFiles, "static")
	if err != nil {
		t.Fatal(err)
	}
	a, err := loadAssets(static)
	if err != nil {
		t.Fatal(err)
	}
	p, err := loadPages(a)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// fullViews are the views with every field filled from one function.
func fullViews(f say) map[string]any {
	return map[string]any{
		"home": f.home(), "brief": f.brief(), "plan": f.plan(), "record": f.record(), "then": f.then(), "agreement": f.agreement(), "lived": f.lived(), "tasks": f.tasks(), "learn": f.learn(),
		"start": f.draft(), "limits": f.limits(), "workshops": f.rooms(), "workshop": f.room(), "evidence": f.evidence(), "stages": f.stages(), "calibration": f.calibration(), "sum": f.sum(), "organisation": f.organisation(), "rules": f.rules(), "webhooks": f.webhooks(),
		"error": &ErrorView{Frame: f.frame("Error"), Heading: f("There is nothing here"), Lines: []string{f("Gone.")}, Back: f("Back"), BackURL: "/"},
	}
}

func emptyViews() map[string]any {
	return map[string]any{
		"home": &HomeView{}, "start": &StartView{}, "limits": &LimitsView{}, "workshops": &WorkshopsView{}, "workshop": &WorkshopView{}, "start-form": &StartView{Draft: &DraftView{}}, "brief": &BriefView{}, "plan": &PlanView{}, "record": &RecordView{}, "then": &ThenView{}, "agreement": &AgreementView{}, "lived": &LivedView{}, "tasks": &TasksView{}, "learn": &LearnView{}, "evidence": &EvidenceView{}, "stages": &StagesView{}, "calibration": &CalibrationView{}, "error": &ErrorView{},
		"form": &FormView{}, "account": &AccountView{}, "factor": &FactorPage{}, "people": &PeopleView{}, "access": &AccessView{}, "webhooks": &WebhooksView{},
		"brief-form": &BriefView{Form: &DecideForm{}},
	}
}

// TestEveryPageRenders also fills every view that a test fixture forgot: a
// misspelt field in a template fails here.
func TestEveryPageRenders(t *testing.T) {
	p := testPages(t)
	for name, v := range emptyViews() {
		if _, err := p.render(strings.TrimSuffix(name, "-form"), v); err != nil {
			t.Errorf("empty: %v", err)
		}
	}
	for name, v := range fullViews(plainly) {
		body, err := p.render(name, v)
		if err != nil {
			t.Errorf("full: %v", err)
		}
		if bytes.Contains(body, []byte("{web.")) || bytes.Contains(body, []byte("ZgotmplZ")) {
			t.Errorf("%s: a text is missing from the catalogue or unfit for its place", name)
		}
	}
}

// TestSamplesAreFull keeps the samples honest: a field nobody fills is a field
// no test renders.
func TestSamplesAreFull(t *testing.T) {
	seen := map[string]bool{}
	for name, v := range fullViews(plainly) {
		if name != "error" {
			mark(reflect.ValueOf(v), "", seen)
		}
	}
	for field, filled := range seen {
		switch field {
		case "HomeView.Starts", "StartView.Refused", "HomeView.Empty", "HomeView.Reads", "DecideForm.Open", "DecideForm.Stage", "DecideForm.Problem", "Frame.Notice", "Frame.Onward", "Meanwhile.Now", "Frame.Settled", "Frame.News":
			continue // shown in states of their own, tested below
		}
		if !filled {
			t.Errorf("no sample fills %s", field)
		}
	}
}

func mark(v reflect.Value, field string, seen map[string]bool) {
	if field != "" {
		seen[field] = seen[field] || !v.IsZero()
	}
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			mark(v.Elem(), "", seen)
		}
	case reflect.Slice:
		for i := range v.Len() {
			mark(v.Index(i), "", seen)
		}
	case reflect.Struct:
		if v.Type().PkgPath() != reflect.TypeFor[Frame]().PkgPath() {
			return
		}
		for i := range v.NumField() {
			mark(v.Field(i), v.Type().Name()+"."+v.Type().Field(i).Name, seen)
		}
	}
}

func TestStatesOfTheForm(t *testing.T) {
	p := testPages(t)
	v := say(plainly).brief()
	v.Notice, v.Onward = "It is recorded.", &Link{"/t/ransom", "Two more wait"}
	v.Settled = overtaken("ROUNDS-D3", &EventRow{What: "It was <b>moved</b>", Who: "Ann"}, "Too <b>dear</b>.")
	v.Form.Open = "live"
	v.Form.Problem = &Problem{Says: "The figures moved.", Hint: "Look again.", Changes: []Change{{"Chance", "13 of 100", "27 of 100"}}}
	body, err := p.render("brief", v)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"It is recorded.", `<a href="/t/ransom">Two more wait</a>`, "It was &lt;b&gt;moved&lt;/b&gt;", "The figures moved.", "13 of 100", "The decision stands otherwise", "Too &lt;b&gt;dear&lt;/b&gt;.", `href="/decisions/ROUNDS-D3"`, `<details name="answer" open>`, `role="alert"`} {
		if !bytes.Contains(body, []byte(want)) {
			t.Errorf("no %s on the page", want)
		}
	}
	home := say(plainly).home()
	home.Empty = "Nothing yet."
	if body, err = p.render("home", home); err != nil || !bytes.Contains(body, []byte("Nothing yet.")) {
		t.Errorf("the empty state is not shown: %v", err)
	}
}

// TestC1HostileText renders every page with attacks for texts and parses what
// comes out: it has the elements and attributes of the harmless page and no
// other.
func TestC1HostileText(t *testing.T) {
	p := testPages(t)
	for name := range fullViews(plainly) {
		want := shape(t, p, name, plainly)
		for _, attack := range attacks {
			got := shape(t, p, name, always(attack))
			if got != want {
				t.Errorf("%s: the text %q changes the page's structure", name, attack)
			}
		}
	}
}

// shape is the page's structure: elements with the names of their attributes,
// and the scheme of each address.
func shape(t *testing.T, p *pages, name string, f say) string {
	t.Helper()
	body, err := p.render(name, fullViews(f)[name])
	if err != nil {
		t.Fatal(err)
	}
	root, err := html.Parse(bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for n := range root.Descendants() {
		if n.Type != html.ElementNode || n.Namespace == "svg" && n.Data == "text" {
			continue // how a text in a picture breaks into lines depends on its length
		}
		if n.Namespace == "svg" {
			for _, a := range n.Attr {
				leads := n.Data == "a" && a.Key == "href" && strings.HasPrefix(a.Val, "/") && !strings.HasPrefix(a.Val, "//") // to a page of the site
				if strings.HasPrefix(a.Key, "on") || strings.Contains(a.Key, "href") && !leads || a.Key == "style" {
					t.Errorf("%s: a picture with %s=%q", name, a.Key, a.Val)
				}
			}
			if n.Data != "a" && n.Data != "svg" && n.Data != "rect" && n.Data != "line" && n.Data != "path" && n.Data != "circle" && n.Data != "title" {
				t.Errorf("%s: a picture with <%s>", name, n.Data)
			}
			continue // where labels find room depends on their length
		}
		b.WriteString("<" + n.Data)
		for _, a := range n.Attr {
			b.WriteString(" " + a.Key)
			if (a.Key == "href" || a.Key == "src" || a.Key == "action") && !strings.HasPrefix(a.Val, "/") && !strings.HasPrefix(a.Val, "#") {
				t.Errorf("%s: an address that leaves the site: %s", name, a.Val)
			}
		}
		b.WriteString(">")
	}
	return b.String()
}
