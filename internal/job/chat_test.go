package job

import (
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/negotiate"
	"github.com/parleysec/parley/internal/outgoing"
	"github.com/parleysec/parley/ledger"
)

// texts empties what chats were told.
func (d *desk) texts() (out []string) {
	d.t.Helper()
	d.run()
	for _, m := range d.taken() {
		var body struct{ Text string }
		if err := json.Unmarshal(m.Body, &body); err != nil || m.ID != "" || m.Secrets != nil {
			d.t.Fatalf("%+v: %v", m, err)
		}
		out = append(out, body.Text)
	}
	return out
}

// calendar is what a chat is told after the work of the day.
func (d *desk) calendar() []string {
	d.t.Helper()
	if err := d.out.Calendar(d.t.Context()); err != nil {
		d.t.Fatal(err)
	}
	return d.texts()
}

// A chat is told once, in a message each, what letters tell: with titles, figures then
// and now, and the page; without what somebody wrote of it.
func TestChatIsToldTheNews(t *testing.T) {
	d := newDesk(t)
	d.out.Mail = nil
	cara := d.grant("cara@example.org", ledger.Contributor, "shop")
	helen := d.grant("helen@example.org", ledger.Decider, "shop")
	d.hook(negotiate.WebhookRequest{Kind: outgoing.ChatText, URL: "https://chat.example.com/hooks/x", Product: "shop"})
	lock := shop + "mitigations:\n  - {id: lock, title: A *good* lock, cost: {effort: 10d..20d}, against: [{threat: leak, likelihood: 80%}]}\n"
	d.apply(lock)
	only := func(want ...string) {
		t.Helper()
		got := d.texts()
		if len(got) != 1 {
			t.Fatalf("told %q", got)
		}
		for _, x := range append(want, "Web shop", "“Records are stolen”", "\nhttps://parley.example.org/t/leak") {
			if !strings.Contains(got[0], x) {
				t.Errorf("it lacks %q:\n%s", x, got[0])
			}
		}
		if strings.ContainsAny(got[0], "{}@") || strings.Contains(got[0], "costs less") || strings.Contains(got[0], "SHOP-D") {
			t.Errorf("told:\n%s", got[0])
		}
	}
	id := d.decide(cara, negotiate.DecideRequest{Threats: []string{"leak"}, Kind: parley.Accept, Because: "it costs less", Until: "2027-06-30", Propose: true})
	brief, err := d.s.Brief(t.Context(), d.here, negotiate.BriefRequest{Threats: []string{"leak"}})
	if err != nil {
		t.Fatal(err)
	}
	x := brief.Threat("leak")
	only("cara＠example․org proposes to live with it: ", "It waits for somebody who may decide", "It leaves "+negotiate.PremiseText(x.LossIfItHappens.P95, "GBP")+" in a bad case, and "+negotiate.PremiseText(*x.ExpectedAnnualLoss, "GBP")+" a year on average")
	if _, err := d.s.AddNote(t.Context(), cara, negotiate.NoteRequest{Product: "shop", About: "leak", Kind: ledger.NoteQuestion, Text: "@helen: who pays?"}); err != nil {
		t.Fatal(err)
	}
	if _, err := d.s.Move(t.Context(), helen, negotiate.MoveRequest{Decision: id, Move: "approve"}); err != nil {
		t.Fatal(err)
	}
	only("to live with it: “Records are stolen”, is agreed by helen＠example․org")
	d.decide(helen, negotiate.DecideRequest{Threats: []string{"leak"}, Kind: parley.Mitigate, With: []string{"lock"}, Because: "it costs less", Replaces: []string{id}})
	d.apply(strings.Replace(lock, "10d..20d", "40d..60d", 1))
	only("was re-opened", "the effort for “A ∗good∗ lock”: 14", "when it was decided, ", "when it was re-opened")
	if again := d.calendar(); len(again) > 0 {
		t.Errorf("told twice: %q", again)
	}
}

