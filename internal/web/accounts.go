package web

import (
	"context"
	"net/http"
	"net/netip"
	"time"

	"github.com/parleysec/parley/internal/auth"
	"github.com/parleysec/parley/internal/invite"
)

// Accounts is what the pages about sign-in ask; [auth.Service] is one. Who a
// request comes from is told by [Options.Identify]; what somebody may do is the
// [Service]'s to say.
type Accounts interface {
	Identify(ctx context.Context, cookie, bearer string) (*auth.Person, error)

	SetUpNeeded(context.Context) (bool, error)
	SetUp(ctx context.Context, secret string, a auth.NewAccount) (*auth.Session, error)
	SignIn(context.Context, auth.Attempt) (*auth.Session, error)
	SignInWith(context.Context, auth.Identity) (*auth.Session, error)
	SignInPending(ctx context.Context, pending, code string, from netip.Addr) (*auth.Session, error)
	SignOut(ctx context.Context, cookie string) error
	Invited(ctx context.Context, secret string) (*auth.Invitation, error)
	Accept(ctx context.Context, secret string, a auth.NewAccount) (*auth.Session, error)
	Reset(ctx context.Context, secret, password string) (*auth.Ended, error)

	Prove(ctx context.Context, person, session, password, code string) error
	ChangePassword(ctx context.Context, person, session, former, password string) (*auth.Session, error)
	Enrol(ctx context.Context, person string) (uri, secret string, err error)
	Confirm(ctx context.Context, person, code string) (recovery []string, err error)
	DropSecondFactor(ctx context.Context, person, password, code string) error
	PasskeysAt(origin string) error
	AskPasskey(ctx context.Context, from netip.Addr) (options string, err error)
	OfferPasskey(ctx context.Context, from netip.Addr) (options string, err error)
	SignInByPasskey(ctx context.Context, answer string, from netip.Addr) (*auth.Session, error)
	Passkeys(ctx context.Context, person string) ([]auth.Passkey, error)
	BeginPasskey(ctx context.Context, p *auth.Person, in auth.NewPasskey) (options string, err error)
	AddPasskey(ctx context.Context, person, answer string) error
	RemovePasskey(ctx context.Context, person, session, id string) (*auth.Session, error)
	Sessions(ctx context.Context, person string) ([]auth.SessionInfo, error)
	EndSession(ctx context.Context, person, id string) error
	Tokens(ctx context.Context, person string) ([]auth.Token, error)
	NewToken(ctx context.Context, person string, spec auth.TokenSpec) (string, auth.Token, error)
	RevokeToken(ctx context.Context, person, id string) error

	Accounts(context.Context) ([]auth.Account, error)
	Invitations(context.Context) ([]auth.Invitation, error)
	invite.Accounts
	ResetLink(ctx context.Context, by, email string) (secret string, err error)
	Mails() bool
	ResetByMail(ctx context.Context, by, email string) error
	ClearSecondFactor(ctx context.Context, by, email string) error
	Disable(ctx context.Context, by, email string) error
	Enable(ctx context.Context, by, email string) error
	EndAll(ctx context.Context, by, email string) error
	AccessLog(ctx context.Context, before int64, n int) ([]auth.Access, error)
}

var _ Accounts = (*auth.Service)(nil)

// CookieName is the name of the cookie of a session. Under https it is one that
// only this very host can set, and only under https.
func CookieName(secure bool) string {
	if secure {
		return "__Host-parley"
	}
	return "parley"
}

// cookie is what a request carries in the cookie of a session, or in the one named
// as that with something after it; "" for none.
func (s *server) cookie(r *http.Request, after string) string {
	c, err := r.Cookie(CookieName(s.secure(r)) + after)
	if err != nil {
		return ""
	}
	return c.Value
}

// newCookie is a cookie that no script reads and no form of another site sends
// along, named as that of a session with something after it; the value "" takes
// it away.
func (s *server) newCookie(r *http.Request, after, value string) *http.Cookie {
	secure := s.secure(r)
	c := &http.Cookie{Name: CookieName(secure) + after, Value: value, Path: "/", HttpOnly: true, Secure: secure, SameSite: http.SameSiteLaxMode}
	if value == "" {
		c.MaxAge = -1
	}
	return c
}

// setCookie keeps a session in the browser until it ends; "" and no time take it
// away.
func (s *server) setCookie(w http.ResponseWriter, r *http.Request, value string, until time.Time) {
	c := s.newCookie(r, "", value)
	c.Expires = until
	http.SetCookie(w, c)
}

// afterDevice stands in the name of the cookie by which a browser is known in which
// somebody signed in before.
const afterDevice = "-device"

// setDevice keeps in the browser that somebody signed in there.
func (s *server) setDevice(w http.ResponseWriter, r *http.Request, token string) {
	c := s.newCookie(r, afterDevice, token)
	c.MaxAge = int(auth.DeviceFor / time.Second)
	http.SetCookie(w, c)
}

// enter begins a session in the browser and leads on. The session that stood
// there before ends.
func (s *server) enter(w http.ResponseWriter, r *http.Request, x *auth.Session, to string) error {
	if old := s.cookie(r, ""); old != "" && old != x.Secret {
		if err := s.opt.Accounts.SignOut(r.Context(), old); err != nil {
			return err
		}
	}
	s.setCookie(w, r, x.Secret, x.Expires)
	s.setDevice(w, r, x.Device)
	http.Redirect(w, r, to, http.StatusSeeOther)
	return nil
}

// person is who signed in with the session of a request.
func (s *server) person(r *http.Request) (*auth.Person, error) {
	return s.opt.Accounts.Identify(r.Context(), s.cookie(r, ""), "")
}

// peer is the address of the connection; who runs the server puts what a
// trusted proxy says there.
func peer(r *http.Request) netip.Addr {
	a, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return netip.Addr{}
	}
	return a.Addr().Unmap().WithZone("")
}
