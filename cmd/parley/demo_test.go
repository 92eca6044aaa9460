package main

import (
	"slices"
	"testing"
	"time"
)

func TestSplit(t *testing.T) {
	now := time.Date(2027, 3, 31, 12, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		line string
		want []string
	}{
		{`apply rounds.yaml`, []string{"apply", "rounds.yaml"}},
		{`decide bank accept --until {+8w} --because "It costs, more"`, []string{"decide", "bank", "accept", "--until", "2027-05-26", "--because", "It costs, more"}},
		{`x "" {-1d}..{+1d}`, []string{"x", "", "2027-03-30..2027-04-01"}},
	} {
		got, err := split(c.line, now)
		if err != nil || !slices.Equal(got, c.want) {
			t.Errorf("%s is %q (%v), want %q", c.line, got, err, c.want)
		}
	}
}

func TestShifted(t *testing.T) {
	now := time.Date(2027, 3, 31, 12, 0, 0, 0, time.UTC)
	for by, want := range map[string]string{"-9d": "2027-03-22", "+22w": "2027-09-01", "+0d": "2027-03-31"} {
		if got, err := shifted(now, by); err != nil || got.Format(time.DateOnly) != want {
			t.Errorf("%s leads to %s (%v), want %s", by, got, err, want)
		}
	}
	for _, by := range []string{"", "d", "+d", "3m", "soon", "+1.5w"} {
		if got, err := shifted(now, by); err == nil {
			t.Errorf("%q leads to %s, want an error", by, got)
		}
	}
}
