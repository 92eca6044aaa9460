package job

import (
	"errors"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/brief/plain"
	"github.com/parleysec/parley/internal/negotiate"
	"github.com/parleysec/parley/internal/outgoing"
	"github.com/parleysec/parley/internal/store"
	"github.com/parleysec/parley/ledger"
)

// letters empties what was mailed.
func (d *desk) letters() (out []outgoing.Letter) {
	d.run()
	out, d.mail = d.mail, nil
	return out
}

func to(list []outgoing.Letter) (out []string) {
	for _, l := range list {
		out = append(out, l.To)
	}
	slices.Sort(out)
	return out
}

// Those who may decide are asked, but not whoever asks; the answer goes to
// whoever asked.
func TestMailAskedAndAnswered(t *testing.T) {
	d := newDesk(t)
	cara := d.grant("cara@example.org", ledger.Contributor, "shop")
	helen := d.grant("helen@example.org", ledger.Decider, "shop")
	d.grant("max@example.org", ledger.Manager, "")
	d.grant("disabled@example.org", ledger.Decider, "shop")
	d.grant("rita@example.org", ledger.Reader, "shop")
	d.grant("ada@example.org", ledger.Administrator, "")
	d.apply(till)
	d.grant("tina@example.org", ledger.Decider, "till")
	if got := d.letters(); len(got) > 0 {
		t.Errorf("roles are mailed: %+v", got)
	}
	id := d.decide(cara, negotiate.DecideRequest{Threats: []string{"leak"}, Kind: parley.Accept, Because: "it costs less", Until: "2027-06-30", Propose: true})
	got := d.letters()
	if !slices.Equal(to(got), []string{"helen@example.org", "max@example.org"}) {
		t.Fatalf("asked: %v", to(got))
	}
	if l := got[0]; !strings.Contains(l.Subject, id) || !strings.Contains(l.Text, "https://parley.example.org/t/leak") || !strings.Contains(l.Text, "cara@example.org") || strings.Contains(l.Text, "{") {
		t.Errorf("asked:\n%s\n%s", l.Subject, l.Text)
	}
	if _, err := d.s.Move(t.Context(), helen, negotiate.MoveRequest{Decision: id, Move: "approve"}); err != nil {
		t.Fatal(err)
	}
	got = d.letters()
	if !slices.Equal(to(got), []string{"cara@example.org"}) || !strings.Contains(got[0].Text, "agreed") || !strings.Contains(got[0].Text, "helen@example.org") {
		t.Fatalf("answered: %+v", got)
	}
	if _, err := d.s.Move(t.Context(), d.here, negotiate.MoveRequest{Decision: id, Move: "reopen", Because: "it happened"}); err != nil {
		t.Fatal(err)
	}
	got = d.letters()
	if !slices.Equal(to(got), []string{"cara@example.org", "helen@example.org"}) || !strings.Contains(got[0].Subject, "another look") {
		t.Fatalf("re-opened: %v", got)
	}
	if again := d.letters(); len(again) > 0 {
		t.Errorf("mailed twice: %v", to(again))
	}
}

// Who is mentioned is told, with what was said in one line, if they may read it; whoever
// mentions themselves is not.
func TestMailMentioned(t *testing.T) {
	d := newDesk(t)
	cara := d.grant("cara@example.org", ledger.Contributor, "shop")
	d.grant("helen@example.org", ledger.Decider, "shop")
	d.apply(till)
	d.grant("tina@example.org", ledger.Decider, "till")
	d.grant("rita@example.org", ledger.Reader, "shop") // may read it, though not answer
	d.letters()
	if _, err := d.s.AddNote(t.Context(), cara, negotiate.NoteRequest{Product: "shop", About: "leak", Kind: ledger.NoteQuestion, Text: "@helen, @rita, @cara, @tina:\n\nwho pays?" + strings.Repeat(" x", 2000)}); err != nil {
		t.Fatal(err)
	}
	got := d.letters()
	if !slices.Equal(to(got), []string{"helen@example.org", "rita@example.org"}) {
		t.Fatalf("told: %v", to(got))
	}
	if l := got[0]; !strings.Contains(l.Subject, "cara@example.org asks you") || !strings.Contains(l.Text, "@tina: who pays? x") || !strings.Contains(l.Text, "https://parley.example.org/t/leak#talk") || strings.Contains(l.Text, "{") || len(l.Text) > 1200 {
		t.Errorf("mentioned:\n%s\n%s", l.Subject, l.Text)
	}
}

