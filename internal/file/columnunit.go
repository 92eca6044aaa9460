package file

import (
	"strings"
)

var (
	anyNumber  = lazily(`\d+(?:[.,]\d+)*`)
	allNumbers = lazily(`^[\d.,\s–-]+$|^[\d.,\s]+(?:\.\.|to)[\d.,\s]+$`)
)

// Suffixed puts a unit behind every number of a text that has none.
func Suffixed(text, unit string) string {
	if unit == "" || !allNumbers.MatchString(text) {
		return text
	}
	return anyNumber.ReplaceAllString(text, "${0}"+unit)
}

// MoneyUnit is the multiple of money a unit such as k€ or Mio. EUR stands for,
// "" for none.
func MoneyUnit(unit string) string {
	switch u := Letters(strings.NewReplacer("€", "", "£", "", "$", "", "eur", "", "gbp", "", "usd", "", "chf", "").Replace(strings.ToLower(unit))); u {
	case "k", "tsd", "tausend", "t", "thousand", "thousands":
		return "k"
	case "m", "mio", "million", "millions", "millionen":
		return "M"
	}
	return ""
}

// EffortUnit is the unit of effort that a header names, days where it names
// none, "" for what is none.
func EffortUnit(unit string) string {
	switch Letters(unit) {
	case "w", "weeks", "week", "wochen", "pw", "personenwochen", "personweeks":
		return "w"
	case "m", "months", "monate", "pm", "personenmonate", "personmonths":
		return "m"
	case "", "d", "days", "day", "pt", "mt", "tage", "personentage", "manntage", "persondays", "mandays":
		return "d"
	}
	return ""
}

// Worked reports a column of costs that are an effort, by what it is about or by
// its unit.
func Worked(about Column, unit string) bool {
	return about == ColumnEffort || about == ColumnCost && unit != "" && MoneyUnit(unit) == "" && EffortUnit(unit) != ""
}

// inUnit is a cell with the unit that its header names, where it has none itself.
func inUnit(text string, about Column, unit string) string {
	switch {
	case Worked(about, unit):
		return Suffixed(text, EffortUnit(unit))
	case about == ColumnImpact, about == ColumnCost:
		return Suffixed(text, MoneyUnit(unit))
	case about == ColumnLikelihood && strings.Contains(unit, "%"):
		return Suffixed(text, "%")
	}
	return text
}
