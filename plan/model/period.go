package model

import (
	"math"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/parleysec/parley"
)

// Period is a stretch of time at whose start items can start. It lasts until
// the next one starts; the last one has no end, so that work and yearly costs
// that run on count against it.
type Period struct {
	Name string
	// Start is in years from the start of the plan, 0 or more.
	Start float64
	// Money and Effort are what there is in it; +Inf is no limit, 0 is nothing.
	Money, Effort float64
}

// freeLength is how long a period is whose name says no dates.
const freeLength = 0.25

// PeriodsOf are the periods of a model's capacity with their times. Names such
// as 2027, 2027-H1, 2027-Q1 and 2027-03 say when a period is; any other name
// stands for the quarter of a year after the one before. The plan starts with
// the first period, or at from when that is not zero: a period that is over by
// then is left out, and one that runs starts then, with all it offers.
//
// Where some periods state money (or effort), those that do not offer none;
// where none does, there is no limit. The error says which names overlap or
// stand in the wrong order.
func PeriodsOf(capacity []parley.Period, from time.Time) ([]Period, error) {
	spans, err := spansOf(capacity, from)
	if err != nil || len(spans) == 0 {
		return nil, err
	}
	zero := spans[0].from
	if !from.IsZero() {
		zero = years(from)
	}
	money, effort := CapacityOf(&parley.Model{Capacity: capacity})
	amount := func(all, v float64) float64 {
		if math.IsInf(all, 1) {
			return all
		}
		return v
	}
	var out []Period
	for k, c := range capacity {
		if spans[k].to <= zero {
			continue
		}
		out = append(out, Period{
			Name: c.Period, Start: math.Max(0, spans[k].from-zero),
			Money: amount(money, c.Money.Mean()), Effort: amount(effort, c.Effort.Mean()),
		})
	}
	if out == nil {
		last := capacity[len(capacity)-1].Period
		return nil, parley.Errorf(parley.Invalid, "plan", "all periods are over on %s, the last one is %s", from.Format(time.DateOnly), last).
			WithHint("add a period to the capacity, or plan as of an earlier date")
	}
	return out, nil
}

// span is a stretch of time in years of our calendar.
type span struct{ from, to float64 }

func spansOf(capacity []parley.Period, from time.Time) ([]span, error) {
	var spans []span
	first := 0.0
	if !from.IsZero() {
		first = years(from)
	}
	for k, c := range capacity {
		if s, dated := parsePeriod(c.Period); dated {
			first = s.from - float64(k)*freeLength // where those before it have no dates
			break
		}
	}
	for k, c := range capacity {
		s, dated := parsePeriod(c.Period)
		switch {
		case !dated && k > 0:
			s.from = spans[k-1].to
		case !dated:
			s.from = first
		}
		if !dated {
			s.to = s.from + freeLength
		}
		if k > 0 && s.from < spans[k-1].to-1e-9 {
			return nil, parley.Errorf(parley.Invalid, "plan", "period %s starts before %s is over", c.Period, capacity[k-1].Period).
				WithHint("list the periods of the capacity in the order of time")
		}
		spans = append(spans, s)
	}
	return spans, nil
}

// years is a date in years of our calendar, each month a twelfth of a year.
func years(t time.Time) float64 {
	days := time.Date(t.Year(), t.Month()+1, 0, 0, 0, 0, 0, time.UTC).Day()
	return float64(t.Year()) + (float64(t.Month()-1)+float64(t.Day()-1)/float64(days))/12
}

var datedPeriod = regexp.MustCompile(`^(\d{4})(?:[- ]?([hHqQ])([1-4])|-(0[1-9]|1[0-2]))?$`)

// parsePeriod reads a name that says when the period is.
func parsePeriod(name string) (span, bool) {
	m := datedPeriod.FindStringSubmatch(strings.TrimSpace(name))
	if m == nil {
		return span{}, false
	}
	year, _ := strconv.ParseFloat(m[1], 64)
	part, length := m[3]+m[4], 1.0
	switch {
	case m[4] != "":
		length = 1.0 / 12
	case strings.EqualFold(m[2], "q"):
		length = 0.25
	case strings.EqualFold(m[2], "h"):
		length = 0.5
	}
	k := 1.0
	if part != "" {
		k, _ = strconv.ParseFloat(part, 64)
	}
	if k*length > 1+1e-9 {
		return span{}, false // a third half
	}
	return span{year + (k-1)*length, year + k*length}, true
}
