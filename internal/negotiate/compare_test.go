package negotiate

import (
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/parleysec/parley"
)

func compareOf(t *testing.T, a, b string) (*CompareResult, error) {
	t.Helper()
	d := newDesk(t)
	req := PlanRequest{Source: Source{Name: "shop.yaml", Data: []byte(shop)}, Trials: 20_000}
	return d.Compare(t.Context(), d.tom, CompareRequest{PlanRequest: req, A: a, B: b})
}

func TestCompare(t *testing.T) {
	r, err := compareOf(t, "best", "none")
	if err != nil {
		t.Fatal(err)
	}
	best, err := planOf(t, shop, Budget{})
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(r.OnlyA, best.Chosen) || len(r.OnlyB)+len(r.Both) > 0 {
		t.Errorf("only A %v, only B %v, both %v", r.OnlyA, r.OnlyB, r.Both)
	}
	if math.Abs(r.A.Value-best.Value) > 1e-6 || r.B.Value != 0 || r.A.AnnualLoss != best.AnnualLoss.After || r.B.AnnualLoss != best.AnnualLoss.Before {
		t.Errorf("A %+v, B %+v; the plan says %v", r.A, r.B, best.Value)
	}
	if !r.A.WithinLimits || r.B.WithinLimits || r.B.Obligations[0].Met || r.A.WorthIt < .5 || r.B.WorthIt != 0 {
		t.Errorf("limits, duties or chances are wrong: A %+v, B %+v", r.A, r.B)
	}
	sum := 0.0
	for k, x := range r.Threats {
		sum += x.B - x.A
		if k > 0 && math.Abs(x.A-x.B) > math.Abs(r.Threats[k-1].A-r.Threats[k-1].B) {
			t.Errorf("%s stands too low", x.ID)
		}
	}
	if want := r.B.AnnualLoss - r.A.AnnualLoss; math.Abs(sum-want) > 1e-6*want {
		t.Errorf("threats differ by %v, the whole by %v", sum, want)
	}
}

func TestCompareLists(t *testing.T) {
	r, err := compareOf(t, "safe, archive", "archive,gift")
	if err != nil || !slices.Equal(r.OnlyA, []string{"safe"}) || !slices.Equal(r.OnlyB, []string{"gift"}) || !slices.Equal(r.Both, []string{"archive"}) {
		t.Errorf("%+v, %v", r, err)
	}
	for name, says := range map[string]string{"7": "no plan 7", "nix": `"nix" is no plan`, "saef": "did you mean", "leak": "there are: best, none, safe, archive, gift", "none,safe": "no plan", "0": "no plan 0"} {
		if _, err := compareOf(t, name, "none"); err == nil || !strings.Contains(withHint(err), says) || parley.KindOfError(err) != parley.Invalid {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// withHint is an error with what would be right.
func withHint(err error) string {
	if e, ok := errors.AsType[*parley.Error](err); ok {
		return err.Error() + "\n" + e.Hint
	}
	return err.Error()
}
