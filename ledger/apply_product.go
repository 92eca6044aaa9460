package ledger

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/parleysec/parley"
)

// prefixLength bounds the prefix of short ids, so that they stay speakable.
const prefixLength = 10

func (s *State) addProduct(e Event, b *ItemPut) error {
	if b.ID == "" || e.Product != b.ID {
		return fmt.Errorf("product %q recorded in an event of product %q", b.ID, e.Product)
	}
	p := &Product{ID: b.ID, Prefix: s.prefix(b.ID), items: map[ItemKind][]*Item{}, numbers: map[string]int{}, renamed: map[ItemKind]map[string]string{}}
	s.products[p.ID] = p
	s.owned[p.ID] = true
	s.order = append(s.order, p.ID)
	return p.put(e, b)
}

// prefix makes the prefix of a product's short ids from the letters and digits
// of its id, with a number behind it where another product has it already.
func (s *State) prefix(id string) string {
	base := strings.Map(func(r rune) rune {
		if r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, strings.ToUpper(id))
	if len(base) > prefixLength {
		base = base[:prefixLength]
	}
	if base == "" {
		base = "P"
	}
	taken := map[string]bool{}
	for _, p := range s.products {
		taken[p.Prefix] = true
	}
	out := base
	for n := 2; taken[out]; n++ {
		out = base + strconv.Itoa(n)
	}
	return out
}

func (s *State) renameProduct(b *ItemRenamed) error {
	if b.To == "" || s.products[b.To] != nil {
		return fmt.Errorf("product %q cannot become %q: the new id is empty or taken", b.From, b.To)
	}
	p, err := s.own(b.From)
	if err != nil {
		return err
	}
	from := p.ID
	p.ID = b.To
	p.renameStages(KindProduct, from, b.To)
	if err := p.reid(KindProduct, from, b.To); err != nil {
		return err
	}
	delete(s.products, from)
	s.products[b.To] = p
	s.owned[b.To] = true
	for old, now := range s.renamed {
		if now == from {
			s.renamed[old] = b.To
		}
	}
	delete(s.renamed, b.To)
	s.renamed[from] = b.To
	s.renameMembers(from, b.To)
	for i, id := range s.order {
		if id == from {
			s.order[i] = b.To
		}
	}
	return nil
}

// rename gives an item another id and takes every decision, task, proposal, note
// and agreed plan along.
func (p *Product) rename(_ Event, b *ItemRenamed) error {
	if b.To == "" || p.has(b.Kind, b.To) || !p.has(b.Kind, b.From) {
		return fmt.Errorf("%s %q cannot become %q: it is unknown, or the new id is empty or taken", b.Kind, b.From, b.To)
	}
	if err := p.reid(b.Kind, b.From, b.To); err != nil {
		return err
	}
	swap := func(ids []string) []string {
		out := slices.Clone(ids)
		for i := range out {
			if out[i] == b.From {
				out[i] = b.To
			}
		}
		return out
	}
	for i, d := range p.Decisions {
		c := *d
		switch b.Kind {
		case KindThreat:
			c.Threats, c.Live = swap(d.Threats), swap(d.Live)
		case KindMitigation:
			c.With = swap(d.With)
		case KindFeature:
			if d.Kind == parley.Avoid {
				c.With = swap(d.With)
			}
		}
		c.Premises = renamePremises(d.Premises, b)
		p.Decisions[i] = &c
	}
	for i, t := range p.Tasks {
		if b.Kind == KindMitigation && t.Mitigation == b.From {
			c := *t
			c.Mitigation = b.To
			p.Tasks[i] = &c
		}
	}
	for i, q := range p.Proposals {
		if q.Kind == b.Kind && q.ID == b.From {
			c := *q
			c.ID = b.To
			p.Proposals[i] = &c
		}
	}
	p.renameNotes(b.Kind, b.From, b.To)
	p.renameWorkshops(b.Kind, b.From, b.To)
	p.renameStages(b.Kind, b.From, b.To)
	if b.Kind == KindMitigation || b.Kind == KindFeature {
		p.renameAgreements(swap)
		p.renameBacklog(b.From, b.To)
	}
	if b.Kind == KindThreat || b.Kind == KindControl || b.Kind == KindMitigation {
		if err := p.renameIncidents(b.Kind, b.From, b.To); err != nil {
			return err
		}
	}
	if b.Kind == KindControl || b.Kind == KindMitigation {
		for i, t := range p.items[KindThreat] {
			c := *t
			c.StatedWith = swap(t.StatedWith)
			p.items[KindThreat][i] = &c
		}
	}
	return nil
}

// reid changes the id of an item in place, in its text too.
func (p *Product) reid(kind ItemKind, from, to string) error {
	i := slices.IndexFunc(p.items[kind], func(i *Item) bool { return i.ID == from })
	if i < 0 {
		return fmt.Errorf("there is no %s %q", kind, from)
	}
	it := *p.items[kind][i]
	text, err := withID(kind, it.JSON, to)
	if err != nil {
		return err
	}
	it.ID, it.JSON = to, text
	p.items[kind][i] = &it
	former := maps.Clone(p.renamed[kind])
	if former == nil {
		former = map[string]string{}
	}
	for old, now := range former {
		if now == from {
			former[old] = to
		}
	}
	delete(former, to)
	former[from] = to
	p.renamed[kind] = former
	return nil
}

// withID is the text of an item under another id.
func withID(kind ItemKind, text json.RawMessage, id string) (json.RawMessage, error) {
	sec, _ := sectionOf(kind)
	if sec.id == "" {
		return text, nil
	}
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(text, &fields); err != nil {
		return nil, err
	}
	q, err := json.Marshal(id)
	if err != nil {
		return nil, err
	}
	fields[sec.id] = q
	return canonicalOf(fields)
}

// Names of the premises about work or a contract rather than about a threat.
const (
	PremiseEffort     = "effort"     // person-days
	PremiseMoney      = "money"      // currency
	PremisePremium    = "premium"    // of a transfer, currency per year
	PremiseDeductible = "deductible" // of a transfer, currency: what stays with us first
	PremiseLimit      = "limit"      // of a transfer, currency: the most that is paid
	PremiseStays      = "stays"      // of a transfer, currency per year: what it leaves with us of its threat
	PremiseAssurance  = "assurance"  // of a layer, share of its stated strength that its checks bear out
)

// renamePremises keeps what a decision counted on attached to what it is of.
func renamePremises(list []Premise, b *ItemRenamed) []Premise {
	out := slices.Clone(list)
	for i := range out {
		of := KindThreat
		switch out[i].Name {
		case PremiseAssurance: // of a control, or of a mitigation that is finished
			of = KindControl
			if b.Kind == KindMitigation {
				of = KindMitigation
			}
		case PremiseEffort, PremiseMoney:
			of = KindMitigation
		case PremisePremium, PremiseDeductible, PremiseLimit, PremiseStays:
			of = "" // of a treatment, which has no former id
		}
		if out[i].Ref == b.From && b.Kind == of {
			out[i].Ref = b.To
		}
	}
	return out
}
