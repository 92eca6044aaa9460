package ledger

import (
	"fmt"

	"golang.org/x/mod/sumdb/tlog"
)

// edge is the right edge of a Merkle log: of each height the last whole tree. It
// is all that another leaf or the root asks for, however long the log is. The
// zero value is the log of no events.
type edge struct {
	size  int64
	trees [63]tlog.Hash // by height; of a height the log does not have yet, nothing
}

// append adds the hash of a leaf, and gives the hashes that are stored with it:
// its own, then those of the trees it makes whole.
func (e *edge) append(leaf tlog.Hash) ([]tlog.Hash, error) {
	more, err := tlog.StoredHashesForRecordHash(e.size, leaf, e)
	if err != nil {
		return nil, fmt.Errorf("hash of event %d: %w", e.size, err)
	}
	copy(e.trees[:], more)
	e.size++
	return more, nil
}

// ReadHashes gives the hashes of the edge by their stored indexes.
func (e *edge) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	out := make([]tlog.Hash, len(indexes))
	for i, x := range indexes {
		height, n := tlog.SplitStoredHashIndex(x)
		if height >= len(e.trees) || n != e.size>>height-1 {
			return nil, fmt.Errorf("stored hash %d is not at the edge of %d events", x, e.size)
		}
		out[i] = e.trees[height]
	}
	return out, nil
}
