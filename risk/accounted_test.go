package risk_test

import (
	"os"
	"strings"
	"testing"
)

// accounted says of every reference case where it is a test, or why it cannot be
// one here. A case is named by its id or by what its id begins with.
var accounted = []struct{ cases, where string }{
	{"riskquant-hard-parameters", "severity_test.go"},
	{"riskquant-", "severity_test.go"},
	{"hubbard-expected-loss", "severity_test.go"},
	{"hubbard-1-9M-tail", "severity_test.go"},
	{"tolerance-two-points", "not expressible: the appetite is a list of points, not a fitted curve"},
	{"pert-", "severity_test.go"},
	{"pyfair-doc-", "fair_test.go"},
	{"susceptibility-pert-", "fair_test.go"},
	{"fair-tree-expected-risk", "fair_test.go"},
	{"evaluator-sample-RS-01", "not expressible: averaging difficulties would let a weak control raise risk"},
	{"timeframe-", "severity_test.go"},
	{"kpw-example-9.5-dental", "aggregate_test.go"},
	{"panjer-poisson-3", "aggregate_test.go"},
	{"compound-poisson-gamma-actuar", "aggregate_test.go"},
	{"gruebel-hermesmeier-poisson-levy", "aggregate_test.go"},
	{"single-cp-lognormal", "curve_test.go"},
	{"portfolio-20", "curve_test.go"},
	{"lognormal-tail-and-layer", "severity_test.go"},
	{"faircam-layered-resistance", "layers_test.go"},
	{"faircam-opeff", "faircam_test.go"},
	{"faircam-stage-gated-detection", "not expressible: stages in time are not modelled"},
	{"beta-factor-", "not expressible: another parametrisation of common causes"},
	{"gaussian-copula-bernoulli", "not expressible: dependence comes from shared inputs and layers"},
	{"evpi-normal", "evppi_test.go"},
	{"npv-security", "severity_test.go"},
	{"gordon-loeb", "not a price: a rule for how much to spend"},
	{"evsi-test", "not a price: the value of an imperfect test"},
	{"gamma-poisson", "not a price: learning"},
	{"beta-binomial", "not a price: learning"},
	{"pool-vs-quantile-average", "not a price: several people's estimates"},
	{"cooke-calibration-", "not a price: calibration"},
	{"knapsack-p08", "not a price: the planner's"},
	{"control-portfolio-n14", "not a price: the planner's"},
	{"rosi", "not a price: a ratio of two"},
}

// TestReferenceCasesAreAccountedFor: every case is either held against by a test
// that stands where it is said to, or listed with the reason why it cannot be.
func TestReferenceCasesAreAccountedFor(t *testing.T) {
	used := map[string]bool{}
	for id := range references(t) {
		found := false
		for _, a := range accounted {
			if found = id == a.cases || strings.HasSuffix(a.cases, "-") && strings.HasPrefix(id, a.cases) || strings.HasPrefix(id, a.cases+"-"); found {
				used[a.cases] = true
				break
			}
		}
		if !found {
			t.Errorf("%s is neither a test nor listed with a reason", id)
		}
	}
	for _, a := range accounted {
		if !used[a.cases] {
			t.Errorf("there is no case %s", a.cases)
		}
		if !strings.HasSuffix(a.where, "_test.go") {
			continue
		}
		if _, err := os.Stat(a.where); err != nil {
			t.Errorf("%s: %v", a.cases, err)
		}
	}
}
