package api

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"io"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"github.com/parleysec/parley/internal/cell"
	"github.com/parleysec/parley/internal/negotiate"
	"github.com/parleysec/parley/internal/sse"
)

// sendingStill is how often it is looked whether a reader may still be told.
const sendingStill = 10 * time.Second

// sending is a file that is sent while it is made: none of it is kept.
type sending struct {
	stream
	api    *api
	asked  *http.Request
	format Format
	begun  bool
	looked time.Time
}

// errEnough ends the making of a file of which nobody waits for more.
var errEnough = errors.New("nothing more is asked for")

// begin says what comes, known by a tag. Who has it already, or asks for no more than
// what it is, is answered with that.
func (s *sending) begin(name, tag string) error {
	h := s.w.Header()
	h.Set("ETag", tag)
	head := s.asked.Method == http.MethodHead
	status := http.StatusOK
	if named(s.asked.Header.Get("If-None-Match"), tag) {
		status = http.StatusNotModified
	} else {
		h.Set("Content-Type", s.format.contentType())
		h.Set("Content-Disposition", s.format.attached(name))
		h.Set("X-Accel-Buffering", "no")
	}
	s.begun, s.looked = true, time.Now()
	s.passes(status)
	if head || status != http.StatusOK {
		return errEnough
	}
	return nil
}

// Write sends a piece.
func (s *sending) Write(p []byte) (int, error) {
	if time.Since(s.looked) > sendingStill {
		if l := (&live{api: s.api, asked: s.asked, who: actorOf(s.asked.Context())}); !l.still() {
			return 0, errGone
		}
		s.looked = time.Now()
	}
	return len(p), s.Send(string(p))
}

// end answers with the problem where nothing was sent, and cuts off what was not sent to
// its end, so that nobody takes a part for the whole.
func (s *sending) end(err error) {
	switch {
	case err == nil, errors.Is(err, errEnough):
	case !s.begun:
		p := problemOf(err)
		if p.Status >= http.StatusInternalServerError {
			s.api.log.Error("request failed", "path", s.asked.URL.Path, "error", err)
		}
		s.api.answer(s.w, s.asked, p)
	default:
		if s.asked.Context().Err() == nil {
			s.api.log.Error("a file was not sent to its end", "path", s.asked.URL.Path, "error", err)
		}
		panic(http.ErrAbortHandler)
	}
}

// logFileRoute is the record as a file, sent while it is read: it takes the memory of a
// piece of it.
func (a *api) logFileRoute(types []string) {
	op := operation{id: "export-log", method: http.MethodGet, path: "/export/log", useCase: "Log", heavy: true}
	o := a.describe(op)
	o.Responses["200"] = fileResponse(types, nil)
	type asked struct {
		Format
		LogFilters
	}
	huma.Register(a.huma, o, func(_ context.Context, in *asked) (*huma.StreamResponse, error) {
		return &huma.StreamResponse{Body: func(c huma.Context) {
			r, w := humago.Unwrap(c)
			s := &sending{stream: newStream(w, a.slow), api: a, asked: r, format: in.Format}
			s.end(s.log(r.Context(), in.request()))
		}}, nil
	})
}

// log sends the record.
func (s *sending) log(ctx context.Context, req negotiate.LogRequest) error {
	ctx, cancel := context.WithTimeout(ctx, sse.Longest) // who reads slowly but reads is waited for
	defer cancel()
	who := actorOf(ctx)
	done, err := s.api.limits.enter(ctx, who.ID)
	if err != nil {
		return err
	}
	defer done()
	out := bufio.NewWriterSize(s, 64<<10)
	write := func(rows func() [][]string, events []negotiate.Event) error {
		err := s.format.write(out, rows, func(w io.Writer) error { return cell.Lines(w, events) })
		return cmp.Or(err, out.Flush())
	}
	req.Begin = func(digest string) error {
		if err := s.begin("log", tagOf([]byte(digest+s.format.Format+builtAs()))); err != nil {
			return err
		}
		return write(func() [][]string { return negotiate.LogRows(nil) }, nil)
	}
	req.Each = func(events []negotiate.Event) error {
		return write(func() [][]string { return negotiate.LogRows(events)[1:] }, events)
	}
	_, err = s.api.service.Log(ctx, who, req)
	return err
}
