package outgoing

import (
	"io"
	"mime"
	"mime/quotedprintable"
	"net/mail"
	"net/netip"
	"net/url"
	"strings"
	"testing"
	"time"
)

// FuzzLetter: whatever a letter says and whomever it is for, it has the same nine
// headers, and its text arrives as it was.
func FuzzLetter(f *testing.F) {
	m := Mailer{From: "Parley <parley@example.org>", Now: time.Now}
	f.Add("helen@example.org", "x\r\nBcc: eve@example.org", "a\r\n.\r\nb", "id")
	f.Add("helen@example.org\r\nBcc: eve@example.org", "=?utf-8?q?=0D=0A?=", "\x00", "<x>\r\n")
	f.Add("Helen <helen@example.org>", strings.Repeat("ü", 300), strings.Repeat("=", 2000), strings.Repeat("9", 300))
	f.Add("helen@example.org", "x", "a carriage return\r\x17\nalone", "x")
	f.Fuzz(func(t *testing.T, to, subject, text, id string) {
		from, err := mail.ParseAddress(m.From)
		if err != nil {
			t.Fatal(err)
		}
		a, err := oneAddress(to)
		if err != nil {
			return
		}
		if strings.ContainsAny(to, "\r\n\x00") {
			t.Fatalf("%q is an address", to)
		}
		b, err := m.compose(from, a, Letter{To: to, Subject: subject, Text: text, ID: id})
		if err != nil {
			t.Fatal(err)
		}
		got, err := mail.ReadMessage(strings.NewReader(string(b)))
		if err != nil || len(got.Header) != 9 {
			t.Fatalf("%q, %q, %q: %v %v", to, subject, id, got, err)
		}
		if shown, err := new(mime.WordDecoder).DecodeHeader(got.Header.Get("Subject")); err != nil || strings.ContainsFunc(shown, hidden) {
			t.Errorf("%q is shown as the subject %q (%v)", subject, shown, err)
		}
		if list, err := got.Header.AddressList("To"); err != nil || len(list) != 1 || list[0].Address != a.Address {
			t.Errorf("for %q it is to %v (%v)", to, list, err)
		}
		said, err := io.ReadAll(quotedprintable.NewReader(got.Body))
		if err != nil || lines(string(said)) != lines(text) {
			t.Errorf("%q becomes %q (%v)", text, said, err)
		}
	})
}

// lines is a text with one kind of line end.
func lines(s string) string {
	return strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\r", "\n")
}

// FuzzURL: an address that may be a webhook's has a scheme and a host, no name and
// no password, and one meaning.
func FuzzURL(f *testing.F) {
	for _, x := range []string{"https://hooks.example/x?y", "http://127.0.0.1/", "https://a@b", "https:///x", "https:x", "https://[::1%25eth0]/", "https://x\t.example", "HTTPS://x", "https://x#y"} {
		f.Add(x)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if CheckURL(text) != nil {
			return
		}
		u, err := url.Parse(text)
		if err != nil || u.Host == "" || u.User != nil || u.Scheme != "https" && u.Scheme != "http" {
			t.Fatalf("%q is taken", text)
		}
		if again, err := url.Parse(u.String()); err != nil || again.Host != u.Host {
			t.Errorf("%q leads to %q, and written anew to %v (%v)", text, u.Host, again, err)
		}
	})
}

// FuzzGuard: however an address is written, what is local is never public.
func FuzzGuard(f *testing.F) {
	for _, x := range []string{"127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "fe80::1%eth0", "169.254.169.254", "8.8.8.8", "2001:4860:4860::8888", "100.64.0.1"} {
		a := netip.MustParseAddr(x).As16()
		f.Add(a[:])
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		a, ok := netip.AddrFromSlice(b)
		if !ok || (Guard{}).Check(a) != nil {
			return
		}
		for _, x := range []netip.Addr{a, a.Unmap()} {
			if x.IsPrivate() || x.IsLoopback() || x.IsLinkLocalUnicast() || x.IsMulticast() || x.IsUnspecified() || x.IsInterfaceLocalMulticast() {
				t.Errorf("%v may be dialled", a)
			}
		}
		if b16 := a.As16(); translated.Contains(a) && netip.AddrFrom4([4]byte(b16[12:])).IsPrivate() {
			t.Errorf("%v may be dialled", a)
		}
	})
}
