package job

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/negotiate"
	"github.com/parleysec/parley/internal/outgoing"
	"github.com/parleysec/parley/internal/store"
	"github.com/parleysec/parley/ledger"
)

// What there is nothing to be said of any more holds up nothing of what is behind it, and
// of what waits for a webhook that was stopped nothing waits on.
func TestWhatIsPointlessHoldsUpNothing(t *testing.T) {
	d := newDesk(t)
	d.hook(negotiate.WebhookRequest{Kind: outgoing.ChatText, URL: "https://chat.example.com/hooks/x"})
	hook := d.hook(negotiate.WebhookRequest{URL: "https://a.example.com", Types: []string{"note.added"}})
	for range 3 {
		if _, err := d.s.AddNote(t.Context(), d.here, negotiate.NoteRequest{Product: "shop", About: "leak", Kind: ledger.NoteQuestion, Text: "who?"}); err != nil {
			t.Fatal(err)
		}
	}
	d.fail = &outgoing.FailedError{Status: 500}
	d.run()
	d.taken()
	d.fail = nil
	if _, err := d.s.SetWebhook(t.Context(), d.here, negotiate.WebhookRequest{ID: hook.ID, Stop: true}); err != nil {
		t.Fatal(err)
	}
	d.decide(d.here, negotiate.DecideRequest{Threats: []string{"leak"}, Kind: parley.Accept, Because: "it costs less", Until: "2026-12-22", Propose: true})
	chats, err := d.out.chats(t.Context())
	if err != nil || len(chats) != 1 {
		t.Fatal(chats, err)
	}
	var past []store.Delivery // of decisions that are in force no more
	for i := range int64(3) {
		past = append(past, store.Delivery{Kind: store.ByCalendar + dueSoon + "SHOP-D99", Target: chats[0].ID, Seq: i, Due: d.now.Add(-1)})
	}
	if err := d.out.DB.Outbox(t.Context(), func(tx *store.OutboxTx) error { return tx.Queue(t.Context(), past) }); err != nil {
		t.Fatal(err)
	}
	d.later(10 * time.Minute)
	d.run()
	got := d.taken()
	var body struct{ Text string }
	if len(got) != 1 || json.Unmarshal(got[0].Body, &body) != nil || body.Text == "" {
		t.Errorf("the chat was told %+v", got)
	}
	r, err := d.s.Webhooks(t.Context(), d.here)
	if err != nil {
		t.Fatal(err)
	}
	for _, h := range r.Webhooks {
		if h.Waiting != 0 {
			t.Errorf("for %s wait %d: %+v", h.ID, h.Waiting, h.Last)
		}
	}
}
