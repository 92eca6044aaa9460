package negotiate

import (
	"cmp"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"maps"
	"net/url"
	"regexp"
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
	ID       string      `json:"id"`
	Kind     string      `json:"kind"`              // program, or of a chat: chat, discord, teams
	URL      string      `json:"url"`               // of a chat its host alone: the rest is a secret
	Product  string      `json:"product,omitempty"` // "" for the whole organisation
	Types    []string    `json:"types"`             // of events; none for all; of a chat none
	By       string      `json:"by"`                // who added it
	Since    time.Time   `json:"since"`
	Rotating []time.Time `json:"former_secrets_until,omitempty"` // until when each former secret signs, too, the latest first
	Stopped  string      `json:"stopped,omitempty"`              // why nothing is sent

	Waiting      int64      `json:"waiting"`                 // deliveries that wait for their time, or for another try
	WaitingSince *time.Time `json:"waiting_since,omitempty"` // since when the one of them waits that waits longest

	Last []WebhookDelivery `json:"last"` // newest first

	Mark string `json:"-"` // of the secret in use, by which another one is told from it; "" of a chat
}

// WebhookDelivery is what became of one event on its way.
type WebhookDelivery struct {
	Seq   int64  `json:"seq"`            // place of the event in the record; 0 of what the calendar tells
	What  string `json:"what,omitempty"` // what the calendar tells a chat: due, look or digest
	State string `json:"state"`          // waiting, delivered, given-up, or pointless: there was nothing to tell any more
	Tries int    `json:"tries"`
	Said  string `json:"said,omitempty"` // what came of the last try

	// At is when it was delivered or given up, or when it is tried next.
	At time.Time `json:"at"`
}

// WebhookRequest adds a webhook, or changes the one that ID names.
type WebhookRequest struct {
	ID      string // "" to add one
	New     string // what the one to be added is to be called, from [NewWebhookID], so that it is added once however often that is sent; "" for any
	Was     string // the mark of the secret that is to be replaced, so that it is replaced once; "" for whichever it is
	Kind    string // program, which is what "" means, or of a chat: chat, discord, teams
	URL     string
	Product string   // id, "" for the whole organisation
	Types   []string // of events; none for all; a chat takes none

	Remove bool
	Rotate bool  // give it another secret; the one before signs for a day more. A chat has none
	Stop   bool  // send it nothing until it is started; what is recorded meanwhile is never sent to it
	Start  bool  // send to it again, from what is recorded next on
	Replay bool  // send again what was sent or given up, from an event on; a webhook that was stopped is started
	From   int64 // the first event to be sent again
}

// Former secrets sign, too, for a day each; of many the latest.
const (
	rotating   = 24 * time.Hour
	mostFormer = 4
)

// KindProgram is the kind of a webhook that tells a program of events, signed; the
// others are chats.
const KindProgram = "program"

// WebhookKinds are the kinds of webhooks.
func WebhookKinds() []string { return append([]string{KindProgram}, outgoing.Chats()...) }

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
		waits, err := tx.Waits(ctx)
		if err != nil {
			return err
		}
		for _, h := range hooks {
			last, err := tx.ToHook(ctx, h.ID, lastDeliveries)
			if err != nil {
				return err
			}
			r.Webhooks = append(r.Webhooks, s.webhookOf(h, waits[h.ID], last))
		}
		return nil
	})
	if err != nil {
		return nil, ledgerError("list the webhooks", err)
	}
	return r, nil
}

