package auth

import (
	"context"
	"net/netip"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/store"
	"github.com/parleysec/parley/ledger"
)

// world is a service on a new ledger with a clock that a test moves.
type world struct {
	*Service
	t   *testing.T
	url string

	mu sync.Mutex
	at time.Time
}

// cheap is less work than is done for people, so that tests are quick.
var cheap = Cost{KiB: 8, Passes: 1}

const (
	admin = "ada@example.org"
	tom   = "tom@example.org"
	words = "seven lighthouses hum"
	other = "four kites over Leeds"
)

var home = netip.MustParseAddr("192.0.2.7")

func newWorld(t *testing.T) *world {
	t.Helper()
	return newWorldAt(t, filepath.Join(t.TempDir(), "parley.db"))
}

func newWorldAt(t *testing.T, url string) *world {
	t.Helper()
	db, err := store.Create(t.Context(), url, ledger.Actor{ID: admin, Known: ledger.ThisMachine, Via: ledger.ViaCLI}, store.Options{Throwaway: true})
	must(t, err)
	must(t, db.Close())
	w := &world{t: t, url: url, at: time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)}
	w.Service = w.again(Options{})
	return w
}

// again opens the accounts as another process would.
func (w *world) again(o Options) *Service {
	w.t.Helper()
	o.Now, o.Throwaway = w.clock, true
	if o.Cost == (Cost{}) {
		o.Cost = cheap
	}
	s, err := Open(context.Background(), w.url, o)
	must(w.t, err)
	w.t.Cleanup(func() { must(w.t, s.Close()) })
	return s
}

func (w *world) clock() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.at
}

func (w *world) wait(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.at = w.at.Add(d)
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// setUp makes the first account.
func (w *world) setUp() *Session {
	w.t.Helper()
	secret, err := w.SetUpLink(w.t.Context())
	must(w.t, err)
	s, err := w.SetUp(w.t.Context(), secret, NewAccount{Email: admin, Name: "Ada", Password: words})
	must(w.t, err)
	return s
}

// join makes an account by an invitation.
func (w *world) join(email string) *Session {
	w.t.Helper()
	secret, err := w.Invite(w.t.Context(), admin, Invitation{Email: email, Name: "Somebody"})
	must(w.t, err)
	s, err := w.Accept(w.t.Context(), secret, NewAccount{Password: words})
	must(w.t, err)
	return s
}

func (w *world) signIn(email, password, code string) (*Session, error) {
	return w.SignIn(w.t.Context(), Attempt{Email: email, Password: password, Code: code, From: home})
}

// known is who a cookie belongs to, "" for nobody.
func (w *world) known(cookie, bearer string) string {
	w.t.Helper()
	p, err := w.Identify(w.t.Context(), cookie, bearer)
	if err == ErrNobody {
		return ""
	}
	must(w.t, err)
	return p.ID
}

// reset sets a new password by a link, whatever the browser keeps of it.
func (w *world) reset(ctx context.Context, secret, password string) error {
	return resets(w.Reset(ctx, secret, password))
}

func resets(_ *Ended, err error) error { return err }

// TestNoDatabaseIsNobodysMistake: where the database does not answer, who asks is told to
// come back, and not that the program made a mistake.
func TestNoDatabaseIsNobodysMistake(t *testing.T) {
	w := newWorld(t)
	session := w.setUp()
	must(t, w.db.Close())
	_, needed := w.SetUpNeeded(t.Context())
	_, signIn := w.signIn(admin, words, "")
	_, who := w.Identify(t.Context(), session.Secret, "")
	_, invite := w.Invite(t.Context(), admin, Invitation{Email: tom})
	for what, err := range map[string]error{"set-up": needed, "sign-in": signIn, "session": who, "invitation": invite} {
		if parley.KindOfError(err) != parley.Unavailable {
			t.Errorf("%s: %v (%s)", what, err, parley.KindOfError(err))
		}
	}
}
