package quantity

import (
	"slices"
	"strings"
)

// Units that are neither time nor money.
const (
	percent = "%"
	points  = "points"
)

// value is one number of a statement with what is attached to it.
type value struct {
	at     token    // where it begins
	digits string   // of the number
	exp    int      // power of ten of its multiplier
	scaled bool     // a multiplier is written
	unit   string   // "", percent, points or a unit of time
	codes  []string // the currencies its symbol or code may stand for, nil for none
	in     string   // the digits of M in "N in M", "" for none
	inExp  int      // power of ten of M's multiplier
}

// number is N with its multiplier, exactly as typed; a percentage is a fraction.
func (v value) number() float64 {
	x := decimal(v.digits, v.exp)
	if v.unit == percent {
		x = decimal(v.digits, v.exp-2)
	}
	if v.in != "" {
		x /= decimal(v.in, v.inExp)
	}
	return x
}

// zero reports whether the number is 0, to which no unit need be attached.
func (v value) zero() bool { return strings.Trim(v.digits, "0.") == "" }

// bare reports whether the number stands without unit.
func (v value) bare() bool { return v.unit == "" && v.in == "" }

// value reads a number with its currency, multiplier and unit.
func (p *parser) value() (value, *ParseError) {
	v := value{at: p.peek(0)}
	if err := p.currency(&v); err != nil {
		return v, err
	}
	t := p.peek(0)
	if t.kind == dash {
		return v, p.fail(t, "negative numbers have no meaning here", "")
	}
	v.digits = t.digits()
	if t.is("a", "an") && timeUnits[p.peek(1).text] != "" && (p.kind == Effort || p.kind == Duration) {
		v.digits = "1"
	}
	if v.digits == "" {
		return v, p.noNumber(t)
	}
	p.take()
	if err := p.multiplier(&v); err != nil {
		return v, err
	}
	if err := p.currency(&v); err != nil {
		return v, err
	}
	if t.thousands && !v.scaled && p.isAmount() {
		whole := strings.ReplaceAll(t.clean, ".", "")
		return v, p.fail(t, "the number "+quote(t.raw)+" may be read in two ways: "+whole+" or "+t.clean+"0", whole+" or "+t.clean+"0")
	}
	return v, p.unit(&v)
}

// isAmount reports whether the kind is written with multipliers and thousands.
func (p *parser) isAmount() bool {
	return slices.Contains([]Kind{Money, Yearly, Worth, Count}, p.kind)
}

// digits is the digits of a number or number word, else "".
func (t token) digits() string {
	switch t.kind {
	case number:
		return t.clean
	case word:
		return numerals[t.text]
	}
	return ""
}

// noNumber is the error for a token that should be a number.
func (p *parser) noNumber(t token) *ParseError {
	switch {
	case t.kind == end:
		return p.fail(t, "a number is missing", "")
	case t.is("nan", "inf", "infinity", "∞"):
		return p.fail(t, quote(t.raw)+" is not a number one can reckon with", "")
	case t.is("about", "around", "approx", "approximately", "circa", "ca", "roughly", "some"):
		return p.fail(t, quote(t.raw)+" leaves open how far off it may be: give a range", "")
	case t.is("up", "under", "below", "less", "max", "over", "above", "more", "min", "at", "least"):
		return p.fail(t, quote(t.raw)+" names one end only: give both", "")
	case t.kind == word:
		return p.unknownWord(t)
	}
	return p.fail(t, "a number is wanted, not "+quote(t.raw), "")
}

// multiplier reads k, M, bn after a number where the kind has them.
func (p *parser) multiplier(v *value) *ParseError {
	t := p.peek(0)
	if t.kind != word {
		return nil
	}
	exp, ok := exponents[t.text]
	if !ok {
		return nil
	}
	switch {
	case p.isAmount(), p.kind == Likelihood && exp == 3:
		v.exp, v.scaled = exp, true
		p.take()
	case p.kind == Effort && t.raw == "M":
		return p.fail(t, "M is a million; months of effort are a small m", v.digits+"m")
	}
	return nil
}

