package web

import (
	"net/http"
	"strings"
	"testing"
)

// unpriced is a threat whose one way against it has no cost and no strength yet, as a
// threat model brings them.
const unpriced = `parley: v1
product: {id: shop, name: Shop, stage: design, currency: GBP}
threats:
  - {id: leak, title: The records leak, likelihood: 10% to 50% per year, basis: imported, impact: {says: Anybody reads them., compromise: 20k..200k}}
mitigations:
  - {id: fix, title: Encrypt them, against: [{threat: leak}]}
`

// TestWhatCannotBeJudgedIsNotWorthless: where the one thing that could be built has
// no cost yet, the brief does not say that nothing is worth building.
func TestWhatCannotBeJudgedIsNotWorthless(t *testing.T) {
	const unbuilt, unjudged = "nothing is worth building", "nothing else can be judged yet"
	ts, _ := liveSite(t, unpriced)
	body := text(get(t, ts, "/t/leak", http.StatusOK))
	if strings.Contains(body, unbuilt) || !strings.Contains(body, unjudged) || !strings.Contains(body, "Needs a cost before it can be judged") {
		t.Error(body)
	}
	dear, _ := liveSite(t, strings.Replace(unpriced, "title: Encrypt them, against: [{threat: leak}]", "title: Encrypt them, cost: {once: 900k}, against: [{threat: leak, likelihood: 50%}]", 1))
	if body := text(get(t, dear, "/t/leak", http.StatusOK)); !strings.Contains(body, unbuilt) || strings.Contains(body, unjudged) {
		t.Error(body)
	}
}
