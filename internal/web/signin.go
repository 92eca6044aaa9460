package web

import (
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/parleysec/parley/internal/auth"
	"github.com/parleysec/parley/internal/catalogue"
)

const signInPath = "/sign-in"

// signInForm asks for address and password.
func signInForm(to string) Form {
	return Form{
		ID: "sign-in", Action: signInPath, Button: catalogue.T("web.signin.button"), Hidden: []Pair{{"to", to}},
		Fields: []Field{
			{Name: "email", Label: catalogue.T("web.account.email"), Type: "email", Complete: "username"},
			passwordField(),
		},
	}
}

// codeForm asks for the code of the second factor; what was typed before goes
// with it, sealed.
func codeForm(to, sealed string) Form {
	return Form{
		ID: "code", Action: signInPath, Button: catalogue.T("web.signin.button"), Hidden: []Pair{{"to", to}, {"step", sealed}},
		Fields: []Field{codeField(catalogue.T("web.signin.code_hint"))},
	}
}

// signInPage is the page to sign in, or what to do first where nobody can.
func (s *server) signInPage(r *http.Request, f Form) (*FormView, error) {
	v := &FormView{Frame: Frame{Title: catalogue.T("web.signin.title")}, Heading: catalogue.T("web.signin.title"), Form: f}
	empty, err := s.opt.Accounts.SetUpNeeded(r.Context())
	if err != nil {
		return nil, err
	}
	if empty {
		v.Heading, v.Lead = catalogue.T("web.signin.nobody_yet"), []string{catalogue.T("web.signin.set_up")}
		v.Form = Form{}
		return v, nil
	}
	if f.ID == "code" {
		v.Heading, v.Other = catalogue.T("web.signin.code_title"), []Link{{signInPath, catalogue.T("web.signin.again")}}
		return v, nil
	}
	if s.opt.Provider != nil {
		v.Other = []Link{{providerURL(f), catalogue.T("web.signin.provider")}}
	}
	if v.Then = s.passkeySignIn(r, f.leads()); v.Then != nil {
		v.Form.Fields[0].Complete += " webauthn" // the browser may offer a passkey there
	}
	v.Notes = []string{catalogue.T("web.signin.lost")}
	return v, nil
}

func (s *server) signIn(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	if signedIn(r.Context()) {
		http.Redirect(w, r, s.returnPath(q.Get("to")), http.StatusSeeOther)
		return nil
	}
	v, err := s.signInPage(r, signInForm(s.returnPath(q.Get("to"))))
	if err != nil {
		return err
	}
	if q.Get("done") == "reset" {
		v.Notice = catalogue.T("web.reset.done")
	}
	return s.show(w, http.StatusOK, "form", v)
}

// signInSent takes either page of the form.
func (s *server) signInSent(w http.ResponseWriter, r *http.Request) error {
	form, err := s.read(r, "email", "password", "code", "step", "to")
	to := s.returnPath(r.PostForm.Get("to"))
	if err != nil {
		return s.signInAgain(w, r, signInForm(to), err)
	}
	if step := form.Get("step"); step != "" {
		return s.codeSent(w, r, to, step, form.Get("code"))
	}
	in := auth.Attempt{Email: form.Get("email"), Password: form.Get("password"), From: peer(r)}
	x, err := s.opt.Accounts.SignIn(r.Context(), in)
	if errors.Is(err, auth.ErrCodeNeeded) {
		return s.askCode(w, r, to, halfway{Email: in.Email, Password: in.Password})
	}
	if err != nil {
		return s.signInAgain(w, r, signInForm(to), err)
	}
	return s.enter(w, r, x, to)
}

// askCode is the second page: the code of the second factor.
func (s *server) askCode(w http.ResponseWriter, r *http.Request, to string, h halfway) error {
	sealed, err := s.seal.close(h)
	if err != nil {
		return err
	}
	v, err := s.signInPage(r, codeForm(to, sealed))
	if err != nil {
		return err
	}
	return s.show(w, http.StatusOK, "form", v)
}

// codeSent takes the second page.
func (s *server) codeSent(w http.ResponseWriter, r *http.Request, to, step, code string) error {
	h, ok := s.seal.open(step)
	if !ok {
		return s.signInAgain(w, r, signInForm(to), errTooLate)
	}
	var x *auth.Session
	err := error(auth.ErrCodeNeeded)
	switch {
	case code == "":
	case h.Pending != "":
		x, err = s.opt.Accounts.SignInPending(r.Context(), h.Pending, code, peer(r))
	default:
		x, err = s.opt.Accounts.SignIn(r.Context(), auth.Attempt{Email: h.Email, Password: h.Password, Code: code, From: peer(r)})
	}
	if err != nil {
		return s.signInAgain(w, r, codeForm(to, step), err)
	}
	return s.enter(w, r, x, to)
}

func (s *server) signInAgain(w http.ResponseWriter, r *http.Request, f Form, why error) error {
	if !refusable(why) {
		return why
	}
	return s.signInWrong(w, r, f, why)
}

func (s *server) signInWrong(w http.ResponseWriter, r *http.Request, f Form, why error) error {
	f.refill(r, why)
	v, err := s.signInPage(r, f)
	if err != nil {
		return err
	}
	return s.show(w, formStatus(w, why), "form", v)
}

func (s *server) signOut(w http.ResponseWriter, r *http.Request) error {
	if err := s.opt.Accounts.SignOut(r.Context(), s.cookie(r, "")); err != nil {
		return err
	}
	s.setCookie(w, r, "", time.Time{})
	http.Redirect(w, r, signInPath, http.StatusSeeOther)
	return nil
}

// leads is where a form leads once it was right.
func (f Form) leads() string {
	for _, h := range f.Hidden {
		if h.Name == "to" {
			return h.Value
		}
	}
	return "/"
}

// providerURL leads to the provider, and from there to where the form leads.
func providerURL(f Form) string {
	if to := f.leads(); to != "/" {
		return providerPath + "?" + url.Values{"to": {to}}.Encode()
	}
	return providerPath
}

// signInURL leads to the page to sign in, and from there to a page.
func signInURL(to string) string {
	if to == "/" {
		return signInPath
	}
	return signInPath + "?" + url.Values{"to": {to}}.Encode()
}

// seconds are whole ones, not below a duration: who waits that long is not too
// early.
func seconds(d time.Duration) string {
	return strconv.FormatInt(int64(max(1, (d+time.Second-1)/time.Second)), 10)
}
