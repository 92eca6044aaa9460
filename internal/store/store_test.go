package store_test

import (
	"path/filepath"
	"testing"

	"github.com/parleysec/parley/internal/store/storetest"
)

func TestSQLite(t *testing.T) {
	t.Parallel()
	storetest.Suite{Fresh: func(t *testing.T) string { return filepath.Join(t.TempDir(), "parley.db") }}.Run(t)
}

func TestPostgres(t *testing.T) {
	t.Parallel()
	pg := storetest.StartPostgres(t)
	storetest.Suite{Fresh: func(t *testing.T) string { return pg.Fresh(t) }}.Run(t)
	lite := func() string { return filepath.Join(t.TempDir(), "parley.db") }
	t.Run("ToPostgresAndBack", func(t *testing.T) { t.Parallel(); storetest.Transfer(t, lite(), pg.Fresh(t), lite()) })
	t.Run("ToSQLiteAndBack", func(t *testing.T) { t.Parallel(); storetest.Transfer(t, pg.Fresh(t), lite(), pg.Fresh(t)) })
	t.Run("Listen", func(t *testing.T) { t.Parallel(); direct := pg.Fresh(t); storetest.Listen(t, direct, direct) })
	t.Run("Kept", func(t *testing.T) { t.Parallel(); testKept(t, pg.Fresh(t)) })
	t.Run("KeyedGivesUp", func(t *testing.T) { t.Parallel(); testKeyedGivesUp(t, pg.Fresh(t)) })
	t.Run("EverySchema", func(t *testing.T) { t.Parallel(); testEverySchema(t, func(t *testing.T) string { return pg.Fresh(t) }) })
	t.Run("Migrations", func(t *testing.T) { t.Parallel(); testMigrationsPostgres(t, pg.Fresh(t)) })
}

// TestPooler runs what of the suite asks the database through a pooler that keeps no session: no
// statement is prepared under a name, and nothing is set for a connection.
func TestPooler(t *testing.T) {
	t.Parallel()
	pool := storetest.StartPooler(t, storetest.StartPostgres(t))
	storetest.Suite{Fresh: func(t *testing.T) string { return pool.Fresh(t) }, Asking: true}.Run(t)
	t.Run("NoneKept", func(t *testing.T) { t.Parallel(); testNoneKept(t, pool.Fresh(t)) })
	t.Run("Listen", func(t *testing.T) {
		t.Parallel()
		pooled := pool.Fresh(t)
		storetest.Listen(t, pooled, pool.Direct(t, pooled))
	})
	t.Run("Looks", func(t *testing.T) {
		t.Parallel()
		pooled := pool.Fresh(t)
		storetest.Looks(t, pooled, pooled, pool.Direct(t, pool.Fresh(t)), "postgres://parley@/nowhere?host=/nowhere")
	})
}
