package api

import (
	"bufio"
	"context"
	"io"
	"net/http"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/parleysec/parley/internal/auth"
	"github.com/parleysec/parley/internal/negotiate"
	"github.com/parleysec/parley/internal/sse"
	"github.com/parleysec/parley/ledger"
)

// listening is a site with somebody who is told what happens by a session.
type listening struct {
	*site
	session *auth.Session
	past    atomic.Int64 // of the accounts' clock, in nanoseconds
	lines   *bufio.Scanner
}

const ada = "ada@example.org"

func newListening(t *testing.T) *listening {
	t.Helper()
	l := &listening{}
	service := &negotiate.Service{Ledger: filepath.Join(t.TempDir(), "l.db"), Now: clock, Throwaway: true}
	t.Cleanup(func() { _ = service.Close() })
	l.site = serveBy(t, service, func() time.Time { return clock().Add(time.Duration(l.past.Load())) })
	l.member(ada, ledger.Reader, "")
	l.api.beat = 5 * time.Millisecond
	var err error
	if l.session, err = l.accounts.SignIn(t.Context(), auth.Attempt{Email: ada, Password: newAccount.Password}); err != nil {
		t.Fatal(err)
	}
	return l
}

// connect asks for live updates; it gives the status.
func (l *listening) connect() int {
	l.t.Helper()
	ctx, cancel := context.WithTimeout(l.t.Context(), 30*time.Second)
	l.t.Cleanup(cancel)
	r, err := http.NewRequestWithContext(ctx, "GET", l.server.URL+base+"/events", nil)
	if err != nil {
		l.t.Fatal(err)
	}
	r.Header.Set("Test-Session", l.session.Secret)
	r.Header.Set("Accept", sse.ContentType)
	res, err := l.server.Client().Do(r)
	if err != nil {
		l.t.Fatal(err)
	}
	l.t.Cleanup(func() { _ = res.Body.Close() })
	l.lines = bufio.NewScanner(res.Body)
	return res.StatusCode
}

// alive reads so many signs of life.
func (l *listening) alive(n int) {
	l.t.Helper()
	for n > 0 {
		if !l.lines.Scan() {
			l.t.Fatalf("it ended: %v", l.lines.Err())
		}
		if l.lines.Text() != "" {
			n--
		}
	}
}

// ends reads until it ends, as it must, and is asked to sign in then.
func (l *listening) ends() {
	l.t.Helper()
	for l.lines.Scan() {
	}
	if err := l.lines.Err(); err != nil && err != io.ErrUnexpectedEOF {
		l.t.Fatalf("it did not end by itself: %v", err)
	}
	if got := l.connect(); got != http.StatusUnauthorized {
		l.t.Errorf("whoever connects anew is answered with %d", got)
	}
}

// TestS1LiveUpdatesEnd with the session they were asked for by, whatever ends it.
func TestS1LiveUpdatesEnd(t *testing.T) {
	for name, end := range map[string]func(*listening) error{
		"signed out": func(l *listening) error { return l.accounts.SignOut(l.t.Context(), l.session.Secret) },
		"role":       func(l *listening) error { return l.accounts.EndSessions(l.t.Context(), ada) },
		"password": func(l *listening) error {
			_, err := l.accounts.ChangePassword(l.t.Context(), ada, l.session.Person.Session, newAccount.Password, "another long sentence")
			return err
		},
		"idle":     func(l *listening) error { l.past.Add(int64(auth.DefaultIdle)); return nil },
		"absolute": func(l *listening) error { l.past.Add(int64(auth.DefaultAbsolute)); return nil },
	} {
		t.Run(name, func(t *testing.T) {
			l := newListening(t)
			if got := l.connect(); got != http.StatusOK {
				t.Fatal(got)
			}
			l.alive(3)
			if err := end(l); err != nil {
				t.Fatal(err)
			}
			l.ends()
		})
	}
}

