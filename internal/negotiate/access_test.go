package negotiate

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/evidence"
	"github.com/parleysec/parley/internal/exchange"
	"github.com/parleysec/parley/ledger"
)

// token is ann by a token.
var token = Actor{ID: ann, Known: ledger.ByToken, Via: ledger.ViaAPI}

// TestA11EveryUseCaseByToken tries every line of the table by a token of somebody
// who holds every role: its scope narrows that, its products do, and without its
// limits it is good for nothing.
func TestA11EveryUseCaseByToken(t *testing.T) {
	docs, address := tableOfDocs(t), world(t)
	shared := visit(t, address)
	before := sizeOf(t, shared)
	for name, r := range docs {
		try := attempts[name]
		if try == nil {
			t.Errorf("nobody tries %s", name)
			continue
		}
		service := func(writes bool) *Service {
			if writes {
				return visit(t, address)
			}
			return shared
		}
		writes := permissions[name].writes
		if _, err := try(t.Context(), service((strings.Contains(name, "(") || name == "CorrectIncident")), token, "shop"); parley.KindOfError(err) != parley.Forbidden {
			t.Errorf("%s by a token without limits: %v", name, err)
		}
		for _, scope := range append(Scopes(), "moon", "") {
			ctx := Limit(t.Context(), TokenLimit{Scope: scope})
			allowed := r.token != "never" && slices.Index(Scopes(), scope) >= slices.Index(Scopes(), Scope(r.token))
			switch _, err := try(ctx, service(allowed && writes || (strings.Contains(name, "(") || name == "CorrectIncident")), token, "shop"); {
			case allowed && err != nil:
				t.Errorf("%s by a token good for %s: %v, want it allowed", name, scope, err)
			case !allowed && parley.KindOfError(err) != parley.Forbidden:
				t.Errorf("%s by a token good for %s: %v, want it forbidden", name, scope, err)
			}
		}
		if r.token == "never" {
			continue
		}
		ctx := Limit(t.Context(), TokenLimit{Scope: ScopeWrite, Products: []string{"shop", "moon"}})
		out, err := try(ctx, service(writes), token, "shop")
		if want := r.on == "organisation"; want != (err != nil) || leaks(t, out, err) {
			t.Errorf("%s by a token for one product: %v", name, err)
		}
		if _, err := try(ctx, service(writes), token, hidden); (r.on == "product" && name != "Members") && !denied(err) {
			t.Errorf("%s by a token for another product: %v", name, err)
		}
	}
	if n := sizeOf(t, shared); n != before {
		t.Errorf("what is denied made %d events", n-before)
	}
}

// TestNextIsWhatOneMay: what is worth typing is what who asks may do: a token
// proposes, a reader reads, and over a server nobody is told to serve.
func TestNextIsWhatOneMay(t *testing.T) {
	d := newDesk(t)
	d.apply(shop)
	d.propose("replay")
	for _, role := range []ledger.MemberRole{ledger.Contributor, ledger.Decider} {
		d.grant(ann, role, "")
	}
	reader := d.grant("rob@example.org", ledger.Reader, "")
	next := func(ctx context.Context, a Actor) string {
		t.Helper()
		r, err := d.Status(ctx, a, StatusRequest{})
		if err != nil {
			t.Fatal(err)
		}
		return strings.Join(r.Next, "\n")
	}
	for says, c := range map[string]struct{ got, want string }{
		"machine": {next(t.Context(), d.tom), "parley approve SHOP-D1\nparley brief shop leak\nparley decide SHOP-T1 KIND --because …\nparley serve"},
		"decider": {next(t.Context(), person(ann)), "parley approve SHOP-D1\nparley brief shop leak\nparley decide SHOP-T1 KIND --because …"},
		"token":   {next(Limit(t.Context(), TokenLimit{Scope: ScopeWrite}), token), "parley brief shop leak\nparley decide SHOP-T1 KIND --because … --propose"},
		"reader":  {next(t.Context(), reader), "parley brief shop leak"},
	} {
		if c.got != c.want {
			t.Errorf("%s:\n%s\nwant\n%s", says, c.got, c.want)
		}
	}
}

// TestA11ATokenDiesWithItsHoldersRoles: roles are looked up at every request.
func TestA11ATokenDiesWithItsHoldersRoles(t *testing.T) {
	s := visit(t, world(t))
	ctx := Limit(t.Context(), TokenLimit{Scope: ScopeWrite})
	a := Actor{ID: holder(ledger.Contributor, "shop"), Known: ledger.ByToken, Via: ledger.ViaAPI}
	note := func() error {
		_, err := s.AddNote(ctx, a, NoteRequest{Product: "shop", About: "leak", Kind: ledger.NoteComment, Text: "hm"})
		return err
	}
	if err := note(); err != nil {
		t.Fatal(err)
	}
	var ended []string
	s.RolesChanged = func(_ context.Context, person string) error {
		ended = append(ended, person)
		return nil
	}
	admin := person(holder(ledger.Administrator, ""))
	if _, err := s.SetMember(t.Context(), admin, MemberRequest{Person: strings.ToUpper(a.ID), Role: ledger.Contributor, Product: "shop", Remove: true}); err != nil {
		t.Fatal(err)
	}
	if err := note(); parley.KindOfError(err) != parley.Forbidden {
		t.Errorf("after the role is gone: %v", err)
	}
	if !slices.Equal(ended, []string{a.ID}) {
		t.Errorf("the sessions of %v were ended", ended)
	}
	s.RolesChanged = func(context.Context, string) error { return errors.New("no store") }
	r, err := s.SetMember(t.Context(), admin, MemberRequest{Person: a.ID, Role: ledger.Reader, Product: "shop"})
	if parley.KindOfError(err) != parley.Unavailable || r == nil || !slices.ContainsFunc(r.Members, func(m Member) bool { return m.Person == a.ID }) {
		t.Errorf("where sessions cannot be ended: %v", err)
	}
}

