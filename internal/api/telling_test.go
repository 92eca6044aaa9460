package api

import (
	"bufio"
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/negotiate"
	"github.com/parleysec/parley/internal/sse"
)

// long is a service whose prices take as long as a test wants.
type long struct {
	Service
	do func(ctx context.Context, tell negotiate.Tell) error // nil for at once
}

func (l *long) Risk(ctx context.Context, who negotiate.Actor, r negotiate.RiskRequest) (*negotiate.RiskResult, error) {
	if l.do != nil {
		if err := l.do(ctx, negotiate.TellOf(ctx)); err != nil {
			return nil, err
		}
	}
	return l.Service.Risk(negotiate.Telling(ctx, nil), who, r) // which would say something, too, on a slow machine
}

var asEvents = head{"Accept", sse.ContentType + ", application/json"}

// slowly lets the prices of a site take long.
func (s *site) slowly(do func(ctx context.Context, tell negotiate.Tell) error) {
	s.api.service = &long{Service: s.service, do: do}
}

// open begins a question that is answered event by event, and gives a reader of
// its lines.
func (s *site) open(ctx context.Context, path string) (*http.Response, *bufio.Scanner) {
	s.t.Helper()
	r, err := http.NewRequestWithContext(ctx, "GET", s.server.URL+base+path, nil)
	if err != nil {
		s.t.Fatal(err)
	}
	r.Header.Set("Test-Person", s.who)
	r.Header.Set(asEvents[0], asEvents[1])
	res, err := s.server.Client().Do(r)
	if err != nil {
		s.t.Fatal(err)
	}
	return res, bufio.NewScanner(res.Body)
}

// waits waits until somebody heard, or nobody is there to.
func waits(ctx context.Context, heard <-chan struct{}) {
	select {
	case <-heard:
	case <-ctx.Done():
	}
}

// hears reads an answer to its end, and says that it heard some line.
func hears(lines *bufio.Scanner, line string, heard chan<- struct{}) string {
	var text []string
	for lines.Scan() {
		if text = append(text, lines.Text()); line != "" && lines.Text() == line {
			close(heard)
		}
	}
	return strings.Join(text, "\n")
}

// TestLongQuestionsSayHowFarTheyAre: progress while they work, and then the very
// answer that others get at once, with its tag.
func TestLongQuestionsSayHowFarTheyAre(t *testing.T) {
	s := newSite(t, "shop.yaml")
	const path = "/products/shop/risk?trials=100"
	plain := s.get(path)
	if k := plain.Header.Get("Content-Type"); k != "application/json" {
		t.Fatalf("nobody asked for events: %s", k)
	}
	heard := make(chan struct{})
	s.slowly(func(ctx context.Context, tell negotiate.Tell) error {
		tell("simulating", .25)
		waits(ctx, heard)
		tell("", 1)
		return ctx.Err()
	})
	res, lines := s.open(t.Context(), path)
	defer res.Body.Close()
	got := hears(lines, `data: {"says":"simulating","done":0.25}`, heard)
	want := []string{"event: progress", `data: {"says":"simulating","done":0.25}`, "", "id: " + plain.Header.Get("ETag"), "event: answer"}
	for line := range strings.Lines(string(plain.text)) {
		want = append(want, "data: "+strings.TrimSuffix(line, "\n"))
	}
	want = append(want, "")
	if got != strings.Join(want, "\n") {
		t.Errorf("got\n%s\nwant\n%s", got, strings.Join(want, "\n"))
	}
	if res.Header.Get("Cache-Control") != noStore || res.Header.Get("Content-Security-Policy") == "" {
		t.Errorf("%v", res.Header)
	}
	if a := s.must(http.StatusOK, "POST", "/files/risk", map[string]any{"file": File{Text: fileText(t, "shop.yaml")}, "trials": 100}, asEvents); !strings.Contains(string(a.text), "event: answer\n") {
		t.Errorf("of a file: %.300s", a.text)
	}
}

