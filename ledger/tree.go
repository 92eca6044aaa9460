package ledger

import (
	"fmt"

	"golang.org/x/mod/sumdb/tlog"
)

// Head is the Merkle log after a number of events.
type Head struct {
	Size int64
	Root tlog.Hash
}

// Hashes are the stored hashes of a Merkle log, in the order of
// [tlog.StoredHashIndex]. The zero value is the log of no events.
type Hashes []tlog.Hash

// ReadHashes gives the stored hashes with these indexes.
func (h Hashes) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	out := make([]tlog.Hash, len(indexes))
	for i, x := range indexes {
		if x < 0 || x >= int64(len(h)) {
			return nil, fmt.Errorf("stored hash %d is not there, there are %d", x, len(h))
		}
		out[i] = h[x]
	}
	return out, nil
}

// Append adds the leaf of event number seq.
func (h *Hashes) Append(seq int64, leaf []byte) error {
	more, err := tlog.StoredHashes(seq, leaf, h)
	if err != nil {
		return fmt.Errorf("hash of event %d: %w", seq, err)
	}
	*h = append(*h, more...)
	return nil
}

// HeadOf is the head of a log of the given size.
func HeadOf(size int64, r tlog.HashReader) (Head, error) {
	root, err := tlog.TreeHash(size, r)
	if err != nil {
		return Head{}, fmt.Errorf("root of %d events: %w", size, err)
	}
	return Head{Size: size, Root: root}, nil
}

// Inclusion proves that a leaf is event number Seq of a log.
type Inclusion struct {
	Seq   int64            `json:"seq"`
	Size  int64            `json:"size"`
	Proof tlog.RecordProof `json:"proof"`
}

// ProveInclusion proves that event number seq is in a log of the given size.
func ProveInclusion(size, seq int64, r tlog.HashReader) (Inclusion, error) {
	if seq < 0 || seq >= size {
		return Inclusion{}, fmt.Errorf("event %d is not among the first %d", seq, size)
	}
	p, err := tlog.ProveRecord(size, seq, r)
	return Inclusion{Seq: seq, Size: size, Proof: p}, err
}

// Check reports whether the leaf stands where the proof says under a head.
func (i Inclusion) Check(h Head, leaf []byte) error {
	if i.Size != h.Size || i.Seq < 0 || i.Seq >= h.Size {
		return fmt.Errorf("the proof is for event %d of %d, the head has %d", i.Seq, i.Size, h.Size)
	}
	if err := tlog.CheckRecord(i.Proof, h.Size, h.Root, i.Seq, LeafHash(leaf)); err != nil {
		return fmt.Errorf("event %d is not in the log as shown: %w", i.Seq, err)
	}
	return nil
}

// ProveConsistency proves that a log of size newer begins with the log of size
// older.
func ProveConsistency(older, newer int64, r tlog.HashReader) (tlog.TreeProof, error) {
	if older < 1 || older > newer {
		return nil, fmt.Errorf("a log of %d events cannot begin with one of %d", newer, older)
	}
	return tlog.ProveTree(newer, older, r)
}

// CheckConsistency reports whether the newer log begins with the older one.
func CheckConsistency(p tlog.TreeProof, older, newer Head) error {
	if older.Size < 1 || older.Size > newer.Size {
		return fmt.Errorf("a log of %d events cannot begin with one of %d", newer.Size, older.Size)
	}
	if err := tlog.CheckTree(p, newer.Size, newer.Root, older.Size, older.Root); err != nil {
		return fmt.Errorf("the log of %d events does not begin with the one of %d: %w", newer.Size, older.Size, err)
	}
	return nil
}
