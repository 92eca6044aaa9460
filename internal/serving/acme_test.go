package serving

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"io"
	"log"
	"log/slog"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/letsencrypt/pebble/v2/ca"
	"github.com/letsencrypt/pebble/v2/db"
	"github.com/letsencrypt/pebble/v2/va"
	"github.com/letsencrypt/pebble/v2/wfe"
	"github.com/miekg/dns"
)

// authority is an ACME authority that looks for every name on this machine, at
// one port.
type authority struct {
	*httptest.Server
	root   []byte       // PEM of what its certificates go back to
	orders atomic.Int64 // certificates asked for
}

func newAuthority(t *testing.T, port int, validity time.Duration) *authority {
	t.Helper()
	for name, value := range map[string]string{"PEBBLE_VA_NOSLEEP": "1", "PEBBLE_WFE_NONCEREJECT": "0"} {
		t.Setenv(name, value)
	}
	quiet := log.New(io.Discard, "", 0)
	store := db.NewMemoryStore()
	issuer := ca.New(quiet, store, "", "ecdsa", 0, 1, map[string]ca.Profile{"default": {ValidityPeriod: uint64(validity / time.Second)}})
	front := wfe.New(quiet, store, va.New(quiet, 1, port, true, names(t), store), issuer, nil, true, false, 1, 1)
	handler := front.Handler()
	a := &authority{root: issuer.GetRootCert(0).PEM()}
	a.Server = httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, "/order-plz") {
			a.orders.Add(1)
		}
		handler.ServeHTTP(w, r)
	}))
	t.Cleanup(a.Close)
	return a
}

// names is a name server that knows one address for every name: this machine.
func names(t *testing.T) string {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &dns.Server{Listener: ln, Handler: dns.HandlerFunc(func(w dns.ResponseWriter, q *dns.Msg) {
		m := new(dns.Msg)
		m.SetReply(q)
		if q.Question[0].Qtype == dns.TypeA {
			m.Answer = append(m.Answer, &dns.A{Hdr: dns.RR_Header{Name: q.Question[0].Name, Rrtype: dns.TypeA, Class: dns.ClassINET, Ttl: 1}, A: net.IPv4(127, 0, 0, 1)})
		}
		_ = w.WriteMsg(m)
	})}
	go func() { _ = s.ActivateAndServe() }()
	t.Cleanup(func() { _ = s.Shutdown() })
	return ln.Addr().String()
}

// file writes a file for a test.
func file(t *testing.T, name string, text []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, text, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestCertificateOfAnAuthority: a server whose settings name an authority asks it
// for its certificate, shows that the name is its own, keeps the certificate where
// nobody else reads it, and has it again after a start.
func TestCertificateOfAnAuthority(t *testing.T) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	a := newAuthority(t, ln.Addr().(*net.TCPAddr).Port, 90*24*time.Hour)
	cache := filepath.Join(t.TempDir(), "certificates")
	trusted := file(t, "ca.pem", pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: a.Certificate().Raw}))
	set, roots := a.settings(t, trusted, cache, ln), a.roots(t)
	for _, start := range []string{"first", "second"} {
		visit(t, set, ln, func(dial func(name string) (*http.Response, error)) {
			res, err := dial("parley.example.org")
			if err != nil {
				t.Fatalf("%s start: %v", start, err)
			}
			defer res.Body.Close()
			text, err := io.ReadAll(res.Body)
			if err != nil || string(text) != "here" || res.ProtoMajor != 2 || res.Header.Get("Strict-Transport-Security") == "" {
				t.Errorf("%s start: %s %v %v", start, text, res.Header, err)
			}
			if res, err := dial("other.example.org"); err == nil {
				res.Body.Close()
				t.Error("a certificate for a name that is not ours")
			}
		}, roots)
		if ln, err = net.Listen("tcp", ln.Addr().String()); err != nil {
			t.Fatal(err)
		}
	}
	defer ln.Close()
	if n := a.orders.Load(); n != 1 {
		t.Errorf("%d certificates were asked for", n)
	}
	info, err := os.Stat(cache)
	if err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("%v %v", info, err)
	}
	kept, err := filepath.Glob(filepath.Join(cache, "*"))
	if err != nil || len(kept) < 2 {
		t.Errorf("kept: %v %v", kept, err)
	}
	for _, name := range kept {
		if info, err := os.Stat(name); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%v %v", info, err)
		}
	}
}

// settings are those of a server that asks the authority.
func (a *authority) settings(t *testing.T, trusted, cache string, ln net.Listener) *Settings {
	t.Helper()
	set, _, err := Read(Sources{Flags: map[string]string{
		"acme": a.URL + "/dir", "acme-ca": trusted, "acme-cache": cache, "acme-email": "ops@example.org", "url": "https://parley.example.org", "listen": ln.Addr().String(),
	}})
	if err != nil {
		t.Fatal(err)
	}
	return set
}

// roots are what its certificates go back to.
func (a *authority) roots(t *testing.T) *x509.CertPool {
	t.Helper()
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(a.root) {
		t.Fatal("the authority has no root")
	}
	return roots
}

