package ledger

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/oklog/ulid/v2"
	"pgregory.net/rapid"
)

func TestNextID(t *testing.T) {
	at := time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)
	last := ""
	for i := range 300 {
		when := at.Add(time.Duration(-i) * time.Hour) // the clock runs backwards
		id, err := NextID(last, when, zeros{})
		if err != nil || id <= last {
			t.Fatalf("%s after %s: %v", id, last, err)
		}
		last = id
	}
	if got, err := IDTime(last); err != nil || !got.Equal(at) {
		t.Errorf("time %s, want %s (%v)", got, at, err)
	}
	for name, c := range map[string]struct {
		last string
		at   time.Time
	}{
		"after the largest": {"7ZZZZZZZZZZZZZZZZZZZZZZZZZ", at},
		"after nonsense":    {"nonsense", at},
		"before 1970":       {"", time.Unix(-1, 0)},
		"far future":        {"", time.UnixMilli(1 << 48)},
	} {
		if id, err := NextID(c.last, c.at, zeros{}); err == nil {
			t.Errorf("%s: %s", name, id)
		}
	}
	if _, err := NextID("", at, strings.NewReader("x")); err == nil {
		t.Error("an id without randomness")
	}
}

// TestIDsAreULIDs compares with another implementation.
func TestIDsAreULIDs(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		ms := rapid.Int64Range(0, maxTime).Draw(t, "ms")
		random := rapid.SliceOfN(rapid.Byte(), randomBytes, randomBytes).Draw(t, "random")
		id, err := NextID("", time.UnixMilli(ms), bytes.NewReader(random))
		if err != nil {
			t.Fatal(err)
		}
		want, err := ulid.New(uint64(ms), bytes.NewReader(random))
		if err != nil || want.String() != id {
			t.Fatalf("%s, want %s (%v)", id, want, err)
		}
		if at, err := IDTime(id); err != nil || at.UnixMilli() != ms {
			t.Fatalf("%s is of %s, want %d (%v)", id, at, ms, err)
		}
		next, err := successor(id)
		if err != nil { // the largest has none
			return
		}
		u, err := ulid.ParseStrict(next)
		if err != nil {
			t.Fatal(err)
		}
		for i := len(want) - 1; i >= 0; i-- {
			want[i]++
			if want[i] != 0 {
				break
			}
		}
		if u != want {
			t.Fatalf("after %s comes %s, want %s", id, next, want)
		}
	})
}

func TestIDTimeRefuses(t *testing.T) {
	for _, id := range []string{"", "x", "81KAM0000000000000000000AB", "01KAM0000000000000000000Ab", "01KAM0000000000000000000AU", "01KAM0000000000000000000ABC", "01KAM0000000000000000000Aé"} {
		if at, err := IDTime(id); err == nil {
			t.Errorf("%q is of %s", id, at)
		}
	}
}
