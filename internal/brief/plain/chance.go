package plain

import (
	"math"

	"github.com/parleysec/parley/internal/catalogue"
)

// Word is the word of the UK PHIA probability yardstick for a chance in 0..1.
// The yardstick leaves gaps between its words; each gap is cut in the middle,
// so that a larger chance never gets a milder word.
func Word(p float64) string {
	switch {
	case math.IsNaN(p):
		return catalogue.T("plain.unknown")
	case p < 0.075:
		return catalogue.T("plain.word.remote")
	case p < 0.225:
		return catalogue.T("plain.word.highly_unlikely")
	case p < 0.375:
		return catalogue.T("plain.word.unlikely")
	case p < 0.525:
		return catalogue.T("plain.word.realistic")
	case p < 0.775:
		return catalogue.T("plain.word.likely")
	case p < 0.925:
		return catalogue.T("plain.word.very_likely")
	}
	return catalogue.T("plain.word.almost_certain")
}

// fraction is "k in n".
type fraction struct{ k, n float64 }

func (f fraction) p() float64     { return f.k / f.n }
func (f fraction) String() string { return inN(group(f.k), f.n) }

func inN(k string, n float64) string { return catalogue.T("plain.in", "k", k, "n", group(n)) }

// common are the fractions people know from one in ten upwards.
var common = [...]fraction{
	{99, 100},
	{98, 100},
	{95, 100},
	{9, 10},
	{85, 100},
	{8, 10},
	{3, 4},
	{7, 10},
	{2, 3},
	{6, 10},
	{1, 2},
	{4, 10},
	{1, 3},
	{3, 10},
	{1, 4},
	{1, 5},
	{1, 6},
	{1, 7},
	{1, 8},
	{1, 9},
	{1, 10},
}

// steps are the round numbers between 10 and 100 that rarer chances use: one
// in 12, in 15, … and the same times ten, hundred and so on.
var steps = [...]float64{12, 15, 20, 25, 30, 40, 50, 60, 80, 100}

// rarest is the chance below which no number is given but "less than".
const rarest = 1e-6

// nearest is the known fraction closest to p in log-odds.
func nearest(p float64) fraction {
	best, d := common[0], math.Inf(1)
	try := func(f fraction) {
		if x := math.Abs(logit(f.p()) - logit(p)); x < d {
			best, d = f, x
		}
	}
	for _, f := range common {
		try(f)
	}
	for scale := 1.0; scale <= 1e4; scale *= 10 {
		for _, s := range steps {
			try(fraction{1, s * scale})
		}
	}
	return best
}

func logit(p float64) float64 { return math.Log(p) - math.Log1p(-p) }

// near is the distance in log-odds, about 6 % of a small chance, up to which a
// round fraction is "about" the chance, as is a hundredth for large ones;
// beyond it is "roughly".
const near = 0.06

// Chance is one chance in 0..1 with its number: "about 1 in 8", "roughly 1 in
// 3", "more than 99 in 100", "less than 1 in 1,000,000".
func Chance(p float64) string {
	switch {
	case math.IsNaN(p):
		return catalogue.T("plain.unknown")
	case p <= 0:
		return catalogue.T("plain.chance.none")
	case p < rarest:
		return catalogue.T("plain.less_than", "what", inN("1", 1/rarest))
	case p >= 0.995:
		return catalogue.T("plain.more_than", "what", inN("99", 100))
	}
	f := nearest(p)
	if math.Abs(logit(f.p())-logit(p)) <= near || p > 0.5 && math.Abs(f.p()-p) <= 0.01 {
		return catalogue.T("plain.about", "what", f.String())
	}
	return catalogue.T("plain.roughly", "what", f.String())
}

// ChanceRange is where a chance lies with 90 % confidence, both ends over one
// denominator: "8 to 9 in 10", "8 to 20 in 100", "up to 5 in 100".
func ChanceRange(lo, hi float64) string {
	switch {
	case math.IsNaN(lo) || math.IsNaN(hi):
		return catalogue.T("plain.unknown")
	case hi <= 0 || hi < rarest || lo >= 0.995 || hi-lo < 1e-9:
		return Chance(hi)
	}
	n := denominator(lo, hi)
	a, b := Round2(math.Round(lo*n)), Round2(math.Round(hi*n))
	switch {
	case hi >= 0.995 && a < 1:
		return catalogue.T("plain.up_to", "what", catalogue.T("plain.more_than", "what", inN("99", 100)))
	case hi >= 0.995:
		return catalogue.T("plain.range", "lo", group(a), "hi", catalogue.T("plain.more_than", "what", inN("99", 100)))
	case a == b:
		return Chance((lo + hi) / 2)
	case a < 1:
		return catalogue.T("plain.up_to", "what", inN(group(b), n))
	}
	return inN(catalogue.T("plain.range", "lo", group(a), "hi", group(b)), n)
}

