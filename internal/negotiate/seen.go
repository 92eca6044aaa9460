package negotiate

import (
	"context"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/parleysec/parley/internal/brief/plain"
	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/internal/store"
	"github.com/parleysec/parley/ledger"
)

// SeeRequest says that whoever asks opened the page of a threat.
type SeeRequest struct{ Product, Threat string }

// looksApart is how far apart two looks are that are told apart: the last one is
// known to the hour, and most of them write nothing.
const looksApart = time.Hour

// See notes that somebody who signed in opened the page of a threat, with what is
// decided about it. It is no part of the record: only the first and the last
// look of each person are kept. Whoever is at this machine is not known to be
// anybody, and nothing is noted.
func (s *Service) See(ctx context.Context, actor Actor, req SeeRequest) error {
	db, a, err := s.recorded(ctx, actor, "See")
	if err != nil || a.local() {
		return err
	}
	if noted, _ := a.state.Looks(); !noted {
		return nil
	}
	ref, err := a.resolve(req.Product, req.Threat, ledger.KindThreat)
	if err != nil {
		return ledgerError("find "+req.Threat, err)
	}
	subjects := []string{ref.Short}
	for _, d := range a.state.Product(ref.Product).Decisions {
		if standing := d.Status == ledger.InForce || d.Status == ledger.Reopened; standing && slices.Contains(d.Threats, ref.ID) {
			subjects = append(subjects, d.Short)
		}
	}
	if err := db.NoteViews(ctx, strings.ToLower(actor.ID), subjects, s.now(), looksApart); err != nil {
		return ledgerError("note who has seen "+ref.Short, err)
	}
	return nil
}

// SeenRequest asks who has seen a decision.
type SeenRequest struct{ Product, Decision string }

// SeenResult is who opened the page of a decision, as far as whoever asks may
// know: others for those who answer for it and those who check it, themselves
// for everybody.
type SeenResult struct {
	Schema   string    `json:"schema"`
	Product  string    `json:"product"`
	Decision string    `json:"decision"`
	Decided  time.Time `json:"decided"`             // when it came into force; of what never did, when it was recorded
	Others   bool      `json:"others"`              // whether people other than whoever asks are listed
	Noted    bool      `json:"noted"`               // whether looks are noted at all (rule who_has_seen)
	Days     int       `json:"kept_days,omitempty"` // how many days after somebody's last look it is kept; 0 for no end
	People   []SeenBy  `json:"people"`              // the first look first
}

// SeenBy says when somebody opened the page of a decision's threats.
type SeenBy struct {
	Person string              `json:"person"`
	Roles  []ledger.MemberRole `json:"roles"`            // that count on the product today
	Before *time.Time          `json:"before,omitempty"` // first look at the threat, before it was decided
	After  *time.Time          `json:"after,omitempty"`  // first look with the decision standing
	Last   time.Time           `json:"last"`             // known to the hour
}

// Seen says who has seen a decision.
func (s *Service) Seen(ctx context.Context, actor Actor, req SeenRequest) (*SeenResult, error) {
	db, a, err := s.recorded(ctx, actor, "Seen")
	if err != nil {
		return nil, err
	}
	ref, err := a.resolve(req.Product, req.Decision, ledger.KindDecision)
	if err != nil {
		return nil, ledgerError("say who has seen "+req.Decision, err)
	}
	p := a.state.Product(ref.Product)
	d := p.Decision(ref.ID)
	seen, err := s.seenOf(db, a, p, []*ledger.Decision{d})
	if err != nil {
		return nil, err
	}
	return seen[d.Short], nil
}

// SeenAll says who has seen each decision of a product, by short id.
func (s *Service) SeenAll(ctx context.Context, actor Actor, product string) (map[string]*SeenResult, error) {
	db, a, err := s.recorded(ctx, actor, "SeenAll")
	if err != nil {
		return nil, err
	}
	p, err := a.product(product)
	if err != nil {
		return nil, err
	}
	return s.seenOf(db, a, p, p.Decisions)
}

// seenOf is who has seen each of some decisions of a product, by short id, as far as
// the actor may know.
func (s *Service) seenOf(db *store.DB, a *access, p *ledger.Product, decisions []*ledger.Decision) (map[string]*SeenResult, error) {
	about := map[string][]string{} // by what was looked at, the decisions it tells of
	for _, d := range decisions {
		for _, subject := range append(threatsOf(p, d), d.Short) {
			about[subject] = append(about[subject], d.Short)
		}
	}
	views, err := s.views(db, a, slices.Sorted(maps.Keys(about)))
	if err != nil {
		return nil, err
	}
	of := map[string][]store.View{} // by decision
	for _, v := range views {
		for _, id := range about[v.Subject] {
			of[id] = append(of[id], v)
		}
	}
	out := map[string]*SeenResult{}
	for _, d := range decisions {
		out[d.Short] = seenIn(of[d.Short], a, p, d)
	}
	return out, nil
}

