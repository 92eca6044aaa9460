package quantity

import (
	"strconv"
	"strings"
)

// maxDigits is the most digits a number may have.
const maxDigits = 30

// number reads digits with thousands separators and a decimal point.
func (l *lexer) number() *ParseError {
	n := 0 // runes of the number so far
	digits := func() string {
		from := n
		for isDigit(l.at(n)) {
			n++
		}
		return string(l.runes[l.pos+from : l.pos+n])
	}
	clean := digits()
	lead := len(clean)
	var sep rune
	for lead <= 3 && l.groupAt(n) && (sep == 0 || sep == l.at(n)) {
		sep = l.at(n)
		n++
		clean += digits()
	}
	decimals := 0
	if l.at(n) == '.' && isDigit(l.at(n+1)) {
		n++
		frac := digits()
		decimals = len(frac)
		clean += "." + frac
	}
	if err := l.doubtful(n, clean); err != nil {
		return err
	}
	if len(clean) > maxDigits {
		return l.fail("the number has too many digits", "")
	}
	l.emit(number, n)
	t := &l.out[len(l.out)-1]
	t.clean = clean
	t.thousands = sep == 0 && decimals == 3 && lead <= 3 && clean[0] != '0'
	return nil
}

// groupAt reports whether a thousands separator and exactly three digits
// stand n places on.
func (l *lexer) groupAt(n int) bool {
	r := l.at(n)
	if !strings.ContainsRune(" \u00a0\u2009\u202f,'’_", r) || r == ',' && l.depth > 0 {
		return false
	}
	return isDigit(l.at(n+1)) && isDigit(l.at(n+2)) && isDigit(l.at(n+3)) && !isDigit(l.at(n+4))
}

// doubtful refuses what may be read in two ways, the number having n runes so far.
func (l *lexer) doubtful(n int, clean string) *ParseError {
	r := l.at(n)
	switch {
	case (r == 'e' || r == 'E') && (isDigit(l.at(n+1)) || strings.ContainsRune("+-", l.at(n+1)) && isDigit(l.at(n+2))):
		return l.fail("numbers with an exponent are not read", "1200000 or 1.2M")
	case r == 'x' && clean == "0":
		return l.fail("only decimal numbers are read", "255")
	case !strings.ContainsRune(",.'’_", r) || !isDigit(l.at(n+1)) || r == ',' && l.depth > 0:
		return nil
	}
	// A second decimal point, a group of other than three digits, or two kinds of separator.
	from := n + 1
	for isDigit(l.at(n)) || strings.ContainsRune(",.'’_", l.at(n)) && isDigit(l.at(n+1)) {
		n++
	}
	typed := string(l.runes[l.pos : l.pos+n])
	tail := string(l.runes[l.pos+from : l.pos+n])
	plain := strings.NewReplacer(",", "", ".", "", "'", "", "’", "", "_", "").Replace
	if plain(tail) != tail || r != ',' {
		want := "" // 1.200.000 can only be meant in one way, 1.2.3 in none
		if groups := strings.FieldsFunc(tail, func(r rune) bool { return !isDigit(r) }); len(groups[len(groups)-1]) == 3 {
			want = plain(typed)
		}
		return l.fail("the separators in "+quote(typed)+" do not add up to one number", want)
	}
	whole := plain(strings.TrimSuffix(typed, string(r)+tail))
	first, second := whole+"."+tail, clean+tail
	return l.fail("the number "+quote(typed)+" may be read in two ways: "+first+" or "+second, first+" or "+second)
}

// decimal is the number with these digits times 10^exp, correctly rounded.
func decimal(clean string, exp int) float64 {
	x, err := strconv.ParseFloat(clean+"e"+strconv.Itoa(exp), 64)
	if err != nil { // out of range; digits are limited, so this cannot happen
		return 0
	}
	return x
}
