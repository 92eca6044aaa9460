package ledger

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/mod/sumdb/tlog"
)

// EventFormat names the encoding of the envelope; it stands in every leaf.
const EventFormat = "parley.event/1"

// TimeFormat is how times are written in events: UTC, to the millisecond.
const TimeFormat = "2006-01-02T15:04:05.000Z"

// Event is one line of the record.
//
// In a sealed event people stand as references (p_…) and the leaf is what the
// Merkle log covers. In an opened event ([Event.Open]) the names stand in
// their place; it is what the fold reads, and has no leaf of its own.
type Event struct {
	ID       string          // ULID, larger than that of every event before it
	Seq      int64           // position in the ledger from 0, the index of the leaf
	Type     string          // what happened, e.g. item.put
	Version  int             // of the body, from 1
	Product  string          // id of the product, "" for the organisation's own events
	At       time.Time       // the store's time, UTC, milliseconds
	Claimed  time.Time       // when it is said to have happened; zero when nothing is claimed
	Cause    string          // id of the event that brought this one about, "" for none
	Actor    Actor           // who caused it
	By       string          // the claimed decider, "" for none; never more than a claim
	Attached *Attachment     // bytes kept beside the event, committed to here
	Body     json.RawMessage // canonical JSON
}

// leaf is the envelope as it is encoded; the order of fields does not matter,
// the canonical form sorts them.
type leaf struct {
	Format   string          `json:"format"`
	ID       string          `json:"id"`
	Seq      int64           `json:"seq"`
	Type     string          `json:"type"`
	Version  int             `json:"version"`
	Product  string          `json:"product,omitempty"`
	At       string          `json:"at"`
	Claimed  string          `json:"claimed,omitempty"`
	Cause    string          `json:"cause,omitempty"`
	Actor    Actor           `json:"actor"`
	By       string          `json:"by,omitempty"`
	Attached *Attachment     `json:"attached,omitempty"`
	Body     json.RawMessage `json:"body"`
}

// Leaf is the canonical encoding of the whole envelope, the bytes the Merkle
// log covers.
func (e Event) Leaf() ([]byte, error) {
	l := leaf{
		Format: EventFormat, ID: e.ID, Seq: e.Seq, Type: e.Type, Version: e.Version, Product: e.Product,
		At: formatTime(e.At), Claimed: formatTime(e.Claimed), Cause: e.Cause, Actor: e.Actor, By: e.By,
		Attached: e.Attached, Body: e.Body,
	}
	b, err := canonicalOf(l)
	if err != nil {
		return nil, fmt.Errorf("event %d (%s): %w", e.Seq, e.Type, err)
	}
	return b, nil
}

// LeafHash is the RFC 6962 hash of a leaf: SHA-256 over a zero byte and the leaf.
func LeafHash(leaf []byte) tlog.Hash { return tlog.RecordHash(leaf) }

// ParseEvent reads a leaf. It accepts canonical leaves of a known format only:
// two different byte strings are never the same event.
func ParseEvent(text []byte) (Event, error) {
	e, err := DecodeEvent(text)
	if err != nil {
		return Event{}, err
	}
	again, err := e.Leaf()
	if err != nil {
		return Event{}, err
	}
	if !bytes.Equal(again, text) {
		return Event{}, fmt.Errorf("read event %d: the text is not canonical", e.Seq)
	}
	return e, nil
}

// DecodeEvent reads a leaf without asking whether it is canonical, for leaves
// from a store, which wrote them so; it takes half the time of [ParseEvent].
func DecodeEvent(text []byte) (Event, error) {
	var l leaf
	if err := strictJSON(text, &l); err != nil {
		return Event{}, fmt.Errorf("read event: %w", err)
	}
	if l.Format != EventFormat {
		return Event{}, fmt.Errorf("read event: format %q, this version reads %q", l.Format, EventFormat)
	}
	e := Event{
		ID: l.ID, Seq: l.Seq, Type: l.Type, Version: l.Version, Product: l.Product, Cause: l.Cause,
		Actor: l.Actor, By: l.By, Attached: l.Attached, Body: l.Body,
	}
	var err error
	if e.At, err = parseTime(l.At); err != nil {
		return Event{}, fmt.Errorf("read event %d: %w", l.Seq, err)
	}
	if l.Claimed != "" {
		if e.Claimed, err = parseTime(l.Claimed); err != nil {
			return Event{}, fmt.Errorf("read event %d: %w", l.Seq, err)
		}
	}
	return e, e.validate()
}

func (e Event) validate() error {
	if _, err := IDTime(e.ID); err != nil {
		return fmt.Errorf("event %d: %w", e.Seq, err)
	}
	if e.Seq < 0 || e.Type == "" || e.Version < 1 || len(e.Body) == 0 {
		return fmt.Errorf("event %s: seq %d, type %q, version %d: a position, a type, a version from 1 and a body are needed", e.ID, e.Seq, e.Type, e.Version)
	}
	if err := e.Actor.Validate(); err != nil {
		return fmt.Errorf("event %d: %w", e.Seq, err)
	}
	for _, s := range []string{e.Actor.ID, e.By, e.Product} {
		if !utf8.ValidString(s) || strings.ContainsFunc(s, unicode.IsControl) {
			return &TextError{Text: s}
		}
	}
	return nil
}

func formatTime(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(TimeFormat)
}

func parseTime(s string) (time.Time, error) {
	t, err := time.Parse(TimeFormat, s)
	if err != nil {
		return time.Time{}, fmt.Errorf("time %q: want UTC to the millisecond, like %s", s, strings.Replace(TimeFormat, "05.000", "05.678", 1))
	}
	return t, nil
}

// strictJSON decodes one JSON value and refuses fields it does not know.
func strictJSON(text []byte, into any) error {
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		return err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return errors.New("text after the value")
	}
	return nil
}

// TextError says that a name or id cannot be recorded as it is.
type TextError struct{ Text string }

// Error shows the text, and what would be right.
func (e *TextError) Error() string {
	return fmt.Sprintf("%q holds control characters or is not UTF-8: write it as plain text on one line", e.Text)
}
