package ledger

import (
	"fmt"
	"slices"
	"time"
)

// EvidenceTakenBack records that a pass was brought with something wrong said about it,
// as a commit, a branch or a time: it counts as inconclusive from then on, and the file
// may be brought again. A failure cannot be taken back: the check passes, or it does not.
type EvidenceTakenBack struct {
	Evidence string `json:"evidence"` // id of the event that recorded it
	Check    string `json:"check"`
	Because  string `json:"because"`
}

// EventType is evidence.taken-back.
func (*EvidenceTakenBack) EventType() (string, int) { return "evidence.taken-back", 1 }

func (*EvidenceTakenBack) names(rename) error { return nil }

// TakenBack says that a result counts no more as the pass it was recorded as. Who took
// it back stands in the event.
type TakenBack struct {
	Event   string    `json:"event"` // id
	At      time.Time `json:"at"`
	Because string    `json:"because"`
}

func (p *Product) takeBack(e Event, b *EvidenceTakenBack) error {
	if !HasReason(b.Because) {
		return fmt.Errorf("a result is taken back with a reason")
	}
	if len(b.Because) > maxReason {
		return fmt.Errorf("a reason has at most %d bytes", maxReason)
	}
	i := slices.IndexFunc(p.Evidence, func(x *Evidence) bool { return x.Event == b.Evidence })
	if i < 0 {
		return fmt.Errorf("there is no evidence %q to take back", b.Evidence)
	}
	x := *p.Evidence[i] // what other states show is not written to
	x.Results = slices.Clone(x.Results)
	k := slices.IndexFunc(x.Results, func(r CheckResult) bool { return r.Check == b.Check })
	switch {
	case k < 0:
		return fmt.Errorf("evidence %q says nothing of check %q", b.Evidence, b.Check)
	case x.Results[k].Outcome != CheckPassed:
		return fmt.Errorf("only a pass is taken back: check %q is %s there", b.Check, x.Results[k].Outcome)
	}
	x.Results[k].Outcome, x.Results[k].TakenBack = CheckInconclusive, &TakenBack{Event: e.ID, At: e.At, Because: b.Because}
	p.Evidence[i] = &x
	return nil
}
