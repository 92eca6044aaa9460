package store

import (
	"bufio"
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/parleysec/parley/ledger"
	"golang.org/x/mod/sumdb/tlog"
)

// maxLine bounds a line of an exported ledger: the largest file that is read,
// in base64, and some.
const maxLine = 128 << 20

// ImportError says which line of an exported ledger cannot be taken, and why.
// Nothing was written.
type ImportError struct {
	Line int // from 1; 0 for the whole
	Err  error
}

// Error names the line.
func (e *ImportError) Error() string {
	if e.Line == 0 {
		return fmt.Sprintf("the exported ledger is not whole: %v", e.Err)
	}
	return fmt.Sprintf("line %d of the exported ledger: %v", e.Line, e.Err)
}

// Unwrap is the reason.
func (e *ImportError) Unwrap() error { return e.Err }

// PresentError refuses to put a ledger where there is one.
type PresentError struct{ URL string }

// Error says where.
func (e *PresentError) Error() string {
	return fmt.Sprintf("there is a ledger at %s already: it is not replaced", e.URL)
}

// Import makes a ledger of what [DB.Export] wrote, where there is none, with the
// same events and the same root. All of it is verified before it is there;
// otherwise nothing is. What is wrong with the lines is an *[ImportError], a
// ledger that is there already a *[PresentError].
func Import(ctx context.Context, url string, r io.Reader, o Options) (ledger.Head, error) {
	o = o.withDefaults()
	if IsPostgres(url) {
		db, err := connectPostgres(ctx, url, o)
		if err != nil {
			return ledger.Head{}, err
		}
		head, err := db.importAll(ctx, r)
		return head, errors.Join(err, db.Close())
	}
	if elsewhere(url) {
		return ledger.Head{}, &AddressError{URL: url}
	}
	return importSQLite(ctx, url, r, o)
}

// importSQLite makes the ledger in a file beside its place, as createSQLite does.
func importSQLite(ctx context.Context, path string, r io.Reader, o Options) (ledger.Head, error) {
	if _, err := os.Stat(path); err == nil {
		return ledger.Head{}, &PresentError{URL: path}
	}
	draft, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".new-*") // mode 0600
	if err != nil {
		return ledger.Head{}, fmt.Errorf("import ledger: %w", err)
	}
	defer removeDraft(draft.Name())
	if err := draft.Close(); err != nil {
		return ledger.Head{}, fmt.Errorf("import ledger: %w", err)
	}
	db, err := dialSQLite(ctx, draft.Name(), o)
	if err != nil {
		return ledger.Head{}, err
	}
	_, err = db.writer.ExecContext(ctx, fmt.Sprintf("PRAGMA application_id = %d", applicationID))
	var head ledger.Head
	if err == nil {
		head, err = db.importAll(ctx, r)
	}
	if err == nil {
		err = db.inOneFile(ctx)
	}
	if err := errors.Join(err, db.Close()); err != nil {
		return ledger.Head{}, err
	}
	if err := os.Link(draft.Name(), path); errors.Is(err, os.ErrExist) {
		return ledger.Head{}, &PresentError{URL: path}
	} else if err != nil { // a file system without hard links
		if err := os.Rename(draft.Name(), path); err != nil {
			return ledger.Head{}, fmt.Errorf("import ledger: %w", err)
		}
	}
	return head, syncFolder(filepath.Dir(path))
}

// importAll fills an empty database in one transaction.
func (db *DB) importAll(ctx context.Context, r io.Reader) (ledger.Head, error) {
	there, err := db.founded(ctx)
	if err != nil {
		return ledger.Head{}, fmt.Errorf("import ledger: %w", err)
	}
	if there {
		return ledger.Head{}, &PresentError{URL: db.Address()}
	}
	in := newImporter(r)
	if err := in.begin(); err != nil { // before there is a table
		return ledger.Head{}, fmt.Errorf("import ledger: %w", err)
	}
	if err := db.migrate(ctx, released()); err != nil {
		return ledger.Head{}, fmt.Errorf("import ledger: %w", err)
	}
	err = db.write(ctx, func(tx *sql.Tx) error { return in.run(ctx, db, tx) })
	if conflict, _ := contended(err); conflict {
		return ledger.Head{}, &PresentError{URL: db.Address()}
	}
	if err != nil {
		return ledger.Head{}, fmt.Errorf("import ledger: %w", err)
	}
	return in.head, nil
}

