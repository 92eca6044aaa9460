package web

import (
	"net/http"
	"net/url"

	"github.com/parleysec/parley/internal/auth"
	"github.com/parleysec/parley/internal/catalogue"
)

const provePath = accountPath + "/prove"

// proveURL leads to the page on which somebody proves anew who they are, and from
// there to a page.
func proveURL(to string) string { return provePath + "?" + url.Values{"to": {to}}.Encode() }

// freshly answers a route for which somebody who signed in must have proved lately
// who they are; others are led to where they can. Of what they sent the address
// to go back to keeps what the route names, and nothing else.
func (s *server) freshly(rt route, w http.ResponseWriter, r *http.Request) error {
	p, err := s.ownAccount(r)
	if err != nil {
		return err
	}
	if !p.Fresh {
		http.Redirect(w, r, proveURL(rt.back(r)), http.StatusSeeOther)
		return nil
	}
	return rt.handle(s, w, r)
}

// back is the page that somebody is led back to once they proved who they are.
func (rt route) back(r *http.Request) string {
	kept := url.Values{}
	for _, name := range rt.keeps {
		if v := r.PostFormValue(name); v != "" {
			kept.Set(name, v)
		}
	}
	if len(kept) == 0 {
		return rt.fresh
	}
	return rt.fresh + "?" + kept.Encode()
}

// proveView asks for what a person can prove by: the password, with a code where
// there is a second factor, or the provider.
func (s *server) proveView(p *auth.Person, to string) *FormView {
	v := &FormView{Frame: Frame{Title: catalogue.T("web.prove.title")}, Heading: catalogue.T("web.prove.title"), Lead: []string{catalogue.T("web.prove.lead")}}
	if p.Password {
		v.Form = Form{
			ID: "prove", Action: provePath, Button: catalogue.T("web.prove.button"), Hidden: []Pair{{"to", to}},
			Fields: []Field{passwordField()},
		}
		if p.SecondFactor {
			v.Form.Fields = append(v.Form.Fields, codeField(catalogue.T("web.signin.code_hint")))
		}
	}
	if s.opt.Provider != nil {
		v.Other = []Link{{providerPath + "?" + url.Values{"afresh": {"1"}, "to": {proveURL(to)}}.Encode(), catalogue.T("web.prove.provider")}}
	}
	v.Notes = []string{catalogue.T("web.prove.again")}
	return v
}

func (s *server) prove(w http.ResponseWriter, r *http.Request) error {
	p, err := s.ownAccount(r)
	if err != nil {
		return err
	}
	to := s.returnPath(r.URL.Query().Get("to"))
	if p.Fresh {
		http.Redirect(w, r, to, http.StatusSeeOther)
		return nil
	}
	return s.showForm(w, r, s.proveView(p, to), nil)
}

func (s *server) proveSent(w http.ResponseWriter, r *http.Request) error {
	p, err := s.ownAccount(r)
	if err != nil {
		return err
	}
	form, err := s.read(r, "password", "code", "to")
	to := s.returnPath(r.PostForm.Get("to"))
	if err == nil {
		err = s.opt.Accounts.Prove(r.Context(), p.ID, p.Session, form.Get("password"), form.Get("code"))
	}
	if err != nil {
		if refusable(err) {
			return s.showForm(w, r, s.proveView(p, to), err)
		}
		return err
	}
	http.Redirect(w, r, to, http.StatusSeeOther)
	return nil
}
