package negotiate

import (
	"strings"
	"sync"
	"testing"

	"github.com/parleysec/parley"
)

// lamp is a file of another product with the id of the shop.
const lamp = `parley: v1
product: {id: shop, name: Lamp, currency: GBP}
threats:
  - {id: glow, title: The lamp stays dark, likelihood: low, impact: {says: Nobody sees, financial: low}}
`

// TestTwoProductsWithOneID: whoever comes second is told whose the id is and what to do,
// whichever way the file comes, and nothing of either is merged or lost.
func TestTwoProductsWithOneID(t *testing.T) {
	d := newDesk(t)
	d.apply(shop)
	before := d.recordedEvents()
	for _, as := range []string{"", "shop", NewProduct} {
		_, err := d.Apply(t.Context(), d.tom, ApplyRequest{Source: Source{Name: "lamp.yaml", Data: []byte(lamp)}, As: as})
		if parley.KindOfError(err) != parley.Conflict || !strings.Contains(err.Error(), "Web shop") {
			t.Errorf("as %q: %v", as, err)
		}
	}
	if now := d.recordedEvents(); now != before {
		t.Errorf("%d events, %d before", now, before)
	}
	for name, file := range map[string]string{
		"the same product under another name": strings.Replace(shop, "name: Web shop", "name: Shop on the web", 1),
		"all threats anew":                    strings.Replace(lamp, "name: Lamp", "name: Shop on the web", 1),
	} {
		if _, err := d.Apply(t.Context(), d.tom, ApplyRequest{Source: Source{Name: "shop.yaml", Data: []byte(file)}}); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// recordedEvents is how many events there are.
func (d *desk) recordedEvents() int64 {
	d.t.Helper()
	r, err := d.Log(d.t.Context(), d.tom, LogRequest{Limit: 1})
	if err != nil {
		d.t.Fatal(err)
	}
	return r.Size
}

// TestTwoProductsWithOneIDAtOnce: of two who begin a product at the same moment one does.
func TestTwoProductsWithOneIDAtOnce(t *testing.T) {
	for _, as := range []string{"", NewProduct} {
		d := newDesk(t)
		if _, err := d.Create(t.Context(), d.tom); err != nil {
			t.Fatal(err)
		}
		var errs [2]error
		var both sync.WaitGroup
		for i, file := range []string{shop, lamp} {
			both.Go(func() {
				_, errs[i] = d.Apply(t.Context(), d.tom, ApplyRequest{Source: Source{Name: "parley.yaml", Data: []byte(file)}, As: as})
			})
		}
		both.Wait()
		first, second := errs[0], errs[1]
		if first != nil {
			first, second = second, first
		}
		if first != nil || parley.KindOfError(second) != parley.Conflict {
			t.Errorf("as %q: %v, %v", as, first, second)
		}
	}
}
