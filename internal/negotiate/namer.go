package negotiate

import (
	"cmp"
	"encoding/json"
	"slices"
	"strings"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/brief/plain"
	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/internal/gate"
	"github.com/parleysec/parley/ledger"
)

// namer is what things are called where an event is put into words: by their ids, which
// commands take, or by the titles they have in a state of the ledger, which people know.
// What has no title there, or is none of what the state holds, keeps its id.
//
// It is for one goroutine.
type namer struct {
	state      *ledger.State                // nil: by ids
	activities map[string]string            // titles by id, once one was asked for
	checks     map[string]map[string]string // by product and id, the titles of whose check it is, once one was asked for
}

// namerOf is the namer that is asked for.
func namerOf(titles bool, state *ledger.State) *namer {
	if !titles {
		return new(namer)
	}
	return &namer{state: state}
}

// product is the product of an event, nil where ids are said.
func (n *namer) product(id string) *ledger.Product {
	if n.state == nil {
		return nil
	}
	return n.state.Product(id)
}

// inMarks is a title in quotes.
func inMarks(title string) string { return catalogue.T("plan.title", "title", plain.Clean(title)) }

// event names what one event is about.
func (n *namer) event(e ledger.Event) nameOf { return nameOf{n, n.product(e.Product)} }

// nameOf is a namer within one product.
type nameOf struct {
	*namer
	p *ledger.Product // nil: by ids
}

// item is what an item of a kind, by its id or a former one, is called.
func (n nameOf) item(kind ledger.ItemKind, id string) string {
	if n.p == nil {
		return id
	}
	if kind == ledger.KindProduct {
		return n.productName(id)
	}
	if it := n.p.Item(kind, id); it != nil {
		return inMarks(it.Title())
	}
	return id
}

// put is what an item is called that an event brings: as it was called then.
func (n nameOf) put(kind ledger.ItemKind, id string, text json.RawMessage) string {
	if n.p == nil {
		return id
	}
	return inMarks((&ledger.Item{Kind: kind, ID: id, JSON: text}).Title())
}

// renamed says which item has another id since.
func (n nameOf) renamed(b *ledger.ItemRenamed) string {
	return catalogue.T(n.form("event.renamed"), "kind", n.kind(b.Kind), "from", b.From, "to", b.To, "title", n.item(b.Kind, b.To))
}

// productName is what another product is called, or this one.
func (n nameOf) productName(id string) string {
	p := n.product(id)
	if p == nil {
		return id
	}
	it := p.Item(ledger.KindProduct, p.ID)
	if it == nil {
		return id
	}
	return inMarks(it.Title())
}

// items lists items of one kind.
func (n nameOf) items(kind ledger.ItemKind, ids []string) string {
	return n.list(ids, func(id string) string { return n.item(kind, id) })
}

// works lists what can be built, of either kind.
func (n nameOf) works(ids []string) string { return n.list(ids, n.work) }

func (n nameOf) list(ids []string, name func(string) string) string {
	out := make([]string, len(ids))
	for i, id := range ids {
		out[i] = name(id)
	}
	if n.p == nil {
		return strings.Join(out, ", ")
	}
	return plain.List(out)
}

// work is what a thing of the backlog is called, by its key or the short id of a task.
func (n nameOf) work(key string) string {
	if n.p == nil {
		return key
	}
	if t := n.p.Task(key); t != nil {
		if t.Mitigation == "" {
			return inMarks(t.Drops)
		}
		key = t.Mitigation
	}
	for _, kind := range []ledger.ItemKind{ledger.KindMitigation, ledger.KindFeature} {
		if n.p.Item(kind, key) != nil {
			return n.item(kind, key)
		}
	}
	return key
}

// decision says which decision is meant: by what it is about.
func (n nameOf) decision(short string) string {
	if n.p == nil {
		return short
	}
	d := n.p.Decision(short)
	if d == nil {
		return short
	}
	return catalogue.T("event.named.decision", "threats", n.items(ledger.KindThreat, d.Threats))
}

// proposal says which proposal is meant: by what it asks for.
func (n nameOf) proposal(short string) string {
	if n.p == nil {
		return short
	}
	q := n.p.Proposal(short)
	if q == nil {
		return short
	}
	return catalogue.T("event.named.proposal", "about", n.proposed(q.About, q.Kind, q.ID), "says", cmp.Or(plain.Clean(q.Says), "–"))
}

// rule says which change of the rules is meant: by what it would be.
func (n *namer) rule(short string) string {
	if n.state == nil {
		return short
	}
	r := n.state.Rule(short)
	if r == nil {
		return short
	}
	return catalogue.T("event.named.rule", "rule", ruleText(&r.RuleProposed))
}

// noted says what a note is about.
func (n nameOf) noted(kind ledger.ItemKind, id string) string {
	if kind == ledger.KindDecision {
		if said := n.decision(id); said != id {
			return catalogue.T("event.named.noted", "decision", said)
		}
		return id
	}
	return n.item(kind, id)
}

