package auth

import (
	"crypto/hmac"
	"crypto/sha1"
	"crypto/subtle"
	"encoding/base32"
	"encoding/binary"
	"fmt"
	"net/url"
	"time"
)

// One-time codes are those of RFC 6238 with the values every authenticator
// takes: HMAC-SHA-1, steps of 30 seconds since 1970, six digits.
const (
	codeStep   = 30 * time.Second
	codeDigits = 6
	codeSkew   = 1  // steps that a clock may be off, RFC 6238 section 5.2
	codeSecret = 20 // bytes, RFC 4226 section 4, R6
	codeIssuer = "Parley"
)

// stepOf is the number of the step of a moment.
func stepOf(t time.Time) int64 { return t.Unix() / int64(codeStep/time.Second) }

// codeAt is the code of a step: RFC 4226 section 5.3.
func codeAt(secret []byte, step int64) string {
	mac := hmac.New(sha1.New, secret)
	var counter [8]byte
	binary.BigEndian.PutUint64(counter[:], uint64(step))
	mac.Write(counter[:])
	sum := mac.Sum(nil)
	offset := sum[len(sum)-1] & 0xf
	n := binary.BigEndian.Uint32(sum[offset:]) & 0x7fffffff
	return fmt.Sprintf("%0*d", codeDigits, n%1_000_000)
}

// stepFor is the step whose code was typed, of those near now; false where it
// is the code of none.
func stepFor(secret []byte, typed string, now time.Time) (int64, bool) {
	found, at := int64(0), false
	for d := int64(-codeSkew); d <= codeSkew; d++ {
		step := stepOf(now) + d
		if subtle.ConstantTimeCompare([]byte(codeAt(secret, step)), []byte(typed)) == 1 {
			found, at = step, true
		}
	}
	return found, at
}

// codeURI is the address by which an authenticator takes up a secret, and the
// secret as a person would type it. The form is that of the Google
// Authenticator's "Key Uri Format".
func codeURI(email string, secret []byte) (uri, typed string) {
	typed = base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(secret)
	u := url.URL{Scheme: "otpauth", Host: "totp", Path: "/" + codeIssuer + ":" + email}
	u.RawQuery = url.Values{
		"secret": {typed}, "issuer": {codeIssuer}, "algorithm": {"SHA1"},
		"digits": {fmt.Sprint(codeDigits)}, "period": {fmt.Sprint(int(codeStep / time.Second))},
	}.Encode()
	return u.String(), typed
}