func (s *Service) webhookOf(h store.Hook, waits store.Waits, last []store.Delivery) Webhook {
	w := Webhook{ID: h.ID, Kind: KindProgram, URL: h.URL, Product: h.Product, Types: append([]string{}, h.Types...), By: h.Maker, Since: h.Created, Waiting: waits.Count, Last: []WebhookDelivery{}}
	if h.Kind != "" {
		w.Kind, w.URL = h.Kind, outgoing.Masked(h.URL)
	} else {
		w.Mark = markOf(h.Secret)
	}
	for _, f := range h.Former {
		if s.now().Before(f.Until) {
			w.Rotating = append(w.Rotating, f.Until)
		}
	}
	if waits.Count > 0 {
		w.WaitingSince = &waits.Since
	}
	if !h.Stopped.IsZero() {
		w.Stopped = h.Why
	}
	for _, d := range last {
		x := WebhookDelivery{Seq: d.Seq, State: d.State, Tries: d.Attempts, Said: d.Said, At: d.Due}
		if what, ok := strings.CutPrefix(d.Kind, store.ByCalendar); ok {
			x.Seq = 0
			x.What, _, _ = strings.Cut(what, ":")
		}
		w.Last = append(w.Last, x)
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
		c = hookChange{what: "added", about: aboutHook(h)}
		if h.Kind == "" {
			c.secret = outgoing.SecretText(h.Secret)
		}
		return c, err
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
		if h.Kind != "" {
			return c, parley.Errorf(parley.Refused, "webhook", "%s", catalogue.T("webhook.chat-secret"))
		}
		if req.Was != "" && req.Was != markOf(h.Secret) {
			return c, parley.Errorf(parley.Conflict, "webhook", "%s", catalogue.T("webhook.rotated"))
		}
		c.what = "rotated"
		s.rotate(h)
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

// rotate gives a webhook another secret: the one before signs for a day more, and so do
// those before it to their own ends, as far as there are not too many.
func (s *Service) rotate(h *store.Hook) {
	now := s.now()
	former := []store.FormerSecret{{Secret: h.Secret, Until: now.Add(rotating)}}
	for _, f := range h.Former {
		if now.Before(f.Until) && len(former) < mostFormer {
			former = append(former, f)
		}
	}
	h.Secret, h.Former = newSecret(), former
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
	if slices.ContainsFunc(hooks, func(h store.Hook) bool { return h.ID == req.New }) {
		return store.Hook{}, parley.Errorf(parley.Conflict, "webhook", "%s", catalogue.T("webhook.added"))
	}
	h := store.Hook{
		ID: cmp.Or(req.New, NewWebhookID()), URL: req.URL, Product: req.Product, Types: req.Types,
		Maker: actor.ID, Created: s.now(),
	}
	if h.Kind = req.Kind; h.Kind == KindProgram {
		h.Kind, h.Secret = "", newSecret()
	}
	return h, tx.AddHook(ctx, h)
}

// NewWebhookID is what a webhook may be called, unlike any other.
func NewWebhookID() string { return "wh-" + strings.ToLower(rand.Text()[:10]) }

var webhookID = regexp.MustCompile(`^wh-[a-z2-7]{10}$`)

// markOf tells a secret from others without saying anything of it.
func markOf(secret []byte) string {
	sum := sha256.Sum256(append([]byte("webhook "), secret...))
	return hex.EncodeToString(sum[:8])
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
		if asked != 1 || req.New != "" || req.Kind != "" || req.URL != "" || req.Product != "" || len(req.Types) > 0 {
			return wrong("webhook.one-thing")
		}
		return nil
	}
	if asked > 0 || req.New != "" && !webhookID.MatchString(req.New) {
		return wrong("webhook.which")
	}
	if req.Kind == "" {
		req.Kind = KindProgram
	}
	if !slices.Contains(WebhookKinds(), req.Kind) {
		return wrong("webhook.kind", "kind", req.Kind, "kinds", strings.Join(WebhookKinds(), ", "))
	}
	if req.Kind != KindProgram && len(req.Types) > 0 {
		return wrong("webhook.chat-types")
	}
	if err := outgoing.CheckURL(req.URL); err != nil {
		return err
	}
	if chat := outgoing.ChatAt(req.URL); chat != "" && chat != req.Kind {
		return wrong("webhook.is-chat", "kind", chat)
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
	m, err := testMessage(h, s.now())
	if err != nil {
		return nil, &parley.Error{Op: "webhook", Kind: parley.Internal, Err: err}
	}
	r := &WebhookTest{Schema: "parley.webhook-test/1", Taken: true}
	if err := (outgoing.Webhooks{Guard: s.Guard}).Send(ctx, m); err != nil {
		r.Taken, r.Said = false, err.Error()
	}
	return r, nil
}

// testMessage is a message that says nothing, as a webhook takes it.
func testMessage(h *store.Hook, at time.Time) (outgoing.Message, error) {
	m := outgoing.Message{URL: h.URL, At: at}
	var err error
	if h.Kind != "" {
		m.Body, err = outgoing.ChatBody(h.Kind, []string{catalogue.T("chat.test")}, "", "")
		return m, err
	}
	m.ID, m.Secrets = "msg_test_"+rand.Text(), [][]byte{h.Secret}
	m.Body, err = json.Marshal(map[string]any{"type": "webhook.test", "timestamp": at.UTC().Format(time.RFC3339Nano), "data": map[string]any{}})
	return m, err
}
