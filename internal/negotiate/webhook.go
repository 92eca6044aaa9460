package negotiate

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"maps"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/internal/outgoing"
	"github.com/parleysec/parley/internal/store"
	"github.com/parleysec/parley/ledger"
)

// WebhooksResult is whom the server tells what by HTTP.
type WebhooksResult struct {
	Schema   string    `json:"schema"`
	Webhooks []Webhook `json:"webhooks"`

	// Secret is what the receiver checks signatures with, "whsec_…". It is shown
	// when it is made and never again.
	Secret string `json:"secret,omitempty"`
	Again  int64  `json:"again,omitempty"` // deliveries that were put into the queue anew
}

// Webhook is one receiver. Its secret is not part of it.
type Webhook struct {
	ID       string            `json:"id"`
	URL      string            `json:"url"`
	Product  string            `json:"product,omitempty"` // "" for the whole organisation
	Types    []string          `json:"types"`             // of events; none for all
	By       string            `json:"by"`                // who added it
	Since    time.Time         `json:"since"`
	Rotating *time.Time        `json:"former_secret_until,omitempty"` // until when the secret before signs, too
	Stopped  string            `json:"stopped,omitempty"`             // why nothing is sent
	Last     []WebhookDelivery `json:"last"`                          // newest first
}

// WebhookDelivery is what became of one event on its way.
type WebhookDelivery struct {
	Seq   int64  `json:"seq"`   // place of the event in the record
	State string `json:"state"` // waiting, delivered or given-up
	Tries int    `json:"tries"`
	Said  string `json:"said,omitempty"` // what came of the last try

	// At is when it was delivered or given up, or when it is tried next.
	At time.Time `json:"at"`
}

// WebhookRequest adds a webhook, or changes the one that ID names.
type WebhookRequest struct {
	ID      string // "" to add one
	URL     string
	Product string   // id, "" for the whole organisation
	Types   []string // of events; none for all

	Remove bool
	Rotate bool  // give it another secret; the one before signs for a day more
	Stop   bool  // send it nothing until it is started; what is recorded meanwhile is never sent to it
	Start  bool  // send to it again, from what is recorded next on
	Replay bool  // send again what was sent or given up, from an event on; a webhook that was stopped is started
	From   int64 // the first event to be sent again
}

// rotating is how long the secret before signs, too.
const rotating = 24 * time.Hour

// maxWebhooks bounds how many there can be.
const maxWebhooks = 100

// lastDeliveries is how many deliveries are listed with a webhook.
const lastDeliveries = 5

// Webhooks lists whom the server tells what.
func (s *Service) Webhooks(ctx context.Context, actor Actor) (*WebhooksResult, error) {
	db, a, err := s.recorded(ctx, actor, "Webhooks")
	if err == nil {
		err = a.ask(nil)
	}
	if err != nil {
		return nil, err
	}
	r := &WebhooksResult{Schema: "parley.webhooks/1", Webhooks: []Webhook{}}
	err = db.ReadOutbox(ctx, func(tx *store.OutboxTx) error {
		hooks, err := tx.Hooks(ctx)
		if err != nil {
			return err
		}
		for _, h := range hooks {
			last, err := tx.To(ctx, "webhook", h.ID, lastDeliveries)
			if err != nil {
				return err
			}
			r.Webhooks = append(r.Webhooks, s.webhookOf(h, last))
		}
		return nil
	})
	if err != nil {
		return nil, ledgerError("list the webhooks", err)
	}
	return r, nil
}

func (s *Service) webhookOf(h store.Hook, last []store.Delivery) Webhook {
	w := Webhook{ID: h.ID, URL: h.URL, Product: h.Product, Types: append([]string{}, h.Types...), By: h.Maker, Since: h.Created, Last: []WebhookDelivery{}}
	if s.now().Before(h.FormerUntil) {
		w.Rotating = &h.FormerUntil
	}
	if !h.Stopped.IsZero() {
		w.Stopped = h.Why
	}
	for _, d := range last {
		w.Last = append(w.Last, WebhookDelivery{Seq: d.Seq, State: d.State, Tries: d.Attempts, Said: d.Said, At: d.Due})
	}
	return w
}

// SetWebhook adds, changes or removes a webhook, and lists them then. A secret
// that was made is in the answer, and nowhere else ever.
func (s *Service) SetWebhook(ctx context.Context, actor Actor, req WebhookRequest) (*WebhooksResult, error) {
	db, a, err := s.recorded(ctx, actor, "SetWebhook")
	if err == nil {
		err = a.ask(nil)
	}
	if err == nil {
		err = checkWebhook(a.state, &req)
	}
	if err != nil {
		return nil, err
	}
	var c hookChange
	err = db.Outbox(ctx, func(tx *store.OutboxTx) error {
		if c, err = s.changeWebhook(ctx, tx, actor, req); err != nil {
			return err
		}
		return tx.LogAccess(ctx, store.Access{At: s.now(), What: "webhook." + c.what, By: actor.ID, Address: store.AddressText(store.AddressOf(ctx)), About: c.about})
	})
	if err != nil {
		return nil, ledgerError("webhook", err)
	}
	r, err := s.Webhooks(ctx, actor)
	if err != nil {
		return nil, err
	}
	r.Secret, r.Again = c.secret, c.again
	return r, nil
}

// hookChange is what was done about a webhook.
type hookChange struct {
	what   string // as the access log says it
	about  string // its id, and whom it tells: of the address the name alone, since the rest may be a secret
	secret string // that was made, "" for none
	again  int64  // deliveries that were put into the queue anew
}

