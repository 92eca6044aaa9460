package ledger

import (
	"errors"
	"fmt"
	"strconv"

	"golang.org/x/mod/sumdb/tlog"
)

// Fault is a kind of finding.
type Fault string

// The kinds of finding.
const (
	Changed   Fault = "changed"   // bytes are not those that were hashed
	Missing   Fault = "missing"   // an event is not there
	Moved     Fault = "moved"     // an event stands in another's place
	Inserted  Fault = "inserted"  // something is there that was never recorded
	Cut       Fault = "cut"       // the end is gone, or the log was replaced by an older copy
	Rewritten Fault = "rewritten" // another history than the one a checkpoint was made of
	Mirror    Fault = "mirror"    // a column beside the leaf says something else than the leaf
	Unsigned  Fault = "unsigned"  // a checkpoint or key does not belong to this ledger
	Illegal   Fault = "illegal"   // intact bytes that no program would have recorded
)

// Finding is one thing wrong with a ledger.
type Finding struct {
	Fault Fault  `json:"fault"`
	Seq   int64  `json:"seq"` // event concerned, -1 for none in particular
	Says  string `json:"says"`
}

// Row is an event as it is stored: the leaf, and what stands beside it so that
// it can be found.
type Row struct {
	Seq     int64
	ID      string
	Type    string
	Version string
	Product string
	At      string
	Leaf    []byte
}

// RowOf is the row of a sealed event.
func RowOf(e Event) (Row, error) {
	leaf, err := e.Leaf()
	return Row{Seq: e.Seq, ID: e.ID, Type: e.Type, Version: strconv.Itoa(e.Version), Product: e.Product, At: formatTime(e.At), Leaf: leaf}, err
}

// Report is the outcome of a verification.
type Report struct {
	Head        Head      // of the events as they are
	Checkpoints int       // how many outside checkpoints the ledger extends
	Through     int64     // size of the largest of them: events up to there are as they were
	Findings    []Finding // none: nothing wrong was found
}

// OK reports whether nothing wrong was found.
func (r Report) OK() bool { return len(r.Findings) == 0 }

// Says is the outcome in one sentence. Without a checkpoint kept elsewhere it
// never claims more than consistency: whoever can write the database can write
// all of it anew.
func (r Report) Says() string {
	switch {
	case !r.OK():
		return fmt.Sprintf("does not verify: %s in %s", count(int64(len(r.Findings)), "finding"), count(r.Head.Size, "event"))
	case r.Checkpoints == 0:
		return fmt.Sprintf("consistent with itself: %s. Only a checkpoint kept elsewhere can show that nothing was replaced", count(r.Head.Size, "event"))
	case r.Head.Size == r.Through+1:
		return fmt.Sprintf("unchanged up to event %d since the checkpoint was made; the one event after it is consistent with itself", r.Through)
	case r.Through < r.Head.Size:
		return fmt.Sprintf("unchanged up to event %d since the checkpoint was made; the %d events after it are consistent with themselves", r.Through, r.Head.Size-r.Through)
	}
	return fmt.Sprintf("unchanged since the checkpoint was made: %s", count(r.Head.Size, "event"))
}

