package negotiate

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/ledger"
)

// oddIDs is a product whose ids are like no words.
var oddIDs = regexp.MustCompile(`\b((?:id|threat): )(leak|replay|duty|safe|archive|gift|waf)\b`).ReplaceAllString(
	strings.NewReplacer(
		"likelihood: 50%}]}", "likelihood: 50%}], checks: [{id: rules, every: 7 days}]}",
		"regulatory: 10k..50k}", "regulatory: 10k..50k}, treatments: [{id: cover, kind: transfer, title: Cyber policy, premium: 9k per year, deductible: 25k, limit: 1M, per: event}]",
	).Replace(shop), "${1}zz-$2")

// anID is an id of the product above, or a short one.
var anID = regexp.MustCompile(`zz-|SHOP-|\bR\d\b`)

// TestEventsAreSaidByTitles: whatever is recorded is said with what things are called,
// for who reads, and with their ids for who types commands.
func TestEventsAreSaidByTitles(t *testing.T) {
	d := newDesk(t)
	d.apply(oddIDs)
	ctx, waf := t.Context(), "rules"
	d.report(waf, "pass", "2026-11-20T09:00:00Z")
	decided := d.decide(DecideRequest{Product: "shop", Threats: []string{"zz-leak"}, Kind: parley.Accept, Because: "No time before spring", Until: "2027-05-01"})
	d.decide(DecideRequest{Product: "shop", Threats: []string{"zz-duty"}, Kind: parley.Mitigate, With: []string{"zz-archive"}, Because: "It is cheap"})
	d.done("zz-archive")
	back := d.report(waf, "fail", "2026-11-21T08:00:00Z")
	if len(back.Reopened) != 1 {
		t.Fatalf("nothing came back: %+v", back.Reopened)
	}
	note := func(about, text string) {
		_, err := d.AddNote(ctx, d.tom, NoteRequest{Product: "shop", About: about, Kind: ledger.NoteComment, Text: text})
		d.must(err)
	}
	note("zz-leak", "It came back.")
	note(decided.Decisions[0].ShortID, "Not for long.")
	_, err := d.AddIncident(ctx, d.tom, AddIncidentRequest{Product: "shop", Threat: "zz-replay", Title: "An order came twice", Losses: []string{"2k"}})
	d.must(err)
	_, err = d.Order(ctx, d.tom, OrderRequest{Product: "shop", Task: "zz-gift", First: true})
	d.must(err)
	_, err = d.MoveStage(ctx, d.tom, MoveStageRequest{Product: "shop", To: "testing", Because: "It is built"})
	d.must(err)
	_, err = d.OpenWorkshop(ctx, d.tom, OpenWorkshopRequest{Title: "Autumn", Threats: []string{"zz-leak"}, Lines: "A key lies in public"})
	d.must(err)
	d.lead(t, StepAsk, 0)
	d.lead(t, StepReveal, 0)
	_, err = d.agree(nil)
	d.must(err)
	d.apply(strings.NewReplacer("title: Records leak", "title: The records leak", "Firewall", "Fire wall").Replace(oddIDs))
	d.apply(regexp.MustCompile(`id: zz-replay, title: Order replayed`).ReplaceAllString(
		strings.NewReplacer("title: Records leak", "title: The records leak", "Firewall", "Fire wall").Replace(oddIDs), "id: zz-twice, was: zz-replay, title: Order replayed"))

	all, err := d.Log(ctx, d.tom, LogRequest{Titles: true})
	d.must(err)
	var said []string
	for _, e := range all.Events {
		said = append(said, e.Says)
		if e.Type != "item.renamed" && anID.MatchString(e.Says) {
			t.Errorf("%s says an id: %s", e.Type, e.Says)
		}
	}
	for _, want := range []string{
		"threat “Records leak” recorded",     // as it was called then
		"threat “The records leak” recorded", // and is now
		"“The records leak”: live with it. “No time before spring”",
		"said about “The records leak”: It came back.",
		"said about the decision about “The records leak”: Not for long.",
		"evidence from r.json: rules of “Fire wall” fail",
		"task “Archive the log” is done",
		"incident “An order came twice” recorded: a loss event of “Order replayed” on 21 November 2026",
		"“Gift cards” moved to 1 of",
		"Workshop “Autumn”: threat “The records leak” is being estimated, round 1.",
		"threat “Order replayed” has the id zz-twice in its file now, no longer zz-replay",
		"product “Web shop” is at testing: It is built",
		"more than £100k in at most 20 of 100 years",
	} {
		if !slices.ContainsFunc(said, func(s string) bool { return strings.Contains(s, want) }) {
			t.Errorf("nothing says %q", want)
		}
	}
	i := slices.IndexFunc(said, func(s string) bool { return strings.Contains(s, "re-opened") })
	if i < 0 || !strings.HasPrefix(said[i], "decision about “The records leak” is re-opened: ") || !strings.Contains(said[i], "the chance of “The records leak” within the horizon: about 38 in 100 when decided, about 51 in 100 when it was re-opened") {
		t.Errorf("what came back: %q", said[max(i, 0)])
	}
	if t.Failed() {
		t.Log(strings.Join(said, "\n"))
	}
	ids, err := d.Log(ctx, d.tom, LogRequest{})
	d.must(err)
	if s := ids.Events[len(ids.Events)-1].Says + ids.Events[i].Says; !strings.Contains(s, decided.Decisions[0].ShortID) {
		t.Errorf("commands are not told ids: %q", s)
	}
	shown, err := d.Show(ctx, d.tom, ShowRequest{Decision: decided.Decisions[0].ShortID, Titles: true})
	d.must(err)
	for _, m := range shown.History {
		if anID.MatchString(m.MovedBy) {
			t.Errorf("what moved it says an id: %q", m.MovedBy)
		}
		for _, b := range m.Broken {
			if anID.MatchString(BrokeText(b)) {
				t.Errorf("what fell says an id: %q", BrokeText(b))
			}
		}
	}
	why, err := d.Why(ctx, d.tom, WhyRequest{Product: "shop", From: "2026-11-01", Titles: true})
	d.must(err)
	for _, x := range why.Steps {
		if anID.MatchString(x.Says) {
			t.Errorf("a cause says an id: %q", x.Says)
		}
	}
}

// TestWhatIsSaidIsFound: what a filter looks for is what is said.
func TestWhatIsSaidIsFound(t *testing.T) {
	d := newDesk(t)
	d.apply(oddIDs)
	for _, c := range []struct {
		text   string
		titles bool
		want   int
	}{{"“Records leak”", true, 1}, {"“Records leak”", false, 0}, {"zz-leak", false, 1}, {"zz-leak", true, 0}} {
		r, err := d.Log(t.Context(), d.tom, LogRequest{Titles: c.titles, LogFilter: LogFilter{Text: c.text}})
		if err != nil || len(r.Events) != c.want {
			t.Errorf("%q, titles %v: %d events, want %d (%v)", c.text, c.titles, len(r.Events), c.want, err)
		}
	}
}
