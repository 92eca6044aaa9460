package api

import (
	"bytes"
	"net/http"
	"strings"
	"time"
)

const (
	eventStream = "text/event-stream"
	heartbeat   = 20 * time.Second // so that what stands between does not hang up
	slow        = 10 * time.Second // how long a reader may take for a piece of an event
	piece       = 64 << 10         // bytes
)

// stream is an answer that is sent event by event (server-sent events, WHATWG
// HTML 9.2).
type stream struct {
	w    http.ResponseWriter
	out  *http.ResponseController
	slow time.Duration // how long a reader may take for a piece
}

func newStream(w http.ResponseWriter, slow time.Duration) stream {
	return stream{w, http.NewResponseController(w), slow}
}

// begin says what kind of answer comes, so that nobody between holds it back.
func (s stream) begin() {
	s.w.Header().Set("Content-Type", eventStream)
	s.w.Header().Set("Cache-Control", noStore)
	s.w.Header().Set("X-Accel-Buffering", "no")
	if b, ok := s.w.(*buffer); ok {
		b.status = http.StatusOK
		b.pass()
	}
}

// send sends a text, piece by piece: who reads slowly but reads is waited for.
func (s stream) send(text string) error {
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
func (s stream) sendPiece(text string) error {
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

// beat is what is sent where there is nothing to say.
const beat = ":\n\n"

// event is one event; id is one word, "" for none.
func event(name, id string, data []byte) string {
	var b strings.Builder
	if id != "" {
		b.WriteString("id: " + id + "\n")
	}
	b.WriteString("event: " + name + "\n")
	for line := range bytes.Lines(data) {
		b.WriteString("data: ")
		b.Write(bytes.TrimRight(line, "\r\n"))
		b.WriteByte('\n')
	}
	b.WriteByte('\n')
	return b.String()
}

// streams reports whether a request asks for its answer event by event.
func streams(r *http.Request) bool { return strings.Contains(r.Header.Get("Accept"), eventStream) }
