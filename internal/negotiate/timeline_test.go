package negotiate

import (
	"fmt"
	"testing"
	"time"

	"github.com/parleysec/parley/internal/evidence"
)

// TestTimelineAgreesWithLayers: on every day the line says what the layers of that
// day say.
func TestTimelineAgreesWithLayers(t *testing.T) {
	d := newDesk(t)
	d.apply(watched)
	for _, x := range [][2]string{
		{"pass", "2026-09-01T10:00:00Z"}, {"pass", "2026-09-06T10:00:00Z"}, {"inconclusive", "2026-09-18T10:00:00Z"}, {"fail", "2026-10-10T10:00:00Z"}, {"pass", "2026-10-12T10:00:00Z"},
	} {
		d.report("rules", x[0], x[1])
	}
	r, err := d.Timeline(t.Context(), d.tom, TimelineRequest{Product: "shop", About: "rules"})
	if err != nil {
		t.Fatal(err)
	}
	line := r.Layers[0].Line
	for day := time.Date(2026, 9, 1, 0, 0, 0, 0, time.UTC); day.Before(time.Date(2026, 11, 10, 0, 0, 0, 0, time.UTC)); day = day.AddDate(0, 0, 1) {
		var want evidence.Standing
		for _, m := range line {
			if m.At.Before(day.AddDate(0, 0, 1)) {
				want = m.Standing
			}
		}
		l, err := d.Layers(t.Context(), d.tom, LayersRequest{Source: Source{Product: "shop"}, AsOf: day.Format(time.DateOnly)})
		if err != nil {
			t.Fatal(err)
		}
		for _, x := range l.Layers {
			if x.ID == r.Layers[0].ID && x.Standing != want {
				t.Errorf("%s: the layer is %q, the line says %q", day.Format(time.DateOnly), x.Standing, want)
			}
		}
	}
	var came int
	for _, m := range line {
		came += len(m.Results)
	}
	if came != 5 || r.Layers[0].Now != line[len(line)-1].LayerStanding {
		t.Errorf("%d results, now %+v, at last %+v", came, r.Layers[0].Now, line[len(line)-1])
	}
}

// TestTimelineBound: of very many results the latest are shown, and the rest is said.
func TestTimelineBound(t *testing.T) {
	d := newDesk(t)
	d.apply(watched)
	var files []evidence.Input
	first := time.Date(2026, 10, 1, 0, 0, 0, 0, time.UTC)
	for i := range mostResults + 7 {
		at := first.Add(time.Duration(i) * time.Hour).Format(time.RFC3339)
		files = append(files, evidence.Input{Name: fmt.Sprintf("%d.json", i), Data: []byte(`{"schema":"parley.results/1","time":"` + at + `","results":[{"outcome":"pass"}]}`)})
	}
	if _, err := d.AddEvidence(t.Context(), d.tom, AddEvidenceRequest{Product: "shop", Check: "rules", ReadEvidenceRequest: ReadEvidenceRequest{Files: files}}); err != nil {
		t.Fatal(err)
	}
	r, err := d.Timeline(t.Context(), d.tom, TimelineRequest{Product: "shop", About: "rules"})
	if err != nil {
		t.Fatal(err)
	}
	l := r.Layers[0]
	if l.Left != 7 || !l.From.Equal(first.Add(7*time.Hour)) || l.Line[0].Standing != evidence.Verified {
		t.Errorf("%d left out, from %s, %s", l.Left, l.From, l.Line[0].Standing)
	}
}