// What the calendar brings is told once, too; what became pointless is not, and stops no
// chat.
func TestChatIsToldTheDay(t *testing.T) {
	d := newDesk(t)
	max := d.grant("max@example.org", ledger.Manager, "")
	d.hook(negotiate.WebhookRequest{Kind: outgoing.ChatText, URL: "https://chat.example.com/hooks/x", Product: "shop"})
	d.apply(till)
	d.hook(negotiate.WebhookRequest{Kind: outgoing.ChatText, URL: "https://other.example.com/hooks/x", Product: "till"})
	d.decide(max, negotiate.DecideRequest{
		Threats: []string{"leak"}, Kind: parley.Accept, Because: "it costs less", Until: "2026-11-22",
		Conditions: []ledger.Condition{{Says: "only while small", Review: "2026-11-20"}},
	})
	d.run()
	d.taken()
	got := d.calendar()
	if len(got) != 2 || !strings.Contains(strings.Join(got, ""), "ends on 2026-11-22") || !strings.Contains(strings.Join(got, ""), "by 2026-11-20 one condition is to be looked at of the decision to live with it: “Records are stolen”") || strings.Contains(strings.Join(got, ""), "while small") {
		t.Fatalf("the day: %q", got)
	}
	if again := d.calendar(); len(again) > 0 {
		t.Errorf("told twice: %q", again)
	}
	d.later(6 * 24 * time.Hour) // Tuesday
	got = d.calendar()
	if len(got) != 1 || !strings.Contains(got[0], "From 2026-11-16 to 2026-11-22 one decision accepted a loss") || !strings.Contains(got[0], "max＠example․org: £") || !strings.HasSuffix(got[0], "\nhttps://parley.example.org/lived") {
		t.Errorf("the week: %q", got)
	}
	d.later(7 * 24 * time.Hour)
	if got := d.calendar(); len(got) > 0 {
		t.Errorf("of a week in which nothing was accepted: %q", got)
	}
	r, err := d.s.Webhooks(t.Context(), d.here)
	if err != nil || r.Webhooks[0].Stopped != "" || r.Webhooks[1].Stopped != "" {
		t.Errorf("%+v %v", r, err)
	}
	whats := []string{}
	for _, x := range r.Webhooks[0].Last {
		whats = append(whats, x.What+" "+x.State)
	}
	slices.Sort(whats)
	if want := []string{"digest delivered", "digest pointless", "due delivered", "look delivered"}; !slices.Equal(whats, want) {
		t.Errorf("deliveries %v, want %v", whats, want)
	}
}

// Titles that were imported mention nobody, link nowhere and format nothing in a chat.
func TestChatMakesNothingOfTitles(t *testing.T) {
	d := newDesk(t)
	d.hook(negotiate.WebhookRequest{Kind: outgoing.ChatText, URL: "https://chat.example.com/hooks/x"})
	evil := "<!channel> @here *now* [see](https://evil.example/x) &lt;x&gt; `a`"
	d.apply(strings.NewReplacer("An order is replayed", `"`+evil+`"`, "Web shop", `"<!here> shop"`).Replace(shop))
	cara := d.grant("cara@example.org", ledger.Contributor, "shop")
	d.decide(cara, negotiate.DecideRequest{Threats: []string{"replay"}, Kind: parley.Accept, Because: "x", Until: "2027-06-30", Propose: true})
	got := d.texts()
	if len(got) != 1 || strings.ContainsAny(got[0], "<>@*[]`") || strings.Count(got[0], "://") != 1 || !strings.Contains(got[0], "‹!channel›") {
		t.Errorf("told %q", got)
	}
}