// proposed is what a proposal asks for: “close threat leak”.
func (n nameOf) proposed(about ledger.About, kind ledger.ItemKind, id string) string {
	return catalogue.T("about."+string(about), "item", n.kind(kind)+" "+n.item(kind, id))
}

// check is a check with the layer whose check it is.
func (n nameOf) check(id string) string {
	if n.p == nil {
		return id
	}
	if title, ok := n.checked(n.p)[id]; ok {
		return catalogue.T("event.named.check", "check", id, "layer", title)
	}
	return id
}

// checked are the titles of the layers of a product by the ids of their checks.
func (n *namer) checked(p *ledger.Product) map[string]string {
	if of, ok := n.checks[p.ID]; ok {
		return of
	}
	of := map[string]string{}
	for _, kind := range []ledger.ItemKind{ledger.KindControl, ledger.KindMitigation} {
		for _, it := range p.Items(kind) {
			var x struct {
				Checks []parley.Check `json:"checks"`
			}
			if json.Unmarshal(it.JSON, &x) != nil {
				continue
			}
			for _, c := range x.Checks {
				if _, ok := of[c.ID]; !ok {
					of[c.ID] = inMarks(it.Title())
				}
			}
		}
	}
	if n.checks == nil {
		n.checks = map[string]map[string]string{}
	}
	n.checks[p.ID] = of
	return of
}

// activity is what is expected at a stage.
func (n nameOf) activity(id string) string {
	if n.p == nil {
		return id
	}
	if title := n.expected()[id]; title != "" {
		return inMarks(title)
	}
	return id
}

// expected are the titles of what the organisation expects at its stages, by id.
func (n *namer) expected() map[string]string {
	if n.activities != nil {
		return n.activities
	}
	n.activities = map[string]string{}
	var policy parley.Policy
	if text, err := n.state.Policy.In(""); err == nil {
		_ = json.Unmarshal(text, &policy) // what cannot be read has no titles
	}
	if m, err := gate.Activities(policy.Activities); err == nil {
		for _, a := range m.Activities {
			n.activities[a.ID] = a.Title
		}
	}
	return n.activities
}

// premise is a figure that a decision stands on, in words.
func (n nameOf) premise(p ledger.Premise) string {
	if n.p == nil || !catalogue.Has("premise."+p.Name) {
		return p.Says
	}
	for _, kind := range premiseKinds {
		if n.p.Item(kind, p.Ref) != nil {
			return catalogue.T("premise."+p.Name, "ref", n.item(kind, p.Ref))
		}
	}
	if title := n.contract(p.Ref); title != "" {
		return catalogue.T("premise."+p.Name, "ref", title)
	}
	return p.Says
}

// contract is what a transfer of one of the threats is called, "" for none of that id.
func (n nameOf) contract(id string) string {
	for _, it := range n.p.Items(ledger.KindThreat) {
		var x struct {
			Treatments []struct{ ID, Title string } `json:"treatments"`
		}
		if json.Unmarshal(it.JSON, &x) != nil {
			continue
		}
		for _, t := range x.Treatments {
			if t.ID == id {
				return inMarks(cmp.Or(t.Title, id))
			}
		}
	}
	return ""
}

// broke says of a premise that fell what it was, and what it was then.
func (n nameOf) broke(b ledger.Broken) string {
	if n.p == nil {
		return b.Says
	}
	b.Says = n.premise(b.Premise)
	return BrokeText(b)
}

// kind is what sort of thing an item is.
func (n nameOf) kind(k ledger.ItemKind) string {
	if key := n.form("item." + string(k)); catalogue.Has(key) {
		return catalogue.T(key)
	}
	return kindWord(k)
}

// moves are the steps of a decision's life with what their premises are about.
func (n nameOf) moves(list []Move) {
	for i := range list {
		list[i].Broken = slices.Clone(list[i].Broken)
		for j := range list[i].Broken {
			list[i].Broken[j].Says = n.premise(list[i].Broken[j].Premise)
		}
	}
}

// form is the key of a text that is said otherwise of titles than of ids.
func (n nameOf) form(key string) string {
	if n.p == nil {
		return key
	}
	return key + ".titles"
}

// premiseKinds are the kinds of things that premises are about.
var premiseKinds = []ledger.ItemKind{ledger.KindThreat, ledger.KindMitigation, ledger.KindControl, ledger.KindFeature}

// workshop is what a room is called.
func (n nameOf) workshop(short string) string {
	if n.p == nil {
		return short
	}
	if w := n.p.Workshop(short); w != nil {
		return inMarks(w.Title)
	}
	return short
}

// topic is what a threat of a room is called, by its number from 1.
func (n nameOf) topic(short string, number int) any {
	if n.p == nil {
		return number
	}
	w := n.p.Workshop(short)
	if w == nil || number < 1 || number > len(w.Topics) {
		return number
	}
	t := &w.Topics[number-1]
	if t.Threat != "" {
		return n.item(ledger.KindThreat, t.Threat)
	}
	return inMarks(t.Title)
}
