package api

import (
	"context"
	"errors"
	"io"
	"net/http"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/parleysec/parley/internal/negotiate"
	"github.com/parleysec/parley/ledger"
)

// TestExportOfTheRecordIsKnownByItsTag: who has it is not sent it again, what is recorded
// changes the tag, and of what is recorded elsewhere it tells nothing.
func TestExportOfTheRecordIsKnownByItsTag(t *testing.T) {
	next := strings.NewReplacer("id: shop", "id: other", "name: Web shop", "name: Other").Replace(fileText(t, "shop.yaml"))
	s := newSite(t, "shop.yaml", next)
	ada := s.member("ada@example.org", ledger.Manager, "shop")
	tag := func(who, path string) string {
		t.Helper()
		s.who = who
		a := s.get(path)
		if again := s.ask("GET", path, nil, head{"If-None-Match", a.Header.Get("ETag")}); again.StatusCode != http.StatusNotModified || len(again.text) > 0 || again.Header.Get("Content-Type") != "" {
			t.Errorf("%s for %s again: %d %v", path, who, again.StatusCode, again.Header)
		}
		if only := s.must(http.StatusOK, "HEAD", path, nil); only.Header.Get("ETag") != a.Header.Get("ETag") || only.Header.Get("Content-Disposition") == "" {
			t.Errorf("HEAD %s: %v", path, only.Header)
		}
		return a.Header.Get("ETag")
	}
	paths := []string{"/export/log", "/export/log?format=jsonl", "/export/log?product=shop", "/export/log?type=decision"}
	known := map[string]bool{}
	both := func() (all, hers [4]string) {
		for i, path := range paths {
			all[i], hers[i] = tag("priya", path), tag(ada, path)
			known[all[i]], known[hers[i]] = true, true
		}
		return all, hers
	}
	all, hers := both()
	if len(known) != 2*len(paths) {
		t.Errorf("%d tags for %d files", len(known), 2*len(paths))
	}
	s.who = "priya"
	s.must(http.StatusCreated, "POST", "/products/other/notes", Saying{About: "leak", Kind: "comment", Text: "elsewhere"})
	allNow, hersNow := both()
	for i := range paths {
		if all[i] == allNow[i] || hers[i] != hersNow[i] {
			t.Errorf("%s: recorded elsewhere, and the tags are %t the same for who sees it, %t for who does not", paths[i], all[i] == allNow[i], hers[i] == hersNow[i])
		}
	}
	s.who = "priya"
	s.must(http.StatusCreated, "POST", "/products/shop/notes", Saying{About: "leak", Kind: "comment", Text: "here"})
	if _, now := both(); now[0] == hers[0] || now[2] == hers[2] {
		t.Error("something was recorded, and the tag is what it was")
	} else {
		hers = now
	}
	if _, err := s.service.Erase(t.Context(), negotiate.Local("sam", negotiate.ViaCLI), negotiate.EraseRequest{Person: "priya", Because: "she asked"}); err != nil {
		t.Fatal(err)
	}
	if now := tag(ada, paths[0]); now == hers[0] {
		t.Error("a name left the record, and the tag is what it was")
	}
}

// recording is a service whose record is made while it is read.
type recording struct {
	Service
	pieces int
	piece  func(i int) ([]negotiate.Event, error)
}

func (r *recording) Log(_ context.Context, _ negotiate.Actor, req negotiate.LogRequest) (*negotiate.LogResult, error) {
	if err := req.Begin("a digest"); err != nil {
		return nil, err
	}
	for i := range r.pieces {
		events, err := r.piece(i)
		if err == nil {
			err = req.Each(events)
		}
		if err != nil {
			return nil, err
		}
	}
	return &negotiate.LogResult{}, nil
}

// aPiece are 250 events of half a kilobyte.
func aPiece() []negotiate.Event {
	events := make([]negotiate.Event, 250)
	for i := range events {
		events[i] = negotiate.Event{Seq: int64(i), Type: "note.added", Product: "shop", Says: strings.Repeat("said ", 100), Body: []byte(`{}`)}
	}
	return events
}

