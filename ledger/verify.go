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

// Verifier checks a stream of events against the hashes stored with each of
// them. Feed it with Add in the order of the store, then call Finish. What it
// holds is the fold of the events and the edge of their Merkle log, so that a
// log of any length can be verified.
type Verifier struct {
	place func(leaf tlog.Hash) (seq int64, ok bool)
	edge  edge                // of the events up to the first that is missing
	roots map[int64]tlog.Hash // by size, those a checkpoint may ask for
	next  int64
	state *State // nil once the fold has failed
	found []Finding
	inner []Finding // of stored hashes that are no leaf's
}

// NewVerifier starts a verification. place finds the event with which a leaf's
// hash is stored; it is asked where a leaf is not that of its place. sizes are
// those of the checkpoints that Finish may be given.
func NewVerifier(place func(leaf tlog.Hash) (seq int64, ok bool), sizes ...int64) *Verifier {
	v := &Verifier{place: place, roots: map[int64]tlog.Hash{}, state: NewState()}
	for _, n := range sizes {
		v.roots[n] = tlog.Hash{}
	}
	v.root()
	return v
}

// root keeps the root of the events so far where a checkpoint may ask for it.
func (v *Verifier) root() {
	if _, asked := v.roots[v.edge.size]; !asked {
		return
	}
	if h, err := HeadOf(v.edge.size, &v.edge); err == nil {
		v.roots[v.edge.size] = h.Root
	}
}

func (v *Verifier) find(f Fault, seq int64, format string, args ...any) {
	if len(v.found) < maxFindings {
		v.found = append(v.found, Finding{f, seq, fmt.Sprintf(format, args...)})
	}
}

// Add checks the next row against the hashes stored with it, its leaf's first, as
// many as there are. It gives the event when its leaf can be read.
func (v *Verifier) Add(r Row, stored []tlog.Hash) (Event, bool) {
	if v.next < r.Seq {
		v.stop()
		for ; v.next < r.Seq && len(v.found) < maxFindings; v.next++ {
			v.find(Missing, v.next, "event %d is missing", v.next)
		}
		v.next = r.Seq // a place may be any number
	}
	if r.Seq < v.next {
		v.find(Inserted, r.Seq, "a second event claims place %d", r.Seq)
		v.stop()
		return Event{}, false
	}
	v.next++
	v.hash(r, stored)
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

// hash compares a leaf with the hash stored when it was recorded, and the trees
// it makes whole with those stored then.
func (v *Verifier) hash(r Row, stored []tlog.Hash) {
	h := LeafHash(r.Leaf)
	if v.edge.size == r.Seq {
		v.extend(r.Seq, h, stored)
	}
	if len(stored) == 0 {
		v.find(Inserted, r.Seq, "event %d has no stored hash: it was not recorded by this program", r.Seq)
		return
	}
	if stored[0] == h || len(v.found) >= maxFindings {
		return
	}
	if seq, ok := v.place(h); ok {
		v.find(Moved, r.Seq, "event %d stands in the place of event %d", seq, r.Seq)
		return
	}
	v.find(Changed, r.Seq, "event %d is not what was recorded: its bytes do not match its hash", r.Seq)
}

// extend adds a leaf to the log, and compares the trees it makes whole.
func (v *Verifier) extend(seq int64, leaf tlog.Hash, stored []tlog.Hash) {
	computed, err := v.edge.append(leaf)
	if err != nil {
		v.find(Changed, seq, "event %d: %v", seq, err)
		return
	}
	v.root()
	for height := 1; height < min(len(computed), len(stored)); height++ {
		if stored[height] != computed[height] && len(v.inner) < maxFindings {
			v.inner = append(v.inner, Finding{Changed, -1, fmt.Sprintf("the stored hash %d at level %d is not that of its events", seq>>height, height)})
		}
	}
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

// Finish compares the whole with the stored head, with the number of stored
// hashes, and with checkpoints kept elsewhere, each signed with the verifier's
// key and of a size that [NewVerifier] was told.
func (v *Verifier) Finish(stored Head, hashes int64, checkpoints []Head) Report {
	head, whole := Head{Size: v.next}, v.edge.size == v.next
	if whole { // else events are missing, so that there is no root of all
		var err error
		if head, err = HeadOf(v.next, &v.edge); err != nil {
			v.find(Changed, -1, "%v", err)
		}
	}
	r := Report{Head: head}
	v.interior(hashes)
	switch {
	case v.next < stored.Size:
		v.find(Cut, v.next, "the last %d events are gone: the ledger says it has %d, %d are there", stored.Size-v.next, stored.Size, v.next)
	case v.next > stored.Size:
		v.find(Inserted, stored.Size, "the ledger says it has %d events, %d are there", stored.Size, v.next)
	case whole && head.Root != stored.Root:
		v.find(Changed, -1, "the root of the events, %s, is not the stored one, %s", head.Root, stored.Root)
	}
	for _, c := range checkpoints {
		v.against(c, &r)
	}
	r.Findings = v.found
	return r
}

// interior compares the stored hashes that are no leaf's with the computed ones.
func (v *Verifier) interior(stored int64) {
	computed := int64(0)
	if v.edge.size > 0 {
		computed = tlog.StoredHashCount(v.edge.size)
	}
	if stored > computed {
		v.find(Inserted, -1, "%d hashes are stored, the events have %d", stored, computed)
	}
	for _, f := range v.inner {
		v.find(f.Fault, f.Seq, "%s", f.Says)
	}
	if stored < computed {
		v.find(Missing, -1, "%d hashes are stored, the events have %d", stored, computed)
	}
}

// against compares the events with a checkpoint.
func (v *Verifier) against(c Head, r *Report) {
	if c.Size > v.next {
		v.find(Cut, v.next, "a checkpoint was made of %d events, %d are there: the end was cut, or an older copy put in its place", c.Size, v.next)
		return
	}
	if root, ok := v.roots[c.Size]; !ok || c.Size > v.edge.size || root != c.Root {
		v.find(Rewritten, -1, "the first %d events are not those a checkpoint was made of", c.Size)
		return
	}
	r.Checkpoints++
	r.Through = max(r.Through, c.Size)
}
