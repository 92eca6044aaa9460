package ledger

import (
	"encoding/base64"
	"fmt"
	"io"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// KeyName is the name of a ledger's key and the first line of its checkpoints.
func KeyName(ledger string) string { return "parley-ledger/" + ledger }

// NewKey makes the Ed25519 key that signs a ledger's checkpoints: the signer's
// half, which is secret, and the verifier's half, both in the form of
// golang.org/x/mod/sumdb/note.
func NewKey(random io.Reader, ledger string) (signer, verifier string, err error) {
	return note.GenerateKey(random, KeyName(ledger))
}

// Sign makes a checkpoint: a signed statement of a ledger's size and root, three
// lines of text (origin, size, root in base64) and a signature.
func Sign(h Head, ledger, signer string) ([]byte, error) {
	s, err := note.NewSigner(signer)
	if err != nil {
		return nil, fmt.Errorf("sign checkpoint: the ledger's key cannot be read: %w", err)
	}
	text := KeyName(ledger) + "\n" + strconv.FormatInt(h.Size, 10) + "\n" + base64.StdEncoding.EncodeToString(h.Root[:]) + "\n"
	return note.Sign(&note.Note{Text: text}, s)
}

// OpenCheckpoint checks the signature of a checkpoint against a verifier's key
// and gives the head it states.
func OpenCheckpoint(text []byte, verifier string) (Head, error) {
	v, err := note.NewVerifier(verifier)
	if err != nil {
		return Head{}, fmt.Errorf("read checkpoint: the ledger's key cannot be read: %w", err)
	}
	n, err := note.Open(text, note.VerifierList(v))
	if err != nil {
		return Head{}, fmt.Errorf("read checkpoint: it is not signed by this ledger's key: %w", err)
	}
	lines := strings.Split(n.Text, "\n")
	if len(lines) != 4 || lines[0] != v.Name() {
		return Head{}, fmt.Errorf("read checkpoint: want the three lines origin, size, root of %s", v.Name())
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil || size < 0 {
		return Head{}, fmt.Errorf("read checkpoint: the size %q is no number of events", lines[1])
	}
	root, err := tlog.ParseHash(lines[2])
	if err != nil {
		return Head{}, fmt.Errorf("read checkpoint: the root %q is no hash: %w", lines[2], err)
	}
	return Head{Size: size, Root: root}, nil
}
