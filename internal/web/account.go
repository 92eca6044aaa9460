package web

import (
	"errors"
	"html/template"
	"math"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/auth"
	"github.com/parleysec/parley/internal/brief/plain"
	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/internal/negotiate"
)

const accountPath = "/account"

// AccountView is what somebody sees of their own account.
type AccountView struct {
	Frame
	Heading  string
	Lead     []string
	Shown    *Shown // what is shown this once
	Password Form
	Factor   FactorView
	Passkeys PasskeysView
	Sessions []SessionRow
	Tokens   []TokenRow
	NewToken Form
	ProveURL string // where one proves first who one is, "" where one did lately
}

// Shown is something secret that is shown once.
type Shown struct {
	Heading, Says string
	Values        []string
}

// FactorPage is the page on which a second factor is added.
type FactorPage struct {
	Frame
	Factor FactorView
}

// FactorView is the second factor of an account.
type FactorView struct {
	On          bool
	Says        string
	Form        Form   // to begin, to confirm or to take away
	URI, Secret string // while one is begun
	Picture     template.HTML
}

// SessionRow is one place where somebody is signed in.
type SessionRow struct {
	ID, What, From, Seen string
	Here                 bool
}

// TokenRow is one token of somebody.
type TokenRow struct {
	ID, Name, May, Ends string
	Used                Moment
}

// ownAccount is the account of who asks; nobody else has one.
func (s *server) ownAccount(r *http.Request) (*auth.Person, error) {
	if !signedIn(r.Context()) {
		return nil, parley.Errorf(parley.Forbidden, "", "%s", catalogue.T("web.account.none"))
	}
	p, err := s.person(r)
	if err != nil {
		return nil, err
	}
	if p.ID != actorOf(r.Context()).ID {
		return nil, parley.Errorf(parley.Forbidden, "", "%s", catalogue.T("web.account.none"))
	}
	return p, nil
}

// accountView is the page of an account as it is.
func (s *server) accountView(r *http.Request) (*AccountView, error) {
	p, err := s.ownAccount(r)
	if err != nil {
		return nil, err
	}
	ctx := r.Context()
	sessions, err := s.opt.Accounts.Sessions(ctx, p.ID)
	if err != nil {
		return nil, err
	}
	tokens, err := s.opt.Accounts.Tokens(ctx, p.ID)
	if err != nil {
		return nil, err
	}
	v := &AccountView{Frame: s.desk.frame(ctx, catalogue.T("web.account.title")), Heading: p.Name, Lead: []string{catalogue.T("web.account.lead", "email", p.ID)}}
	v.Password = Form{
		ID: "password", Action: accountPath + "/password", Button: catalogue.T("web.account.change"), Quiet: true,
		Fields: []Field{
			{Name: "former", Label: catalogue.T("web.account.former"), Type: "password", Complete: "current-password"},
			newPasswordField(),
		},
	}
	v.Factor = factorView(p)
	if v.Passkeys, err = s.passkeysView(r, p); err != nil {
		return nil, err
	}
	for _, x := range sessions {
		v.Sessions = append(v.Sessions, SessionRow{ID: x.ID, What: howWords(x.How), From: x.From, Seen: whenWords(x.Seen), Here: x.ID == p.Session})
	}
	for _, t := range tokens {
		v.Tokens = append(v.Tokens, tokenRow(t, s.seal.now()))
	}
	if v.NewToken = s.tokenForm(r); !p.Fresh {
		v.ProveURL = proveURL(accountPath)
	}
	return v, nil
}

func factorView(p *auth.Person) FactorView {
	if !p.SecondFactor {
		return FactorView{Says: catalogue.T("web.factor.off"), Form: Form{ID: "factor", Action: accountPath + "/second-factor", Button: catalogue.T("web.factor.begin"), Quiet: true}}
	}
	return FactorView{On: true, Says: catalogue.T("web.factor.on"), Form: Form{
		ID: "factor", Action: accountPath + "/second-factor/drop", Button: catalogue.T("web.factor.drop"), Quiet: true,
		Fields: []Field{passwordField(), codeField("")},
	}}
}

// howWords says how a session was begun.
func howWords(how string) string {
	parts := strings.Split(how, " and ")
	for i, p := range parts {
		if key := "web.session.by." + strings.ReplaceAll(p, " ", "-"); catalogue.Has(key) {
			parts[i] = catalogue.T(key)
		}
	}
	return strings.Join(parts, ", ")
}

