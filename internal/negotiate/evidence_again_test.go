package negotiate

import (
	"strings"
	"testing"

	"github.com/parleysec/parley/internal/evidence"
)

// TestAReportIsBroughtRight: what could not be judged for want of a word of the
// uploader counts once that word is right; what was judged stays as it is, and the
// answer says what is on record.
func TestAReportIsBroughtRight(t *testing.T) {
	d := newDesk(t)
	d.apply(strings.Replace(lifecycle, "tool: junit", "branch: main", 1))
	add := func(branch string) (int, AddedResult) {
		t.Helper()
		req := AddEvidenceRequest{Product: "shop", Check: "attacks", ReadEvidenceRequest: ReadEvidenceRequest{Branch: branch, Files: []evidence.Input{{
			Name: "r.json", Data: []byte(`{"schema":"parley.results/1","time":"2026-11-20T10:00:00Z","results":[{"test":"a","outcome":"pass"}]}`),
		}}}}
		r, err := d.AddEvidence(t.Context(), d.tom, req)
		if err != nil {
			t.Fatal(err)
		}
		if req.Files[0].Data != nil {
			t.Error("the file is kept")
		}
		return r.Recorded, r.Files[0].Results[0]
	}
	for i, c := range []struct {
		branch   string
		recorded int
		outcome  string
	}{
		{"mian", 1, "inconclusive"},
		{"maain", 0, "inconclusive"},
		{"main", 1, "pass"},
		{"main", 0, "pass"},
		{"mian", 0, "pass"},
	} {
		if n, x := add(c.branch); n != c.recorded || x.Outcome != c.outcome || x.Already != (n == 0) {
			t.Errorf("%d: %d recorded, %+v", i, n, x)
		}
	}
}
