package storetest

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
	"github.com/parleysec/parley/internal/store"
)

func export(t testing.TB, db *store.DB) []byte {
	t.Helper()
	var b bytes.Buffer
	_, err := db.Export(t.Context(), &b)
	check(t, err)
	return b.Bytes()
}

// Transfer takes a ledger from one database to the other and back; nothing is
// lost, and the root stays.
func Transfer(t *testing.T, from, to, back string) {
	db := Sample(t, from)
	check(t, db.Erase(t.Context(), "tom@example.org", "on request", Actor))
	kept, err := db.Checkpoint(t.Context())
	check(t, err)
	head, err := db.Head(t.Context())
	check(t, err)
	text := export(t, db)
	for _, url := range []string{to, back} {
		got, err := store.Import(t.Context(), url, iotest.HalfReader(bytes.NewReader(text)), store.Options{})
		if err != nil || got != head {
			t.Fatalf("%v, want head %v: %v", got, head, err)
		}
		other := mustOpen(t, url)
		if d := cmp.Diff(events(t, db), events(t, other)); d != "" {
			t.Errorf("the events differ:\n%s", d)
		}
		if r := verify(t, other, kept); !r.OK() || r.Checkpoints != 1 {
			t.Error(r.Findings)
		}
		if again := export(t, other); !bytes.Equal(again[bytes.IndexByte(again, '\n'):], text[bytes.IndexByte(text, '\n'):]) {
			t.Error("exported again it is something else")
		}
		s, err := other.State(t.Context())
		check(t, err)
		brief, err := other.Attachment(t.Context(), *s.Product("shop").Decision("SHOP-D1").Brief)
		if err != nil || string(brief) != "the brief that was seen" {
			t.Errorf("the brief: %q %v", brief, err)
		}
		append1(t, other, threat("leak", "goes on"))
		if r := verify(t, other, kept); !r.OK() {
			t.Error(r.Findings)
		}
		var present *store.PresentError
		if _, err := store.Import(t.Context(), url, bytes.NewReader(text), store.Options{}); !errors.As(err, &present) {
			t.Errorf("over a ledger that is there: %v", err)
		}
	}
}

// testImportRefuses (F2, F4): a copy that is broken, hostile or too large makes
// nothing.
func testImportRefuses(t *testing.T, url string) {
	text := export(t, Sample(t, t.TempDir()+"/from.db"))
	lines := strings.SplitAfter(string(text), "\n")
	lines = lines[:len(lines)-1] // what follows the last line is nothing
	join := func(parts ...[]string) string {
		var b strings.Builder
		for _, p := range parts {
			b.WriteString(strings.Join(p, ""))
		}
		return b.String()
	}
	first := 0
	for !strings.HasPrefix(lines[first], `{"event"`) {
		first++
	}
	n := len(lines)
	header := func(change func(h map[string]any)) string {
		var l map[string]map[string]any
		check(t, json.Unmarshal([]byte(lines[0]), &l))
		change(l["header"])
		b, err := json.Marshal(l)
		check(t, err)
		return string(b) + "\n" + join(lines[1:])
	}
	for name, c := range map[string]struct {
		text string
		line int // -1: any
	}{
		"empty":             {"", 1},
		"no export":         {"parley: v1\n", 1},
		"no header":         {join(lines[1:]), 1},
		"header twice":      {join(lines[:1], lines), 2},
		"cut":               {join(lines[:n-1]), 0},
		"half a line":       {string(text[:len(text)-20]), n},
		"one too many":      {join(lines, lines[n-1:]), n + 1},
		"changed leaf":      {strings.Replace(string(text), "Records stolen", "Nothing stolen", 1), 0},
		"not canonical":     {strings.Replace(string(text), `{\"actor\"`, `{ \"actor\"`, 1), first + 1},
		"other order":       {join(lines[:first+1], lines[first+2:first+3], lines[first+1:first+2], lines[first+3:]), first + 2},
		"event missing":     {join(lines[:first+2], lines[first+3:]), first + 3},
		"event twice":       {join(lines[:first+1], lines[first:]), first + 2},
		"name missing":      {join(lines[:1], lines[2:]), 0},
		"name twice":        {join(lines[:2], lines[1:]), -1},
		"name after events": {join(lines[:1], lines[2:first+1], lines[1:2], lines[first+1:]), first + 1},
		"other name":        {strings.Replace(string(text), `"name":"helen`, `"name":"ellen`, 1), -1},
		"name gone":         {strings.Replace(string(text), `"name":"helen@example.org"`, `"name":null`, 1), -1},
		"other brief":       {strings.Replace(string(text), `"bytes":"dGhl`, `"bytes":"eGhl`, 1), -1},
		"unknown field":     {strings.Replace(string(text), `{"event":`, `{"moon":1,"event":`, 1), first + 1},
		"two in one":        {strings.Replace(string(text), `{"event":`, `{"person":{"ref":"","salt":null,"name":null},"event":`, 1), first + 1},
		"other format":      {header(func(h map[string]any) { h["format"] = "parley.ledger/2" }), 1},
		"other ledger":      {header(func(h map[string]any) { h["ledger"] = "01KAQ0000000000000000000ZZ" }), 0},
		"other root":        {header(func(h map[string]any) { h["root"] = strings.Repeat("A", 43) + "=" }), 0},
		"no root":           {header(func(h map[string]any) { h["root"] = "" }), 1},
		"no events":         {header(func(h map[string]any) { h["events"] = 0 }), 1},
		"more events":       {header(func(h map[string]any) { h["events"] = 1000 }), 0},
		"no checkpoint":     {header(func(h map[string]any) { h["checkpoint"] = "" }), 0},
		"other key":         {header(func(h map[string]any) { h["key"] = "x" }), 0},
		"huge line":         {join(lines[:2]) + `{"event":"` + strings.Repeat("a", 129<<20), 3},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := store.Import(t.Context(), url, strings.NewReader(c.text), store.Options{})
			var bad *store.ImportError
			if !errors.As(err, &bad) || c.line >= 0 && bad.Line != c.line {
				t.Errorf("got %v, want a refusal of line %d", err, c.line)
			}
			var absent *store.AbsentError
			if _, err := store.Open(t.Context(), url, store.Options{}); !errors.As(err, &absent) {
				t.Errorf("something was made: %v", err)
			}
		})
	}
	broken := fmt.Errorf("broken")
	if _, err := store.Import(t.Context(), url, iotest.ErrReader(broken), store.Options{}); !errors.Is(err, broken) {
		t.Errorf("got %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := store.Import(ctx, url, bytes.NewReader(text), store.Options{}); err == nil {
		t.Error("went on after it was told to stop")
	}
	if _, err := store.Import(t.Context(), url, bytes.NewReader(text), store.Options{}); err != nil {
		t.Errorf("after all that was refused: %v", err)
	}
}

