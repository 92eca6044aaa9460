package ledger

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"golang.org/x/mod/sumdb/tlog"
)

// ProofFormat names the form of a proof file.
const ProofFormat = "parley.proof/1"

// Proof shows, without the ledger, that a decision and the moves of its life
// stand in the log that a checkpoint was made of. It holds what the events left
// out: names of people and the bytes kept beside an event, with the salts of
// their commitments. It cannot show that no further event is about the decision.
type Proof struct {
	Format     string         `json:"format"`     // ProofFormat
	Decision   string         `json:"decision"`   // short id, as the moves name it
	Key        string         `json:"key"`        // verifier key of the ledger
	Checkpoint string         `json:"checkpoint"` // signed size and root of the log
	Events     []ProvenEvent  `json:"events"`     // the ledger's first one, the decision, its moves
	People     []ProvenPerson `json:"people"`     // names that are not erased
}

// ProvenEvent is an event with its place in the log.
type ProvenEvent struct {
	Leaf     string           `json:"leaf"` // the bytes that were hashed
	Path     tlog.RecordProof `json:"path"` // hashes that lead from it to the root
	Attached *ProvenBytes     `json:"attached,omitempty"`
}

// ProvenBytes are the bytes kept beside an event.
type ProvenBytes struct {
	Salt  []byte `json:"salt"`
	Bytes []byte `json:"bytes"`
}

// ProvenPerson is a name under its commitment.
type ProvenPerson struct {
	Ref  string `json:"ref"`
	Salt []byte `json:"salt"`
	Name string `json:"name"`
}

// Proven is what a proof shows.
type Proven struct {
	Ledger   string  // ULID of the ledger
	Key      string  // verifier key that signed the checkpoint
	Head     Head    // of the log the events stand in
	Events   []Event // opened, as in the proof
	Decided  *DecisionRecorded
	Recorded Event  // that recorded it, sealed
	Brief    []byte // the bytes kept beside the decision, nil where the proof holds none
}

// ParseProof reads a proof file. It refuses what it does not know.
func ParseProof(text []byte) (*Proof, error) {
	p := new(Proof)
	if err := strictJSON(text, p); err != nil {
		return nil, fmt.Errorf("read proof: %w", err)
	}
	if p.Format != ProofFormat {
		return nil, fmt.Errorf("read proof: format %q, this version reads %q", p.Format, ProofFormat)
	}
	return p, nil
}

// Check verifies a proof against the verifier key of the ledger, known from
// elsewhere. With "" the key is the one in the proof: then it shows only what
// whoever holds that key has signed. A ledger whose key was rotated may be known by
// any of its keys up to the one that signed the proof's checkpoint.
func (p *Proof) Check(key string) (*Proven, error) {
	keys, err := p.keys()
	if err != nil {
		return nil, err
	}
	head, signer, err := keys.Open([]byte(p.Checkpoint))
	if err != nil {
		return nil, err
	}
	// Anybody can sign over to a key, and nobody but its holder with it: a known key
	// says nothing about a checkpoint that one before it signed.
	known := slices.IndexFunc(keys, func(k Key) bool { return k.Verifier == key })
	switch {
	case key != "" && known < 0:
		return nil, fmt.Errorf("the proof is of another ledger, or of a time when it had another key: its keys are %s", keys.list())
	case signer < known:
		return nil, fmt.Errorf("the proof was signed before the ledger had that key, with %s", keys[signer].Verifier)
	}
	out := &Proven{Key: keys[signer].Verifier, Head: head}
	names, err := p.names()
	if err != nil {
		return nil, err
	}
	last := int64(-1)
	for i, pe := range p.Events {
		e, err := pe.check(head)
		if err != nil {
			return nil, err
		}
		if e.Seq <= last {
			return nil, fmt.Errorf("event %d stands after event %d", e.Seq, last)
		}
		last = e.Seq
		if err := out.take(i, e, p); err != nil {
			return nil, err
		}
		opened, err := e.Open(func(ref string) (string, bool) {
			name, ok := names[ref]
			return name, ok
		})
		if err != nil {
			return nil, err
		}
		out.Events = append(out.Events, opened)
	}
	if out.Decided == nil {
		return nil, errors.New("the proof holds no decision")
	}
	return out, nil
}

