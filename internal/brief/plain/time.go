package plain

import (
	"math"
	"time"

	"github.com/parleysec/parley/internal/catalogue"
)

const (
	daysPerYear  = 365.25
	weeksPerYear = daysPerYear / 7
)

// Duration is a stretch of calendar time given in years, in the unit people
// would use: "six weeks", "18 months", "two years", "two and a half years".
func Duration(years float64) string {
	switch {
	case !finite(years) || years < 0:
		return catalogue.T("plain.unknown")
	case years == 0:
		return catalogue.T("plain.time.none")
	}
	days, weeks, months := years*daysPerYear, years*weeksPerYear, years*12
	switch {
	case days < 0.5:
		return catalogue.T("plain.time.hours")
	case near1(years) && years > 0.9:
		return inYears(math.Round(years))
	case near1(months) && months > 0.9 && months < 23.5:
		return counted(math.Round(months), "plain.time.month", "plain.time.months")
	case near1(weeks) && weeks > 0.9 && weeks < 12.5:
		return counted(math.Round(weeks), "plain.time.week", "plain.time.weeks")
	case days < 20.5:
		return counted(math.Round(days), "plain.time.day", "plain.time.days")
	case months < 3:
		return counted(math.Round(weeks), "plain.time.week", "plain.time.weeks")
	case months < 23.5:
		return counted(math.Round(months), "plain.time.month", "plain.time.months")
	}
	return inYears(math.Round(2*years) / 2)
}

// near1 reports whether x is a whole number up to the difference between
// calendar units (a quarter is 13.04 weeks).
func near1(x float64) bool { return math.Abs(x-math.Round(x)) < 0.02 }

func inYears(y float64) string {
	if y != math.Trunc(y) {
		return catalogue.T("plain.time.half_years", "n", InWords(math.Trunc(y)))
	}
	return counted(y, "plain.time.year", "plain.time.years")
}

// counted is n of something, n in words where it is small.
func counted(n float64, one, many string) string {
	if n == 1 {
		return catalogue.T(one)
	}
	return catalogue.T(many, "n", InWords(n))
}

// Next is the time that lies ahead: "the next two years", "the next year".
func Next(years float64) string {
	if near1(years) && math.Round(years) == 1 {
		return catalogue.T("plain.time.next_year")
	}
	return catalogue.T("plain.time.next", "time", Duration(years))
}

// Frequency is how often something happens at a rate per year: "about once
// every 8 years", "about 3 times a year", "about once a year".
func Frequency(rate float64) string {
	switch {
	case !finite(rate) || rate < 0:
		return catalogue.T("plain.unknown")
	case rate == 0:
		return catalogue.T("plain.rate.never")
	case rate < rarest:
		return catalogue.T("plain.less_than", "what", often(rarest))
	}
	return catalogue.T("plain.about", "what", often(rate))
}

// often is a rate of at least [rarest] without "about".
func often(rate float64) string {
	switch n := Round2(rate); {
	case rate >= 1.25 && rate < 1.75:
		return catalogue.T("plain.rate.thrice_in_two")
	case rate >= 1.75:
		if n >= 10 || math.Abs(n-math.Round(n)) < 0.25 {
			n = math.Round(n)
		} else {
			n = math.Round(2*n) / 2
		}
		return catalogue.T("plain.rate.times", "n", group(n))
	case rate > 0.8:
		return catalogue.T("plain.rate.yearly")
	case rate > 0.58:
		return catalogue.T("plain.rate.twice_in_three")
	}
	return catalogue.T("plain.rate.every", "n", everyYears(rate))
}

// everyYears is 1/rate to a whole year below ten, else to two significant figures.
func everyYears(rate float64) string {
	y := Round2(1 / rate)
	if y < 10 {
		y = math.Round(y)
	}
	return group(y)
}

// FrequencyRange is where a rate per year lies with 90 % confidence: "2 to 3
// times a year", "once every 8 to 20 years", "up to 3 times a year".
func FrequencyRange(lo, hi float64) string {
	switch {
	case !finite(lo) || !finite(hi) || lo < 0 || hi < 0:
		return catalogue.T("plain.unknown")
	case hi < rarest || (lo >= rarest && often(lo) == often(hi)):
		return Frequency(hi)
	case lo < rarest:
		return catalogue.T("plain.rate.at_most", "rate", often(hi))
	case math.Round(lo) >= 1 && lo >= 0.75 && math.Round(hi) > math.Round(lo):
		return catalogue.T("plain.rate.times_range",
			"lo", group(Round2(math.Round(lo))), "hi", group(Round2(math.Round(hi))))
	case hi <= 0.58:
		return catalogue.T("plain.rate.every_range", "lo", everyYears(hi), "hi", everyYears(lo))
	}
	return catalogue.T("plain.rate.from_to", "lo", often(lo), "hi", often(hi))
}

// Date is a civil date: "21 November 2026". The zero time is "no date".
func Date(t time.Time) string {
	if t.IsZero() {
		return catalogue.T("plain.date.none")
	}
	return t.Format("2 January 2006")
}

// DateText is a civil date written as 2027-06-30 in words; what is no date, such
// as a stage, stays as it is.
func DateText(text string) string {
	t, err := time.Parse(time.DateOnly, text)
	if err != nil {
		return text
	}
	return Date(t)
}
