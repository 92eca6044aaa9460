package auth

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"io"
	"time"
)

// A browser in which somebody signed in keeps a device token of theirs. Guesses
// from other browsers do not count against it, so that who guesses at somebody's
// password cannot keep them out; it lets nobody in, and its own guesses are
// limited as well (OWASP, "Slow Down Online Guessing Attacks with Device Cookies").
const (
	// DeviceFor is how long a browser is known after somebody signed in there.
	DeviceFor = 180 * 24 * time.Hour

	deviceNonce = 16 // bytes
	deviceBytes = deviceNonce + 8 + sha256.Size
)

type deviceKey struct{}

// WithDevice says in a context which device token a request carries, "" for none.
func WithDevice(ctx context.Context, token string) context.Context {
	return context.WithValue(ctx, deviceKey{}, token)
}

// device makes a token of a browser in which a person proved who they are.
func (s *Service) device(email string, now time.Time) (string, error) {
	b := make([]byte, deviceNonce, deviceBytes)
	if _, err := io.ReadFull(rand.Reader, b); err != nil {
		return "", fmt.Errorf("draw a device token: %w", err)
	}
	b = binary.BigEndian.AppendUint64(b, uint64(now.Add(DeviceFor).Unix()))
	return base64.RawURLEncoding.EncodeToString(append(b, s.deviceSum(email, b)...)), nil
}

// deviceSum ties what a token says to a person, whom it does not name.
func (s *Service) deviceSum(email string, said []byte) []byte {
	h := hmac.New(sha256.New, s.devices)
	h.Write([]byte("parley.device/1\x00" + email + "\x00"))
	h.Write(said)
	return h.Sum(nil)
}

// knownDevice names the browser of a request where its token is one of a person's.
func (s *Service) knownDevice(ctx context.Context, email string, now time.Time) (name string, ok bool) {
	token, _ := ctx.Value(deviceKey{}).(string)
	if len(token) != base64.RawURLEncoding.EncodedLen(deviceBytes) {
		return "", false
	}
	b, err := base64.RawURLEncoding.Strict().DecodeString(token)
	if err != nil || len(b) != deviceBytes {
		return "", false
	}
	said, sum := b[:deviceBytes-sha256.Size], b[deviceBytes-sha256.Size:]
	if !hmac.Equal(sum, s.deviceSum(email, said)) || uint64(max(0, now.Unix())) >= binary.BigEndian.Uint64(said[deviceNonce:]) {
		return "", false
	}
	return string(said[:deviceNonce]), true
}
