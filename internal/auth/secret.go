package auth

import (
	"crypto/sha256"
	"encoding/base32"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"hash/crc32"
	"io"
	"strings"
)

// secretBytes is the length of a secret: 256 bits cannot be guessed, so that a
// plain hash of it is enough.
const secretBytes = 32

// TokenPrefix starts every token, so that people and scanners for leaked
// secrets know one when they see it.
const TokenPrefix = "parley_"

// tokenText writes tokens: lower-case letters and digits alone, so that a double
// click selects all of it.
var tokenText = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)

func (s *Service) random(n int) ([]byte, error) {
	b := make([]byte, n)
	if _, err := io.ReadFull(s.opt.Entropy, b); err != nil {
		return nil, fmt.Errorf("draw a secret: %w", err)
	}
	return b, nil
}

// secret draws a secret for a cookie or a link, and its hash.
func (s *Service) secret() (plain, hash string, err error) {
	b, err := s.random(secretBytes)
	if err != nil {
		return "", "", err
	}
	return base64.RawURLEncoding.EncodeToString(b), digest("secret", b), nil
}

// id draws an identifier that is no secret.
func (s *Service) id() (string, error) {
	b, err := s.random(10)
	return tokenText.EncodeToString(b), err
}

// digest is what is kept of a secret; the use keeps one kind of secret from
// passing as another.
func digest(use string, secret []byte) string {
	h := sha256.New()
	h.Write([]byte("parley." + use + "/1\x00"))
	h.Write(secret)
	return hex.EncodeToString(h.Sum(nil))
}

// secretHash is the hash of a secret as somebody sent it; false where it is none.
func secretHash(plain string) (string, bool) {
	if len(plain) != base64.RawURLEncoding.EncodedLen(secretBytes) {
		return "", false
	}
	b, err := base64.RawURLEncoding.Strict().DecodeString(plain)
	if err != nil || len(b) != secretBytes {
		return "", false
	}
	return digest("secret", b), true
}

// token draws a token, and its hash. The last letters are a check sum, so that
// a mistyped one is known as such without asking the database.
func (s *Service) token() (plain, hash string, err error) {
	b, err := s.random(secretBytes)
	if err != nil {
		return "", "", err
	}
	return TokenPrefix + tokenText.EncodeToString(b) + tokenSum(b), digest("token", b), nil
}

// tokenSum is the CRC-32 (IEEE) of a token's secret in seven letters.
func tokenSum(secret []byte) string {
	n := crc32.ChecksumIEEE(secret)
	return tokenText.EncodeToString([]byte{byte(n >> 24), byte(n >> 16), byte(n >> 8), byte(n)})
}

// tokenHash is the hash of a token as somebody sent it; false where it is none.
func tokenHash(plain string) (string, bool) {
	rest, ok := strings.CutPrefix(plain, TokenPrefix)
	n := tokenText.EncodedLen(secretBytes)
	if !ok || len(rest) != n+tokenText.EncodedLen(4) {
		return "", false
	}
	b, err := tokenText.DecodeString(rest[:n])
	if err != nil || tokenText.EncodeToString(b) != rest[:n] || tokenSum(b) != rest[n:] {
		return "", false
	}
	return digest("token", b), true
}
