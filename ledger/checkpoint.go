package ledger

import (
	"encoding/base64"
	"errors"
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

// CheckpointOf is the origin that a text names if it has the form of a
// checkpoint, whoever signed it.
func CheckpointOf(text []byte) (origin string, ok bool) {
	body, signed, found := strings.Cut(string(text), "\n\n")
	lines := strings.Split(body, "\n")
	return lines[0], found && len(lines) == 3 && strings.HasPrefix(lines[0], KeyName("")) && strings.HasPrefix(signed, "— ")
}

// CheckpointSize is the number of events a text is a checkpoint of, if it has the
// form of one, whoever signed it.
func CheckpointSize(text []byte) (int64, bool) {
	if _, ok := CheckpointOf(text); !ok {
		return 0, false
	}
	size, err := strconv.ParseInt(strings.Split(string(text), "\n")[1], 10, 64)
	return size, err == nil && size >= 0
}

// OpenCheckpoint checks the signature of a checkpoint against a verifier's key
// and gives the head it states.
func OpenCheckpoint(text []byte, verifier string) (Head, error) {
	v, err := note.NewVerifier(verifier)
	if err != nil {
		return Head{}, fmt.Errorf("read checkpoint: the ledger's key cannot be read: %w", err)
	}
	origin, ok := CheckpointOf(text)
	switch {
	case !ok:
		return Head{}, errors.New("this is no checkpoint: one has the three lines origin, size and root, and a signature")
	case origin != v.Name():
		return Head{}, fmt.Errorf("this is a checkpoint of another ledger, %s; this one is %s", origin, v.Name())
	}
	n, err := note.Open(text, note.VerifierList(v))
	if err != nil { // what the library says of it means nothing to people
		return Head{}, errors.New("this checkpoint is not signed by this ledger's key: it, or the key, was changed")
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
