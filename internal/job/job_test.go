package job

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"maps"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/negotiate"
	"github.com/parleysec/parley/internal/outgoing"
	"github.com/parleysec/parley/internal/store"
	"github.com/parleysec/parley/ledger"
)

const shop = `parley: v1
product: {id: shop, name: Web shop, currency: GBP, owner: priya@example.org}
policy: {person_day: 650}
threats:
  - {id: leak, title: "Records are\u2028stolen", likelihood: 1 per year, impact: {financial: 1k..20k}}
  - {id: replay, title: An order is replayed, likelihood: 2 per year, impact: {financial: 1k..2k}}
`

const till = `parley: v1
product: {id: till, currency: EUR}
threats:
  - {id: glitch, title: The till is down, likelihood: 2 per year, impact: {availability: 1k..20k}}
`

// desk is a ledger with people, an outbox over it, and what came of it.
type desk struct {
	t    *testing.T
	s    *negotiate.Service
	out  *Outbox
	path string
	here ledger.Actor
	mu   sync.Mutex
	now  time.Time
	sent []outgoing.Message
	mail []outgoing.Letter
	fail error // what sending fails with
}

func newDesk(t *testing.T) *desk {
	d := &desk{t: t, path: filepath.Join(t.TempDir(), "l.db"), now: time.Date(2026, 11, 18, 9, 0, 0, 0, time.UTC), here: negotiate.Local("root", negotiate.ViaCLI)}
	clock := func() time.Time { d.mu.Lock(); defer d.mu.Unlock(); return d.now }
	d.s = &negotiate.Service{Ledger: d.path, Now: clock}
	d.apply(shop)
	d.out = d.outbox()
	d.run() // the outbox begins here
	t.Cleanup(func() {
		if err := errors.Join(d.s.Close(), d.out.DB.Close()); err != nil {
			t.Error(err)
		}
	})
	return d
}

// outbox is one of a server of its own.
func (d *desk) outbox() *Outbox {
	clock := func() time.Time { d.mu.Lock(); defer d.mu.Unlock(); return d.now }
	db, err := store.Open(d.t.Context(), d.path, store.Options{Now: clock})
	if err != nil {
		d.t.Fatal(err)
	}
	return &Outbox{
		DB: db, Now: clock, Chance: func() float64 { return 0 }, Log: slog.New(slog.DiscardHandler), URL: "https://parley.example.org", Figure: negotiate.PremiseText,
		Send: func(_ context.Context, m outgoing.Message) error {
			d.mu.Lock()
			defer d.mu.Unlock()
			d.sent = append(d.sent, m)
			return d.fail
		},
		Mail: &Mail{
			Send: func(_ context.Context, l outgoing.Letter) error {
				d.mu.Lock()
				defer d.mu.Unlock()
				d.mail = append(d.mail, l)
				return d.fail
			},
			Reaches: func(_ context.Context, person string) (bool, error) { return person != "disabled@example.org", nil },
			Reading: negotiate.RolesFor("Brief"), Deciding: negotiate.RolesFor("Move"),
		},
	}
}

func (d *desk) run() {
	d.t.Helper()
	if err := d.out.Run(d.t.Context()); err != nil {
		d.t.Fatal(err)
	}
}

func (d *desk) later(by time.Duration) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.now = d.now.Add(by)
}

func (d *desk) apply(text string) {
	d.t.Helper()
	if _, err := d.s.Apply(d.t.Context(), d.here, negotiate.ApplyRequest{Source: negotiate.Source{Name: "x.yaml", Data: []byte(text)}}); err != nil {
		d.t.Fatal(err)
	}
}

func (d *desk) hook(req negotiate.WebhookRequest) negotiate.Webhook {
	d.t.Helper()
	r, err := d.s.SetWebhook(d.t.Context(), d.here, req)
	if err != nil {
		d.t.Fatal(err)
	}
	d.later(time.Second) // they are listed by age
	return r.Webhooks[len(r.Webhooks)-1]
}

func (d *desk) grant(person string, role ledger.MemberRole, product string) ledger.Actor {
	d.t.Helper()
	if _, err := d.s.SetMember(d.t.Context(), d.here, negotiate.MemberRequest{Person: person, Role: role, Product: product}); err != nil {
		d.t.Fatal(err)
	}
	return ledger.Actor{ID: person, Known: ledger.SignedIn, Via: ledger.ViaPage}
}