// TestCertificateOfAnAuthorityIsRenewed: before it ends there is another, without a
// start, and there is none for a moment in which nobody has asked.
func TestCertificateOfAnAuthorityIsRenewed(t *testing.T) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	a := newAuthority(t, ln.Addr().(*net.TCPAddr).Port, 12*time.Second)
	trusted := file(t, "ca.pem", pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: a.Certificate().Raw}))
	cache := filepath.Join(t.TempDir(), "certificates")
	visit(t, a.settings(t, trusted, cache, ln), ln, func(dial func(name string) (*http.Response, error)) {
		var first string
		for until := time.Now().Add(time.Minute); ; time.Sleep(50 * time.Millisecond) {
			res, err := dial("parley.example.org")
			if err != nil {
				t.Fatalf("after %q: %v", first, err)
			}
			res.Body.Close()
			serial := res.TLS.PeerCertificates[0].SerialNumber.String()
			if first == "" {
				first = serial
			}
			if serial != first {
				break
			}
			if time.Now().After(until) {
				t.Fatal("it is not renewed")
			}
		}
	}, a.roots(t))
	if n := a.orders.Load(); n != 2 {
		t.Errorf("%d certificates were asked for", n)
	}
}

// TestCertificateThatIsNotRenewed: one that should have been renewed for some time,
// since the authority gives nothing, is told in the log each time the server looks.
func TestCertificateThatIsNotRenewed(t *testing.T) {
	nobody := httptest.NewTLSServer(http.NotFoundHandler())
	defer nobody.Close()
	for left, warned := range map[time.Duration]bool{70 * 24 * time.Hour: false, 25 * 24 * time.Hour: false, 15 * 24 * time.Hour: true} {
		cache := t.TempDir()
		kept(t, filepath.Join(cache, "parley.example.org"), left)
		said := &bytes.Buffer{}
		i, err := newIssued(ACME{Directory: nobody.URL, Cache: cache}, "parley.example.org", nobody.Client(), slog.New(slog.NewTextHandler(said, nil)))
		if err != nil {
			t.Fatal(err)
		}
		if !i.look(t.Context(), true) {
			t.Fatalf("%s: %s", left, said)
		}
		if text := said.String(); strings.Contains(text, "certificate not renewed") != warned || warned && !strings.Contains(text, "ends=") {
			t.Errorf("%s: %q", left, text)
		}
	}
}

// kept writes a certificate of 90 days into a folder of certificates, so much before
// its end.
func kept(t *testing.T, name string, left time.Duration) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	ends := time.Now().Add(left)
	about := &x509.Certificate{SerialNumber: big.NewInt(1), DNSNames: []string{filepath.Base(name)}, NotBefore: ends.Add(-90 * 24 * time.Hour), NotAfter: ends}
	der, err := x509.CreateCertificate(rand.Reader, about, about, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	secret, err := x509.MarshalECPrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	text := append(pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: secret}), pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})...)
	if err := os.WriteFile(name, text, 0o600); err != nil {
		t.Fatal(err)
	}
}

// visit runs a server for as long as somebody visits it.
func visit(t *testing.T, set *Settings, ln net.Listener, do func(dial func(name string) (*http.Response, error)), roots *x509.CertPool) {
	t.Helper()
	said := slog.New(slog.NewTextHandler(t.Output(), nil))
	s, err := New(ln, Options{Settings: set, Log: said, Issuer: &http.Client{Transport: &http.Transport{}}, Pages: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "here") })})
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- s.Serve(ctx, ln) }()
	transport := &http.Transport{
		TLSClientConfig: &tls.Config{RootCAs: roots}, ForceAttemptHTTP2: true, DisableKeepAlives: true, // each one shakes hands
		DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
			return (&net.Dialer{}).DialContext(ctx, network, ln.Addr().String())
		},
	}
	do(func(name string) (*http.Response, error) {
		r, err := http.NewRequestWithContext(ctx, "GET", "https://"+name+"/", nil)
		if err != nil {
			return nil, err
		}
		return transport.RoundTrip(r)
	})
	transport.CloseIdleConnections()
	stop()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

// TestNoAuthorityUnlessNamed: who names none asks none.
func TestNoAuthorityUnlessNamed(t *testing.T) {
	set, _, err := Read(Sources{})
	if err != nil || set.ACME.On() {
		t.Fatal(set, err)
	}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	s, err := New(ln, Options{Settings: set, Issuer: http.DefaultClient, Pages: http.NotFoundHandler()})
	if err != nil || s.issued != nil || s.tls != nil {
		t.Errorf("%+v %v", s, err)
	}
}

// TestAnAuthorityThatGivesNothing: what is wrong is known at the start, in the log.
func TestAnAuthorityThatGivesNothing(t *testing.T) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	nobody := httptest.NewTLSServer(http.NotFoundHandler())
	defer nobody.Close()
	for name, c := range map[string]struct{ ca, want string }{
		"an unknown authority": {"", "certificate signed by unknown authority"},
		"no directory":         {file(t, "ca.pem", pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: nobody.Certificate().Raw})), "404"},
	} {
		said := &bytes.Buffer{}
		i, err := newIssued(ACME{Directory: nobody.URL, Cache: t.TempDir(), CA: c.ca}, "parley.example.org", &http.Client{Transport: &http.Transport{}}, slog.New(slog.NewTextHandler(said, nil)))
		if err != nil {
			t.Fatal(err)
		}
		if i.look(t.Context(), false) {
			t.Errorf("%s: there is a certificate", name)
		}
		if text := said.String(); !strings.Contains(text, "no certificate") || !strings.Contains(text, c.want) || !strings.Contains(text, "host=parley.example.org") {
			t.Errorf("%s: %s", name, text)
		}
	}
	for name, ca := range map[string]string{"no such file": "nowhere.pem", "holds no certificate": file(t, "empty.pem", []byte("x"))} {
		set := &Settings{Listen: ln.Addr().String(), URL: "https://parley.example.org", Requests: 1, ACME: ACME{Directory: LetsEncrypt, Cache: t.TempDir(), CA: ca}}
		if _, err := New(ln, Options{Settings: set, Issuer: http.DefaultClient}); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: %v", ca, err)
		}
	}
}