// confined is ann with every role on one product alone.
func confined(t *testing.T, s *Service) Actor {
	t.Helper()
	for _, r := range ledger.MemberRoles() {
		for _, m := range []MemberRequest{{Person: ann, Role: r, Remove: true}, {Person: ann, Role: r, Product: "shop"}} {
			if _, err := s.SetMember(t.Context(), Local("tom", ViaCLI), m); err != nil {
				t.Fatal(err)
			}
		}
	}
	return person(ann)
}

// TestA2IDsOfAnotherProduct: an id of another product in a request is as unknown
// as one that nothing has, wherever it stands.
func TestA2IDsOfAnotherProduct(t *testing.T) {
	s := visit(t, world(t))
	a := confined(t, s)
	ctx := t.Context()
	agree := AgreeRequest{PlanRequest: PlanRequest{Source: Source{Product: hidden}}, Because: "x", PlanOnly: true}
	if _, err := s.Agree(ctx, Local("tom", ViaCLI), agree); err != nil {
		t.Fatal(err)
	}
	before := sizeOf(t, s)
	accept := func(edit func(*DecideRequest)) error {
		req := DecideRequest{Product: "shop", Threats: []string{"duty"}, Kind: parley.Mitigate, With: []string{"archive"}, Because: "x"}
		edit(&req)
		_, err := s.Decide(ctx, a, req)
		return err
	}
	for name, try := range map[string]func(id string) error{
		"brief of a threat": func(id string) error {
			_, err := s.Brief(ctx, a, BriefRequest{Source: Source{Product: "shop"}, Threats: []string{id}, Figures: true})
			return err
		},
		"incidents of a threat": func(id string) error {
			_, err := s.Incidents(ctx, a, IncidentsRequest{Source: Source{Product: "shop"}, Threats: []string{id}})
			return err
		},
		"why a threat moved": func(id string) error {
			_, err := s.Why(ctx, a, WhyRequest{Product: "shop", Figure: id, From: "2026-11-20"})
			return err
		},
		"why, without a product": func(id string) error {
			_, err := s.Why(ctx, a, WhyRequest{Figure: id, From: "2026-11-20"})
			return err
		},
		"decide on a threat": func(id string) error { return accept(func(r *DecideRequest) { r.Threats = []string{id} }) },
		"decide on a threat, without a product": func(id string) error {
			return accept(func(r *DecideRequest) { r.Product, r.Threats = "", []string{id} })
		},
		"decide on two threats": func(id string) error { return accept(func(r *DecideRequest) { r.Threats = []string{"duty", id} }) },
		"with a mitigation":     func(id string) error { return accept(func(r *DecideRequest) { r.With = []string{id} }) },
		"replace a decision":    func(id string) error { return accept(func(r *DecideRequest) { r.Replaces = []string{id} }) },
		"a note": func(id string) error {
			_, err := s.AddNote(ctx, a, NoteRequest{About: id, Kind: ledger.NoteComment, Text: "x"})
			return err
		},
		"an incident": func(id string) error {
			_, err := s.AddIncident(ctx, a, AddIncidentRequest{Threat: id, Title: "x"})
			return err
		},
		"an incident that a layer stopped": func(id string) error {
			_, err := s.AddIncident(ctx, a, AddIncidentRequest{Product: "shop", Threat: "leak", Title: "x", NearMiss: true, Stopped: []string{id}})
			return err
		},
		"a task":     func(id string) error { _, err := s.Done(ctx, a, DoneRequest{Task: id}); return err },
		"a decision": func(id string) error { _, err := s.Show(ctx, a, ShowRequest{Decision: id}); return err },
		"a decision of a product": func(id string) error {
			_, err := s.Show(ctx, a, ShowRequest{Product: "shop", Decision: id, At: "2026-11-21"})
			return err
		},
		"an agreement": func(id string) error {
			_, err := s.Agreements(ctx, a, AgreementsRequest{Agreement: id})
			return err
		},
		"a proof": func(id string) error { _, err := s.Prove(ctx, a, ProveRequest{Decision: id}); return err },
		"a move": func(id string) error {
			_, err := s.Move(ctx, a, MoveRequest{Decision: id, Move: "approve"})
			return err
		},
		"what if": func(id string) error {
			_, err := s.WhatIf(ctx, a, WhatIfRequest{Source: Source{Product: "shop"}, With: []string{id}})
			return err
		},
		"what if something breaks": func(id string) error {
			_, err := s.WhatIf(ctx, a, WhatIfRequest{Source: Source{Product: "shop"}, Break: []string{id}})
			return err
		},
		"a plan": func(id string) error {
			_, err := s.Compare(ctx, a, CompareRequest{PlanRequest: PlanRequest{Source: Source{Product: "shop"}}, A: id, B: "none"})
			return err
		},
		"a plan that must have something": func(id string) error {
			_, err := s.Plan(ctx, a, PlanRequest{Source: Source{Product: "shop"}, Budget: Budget{Must: []string{id}}})
			return err
		},
		"a check": func(id string) error {
			_, err := s.AddEvidence(ctx, a, AddEvidenceRequest{Product: "shop", Check: id, ReadEvidenceRequest: ReadEvidenceRequest{Files: []evidence.Input{{Name: "r", Data: []byte("{}")}}}})
			return err
		},
		"a role": func(id string) error {
			_, err := s.SetMember(ctx, a, MemberRequest{Person: "x@example.org", Role: ledger.Reader, Product: strings.TrimSuffix(id, "/leak")})
			return err
		},
	} {
		for _, id := range []string{hidden + "/leak", hidden + "/safe", hidden + "/rules", short(hidden, "T1"), short(hidden, "D1"), short(hidden, "D2"), short(hidden, "W1"), short(hidden, "M1"), short(hidden, "C1"), short(hidden, "P1"), short(hidden, "A1")} {
			err := try(id)
			missing := try(strings.NewReplacer(hidden, nowhere, strings.ToUpper(hidden), strings.ToUpper(nowhere)).Replace(id))
			if err == nil {
				t.Errorf("%s: %s of another product is taken", name, id)
				continue
			}
			same := strings.NewReplacer(hidden, nowhere, strings.ToUpper(hidden), strings.ToUpper(nowhere)).Replace(said(err))
			if same != said(missing) || parley.KindOfError(err) != parley.KindOfError(missing) {
				t.Errorf("%s: %s gives\n%s\none that is not there\n%s", name, id, said(err), said(missing))
			}
		}
	}
	if n := sizeOf(t, s); n != before {
		t.Errorf("%d events were recorded", n-before)
	}
}

