package main

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"sync"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/negotiate"
	"github.com/parleysec/parley/internal/web"
)

// trials are the examples that people walk through on a server: each is a ledger
// of its own, below one folder that goes with the server.
type trials struct {
	app *app

	mu  sync.Mutex
	dir string // "" while there is none
}

// make makes an example ledger as the demo's; what comes back with it takes it
// away again.
func (t *trials) make(ctx context.Context) (web.Service, func() error, error) {
	dir, err := t.folder()
	if err != nil {
		return nil, nil, &parley.Error{Op: "make the example", Kind: parley.Unavailable, Err: err}
	}
	s := &negotiate.Service{Ledger: filepath.Join(dir, "demo.db"), Throwaway: true}
	end := func() error { return errors.Join(s.Close(), os.RemoveAll(dir)) }
	if err := t.app.demoLedger(ctx, s, dir); err != nil {
		return nil, nil, errors.Join(err, end())
	}
	s.Now = t.app.now
	return s, end, nil
}

// folder is a new folder for one example.
func (t *trials) folder() (string, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.dir == "" {
		dir, err := os.MkdirTemp("", "parley-examples-")
		if err != nil {
			return "", err
		}
		t.dir = dir
	}
	return os.MkdirTemp(t.dir, "")
}

// close takes away what the examples left.
func (t *trials) close() error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.dir == "" {
		return nil
	}
	return os.RemoveAll(t.dir)
}
