package web

import (
	"net/http"
	"strings"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/internal/negotiate"
	"github.com/parleysec/parley/ledger"
)

const rulesPath = "/rules"

// RulesView is who may decide how much, and what is proposed about it.
type RulesView struct {
	Frame
	Heading  string
	Lead     []string
	Settings []Pair
	Rows     []AuthorityView
	HeldAdds *Link    // to what that adds up from
	Held     []string // what counts against the rows for those who hold them
	Waiting  []RuleProposal
	Row      *Form // to propose a row of the matrix; nil for who may not
	Setting  *Form // to propose another rule
}

// AuthorityView is one row of the matrix.
type AuthorityView struct{ Role, Holders, About, Limits string }

// RuleProposal is a change of the rules that waits for somebody's word.
type RuleProposal struct {
	ID, Action, Says, By string
	Because              string // as it was proposed
	May                  bool   // whether who asks may answer it
	Answer               string // what was typed
	Problem              *Problem
}

// rules shows who may decide how much.
func (s *server) rules(w http.ResponseWriter, r *http.Request) error {
	v, err := s.desk.rules(r.Context(), r.URL.Query().Get("product"))
	if err != nil {
		return err
	}
	v.Notice = onRecord(r)
	return s.show(w, http.StatusOK, "rules", v)
}

// rowFields are the fields of the form for a row of the matrix, in order.
var rowFields = []string{"role", "holders", "of", "approvers", "for", "products", "currency", "annual", "one_in_20", "bad_case", "cost", "because"}

// rulesProposed takes a change of a row, or of another rule.
func (s *server) rulesProposed(w http.ResponseWriter, r *http.Request) error {
	form, err := s.read(r, append([]string{"name", "value"}, rowFields...)...)
	if err != nil {
		return err
	}
	req := negotiate.RuleRequest{Name: form.Get("name"), Value: typed(form, "value"), Because: typed(form, "because")}
	if req.Name == ledger.RuleAuthority || req.Name == "" {
		req.Name = ""
		if req.Role, err = rowOf(func(name string) string { return typed(form, name) }); err == nil && req.Role.Name == "" {
			err = parley.Errorf(parley.Invalid, "", "%s", catalogue.T("web.rules.no_role"))
		}
	}
	if err == nil {
		err = s.desk.rule(r.Context(), req)
	}
	if err == nil {
		http.Redirect(w, r, rulesPath+"?done=yes", http.StatusSeeOther)
		return nil
	}
	v, again := s.rulesAgain(r, err)
	if again != nil {
		return again
	}
	f := v.Setting
	if req.Name == "" {
		f = v.Row
	}
	if f == nil {
		return err
	}
	f.refill(r, err)
	return s.show(w, formStatus(w, err), "rules", v)
}

// rowOf reads a row as it was typed.
func rowOf(typed func(string) string) (negotiate.RoleRequest, error) {
	row := negotiate.RoleRequest{
		Name: typed("role"), Holders: commas(typed("holders")), Of: commas(typed("of")), Products: commas(typed("products")), Currency: strings.ToUpper(typed("currency")),
		Annual: typed("annual"), OneIn20: typed("one_in_20"), BadCase: typed("bad_case"), Cost: typed("cost"),
	}
	for _, k := range commas(typed("for")) {
		row.For = append(row.For, parley.Kind(k))
	}
	var err error
	row.Approve, err = headcount(typed("approvers"))
	return row, err
}

// rulesSettled accepts or refuses what was proposed.
func (s *server) rulesSettled(w http.ResponseWriter, r *http.Request) error {
	form, err := s.read(r, "move", "because")
	if err != nil {
		return err
	}
	id, move := r.PathValue("id"), form.Get("move")
	if move != moveApprove && move != moveReject {
		return parley.Errorf(parley.Invalid, "", "%s", catalogue.T("web.decide.unreadable"))
	}
	why := s.desk.settleRule(r.Context(), negotiate.SettleRuleRequest{Rule: id, Accept: move == moveApprove, Because: typed(form, "because")})
	if why == nil {
		http.Redirect(w, r, rulesPath+"?done=yes", http.StatusSeeOther)
		return nil
	}
	v, again := s.rulesAgain(r, why)
	if again != nil {
		return again
	}
	for i := range v.Waiting {
		if p := &v.Waiting[i]; p.ID == id {
			p.Problem, p.Answer = problemOf(why), typed(form, "because")
			return s.show(w, formStatus(w, why), "rules", v)
		}
	}
	if !overtaking(why) {
		return why
	}
	v.Settled = settled(s.desk.since(r.Context(), id), typed(form, "because"))
	return s.show(w, http.StatusConflict, "rules", v)
}

// rulesAgain is the page on which it is said why something was not taken.
func (s *server) rulesAgain(r *http.Request, why error) (*RulesView, error) {
	if !refusable(why) || parley.KindOfError(why) == parley.Forbidden {
		return nil, why
	}
	return s.desk.rules(r.Context(), "")
}
