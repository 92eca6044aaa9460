package gate

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"testing"
)

// TestUnknown: what only a ledger knows neither holds nor fails where a file is
// asked, and is counted apart.
func TestUnknown(t *testing.T) {
	p, err := Read(DefaultName, Default())
	if err != nil {
		t.Fatal(err)
	}
	for _, recorded := range []bool{true, false} {
		f := sound()
		f.Product.Recorded = recorded
		a, err := p.Ask(t.Context(), f)
		if err != nil {
			t.Fatal(err)
		}
		var unknown []string
		for _, r := range a.Results {
			if r.Unknown {
				unknown = append(unknown, r.Rule)
			}
			if r.Unknown && (!r.Skipped || !r.Pass) {
				t.Errorf("%+v", r)
			}
		}
		if want := []string{"premises", "overdue", "checks"}; recorded && unknown != nil || !recorded && !slices.Equal(unknown, want) {
			t.Errorf("recorded %v: not known are %v", recorded, unknown)
		}
		text := a.Text("shop", 200)
		if strings.Contains(text, "3 more ask for what only a ledger knows.") == recorded || strings.Contains(text, "ok No decision is past its end") != recorded {
			t.Errorf("recorded %v:\n%s", recorded, text)
		}
	}
}

// TestTested: before deployment a layer that fails or is silent is not verified.
func TestTested(t *testing.T) {
	p, err := Read(DefaultName, Default())
	if err != nil {
		t.Fatal(err)
	}
	for lacks, want := range map[string]string{"": "", LacksPass: "“C” is failing by its check k; a year costs", LacksReport: "“C” has a check that never reported: k; if it failed unnoticed"} {
		f := sound()
		x := Layer{ID: "c", Title: "C", Lacks: lacks, Standing: lacks, Check: "k", Checks: 1, CostsNow: 50_000}
		x.LacksText = map[string]string{LacksPass: "is failing by its check k", LacksReport: "has a check that never reported: k"}[lacks]
		f.Layers = []Layer{x}
		a, err := p.Ask(t.Context(), f)
		if err != nil {
			t.Fatal(err)
		}
		i := slices.IndexFunc(a.Results, func(r Result) bool { return r.Rule == "tested" })
		if r := a.Results[i]; r.Skipped || r.Pass != (want == "") || !strings.Contains(r.Reason, want) {
			t.Errorf("%s: %+v", lacks, r)
		} else if want != "" && r.Failing[0].Kind != lacks {
			t.Errorf("%q is of the kind %q", lacks, r.Failing[0].Kind)
		}
	}
}

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