// count is a number of things in words: 1 event, 2 events.
func count(n int64, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// maxFindings bounds a report; the last one says that there may be more.
const maxFindings = 100

// Verifier checks a stream of events against the hashes stored beside them.
// Feed it with Add in the order of the store, then call Finish.
type Verifier struct {
	stored   Hashes
	computed Hashes
	where    map[tlog.Hash]int64 // stored leaf hash → its place
	next     int64
	state    *State // nil once the fold has failed
	found    []Finding
}

// NewVerifier starts a verification against the stored hashes.
func NewVerifier(stored Hashes) *Verifier {
	v := &Verifier{stored: stored, where: map[tlog.Hash]int64{}, state: NewState()}
	for seq := int64(0); ; seq++ {
		i := tlog.StoredHashIndex(0, seq)
		if i >= int64(len(stored)) {
			return v
		}
		v.where[stored[i]] = seq
	}
}

func (v *Verifier) find(f Fault, seq int64, format string, args ...any) {
	if len(v.found) < maxFindings {
		v.found = append(v.found, Finding{f, seq, fmt.Sprintf(format, args...)})
	}
}

// Add checks the next row. It gives the event when its leaf can be read.
func (v *Verifier) Add(r Row) (Event, bool) {
	for ; v.next < r.Seq; v.next++ {
		v.find(Missing, v.next, "event %d is missing", v.next)
		v.stop()
	}
	if r.Seq < v.next {
		v.find(Inserted, r.Seq, "a second event claims place %d", r.Seq)
		v.stop()
		return Event{}, false
	}
	v.next++
	v.hash(r)
	e, err := ParseEvent(r.Leaf)
	if err != nil {
		v.find(Changed, r.Seq, "event %d cannot be read: %v", r.Seq, err)
		v.stop()
		return Event{}, false
	}
	v.mirrors(r, e)
	v.fold(r.Seq, e)
	return e, true
}

// hash compares a leaf with the hash stored when it was recorded.
func (v *Verifier) hash(r Row) {
	h := LeafHash(r.Leaf)
	if int64(len(v.computed)) == tlog.StoredHashCount(r.Seq) {
		if err := v.computed.Append(r.Seq, r.Leaf); err != nil {
			v.find(Changed, r.Seq, "event %d: %v", r.Seq, err)
		}
	}
	i := tlog.StoredHashIndex(0, r.Seq)
	if i >= int64(len(v.stored)) {
		v.find(Inserted, r.Seq, "event %d has no stored hash: it was not recorded by this program", r.Seq)
		return
	}
	if v.stored[i] == h {
		return
	}
	if seq, ok := v.where[h]; ok {
		v.find(Moved, r.Seq, "event %d stands in the place of event %d", seq, r.Seq)
		return
	}
	v.find(Changed, r.Seq, "event %d is not what was recorded: its bytes do not match its hash", r.Seq)
}

// mirrors compares the columns beside a leaf with the leaf.
func (v *Verifier) mirrors(r Row, e Event) {
	for _, c := range []struct{ name, column, leaf string }{
		{"place", fmt.Sprint(r.Seq), fmt.Sprint(e.Seq)},
		{"id", r.ID, e.ID},
		{"type", r.Type, e.Type},
		{"version", r.Version, strconv.Itoa(e.Version)},
		{"product", r.Product, e.Product},
		{"time", r.At, formatTime(e.At)},
	} {
		if c.column != c.leaf {
			v.find(Mirror, r.Seq, "event %d: the column %s says %q, the event itself %q", r.Seq, c.name, c.column, c.leaf)
		}
	}
}

// fold checks that the events mean something together. It stops at the first
// event that does not: what follows would fail for no reason of its own.
func (v *Verifier) fold(seq int64, e Event) {
	if v.state == nil {
		return
	}
	err := v.state.Apply(e)
	if err == nil {
		return
	}
	if newer, ok := errors.AsType[*NewerError](err); ok {
		err = newer
	}
	v.find(Illegal, seq, "event %d: %v", seq, err)
	v.stop()
}

// Note adds a finding from outside the stream of events.
func (v *Verifier) Note(f Fault, seq int64, says string) { v.find(f, seq, "%s", says) }

func (v *Verifier) stop() { v.state = nil }

// State is the fold of the events so far, nil when it failed.
func (v *Verifier) State() *State { return v.state }

// Finish compares the whole with the stored head and with checkpoints kept
// elsewhere, each signed with the verifier's key.
func (v *Verifier) Finish(stored Head, checkpoints []Head) Report {
	head, err := HeadOf(v.next, v.computed)
	if err != nil { // events are missing, so their hashes cannot be computed
		head = Head{Size: v.next}
	}
	r := Report{Head: head}
	v.interior()
	switch {
	case v.next < stored.Size:
		v.find(Cut, v.next, "the last %d events are gone: the ledger says it has %d, %d are there", stored.Size-v.next, stored.Size, v.next)
	case v.next > stored.Size:
		v.find(Inserted, stored.Size, "the ledger says it has %d events, %d are there", stored.Size, v.next)
	case err == nil && head.Root != stored.Root:
		v.find(Changed, -1, "the root of the events, %s, is not the stored one, %s", head.Root, stored.Root)
	}
	for _, c := range checkpoints {
		v.against(c, &r)
	}
	r.Findings = v.found
	return r
}

// interior compares every stored hash with the computed one.
func (v *Verifier) interior() {
	if len(v.stored) > len(v.computed) {
		v.find(Inserted, -1, "%d hashes are stored, the events have %d", len(v.stored), len(v.computed))
	}
	for i, h := range v.stored {
		if i >= len(v.computed) {
			return
		}
		if level, n := tlog.SplitStoredHashIndex(int64(i)); level > 0 && h != v.computed[i] {
			v.find(Changed, -1, "the stored hash %d at level %d is not that of its events", n, level)
		}
	}
	if len(v.stored) < len(v.computed) {
		v.find(Missing, -1, "%d hashes are stored, the events have %d", len(v.stored), len(v.computed))
	}
}

// against compares the events with a checkpoint.
func (v *Verifier) against(c Head, r *Report) {
	if c.Size > v.next {
		v.find(Cut, v.next, "a checkpoint was made of %d events, %d are there: the end was cut, or an older copy put in its place", c.Size, v.next)
		return
	}
	at, err := HeadOf(c.Size, v.computed)
	if err != nil || at.Root != c.Root {
		v.find(Rewritten, -1, "the first %d events are not those a checkpoint was made of", c.Size)
		return
	}
	r.Checkpoints++
	r.Through = max(r.Through, c.Size)
}
