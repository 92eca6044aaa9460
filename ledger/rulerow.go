package ledger

import (
	"cmp"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/parleysec/parley"
)

// RowChange is a change of one row of the authority matrix: what the row said when
// the change was proposed, and what it would say. Several may wait at once; each
// changes its own row alone.
type RowChange struct {
	Role    string `json:"role"`
	Was     *Role  `json:"was,omitempty"`     // nil: there was no such row
	Becomes *Role  `json:"becomes,omitempty"` // nil: it is taken away
}

func (c *RowChange) names(visit rename) error {
	if c == nil {
		return nil
	}
	return errors.Join(c.Was.names(visit), c.Becomes.names(visit))
}

// clone is a copy whose names can be rewritten.
func (c *RowChange) clone() *RowChange {
	if c == nil {
		return nil
	}
	return &RowChange{Role: c.Role, Was: c.Was.clone(), Becomes: c.Becomes.clone()}
}

// check reports what is wrong with a change by itself.
func (c *RowChange) check() error {
	for _, r := range []*Role{c.Was, c.Becomes} {
		if r != nil && r.Name != c.Role {
			return fmt.Errorf("a change of the role %q says something about the role %q", c.Role, r.Name)
		}
	}
	switch {
	case c.Role == "":
		return fmt.Errorf("a role without a name")
	case c.Becomes.Same(c.Was):
		return fmt.Errorf("role %q would stay as it is", c.Role)
	case c.Becomes == nil:
		return nil
	}
	return (&AuthorityMatrix{Roles: []Role{*c.Becomes}}).checkRows()
}

// Same reports whether two rows say the same; nil is no row. The order of holders,
// roles, kinds and products says nothing.
func (r *Role) Same(other *Role) bool {
	if r == nil || other == nil {
		return r == other
	}
	return reflect.DeepEqual(r.sorted(), other.sorted())
}

// sorted is a row with its lists in order, and those that are empty as nil.
func (r *Role) sorted() Role {
	c := *r.clone()
	c.Approvers = max(c.Approvers, 1)
	c.Holders = arranged(c.Holders, func(a, b Holder) int { return cmp.Compare(a.Name, b.Name) })
	c.Of, c.Products, c.For = arranged(c.Of, cmp.Compare[string]), arranged(c.Products, cmp.Compare[string]), arranged(c.For, cmp.Compare[parley.Kind])
	return c
}

func arranged[T any](list []T, by func(a, b T) int) []T {
	if len(list) == 0 {
		return nil
	}
	out := slices.Clone(list)
	slices.SortFunc(out, by)
	return out
}

// Row is a row of the matrix by the name of its role, nil when there is none.
func (m *AuthorityMatrix) Row(role string) *Role {
	if m == nil {
		return nil
	}
	if i := m.index(role); i >= 0 {
		return &m.Roles[i]
	}
	return nil
}

// index is where the row of a role stands in the matrix, -1 where there is none.
func (m *AuthorityMatrix) index(role string) int {
	return slices.IndexFunc(m.Roles, func(r Role) bool { return r.Name == role })
}

// Changing is the change that gives the matrix another row, or takes it away
// where becomes is nil. It refuses what could not hold in the matrix as it is.
func (m *AuthorityMatrix) Changing(role string, becomes *Role) (*RowChange, error) {
	c := &RowChange{Role: role, Was: m.Row(role).clone(), Becomes: becomes}
	if err := c.check(); err != nil {
		return nil, err
	}
	_, err := m.with(c)
	return c, err
}

// Idle refuses a limit that no decision of a role would ever be held to: whoever set
// it would take the role for limited.
func (r *Role) Idle() error {
	only := func(kinds ...parley.Kind) bool {
		return !slices.ContainsFunc(r.For, func(k parley.Kind) bool { return !slices.Contains(kinds, k) })
	}
	switch {
	case r.Cost != nil && only(parley.Accept, parley.Defer): // also where it says nothing
		return parley.Errorf(parley.Invalid, "limit the role "+r.Name, "its cost is limited, and it is about what is accepted and deferred").
			WithHint("a limit of cost is for a role about mitigate or transfer")
	case (r.Annual != nil || r.OneIn20 != nil || r.BadCase != nil) && len(r.For) > 0 && only(parley.Mitigate, parley.Transfer):
		return parley.Errorf(parley.Invalid, "limit the role "+r.Name, "its losses are limited, and it is about what is mitigated and insured").
			WithHint("limit its cost, or let it be about accept or defer, too")
	}
	return nil
}

// with is the matrix after a change of one row. A row that says something else by
// now than when the change was proposed is refused, as is a matrix that could not
// hold: a role made of one that is not there.
func (m *AuthorityMatrix) with(c *RowChange) (*AuthorityMatrix, error) {
	switch now := m.Row(c.Role); {
	case now.Same(c.Becomes): // somebody else's change said the same
		return m, nil
	case !now.Same(c.Was):
		return nil, &RowConflict{Role: c.Role, Was: c.Was, Now: now.clone(), Becomes: c.Becomes}
	}
	next := m.clone()
	if next == nil {
		next = &AuthorityMatrix{Roles: []Role{}}
	}
	switch at := next.index(c.Role); {
	case c.Becomes == nil:
		next.Roles = slices.Delete(next.Roles, at, at+1)
	case at < 0:
		next.Roles = append(next.Roles, *c.Becomes.clone())
	default:
		next.Roles[at] = *c.Becomes.clone()
	}
	return next, next.check()
}

// RowConflict refuses a change of a row that was changed otherwise since it was
// proposed: whoever approves it would undo what they may not have seen.
type RowConflict struct {
	Role              string
	Was, Now, Becomes *Role // when it was proposed, by now, and as proposed; nil: no such row
}

// Error names the row and what it says three times.
func (e *RowConflict) Error() string {
	return fmt.Sprintf("role %q was changed since: it was %s, is %s by now, and would be %s", e.Role, e.Was, e.Now, e.Becomes)
}

// String says a row in one line; nil is no row.
func (r *Role) String() string {
	if r == nil {
		return "not there"
	}
	text := ""
	add := func(what, name string) {
		if name != "" {
			text += "; " + what + " " + name
		}
	}
	var names, kinds []string
	for _, h := range r.Holders {
		names = append(names, h.Name)
	}
	for _, k := range r.For {
		kinds = append(kinds, string(k))
	}
	list := func(l []string) string { return strings.Join(l, ", ") }
	text = "held by " + list(append(names, r.Of...))
	if r.Joint() {
		text += fmt.Sprintf(", %d together", r.Approvers)
	}
	add("for", list(kinds))
	add("over", list(r.Products))
	for _, l := range []struct {
		what string
		most *float64
	}{{"expected annual loss up to", r.Annual}, {"loss in 1 year of 20 up to", r.OneIn20}, {"bad case up to", r.BadCase}, {"cost up to", r.Cost}} {
		if l.most != nil {
			add(l.what, fmt.Sprintf("%.10g %s", *l.most, r.Currency))
		}
	}
	return "(" + text + ")"
}