// currency reads a symbol, a code or a name of a currency, before or after the number.
func (p *parser) currency(v *value) *ParseError {
	t, n := p.peek(0), 1
	var codes []string
	switch {
	case t.kind == word && p.peek(1).is("$") && p.peek(1).glued && dollars[t.text] != "":
		codes, n = []string{dollars[t.text]}, 2
	case t.kind == word && isISOCode(strings.ToUpper(t.raw)):
		codes = []string{strings.ToUpper(t.raw)}
	case t.kind == word || t.kind == mark:
		codes = strings.Fields(symbols[t.text])
	}
	if len(codes) == 0 {
		return nil
	}
	if !p.isAmount() || p.kind == Count {
		return p.fail(t, p.kind.String()+" is wanted here, not money", "")
	}
	if v.codes != nil {
		return p.fail(t, "the currency is given twice", "")
	}
	own := strings.ToUpper(p.env.Currency)
	if own != "" && !slices.Contains(codes, own) {
		return p.fail(t, "the currency "+quote(t.raw)+" is not the product's, "+clean(own), "the amount in "+clean(own))
	}
	v.codes = codes
	p.pos += n
	return nil
}

// unit reads the unit of a value, if one stands there.
func (p *parser) unit(v *value) *ParseError {
	switch p.kind {
	case Effort:
		return p.effortUnit(v)
	case Duration:
		if t := p.peek(0); t.kind == word {
			if v.unit = timeUnits[t.text]; v.unit != "" {
				p.take()
			}
		}
	case Share, Likelihood:
		return p.chanceUnit(v)
	case Worth:
		if p.accept("points", "point", "pts", "pt") {
			v.unit = points
		}
	}
	return nil
}

func (p *parser) effortUnit(v *value) *ParseError {
	if p.accept("pd") {
		v.unit = "day"
		return nil
	}
	n := 0
	if p.peek(0).is("person", "man", "staff", "working", "work") {
		n = 1
		if p.peek(1).kind == dash {
			n = 2
		}
	}
	t := p.peek(n)
	unit := timeUnits[t.text]
	switch {
	case t.kind != word || unit == "":
		return nil
	case personDays[unit] == 0:
		return p.fail(t, "effort is counted in days, weeks (5 days) and months (20 days)", "")
	}
	v.unit = unit
	p.pos += n + 1
	return nil
}

// chanceUnit reads a percent sign or "in M".
func (p *parser) chanceUnit(v *value) *ParseError {
	switch {
	case p.accept("%", "percent", "pct"):
		v.unit = percent
		return nil
	case p.peek(0).is("per") && p.peek(1).is("cent"):
		p.pos += 2
		v.unit = percent
		return nil
	}
	n := 0
	if p.peek(0).kind == dash && p.peek(1).is("in") { // 1-in-40
		n = 1
	}
	if !p.peek(n).is("in") {
		return nil
	}
	n++
	if p.peek(n).kind == dash {
		n++
	}
	digits, exp, used := p.cardinal(n)
	if digits == "" {
		return nil
	}
	if (value{digits: digits}).zero() {
		return p.fail(p.peek(n), "“in 0” has no meaning", "")
	}
	v.in, v.inExp = digits, exp
	p.pos += n + used
	return nil
}

// cardinal is the number n tokens on, with a magnitude behind it: 40, ten,
// 10k, a hundred. digits is "" where there is none; used counts its tokens.
func (p *parser) cardinal(n int) (digits string, exp, used int) {
	t := p.peek(n)
	exp = magnitudes[p.peek(n+1).text]
	switch {
	case t.digits() != "":
		digits = t.digits()
	case t.is("a", "an") && exp > 0:
		digits = "1"
	default:
		return "", 0, 0
	}
	if exp > 0 {
		return digits, exp, 2
	}
	return digits, 0, 1
}