// importer is one import under way.
type importer struct {
	db    *DB     // nil while the header is read
	tx    *sql.Tx // nil where lines are read and not kept
	lines *bufio.Scanner
	line  int

	header *exportHeader
	head   ledger.Head
	state  *ledger.State
	hashes hashes
	beside *ledger.Attachment // the bytes the next line must have
	people [][]any
	events [][]any
	bytes  [][]any
}

func newImporter(r io.Reader) *importer {
	in := &importer{lines: bufio.NewScanner(r), state: ledger.NewState()}
	in.lines.Buffer(make([]byte, 1<<16), maxLine)
	return in
}

func (in *importer) bad(format string, args ...any) error {
	return &ImportError{Line: in.line, Err: fmt.Errorf(format, args...)}
}

// run takes everything behind the header into the database.
func (in *importer) run(ctx context.Context, db *DB, tx *sql.Tx) error {
	in.db, in.tx, in.hashes = db, tx, hashes{db: db, tx: tx}
	if err := in.found(ctx); err != nil {
		return err
	}
	if err := in.read(ctx); err != nil {
		return err
	}
	return in.end(ctx)
}

// read takes the lines behind the header.
func (in *importer) read(ctx context.Context) error {
	for in.next() {
		var l exportLine
		if err := strict(in.lines.Bytes(), &l); err != nil {
			return in.bad("%w", err)
		}
		if err := in.take(ctx, l); err != nil {
			return err
		}
		if in.tx != nil && len(in.events)+len(in.people)+len(in.bytes) >= manyRows {
			if err := in.flush(ctx); err != nil {
				return err
			}
		}
	}
	if err := in.lines.Err(); err != nil {
		in.line++
		if errors.Is(err, bufio.ErrTooLong) {
			return in.bad("it is longer than %d bytes", maxLine)
		}
		return fmt.Errorf("read line %d: %w", in.line, err)
	}
	in.line = 0
	if in.beside != nil || in.state.Size != in.head.Size {
		return in.bad("it ends after %d of %d events", in.state.Size, in.head.Size)
	}
	return nil
}

func (in *importer) next() bool {
	if !in.lines.Scan() {
		return false
	}
	in.line++
	return true
}

// begin reads the header.
func (in *importer) begin() error {
	if !in.next() {
		if err := in.lines.Err(); err != nil && !errors.Is(err, bufio.ErrTooLong) {
			return fmt.Errorf("read line 1: %w", err)
		}
		in.line = 1
		return in.bad("want a header")
	}
	var l exportLine
	if err := strict(in.lines.Bytes(), &l); err != nil || l.Header == nil {
		return in.bad("this is no exported ledger: its first line is no header (%v)", err)
	}
	in.header = l.Header
	if in.header.Format != exportFormat {
		return in.bad("format %q, this version reads %q", in.header.Format, exportFormat)
	}
	if in.header.Events < 1 || len(in.header.Root) != tlog.HashSize {
		return in.bad("a ledger has at least one event and a root of %d bytes", tlog.HashSize)
	}
	in.head = ledger.Head{Size: in.header.Events, Root: tlog.Hash(in.header.Root)}
	return nil
}

// found takes the place of the first event.
func (in *importer) found(ctx context.Context) error {
	res, err := in.tx.ExecContext(ctx, in.db.on.query("UPDATE head SET size = ?, root = ? WHERE one = 1 AND size = 0"), in.head.Size, in.header.Root)
	if err != nil {
		return err
	}
	if n, err := res.RowsAffected(); err != nil || n != 1 {
		return &PresentError{URL: in.db.Address()}
	}
	return in.db.insert(ctx, in.tx, "meta", []string{"name", "value"}, [][]any{{"ledger", in.header.Ledger}, {"key", in.header.Key}})
}

