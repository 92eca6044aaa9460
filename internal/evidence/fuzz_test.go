package evidence

import (
	"strings"
	"testing"
	"unicode"

	"github.com/parleysec/parley"
)

// mustHold is what reading any bytes must keep.
func mustHold(t *testing.T, data []byte) {
	t.Helper()
	r, err := Read(Input{"f", data}, Options{})
	if r == nil || len(r.Digest) != 64 {
		t.Fatal("no report, or one without a digest")
	}
	if err != nil {
		bad, ok := err.(*Error)
		if !ok || bad.Says == "" || len(r.Runs) > 0 {
			t.Fatalf("error %#v with %d runs", err, len(r.Runs))
		}
	}
	f := r.Summary()
	switch {
	case f.Verdict == Pass && (err != nil || f.Fail > 0 || len(r.Runs) == 0):
		t.Fatalf("a pass: %+v, %v", f, err)
	case f.Verdict == Inconclusive && len(f.Notes) == 0:
		t.Fatal("inconclusive without a reason")
	case f.Pass < 0 || f.Fail < 0 || f.Inconclusive < 0 || f.Notes == nil:
		t.Fatalf("%+v", f)
	}
	for _, s := range append(f.Notes, f.Tool) {
		for _, c := range s {
			if unicode.IsControl(c) || unicode.Is(unicode.Cf, c) {
				t.Fatalf("a hidden character %U in %q", c, s)
			}
		}
	}
	Judge(r, parley.Check{Tool: "*", Rule: "a*", Test: "*b", Path: "**/c", Level: "medium", MinCases: 1, Branch: "main"})
}

// fuzz starts from the small files of some formats.
func fuzz(f *testing.F, formats ...string) {
	f.Helper()
	for _, c := range readerCases() {
		for _, name := range formats {
			if c.want.Format == name {
				f.Add([]byte(c.data))
			}
		}
	}
	f.Fuzz(mustHold)
}

func FuzzSARIF(f *testing.F)        { fuzz(f, "sarif") }
func FuzzJUnit(f *testing.F)        { fuzz(f, "junit") }
func FuzzGoTest(f *testing.F)       { fuzz(f, "gotest") }
func FuzzCycloneDX(f *testing.F)    { fuzz(f, "cyclonedx") }
func FuzzCycloneDXXML(f *testing.F) { fuzz(f, "cyclonedx-xml") }
func FuzzOpenVEX(f *testing.F)      { fuzz(f, "openvex") }
func FuzzOSV(f *testing.F)          { fuzz(f, "osv-scanner") }
func FuzzTrivy(f *testing.F)        { fuzz(f, "trivy") }
func FuzzZAP(f *testing.F)          { fuzz(f, "zap") }
func FuzzZAPXML(f *testing.F)       { fuzz(f, "zap-xml") }
func FuzzScorecard(f *testing.F)    { fuzz(f, "scorecard") }
func FuzzGitleaks(f *testing.F)     { fuzz(f, "gitleaks") }
func FuzzSemgrep(f *testing.F)      { fuzz(f, "semgrep") }
func FuzzPlain(f *testing.F)        { fuzz(f, "parley") }
func FuzzDSSE(f *testing.F)         { fuzz(f, "dsse", "in-toto", "statement") }

// FuzzSigned: what stands in an envelope is read after its signature holds, so
// it is tried without one.
func FuzzSigned(f *testing.F) {
	f.Add([]byte(statement))
	for _, result := range []string{"PASSED", "FAILED", "WARNED"} {
		f.Add([]byte(`{"subject":[{"digest":{"gitCommit":"0123456789"}}],"predicateType":"` + testResult + `v0.1","predicate":{"result":"` + result + `","passedTests":["a"]}}`))
		f.Add([]byte(`{"predicate":{"verificationResult":"` + result + `","verifiedLevels":["a"]},"predicateType":"` + summary + `v1"}`))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, read := range []func([]byte, *Run) *Error{readInToto, readStatement} {
			r := &Report{Runs: []Run{{Kind: Statements}}}
			if err := read(data, &r.Runs[0]); err != nil {
				continue
			}
			if got := Judge(r, parley.Check{}); got.Outcome == Pass && (got.Pass == 0 || got.Fail > 0) {
				t.Fatalf("a pass: %+v", got)
			}
		}
	})
}

// TestBombs: files that are small and would be large once read.
func TestBombs(t *testing.T) {
	laughs := `<!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]><testsuite name="&b;"/>`
	for name, data := range map[string]string{
		"entities":      laughs,
		"attributes":    "<testsuite" + strings.Repeat(` a=""`, 1<<20) + "/>",
		"brackets":      strings.Repeat("[", 1<<20),
		"braces":        strings.Repeat(`{"a":`, 1<<18),
		"elements":      strings.Repeat("<testsuite>", 1<<18),
		"long number":   `{"version":"2.1.0","runs":[{"results":[{"ruleIndex":1` + strings.Repeat("0", 1<<20) + `}]}]}`,
		"large number":  `{"version":"2.1.0","runs":[{"results":[{"ruleIndex":1e308}]}]}`,
		"many members":  `{"bomFormat":"CycloneDX","vulnerabilities":[{"id":"A"` + strings.Repeat(`,"":1`, 1<<18) + `}]}`,
		"many texts":    strings.Repeat(`{"payloadType":"a","payload":"e30=","signatures":[]}`, 2000),
		"signatures":    `{"payloadType":"a","payload":"e30=","signatures":[` + strings.Repeat(`{"sig":"AAAA"},`, 200) + `{}]}`,
		"many results":  `{"version":"2.1.0","runs":[{"results":[` + strings.Repeat(`{},`, mostCases) + `{}]}]}`,
		"many runs":     `{"version":"2.1.0","runs":[` + strings.Repeat(`{"results":[]},`, mostRuns) + `{}]}`,
		"many entries":  `{"version":"2.1.0","runs":[{"artifacts":[` + strings.Repeat(`{},`, mostItems) + `{}]}]}`,
		"many cases":    "<testsuite>" + strings.Repeat(`<testcase/>`, mostCases+1) + "</testsuite>",
		"external name": `<!DOCTYPE r SYSTEM "http://127.0.0.1:1/x.dtd"><testsuite/>`,
	} {
		t.Run(name, func(t *testing.T) {
			if r, err := Read(Input{"f", []byte(data)}, Options{}); err == nil {
				t.Errorf("was read: %+v", r.Summary())
			}
		})
	}
}
