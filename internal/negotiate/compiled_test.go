package negotiate

import (
	"fmt"
	"strings"
	"testing"

	"github.com/parleysec/parley/risk"
)

// TestCompiledOnce: one state is made ready to be priced once, whoever asks; another
// model or date of the evidence is made ready anew, and of many the last are kept.
func TestCompiledOnce(t *testing.T) {
	d := newDesk(t)
	portfolio := func() *risk.Portfolio {
		t.Helper()
		l, err := d.load(t.Context(), Source{}, "")
		if err != nil {
			t.Fatal(err)
		}
		return l.portfolio
	}
	d.apply(shop)
	first := portfolio()
	if portfolio() != first {
		t.Error("made ready twice")
	}
	changed := strings.Replace(shop, "1..3 per year", "2..7 per year", 1)
	if changed == shop {
		t.Fatal("nothing to change")
	}
	d.apply(changed)
	then := portfolio()
	if then == first {
		t.Error("another model, and the same portfolio")
	}
	fresh := &Service{Ledger: d.Ledger, Now: d.Now, Once: true}
	t.Cleanup(func() { _ = fresh.Close() })
	l, err := fresh.load(t.Context(), Source{}, "")
	if err != nil {
		t.Fatal(err)
	}
	want, err := l.portfolio.Expect(l.today())
	got, err2 := then.Expect(l.today())
	if err != nil || err2 != nil || fmt.Sprintf("%+v", got) != fmt.Sprintf("%+v", want) || l.portfolio == then {
		t.Errorf("priced as %+v, want %+v (%v, %v)", got, want, err, err2)
	}
	for i := range 3 * compiledKept {
		d.apply(strings.Replace(shop, "1..3 per year", fmt.Sprintf("%d per year", 8+i), 1))
		portfolio()
	}
	if n := len(d.compiled.last); n != compiledKept {
		t.Errorf("%d are kept, want %d", n, compiledKept)
	}
}
