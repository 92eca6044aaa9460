package web

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/parleysec/parley/ledger"
)

// TestRulesOnAPage: a row is proposed, with what it was and would be, and settled on
// the page; what is wrong is said beside what was typed; the second change of one row
// is refused with what the row says by now.
func TestRulesOnAPage(t *testing.T) {
	ts, _ := liveSite(t, unlimited)
	wants(t, get(t, ts, rulesPath, http.StatusOK), "No authority matrix limits who may decide how much", "one person may be both", "Propose a role")
	wants(t, get(t, ts, limitsPath, http.StatusOK), "Who may decide how much")
	row := url.Values{"name": {"authority"}, "role": {"lead"}, "holders": {"tom@example.org, <b>ann</b>"}, "currency": {"gbp"}, "annual": {"lots"}, "because": {"the board said so"}}
	_, body := post(t, ts, rulesPath, row, http.StatusUnprocessableEntity)
	if strings.Contains(body, "<b>ann") || !strings.Contains(body, `value="the board said so"`) || !strings.Contains(text(body), "lots") {
		t.Errorf("what was typed is lost, or nothing says what is wrong:\n%s", text(body))
	}
	for name, wrong := range map[string]url.Values{
		"Name the role":       {"name": {"authority"}, "because": {"x"}},
		"is no number":        {"name": {"authority"}, "role": {"x"}, "approvers": {"few"}, "because": {"x"}},
		"no role &#34;x&#34;": {"name": {"authority"}, "role": {"x"}, "because": {"x"}},
		"number of days":      {"name": {ledger.RuleLongestEnd}, "value": {"soon"}, "because": {"x"}},
	} {
		_, body := post(t, ts, rulesPath, wrong, http.StatusUnprocessableEntity)
		if !strings.Contains(body, name) {
			t.Errorf("it does not say %q:\n%s", name, text(body))
		}
	}
	row.Set("annual", "20k")
	post(t, ts, rulesPath, row, http.StatusSeeOther) // holds at once: one person may be both
	wants(t, get(t, ts, rulesPath, http.StatusOK), "One row says who may decide how much", "lead", "tom@example.org and <b>ann</b>"[:15], "accept and defer", "£20k")
	post(t, ts, rulesPath, url.Values{"name": {ledger.SeparateApprover}, "value": {"yes"}, "because": {"we are two"}}, http.StatusSeeOther)
	row.Set("annual", "30k")
	post(t, ts, rulesPath, row, http.StatusSeeOther)
	wants(t, get(t, ts, rulesPath, http.StatusOK), "two people", "The role lead is to be", "£30k", "It was", "roposed by priya@larkspur.example: the board said so")
	_, body = post(t, ts, rulesPath+"/R3", url.Values{"move": {"approve"}}, http.StatusUnprocessableEntity)
	wants(t, body, "same person")
	post(t, ts, rulesPath+"/R3", url.Values{"move": {"whatever"}}, http.StatusUnprocessableEntity)
	post(t, ts, rulesPath+"/R9", url.Values{"move": {"reject"}}, http.StatusNotFound)
	post(t, ts, rulesPath+"/R3", url.Values{"move": {"reject"}, "because": {"no"}}, http.StatusSeeOther)
	if strings.Contains(get(t, ts, rulesPath, http.StatusOK), "R3") {
		t.Error("what was refused waits still")
	}
	_, body = post(t, ts, rulesPath+"/R3", url.Values{"move": {"approve"}, "because": {"yes please"}}, http.StatusConflict)
	wants(t, body, "This waits for nobody’s word now", "rejected.", "by priya@larkspur.example", "You had written: yes please", "One row says who may decide how much")
}

// TestWhoSetsRules: security proposes, a manager settles, others see.
func TestWhoSetsRules(t *testing.T) {
	c := newCompany(t, unlimited)
	sam, rita, mia, max := c.join("sam@example.org", ledger.Security), c.join("rita@example.org", ledger.Reader), c.join("mia@example.org", ledger.Manager), c.join("max@example.org", ledger.Manager)
	row := func(annual string) url.Values {
		return url.Values{"name": {"authority"}, "role": {"lead"}, "holders": {"tom@example.org"}, "currency": {"GBP"}, "annual": {annual}, "because": {"x"}}
	}
	rita.post(rulesPath, row("20k"), http.StatusForbidden)
	sam.leads(rulesPath, row("20k"), rulesPath+"?done=yes")
	sam.leads(rulesPath, row("30k"), rulesPath+"?done=yes")
	if page := sam.get(rulesPath, http.StatusOK); strings.Contains(page, `value="approve"`) || !strings.Contains(page, `id="row"`) {
		t.Error("security is offered to approve, or not to propose")
	}
	if page := rita.get(rulesPath, http.StatusOK); strings.Contains(page, `value="approve"`) || strings.Contains(page, `id="row"`) {
		t.Error("a reader is offered to change rules")
	}
	sam.post(rulesPath+"/R1", url.Values{"move": {"approve"}}, http.StatusForbidden)
	mia.leads(rulesPath+"/R1", url.Values{"move": {"approve"}}, rulesPath+"?done=yes")
	body := max.post(rulesPath+"/R2", url.Values{"move": {"approve"}}, http.StatusConflict)
	wants(t, body, "was changed since", "20000 GBP", "30000 GBP", "Refuse it")
}
