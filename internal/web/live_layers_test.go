package web

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/brief"
	"github.com/parleysec/parley/internal/evidence"
	"github.com/parleysec/parley/internal/negotiate"
	"github.com/parleysec/parley/quantity"
)

// TestLayersOfAThreat: what stands before and after it, how it stands, and
// without what nothing else would stand.
func TestLayersOfAThreat(t *testing.T) {
	layer := func(id, title string, f parley.Function, at evidence.Standing, credit float64, bares ...string) negotiate.Layer {
		return negotiate.Layer{
			ID: id, Title: title, Function: f, Against: []string{"leak"}, LayerStanding: negotiate.LayerStanding{Standing: at, Assurance: credit},
			IfItFails: negotiate.Failure{Costs: 92_345, Bares: bares},
		}
	}
	r := &negotiate.LayersResult{
		Currency: "GBP",
		Layers: []negotiate.Layer{
			layer("waf", "Firewall", parley.Prevent, evidence.Failing, 0), layer("review", "Review", parley.Prevent, evidence.Verified, 0.97, "leak"),
			layer("alerts", "Alerts", parley.Detect, evidence.NotVerified, 1), layer("odd", "Odd reads", parley.Detect, evidence.Stale, 0),
			{ID: "other", Title: "Another threat's", Function: parley.Prevent, Against: []string{"else"}},
		},
		Dependencies: []negotiate.LayerDependency{{ID: "idp", Title: "Staff sign-in", IfItFails: negotiate.Failure{Bares: []string{"leak"}}}},
	}
	r.Layers[0].IfItFails.Costs, r.Layers[0].CostsNow = 0, 54_321 // it fails already
	stops, err := quantity.Parse("10%..20%", quantity.Share, quantity.Env{Currency: "GBP"})
	if err != nil {
		t.Fatal(err)
	}
	p := 0.13
	threat := brief.Threat{ID: "leak", Title: "Leak", ChanceWithinHorizon: &p, OnlyWith: []string{"portal"}, Words: brief.Words{People: "31,000 people."}}
	m := &parley.Model{
		Threats:  []parley.Threat{{ID: "leak", Refs: []string{"CWE-89", "CAPEC-066", "CWE-99999", "OWASP A03"}}},
		Controls: []parley.Control{{ID: "odd", Barrier: parley.Barrier{Against: []parley.Against{{Threat: "leak", Likelihood: stops}}}}}, // it detects, and stops some
	}
	s := stage()
	s.status.Products[0].Model = m
	b := &briefBuilder{s: &situation{status: &s.status, product: &s.status.Products[0]}, report: &brief.Report{Currency: "GBP", HorizonYears: 2}, t: &threat}
	v := b.layers(r)
	if want := "Four layers stand against it, of which three are not verified by a recent check"; v.Heading != want {
		t.Errorf("%q, want %q", v.Heading, want)
	}
	want := []LayerRow{
		{"waf", "Firewall", "prevents", "failing, credited with none", "risk", "about £54k a year now, as it is", nil, Link{"/t/leak?break=waf#layers", "Break it"}},
		{"review", "Review", "prevents", "verified, credited with about 97%", "good", "about £92k more a year", nil, Link{"/t/leak?break=review#layers", "Break it"}},
		{"alerts", "Alerts", "detects", "not verified", "warn", "about £92k more a year", nil, Link{"/t/leak?break=alerts#layers", "Break it"}},
		{"odd", "Odd reads", "detects", "silent for too long, credited with none", "warn", "about £92k more a year", nil, Link{"/t/leak?break=odd#layers", "Break it"}},
	}
	for i := range v.Rows {
		if v.Rows[i].Adds == nil || v.Rows[i].Adds.URL != "/sum?about=layer&id="+v.Rows[i].ID {
			t.Errorf("%s opens to %+v", v.Rows[i].ID, v.Rows[i].Adds)
		}
		v.Rows[i].Adds = nil
	}
	if !slices.Equal(v.Rows, want) {
		t.Errorf("%+v", v.Rows)
	}
	if want := []string{"If “Review” fails unnoticed, nothing else stands before it.", "If “Staff sign-in” fails unnoticed, nothing else stands before it."}; !slices.Equal(v.Alone, want) {
		t.Errorf("%q", v.Alone)
	}
	var rows []string
	for _, row := range v.Picture.Table.Rows {
		rows = append(rows, strings.Join(row, "|"))
	}
	if want := []string{
		"What brings it|The feature “portal”|", "What brings it|Text from outside is run as a database query (CWE-89, CAPEC-066)|", "What brings it|A weakness that the public list names CWE-99999|", "What brings it|OWASP A03|",
		"What stops it before it happens|Firewall|failing, credited with none", "What stops it before it happens|Review|verified, credited with about 97%",
		"What stops it before it happens|Odd reads|silent for too long, credited with none",
		"What happens|Leak: 13 of 100 within two years|", "What limits it once it happens|Alerts|not verified", "What it harms|31,000 people.|",
	}; !slices.Equal(rows, want) {
		t.Errorf("%q", rows)
	}

	for _, svg := range []string{string(v.Picture.Wide), string(v.Picture.Narrow)} {
		if !strings.Contains(svg, `role="group"`) || strings.Count(svg, "<a ") != 4 || !strings.Contains(svg, `<a href="/t/leak?break=review#layers" aria-label="Break it: Review">`) {
			t.Errorf("layers cannot be broken in the picture: %s", svg)
		}
	}
	if v.How == "" || strings.Contains(string(v.Picture.Wide), "CWE-89<") {
		t.Error("the picture does not say what a click does, or has an id for a cause")
	}

	threat.ID, threat.OnlyWith = "bare", nil
	if v := b.layers(r); v.Heading != "Nothing stands against it today" || len(v.Rows)+len(v.Alone) != 0 || v.Picture.Table.Rows[0][1] != "Nobody has written down what brings it." {
		t.Errorf("%+v", v)
	}
}

