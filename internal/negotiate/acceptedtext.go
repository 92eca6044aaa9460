package negotiate

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/brief/plain"
	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/ledger"
)

// rightOf puts into words on whose authority was decided.
func rightOf(r ledger.Right, known ledger.Known) Right {
	out := Right{Asked: r.Asked, Row: r.Row, Roles: []HeldRole{}, Known: known}
	var says []string
	switch {
	case r.Row != nil:
		says = append(says, catalogue.T("accepted.right.row", "role", plain.Clean(r.Row.Name), "limits", RoleLimits(*r.Row)))
	case r.Asked:
		says = append(says, catalogue.T("accepted.right.beyond"))
	default:
		says = append(says, catalogue.T("accepted.right.free"))
	}
	var people []string
	roles := map[string][]string{}
	for _, m := range r.Roles {
		out.Roles = append(out.Roles, HeldRole{m.Person, m.Role, m.Product})
		if !slices.Contains(people, m.Person) {
			people = append(people, m.Person)
		}
		if !slices.Contains(roles[m.Person], string(m.Role)) {
			roles[m.Person] = append(roles[m.Person], string(m.Role))
		}
	}
	for _, person := range people {
		says = append(says, catalogue.T("accepted.right.held", "person", plain.Clean(person), "roles", plain.List(roles[person])))
	}
	if known == ledger.ThisMachine {
		says = append(says, catalogue.T("accepted.right.machine"))
	}
	out.Says = strings.Join(says, "; ")
	return out
}

// RoleLimits are the limits of a row of the authority matrix in words.
func RoleLimits(r ledger.Role) string {
	var limits []string
	for _, m := range measures {
		if most := m.most(r); most != nil {
			limits = append(limits, catalogue.T("record.authority.limit", "what", m.text(), "money", plain.Money(*most, r.Currency)))
		}
	}
	return cmp.Or(strings.Join(limits, ", "), catalogue.T("record.authority.unlimited"))
}

// OptionTitle names an option that was passed over, as far as it is known.
func OptionTitle(m *parley.Model, id string) string {
	for _, key := range []string{"kind." + id, "accepted.option." + id} {
		if catalogue.Has(key) {
			return catalogue.T(key)
		}
	}
	if m == nil {
		return id
	}
	if x := m.Mitigation(id); x != nil {
		return cmp.Or(x.Title, id)
	}
	if f := m.Feature(id); f != nil {
		return cmp.Or(f.Title, id)
	}
	return id
}

// Says is the option with why it was not chosen.
func (o NotChosen) Says() string {
	if why := o.NotTaken.Says(); why != "" {
		return catalogue.T("web.record.passed", "option", o.Title, "why", plain.Clean(why))
	}
	return o.Title
}

// What is what it left: the titles of its threats.
func (x *Acceptance) What() string { return plain.List(x.Titles) }

// Who is who decided, and how sure that is.
func (x *Acceptance) Who() string {
	who := x.deciders()
	if x.Claimed {
		who = catalogue.T("web.record.claimed_short", "who", who)
	}
	return who
}

// Passes are the options that were not chosen, and why.
func (x *Acceptance) Passes() []string {
	var out []string
	for _, o := range x.Passed {
		out = append(out, o.Says())
	}
	return out
}

// State is what has become of it, in a word.
func (x *Acceptance) State() string {
	if x.Overdue {
		return catalogue.T("web.state.overdue")
	}
	return catalogue.T("decision." + strings.ReplaceAll(x.Status, " ", "-"))
}

// Became says what has become of it, each with its day.
func (x *Acceptance) Became() []string {
	var out []string
	for _, at := range x.Reopened {
		out = append(out, catalogue.T("accepted.reopened", "date", plain.Date(at)))
	}
	if x.Ended != nil {
		out = append(out, catalogue.T("accepted.ended", "date", plain.Date(*x.Ended)))
	}
	if x.Replaced != nil {
		out = append(out, catalogue.T("accepted.replaced", "date", plain.Date(*x.Replaced), "by", x.Heir))
	}
	if x.Gone != nil {
		out = append(out, catalogue.T("accepted.withdrawn", "date", plain.Date(*x.Gone)))
	}
	return out
}

// Says is how much is left, and by how many decisions.
func (r *AcceptedResult) Says() string {
	n := len(r.Decisions)
	switch {
	case r.Of == 0:
		return catalogue.T("web.lived.none")
	case n == 0:
		return catalogue.T("web.lived.none_such")
	}
	return plain.Capital(catalogue.N("web.lived.heading", n, "number", plain.InWords(float64(n))))
}

