package web

import (
	"bytes"
	"testing"
	"time"
)

// TestSealIsShared: what one server sealed another one with its key opens, within
// its time; nobody with another key does.
func TestSealIsShared(t *testing.T) {
	at := time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)
	now := func() time.Time { return at }
	made := func(key []byte) seal {
		t.Helper()
		s, err := newSeal(key, now)
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	key := bytes.Repeat([]byte{7}, sealKey)
	text, err := made(key).close(halfway{Email: "ada@example.org", Password: "otter violin"})
	if err != nil {
		t.Fatal(err)
	}
	if h, ok := made(key).open(text); !ok || h.Email != "ada@example.org" || h.Password != "otter violin" {
		t.Errorf("opened %v %+v", ok, h)
	}
	for name, other := range map[string][]byte{"another key": bytes.Repeat([]byte{8}, sealKey), "a key of its own": nil} {
		if _, ok := made(other).open(text); ok {
			t.Errorf("%s opens it", name)
		}
	}
	at = at.Add(sealedFor)
	if _, ok := made(key).open(text); ok {
		t.Error("it opens when its time is over")
	}
	if _, err := newSeal([]byte("short"), now); err == nil {
		t.Error("a short key is taken")
	}
}
