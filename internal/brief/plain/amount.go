package plain

import (
	"math"
	"strings"

	"github.com/parleysec/parley/internal/catalogue"
)

// Days is effort in person-days: "27 days", "1 day", "half a day".
func Days(days float64) string {
	switch d := Round2(days); {
	case !finite(days) || days < 0:
		return catalogue.T("plain.unknown")
	case days == 0:
		return catalogue.T("plain.effort.none")
	case d < 0.4:
		return catalogue.T("plain.effort.hours")
	case d < 0.75:
		return catalogue.T("plain.effort.half")
	case wholeDays(days) == 1:
		return catalogue.T("plain.effort.day")
	default:
		return catalogue.T("plain.effort.days", "n", group(wholeDays(days)))
	}
}

// StatedDays is effort somebody stated, not an estimate: not rounded, "26.5 days".
func StatedDays(days float64) string {
	if !finite(days) || days <= 0 || days == math.Round(days) && days < 100 {
		return Days(days)
	}
	return catalogue.T("plain.effort.days", "n", group(days))
}

// StatedRange is a range as somebody typed it ("1d..5d") with a word between its
// ends: "1d to 5d". What is no range stays.
func StatedRange(typed string) string {
	if lo, hi, ok := strings.Cut(typed, ".."); ok {
		return catalogue.T("plain.range", "lo", lo, "hi", hi)
	}
	return typed
}

// wholeDays rounds to half days below five, to days below a hundred, else to
// two significant figures.
func wholeDays(days float64) float64 {
	switch {
	case days < 5:
		return math.Round(2*days) / 2
	case days < 100:
		return math.Round(days)
	}
	return Round2(days)
}

// Effort is an estimated effort in person-days: "about 27 days".
func Effort(days float64) string {
	if !finite(days) || days <= 0 || Round2(days) < 0.4 {
		return Days(days)
	}
	return catalogue.T("plain.about", "what", Days(days))
}

// EffortRange is where an effort lies with 90 % confidence: "15 to 40 days".
func EffortRange(lo, hi float64) string {
	a, b := wholeDays(lo), wholeDays(hi)
	switch {
	case !finite(lo) || !finite(hi) || lo < 0 || hi < 0:
		return catalogue.T("plain.unknown")
	case hi == 0:
		return catalogue.T("plain.effort.none")
	case a == b:
		return Days(hi)
	case a == 0:
		return catalogue.T("plain.up_to", "what", Days(hi))
	}
	return catalogue.T("plain.effort.days", "n", catalogue.T("plain.range", "lo", group(a), "hi", group(b)))
}

// People is a number of people: "31,000 people", "1 person".
func People(n float64) string {
	switch {
	case !finite(n) || n < 0:
		return catalogue.T("plain.unknown")
	case math.Round(n) == 1:
		return catalogue.T("plain.person")
	}
	return catalogue.T("plain.people", "n", group(math.Round(n)))
}

// PeopleRange is where a number of people lies: "30,000 to 40,000 people",
// one number where it was stated as one.
func PeopleRange(lo, hi float64) string {
	switch {
	case !finite(lo) || !finite(hi) || lo < 0 || hi < 0:
		return catalogue.T("plain.unknown")
	case lo == hi:
		return People(lo)
	case Round2(lo) == Round2(hi):
		return catalogue.T("plain.about", "what", catalogue.T("plain.people", "n", Number(hi)))
	}
	return catalogue.T("plain.people", "n", catalogue.T("plain.range", "lo", Number(math.Round(lo)), "hi", Number(math.Round(hi))))
}

// Percent is a share in 0..1: "about 40%", "less than 1%", "more than 99%",
// "all", "none".
func Percent(share float64) string {
	switch {
	case !finite(share):
		return catalogue.T("plain.unknown")
	case share <= 0:
		return catalogue.T("plain.share.none")
	case share >= 1:
		return catalogue.T("plain.share.all")
	case share < 0.005:
		return catalogue.T("plain.less_than", "what", "1%")
	case share >= 0.995:
		return catalogue.T("plain.more_than", "what", "99%")
	}
	return catalogue.T("plain.about", "what", group(math.Round(100*share))+"%")
}

// PercentRange is where a share lies: "70% to 95%", one figure where both ends
// read the same.
func PercentRange(lo, hi float64) string {
	a, b := math.Round(100*lo), math.Round(100*hi)
	switch {
	case !finite(lo) || !finite(hi):
		return catalogue.T("plain.unknown")
	case a == b:
		return group(b) + "%"
	}
	return catalogue.T("plain.range", "lo", group(a)+"%", "hi", group(b)+"%")
}
