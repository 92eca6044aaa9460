package ledger

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// Bounds of a link by which people without an account take part in one workshop.
const (
	// MaxGuests is how many people may come by one link.
	MaxGuests = 100
	// MostLinked is how long a link, and the place of whoever came by it, may last.
	MostLinked = 24 * time.Hour
	// MaxGuestName is how long the name may be that a guest types, in characters.
	MaxGuestName = 40
)

// secretHash is the length of a hash of a secret as it stands on record: SHA-256 in
// hexadecimal digits.
const secretHash = 64

// WorkshopLinked makes a link by which people without an account take part in this
// workshop alone. It takes the place of the link before; who came by that one stays.
type WorkshopLinked struct {
	Workshop string    `json:"workshop"`
	Secret   string    `json:"secret"` // hash of the secret in the link
	Until    time.Time `json:"until"`  // from then on neither the link nor who came by it counts
	Guests   int       `json:"guests"` // how many people may come by it, 1 to [MaxGuests]
}

// EventType is workshop.linked.
func (*WorkshopLinked) EventType() (string, int) { return "workshop.linked", 1 }

func (*WorkshopLinked) names(rename) error { return nil }

// WorkshopUnlinked ends the link of a workshop, and the place of everybody who came
// by one.
type WorkshopUnlinked struct {
	Workshop string `json:"workshop"`
}

// EventType is workshop.unlinked.
func (*WorkshopUnlinked) EventType() (string, int) { return "workshop.unlinked", 1 }

func (*WorkshopUnlinked) names(rename) error { return nil }

// WorkshopJoined lets a guest in: the actor, under the name they typed.
type WorkshopJoined struct {
	Workshop string `json:"workshop"`
	Session  string `json:"session"` // hash of the secret by which they are known from then on
}

// EventType is workshop.joined.
func (*WorkshopJoined) EventType() (string, int) { return "workshop.joined", 1 }

func (*WorkshopJoined) names(rename) error { return nil }

// WorkshopLink is the link of a workshop that counts.
type WorkshopLink struct {
	Secret string // hash
	At     time.Time
	Until  time.Time
	Guests int // how many people may come by it
	Came   int // how many came
	Actor  Actor
}

// Open reports whether somebody may come by the link at a moment.
func (l *WorkshopLink) Open(at time.Time) bool {
	return l != nil && at.Before(l.Until) && l.Came < l.Guests
}

// Guest is somebody without an account who takes part in one workshop.
type Guest struct {
	Actor   Actor // with the name as [GuestName] makes it
	At      time.Time
	Until   time.Time // from then on it counts no more
	Session string    // hash
	Ended   time.Time `json:",omitzero"` // when it was ended; zero while it stands
}

// Stands reports whether a guest's place counts at a moment. One whose name was
// erased has none.
func (g *Guest) Stands(at time.Time) bool {
	return g.Ended.IsZero() && at.Before(g.Until) && !IsErased(g.Actor.ID)
}

// Guest is the guest of a name, nil for none.
func (w *Workshop) Guest(id string) *Guest {
	for i := range w.Guests {
		if w.Guests[i].Actor.ID == id {
			return &w.Guests[i]
		}
	}
	return nil
}

// GuestName is the name under which the n-th guest of a workshop stands on record:
// what they typed and, wherever it is read, that they are a guest. It is the name of
// nobody else.
func GuestName(typed string, n int, workshop string) string {
	return fmt.Sprintf("%s (guest %d of %s)", typed, n, workshop)
}

// CheckGuestName reports what is wrong with a name that a guest typed: it must not
// pass for an address, nor for more than a name.
func CheckGuestName(typed string) error {
	switch {
	case typed == "" || typed != strings.TrimSpace(typed) || utf8.RuneCountInString(typed) > MaxGuestName:
		return fmt.Errorf("a guest has a name of at most %d characters", MaxGuestName)
	case strings.ContainsAny(typed, "@()\r\n\x00"):
		return fmt.Errorf("the name of a guest has no @ and no brackets")
	}
	return nil
}

// guestMay refuses events that no guest may cause: whoever came by a link types threats
// and estimates in their own workshop, and nothing else.
func guestMay(e Event, b Body) error {
	guest := e.Actor.Known == ByLink
	switch b := b.(type) {
	case *WorkshopJoined:
		if !guest {
			return fmt.Errorf("only a guest joins a workshop by its link")
		}
		return nil
	case *WorkshopListed:
		if guest && slices.ContainsFunc(b.Topics, func(t TopicAdded) bool { return t.Threat != "" }) {
			return fmt.Errorf("a guest names no threat of the product")
		}
		return nil
	case *WorkshopEstimated:
		return nil
	}
	if guest {
		return fmt.Errorf("a guest of a workshop may not cause %T", b)
	}
	return nil
}

// takesPart refuses a guest of another workshop, and one whose place ended.
func (w *Workshop) takesPart(e Event) error {
	if e.Actor.Known != ByLink {
		return nil
	}
	if g := w.Guest(e.Actor.ID); g == nil || !g.Ended.IsZero() || !e.At.Before(g.Until) {
		return fmt.Errorf("no guest of workshop %s does this", w.Short)
	}
	return nil
}

func (w *Workshop) link(e Event, b *WorkshopLinked) error {
	switch last := e.At.Add(MostLinked); {
	case len(b.Secret) != secretHash:
		return fmt.Errorf("workshop %s: a link has the hash of a secret", w.Short)
	case b.Guests < 1 || b.Guests > MaxGuests:
		return fmt.Errorf("workshop %s: 1 to %d people may come by a link", w.Short, MaxGuests)
	case !b.Until.After(e.At) || b.Until.After(last):
		return fmt.Errorf("workshop %s: a link ends at most %s after it was made", w.Short, MostLinked)
	}
	w.Link = &WorkshopLink{Secret: b.Secret, At: e.At, Until: b.Until, Guests: b.Guests, Actor: e.Actor}
	return nil
}

func (w *Workshop) unlink(e Event) error {
	if w.Link == nil && len(w.Guests) == 0 {
		return fmt.Errorf("workshop %s has no link", w.Short)
	}
	w.endGuests(e.At)
	return nil
}

// endGuests ends the link and the place of everybody who came by one.
func (w *Workshop) endGuests(at time.Time) {
	w.Link = nil
	for i := range w.Guests {
		if w.Guests[i].Ended.IsZero() {
			w.Guests[i].Ended = at
		}
	}
}

func (w *Workshop) join(e Event, b *WorkshopJoined) error {
	switch {
	case !w.Link.Open(e.At):
		return fmt.Errorf("workshop %s has no open link", w.Short)
	case len(b.Session) != secretHash:
		return fmt.Errorf("workshop %s: a guest has the hash of a secret", w.Short)
	}
	w.Link.Came++
	w.Guests = append(w.Guests, Guest{Actor: e.Actor, At: e.At, Until: w.Link.Until, Session: b.Session})
	return nil
}
