package api

import (
	"bytes"
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/parleysec/parley/internal/auth"
	"github.com/parleysec/parley/internal/negotiate"
	"github.com/parleysec/parley/ledger"
)

// another is one more server on the ledger of a site.
func (s *site) another() *site {
	s.t.Helper()
	svc := &negotiate.Service{Ledger: s.service.Ledger, Now: clock, Throwaway: true}
	s.t.Cleanup(func() { _ = svc.Close() })
	return serve(s.t, svc)
}

// TestD9AnotherServerAnswers: a retry at another server, or after a restart, gets
// the answer of the first one; asked at the same moment they do it once.
func TestD9AnotherServerAnswers(t *testing.T) {
	one := newSite(t, "shop.yaml")
	sites := []*site{one, one.another(), one.another()}
	const path = "/products/shop/notes"
	say := Saying{About: "leak", Kind: "comment", Text: "who pays?"}
	for _, key := range []string{"first", "second"} {
		answers := make([]answer, 6)
		var all sync.WaitGroup
		for i := range answers {
			all.Go(func() { answers[i] = sites[i%3].ask("POST", path, say, head{idempotencyHeader, key}) })
		}
		all.Wait()
		fresh := 0
		for _, a := range answers {
			if a.StatusCode != http.StatusCreated || !bytes.Equal(a.text, answers[0].text) || a.Header.Get("Content-Type") != answers[0].Header.Get("Content-Type") {
				t.Errorf("%d %s", a.StatusCode, a.text)
			}
			if a.Header.Get("Idempotency-Replayed") == "" {
				fresh++
			}
		}
		if fresh != 1 {
			t.Errorf("%d of them did it", fresh)
		}
	}
	if n := len(into[Log](t, one.get("/log?type=note.added")).Items); n != 2 {
		t.Errorf("recorded %d times, want once for each key", n)
	}
	say.Text = "who else pays?"
	sites[2].must(http.StatusUnprocessableEntity, "POST", path, say, head{idempotencyHeader, "first"})
}

// dying are answers of a server that is killed: nothing is kept.
type dying struct{ *auth.Service }

func (dying) SettleAnswer(context.Context, auth.Answer) error { return context.DeadlineExceeded }

// early are the accounts of a site as a server had them that was killed a while ago.
func (s *site) early() *auth.Service {
	s.t.Helper()
	x, err := auth.Open(s.t.Context(), s.service.Ledger, auth.Options{Now: func() time.Time { return clock().Add(-time.Minute) }, Throwaway: true, Cost: auth.Cost{KiB: 8, Passes: 1}})
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { _ = x.Close() })
	return x
}

// TestD9KilledServer: what a server did that was killed before it answered is not
// done again by another, and what it had not done is.
func TestD9KilledServer(t *testing.T) {
	one := newSite(t, "shop.yaml")
	two := one.another()
	one.api.opt.Answers = dying{one.early()}
	const path = "/products/shop/notes"
	key := head{idempotencyHeader, "done"}
	say := Saying{About: "leak", Kind: "comment", Text: "who pays?"}
	one.must(http.StatusCreated, "POST", path, say, key)
	if r := two.must(http.StatusConflict, "POST", path, say, key); r.Header.Get("Retry-After") != "" || !strings.Contains(string(r.text), "did what you asked for") {
		t.Errorf("%v %s", r.Header, r.text)
	}
	key[1], say.Text = "not done", ""
	one.must(http.StatusUnprocessableEntity, "POST", path, say, key)
	say.Text = "who else?"
	two.must(http.StatusCreated, "POST", path, say, key)
	if n := len(into[Log](t, one.get("/log?type=note.added")).Items); n != 2 {
		t.Errorf("recorded %d times, want 2", n)
	}
}

// TestD9UnderWay: while the first of two is under way the other waits, and is told
// to come again where that takes long.
func TestD9UnderWay(t *testing.T) {
	s := newSite(t, "shop.yaml")
	s.api.wait = 3 * onceLook
	body := `{"about":"leak","kind":"comment","text":"who pays?"}`
	r := httptest.NewRequest("POST", base+"/products/shop/notes", nil)
	r.Header.Set("Content-Type", "application/json")
	ctx := context.WithValue(r.Context(), who{}, negotiate.Actor{ID: "priya", Known: ledger.ThisMachine, Via: ledger.ViaAPI})
	r = r.WithContext(ctx)
	if _, mine, err := s.accounts.TakeAnswer(t.Context(), wantedBy(r, "k", []byte(body))); !mine || err != nil {
		t.Fatal(mine, err)
	}
	a := s.must(http.StatusConflict, "POST", "/products/shop/notes", body, head{idempotencyHeader, "k"}, head{"Content-Type", "application/json"})
	if a.Header.Get("Retry-After") == "" {
		t.Errorf("%v %s", a.Header, a.text)
	}
}

// TestKeyedBodiesHaveTheLimitOfTheirRoute: a key makes no route take more than
// it does without.
func TestKeyedBodiesHaveTheLimitOfTheirRoute(t *testing.T) {
	s := newSite(t, "shop.yaml")
	s.api.opt.Answers = unasked{s.accounts, t}
	big := `{"about":"leak","kind":"comment","text":"` + strings.Repeat("a", smallBody) + `"}`
	for _, path := range []string{"/products/shop/notes", "/rules", "/tokens"} {
		a := s.must(http.StatusRequestEntityTooLarge, "POST", path, big, head{idempotencyHeader, "big"}, head{"Content-Type", "application/json"})
		if !strings.Contains(string(a.text), "at most 256 KB") {
			t.Errorf("%s does not say how much: %s", path, string(a.text))
		}
	}
	s.api.opt.Answers = s.accounts
	s.must(http.StatusUnprocessableEntity, "POST", "/products", strings.Repeat("a", smallBody+1), head{idempotencyHeader, "file"}, head{"Content-Type", "application/yaml"})
}

// unasked are answers that nobody may ask for.
type unasked struct {
	Answers
	t *testing.T
}

func (u unasked) TakeAnswer(context.Context, auth.Answer) (*auth.Answer, bool, error) {
	u.t.Error("a body that is too large was taken for a request")
	return nil, false, context.Canceled
}

// TestTooLargeSaysWhatToDo: a report that is too large for a server has another
// way in; what is no report has none.
func TestTooLargeSaysWhatToDo(t *testing.T) {
	if p := tooLarge(reportBody); !strings.Contains(p.Detail, "at most 24 MB") || !strings.Contains(p.Hint, "18 MB together") || !strings.Contains(p.Hint, "--ledger") {
		t.Errorf("%+v", p)
	}
	if p := tooLarge(smallBody); !strings.Contains(p.Detail, "at most 256 KB") || p.Hint != "" {
		t.Errorf("%+v", p)
	}
}