func (d *desk) decide(actor ledger.Actor, req negotiate.DecideRequest) string {
	d.t.Helper()
	r, err := d.s.Decide(d.t.Context(), actor, req)
	if err != nil {
		d.t.Fatal(err)
	}
	return r.Decisions[0].ShortID
}

// taken empties what was sent.
func (d *desk) taken() (sent []outgoing.Message) {
	sent, d.sent = d.sent, nil
	return sent
}

func types(list []outgoing.Message) (out []string) {
	for _, m := range list {
		var x told
		if json.Unmarshal(m.Body, &x) == nil {
			out = append(out, x.Type)
		}
	}
	return out
}

// Each event is told once, to those who want it, however often the outbox runs.
func TestOutboxTellsOnce(t *testing.T) {
	d := newDesk(t)
	d.hook(negotiate.WebhookRequest{URL: "https://a.example.com"})
	d.hook(negotiate.WebhookRequest{URL: "https://b.example.com", Types: []string{"decision.recorded"}})
	id := d.decide(d.here, negotiate.DecideRequest{Threats: []string{"leak"}, Kind: parley.Accept, Because: "it costs less", Until: "2026-11-22"})
	d.run()
	d.run()
	got := d.taken()
	var a, b []outgoing.Message
	for _, m := range got {
		if strings.HasPrefix(m.URL, "https://a.") {
			a = append(a, m)
		} else {
			b = append(b, m)
		}
	}
	if len(b) != 1 || len(a) < 1 || !slices.Contains(types(a), "decision.recorded") {
		t.Fatalf("a was told %v, b %v", types(a), types(b))
	}
	var x told
	if err := json.Unmarshal(b[0].Body, &x); err != nil {
		t.Fatal(err)
	}
	if x.Data.Decision == nil || x.Data.Decision.ID != id || x.Data.Decision.Status != ledger.InForce || x.Data.Decision.URL != "https://parley.example.org/t/leak" || x.Data.Product != "shop" {
		t.Errorf("told %s", b[0].Body)
	}
	if strings.Contains(string(b[0].Body), "costs less") {
		t.Errorf("texts are told: %s", b[0].Body)
	}
	d.later(31 * 24 * time.Hour)
	d.run()
	for _, m := range d.taken() {
		if m.ID == b[0].ID {
			t.Error("told again after a month")
		}
	}
}

// A webhook for one product is told nothing of another one, nor of the
// organisation.
func TestA3WebhooksOfOneProduct(t *testing.T) {
	d := newDesk(t)
	d.hook(negotiate.WebhookRequest{URL: "https://a.example.com", Product: "shop"})
	d.apply(till)
	d.grant("helen@example.org", ledger.Decider, "")
	d.grant("tom@example.org", ledger.Decider, "till")
	d.run()
	if got := d.taken(); len(got) > 0 {
		t.Errorf("told %v: %s", types(got), got[0].Body)
	}
	d.grant("tom@example.org", ledger.Decider, "shop")
	d.run()
	if got := types(d.taken()); !slices.Equal(got, []string{"member.granted"}) {
		t.Errorf("told %v", got)
	}
}

// Several servers on one ledger tell everything once; one that dies in the
// middle leaves it to the others after its time.
func TestOutboxAcrossServers(t *testing.T) {
	d := newDesk(t)
	d.hook(negotiate.WebhookRequest{URL: "https://a.example.com"})
	d.apply(till)
	var all sync.WaitGroup
	var failed atomic.Value
	for range 3 {
		o := d.outbox()
		defer o.DB.Close()
		all.Go(func() {
			for range 5 {
				if err := o.Run(t.Context()); err != nil && !store.Retryable(err) {
					failed.Store(err)
				}
			}
		})
	}
	all.Wait()
	if err := failed.Load(); err != nil {
		t.Fatal(err)
	}
	d.run()
	seen := map[string]bool{}
	got := d.taken()
	for _, m := range got {
		if seen[m.ID] {
			t.Errorf("%s was told twice", m.ID)
		}
		seen[m.ID] = true
	}
	if len(seen) < 3 {
		t.Errorf("told %v", types(got))
	}
	dying, die := context.WithCancel(t.Context())
	send := d.out.Send
	d.out.Send = func(ctx context.Context, m outgoing.Message) error {
		die()
		return errors.Join(send(ctx, m), ctx.Err())
	}
	d.decide(d.here, negotiate.DecideRequest{Threats: []string{"leak"}, Kind: parley.Accept, Because: "it costs less", Until: "2026-12-22"})
	if err := d.out.Run(dying); err == nil {
		t.Fatal("it did not notice that it died")
	}
	first := d.taken()
	d.out.Send = send
	d.run()
	if got := d.taken(); slices.ContainsFunc(got, func(m outgoing.Message) bool { return m.ID == first[0].ID }) {
		t.Error("taken from a server that may still be at it")
	}
	d.later(2 * lease)
	d.run()
	if got := d.taken(); !slices.ContainsFunc(got, func(m outgoing.Message) bool { return m.ID == first[0].ID }) {
		t.Errorf("what a server died with is lost: %v", types(got))
	}
}

