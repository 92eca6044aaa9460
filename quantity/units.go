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

// timeUnits are the units of time as they are written.
var timeUnits = map[string]string{
	"h": "hour", "hr": "hour", "hrs": "hour", "hour": "hour", "hours": "hour",
	"d": "day", "day": "day", "days": "day",
	"w": "week", "wk": "week", "wks": "week", "week": "week", "weeks": "week",
	"m": "month", "mo": "month", "mth": "month", "mths": "month", "month": "month", "months": "month",
	"q": "quarter", "qtr": "quarter", "qtrs": "quarter", "quarter": "quarter", "quarters": "quarter",
	"y": "year", "yr": "year", "yrs": "year", "year": "year", "years": "year", "annum": "year",
	"decade": "decade", "decades": "decade", "century": "century", "centuries": "century",
}

// adverbs are the units of words that say how often.
var adverbs = map[string]string{
	"yearly": "year", "annually": "year", "quarterly": "quarter", "monthly": "month", "weekly": "week", "daily": "day", "hourly": "hour",
}

// personDays is the working days in a unit of effort.
var personDays = map[string]float64{"day": 1, "week": 5, "month": 20}

// exponents are the powers of ten that multipliers of amounts stand for.
var exponents = map[string]int{
	"k": 3, "thousand": 3,
	"m": 6, "mn": 6, "mio": 6, "mil": 6, "million": 6, "millions": 6,
	"bn": 9, "billion": 9, "billions": 9,
}

// magnitudes are the powers of ten of words after a number of years or cases,
// where m would be months.
var magnitudes = map[string]int{"hundred": 2, "k": 3, "thousand": 3, "million": 6}

// numerals are the digits of number words.
var numerals = map[string]string{
	"one": "1", "two": "2", "three": "3", "four": "4", "five": "5", "six": "6",
	"seven": "7", "eight": "8", "nine": "9", "ten": "10", "eleven": "11", "twelve": "12",
}
