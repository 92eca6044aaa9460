package ledger

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"math"
	"runtime"
	"slices"
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/tlog"
	"pgregory.net/rapid"
)

// rfcRoot is the Merkle tree hash of RFC 6962, section 2.1, word for word.
func rfcRoot(leaves [][]byte) [32]byte {
	switch n := len(leaves); n {
	case 0:
		return sha256.Sum256(nil)
	case 1:
		return sha256.Sum256(append([]byte{0}, leaves[0]...))
	default:
		k := 1
		for k*2 < n {
			k *= 2
		}
		l, r := rfcRoot(leaves[:k]), rfcRoot(leaves[k:])
		return sha256.Sum256(append(append([]byte{1}, l[:]...), r[:]...))
	}
}

// TestLogLaws: the root is RFC 6962's; a log of n+1 extends one of n; each
// event is proved to be in it, and no other.
func TestLogLaws(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		leaves := rapid.SliceOfN(rapid.SliceOf(rapid.Byte()), 1, 40).Draw(t, "leaves")
		var h Hashes
		var heads []Head
		for i, leaf := range leaves {
			if err := h.Append(int64(i), leaf); err != nil {
				t.Fatal(err)
			}
			head, err := HeadOf(int64(i+1), h)
			if err != nil || head.Root != tlog.Hash(rfcRoot(leaves[:i+1])) {
				t.Fatalf("root of %d: %v (%v)", i+1, head.Root, err)
			}
			heads = append(heads, head)
		}
		last := heads[len(heads)-1]
		for _, older := range heads {
			p, err := ProveConsistency(older.Size, last.Size, h)
			if err != nil || CheckConsistency(p, older, last) != nil {
				t.Fatalf("%d of %d: %v", older.Size, last.Size, err)
			}
			older.Root[0] ^= 1
			if CheckConsistency(p, older, last) == nil {
				t.Fatal("another history passes")
			}
		}
		seq := rapid.Int64Range(0, last.Size-1).Draw(t, "seq")
		in, err := ProveInclusion(last.Size, seq, h)
		if err != nil || in.Check(last, leaves[seq]) != nil {
			t.Fatalf("event %d: %v", seq, err)
		}
		if in.Check(last, append(bytes.Clone(leaves[seq]), 1)) == nil {
			t.Fatal("another leaf passes")
		}
	})
}

func TestProofsRefuse(t *testing.T) {
	var h Hashes
	for i := range int64(4) {
		if err := h.Append(i, []byte{byte(i)}); err != nil {
			t.Fatal(err)
		}
	}
	for _, seq := range []int64{-1, 4, 1 << 40} {
		if _, err := ProveInclusion(4, seq, h); err == nil {
			t.Errorf("event %d of 4 was proved", seq)
		}
	}
	for _, size := range [][2]int64{{0, 4}, {5, 4}, {-1, 4}} {
		if _, err := ProveConsistency(size[0], size[1], h); err == nil {
			t.Errorf("%v was proved", size)
		}
	}
	if _, err := HeadOf(9, h); err == nil {
		t.Error("a root of events that are not there")
	}
	if err := h.Append(9, nil); err == nil {
		t.Error("a leaf was added behind a gap")
	}
	in, err := ProveInclusion(4, 1, h)
	if err != nil || in.Check(Head{Size: 3}, []byte{1}) == nil || CheckConsistency(nil, Head{Size: 4}, Head{Size: 3}) == nil {
		t.Error("a proof for another size passes")
	}
}

