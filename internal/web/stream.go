package web

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/internal/negotiate"
	"github.com/parleysec/parley/internal/sse"
)

// How many pages of one person, and of all together, are kept up to date at once;
// the others ask from time to time.
const (
	watching = 8
	watchers = 512
)

// streamed reports whether a request is for live updates, which last. Every request
// passes here: what most do not ask for is looked at first.
func (s *server) streamed(r *http.Request) bool {
	if !sse.Asked(r) {
		return false
	}
	rt := s.routeOf(r.Method, r.URL.Path)
	return rt != nil && rt.live
}

// roomBeat is what is sent of a room where there is nothing to say. Unlike [sse.Beat]
// the page hears it, and so notices where nothing comes any more.
var roomBeat = sse.Event("beat", "", []byte("{}"))

// roomEvents tells a page what changes in a room while it is open: no value of an
// estimate is ever in it.
func (s *server) roomEvents(w http.ResponseWriter, r *http.Request) error {
	if !sse.Asked(r) || s.opt.trial {
		return parley.Errorf(parley.Invalid, "", "%s", catalogue.T("web.error.stream"))
	}
	done, ok := s.streams.Take(actorOf(r.Context()).ID, watching, watchers)
	if !ok {
		w.Header().Set("Retry-After", "30")
		return parley.Errorf(parley.Unavailable, "", "%s", catalogue.T("web.error.watching"))
	}
	defer done()
	id := roomOf(r)
	now, err := s.desk.roomMoves(r.Context(), id) // what may not be seen is refused before anything is sent
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(r.Context(), sse.Longest)
	defer cancel()
	l := roomStream{server: s, r: r, id: id, out: sse.New(w, sse.Slow)}
	l.out.Begin()
	if l.out.Send(sse.Retry) == nil && l.tell(now) == nil {
		l.run(ctx)
	}
	return nil
}

// roomStream is one page that is told of a room.
type roomStream struct {
	server *server
	r      *http.Request
	id     string
	out    sse.Stream
	told   RoomMoves
}

func (l *roomStream) tell(now *RoomMoves) error {
	text, err := json.Marshal(now)
	if err != nil {
		return err
	}
	l.told = *now
	return l.out.Send(sse.Event("", "", text))
}

// run tells until the reader is gone or may not be told any more.
func (l *roomStream) run(ctx context.Context) {
	pulse := time.NewTicker(sse.Pulse)
	defer pulse.Stop()
	for {
		grown := l.server.opt.Grown() // asked for before looking, so that nothing is missed
		now, err := l.server.desk.roomMoves(ctx, l.id)
		if err != nil {
			return
		}
		moved := now.Stamp != l.told.Stamp || now.Answered != l.told.Answered
		if moved && (!l.still() || l.tell(now) != nil) {
			return
		}
		select {
		case <-ctx.Done():
			return
		case <-pulse.C:
			if !l.still() || l.out.Send(roomBeat) != nil {
				return
			}
		case <-grown:
			select {
			case <-ctx.Done():
				return
			case <-time.After(sse.Rest):
			}
		}
	}
}

// still reports whether the reader is who it was: a session that ended, or a guest
// whose link was taken back, is told nothing more.
func (l *roomStream) still() bool {
	identify := l.server.identified
	if guestOf(l.r.Context()) != nil {
		identify = l.server.asGuest
	}
	// Nobody to begin with: else who it was would stand where nobody is found.
	r, err := identify(l.r.WithContext(withActor(context.WithoutCancel(l.r.Context()), negotiate.Actor{})))
	return err == nil && actorOf(r.Context()) == actorOf(l.r.Context())
}
