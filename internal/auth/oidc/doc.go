// Package oidc asks an OpenID Connect provider who somebody is, by the
// authorization code flow with PKCE. It knows neither accounts nor sessions: an
// identity goes to the Service of package auth.
package oidc