// TestS1LiveUpdatesAreNoUse: neither a connection that stays nor one that is made
// anew keeps a session that nobody uses.
func TestS1LiveUpdatesAreNoUse(t *testing.T) {
	l := newListening(t)
	for range 3 {
		if got := l.connect(); got != http.StatusOK {
			t.Fatal(got)
		}
		l.past.Add(int64(auth.DefaultIdle / 4))
		l.alive(3)
	}
	list, err := l.accounts.Sessions(t.Context(), ada)
	for _, x := range list {
		if err != nil || !x.Seen.Equal(clock()) {
			t.Fatalf("%v %+v", err, x)
		}
	}
	l.past.Add(int64(auth.DefaultIdle / 4))
	l.ends()
}

// TestS1ATokenAsksAnew who it is for: a session that was stolen makes none.
func TestS1ATokenAsksAnew(t *testing.T) {
	l := newListening(t)
	l.who = ""
	session := head{"Test-Session", l.session.Secret}
	l.must(http.StatusCreated, "POST", "/tokens", TokenWanted{Name: "x", Scope: "read"}, session)
	l.past.Add(int64(auth.ProvedFor))
	a := l.must(http.StatusForbidden, "POST", "/tokens", TokenWanted{Name: "x", Scope: "read"}, session)
	if !strings.Contains(string(a.text), "/account/prove") {
		t.Errorf("nobody says what to do: %s", a.text)
	}
	if err := l.accounts.Prove(t.Context(), ada, l.session.Person.Session, newAccount.Password, ""); err != nil {
		t.Fatal(err)
	}
	l.must(http.StatusCreated, "POST", "/tokens", TokenWanted{Name: "x", Scope: "read"}, session)
}

// TestS1WaysForOthersAskAnew: an administrator makes ways into accounts of others
// only when they proved lately who they are.
func TestS1WaysForOthersAskAnew(t *testing.T) {
	l := newListening(t)
	l.who = ""
	const root = "root@example.org"
	l.member(root, ledger.Administrator, "")
	in, err := l.accounts.SignIn(t.Context(), auth.Attempt{Email: root, Password: newAccount.Password})
	if err != nil {
		t.Fatal(err)
	}
	session := head{"Test-Session", in.Secret}
	ways := map[string]any{"/invitations": Inviting{Email: "new@example.org", Name: "New"}, "/accounts/" + ada + "/reset-link": nil, "/accounts/" + ada + "/clear-second-factor": nil, "/invitations/mail": Inviting{Email: "new@example.org"}, "/accounts/" + ada + "/mail-reset-link": nil, "/webhooks": Receiver{URL: "https://hooks.example.com/x"}, "/webhooks/wh-x/rotate": nil}
	l.past.Add(int64(auth.ProvedFor))
	for path, body := range ways {
		if a := l.must(http.StatusForbidden, "POST", path, body, session); !strings.Contains(string(a.text), "/account/prove") {
			t.Errorf("%s: nobody says what to do: %s", path, a.text)
		}
	}
	if err := l.accounts.Prove(t.Context(), root, in.Person.Session, newAccount.Password, ""); err != nil {
		t.Fatal(err)
	}
	l.must(http.StatusCreated, "POST", "/invitations", ways["/invitations"], session)
	l.must(http.StatusCreated, "POST", "/accounts/"+ada+"/reset-link", nil, session)
}

// TestN5LiveUpdatesTakeAPlaceFirst: who has as many live connections as one may have
// is told so before anything is worked out for one more, and one that is refused
// leaves no place taken.
func TestN5LiveUpdatesTakeAPlaceFirst(t *testing.T) {
	s := newSite(t, "shop.yaml")
	absent := func(want int) {
		t.Helper()
		s.must(want, "GET", "/events?product=none", nil, head{"Accept", sse.ContentType})
	}
	absent(http.StatusNotFound)
	if !s.api.limits.live.Empty() {
		t.Fatal("what was refused holds a place")
	}
	for range watching {
		if _, ok := s.api.limits.watch(s.who); !ok {
			t.Fatal("too few")
		}
	}
	absent(http.StatusTooManyRequests)
}