// Sums are what else there is to say of all of them.
func (r *AcceptedResult) Sums() []string {
	var out []string
	if len(r.Decisions) > 0 {
		out = append(out, catalogue.T("web.lived.sum", "money", plain.About(r.Annual, r.Currency)))
	}
	if !r.Limited {
		out = append(out, catalogue.T("web.lived.no_authority"))
	}
	return out
}

// Lines are one decision, each with what it says.
func (r *AcceptedResult) Lines(x *Acceptance) [][2]string {
	var out [][2]string
	add := func(head, value string) {
		if value != "" {
			out = append(out, [2]string{head, plain.Clean(value)})
		}
	}
	add(catalogue.T("web.lived.col.what"), catalogue.T("kind."+string(x.Kind)))
	add(catalogue.T("web.lived.col.bad"), cmp.Or(r.money(x.BadCase), catalogue.T("accepted.unknown")))
	add(catalogue.T("web.lived.col.average"), r.money(x.Annual))
	add(catalogue.T("web.lived.col.who"), x.Who())
	add(catalogue.T("web.lived.col.when"), plain.Date(x.Decided))
	add(catalogue.T("web.lived.col.authority"), x.Right.Says)
	add(catalogue.T("web.lived.col.why"), x.Because)
	add(catalogue.T("web.lived.col.not_taken"), strings.Join(x.Passes(), "; "))
	add(catalogue.T("web.lived.col.state"), strings.Join(append([]string{x.State()}, x.Became()...), "; "))
	add(catalogue.T("web.lived.col.until"), plain.DateText(x.Until))
	add(catalogue.T("web.lived.col.seen"), strings.Join(x.Seen.Words(), "; "))
	return out
}

// money is a figure that was seen, "" where there was none.
func (r *AcceptedResult) money(x float64) string {
	if x == 0 {
		return ""
	}
	return plain.Money(x, r.Currency)
}

// Markdown is all of it as a text.
func (r *AcceptedResult) Markdown() string {
	var b strings.Builder
	fmt.Fprintf(&b, "# %s\n\n%s\n", plain.Markdown(catalogue.T("accepted.title", "product", r.Name, "date", plain.DateText(r.AsOf))), plain.Markdown(r.Says()))
	for _, line := range r.Sums() {
		b.WriteString("\n" + plain.Markdown(line) + "\n")
	}
	for i := range r.Decisions {
		x := &r.Decisions[i]
		fmt.Fprintf(&b, "\n## %s\n\n", plain.Markdown(x.ShortID+": "+x.What()))
		for _, line := range r.Lines(x) {
			fmt.Fprintf(&b, "- **%s**: %s\n", plain.Markdown(line[0]), plain.Markdown(line[1]))
		}
	}
	return b.String()
}

// Rows are all of it as a table, its head first; a moment is a day.
func (r *AcceptedResult) Rows() [][]string {
	rows := [][]string{{
		"decision", "product", "threats", "titles", "kind", "because", "decided_by", "claimed", "proposed_by", "decided", "authority", "authority_row", "loss_if_it_happens", "expected_annual_loss", "currency",
		"not_taken", "status", "until", "reopened", "ended", "replaced", "replaced_by", "withdrawn", "seen",
	}}
	for i := range r.Decisions {
		x := &r.Decisions[i]
		row, days := "", []string{}
		if x.Right.Row != nil {
			row = x.Right.Row.Name
		}
		for _, at := range x.Reopened {
			days = append(days, at.Format(time.DateOnly))
		}
		status := x.Status
		if x.Overdue {
			status = "overdue"
		}
		rows = append(rows, []string{
			x.ShortID, x.Product, strings.Join(x.Threats, " "), strings.Join(x.Titles, "; "), string(x.Kind), x.Because, x.deciders(), strconv.FormatBool(x.Claimed), x.Proposer,
			x.Decided.Format(time.DateOnly), x.Right.Says, row, digits(x.BadCase), digits(x.Annual), r.Currency,
			strings.Join(x.Passes(), "; "), status, x.Until, strings.Join(days, " "), dayOf(x.Ended), dayOf(x.Replaced), x.Heir, dayOf(x.Gone), strings.Join(x.Seen.Words(), "; "),
		})
	}
	return rows
}

// digits is an amount as a table holds it, "" for none.
func digits(x float64) string {
	if x == 0 {
		return ""
	}
	return strconv.FormatFloat(x, 'f', -1, 64)
}

// dayOf is the day of a moment, "" for none.
func dayOf(at *time.Time) string {
	if at == nil {
		return ""
	}
	return at.Format(time.DateOnly)
}
