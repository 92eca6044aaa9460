package negotiate

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/store"
	"github.com/parleysec/parley/ledger"
)

// TestWhoHasSeenADecision: the first look before it was decided, the first one
// with the decision standing, and the last, person by person; who may not know of
// others sees themselves; a token and this machine leave nothing.
func TestWhoHasSeenADecision(t *testing.T) {
	d := newDesk(t)
	d.apply(shop)
	who := map[string]ledger.MemberRole{"helen@example.org": ledger.Manager, "ada@example.org": ledger.Auditor, "rod@example.org": ledger.Reader}
	for name, role := range who {
		if _, err := d.SetMember(t.Context(), d.tom, MemberRequest{Person: name, Role: role, Product: "shop"}); err != nil {
			t.Fatal(err)
		}
	}
	see := func(name string, after time.Duration) {
		t.Helper()
		d.time = d.time.Add(after)
		if err := d.See(t.Context(), person(name), SeeRequest{Threat: "leak"}); err != nil {
			t.Fatal(err)
		}
	}
	seen := func(a Actor) string {
		t.Helper()
		r, err := d.Seen(t.Context(), a, SeenRequest{Decision: "SHOP-D1"})
		if err != nil {
			t.Fatal(err)
		}
		var out []string
		clock := func(at *time.Time) string {
			if at == nil {
				return "-"
			}
			return at.UTC().Format("15:04")
		}
		for _, l := range r.People {
			out = append(out, fmt.Sprintf("%s %v %s %s %s", strings.TrimSuffix(l.Person, "@example.org"), l.Roles, clock(l.Before), clock(l.After), clock(&l.Last)))
		}
		return strings.Join(out, "; ")
	}
	see("helen@example.org", 0) // 09:00
	see("rod@example.org", 10*time.Minute)
	d.time = d.time.Add(20 * time.Minute)
	d.decide(DecideRequest{Threats: []string{"leak"}, Kind: parley.Mitigate, With: []string{"safe"}, Because: "cheap"}) // 09:30
	see("helen@example.org", 2*time.Hour)                                                                               // 11:30
	see("ada@example.org", time.Hour)                                                                                   // 12:30
	see("helen@example.org", 30*time.Minute)                                                                            // 13:00
	see("helen@example.org", 10*time.Minute)                                                                            // within the hour: not told apart
	if err := d.See(t.Context(), d.tom, SeeRequest{Threat: "leak"}); err != nil {
		t.Fatal(err)
	}
	token := Actor{ID: "ada@example.org", Known: ledger.ByToken, Via: ledger.ViaAPI}
	if err := d.See(Limit(t.Context(), TokenLimit{Scope: ScopeWrite}), token, SeeRequest{Threat: "leak"}); parley.KindOfError(err) != parley.Forbidden {
		t.Errorf("a token leaves a look: %v", err)
	}
	const all = "helen [manager] 09:00 11:30 13:00; rod [reader] 09:10 - 09:10; ada [auditor] - 12:30 12:30"
	for _, a := range []Actor{d.tom, person("helen@example.org"), person("ada@example.org")} {
		if got := seen(a); got != all {
			t.Errorf("%s sees %s, want %s", a.ID, got, all)
		}
	}
	if got := seen(person("rod@example.org")); got != "rod [reader] 09:10 - 09:10" {
		t.Errorf("a reader sees %s", got)
	}
	// A look leaves no event, and who is erased has seen nothing.
	db, err := d.open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Erase(t.Context(), "helen@example.org", "asked to", d.tom); err != nil {
		t.Fatal(err)
	}
	if got := seen(d.tom); strings.Contains(got, "helen") || !strings.Contains(got, "rod") {
		t.Errorf("after erasing: %s", got)
	}
}

