package web

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/auth"
	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/internal/negotiate"
	"github.com/parleysec/parley/ledger"
)

// The pages that links with a secret lead to. The secret stands behind the # of
// a link, which browsers send to nobody: it is in no log and no Referer, and
// only ever sent by a form.
const (
	setUpPath  = "/setup"
	invitePath = auth.InvitePath
	acceptPath = "/invite/accept"
	resetPath  = auth.ResetPath
)

var errTooLate = parley.Errorf(parley.Invalid, "", "%s", catalogue.T("web.signin.too_late"))

// secretField is where the secret of a link goes: by a script, or by hand.
func secretField(how string) Field {
	return Field{Name: "secret", Label: catalogue.T("web.link.secret"), Type: "text", Complete: "off", Hint: catalogue.T("web.link.secret_hint"), Secret: how}
}

// secretOf is the secret that was sent, also where somebody who has no scripts
// put in the whole link.
func secretOf(form url.Values) string {
	s := typed(form, "secret")
	return s[strings.LastIndexByte(s, '#')+1:]
}

// passwordField asks for the password of an account.
func passwordField() Field {
	return Field{Name: "password", Label: catalogue.T("web.account.password"), Type: "password", Complete: "current-password"}
}

// codeField asks for a code of the second factor, with a hint or none.
func codeField(hint string) Field {
	return Field{Name: "code", Label: catalogue.T("web.signin.code"), Type: "text", Complete: "one-time-code", Hint: hint}
}

func newPasswordField() Field {
	return Field{
		Name: "password", Label: catalogue.T("web.account.new_password"), Type: "password", Complete: "new-password",
		Hint: catalogue.T("web.account.password_hint", "n", auth.MinPassword),
	}
}

func nameField(name string) Field {
	return Field{Name: "name", Label: catalogue.T("web.account.name"), Type: "text", Complete: "name", Value: name}
}

func (s *server) setUp(w http.ResponseWriter, r *http.Request) error {
	return s.showSetUp(w, r, nil)
}

func (s *server) showSetUp(w http.ResponseWriter, r *http.Request, why error) error {
	needed, err := s.opt.Accounts.SetUpNeeded(r.Context())
	if err != nil {
		return err
	}
	v := &FormView{Frame: Frame{Title: catalogue.T("web.setup.title")}, Heading: catalogue.T("web.setup.title"), Lead: []string{catalogue.T("web.setup.lead")}}
	if !needed {
		v.Heading, v.Lead = catalogue.T("web.setup.over"), nil
		v.Other = []Link{{signInPath, catalogue.T("web.signin.title")}}
		status := http.StatusOK
		if why != nil {
			status = http.StatusGone
		}
		return s.show(w, status, "form", v)
	}
	v.Form = Form{
		ID: "set-up", Action: setUpPath, Button: catalogue.T("web.setup.button"),
		Fields: []Field{
			secretField("fill"), nameField(""),
			{Name: "email", Label: catalogue.T("web.account.email"), Type: "email", Complete: "username", Hint: catalogue.T("web.setup.email_hint")},
			newPasswordField(),
		},
		Ticks: []Tick{
			{Name: "decides", Value: "yes", Label: catalogue.T("web.setup.decides"), Note: catalogue.T("web.setup.decides_note"), Checked: true},
			{Name: "brings", Value: "yes", Label: catalogue.T("web.setup.brings"), Note: catalogue.T("web.setup.brings_note"), Checked: true},
		},
	}
	return s.showForm(w, r, v, why)
}

// setUpSent makes the first account. Its person administers: whoever holds the
// link was at this machine, and gives the roles as such. A change of roles ends
// the sessions of a person, so they are signed in after it.
func (s *server) setUpSent(w http.ResponseWriter, r *http.Request) error {
	form, err := s.read(r, "secret", "name", "email", "password", "decides", "brings")
	if err != nil {
		return s.showSetUp(w, r, err)
	}
	ctx := r.Context()
	x, err := s.opt.Accounts.SetUp(ctx, secretOf(form), auth.NewAccount{Email: form.Get("email"), Name: form.Get("name"), Password: form.Get("password")})
	if err != nil {
		if refusable(err) {
			return s.showSetUp(w, r, err)
		}
		return err
	}
	roles := []ledger.MemberRole{ledger.Administrator}
	if form.Get("decides") != "" {
		roles = append(roles, ledger.Manager)
	}
	if form.Get("brings") != "" {
		roles = append(roles, ledger.Contributor)
	}
	for _, role := range roles {
		req := negotiate.MemberRequest{Person: x.Person.ID, Role: role, Because: catalogue.T("web.setup.because")}
		if _, err := s.members.SetMember(ctx, negotiate.Local(s.opt.Actor.ID, negotiate.ViaPage), req); err != nil {
			return err
		}
	}
	x, err = s.opt.Accounts.SignIn(ctx, auth.Attempt{Email: x.Person.ID, Password: form.Get("password"), From: peer(r)})
	if err != nil {
		return err
	}
	return s.enter(w, r, x, "/")
}

