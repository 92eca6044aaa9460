package ledger

import (
	"strings"
	"testing"
)

// TestTakeBack: a pass counts no more once it was taken back, what was shown before
// stays as it was, and the same file may come again. A failure cannot be taken back.
func TestTakeBack(t *testing.T) {
	b := newBook(t)
	b.apply(shop())
	b.add(Draft{Product: "shop", Body: someEvidence(func(x *EvidenceRecorded) {
		x.Results[0].Outcome = CheckPassed
		x.Results = append(x.Results, x.Results[0])
		x.Results[1].Check, x.Results[1].Outcome = "other", CheckFailed
	})})
	before := b.shop().Evidence[0]
	back := func(change func(*EvidenceTakenBack)) *EvidenceTakenBack {
		x := &EvidenceTakenBack{Evidence: before.Event, Check: "waf-regression", Because: "another commit"}
		change(x)
		return x
	}
	for want, body := range map[string]*EvidenceTakenBack{
		"with a reason":        back(func(x *EvidenceTakenBack) { x.Because = " " }),
		"no evidence":          back(func(x *EvidenceTakenBack) { x.Evidence = "nothing" }),
		"says nothing of":      back(func(x *EvidenceTakenBack) { x.Check = "third" }),
		"only a pass is taken": back(func(x *EvidenceTakenBack) { x.Check = "other" }),
	} {
		if err := b.try(Draft{Product: "shop", Body: body}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
	b.add(Draft{Product: "shop", Body: back(func(*EvidenceTakenBack) {})})
	got := b.shop().ResultsOf("waf-regression")[0]
	if got.Outcome != CheckInconclusive || got.TakenBack == nil || got.TakenBack.Because != "another commit" || got.TakenBack.Event == "" {
		t.Fatalf("%+v", got)
	}
	if before.Results[0].Outcome != CheckPassed || before.Results[0].TakenBack != nil {
		t.Error("a state of before was written to")
	}
	if b.shop().Seen(before.Digest, "waf-regression", CheckPassed, got.At) != nil {
		t.Error("the file cannot come again")
	}
	if err := b.try(Draft{Product: "shop", Body: back(func(*EvidenceTakenBack) {})}); err == nil {
		t.Error("taken back twice")
	}
	forged := someEvidence(func(x *EvidenceRecorded) { x.Results[0].TakenBack = &TakenBack{Because: "x"} })
	if err := b.try(Draft{Product: "shop", Body: forged}); err == nil || !strings.Contains(err.Error(), "event of its own") {
		t.Errorf("%v", err)
	}
}