func (s *Service) changeWebhook(ctx context.Context, tx *store.OutboxTx, actor Actor, req WebhookRequest) (c hookChange, err error) {
	if req.ID == "" {
		h, err := s.addWebhook(ctx, tx, actor, req)
		return hookChange{what: "added", about: aboutHook(h), secret: outgoing.SecretText(h.Secret)}, err
	}
	h, err := tx.Hook(ctx, req.ID)
	if err != nil {
		return c, err
	}
	if h == nil {
		return c, parley.Errorf(parley.NotFound, "webhook", "%s", catalogue.T("webhook.none", "id", req.ID))
	}
	c.about = aboutHook(*h)
	switch {
	case req.Remove:
		c.what = "removed"
		_, err = tx.RemoveHook(ctx, h.ID)
		return c, err
	case req.Rotate:
		c.what = "rotated"
		h.Former, h.FormerUntil, h.Secret = h.Secret, s.now().Add(rotating), newSecret()
		c.secret = outgoing.SecretText(h.Secret)
	case req.Stop:
		c.what = "stopped"
		h.Stopped, h.Why = s.now(), catalogue.T("webhook.by-hand", "who", actor.ID)
	case req.Start:
		c.what = "started"
		h.Stopped, h.Why = time.Time{}, ""
	case req.Replay:
		c.what = "replayed"
		if c.again, err = tx.Again(ctx, h.ID, req.From, s.now()); err != nil {
			return c, err
		}
		h.Stopped, h.Why = time.Time{}, ""
	}
	return c, tx.SetHook(ctx, *h)
}

func aboutHook(h store.Hook) string {
	u, err := url.Parse(h.URL)
	if err != nil {
		return h.ID
	}
	return h.ID + " " + u.Host
}

func (s *Service) addWebhook(ctx context.Context, tx *store.OutboxTx, actor Actor, req WebhookRequest) (store.Hook, error) {
	hooks, err := tx.Hooks(ctx)
	if err != nil {
		return store.Hook{}, err
	}
	if len(hooks) >= maxWebhooks {
		return store.Hook{}, parley.Errorf(parley.Refused, "webhook", "%s", catalogue.T("webhook.too-many", "n", maxWebhooks))
	}
	h := store.Hook{
		ID: "wh-" + strings.ToLower(rand.Text()[:10]), URL: req.URL, Product: req.Product, Types: req.Types,
		Secret: newSecret(), Maker: actor.ID, Created: s.now(),
	}
	return h, tx.AddHook(ctx, h)
}

func newSecret() []byte {
	b := make([]byte, outgoing.SecretSize)
	_, _ = rand.Read(b) // never fails, as its documentation says
	return b
}

// checkWebhook refuses a request that means nothing, or several things.
func checkWebhook(state *ledger.State, req *WebhookRequest) error {
	wrong := func(key string, pairs ...any) error {
		return parley.Errorf(parley.Invalid, "webhook", "%s", catalogue.T(key, pairs...))
	}
	asked := 0
	for _, b := range []bool{req.Remove, req.Rotate, req.Stop, req.Start, req.Replay} {
		if b {
			asked++
		}
	}
	if req.ID != "" {
		if asked != 1 || req.URL != "" || req.Product != "" || len(req.Types) > 0 {
			return wrong("webhook.one-thing")
		}
		return nil
	}
	if asked > 0 {
		return wrong("webhook.which")
	}
	if err := outgoing.CheckURL(req.URL); err != nil {
		return err
	}
	if req.Product != "" {
		p, err := product(state, req.Product)
		if err != nil {
			return err
		}
		req.Product = p.ID
	}
	known := ledger.Types()
	for _, t := range req.Types {
		if _, ok := known[t]; !ok {
			return wrong("webhook.type", "type", t, "types", strings.Join(slices.Sorted(maps.Keys(known)), ", "))
		}
	}
	return nil
}

// WebhookTest is what a receiver made of a message.
type WebhookTest struct {
	Schema string `json:"schema"`
	Taken  bool   `json:"taken"`
	Said   string `json:"said,omitempty"` // why it was not taken
}

// TestWebhook sends a webhook a message that says nothing, once, and says what
// came of it.
func (s *Service) TestWebhook(ctx context.Context, actor Actor, id string) (*WebhookTest, error) {
	db, a, err := s.recorded(ctx, actor, "TestWebhook")
	if err == nil {
		err = a.ask(nil)
	}
	if err != nil {
		return nil, err
	}
	var h *store.Hook
	err = db.ReadOutbox(ctx, func(tx *store.OutboxTx) (err error) {
		h, err = tx.Hook(ctx, id)
		return err
	})
	if err != nil {
		return nil, ledgerError("webhook", err)
	}
	if h == nil {
		return nil, parley.Errorf(parley.NotFound, "webhook", "%s", catalogue.T("webhook.none", "id", id))
	}
	at := s.now()
	body, err := json.Marshal(map[string]any{"type": "webhook.test", "timestamp": at.UTC().Format(time.RFC3339Nano), "data": map[string]any{}})
	if err != nil {
		return nil, &parley.Error{Op: "webhook", Kind: parley.Internal, Err: err}
	}
	r := &WebhookTest{Schema: "parley.webhook-test/1", Taken: true}
	err = outgoing.Webhooks{Guard: s.Guard}.Send(ctx, outgoing.Message{URL: h.URL, ID: "msg_test_" + rand.Text(), At: at, Body: body, Secrets: [][]byte{h.Secret}})
	if err != nil {
		r.Taken, r.Said = false, err.Error()
	}
	return r, nil
}
