package risk_test

import (
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/parleysec/parley/risk"
)

// layered is a threat with a control and three mitigations that share a common
// cause and a dependency, one of them partial and one against the loss as well.
const layered = `parley: v1
product: {id: p, name: P, currency: GBP}
policy: {horizon: 2 years, person_day: 500, common_cause: 8%}
dependencies: [{id: dep, title: D, down: 5%}]
controls: [{id: c, title: C, function: prevent, against: [{threat: t, likelihood: 40%}]}]
threats:
  - {id: t, title: T, likelihood: 2 per year, impact: {says: x, financial: 50k}}
  - {id: u, title: U, likelihood: 1 per year, impact: {says: x, financial: 20k}}
mitigations:
  - {id: a, title: A, cost: {effort: 1d}, coverage: 70%, against: [{threat: t, likelihood: 90%}]}
  - {id: b, title: B, cost: {effort: 1d}, relies_on: [dep], against: [{threat: t, likelihood: 50%, impact: 30%}, {threat: u, impact: 20%}]}
  - {id: d, title: D, cost: {effort: 1d}, against: [{threat: u, likelihood: 60%}]}
`

var aShare = regexp.MustCompile(`(likelihood|impact): (\d+)%`)

// TestStrongerIsTheFileRewritten compares with a file that states the greater
// shares: expectations of all sets of mitigations agree.
func TestStrongerIsTheFileRewritten(t *testing.T) {
	p := compile(t, layered)
	for _, leaves := range []float64{0, .3, .98, 1} {
		lines := strings.Split(layered, "\n")
		for i, l := range lines {
			if strings.Contains(l, "{id: b,") {
				lines[i] = aShare.ReplaceAllStringFunc(l, func(s string) string {
					m := aShare.FindStringSubmatch(s)
					share, _ := strconv.ParseFloat(m[2], 64)
					return m[1] + ": " + strconv.FormatFloat(100-leaves*(100-share), 'f', 9, 64) + "%"
				})
			}
		}
		want := compile(t, strings.Join(lines, "\n")).Decompose()
		got := p.DecomposeStronger("b", leaves)
		if len(got) != 2 {
			t.Fatalf("%d threats, want both", len(got))
		}
		for mask := range 8 {
			in := map[string]bool{"a": mask&1 > 0, "b": mask&2 > 0, "d": mask&4 > 0}
			for k := range got {
				near(t, got[k].Threat, yearly(got[k], in), yearly(want[k], in), 1e-9)
			}
		}
	}
	if p.DecomposeStronger("nobody", .5) != nil {
		t.Error("an unknown mitigation is against something")
	}
	for _, d := range p.Decompose() {
		if d.Threat == "t" && yearly(d, map[string]bool{"b": true}) <= yearly(p.DecomposeStronger("b", 0)[0], map[string]bool{"b": true}) {
			t.Error("the portfolio itself has changed")
		}
	}
}

// yearly adds up a decomposition for a set of mitigations.
func yearly(d risk.Decomposition, in map[string]bool) (sum float64) {
	for _, t := range d.Terms {
		x := t.PerYear
		for _, f := range t.Factors {
			if in[f.Mitigation] {
				x *= f.Mean
			}
		}
		sum += x
	}
	return sum
}
