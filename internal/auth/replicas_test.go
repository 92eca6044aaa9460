package auth

import (
	"errors"
	"fmt"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/parleysec/parley/internal/store/storetest"
)

func TestReplicasSQLite(t *testing.T) {
	testReplicas(t, func() string { return filepath.Join(t.TempDir(), "parley.db") })
}

func TestReplicasPostgres(t *testing.T) {
	pg := storetest.StartPostgres(t)
	testReplicas(t, func() string { return pg.Fresh(t) })
}

// testReplicas: several processes on one database are one server.
func testReplicas(t *testing.T, fresh func() string) {
	t.Run("SetUpAtOnce", func(t *testing.T) { testSetUpAtOnce(t, newWorldAt(t, fresh())) })
	t.Run("OnceAtOnce", func(t *testing.T) { testOnceAtOnce(t, newWorldAt(t, fresh())) })
	t.Run("EndsEverywhere", func(t *testing.T) { testEndsEverywhere(t, newWorldAt(t, fresh())) })
}

// each runs something in several processes, several times at the same moment,
// and counts what succeeds; any error but those expected fails the test.
func (w *world) each(do func(s *Service, i int) error, expected ...error) int64 {
	w.t.Helper()
	var n atomic.Int64
	var wg sync.WaitGroup
	for p := range 3 {
		s := w.again(Options{})
		for i := range 3 {
			wg.Go(func() {
				err := do(s, p*3+i)
				if err == nil {
					n.Add(1)
					return
				}
				for _, e := range expected {
					if errors.Is(err, e) {
						return
					}
				}
				w.t.Error(err)
			})
		}
	}
	wg.Wait()
	return n.Load()
}

// testSetUpAtOnce: of several people with links of several processes, one sets up.
func testSetUpAtOnce(t *testing.T, w *world) {
	n := w.each(func(s *Service, i int) error {
		secret, err := s.SetUpLink(t.Context())
		if err != nil {
			return err
		}
		_, err = s.SetUp(t.Context(), secret, NewAccount{Email: fmt.Sprintf("p%d@example.org", i), Name: "P", Password: words})
		return err
	}, ErrSetUp, ErrLink)
	list, err := w.Accounts(t.Context())
	if err != nil || n != 1 || len(list) != 1 {
		t.Errorf("set up %d times, %d accounts (%v)", n, len(list), err)
	}
}

func testOnceAtOnce(t *testing.T, w *world) {
	w.setUp()
	secret, codes := w.enrol(admin)
	w.join(tom)
	invite, err := w.Invite(t.Context(), admin, Invitation{Email: "mia@example.org"})
	must(t, err)
	reset, err := w.ResetLink(t.Context(), admin, tom)
	must(t, err)
	var code string
	for _, c := range []struct {
		name string
		do   func(s *Service, i int) error
		err  error
	}{
		{"invitation", func(s *Service, _ int) error {
			_, err := s.Accept(t.Context(), invite, NewAccount{Name: "Mia", Password: words})
			return err
		}, ErrLink},
		{"reset", func(s *Service, _ int) error { return resets(s.Reset(t.Context(), reset, other)) }, ErrLink},
		{"identity", func(s *Service, i int) error {
			_, err := s.SignInWith(t.Context(), Identity{Issuer: "https://id.example.org", Subject: fmt.Sprint(i), Email: tom, EmailVerified: true})
			return err
		}, ErrNotInvited},
		{"code", func(s *Service, _ int) error { return enter(t, s, admin, code) }, ErrWrong},
		{"recovery", func(s *Service, _ int) error { return enter(t, s, admin, codes[0]) }, ErrWrong},
	} {
		code = w.code(secret)
		if n := w.each(c.do, c.err); n != 1 {
			t.Errorf("%s: good %d times", c.name, n)
		}
		w.wait(time.Duration(limitCode.burst) * limitCode.every)
	}
}

// enter signs in with a code; where others took all guesses at this moment it was as
// wrong as theirs.
func enter(t *testing.T, s *Service, email, code string) error {
	_, err := s.SignIn(t.Context(), Attempt{Email: email, Password: words, Code: code, From: home})
	if many := (*TooManyError)(nil); errors.As(err, &many) {
		return ErrWrong
	}
	return err
}

func testEndsEverywhere(t *testing.T, w *world) {
	w.setUp()
	s := w.join(tom)
	plain, _, err := w.NewToken(t.Context(), tom, TokenSpec{Name: "x", Scope: ScopeRead, Products: []string{"shop"}})
	must(t, err)
	elsewhere := w.again(Options{})
	for _, x := range [][2]string{{s.Secret, ""}, {"", plain}} {
		if p, err := elsewhere.Identify(t.Context(), x[0], x[1]); err != nil || p.ID != tom {
			t.Fatalf("%+v %v", p, err)
		}
	}
	must(t, w.EndSessions(t.Context(), tom))
	for _, x := range [][2]string{{s.Secret, ""}, {"", plain}} {
		if p, err := elsewhere.Identify(t.Context(), x[0], x[1]); !errors.Is(err, ErrNobody) {
			t.Errorf("%+v %v", p, err)
		}
	}
}
