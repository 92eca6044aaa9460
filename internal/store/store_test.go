package store_test

import (
	"path/filepath"
	"testing"

	"github.com/parleysec/parley/internal/store/storetest"
)

func TestSQLite(t *testing.T) {
	storetest.Suite{Fresh: func(t *testing.T) string { return filepath.Join(t.TempDir(), "parley.db") }}.Run(t)
}

func TestPostgres(t *testing.T) {
	storetest.Suite{Fresh: storetest.StartPostgres(t).Fresh}.Run(t)
}
