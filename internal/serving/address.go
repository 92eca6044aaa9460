package serving

import (
	"net"
	"net/netip"
	"net/url"
	"strconv"
	"strings"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/catalogue"
)

// check refuses settings under which a password would cross a network in the
// clear, or under which nobody knows the server's name.
func (s *Settings) check() error {
	if (s.TLSCert == "") != (s.TLSKey == "") {
		return wrong("cli.serve.tls-pair")
	}
	u, err := s.public()
	if err != nil {
		return err
	}
	if err := s.checkACME(u); err != nil {
		return err
	}
	alone, err := s.Alone()
	if err != nil {
		return err
	}
	switch {
	case len(s.BehindProxy) > 0 && (u == nil || u.Scheme != "https"):
		return wrong("cli.serve.proxy-url")
	case !alone && !s.TLS() && len(s.BehindProxy) == 0:
		return parley.Errorf(parley.Invalid, "serve", "%s", catalogue.T("cli.serve.not-alone", "listen", strconv.Quote(s.Listen))).
			WithHint(catalogue.T("cli.hint.not-alone"))
	case !alone && u == nil:
		return wrong("cli.serve.no-url")
	case u != nil && u.Scheme == "https" && !s.TLS() && len(s.BehindProxy) == 0:
		return wrong("cli.serve.url-tls")
	case u != nil && u.Scheme == "http" && (s.TLS() || !loopbackName(u.Hostname())):
		return wrong("cli.serve.url-https", "url", strconv.Quote(s.URL))
	case s.SMTP != "" && s.MailFrom == "":
		return wrong("cli.serve.needs-from")
	}
	return s.checkTraces()
}

// public is the address people use, nil where it is the one listened on.
func (s *Settings) public() (*url.URL, error) {
	if s.URL == "" {
		return nil, nil
	}
	u, err := url.Parse(s.URL)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Hostname() == "" || u.User != nil ||
		u.Opaque != "" || strings.Trim(u.Path, "/") != "" || u.RawQuery != "" || u.Fragment != "" {
		return nil, wrong("cli.serve.bad-url", "url", strconv.Quote(s.URL))
	}
	u.Path, u.Host = "", strings.ToLower(u.Host)
	return u, nil
}

// TLS reports whether the server speaks TLS itself.
func (s *Settings) TLS() bool { return s.TLSCert != "" || s.ACME.On() }

// Secure reports whether people reach the server by https.
func (s *Settings) Secure() bool { return s.TLS() || len(s.BehindProxy) > 0 }

// Alone reports whether only this machine can reach the address listened on.
func (s *Settings) Alone() (bool, error) {
	host, _, err := s.hostPort()
	if err != nil {
		return false, err
	}
	ip, err := netip.ParseAddr(host)
	return err == nil && ip.IsLoopback(), nil
}

// Keyed reports whether whoever sits at this machine may come in by a key: the
// address is this machine's alone, and no proxy brings others to it.
func (s *Settings) Keyed() bool {
	alone, err := s.Alone()
	return err == nil && alone && len(s.BehindProxy) == 0
}

func (s *Settings) hostPort() (host, port string, err error) {
	host, port, err = net.SplitHostPort(s.Listen)
	if err != nil {
		return "", "", wrong("cli.bad-listen", "listen", strconv.Quote(s.Listen))
	}
	if _, err := strconv.ParseUint(port, 10, 16); err != nil {
		return "", "", wrong("cli.bad-port", "port", strconv.Quote(port))
	}
	if host == "localhost" {
		host = "127.0.0.1"
	}
	if ip, err := netip.ParseAddr(host); host != "" && (err != nil || ip.Zone() != "") {
		return "", "", wrong("cli.serve.no-address", "listen", strconv.Quote(s.Listen))
	}
	return host, port, nil
}

// Heard listens on the address of the settings.
func (s *Settings) Heard() (net.Listener, error) {
	host, port, err := s.hostPort()
	if err != nil {
		return nil, err
	}
	return net.Listen("tcp", net.JoinHostPort(host, port))
}

// Origin is scheme, host and port people use, without a slash at the end.
func (s *Settings) Origin(ln net.Listener) string {
	if u, err := s.public(); err == nil && u != nil {
		return u.Scheme + "://" + u.Host
	}
	scheme := "http"
	if s.TLS() {
		scheme = "https"
	}
	return scheme + "://" + ln.Addr().String()
}

func loopbackName(name string) bool {
	if strings.EqualFold(name, "localhost") {
		return true
	}
	ip, err := netip.ParseAddr(name)
	return err == nil && ip.Zone() == "" && ip.IsLoopback()
}
