package web

import (
	"net/http"
)

// said takes what somebody says about a threat. What is not taken comes back on
// the page it was sent from, with everything that was filled in.
func (s *server) said(w http.ResponseWriter, r *http.Request) error {
	form, err := s.read(r, "kind", "about", "text", "likelihood", "impact")
	if err != nil {
		return err
	}
	t := talkSent{
		threat: r.PathValue("id"), kind: form.Get("kind"), about: form.Get("about"), text: typed(form, "text"),
		likelihood: typed(form, "likelihood"), impact: typed(form, "impact"),
	}
	why := s.desk.speak(r.Context(), t)
	if why == nil {
		http.Redirect(w, r, threatURL(t.threat)+"#talk", http.StatusSeeOther)
		return nil
	}
	if !mendable(why) {
		return why
	}
	v, err := s.desk.brief(r.Context(), briefAsk{threat: t.threat})
	if err != nil {
		return err
	}
	if v.Talk == nil || v.Talk.Form == nil {
		return why
	}
	f := v.Talk.Form
	f.Kind, f.About, f.Text, f.Likelihood, f.Impact, f.Problem = t.kind, t.about, t.text, t.likelihood, t.impact, problemOf(why)
	status, _ := statusOf(why)
	return s.show(w, status, "brief", v)
}
