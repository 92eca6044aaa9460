package web

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/negotiate"
	"github.com/parleysec/parley/ledger"
)

// TestConditionsOnPages: what a decision holds under is listed when it is to be
// looked at, and whoever takes part says on its page whether it still holds.
func TestConditionsOnPages(t *testing.T) {
	c := newCompany(t, shopFile())
	tom := c.join("tom@example.org", ledger.Contributor)
	reader := c.join("ray@example.org", ledger.Reader)
	due := c.service.Now().AddDate(0, 0, 10).Format("2006-01-02")
	_, err := c.service.Decide(t.Context(), priya, negotiate.DecideRequest{
		Threats: []string{"leak"}, Kind: parley.Escalate, Because: "Not mine.", Conditions: []ledger.Condition{{Says: "under <500> users", Review: due}},
	})
	if err != nil {
		t.Fatal(err)
	}
	wants(t, tom.get("/t/leak", http.StatusOK), "Only if: Under &lt;500&gt; users.", "still holds", "no longer holds")
	if page := reader.get("/t/leak", http.StatusOK); len(page) == 0 || strings.Contains(page, `value="holds-1"`) {
		t.Error("a reader is asked")
	}
	form := func(move, because string) url.Values {
		return url.Values{"threat": {"leak"}, "move": {move}, "because": {because}}
	}
	tom.leads("/decisions/SHOP-D1", form("holds-1", ""), "/t/leak?moved=SHOP-D1")
	wants(t, tom.get("/t/leak", http.StatusOK), "It held on")
	wants(t, tom.post("/decisions/SHOP-D1", form("fails-1", ""), http.StatusUnprocessableEntity), "needs its reason")
	tom.post("/decisions/SHOP-D1", form("holds-2", ""), http.StatusUnprocessableEntity)
	reader.post("/decisions/SHOP-D1", form("fails-1", "x"), http.StatusForbidden)
	tom.leads("/decisions/SHOP-D1", form("fails-1", "612 users."), "/t/leak?moved=SHOP-D1")
	wants(t, tom.get("/t/leak", http.StatusOK), "612 users.")
}
