package ledger

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// MemberRole is what somebody may do who signs in. Roles add up: who is to
// decide and to bring evidence holds two of them. A [Role] of the authority
// matrix is something else: it says how much risk somebody may leave as it is.
type MemberRole string

// The roles of members. What each may do is the table of package negotiate.
const (
	Reader        MemberRole = "reader"        // reads
	Contributor   MemberRole = "contributor"   // brings files, evidence and incidents, proposes decisions
	Decider       MemberRole = "decider"       // decides and approves
	Security      MemberRole = "security"      // as contributor; challenges, and proposes rules
	Manager       MemberRole = "manager"       // decides, and settles rules
	Auditor       MemberRole = "auditor"       // reads everything, writes nothing
	Administrator MemberRole = "administrator" // gives and takes roles, never decides
)

// MemberRoles lists the roles of members.
func MemberRoles() []MemberRole {
	return []MemberRole{Reader, Contributor, Decider, Security, Manager, Auditor, Administrator}
}

// Membership is a role that somebody holds.
type Membership struct {
	Person  string // account, an e-mail address in lower case
	Role    MemberRole
	Product string // id of the product it counts on, "" for the organisation: every product
	Event   string // id of the event that granted it
	At      time.Time
	By      Actor // who granted it
}

// On reports whether a role counts on a product.
func (m Membership) On(product string) bool { return m.Product == "" || m.Product == product }

// MemberGranted gives somebody a role.
type MemberGranted struct {
	Person  string     `json:"person"`
	Role    MemberRole `json:"role"`
	Product string     `json:"product,omitempty"` // "" for the organisation
	Because string     `json:"because,omitempty"`
}

// EventType is member.granted.
func (*MemberGranted) EventType() (string, int) { return "member.granted", 1 }

func (b *MemberGranted) names(visit rename) error { return visit.at(&b.Person) }

// MemberRevoked takes a role from somebody.
type MemberRevoked struct {
	Person  string     `json:"person"`
	Role    MemberRole `json:"role"`
	Product string     `json:"product,omitempty"` // "" for the organisation
	Because string     `json:"because,omitempty"`
}

// EventType is member.revoked.
func (*MemberRevoked) EventType() (string, int) { return "member.revoked", 1 }

func (b *MemberRevoked) names(visit rename) error { return visit.at(&b.Person) }

// grant folds a role that is given. One that is held already stays as it was:
// two people whose names were erased may look alike.
func (s *State) grant(e Event, b *MemberGranted) error {
	product, err := s.memberProduct(e, b.Person, b.Role, b.Product)
	if err != nil || s.member(b.Person, b.Role, product) >= 0 {
		return err
	}
	s.Members = append(slices.Clip(s.Members), Membership{Person: b.Person, Role: b.Role, Product: product, Event: e.ID, At: e.At, By: e.Actor})
	return nil
}

// revoke folds a role that is taken away.
func (s *State) revoke(e Event, b *MemberRevoked) error {
	product, err := s.memberProduct(e, b.Person, b.Role, b.Product)
	if err != nil {
		return err
	}
	if i := s.member(b.Person, b.Role, product); i >= 0 {
		s.Members = slices.Delete(slices.Clone(s.Members), i, i+1)
	}
	return nil
}

// memberProduct checks what a role event says, and gives the product's id.
func (s *State) memberProduct(e Event, person string, role MemberRole, product string) (string, error) {
	switch {
	case person == "":
		return "", fmt.Errorf("a role of nobody")
	case !slices.Contains(MemberRoles(), role):
		return "", fmt.Errorf("%q is no role", role)
	case product != e.Product:
		return "", fmt.Errorf("a role in product %q, recorded in an event of product %q", product, e.Product)
	case product == "":
		return "", nil
	}
	p := s.Product(product)
	if p == nil {
		return "", fmt.Errorf("there is no product %q in the ledger", product)
	}
	return p.ID, nil
}

// member is where a role that somebody holds stands, -1 for nowhere.
func (s *State) member(person string, role MemberRole, product string) int {
	return slices.IndexFunc(s.Members, func(m Membership) bool { return m.Person == person && m.Role == role && m.Product == product })
}

// renameMembers takes roles along when their product gets another id.
func (s *State) renameMembers(from, to string) {
	s.Members = slices.Clone(s.Members)
	for i := range s.Members {
		if s.Members[i].Product == from {
			s.Members[i].Product = to
		}
	}
}

// RolesOf are the roles that a person holds. One whose name was erased holds none.
func (s *State) RolesOf(person string) []Membership {
	var out []Membership
	for _, m := range s.Members {
		if m.Person == person && !IsErased(person) {
			out = append(out, m)
		}
	}
	return out
}

// CheckMember reports why an actor may not give somebody a role, or take one
// away: nobody changes their own roles but at this machine, where whoever can
// write the ledger needs no role, and the last administrator stays. Whether the
// actor may change roles at all is not asked here.
func CheckMember(s *State, actor Actor, person string, role MemberRole, product string, remove bool) error {
	var out Refusals
	if actor.Known != ThisMachine && strings.EqualFold(actor.ID, person) {
		out = append(out, Refusal{Reason: OwnRole, Message: "nobody changes their own roles", Hint: "ask another administrator"})
	}
	held := s.member(person, role, product) >= 0
	switch {
	case remove && !held:
		out = append(out, Refusal{Reason: NoRole, Message: fmt.Sprintf("%s does not hold the role %s there", person, role)})
	case !remove && held:
		out = append(out, Refusal{Reason: NoRole, Message: fmt.Sprintf("%s holds the role %s there already", person, role)})
	case remove && role == Administrator && product == "" && s.onlyAdministrator(person):
		out = append(out, Refusal{
			Reason: LastAdministrator, Message: person + " is the last administrator, whose role cannot be taken away",
			Hint: "make somebody else administrator first",
		})
	}
	if len(out) == 0 {
		return nil
	}
	return out
}

// onlyAdministrator reports whether nobody else is administrator of the
// organisation.
func (s *State) onlyAdministrator(person string) bool {
	return !slices.ContainsFunc(s.Members, func(m Membership) bool {
		return m.Role == Administrator && m.Product == "" && m.Person != person && !IsErased(m.Person)
	})
}
