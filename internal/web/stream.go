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

// beat is what is sent where there is nothing to say. Unlike [sse.Beat] the page hears
// it, and so notices where nothing comes any more.
var beat = sse.Event("beat", "", []byte("{}"))

// roomEvents tells a page what changes in a room while it is open: no value of an
// estimate is ever in it.
func (s *server) roomEvents(w http.ResponseWriter, r *http.Request) error {
	id := roomOf(r)
	var told *RoomMoves
	return s.keep(w, r, sse.Rest, func(ctx context.Context) ([]byte, error) {
		now, err := s.desk.roomMoves(ctx, id)
		if err != nil || told != nil && now.Stamp == told.Stamp && now.Answered == told.Answered {
			return nil, err
		}
		told = now
		return json.Marshal(now)
	})
}

// keep keeps a page up to date. look gives what it is to be told, nil for nothing new;
// it is asked whenever the ledger may have grown, with a rest after each time.
func (s *server) keep(w http.ResponseWriter, r *http.Request, rest time.Duration, look func(context.Context) ([]byte, error)) error {
	if !sse.Asked(r) || s.opt.trial {
		return parley.Errorf(parley.Invalid, "", "%s", catalogue.T("web.error.stream"))
	}
	done, ok := s.streams.Take(actorOf(r.Context()).ID, watching, watchers)
	if !ok {
		w.Header().Set("Retry-After", "30")
		return parley.Errorf(parley.Unavailable, "", "%s", catalogue.T("web.error.watching"))
	}
	defer done()
	first, err := look(r.Context()) // what may not be seen is refused before anything is sent
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(r.Context(), sse.Longest)
	defer cancel()
	k := keeping{server: s, r: r, rest: rest, look: look, out: sse.New(w, sse.Slow)}
	k.out.Begin()
	if k.out.Send(sse.Retry) == nil && k.tell(first) == nil {
		k.run(ctx)
	}
	return nil
}

// keeping is one page that is kept up to date.
type keeping struct {
	server *server
	r      *http.Request
	rest   time.Duration
	look   func(context.Context) ([]byte, error)
	out    sse.Stream
}

func (k *keeping) tell(text []byte) error {
	if text == nil {
		return nil
	}
	return k.out.Send(sse.Event("", "", text))
}

// run tells until the reader is gone or may not be told any more.
func (k *keeping) run(ctx context.Context) {
	pulse := time.NewTicker(sse.Pulse)
	defer pulse.Stop()
	for {
		grown := k.server.opt.Grown() // asked for before looking, so that nothing is missed
		text, err := k.look(ctx)
		if err != nil || text != nil && (!k.still() || k.tell(text) != nil) {
			return
		}
		select {
		case <-ctx.Done():
			return
		case <-pulse.C:
			if !k.still() || k.out.Send(beat) != nil {
				return
			}
		case <-grown:
			select {
			case <-ctx.Done():
				return
			case <-time.After(k.rest):
			}
		}
	}
}

// still reports whether the reader is who it was: a session that ended, or a guest
// whose link was taken back, is told nothing more.
func (k *keeping) still() bool {
	identify := k.server.identified
	if guestOf(k.r.Context()) != nil {
		identify = k.server.asGuest
	}
	// Nobody to begin with: else who it was would stand where nobody is found.
	r, err := identify(k.r.WithContext(withActor(context.WithoutCancel(k.r.Context()), negotiate.Actor{})))
	return err == nil && actorOf(r.Context()) == actorOf(k.r.Context())
}