// denominator is 10 where both ends are close to whole tenths, else 100, or
// 1,000 and more where the lower end needs it and is not lost beside the upper.
func denominator(lo, hi float64) float64 {
	if hi >= 0.995 {
		return 100
	}
	tenth := func(p float64) bool {
		r := math.Round(10 * p)
		return r >= 1 && r <= 9 && math.Abs(logit(r/10)-logit(p)) <= near
	}
	if tenth(lo) && tenth(hi) && math.Round(10*lo) < math.Round(10*hi) {
		return 10
	}
	need := lo
	if lo*100 < hi {
		need = hi
	}
	n := 100.0
	for n*need < 0.95 && n < 1/rarest {
		n *= 10
	}
	return n
}

// Squares is how many of 100 squares a chance fills: whole squares, none below
// half a square, and all 100 only for what is certain.
func Squares(p float64) int {
	switch {
	case math.IsNaN(p) || p <= 0:
		return 0
	case p >= 1:
		return 100
	}
	return min(int(math.Round(100*p)), 99)
}

// Of100 is a share of a hundred in whole numbers, as on the squares: "62", and
// "less than 1" for what fills no square.
func Of100(p float64) string {
	if n := Squares(p); n > 0 || p <= 0 || math.IsNaN(p) {
		return group(float64(n))
	}
	return catalogue.T("plain.less_than", "what", "1")
}

// YearsOf is a share of years as somebody set it, not rounded: "50 of 100 years", and
// where hundredths do not tell it "5 of 1,000 years". What a million
// years do not tell, such as a third, is rounded.
func YearsOf(share float64) string {
	if !finite(share) {
		return catalogue.T("plain.unknown")
	}
	of := 100.0
	for of < 1e6 && math.Abs(share*of-math.Round(share*of)) > 1e-6 {
		of *= 10
	}
	return catalogue.T("plain.years.of", "n", group(math.Round(share*of)), "of", group(of))
}

// Years says in how many of 100 years something with this yearly chance
// happens: "in 27 of 100 years like the next"; below half a square "in less
// than 1 of 100 years like the next: about 1 in 400 years".
func Years(p float64) string {
	switch n := Squares(p); {
	case math.IsNaN(p):
		return catalogue.T("plain.unknown")
	case p <= 0:
		return catalogue.T("plain.years.none")
	case p >= 0.995:
		return catalogue.T("plain.years.nearly_all")
	case n == 0:
		return catalogue.T("plain.years.rare", "chance", Chance(p))
	default:
		return catalogue.T("plain.years.some", "n", n)
	}
}

// OneChance is one chance in 0..1 as it reads beside a table or a picture of
// squares: from ten squares on it is their number, "about 35 in 100", or the
// fraction that is exactly as much; what is rarer is that of [Chance].
func OneChance(p float64) string {
	if n := Squares(p); n >= 10 && p < 0.995 && math.Abs(100*nearest(p).p()-float64(n)) > 1e-9 {
		return hundredth(p)
	}
	return Chance(p)
}

// TwoChances are two chances in 0..1 as they read side by side, over one
// denominator: in hundredths where one of them fills ten squares of a hundred, else
// each as [Chance].
func TwoChances(p, q float64) (string, string) {
	if Squares(max(p, q)) < 10 {
		return Chance(p), Chance(q)
	}
	return hundredth(p), hundredth(q)
}

// hundredth is a chance in hundredths: "about 27 in 100", "less than 1 in 100".
func hundredth(p float64) string {
	switch n := Squares(p); {
	case !(p > 0) || p >= 0.995:
		return Chance(p)
	case n < 1:
		return catalogue.T("plain.less_than", "what", inN("1", 100))
	default:
		return catalogue.T("plain.about", "what", inN(group(float64(n)), 100))
	}
}

// Risk is the risk sentence: word, number with its range, and timeframe: "Very
// likely: 8 to 9 in 10 within the next two years if nothing is done". p is the
// chance, lo and hi its 5th and 95th percentile, years the timeframe. begun:
// something has been done since the chance was stated, and stands. A chance
// without a range is the number that stands beside it as squares, from where
// whole squares say it well enough.
func Risk(p, lo, hi, years float64, begun bool) string {
	if math.IsNaN(p) {
		return catalogue.T("plain.unknown")
	}
	unless := catalogue.T("plain.risk.if")
	if begun {
		unless = catalogue.T("plain.risk.if_more")
	}
	if p <= 0 && hi <= 0 {
		return catalogue.T("plain.risk.none", "next", Next(years), "if", unless)
	}
	number := ChanceRange(lo, hi)
	if hi-lo < 1e-9 {
		number = OneChance(p)
	}
	return Capital(catalogue.T("plain.risk", "word", Word(p), "chance", number, "next", Next(years), "if", unless))
}
