package negotiate

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/internal/markdown"
	"github.com/parleysec/parley/ledger"
	"github.com/parleysec/parley/quantity"
)

// NoteRequest puts something to say on the record.
type NoteRequest struct {
	Product    string
	About      string // a threat or a decision
	Kind       ledger.NoteKind
	Text       string
	Likelihood string // of a counter-estimate, as typed
	Impact     string // of a counter-estimate, as typed
	By         string // claimed
}

// Note is something said about a threat or a decision.
type Note struct {
	Kind       string    `json:"kind"`
	About      string    `json:"about"` // id of the threat, short id of the decision
	At         time.Time `json:"at"`
	By         string    `json:"by"`
	Claimed    bool      `json:"claimed"` // By is only a claim
	Text       string    `json:"text,omitempty"`
	Likelihood string    `json:"likelihood,omitempty"`
	Impact     string    `json:"impact,omitempty"`
	Mentions   []string  `json:"mentions,omitempty"` // whom its text asks
}

// NotesResult is what was said about a threat or a decision, oldest first.
type NotesResult struct {
	Schema  string `json:"schema"`
	Product string `json:"product"`
	About   string `json:"about"`
	Status  string `json:"status,omitempty"` // of the decision
	Notes   []Note `json:"notes"`
}

// AddNote records a comment, a challenge or a counter-estimate, and gives all
// that was said there. A challenge of a proposed decision moves it to challenged;
// an estimate moves no price.
func (s *Service) AddNote(ctx context.Context, actor Actor, req NoteRequest) (*NotesResult, error) {
	var ref ledger.Ref
	useCase := "AddNote"
	if req.Kind == ledger.NoteChallenge {
		useCase = "AddNote (challenge)"
	}
	_, state, err := s.record(ctx, deed{actor, useCase, string(req.Kind) + " " + req.About, req.By}, func(a *access, _ time.Time) (_ []ledger.Draft, err error) {
		if ref, err = a.resolve(req.Product, req.About, ledger.KindThreat, ledger.KindDecision); err != nil {
			return nil, err
		}
		return req.drafts(a.state, ref, actor)
	})
	if err != nil {
		return nil, err
	}
	return notesOf(state.Product(ref.Product), ref), nil
}

func (req NoteRequest) drafts(state *ledger.State, ref ledger.Ref, actor Actor) ([]ledger.Draft, error) {
	p := state.Product(ref.Product)
	model, err := state.Model(p.ID)
	if err != nil {
		return nil, err
	}
	for _, f := range []struct {
		text string
		kind quantity.Kind
	}{{req.Likelihood, quantity.Likelihood}, {req.Impact, quantity.Money}} {
		if f.text == "" {
			continue
		}
		if _, err := quantity.Parse(f.text, f.kind, model.Env()); err != nil {
			return nil, &parley.Error{Op: "read " + f.text, Kind: parley.Invalid, Err: err}
		}
	}
	asks, err := mentions(req.Text, state.Known(p))
	if err != nil {
		return nil, err
	}
	body := &ledger.NoteAdded{Kind: req.Kind, About: ref.Kind, ID: ref.ID, Text: strings.TrimSpace(req.Text), Likelihood: req.Likelihood, Impact: req.Impact, Mentions: asks}
	if err := body.CheckNote(); err != nil {
		return nil, &parley.Error{Kind: parley.Invalid, Err: err}
	}
	drafts := []ledger.Draft{{Product: p.ID, Body: body}}
	if ref.Kind == ledger.KindDecision && req.Kind == ledger.NoteChallenge && p.Decision(ref.ID).Status == ledger.Proposed {
		drafts = append(drafts, ledger.Draft{Product: p.ID, Cause: ledger.CauseOf(0), Body: &ledger.DecisionMoved{Decision: ref.ID, To: ledger.Challenged, Because: body.Text}})
	}
	return ledger.Stamp(drafts, actor, req.By), nil
}

// mentions are the people of a product whom a text asks. A name of nobody is a word
// like any other; one of several people is refused, so that it asks the right one.
func mentions(text string, known []string) ([]string, error) {
	var out []string
	for _, name := range markdown.Mentions(text) {
		switch who := ledger.Called(known, name); {
		case len(who) > 1:
			return nil, parley.Errorf(parley.Invalid, "mention @"+name, "%s", catalogue.T("record.note.several")).WithHint(catalogue.T("record.note.several_hint"))
		case len(who) == 1 && !slices.Contains(out, who[0]):
			out = append(out, who[0])
		}
	}
	return out, nil
}

// notesOf is what was said about one thing.
func notesOf(p *ledger.Product, ref ledger.Ref) *NotesResult {
	r := &NotesResult{Schema: "parley.notes/1", Product: p.ID, About: ref.ID, Notes: []Note{}}
	if d := p.Decision(ref.ID); ref.Kind == ledger.KindDecision && d != nil {
		r.Status = string(d.Status)
	}
	for _, n := range p.NotesOn(ref.Kind, ref.ID) {
		r.Notes = append(r.Notes, noteOf(n))
	}
	return r
}

func noteOf(n *ledger.Note) Note {
	out := Note{Kind: string(n.Kind), About: n.ID, At: n.At, By: n.Actor.ID, Text: n.Text, Likelihood: n.Likelihood, Impact: n.Impact, Mentions: n.Mentions}
	if n.By != "" {
		out.By, out.Claimed = n.By, true
	}
	return out
}

// discussion is what was said about a decision and about its threats.
func discussion(p *ledger.Product, d *ledger.Decision) []Note {
	out := []Note{}
	for _, n := range p.Notes {
		if n.About == ledger.KindDecision && n.ID == d.Short || n.About == ledger.KindThreat && slices.Contains(d.Threats, n.ID) {
			out = append(out, noteOf(n))
		}
	}
	return out
}

// opinions puts what people estimated on the record beside the estimates of the
// file. They price nothing. What somebody says for somebody else stays a note: it
// is no second opinion. A word whose meaning was taken away since says nothing.
func (l *loaded) opinions() {
	for _, n := range l.product.Notes {
		t := l.model.Threat(n.ID)
		if n.Kind != ledger.NoteEstimate || n.By != "" || n.Likelihood == "" || t == nil {
			continue
		}
		q, err := quantity.Parse(n.Likelihood, quantity.Likelihood, l.model.Env())
		if err != nil {
			continue
		}
		t.Estimates = append(slices.Clip(t.Estimates), parley.Estimate{By: noteOf(n).By, At: n.At.Format(time.DateOnly), Likelihood: q})
	}
}
