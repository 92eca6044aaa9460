package serving

import (
	"errors"
	"io"
	"net/http"
	"strings"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/catalogue"
)

// Uploads of large files. What bounds how long one may take and how many there may
// be stands with the interface, which asks who sends it before it reads.
const (
	maxUpload  = 128<<20 + 1 // bytes: the interface says of one more that it is too large
	maxUploads = 32          // under way at once
)

// upload reports whether a request brings a file as its body.
func upload(r *http.Request) bool {
	return r.Method == http.MethodPost && area(r.URL.Path) == "api" && strings.HasSuffix(r.URL.Path, "/evidence/file")
}

// uploaded answers a request that brings a file. It may come over a slow link, so
// it takes a place among those that work only when all of it is there.
func (q *queue) uploaded(w http.ResponseWriter, r *http.Request, next http.Handler) {
	defer q.uploads.Add(-1)
	if q.uploads.Add(1) > maxUploads {
		q.busy(w)
		return
	}
	body := &arriving{body: http.MaxBytesReader(w, r.Body, maxUpload), enter: func() func() { return q.enter(r) }}
	defer body.end()
	r.Body = body
	next.ServeHTTP(w, r)
}

// arriving is a body that asks for a place at its end.
type arriving struct {
	body  io.ReadCloser
	enter func() (leave func())
	leave func()
}

// Read reads on. At the end it waits for a place; where there is none, that is the
// error.
func (a *arriving) Read(p []byte) (int, error) {
	n, err := a.body.Read(p)
	if errors.Is(err, io.EOF) && a.leave == nil {
		if a.leave = a.enter(); a.leave == nil {
			return n, parley.Errorf(parley.Unavailable, "take an upload", "%s", catalogue.T("serving.busy"))
		}
	}
	return n, err
}

// Close closes the body.
func (a *arriving) Close() error { return a.body.Close() }

func (a *arriving) end() {
	if a.leave != nil {
		a.leave()
	}
}
