package brief

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/parleysec/parley/plan/model"
)

// keys lists every path of keys in a JSON value, lists as [].
func keys(v any, path string, into map[string]bool) {
	switch v := v.(type) {
	case map[string]any:
		for k, x := range v {
			into[path+"."+k] = true
			keys(x, path+"."+k, into)
		}
	case []any:
		for _, x := range v {
			keys(x, path+"[]", into)
		}
	}
}

func jsonKeys(t *testing.T, r *Report) []string {
	t.Helper()
	b, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	var v any
	if err := json.Unmarshal(b, &v); err != nil {
		t.Fatal(err)
	}
	all := map[string]bool{}
	keys(v, "", all)
	out := make([]string, 0, len(all))
	for k := range all {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}

// The keys that docs/cli.md promises are there, and no key changes unnoticed.
func TestJSONKeys(t *testing.T) {
	r := briefs(t, read(t, hostileModel), &model.Plan{Chosen: []string{"m"}}, Options{Trials: 100, Futures: 100, AsOf: "2026-11-21"})
	got := jsonKeys(t, r)
	for _, want := range []string{
		".schema", ".product", ".currency", ".horizon_years", ".as_of",
		".threats[].id", ".threats[].title", ".threats[].says", ".threats[].chance_within_horizon", ".threats[].people",
		".threats[].expected_annual_loss", ".threats[].loss_1_in_20", ".threats[].loss_if_it_happens.p50", ".threats[].loss_if_it_happens.p95",
		".threats[].unconfirmed", ".threats[].options[].id", ".threats[].options[].kind", ".threats[].options[].cost.money",
		".threats[].options[].cost.effort_days", ".threats[].options[].expected_annual_loss_after", ".threats[].options[].net_benefit",
		".threats[].options[].pays_off_chance", ".threats[].options[].worth_it_chance",
		".threats[].chance_within_horizon_range", ".threats[].expected_annual_loss_range", ".threats[].options[].cost.effort_days_range",
		".threats[].options[].expected_annual_loss_after_range",
	} {
		if !slices.Contains(got, want) {
			t.Errorf("no key %s", want)
		}
	}
	golden(t, "keys.txt", []byte(strings.Join(got, "\n")+"\n"))
}

func TestUnknownFiguresAreNull(t *testing.T) {
	r := briefs(t, read(t, peopleOnly), nil, Options{Trials: 100, Futures: 100})
	b, err := json.Marshal(r.Threat("dose"))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`"expected_annual_loss":null`, `"loss_1_in_20":null`, `"loss_if_it_happens":null`, `"net_benefit":null`, `"pays_off_chance":null`} {
		if !strings.Contains(string(b), want) {
			t.Errorf("%s is not in %s", want, b)
		}
	}
}
