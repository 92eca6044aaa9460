// Package mailtest runs a mail server of another maker for tests.
package mailtest

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"net/http/httptest"
	"sync"
	"testing"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
)

// Who may sign in at an [Office].
const (
	User     = "parley"
	Password = "hunter2"
)

// Office is a mail server that keeps what it is given.
type Office struct {
	Addr  string         // host and port
	Roots *x509.CertPool // vouch for its certificate

	mu     sync.Mutex
	Mails  []string // as they came
	To     []string // addresses
	refuse error    // what is said to whoever hands over a mail
}

// Open runs a server until the test ends; secure is whether it speaks TLS.
func Open(t testing.TB, secure bool) *Office {
	t.Helper()
	site := httptest.NewUnstartedServer(nil) // for its certificate alone
	site.StartTLS()
	t.Cleanup(site.Close)
	o := &Office{Roots: x509.NewCertPool()}
	o.Roots.AddCert(site.Certificate())
	s := smtp.NewServer(o)
	s.Domain = "127.0.0.1"
	if secure {
		s.TLSConfig = &tls.Config{Certificates: site.TLS.Certificates, MinVersion: tls.VersionTLS12}
	} else {
		s.AllowInsecureAuth = true
	}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	o.Addr = ln.Addr().String()
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = s.Serve(ln) // ends with an error when it is closed
	}()
	t.Cleanup(func() { _ = s.Close(); <-done })
	return o
}

// Refuse has the server say no to each mail, after it has read it; nil takes them
// again.
func (o *Office) Refuse(err error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.refuse = err
}

// Take empties what was given to the server, refused or not.
func (o *Office) Take() []string {
	o.mu.Lock()
	defer o.mu.Unlock()
	out := o.Mails
	o.Mails, o.To = nil, nil
	return out
}

// NewSession is a part of what the server needs.
func (o *Office) NewSession(*smtp.Conn) (smtp.Session, error) { return &desk{office: o}, nil }

type desk struct {
	office *Office
	in     bool
}

func (d *desk) AuthMechanisms() []string { return []string{sasl.Plain} }

func (d *desk) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, user, password string) error {
		if user != User || password != Password {
			return errors.New("no")
		}
		d.in = true
		return nil
	}), nil
}

func (d *desk) Mail(string, *smtp.MailOptions) error {
	if !d.in {
		return smtp.ErrAuthRequired
	}
	return nil
}

func (d *desk) Rcpt(to string, _ *smtp.RcptOptions) error {
	d.office.mu.Lock()
	defer d.office.mu.Unlock()
	d.office.To = append(d.office.To, to)
	return nil
}

func (d *desk) Data(r io.Reader) error {
	b, err := io.ReadAll(r)
	d.office.mu.Lock()
	defer d.office.mu.Unlock()
	d.office.Mails = append(d.office.Mails, string(b))
	return errors.Join(err, d.office.refuse)
}

func (*desk) Reset()        {}
func (*desk) Logout() error { return nil }