func testProveDecision(t *testing.T, url string) {
	db := Sample(t, url)
	s, err := db.State(t.Context())
	check(t, err)
	p, err := db.ProveDecision(t.Context(), s.Product("shop").Decision("SHOP-D1"), true)
	check(t, err)
	got, err := p.Check(s.Keys.Current())
	if err != nil || string(got.Brief) != "the brief that was seen" || got.Events[1].By != "helen@example.org" || got.Head.Size != s.Size {
		t.Errorf("%+v %v", got, err)
	}
	p, err = db.ProveDecision(t.Context(), s.Product("shop").Decision("SHOP-D1"), false)
	check(t, err)
	if got, err := p.Check(s.Keys.Current()); err != nil || got.Brief != nil {
		t.Errorf("%+v %v", got, err)
	}
	gone := *s.Product("shop").Decision("SHOP-D1")
	gone.Event = "01KAQ0000000000000000000ZZ"
	if _, err := db.ProveDecision(t.Context(), &gone, true); err == nil {
		t.Error("an event that is not there was proven")
	}
}

func testBackup(t *testing.T, url string) {
	db := short(t, url)
	file := t.TempDir() + "/copy.db"
	check(t, db.Backup(t.Context(), file))
	if err := db.Backup(t.Context(), file); err == nil {
		t.Error("a backup was replaced")
	}
	head, err := db.Head(t.Context())
	check(t, err)
	again := t.TempDir() + "/again.db"
	got, err := store.Restore(t.Context(), file, again, store.Options{})
	if err != nil || got != head {
		t.Errorf("%v, want %v: %v", got, head, err)
	}
	if r := verify(t, mustOpen(t, again)); !r.OK() {
		t.Error(r.Findings)
	}
	Run(t, Raw(t, file), file, "UPDATE events SET leaf = CAST(replace(CAST(leaf AS TEXT), 'Records stolen', 'Nothing stolen') AS BLOB)")
	var bad *store.ImportError
	if _, err := store.Restore(t.Context(), file, t.TempDir()+"/no.db", store.Options{}); !errors.As(err, &bad) {
		t.Errorf("a changed backup: %v", err)
	}
}
