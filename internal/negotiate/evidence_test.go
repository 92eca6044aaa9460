package negotiate

import (
	"context"
	"testing"
	"time"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/evidence"
)

// TestReadEvidence: what can be read and what cannot stand side by side, and
// the clock of the service judges the time in a file.
func TestReadEvidence(t *testing.T) {
	s := &Service{Now: func() time.Time { return time.Date(2027, 2, 1, 0, 0, 0, 0, time.UTC) }}
	me := Local("tom", ViaCLI)
	dated := `{"schema":"parley.results/1","time":"2027-03-01T00:00:00Z","results":[{"outcome":"pass"}]}`
	res, err := s.ReadEvidence(context.Background(), me, ReadEvidenceRequest{
		Files:  []evidence.Input{{Name: "a", Data: []byte(`[]`)}, {Name: "b", Data: nil}, {Name: "c", Data: []byte(dated)}},
		Commit: "abcdef0", Branch: "main", At: "2027-01-31T12:00:00+01:00",
	})
	if err != nil {
		t.Fatal(err)
	}
	files := res.Files.Files
	if res.Schema != "parley.evidence/1" || len(files) != 3 || files[0].Verdict != evidence.Pass || files[1].Verdict != evidence.Inconclusive || files[2].Verdict != evidence.Inconclusive {
		t.Errorf("%+v", files)
	}
	if *files[0].Time != "2027-01-31T11:00:00Z" || *files[0].Commit != "abcdef0" || *files[0].TimeSource != evidence.Asserted {
		t.Errorf("%+v", files[0])
	}
	if len(res.Problems) != 1 || res.Problems[0].File != "b" {
		t.Errorf("problems %v", res.Problems)
	}
	for _, bad := range []ReadEvidenceRequest{{At: "soon"}, {Keys: []evidence.Input{{Name: "k", Data: []byte("x")}}}} {
		if _, err := s.ReadEvidence(context.Background(), me, bad); parley.KindOfError(err) != parley.Invalid {
			t.Errorf("%+v: %v", bad, err)
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := s.ReadEvidence(ctx, me, ReadEvidenceRequest{Files: []evidence.Input{{}}}); parley.KindOfError(err) != parley.Unavailable {
		t.Errorf("cancelled: %v", err)
	}
}
