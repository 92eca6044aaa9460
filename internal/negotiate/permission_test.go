package negotiate

import (
	"context"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/ledger"
)

// TestEveryUseCaseHasAPermission walks the Service: each exported method that
// takes an actor stands in the table, and the table names nothing else.
func TestEveryUseCaseHasAPermission(t *testing.T) {
	actor := reflect.TypeFor[Actor]()
	service := reflect.TypeFor[*Service]()
	seen := map[string]bool{}
	for i := range service.NumMethod() {
		m := service.Method(i)
		if m.Type.NumIn() < 3 || m.Type.In(2) != actor {
			if m.Name != "Close" {
				t.Errorf("%s takes no actor as its second argument", m.Name)
			}
			continue
		}
		seen[m.Name] = true
		if _, ok := permissions[m.Name]; !ok {
			t.Errorf("use-case %s has no permission", m.Name)
		}
	}
	for name := range permissions {
		if name, _, _ := strings.Cut(name, " ("); !seen[name] {
			t.Errorf("the table names %s, which is no use-case", name)
		}
	}
}

// TestStrangersMayDoNothing calls every use-case as somebody not known to be
// at this machine: each refuses before it looks at anything, and no ledger
// comes into being.
func TestStrangersMayDoNothing(t *testing.T) {
	path := filepath.Join(t.TempDir(), "l.db")
	s := &Service{Ledger: path}
	t.Cleanup(func() { s.Close() })
	service := reflect.ValueOf(s)
	for name := range permissions {
		if strings.Contains(name, "(") {
			continue // a kind of request to a use-case that has a line of its own
		}
		m := service.MethodByName(name)
		for _, a := range []Actor{{}, {ID: "eve", Known: ledger.ByToken, Via: ledger.ViaAPI}, {ID: "eve", Known: ledger.SignedIn, Via: ledger.ViaPage}} {
			args := []reflect.Value{reflect.ValueOf(context.Background()), reflect.ValueOf(a)}
			for i := 2; i < m.Type().NumIn(); i++ {
				args = append(args, reflect.Zero(m.Type().In(i)))
			}
			out := m.Call(args)
			err, _ := out[len(out)-1].Interface().(error)
			if parley.KindOfError(err) != parley.Forbidden {
				t.Errorf("%s as %v: %v, want it forbidden", name, a, err)
			}
		}
	}
	if matches, _ := filepath.Glob(path + "*"); len(matches) > 0 {
		t.Errorf("a stranger made a ledger: %v", matches)
	}
}

// TestUnknownUseCaseIsDenied: what is not in the table is allowed to nobody.
func TestUnknownUseCaseIsDenied(t *testing.T) {
	if err := allow(t.Context(), Local("tom", ViaCLI), "Frobnicate"); parley.KindOfError(err) != parley.Forbidden {
		t.Errorf("got %v", err)
	}
}

// A use-case that is listed as one that reads cannot write, whatever it tries.
func TestWhatReadsCannotWrite(t *testing.T) {
	d := newDesk(t)
	d.apply(shop)
	before := d.size()
	_, _, err := d.record(t.Context(), deed{actor: d.tom, useCase: "Status", op: "try"}, func(*access, time.Time) ([]ledger.Draft, error) {
		return ledger.Stamp([]ledger.Draft{{Body: &ledger.SettingChanged{Name: "x", Value: "y"}}}, d.tom, ""), nil
	})
	if parley.KindOfError(err) != parley.Internal || d.size() != before {
		t.Errorf("%v, %d events, before %d", err, d.size(), before)
	}
}

// TestA8OnlyWhatWritesWrites calls every use-case listed as one that reads, on a
// ledger, with whatever request: none of them records anything.
func TestA8OnlyWhatWritesWrites(t *testing.T) {
	d := newDesk(t)
	d.apply(shop)
	before := d.size()
	service := reflect.ValueOf(d.Service)
	for name, p := range permissions {
		if p.writes || strings.Contains(name, "(") {
			continue
		}
		m := service.MethodByName(name)
		args := []reflect.Value{reflect.ValueOf(t.Context()), reflect.ValueOf(d.tom)}
		for i := 2; i < m.Type().NumIn(); i++ {
			args = append(args, reflect.Zero(m.Type().In(i)))
		}
		if name != "ExportLedger" && name != "Backup" { // they need somewhere to write to
			m.Call(args)
		}
		if n := d.size(); n != before {
			t.Errorf("%s made %d events of %d", name, n, before)
		}
	}
}

// size is the number of events in the ledger.
func (d *desk) size() int64 {
	d.t.Helper()
	state, err := d.state(d.t.Context())
	if err != nil {
		d.t.Fatal(err)
	}
	return state.Size
}
