package model_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/parleysec/parley/plan/model"
)

// TestWholeDeadline: with no time left, what was not worked out is named; with time
// enough, nothing is.
func TestWholeDeadline(t *testing.T) {
	for _, c := range []struct {
		long time.Duration
		late bool
	}{{time.Nanosecond, true}, {time.Hour, false}} {
		p, err := scheduled(t, rivalsWith("", "obligation: {says: law},")).Solve(context.Background(), model.Options{Deadline: c.long, Whole: true})
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Join(p.OutOfTime, " "); (got != "") != c.late || c.late && !strings.Contains(got, model.PartPeers) {
			t.Errorf("in %v there was no time for %q", c.long, got)
		}
	}
}

// TestNoRoomNamesLimits: what is out for want of room says of what.
func TestNoRoomNamesLimits(t *testing.T) {
	built := scheduled(t, strings.Replace(rivalsWith("", ""), "mitigations:", "capacity: [{period: 2027-Q1, effort: 12d, money: 100k}]\nmitigations:", 1))
	p, err := built.Solve(context.Background(), model.Options{})
	if err != nil {
		t.Fatal(err)
	}
	w := whyOf(t, p, "lesser")
	if w.Reason != model.NoRoom || len(w.Over) != 1 || w.Over[0] != (model.OverLimit{Period: "2027-Q1", What: "effort", By: 8}) {
		t.Errorf("%+v", w)
	}
}

// TestFinishedTooLate: a feature without a value that would be finished at the
// horizon is not said to lack room.
func TestFinishedTooLate(t *testing.T) {
	text := rivalsWith("", "") + "features: [{id: slow, title: Slow, cost: {effort: 1d}, lead_time: 1 year}]\n"
	p, err := scheduled(t, text).Solve(context.Background(), model.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if len(p.BreakEven) != 1 || !p.BreakEven[0].Late || p.BreakEven[0].Value != nil {
		t.Errorf("%+v", p.BreakEven)
	}
}