func (s *server) invite(w http.ResponseWriter, r *http.Request) error {
	return s.showInvite(w, r, nil)
}

// showInvite asks for the secret of an invitation.
func (s *server) showInvite(w http.ResponseWriter, r *http.Request, why error) error {
	v := &FormView{Frame: Frame{Title: catalogue.T("web.invite.title")}, Heading: catalogue.T("web.invite.title")}
	v.Form = Form{ID: "invite", Action: invitePath, Button: catalogue.T("web.invite.open"), Fields: []Field{secretField("send")}}
	status := http.StatusOK
	if why != nil {
		v.Form.Problem, status = problemOf(why), formStatus(w, why)
	}
	return s.show(w, status, "form", v)
}

// inviteSent shows what an invitation is to; nothing is used up by looking.
func (s *server) inviteSent(w http.ResponseWriter, r *http.Request) error {
	form, err := s.read(r, "secret")
	if err != nil {
		return s.showInvite(w, r, err)
	}
	return s.showAccept(w, r, secretOf(form), nil)
}

// showAccept asks who was invited for a name and a password.
func (s *server) showAccept(w http.ResponseWriter, r *http.Request, secret string, why error) error {
	in, err := s.opt.Accounts.Invited(r.Context(), secret)
	if err != nil {
		if refusable(err) {
			return s.showInvite(w, r, err)
		}
		return err
	}
	v := &FormView{Frame: Frame{Title: catalogue.T("web.invite.title")}, Heading: catalogue.T("web.accept.title")}
	v.Lead = []string{catalogue.T("web.accept.lead", "by", in.By, "email", in.Email)}
	if s.returnPath(in.Opens) != "/" {
		v.Lead[0] += " " + catalogue.T("web.accept.opens")
	}
	v.Form = Form{
		ID: "accept", Action: acceptPath, Button: catalogue.T("web.accept.button"), Hidden: []Pair{{"secret", secret}},
		Fields: []Field{nameField(in.Name), newPasswordField()},
	}
	return s.showForm(w, r, v, why)
}

// accept makes the account of who was invited, and opens what they were invited to.
func (s *server) accept(w http.ResponseWriter, r *http.Request) error {
	form, err := s.read(r, "secret", "name", "password")
	if err != nil {
		return s.showInvite(w, r, err)
	}
	secret := secretOf(form)
	in, err := s.opt.Accounts.Invited(r.Context(), secret)
	if err == nil {
		var x *auth.Session
		a := auth.NewAccount{Email: in.Email, Name: form.Get("name"), Password: form.Get("password")}
		if x, err = s.opt.Accounts.Accept(r.Context(), secret, a); err == nil {
			return s.enter(w, r, x, s.returnPath(in.Opens))
		}
	}
	if refusable(err) {
		return s.showAccept(w, r, secret, err)
	}
	return err
}

func (s *server) reset(w http.ResponseWriter, r *http.Request) error {
	return s.showReset(w, r, nil)
}

func (s *server) showReset(w http.ResponseWriter, r *http.Request, why error) error {
	v := &FormView{Frame: Frame{Title: catalogue.T("web.reset.title")}, Heading: catalogue.T("web.reset.title"), Lead: []string{catalogue.T("web.reset.lead")}}
	v.Form = Form{ID: "reset", Action: resetPath, Button: catalogue.T("web.reset.button"), Fields: []Field{secretField("fill"), newPasswordField()}}
	return s.showForm(w, r, v, why)
}

// resetSent sets a new password. Nobody is signed in by it: the second factor is
// still to be asked for.
func (s *server) resetSent(w http.ResponseWriter, r *http.Request) error {
	form, err := s.read(r, "secret", "password")
	var ended *auth.Ended
	if err == nil {
		ended, err = s.opt.Accounts.Reset(r.Context(), secretOf(form), form.Get("password"))
	}
	if err != nil {
		if refusable(err) {
			return s.showReset(w, r, err)
		}
		return err
	}
	s.setDevice(w, r, ended.Device)
	if len(ended.Passkeys)+len(ended.Tokens) == 0 {
		http.Redirect(w, r, signInPath+"?"+url.Values{"done": {"reset"}}.Encode(), http.StatusSeeOther)
		return nil
	}
	return s.show(w, http.StatusOK, "form", endedView(ended))
}

// endedView says what ended with a new password, so that the person makes it anew
// or wonders at what they never made.
func endedView(ended *auth.Ended) *FormView {
	v := &FormView{
		Frame: Frame{Title: catalogue.T("web.reset.set")}, Heading: catalogue.T("web.reset.set"), Lead: []string{catalogue.T("web.reset.ended")},
		Other: []Link{{signInPath, catalogue.T("web.signin.title")}},
	}
	for _, name := range ended.Passkeys {
		v.Items = append(v.Items, catalogue.T("web.reset.passkey", "name", name))
	}
	for _, name := range ended.Tokens {
		v.Items = append(v.Items, catalogue.T("web.reset.token", "name", name))
	}
	return v
}