// said is all that an error tells.
func said(err error) string {
	if err == nil {
		return ""
	}
	text := err.Error()
	if e, ok := errors.AsType[*parley.Error](err); ok {
		text += "\n" + e.Hint
	}
	return text
}

// TestA3ListsAndCountsLeakNothing: what somebody sees of one product does not
// change, to the last number, when something happens in another.
func TestA3ListsAndCountsLeakNothing(t *testing.T) {
	s := visit(t, world(t))
	a := confined(t, s)
	lists := func() string {
		t.Helper()
		var all strings.Builder
		for _, name := range []string{"Status", "Products", "Rules", "Members", "Access", "Log", "ShowAt", "Tasks", "Incidents"} {
			for _, p := range []string{"", "shop"} {
				out, err := attempts[name](t.Context(), s, a, p)
				if err != nil {
					t.Fatalf("%s: %v", name, err)
				}
				if leaks(t, out, nil) {
					t.Errorf("%s speaks of another product", name)
				}
				fmt.Fprintf(&all, "%s %+v\n", name, text(t, out))
			}
		}
		return all.String()
	}
	before := lists()
	tom := Local("tom@example.org", ViaCLI)
	busy := strings.Replace(estate(hidden), "title: Order replayed", "title: Something else", 1)
	if _, err := s.Apply(t.Context(), tom, ApplyRequest{Source: Source{Name: "f", Data: []byte(busy)}}); err != nil {
		t.Fatal(err)
	}
	if _, err := attempts["Done"](t.Context(), s, tom, hidden); err != nil {
		t.Fatal(err)
	}
	if _, err := attempts["Decide"](t.Context(), s, tom, hidden); err != nil {
		t.Fatal(err)
	}
	if _, err := s.SetMember(t.Context(), tom, MemberRequest{Person: "zz@example.org", Role: ledger.Reader, Product: hidden}); err != nil {
		t.Fatal(err)
	}
	if after := lists(); after != before {
		t.Errorf("something happened in another product, and the lists became\n%s\nafter\n%s", after, before)
	}
}

// TestA3WhatFollowsElsewhereIsNotTold: what somebody does can end what is due in
// another product; they are not told.
func TestA3WhatFollowsElsewhereIsNotTold(t *testing.T) {
	s := visit(t, world(t))
	for _, id := range []string{"shop", hidden} {
		if _, err := attempts["Move"](t.Context(), s, Local("helen", ViaCLI), id); err != nil {
			t.Fatal(err)
		}
	}
	s.Now = func() time.Time { return time.Date(2027, 8, 1, 9, 0, 0, 0, time.UTC) }
	a := person(holder(ledger.Contributor, "shop"))
	r, err := s.Apply(t.Context(), a, ApplyRequest{Source: Source{Name: "f", Data: []byte(strings.Replace(estate("shop"), "Goods without paying.", "Goods without pay.", 1))}})
	if err != nil || leaks(t, r, nil) || r.Ledger != "" || r.Applied != len(r.Changes) {
		t.Errorf("%+v, %v", r, err)
	}
	state, err := s.state(t.Context())
	if err != nil || state.Product(hidden).Decision(short(hidden, "D2")).Status != ledger.Expired {
		t.Errorf("the end that was reached elsewhere is not on record (%v)", err)
	}
}

// TestA5NobodyElsesName: who is known decides in their own name, whatever the
// request says.
func TestA5NobodyElsesName(t *testing.T) {
	s := visit(t, world(t))
	before := sizeOf(t, s)
	ctx := Limit(t.Context(), TokenLimit{Scope: ScopeWrite})
	by := "priya@example.org"
	for name, try := range map[string]func(a Actor, propose bool) error{
		"Decide": func(a Actor, propose bool) error {
			_, err := s.Decide(ctx, a, DecideRequest{Product: "shop", Threats: []string{"duty"}, Kind: parley.Mitigate, With: []string{"archive"}, Because: "x", By: by, Propose: propose})
			return err
		},
		"Move": func(a Actor, _ bool) error {
			_, err := s.Move(ctx, a, MoveRequest{Decision: "SHOP-D2", Move: "approve", By: by})
			return err
		},
		"AddNote": func(a Actor, _ bool) error {
			_, err := s.AddNote(ctx, a, NoteRequest{Product: "shop", About: "leak", Kind: ledger.NoteComment, Text: "x", By: by})
			return err
		},
		"AddIncident": func(a Actor, _ bool) error {
			_, err := s.AddIncident(ctx, a, AddIncidentRequest{Product: "shop", Threat: "leak", Title: "x", Losses: []string{"1k"}, By: by})
			return err
		},
		"AddEvidence": func(a Actor, _ bool) error {
			_, err := s.AddEvidence(ctx, a, AddEvidenceRequest{Product: "shop", Check: "rules", By: by, ReadEvidenceRequest: ReadEvidenceRequest{
				Files: []evidence.Input{{Name: "r.json", Data: []byte(`{"schema":"parley.results/1","time":"2026-11-20T00:00:00Z","results":[{"outcome":"pass"}]}`)}},
			}})
			return err
		},
		"SetRule": func(a Actor, _ bool) error {
			_, err := s.SetRule(ctx, a, RuleRequest{Name: ledger.RuleLongestEnd, Value: "9", Because: "x", By: by})
			return err
		},
		"SettleRule": func(a Actor, _ bool) error {
			_, err := s.SettleRule(ctx, a, SettleRuleRequest{Rule: "R1", Accept: true, By: by})
			return err
		},
	} {
		if err := try(person(ann), false); parley.KindOfError(err) != parley.Invalid || !strings.Contains(err.Error(), "own name") {
			t.Errorf("%s in somebody else's name: %v", name, err)
		}
		if err := try(token, true); err == nil {
			t.Errorf("%s by a token in somebody else's name", name)
		}
	}
	if n := sizeOf(t, s); n != before {
		t.Errorf("%d events were recorded", n-before)
	}
}