func tokenRow(t auth.Token, now time.Time) TokenRow {
	row := TokenRow{ID: t.ID, Name: t.Name, May: catalogue.T("web.token.scope." + t.Scope), Used: Moment{Says: catalogue.T("web.token.never")}, Ends: plain.Date(t.Expires)}
	if left := t.Expires.Sub(now); left < negotiate.TokenEndsSoon {
		row.Ends = catalogue.N("web.token.ends_soon", max(0, int(math.Ceil(left.Hours()/24))), "date", row.Ends)
	}
	if len(t.Products) > 0 {
		row.May += ": " + strings.Join(t.Products, ", ")
	}
	if !t.Used.IsZero() {
		row.Used = momentOf(t.Used)
	}
	return row
}

// tokenForm asks what a token is to be good for; the products are those that
// who asks can see.
func (s *server) tokenForm(r *http.Request) Form {
	f := Form{
		ID: "token", Action: accountPath + "/tokens", Button: catalogue.T("web.token.make"), Quiet: true,
		Fields: []Field{
			{Name: "name", Label: catalogue.T("web.token.name"), Type: "text", Complete: "off", Hint: catalogue.T("web.token.name_hint")},
			{Name: "expires", Label: catalogue.T("web.token.expires"), Type: "date", Complete: "off", Optional: true, Hint: catalogue.T("web.token.expires_hint")},
		},
	}
	for i, scope := range []string{auth.ScopeRead, auth.ScopeEvidence, auth.ScopeWrite} {
		f.Ticks = append(f.Ticks, Tick{Name: "scope", Value: scope, Label: catalogue.T("web.token.scope." + scope), One: true, Checked: i == 0, Group: catalogue.T("web.token.scope")})
	}
	for _, p := range s.desk.products(r.Context()) {
		f.Ticks = append(f.Ticks, Tick{Name: "products", Value: p.ID, Label: p.Title, Group: catalogue.T("web.token.products")})
	}
	return f
}

func (s *server) account(w http.ResponseWriter, r *http.Request) error {
	v, err := s.accountView(r)
	if err != nil {
		return err
	}
	if done := r.URL.Query().Get("done"); slices.Contains([]string{"password", "factor", "passkey", "passkey-removed", "session", "token"}, done) {
		v.Notice = catalogue.T("web.account.done." + done)
	}
	return s.show(w, http.StatusOK, "account", v)
}

// accountAgain shows the page with what was wrong in one of its forms.
func (s *server) accountAgain(w http.ResponseWriter, r *http.Request, form func(*AccountView) *Form, why error) error {
	if !refusable(why) {
		return why
	}
	v, err := s.accountView(r)
	if err != nil {
		return err
	}
	form(v).refill(r, why)
	return s.show(w, formStatus(w, why), "account", v)
}

func doneURL(what string) string {
	return accountPath + "?" + url.Values{"done": {what}}.Encode()
}

func (s *server) changePassword(w http.ResponseWriter, r *http.Request) error {
	which := func(v *AccountView) *Form { return &v.Password }
	form, err := s.read(r, "former", "password")
	if err != nil {
		return s.accountAgain(w, r, which, err)
	}
	p, err := s.ownAccount(r)
	if err != nil {
		return err
	}
	x, err := s.opt.Accounts.ChangePassword(r.Context(), p.ID, p.Session, form.Get("former"), form.Get("password"))
	if err != nil {
		return s.accountAgain(w, r, which, err)
	}
	return s.enter(w, r, x, doneURL("password"))
}

// beginFactor shows a new secret for an authenticator, and asks for its first code.
func (s *server) beginFactor(w http.ResponseWriter, r *http.Request) error {
	if _, err := s.read(r); err != nil {
		return err
	}
	p, err := s.ownAccount(r)
	if err != nil {
		return err
	}
	uri, secret, err := s.opt.Accounts.Enrol(r.Context(), p.ID)
	if err != nil {
		return err
	}
	picture, err := qrPicture(uri, catalogue.T("web.factor.picture"))
	if err != nil {
		return err
	}
	return s.showFactor(w, r, http.StatusOK, FactorView{Says: catalogue.T("web.factor.scan"), URI: uri, Secret: secret, Picture: picture, Form: confirmForm()})
}

func (s *server) showFactor(w http.ResponseWriter, r *http.Request, status int, f FactorView) error {
	return s.show(w, status, "factor", &FactorPage{s.desk.frame(r.Context(), catalogue.T("web.account.title")), f})
}

