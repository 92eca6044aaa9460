package web

import (
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/parleysec/parley/internal/negotiate"
	"github.com/parleysec/parley/ledger"
)

// TestAgreeOnThePlan signs the plan on the table: one agreement, a decision on
// each threat it acts on, and the table says so afterwards. A plan that is
// another one by now is not signed.
func TestAgreeOnThePlan(t *testing.T) {
	ts, s := liveSite(t, quarters)
	form := formWith(t, get(t, ts, "/plan?effort=18d&money=4k", http.StatusOK), "by", "")
	_, body := post(t, ts, "/plan/agree", form, http.StatusUnprocessableEntity) // no reason
	wants(t, body, "Sign the plan")
	form.Set("because", "It keeps most & brings the cards.")
	form.Set("seen", "cards")
	_, body = post(t, ts, "/plan/agree", form, http.StatusConflict)
	wants(t, body, "The best plan within this budget is another one by now, so nothing was recorded", "It keeps most &amp; brings the cards.")

	form = formWith(t, get(t, ts, "/plan?effort=18d&money=4k", http.StatusOK), "by", "")
	form.Set("because", "It keeps most & brings the cards.")
	res, _ := post(t, ts, "/plan/agree", form, http.StatusSeeOther)
	to := res.Header.Get("Location")
	if !regexp.MustCompile(`^/plan\?effort=18d&money=4k&agreed=Q-`).MatchString(to) {
		t.Errorf("it leads to %s", to)
	}
	wants(t, get(t, ts, to, http.StatusOK), "What it asks for stands among the tasks.", "by priya@larkspur.example on 12 January 2027: 0 of")
	if body := get(t, ts, to, http.StatusOK); !strings.Contains(body, `<a href="/tasks">What it asks for</a>`) {
		t.Error("what was agreed on does not lead to its tasks")
	}
	if strings.Contains(text(get(t, ts, "/plan?agreed=nonsense", http.StatusOK)), "The plan is agreed on") {
		t.Error("an address puts words onto the page")
	}
	list, err := s.Agreements(t.Context(), priya, negotiate.AgreementsRequest{})
	if err != nil || len(list.Agreements) != 1 || strings.Join(ids(list.Agreements[0].Chosen), ",") != form.Get("seen") {
		t.Errorf("%+v, %v; seen was %s", list, err, form.Get("seen"))
	}
	wants(t, get(t, ts, "/t/leak", http.StatusOK), "It keeps most &amp; brings the cards.")
	wants(t, get(t, ts, "/tasks", http.StatusOK), "Fix it")
}

// TestAgreeWhereAnotherApproves: the plan is on record, and each of its decisions
// waits for somebody else.
func TestAgreeWhereAnotherApproves(t *testing.T) {
	ts, s := liveSite(t, quarters)
	if _, err := s.SetRule(t.Context(), priya, negotiate.RuleRequest{Name: ledger.SeparateApprover, Value: "yes", Because: "Two people."}); err != nil {
		t.Fatal(err)
	}
	body := get(t, ts, "/plan?effort=18d&money=4k", http.StatusOK)
	wants(t, body, "each decision holds once somebody else approves it")
	form := formWith(t, body, "by", "")
	form.Set("because", "It keeps most.")
	res, _ := post(t, ts, "/plan/agree", form, http.StatusSeeOther)
	wants(t, get(t, ts, res.Header.Get("Location"), http.StatusOK), "Its decisions wait for somebody else to approve them.")
	r, err := s.Status(t.Context(), priya, negotiate.StatusRequest{})
	if err != nil || len(r.Products[0].Proposed) == 0 || len(r.Products[0].InForce) != 0 {
		t.Errorf("%+v, %v", r, err)
	}
}

// TestAgreeOnThePlanAlone of the first period: no threat is decided on, and nothing is
// said to wait for somebody or to stand among the tasks.
func TestAgreeOnThePlanAlone(t *testing.T) {
	ts, s := liveSite(t, quarters)
	if _, err := s.SetRule(t.Context(), priya, negotiate.RuleRequest{Name: ledger.SeparateApprover, Value: "yes", Because: "Two people."}); err != nil {
		t.Fatal(err)
	}
	form := formWith(t, get(t, ts, "/plan?effort=18d&money=4k&periods=1", http.StatusOK), "by", "")
	form.Set("because", "It keeps most.")
	form.Set("only", "yes")
	res, _ := post(t, ts, "/plan/agree", form, http.StatusSeeOther)
	page := get(t, ts, res.Header.Get("Location"), http.StatusOK)
	wants(t, page, "No threat is decided on with it.")
	if page = text(page); strings.Contains(page, "Its decisions wait") || strings.Contains(page, "What it asks for stands") {
		t.Errorf("the plan alone: %s", page)
	}
	r, err := s.Status(t.Context(), priya, negotiate.StatusRequest{})
	if err != nil || len(r.Products[0].Proposed)+len(r.Products[0].InForce) != 0 {
		t.Errorf("%+v, %v", r, err)
	}
}

func ids(items []negotiate.AgreedItem) []string {
	var out []string
	for _, it := range items {
		out = append(out, it.ID)
	}
	return out
}
