package web

import (
	"strings"
	"testing"
	"time"

	"github.com/parleysec/parley/internal/auth"
)

// TestTokenThatEndsSoon: a token's last week is told on the page, by days.
func TestTokenThatEndsSoon(t *testing.T) {
	now := time.Date(2027, 1, 10, 12, 0, 0, 0, time.UTC)
	for left, want := range map[time.Duration]string{
		90 * 24 * time.Hour: "10 April 2027",
		60 * time.Hour:      "13 January 2027, within 3 days: make another one in time",
		time.Hour:           "10 January 2027, within a day: make another one in time",
	} {
		if got := tokenRow(auth.Token{Scope: "evidence", Expires: now.Add(left)}, now).Ends; !strings.HasPrefix(got, want) {
			t.Errorf("%s: %q, want %q", left, got, want)
		}
	}
}
