package main

import (
	"context"
	"errors"

	"github.com/parleysec/parley/internal/auth"
	"github.com/parleysec/parley/internal/negotiate"
	"github.com/parleysec/parley/ledger"
)

// office is a ledger and its accounts as whoever sets them up has them.
type office struct {
	here     negotiate.Actor
	service  *negotiate.Service
	accounts *auth.Service
}

// longEnough is everybody's password.
const longEnough = "a long enough sentence"

// openOffice brings a file into a ledger, and opens its accounts.
func openOffice(ctx context.Context, url string, src negotiate.Source) (*office, error) {
	o := &office{here: negotiate.Local("priya@example.org", negotiate.ViaCLI), service: &negotiate.Service{Ledger: url}}
	_, err := o.service.Apply(ctx, o.here, negotiate.ApplyRequest{Source: src})
	if err == nil {
		o.accounts, err = auth.Open(ctx, url, auth.Options{Cost: auth.Cost{KiB: 8, Passes: 1}})
	}
	if err != nil {
		return nil, errors.Join(err, o.service.Close())
	}
	return o, nil
}

func (o *office) close() {
	_ = o.accounts.Close()
	_ = o.service.Close()
}

// setUp makes the first account.
func (o *office) setUp(ctx context.Context, email, name string) (*auth.Session, error) {
	secret, err := o.accounts.SetUpLink(ctx)
	if err != nil {
		return nil, err
	}
	return o.accounts.SetUp(ctx, secret, auth.NewAccount{Email: email, Name: name, Password: longEnough})
}

// grant gives a person roles.
func (o *office) grant(ctx context.Context, person string, roles ...ledger.MemberRole) error {
	for _, role := range roles {
		if _, err := o.service.SetMember(ctx, o.here, negotiate.MemberRequest{Person: person, Role: role, Because: "a story"}); err != nil {
			return err
		}
	}
	return nil
}
