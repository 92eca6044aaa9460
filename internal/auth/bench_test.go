package auth

import (
	"context"
	"path/filepath"
	"testing"

	"github.com/parleysec/parley/internal/store"
	"github.com/parleysec/parley/ledger"
)

func benchService(b *testing.B, cost Cost) (*Service, *Session) {
	b.Helper()
	url := filepath.Join(b.TempDir(), "parley.db")
	db, err := store.Create(b.Context(), url, ledger.Actor{ID: admin, Known: ledger.ThisMachine, Via: ledger.ViaCLI}, store.Options{})
	if err == nil {
		err = db.Close()
	}
	if err != nil {
		b.Fatal(err)
	}
	s, err := Open(b.Context(), url, Options{Cost: cost})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = s.Close() })
	secret, err := s.SetUpLink(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	in, err := s.SetUp(b.Context(), secret, NewAccount{Email: admin, Name: "Ada", Password: words})
	if err != nil {
		b.Fatal(err)
	}
	return s, in
}

// BenchmarkIdentify is what each request pays for being somebody's.
func BenchmarkIdentify(b *testing.B) {
	s, in := benchService(b, cheap)
	for b.Loop() {
		if _, err := s.Identify(context.Background(), in.Secret, ""); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkSignIn is one sign-in with the work that is done for people.
func BenchmarkSignIn(b *testing.B) {
	s, _ := benchService(b, DefaultCost)
	for b.Loop() {
		if _, err := s.SignIn(context.Background(), Attempt{Email: admin, Password: words, From: home}); err != nil {
			b.Fatal(err)
		}
	}
}
