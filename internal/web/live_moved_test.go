package web

import (
	"html"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/negotiate"
)

// TestAReopenedDecisionLeadsToWhatMovedIt: the first page and the page of the threat say
// which event moved the number, and lead to it in the record.
func TestAReopenedDecisionLeadsToWhatMovedIt(t *testing.T) {
	ts, s := liveSite(t, roundsAtOnce(t))
	if _, err := s.Decide(t.Context(), priya, negotiate.DecideRequest{Threats: []string{"doors"}, Kind: parley.Mitigate, With: []string{"codes-hidden"}, Because: "it is cheap"}); err != nil {
		t.Fatal(err)
	}
	dearer := strings.Replace(roundsAtOnce(t), "effort: 12d..25d", "effort: 60d..90d", 1)
	if _, err := s.Apply(t.Context(), priya, negotiate.ApplyRequest{Source: negotiate.Source{Name: "parley.yaml", Data: []byte(dearer)}}); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"/", "/t/doors"} {
		page := get(t, ts, path, http.StatusOK)
		wants(t, page, "What moved it: Mitigation “Door codes shown only on the day of the visit” recorded", "when it came back")
		link := regexp.MustCompile(`href="(/record\?event=[^"#]+)#(event-[^"]+)"`).FindStringSubmatch(page)
		if link == nil {
			t.Fatalf("%s leads to no event of the record", path)
		}
		record := get(t, ts, html.UnescapeString(link[1]), http.StatusOK)
		first := regexp.MustCompile(`(?s)<li id="(event-[^"]+)">(.*?)</li>`).FindStringSubmatch(record)
		if first == nil || first[1] != link[2] || !strings.Contains(first[2], "Mitigation “Door codes shown only on the day of the visit” recorded.") {
			t.Errorf("%s: the record begins with %v", path, first)
		}
	}
}
