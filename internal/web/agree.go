package web

import (
	"net/http"
	"net/url"
	"strings"
)

// agree takes the plan that somebody agrees on. What is not taken comes back on
// the table, with the plan as it is now and what was filled in.
func (s *server) agree(w http.ResponseWriter, r *http.Request) error {
	form, err := s.read(r, "product", "money", "effort", "periods", "limits", "*must", "*not", "seen", "because", "by", "only")
	if err != nil {
		return err
	}
	a := agreeSent{budget: readBudget(form), seen: form.Get("seen"), because: typed(form, "because"), by: typed(form, "by"), only: form.Get("only") == "yes"}
	id, decides, why := s.desk.agree(r.Context(), a)
	if why == nil {
		address := a.budget.url()
		sep := "?"
		if strings.Contains(address, "?") {
			sep = "&"
		}
		done := url.Values{"agreed": {id}}
		if !decides {
			done.Set("decides", "nothing")
		}
		http.Redirect(w, r, address+sep+done.Encode(), http.StatusSeeOther)
		return nil
	}
	if !mendable(why) {
		return why
	}
	again := a.budget
	again.whole = true // after a glance nobody could agree, and what they wrote would be lost
	v, err := s.desk.plan(r.Context(), again)
	if err != nil {
		return err
	}
	if v.Agree == nil {
		return why
	}
	v.Agree.Because, v.Agree.By, v.Agree.Only, v.Agree.Problem = a.because, a.by, a.only, problemOf(why)
	status, _ := statusOf(why)
	return s.show(w, status, "plan", v)
}
