package negotiate

import (
	"strings"
	"testing"

	"github.com/parleysec/parley/internal/evidence"
)

// TestAnUnclearTimeIsNoPass: a report whose own time nobody can read may be an old
// one; it counts once the uploader says when it ran. Its notes stand on record.
func TestAnUnclearTimeIsNoPass(t *testing.T) {
	for at, want := range map[string]string{"": "inconclusive", "2026-11-20": "pass"} {
		d := newDesk(t)
		d.apply(lifecycle)
		r, err := d.AddEvidence(t.Context(), d.tom, AddEvidenceRequest{Product: "shop", Check: "attacks", ReadEvidenceRequest: ReadEvidenceRequest{At: at, Files: []evidence.Input{{
			Name: "r.xml", Data: []byte(`<testsuite name="x" tests="1" timestamp="last tuesday"><testcase name="a"/></testsuite>`),
		}}}})
		if err != nil {
			t.Fatal(err)
		}
		x := r.Files[0].Results[0]
		says := strings.Join(x.Reasons, "; ")
		if x.Outcome != want || !strings.Contains(says, `"last tuesday" is not understood`) || strings.Contains(says, "--at") != (at == "") {
			t.Errorf("--at %q: %+v", at, x)
		}
	}
}
