package negotiate

import (
	"context"
	"math"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/evidence"
)

// standing is a product whose figures can be worked out by hand: a leak of
// 100k once in two years, stated with the firewall (80 % of it) and the alarm
// (half of the loss); a flood that nothing stands before.
const standing = `parley: v1
product: {id: shop, name: Shop, currency: GBP}
policy: {common_cause: 0%}
dependencies:
  - {id: cdn, title: Content network, down: 0%}
controls:
  - id: wall
    title: Firewall
    relies_on: [cdn]
    against: [{threat: leak, likelihood: 80%}]
    checks: [{id: scan, tool: ZAP}, {id: rules, tool: semgrep}]
  - id: alarm
    title: Alarm
    function: detect
    relies_on: [cdn]
    against: [{threat: leak, impact: 50%}]
    checks: [{id: drill}]
threats:
  - id: leak
    title: Leak
    likelihood: once every 2 years
    impact: {says: Orders leak., profit: 100k}
  - id: flood
    title: Flood
    likelihood: once every 10 years
    impact: {says: The cellar floods., profit: 50k}
`

func layersOf(t *testing.T, text string) *LayersResult {
	t.Helper()
	r, err := (&Service{}).Layers(context.Background(), Local("tom", ViaCLI), LayersRequest{Source: Source{Name: "x.yaml", Data: []byte(text)}})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// TestLayers works out by hand what each failure costs.
func TestLayers(t *testing.T) {
	r := layersOf(t, standing)
	if math.Abs(r.ExpectedAnnualLoss-55_000) > 1e-6 {
		t.Fatalf("today %v", r.ExpectedAnnualLoss)
	}
	// Without the firewall five times as many leaks, without the alarm each costs twice as much.
	for k, want := range []struct {
		id    string
		costs float64
		bares int
	}{{"wall", 200_000, 0}, {"alarm", 50_000, 0}} {
		got := r.Layers[k]
		if got.ID != want.id || math.Abs(got.IfItFails.Costs-want.costs) > 1e-6 || len(got.IfItFails.Bares) != want.bares {
			t.Errorf("%+v, want %+v", got, want)
		}
	}
	wall, alarm := r.Layers[0], r.Layers[1]
	if wall.Function != parley.Prevent || !wall.Guessed || alarm.Function != parley.Detect || alarm.Guessed {
		t.Errorf("functions %s %s", wall.Function, alarm.Function)
	}
	if wall.OneWay || !alarm.OneWay || !slices.Equal(wall.Verified, []evidence.Verification{evidence.Dynamic, evidence.Static}) {
		t.Errorf("verified by %v (%v), %v (%v)", wall.Verified, wall.OneWay, alarm.Verified, alarm.OneWay)
	}
	if d := r.Dependencies[0]; math.Abs(d.IfItFails.Costs-450_000) > 1e-6 || !slices.Equal(d.Layers, []string{"wall", "alarm"}) || !slices.Equal(d.IfItFails.Bares, []string{"leak"}) {
		t.Errorf("%+v", d)
	}
	if x := r.Threats[0]; x.ID != "leak" || !slices.Equal(x.SinglePoints, []string{"cdn"}) || !slices.Equal(x.ByFunction[parley.Prevent], []string{"wall"}) || !slices.Equal(x.ByFunction[parley.Detect], []string{"alarm"}) {
		t.Errorf("%+v", x)
	}
	if x := r.Threats[1]; x.ID != "flood" || len(x.ByFunction) != 0 || len(x.SinglePoints) != 0 {
		t.Errorf("%+v", x)
	}
}

// TestLayersOfTheExample: no failure makes anything better, and what is bared
// had something before it.
func TestLayersOfTheExample(t *testing.T) {
	data, err := os.ReadFile("../../examples/rounds.yaml")
	if err != nil {
		t.Fatal(err)
	}
	r := layersOf(t, string(data))
	if len(r.Layers) == 0 || len(r.Dependencies) == 0 || len(r.Threats) == 0 {
		t.Fatalf("%+v", r)
	}
	for i, x := range r.Layers {
		if x.IfItFails.Costs < 0 || i > 0 && x.IfItFails.Costs > r.Layers[i-1].IfItFails.Costs {
			t.Errorf("%s: %+v", x.ID, x.IfItFails)
		}
		for _, id := range x.IfItFails.Bares {
			if !slices.Contains(x.Against, id) {
				t.Errorf("%s bares %s, which it does not stand before", x.ID, id)
			}
		}
	}
}

// TestLayersThatFell: a layer whose check failed or fell silent stands for no other, so
// that what is left is a single point; and it says what that costs now.
func TestLayersThatFell(t *testing.T) {
	const two = `parley: v1
product: {id: shop, name: Shop, currency: GBP}
policy: {common_cause: 0%}
dependencies: [{id: cdn, title: Content network, down: 0%}]
controls:
  - {id: wall, title: Firewall, against: [{threat: leak, likelihood: 80%}], checks: [{id: rules, every: 7 days}]}
  - {id: scan, title: Code scan, relies_on: [cdn], against: [{threat: leak, likelihood: 50%}], checks: [{id: semgrep, every: 365 days}]}
threats:
  - {id: leak, title: Leak, likelihood: once every 2 years, impact: {says: Orders leak., profit: 100k}}
`
	d := newDesk(t) // 21 November 2026
	d.apply(two)
	look := func(day string) (*LayersResult, map[string]Layer) {
		t.Helper()
		r, err := d.Layers(t.Context(), d.tom, LayersRequest{Source: Source{Product: "shop"}, AsOf: day})
		if err != nil {
			t.Fatal(err)
		}
		out := map[string]Layer{}
		for _, x := range r.Layers {
			out[x.ID] = x
		}
		return r, out
	}
	single := func(r *LayersResult, want ...string) {
		t.Helper()
		if got := r.Threats[0].SinglePoints; !slices.Equal(got, want) {
			t.Errorf("on %s everything hangs on %v, want %v", r.AsOf, got, want)
		}
	}
	d.report("rules", "pass", "2026-11-20T00:00:00Z")
	d.report("semgrep", "pass", "2026-11-20T00:00:00Z")
	r, _ := look("")
	single(r)
	// In a month the firewall has been silent for too long: the scan alone stands, and
	// what it relies on carries it.
	r, on := look("2026-12-21")
	single(r, "scan", "cdn")
	if wall := on["wall"]; !wall.Fallen() || wall.CostsNow <= 0 || wall.IfItFails.Costs != 0 || len(wall.IfItFails.Bares) != 0 {
		t.Errorf("silent: %+v", wall)
	}
	// The scan fails: the firewall alone stands, and nothing hangs on what only the scan
	// relies on.
	d.report("semgrep", "fail", "2026-11-20T12:00:00Z")
	r, _ = look("")
	single(r, "wall")
	// What still helps when it does not work as intended stands on: nothing is alone.
	d.apply(strings.Replace(two, "title: Code scan,", "title: Code scan, degraded: 20%,", 1))
	r, _ = look("")
	single(r)
	d.apply(two)
	// Both are down: before the leak nothing stands.
	_, on = look("2026-12-21")
	if wall, scan := on["wall"], on["scan"]; !wall.Fallen() || !scan.Fallen() || len(wall.IfItFails.Bares) != 1 || len(scan.IfItFails.Bares) != 1 {
		t.Errorf("both: %+v, %+v", wall, scan)
	}
}
