package parley

import (
	"slices"

	"github.com/parleysec/parley/quantity"
)

// AuthorityRow is one row of the organisation's authority matrix as a file states
// it: who may leave or commit how much. A file only proposes: docs/decisions.md.
// Limits are in the product's currency; one that is left out does not limit.
type AuthorityRow struct {
	Role      string            `json:"role" jsonschema:"name of the row, the same for the whole organisation"`
	Holders   []string          `json:"holders,omitempty" jsonschema:"people who hold it"`
	Of        []string          `json:"of,omitempty" jsonschema:"roles whose holders hold it too: other rows, or decider, security, manager"`
	Approvers int               `json:"approvers,omitempty" jsonschema:"how many of its holders have to approve; default 1"`
	For       []Kind            `json:"for,omitempty" jsonschema:"accept, defer, mitigate, transfer: what it is about; default accept and defer"`
	Products  []string          `json:"products,omitempty" jsonschema:"ids of the products it is about; default all"`
	Annual    quantity.Quantity `json:"expected_annual_loss,omitzero" quantity:"money" jsonschema:"the most that may be left, on average per year"`
	OneIn20   quantity.Quantity `json:"loss_1_in_20,omitzero" quantity:"money" jsonschema:"the most that may be left in 1 year of 20"`
	BadCase   quantity.Quantity `json:"loss_if_it_happens,omitzero" quantity:"money" jsonschema:"the most that a bad case of one event may cost"`
	Cost      quantity.Quantity `json:"cost,omitzero" quantity:"money" jsonschema:"the most that may be committed to, within the horizon"`
	Extended
}

// maxAuthority bounds how many rows of authority one file states.
const maxAuthority = 200

// authority checks the rows of authority by themselves: what they are to other rows
// is known where they are approved.
func (v *validator) authority() {
	if len(v.m.Authority) > maxAuthority {
		v.fail("authority", "", "a handful of roles is what people remember", "there are at most %d rows of authority", maxAuthority)
		return
	}
	may := []Kind{Accept, Defer, Mitigate, Transfer}
	for i, r := range v.m.Authority {
		path := indexed("authority", i)
		if slices.ContainsFunc(v.m.Authority[:i], func(o AuthorityRow) bool { return o.Role == r.Role }) {
			v.fail(path+".role", r.Role, "a role has one row", "there is another row for %q", r.Role)
		}
		if len(r.Holders)+len(r.Of) == 0 {
			v.fail(path+".holders", r.Role, "holders: [somebody@example.org], or of: [manager]; to take a role away, leave out its row", "nobody holds %q", r.Role)
		}
		if slices.Contains(append(slices.Clone(r.Holders), r.Of...), "") {
			v.fail(path+".holders", r.Role, "the name or address of each", "a holder of %q has no name", r.Role)
		}
		for _, k := range r.For {
			if !slices.Contains(may, k) {
				v.fail(path+".for", r.Role, meant(string(k), may), "authority is over %s, not %q", oneOf(may), k)
			}
		}
		v.single(path+".expected_annual_loss", r.Annual)
		v.single(path+".loss_1_in_20", r.OneIn20)
		v.single(path+".loss_if_it_happens", r.BadCase)
		v.single(path+".cost", r.Cost)
	}
}