// TestA5TheRecordTakesNoOtherActor: even a use-case that drafted an event in
// another's name, with a claimed decider, or of a product it asked no leave for,
// could not record it.
func TestA5TheRecordTakesNoOtherActor(t *testing.T) {
	s := visit(t, world(t))
	a := person(ann)
	note := func(actor Actor, by, p string) ledger.Draft {
		return ledger.Draft{Product: p, Actor: actor, By: by, Body: &ledger.NoteAdded{Kind: ledger.NoteComment, About: ledger.KindThreat, ID: "leak", Text: "x"}}
	}
	for name, d := range map[string]ledger.Draft{
		"another actor":               note(person("max@example.org"), "", "shop"),
		"the machine":                 note(Local(ann, ViaCLI), "", "shop"),
		"a claimed decider":           note(a, "max@example.org", "shop"),
		"another product":             note(a, "", hidden),
		"the organisation":            {Actor: a, Body: &ledger.SettingChanged{Name: ledger.SeparateApprover, Value: "no"}},
		"a product that is not there": note(a, "", nowhere),
	} {
		_, _, err := s.record(t.Context(), deed{actor: a, useCase: "AddNote", op: "try"}, func(x *access, _ time.Time) ([]ledger.Draft, error) {
			return []ledger.Draft{d}, x.ask(x.state.Product("shop"))
		})
		if parley.KindOfError(err) != parley.Internal {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestA7AFileMovesNothingIntoAnotherProduct: a file says which product it is of;
// to give one another id, or to take over the id of another, asks leave there.
func TestA7AFileMovesNothingIntoAnotherProduct(t *testing.T) {
	s := visit(t, world(t))
	before := sizeOf(t, s)
	a := person(holder(ledger.Contributor, "shop"))
	apply := func(a Actor, text string) error {
		_, err := s.Apply(t.Context(), a, ApplyRequest{Source: Source{Name: "f", Data: []byte(text)}})
		return err
	}
	anew := func(a Actor, text string) error {
		_, err := s.Apply(t.Context(), a, ApplyRequest{Source: Source{Name: "f", Data: []byte(text)}, As: NewProduct})
		return err
	}
	as := func(id, was string) string {
		return strings.Replace(estate(id), "{id: "+id+", name", "{id: "+id+", was: "+was+", name", 1)
	}
	taken := func(id string) error {
		_, err := s.Apply(t.Context(), a, ApplyRequest{Source: Source{Name: "f", Data: []byte(estate(id))}, As: NewProduct})
		return err
	}
	texts := []string{said(taken(hidden)), said(taken(nowhere))}
	for name, text := range map[string]string{
		"another product":             estate(hidden),
		"a product that is not there": estate(nowhere),
		"another product's id":        as(hidden, "shop"),
		"an id that is not taken":     as(nowhere, "shop"),
		"another product under an id": as(nowhere, hidden),
		"none under an id":            as(nowhere, "moon"),
	} {
		err := apply(a, text)
		if parley.KindOfError(err) != parley.Forbidden {
			t.Errorf("%s: %v", name, err)
		}
		if as := said(anew(a, text)); as != said(err) {
			t.Errorf("%s as a new product: %q, want %q", name, as, said(err))
		}
		texts = append(texts, said(err))
	}
	if slices.Sort(texts); texts[0] != texts[len(texts)-1] {
		t.Errorf("what is there and what is not is told apart: %q", texts)
	}
	if n := sizeOf(t, s); n != before {
		t.Errorf("%d events were recorded", n-before)
	}
	if err := apply(person(holder(ledger.Contributor, "")), as("brand-new", "shop")); err != nil {
		t.Errorf("a contributor of the organisation gives a product another id: %v", err)
	}
	if r, err := s.Access(t.Context(), a); err != nil || !r.May("Apply", "brand-new") || r.May("Apply", "shop") {
		t.Errorf("the roles did not go along: %+v, %v", r, err)
	}
}

// TestA8ReadersAndAuditorsWriteNothing by any line of the table.
func TestA8ReadersAndAuditorsWriteNothing(t *testing.T) {
	s := visit(t, world(t))
	before := sizeOf(t, s)
	for name, p := range permissions {
		if !p.writes || strings.Contains(name, "one's own") || strings.Contains(name, "with others") || name == "CorrectIncident" { // these write before they try
			continue
		}
		for _, role := range []ledger.MemberRole{ledger.Reader, ledger.Auditor} {
			for _, a := range []Actor{person(holder(role, "")), {ID: holder(role, ""), Known: ledger.ByToken, Via: ledger.ViaAPI}} {
				if _, err := attempts[name](Limit(t.Context(), TokenLimit{Scope: ScopeWrite}), s, a, "shop"); parley.KindOfError(err) != parley.Forbidden {
					t.Errorf("%s as %s by %s: %v", name, role, a.Known, err)
				}
			}
		}
	}
	if n := sizeOf(t, s); n != before {
		t.Errorf("%d events were recorded", n-before)
	}
}

// TestA9AccessByANaiveEvaluator compares what is allowed, for any set of roles and
// any token, with a reading of the rules that takes one membership at a time.
func TestA9AccessByANaiveEvaluator(t *testing.T) {
	base, err := visit(t, world(t)).state(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	names := slices.Sorted(maps.Keys(permissions))
	places := []string{"", "shop", hidden}
	rapid.Check(t, func(t *rapid.T) {
		state := base.Clone()
		state.Members = rapid.SliceOfN(rapid.Custom(func(t *rapid.T) ledger.Membership {
			return ledger.Membership{
				Person: rapid.SampledFrom([]string{ann, "bob@example.org"}).Draw(t, "person"),
				Role:   rapid.SampledFrom(ledger.MemberRoles()).Draw(t, "role"), Product: rapid.SampledFrom(places).Draw(t, "product"),
			}
		}), 0, 5).Draw(t, "members")
		ctx, limit, limited := context.Background(), TokenLimit{}, rapid.Bool().Draw(t, "limited")
		if limited {
			limit.Scope = rapid.SampledFrom(append(Scopes(), ScopeWrite, "")).Draw(t, "scope")
			limit.Products = rapid.SliceOfN(rapid.SampledFrom([]string{"shop", hidden, "moon"}), 0, 2).Draw(t, "products")
			ctx = Limit(ctx, limit)
		}
		for _, known := range []ledger.Known{ledger.SignedIn, ledger.ByToken, ledger.ThisMachine, ""} {
			for _, name := range names {
				for _, on := range places {
					compare(ctx, t, state, Actor{ID: ann, Known: known, Via: ledger.ViaAPI}, limit, limited, name, on)
				}
			}
		}
	})
}

// compare compares one line of the table, and what is seen by it.
func compare(ctx context.Context, t *rapid.T, state *ledger.State, actor Actor, limit TokenLimit, limited bool, name, on string) {
	a, err := accessTo(ctx, actor, name, state)
	if err == nil {
		err = a.check(name, state.Product(on))
	}
	want := naive(state.Members, actor, limit, limited, name, on)
	if (err == nil) != want {
		t.Fatalf("%s on %q: %v, want it allowed: %v", name, on, err, want)
	}
	if a == nil {
		return
	}
	for _, id := range []string{"shop", hidden} {
		reads := naive(state.Members, actor, TokenLimit{Scope: ScopeRead, Products: limit.Products}, limited || actor.Known == ledger.ByToken, "Brief", id)
		if got := a.seen.Product(id) != nil; got != reads {
			t.Fatalf("%s: %s is seen: %v, want %v", name, id, got, reads)
		}
	}
}

// naive says whether a line of the table is allowed on a product, "" for the
// organisation.
func naive(members []ledger.Membership, a Actor, limit TokenLimit, limited bool, name, on string) bool {
	p := permissions[name]
	if a.Known == ledger.ThisMachine {
		return true
	}
	if len(p.roles) == 0 || a.Known == "" {
		return false
	}
	if a.Known == ledger.ByToken && (!limited || p.people) {
		return false
	}
	if limited {
		strength := map[Scope]int{ScopeRead: 1, ScopeEvidence: 2, ScopeWrite: 3}
		need := 1
		if p.writes {
			need = 3
		}
		if p.scope == ScopeEvidence {
			need = 2
		}
		if strength[limit.Scope] < need {
			return false
		}
	}
	if p.where == onOrganisation {
		on = ""
	}
	some := false
	for _, m := range members {
		if m.Person != a.ID {
			continue
		}
		some = true
		if p.where == anywhere {
			return true
		}
		if limited && len(limit.Products) > 0 {
			inside := false
			for _, id := range limit.Products {
				if id == on {
					inside = true
				}
			}
			if !inside {
				continue
			}
		}
		if m.Product != "" && m.Product != on {
			continue
		}
		for _, r := range p.roles {
			if r == m.Role {
				return true
			}
		}
	}
	return !some && name == "Access" && p.where == anywhere
}

// TestA10WholeLedgersStayOnTheirMachine: who holds every role neither copies,
// replaces nor makes one over a server.
func TestA10WholeLedgersStayOnTheirMachine(t *testing.T) {
	s := visit(t, world(t))
	for _, name := range []string{"Create", "Backup", "Restore", "ExportLedger", "ImportLedger"} {
		for _, a := range []Actor{person(ann), token} {
			if _, err := attempts[name](Limit(t.Context(), TokenLimit{Scope: ScopeWrite}), s, a, "shop"); parley.KindOfError(err) != parley.Forbidden {
				t.Errorf("%s by %s: %v", name, a.Known, err)
			}
		}
	}
}

// TestA10ImportLooksAtNoFiles: what a request calls a file is no path on this
// machine, whoever asks over the server.
func TestA10ImportLooksAtNoFiles(t *testing.T) {
	dir := t.TempDir()
	part := filepath.Join(dir, "part.yaml")
	for name, text := range map[string]string{"part.yaml": "questions:\n  why: because\n", "secret-root.yaml": "threagile_version: 1.0.0\nincludes: [part.yaml]\n"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	s := visit(t, world(t))
	read := func(a Actor) string {
		_, err := s.Import(t.Context(), a, ImportRequest{Format: "threagile", Files: []exchange.Input{{Name: part, Data: []byte("questions:\n  why: because\n")}}})
		return said(err)
	}
	if text := read(Local("tom", ViaCLI)); !strings.Contains(text, "secret-root") {
		t.Fatalf("the root beside a part is not named at the command line: %s", text)
	}
	for _, a := range []Actor{person(holder(ledger.Contributor, "shop")), Local("tom", ViaPage), Local("tom", ledger.ViaAPI)} {
		if text := read(a); strings.Contains(text, "secret-root") || text == "" {
			t.Errorf("by %s: %q", a.Via, text)
		}
	}
}

// TestD2OnePersonByTwoWays: where two people must agree, one person with two
// roles, a token, or the machine of the ledger is still one person.
func TestD2OnePersonByTwoWays(t *testing.T) {
	address := world(t)
	for name, proposer := range map[string]Actor{
		"a token": token, "another role": person(ann), "the machine": Local(ann, ViaCLI), "the machine, written otherwise": Local("Ann@Example.org", ViaCLI),
	} {
		s := visit(t, address)
		ctx := Limit(t.Context(), TokenLimit{Scope: ScopeWrite})
		if _, err := s.SetRule(t.Context(), Local("tom@example.org", ViaCLI), RuleRequest{Name: ledger.SeparateApprover, Value: "yes", Because: "we are two"}); err != nil {
			t.Fatal(err)
		}
		r, err := attempts["Decide (propose)"](ctx, s, proposer, "shop")
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		id := r.(*DecideResult).Decisions[0].ShortID
		approve := func(a Actor) error {
			_, err := s.Move(t.Context(), a, MoveRequest{Decision: id, Move: "approve"})
			return err
		}
		if err := approve(person(ann)); !refusedFor(err, ledger.OneApprover) {
			t.Errorf("proposed by %s and approved by the same person: %v", name, err)
		}
		if err := approve(person(holder(ledger.Decider, "shop"))); err != nil {
			t.Errorf("proposed by %s and approved by somebody else: %v", name, err)
		}
	}
	s := visit(t, address)
	tom := Local("tom@example.org", ViaCLI)
	if _, err := s.SetRule(t.Context(), tom, RuleRequest{Name: ledger.SeparateApprover, Value: "yes", Because: "we are two"}); err != nil {
		t.Fatal(err)
	}
	if _, err := s.SetRule(Limit(t.Context(), TokenLimit{Scope: ScopeWrite}), token, RuleRequest{Name: ledger.SeparateApprover, Value: "no", Because: "x"}); err != nil {
		t.Fatal(err)
	}
	if _, err := s.SettleRule(t.Context(), person(ann), SettleRuleRequest{Rule: "R3", Accept: true}); !refusedFor(err, ledger.OneApprover) {
		t.Errorf("a rule proposed by one's own token: %v", err)
	}
}

// TestAFileOfOneProductProposesTheYardstick: who brings a product's file does not
// speak for the organisation.
func TestAFileOfOneProductProposesTheYardstick(t *testing.T) {
	s := visit(t, world(t))
	text := strings.Replace(estate("shop"), "policy: {", "policy: {discount_rate: 9%, ", 1)
	a := person(holder(ledger.Contributor, "shop"))
	for range 2 { // again: it says nothing new
		if _, err := s.Apply(t.Context(), a, ApplyRequest{Source: Source{Name: "f", Data: []byte(text)}}); err != nil {
			t.Fatal(err)
		}
	}
	rate := func() bool {
		state, err := s.state(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return slices.ContainsFunc(state.Policy.Fields, func(f ledger.PolicyField) bool { return f.Name() == "discount_rate" })
	}
	if rate() {
		t.Error("a contributor of one product set the organisation's discount rate")
	}
	status, err := s.Status(t.Context(), a, StatusRequest{})
	if err != nil {
		t.Fatal(err)
	}
	proposals := status.Products[0].Proposals
	if len(proposals) != 1 || !strings.Contains(proposals[0].Says, "discount_rate") {
		t.Fatalf("%+v", proposals)
	}
	if _, err := s.Move(t.Context(), person(holder(ledger.Manager, "shop")), MoveRequest{Decision: proposals[0].ShortID, Move: "approve"}); parley.KindOfError(err) != parley.Forbidden {
		t.Errorf("a manager of the product alone: %v", err)
	}
	if _, err := s.Move(t.Context(), person(holder(ledger.Manager, "")), MoveRequest{Decision: proposals[0].ShortID, Move: "approve"}); err != nil || !rate() {
		t.Errorf("a manager of the organisation: %v", err)
	}
}

// TestAFileIsPricedForAnybodyWithARole: what stands in the request says nothing
// about the record; how much of it there may be is bounded.
func TestAFileIsPricedForAnybodyWithARole(t *testing.T) {
	s := visit(t, world(t))
	evidence := Limit(t.Context(), TokenLimit{Scope: ScopeEvidence, Products: []string{"shop"}})
	src := Source{Name: "f.yaml", Data: []byte(shop)}
	large := Source{Name: "f.yaml", Data: []byte(shop + strings.Repeat("# and so on\n", maxText/12))}
	for name, price := range map[string]func(ctx context.Context, a Actor, src Source) error{
		"Check": func(ctx context.Context, a Actor, src Source) error { _, err := s.Check(ctx, a, src); return err },
		"Risk": func(ctx context.Context, a Actor, src Source) error {
			_, err := s.Risk(ctx, a, RiskRequest{Source: src, Trials: 1000})
			return err
		},
		"Brief": func(ctx context.Context, a Actor, src Source) error {
			_, err := s.Brief(ctx, a, BriefRequest{Source: src, Figures: true})
			return err
		},
		"Gate": func(ctx context.Context, a Actor, src Source) error {
			_, err := s.Gate(ctx, a, GateRequest{Source: src, Trials: 1000})
			return err
		},
		"Export": func(ctx context.Context, a Actor, src Source) error {
			_, err := s.Export(ctx, a, ExportRequest{Source: src, Format: "parley"})
			return err
		},
	} {
		for _, role := range ledger.MemberRoles() {
			a := person(holder(role, "shop"))
			if err := price(t.Context(), a, src); err != nil {
				t.Errorf("%s of a file as %s: %v", name, role, err)
			}
			if err := price(t.Context(), a, large); parley.KindOfError(err) != parley.Invalid || !strings.Contains(err.Error(), "2 MB") {
				t.Errorf("%s of a large file: %v", name, err)
			}
		}
		if err := price(evidence, token, src); err != nil {
			t.Errorf("%s of a file by a token: %v", name, err)
		}
		if err := price(t.Context(), person("stranger@example.org"), src); parley.KindOfError(err) != parley.Forbidden {
			t.Errorf("%s of a file without a role: %v", name, err)
		}
	}
}

// TestMembersAreNamedByAddress: an account is an e-mail address, upper and lower
// case the same.
func TestMembersAreNamedByAddress(t *testing.T) {
	d := newDesk(t)
	d.apply(shop)
	for _, bad := range []string{"", "ann", "@example.org", "ann@", "a b@example.org", "a@b@c", "<ann@example.org>", "ann@example.org\n", "\u212aate@example.org", "ann\u200b@example.org", "ann@example.org\u202e", strings.Repeat("x", 300) + "@example.org"} {
		if _, err := d.SetMember(t.Context(), d.tom, MemberRequest{Person: bad, Role: ledger.Reader}); strings.TrimSpace(bad) != ann && parley.KindOfError(err) != parley.Invalid {
			t.Errorf("%q: %v", bad, err)
		}
	}
	if _, err := d.SetMember(t.Context(), d.tom, MemberRequest{Person: "bob@example.org", Role: "king"}); parley.KindOfError(err) != parley.Invalid {
		t.Errorf("no role: %v", err)
	}
	r, err := d.SetMember(t.Context(), d.tom, MemberRequest{Person: " Bob@Example.ORG ", Role: ledger.Reader, Product: "shop", Because: "new"})
	if err != nil || r.Members[len(r.Members)-1].Person != "bob@example.org" || r.Members[0].By != d.tom.ID {
		t.Errorf("%+v, %v", r, err)
	}
	if a, err := d.Access(t.Context(), person("bob@example.org")); err != nil || !a.May("Brief", "shop") || a.May("Decide", "shop") || a.May("Verify", "") || len(a.Roles) != 1 {
		t.Errorf("%+v, %v", a, err)
	}
	if a, err := d.Access(t.Context(), d.tom); err != nil || !a.May("Decide", "shop") || !a.May("Backup", "") {
		t.Errorf("at this machine: %+v, %v", a, err)
	}
	if a, err := d.Access(t.Context(), person("stranger@example.org")); err != nil || len(a.Organisation)+len(a.Products)+len(a.Roles) > 0 {
		t.Errorf("a stranger: %+v, %v", a, err)
	}
}

// TestALogOfAPart: who sees one product reads its events, whatever ids it had,
// numbered without gaps; the same from any place on.
func TestALogOfAPart(t *testing.T) {
	s := visit(t, world(t))
	tom := Local("tom@example.org", ViaCLI)
	rename := func(id, was string) {
		t.Helper()
		text := strings.Replace(estate(id), "{id: "+id+", name", "{id: "+id+", was: "+was+", name", 1)
		if _, err := s.Apply(t.Context(), tom, ApplyRequest{Source: Source{Name: "f", Data: []byte(text)}}); err != nil {
			t.Fatal(err)
		}
	}
	same := func(product string, who Actor) {
		t.Helper()
		whole, err := s.Log(t.Context(), tom, LogRequest{})
		if err != nil {
			t.Fatal(err)
		}
		part, err := s.Log(t.Context(), who, LogRequest{})
		if err != nil {
			t.Fatal(err)
		}
		state, err := s.state(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if n := state.Product(product).Events; part.Size != n || int64(len(part.Events)) != n {
			t.Errorf("%s: %d events of %d, want %d", product, len(part.Events), part.Size, n)
		}
		at := map[string]int{}
		for i, e := range whole.Events {
			at[e.ID] = i
		}
		last := -1
		for i, e := range part.Events {
			if e.Seq != part.Size-1-int64(i) || at[e.ID] <= last {
				t.Fatalf("%s: event %d has the number %d", product, i, e.Seq)
			}
			last = at[e.ID]
		}
		for _, since := range []Mark{1, 5, part.Mark - 2, part.Mark - 1} {
			tail, err := s.Log(t.Context(), who, LogRequest{Since: since})
			if err != nil {
				t.Fatal(err)
			}
			want := slices.DeleteFunc(slices.Clone(part.Events), func(e Event) bool { return whole.Events[at[e.ID]].Seq < int64(since) })
			if fmt.Sprint(tail.Events) != fmt.Sprint(want) {
				t.Errorf("%s since %d: %d events, want %d", product, since, len(tail.Events), len(want))
			}
		}
		page, err := s.Log(t.Context(), who, LogRequest{Before: 5, Limit: 3})
		if err != nil || len(page.Events) != 3 || page.Events[0].Seq != 4 {
			t.Errorf("%s: a page of it: %+v (%v)", product, page, err)
		}
	}
	shopper, keeper := person(holder(ledger.Reader, "shop")), person(holder(ledger.Reader, hidden))
	same("shop", shopper)
	same(hidden, keeper)
	rename("store", "shop")
	same("store", shopper)
	rename("shop", "store") // and back
	rename("zzcellar", hidden)
	same("shop", shopper)
	same("zzcellar", keeper)
	for _, e := range must(s.Log(t.Context(), shopper, LogRequest{})).Events {
		if strings.Contains(e.Says, "zz") || strings.Contains(string(e.Body), "zz") {
			t.Errorf("an event of the other product is shown: %s", e.Says)
		}
	}
}

func must(r *LogResult, err error) *LogResult {
	if err != nil {
		return &LogResult{Events: []Event{{Says: hidden + " " + err.Error()}}}
	}
	return r
}

// TestAFileOfOneProductProposesAuthority: whoever brings a product's file asks for rows
// of the matrix in its name, and takes that back by it, but settles none.
func TestAFileOfOneProductProposesAuthority(t *testing.T) {
	s := visit(t, world(t))
	a := person(holder(ledger.Contributor, "shop"))
	outcomes := func(text string) string {
		t.Helper()
		if _, err := s.Apply(t.Context(), a, ApplyRequest{Source: Source{Name: "f", Data: []byte(text)}}); err != nil {
			t.Fatal(err)
		}
		r, err := s.Rules(t.Context(), a)
		if err != nil || len(r.Authority) != 0 {
			t.Fatalf("%+v, %v", r, err)
		}
		var out []string
		for _, x := range r.Rules {
			if x.From == "shop" {
				out = append(out, x.ID+string(x.Outcome))
			}
		}
		return strings.Join(out, " ")
	}
	lead := estate("shop") + "\nauthority:\n  - {role: lead, holders: [lead@example.org], expected_annual_loss: 20k, products: [shop]}\n"
	if got := outcomes(lead); got != "R2" {
		t.Errorf("proposed: %s", got)
	}
	if got := outcomes(strings.Replace(lead, "annual_loss: 20k", "annual_loss: 30k", 1)); got != "R2withdrawn R3" {
		t.Errorf("changed: %s", got)
	}
	if got := outcomes(estate("shop")); got != "R2withdrawn R3withdrawn" {
		t.Errorf("withdrawn: %s", got)
	}
	if got := outcomes(lead); got != "R2withdrawn R3withdrawn R4" {
		t.Errorf("asked for again: %s", got)
	}
	for _, accept := range []bool{true, false} {
		if _, err := s.SettleRule(t.Context(), a, SettleRuleRequest{Rule: "R4", Accept: accept, Because: "mine"}); parley.KindOfError(err) != parley.Forbidden {
			t.Errorf("settled by a contributor of one product: %v", err)
		}
	}
	if _, err := s.SetRule(t.Context(), a, RuleRequest{Role: RoleRequest{Name: "lead", Holders: []string{a.ID}, Currency: "GBP"}, Because: "mine"}); parley.KindOfError(err) != parley.Forbidden {
		t.Errorf("proposed without a file: %v", err)
	}
}

// TestGuardOfRules: an event about a rule is in the name of a product only where its
// file asks, or asks no more.
func TestGuardOfRules(t *testing.T) {
	s := visit(t, world(t))
	actor := person(holder(ledger.Contributor, "shop"))
	lead := estate("shop") + "\nauthority:\n  - {role: lead, holders: [lead@example.org], expected_annual_loss: 20k}\n"
	if _, err := s.Apply(t.Context(), actor, ApplyRequest{Source: Source{Name: "f", Data: []byte(lead)}}); err != nil {
		t.Fatal(err)
	}
	_, a, err := s.recorded(t.Context(), actor, "Apply")
	if err != nil {
		t.Fatal(err)
	}
	if err := a.ask(a.state.Product("shop")); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		body    ledger.Body
		allowed bool
	}{
		"proposed for the product": {&ledger.RuleProposed{From: "shop"}, true},
		"proposed for another":     {&ledger.RuleProposed{From: hidden}, false},
		"proposed for nobody":      {&ledger.RuleProposed{}, false},
		"withdrawn":                {&ledger.RuleSettled{Rule: "R2", Outcome: ledger.Withdrawn}, true},
		"accepted":                 {&ledger.RuleSettled{Rule: "R2", Outcome: ledger.Accepted}, false},
		"refused":                  {&ledger.RuleSettled{Rule: "R2", Outcome: ledger.Refused}, false},
		"withdrawn, of no file":    {&ledger.RuleSettled{Rule: "R1", Outcome: ledger.Withdrawn}, false},
		"withdrawn, but not there": {&ledger.RuleSettled{Rule: "R9", Outcome: ledger.Withdrawn}, false},
	} {
		if err := a.guard(ledger.Stamp([]ledger.Draft{{Body: c.body}}, actor, "")); (err == nil) != c.allowed {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestA4GuardOfNames: an event is recorded in the name of whoever does it, known as
// they are, and of nobody they name.
func TestA4GuardOfNames(t *testing.T) {
	s := visit(t, world(t))
	actor := person(holder(ledger.Contributor, "shop"))
	_, a, err := s.recorded(t.Context(), actor, "Apply")
	if err != nil {
		t.Fatal(err)
	}
	if err := a.ask(a.state.Product("shop")); err != nil {
		t.Fatal(err)
	}
	other, mightier := actor, actor
	other.ID, mightier.Known = "eve@example.org", ledger.ThisMachine
	for name, c := range map[string]struct {
		actor   Actor
		by      string
		allowed bool
	}{
		"their own":             {actor, "", true},
		"somebody else's":       {other, "", false},
		"known by other means":  {mightier, "", false},
		"for a name they claim": {actor, "helen@example.org", false},
	} {
		if err := a.guard(ledger.Stamp([]ledger.Draft{{Product: "shop", Body: &ledger.NoteAdded{}}}, c.actor, c.by)); (err == nil) != c.allowed {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestF3FilesOfRequests: over a server a file comes with what takes one, and is bounded.
func TestF3FilesOfRequests(t *testing.T) {
	s := visit(t, world(t))
	actor := person(holder(ledger.Contributor, "shop"))
	for name, c := range map[string]struct {
		useCase string
		size    int
		want    parley.ErrorKind
	}{
		"what takes one":  {"Risk", maxText, ""},
		"too large":       {"Risk", maxText + 1, parley.Invalid},
		"what takes none": {"Status", 1, parley.Internal},
	} {
		err := s.admitFile(t.Context(), actor, c.useCase, make([]byte, c.size))
		if (err == nil) != (c.want == "") || err != nil && parley.KindOfError(err) != c.want {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestAuthorityNamesNoOtherProduct: a row about a product that one may not see is
// answered like one about a product that is not there.
func TestAuthorityNamesNoOtherProduct(t *testing.T) {
	s := visit(t, world(t))
	say := func(a Actor, id string) string {
		text := estate("shop") + "\nauthority:\n  - {role: lead, holders: [lead@example.org], expected_annual_loss: 20k, products: [shop, " + id + "]}\n"
		_, err := s.Apply(t.Context(), a, ApplyRequest{Source: Source{Name: "f", Data: []byte(text)}})
		if err == nil {
			return ""
		}
		return strings.ReplaceAll(err.Error(), id, "ID")
	}
	a := person(holder(ledger.Contributor, "shop"))
	unknown, other := say(a, "nowhere"), say(a, hidden)
	if unknown == "" || unknown != other {
		t.Errorf("unknown: %q, another: %q", unknown, other)
	}
	if got := say(person(holder(ledger.Contributor, "")), hidden); got != "" {
		t.Errorf("by somebody who sees it: %s", got)
	}
}
