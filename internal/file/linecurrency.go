package file

import (
	"slices"
	"strings"

	"github.com/parleysec/parley/quantity"
)

// currencyCodes are the codes that are looked for in lists.
const currencyCodes = `GBP|EUR|USD|CHF|SEK|NOK|DKK|PLN|CZK|JPY|AUD|CAD`

var (
	currencyCode = lazily(`\b(?:` + currencyCodes + `)\b`)
	currencySign = lazily(`[£€$]|\bT€|(?i:\beuros?\b|\bpounds\b|\bdollars\b|(?:\b|\d)[tk]eur\b)`)
)

// currencyIn is the currency of the first sign, code or name in a text, "" for none.
func currencyIn(text string) string {
	sign, code := currencySign.FindStringIndex(text), currencyCode.FindStringIndex(text)
	if sign == nil || code != nil && code[0] < sign[0] {
		if code == nil {
			return ""
		}
		return text[code[0]:code[1]]
	}
	switch s := strings.ToLower(text[sign[0]:sign[1]]); {
	case s == "$" || s == "dollars":
		return "USD"
	case s == "£" || s == "pounds":
		return "GBP"
	}
	return "EUR"
}

// currencyOfList is the currency that most lines name, the first of them where
// several are named as often; "" where none is.
func currencyOfList(src source) string {
	var order []string
	lines := map[string]int{}
	for _, line := range src {
		if c := currencyIn(line); c != "" {
			if lines[c]++; lines[c] == 1 {
				order = append(order, c)
			}
		}
	}
	if len(order) == 0 {
		return ""
	}
	return slices.MaxFunc(order, func(a, b string) int { return lines[a] - lines[b] })
}

// otherCurrency is the currency of an amount that is not the list's; "" for
// anything else.
func (l *lister) otherCurrency(text string) string {
	c := currencyIn(text)
	if c == "" || c == l.model.Product.Currency || c == "USD" && strings.Contains(text, "$") && l.parses(trimmed(text), damage) {
		return ""
	}
	other := lister{german: l.german, env: quantity.Env{Currency: c, Horizon: l.env.Horizon}}
	if _, ok := other.read(text, damage); !ok {
		return ""
	}
	return c
}

// foreign asks about an amount in another currency: no rate is assumed.
func (l *lister) foreign(p part) bool {
	c := l.otherCurrency(p.text)
	if c == "" {
		return false
	}
	l.asks.foreign(p.line, trimmed(p.text), c, l.model.Product.Currency)
	return true
}
