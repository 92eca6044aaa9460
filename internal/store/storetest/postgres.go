package storetest

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	"github.com/parleysec/parley/internal/testenv"
)

// Postgres is a private PostgreSQL server. It listens on a socket in a folder
// of its own and ends with the test that started it.
type Postgres struct {
	durable bool // commits reach the disk, as they do where it matters
	folder  string
	bin     string
	server  *exec.Cmd // nil while it is stopped
	log     bytes.Buffer
	schemas atomic.Int64
}

// StartPostgres starts a server from the programs of the machine; without them
// the test is skipped, unless PARLEY_TEST_REQUIRE names postgres.
func StartPostgres(t testing.TB) *Postgres { return start(t, &Postgres{}) }

// StartPostgresDurable starts a server whose commits reach the disk, for
// measuring.
func StartPostgresDurable(t testing.TB) *Postgres { return start(t, &Postgres{durable: true}) }

func start(t testing.TB, p *Postgres) *Postgres {
	t.Helper()
	bin := binaries()
	testenv.Require(t, "postgres", bin != "", "no PostgreSQL programs under /usr/lib/postgresql or in PATH")
	folder, err := os.MkdirTemp("", "pg") // short: the path of a socket is limited to about 100 bytes
	check(t, err)
	t.Cleanup(func() { check(t, os.RemoveAll(folder)) })
	why := owned(folder)
	testenv.Require(t, "postgres", why == nil, fmt.Sprint(why))

	data := filepath.Join(folder, "data")
	initdb := command(filepath.Join(bin, "initdb"), "-D", data, "-U", "parley", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync", "--no-instructions")
	if out, err := initdb.CombinedOutput(); err != nil {
		t.Fatalf("initdb: %v\n%s", err, out)
	}
	p.folder, p.bin = folder, bin
	t.Cleanup(func() { p.Stop(os.Interrupt) })
	p.Start(t)
	return p
}

// Start starts the server on its data, and waits until it answers.
func (p *Postgres) Start(t testing.TB) {
	t.Helper()
	fsync := "fsync=off"
	if p.durable {
		fsync = "fsync=on"
	}
	p.server = command(filepath.Join(p.bin, "postgres"), "-D", filepath.Join(p.folder, "data"), "-k", p.folder,
		"-c", "listen_addresses=", "-c", fsync, "-c", "max_connections=100")
	p.server.Stdout, p.server.Stderr = &p.log, &p.log
	check(t, p.server.Start())
	if err := p.wait(t.Context()); err != nil {
		t.Fatalf("PostgreSQL does not answer: %v\n%s", err, p.log.String())
	}
}

// Stop ends the server by a signal: os.Interrupt breaks connections off and
// shuts down, syscall.SIGQUIT leaves at once, as after a loss of power.
func (p *Postgres) Stop(how os.Signal) {
	if p.server == nil {
		return
	}
	_ = p.server.Process.Signal(how)
	_ = p.server.Wait() // its status says only that it was told to end
	p.server = nil
}

// binaries is the folder of the newest PostgreSQL programs, "" when there are none.
func binaries() string {
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	slices.SortFunc(found, func(a, b string) int { return version(a) - version(b) })
	if len(found) > 0 {
		return filepath.Dir(found[len(found)-1])
	}
	if path, err := exec.LookPath("initdb"); err == nil {
		return filepath.Dir(path)
	}
	return ""
}

func version(path string) int {
	n, err := strconv.Atoi(filepath.Base(filepath.Dir(filepath.Dir(path))))
	if err != nil {
		return 0
	}
	return n
}

func (p *Postgres) url(schema string) string {
	q := url.Values{"host": {p.folder}, "search_path": {schema}}
	return "postgres://parley@/postgres?" + q.Encode()
}

func (p *Postgres) wait(ctx context.Context) error {
	db, err := sql.Open("pgx", p.url("public"))
	if err != nil {
		return err
	}
	defer db.Close()
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	for {
		err := db.PingContext(ctx)
		if err == nil || ctx.Err() != nil {
			return err
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// Fresh is the address of a new, empty schema.
func (p *Postgres) Fresh(t testing.TB) string {
	t.Helper()
	schema := fmt.Sprintf("t%d", p.schemas.Add(1))
	db, err := sql.Open("pgx", p.url("public"))
	check(t, err)
	defer db.Close()
	_, err = db.ExecContext(t.Context(), "CREATE SCHEMA "+schema)
	check(t, err)
	return p.url(schema)
}
