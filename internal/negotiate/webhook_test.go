package negotiate

import (
	"context"
	"encoding/json"
	"fmt"
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
		if outgoing.SecretText(h.Secret) != again.Secret || len(h.Former) != 1 || outgoing.SecretText(h.Former[0].Secret) != first {
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
		"no address":          {},
		"no such kind":        {Kind: "irc", URL: "https://x.example.com"},
		"types of a chat":     {Kind: "chat", URL: "https://x.example.com", Types: []string{"decision.recorded"}},
		"a chat as a program": {URL: "https://hooks.slack.com/services/x"},
		"another chat":        {Kind: "chat", URL: "https://discord.com/api/webhooks/x"},
		"a name":              {New: "shop", URL: "https://x.example.com"},
		"a kind of one":       {ID: id, Kind: "chat"},
		"a bad address":       {URL: "ftp://x"},
		"no such type":        {URL: "https://x.example.com", Types: []string{"decision.made"}},
		"two things":          {ID: id, Remove: true, Rotate: true},
		"two ways":            {ID: id, Stop: true, Start: true},
		"nothing":             {ID: id},
		"another":             {ID: id, URL: "https://y.example.com"},
		"which":               {Remove: true},
		"no such":             {ID: "wh-none", Remove: true},
		"no such source":      {URL: "https://x.example.com", Product: "nowhere"},
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

// The address of a chat is its secret: it is in no list, no error, no log of sign-ins and
// no copy, and there is nothing else to be replaced.
func TestN3AddressOfAChatIsWriteOnly(t *testing.T) {
	const secret = "T00000000-B00000000-wonderful"
	d := newDesk(t)
	d.apply(shop)
	r, err := d.webhook(d.tom, WebhookRequest{Kind: outgoing.ChatText, URL: "https://hooks.slack.com/services/" + secret, Product: "shop"})
	if err != nil || r.Secret != "" || len(r.Webhooks) != 1 || r.Webhooks[0].URL != "https://hooks.slack.com/…" || r.Webhooks[0].Kind != "chat" {
		t.Fatalf("%+v %v", r, err)
	}
	id := r.Webhooks[0].ID
	list, err := d.Webhooks(t.Context(), d.tom)
	if err != nil {
		t.Fatal(err)
	}
	_, rotated := d.webhook(d.tom, WebhookRequest{ID: id, Rotate: true})
	if parley.KindOfError(rotated) != parley.Refused {
		t.Errorf("another secret: %v", rotated)
	}
	test, err := d.TestWebhook(t.Context(), d.tom, id) // the guard lets nothing through, or nobody is there
	if err != nil || test.Taken {
		t.Fatalf("%+v %v", test, err)
	}
	stopped, err := d.webhook(d.tom, WebhookRequest{ID: id, Stop: true})
	if err != nil {
		t.Fatal(err)
	}
	var export strings.Builder
	if _, err := d.ExportLedger(t.Context(), d.tom, TransferRequest{Out: &export}); err != nil {
		t.Fatal(err)
	}
	db, err := d.open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var log []store.Access
	err = db.ReadAccounts(t.Context(), func(tx *store.AccountsTx) (err error) {
		log, err = tx.AccessLog(t.Context(), 0, 100)
		return err
	})
	if err != nil || len(log) != 2 || !strings.Contains(log[0].About, "hooks.slack.com") {
		t.Errorf("the log: %+v %v", log, err)
	}
	_, twice := d.webhook(d.tom, WebhookRequest{URL: "https://hooks.slack.com/services/" + secret})
	for name, x := range map[string]any{"the answer": r, "the list": list, "the refusal": rotated.Error(), "the test": test, "stopping": stopped, "the export": export.String(), "the log": log, "an error": twice.Error()} {
		if text := fmt.Sprintf("%+v", x); strings.Contains(text, "wonderful") {
			t.Errorf("%s tells the address: %s", name, text)
		}
	}
}

// Of secrets that are replaced one after the other each signs for a day, and of more than
// four the latest four; a secret is replaced once, and a webhook added once, however often
// that is asked.
func TestFormerSecretsHaveTheirOwnEnds(t *testing.T) {
	d := newDesk(t)
	d.apply(shop)
	name := NewWebhookID()
	r, err := d.webhook(d.tom, WebhookRequest{New: name, URL: "https://hooks.example.com/x"})
	if err != nil || r.Webhooks[0].ID != name {
		t.Fatalf("%+v %v", r, err)
	}
	if _, err := d.webhook(d.tom, WebhookRequest{New: name, URL: "https://hooks.example.com/x"}); parley.KindOfError(err) != parley.Conflict {
		t.Errorf("added twice: %v", err)
	}
	begin, first := d.time, r.Webhooks[0].Mark
	var secrets []string
	for range 6 {
		secrets = append(secrets, r.Secret)
		d.time = d.time.Add(time.Hour)
		if r, err = d.webhook(d.tom, WebhookRequest{ID: name, Rotate: true, Was: r.Webhooks[0].Mark}); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := d.webhook(d.tom, WebhookRequest{ID: name, Rotate: true, Was: first}); parley.KindOfError(err) != parley.Conflict {
		t.Errorf("replaced twice: %v", err)
	}
	db, err := d.open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	err = db.ReadOutbox(t.Context(), func(tx *store.OutboxTx) error {
		h, err := tx.Hook(t.Context(), name)
		if err != nil || len(h.Former) != 4 || outgoing.SecretText(h.Secret) != r.Secret {
			t.Fatalf("%+v %v", h, err)
		}
		for i, f := range h.Former { // the secret of the nth hour was replaced an hour after it
			if outgoing.SecretText(f.Secret) != secrets[5-i] || !f.Until.Equal(begin.Add(time.Duration(6-i)*time.Hour+24*time.Hour)) {
				t.Errorf("the former secret %d signs until %s", i, f.Until)
			}
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
	d.time = begin.Add(4*time.Hour + 24*time.Hour)
	if r, err := d.Webhooks(t.Context(), d.tom); err != nil || len(r.Webhooks[0].Rotating) != 2 {
		t.Errorf("the day after: %+v %v", r, err)
	}
}
