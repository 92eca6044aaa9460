package web

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/parleysec/parley/internal/auth"
	"github.com/parleysec/parley/internal/outgoing"
	"github.com/parleysec/parley/internal/store"
	"github.com/parleysec/parley/ledger"
)

// webhookPath is the address of what is done about the one webhook of a page.
func webhookPath(t *testing.T, page, what string) string {
	t.Helper()
	m := regexp.MustCompile(`action="(/webhooks/wh-[a-z0-9]+/)test"`).FindStringSubmatch(page)
	if m == nil {
		t.Fatalf("no webhook:\n%s", text(page))
	}
	return m[1] + what
}

// TestWebhooksOnTheirPage adds a receiver, tries it, gives it another secret,
// stops it, starts it and removes it, as an administrator does.
func TestWebhooksOnTheirPage(t *testing.T) {
	c := newCompany(t, shopFile())
	var got []string
	answer := http.StatusNoContent
	to := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(r.Body)
		got = append(got, string(b))
		w.WriteHeader(answer)
	}))
	defer to.Close()
	c.service.Guard = outgoing.Guard{Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}}
	ann := c.join("ann@example.org", ledger.Administrator)
	wants(t, ann.get("/webhooks", http.StatusOK), "No program is told what is recorded", "Tell another program")
	if !strings.Contains(ann.get("/people", http.StatusOK), `href="/webhooks"`) {
		t.Error("no way leads there")
	}

	refused := ann.post("/webhooks", url.Values{"url": {"ftp://x"}, "types": {"decision.made"}, "product": {"shop"}}, http.StatusUnprocessableEntity)
	wants(t, refused, "needs https://")
	if !strings.Contains(refused, `value="ftp://x"`) || !strings.Contains(refused, `value="decision.made"`) {
		t.Error("what was typed is gone")
	}
	page := ann.post("/webhooks", url.Values{"url": {to.URL + "/hook"}, "types": {"decision.recorded, decision.moved"}, "product": {"shop"}}, http.StatusOK)
	first := shown(t, page)
	if !strings.HasPrefix(first, "whsec_") {
		t.Fatalf("the secret is %q", first)
	}
	wants(t, page, "The secret of "+to.URL+"/hook", "One program is told", to.URL+"/hook", "Is told: decision.recorded, decision.moved, The Shop", "Nothing was sent yet")
	again := ann.get("/webhooks", http.StatusOK)
	if strings.Contains(again, "whsec_") {
		t.Error("N3: the secret is shown again")
	}
	path := func(what string) string { return webhookPath(t, page, what) }

	wants(t, ann.post(path("test"), nil, http.StatusOK), "The test was taken.")
	answer = http.StatusServiceUnavailable
	wants(t, ann.post(path("test"), nil, http.StatusOK), "The test was not taken.", "503")
	if len(got) != 2 || !strings.Contains(got[0], `"webhook.test"`) {
		t.Errorf("was sent %q", got)
	}
	rotated := ann.post(path("rotate"), nil, http.StatusOK)
	if second := shown(t, rotated); second == first || !strings.HasPrefix(second, "whsec_") {
		t.Errorf("rotated to %q", second)
	}
	wants(t, rotated, "The former secret signs, too, until")
	ann.leads(path("stop"), nil, "/webhooks?done=stop")
	wants(t, ann.get("/webhooks?done=stop", http.StatusOK), "Nothing is sent: ann@example.org stopped it", "Start again")
	ann.leads(path("start"), nil, "/webhooks?done=start")
	wants(t, ann.post(path("replay"), url.Values{"from": {"last"}}, http.StatusUnprocessableEntity), "“last” is no place in the record")
	ann.leads(path("replay"), url.Values{"from": {"0"}}, "/webhooks?done=replay")
	ann.leads(path("remove"), nil, "/webhooks?done=remove")
	wants(t, ann.get("/webhooks?done=remove", http.StatusOK), "No program is told")
	wants(t, ann.post(path("test"), nil, http.StatusUnprocessableEntity), "There is no webhook")
}

// TestSecretsOfWebhooksAskForProof: who signed in long ago proves anew who they
// are before a secret is made; auditors look and change nothing.
func TestSecretsOfWebhooksAskForProof(t *testing.T) {
	c := newCompany(t, shopFile())
	ann, aud := c.join("ann@example.org", ledger.Administrator), c.join("aud@example.org", ledger.Auditor)
	page := ann.post("/webhooks", url.Values{"url": {"https://hooks.example.com/x"}}, http.StatusOK)
	c.later(auth.ProvedFor + time.Minute)
	for _, path := range []string{"/webhooks", webhookPath(t, page, "rotate")} {
		ann.leads(path, url.Values{"url": {"https://hooks.example.com/y"}}, "/account/prove?to=%2Fwebhooks")
	}
	seen := aud.get("/webhooks", http.StatusOK)
	wants(t, seen, "https://hooks.example.com/x")
	if strings.Contains(seen, `action="/webhooks`) {
		t.Error("an auditor is offered to change a webhook")
	}
}

// delivered notes what became of three events on their way to a receiver.
func (c *company) delivered(hook string) {
	c.t.Helper()
	db, err := store.Open(c.t.Context(), c.service.Ledger, store.Options{Now: c.clock})
	if err != nil {
		c.t.Fatal(err)
	}
	defer db.Close()
	err = db.Outbox(c.t.Context(), func(tx *store.OutboxTx) error {
		for i, state := range []string{store.Delivered, store.GivenUp, store.Waiting} {
			d := store.Delivery{Kind: "webhook", Target: hook, Seq: int64(i), Due: c.clock()}
			if err := tx.Queue(c.t.Context(), []store.Delivery{d}); err != nil {
				return err
			}
			if _, err := tx.Take(c.t.Context(), d, c.clock()); err != nil {
				return err
			}
			d.Attempts, d.State, d.Said = 1, state, "the receiver at hooks.example.com answered 503 Service Unavailable"
			if err := tx.Settle(c.t.Context(), d); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		c.t.Fatal(err)
	}
}

// TestDeliveriesOnTheirPage says of each what became of it.
func TestDeliveriesOnTheirPage(t *testing.T) {
	c := newCompany(t, shopFile())
	ann := c.join("ann@example.org", ledger.Administrator)
	page := ann.post("/webhooks", url.Values{"url": {"https://hooks.example.com/x"}}, http.StatusOK)
	c.delivered(strings.Split(webhookPath(t, page, ""), "/")[2])
	wants(t, ann.get("/webhooks", http.StatusOK), "delivered one try", "given up one try", "waiting one try", "answered 503")
}
