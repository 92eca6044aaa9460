package ledger

import "encoding/json"

// FileApplied records that a negotiation file was brought in. Base is the whole
// file as a model, against which the next one is compared.
type FileApplied struct {
	Name   string          `json:"name,omitempty"`   // for people, without folders
	Digest string          `json:"digest,omitempty"` // SHA-256 of the bytes of the file, in hex
	Base   json.RawMessage `json:"base"`             // the model, quantities as typed
	Prefer Side            `json:"prefer,omitempty"` // whose value was taken where both had changed
}

// EventType is file.applied.
func (*FileApplied) EventType() (string, int) { return "file.applied", 1 }

func (b *FileApplied) names(visit rename) error { return renameModel(&b.Base, visit) }

// Side is one of the two sides of a merge.
type Side string

// The sides of a merge.
const (
	PreferFile   Side = "file"   // --ours: the file that is being applied
	PreferLedger Side = "ledger" // --theirs: what the ledger says
)
