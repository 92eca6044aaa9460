package outgoing

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"math"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/parleysec/parley/internal/catalogue"
)

// SecretPrefix marks the secret of a webhook, as Standard Webhooks write it.
const SecretPrefix = "whsec_"

// SecretSize is the length of a secret in bytes; the specification takes 24 to 64.
const SecretSize = 32

// SecretText is a secret as whoever checks signatures needs it.
func SecretText(secret []byte) string {
	return SecretPrefix + base64.StdEncoding.EncodeToString(secret)
}

// Sign is the signature of a message by the Standard Webhooks specification
// (version 1, symmetric): HMAC-SHA256 of id, time in seconds and body with dots
// between them.
func Sign(secret []byte, id string, at time.Time, body []byte) string {
	mac := hmac.New(sha256.New, secret)
	fmt.Fprintf(mac, "%s.%d.", id, at.Unix())
	mac.Write(body)
	return "v1," + base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

// Message is what is sent to a webhook.
type Message struct {
	URL     string
	ID      string    // the same each time it is sent, so that a receiver can tell
	At      time.Time // of this try
	Body    []byte    // JSON
	Secrets [][]byte  // each signs; the first is the one in use; none of a chat, which takes no signatures
}

// FailedError says why a message was not taken.
type FailedError struct {
	Status int           // of the answer, 0 where there was none
	Retry  time.Duration // how long the receiver asked to wait, 0 where it did not
	Err    error         // where there was no answer
}

// Error says no more than whoever set the webhook up may know: nothing of what
// was answered, and of an address inside only that it is not reached.
func (e *FailedError) Error() string {
	if e.Status != 0 {
		return catalogue.T("outgoing.status", "status", e.Status)
	}
	var blocked *BlockedError
	switch {
	case errors.As(e.Err, &blocked):
		return blocked.Error()
	case errors.Is(e.Err, context.DeadlineExceeded):
		return catalogue.T("outgoing.slow")
	}
	return catalogue.T("outgoing.unreached")
}

// Unwrap is what happened, for whoever runs the server.
func (e *FailedError) Unwrap() error { return e.Err }

// longestCause bounds what is said of a failure, in characters: another server may
// have written most of it.
const longestCause = 300

// Cause is what happened, for the log of whoever runs the server: why a certificate
// was not believed, or what a mail server answered. It never holds the address of a
// webhook, which may be a secret. It is "" where the text for people says it all.
func Cause(err error) string {
	f, ok := errors.AsType[*FailedError](err)
	if !ok || f.Err == nil {
		return ""
	}
	text := f.Err.Error()
	if u, ok := errors.AsType[*url.Error](f.Err); ok {
		text = u.Err.Error()
	}
	if blocked, ok := errors.AsType[*BlockedError](f.Err); ok {
		text = "leads to " + blocked.Addr.String()
	}
	if r := []rune(text); len(r) > longestCause {
		text = string(r[:longestCause]) + "…"
	}
	return text
}

// Gone reports whether the receiver wants no more messages.
func (e *FailedError) Gone() bool { return e.Status == http.StatusGone }

// Webhooks sends messages to webhooks.
type Webhooks struct {
	Guard Guard
}

// Send sends a message once. It was taken where the answer is of 200 to 299;
// else the error is a *[FailedError].
func (s Webhooks) Send(ctx context.Context, m Message) error {
	if err := CheckURL(m.URL); err != nil {
		return err
	}
	g := s.Guard
	g.Own = strings.HasPrefix(strings.ToLower(m.URL), "http:") // what anybody on the way can read stays at home
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, m.URL, bytes.NewReader(m.Body))
	if err != nil {
		return &FailedError{Err: err}
	}
	signed := make([]string, len(m.Secrets))
	for i, secret := range m.Secrets {
		signed[i] = Sign(secret, m.ID, m.At, m.Body)
	}
	h := req.Header
	h.Set("Content-Type", "application/json")
	h.Set("User-Agent", "parley")
	if len(signed) > 0 {
		h.Set("Webhook-Id", m.ID)
		h.Set("Webhook-Timestamp", strconv.FormatInt(m.At.Unix(), 10))
		h.Set("Webhook-Signature", strings.Join(signed, " "))
	}
	resp, err := Client(g).Do(req)
	if err != nil {
		return &FailedError{Err: err}
	}
	defer resp.Body.Close()
	_, _ = io.CopyN(io.Discard, resp.Body, maxAnswer) // what it says is of no interest, but a small answer is heard out
	if resp.StatusCode/100 == 2 {
		return nil
	}
	return &FailedError{Status: resp.StatusCode, Retry: askedWait(resp.Header.Get("Retry-After"), m.At)}
}

// askedWait is how long a receiver asks to wait: seconds, a part of one counted as a
// whole, or until a date; 0 where it says nothing of the kind.
func askedWait(says string, now time.Time) time.Duration {
	var wait time.Duration
	if n, err := strconv.ParseFloat(says, 64); err == nil && n > 0 {
		wait = time.Duration(math.Ceil(min(n, longestWait.Seconds()))) * time.Second
	} else if at, err := http.ParseTime(says); err == nil {
		wait = at.Sub(now)
	}
	return max(0, min(wait, longestWait))
}

// waits are the times between tries, those that the Standard Webhooks
// specification proposes.
var waits = []time.Duration{
	5 * time.Second, 5 * time.Minute, 30 * time.Minute, 2 * time.Hour, 5 * time.Hour, 10 * time.Hour, 14 * time.Hour, 20 * time.Hour, 24 * time.Hour,
}

// longestWait bounds what a receiver may ask for.
const longestWait = 24 * time.Hour

// Wait is how long to wait after so many tries (from 1), false where it was
// tried often enough. Chance, from 0 to 1, spreads receivers that failed at the
// same time over a fifth of the wait.
func Wait(tries int, chance float64) (time.Duration, bool) {
	if tries < 1 || tries > len(waits) {
		return 0, false
	}
	w := waits[tries-1]
	return w + time.Duration(chance*float64(w)/5), true
}
