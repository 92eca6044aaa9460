package exchange

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// Threats called the same are told apart by where they stand, and by a number
// where that is the same as well. No id moves by it.
func TestThreatsCalledTheSame(t *testing.T) {
	at := func(place, title string, n int) string {
		return fmt.Sprintf(`{"data":{"name":%q,"threats":[{"id":"x%d","title":%q,"description":"Text %d","status":"Open","severity":"High"}]}}`, place, n, title, n)
	}
	long := strings.Repeat("long ", 31) + "title"
	cells := []string{
		at("Web request", "No HTTPS", 1), at("Web answer", "no https", 2), at("Queue", "Forged", 3),
		at("Store", "Copied", 4), at("Store", "Copied", 5), at("Store", "Copied", 6), at("Store", "copied", 7), at("Store", "Lost", 10), at("Store", "Lost", 11), at("", "Lost (Store 2)", 12),
		at("A", long, 8), at("B", long, 9),
	}
	m, r := usable(t, "threatdragon", Options{}, Input{"model.json", []byte(`{"version":"2.3.0","summary":{"title":"M"},"detail":{"diagrams":[{"cells":[` + strings.Join(cells, ",") + `]}]}}`)})
	var got []string
	for _, x := range m.Threats {
		got = append(got, x.ID+" "+x.Title)
	}
	cut := strings.TrimSpace(strings.Repeat("long ", 31)) + "…"
	want := []string{
		"x1 No HTTPS (Web request)", "x2 no https (Web answer)", "x3 Forged",
		"x4 Copied (Store 1)", "x5 Copied (Store 2)", "x6 Copied (Store 3)", "x7 copied (Store 4)",
		"x10 Lost (Store 1)", "x11 Lost (Store 3)", "x12 Lost (Store 2)",
		"x8 " + cut + " (A)", "x9 " + cut + " (B)",
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	var told []string
	for _, l := range r.Guessed {
		if strings.HasPrefix(l.Why, "several threats are called so") {
			told = l.Where
		}
	}
	if d := cmp.Diff([]string{"No HTTPS", "Copied", "Lost", long}, told); d != "" {
		t.Error(d)
	}
}
