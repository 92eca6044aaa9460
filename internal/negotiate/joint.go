package negotiate

import (
	"time"

	"github.com/parleysec/parley/internal/brief/plain"
	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/ledger"
)

// Joint is how far the approval of a decision has come that takes several people.
type Joint struct {
	Role      string     `json:"role"`      // the row of the authority matrix
	Needed    int        `json:"needed"`    // how many have to approve
	Of        []string   `json:"of"`        // of whom: people, and roles
	Approvals []Approval `json:"approvals"` // oldest first
	Counted   int        `json:"counted"`   // those of figures that were not smaller than today's
	Says      string     `json:"says"`
}

// Approval is one of several approvals.
type Approval struct {
	By      string    `json:"by"`
	Claimed bool      `json:"claimed"` // the name is only a claim
	At      time.Time `json:"at"`
	Event   string    `json:"event"` // id of the event that recorded it
	Because string    `json:"because,omitempty"`
	Brief   string    `json:"brief,omitempty"` // commitment to the brief the approver saw
}

// jointly is how far the approval of a decision has come by the figures it was
// proposed on, nil where one person is enough. Of one that is approved it says who
// did beside the one it is recorded by.
func jointly(state *ledger.State, d *ledger.Decision, today string) *Joint {
	waits := ledger.CheckMove(d.Short, d.Status, ledger.Agreed) == nil
	out := &Joint{Approvals: []Approval{}, Of: []string{}}
	for _, a := range d.Approvals {
		x := Approval{By: a.Name(), Claimed: a.By != "", At: a.At, Event: a.Event, Because: a.Because}
		if a.Brief != nil {
			x.Brief = a.Brief.Hash
		}
		out.Approvals = append(out.Approvals, x)
	}
	if !waits {
		if len(d.Approvals) == 0 {
			return nil
		}
		out.Needed, out.Counted = len(d.Approvals)+1, len(d.Approvals)+1
		out.Says = catalogue.T("record.joint.done", "names", plain.List(names(out.Approvals)))
		return out
	}
	left := d.Exposure
	if n := len(d.Approvals); n > 0 {
		left = d.Approvals[n-1].Exposure // the last figures that somebody saw
	}
	st := state.Standing(d, left, today, "")
	if st == nil {
		return nil
	}
	out.Role, out.Needed, out.Counted, out.Of = st.Role, st.Needed, len(st.Have), st.Of
	key := "record.joint.none"
	if len(st.Have) > 0 {
		key = "record.joint.some"
	}
	out.Says = catalogue.T(key, "have", len(st.Have), "needed", st.Needed, "names", plain.List(st.Have), "more", st.Needed-len(st.Have), "of", plain.List(st.Of))
	return out
}

func names(list []Approval) []string {
	var out []string
	for _, a := range list {
		out = append(out, a.By)
	}
	return out
}