func (in *importer) take(ctx context.Context, l exportLine) error {
	if (in.beside != nil) != (l.Attached != nil) {
		return in.bad("the bytes kept beside an event stand behind it, and nowhere else")
	}
	switch {
	case l.Attached != nil && l.Person == nil && l.Event == "" && l.Header == nil:
		a := l.Attached
		if a.Hash != in.beside.Hash || !in.beside.Matches(a.Salt, a.Bytes) {
			return in.bad("the bytes are not those that were recorded")
		}
		in.bytes, in.beside = append(in.bytes, []any{a.Hash, a.Salt, notNil(a.Bytes)}), nil
		return nil
	case l.Person != nil && l.Attached == nil && l.Event == "" && l.Header == nil && in.state.Size == 0:
		return in.person(l.Person)
	case l.Event != "" && l.Person == nil && l.Header == nil:
		return in.event(ctx, []byte(l.Event))
	}
	return in.bad("want a person before the first event, then events with the bytes kept beside them")
}

func (in *importer) person(p *exportPerson) error {
	gone := p.Salt == nil && p.Name == nil
	if !gone && (p.Name == nil || p.Salt == nil || ledger.PersonRef(p.Salt, *p.Name) != p.Ref) || !ledger.IsPersonRef(p.Ref) {
		return in.bad("the name under %q is not the one the events were written with", p.Ref)
	}
	row := []any{p.Ref, nil, nil}
	if !gone {
		row = []any{p.Ref, p.Salt, *p.Name}
	}
	in.people = append(in.people, row)
	return nil
}

func (in *importer) event(ctx context.Context, leaf []byte) error {
	e, err := ledger.ParseEvent(leaf)
	if err != nil {
		return in.bad("%w", err)
	}
	if e.Seq >= in.head.Size {
		return in.bad("event %d, the header says there are %d", e.Seq, in.head.Size)
	}
	if err := in.state.Apply(e); err != nil {
		return in.bad("%w", err)
	}
	row, err := ledger.RowOf(e)
	if err != nil {
		return in.bad("%w", err)
	}
	in.beside = e.Attached
	in.events = append(in.events, []any{row.Seq, row.ID, row.Type, e.Version, row.Product, row.At, row.Leaf})
	return in.hashes.append(ctx, row.Seq, row.Leaf)
}

// flush writes what was read so far, so that a long ledger is not held at once.
func (in *importer) flush(ctx context.Context) error {
	for _, t := range []struct {
		table   string
		columns []string
		rows    [][]any
	}{
		{"people", []string{"ref", "salt", "name"}, in.people},
		{"attachments", []string{"hash", "salt", "bytes"}, in.bytes},
		{"events", []string{"seq", "id", "type", "version", "product", "at", "leaf"}, in.events},
		{"hashes", []string{"idx", "hash"}, in.hashes.rows},
	} {
		if err := in.db.insert(ctx, in.tx, t.table, t.columns, t.rows); err != nil {
			return in.bad("%w", err)
		}
	}
	in.people, in.bytes, in.events = nil, nil, nil
	in.hashes.rows, in.hashes.have = nil, nil // they are read back where they are needed
	return nil
}

// end verifies the whole before it is there for anybody.
func (in *importer) end(ctx context.Context) error {
	if err := in.flush(ctx); err != nil {
		return err
	}
	r, err := in.db.audited(ctx, in.tx, []byte(in.header.Checkpoint))
	if err != nil {
		return err
	}
	if !r.OK() {
		return in.bad("%s", r.Findings[0].Says)
	}
	return nil
}

func notNil(b []byte) []byte {
	if b == nil {
		return []byte{}
	}
	return b
}

// strict reads one JSON value and refuses fields it does not know.
func strict(text []byte, into any) error {
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		return err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return errors.New("text after the value")
	}
	return nil
}
