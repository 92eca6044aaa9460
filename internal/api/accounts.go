package api

import (
	"context"
	"net/http"
	"time"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/auth"
	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/internal/invite"
	"github.com/parleysec/parley/internal/negotiate"
	"github.com/parleysec/parley/ledger"
)

// Accounts knows who somebody is; [auth.Service] is one.
type Accounts interface {
	Sessions(ctx context.Context, person string) ([]auth.SessionInfo, error)
	EndSession(ctx context.Context, person, id string) error
	Tokens(ctx context.Context, person string) ([]auth.Token, error)
	NewToken(ctx context.Context, person string, spec auth.TokenSpec) (string, auth.Token, error)
	RevokeToken(ctx context.Context, person, id string) error

	Accounts(context.Context) ([]auth.Account, error)
	Invitations(context.Context) ([]auth.Invitation, error)
	invite.Accounts
	ResetLink(ctx context.Context, by, email string) (secret string, err error)
	ResetByMail(ctx context.Context, by, email string) error
	ClearSecondFactor(ctx context.Context, by, email string) error
	EndAll(ctx context.Context, by, email string) error
	Disable(ctx context.Context, by, email string) error
	Enable(ctx context.Context, by, email string) error
	AccessLog(ctx context.Context, before int64, n int) ([]auth.Access, error)
}

var _ Accounts = (*auth.Service)(nil)

// Token is a token of the one who asks.
type Token struct {
	ID       string     `json:"id"`
	Name     string     `json:"name"`
	Scope    string     `json:"scope"`
	Products []string   `json:"products"`
	Created  time.Time  `json:"created"`
	Expires  time.Time  `json:"expires"`
	Used     *time.Time `json:"used,omitempty" doc:"When it was last used; absent: never"`
	Secret   string     `json:"secret,omitempty" doc:"The token itself: shown this once"`
}

// TokenOf is a token as it is told, without its secret.
func TokenOf(t auth.Token) Token {
	return Token{ID: t.ID, Name: t.Name, Scope: t.Scope, Products: append([]string{}, t.Products...), Created: t.Created, Expires: t.Expires, Used: when(t.Used)}
}

// when is a time, nil for none.
func when(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

// TokenWanted is a token that somebody wants.
type TokenWanted struct {
	Name     string     `json:"name" minLength:"1" maxLength:"100" doc:"What it is for"`
	Scope    string     `json:"scope" enum:"read,evidence,write" doc:"What it may do, within what you may"`
	Products []string   `json:"products,omitempty" maxItems:"100" doc:"Only these; all you may see without any"`
	Expires  *time.Time `json:"expires,omitempty" doc:"At most 366 days ahead; 90 days without it"`
}

// Session is a session of the one who asks.
type Session struct {
	ID      string    `json:"id"`
	How     string    `json:"how"`
	From    string    `json:"from,omitempty"`
	Created time.Time `json:"created"`
	Seen    time.Time `json:"seen"`
	Expires time.Time `json:"expires"`
}

// Secret is a secret that is shown once, and where it opens.
type Secret struct {
	Path string `json:"path" doc:"Where it opens, with the secret behind the #: it is good once and for a short time"`
}

// OfID names something in a path.
type OfID struct {
	ID string `path:"id" maxLength:"100"`
}

// own is for people who signed in: a token makes no other, and whoever sits at
// the machine needs none.
func own(who negotiate.Actor) error {
	if who.Known != ledger.SignedIn {
		return refuse(http.StatusForbidden, parley.Forbidden, "api.error.own")
	}
	return nil
}

// secretly is an answer that is kept nowhere.
type secretly[T any] struct {
	CacheControl string `header:"Cache-Control"`
	Body         T
}

func (a *api) accountRoutes() {
	if a.opt.Accounts == nil {
		return
	}
	handle(a, operation{id: "tokens", method: http.MethodGet, path: "/tokens", useCase: "Access"}, func(ctx context.Context, who negotiate.Actor, _ *struct{}) (*Page[Token], error) {
		if err := own(who); err != nil {
			return nil, err
		}
		all, err := a.opt.Accounts.Tokens(ctx, who.ID)
		return Listed(all, TokenOf), err
	})
	handleSecret(a, operation{id: "new-token", method: http.MethodPost, path: "/tokens", useCase: "Access", status: http.StatusCreated}, a.newToken)
	handle(a, operation{id: "revoke-token", method: http.MethodDelete, path: "/tokens/{id}", useCase: "Access"}, func(ctx context.Context, who negotiate.Actor, in *OfID) (*Done, error) {
		if err := own(who); err != nil {
			return nil, err
		}
		return done(a.opt.Accounts.RevokeToken(ctx, who.ID, in.ID))
	})
	handle(a, operation{id: "sessions", method: http.MethodGet, path: "/sessions", useCase: "Access"}, func(ctx context.Context, who negotiate.Actor, _ *struct{}) (*Page[Session], error) {
		if err := own(who); err != nil {
			return nil, err
		}
		all, err := a.opt.Accounts.Sessions(ctx, who.ID)
		return Listed(all, func(s auth.SessionInfo) Session { return Session(s) }), err
	})
	handle(a, operation{id: "end-session", method: http.MethodDelete, path: "/sessions/{id}", useCase: "Access"}, func(ctx context.Context, who negotiate.Actor, in *OfID) (*Done, error) {
		if err := own(who); err != nil {
			return nil, err
		}
		return done(a.opt.Accounts.EndSession(ctx, who.ID, in.ID))
	})
	a.administrationRoutes()
}

func (a *api) newToken(ctx context.Context, who negotiate.Actor, in *body[TokenWanted]) (*Token, error) {
	if err := own(who); err != nil {
		return nil, err
	}
	if err := auth.Fresh(ctx); err != nil {
		return nil, err
	}
	spec := auth.TokenSpec{Name: in.Body.Name, Scope: in.Body.Scope, Products: in.Body.Products}
	if in.Body.Expires != nil {
		spec.Expires = *in.Body.Expires
	}
	seen, err := a.service.Products(ctx, who)
	if err != nil {
		return nil, err
	}
	if err := spec.Within(negotiate.ProductIDs(seen)); err != nil {
		return nil, err
	}
	plain, t, err := a.opt.Accounts.NewToken(ctx, who.ID, spec)
	if err != nil {
		return nil, err
	}
	out := TokenOf(t)
	out.Secret = plain
	return &out, nil
}

// Done says that something was done.
type Done struct {
	Done bool `json:"done"`
}

func done(err error) (*Done, error) { return &Done{Done: err == nil}, err }

// Listed is a whole list as one page, its items in another form; they are never nil.
func Listed[T, U any](all []T, as func(T) U) *Page[U] {
	p := &Page[U]{Items: []U{}}
	for _, x := range all {
		p.Items = append(p.Items, as(x))
	}
	return p
}

// may refuses who may use none of some use-cases on the organisation. Accounts are
// managed by those who may
// give roles there; a token never may.
func (a *api) may(ctx context.Context, who negotiate.Actor, useCases ...string) error {
	r, err := a.service.Access(ctx, who)
	if err != nil {
		return err
	}
	for _, u := range useCases {
		if r.May(u, "") {
			return nil
		}
	}
	if who.Known == ledger.ByToken {
		return parley.Errorf(parley.Forbidden, "", "%s", catalogue.T("api.error.administer.token")).WithHint(catalogue.T("api.hint.administer.token"))
	}
	return parley.Errorf(parley.Forbidden, "", "%s", catalogue.T("api.error.administer"))
}
