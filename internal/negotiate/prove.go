package negotiate

import (
	"context"
	"time"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/ledger"
)

// ProveRequest asks for a proof of a decision.
type ProveRequest struct {
	Product      string
	Decision     string
	WithoutBrief bool // leave the bytes of the brief out; their hash stays
}

// Prove makes a file that shows, without the ledger, that a decision stands in
// the record.
func (s *Service) Prove(ctx context.Context, actor Actor, req ProveRequest) ([]byte, error) {
	db, a, err := s.recorded(ctx, actor, "Prove")
	if err != nil {
		return nil, err
	}
	ref, err := a.resolve(req.Product, req.Decision, ledger.KindDecision)
	if err != nil {
		return nil, ledgerError("prove "+req.Decision, err)
	}
	proof, err := db.ProveDecision(ctx, a.state.Product(ref.Product).Decision(ref.ID), !req.WithoutBrief)
	if err != nil {
		return nil, ledgerError("prove "+req.Decision, err)
	}
	return proof.Encode()
}

// CheckProofRequest asks whether a proof holds.
type CheckProofRequest struct {
	Proof []byte
	Key   string // verifier key of the ledger, known from elsewhere; "" believes the proof's
}

// CheckProofResult says what a proof shows.
type CheckProofResult struct {
	Schema   string            `json:"schema"`
	OK       bool              `json:"ok"`
	Says     string            `json:"says"`
	Why      string            `json:"why,omitempty"` // why it does not hold
	Decision string            `json:"decision,omitempty"`
	Product  string            `json:"product,omitempty"`
	Kind     parley.Kind       `json:"kind,omitempty"`
	Threats  []string          `json:"threats,omitempty"`
	Because  string            `json:"because,omitempty"`
	Until    string            `json:"until,omitempty"`
	Ledger   string            `json:"ledger,omitempty"`
	Key      string            `json:"key,omitempty"`
	Size     int64             `json:"size,omitempty"` // of the log the checkpoint was made of
	Root     string            `json:"root,omitempty"`
	NotTaken []ledger.NotTaken `json:"not_taken,omitempty"`
	Brief    bool              `json:"brief"` // the brief the decider saw is in it, and is the one
	Events   []Event           `json:"events"`
}

// CheckProof verifies a proof; no ledger is needed.
func (s *Service) CheckProof(ctx context.Context, actor Actor, req CheckProofRequest) (*CheckProofResult, error) {
	if err := s.admit(ctx, actor, "CheckProof"); err != nil {
		return nil, err
	}
	r := &CheckProofResult{Schema: "parley.proof-check/1", Events: []Event{}}
	p, err := ledger.ParseProof(req.Proof)
	var proven *ledger.Proven
	if err == nil {
		proven, err = p.Check(req.Key)
	}
	if err != nil {
		r.Says, r.Why = catalogue.T("record.proof.no"), err.Error()
		return r, nil
	}
	r.OK, r.Decision, r.Product = true, p.Decision, proven.Recorded.Product
	r.Kind, r.Threats, r.Because, r.Until = proven.Decided.Kind, proven.Decided.Threats, proven.Decided.Because, proven.Decided.Until
	r.NotTaken = proven.Decided.NotTaken
	r.Ledger, r.Key, r.Size, r.Root, r.Brief = proven.Ledger, proven.Key, proven.Head.Size, proven.Head.Root.String(), proven.Brief != nil
	for _, e := range proven.Events {
		r.Events = append(r.Events, eventOf(e, new(namer)))
	}
	key := "record.proof.known-key"
	if req.Key == "" {
		key = "record.proof.own-key"
	}
	r.Says = catalogue.T(key, "decision", p.Decision, "at", proven.Recorded.At.Format(time.RFC3339), "size", proven.Head.Size, "key", proven.Key)
	return r, nil
}
