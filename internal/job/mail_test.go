package job

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/negotiate"
	"github.com/parleysec/parley/internal/outgoing"
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

// Whoever lost their role since is told nothing any more.
func TestA3MailStopsWithTheRole(t *testing.T) {
	d := newDesk(t)
	cara := d.grant("cara@example.org", ledger.Contributor, "shop")
	d.grant("helen@example.org", ledger.Decider, "shop")
	d.fail = &outgoing.FailedError{}
	d.decide(cara, negotiate.DecideRequest{Threats: []string{"leak"}, Kind: parley.Accept, Because: "it costs less", Until: "2027-06-30", Propose: true})
	if got := d.letters(); len(got) != 1 {
		t.Fatalf("%v", got)
	}
	if _, err := d.s.SetMember(t.Context(), d.here, negotiate.MemberRequest{Person: "helen@example.org", Role: ledger.Decider, Product: "shop", Remove: true}); err != nil {
		t.Fatal(err)
	}
	d.fail = nil
	d.later(time.Hour)
	if got := d.letters(); len(got) > 0 {
		t.Errorf("told %v", to(got))
	}
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
	if got := digests(); len(got) > 0 {
		t.Errorf("of nothing: %v", got)
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
