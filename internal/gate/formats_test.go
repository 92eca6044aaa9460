package gate

import (
	"bytes"
	"encoding/json"
	"testing"
)

// TestSARIFPlaces: every result has a relative reference to a file and a line,
// without which GitHub refuses it: the file of most repositories and the first
// line where neither is known.
func TestSARIFPlaces(t *testing.T) {
	for _, c := range []struct {
		file, uri  string
		line, want int
	}{
		{"parley.yaml", "parley.yaml", 7, 7},
		{"teams/web shop/100%#?.yaml", "teams/web%20shop/100%25%23%3F.yaml", 0, 1},
		{"c:x.yaml", "./c:x.yaml", 0, 1}, // no scheme
		{"", "parley.yaml", 0, 1},
	} {
		a := hostile()
		a.Results[0].Excepted = []Exception{{Ref: "x"}}
		a.Place(func(string) int { return c.line })
		var b bytes.Buffer
		if err := a.SARIF(&b, "shop", c.file); err != nil {
			t.Fatal(err)
		}
		var log sarifLog
		if err := json.Unmarshal(b.Bytes(), &log); err != nil {
			t.Fatal(err)
		}
		if n := len(log.Runs[0].Results); n != 2 {
			t.Fatalf("%d results", n)
		}
		for _, r := range log.Runs[0].Results {
			at := r.Locations[0]
			if at.Physical.Artifact.URI != c.uri || at.Physical.Region.StartLine != c.want || at.Logical[0].Name != "shop/x" {
				t.Errorf("%q: %+v", c.file, at)
			}
		}
	}
}
