package quantity

// Lengths of calendar time in years: a year has 365.25 days, a month is a
// twelfth of it, a week 7 days.
const (
	daysPerYear  = 365.25
	weeksPerYear = daysPerYear / 7
	hoursPerYear = daysPerYear * 24
)

// years is the number of years in n units, so divided that 7 days, 1 week and
// the like come out as the same number. ok is false for a word that is no unit.
func years(n float64, unit string) (y float64, ok bool) {
	switch unit {
	case "hour":
		return n / hoursPerYear, true
	case "day":
		return n / daysPerYear, true
	case "week":
		return n * 7 / daysPerYear, true
	case "month":
		return n / 12, true
	case "quarter":
		return n / 4, true
	case "year":
		return n, true
	case "decade":
		return n * 10, true
	case "century":
		return n * 100, true
	}
	return 0, false
}

// timeUnit is the unit a word stands for, "" for none.
func timeUnit(w string) string {
	switch w {
	case "h", "hr", "hrs", "hour", "hours":
		return "hour"
	case "d", "day", "days":
		return "day"
	case "w", "wk", "wks", "week", "weeks":
		return "week"
	case "m", "mo", "mth", "mths", "month", "months":
		return "month"
	case "q", "qtr", "qtrs", "quarter", "quarters":
		return "quarter"
	case "y", "yr", "yrs", "year", "years", "annum":
		return "year"
	case "decade", "decades":
		return "decade"
	case "century", "centuries":
		return "century"
	}
	return ""
}

// adverbUnit is the unit of a word such as "yearly", "" for none.
func adverbUnit(w string) string {
	switch w {
	case "yearly", "annually":
		return "year"
	case "quarterly":
		return "quarter"
	case "monthly":
		return "month"
	case "weekly":
		return "week"
	case "daily":
		return "day"
	case "hourly":
		return "hour"
	}
	return ""
}

// personDays is the working days in a unit of effort, 0 for a word that is none.
func personDays(unit string) float64 {
	switch unit {
	case "day":
		return 1
	case "week":
		return 5
	case "month":
		return 20
	}
	return 0
}

// exponent is the power of ten a multiplier of amounts stands for.
func exponent(t token) (exp int, ok bool) {
	switch t.text {
	case "k", "thousand":
		return 3, true
	case "m", "mn", "mio", "mil", "million", "millions":
		return 6, true
	case "bn", "billion", "billions":
		return 9, true
	}
	return 0, false
}

// magnitude is the power of ten of a word after a number of years or cases,
// where m would be months; 0 for another word.
func magnitude(w string) int {
	switch w {
	case "hundred":
		return 2
	case "k", "thousand":
		return 3
	case "million":
		return 6
	}
	return 0
}

// numeral is the digits of a number word from one to twelve, "" for another word.
func numeral(w string) string {
	switch w {
	case "one":
		return "1"
	case "two":
		return "2"
	case "three":
		return "3"
	case "four":
		return "4"
	case "five":
		return "5"
	case "six":
		return "6"
	case "seven":
		return "7"
	case "eight":
		return "8"
	case "nine":
		return "9"
	case "ten":
		return "10"
	case "eleven":
		return "11"
	case "twelve":
		return "12"
	}
	return ""
}