// TestLayersOnThePage are those of the command “parley layers”.
func TestLayersOnThePage(t *testing.T) {
	ts, s := liveSite(t, roundsAtOnce(t))
	r, err := s.Layers(t.Context(), priya, negotiate.LayersRequest{Source: negotiate.Source{Product: "rounds"}})
	if err != nil {
		t.Fatal(err)
	}
	page := get(t, ts, "/t/copy", http.StatusOK)
	n := 0
	for _, x := range r.Layers {
		if slices.Contains(x.Against, "copy") {
			wants(t, page, x.Title)
			n++
		}
	}
	if n != 3 || strings.Count(page, `data-label="How it stands"`) != n {
		t.Errorf("%d layers, and another number on the page", n)
	}
	wants(t, page, "Three layers stand against it, and no recent check verifies any of them", "What limits it once it happens", "Fines and compensation")
	wants(t, get(t, ts, "/t/package", http.StatusOK), "Nothing stands against it today")
}

// TestChecksNobodyWaitsFor: a check of what is not built yet, and one that need not
// run, are told apart from one that had to report and never did.
func TestChecksNobodyWaitsFor(t *testing.T) {
	for want, c := range map[string]negotiate.CheckHeard{
		"never reported, credited with about 50%":                   {Standing: evidence.Unreported, Required: true, Assurance: .5},
		"never reported, but not required, credited with about 50%": {Standing: evidence.Unreported, Assurance: .5},
		"not built yet": {Standing: evidence.NotFinished, Required: true, Assurance: 1},
	} {
		if got := heardRow(c).Stands.Text; got != want {
			t.Errorf("it says %q, want %q", got, want)
		}
	}
}

// TestTheBrokenLayerMovesThePicture: what stands in the box of the bow-tie is what
// the sentence above says of the layer that is broken.
func TestTheBrokenLayerMovesThePicture(t *testing.T) {
	ts, _ := liveSite(t, roundsAtOnce(t))
	page := get(t, ts, "/t/copy?break=waf", http.StatusOK)
	_, after, _ := strings.Cut(text(page), "Without “Firewall in front of the web pages” it happens in ")
	chance, _, ok := strings.Cut(after, " within two years")
	if !ok || chance == "13 of 100" {
		t.Fatalf("the page says %.200q", after)
	}
	if !strings.Contains(text(page), "The customer database is copied and sold: "+chance+" within two years") {
		t.Errorf("the picture's table does not say %s", chance)
	}
}

// TestHowSureStandsBeforeTheQuestion, with who may know more.
func TestHowSureStandsBeforeTheQuestion(t *testing.T) {
	ts, _ := liveSite(t, roundsAtOnce(t))
	page := get(t, ts, "/t/copy", http.StatusOK)
	sure, asked := strings.Index(page, `id="sure"`), strings.Index(page, `id="answer"`)
	if sure < 0 || asked < sure {
		t.Errorf("how sure we are stands at %d, the question at %d", sure, asked)
	}
	wants(t, page, "What do you decide?", "Who may know more: tom@larkspur.example")
}

// TestLayersAreInTheNavigation of every page, and are marked as where one is.
func TestLayersAreInTheNavigation(t *testing.T) {
	ts, _ := liveSite(t, quarters)
	for path, want := range map[string]string{
		"/":         `<a href="/layers" data-go="l">Layers</a>`,
		"/layers":   `<a href="/layers" aria-current="page" data-go="l">Layers</a>`,
		"/evidence": `<a href="/layers" data-go="l">Layers</a>`,
	} {
		if !strings.Contains(get(t, ts, path, http.StatusOK), want) {
			t.Errorf("%s has no %s", path, want)
		}
	}
}