func TestCheckpoint(t *testing.T) {
	signer, verifier, err := NewKey(bytes.NewReader(bytes.Repeat([]byte{3}, 64)), "01KAQ0000000000000000000ZZ")
	if err != nil {
		t.Fatal(err)
	}
	head := Head{Size: 42, Root: tlog.Hash{1, 2, 3}}
	text, err := Sign(head, "01KAQ0000000000000000000ZZ", signer)
	if err != nil || !strings.HasPrefix(string(text), "parley-ledger/01KAQ0000000000000000000ZZ\n42\nAQIDAAAA") {
		t.Fatalf("%s %v", text, err)
	}
	if got, err := OpenCheckpoint(text, verifier); err != nil || got != head {
		t.Errorf("%+v %v", got, err)
	}
	for i := range text {
		bad := bytes.Clone(text)
		bad[i] ^= 1
		if got, err := OpenCheckpoint(bad, verifier); err == nil && got != head {
			t.Errorf("byte %d changed: %+v passes", i, got)
		}
	}
	_, other, err := NewKey(bytes.NewReader(bytes.Repeat([]byte{4}, 64)), "01KAQ0000000000000000000ZZ")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := OpenCheckpoint(text, other); err == nil || !strings.Contains(err.Error(), "not signed by this ledger's key") {
		t.Errorf("another key: %v", err)
	}
	if _, err := OpenCheckpoint([]byte("parley: v1\n"), verifier); err == nil || !strings.Contains(err.Error(), "no checkpoint") {
		t.Errorf("another file: %v", err)
	}
	if _, err := OpenCheckpoint(text, "nonsense"); err == nil {
		t.Error("no key passes")
	}
	if _, err := Sign(head, "x", "nonsense"); err == nil {
		t.Error("signed without a key")
	}
	elsewhere, err := Sign(head, "another-ledger", signer)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := OpenCheckpoint(elsewhere, verifier); err == nil || !strings.Contains(err.Error(), "of another ledger, parley-ledger/another-ledger") {
		t.Errorf("a checkpoint of another ledger: %v", err)
	}
}

// rowsOf is a book as a store would hold it.
func rowsOf(t *testing.T, b *book) ([]Row, Hashes) {
	t.Helper()
	var rows []Row
	var h Hashes
	for _, e := range b.events {
		r, err := RowOf(e)
		if err != nil {
			t.Fatal(err)
		}
		rows = append(rows, r)
		if err := h.Append(e.Seq, r.Leaf); err != nil {
			t.Fatal(err)
		}
	}
	return rows, h
}

// of are the hashes stored with an event.
func (h Hashes) of(seq int64) []tlog.Hash {
	from, to := tlog.StoredHashIndex(0, seq), tlog.StoredHashIndex(0, seq+1)
	return h[min(from, int64(len(h))):min(to, int64(len(h)))]
}

// place is the event with which a leaf's hash is stored.
func (h Hashes) place(leaf tlog.Hash) (seq int64, ok bool) {
	for i, x := range h {
		if height, n := tlog.SplitStoredHashIndex(int64(i)); x == leaf && height == 0 {
			seq, ok = n, true
		}
	}
	return seq, ok
}

func sizesOf(heads []Head) []int64 {
	var out []int64
	for _, h := range heads {
		out = append(out, h.Size)
	}
	return out
}

func TestVerifier(t *testing.T) {
	b := newBook(t)
	b.apply(shop())
	rows, h := rowsOf(t, b)
	head, err := HeadOf(int64(len(rows)), h)
	if err != nil {
		t.Fatal(err)
	}
	early, err := HeadOf(4, h)
	if err != nil {
		t.Fatal(err)
	}
	n := head.Size
	for name, c := range map[string]struct {
		rows   []Row
		head   Head
		checks []Head
		want   []Finding // Says is not compared
		says   string
	}{
		"untouched":            {rows: rows, head: head, says: "consistent with itself"},
		"with a checkpoint":    {rows: rows, head: head, checks: []Head{head, early}, says: "unchanged since"},
		"with an early one":    {rows: rows, head: head, checks: []Head{early}, says: "unchanged up to event 4"},
		"other history":        {rows: rows, head: head, checks: []Head{{Size: 4}}, want: []Finding{{Fault: Rewritten, Seq: -1}}, says: "does not verify"},
		"checkpoint beyond":    {rows: rows, head: head, checks: []Head{{Size: n + 1}}, want: []Finding{{Fault: Cut, Seq: n}}, says: "does not verify"},
		"cut":                  {rows: rows[:n-1], head: head, want: []Finding{{Fault: Inserted, Seq: -1}, {Fault: Cut, Seq: n - 1}}},
		"one more than stored": {rows: rows, head: early, want: []Finding{{Fault: Inserted, Seq: 4}}},
		"twice":                {rows: append(append([]Row{}, rows...), rows[n-1]), head: head, want: []Finding{{Fault: Inserted, Seq: n - 1}}},
		"another root":         {rows: rows, head: Head{Size: n}, want: []Finding{{Fault: Changed, Seq: -1}}},
		"nothing at all":       {head: Head{Size: 0, Root: tlog.Hash(rfcRoot(nil))}, want: []Finding{{Fault: Inserted, Seq: -1}}},
	} {
		t.Run(name, func(t *testing.T) {
			v := NewVerifier(h.place, sizesOf(c.checks)...)
			for _, r := range c.rows {
				v.Add(r, h.of(r.Seq))
			}
			r := v.Finish(c.head, int64(len(h)), c.checks)
			var got []Finding
			for _, f := range r.Findings {
				got = append(got, Finding{Fault: f.Fault, Seq: f.Seq})
			}
			if fmt.Sprint(got) != fmt.Sprint(c.want) {
				t.Errorf("findings %v, want %v", r.Findings, c.want)
			}
			if !strings.HasPrefix(r.Says(), c.says) || r.OK() != (len(c.want) == 0) {
				t.Errorf("says %q", r.Says())
			}
		})
	}
}

