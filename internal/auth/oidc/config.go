package oidc

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// Config is what an administrator says about a provider.
type Config struct {
	Issuer       string // address of the provider, https unless it is this machine
	ClientID     string
	ClientSecret string
	RedirectURL  string // the one address that the provider leads back to, exactly as it is registered there

	Scopes []string            // asked for besides openid, email and profile, such as groups
	Claim  string              // in which the provider names groups; "": groups
	Roles  map[string][]string // group → names of the roles that its members get

	Client  *http.Client     // for requests to the provider; nil: one without redirects and with a time limit
	Now     func() time.Time // the clock; nil: the machine's
	Entropy io.Reader        // randomness of secrets; nil: crypto/rand
}

// clientTimeout bounds a request to a provider where nobody says otherwise.
const clientTimeout = 10 * time.Second

func (c Config) withDefaults() Config {
	if c.Claim == "" {
		c.Claim = "groups"
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Entropy == nil {
		c.Entropy = rand.Reader
	}
	client := http.Client{Timeout: clientTimeout}
	if c.Client != nil {
		client = *c.Client
	}
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	client.Transport = bounded{client.Transport}
	c.Client = &client
	return c
}

func (c Config) check() error {
	var errs []error
	if err := secureURL(c.Issuer); err != nil {
		errs = append(errs, fmt.Errorf("the address of the provider: %w", err))
	}
	if err := secureURL(c.RedirectURL); err != nil {
		errs = append(errs, fmt.Errorf("the address to lead back to: %w", err))
	}
	if c.ClientID == "" {
		errs = append(errs, errors.New("the id of the client is missing: the provider gives one when Parley is registered there"))
	}
	for group, roles := range c.Roles {
		if group == "" || len(roles) == 0 || slices.Contains(roles, "") {
			errs = append(errs, fmt.Errorf("group %q leads to no role", group))
		}
	}
	if len(errs) > 0 {
		return fmt.Errorf("sign-in by OpenID Connect: %w", errors.Join(errs...))
	}
	return nil
}

// secureURL says what is wrong with an address that secrets are sent to.
func secureURL(raw string) error {
	u, err := url.Parse(raw)
	switch {
	case raw == "":
		return errors.New("it is missing")
	case err != nil || u.Host == "" || u.User != nil || u.Fragment != "" || u.RawQuery != "" || strings.HasSuffix(raw, "?") || strings.HasSuffix(raw, "#"):
		return fmt.Errorf("%q is none: want one such as https://id.example.org", raw)
	case u.Scheme == "https", u.Scheme == "http" && loopback(u.Hostname()):
		return nil
	}
	return fmt.Errorf("%q is not https", raw)
}

// secureAddress says what is wrong with an address that the provider names, which may
// have a query.
func secureAddress(raw string) error {
	u, err := url.Parse(raw)
	if err != nil || u.Host == "" || u.Scheme != "https" && (u.Scheme != "http" || !loopback(u.Hostname())) {
		return fmt.Errorf("%q is not https", raw)
	}
	return nil
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// maxAnswer bounds an answer of a provider, in bytes.
const maxAnswer = 1 << 20

// bounded is a transport whose answers end with an error beyond a size.
type bounded struct{ base http.RoundTripper }

// RoundTrip asks, and bounds what comes back.
func (b bounded) RoundTrip(r *http.Request) (*http.Response, error) {
	base := b.base
	if base == nil {
		base = http.DefaultTransport
	}
	resp, err := base.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	resp.Body = http.MaxBytesReader(nil, resp.Body, maxAnswer)
	return resp, nil
}
