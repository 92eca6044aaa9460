package api

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/negotiate"
)

// A report sent as it is goes to a file that only this process knows, piece by
// piece, and is read when all of it is there: nothing is done with half of one.
const (
	// UploadBody is the largest report that is sent as it is, in bytes.
	UploadBody = 128 << 20

	uploadsOfOne  = 2                // of one person under way
	uploadsOfAll  = 8                // and of all together: 1 GB of files at most
	uploadGrace   = 30 * time.Second // how long whoever sends may take besides
	uploadRate    = 64 << 10         // bytes a second, on average: 128 MB may take 35 minutes
	uploadPiece   = 256 << 10        // bytes that are read at once
	uploadAnswers = 2 * time.Minute  // for the work on it and the answer
)

// spool is the body of a request in a file, which has no name any more where the
// system allows that.
type spool struct {
	file   *os.File
	size   int64
	digest string // SHA-256 in hexadecimal
}

type spoolKey struct{}

func spoolOf(ctx context.Context) *spool {
	s, _ := ctx.Value(spoolKey{}).(*spool)
	return s
}

// spooled takes the body of a request that brings a file before anything else
// looks at it, of somebody who may bring one.
func (a *api) spooled(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		pattern := a.patternOf(r)
		if !a.spools[pattern] {
			next.ServeHTTP(w, r)
			return
		}
		if p := a.mayBring(r.Context(), inPath(pattern, r.URL, "product")); p != nil {
			a.refuseUpload(w, r, p)
			return
		}
		done, ok := a.uploads.take(actorOf(r.Context()).ID)
		if !ok {
			a.refuseUpload(w, r, refuse(http.StatusTooManyRequests, parley.Refused, "api.error.uploads", "n", uploadsOfOne, "all", uploadsOfAll).with("Retry-After", "10"))
			return
		}
		defer done()
		s, p := a.spool(w, r)
		if p != nil {
			a.refuseUpload(w, r, p)
			return
		}
		defer s.close()
		asked := r.WithContext(context.WithValue(r.Context(), spoolKey{}, s))
		asked.Body = http.NoBody
		next.ServeHTTP(w, asked)
	})
}

// mayBring is what somebody is told who may bring no evidence to a product, nil for
// whoever may: the use-case asks leave first, and without a file does nothing else.
func (a *api) mayBring(ctx context.Context, product string) *Problem {
	_, err := a.service.AddEvidence(ctx, actorOf(ctx), negotiate.AddEvidenceRequest{Product: product})
	switch parley.KindOfError(err) {
	case parley.Forbidden, parley.NotFound:
		return problemOf(err)
	}
	return nil
}

// inPath is a placeholder's part of a path, "" where it has none.
func inPath(pattern string, at *url.URL, name string) string {
	_, path, _ := strings.Cut(pattern, " ")
	parts := strings.Split(at.EscapedPath(), "/")
	i := slices.Index(strings.Split(path, "/"), "{"+name+"}")
	if i < 0 || i >= len(parts) {
		return ""
	}
	part, err := url.PathUnescape(parts[i])
	if err != nil {
		return ""
	}
	return part
}

// patternOf is the pattern in mux of what a request is for, "" for none.
func (a *api) patternOf(r *http.Request) string {
	_, pattern := a.mux.Handler(r)
	return pattern
}

// refuseUpload answers a request whose body was not taken to its end: the
// connection is not to be used again.
func (a *api) refuseUpload(w http.ResponseWriter, r *http.Request, p *Problem) {
	w.Header().Set("Connection", "close")
	a.answer(w, r, p)
}

// spool takes a body into a file.
func (a *api) spool(w http.ResponseWriter, r *http.Request) (*spool, *Problem) {
	if !fileType(r.Header.Get("Content-Type")) {
		return nil, refuse(http.StatusUnsupportedMediaType, parley.Invalid, "api.error.file-type")
	}
	if r.ContentLength > UploadBody {
		return nil, tooLarge(UploadBody)
	}
	s, err := newSpool()
	if err != nil {
		return nil, a.unspooled(err)
	}
	if err := s.take(http.NewResponseController(w), r.Body, a.pace); err != nil {
		s.close()
		return nil, a.uncollected(err)
	}
	return s, nil
}

// uncollected is what somebody is told whose body did not arrive.
func (a *api) uncollected(err error) *Problem {
	var disk *os.PathError
	_, over := errors.AsType[*http.MaxBytesError](err)
	switch {
	case over:
		return tooLarge(UploadBody)
	case errors.Is(err, os.ErrDeadlineExceeded):
		return refuse(http.StatusRequestTimeout, parley.Invalid, "api.error.upload-slow", "rate", uploadRate>>10)
	case errors.As(err, &disk):
		return a.unspooled(err)
	case parley.KindOfError(err) == parley.Unavailable:
		return problemOf(err)
	}
	return refuse(http.StatusBadRequest, parley.Invalid, "api.error.upload-cut")
}

// unspooled is what somebody is told for whose body there is no room.
func (a *api) unspooled(err error) *Problem {
	a.log.Error("an upload cannot be kept", "error", err)
	if errors.Is(err, syscall.ENOSPC) {
		return noRoom()
	}
	return refuse(http.StatusServiceUnavailable, parley.Unavailable, "api.error.unavailable").with("Retry-After", "10")
}

// fileType reports whether a body of a content type may be a report. What a report
// is, its content says; a form is none.
func fileType(contentType string) bool {
	kind, _, err := mime.ParseMediaType(contentType)
	if err != nil {
		return false
	}
	switch kind {
	case fileBytes, "application/json", "application/x-ndjson", "application/xml", "text/xml", "text/plain":
		return true
	}
	return strings.HasPrefix(kind, "application/") && (strings.HasSuffix(kind, "+json") || strings.HasSuffix(kind, "+xml"))
}

const fileBytes = "application/octet-stream"

func newSpool() (*spool, error) {
	f, err := os.CreateTemp("", "parley-upload-*") // mode 600
	if err != nil {
		return nil, err
	}
	_ = os.Remove(f.Name()) // its name is not needed; where an open file keeps it, it is removed at the end
	return &spool{file: f}, nil
}

func (s *spool) close() {
	_ = s.file.Close() // nothing of it is wanted any more
	_ = os.Remove(s.file.Name())
}

// pace is how fast a body must come.
type pace struct {
	grace time.Duration
	rate  int64 // bytes a second, on average
}

// deadline is until when more must have come than so many bytes.
func (p pace) deadline(start time.Time, bytes int64) time.Time {
	return start.Add(p.grace + time.Duration(float64(bytes)/float64(p.rate)*float64(time.Second)))
}

// take reads a body to its end. Who sends at the pace on average may take as long
// as that takes; who sends less is cut off.
//
// However long that took, and whatever came of it, there is time to answer then.
func (s *spool) take(out *http.ResponseController, body io.Reader, p pace) error {
	defer func() { _ = out.SetWriteDeadline(time.Now().Add(uploadAnswers)) }() // what knows no deadlines has none
	start, sum, buf := time.Now(), sha256.New(), make([]byte, uploadPiece)
	for {
		_ = out.SetReadDeadline(p.deadline(start, s.size)) // what knows no deadlines has none
		n, err := body.Read(buf)
		s.size += int64(n)
		if s.size > UploadBody {
			return &http.MaxBytesError{Limit: UploadBody}
		}
		sum.Write(buf[:n]) // never fails
		if _, err := s.file.Write(buf[:n]); err != nil {
			return err
		}
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
	}
	_ = out.SetReadDeadline(time.Time{})
	s.digest = hex.EncodeToString(sum.Sum(nil))
	return nil
}
