package parley

import (
	"slices"
	"strings"

	"github.com/parleysec/parley/quantity"
)

// Currencies lists the currency codes that a product may use, in alphabetical order.
func Currencies() []string { return quantity.Currencies() }

// ValidCurrency reports whether a code is an active ISO 4217 currency code.
func ValidCurrency(code string) bool {
	_, ok := slices.BinarySearch(Currencies(), code)
	return ok
}

// CurrencyHint is what would be right where a text is no currency code.
func CurrencyHint(text string) string {
	if near := currencyMeant(text); near != "" {
		return "did you mean " + near + "?"
	}
	return "three letters, e.g. GBP, EUR or USD"
}

// currencyMeant is the code somebody probably meant, "" when none is near.
func currencyMeant(text string) string {
	switch strings.ToLower(strings.TrimSpace(text)) {
	case "£", "pound", "pounds", "sterling", "ukp":
		return "GBP"
	case "€", "euro", "euros":
		return "EUR"
	case "$", "dollar", "dollars", "us$":
		return "USD"
	case "¥", "yen":
		return "JPY"
	case "bgn", "hrk": // replaced by the euro in 2026 and 2023
		return "EUR"
	}
	return Nearest(text, Currencies())
}
