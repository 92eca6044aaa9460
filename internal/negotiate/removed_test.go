package negotiate

import (
	"strings"
	"testing"

	"github.com/parleysec/parley"
)

// TestWhatIsNotStatedAnyMore: a decision that stood on a cost that nobody states any
// more, or on a contract that is something else by now, comes back; a term of a contract that went
// for the better does not bring it back, and one that went for the worse does.
func TestWhatIsNotStatedAnyMore(t *testing.T) {
	const contract = "{id: insure, kind: transfer, title: Cyber policy, premium: 9k per year, deductible: 25k, limit: 1M, per: event}"
	insured := strings.Replace(shop, "financial: 200k..900k}}", "financial: 200k..900k}, treatments: ["+contract+"]}", 1)
	for name, c := range map[string]struct {
		kind     parley.Kind
		with     string
		from, to string
		back     bool
	}{
		"a cost":               {parley.Mitigate, "safe", "effort: 10d..20d", "", true},
		"a deductible":         {parley.Transfer, "insure", "deductible: 25k, ", "", false},
		"a limit":              {parley.Transfer, "insure", "limit: 1M, ", "", false},
		"a limit for a lower":  {parley.Transfer, "insure", "limit: 1M", "limit: 10k", true},
		"the contract":         {parley.Transfer, "insure", contract, "", true},
		"a contract for a way": {parley.Transfer, "insure", contract, "{id: insure, kind: avoid, title: Keep no records}", true},
	} {
		t.Run(name, func(t *testing.T) {
			if !strings.Contains(insured, c.from) {
				t.Fatalf("the file has no %q", c.from)
			}
			d := newDesk(t)
			d.apply(insured)
			d.decide(DecideRequest{Threats: []string{"leak"}, Kind: c.kind, With: []string{c.with}, Because: "x"})
			after := strings.Replace(insured, c.from, c.to, 1)
			r, err := d.Apply(t.Context(), d.tom, ApplyRequest{Source: Source{Name: "parley.yaml", Data: []byte(after)}})
			if err != nil {
				t.Fatal(err)
			}
			if back := len(r.Reopened) > 0; back != c.back {
				t.Errorf("re-opened: %v, want %v (%+v)", back, c.back, r)
			}
		})
	}
}
