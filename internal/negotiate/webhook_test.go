package negotiate

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/outgoing"
	"github.com/parleysec/parley/internal/store"
	"github.com/parleysec/parley/ledger"
)

func (d *desk) webhook(actor Actor, req WebhookRequest) (*WebhooksResult, error) {
	return d.SetWebhook(d.t.Context(), actor, req)
}

func (d *desk) grant(person string, role ledger.MemberRole, product string) Actor {
	d.t.Helper()
	if _, err := d.SetMember(d.t.Context(), d.tom, MemberRequest{Person: person, Role: role, Product: product}); err != nil {
		d.t.Fatal(err)
	}
	return Actor{ID: person, Known: ledger.SignedIn, Via: ledger.ViaAPI}
}

// A secret is shown when it is made and never again: not to administrators, not
// in lists, not in copies of the record, not on record.
func TestN3SecretsOfWebhooksAreWriteOnly(t *testing.T) {
	d := newDesk(t)
	d.apply(shop)
	r, err := d.webhook(d.tom, WebhookRequest{URL: "https://hooks.example.com/x", Types: []string{"decision.recorded"}})
	if err != nil {
		t.Fatal(err)
	}
	first := r.Secret
	if !strings.HasPrefix(first, "whsec_") || len(first) < 40 || len(r.Webhooks) != 1 {
		t.Fatalf("%+v", r)
	}
	id := r.Webhooks[0].ID
	d.time = d.time.Add(time.Minute)
	again, err := d.webhook(d.tom, WebhookRequest{ID: id, Rotate: true})
	if err != nil || again.Secret == first || again.Webhooks[0].Rotating == nil {
		t.Fatalf("%+v %v", again, err)
	}
	list, err := d.Webhooks(t.Context(), d.tom)
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(list)
	if err != nil {
		t.Fatal(err)
	}
	var export strings.Builder
	if _, err := d.ExportLedger(t.Context(), d.tom, TransferRequest{Out: &export}); err != nil {
		t.Fatal(err)
	}
	for _, secret := range []string{first, again.Secret} {
		if strings.Contains(string(text)+export.String(), strings.TrimPrefix(secret, "whsec_")) {
			t.Error("a secret can be read again")
		}
	}
	db, err := d.open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	err = db.ReadOutbox(t.Context(), func(tx *store.OutboxTx) error {
		h, err := tx.Hook(t.Context(), id)
		if outgoing.SecretText(h.Secret) != again.Secret || outgoing.SecretText(h.Former) != first {
			t.Error("the secrets that sign are not those that were shown")
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

// Webhooks are for administrators; auditors may see them; a token changes none.
func TestA1Webhooks(t *testing.T) {
	d := newDesk(t)
	d.apply(shop)
	url := WebhookRequest{URL: "https://hooks.example.com/x"}
	for role, want := range map[ledger.MemberRole][2]bool{
		ledger.Administrator: {true, true}, ledger.Auditor: {true, false}, ledger.Manager: {}, ledger.Security: {}, ledger.Decider: {}, ledger.Contributor: {}, ledger.Reader: {},
	} {
		who := d.grant(string(role)+"@example.org", role, "")
		_, list := d.Webhooks(t.Context(), who)
		_, set := d.webhook(who, url)
		if (list == nil) != want[0] || (set == nil) != want[1] {
			t.Errorf("%s: list %v, set %v", role, list, set)
		}
		token := Limit(t.Context(), TokenLimit{Scope: ScopeWrite})
		who.Known = ledger.ByToken
		if _, err := d.SetWebhook(token, who, url); parley.KindOfError(err) != parley.Forbidden {
			t.Errorf("%s by token: %v", role, err)
		}
	}
	one := d.grant("one@example.org", ledger.Administrator, "shop")
	if _, err := d.webhook(one, WebhookRequest{URL: "https://hooks.example.com/x", Product: "shop"}); parley.KindOfError(err) != parley.Forbidden {
		t.Errorf("the administrator of one product: %v", err)
	}
}

func TestWebhookRequests(t *testing.T) {
	d := newDesk(t)
	d.apply(shop)
	r, err := d.webhook(d.tom, WebhookRequest{URL: "https://hooks.example.com/x", Product: "shop"})
	if err != nil {
		t.Fatal(err)
	}
	id := r.Webhooks[0].ID
	for name, req := range map[string]WebhookRequest{
		"no address":     {},
		"a bad address":  {URL: "ftp://x"},
		"no such type":   {URL: "https://x.example.com", Types: []string{"decision.made"}},
		"two things":     {ID: id, Remove: true, Rotate: true},
		"two ways":       {ID: id, Stop: true, Start: true},
		"nothing":        {ID: id},
		"another":        {ID: id, URL: "https://y.example.com"},
		"which":          {Remove: true},
		"no such":        {ID: "wh-none", Remove: true},
		"no such source": {URL: "https://x.example.com", Product: "nowhere"},
	} {
		if _, err := d.webhook(d.tom, req); err == nil {
			t.Errorf("%s: taken", name)
		}
	}
	if r, err := d.webhook(d.tom, WebhookRequest{ID: id, Stop: true}); err != nil || !strings.Contains(r.Webhooks[0].Stopped, d.tom.ID) {
		t.Error(r, err)
	}
	if r, err := d.webhook(d.tom, WebhookRequest{ID: id, Start: true}); err != nil || r.Webhooks[0].Stopped != "" {
		t.Error(r, err)
	}
	if r, err := d.webhook(d.tom, WebhookRequest{ID: id, Replay: true}); err != nil || r.Again != 0 {
		t.Error(r, err)
	}
	if r, err := d.webhook(d.tom, WebhookRequest{ID: id, Remove: true}); err != nil || len(r.Webhooks) != 0 || r.Secret != "" {
		t.Error(r, err)
	}
}

// TestWebhooksAreLogged: who opened or closed a way out of the server stands in the
// access log, without what may be a secret.
func TestWebhooksAreLogged(t *testing.T) {
	d := newDesk(t)
	d.apply(shop)
	r, err := d.webhook(d.tom, WebhookRequest{URL: "https://hooks.example.com/services/TOPSECRET"})
	if err != nil {
		t.Fatal(err)
	}
	id := r.Webhooks[0].ID
	for _, req := range []WebhookRequest{{Rotate: true}, {Stop: true}, {Start: true}, {Replay: true}, {Remove: true}} {
		req.ID = id
		_, err := d.webhook(d.tom, req)
		d.must(err)
	}
	if _, err := d.webhook(d.tom, WebhookRequest{ID: id, Stop: true}); err == nil {
		t.Error("what is gone was stopped")
	}
	accounts, err := store.Open(t.Context(), d.Ledger, store.Options{})
	d.must(err)
	defer accounts.Close()
	var got []string
	d.must(accounts.ReadAccounts(t.Context(), func(tx *store.AccountsTx) error {
		list, err := tx.AccessLog(t.Context(), 0, 100)
		for _, x := range list {
			if x.By != d.tom.ID || x.About != id+" hooks.example.com" || x.At.IsZero() {
				t.Errorf("it says %+v", x)
			}
			got = append(got, x.What)
		}
		return err
	}))
	if want := "webhook.removed webhook.replayed webhook.started webhook.stopped webhook.rotated webhook.added"; strings.Join(got, " ") != want {
		t.Errorf("it says %v", got)
	}
}

// A test is signed and sent once; inside one's own network only where that is
// allowed.
func TestN1TestOfAWebhook(t *testing.T) {
	d := newDesk(t)
	d.apply(shop)
	var got []string
	to := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(r.Body)
		got = append(got, string(b))
	}))
	defer to.Close()
	r, err := d.webhook(d.tom, WebhookRequest{URL: to.URL})
	if err != nil {
		t.Fatal(err)
	}
	id := r.Webhooks[0].ID
	if x, err := d.TestWebhook(t.Context(), d.tom, id); err != nil || x.Taken || len(got) > 0 {
		t.Errorf("inside: %+v %v", x, err)
	}
	d.Guard = outgoing.Guard{Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}}
	if x, err := d.TestWebhook(t.Context(), d.tom, id); err != nil || !x.Taken || len(got) != 1 || !strings.Contains(got[0], `"webhook.test"`) {
		t.Errorf("allowed: %+v %v %q", x, err, got)
	}
	if _, err := d.TestWebhook(context.Background(), d.tom, "wh-none"); parley.KindOfError(err) != parley.NotFound {
		t.Error(err)
	}
}
