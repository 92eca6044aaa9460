package ledger

import "slices"

// Right is by what right a decision came into force, as the record stood then.
type Right struct {
	Asked bool         // whether the authority matrix asked for one of its rows
	Row   *Role        // the row that was enough; nil for none
	Roles []Membership // what those who decided held on the product
}

// RightTo is by what right somebody puts a decision into force, in the state just
// before. others approved it before them, by name.
func (s *State) RightTo(d Deciding, others []string) Right {
	var out Right
	deciders := append([]string{nameOf(d.Actor, d.By)}, others...)
	for _, m := range s.Members {
		if m.On(d.Product) && slices.Contains(deciders, m.Person) && !IsErased(m.Person) {
			out.Roles = append(out.Roles, m)
		}
	}
	p := s.Product(d.Product)
	if p == nil {
		return out
	}
	info, err := p.Info()
	if err != nil || !s.asks(d.Terms.Kind, p.ID, info.Currency) {
		return out
	}
	out.Asked = true
	for i := range s.Authority.Roles {
		r := &s.Authority.Roles[i]
		if !r.about(d.Terms.Kind) || !r.covers(p.ID, info.Currency) {
			continue
		}
		able := 0
		for _, name := range deciders {
			if s.mayLeave(*r, name, d) {
				able++
			}
		}
		if able >= max(r.Approvers, 1) && (out.Row == nil || r.Joint() && !out.Row.Joint()) {
			out.Row = r.clone()
		}
	}
	return out
}
