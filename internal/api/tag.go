package api

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"net/http"
	"runtime/debug"
	"strings"
	"sync"

	"github.com/parleysec/parley"
)

// buffer holds an answer back until it is whole. It lets a stream through.
type buffer struct {
	http.ResponseWriter
	status int
	body   bytes.Buffer
	passes bool // nothing is held back any more
}

// WriteHeader keeps the status.
func (b *buffer) WriteHeader(status int) {
	if b.passes {
		b.ResponseWriter.WriteHeader(status)
	} else if b.status == 0 {
		b.status = status
	}
}

// Write keeps the text.
func (b *buffer) Write(p []byte) (int, error) {
	if b.passes {
		return b.ResponseWriter.Write(p)
	}
	return b.body.Write(p)
}

// pass lets through what comes from now on.
func (b *buffer) pass() {
	b.passes = true
	if b.status != 0 {
		b.ResponseWriter.WriteHeader(b.status)
	}
}

// Unwrap is the writer behind it, for its deadlines and to flush it.
func (b *buffer) Unwrap() http.ResponseWriter { return b.ResponseWriter }

// tagOf is the strong tag of a text: its digest, as a decision names the brief
// it was made on.
func tagOf(text []byte) string {
	sum := sha256.Sum256(text)
	return `"` + hex.EncodeToString(sum[:]) + `"`
}

// builtAs tells this program from another build of it, which may word the same events
// otherwise.
var builtAs = sync.OnceValue(func() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return ""
	}
	return info.String()
})

// tagged gives every answer to a question its tag, answers 304 where the asker
// has it already, and remembers what may be named in a change.
func (a *api) tagged(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		b := &buffer{ResponseWriter: w}
		next.ServeHTTP(b, r)
		if b.passes {
			return
		}
		if b.status == 0 {
			b.status = http.StatusOK
		}
		read := r.Method == http.MethodGet || r.Method == http.MethodHead
		if read && b.status == http.StatusOK {
			tag := tagOf(b.body.Bytes())
			w.Header().Set("ETag", tag)
			a.seen.add(actorOf(r.Context()).ID, r.URL.Path, r.URL.RawQuery, tag, b.body.Bytes())
			if named(r.Header.Get("If-None-Match"), tag) {
				w.Header().Del("Content-Type")
				w.WriteHeader(http.StatusNotModified)
				return
			}
		}
		drained(w, r, b.status)
		w.WriteHeader(b.status)
		if _, err := w.Write(b.body.Bytes()); err != nil && r.Method != http.MethodHead {
			a.log.Debug("the answer was not taken", "error", err)
		}
	})
}

// drained reads the rest of a body that was refused, as far as any body may go,
// so that the asker hears why; where it goes on, the connection ends.
func drained(w http.ResponseWriter, r *http.Request, status int) {
	if status != http.StatusRequestEntityTooLarge && status != http.StatusUnsupportedMediaType {
		return
	}
	if _, err := io.Copy(io.Discard, r.Body); err != nil {
		w.Header().Set("Connection", "close")
	}
}

// named reports whether a list of tags names one. A weak tag is compared as a
// strong one: it is the same text.
func named(list, tag string) bool {
	for one := range strings.SplitSeq(list, ",") {
		if one = strings.TrimPrefix(strings.TrimSpace(one), "W/"); one == tag || one == "*" {
			return true
		}
	}
	return false
}

// Looked is the header of a change that overwrites something somebody looked at.
type Looked struct {
	IfMatch string `header:"If-Match" doc:"The ETag of what you looked at, as it was answered. Without it: 428; where it is no longer so: 412 with what moved."`
}

// tag is the one tag named; none, several, a weak one or a star name nothing
// that somebody looked at.
func (l Looked) tag(path string) (string, error) {
	tag := strings.TrimSpace(l.IfMatch)
	if len(tag) < 3 || tag[0] != '"' || strings.IndexByte(tag[1:], '"') != len(tag)-2 {
		return "", refuse(http.StatusPreconditionRequired, parley.Invalid, "api.error.look", "path", base+path).with("Link", "<"+base+path+`>; rel="describedby"`)
	}
	return tag, nil
}

// unchanged refuses a change where what stands at a path is not what the caller
// looked at.
func (a *api) unchanged(ctx context.Context, l Looked, path string) error {
	tag, err := l.tag(path)
	if err != nil {
		return err
	}
	now, p := a.current(ctx, path)
	if p != nil {
		return p
	}
	if tag == tagOf(now) {
		return nil
	}
	return a.moved(ctx, path, tag, now)
}

// moved says what is different from what the caller looked at.
func (a *api) moved(ctx context.Context, path, tag string, now []byte) *Problem {
	p := refuse(http.StatusPreconditionFailed, parley.Conflict, "api.error.moved", "path", base+path).with("ETag", tagOf(now))
	then, known := a.seen.find(actorOf(ctx).ID, base+path, tag)
	if !known {
		p.Hint = refuse(0, "", "api.error.moved.unknown").Detail
		return p
	}
	p.Changes = difference(then, now)
	return p
}

// current is what a path answers now to the one who asks.
func (a *api) current(ctx context.Context, path string) ([]byte, *Problem) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, base+path, nil)
	if err != nil {
		return nil, refuse(http.StatusNotFound, parley.NotFound, "api.error.path")
	}
	b := &buffer{ResponseWriter: &nowhere{header: http.Header{}}}
	a.mux.ServeHTTP(b, r)
	if b.status != 0 && b.status != http.StatusOK {
		return nil, problemFrom(b.status, b.body.Bytes())
	}
	return b.body.Bytes(), nil
}

// nowhere is a writer for an answer that is read here.
type nowhere struct{ header http.Header }

// Header is the header that goes nowhere.
func (n *nowhere) Header() http.Header { return n.header }

// Write drops the text.
func (n *nowhere) Write(p []byte) (int, error) { return len(p), nil }

// WriteHeader drops the status.
func (n *nowhere) WriteHeader(int) {}
