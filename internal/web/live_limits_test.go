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

// unlimited is a product of which nothing says what may be lost.
const unlimited = "parley: v1\nproduct: {id: till, name: Till, currency: GBP}\nthreats:\n  - {id: leak, title: Records leak, likelihood: 20% per year, impact: {financial: 20k..200k}}\n"

// TestTheThreeQuestions: while nothing says what may be lost, three questions are
// asked; the answers are a proposal, and hold when somebody approves it.
func TestTheThreeQuestions(t *testing.T) {
	ts, _ := liveSite(t, unlimited)
	wants(t, get(t, ts, "/", http.StatusOK), "Three questions say what may be lost", "A loss you would shrug at", "A loss you would have to explain", "A loss you could not survive", "1 of 20 years")
	wants(t, get(t, ts, limitsPath, http.StatusOK), "Nothing says yet what may be lost")

	form := url.Values{"product": {"till"}, "loss1": {"5k"}, "chance1": {"50%"}, "loss2": {"<b>100k</b>"}, "chance2": {"10%"}, "loss3": {"1M"}, "chance3": {"1%"}, "because": {"said at the board"}}
	_, body := post(t, ts, limitsPath, form, http.StatusUnprocessableEntity)
	if strings.Contains(body, "<b>100k") || !strings.Contains(body, `id="loss2-wrong"`) || !strings.Contains(body, `value="said at the board"`) || !strings.Contains(body, `<option value="50%" selected>`) {
		t.Errorf("what was typed is lost, or nothing says what is wrong:\n%s", text(body))
	}
	wants(t, body, "“&lt;b&gt;100k&lt;/b&gt;”: ", "write one amount, such as 250k", "In a year, more than (GBP)")
	if said := text(body); strings.Contains(said, "^") || strings.Contains(said, "..400k") {
		t.Errorf("a caret, or a range where one amount is wanted:\n%s", said)
	}
	form.Set("loss2", "1k")
	_, body = post(t, ts, limitsPath, form, http.StatusUnprocessableEntity)
	wants(t, body, "Each loss must be larger than the one before, £5k.")
	form.Set("loss2", "100k")
	form.Set("chance3", "")
	_, body = post(t, ts, limitsPath, form, http.StatusUnprocessableEntity)
	if !strings.Contains(body, `id="chance3-wrong"`) {
		t.Error("nothing says that how often is missing")
	}
	form.Set("chance3", "1%")
	form.Set("product", "absent")
	post(t, ts, limitsPath, form, http.StatusNotFound)
	wants(t, get(t, ts, limitsPath+"?product=absent", http.StatusNotFound), "There is no product “absent”.")
	form.Set("product", "till")
	post(t, ts, limitsPath, form, http.StatusSeeOther)
	home := get(t, ts, "/", http.StatusOK)
	wants(t, home, "Limits are proposed, and wait")
	if strings.Contains(home, "shrug") {
		t.Error("the questions are asked again while an answer waits")
	}
	wants(t, get(t, ts, limitsPath+"?product=till", http.StatusOK), "Nothing says yet what may be lost", "Limits hold for the whole organisation", "More than £5k in at most 50 of 100 years; more than £100k in at most 10 of 100 years", "said at the board", "Proposed by priya@larkspur.example")
	_, body = post(t, ts, limitsPath+"/TILL-P1", url.Values{"move": {"reject"}, "product": {"till"}}, http.StatusUnprocessableEntity)
	wants(t, body, "Proposed by priya@larkspur.example", "Propose these limits")
	post(t, ts, limitsPath+"/TILL-P1", url.Values{"move": {"whatever"}, "product": {"till"}}, http.StatusUnprocessableEntity)
	post(t, ts, limitsPath+"/TILL-P1", url.Values{"move": {"approve"}, "product": {"till"}}, http.StatusSeeOther)
	wants(t, get(t, ts, limitsPath, http.StatusOK), "Three limits say what may be lost how often", "More than £100k in at most 10 of 100 years. Since 12 January 2027, stated for Till.", "Propose other limits")
	home = get(t, ts, "/", http.StatusOK)
	wants(t, home, "your limit is", "Limits, who set them, and what is proposed")
	if strings.Contains(home, "shrug") {
		t.Error("the questions are asked though limits hold")
	}
}

// TestWhoSetsLimits: a contributor proposes, a manager says whether it holds, a
// reader sees.
func TestWhoSetsLimits(t *testing.T) {
	c := newCompany(t, unlimited)
	carl, rita, mia := c.join("carl@example.org", ledger.Contributor), c.join("rita@example.org", ledger.Reader), c.join("mia@example.org", ledger.Manager)
	form := url.Values{"product": {"till"}, "loss1": {"5k"}, "chance1": {"50%"}, "loss2": {"100k"}, "chance2": {"10%"}, "loss3": {"1M"}, "chance3": {"1%"}}
	rita.post(limitsPath, form, http.StatusForbidden)
	if strings.Contains(rita.get(limitsPath, http.StatusOK), `id="tolerate"`) {
		t.Error("a reader is asked")
	}
	carl.leads(limitsPath, form, limitsPath+"?done=yes&product=till")
	answer := url.Values{"move": {"approve"}, "product": {"till"}}
	if page := carl.get(limitsPath, http.StatusOK); strings.Contains(page, `value="approve"`) {
		t.Error("who proposes is offered to approve")
	}
	carl.post(limitsPath+"/TILL-P1", answer, http.StatusForbidden)
	mia.leads(limitsPath+"/TILL-P1", answer, limitsPath+"?done=yes&product=till")
	late := mia.post(limitsPath+"/TILL-P1", url.Values{"move": {"reject"}, "product": {"till"}, "because": {"too much for us"}}, http.StatusConflict)
	wants(t, late, "This waits for nobody’s word now", "approved.", "by mia@example.org", "You had written: too much for us", "Three limits say what may be lost")
	wants(t, rita.get(limitsPath, http.StatusOK), "Three limits say what may be lost")
}

// TestLimitsSettleLimitsAlone: nobody approves or rejects on that page what is no
// change of the yardstick, and was not shown there.
func TestLimitsSettleLimitsAlone(t *testing.T) {
	ts, s := liveSite(t, unlimited)
	if _, err := s.Decide(t.Context(), priya, negotiate.DecideRequest{Product: "till", Threats: []string{"leak"}, Kind: parley.Accept, Because: "small", Until: "2027-03-01", Propose: true}); err != nil {
		t.Fatal(err)
	}
	for _, move := range []string{moveApprove, moveReject} {
		for _, id := range []string{"TILL-D1", "TILL-P9", "till-d1"} {
			post(t, ts, limitsPath+"/"+id, url.Values{"move": {move}, "product": {"till"}, "because": {"so"}}, http.StatusConflict)
		}
	}
	st, err := s.Status(t.Context(), priya, negotiate.StatusRequest{Product: "till"})
	if err != nil || len(st.Products[0].Proposed) != 1 {
		t.Errorf("the decision does not wait any more: %+v, %v", st, err)
	}
}
