package main

import (
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/parleysec/parley/internal/evidence"
	"github.com/parleysec/parley/internal/negotiate"
)

// TestStripKeepsTheWorst: whatever the width, no failure is hidden by what came
// before or after it, and the line is as wide as it may be.
func TestStripKeepsTheWorst(t *testing.T) {
	start := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	rapid.Check(t, func(t *rapid.T) {
		width := rapid.IntRange(1, 100).Draw(t, "width")
		l := &negotiate.LayerTimeline{From: start, To: start.AddDate(1, 0, 0)}
		failures := false
		at := start
		for range rapid.IntRange(1, 60).Draw(t, "moments") {
			m := negotiate.TimelineMoment{At: at, LayerStanding: negotiate.LayerStanding{Standing: evidence.Verified, Assurance: .9}}
			if rapid.Bool().Draw(t, "fails") {
				m.LayerStanding, failures = negotiate.LayerStanding{Standing: evidence.Failing}, true
			}
			l.Line = append(l.Line, m)
			at = at.Add(time.Duration(rapid.IntRange(1, 6*24).Draw(t, "hours")) * time.Hour)
		}
		row, _, _ := strings.Cut(strip(l, width), "\n")
		if row = strings.TrimPrefix(row, "  "); len(row) != width || strings.Trim(row, "x=") != "" || strings.Contains(row, "x") != failures {
			t.Fatalf("%q of %d columns, failures %v", row, width, failures)
		}
	})
}
