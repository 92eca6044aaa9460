package negotiate

import (
	"regexp"
	"strings"
	"testing"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/ledger"
)

// saysAgain is what the first threat says.
var saysAgain = regexp.MustCompile(`says: [^,}]*`)

// TestTextsAreShort: what is longer than any text of its kind is refused with where and
// how much, in a file and beside one; one character less is taken.
func TestTextsAreShort(t *testing.T) {
	long := func(n int) string { return strings.Repeat("é", n) }
	d := newDesk(t)
	d.apply(shop)
	for name, c := range map[string]struct {
		most int
		says string
		do   func(text string) error
	}{
		"title in a file": {parley.MaxLine, "title has 1001 characters, and may have 1000", func(text string) error {
			_, err := d.Apply(t.Context(), d.tom, ApplyRequest{Source: Source{Name: "shop.yaml", Data: []byte(strings.Replace(shop, "title: Firewall", "title: "+text, 1))}})
			return err
		}},
		"reason of a role": {parley.MaxReason, "because has 10001 characters, and may have 10000", func(text string) error {
			_, err := d.SetMember(t.Context(), d.tom, MemberRequest{Person: "ann@example.org", Role: ledger.Reader, Because: text})
			return err
		}},
		"what happens": {parley.MaxText, "says has 100001 characters, and may have 100000", func(text string) error {
			_, err := d.Apply(t.Context(), d.tom, ApplyRequest{Source: Source{Name: "shop.yaml", Data: []byte(saysAgain.ReplaceAllString(shop, "says: "+text))}})
			return err
		}},
	} {
		if err := c.do(long(c.most + 1)); parley.KindOfError(err) != parley.Invalid || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %.200v", name, err)
		}
		if err := c.do(long(c.most)); err != nil {
			t.Errorf("%s of %d: %.200v", name, c.most, err)
		}
	}
}
