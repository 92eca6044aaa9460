package ledger

import (
	"strings"
	"testing"
	"time"
)

func someEvidence(change func(*EvidenceRecorded)) *EvidenceRecorded {
	b := &EvidenceRecorded{
		File: "report.xml", Digest: strings.Repeat("ab", 32), Format: "junit",
		Results: []CheckResult{{Check: "waf-regression", Outcome: CheckFailed, Pass: 37, Fail: 3, At: time.Date(2026, 11, 20, 8, 0, 0, 0, time.UTC), AtSource: "in the file", Reasons: []string{"3 of 40 got through"}}},
	}
	if change != nil {
		change(b)
	}
	return b
}

// TestEvidence: what a file said is kept, and known when it comes again.
func TestEvidence(t *testing.T) {
	b := newBook(t)
	b.apply(shop())
	b.add(Draft{Product: "shop", Body: someEvidence(nil), By: "tom"})
	p := b.shop()
	if len(p.Evidence) != 1 || p.Evidence[0].By != "tom" || p.Evidence[0].Event == "" {
		t.Fatalf("%+v", p.Evidence)
	}
	got := p.ResultsOf("waf-regression")
	if len(got) != 1 || got[0].Fail != 3 || got[0].Reasons[0] != "3 of 40 got through" {
		t.Fatalf("%+v", got)
	}
	if len(p.ResultsOf("another")) != 0 {
		t.Fatal("results of a check that never reported")
	}
	file, on := strings.Repeat("ab", 32), someEvidence(nil).Results[0].At
	seen := func(digest, check, outcome string, at time.Time) bool {
		return p.Seen(digest, check, outcome, at) != nil
	}
	if !seen(file, "waf-regression", CheckFailed, time.Time{}) || !seen(file, "waf-regression", CheckPassed, on) || !seen(file, "waf-regression", CheckInconclusive, on) ||
		seen(file, "waf-regression", CheckFailed, time.Unix(1, 0)) || seen(file, "another", CheckFailed, time.Time{}) || seen(strings.Repeat("cd", 32), "waf-regression", CheckFailed, time.Time{}) {
		t.Fatal("seen and not seen")
	}
	p.Evidence[0].Results[0].Outcome = CheckInconclusive
	if !seen(file, "waf-regression", CheckInconclusive, on) || seen(file, "waf-regression", CheckPassed, on) || seen(file, "waf-regression", CheckFailed, time.Time{}) {
		t.Fatal("what was inconclusive")
	}
}

// TestEvidenceRefused: what no file can have said.
func TestEvidenceRefused(t *testing.T) {
	for want, change := range map[string]func(*EvidenceRecorded){
		"SHA-256":           func(b *EvidenceRecorded) { b.Digest = "abc" },
		"nothing about":     func(b *EvidenceRecorded) { b.Results = nil },
		"names no check":    func(b *EvidenceRecorded) { b.Results[0].Check = "" },
		"no outcome":        func(b *EvidenceRecorded) { b.Results[0].Outcome = "maybe" },
		"when it ran":       func(b *EvidenceRecorded) { b.Results[0].At = time.Time{} },
		"fewer than none":   func(b *EvidenceRecorded) { b.Results[0].Fail = -1 },
		"reasons are kept":  func(b *EvidenceRecorded) { b.Results[0].Reasons = make([]string, 21) },
		"at most 2000 byte": func(b *EvidenceRecorded) { b.Results[0].Reasons = []string{strings.Repeat("x", 2001)} },
		"name of a file":    func(b *EvidenceRecorded) { b.File = strings.Repeat("x", 501) },
		"names of check":    func(b *EvidenceRecorded) { b.Results[0].Commit = strings.Repeat("x", 501) },
		"at most 500 check": func(b *EvidenceRecorded) { b.Results = make([]CheckResult, 501) },
	} {
		err := someEvidence(change).CheckEvidence()
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
	if err := someEvidence(nil).CheckEvidence(); err != nil {
		t.Error(err)
	}
}
