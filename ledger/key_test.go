package ledger

import (
	"crypto/rand"
	"strings"
	"testing"
)

const aLedger = "01KAQ0000000000000000000ZZ"

func newKey(t testing.TB) (signer, verifier string) {
	t.Helper()
	signer, verifier, err := NewKey(rand.Reader, aLedger)
	if err != nil {
		t.Fatal(err)
	}
	return signer, verifier
}

// TestKeyFollowsKey: a key counts once the key before it signed over to it, for
// this ledger and this place, and never again.
func TestKeyFollowsKey(t *testing.T) {
	first, firstPublic := newKey(t)
	second, secondPublic := newKey(t)
	other, _ := newKey(t)
	b := newBookWith(t, Founding(priya, aLedger, firstPublic))
	body := func(ledger string, seq int64, signer, next string) Draft {
		d, err := Rotating(ledger, seq, signer, next, "as every year")
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	checkpoint := func(size int64, signer string) []byte {
		text, err := Sign(Head{Size: size}, aLedger, signer)
		if err != nil {
			t.Fatal(err)
		}
		return text
	}
	for name, d := range map[string]Draft{
		"another's signature": body(aLedger, 1, other, secondPublic),
		"another place":       body(aLedger, 2, first, secondPublic),
		"another ledger":      body("01KAQ0000000000000000000ZY", 1, first, secondPublic),
		"the same key":        body(aLedger, 1, first, firstPublic),
		"no key":              body(aLedger, 1, first, "moon"),
		"a checkpoint":        {Body: &KeyRotated{Key: secondPublic, Signed: string(checkpoint(1, first)), Because: "x"}},
	} {
		if err := b.try(d); err == nil {
			t.Errorf("%s was taken", name)
		}
	}
	b.add(body(aLedger, 1, first, secondPublic))
	if k := b.state.Keys; len(k) != 2 || k.Current() != secondPublic || k[1].From != 2 {
		t.Fatalf("%+v", k)
	}
	if err := b.try(body(aLedger, 2, second, firstPublic)); err == nil {
		t.Error("an old key came back")
	}
	for name, c := range map[string]struct {
		text []byte
		key  int
	}{
		"old, of its time":       {checkpoint(1, first), 0},
		"old, of later":          {checkpoint(2, first), -1},
		"new, of its time":       {checkpoint(2, second), 1},
		"new, of before":         {checkpoint(1, second), -1},
		"somebody else's":        {checkpoint(1, other), -1},
		"no checkpoint":          {[]byte("moon"), -1},
		"the hand-over is none ": {[]byte(b.events[1].Body), -1},
	} {
		_, i, err := b.state.Keys.Open(c.text)
		if (err == nil) != (c.key >= 0) || err == nil && i != c.key {
			t.Errorf("%s: key %d, %v", name, i, err)
		}
	}
	if _, _, err := Keys(nil).Open(checkpoint(1, first)); err == nil || !strings.Contains(err.Error(), "no key") {
		t.Error(err)
	}
	keys, err := KeysOf(b.events)
	if err != nil || len(keys) != 2 || keys[1] != b.state.Keys[1] {
		t.Errorf("%+v, %v", keys, err)
	}
	forged := append([]Event{}, b.events...)
	forged[1].Seq = 5
	if keys, err = KeysOf(forged); err == nil || len(keys) != 1 {
		t.Errorf("%+v, %v", keys, err)
	}
}
