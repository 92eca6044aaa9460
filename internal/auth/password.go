package auth

import (
	"context"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"runtime"
	"strings"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"
	"golang.org/x/text/unicode/norm"
)

// Cost is the work of one hash of a password by argon2id with one lane.
type Cost struct {
	KiB    uint32 // memory, 8 … 1048576
	Passes uint32 // 1 … 64
}

// DefaultCost is the second choice of the OWASP Password Storage Cheat Sheet
// (https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html,
// "Argon2id": m=19456 (19 MiB), t=2, p=1), which it calls equal to the first
// and which takes less memory of a small machine.
var DefaultCost = Cost{KiB: 19456, Passes: 2}

const (
	// MinPassword is the least length of a password in characters. NIST SP
	// 800-63B-4 section 3.1.1.2 asks for 15 where it is the only factor and for 8
	// beside another one; this is between them, and known ones are refused.
	MinPassword = 12
	// MaxPassword is the greatest length of a password in characters.
	MaxPassword = 256

	saltBytes = 16 // RFC 9106 section 3.1
	keyBytes  = 32
	lanes     = 1

	// maxHashers bounds the hashes at work, and so their memory to 76 MiB.
	maxHashers = 4
)

// hashers is how many hashes are at work at most: half of the processors, so
// that who guesses passwords leaves the other half to those who work.
func hashers() int { return min(max(runtime.GOMAXPROCS(0)/2, 1), maxHashers) }

func (c Cost) check() error {
	if c.KiB < 8 || c.KiB > 1<<20 || c.Passes < 1 || c.Passes > 64 {
		return fmt.Errorf("open accounts: a hash of %d KiB and %d passes is outside 8 … 1048576 KiB and 1 … 64 passes", c.KiB, c.Passes)
	}
	return nil
}

// normal is a password as it is hashed: typed on another keyboard it is the
// same one (NIST SP 800-63B-4 section 3.1.1.2).
func normal(password string) []byte { return norm.NFKC.Bytes([]byte(password)) }

// hash is what is kept of a password: a PHC string.
func (s *Service) hash(ctx context.Context, password string) (string, error) {
	salt, err := s.random(saltBytes)
	if err != nil {
		return "", err
	}
	key, err := s.derive(ctx, password, salt, s.opt.Cost)
	if err != nil {
		return "", err
	}
	b64 := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, s.opt.Cost.KiB, s.opt.Cost.Passes, lanes, b64.EncodeToString(salt), b64.EncodeToString(key)), nil
}

// derive waits for its turn and computes a key.
func (s *Service) derive(ctx context.Context, password string, salt []byte, c Cost) ([]byte, error) {
	select {
	case s.working <- struct{}{}:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	defer func() { <-s.working }()
	s.hashes.Add(1)
	return argon2.IDKey(normal(password), salt, c.Passes, c.KiB, lanes, keyBytes), nil
}

// matches reports whether a password is the one that was hashed, and whether it
// was hashed with other work than is done now. It takes the same time for a
// password of nobody: "" is compared with a hash that nothing matches.
func (s *Service) matches(ctx context.Context, hashed, password string) (ok, old bool, err error) {
	known := hashed != "" && utf8.RuneCountInString(password) <= MaxPassword
	if !known {
		hashed, password = s.decoy, "another password"
	}
	c, salt, want, err := parseHash(hashed)
	if err != nil {
		return false, false, err
	}
	got, err := s.derive(ctx, password, salt, c)
	if err != nil {
		return false, false, err
	}
	same := subtle.ConstantTimeCompare(got, want) == 1
	return same && known, c != s.opt.Cost, nil
}

// parseHash takes a PHC string apart.
func parseHash(hashed string) (c Cost, salt, key []byte, err error) {
	parts := strings.Split(hashed, "$")
	bad := func() (Cost, []byte, []byte, error) {
		return Cost{}, nil, nil, fmt.Errorf("a password is not kept in a form that this program knows")
	}
	if len(parts) != 6 || parts[0] != "" || parts[1] != "argon2id" || parts[2] != fmt.Sprintf("v=%d", argon2.Version) {
		return bad()
	}
	var p uint8
	if n, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &c.KiB, &c.Passes, &p); err != nil || n != 3 || p != lanes || c.check() != nil {
		return bad()
	}
	b64 := base64.RawStdEncoding.Strict()
	salt, err1 := b64.DecodeString(parts[4])
	key, err2 := b64.DecodeString(parts[5])
	if err1 != nil || err2 != nil || len(salt) < 8 || len(key) != keyBytes {
		return bad()
	}
	return c, salt, key, nil
}

// checkPassword says what is wrong with a new password of a person.
func checkPassword(password, email, name string) error {
	n := utf8.RuneCountInString(string(normal(password)))
	switch {
	case !utf8.ValidString(password):
		return wrongField("password", "it is no text")
	case n < MinPassword:
		return wrongField("password", "it has %d characters, at least %d are needed; a few words in a row are easy to remember", n, MinPassword)
	case n > MaxPassword || utf8.RuneCountInString(password) > MaxPassword:
		return wrongField("password", "it has more than %d characters", MaxPassword)
	case guessable(password, email, name):
		return wrongField("password", "it is among those that are tried first: take a few words that have nothing to do with each other")
	}
	return nil
}
