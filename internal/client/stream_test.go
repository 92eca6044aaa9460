package client

import (
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/negotiate"
)

// hearing is a client that is told how far a server is, and what it was told.
func hearing(t *testing.T, streams ...string) (ask func() (*negotiate.FrontierResult, error), told *[]string, seen func() []*http.Request) {
	t.Helper()
	n := 0
	c, seen := answering(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/event-stream")
		_, _ = io.WriteString(w, streams[min(n, len(streams)-1)])
		n++
	})
	told = &[]string{}
	c.progress = func(what string, done float64) {
		*told = append(*told, what)
		if done != .5 && done != negotiate.Unmeasured && done != 1 {
			t.Errorf("%s: %g", what, done)
		}
	}
	return func() (*negotiate.FrontierResult, error) {
		return c.Frontier(t.Context(), negotiate.Actor{}, negotiate.PlanRequest{Source: negotiate.Source{Product: "shop"}})
	}, told, seen
}

// Whoever waits is told how far it is, and then has the answer.
func TestProgressOfTheServer(t *testing.T) {
	ask, told, seen := hearing(t, ":\n\nevent: progress\ndata: {\"says\":\"ha\\u001b[31mlf\",\"done\":0.5}\n\nevent: progress\r\ndata: {\"says\":\"who knows\"}\r\n\r\nevent: progress\ndata: no json\n\nevent: other\ndata: x\n\nid: \"tag\"\nevent: answer\ndata: {\ndata: \"product\": \"shop\"}\n\n")
	r, err := ask()
	if err != nil || r.Product != "shop" {
		t.Fatalf("%+v, %v", r, err)
	}
	if want := []string{"ha\ufffd[31mlf", "who knows", ""}; !slices.Equal(*told, want) {
		t.Errorf("told %q, not %q", *told, want)
	}
	if a := seen()[0].Header.Get("Accept"); !strings.HasSuffix(a, ", text/event-stream") {
		t.Errorf("asked for %q", a)
	}
	if c, seen := answering(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, `{}`) }); true {
		if _, err := c.Access(t.Context(), negotiate.Actor{}); err != nil || strings.Contains(seen()[0].Header.Get("Accept"), "event") {
			t.Errorf("nobody waits for progress: %q, %v", seen()[0].Header, err)
		}
	}
}

// What went wrong on the way is told; an answer that breaks off is asked for anew.
func TestProgressThatEndsBadly(t *testing.T) {
	ask, _, _ := hearing(t, "event: progress\ndata: {}\n\nevent: problem\ndata: {\"status\":409,\"detail\":\"it moved\",\"kind\":\"conflict\"}\n\n")
	if _, err := ask(); parley.KindOfError(err) != parley.Conflict || !strings.Contains(err.Error(), "it moved") {
		t.Errorf("a problem: %v", err)
	}
	ask, _, seen := hearing(t, "event: progress\ndata: {}\n\nevent: answer\ndata: {\"product\":", "event: answer\ndata: {\"product\":\"shop\"}\n\n")
	if r, err := ask(); err != nil || r.Product != "shop" || len(seen()) != 2 {
		t.Errorf("broken off once: %+v, %v, asked %d times", r, err, len(seen()))
	}
	ask, _, seen = hearing(t, "")
	if _, err := ask(); parley.KindOfError(err) != parley.Unavailable || !strings.Contains(err.Error(), "unexpected EOF") || len(seen()) != tries {
		t.Errorf("broken off always: %v, asked %d times", err, len(seen()))
	}
	ask, _, _ = hearing(t, strings.Repeat("event: progress\ndata: {}\n\n", mostEvents+1))
	if _, err := ask(); err == nil || !strings.Contains(err.Error(), "larger than") {
		t.Errorf("progress without end: %v", err)
	}
}

// FuzzStreamedAnswer: nothing that a server sends event by event is more than an
// answer, a problem, or an error.
func FuzzStreamedAnswer(f *testing.F) {
	f.Add("event: progress\ndata: {\"says\":\"x\",\"done\":2}\n\nid: 1\nevent: answer\ndata: {}\n\n")
	f.Add("data: x\n\n:\n\nevent:problem\ndata:{\"status\":400}\n\n")
	c, err := New(Options{Server: "https://parley.example.org", Token: token, Progress: func(string, float64) {}})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if a, err := c.streamed(strings.NewReader(text)); (a == nil) == (err == nil) {
			t.Errorf("%v, %v", a, err)
		}
	})
}