// TestRefusedLongQuestions: before anything was said a refusal is a plain problem,
// and afterwards the last event.
func TestRefusedLongQuestions(t *testing.T) {
	s := newSite(t, "shop.yaml")
	for path, status := range map[string]int{"/products/none/risk": http.StatusNotFound, "/products/shop/risk?trials=x": http.StatusUnprocessableEntity} {
		if a := s.must(status, "GET", path, nil, asEvents); a.Header.Get("Content-Type") != problemType {
			t.Errorf("%s: %v %s", path, a.Header, a.text)
		}
	}
	for name, want := range map[string]string{"late": `"status":409`, "ours": `"status":500`} {
		heard := make(chan struct{})
		s.slowly(func(ctx context.Context, tell negotiate.Tell) error {
			tell("simulating", negotiate.Unmeasured)
			waits(ctx, heard)
			if name == "ours" {
				return errors.New("the disk at /secret is full")
			}
			return parley.Errorf(parley.Conflict, "price", "it moved meanwhile")
		})
		res, lines := s.open(t.Context(), "/products/shop/risk")
		text := hears(lines, `data: {"says":"simulating"}`, heard)
		res.Body.Close()
		if !strings.Contains(text, "event: problem\ndata: ") || !strings.Contains(text, want) || strings.Contains(text, "/secret") || strings.Contains(text, "event: answer") {
			t.Errorf("%s: %s", name, text)
		}
	}
}

// TestWhoHangsUpEndsTheWork: nobody waits for the answer any more.
func TestWhoHangsUpEndsTheWork(t *testing.T) {
	s := newSite(t, "shop.yaml")
	ended := make(chan error, 1)
	s.slowly(func(ctx context.Context, tell negotiate.Tell) error {
		tell("simulating", 0)
		<-ctx.Done()
		ended <- ctx.Err()
		return ctx.Err()
	})
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	res, lines := s.open(ctx, "/products/shop/risk")
	defer res.Body.Close()
	if !lines.Scan() || lines.Text() != "event: progress" {
		t.Fatalf("%q", lines.Text())
	}
	cancel()
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Errorf("the work ended with %v", err)
	}
}

// TestAPanicEndsTheStream: what was begun ends with a problem that says nothing of
// what went wrong, and with nothing behind it.
func TestAPanicEndsTheStream(t *testing.T) {
	s := newSite(t, "shop.yaml")
	for _, begun := range []bool{true, false} {
		heard := make(chan struct{})
		s.slowly(func(ctx context.Context, tell negotiate.Tell) error {
			if begun {
				tell("simulating", 0)
				waits(ctx, heard)
			}
			panic("secret")
		})
		res, lines := s.open(t.Context(), "/products/shop/risk")
		text := hears(lines, `data: {"says":"simulating","done":0}`, heard)
		res.Body.Close()
		if begun && !strings.Contains(text, "event: problem\ndata: {") || !begun && res.StatusCode != http.StatusInternalServerError || strings.Contains(text, "secret") || strings.Count(text, `"status":500`) != 1 {
			t.Errorf("begun %v: %d %s", begun, res.StatusCode, text)
		}
	}
}

// TestStreamsOverHTTP2: silence longer than a reader may take for a piece ends no
// stream.
func TestStreamsOverHTTP2(t *testing.T) {
	s := newSite(t, "shop.yaml")
	s.api.slow = 50 * time.Millisecond
	s.server.Close()
	s.server = httptest.NewUnstartedServer(s.api.handler())
	s.server.EnableHTTP2 = true
	s.server.StartTLS()
	t.Cleanup(s.server.Close)
	s.slowly(func(ctx context.Context, tell negotiate.Tell) error {
		tell("simulating", 0)
		select {
		case <-time.After(tellEvery + 6*s.api.slow):
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	})
	res, lines := s.open(t.Context(), "/products/shop/risk?trials=100")
	defer res.Body.Close()
	text := hears(lines, "", make(chan struct{}))
	if res.ProtoMajor != 2 || lines.Err() != nil || !strings.Contains(text, "event: answer") {
		t.Errorf("%s: %v %s", res.Proto, lines.Err(), text)
	}
}