// A chat that asks to be left alone is, by what its answer says, and has the message
// once in the end; its address is in no log.
func TestChatAsksToWait(t *testing.T) {
	const secret = "T0-B0-wonderful"
	d := newDesk(t)
	var log strings.Builder
	d.out.Log = slog.New(slog.NewTextHandler(&log, nil))
	tries := 0
	chat := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		tries++
		if r.URL.Path != "/services/"+secret {
			t.Errorf("asked for %s", r.URL)
		}
		if tries == 1 {
			w.Header().Set("Retry-After", "3600")
			w.WriteHeader(http.StatusTooManyRequests)
			return
		}
		_, _ = io.WriteString(w, "ok")
	}))
	defer chat.Close()
	d.out.Send = outgoing.Webhooks{Guard: outgoing.Guard{Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}}}.Send
	d.hook(negotiate.WebhookRequest{Kind: outgoing.ChatText, URL: chat.URL + "/services/" + secret})
	cara := d.grant("cara@example.org", ledger.Contributor, "shop")
	d.decide(cara, negotiate.DecideRequest{Threats: []string{"leak"}, Kind: parley.Accept, Because: "x", Until: "2027-06-30", Propose: true})
	for _, c := range []struct {
		after time.Duration
		want  int
	}{{0, 1}, {59 * time.Minute, 1}, {2 * time.Minute, 2}, {24 * time.Hour, 2}} {
		d.later(c.after)
		d.run()
		if tries != c.want {
			t.Errorf("after %s more: %d tries, want %d", c.after, tries, c.want)
		}
	}
	if !strings.Contains(log.String(), "429") || strings.Contains(log.String(), "wonderful") {
		t.Errorf("the log: %s", &log)
	}
}

// While one receiver does not answer, everybody else is told what is recorded before and
// meanwhile, and it is known what waits for whom and since when.
func TestSlowReceiversHoldUpNobody(t *testing.T) {
	d := newDesk(t)
	slow := d.hook(negotiate.WebhookRequest{URL: "https://slow.example.com"})
	d.hook(negotiate.WebhookRequest{URL: "https://quick.example.com"})
	hung, quick := make(chan struct{}), make(chan string, 1000)
	var once sync.Once
	begun := make(chan struct{})
	d.out.Send = func(ctx context.Context, m outgoing.Message) error {
		if m.URL == slow.URL {
			once.Do(func() { close(begun) })
			select {
			case <-hung:
			case <-ctx.Done():
			}
			return &outgoing.FailedError{Status: 500}
		}
		quick <- m.ID
		return nil
	}
	d.apply(till)
	running := make(chan error)
	go func() { running <- d.out.Run(t.Context()) }()
	<-begun
	before := d.now
	awaits := func(n int) {
		t.Helper()
		for range n {
			select {
			case <-quick:
			case <-time.After(20 * time.Second):
				t.Fatal("a slow receiver holds up another one")
			}
		}
	}
	awaits(3)
	d.later(time.Minute)
	d.grant("helen@example.org", ledger.Decider, "") // recorded while it hangs
	awaits(1)
	r, err := d.s.Webhooks(t.Context(), d.here)
	if err != nil {
		t.Fatal(err)
	}
	if w := r.Webhooks[0]; w.Waiting < 4 || w.WaitingSince == nil || w.WaitingSince.After(before) || w.WaitingSince.Before(before.Add(-time.Minute)) {
		t.Errorf("the slow one: %+v", w)
	}
	if w := r.Webhooks[1]; w.Waiting > 1 { // the last one may not be noted yet
		t.Errorf("the quick one: %+v", w)
	}
	close(hung)
	if err := <-running; err != nil {
		t.Error(err)
	}
}

// A receiver with more to be told than belongs into a turn gets it all, in order.
func TestTurnsTellEverything(t *testing.T) {
	d := newDesk(t)
	d.hook(negotiate.WebhookRequest{URL: "https://a.example.com", Types: []string{"note.added"}})
	const n = 3*inATurn + 1
	for range n {
		if _, err := d.s.AddNote(t.Context(), d.here, negotiate.NoteRequest{Product: "shop", About: "leak", Kind: ledger.NoteQuestion, Text: "who?"}); err != nil {
			t.Fatal(err)
		}
	}
	d.run()
	var seqs []int64
	for _, m := range d.taken() {
		var x told
		if err := json.Unmarshal(m.Body, &x); err != nil {
			t.Fatal(err)
		}
		seqs = append(seqs, x.Data.Seq)
	}
	if len(seqs) != n || !slices.IsSorted(seqs) {
		t.Errorf("told %v", seqs)
	}
}