// check verifies one event of a proof and the bytes beside it.
func (pe ProvenEvent) check(head Head) (Event, error) {
	e, err := ParseEvent([]byte(pe.Leaf))
	if err != nil {
		return e, err
	}
	if err := (Inclusion{Seq: e.Seq, Size: head.Size, Proof: pe.Path}).Check(head, []byte(pe.Leaf)); err != nil {
		return e, err
	}
	if pe.Attached != nil && (e.Attached == nil || !e.Attached.Matches(pe.Attached.Salt, pe.Attached.Bytes)) {
		return e, fmt.Errorf("event %d: the bytes beside it are not those that were recorded", e.Seq)
	}
	return e, nil
}

// take checks that event number i of a proof is one that belongs there.
func (out *Proven) take(i int, e Event, p *Proof) error {
	body, err := DecodeBody(e)
	if err != nil {
		return err
	}
	switch b := body.(type) {
	case *LedgerFounded:
		if i != 0 || e.Seq != 0 || b.Key != p.Key {
			return errors.New("the first event does not name the key of the proof")
		}
		out.Ledger = b.Ledger
		return nil
	case *KeyRotated:
		return nil // keys() has followed it
	case *DecisionRecorded:
		if out.Decided == nil {
			out.Decided, out.Recorded = b, e
			if a := p.Events[i].Attached; a != nil {
				out.Brief = a.Bytes
			}
			return nil
		}
	case *DecisionMoved:
		if out.Decided != nil && e.Product == out.Recorded.Product && b.Decision == p.Decision {
			return nil
		}
	case *ConditionReviewed:
		if out.Decided != nil && e.Product == out.Recorded.Product && b.Decision == p.Decision {
			return nil
		}
	case *DecisionApproved:
		if out.Decided != nil && e.Product == out.Recorded.Product && b.Decision == p.Decision {
			return nil
		}
	}
	return fmt.Errorf("event %d (%s) does not belong into the proof of %s", e.Seq, e.Type, p.Decision)
}

// keys are the keys that the events of a proof name, each signed for by the one
// before it. Whether the events stand in the log is another question.
func (p *Proof) keys() (Keys, error) {
	var events []Event
	for _, pe := range p.Events {
		e, err := ParseEvent([]byte(pe.Leaf))
		if err != nil {
			return nil, err
		}
		events = append(events, e)
	}
	keys, err := KeysOf(events)
	if err != nil {
		return nil, err
	}
	if len(keys) == 0 || keys[0].Verifier != p.Key {
		return nil, errors.New("the first event does not name the key of the proof")
	}
	return keys, nil
}

// names are the people of a proof, each under the commitment its name keeps.
func (p *Proof) names() (map[string]string, error) {
	used := map[string]bool{}
	for _, pe := range p.Events {
		e, err := ParseEvent([]byte(pe.Leaf))
		if err != nil {
			return nil, err
		}
		refs, err := e.Refs()
		if err != nil {
			return nil, err
		}
		for _, r := range refs {
			used[r] = true
		}
	}
	out := map[string]string{}
	for _, x := range p.People {
		if !used[x.Ref] || PersonRef(x.Salt, x.Name) != x.Ref {
			return nil, fmt.Errorf("the name %q is not the one the events were written with", x.Name)
		}
		out[x.Ref] = x.Name
	}
	return out, nil
}

// Encode is the proof as a file.
func (p *Proof) Encode() ([]byte, error) {
	b, err := json.MarshalIndent(p, "", " ")
	if err != nil {
		return nil, fmt.Errorf("write proof: %w", err)
	}
	return append(b, '\n'), nil
}

// Events lists the ids of the events about a decision: the one that recorded it
// and those that moved it, oldest first, each once.
func (d *Decision) Events() []string {
	ids := []string{d.Event}
	for _, a := range d.Approvals {
		ids = append(ids, a.Event)
	}
	for _, r := range d.Reviews {
		ids = append(ids, r.Event)
	}
	for _, m := range d.History {
		if !slices.Contains(ids, m.Event) {
			ids = append(ids, m.Event)
		}
	}
	slices.Sort(ids) // ids grow with time
	return ids
}
