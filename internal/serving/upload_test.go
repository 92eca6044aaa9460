package serving

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/parleysec/parley"
)

// TestUploadsWaitOutsideTheQueue: a file that is still coming takes no place among
// the requests at work, and takes one when it is there.
func TestUploadsWaitOutsideTheQueue(t *testing.T) {
	q := newQueue(1, 0)
	came, ask := make(chan struct{}), make(chan struct{})
	h := q.handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if upload(r) {
			close(came)
		}
		if _, err := io.Copy(io.Discard, r.Body); err != nil {
			w.WriteHeader(http.StatusTeapot)
			if parley.KindOfError(err) != parley.Unavailable {
				t.Error(err)
			}
		}
		if !upload(r) {
			<-ask
		}
	}))
	const path = "http://x/api/v1/products/p/evidence/file"
	in, out := io.Pipe()
	slow := httptest.NewRecorder()
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		h.ServeHTTP(slow, httptest.NewRequest("POST", path, in))
	}()
	<-came
	leave := q.enter(httptest.NewRequest("GET", "http://x/", nil))
	if leave == nil {
		t.Fatal("a file that is coming keeps others waiting")
	}
	_ = out.Close()
	<-ended
	if slow.Code != http.StatusTeapot {
		t.Errorf("a file that came while all places were taken: %d", slow.Code)
	}
	leave()
	close(ask)
	quick := httptest.NewRecorder()
	came = make(chan struct{})
	h.ServeHTTP(quick, httptest.NewRequest("POST", path, strings.NewReader("x")))
	if quick.Code != http.StatusOK || len(q.work) != 0 || q.uploads.Load() != 0 {
		t.Errorf("a file with a place: %d, %d at work, %d coming", quick.Code, len(q.work), q.uploads.Load())
	}
}

// TestUploadIsBounded: a file cannot be larger than the interface says.
func TestUploadIsBounded(t *testing.T) {
	q := newQueue(1, 1)
	var got error
	h := q.handler(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { _, got = io.Copy(io.Discard, r.Body) }))
	r := httptest.NewRequest("POST", "http://x/api/v1/products/p/evidence/file", io.LimitReader(zeros{}, maxUpload+1))
	h.ServeHTTP(httptest.NewRecorder(), r)
	if _, over := errors.AsType[*http.MaxBytesError](got); !over {
		t.Errorf("%v", got)
	}
}