// What fails is tried again at growing intervals and given up in the end; then
// the webhook is stopped, until somebody has it sent again.
func TestOutboxGivesUp(t *testing.T) {
	d := newDesk(t)
	d.hook(negotiate.WebhookRequest{URL: "https://a.example.com", Types: []string{"decision.recorded"}})
	d.fail = &outgoing.FailedError{Status: 500}
	became := map[string]int{}
	d.out.Tried = func(by, what string) { became[by+" "+what]++ }
	d.decide(d.here, negotiate.DecideRequest{Threats: []string{"leak"}, Kind: parley.Accept, Because: "it costs less", Until: "2026-12-22"})
	start, tries := d.now, 0
	var list negotiate.Webhook
	for d.now.Sub(start) < 6*24*time.Hour {
		d.run()
		tries += len(d.taken())
		r, err := d.s.Webhooks(t.Context(), d.here)
		if err != nil {
			t.Fatal(err)
		}
		if list = r.Webhooks[0]; list.Stopped != "" {
			break
		}
		d.later(time.Minute)
		if tries > 2 {
			d.later(time.Hour)
		}
	}
	if tries != 10 || list.Stopped != "the receiver answered 500" || list.Last[0].State != store.GivenUp || list.Last[0].Tries != 10 {
		t.Errorf("after %s and %d tries: %+v", d.now.Sub(start), tries, list)
	}
	d.fail = nil
	d.decide(d.here, negotiate.DecideRequest{Threats: []string{"replay"}, Kind: parley.Accept, Because: "it costs less", Until: "2026-12-22"})
	d.run()
	if got := d.taken(); len(got) > 0 {
		t.Errorf("a stopped webhook is told %v", types(got))
	}
	if r, err := d.s.SetWebhook(t.Context(), d.here, negotiate.WebhookRequest{ID: list.ID, Replay: true}); err != nil || r.Again != 1 || r.Webhooks[0].Stopped != "" {
		t.Fatalf("%+v %v", r, err)
	}
	d.run()
	if got := types(d.taken()); !slices.Equal(got, []string{"decision.recorded"}) {
		t.Errorf("sent again: %v", got)
	}
	if want := map[string]int{"webhook failed": 9, "webhook given-up": 1, "webhook delivered": 1}; !maps.Equal(became, want) {
		t.Errorf("told of the tries: %v, want %v", became, want)
	}
}

// Who asks to be left alone for a while is, and what waits for a webhook that is
// stopped meanwhile is not sent.
func TestOutboxWaitsAsAsked(t *testing.T) {
	d := newDesk(t)
	h := d.hook(negotiate.WebhookRequest{URL: "https://a.example.com", Types: []string{"decision.recorded"}})
	d.fail = &outgoing.FailedError{Status: 429, Retry: time.Hour}
	d.decide(d.here, negotiate.DecideRequest{Threats: []string{"leak"}, Kind: parley.Accept, Because: "it costs less", Until: "2026-12-22"})
	tried := func(after time.Duration, want int) {
		t.Helper()
		d.later(after)
		d.run()
		if got := d.taken(); len(got) != want {
			t.Errorf("after %s more: %d tries, want %d", after, len(got), want)
		}
	}
	tried(0, 1)
	tried(59*time.Minute, 0)
	tried(2*time.Minute, 1)
	if _, err := d.s.SetWebhook(t.Context(), d.here, negotiate.WebhookRequest{ID: h.ID, Stop: true}); err != nil {
		t.Fatal(err)
	}
	tried(2*time.Hour, 0)
}

