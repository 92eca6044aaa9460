package job

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"testing"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/negotiate"
	"github.com/parleysec/parley/internal/outgoing"
)

// A receiver that still checks with a former secret takes what is sent, by the
// specification's own library, to the end of that secret, and no longer; the one in use
// always does, and of more than four former ones the first is good for nothing.
func TestFormerSecretsVerify(t *testing.T) {
	d := newDesk(t)
	var body []byte
	var header http.Header
	to := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, _ = io.ReadAll(r.Body)
		header = r.Header
	}))
	defer to.Close()
	d.out.Send = outgoing.Webhooks{Guard: outgoing.Guard{Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}}}.Send
	r, err := d.s.SetWebhook(t.Context(), d.here, negotiate.WebhookRequest{URL: to.URL, Types: []string{"decision.recorded"}})
	if err != nil {
		t.Fatal(err)
	}
	secrets := []string{r.Secret}
	for range 5 {
		d.later(time.Second)
		if r, err = d.s.SetWebhook(t.Context(), d.here, negotiate.WebhookRequest{ID: r.Webhooks[0].ID, Rotate: true}); err != nil {
			t.Fatal(err)
		}
		secrets = append(secrets, r.Secret)
	}
	verify := func(threat string, want ...bool) {
		t.Helper()
		d.decide(d.here, negotiate.DecideRequest{Threats: []string{threat}, Kind: parley.Accept, Because: "it costs less", Until: d.now.AddDate(0, 2, 0).Format(time.DateOnly)})
		body = nil
		d.run()
		for i, secret := range secrets {
			w, err := standardwebhooks.NewWebhook(secret)
			if err != nil {
				t.Fatal(err)
			}
			if err := w.VerifyIgnoringTimestamp(body, header); (err == nil) != want[i] {
				t.Errorf("%s, with secret %d: %v, want %v", threat, i, err, want[i])
			}
		}
	}
	verify("leak", false, true, true, true, true, true)
	d.later(24*time.Hour - 2*time.Second) // the second and the third have come to their end, not those after
	verify("replay", false, false, false, true, true, true)
}
