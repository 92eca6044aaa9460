package ledger

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Draft is an event that is not recorded yet. The store gives it its id, place
// and time.
type Draft struct {
	Product string    // id of the product, "" for the organisation
	Actor   Actor     // who causes it, by name
	By      string    // claimed decider, "" for none
	Claimed time.Time // when it is said to have happened, zero for no claim
	Cause   string    // id of an earlier event, or [CauseOf] an earlier draft of the same append
	Body    Body
	Attach  []byte // bytes kept beside the event, nil for none
	Media   string // media type of Attach
}

// CauseOf names draft number i of the same append as the cause of a later one.
func CauseOf(i int) string { return "#" + strconv.Itoa(i) }

// Stamp gives every draft the same actor and claimed decider.
func Stamp(drafts []Draft, actor Actor, by string) []Draft {
	for i := range drafts {
		drafts[i].Actor, drafts[i].By = actor, by
	}
	return drafts
}

// Place is where and when a draft becomes an event.
type Place struct {
	ID       string
	Seq      int64
	At       time.Time
	Earlier  []Event     // events made of earlier drafts of the same append, for [CauseOf]
	Attached *Attachment // commitment to the draft's attachment, nil for none
}

// Event turns a draft into an opened event at its place.
func (d Draft) Event(p Place) (Event, error) {
	if d.Body == nil {
		return Event{}, fmt.Errorf("event %d: a draft without a body", p.Seq)
	}
	name, version := d.Body.EventType()
	body, err := canonicalOf(d.Body)
	if err != nil {
		return Event{}, fmt.Errorf("event %d (%s): %w", p.Seq, name, err)
	}
	e := Event{
		ID: p.ID, Seq: p.Seq, Type: name, Version: version, Product: d.Product, At: p.At.UTC().Truncate(time.Millisecond),
		Cause: d.Cause, Actor: d.Actor, By: d.By, Attached: p.Attached, Body: body,
	}
	if !d.Claimed.IsZero() {
		e.Claimed = d.Claimed.UTC().Truncate(time.Millisecond)
	}
	if n, ok := strings.CutPrefix(d.Cause, "#"); ok {
		i, err := strconv.Atoi(n)
		if err != nil || i < 0 || i >= len(p.Earlier) {
			return Event{}, fmt.Errorf("event %d (%s): cause %q is no earlier draft of this append", p.Seq, name, d.Cause)
		}
		e.Cause = p.Earlier[i].ID
	}
	if err := e.validate(); err != nil {
		return Event{}, err
	}
	if _, err := DecodeBody(e); err != nil { // what is written can be read
		return Event{}, err
	}
	return e, nil
}
