// Package sse sends answers event by event (server-sent events, WHATWG HTML 9.2),
// and bounds how many are under way.
package sse

import (
	"bytes"
	"net/http"
	"strings"
	"time"
)

const (
	// ContentType is the type of such an answer.
	ContentType = "text/event-stream"
	// Pulse is how often something is sent where there is nothing to say, so that
	// what stands between does not hang up.
	Pulse = 20 * time.Second
	// Slow is how long a reader may take for a piece of an event.
	Slow = 10 * time.Second
	// Rest is the time between two looks at what is recorded, so that many events at
	// once are one.
	Rest = 100 * time.Millisecond
	// Longest is how long one answer lasts: then the reader connects anew, and is
	// asked who it is again.
	Longest = time.Hour
	// Beat is what is sent where there is nothing to say.
	Beat = ":\n\n"
	// Retry tells the reader to wait two seconds before it connects anew.
	Retry = "retry: 2000\n\n"
)

// piece is how much is sent at once, in bytes.
const piece = 64 << 10

// Stream is an answer that is sent event by event.
type Stream struct {
	w    http.ResponseWriter
	out  *http.ResponseController
	slow time.Duration
}

// New makes an answer of which a reader may take so long for a piece.
func New(w http.ResponseWriter, slow time.Duration) Stream {
	return Stream{w, http.NewResponseController(w), slow}
}

// Begin says what kind of answer comes, so that nobody between holds it back.
func (s Stream) Begin() {
	s.w.Header().Set("Content-Type", ContentType)
	s.w.Header().Set("Cache-Control", "no-store")
	s.w.Header().Set("X-Accel-Buffering", "no")
}

// Send sends a text, piece by piece: who reads slowly but reads is waited for.
func (s Stream) Send(text string) error {
	for len(text) > 0 {
		n := min(len(text), piece)
		if err := s.sendPiece(text[:n]); err != nil {
			return err
		}
		text = text[n:]
	}
	return nil
}

// sendPiece leaves no deadline behind: over HTTP/2 one ends the stream when it
// comes, whether anything is being written or not.
func (s Stream) sendPiece(text string) error {
	if err := s.out.SetWriteDeadline(time.Now().Add(s.slow)); err != nil {
		return err
	}
	if _, err := s.w.Write([]byte(text)); err != nil {
		return err
	}
	if err := s.out.Flush(); err != nil {
		return err
	}
	return s.out.SetWriteDeadline(time.Time{})
}

// Event is one event; name and id are one word each, "" for none.
func Event(name, id string, data []byte) string {
	var b strings.Builder
	if id != "" {
		b.WriteString("id: " + id + "\n")
	}
	if name != "" {
		b.WriteString("event: " + name + "\n")
	}
	for line := range bytes.Lines(data) {
		b.WriteString("data: ")
		b.Write(bytes.TrimRight(line, "\r\n"))
		b.WriteByte('\n')
	}
	b.WriteByte('\n')
	return b.String()
}

// Asked reports whether a request asks for its answer event by event.
func Asked(r *http.Request) bool { return strings.Contains(r.Header.Get("Accept"), ContentType) }

// After gives a channel that is closed after a time.
func After(d time.Duration) <-chan struct{} {
	c := make(chan struct{})
	time.AfterFunc(d, func() { close(c) })
	return c
}
