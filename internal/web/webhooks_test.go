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
	wants(t, ann.get("/webhooks", http.StatusOK), "Nobody is told what is recorded", "Tell another program, or a chat")
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
	wants(t, page, "The secret of "+to.URL+"/hook", "One receiver is told", to.URL+"/hook", "Is told: decision.recorded, decision.moved, The Shop", "Nothing was sent yet")
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
	wants(t, rotated, "A former secret signs, too, until")
	ann.leads(path("stop"), nil, "/webhooks?done=stop")
	wants(t, ann.get("/webhooks?done=stop", http.StatusOK), "Nothing is sent: ann@example.org stopped it", "Start again")
	ann.leads(path("start"), nil, "/webhooks?done=start")
	wants(t, ann.post(path("replay"), url.Values{"from": {"last"}}, http.StatusUnprocessableEntity), "“last” is no place in the record")
	ann.leads(path("replay"), url.Values{"from": {"0"}}, "/webhooks?done=replay")
	ann.leads(path("remove"), nil, "/webhooks?done=remove")
	wants(t, ann.get("/webhooks?done=remove", http.StatusOK), "Nobody is told")
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

// TestAChatOnThePage: a chat is added without a secret that is shown, its address is seen
// no more, and there is nothing to replace but the chat.
func TestAChatOnThePage(t *testing.T) {
	c := newCompany(t, shopFile())
	var got []string
	to := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(r.Body)
		got = append(got, r.URL.Path+string(b))
	}))
	defer to.Close()
	c.service.Guard = outgoing.Guard{Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}}
	ann := c.join("ann@example.org", ledger.Administrator)
	ann.leads("/webhooks", url.Values{"kind": {"chat"}, "url": {to.URL + "/hooks/wonderful"}, "product": {"shop"}}, "/webhooks?done=add")
	page := ann.get("/webhooks?done=add", http.StatusOK)
	wants(t, page, "The chat is told from now on", to.URL+"/…", "A chat: Slack, Mattermost", "Is told: what waits for a decision and what became of it, with titles and figures, The Shop")
	if strings.Contains(page, "wonderful") || strings.Contains(page, "/rotate") {
		t.Error("N3: the address of a chat is shown, or there is a secret to replace")
	}
	tested := ann.post(webhookPath(t, page, "test"), nil, http.StatusOK)
	wants(t, tested, "The test was taken.")
	if len(got) != 1 || !strings.HasPrefix(got[0], `/hooks/wonderful{"text":"A test from Parley`) || strings.Contains(tested, "wonderful") {
		t.Errorf("was sent %q", got)
	}
	wants(t, ann.post("/webhooks", url.Values{"url": {"https://hooks.slack.com/services/x"}}, http.StatusUnprocessableEntity), "This is the address of a chat")
}

// TestASecretIsMadeOnce: a page that shows a new secret, loaded anew, makes no other one
// and adds nothing.
func TestASecretIsMadeOnce(t *testing.T) {
	c := newCompany(t, shopFile())
	ann := c.join("ann@example.org", ledger.Administrator)
	name := regexp.MustCompile(`name="id" value="(wh-[a-z2-7]+)"`).FindStringSubmatch(ann.get("/webhooks", http.StatusOK))
	if name == nil {
		t.Fatal("the form does not say what the webhook will be called")
	}
	form := url.Values{"id": {name[1]}, "url": {"https://hooks.example.com/x"}}
	page := ann.post("/webhooks", form, http.StatusOK)
	first := shown(t, page)
	again := ann.post("/webhooks", form, http.StatusConflict)
	wants(t, again, "It was added already", "One receiver is told")
	rotate := regexp.MustCompile(`action="(/webhooks/wh-[a-z2-7]+/rotate\?was=[0-9a-f]+)"`).FindStringSubmatch(page)
	if rotate == nil {
		t.Fatal("the button does not say which secret it replaces")
	}
	second := shown(t, ann.post(rotate[1], nil, http.StatusOK))
	again = ann.post(rotate[1], nil, http.StatusConflict)
	wants(t, again, "It was given another secret already")
	if second == first || strings.Contains(again, "whsec_") || strings.Count(again, "A former secret signs") != 1 {
		t.Errorf("%s, then %s:\n%s", first, second, text(again))
	}
}
