package serving

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"log/slog"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"

	"golang.org/x/crypto/acme"
	"golang.org/x/crypto/acme/autocert"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/catalogue"
)

// LetsEncrypt is what stands for the authority of that name.
const LetsEncrypt = "letsencrypt"

// ACME is an authority that gives a certificate to whoever holds a name (RFC
// 8555). Whoever names one agrees to its terms of service.
type ACME struct {
	Directory string // address of its directory, or [LetsEncrypt]; "" for none
	Email     string // where it may write to, "" for nowhere
	Cache     string // directory for its certificates and the key of the account
	CA        string // PEM file of what signs the certificate of the authority itself; "" for what the machine trusts
}

// On reports whether there is such an authority.
func (a ACME) On() bool { return a.Directory != "" }

// address is where the directory stands.
func (a ACME) address() string {
	if a.Directory == LetsEncrypt {
		return autocert.DefaultACMEDirectory
	}
	return a.Directory
}

// checkACME refuses settings under which no authority could give a certificate.
func (s *Settings) checkACME(public *url.URL) error {
	if !s.ACME.On() {
		if s.ACME.Email != "" || s.ACME.CA != "" {
			return wrong("cli.serve.acme-alone")
		}
		return nil
	}
	u, err := url.Parse(s.ACME.address())
	switch {
	case err != nil || u.Scheme != "https" || u.Hostname() == "" || u.User != nil || u.Fragment != "":
		return wrong("cli.serve.acme-address")
	case s.TLSCert != "" || len(s.BehindProxy) > 0:
		return wrong("cli.serve.acme-twice")
	case s.ACME.Cache == "":
		return wrong("cli.serve.acme-no-cache")
	case public == nil || public.Scheme != "https" || !strings.Contains(public.Hostname(), ".") || strings.ContainsAny(public.Hostname(), ":*") || digits(public.Hostname()):
		return wrong("cli.serve.acme-url")
	case public.Port() != "" && public.Port() != "443":
		return wrong("cli.serve.acme-port")
	}
	return nil
}

// digits reports whether a name is an IPv4 address, for which nobody gives a
// certificate this way.
func digits(name string) bool { return strings.Trim(name, "0123456789.") == "" }

// issued are certificates that an authority gives, asked for at the server's own
// address (TLS-ALPN-01, RFC 8737) and anew before they end.
type issued struct {
	manager *autocert.Manager
	host    string
	log     *slog.Logger
}

// newIssued makes ready to ask. client reaches the authority, behind the guard
// that everything outgoing is behind.
func newIssued(a ACME, host string, client *http.Client, log *slog.Logger) (*issued, error) {
	const op = "make ready for certificates"
	if client == nil {
		return nil, parley.Errorf(parley.Internal, op, "nothing reaches the authority")
	}
	if err := os.MkdirAll(a.Cache, 0o700); err != nil {
		return nil, &parley.Error{Op: op, Kind: parley.Unavailable, Err: err}
	}
	if a.CA != "" {
		trusted, err := trusting(client, a.CA)
		if err != nil {
			return nil, &parley.Error{Op: op, Kind: parley.Invalid, Err: err}
		}
		client = trusted
	}
	return &issued{host: host, log: log, manager: &autocert.Manager{
		Prompt: autocert.AcceptTOS, Cache: autocert.DirCache(a.Cache), HostPolicy: autocert.HostWhitelist(host), Email: a.Email,
		Client: &acme.Client{DirectoryURL: a.address(), HTTPClient: client, UserAgent: "parley"},
	}}, nil
}

// trusting is a client that trusts what a file names, and nothing else.
func trusting(client *http.Client, file string) (*http.Client, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(text) {
		return nil, errors.New(catalogue.T("cli.serve.acme-no-ca", "file", file))
	}
	transport, ok := client.Transport.(*http.Transport)
	if !ok {
		return nil, errors.New("the client has no transport that can be told whom to trust")
	}
	transport, own := transport.Clone(), *client
	transport.TLSClientConfig = &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: roots}
	own.Transport = transport
	return &own, nil
}

// get is the certificate for a connection. What went wrong is logged where it is
// our own name that is asked for: others ask for anything.
func (i *issued) get(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
	c, err := i.manager.GetCertificate(hello)
	if err != nil && strings.EqualFold(strings.TrimSuffix(hello.ServerName, "."), i.host) {
		i.failed(err)
	}
	return c, err
}

func (i *issued) failed(err error) { i.log.Error("no certificate", "host", i.host, "error", err) }

// lookEvery is how often the server looks at its certificate by itself.
const lookEvery = time.Hour

// ask asks for the certificate before anybody comes, so that what is wrong is
// known at the start, and looks at it every hour from then on. When the context ends
// it waits for nothing more, and nothing more is said.
func (i *issued) ask(ctx context.Context) {
	for there := false; ; {
		there = i.look(ctx, there)
		select {
		case <-ctx.Done():
			return
		case <-time.After(lookEvery):
		}
	}
}

// look says in the log whether there is a certificate, where that is new, and that one
// is about to end: the manager renews it in time, and keeps to itself why it could not.
func (i *issued) look(ctx context.Context, before bool) (there bool) {
	hello := &tls.ClientHelloInfo{
		ServerName: i.host, SignatureSchemes: []tls.SignatureScheme{tls.ECDSAWithP256AndSHA256},
		SupportedCurves: []tls.CurveID{tls.CurveP256}, CipherSuites: []uint16{tls.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256},
	}
	type answer struct {
		*tls.Certificate
		error
	}
	asked := make(chan answer, 1)
	go func() {
		c, err := i.manager.GetCertificate(hello) // it takes no context, and ends by itself
		asked <- answer{c, err}
	}()
	select {
	case got := <-asked:
		if got.error != nil {
			i.failed(got.error)
			return false
		}
		if !before {
			i.log.Info("certificate is there", "host", i.host, "ends", got.Leaf.NotAfter)
		}
		if late(got.Leaf, time.Now()) {
			i.log.Error("certificate not renewed", "host", i.host, "ends", got.Leaf.NotAfter)
		}
		return true
	case <-ctx.Done():
		return before
	}
}

// late reports whether a certificate should have been renewed for some time: the
// manager does it when a third of its time is left, at most 30 days.
func late(c *x509.Certificate, now time.Time) bool {
	third := min(c.NotAfter.Sub(c.NotBefore)/3, 30*24*time.Hour)
	return c.NotAfter.Sub(now) < third*2/3
}
