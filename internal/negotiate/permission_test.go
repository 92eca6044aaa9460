package negotiate

import (
	"context"
	"path/filepath"
	"reflect"
	"testing"

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
		if !seen[name] {
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
	if err := allow(Local("tom", ViaCLI), "Frobnicate"); parley.KindOfError(err) != parley.Forbidden {
		t.Errorf("got %v", err)
	}
}
