package oidc

import (
	"context"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"slices"
	"strconv"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"github.com/parleysec/parley/internal/auth"
	"golang.org/x/oauth2"
)

// claims is what is read of what a provider says about a person.
type claims struct {
	Subject  string   `json:"sub"`
	Email    string   `json:"email"`
	Verified verified `json:"email_verified"`
	Name     string   `json:"name"`
	Party    string   `json:"azp"`
	AuthTime seconds  `json:"auth_time"`
	all      map[string]json.RawMessage
}

// verified is true or "true", which some providers write.
type verified bool

// UnmarshalJSON takes anything else as false.
func (v *verified) UnmarshalJSON(b []byte) error {
	*v = string(b) == `true` || string(b) == `"true"`
	return nil
}

// seconds is a time since 1970; anything else is none.
type seconds int64

// UnmarshalJSON takes whole and broken numbers.
func (s *seconds) UnmarshalJSON(b []byte) error {
	if f, err := strconv.ParseFloat(string(b), 64); err == nil && f > 0 && f < 1<<40 {
		*s = seconds(f)
	}
	return nil
}

// time is the time; zero for none.
func (s seconds) time() time.Time {
	if s == 0 {
		return time.Time{}
	}
	return time.Unix(int64(s), 0).UTC()
}

// source is something that claims can be read from.
type source interface{ Claims(v any) error }

func readClaims(s source) (c claims, err error) {
	if err = s.Claims(&c); err == nil {
		err = s.Claims(&c.all)
	}
	return c, err
}

// identity is who the provider says somebody is: checked signature, issuer,
// audience, time and nonce (OpenID Connect Core section 3.1.3.7).
func (p *Provider) identity(ctx context.Context, f *found, token *oauth2.Token, nonce string) (id auth.Identity, err error) {
	raw, _ := token.Extra("id_token").(string)
	if raw == "" {
		return id, refused("the provider gave no id token")
	}
	checked, err := f.Verifier(&oidc.Config{ClientID: p.config.ClientID, Now: p.config.Now}).Verify(ctx, raw)
	if err != nil {
		return id, refused("the id token is not valid: %v", err)
	}
	if subtle.ConstantTimeCompare([]byte(checked.Nonce), []byte(nonce)) != 1 {
		return id, refused("the id token is for another attempt")
	}
	if checked.AccessTokenHash != "" {
		if err := checked.VerifyAccessToken(token.AccessToken); err != nil {
			return id, refused("the access token is not the one of the id token")
		}
	}
	c, err := readClaims(checked)
	if err != nil {
		return id, refused("the id token cannot be read")
	}
	if c.Party != "" && c.Party != p.config.ClientID || c.Party == "" && len(checked.Audience) > 1 {
		return id, refused("the id token is for somebody else")
	}
	if _, groups := c.all[p.config.Claim]; c.Email == "" || !groups && len(p.config.Roles) > 0 {
		if err := p.more(ctx, f, token, &c); err != nil {
			return id, err
		}
	}
	return auth.Identity{
		Issuer: checked.Issuer, Subject: checked.Subject, Email: c.Email, EmailVerified: bool(c.Verified) && c.Email != "",
		Name: c.Name, Roles: p.roles(c.all[p.config.Claim]), Proved: c.AuthTime.time(),
	}, nil
}

// more asks the provider for what the id token left out, where it answers that.
// What the id token says stays.
func (p *Provider) more(ctx context.Context, f *found, token *oauth2.Token, c *claims) error {
	if f.UserInfoEndpoint() == "" {
		return nil
	}
	if secureURL(f.UserInfoEndpoint()) != nil {
		return unavailable(errors.New("its address for what it knows about people is not https"))
	}
	info, err := f.UserInfo(ctx, oauth2.StaticTokenSource(token))
	if err != nil {
		return unavailable(errors.New("it does not say what it knows about the person"))
	}
	m, err := readClaims(info)
	if err != nil {
		return unavailable(errors.New("what it says about the person cannot be read"))
	}
	if m.Subject == "" || m.Subject != c.Subject { // OpenID Connect Core section 5.3.2
		return refused("the provider speaks of two people")
	}
	if c.Email == "" {
		c.Email, c.Verified = m.Email, m.Verified
	}
	if c.Name == "" {
		c.Name = m.Name
	}
	if c.all[p.config.Claim] == nil {
		c.all[p.config.Claim] = m.all[p.config.Claim]
	}
	return nil
}

// roles are the names of roles that groups lead to, each once and sorted. The
// claim is a list of names, or one name.
func (p *Provider) roles(claim json.RawMessage) []string {
	var groups []string
	if json.Unmarshal(claim, &groups) != nil {
		var one string
		if json.Unmarshal(claim, &one) != nil {
			return nil
		}
		groups = []string{one}
	}
	var out []string
	for _, g := range groups {
		out = append(out, p.config.Roles[g]...)
	}
	slices.Sort(out)
	return slices.Compact(out)
}
