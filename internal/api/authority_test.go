package api

import (
	"net/http"
	"strings"
	"testing"

	"github.com/parleysec/parley/internal/negotiate"
	"github.com/parleysec/parley/ledger"
)

// TestAuthorityOfAFile: a contributor of one product applies a file that asks for rows
// of the matrix, and takes that back; to settle one takes somebody else.
func TestAuthorityOfAFile(t *testing.T) {
	s := newSite(t, "shop.yaml")
	s.who = s.member("ada@example.org", ledger.Contributor, "shop")
	plain := fileText(t, "shop.yaml")
	lead := plain + "\nauthority:\n  - {role: lead, holders: [ada@example.org], expected_annual_loss: 20k, products: [shop]}\n"
	for _, step := range []struct{ file, first, last string }{
		{lead, "", ""},
		{strings.Replace(lead, "annual_loss: 20k, products", "annual_loss: 30k, products", 1), "withdrawn", ""},
		{plain, "withdrawn", "withdrawn"},
		{lead, "withdrawn", ""},
	} {
		s.must(http.StatusOK, "PUT", "/products/shop/file", step.file, s.look("/products/shop/file"), head{"Content-Type", "application/yaml"})
		rules := into[negotiate.RulesResult](t, s.get("/rules"))
		first, last := rules.Rules[0], rules.Rules[len(rules.Rules)-1]
		if first.Outcome != step.first || last.Outcome != step.last || len(rules.Authority) != 0 {
			t.Errorf("%+v", rules)
		}
	}
	for _, word := range []string{"accept", "refuse"} {
		if a := s.ask("POST", "/rules/R3/"+word, Moving{Because: "mine"}, s.look("/rules/R3")); a.StatusCode != http.StatusForbidden {
			t.Errorf("%s by a contributor of one product: %d %s", word, a.StatusCode, a.text)
		}
	}
}
