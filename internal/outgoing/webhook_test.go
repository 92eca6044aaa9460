package outgoing

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-smtp"
	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"
)

var here = Guard{Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}}

// The signature is the one that the specification's own library computes.
func TestSignatureOfTheSpecification(t *testing.T) {
	secret := []byte("\x31\xf2\xb6\x9c\x2a\x6e\x0b\x0b\x3b\x8b\x2a\x6e\x0b\x0b\x3b\x8b\x2a\x6e\x0b\x0b\x3b\x8b\x2a\x6e")
	at := time.Unix(1614265330, 0)
	other, err := standardwebhooks.NewWebhook(SecretText(secret))
	if err != nil {
		t.Fatal(err)
	}
	for _, body := range []string{`{"test": 2432232314}`, "", "ünïcode\n", strings.Repeat("x", 100_000)} {
		want, err := other.Sign("msg_p5jXN8AQM9LWM0D4loKWxJek", at, []byte(body))
		if err != nil {
			t.Fatal(err)
		}
		if got := Sign(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", at, []byte(body)); got != want {
			t.Errorf("%.20q: %s, want %s", body, got, want)
		}
	}
}

// What is sent verifies by the specification's own library, by the secret in use
// and by the one before; a changed body or another secret does not.
func TestWebhookVerifies(t *testing.T) {
	type got struct {
		header http.Header
		body   []byte
	}
	sent := make(chan got, 1)
	to := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(r.Body)
		sent <- got{r.Header, b}
	}))
	defer to.Close()
	now, old := bytes.Repeat([]byte("n"), SecretSize), bytes.Repeat([]byte("o"), SecretSize)
	m := Message{URL: to.URL, ID: "msg_1", At: time.Now(), Body: []byte(`{"type":"decision.recorded"}`), Secrets: [][]byte{now, old}}
	if err := (Webhooks{Guard: here}).Send(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	g := <-sent
	if string(g.body) != string(m.Body) || g.header.Get("Content-Type") != "application/json" {
		t.Errorf("sent %q as %s", g.body, g.header)
	}
	for secret, ok := range map[string]bool{string(now): true, string(old): true, strings.Repeat("x", SecretSize): false} {
		w, err := standardwebhooks.NewWebhook(SecretText([]byte(secret)))
		if err != nil {
			t.Fatal(err)
		}
		if err := w.Verify(g.body, g.header); (err == nil) != ok {
			t.Errorf("with the secret %.3q: %v", secret, err)
		}
		if w.Verify(append(g.body, ' '), g.header) == nil {
			t.Error("a changed body verifies")
		}
	}
}

func TestWebhookFailures(t *testing.T) {
	status, retry, wait := 200, "", make(chan struct{})
	to := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/slow" {
			<-wait
		}
		w.Header().Set("Retry-After", retry)
		w.WriteHeader(status)
		_, _ = io.WriteString(w, "secret of the receiver")
	}))
	defer to.Close()
	defer close(wait)
	send := func(ctx context.Context, g Guard, url string) *FailedError {
		err := Webhooks{Guard: g}.Send(ctx, Message{URL: url, ID: "x", At: time.Now()})
		failed, ok := errors.AsType[*FailedError](err)
		if !ok && err != nil {
			t.Fatalf("%s: %v", url, err)
		}
		return failed
	}
	for _, c := range []struct {
		status int
		retry  string
		ok     bool
		want   time.Duration
	}{{200, "", true, 0}, {204, "", true, 0}, {302, "", false, 0}, {400, "", false, 0}, {410, "", false, 0}, {429, "7", false, 7 * time.Second}, {503, "99999999999999", false, longestWait}, {503, "9999999", false, longestWait}, {503, "-1", false, 0}, {500, "Wed, 21 Oct 2020 07:28:00 GMT", false, 0}, {429, "0.3", false, time.Second}, {429, "NaN", false, 0}, {429, "+Inf", false, longestWait}, {503, "Wed, 21 Oct 2099 07:28:00 GMT", false, longestWait}} {
		status, retry = c.status, c.retry
		f := send(t.Context(), here, to.URL)
		if (f == nil) != c.ok || f != nil && (f.Status != c.status || f.Retry != c.want || f.Gone() != (c.status == 410) || strings.Contains(f.Error(), "secret")) {
			t.Errorf("%d %q: %+v", c.status, c.retry, f)
		}
	}
	short, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if f := send(short, here, to.URL+"/slow"); f == nil || !strings.Contains(f.Error(), "in time") {
		t.Errorf("a slow receiver: %v", f)
	}
	if f := send(t.Context(), Guard{}, to.URL); f == nil || strings.Contains(f.Error(), "127") || !errors.As(f, new(*BlockedError)) {
		t.Errorf("a receiver inside: %v", f)
	}
	if f := send(t.Context(), here, "http://127.0.0.1:1/"); f == nil || f.Error() != "the receiver could not be reached" {
		t.Errorf("nobody there: %v", f)
	}
}

// Waits grow to a day and end after some three days; chance makes them longer by
// a fifth at most.
func TestWaits(t *testing.T) {
	total, last := time.Duration(0), time.Duration(0)
	for tries := 1; ; tries++ {
		w, more := Wait(tries, 0)
		if !more {
			break
		}
		if late, _ := Wait(tries, 1); w <= last || late != w+w/5 {
			t.Errorf("after try %d: %s to %s", tries, w, late)
		}
		last, total = w, total+w
	}
	if last > longestWait || total < 72*time.Hour || total > 96*time.Hour {
		t.Errorf("%s in all, %s at last", total, last)
	}
	if _, more := Wait(0, 0); more {
		t.Error("a wait before the first try")
	}
}

// Whoever runs the server is told why nothing came through, and never the path of a
// webhook, by which anybody could write to it.
func TestCauses(t *testing.T) {
	site := httptest.NewTLSServer(http.NotFoundHandler())
	defer site.Close()
	closed := httptest.NewServer(nil)
	closed.Close()
	hook := func(g Guard, base string) error {
		return Webhooks{Guard: g}.Send(t.Context(), Message{URL: base + "/services/secret", ID: "x", At: time.Now()})
	}
	p, m := office(t, true)
	letter := func(change func(*Mailer)) error {
		m := m
		change(&m)
		return m.Send(t.Context(), Letter{To: "helen@example.org", Subject: "x"})
	}
	untrusted := letter(func(m *Mailer) { m.TLS = nil })
	p.Refuse(&smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: strings.Repeat("no such mailbox ", 99)})
	refused := letter(func(*Mailer) {})
	for name, c := range map[string]struct {
		err  error
		want string
	}{
		"a certificate":      {hook(here, site.URL), "certificate"},
		"nobody there":       {hook(here, closed.URL), "refused"},
		"an inside address":  {hook(Guard{}, site.URL), "leads to 127.0.0.1"},
		"an answer":          {&FailedError{Status: 500}, ""},
		"a mail certificate": {untrusted, "certificate"},
		"a mail refused":     {refused, "no such mailbox"},
		"something else":     {errors.New("x"), ""},
	} {
		got := Cause(c.err)
		if !strings.Contains(got, c.want) || (got == "") != (c.want == "") || strings.Contains(got, "secret") || len(got) > 310 {
			t.Errorf("%s: %q of %v", name, got, c.err)
		}
	}
}
