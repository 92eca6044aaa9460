package plain

import (
	"math"
	"strconv"
	"strings"

	"github.com/parleysec/parley/internal/catalogue"
)

// Round2 rounds to two significant figures, halves away from zero.
func Round2(x float64) float64 { return roundTo(x, 2) }

// roundTo rounds to some significant figures, halves away from zero.
func roundTo(x float64, figures int) float64 {
	const up = 1 + 0x1p-50 // above a half that is one but for its last bits
	v, err := strconv.ParseFloat(strconv.FormatFloat(x*up, 'e', figures-1, 64), 64)
	if err != nil {
		return x
	}
	return v
}

// Number is a count to two significant figures with thousands separators:
// "31,000", "1.2", "0.04".
func Number(x float64) string {
	if !finite(x) {
		return catalogue.T("plain.unknown")
	}
	return group(Round2(x))
}

// group writes a number that is already rounded, without trailing zeros and
// with commas between thousands.
func group(x float64) string {
	s := strconv.FormatFloat(math.Abs(x), 'f', -1, 64)
	whole, frac, hasFrac := strings.Cut(s, ".")
	var b strings.Builder
	for i, r := range whole {
		if i > 0 && (len(whole)-i)%3 == 0 {
			b.WriteByte(',')
		}
		b.WriteRune(r)
	}
	if hasFrac {
		b.WriteString("." + frac)
	}
	if x < 0 {
		return minus + b.String()
	}
	return b.String()
}

// minus is the sign for negative numbers, U+2212: a hyphen would read as a range.
const minus = "−"

// largest is the size beyond which arithmetic with units could overflow.
const largest = 1e300

func finite(x float64) bool { return math.Abs(x) <= largest }

// InWords spells whole numbers from one to ten and writes others as digits:
// "two", "18", "2.5".
func InWords(x float64) string {
	words := [...]string{
		1: catalogue.T("plain.number.1"), 2: catalogue.T("plain.number.2"), 3: catalogue.T("plain.number.3"),
		4: catalogue.T("plain.number.4"), 5: catalogue.T("plain.number.5"), 6: catalogue.T("plain.number.6"),
		7: catalogue.T("plain.number.7"), 8: catalogue.T("plain.number.8"), 9: catalogue.T("plain.number.9"),
		10: catalogue.T("plain.number.10"),
	}
	if x >= 1 && x <= 10 && x == math.Trunc(x) {
		return words[int(x)]
	}
	return group(x)
}

// List joins words as people do: "a, b and c".
func List(words []string) string {
	switch len(words) {
	case 0:
		return ""
	case 1:
		return words[0]
	}
	last := len(words) - 1
	return catalogue.T("plain.list", "first", strings.Join(words[:last], ", "), "last", words[last])
}

// Capital writes the first letter of a sentence large.
func Capital(s string) string {
	for i, r := range s {
		if i == 0 {
			return strings.ToUpper(string(r)) + s[len(string(r)):]
		}
	}
	return s
}