// Whoever lost their role since is told nothing any more: of no proposal, no question
// and no day to come.
func TestA3MailStopsWithTheRole(t *testing.T) {
	d := newDesk(t)
	cara := d.grant("cara@example.org", ledger.Contributor, "shop")
	helen := d.grant("helen@example.org", ledger.Decider, "shop")
	d.fail = &outgoing.FailedError{}
	d.decide(cara, negotiate.DecideRequest{Threats: []string{"leak"}, Kind: parley.Accept, Because: "it costs less", Until: "2027-06-30", Propose: true})
	d.decide(helen, negotiate.DecideRequest{Threats: []string{"replay"}, Kind: parley.Accept, Because: "it costs less", Until: "2026-11-23"})
	if _, err := d.s.AddNote(t.Context(), cara, negotiate.NoteRequest{Product: "shop", About: "leak", Kind: ledger.NoteQuestion, Text: "@helen: who pays?"}); err != nil {
		t.Fatal(err)
	}
	if err := d.out.Calendar(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := d.tries(); len(got) != 3 {
		t.Fatalf("%+v", got)
	}
	if _, err := d.s.SetMember(t.Context(), d.here, negotiate.MemberRequest{Person: "helen@example.org", Role: ledger.Decider, Product: "shop", Remove: true}); err != nil {
		t.Fatal(err)
	}
	d.fail = nil
	d.later(24 * time.Hour)
	if got := d.letters(); len(got) > 0 {
		t.Errorf("told %v", to(got))
	}
}

// tries are the letters that are tried within an hour, each once; a receiver
// that fails is tried with one letter a round.
func (d *desk) tries() []outgoing.Letter {
	d.t.Helper()
	seen := map[string]outgoing.Letter{}
	for range 6 {
		for _, l := range d.letters() {
			seen[l.ID] = l
		}
	}
	return slices.Collect(maps.Values(seen))
}

// A decision that ends within a week is announced once for that end.
func TestMailDueSoon(t *testing.T) {
	d := newDesk(t)
	max := d.grant("max@example.org", ledger.Manager, "")
	d.decide(max, negotiate.DecideRequest{Threats: []string{"leak"}, Kind: parley.Accept, Because: "it costs less", Until: "2026-11-30"})
	d.letters()
	calendar := func() []outgoing.Letter {
		if err := d.out.Calendar(t.Context()); err != nil {
			t.Fatal(err)
		}
		return slices.DeleteFunc(d.letters(), func(l outgoing.Letter) bool { return !strings.Contains(l.Subject, "ends on") })
	}
	told := map[int]int{}
	for day := 18; day < 32; day++ {
		told[day] = len(calendar())
		d.later(24 * time.Hour)
	}
	for day, n := range told {
		if want := map[bool]int{true: 1}[day == 23]; n != want {
			t.Errorf("on November %d: %d letters, want %d", day, n, want)
		}
	}
}

// What the clock ended is told to whoever decided it, unless the threat was decided
// anew before the letter is sent.
func TestMailEnded(t *testing.T) {
	d := newDesk(t)
	max := d.grant("max@example.org", ledger.Manager, "")
	for _, threat := range []string{"leak", "replay"} {
		d.decide(max, negotiate.DecideRequest{Threats: []string{threat}, Kind: parley.Accept, Because: "it costs less", Until: "2026-11-19"})
	}
	d.letters()
	d.later(2 * 24 * time.Hour)
	if r, err := d.s.Sweep(t.Context(), negotiate.Local("clock", negotiate.ViaCLI)); err != nil || len(r.Ended) != 2 {
		t.Fatalf("%+v, %v", r, err)
	}
	d.decide(max, negotiate.DecideRequest{Threats: []string{"replay"}, Kind: parley.Accept, Because: "still", Until: "2027-06-30"})
	got := d.letters()
	if !slices.Equal(to(got), []string{"max@example.org"}) || !strings.Contains(got[0].Subject, "SHOP-D1 has ended") {
		t.Fatalf("told %+v", got)
	}
	if l := got[0]; !strings.Contains(l.Text, "2026-11-19") || !strings.Contains(l.Text, "https://parley.example.org/t/leak") || strings.Contains(l.Text, "{") {
		t.Errorf("ended:\n%s", l.Text)
	}
	if again := d.letters(); len(again) > 0 {
		t.Errorf("told twice: %v", again)
	}
}

// Conditions that are to be looked at within a week are told of once for each day,
// together, and not at all once somebody looked.
func TestMailLooks(t *testing.T) {
	d := newDesk(t)
	max := d.grant("max@example.org", ledger.Manager, "")
	id := d.decide(max, negotiate.DecideRequest{
		Threats: []string{"leak"}, Kind: parley.Accept, Because: "it costs less", Until: "2027-06-30",
		Conditions: []ledger.Condition{
			{Says: "only while the\npilot is small", Review: "2026-11-30"},
			{Says: "no card data", Review: "2026-11-30"},
			{Says: "later", Review: "2026-12-30"},
			{Says: "at its end"},
		},
	})
	d.letters()
	looks := func() []outgoing.Letter {
		if err := d.out.Calendar(t.Context()); err != nil {
			t.Fatal(err)
		}
		return slices.DeleteFunc(d.letters(), func(l outgoing.Letter) bool { return !strings.Contains(l.Subject, "looked at") })
	}
	for day := 18; day < 32; day++ {
		got := looks()
		if want := map[bool]int{true: 1}[day == 23]; len(got) != want {
			t.Fatalf("on November %d: %+v, want %d letters", day, got, want)
		}
		for _, l := range got {
			if l.To != "max@example.org" || !strings.Contains(l.Subject, "2026-11-30") || !strings.Contains(l.Text, "1. only while the pilot is small\n2. no card data\n") || strings.Contains(l.Text, "later") || strings.Contains(l.Text, "{") {
				t.Errorf("told:\n%s\n%s", l.Subject, l.Text)
			}
		}
		d.later(24 * time.Hour)
	}
	d.later(22 * 24 * time.Hour) // December 24
	if err := d.out.Calendar(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := d.s.ReviewCondition(t.Context(), max, negotiate.ReviewRequest{Decision: id, Condition: 3, Holds: true, Next: "2027-03-01"}); err != nil {
		t.Fatal(err)
	}
	if got := looks(); len(got) > 0 {
		t.Errorf("told of what was looked at: %+v", got)
	}
}

// givenUp is how many deliveries count as given up.
func (d *desk) givenUp() int64 {
	d.t.Helper()
	var b *store.Backlog
	err := d.out.DB.ReadOutbox(d.t.Context(), func(tx *store.OutboxTx) (err error) {
		b, err = tx.Backlog(d.t.Context(), d.out.Now())
		return err
	})
	if err != nil {
		d.t.Fatal(err)
	}
	return b.GivenUp
}

// The log says what a mail server answered; whoever may only look at a webhook is
// told less.
func TestLogSaysWhy(t *testing.T) {
	d := newDesk(t)
	var log strings.Builder
	d.out.Log = slog.New(slog.NewTextHandler(&log, nil))
	d.grant("max@example.org", ledger.Manager, "")
	priya := d.grant("priya@example.org", ledger.Contributor, "")
	d.fail = &outgoing.FailedError{Err: errors.New("550 no such mailbox")}
	d.decide(priya, negotiate.DecideRequest{Threats: []string{"leak"}, Kind: parley.Accept, Because: "it costs less", Until: "2027-06-30", Propose: true})
	d.run()
	if !strings.Contains(log.String(), `cause="550 no such mailbox"`) {
		t.Errorf("the log says %q", &log)
	}
}

// On Monday, or whenever the server runs again after it, managers read what was
// accepted the week before, by whom, once; nobody else does, and no letter says
// that nothing was.
func TestMailDigest(t *testing.T) {
	d := newDesk(t)
	max := d.grant("max@example.org", ledger.Manager, "")
	d.apply(till)
	d.grant("mia@example.org", ledger.Manager, "till")
	digests := func() []outgoing.Letter {
		if err := d.out.Calendar(t.Context()); err != nil {
			t.Fatal(err)
		}
		return d.letters()
	}
	var log strings.Builder
	d.out.Log = slog.New(slog.NewTextHandler(&log, nil))
	if got := digests(); len(got) > 0 {
		t.Errorf("of nothing: %v", got)
	}
	if n := d.givenUp(); n > 0 || log.Len() > 0 {
		t.Errorf("a week without an acceptance counts as %d failures, and the log says %q", n, &log)
	}
	d.decide(max, negotiate.DecideRequest{Threats: []string{"leak"}, Kind: parley.Accept, Because: "it costs\nless", Until: "2027-06-30"})
	if got := digests(); len(got) > 0 {
		t.Errorf("within the week: %v", got)
	}
	d.later(6 * 24 * time.Hour) // Tuesday
	got := digests()
	if len(got) != 1 || got[0].To != "max@example.org" {
		t.Fatalf("the week after: %+v", got)
	}
	for _, want := range []string{"2026-11-16 to 2026-11-22", "by max@example.org: it costs less", "Records are stolen", "https://parley.example.org/t/leak"} {
		if !strings.Contains(got[0].Text, want) {
			t.Errorf("the digest lacks %q:\n%s", want, got[0].Text)
		}
	}
	d.later(24 * time.Hour)
	if got := digests(); len(got) > 0 {
		t.Errorf("twice: %v", got)
	}
}

// The letter on Monday says how much was accepted together and by whom, which is what the
// figures of the threats add up to: each decision in force once, whatever was decided anew
// within the week, each currency by itself, and what has no amount apart.
func TestDigestSums(t *testing.T) {
	d := newDesk(t)
	max := d.grant("max@example.org", ledger.Manager, "")
	helen := d.grant("helen@example.org", ledger.Decider, "shop")
	d.apply(till)
	accept := func(who ledger.Actor, threat string, replaces ...string) string {
		return d.decide(who, negotiate.DecideRequest{Threats: []string{threat}, Kind: parley.Accept, Because: "it costs less", Until: "2027-06-30", Replaces: replaces})
	}
	first := accept(max, "leak")
	accept(helen, "leak", first)
	accept(max, "replay")
	accept(max, "glitch")
	bad, annual := map[string]float64{}, map[string]float64{}
	for _, threat := range []string{"leak", "replay", "glitch"} {
		r, err := d.s.Brief(t.Context(), d.here, negotiate.BriefRequest{Threats: []string{threat}})
		if err != nil {
			t.Fatal(err)
		}
		x := r.Threat(threat)
		bad[threat], annual[threat] = x.LossIfItHappens.P95, *x.ExpectedAnnualLoss
	}
	d.later(6 * 24 * time.Hour)
	if err := d.out.Calendar(t.Context()); err != nil {
		t.Fatal(err)
	}
	got := slices.DeleteFunc(d.letters(), func(l outgoing.Letter) bool { return !strings.HasPrefix(l.Subject, "Accepted in the week") })
	if len(got) != 1 {
		t.Fatalf("%+v", got)
	}
	pounds, euros := func(x float64) string { return plain.Money(x, "GBP") }, func(x float64) string { return plain.Money(x, "EUR") }
	for _, want := range []string{
		"Together " + euros(bad["glitch"]) + " in bad cases and " + euros(annual["glitch"]) + " a year on average, by one decision\n- max@example.org: " + euros(bad["glitch"]),
		"Together " + pounds(bad["leak"]+bad["replay"]) + " in bad cases, added up, and " + pounds(annual["leak"]+annual["replay"]) + " a year on average, by 2 decisions\n" +
			"- helen@example.org: " + pounds(bad["leak"]) + " in bad cases, " + pounds(annual["leak"]) + " a year on average, by one decision\n" +
			"- max@example.org: " + pounds(bad["replay"]) + " in bad cases, " + pounds(annual["replay"]),
		"One decision is no longer in force, and is in no sum\n",
		"It leaves " + pounds(bad["replay"]) + " in a bad case, and " + pounds(annual["replay"]) + " a year on average.",
		"You get this because you are a manager",
	} {
		if !strings.Contains(got[0].Text, want) {
			t.Errorf("the digest lacks %q:\n%s", want, got[0].Text)
		}
	}
}

// A letter about a decision that came back says the figure that moved, then and now, and
// each says why one gets it.
func TestLettersSayWhatMovedAndWhy(t *testing.T) {
	d := newDesk(t)
	cara := d.grant("cara@example.org", ledger.Contributor, "shop")
	helen := d.grant("helen@example.org", ledger.Decider, "shop")
	lock := shop + "mitigations:\n  - {id: lock, title: A good lock, cost: {effort: 10d..20d}, against: [{threat: leak, likelihood: 80%}]}\n"
	d.apply(lock)
	id := d.decide(cara, negotiate.DecideRequest{Threats: []string{"leak"}, Kind: parley.Mitigate, With: []string{"lock"}, Because: "worth it", Propose: true})
	why := func(want ...string) {
		t.Helper()
		got := map[string]string{}
		for _, l := range d.letters() {
			got[l.To] = l.Text
		}
		if len(got) != len(want)/2 {
			t.Errorf("told %v", got)
		}
		for i := 0; i < len(want); i += 2 {
			if !strings.Contains(got[want[i]], want[i+1]) {
				t.Errorf("%s: the letter lacks %q:\n%s", want[i], want[i+1], got[want[i]])
			}
		}
	}
	why("helen@example.org", "You get this because you may decide about Web shop.")
	if _, err := d.s.Move(t.Context(), helen, negotiate.MoveRequest{Decision: id, Move: "approve"}); err != nil {
		t.Fatal(err)
	}
	why("cara@example.org", "You get this because you proposed it.")
	r, err := d.s.Apply(t.Context(), d.here, negotiate.ApplyRequest{Source: negotiate.Source{Name: "x.yaml", Data: []byte(strings.Replace(lock, "10d..20d", "40d..60d", 1))}})
	if err != nil || len(r.Reopened) != 1 {
		t.Fatalf("%+v %v", r, err)
	}
	i := slices.IndexFunc(r.Reopened[0].Broken, func(b ledger.Broken) bool { return b.Name == "effort" })
	b := r.Reopened[0].Broken[i]
	figure := "the effort for “A good lock”: " + plain.Days(b.Value) + " when it was decided, " + plain.Days(b.Now) + " when it was re-opened."
	if b.Now < 2*b.Value {
		t.Errorf("from %v to %v", b.Value, b.Now)
	}
	why("helen@example.org", "You get this because you decided it.", "cara@example.org", figure)
}
