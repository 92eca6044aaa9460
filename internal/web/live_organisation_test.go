package web

import (
	"net/http"
	"strings"
	"testing"

	"github.com/parleysec/parley/quantity"
)

// TestOrganisation: products, what was set by whom, authority, words, people for
// who may know of them, how estimates held and how deciding goes.
func TestOrganisation(t *testing.T) {
	ts, _ := liveSite(t, roundsAtOnce(t))
	wants(t, get(t, ts, organisationPath, http.StatusOK), "One product, by the same rules", "What a day of one person costs", "priya@larkspur.example",
		"No authority matrix limits", "What the words mean", "remote chance", "as shipped", "How deciding goes on", "Came into force in this time", "How well estimates held")
	if page := text(get(t, ts, organisationPath, http.StatusOK)); strings.Contains(page, `{"chance"`) || !strings.Contains(page, "more than £250k in at most 25 of 100 years; more than £1M in at most 5 of 100 years") {
		t.Errorf("limits are not in words: %s", page)
	}
	c := newCompany(t, shopFile())
	mia, rita := c.join("mia@example.org", "manager@shop"), c.join("rita@example.org", "reader@shop")
	wants(t, mia.get(organisationPath, http.StatusOK), "mia@example.org", "rita@example.org", "manager")
	if page := text(rita.get(organisationPath, http.StatusOK)); strings.Contains(page, "mia@") || !strings.Contains(page, "Managers, auditors and administrators see") {
		t.Errorf("to a reader: %s", page)
	}
}

// TestScales: a word of one's own takes the place of the shipped one, and says so.
func TestScales(t *testing.T) {
	got := scales(quantity.Scale{Impact: map[string]string{"low": "1..2", "huge": "9M..20M", "high": "5..6"}}, quantity.Scale{Impact: map[string]string{"low": "1k..20k", "high": "5..6"}})
	want := []ScaleRow{{"high", "5..6", "as shipped, nobody set it"}, {"huge", "9M..20M", "set here"}, {"low", "1..2", "set here"}}
	for i, row := range got[1].Rows {
		if row != want[i] {
			t.Errorf("%v, want %v", row, want[i])
		}
	}
	if len(got) != 4 || len(got[1].Rows) != 3 {
		t.Errorf("%v", got)
	}
}
