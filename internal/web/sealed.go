package web

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"time"
)

// seal keeps what a person typed between two pages of one form, in the form
// itself: nobody but the servers with its key can read or change it, and not for long.
type seal struct {
	aead cipher.AEAD
	now  func() time.Time
}

// sealedFor is how long there is time for the second page.
const sealedFor = 5 * time.Minute

// sealKey is the length of a key in bytes: AES-256.
const sealKey = 32

// newSeal seals with a key, or for no key with one of this process alone.
func newSeal(key []byte, now func() time.Time) (seal, error) {
	switch len(key) {
	case sealKey:
	case 0:
		key = make([]byte, sealKey)
		if _, err := rand.Read(key); err != nil {
			return seal{}, fmt.Errorf("draw a key: %w", err)
		}
	default:
		return seal{}, fmt.Errorf("the key of the pages has %d bytes, want %d", len(key), sealKey)
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return seal{}, fmt.Errorf("the key of the pages: %w", err)
	}
	aead, err := cipher.NewGCMWithRandomNonce(block)
	return seal{aead, now}, err
}

// halfway is who signs in, whose code is still to come.
type halfway struct {
	Email, Password string
	Pending         string // what stands for them where a provider knows who it is
	Until           time.Time
}

func (s seal) close(h halfway) (string, error) {
	h.Until = s.now().Add(sealedFor)
	b, err := json.Marshal(h)
	if err != nil {
		return "", err
	}
	return base64.RawURLEncoding.EncodeToString(s.aead.Seal(nil, nil, b, nil)), nil
}

// open is what was sealed; false when it is too old or none of ours.
func (s seal) open(text string) (halfway, bool) {
	var h halfway
	b, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil {
		return h, false
	}
	plain, err := s.aead.Open(nil, nil, b, nil)
	if err != nil || json.Unmarshal(plain, &h) != nil || !s.now().Before(h.Until) {
		return halfway{}, false
	}
	return h, true
}