// TestVerifierJudgesMeaning: intact hashes over events no program would write.
func TestVerifierJudgesMeaning(t *testing.T) {
	b := newBook(t)
	b.apply(shop())
	e := b.events[len(b.events)-1]
	e.Seq++
	e.ID = "7" + e.ID[1:]
	e.Type, e.Body = "decision.moved", []byte(`{"decision":"SHOP-D1","to":"in force"}`)
	b.events = append(b.events, e)
	newer := e
	newer.Seq, newer.ID, newer.Type = e.Seq+1, "7Z"+e.ID[2:], "moon.risen"
	b.events = append(b.events, newer)
	rows, h := rowsOf(t, b)
	v := NewVerifier(h.place)
	for _, r := range rows {
		v.Add(r, h.of(r.Seq))
	}
	head, err := HeadOf(int64(len(rows)), h)
	if err != nil {
		t.Fatal(err)
	}
	r := v.Finish(head, int64(len(h)), nil)
	if len(r.Findings) != 1 || r.Findings[0].Fault != Illegal || r.Findings[0].Seq != e.Seq || v.State() != nil {
		t.Errorf("%+v", r.Findings)
	}
}

func TestFindingsAreBounded(t *testing.T) {
	v := NewVerifier(Hashes(nil).place)
	for i := range int64(500) {
		v.Add(Row{Seq: i, Leaf: []byte("x")}, nil)
	}
	if r := v.Finish(Head{}, 0, nil); len(r.Findings) != maxFindings {
		t.Errorf("%d findings", len(r.Findings))
	}
}

// TestVerifierHoldsNoLog: what a verification holds does not grow with the log.
func TestVerifierHoldsNoLog(t *testing.T) {
	const n = 1 << 16
	inUse := func() int64 {
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return int64(m.HeapAlloc)
	}
	before := inUse()
	v := NewVerifier(func(tlog.Hash) (int64, bool) { return 0, false }, n/3)
	var log edge
	for seq := range int64(n) {
		leaf := fmt.Appendf(nil, "event %d", seq)
		stored, err := log.append(LeafHash(leaf))
		if err != nil {
			t.Fatal(err)
		}
		v.Add(Row{Seq: seq, Leaf: leaf}, stored)
	}
	if per := float64(inUse()-before) / n; per > 16 {
		t.Errorf("%.0f bytes an event are kept", per)
	}
	head, err := HeadOf(n, &log)
	if r := v.Finish(head, tlog.StoredHashCount(n), nil); err != nil || r.Head != head {
		t.Errorf("%v, want %v (%v)", r.Head, head, err)
	}
}

// TestVerifierFarPlace: a place that cannot be is no reason to count up to it.
func TestVerifierFarPlace(t *testing.T) {
	v := NewVerifier(Hashes(nil).place)
	v.Add(Row{Seq: math.MaxInt64 - 1, Leaf: []byte("x")}, nil)
	if r := v.Finish(Head{}, 0, nil); len(r.Findings) != maxFindings || r.Findings[0].Fault != Missing {
		t.Errorf("%d findings", len(r.Findings))
	}
}

// TestEdgeLaws: the edge has the hashes and the roots of the whole log, and no others.
func TestEdgeLaws(t *testing.T) {
	var e edge
	var h Hashes
	for seq := range int64(200) {
		leaf := []byte{byte(seq)}
		if err := h.Append(seq, leaf); err != nil {
			t.Fatal(err)
		}
		stored, err := e.append(LeafHash(leaf))
		if err != nil || !slices.Equal(stored, h.of(seq)) {
			t.Fatalf("stored with event %d: %v (%v)", seq, stored, err)
		}
		want, err := HeadOf(seq+1, h)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := HeadOf(seq+1, &e); err != nil || got != want {
			t.Fatalf("root of %d: %v, want %v (%v)", seq+1, got, want, err)
		}
	}
	if _, err := e.ReadHashes([]int64{0}); err == nil {
		t.Error("a hash that is long gone was given")
	}
}
