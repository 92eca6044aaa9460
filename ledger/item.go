package ledger

import (
	"encoding/json"
	"fmt"
	"slices"
)

// ItemKind is a kind of thing a product has.
type ItemKind string

// The kinds of item, in the order in which they are recorded.
const (
	KindProduct    ItemKind = "product"
	KindDependency ItemKind = "dependency"
	KindControl    ItemKind = "control"
	KindThreat     ItemKind = "threat"
	KindMitigation ItemKind = "mitigation"
	KindFeature    ItemKind = "feature"
	KindPeriod     ItemKind = "period"
	KindClaim      ItemKind = "claim" // a decision recorded elsewhere
	KindIncident   ItemKind = "incident"
)

// section says where a kind of item stands in a negotiation file.
type section struct {
	kind   ItemKind
	key    string   // field of the model
	id     string   // field that identifies the item; where it is empty the content does
	letter string   // of short ids, "" for kinds that have none
	people []string // fields that hold names of people
}

// sections lists every kind in the order in which items are recorded: what is
// referred to stands before what refers to it.
var sections = []section{
	{KindProduct, "product", "id", "", []string{"owner"}},
	{KindDependency, "dependencies", "id", "", nil},
	{KindControl, "controls", "id", "C", []string{"owner"}},
	{KindThreat, "threats", "id", "T", []string{"owner", "estimates[].by"}},
	{KindMitigation, "mitigations", "id", "M", []string{"ask"}},
	{KindFeature, "features", "id", "F", nil},
	{KindPeriod, "capacity", "period", "", nil},
	{KindClaim, "decisions", "", "", []string{"by"}},
	{KindIncident, "incidents", "id", "I", nil},
}

func sectionOf(kind ItemKind) (section, bool) {
	i := slices.IndexFunc(sections, func(s section) bool { return s.kind == kind })
	if i < 0 {
		return section{}, false
	}
	return sections[i], true
}

// ItemPut records an item as it is from now on: a new one, or a new text of one
// that is known. It also brings a closed item back.
type ItemPut struct {
	Kind ItemKind        `json:"kind"`
	ID   string          `json:"id"`
	Item json.RawMessage `json:"item"` // as in a negotiation file, quantities as typed
}

// EventType is item.put.
func (*ItemPut) EventType() (string, int) { return "item.put", 1 }

func (b *ItemPut) names(visit rename) error {
	s, ok := sectionOf(b.Kind)
	if !ok {
		return fmt.Errorf("item kind %q is not known", b.Kind)
	}
	return renameFields(&b.Item, s.people, visit)
}

// ItemRenamed gives an item another id (`was:` in the file). Its short id and
// its history stay, and the old id still leads to it.
type ItemRenamed struct {
	Kind ItemKind `json:"kind"`
	From string   `json:"from"`
	To   string   `json:"to"`
}

// EventType is item.renamed.
func (*ItemRenamed) EventType() (string, int) { return "item.renamed", 1 }

func (b *ItemRenamed) names(rename) error { return nil }
