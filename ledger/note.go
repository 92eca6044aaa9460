package ledger

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// NoteKind is what a note on the record is.
type NoteKind string

// The kinds of note.
const (
	NoteComment   NoteKind = "comment"
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
}

// EventType is note.added.
func (*NoteAdded) EventType() (string, int) { return "note.added", 1 }

func (*NoteAdded) names(rename) error { return nil }

// Note is a note as it stands.
type Note struct {
	NoteAdded
	Event string // id of the event
	At    time.Time
	Actor Actor
	By    string // claimed, "" for none
}

// maxNote bounds the text of a note, in bytes.
const maxNote = 20_000

// CheckNote reports what is wrong with a note.
func (b *NoteAdded) CheckNote() error {
	switch {
	case b.Kind != NoteComment && b.Kind != NoteChallenge && b.Kind != NoteEstimate:
		return fmt.Errorf("%q is no kind of note", b.Kind)
	case b.Kind == NoteEstimate && b.Likelihood == "" && b.Impact == "":
		return fmt.Errorf("an estimate says how likely, how bad, or both")
	case b.Kind == NoteEstimate && b.About != KindThreat:
		return fmt.Errorf("an estimate is about a threat")
	case b.Kind == NoteComment && b.Likelihood+b.Impact != "":
		return fmt.Errorf("a comment carries no figures")
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
