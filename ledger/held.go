package ledger

import (
	"fmt"
	"slices"
	"strings"
)

// Held is what counts against the limits of a role for one of its holders, in the
// role's currency.
type Held struct {
	Role     string
	Person   string
	Currency string
	Exposure
	Decisions []string // their short ids, in the order of the products and of the record
}

// Held lists what counts against the limits of each role on a civil day, for each of
// its holders of whom anything does.
func (s *State) Held(today string) []Held {
	if s.Authority == nil {
		return nil
	}
	var out []Held
	for _, r := range s.Authority.Roles {
		var people []string
		for _, p := range s.Products() {
			for _, name := range s.people(r, p.ID) {
				if !slices.Contains(people, name) {
					people = append(people, name)
				}
			}
		}
		for _, name := range people {
			if h := s.left(r, name, Deciding{Today: today}); len(h.Decisions) > 0 {
				out = append(out, h)
			}
		}
	}
	return out
}

// left is what counts against a role beside a decision that somebody is about to
// take: what the person's decisions of the kinds the role is about, in its products,
// leave for as long as they are in force, and what those in force commit to that were taken in
// the same calendar year. A loss is one of every year in which the decision holds; money is
// spent once. What the new decision replaces does not count. What several left
// together counts where several are asked, and not against what one of them may leave alone.
func (s *State) left(r Role, person string, d Deciding) Held {
	out := Held{Role: r.Name, Person: person, Currency: r.Currency}
	for _, p := range s.Products() {
		var counting []*Decision
		for _, o := range p.Decisions {
			replaced := p.ID == d.Product && slices.Contains(d.Terms.Supersedes, o.Short)
			if o.counts(r, person, d.Today) && !replaced {
				counting = append(counting, o)
			}
		}
		if len(counting) == 0 {
			continue // before the product is read for its currency
		}
		info, err := p.Info()
		if err != nil || !r.covers(p.ID, info.Currency) {
			continue
		}
		for _, o := range counting {
			out.Exposure = out.plus(o.Exposure)
			out.Decisions = append(out.Decisions, o.Short)
		}
	}
	return out
}

// counts reports whether a decision counts against a role on a day, for a person.
func (d *Decision) counts(r Role, person, today string) bool {
	if d.Status != InForce || !r.about(d.Kind) || !slices.Contains(d.deciders(), person) || !r.Joint() && len(d.Approvals) > 0 {
		return false
	}
	return !commits(d.Kind) || strings.HasPrefix(today, d.taken())
}

// taken is the calendar year in which a decision in force came into force, by UTC.
func (d *Decision) taken() string {
	at := d.At
	for _, m := range d.History {
		if m.To == InForce {
			at = m.At
		}
	}
	return at.Format("2006")
}

// excess names each limit of a role that an exposure is beyond.
func (r Role) excess(e Exposure, currency string) string {
	var out []string
	for _, x := range []struct {
		what string
		is   float64
		most *float64
	}{
		{"an expected loss of %.0f %s a year (limit %.0f)", e.Annual, r.Annual},
		{"%.0f %s lost in 1 year of 20 (limit %.0f)", e.OneIn20, r.OneIn20},
		{"bad cases of %.0f %s (limit %.0f)", e.BadCase, r.BadCase},
		{"a cost of %.0f %s (limit %.0f)", e.Cost, r.Cost},
	} {
		if x.most != nil && x.is > *x.most {
			out = append(out, fmt.Sprintf(x.what, x.is, currency, *x.most))
		}
	}
	return strings.Join(out, ", ")
}