func confirmForm() Form {
	return Form{
		ID: "confirm", Action: accountPath + "/second-factor/confirm", Button: catalogue.T("web.factor.confirm"),
		Fields: []Field{{Name: "code", Label: catalogue.T("web.factor.first_code"), Type: "text", Complete: "one-time-code"}},
	}
}

// confirmFactor takes the first code; the recovery codes are shown this once.
func (s *server) confirmFactor(w http.ResponseWriter, r *http.Request) error {
	form, err := s.read(r, "code")
	if err != nil {
		return err
	}
	p, err := s.ownAccount(r)
	if err != nil {
		return err
	}
	codes, err := s.opt.Accounts.Confirm(r.Context(), p.ID, form.Get("code"))
	if err != nil {
		if !refusable(err) {
			return err
		}
		f := FactorView{Says: catalogue.T("web.factor.again"), Form: confirmForm()}
		f.Form.refill(r, err)
		return s.showFactor(w, r, formStatus(w, err), f)
	}
	v, err := s.accountView(r)
	if err != nil {
		return err
	}
	v.Shown = &Shown{Heading: catalogue.T("web.factor.done"), Says: catalogue.T("web.factor.codes"), Values: codes}
	return s.show(w, http.StatusOK, "account", v)
}

func (s *server) dropFactor(w http.ResponseWriter, r *http.Request) error {
	which := func(v *AccountView) *Form { return &v.Factor.Form }
	form, err := s.read(r, "password", "code")
	if err != nil {
		return s.accountAgain(w, r, which, err)
	}
	p, err := s.ownAccount(r)
	if err != nil {
		return err
	}
	if err := s.opt.Accounts.DropSecondFactor(r.Context(), p.ID, form.Get("password"), form.Get("code")); err != nil {
		return s.accountAgain(w, r, which, err)
	}
	http.Redirect(w, r, doneURL("factor"), http.StatusSeeOther)
	return nil
}

func (s *server) endSession(w http.ResponseWriter, r *http.Request) error {
	p, err := s.ownAccount(r)
	if err != nil {
		return err
	}
	if err := s.opt.Accounts.EndSession(r.Context(), p.ID, r.PathValue("id")); err != nil {
		return err
	}
	http.Redirect(w, r, doneURL("session"), http.StatusSeeOther)
	return nil
}

// newToken makes a token; its text is shown this once.
func (s *server) newToken(w http.ResponseWriter, r *http.Request) error {
	which := func(v *AccountView) *Form { return &v.NewToken }
	form, err := s.read(r, "name", "scope", "*products", "expires")
	if err != nil {
		return s.accountAgain(w, r, which, err)
	}
	p, err := s.ownAccount(r)
	if err != nil {
		return err
	}
	spec := auth.TokenSpec{Name: typed(form, "name"), Scope: form.Get("scope"), Products: form["products"]}
	if date := typed(form, "expires"); date != "" {
		if spec.Expires, err = time.Parse(time.DateOnly, date); err != nil {
			return s.accountAgain(w, r, which, parley.Errorf(parley.Invalid, "", "%s", catalogue.T("web.token.no_date")))
		}
	}
	var seen []string
	for _, c := range s.desk.products(r.Context()) {
		seen = append(seen, c.ID)
	}
	if wrong, ok := errors.AsType[*auth.FieldError](spec.Within(seen)); ok { // no word stands beside what is ticked
		return s.accountAgain(w, r, which, parley.Errorf(parley.Invalid, "", "%s", wrong.Says))
	}
	text, t, err := s.opt.Accounts.NewToken(r.Context(), p.ID, spec)
	if err != nil {
		return s.accountAgain(w, r, which, err)
	}
	v, err := s.accountView(r)
	if err != nil {
		return err
	}
	v.Shown = &Shown{Heading: catalogue.T("web.token.made", "name", t.Name), Says: catalogue.T("web.token.once"), Values: []string{text}}
	return s.show(w, http.StatusOK, "account", v)
}

func (s *server) revokeToken(w http.ResponseWriter, r *http.Request) error {
	p, err := s.ownAccount(r)
	if err != nil {
		return err
	}
	if err := s.opt.Accounts.RevokeToken(r.Context(), p.ID, r.PathValue("id")); err != nil {
		return err
	}
	http.Redirect(w, r, doneURL("token"), http.StatusSeeOther)
	return nil
}
