package quantity

import (
	"slices"
	"strconv"
	"strings"
)

// Format is the canonical text of a parsed quantity: reading it again in the
// same Env gives the same kind, form, timeframe, word and distribution.
// Of a quantity that is not parsed it is the text as typed.
func (q Quantity) Format() string {
	if q.Kind == None {
		return q.Text
	}
	if q.Word != "" {
		if q.Form == Chance && !q.timed {
			return q.Word + " within " + duration(q.Over)
		}
		return q.Word
	}
	return writeFigures(q.figures, q.Kind, q.Form, q.Over)
}

// write shows figures as canonical text of the parser's kind, for the
// examples in errors.
func (p *parser) write(f figures, form Form) string {
	return writeFigures(f, p.kind, form, 0)
}

// writeFigures leaves out the timeframe of a chance where over is 0.
func writeFigures(f figures, kind Kind, form Form, over float64) string {
	tail := ""
	switch {
	case form == Rate:
		tail = " per year"
	case form == Chance && over > 0:
		tail = " within " + duration(over)
	case form == Points:
		tail = " points"
	case (kind == Yearly || kind == Worth) && (f.shape != single || f.at[0] != 0):
		tail = " per year"
	}
	parts := written(f.at, kind, form)
	if form == Points && f.shape > three { // the unit stands inside the brackets
		parts[len(parts)-1] += tail
		tail = ""
	}
	switch f.shape {
	case pert:
		return "pert(" + strings.Join(parts, ", ") + ")" + tail
	case uniform:
		return "uniform(" + strings.Join(parts, ", ") + ")" + tail
	}
	return strings.Join(parts, "..") + tail
}

// written shows the numbers of a kind and form with their units.
func written(at []float64, kind Kind, form Form) []string {
	switch {
	case onLogit(kind, form):
		return each(at, func(x float64) string { return shifted(x, 2) + "%" })
	case form == Rate:
		return each(at, plainNumber)
	case form == Points:
		return each(at, unambiguous)
	case kind == Effort:
		return each(at, func(x float64) string { return plainNumber(x) + "d" })
	case kind == Duration:
		return each(at, duration)
	}
	return amounts(at)
}

func each(at []float64, show func(float64) string) []string {
	out := make([]string, len(at))
	for i, x := range at {
		out[i] = show(x)
	}
	return out
}

// amounts shows numbers with multipliers where that is short; if one does not
// take any, none does, since 20..400k would be refused.
func amounts(at []float64) []string {
	out := each(at, multiplied)
	plain := slices.ContainsFunc(out, func(s string) bool { return s != "0" && isDigit(rune(s[len(s)-1])) })
	if !plain {
		return out
	}
	return each(at, unambiguous)
}

// unambiguous is plainNumber for amounts, of which 1.234 may be read as 1234,
// and 1.2340 may not.
func unambiguous(x float64) string {
	s := plainNumber(x)
	if i := strings.IndexByte(s, '.'); s[0] != '0' && i >= 1 && i <= 3 && len(s)-i-1 == 3 {
		s += "0"
	}
	return s
}

// multiplied shows a number with bn, M or k if at most two decimals remain.
func multiplied(x float64) string {
	for _, m := range []struct {
		exp  int
		name string
	}{{9, "bn"}, {6, "M"}, {3, "k"}} {
		s := shifted(x, -m.exp)
		_, decimals, _ := strings.Cut(s, ".")
		if s[0] != '0' && len(decimals) <= 2 {
			return s + m.name
		}
	}
	return plainNumber(x)
}

// duration shows years in the largest unit that gives a short number which
// reads back as exactly these years.
func duration(y float64) string {
	if y == 0 {
		return "0 days"
	}
	for _, u := range []struct {
		name string
		per  float64
	}{{"year", 1}, {"month", 12}, {"week", weeksPerYear}, {"day", daysPerYear}, {"hour", hoursPerYear}} {
		s := strconv.FormatFloat(y*u.per, 'g', 6, 64)
		n, err := strconv.ParseFloat(s, 64)
		if err != nil || n < 1 {
			continue
		}
		if back, _ := years(n, u.name); back == y {
			if n == 1 {
				return "1 " + u.name
			}
			return plainNumber(n) + " " + u.name + "s"
		}
	}
	return plainNumber(y) + " years"
}

// plainNumber is the shortest decimal that reads back as x, without exponent.
func plainNumber(x float64) string { return shifted(x, 0) }

// shifted is plainNumber of x·10^places, the digits moved rather than multiplied.
func shifted(x float64, places int) string {
	s := strconv.FormatFloat(x, 'e', -1, 64)
	mantissa, exponent, _ := strings.Cut(s, "e")
	e, err := strconv.Atoi(exponent)
	if err != nil { // NaN and infinities, which are never shown
		return s
	}
	digits := strings.Replace(mantissa, ".", "", 1)
	point := e + 1 + places // digits before the point
	if strings.Trim(digits, "0") == "" {
		return "0"
	}
	switch {
	case point <= 0:
		return "0." + strings.Repeat("0", -point) + digits
	case point >= len(digits):
		return digits + strings.Repeat("0", point-len(digits))
	}
	return digits[:point] + "." + digits[point:]
}
