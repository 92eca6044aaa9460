package ledger

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
)

// KeyRotated records that a ledger's checkpoints are signed with another key from
// this event on. The old key signs over to the new one.
type KeyRotated struct {
	Key     string `json:"key"`    // verifier key of the checkpoints that follow
	Signed  string `json:"signed"` // that the old key says so, as a note
	Because string `json:"because"`
}

// EventType is key.rotated.
func (*KeyRotated) EventType() (string, int) { return "key.rotated", 1 }

func (*KeyRotated) names(rename) error { return nil }

// Key is one of the keys that sign a ledger's checkpoints, one after the other.
type Key struct {
	Verifier string
	From     int64  // least size of a checkpoint it signs
	Event    string // id of the event that names it
}

// Keys are the keys of a ledger, oldest first.
type Keys []Key

// Current is the verifier key of today's checkpoints, "" for none.
func (k Keys) Current() string {
	if len(k) == 0 {
		return ""
	}
	return k[len(k)-1].Verifier
}

// list is the keys in words.
func (k Keys) list() string {
	var out []string
	for _, x := range k {
		out = append(out, x.Verifier)
	}
	return strings.Join(out, ", ")
}

// handover is the text with which an old key names the one that follows. Its first
// line keeps it from ever being taken for a checkpoint.
func handover(ledger string, seq int64, key string) string {
	return "parley-key/" + ledger + "\n" + strconv.FormatInt(seq, 10) + "\n" + key + "\n"
}

// Rotating is the draft of the event number seq with which the holder of a ledger's
// key signs over to the key whose verifier's half is given.
func Rotating(ledger string, seq int64, signer, next, because string) (Draft, error) {
	s, err := note.NewSigner(signer)
	if err != nil {
		return Draft{}, fmt.Errorf("rotate the key: the ledger's key cannot be read: %w", err)
	}
	signed, err := note.Sign(&note.Note{Text: handover(ledger, seq, next)}, s)
	if err != nil {
		return Draft{}, fmt.Errorf("rotate the key: %w", err)
	}
	return Draft{Body: &KeyRotated{Key: next, Signed: string(signed), Because: because}}, nil
}

// follow are the keys with the one that an event names, once the key before it has
// signed over to it.
func (k Keys) follow(ledger string, e Event, b *KeyRotated) (Keys, error) {
	next, err := note.NewVerifier(b.Key)
	if err != nil || next.Name() != KeyName(ledger) {
		return nil, fmt.Errorf("%q is no key of ledger %s", b.Key, ledger)
	}
	for _, old := range k {
		if old.Verifier == b.Key {
			return nil, errors.New("a key that was used before does not come back")
		}
	}
	old, err := note.NewVerifier(k.Current())
	if err != nil {
		return nil, fmt.Errorf("the key before this one cannot be read: %w", err)
	}
	n, err := note.Open([]byte(b.Signed), note.VerifierList(old))
	if err != nil || n.Text != handover(ledger, e.Seq, b.Key) {
		return nil, errors.New("the key before this one did not sign over to it")
	}
	return append(k[:len(k):len(k)], Key{Verifier: b.Key, From: e.Seq + 1, Event: e.ID}), nil
}

// KeysOf follows the keys of a ledger through its first event and those that
// rotated its key, in order; other events are passed over.
func KeysOf(events []Event) (Keys, error) {
	var out Keys
	var ledger string
	for _, e := range events {
		body, err := DecodeBody(e)
		if err != nil {
			return out, err
		}
		switch b := body.(type) {
		case *LedgerFounded:
			if len(out) == 0 {
				ledger, out = b.Ledger, Keys{{Verifier: b.Key, Event: e.ID}}
			}
		case *KeyRotated:
			next, err := out.follow(ledger, e, b)
			if err != nil {
				return out, fmt.Errorf("event %d (%s): %w", e.Seq, e.Type, err)
			}
			out = next
		}
	}
	return out, nil
}

// Open checks a checkpoint against the key that signed those of its size, and gives
// the head it states and which key that was. An old key that got into other hands
// signs nothing of what came after it.
func (k Keys) Open(text []byte) (Head, int, error) {
	err := errors.New("the ledger has no key")
	for i, key := range k {
		var h Head
		if h, err = OpenCheckpoint(text, key.Verifier); err != nil {
			continue
		}
		if h.Size < key.From && i > 0 || i+1 < len(k) && h.Size >= k[i+1].From {
			return Head{}, i, fmt.Errorf("this checkpoint of %d events is signed by a key that did not sign then", h.Size)
		}
		return h, i, nil
	}
	return Head{}, -1, err
}
