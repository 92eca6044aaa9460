package web

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/parleysec/parley/internal/negotiate"
	"github.com/parleysec/parley/ledger"
)

// moveForm is a form about a decision, as it stands on a page.
func moveForm(t *testing.T, body string) url.Values {
	t.Helper()
	threat := hidden(t, body, "threat") // the answers have a brief, too, and stand elsewhere
	_, rest, _ := strings.Cut(body, `name="threat"`)
	return url.Values{"threat": {threat}, "brief": {hidden(t, rest, "brief")}}
}

// TestD2ProposeAndApprove: who may not decide proposes; who decides approves on
// the brief they see, or rejects; where two people are asked for nobody approves
// their own.
func TestD2ProposeAndApprove(t *testing.T) {
	c := newCompany(t, shopFile())
	tom := c.join("tom@example.org", ledger.Contributor)
	helen := c.join("helen@example.org", ledger.Decider)
	page := tom.get("/t/leak", http.StatusOK)
	wants(t, page, "It is recorded as proposed by you, tom@example.org.")
	form := filled(t, page, "do")
	form.Set("because", "Three days of work.")
	form.Del("by")
	tom.leads("/t/leak/decide", form, "/t/leak?recorded=SHOP-D1")
	own := tom.get("/t/leak", http.StatusOK)
	wants(t, own, "It waits for approval", "Take it back")
	if strings.Contains(own, `value="approve"`) {
		t.Error("who proposes is offered to approve")
	}
	approval := moveForm(t, own)
	approval.Set("move", "approve")
	wants(t, tom.post("/decisions/SHOP-D1", approval, http.StatusForbidden), "decider or manager")

	// The figures moved between reading and approving: nothing is approved.
	page = helen.get("/t/leak", http.StatusOK)
	wants(t, page, "tom@example.org proposes: do it", "Approve it", "Reject it")
	approval = moveForm(t, page)
	approval.Set("move", "approve")
	stale := url.Values{"threat": {"leak"}, "brief": {"sha256:0123"}, "move": {"approve"}}
	wants(t, helen.post("/decisions/SHOP-D1", stale, http.StatusConflict), "The figures moved after you opened the page")
	stale.Del("brief")
	wants(t, helen.post("/decisions/SHOP-D1", stale, http.StatusUnprocessableEntity), "does not say which brief was read")
	reject := url.Values{"threat": {"leak"}, "move": {"reject"}}
	wants(t, helen.post("/decisions/SHOP-D1", reject, http.StatusUnprocessableEntity), "needs its reason")
	helen.post("/decisions/SHOP-D1", url.Values{"threat": {"leak"}, "move": {"bless"}, "because": {"x"}}, http.StatusUnprocessableEntity)
	helen.post("/decisions/SHOP-D9", approval, http.StatusNotFound)
	helen.leads("/decisions/SHOP-D1", approval, "/t/leak?moved=SHOP-D1")
	wants(t, helen.get("/t/leak?moved=SHOP-D1", http.StatusOK), "That is on record.", "Decided: ", "Change this")

	// What holds is opened again, with a reason, and withdrawn.
	helen.leads("/decisions/SHOP-D1", url.Values{"threat": {"leak"}, "move": {"reopen"}, "because": {"It costs more."}}, "/t/leak?moved=SHOP-D1")
	wants(t, helen.get("/t/leak", http.StatusOK), "It costs more.")
	helen.leads("/decisions/SHOP-D1", url.Values{"threat": {"leak"}, "move": {"withdraw"}, "because": {"Anew."}}, "/t/leak?moved=SHOP-D1")

	// Where two people are asked for, a decider proposes as well.
	if _, err := c.service.SetRule(t.Context(), priya, negotiate.RuleRequest{Name: ledger.SeparateApprover, Value: "yes", Because: "Two people."}); err != nil {
		t.Fatal(err)
	}
	page = helen.get("/t/leak", http.StatusOK)
	wants(t, page, "It is recorded as proposed by you, helen@example.org.")
	form = filled(t, page, "do")
	form.Set("because", "Now.")
	form.Del("by")
	helen.leads("/t/leak/decide", form, "/t/leak?recorded=SHOP-D2")
	approval = moveForm(t, helen.get("/t/leak", http.StatusOK))
	approval.Set("move", "approve")
	wants(t, helen.post("/decisions/SHOP-D2", approval, http.StatusUnprocessableEntity), "may not approve")
	maria := c.join("maria@example.org", ledger.Manager)
	approval = moveForm(t, maria.get("/t/leak", http.StatusOK))
	approval.Set("move", "approve")
	maria.leads("/decisions/SHOP-D2", approval, "/t/leak?moved=SHOP-D2")
	wants(t, c.join("rita@example.org", ledger.Reader).get("/t/leak", http.StatusOK), "Decided: ")
}
