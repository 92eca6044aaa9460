package ledger

import (
	"bytes"
	"testing"

	"golang.org/x/mod/sumdb/tlog"
)

// FuzzCheckpoint: whatever is said to be a checkpoint, none opens but what was
// signed, with other signatures beside it at most.
func FuzzCheckpoint(f *testing.F) {
	const id = "01KAQ0000000000000000000ZZ"
	signer, verifier, err := NewKey(bytes.NewReader(bytes.Repeat([]byte{3}, 64)), id)
	if err != nil {
		f.Fatal(err)
	}
	head := Head{Size: 42, Root: tlog.Hash{1, 2, 3}}
	text, err := Sign(head, id, signer)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(text)
	f.Add(bytes.Replace(text, []byte("42"), []byte("-1"), 1))
	f.Add(append(bytes.Clone(text), text...))
	f.Add([]byte("parley-ledger/x\n1\n2\n\n— x y\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		if got, err := OpenCheckpoint(text, verifier); err == nil && got != head {
			t.Errorf("%q opens as %+v", text, got)
		}
	})
}