// One receiver that fails keeps no other waiting, and one that is gone is told
// nothing more.
func TestOutboxGone(t *testing.T) {
	d := newDesk(t)
	gone := d.hook(negotiate.WebhookRequest{URL: "https://a.example.com"})
	d.hook(negotiate.WebhookRequest{URL: "https://b.example.com"})
	d.out.Send = func(_ context.Context, m outgoing.Message) error {
		d.mu.Lock()
		defer d.mu.Unlock()
		d.sent = append(d.sent, m)
		if strings.HasPrefix(m.URL, "https://a.") {
			return &outgoing.FailedError{Status: 410}
		}
		return nil
	}
	d.apply(till)
	d.run()
	counts := map[string]int{}
	for _, m := range d.taken() {
		counts[m.URL]++
	}
	if counts["https://a.example.com"] != 1 || counts["https://b.example.com"] < 3 {
		t.Errorf("told %v", counts)
	}
	r, err := d.s.Webhooks(t.Context(), d.here)
	if err != nil || r.Webhooks[0].ID != gone.ID || r.Webhooks[0].Stopped == "" || r.Webhooks[1].Stopped != "" {
		t.Errorf("%+v %v", r, err)
	}
}

// While a secret is changed, both sign.
func TestOutboxSignsWithBoth(t *testing.T) {
	d := newDesk(t)
	h := d.hook(negotiate.WebhookRequest{URL: "https://a.example.com", Types: []string{"decision.recorded"}})
	if _, err := d.s.SetWebhook(t.Context(), d.here, negotiate.WebhookRequest{ID: h.ID, Rotate: true}); err != nil {
		t.Fatal(err)
	}
	d.decide(d.here, negotiate.DecideRequest{Threats: []string{"leak"}, Kind: parley.Accept, Because: "it costs less", Until: "2026-12-22"})
	d.run()
	if got := d.taken(); len(got) != 1 || len(got[0].Secrets) != 2 {
		t.Fatalf("%+v", got)
	}
	d.later(25 * time.Hour)
	d.decide(d.here, negotiate.DecideRequest{Threats: []string{"replay"}, Kind: parley.Accept, Because: "it costs less", Until: "2026-12-22"})
	d.run()
	if got := d.taken(); len(got) != 1 || len(got[0].Secrets) != 1 {
		t.Fatalf("a day later: %+v", got)
	}
}

// TestWebhooksAreToldWhoIsMentioned: what was said is told by what it is about and
// whom it asks, without its words.
func TestWebhooksAreToldWhoIsMentioned(t *testing.T) {
	d := newDesk(t)
	cara := d.grant("cara@example.org", ledger.Contributor, "shop")
	d.grant("helen@example.org", ledger.Decider, "shop")
	id := d.decide(cara, negotiate.DecideRequest{Threats: []string{"leak"}, Kind: parley.Accept, Because: "it costs less", Until: "2026-11-22", Propose: true})
	d.hook(negotiate.WebhookRequest{URL: "https://a.example.com", Product: "shop", Types: []string{"note.added"}})
	for _, about := range []string{"leak", id} {
		if _, err := d.s.AddNote(t.Context(), cara, negotiate.NoteRequest{Product: "shop", About: about, Kind: ledger.NoteQuestion, Text: "@helen, who pays?"}); err != nil {
			t.Fatal(err)
		}
	}
	d.run()
	got := d.taken()
	if len(got) != 2 {
		t.Fatalf("told %v", types(got))
	}
	for i, want := range []note{
		{Kind: ledger.NoteQuestion, About: ledger.KindThreat, ID: "leak", Mentions: []string{"helen@example.org"}, URL: "https://parley.example.org/t/leak#talk"},
		{Kind: ledger.NoteQuestion, About: "decision", ID: id, Mentions: []string{"helen@example.org"}, URL: "https://parley.example.org/t/leak#talk"},
	} {
		var x told
		if err := json.Unmarshal(got[i].Body, &x); err != nil || x.Data.Note == nil || !reflect.DeepEqual(*x.Data.Note, want) || strings.Contains(string(got[i].Body), "who pays") {
			t.Errorf("told %s, %v", got[i].Body, err)
		}
	}
}
