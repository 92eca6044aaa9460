package risk_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/file"
	"github.com/parleysec/parley/risk"
)

// head starts a file of which only the risk matters.
const head = `parley: v1
product: {id: p, name: P, stage: operations, currency: GBP}
`

// read is the resolved model of a file's text.
func read(tb testing.TB, text string) *parley.Model {
	tb.Helper()
	doc, err := file.Read("test.yaml", []byte(text))
	if err != nil {
		tb.Fatalf("%v\n%s", err, text)
	}
	return doc.Model
}

// compile is the portfolio of a file's text.
func compile(tb testing.TB, text string) *risk.Portfolio {
	tb.Helper()
	p, err := risk.Compile(read(tb, text), risk.Options{})
	if err != nil {
		tb.Fatal(err)
	}
	return p
}

// oneThreat is a file with policy, the fields of a threat t, and the rest.
func oneThreat(policy, fields string, rest ...string) string {
	return head + "policy: {" + policy + "}\nthreats:\n  - {id: t, title: T, " + fields + "}\n" + strings.Join(rest, "\n") + "\n"
}

// portfolioFile has one threat a row: rate per year and the 90 % range of its loss.
func portfolioFile(rows [][3]float64) string {
	var b strings.Builder
	b.WriteString(head + "policy: {horizon: 1 year, discount_rate: 0%, common_cause: 0%}\nthreats:\n")
	for i, r := range rows {
		fmt.Fprintf(&b, "  - {id: t%d, title: T%d, likelihood: %v per year, impact: {says: x, financial: %.6f..%.6f}}\n", i, i, r[0], r[1], r[2])
	}
	return b.String()
}

func expect(tb testing.TB, p *risk.Portfolio, s risk.Scenario) risk.Expectation {
	tb.Helper()
	e, err := p.Expect(s)
	if err != nil {
		tb.Fatal(err)
	}
	return e
}

// near fails where got differs from want by more than the relative tolerance.
func near(tb testing.TB, what string, got, want, relative float64) {
	tb.Helper()
	d := got - want
	if d < 0 {
		d = -d
	}
	size := want
	if size < 0 {
		size = -size
	}
	if !(d <= relative*max(size, 1e-300)) {
		tb.Errorf("%s = %.12g, want %.12g (relative error %.2g, allowed %.2g)", what, got, want, d/size, relative)
	}
}
