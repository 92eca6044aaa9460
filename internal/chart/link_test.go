package chart_test

import (
	"strings"
	"testing"

	"github.com/parleysec/parley/internal/chart"
)

// TestLinksStayOnTheSite: a layer in a picture leads to a page of the site, or nowhere.
func TestLinksStayOnTheSite(t *testing.T) {
	for url, leads := range map[string]bool{"/t/copy?break=waf#layers": true, "": false, "//evil.example": false, "https://evil.example": false, "javascript:alert(1)": false} {
		b := chart.BowTie{Before: []chart.Gate{{Label: "Firewall", Break: chart.Link{URL: url, Name: `"><script>`}}}}
		svg := chart.SVG(b, chart.SVGOptions{})
		if strings.Contains(svg, "<a ") != leads || strings.Contains(svg, `role="group"`) != leads || strings.Contains(svg, "<script") {
			t.Errorf("%q: %s", url, svg)
		}
	}
}
