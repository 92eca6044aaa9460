package client

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/api"
	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/internal/negotiate"
)

// How long things may take. A server gives up a request after a minute.
const (
	dialling = 10 * time.Second
	waiting  = 90 * time.Second
)

// Options say which server, and who asks.
type Options struct {
	// Server is its address, https://name[:port], or http:// on a loopback address.
	// The link that a server prints for whoever sits at its machine
	// (http://127.0.0.1:8080/enter?key=…) is taken as well.
	Server string

	Token string // parley_…; "" where Server is such a link

	Name string // what the program calls itself: parley/1.2; "" for parley

	// Progress is told about long work of the server; nil for nobody.
	Progress negotiate.Tell

	Transport http.RoundTripper // nil for the network
	Wait      time.Duration     // before the first repetition of what was not answered; 0 for half a second
}

// Client asks one server. It is [api.Service] and safe to be used by several at
// once. The actor that its methods take is not sent: who asks is whom the token
// is of.
type Client struct {
	origin string
	token  string
	name   string
	key    string // of the machine of the server, "" with a token
	http   *http.Client
	wait   time.Duration
	jar    *pass
	heard  heard

	progress negotiate.Tell // nil for nobody

	// here does what needs nothing of a record, so that its files go nowhere.
	here *negotiate.Service
}

var _ api.Service = (*Client)(nil)

// Origin is the address of the server: scheme and authority.
func (c *Client) Origin() string { return c.origin }

// New makes a client. An address that would send the token where others can read
// it is refused.
func New(o Options) (*Client, error) {
	u, err := url.Parse(o.Server)
	if err != nil {
		return nil, badServer("client.address") // the error would repeat the address, with its key
	}
	key := ""
	if u.Path == "/enter" {
		key = u.Query().Get("key")
	}
	switch {
	case u.User != nil:
		return nil, badServer("client.user")
	case u.Hostname() == "" || u.Opaque != "" || u.Fragment != "" || key == "" && (strings.Trim(u.Path, "/") != "" || u.RawQuery != ""):
		return nil, badServer("client.address")
	case u.Scheme != "https" && (u.Scheme != "http" || !loopback(u.Hostname())):
		return nil, badServer("client.plain")
	case key == "" && o.Token == "":
		return nil, (&parley.Error{Op: op, Kind: parley.Forbidden, Err: errors.New(catalogue.T("client.nobody"))}).WithHint(catalogue.T("client.hint.nobody"))
	case strings.ContainsFunc(o.Token, func(r rune) bool { return r <= ' ' || r > '~' }):
		return nil, badServer("client.token")
	}
	c := &Client{
		origin: u.Scheme + "://" + u.Host, token: o.Token, name: o.Name, key: key, wait: o.Wait, jar: &pass{}, progress: o.Progress,
		here: &negotiate.Service{Now: time.Now},
		http: &http.Client{
			Transport: o.Transport, Timeout: waiting,
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
	}
	if key != "" {
		c.token = "" // the link says who asks
	}
	if c.name == "" {
		c.name = "parley"
	}
	if c.wait <= 0 {
		c.wait = time.Second / 2
	}
	if o.Transport == nil {
		c.http.Transport = network()
	}
	return c, nil
}

const op = "ask the server"

func badServer(key string) error {
	return parley.Errorf(parley.Invalid, op, "%s", catalogue.T(key)).WithHint(catalogue.T("client.hint.address"))
}

// network is the way to a server: proxies of the environment are used, as by
// other programs, though never for an address of this machine.
func network() http.RoundTripper {
	return &http.Transport{
		Proxy:               http.ProxyFromEnvironment,
		DialContext:         (&net.Dialer{Timeout: dialling}).DialContext,
		TLSHandshakeTimeout: dialling, ResponseHeaderTimeout: waiting, ExpectContinueTimeout: dialling,
		MaxResponseHeaderBytes: 64 << 10, ForceAttemptHTTP2: true, MaxIdleConnsPerHost: 4, IdleConnTimeout: time.Minute,
	}
}

// loopback reports whether a host is this machine, whatever a resolver says.
func loopback(host string) bool {
	if host == "localhost" {
		return true
	}
	a, err := netip.ParseAddr(host)
	return err == nil && a.Unmap().IsLoopback()
}

// Server is the address without anything secret.
func (c *Client) Server() string { return c.origin }

// Close ends idle connections.
func (c *Client) Close() error {
	c.http.CloseIdleConnections()
	return nil
}

// elsewhere refuses what a server does for nobody from outside.
func elsewhere(key string) error {
	return parley.Errorf(parley.Invalid, op, "%s", catalogue.T(key))
}

// local is who asks what is done here.
func local(a negotiate.Actor) negotiate.Actor { return negotiate.Local(a.ID, negotiate.ViaCLI) }

// Check reads a file and reports every mistake and warning.
func (c *Client) Check(ctx context.Context, _ negotiate.Actor, s negotiate.Source) (*negotiate.CheckResult, error) {
	var r negotiate.CheckResult
	if _, err := c.send(ctx, request{method: http.MethodPost, path: "/files/check" + query{"name": s.Name}.text(), yaml: s.Data}, &r); err != nil {
		return nil, err
	}
	quote(r.Errors, s.Data)
	quote(r.Warnings, s.Data)
	return &r, nil
}

// Import turns other tools' files into a negotiation file, on this machine.
func (c *Client) Import(ctx context.Context, who negotiate.Actor, r negotiate.ImportRequest) (*negotiate.ImportResult, error) {
	return c.here.Import(ctx, local(who), r)
}

// ReadEvidence reads reports of checks, on this machine.
func (c *Client) ReadEvidence(ctx context.Context, who negotiate.Actor, r negotiate.ReadEvidenceRequest) (*negotiate.ReadEvidenceResult, error) {
	return c.here.ReadEvidence(ctx, local(who), r)
}

// CheckProof says whether a proof holds, on this machine: that needs nobody's word.
func (c *Client) CheckProof(ctx context.Context, who negotiate.Actor, r negotiate.CheckProofRequest) (*negotiate.CheckProofResult, error) {
	return c.here.CheckProof(ctx, local(who), r)
}
