package web

import (
	"io"
	"net/http"

	"github.com/parleysec/parley/internal/auth"
	"github.com/parleysec/parley/internal/brief/plain"
	"github.com/parleysec/parley/internal/catalogue"
)

const (
	passkeysPath      = accountPath + "/passkeys"
	passkeySignInPath = signInPath + "/passkey"
	passkeyOfferPath  = passkeySignInPath + "/offer"
)

// PasskeysView is the passkeys of an account.
type PasskeysView struct {
	Says string
	Not  string // why none can be added here, "" where one can
	Rows []PasskeyRow
	New  Form
}

// PasskeyRow is one passkey of somebody.
type PasskeyRow struct {
	ID, Name, Made string
	Used           Moment
	Synced, Copied bool
}

// PasskeyPage asks the browser for a passkey: a script hands over what the device
// says, as a field of the form.
type PasskeyPage struct {
	Frame
	Heading string
	Lead    []string
	Create  bool   // a new one is made; else one signs
	Options string // JSON for the browser
	Action  string
	Hidden  []Pair
	Button  string
	Other   Link // back
}

// passkeysView is the passkeys of who asks.
func (s *server) passkeysView(r *http.Request, p *auth.Person) (PasskeysView, error) {
	v := PasskeysView{Says: catalogue.T("web.passkey.says"), New: newPasskeyForm(p)}
	list, err := s.opt.Accounts.Passkeys(r.Context(), p.ID)
	if err != nil {
		return v, err
	}
	for _, k := range list {
		row := PasskeyRow{ID: k.ID, Name: k.Name, Made: plain.Date(k.Created), Synced: k.Synced, Copied: k.Copied, Used: Moment{Says: catalogue.T("web.passkey.never")}}
		if !k.Used.IsZero() {
			row.Used = momentOf(k.Used)
		}
		v.Rows = append(v.Rows, row)
	}
	if err := s.opt.Accounts.PasskeysAt(s.origin(r)); err != nil {
		v.Not, _ = sayError(err)
	}
	return v, nil
}

// newPasskeyForm asks what a passkey is called, and once more who asks.
func newPasskeyForm(p *auth.Person) Form {
	f := Form{ID: "passkey", Action: passkeysPath, Button: catalogue.T("web.passkey.begin"), Quiet: true, Fields: []Field{
		{Name: "name", Label: catalogue.T("web.passkey.name"), Type: "text", Complete: "off", Hint: catalogue.T("web.passkey.name_hint")},
	}}
	if p.Password {
		f.Fields = append(f.Fields, passwordField())
	}
	if p.SecondFactor {
		f.Fields = append(f.Fields, codeField(""))
	}
	return f
}

func passkeyForm(v *AccountView) *Form { return &v.Passkeys.New }

// newPasskey asks the browser to make one, once who asks has proved to be who
// signed in.
func (s *server) newPasskey(w http.ResponseWriter, r *http.Request) error {
	form, err := s.read(r, "name", "password", "code")
	if err != nil {
		return s.accountAgain(w, r, passkeyForm, err)
	}
	p, err := s.ownAccount(r)
	if err != nil {
		return err
	}
	if err := s.opt.Accounts.PasskeysAt(s.origin(r)); err != nil {
		return s.accountAgain(w, r, passkeyForm, err)
	}
	options, err := s.opt.Accounts.BeginPasskey(r.Context(), p, auth.NewPasskey{Name: form.Get("name"), Password: form.Get("password"), Code: form.Get("code")})
	if err != nil {
		return s.accountAgain(w, r, passkeyForm, err)
	}
	return s.show(w, http.StatusOK, "passkey", &PasskeyPage{
		Frame: s.desk.frame(r.Context(), catalogue.T("web.passkey.title")), Heading: catalogue.T("web.passkey.make_title"), Lead: []string{catalogue.T("web.passkey.make")},
		Create: true, Options: options, Action: passkeysPath + "/made", Button: catalogue.T("web.passkey.go"), Other: Link{accountPath, catalogue.T("web.passkey.not_now")},
	})
}

