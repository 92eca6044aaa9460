package ledger

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base32"
	"strings"
)

// personPrefix starts the reference of a person.
const personPrefix = "p_"

// refEncoding writes the 32 bytes of a commitment as 52 characters.
var refEncoding = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)

// SaltSize is the number of random bytes in a commitment's salt.
const SaltSize = 32

// PersonRef is the reference that stands for a name in sealed events: a
// commitment to the name under a secret salt. Once name and salt are erased,
// nothing leads from the reference to the person.
func PersonRef(salt []byte, name string) string {
	return personPrefix + commitment("parley.person/1", salt, []byte(name))
}

// IsPersonRef reports whether a text has the form of a person's reference.
func IsPersonRef(s string) bool { return isRef(s, personPrefix) }

// commitment is SHA-256 over purpose, a zero byte, the length of the salt in
// one byte, the salt and the content. The length keeps a byte from passing from
// one to the other. A salt of more than 255 bytes is never made here.
func commitment(purpose string, salt, content []byte) string {
	h := sha256.New()
	h.Write([]byte(purpose))
	h.Write([]byte{0, byte(min(len(salt), 255))})
	h.Write(salt)
	h.Write(content)
	return refEncoding.EncodeToString(h.Sum(nil))
}

func isRef(s, prefix string) bool {
	rest, ok := strings.CutPrefix(s, prefix)
	if !ok || len(rest) != refEncoding.EncodedLen(sha256.Size) {
		return false
	}
	_, err := refEncoding.DecodeString(rest)
	return err == nil
}

// Erased is how a person whose name was erased is shown. It keeps enough of
// the reference to tell two erased people apart.
func Erased(ref string) string {
	if len(ref) > len(personPrefix)+6 {
		ref = ref[:len(personPrefix)+6]
	}
	return erasedPrefix + ref
}

const erasedPrefix = "erased person "

// IsErased reports whether a text is how an erased person is shown.
func IsErased(s string) bool { return strings.HasPrefix(s, erasedPrefix+personPrefix) }

// PersonErased records that a name was erased on request.
type PersonErased struct {
	Ref     string `json:"ref"`
	Because string `json:"because,omitempty"`
}

// Attachment commits an event to bytes kept beside it, such as the brief a
// decider saw. The bytes carry names and texts of people, so they stand
// outside the leaf, under a salted commitment.
type Attachment struct {
	Hash  string `json:"hash"`  // a_… of salt and bytes
	Media string `json:"media"` // media type of the bytes
	Size  int64  `json:"size"`  // number of bytes
}

// NewAttachment commits to bytes under a salt of [SaltSize] random bytes.
func NewAttachment(salt, content []byte, media string) Attachment {
	return Attachment{Hash: attachmentPrefix + commitment("parley.attachment/1", salt, content), Media: media, Size: int64(len(content))}
}

const attachmentPrefix = "a_"

// Matches reports whether salt and bytes are those the event was committed to.
func (a Attachment) Matches(salt, content []byte) bool {
	want := NewAttachment(salt, content, a.Media)
	return a.Size == want.Size && subtle.ConstantTimeCompare([]byte(a.Hash), []byte(want.Hash)) == 1
}
