package oidc

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"
)

// maxDiscovery bounds how long a provider may take to say what it is.
const maxDiscovery = 15 * time.Second

// metadata is what is read of a provider's description besides what go-oidc reads.
type metadata struct {
	Methods  []string `json:"code_challenge_methods_supported"`
	Auth     []string `json:"token_endpoint_auth_methods_supported"`
	NamesIss bool     `json:"authorization_response_iss_parameter_supported"`
	Keys     string   `json:"jwks_uri"`
}

// find is what the provider says about itself, which is asked once. Whoever comes
// while it is asked waits for the same answer, no longer than their own request
// lasts. While a provider that did not answer before is asked again, only the one who
// asks waits: a provider that hangs holds no place of the others.
func (p *Provider) find(ctx context.Context) (*found, error) {
	p.mu.Lock()
	if p.found != nil {
		defer p.mu.Unlock()
		return p.found, nil
	}
	if p.asking != nil && p.failed != nil {
		defer p.mu.Unlock()
		return nil, p.failed
	}
	if p.asking == nil {
		p.asking = make(chan struct{})
		go p.discover(context.WithoutCancel(ctx), p.asking)
	}
	asking := p.asking
	p.mu.Unlock()
	select {
	case <-asking:
	case <-ctx.Done():
		return nil, unavailable(ctx.Err())
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.found == nil {
		return nil, p.failed
	}
	return p.found, nil
}

// discover asks the provider, and tells all who wait.
func (p *Provider) discover(ctx context.Context, asking chan struct{}) {
	ctx, cancel := context.WithTimeout(ctx, maxDiscovery)
	defer cancel()
	f, err := p.describe(ctx)
	p.mu.Lock()
	defer p.mu.Unlock()
	p.found, p.failed, p.asking = f, err, nil
	close(asking)
}

// describe asks the provider about itself, and refuses one that cannot do what is
// needed.
func (p *Provider) describe(ctx context.Context) (*found, error) {
	got, err := oidc.NewProvider(oidc.ClientContext(ctx, p.config.Client), p.config.Issuer)
	if err != nil {
		return nil, unavailable(err)
	}
	var m metadata
	if err := got.Claims(&m); err != nil {
		return nil, unavailable(err)
	}
	if m.Methods != nil && !slices.Contains(m.Methods, "S256") {
		return nil, unavailable(errors.New("it cannot do PKCE with S256"))
	}
	end := got.Endpoint()
	for _, u := range []string{end.AuthURL, end.TokenURL, m.Keys} {
		if err := secureAddress(u); err != nil {
			return nil, unavailable(fmt.Errorf("of its addresses %w", err))
		}
	}
	end.AuthStyle = oauth2.AuthStyleInHeader // what RFC 6749 section 2.3.1 asks every provider to take
	if m.Auth != nil && !slices.Contains(m.Auth, "client_secret_basic") || p.config.ClientSecret == "" {
		end.AuthStyle = oauth2.AuthStyleInParams
	}
	return &found{Provider: got, namesIss: m.NamesIss, flow: oauth2.Config{
		ClientID: p.config.ClientID, ClientSecret: p.config.ClientSecret, Endpoint: end, RedirectURL: p.config.RedirectURL,
		Scopes: append([]string{oidc.ScopeOpenID, "email", "profile"}, p.config.Scopes...),
	}}, nil
}