// TestExportOfTheRecordTakesNoMemory: 200 000 events, of 100 MB and more, are sent in the
// memory of a piece.
func TestExportOfTheRecordTakesNoMemory(t *testing.T) {
	for _, format := range []string{"csv", "jsonl"} {
		s := newSite(t, "shop.yaml")
		live := func() uint64 {
			var m runtime.MemStats
			runtime.GC()
			runtime.ReadMemStats(&m)
			return m.HeapAlloc
		}
		before, most := live(), uint64(0)
		s.api.service = &recording{s.api.service, 800, func(i int) ([]negotiate.Event, error) {
			if i%100 == 99 {
				most = max(most, live())
			}
			return aPiece(), nil
		}}
		res := s.stream("/export/log?format=" + format)
		n, err := io.Copy(io.Discard, res.Body)
		if err != nil || n < 100<<20 || most > before+8<<20 {
			t.Errorf("%s: %d bytes sent, %v; %d bytes of memory, %d before", format, n, err, most, before)
		}
	}
}

// stream asks for what is read piece by piece.
func (s *site) stream(path string) *http.Response {
	s.t.Helper()
	r, err := http.NewRequestWithContext(s.t.Context(), "GET", s.server.URL+base+path, nil)
	if err != nil {
		s.t.Fatal(err)
	}
	r.Header.Set("Test-Person", s.who)
	res, err := s.server.Client().Do(r)
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { _ = res.Body.Close() })
	return res
}

// TestExportOfTheRecordIsSentWhileItIsRead: its beginning arrives before its end is known;
// one that cannot be read to its end is cut off, and not taken for the whole.
func TestExportOfTheRecordIsSentWhileItIsRead(t *testing.T) {
	s := newSite(t, "shop.yaml")
	arrived := make(chan struct{})
	s.api.service = &recording{s.api.service, 2, func(i int) ([]negotiate.Event, error) {
		if i == 0 {
			return aPiece(), nil
		}
		select {
		case <-arrived:
			return nil, errors.New("the disk is gone")
		case <-time.After(20 * time.Second):
			return nil, nil
		}
	}}
	res := s.stream("/export/log?format=jsonl")
	if _, err := res.Body.Read(make([]byte, 1)); err != nil {
		t.Fatal(err)
	}
	close(arrived)
	if _, err := io.Copy(io.Discard, res.Body); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("cut off: %v", err)
	}
	s.api.service = s.api.service.(*recording).Service
	if a := s.must(http.StatusUnprocessableEntity, "GET", "/export/log?from=soon", nil); a.Header.Get("ETag") != "" || a.Header.Get("Content-Type") != problemType {
		t.Errorf("refused: %v", a.Header)
	}
}

// TestExportOfTheRecordEndsWithTheSession that it was asked for by.
func TestExportOfTheRecordEndsWithTheSession(t *testing.T) {
	s := newSite(t, "shop.yaml")
	gone := false
	identify := s.api.opt.Identify
	s.api.opt.Identify = func(r *http.Request) (context.Context, negotiate.Actor, error) {
		if gone {
			return r.Context(), negotiate.Actor{}, errGone
		}
		return identify(r)
	}
	r := (&http.Request{}).WithContext(t.Context())
	x := &sending{stream: newStream(timeless{&nowhere{header: http.Header{}}}, time.Second), api: s.api, asked: r}
	gone, x.looked = true, time.Now()
	if _, err := x.Write(nil); err != nil {
		t.Errorf("looked at a moment ago: %v", err)
	}
	x.looked = time.Now().Add(-2 * sendingStill)
	if _, err := x.Write([]byte("more")); !errors.Is(err, errGone) {
		t.Errorf("the session ended: %v", err)
	}
}

// timeless takes any deadline.
type timeless struct{ *nowhere }

func (timeless) SetWriteDeadline(time.Time) error { return nil }
func (timeless) FlushError() error                { return nil }
