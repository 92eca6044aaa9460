package ledger

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// NoteKind is what a note on the record is.
type NoteKind string

// The kinds of note.
const (
	NoteComment   NoteKind = "comment"
	NoteQuestion  NoteKind = "question"
	NoteChallenge NoteKind = "challenge" // doubts what a decision or an estimate stands on
	NoteEstimate  NoteKind = "estimate"  // somebody's own figures for a threat; they price nothing
)

// NoteAdded records what somebody has to say about a threat or a decision.
type NoteAdded struct {
	Kind       NoteKind `json:"kind"`
	About      ItemKind `json:"about"` // threat or decision
	ID         string   `json:"id"`    // id of the threat, short id of the decision
	Text       string   `json:"text,omitempty"`
	Likelihood string   `json:"likelihood,omitempty"` // as typed
	Impact     string   `json:"impact,omitempty"`     // as typed
	Mentions   []string `json:"mentions,omitempty"`   // the people its text asks, by an @ before their names
}

// EventType is note.added. Version 1 mentioned nobody and knew no questions.
func (*NoteAdded) EventType() (string, int) { return "note.added", 2 }

func (b *NoteAdded) names(visit rename) error {
	for i := range b.Mentions {
		if err := visit.at(&b.Mentions[i]); err != nil {
			return err
		}
	}
	return nil
}

// Note is a note as it stands.
type Note struct {
	NoteAdded
	Event string // id of the event
	At    time.Time
	Actor Actor
	By    string // claimed, "" for none
	Cost  string `json:",omitempty"` // as typed, of an estimate made in a workshop
}

// people are the places of the names in a copy of a note.
func (n *Note) people() []*string {
	out := []*string{&n.Actor.ID, &n.By}
	n.Mentions = slices.Clone(n.Mentions)
	for i := range n.Mentions {
		out = append(out, &n.Mentions[i])
	}
	return out
}

// maxNote bounds the text of a note, in bytes.
const maxNote = 20_000

// CheckNote reports what is wrong with a note.
func (b *NoteAdded) CheckNote() error {
	switch {
	case b.Kind != NoteComment && b.Kind != NoteQuestion && b.Kind != NoteChallenge && b.Kind != NoteEstimate:
		return fmt.Errorf("%q is no kind of note", b.Kind)
	case b.Kind == NoteEstimate && b.Likelihood == "" && b.Impact == "":
		return fmt.Errorf("an estimate says how likely, how bad, or both")
	case b.Kind == NoteEstimate && b.About != KindThreat:
		return fmt.Errorf("an estimate is about a threat")
	case (b.Kind == NoteComment || b.Kind == NoteQuestion) && b.Likelihood+b.Impact != "":
		return fmt.Errorf("a %s carries no figures", b.Kind)
	case slices.Contains(b.Mentions, ""):
		return fmt.Errorf("a mention of nobody")
	case b.Kind != NoteEstimate && strings.TrimSpace(b.Text) == "":
		return fmt.Errorf("a %s needs a text", b.Kind)
	case len(b.Text) > maxNote:
		return fmt.Errorf("a text has at most %d bytes, this one %d", maxNote, len(b.Text))
	}
	return nil
}

func (p *Product) note(e Event, b *NoteAdded) error {
	if err := b.CheckNote(); err != nil {
		return err
	}
	switch {
	case b.About == KindThreat && p.Item(KindThreat, b.ID) != nil:
	case b.About == KindDecision && p.Decision(b.ID) != nil:
	default:
		return fmt.Errorf("a note about %s %q, which is not in product %q", b.About, b.ID, p.ID)
	}
	p.Notes = append(p.Notes, &Note{NoteAdded: *b, Event: e.ID, At: e.At, Actor: e.Actor, By: e.By})
	return nil
}

// NotesOn lists the notes about something, oldest first.
func (p *Product) NotesOn(about ItemKind, id string) []*Note {
	var out []*Note
	for _, n := range p.Notes {
		if n.About == about && n.ID == id {
			out = append(out, n)
		}
	}
	return out
}

// Known are the people a product's record names, as they are named there, each once,
// in order: who holds a role on it, answers for it or one of its threats, estimated,
// decided, approved, or said something. Names that were erased are not among them.
func (s *State) Known(p *Product) []string {
	seen := map[string]string{}
	add := func(names ...string) {
		for _, n := range names {
			if low := strings.ToLower(n); n != "" && !IsErased(n) && seen[low] == "" {
				seen[low] = n
			}
		}
	}
	for _, m := range s.Members {
		if m.On(p.ID) {
			add(m.Person)
		}
	}
	for _, d := range p.Decisions {
		add(d.Proposer.ID, d.By)
		for _, m := range d.History {
			add(m.Actor.ID, m.By)
		}
	}
	for _, n := range p.Notes {
		if n.Actor.Known != ByLink { // a guest cannot be called
			add(n.Actor.ID, n.By)
		}
	}
	visit := rename(func(n string) (string, error) { add(n); return n, nil })
	for kind, list := range p.items {
		sec, ok := sectionOf(kind)
		for _, it := range list {
			if ok && !it.Closed {
				text := it.JSON
				_ = renameFields(&text, sec.people, visit) // what was recorded can be read
			}
		}
	}
	return slices.SortedFunc(maps.Values(seen), strings.Compare)
}

// Called are those of some people who may be meant by a name: whoever bears it, in
// upper or lower case, else all whose address begins with it.
func Called(people []string, name string) []string {
	var out []string
	for _, p := range people {
		if strings.EqualFold(p, name) {
			return []string{p}
		}
		if local, _, ok := strings.Cut(p, "@"); ok && strings.EqualFold(local, name) {
			out = append(out, p)
		}
	}
	return out
}

// Asked are the notes of a product that mention somebody who has not said anything
// about the same thing since, oldest first.
func (p *Product) Asked(person string) []*Note {
	var out []*Note
	for _, n := range p.Notes {
		if strings.EqualFold(n.Actor.ID, person) || strings.EqualFold(n.By, person) {
			out = slices.DeleteFunc(out, func(o *Note) bool { return o.About == n.About && o.ID == n.ID })
			continue
		}
		if slices.ContainsFunc(n.Mentions, func(m string) bool { return strings.EqualFold(m, person) }) {
			out = append(out, n)
		}
	}
	return out
}

// renameNotes takes notes along when what they are about gets another id.
func (p *Product) renameNotes(kind ItemKind, from, to string) {
	p.Notes = slices.Clone(p.Notes)
	for i, n := range p.Notes {
		if n.About == kind && n.ID == from {
			c := *n
			c.ID = to
			p.Notes[i] = &c
		}
	}
}
