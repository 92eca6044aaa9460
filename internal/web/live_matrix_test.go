package web

import (
	"fmt"
	"html"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/evidence"
	"github.com/parleysec/parley/internal/negotiate"
)

// matrixOf is the page of some layers with some of them taken as broken.
func matrixOf(t *testing.T, r *negotiate.LayersResult, broken ...string) *MatrixView {
	t.Helper()
	s := stage()
	s.status.Products[0].Model = &parley.Model{Threats: []parley.Threat{{ID: "leak", Title: "Leak"}, {ID: "fraud", Title: "Fraud"}, {ID: "bare", Title: "Bare"}}}
	b := &matrixBuilder{s: &situation{status: &s.status, product: &s.status.Products[0]}, r: r}
	b.broken = b.known(broken)
	v := &MatrixView{}
	b.build(v)
	return v
}

// threeThreats are three threats: one with two layers that share what they rely
// on, one that hangs on a layer alone, and one that nothing stands before.
func threeThreats() *negotiate.LayersResult {
	return &negotiate.LayersResult{
		Currency: "GBP",
		Layers: []negotiate.Layer{
			{
				ID: "waf", Title: "Firewall", Function: parley.Prevent, Against: []string{"leak"}, ReliesOn: []string{"idp"}, Checks: []string{"attacks"}, OneWay: true,
				Verified: []evidence.Verification{evidence.Dynamic}, LayerStanding: negotiate.LayerStanding{Standing: negotiate.Verified, Assurance: 0.9}, IfItFails: negotiate.Failure{Costs: 92_345},
			},
			{ID: "alerts", Title: "Alerts", Function: parley.Detect, Against: []string{"leak"}, ReliesOn: []string{"idp"}, LayerStanding: negotiate.LayerStanding{Standing: negotiate.NotVerified}},
			{
				ID: "call", Title: "Call-back", Function: parley.Prevent, Against: []string{"fraud"}, LayerStanding: negotiate.LayerStanding{Standing: negotiate.Failing},
				IfItFails: negotiate.Failure{Bares: []string{"fraud"}}, CostsNow: 12_000,
			},
		},
		Dependencies: []negotiate.LayerDependency{{ID: "idp", Title: "Staff sign-in", Layers: []string{"waf", "alerts"}, IfItFails: negotiate.Failure{Costs: 150_000, Bares: []string{"leak"}}}},
		Threats: []negotiate.ThreatLayers{
			{ID: "leak", Title: "Leak", ByFunction: map[parley.Function][]string{parley.Prevent: {"waf"}, parley.Detect: {"alerts"}}, SinglePoints: []string{"idp"}},
			{ID: "fraud", Title: "Fraud", ByFunction: map[parley.Function][]string{parley.Prevent: {"call"}}, SinglePoints: []string{"call"}},
			{ID: "bare", Title: "Bare"},
		},
	}
}

// told is a matrix in short: for each threat what stands in each column, and what
// is said of it.
func told(v *MatrixView) []string {
	var out []string
	for _, row := range append(slices.Clone(v.Rows), v.More...) {
		text := row.Threat.Title
		for _, c := range row.Cells {
			text += " |"
			for _, l := range c.Layers {
				text += " " + l.Title + " [" + l.Stands.Text + "]"
			}
		}
		text += " " + row.Alone
		if row.Bare != nil {
			text += " " + row.Bare.Text
		}
		out = append(out, strings.TrimSpace(text))
	}
	return out
}

