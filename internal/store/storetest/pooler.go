package storetest

import (
	"database/sql"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"github.com/parleysec/parley/internal/testenv"
)

// Pooler is a pgbouncer in transaction mode in front of a private PostgreSQL server:
// every transaction may run on another connection of it.
type Pooler struct {
	pg        *Postgres
	folder    string
	databases atomic.Int64
}

// StartPooler starts pgbouncer from the programs of the machine; without it the test
// is skipped, unless PARLEY_TEST_REQUIRE names pgbouncer.
func StartPooler(t testing.TB, pg *Postgres) *Pooler {
	t.Helper()
	bin := "/usr/sbin/pgbouncer" // where Debian has it, which is not in everybody's PATH
	if path, err := exec.LookPath("pgbouncer"); err == nil {
		bin = path
	}
	_, err := os.Stat(bin)
	testenv.Require(t, "pgbouncer", err == nil, "no pgbouncer in PATH or /usr/sbin")
	folder, err := os.MkdirTemp("", "pb") // short, as the folder of the server
	check(t, err)
	t.Cleanup(func() { check(t, os.RemoveAll(folder)) })
	why := owned(folder)
	testenv.Require(t, "pgbouncer", why == nil, fmt.Sprint(why))
	settings := fmt.Sprintf(`[databases]
* = host=%s user=parley
[pgbouncer]
listen_addr =
unix_socket_dir = %s
auth_type = any
pool_mode = transaction
default_pool_size = 3
max_client_conn = 500
logfile = %s
`, pg.folder, folder, filepath.Join(folder, "log"))
	file := filepath.Join(folder, "pgbouncer.ini")
	check(t, os.WriteFile(file, []byte(settings), 0o644))
	c := command(bin, "-q", file)
	check(t, c.Start())
	t.Cleanup(func() {
		_ = c.Process.Kill()
		_ = c.Wait() // it was killed
	})
	p := &Pooler{pg: pg, folder: folder}
	p.wait(t)
	return p
}

func (p *Pooler) wait(t testing.TB) {
	t.Helper()
	db, err := sql.Open("pgx", p.url("postgres"))
	check(t, err)
	defer db.Close()
	for range 500 {
		if _, err = db.ExecContext(t.Context(), "SELECT 1"); err == nil {
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
	said, _ := os.ReadFile(filepath.Join(p.folder, "log"))
	t.Fatalf("pgbouncer does not answer: %v\n%s", err, said)
}

func (p *Pooler) url(database string) string {
	q := url.Values{"host": {p.folder}, "port": {"6432"}}
	return "postgres://parley@/" + database + "?" + q.Encode()
}

// Fresh is the address of a new, empty database behind the pooler. A schema of its
// own would need a setting of the session, which a pooler does not keep.
func (p *Pooler) Fresh(t testing.TB) string {
	t.Helper()
	name := fmt.Sprintf("b%d", p.databases.Add(1))
	db, err := sql.Open("pgx", p.pg.url("public"))
	check(t, err)
	defer db.Close()
	_, err = db.ExecContext(t.Context(), "CREATE DATABASE "+name)
	check(t, err)
	return p.url(name)
}

// Direct is the address of a database of the pooler past it.
func (p *Pooler) Direct(t testing.TB, pooled string) string {
	t.Helper()
	u, err := url.Parse(pooled)
	check(t, err)
	u.RawQuery = url.Values{"host": {p.pg.folder}}.Encode()
	return u.String()
}
