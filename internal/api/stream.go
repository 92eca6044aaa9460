package api

import (
	"net/http"
	"time"

	"github.com/parleysec/parley/internal/sse"
)

// stream is an answer that is sent event by event.
type stream struct {
	sse.Stream
	w http.ResponseWriter
}

func newStream(w http.ResponseWriter, slow time.Duration) stream {
	return stream{sse.New(w, slow), w}
}

// begin says what kind of answer comes, past the buffer of answers.
func (s stream) begin() {
	s.Begin()
	s.passes(http.StatusOK)
}

// passes sends what comes as it comes, with a status.
func (s stream) passes(status int) {
	if b, ok := s.w.(*buffer); ok {
		b.status = status
		b.pass()
	}
}
