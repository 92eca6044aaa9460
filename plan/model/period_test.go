package model_test

import (
	"math"
	"strings"
	"testing"
	"time"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/plan/model"
	"github.com/parleysec/parley/quantity"
)

func TestPeriodsOf(t *testing.T) {
	day := func(s string) time.Time {
		d, err := time.Parse(time.DateOnly, s)
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	for _, c := range []struct {
		names  string
		from   time.Time
		starts []float64
		left   string // of the names, where some are over
	}{
		{"2027-Q1,2027-Q2,2027-Q4", time.Time{}, []float64{0, .25, .75}, ""},
		{"2027-q3,2027-Q4,2028-H1,2028-07,2029", time.Time{}, []float64{0, .25, .5, 1, 1.5}, ""},
		{"2027 Q1,2027 H2", time.Time{}, []float64{0, .5}, ""},
		{"next quarter,the one after", time.Time{}, []float64{0, .25}, ""},
		{"now,2027-Q2,later,2027-Q4", time.Time{}, []float64{0, .25, .5, .75}, ""},
		{"soon,then", day("2027-05-05"), []float64{0, .25}, ""},
		{"2027-Q1,2027-Q2", day("2026-10-01"), []float64{.25, .5}, ""},
		{"2027-Q1,2027-Q2,2027-Q3", day("2027-05-16"), []float64{0, (2 - 15.0/31) / 12}, "2027-Q2,2027-Q3"},
		{"2027-H3,2027-13", time.Time{}, []float64{0, .25}, ""}, // no dates: names
	} {
		var caps []parley.Period
		for _, n := range strings.Split(c.names, ",") {
			caps = append(caps, parley.Period{Period: n})
		}
		got, err := model.PeriodsOf(caps, c.from)
		if err != nil || len(got) != len(c.starts) {
			t.Errorf("%s: %v, %v", c.names, got, err)
			continue
		}
		var left []string
		for k, p := range got {
			left = append(left, p.Name)
			if math.Abs(p.Start-c.starts[k]) > 1e-9 {
				t.Errorf("%s: %s starts at %v, want %v", c.names, p.Name, p.Start, c.starts[k])
			}
			if !math.IsInf(p.Money, 1) || !math.IsInf(p.Effort, 1) {
				t.Errorf("%s: limits without any: %+v", c.names, p)
			}
		}
		if want := c.left; want != "" && strings.Join(left, ",") != want {
			t.Errorf("%s: left %v, want %s", c.names, left, want)
		}
	}
}

func TestPeriodsOfRefuses(t *testing.T) {
	for _, c := range []struct{ names, says string }{
		{"2027-Q2,2027-Q1", "period 2027-Q1 starts before 2027-Q2 is over"},
		{"2027,2027-Q3", "period 2027-Q3 starts before 2027 is over"},
		{"2024-Q1,2024-Q2", "all periods are over on 2026-11-22, the last one is 2024-Q2"},
	} {
		var caps []parley.Period
		for _, n := range strings.Split(c.names, ",") {
			caps = append(caps, parley.Period{Period: n})
		}
		_, err := model.PeriodsOf(caps, time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC))
		if err == nil || !strings.Contains(err.Error(), c.says) || parley.KindOfError(err) != parley.Invalid {
			t.Errorf("%s: %v", c.names, err)
		}
	}
}

// TestPeriodsThatStateNothing offer nothing where others state something.
func TestPeriodsThatStateNothing(t *testing.T) {
	got, err := model.PeriodsOf([]parley.Period{
		{Period: "a", Effort: typed(t, "30d", quantity.Effort)},
		{Period: "b", Effort: typed(t, "20d", quantity.Effort), Money: typed(t, "4k", quantity.Money)},
	}, time.Time{})
	if err != nil || len(got) != 2 || got[0].Money != 0 || got[0].Effort != 30 || got[1].Money != 4000 || got[1].Effort != 20 {
		t.Errorf("%+v, %v", got, err)
	}
}

func typed(t *testing.T, text string, kind quantity.Kind) quantity.Quantity {
	t.Helper()
	q, err := quantity.Parse(text, kind, quantity.Env{})
	if err != nil {
		t.Fatal(err)
	}
	return q
}
