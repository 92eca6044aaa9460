package negotiate

import (
	"context"
	"strings"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/ledger"
)

// KeysResult is the keys that sign the ledger's checkpoints, oldest first.
type KeysResult struct {
	Schema string `json:"schema"`
	Keys   []Key  `json:"keys"`
}

// Key is a key that signs checkpoints, or did.
type Key struct {
	Verifier string `json:"key"`
	From     int64  `json:"from"` // least size of a checkpoint it signs
}

// RotateKey gives the ledger a new key for its checkpoints, to which the old one
// signs over, on record. Nobody may but at the machine of the ledger, which holds it.
func (s *Service) RotateKey(ctx context.Context, actor Actor, because string) (*KeysResult, error) {
	db, err := s.whole(ctx, actor, "RotateKey")
	if err != nil {
		return nil, err
	}
	if because = strings.TrimSpace(because); !ledger.HasReason(because) {
		return nil, (&parley.Error{Op: "rotate the key", Kind: parley.Refused, Err: errNoReason}).WithHint("say why with --because")
	}
	keys, err := db.RotateKey(ctx, actor, because)
	if err != nil {
		return nil, ledgerError("rotate the key", err)
	}
	r := &KeysResult{Schema: "parley.keys/1", Keys: []Key{}}
	for _, k := range keys {
		r.Keys = append(r.Keys, Key{k.Verifier, k.From})
	}
	return r, nil
}