// TestWhetherLooksAreKept is a rule of the organisation: not at all, or so many days
// after the last one; what is kept no longer goes with the next sweep.
func TestWhetherLooksAreKept(t *testing.T) {
	d := newDesk(t)
	d.apply(shop)
	for _, name := range []string{"helen@example.org", "ada@example.org"} {
		if _, err := d.SetMember(t.Context(), d.tom, MemberRequest{Person: name, Role: ledger.Decider, Product: "shop"}); err != nil {
			t.Fatal(err)
		}
	}
	d.decide(DecideRequest{Threats: []string{"leak"}, Kind: parley.Mitigate, With: []string{"safe"}, Because: "cheap"})
	see := func(name string) {
		t.Helper()
		if err := d.See(t.Context(), person(name), SeeRequest{Threat: "leak"}); err != nil {
			t.Fatal(err)
		}
	}
	seen := func() (string, *SeenResult) {
		t.Helper()
		r, err := d.Seen(t.Context(), d.tom, SeenRequest{Decision: "SHOP-D1"})
		if err != nil {
			t.Fatal(err)
		}
		all, err := d.SeenAll(t.Context(), d.tom, "shop")
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(all["SHOP-D1"], r) {
			t.Errorf("of all %+v, of one %+v", all["SHOP-D1"], r)
		}
		var names []string
		for _, p := range r.People {
			names = append(names, strings.TrimSuffix(p.Person, "@example.org"))
		}
		return strings.Join(names, " "), r
	}
	rows := func() int {
		t.Helper()
		db, err := d.open(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		views, err := db.Views(t.Context(), []string{"SHOP-T1", "SHOP-D1"})
		if err != nil {
			t.Fatal(err)
		}
		return len(views)
	}
	rule := func(value string) {
		t.Helper()
		if _, err := d.setRule(RuleRequest{Name: ledger.RuleWhoHasSeen, Value: value}); err != nil {
			t.Fatal(err)
		}
	}
	see("helen@example.org")
	d.time = d.time.AddDate(0, 0, 20)
	see("ada@example.org")
	rule("30 days")
	if got, r := seen(); got != "helen ada" || !r.Noted || r.Days != 30 || !strings.Contains(strings.Join(r.Words(), " "), "kept for 30 days") {
		t.Errorf("%s, %+v", got, r)
	}
	d.time = d.time.AddDate(0, 0, 11) // 31 days after Helen, 11 after Ada
	if got, _ := seen(); got != "ada" || rows() != 4 {
		t.Errorf("after 31 days: %s, %d rows", got, rows())
	}
	if _, err := d.Sweep(t.Context(), d.tom); err != nil || rows() != 2 {
		t.Errorf("after a sweep: %d rows, %v", rows(), err)
	}
	rule("no")
	if rows() != 0 {
		t.Errorf("%d rows are kept", rows())
	}
	see("helen@example.org")
	if got, r := seen(); got != "" || r.Noted || rows() != 0 || !strings.Contains(strings.Join(r.Words(), " "), "is not noted") {
		t.Errorf("noted: %s, %+v", got, r)
	}
	rule("yes")
	see("helen@example.org")
	if got, _ := seen(); got != "helen" {
		t.Errorf("noted again: %q", got)
	}
	for _, value := range []string{"0", "perhaps", "-3", "1 year..2 years", ""} {
		if _, err := d.setRule(RuleRequest{Name: ledger.RuleWhoHasSeen, Value: value}); parley.KindOfError(err) != parley.Invalid {
			t.Errorf("%q: %v", value, err)
		}
	}
}

// TestLooksAfterADecisionWasOver are no looks at it.
func TestLooksAfterADecisionWasOver(t *testing.T) {
	at := func(hour int) time.Time { return time.Date(2026, 11, 21, hour, 0, 0, 0, time.UTC) }
	views := []store.View{
		{Person: "ann", Subject: "SHOP-T1", First: at(8), Last: at(9)},
		{Person: "bob", Subject: "SHOP-D1", First: at(11), Last: at(12)},
		{Person: "bob", Subject: "SHOP-T1", First: at(11), Last: at(19)},
		{Person: "cal", Subject: "SHOP-T1", First: at(18), Last: at(19)},
	}
	got := seenBy(views, "SHOP-D1", at(10))
	names := []string{}
	for _, l := range got {
		names = append(names, l.Person)
	}
	if !slices.Equal(names, []string{"ann", "bob"}) || !got[1].Last.Equal(at(12)) || got[1].Before != nil {
		t.Errorf("%+v", got)
	}
}
