package outgoing

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/dns/dnsmessage"
	"pgregory.net/rapid"
)

// Addresses by what they are, from the registries of IANA and from ways in which
// guards of other programs were got round.
func TestN1Addresses(t *testing.T) {
	for _, c := range []struct {
		addr string
		ok   bool
	}{
		{"1.1.1.1", true},
		{"8.8.8.8", true},
		{"172.15.255.255", true},
		{"172.32.0.0", true},
		{"100.63.255.255", true},
		{"100.128.0.0", true},
		{"11.0.0.0", true},
		{"9.255.255.255", true},
		{"169.253.255.255", true},
		{"192.167.255.255", true},
		{"223.255.255.255", true},
		{"2606:4700:4700::1111", true},
		{"2a00:1450:4001:80b::200e", true},
		{"::ffff:8.8.8.8", true},
		{"64:ff9b::8.8.8.8", true},
		{"0.0.0.0", false},
		{"0.1.2.3", false},
		{"10.0.0.1", false},
		{"100.64.0.1", false},
		{"100.127.255.255", false},
		{"127.0.0.1", false},
		{"127.255.255.254", false},
		{"169.254.169.254", false},
		{"172.16.0.1", false},
		{"172.31.255.255", false},
		{"192.0.0.8", false},
		{"192.0.2.1", false},
		{"192.168.1.1", false},
		{"192.88.99.1", false},
		{"198.18.0.1", false},
		{"198.19.255.255", false},
		{"198.51.100.1", false},
		{"203.0.113.1", false},
		{"224.0.0.1", false},
		{"239.255.255.255", false},
		{"240.0.0.1", false},
		{"255.255.255.255", false},
		{"::", false},
		{"::1", false},
		{"::7f00:1", false},
		{"::ffff:127.0.0.1", false},
		{"::ffff:10.0.0.1", false},
		{"::ffff:169.254.169.254", false},
		{"::ffff:0:127.0.0.1", false},
		{"fe80::1", false},
		{"fe80::1%eth0", false},
		{"2606:4700::1%eth0", false},
		{"fc00::1", false},
		{"fd00:ec2::254", false},
		{"fec0::1", false},
		{"ff02::1", false},
		{"2001:db8::1", false},
		{"3fff::1", false},
		{"2001::1", false},
		{"2001:0:4136:e378:8000:63bf:3fff:fdd2", false},
		{"2002:7f00:1::", false},
		{"2002:a00:1::", false},
		{"2002:808:808::", false},
		{"64:ff9b::127.0.0.1", false},
		{"64:ff9b::10.0.0.1", false},
		{"64:ff9b::a9fe:a9fe", false},
		{"64:ff9b:1::1", false},
		{"100::1", false},
		{"5f00::1", false},
		{"4000::1", false},
	} {
		if err := (Guard{}).Check(netip.MustParseAddr(c.addr)); (err == nil) != c.ok {
			t.Errorf("%s: %v, want ok=%v", c.addr, err, c.ok)
		}
	}
}

// Whatever the standard library calls private, loopback, local or for groups is
// never public, however it is written.
func TestN1NothingLocalIsPublic(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b := rapid.SliceOfN(rapid.Byte(), 4, 4).Draw(t, "v4")
		a := netip.AddrFrom4([4]byte(b))
		wide := netip.AddrFrom16(a.As16())
		local := a.IsPrivate() || a.IsLoopback() || a.IsLinkLocalUnicast() || a.IsMulticast() || a.IsUnspecified() || a.IsInterfaceLocalMulticast()
		if local && (public(a) || public(wide)) {
			t.Fatalf("%s is public", a)
		}
		if public(a) != public(wide) {
			t.Fatalf("%s and %s differ", a, wide)
		}
		six := netip.AddrFrom16([16]byte(rapid.SliceOfN(rapid.Byte(), 16, 16).Draw(t, "v6")))
		if public(six) && (six.IsPrivate() || six.IsLoopback() || six.IsLinkLocalUnicast() || six.IsMulticast() || !six.IsGlobalUnicast()) {
			t.Fatalf("%s is public", six)
		}
	})
}

func TestN1Allowed(t *testing.T) {
	g := Guard{Allow: []netip.Prefix{netip.MustParsePrefix("10.1.0.0/16"), netip.MustParsePrefix("fd00::/8")}}
	for addr, ok := range map[string]bool{"10.1.2.3": true, "::ffff:10.1.2.3": true, "10.2.0.1": false, "fd12::1": true, "fd12::1%eth0": false, "127.0.0.1": false} {
		if err := g.Check(netip.MustParseAddr(addr)); (err == nil) != ok {
			t.Errorf("%s: %v", addr, err)
		}
	}
}

// TestN1PlainHTTPStaysAtHome: what anybody on the way can read goes to networks that
// were named and nowhere else.
func TestN1PlainHTTPStaysAtHome(t *testing.T) {
	for _, url := range []string{"http://192.88.98.1:9/", "HTTP://[2001:4860:4860::8888]:9/", "http://127.0.0.1:9/"} {
		err := Webhooks{}.Send(t.Context(), Message{URL: url, At: time.Now(), Secrets: [][]byte{{1}}})
		if _, blocked := errors.AsType[*BlockedError](err); !blocked {
			t.Errorf("%s: %v", url, err)
		}
	}
}