// views are the looks at some subjects that may still be known, the first one first.
func (s *Service) views(db *store.DB, a *access, subjects []string) ([]store.View, error) {
	if noted, _ := a.state.Looks(); !noted {
		return nil, nil
	}
	views, err := db.Views(a.ctx, subjects)
	if err != nil {
		return nil, ledgerError("read who has seen what", err)
	}
	end := s.looksEnd(a.state)
	return slices.DeleteFunc(views, func(v store.View) bool { return v.Last.Before(end) }), nil
}

// looksEnd is the moment before which a last look is kept no longer; the zero one
// where all are kept.
func (s *Service) looksEnd(state *ledger.State) time.Time {
	switch noted, days := state.Looks(); {
	case !noted:
		return s.now().Add(looksApart) // all of them
	case days > 0:
		return s.now().AddDate(0, 0, -days)
	}
	return time.Time{}
}

// forget takes away the looks that are kept no longer.
func (s *Service) forget(ctx context.Context, state *ledger.State) error {
	end := s.looksEnd(state)
	if end.IsZero() {
		return nil
	}
	db, err := s.open(ctx)
	if err != nil {
		return err
	}
	if err := db.ForgetViews(ctx, end); err != nil {
		return ledgerError("forget who has seen what", err)
	}
	return nil
}

// seenIn is who has seen a decision by some looks, as far as the actor may know.
func seenIn(views []store.View, a *access, p *ledger.Product, d *ledger.Decision) *SeenResult {
	r := &SeenResult{Schema: "parley.seen/1", Product: p.ID, Decision: d.Short, Decided: decidedAt(d), People: []SeenBy{}}
	r.Noted, r.Days = a.state.Looks()
	r.Others = a.on(p.ID, permissions["Seen (of others)"].roles)
	for _, l := range seenBy(views, d.Short, r.Decided) {
		if !r.Others && !strings.EqualFold(l.Person, a.actor.ID) {
			continue
		}
		for _, m := range a.state.RolesOf(l.Person) {
			if m.On(p.ID) && !slices.Contains(l.Roles, m.Role) {
				l.Roles = append(l.Roles, m.Role)
			}
		}
		r.People = append(r.People, l)
	}
	return r
}

// seenBy joins the views of a decision and its threats, person by person.
func seenBy(views []store.View, decision string, decided time.Time) []SeenBy {
	out := []SeenBy{}
	for _, v := range views {
		i := slices.IndexFunc(out, func(l SeenBy) bool { return l.Person == v.Person })
		if i < 0 {
			i = len(out)
			out = append(out, SeenBy{Person: v.Person, Roles: []ledger.MemberRole{}})
		}
		l := &out[i]
		switch {
		case v.Subject == decision:
			l.After = &v.First
		case v.First.Before(decided) && l.Before == nil: // views come the first one first
			l.Before = &v.First
		}
		if v.Subject == decision || v.First.Before(decided) {
			l.Last = later(l.Last, v.Last)
		}
	}
	// Who came after it was over has seen the threat, and not this decision.
	return slices.DeleteFunc(out, func(l SeenBy) bool { return l.Before == nil && l.After == nil })
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// decidedAt is when a decision came into force first, or was recorded where it
// never did.
func decidedAt(d *ledger.Decision) time.Time {
	for _, m := range d.History {
		if m.To == ledger.InForce {
			return m.At
		}
	}
	return d.At
}

// threatsOf are the short ids of what a decision is about.
func threatsOf(p *ledger.Product, d *ledger.Decision) []string {
	var out []string
	for _, id := range d.Threats {
		if it := p.Item(ledger.KindThreat, id); it != nil {
			out = append(out, it.Short)
		}
	}
	return out
}

// Words puts who has seen a decision into sentences, a person each.
func (r *SeenResult) Words() []string {
	if !r.Noted {
		return []string{catalogue.T("seen.off")}
	}
	var out []string
	for _, p := range r.People {
		out = append(out, p.Says())
	}
	if len(out) == 0 && r.Others {
		out = append(out, catalogue.T("seen.none"))
	}
	if len(out) == 0 {
		out = append(out, catalogue.T("seen.none.own"))
	}
	if !r.Others {
		out = append(out, catalogue.T("seen.own"))
	}
	if r.Days > 0 {
		out = append(out, catalogue.N("seen.kept", r.Days))
	}
	return out
}

// Says is when somebody looked, in words.
func (p SeenBy) Says() string {
	who, last := p.Person, plain.Date(p.Last)
	if len(p.Roles) > 0 {
		who = catalogue.T("seen.who", "person", who, "roles", plain.List(roleNames(p.Roles)))
	}
	switch {
	case p.Before != nil && p.After != nil:
		return catalogue.T("seen.both", "who", who, "before", plain.Date(*p.Before), "after", plain.Date(*p.After), "last", last)
	case p.Before != nil:
		return catalogue.T("seen.before", "who", who, "before", plain.Date(*p.Before))
	case p.After != nil:
		return catalogue.T("seen.after", "who", who, "after", plain.Date(*p.After), "last", last)
	}
	return who
}
