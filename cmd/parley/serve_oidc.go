package main

import (
	"context"
	"log/slog"
	"slices"
	"strings"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/auth/oidc"
	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/internal/negotiate"
	"github.com/parleysec/parley/internal/outgoing"
	"github.com/parleysec/parley/internal/serving"
	"github.com/parleysec/parley/internal/web"
	"github.com/parleysec/parley/ledger"
)

// grantText is a role and where it counts as one name, as it goes through the
// sign-in.
func grantText(g serving.Grant) string {
	if g.Product == "" {
		return g.Role
	}
	return g.Role + "@" + g.Product
}

// provider is the OpenID Connect provider of the settings, nil where there is
// none. Requests to it pass the guard of everything that goes out.
func (a *app) provider(set *serving.Settings, origin string) (web.Provider, error) {
	if set.OIDC.Issuer == "" {
		return nil, nil
	}
	roles := map[string][]string{}
	for _, g := range set.OIDC.Roles {
		if !slices.Contains(ledger.MemberRoles(), ledger.MemberRole(g.Role)) {
			var names []string
			for _, r := range ledger.MemberRoles() {
				names = append(names, string(r))
			}
			return nil, parley.Errorf(parley.Invalid, "serve", "%s", catalogue.T("cli.serve.oidc-role", "role", g.Role, "roles", strings.Join(names, ", ")))
		}
		roles[g.Group] = append(roles[g.Group], grantText(g))
	}
	p, err := oidc.New(oidc.Config{
		Issuer: set.OIDC.Issuer, ClientID: set.OIDC.ClientID, ClientSecret: set.OIDC.ClientSecret, RedirectURL: origin + web.ProviderBack,
		Scopes: set.OIDC.Scopes, Claim: set.OIDC.Groups, Roles: roles, Now: a.now, Client: outgoing.Client(outgoing.Guard{Allow: set.AllowNetworks}),
	})
	if err != nil {
		return nil, &parley.Error{Op: "serve", Kind: parley.Invalid, Err: err}
	}
	return p, nil
}

// inStep gives somebody the roles that their groups lead to now, and takes away
// those that groups can lead to and theirs no longer do. Roles that no group
// leads to are for people to give. What the rules refuse, such as taking the
// last administrator's role, is told to the log and keeps nobody out.
func (a *app) inStep(s *negotiate.Service, set *serving.Settings, log *slog.Logger) func(ctx context.Context, person string, roles []string) error {
	if set.OIDC.Issuer == "" || len(set.OIDC.Roles) == 0 {
		return nil
	}
	actor := negotiate.Local(a.user(), ledger.ViaJob)
	because := catalogue.T("cli.serve.oidc-because", "issuer", set.OIDC.Issuer)
	return func(ctx context.Context, person string, roles []string) error {
		held, err := s.Members(ctx, actor)
		if err != nil {
			return err
		}
		done := map[string]bool{}
		for _, g := range set.OIDC.Roles {
			should := slices.Contains(roles, grantText(g))
			req := negotiate.MemberRequest{Person: person, Role: ledger.MemberRole(g.Role), Product: g.Product, Remove: !should, Because: because}
			if done[grantText(g)] || should == held.Holds(req.Person, req.Role, req.Product) {
				continue
			}
			done[grantText(g)] = true
			_, err := s.SetMember(ctx, actor, req)
			switch kind := parley.KindOfError(err); {
			case err == nil:
			case kind == parley.Refused || kind == parley.NotFound:
				log.WarnContext(ctx, "a role is not as the groups of a person have it", "person", person, "role", grantText(g), "error", err)
			default:
				return err
			}
		}
		return nil
	}
}
