package web

import (
	"net/http"
	"strings"
	"testing"
)

// TestAveragesAfterContractsAreCalledSo: what a plan leaves of a threat that is
// insured is less than the plans beside it are weighed by, and has another name.
func TestAveragesAfterContractsAreCalledSo(t *testing.T) {
	ts, _ := liveSite(t, ways)
	const after = "Average a year, after what contracts pay"
	if strings.Contains(get(t, ts, "/plan", http.StatusOK), after) {
		t.Error("contracts are named where nobody carries anything")
	}
	form := filled(t, get(t, ts, "/t/leak", http.StatusOK), "do")
	form.Set("because", "The insurer knows the trade.")
	form.Set("act", "transfer")
	form["with"] = []string{"transfer:cover"}
	post(t, ts, "/t/leak/decide", form, http.StatusSeeOther)
	wants(t, get(t, ts, "/plan", http.StatusOK), "Average a year, last", after)
}