func TestMatrixSaysWhatStandsBeforeWhat(t *testing.T) {
	v := matrixOf(t, threeThreats())
	if want := []string{
		"Leak | Firewall [verified] | Alerts [not verified] | | hangs on “Staff sign-in” alone",
		"Fraud | Call-back [failing] | | | hangs on “Call-back” alone",
		"Bare | | | |  nothing stands",
	}; !slices.Equal(told(v), want) {
		t.Errorf("%q", told(v))
	}
	if v.Heading != "Two threats hang on one thing alone" || v.Mend != nil {
		t.Errorf("%q %v", v.Heading, v.Mend)
	}
	if want := []string{"Three layers stand; verified by recent checks: one. One is failing.", "Before one threat nothing stands."}; !slices.Equal(v.Lead, want) {
		t.Errorf("%q", v.Lead)
	}
	waf, call := v.Layers[0], v.Layers[2]
	if waf.By != "running it (one kind alone)" || waf.Fails != "about £92k more a year" || waf.Bares != "" || waf.Break != (Link{"/layers?break=waf", "Break it"}) {
		t.Errorf("%+v", waf)
	}
	if call.By != "no check" || call.Fails != "about £12k a year now, as it is" || call.Bares != "Nothing else stands before “Fraud”." {
		t.Errorf("%+v", call)
	}
	if d := v.Shared[0]; d.By != "2 layers rely on it" || d.Fails != "about £150k more a year" || d.Bares != "Nothing else stands before “Leak”." || d.Break.URL != "/layers?break=idp" {
		t.Errorf("%+v", d)
	}
}

// TestMatrixWithSomethingBroken: what relies on a broken thing is lost with it, and
// what is not there cannot be broken.
func TestMatrixWithSomethingBroken(t *testing.T) {
	v := matrixOf(t, threeThreats(), "idp", "nobody", "<script>")
	if want := "Leak | Firewall [broken, to see what happens] | Alerts [broken, to see what happens] | |  nothing stands"; told(v)[0] != want {
		t.Errorf("%q", told(v)[0])
	}
	if got := v.Shared[0].Break; got != (Link{"/layers", "Mend it"}) {
		t.Errorf("%+v", got)
	}
	if got := v.Layers[0].Break; got != (Link{"/layers?break=idp&break=waf", "Break it"}) {
		t.Errorf("%+v", got)
	}
}

// TestMatrixFoldsTheSmallAway: with many threats and layers the largest stand
// open.
func TestMatrixFoldsTheSmallAway(t *testing.T) {
	for _, n := range []int{matrixShown, matrixShown + 1, matrixShown + 2, 500} {
		r := &negotiate.LayersResult{Currency: "GBP"}
		for i := range n {
			id := fmt.Sprint("t", i)
			r.Threats = append(r.Threats, negotiate.ThreatLayers{ID: id, ByFunction: map[parley.Function][]string{parley.Prevent: {id}}})
			r.Layers = append(r.Layers, negotiate.Layer{ID: id, Function: parley.Prevent, Against: []string{id}})
		}
		v := matrixOf(t, r)
		if len(v.Rows)+len(v.More) != n || len(v.Layers)+len(v.Rest) != n || len(v.More) == 1 || (n > matrixShown+1) != (len(v.Rows) == matrixShown && len(v.Layers) == failuresShown && n > matrixShown+1) {
			t.Errorf("%d: %d and %d threats, %d and %d layers", n, len(v.Rows), len(v.More), len(v.Layers), len(v.Rest))
		}
	}
}

// TestMatrixOnThePage says what “parley layers” and “parley whatif --break” say.
func TestMatrixOnThePage(t *testing.T) {
	ts, s := liveSite(t, roundsAtOnce(t))
	r, err := s.Layers(t.Context(), priya, negotiate.LayersRequest{Source: negotiate.Source{Product: "rounds"}})
	if err != nil {
		t.Fatal(err)
	}
	page := html.UnescapeString(get(t, ts, "/layers", http.StatusOK))
	for _, x := range r.Layers {
		wants(t, page, x.Title)
	}
	for _, x := range r.Threats {
		wants(t, page, x.Title)
	}
	link := regexp.MustCompile(`href="(/layers\?break=[^"]+)"`).FindStringSubmatch(page)
	if link == nil {
		t.Fatal("nothing on the page can be broken")
	}
	wants(t, html.UnescapeString(get(t, ts, link[1], http.StatusOK)), "broken, to see what happens", "a year costs", "Mend all of them")
	wants(t, get(t, ts, "/evidence", http.StatusOK), "Which layers stand before which threat")
	wants(t, get(t, ts, "/layers?product=nobody", http.StatusNotFound), "nobody")
}
