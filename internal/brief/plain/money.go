package plain

import (
	"math"
	"slices"
	"strconv"

	"github.com/parleysec/parley/internal/catalogue"
)

// Symbol is what stands before an amount in a currency (ISO 4217 code): "£",
// or the code and a space where no symbol is known to everybody.
func Symbol(currency string) string {
	switch currency {
	case "GBP":
		return "£"
	case "EUR":
		return "€"
	case "USD":
		return "$"
	case "JPY":
		return "¥"
	case "INR":
		return "₹"
	case "KRW":
		return "₩"
	case "ILS":
		return "₪"
	case "NGN":
		return "₦"
	case "UAH":
		return "₴"
	case "TRY":
		return "₺"
	case "BRL":
		return "R$"
	case "CAD":
		return "CA$"
	case "AUD":
		return "A$"
	case "NZD":
		return "NZ$"
	case "HKD":
		return "HK$"
	case "SGD":
		return "S$"
	case "":
		return ""
	}
	return currency + " "
}

// Small is the amount below which an estimate says "less than".
const Small = 1000

var units = [...]struct {
	size float64
	sign string
}{{1e12, "tn"}, {1e9, "bn"}, {1e6, "M"}, {1e3, "k"}, {1, ""}}

// Money is an amount to two significant figures: "£1.2M", "£43k", "£950", "−£43k".
func Money(x float64, currency string) string { return money(x, 2, currency) }

// money is an amount to some significant figures.
func money(x float64, figures int, currency string) string {
	if !finite(x) {
		return catalogue.T("plain.unknown")
	}
	return scaled(roundTo(x, figures), currency)
}

// apartDigits are the most significant figures with which [Apart] tells amounts apart.
const apartDigits = 4

// Apart are estimated amounts that are compared with each other: each to two
// significant figures, or to as many more, up to four, as tell it from the others:
// "£1.02M" beside "£1.01M". Amounts that are the same to four figures read the same.
func Apart(xs []float64, currency string) []string {
	out := make([]string, len(xs))
	for i, x := range xs {
		digits := 2
		for digits < apartDigits && slices.ContainsFunc(xs, func(y float64) bool {
			return roundTo(x, digits) == roundTo(y, digits) && roundTo(x, apartDigits) != roundTo(y, apartDigits)
		}) {
			digits++
		}
		out[i] = money(x, digits, currency)
	}
	return out
}

// Amount is an amount somebody stated, not an estimate: not rounded, in a
// larger unit where that loses nothing: "£250k", "£1.25M", "£2,350".
func Amount(x float64, currency string) string {
	if !finite(x) {
		return catalogue.T("plain.unknown")
	}
	a := math.Abs(x)
	for _, u := range units[:4] {
		if a < u.size {
			continue
		}
		step := u.size / 1000
		if u.size == 1e3 {
			step = 100 // £2.5k, but £2,350
		}
		if math.Mod(a, step) == 0 {
			return scaled(x, currency)
		}
		break
	}
	return Exact(x, currency)
}

// scaled writes x in the largest unit that leaves at least 1.
func scaled(x float64, currency string) string {
	sign, a := "", math.Abs(x)
	if x < 0 {
		sign = minus
	}
	for _, u := range units {
		if a >= u.size {
			// The division may leave 1.2000000000000002.
			v, _ := strconv.ParseFloat(strconv.FormatFloat(a/u.size, 'f', 3, 64), 64)
			return sign + Symbol(currency) + group(v) + u.sign
		}
	}
	return sign + Symbol(currency) + group(a)
}

// Coin is the smallest coin of a currency, in the currency: 0.01 of GBP, 1 of JPY.
func Coin(currency string) float64 { return math.Pow(10, -float64(decimals(currency))) }

// decimals is how many digits the minor unit has, as ISO 4217 says.
func decimals(currency string) int {
	switch currency {
	case "BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI", "VND", "VUV", "XAF", "XOF", "XPF":
		return 0
	case "BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND":
		return 3
	}
	return 2
}

// Exact is the amount to the smallest coin, for one click away: "£71,204.33",
// "£30,000", "¥1,200".
func Exact(x float64, currency string) string {
	if !finite(x) {
		return catalogue.T("plain.unknown")
	}
	decimals := decimals(currency)
	scale := math.Pow(10, float64(decimals))
	r := math.Round(math.Abs(x)*scale) / scale
	s := group(math.Trunc(r))
	if r != math.Trunc(r) {
		s += strconv.FormatFloat(r-math.Trunc(r), 'f', decimals, 64)[1:]
	}
	if x < 0 && r != 0 {
		return minus + Symbol(currency) + s
	}
	return Symbol(currency) + s
}

// About is an estimated amount: "about £1.2M", "less than £1k", "nothing".
func About(x float64, currency string) string {
	switch {
	case !finite(x):
		return catalogue.T("plain.unknown")
	case x == 0:
		return catalogue.T("plain.money.nothing")
	case x > 0 && Round2(x) < Small:
		return catalogue.T("plain.money.less", "money", scaled(Small, currency))
	}
	return catalogue.T("plain.about", "what", Money(x, currency))
}

// MoneyRange is where an amount lies with 90 % confidence: "£200k to £4M",
// "up to £80k", "about £43k" where both ends read the same.
func MoneyRange(lo, hi float64, currency string) string {
	switch {
	case !finite(lo) || !finite(hi):
		return catalogue.T("plain.unknown")
	case lo == 0 && hi == 0:
		return catalogue.T("plain.money.nothing")
	case Round2(lo) == Round2(hi):
		return catalogue.T("plain.about", "what", Money(lo, currency))
	case lo == 0:
		return catalogue.T("plain.up_to", "what", Money(hi, currency))
	}
	return catalogue.T("plain.range", "lo", Money(lo, currency), "hi", Money(hi, currency))
}

// Saves says what a choice brings on balance: "saves about £43k", "loses about
// £43k", "about breaks even" where it is less than 1k either way.
func Saves(x float64, currency string) string {
	switch {
	case !finite(x):
		return catalogue.T("plain.unknown")
	case Round2(math.Abs(x)) < Small:
		return catalogue.T("plain.money.even")
	case x < 0:
		return catalogue.T("plain.money.loses", "money", About(-x, currency))
	}
	return catalogue.T("plain.money.saves", "money", About(x, currency))
}

// SavesRange is the range of what a choice brings: "from losing £10k to saving
// £50k", "saves £20k to £90k", "loses £20k to £90k".
func SavesRange(lo, hi float64, currency string) string {
	switch {
	case !finite(lo) || !finite(hi):
		return catalogue.T("plain.unknown")
	case lo < 0 && hi > 0:
		return catalogue.T("plain.money.between", "loss", Money(-lo, currency), "gain", Money(hi, currency))
	case hi <= 0:
		return catalogue.T("plain.money.loses", "money", MoneyRange(-hi, -lo, currency))
	}
	return catalogue.T("plain.money.saves", "money", MoneyRange(lo, hi, currency))
}
