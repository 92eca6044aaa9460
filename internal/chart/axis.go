package chart

import (
	"math"
	"strconv"
	"strings"
)

// Ticks returns round numbers from lo to hi, at most n+1 of them: multiples of
// 1, 2, 2.5 or 5 times a power of ten. It returns nil when lo..hi is empty or
// not finite, or n is below 1.
func Ticks(lo, hi float64, n int) []float64 {
	if n < 1 || !finite(lo) || !finite(hi) || !(hi > lo) || !finite(hi-lo) {
		return nil
	}
	step := roundStep((hi - lo) / float64(n))
	if step == 0 || !finite(step) {
		return nil
	}
	first := math.Ceil(lo/step - 1e-9)
	var ts []float64
	for i := first; i*step <= hi+step*1e-9 && len(ts) <= n; i++ {
		ts = append(ts, i*step+0) // +0 turns −0 into 0
	}
	return ts
}

// roundStep is the smallest of 1, 2, 2.5, 5 times a power of ten that is not
// below x.
func roundStep(x float64) float64 {
	p := math.Pow(10, math.Floor(math.Log10(x)))
	for _, f := range []float64{1, 2, 2.5, 5} {
		if f*p >= x*(1-1e-9) {
			return f * p
		}
	}
	return 10 * p
}

// LogTicks returns the powers of ten from lo to hi, thinned to at most n. It
// returns nil when lo is not above 0 or lo..hi is empty or not finite.
func LogTicks(lo, hi float64, n int) []float64 {
	if n < 1 || !(lo > 0) || !(hi > lo) || !finite(hi) {
		return nil
	}
	first, last := math.Ceil(math.Log10(lo)-1e-9), math.Floor(math.Log10(hi)+1e-9)
	step := max(1, math.Ceil((last-first+1)/float64(n)))
	var ts []float64
	for e := first; e <= last; e += step {
		ts = append(ts, math.Pow(10, e))
	}
	return ts
}

// Short writes a number for an axis: at most three significant digits, with k,
// M or bn from a thousand up, and no more digits than needed (250k, 1.5M).
func Short(v float64) string {
	if !finite(v) {
		return "–"
	}
	sign := ""
	if v < 0 {
		sign, v = "−", -v
	}
	// Rounding comes first, so that 999.6k is 1M and not 1000k.
	v = significant(v, 3)
	for _, u := range []struct {
		from float64
		name string
	}{{1e9, "bn"}, {1e6, "M"}, {1e3, "k"}} {
		if v >= u.from {
			return sign + trim(v/u.from) + u.name
		}
	}
	if v == 0 {
		return "0"
	}
	return sign + trim(v)
}

func significant(v float64, digits int) float64 {
	if v == 0 {
		return 0
	}
	r, err := strconv.ParseFloat(strconv.FormatFloat(v, 'e', digits-1, 64), 64)
	if err != nil {
		return v
	}
	return r
}

func trim(v float64) string {
	s := strconv.FormatFloat(v, 'f', 6, 64)
	s = strings.TrimRight(strings.TrimRight(s, "0"), ".")
	if s == "" {
		return "0"
	}
	return s
}

// scale maps figures to positions, linear or logarithmic.
type scale struct {
	lo, hi, from, to float64
	log              bool
}

func (s scale) at(v float64) float64 {
	lo, hi := s.lo, s.hi
	if s.log {
		lo, hi, v = math.Log(lo), math.Log(hi), math.Log(math.Max(v, s.lo))
	}
	share := 0.0
	if hi > lo {
		share = math.Min(1, math.Max(0, (v-lo)/(hi-lo)))
	}
	return s.from + share*(s.to-s.from)
}

func (s scale) ticks(n int) []float64 {
	if s.log {
		return LogTicks(s.lo, s.hi, n)
	}
	return Ticks(s.lo, s.hi, n)
}

// moneyScale is a scale for amounts: linear from 0, and logarithmic only when
// the positive amounts span three decades.
func moneyScale(vs []float64, from, to float64) scale {
	lo, hi := math.Inf(1), 0.0
	for _, v := range vs {
		if finite(v) && v > 0 {
			lo, hi = math.Min(lo, v), math.Max(hi, v)
		}
	}
	if hi == 0 {
		return scale{lo: 0, hi: 1, from: from, to: to}
	}
	if hi/lo >= 1000 {
		return scale{
			lo: math.Pow(10, math.Floor(math.Log10(lo))), hi: hi,
			from: from, to: to, log: true,
		}
	}
	return scale{lo: 0, hi: hi, from: from, to: to}
}

func finite(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }

// wrap breaks a text into lines of at most n characters, at spaces where there
// are any.
func wrap(s string, n int) []string {
	n = max(n, 1)
	var lines []string
	line := ""
	for _, w := range strings.Fields(s) {
		for r := []rune(w); len(r) > n; r = []rune(w) {
			if line != "" {
				lines = append(lines, line)
				line = ""
			}
			lines = append(lines, string(r[:n]))
			w = string(r[n:])
		}
		switch {
		case line == "":
			line = w
		case len([]rune(line))+1+len([]rune(w)) <= n:
			line += " " + w
		default:
			lines = append(lines, line)
			line = w
		}
	}
	if line != "" {
		lines = append(lines, line)
	}
	return lines
}

// shorten cuts a text to n characters and shows that it did.
func shorten(s string, n int) string {
	r := []rune(s)
	if len(r) <= n {
		return s
	}
	if n < 2 {
		return "…"
	}
	return strings.TrimRight(string(r[:n-1]), " ") + "…"
}
