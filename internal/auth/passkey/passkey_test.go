package passkey_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"github.com/parleysec/parley/internal/auth/passkey"
	"github.com/parleysec/parley/internal/auth/passkey/passkeytest"
)

const origin = "https://parley.example.org"

var (
	first  = bytes.Repeat([]byte{1}, 32)
	second = bytes.Repeat([]byte{2}, 32)
	owner  = passkey.Owner{Handle: bytes.Repeat([]byte{3}, 32), Email: "helen@example.org", Name: "Helen"}
)

func must[T any](t *testing.T, v T, err error) T {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func party(t *testing.T) *passkey.Party {
	t.Helper()
	p, err := passkey.New(origin)
	return must(t, p, err)
}

// TestParty: keys belong to a name under https, or to this very machine.
func TestParty(t *testing.T) {
	for address, want := range map[string]error{
		origin: nil, origin + ":8443": nil, "http://localhost:8080": nil, "https://localhost": nil, "http://parley.localhost:8080": nil,
		"": passkey.ErrNoAddress, "parley.example.org": passkey.ErrNoAddress, "http://parley.example.org": passkey.ErrNoTLS, "http://localhost.example.org": passkey.ErrNoTLS,
		"http://127.0.0.1:8080": passkey.ErrNoName, "https://192.0.2.1": passkey.ErrNoName, "https://[2001:db8::1]": passkey.ErrNoName,
	} {
		if p, err := passkey.New(address); !errors.Is(err, want) || (p == nil) != (want != nil) || p != nil && p.Origin() != address {
			t.Errorf("%q: %v, want %v", address, err, want)
		}
	}
}

// made makes a key on a device.
func made(t *testing.T, p *passkey.Party, d *passkeytest.Device) *passkey.Key {
	t.Helper()
	options, err := p.Creation(first, owner)
	answer, err2 := d.Create(must(t, options, err))
	m, err3 := passkey.ReadMade(must(t, answer, err2))
	k, err4 := p.Created(first, owner, must(t, m, err3))
	return must(t, k, err4)
}

// TestCeremonies makes a key, and signs by it.
func TestCeremonies(t *testing.T) {
	for name, d := range map[string]*passkeytest.Device{
		"plain": {Origin: origin}, "that counts": {Origin: origin, Counts: true}, "whose keys are shared": {Origin: origin, Shared: true},
	} {
		t.Run(name, func(t *testing.T) {
			p := party(t)
			k := made(t, p, d)
			if len(k.ID) != 32 || len(k.Public) == 0 || strings.Join(k.Transports, " ") != "internal" || k.Synced != d.Shared {
				t.Errorf("kept: %+v", k)
			}
			for n := range uint32(3) {
				counter, copied, err := sign(t, p, d, *k, owner.Handle)
				if err != nil || copied || d.Counts && counter != n+1 || !d.Counts && counter != 0 {
					t.Fatalf("signature %d: count %d, copied %v (%v)", n, counter, copied, err)
				}
				k.Counter = counter
			}
			o := owner
			o.Keys = []passkey.Key{*k}
			options, err := p.Creation(second, o)
			if _, err := d.Create(must(t, options, err)); err == nil || !strings.Contains(err.Error(), "already") {
				t.Errorf("a second key of one device: %v", err)
			}
		})
	}
}

func sign(t *testing.T, p *passkey.Party, d *passkeytest.Device, k passkey.Key, handle []byte) (uint32, bool, error) {
	t.Helper()
	options, err := p.Request(second)
	answer, err2 := d.Sign(must(t, options, err))
	s, err3 := passkey.Read(must(t, answer, err2))
	return p.Verify(second, must(t, s, err3), handle, k)
}

// TestS4PasskeyElsewhere: an answer for another page, another name, another challenge or
// another account is no answer; nor one of a device that did not look at who holds it.
func TestS4PasskeyElsewhere(t *testing.T) {
	for name, wrong := range map[string]func(*passkeytest.Device){
		"another origin":    func(d *passkeytest.Device) { d.Origin = "https://parley.example.org.evil.example" },
		"a name below":      func(d *passkeytest.Device) { d.Origin = "https://evil.parley.example.org" },
		"another port":      func(d *passkeytest.Device) { d.Origin = origin + ":8443" },
		"without https":     func(d *passkeytest.Device) { d.Origin = "http://parley.example.org" },
		"another name":      func(d *passkeytest.Device) { d.RP = "evil.example" },
		"not looked at":     func(d *passkeytest.Device) { d.Blind = true },
		"nobody was there":  func(d *passkeytest.Device) { d.Absent = true },
		"by another key":    func(d *passkeytest.Device) { d.Stranger = true },
		"shared since then": func(d *passkeytest.Device) { d.Shared = true },
	} {
		t.Run(name, func(t *testing.T) {
			p, d := party(t), &passkeytest.Device{Origin: origin}
			k := made(t, p, d)
			wrong(d)
			var refused *passkey.RefusedError
			if _, _, err := sign(t, p, d, *k, owner.Handle); !errors.As(err, &refused) || refused.Why == "" {
				t.Errorf("signed: %v", err)
			}
			if d.Stranger || d.Shared {
				return
			}
			options, err := p.Creation(first, owner)
			answer, err2 := d.Create(must(t, options, err))
			m, err3 := passkey.ReadMade(must(t, answer, err2))
			if _, err := p.Created(first, owner, must(t, m, err3)); !errors.As(err, &refused) {
				t.Errorf("made: %v", err)
			}
		})
	}
	t.Run("another challenge, account or key", func(t *testing.T) {
		p, d := party(t), &passkeytest.Device{Origin: origin}
		k := made(t, p, d)
		options, err := p.Request(second)
		answer, err2 := d.Sign(must(t, options, err))
		s, err3 := passkey.Read(must(t, answer, err2))
		must(t, s, err3)
		other := made(t, p, d)
		for what, ask := range map[string]func() error{
			"challenge": func() error { _, _, err := p.Verify(first, s, owner.Handle, *k); return err },
			"account":   func() error { _, _, err := p.Verify(second, s, first, *k); return err },
			"key":       func() error { _, _, err := p.Verify(second, s, owner.Handle, *other); return err },
		} {
			if ask() == nil {
				t.Errorf("another %s is taken", what)
			}
		}
		if _, _, err := p.Verify(second, s, owner.Handle, *k); err != nil {
			t.Errorf("its own: %v", err)
		}
		m := must(t, answer, nil)
		if _, err := passkey.ReadMade(m); err == nil {
			t.Error("a signature is read as a new key")
		}
	})
}

// TestS4PasskeyCopied: of two devices with one key the second one is noticed.
func TestS4PasskeyCopied(t *testing.T) {
	p, d := party(t), &passkeytest.Device{Origin: origin, Counts: true}
	k := made(t, p, d)
	thief := d.Copy()
	counter, copied, err := sign(t, p, d, *k, owner.Handle)
	if err != nil || copied {
		t.Fatal(copied, err)
	}
	k.Counter = counter
	if _, copied, err = sign(t, p, thief, *k, owner.Handle); err != nil || !copied {
		t.Errorf("the copy: copied %v (%v)", copied, err)
	}
}

// FuzzAnswers: whatever a browser sends is refused or read, and never ends the program.
func FuzzAnswers(f *testing.F) {
	p, err := passkey.New(origin)
	if err != nil {
		f.Fatal(err)
	}
	d := &passkeytest.Device{Origin: origin}
	options, err := p.Creation(first, owner)
	if err != nil {
		f.Fatal(err)
	}
	answer, err := d.Create(options)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(answer)
	if options, err = p.Request(first); err != nil {
		f.Fatal(err)
	}
	if answer, err = d.Sign(options); err != nil {
		f.Fatal(err)
	}
	f.Add(answer)
	f.Add(`{"id":"AA","rawId":"AA","type":"public-key","response":{"attestationObject":"oA","clientDataJSON":"e30"}}`)
	f.Fuzz(func(t *testing.T, answer string) {
		if m, err := passkey.ReadMade(answer); err == nil {
			if k, err := p.Created(second, owner, m); err == nil {
				t.Errorf("made by nobody: %+v", k)
			}
		}
		if s, err := passkey.Read(answer); err == nil {
			if _, _, err := p.Verify(second, s, owner.Handle, passkey.Key{ID: s.Credential, Public: []byte{0xa0}}); err == nil {
				t.Error("signed by nobody")
			}
		}
	})
}
