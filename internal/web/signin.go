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
			{Name: "password", Label: catalogue.T("web.account.password"), Type: "password", Complete: "current-password"},
		},
	}
}

// codeForm asks for the code of the second factor; what was typed before goes
// with it, sealed.
func codeForm(to, sealed string) Form {
	return Form{
		ID: "code", Action: signInPath, Button: catalogue.T("web.signin.button"), Hidden: []Pair{{"to", to}, {"step", sealed}},
		Fields: []Field{{Name: "code", Label: catalogue.T("web.signin.code"), Type: "text", Complete: "one-time-code", Hint: catalogue.T("web.signin.code_hint")}},
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
	in := auth.Attempt{Email: form.Get("email"), Password: form.Get("password"), Code: form.Get("code"), From: peer(r)}
	f := signInForm(to)
	if step := form.Get("step"); step != "" {
		half, ok := s.seal.open(step)
		if !ok {
			return s.signInAgain(w, r, f, errTooLate)
		}
		in.Email, in.Password = half.Email, half.Password
		f = codeForm(to, step)
		if in.Code == "" {
			return s.signInAgain(w, r, f, auth.ErrCodeNeeded)
		}
	}
	x, err := s.opt.Accounts.SignIn(r.Context(), in)
	if errors.Is(err, auth.ErrCodeNeeded) {
		sealed, err := s.seal.close(in.Email, in.Password)
		if err != nil {
			return err
		}
		v, err := s.signInPage(r, codeForm(to, sealed))
		if err != nil {
			return err
		}
		return s.show(w, http.StatusOK, "form", v)
	}
	if err != nil {
		return s.signInAgain(w, r, f, err)
	}
	return s.enter(w, r, x, to)
}

func (s *server) signInAgain(w http.ResponseWriter, r *http.Request, f Form, why error) error {
	if !refusable(why) {
		return why
	}
	f.refill(r, why)
	v, err := s.signInPage(r, f)
	if err != nil {
		return err
	}
	return s.show(w, formStatus(w, why), "form", v)
}

func (s *server) signOut(w http.ResponseWriter, r *http.Request) error {
	if err := s.opt.Accounts.SignOut(r.Context(), s.cookie(r)); err != nil {
		return err
	}
	s.setCookie(w, r, "", time.Time{})
	http.Redirect(w, r, signInPath, http.StatusSeeOther)
	return nil
}

// signInURL leads to the page to sign in, and from there to a page.
func signInURL(to string) string {
	if to == "/" {
		return signInPath
	}
	return signInPath + "?" + url.Values{"to": {to}}.Encode()
}

func seconds(d time.Duration) string {
	return strconv.FormatInt(int64(max(d, time.Second)/time.Second), 10)
}