// passkeyMade takes what the browser made.
func (s *server) passkeyMade(w http.ResponseWriter, r *http.Request) error {
	form, err := s.read(r, "answer")
	if err != nil {
		return s.accountAgain(w, r, passkeyForm, err)
	}
	p, err := s.ownAccount(r)
	if err != nil {
		return err
	}
	if err := s.opt.Accounts.AddPasskey(r.Context(), p.ID, form.Get("answer")); err != nil {
		return s.accountAgain(w, r, passkeyForm, err)
	}
	http.Redirect(w, r, doneURL("passkey"), http.StatusSeeOther)
	return nil
}

// removePasskey takes one away, and signs its person out everywhere else.
func (s *server) removePasskey(w http.ResponseWriter, r *http.Request) error {
	if _, err := s.read(r); err != nil {
		return err
	}
	p, err := s.ownAccount(r)
	if err != nil {
		return err
	}
	x, err := s.opt.Accounts.RemovePasskey(r.Context(), p.ID, p.Session, r.PathValue("id"))
	if err != nil {
		return err
	}
	return s.enter(w, r, x, doneURL("passkey-removed"))
}

// passkeySignIn is the other way on the page to sign in, nil where there is none.
func (s *server) passkeySignIn(r *http.Request, to string) *Form {
	if s.opt.Accounts.PasskeysAt(s.origin(r)) != nil {
		return nil
	}
	return &Form{ID: "by-passkey", Action: passkeySignInPath, Button: catalogue.T("web.passkey.sign_in"), Hidden: []Pair{{"to", to}}, Quiet: true}
}

// askPasskey asks the browser for a signature.
func (s *server) askPasskey(w http.ResponseWriter, r *http.Request) error {
	_, err := s.read(r, "to")
	to := s.returnPath(r.PostForm.Get("to"))
	if err == nil {
		err = s.opt.Accounts.PasskeysAt(s.origin(r))
	}
	options := ""
	if err == nil {
		options, err = s.opt.Accounts.AskPasskey(r.Context(), peer(r))
	}
	if err != nil {
		return s.signInAgain(w, r, signInForm(to), err)
	}
	return s.show(w, http.StatusOK, "passkey", &PasskeyPage{
		Frame: Frame{Title: catalogue.T("web.signin.title")}, Heading: catalogue.T("web.passkey.sign_in"), Lead: []string{catalogue.T("web.passkey.sign")},
		Options: options, Action: passkeySignInPath + "/signed", Hidden: []Pair{{"to", to}}, Button: catalogue.T("web.passkey.go"), Other: Link{signInURL(to), catalogue.T("web.passkey.otherwise")},
	})
}

// offerPasskey gives a script what the browser may offer a passkey by, where the
// address is typed: JSON, or nothing where none can be offered now.
func (s *server) offerPasskey(w http.ResponseWriter, r *http.Request) error {
	if _, err := s.read(r); err != nil {
		return err
	}
	options, err := "", s.opt.Accounts.PasskeysAt(s.origin(r))
	if err == nil {
		options, err = s.opt.Accounts.OfferPasskey(r.Context(), peer(r))
	}
	if err != nil {
		if !refusable(err) {
			return err
		}
		w.WriteHeader(http.StatusNoContent)
		return nil
	}
	w.Header().Set("Content-Type", "application/json")
	_, err = io.WriteString(w, options)
	return err
}

// passkeySigned takes the signature.
func (s *server) passkeySigned(w http.ResponseWriter, r *http.Request) error {
	form, err := s.read(r, "to", "answer")
	to := s.returnPath(r.PostForm.Get("to"))
	if err != nil {
		return s.signInAgain(w, r, signInForm(to), err)
	}
	x, err := s.opt.Accounts.SignInByPasskey(r.Context(), form.Get("answer"), peer(r))
	if err != nil {
		return s.signInAgain(w, r, signInForm(to), err)
	}
	return s.enter(w, r, x, to)
}