// Plain http, which anybody on the way can read, stays within one's own networks.
func TestN1OwnNetworksAlone(t *testing.T) {
	g := Guard{Allow: []netip.Prefix{netip.MustParsePrefix("10.1.0.0/16")}, Own: true}
	for addr, ok := range map[string]bool{"10.1.2.3": true, "1.1.1.1": false, "127.0.0.1": false} {
		if err := g.Check(netip.MustParseAddr(addr)); (err == nil) != ok {
			t.Errorf("%s: %v", addr, err)
		}
	}
}

// resolver answers every name with one address, whatever it is asked.
func resolver(t *testing.T, to string) *net.Resolver {
	t.Helper()
	conn, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	go func() {
		for {
			b := make([]byte, 1500)
			n, from, err := conn.ReadFrom(b)
			if err != nil {
				return
			}
			var m dnsmessage.Message
			if m.Unpack(b[:n]) != nil || len(m.Questions) != 1 {
				continue
			}
			m.Response, m.Authoritative = true, true
			m.Additionals = nil
			q, a := m.Questions[0], netip.MustParseAddr(to)
			h := dnsmessage.ResourceHeader{Name: q.Name, Type: q.Type, Class: q.Class}
			switch {
			case q.Type == dnsmessage.TypeA && a.Is4():
				m.Answers = []dnsmessage.Resource{{Header: h, Body: &dnsmessage.AResource{A: a.As4()}}}
			case q.Type == dnsmessage.TypeAAAA && a.Is6():
				m.Answers = []dnsmessage.Resource{{Header: h, Body: &dnsmessage.AAAAResource{AAAA: a.As16()}}}
			}
			if out, err := m.Pack(); err == nil {
				_, _ = conn.WriteTo(out, from)
			}
		}
	}()
	return &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		var d net.Dialer
		return d.DialContext(ctx, "udp", conn.LocalAddr().String())
	}}
}

// A name that looks like anybody's and leads in here is not reached, by whatever
// way its address is written; the text does not say where it led.
func TestN1NamesThatLeadInside(t *testing.T) {
	hits := 0
	inside := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { hits++ }))
	defer inside.Close()
	port := inside.URL[strings.LastIndex(inside.URL, ":"):]
	for _, to := range []string{"127.0.0.1", "::1", "::ffff:127.0.0.1"} {
		_, err := clientWith(Guard{}, resolver(t, to)).Get("http://hooks.example.com" + port + "/")
		blocked, ok := errors.AsType[*BlockedError](err)
		if !ok {
			t.Errorf("a name for %s: %v", to, err)
			continue
		}
		if strings.Contains(blocked.Error(), "127") {
			t.Errorf("the text says where the name leads: %v", blocked)
		}
	}
	for _, host := range []string{"127.0.0.1", "localhost", "[::1]", "[::ffff:7f00:1]", "0.0.0.0", "[::]"} {
		if _, err := Client(Guard{}).Get("http://" + host + port + "/"); err == nil {
			t.Errorf("%s was reached", host)
		}
	}
	if hits > 0 {
		t.Errorf("%d requests came in", hits)
	}
	here := Guard{Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}}
	resp, err := clientWith(here, resolver(t, "127.0.0.1")).Get("http://hooks.example.com" + port + "/")
	if err != nil || hits != 1 {
		t.Fatalf("an allowed network: %v", err)
	}
	resp.Body.Close()
}

// Nothing but TCP is dialled, and each request dials, so that each is looked at.
func TestN1EachRequestDials(t *testing.T) {
	if err := here.control(t.Context(), "udp4", "127.0.0.1:53", nil); err == nil {
		t.Error("UDP was dialled")
	}
	dialled := map[string]bool{}
	there := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { dialled[r.RemoteAddr] = true }))
	defer there.Close()
	c := Client(here)
	for range 2 {
		resp, err := c.Get(there.URL)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
	}
	if len(dialled) != 2 {
		t.Errorf("two requests came over %d connections", len(dialled))
	}
}

// A redirect is an answer, not a way.
func TestN1NoRedirects(t *testing.T) {
	hits := 0
	there := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		hits++
		http.Redirect(w, r, "/again", http.StatusTemporaryRedirect)
	}))
	defer there.Close()
	resp, err := Client(Guard{Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}}).Get(there.URL)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if hits != 1 || resp.StatusCode != http.StatusTemporaryRedirect {
		t.Errorf("%d requests, status %d", hits, resp.StatusCode)
	}
}

// A proxy of the environment would dial past the guard.
func TestN1NoProxyOfTheEnvironment(t *testing.T) {
	t.Setenv("HTTP_PROXY", "http://127.0.0.1:1")
	if tr := Client(Guard{}).Transport.(*http.Transport); tr.Proxy != nil {
		t.Error("the client uses a proxy")
	}
}

func TestN1URLs(t *testing.T) {
	for text, ok := range map[string]bool{
		"https://hooks.example.com/x?y=z": true, "http://hooks.example.com": true, "https://[2606:4700::1]:8443/": true,
		"": false, "hooks.example.com": false, "ftp://hooks.example.com": false, "file:///etc/passwd": false, "gopher://x/": false, "https://": false,
		"https://user:pass@hooks.example.com": false, "https:hooks.example.com": false, "https://x/\r\nHost: y": false, "https://x/#y": false,
		"https://x/" + strings.Repeat("y", 3000): false, "javascript:alert(1)": false, "http://[fe80::1%25eth0]/": false, "http://[::%25\x89]": false,
	} {
		if err := CheckURL(text); (err == nil) != ok {
			t.Errorf("%.50q: %v, want ok=%v", text, err, ok)
		}
	}
}
