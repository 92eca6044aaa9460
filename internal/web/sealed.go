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
// itself: nobody but this process can read or change it, and not for long.
type seal struct {
	aead cipher.AEAD
	now  func() time.Time
}

// sealedFor is how long there is time for the second page.
const sealedFor = 5 * time.Minute

func newSeal(now func() time.Time) (seal, error) {
	key := make([]byte, 32)
	if _, err := rand.Read(key); err != nil {
		return seal{}, fmt.Errorf("draw a key: %w", err)
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return seal{}, err
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
