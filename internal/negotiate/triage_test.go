package negotiate

import (
	"strconv"
	"strings"
	"testing"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/evidence"
)

// scanned is a report of one finding that always says the same, on a line, with a
// fingerprint of its tool.
func scanned(line, print string) []evidence.Input {
	own := ""
	if print != "" {
		own = `,"partialFingerprints":{"primaryLocationLineHash":"` + print + `"}`
	}
	return []evidence.Input{{Name: "c.sarif", Data: []byte(`{"version":"2.1.0","runs":[{"tool":{"driver":{"name":"CodeQL"}},"results":[{"ruleId":"js/x","message":{"text":"m"},` +
		`"locations":[{"physicalLocation":{"artifactLocation":{"uri":"a.js"},"region":{"startLine":` + line + `}}}]` + own + `}]}]}`)}}
}

// TestTriageInheritsNoDecision: a decision survives that its finding moves, and is
// not taken over by another finding that says the same.
func TestTriageInheritsNoDecision(t *testing.T) {
	d := newDesk(t)
	d.apply(shop)
	r, err := d.Triage(t.Context(), d.tom, TriageRequest{Files: scanned("5", "39fa:1")})
	if err != nil || r.Recorded != 1 {
		t.Fatalf("%+v, %v", r, err)
	}
	d.decide(DecideRequest{Threats: []string{r.Findings[0].Threat}, Kind: parley.Accept, Until: "2027-05-01", Because: "a false alarm"})
	for print, want := range map[string]string{"39fa:1": FindingDecided, "": FindingDecided, "39fa:2": FindingNew, "ffff:1": FindingNew} {
		r, err := d.PreviewTriage(t.Context(), d.tom, TriageRequest{Files: scanned("900", print)})
		if err != nil || len(r.Findings) != 1 || r.Findings[0].State != want {
			t.Errorf("%q: %+v, %v, want %s", print, r, err, want)
		}
	}
	// The new one is a threat of its own from then on.
	for range 2 {
		if r, err = d.Triage(t.Context(), d.tom, TriageRequest{Files: scanned("900", "ffff:1")}); err != nil {
			t.Fatal(err)
		}
	}
	if r.Recorded != 0 || r.Findings[0].State != FindingKnown || len(r.Gone) != 1 {
		t.Errorf("%+v", r)
	}
}

// TestTriageOfTooMany: more findings than anybody decides about are refused, however
// many they are: the answer does not take longer with the square of their number.
func TestTriageOfTooMany(t *testing.T) {
	d := newDesk(t)
	d.apply(shop)
	var b strings.Builder
	b.WriteString(`{"version":"2.1.0","runs":[{"tool":{"driver":{"name":"t"}},"results":[{"ruleId":"r"}`)
	const n = 300_000
	for i := range n {
		b.WriteString(`,{"ruleId":"r` + strconv.Itoa(i) + `"}`)
	}
	b.WriteString(`]}]}`)
	_, err := d.PreviewTriage(t.Context(), d.tom, TriageRequest{Files: []evidence.Input{{Name: "f", Data: []byte(b.String())}}})
	if err == nil || !strings.Contains(err.Error(), "300001 new findings") {
		t.Errorf("%v", err)
	}
}
