package job

import (
	"encoding/json"
	"net/url"
	"slices"
	"time"

	"github.com/parleysec/parley/ledger"
)

// told is what a webhook is told of an event: what happened to which things, and
// who did it, but no text and no figure. Whoever may know more asks the server.
type told struct {
	Type      string `json:"type"`
	Timestamp string `json:"timestamp"`
	Data      data   `json:"data"`
}

type data struct {
	Seq      int64     `json:"seq"`
	ID       string    `json:"id"`
	Product  string    `json:"product,omitempty"`
	Actor    actor     `json:"actor"`
	Item     *item     `json:"item,omitempty"`
	Decision *decision `json:"decision,omitempty"`
	Task     *task     `json:"task,omitempty"`
	Note     *note     `json:"note,omitempty"`
}

type actor struct {
	ID    string       `json:"id"`
	Known ledger.Known `json:"known"`
	Via   ledger.Via   `json:"via"`
}

type item struct {
	Kind ledger.ItemKind `json:"kind"`
	ID   string          `json:"id"`
}

type decision struct {
	ID      string        `json:"id"` // short id
	Kind    string        `json:"kind"`
	Status  ledger.Status `json:"status"`
	Threats []string      `json:"threats"`
	URL     string        `json:"url,omitempty"`
}

// note is something somebody said, without its words.
type note struct {
	Kind     ledger.NoteKind `json:"kind"`
	About    ledger.ItemKind `json:"about"` // threat or decision
	ID       string          `json:"id"`    // of that
	Mentions []string        `json:"mentions,omitempty"`
	URL      string          `json:"url,omitempty"`
}

type task struct {
	ID     string `json:"id"`
	Status string `json:"status"`
}

func payload(state *ledger.State, e ledger.Event, origin string) ([]byte, error) {
	out := told{Type: e.Type, Timestamp: e.At.UTC().Format(time.RFC3339Nano), Data: data{
		Seq: e.Seq, ID: e.ID, Product: e.Product, Actor: actor{ID: e.Actor.ID, Known: e.Actor.Known, Via: e.Actor.Via},
	}}
	body, err := ledger.DecodeBody(e)
	if err != nil {
		return nil, err
	}
	switch b := body.(type) {
	case *ledger.ItemPut:
		out.Data.Item = &item{Kind: b.Kind, ID: b.ID}
	case *ledger.TaskChanged:
		out.Data.Task = &task{ID: b.Task, Status: string(b.To)}
	case *ledger.NoteAdded:
		out.Data.Note = noteOf(state, e, b, origin)
	}
	if d, status := decisionOf(state, e, body); d != nil {
		x := &decision{ID: d.Short, Kind: string(d.Kind), Status: status, Threats: d.Threats}
		if len(d.Threats) > 0 {
			x.URL = origin + threatPath(d.Threats[0])
		}
		out.Data.Decision = x
	}
	return json.Marshal(out)
}

// noteOf says what was said about which thing, and who is mentioned in it: whoever was
// erased since is left out.
func noteOf(state *ledger.State, e ledger.Event, b *ledger.NoteAdded, origin string) *note {
	n := &note{Kind: b.Kind, About: b.About, ID: b.ID, Mentions: slices.DeleteFunc(slices.Clone(b.Mentions), ledger.IsErased)}
	threat := ""
	if p := state.Product(e.Product); b.About == ledger.KindThreat {
		threat = b.ID
	} else if p != nil {
		if d := p.Decision(b.ID); d != nil && len(d.Threats) > 0 {
			threat = d.Threats[0]
		}
	}
	if threat != "" {
		n.URL = origin + threatPath(threat) + "#talk"
	}
	return n
}

// decisionOf is the decision an event is about, nil for none, and the state the
// event brought it into.
func decisionOf(state *ledger.State, e ledger.Event, body ledger.Body) (*ledger.Decision, ledger.Status) {
	p := state.Product(e.Product)
	if p == nil {
		return nil, ""
	}
	switch b := body.(type) {
	case *ledger.DecisionMoved:
		return p.Decision(b.Decision), b.To
	case *ledger.DecisionRecorded:
		for _, d := range p.Decisions {
			if d.Event == e.ID {
				status := ledger.InForce
				if b.Propose {
					status = ledger.Proposed
				}
				return d, status
			}
		}
	}
	return nil, ""
}

func threatPath(id string) string { return "/t/" + url.PathEscape(id) }
