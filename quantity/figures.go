package quantity

import (
	"math"
	"slices"
)

// figures are the numbers of a statement in the unit they are kept in (chances
// and shares as fractions, rates per year) with the shape they make.
type figures struct {
	shape shape
	at    []float64
}

// lo and hi are the outermost numbers.
func (f figures) lo() float64 { return f.at[0] }
func (f figures) hi() float64 { return f.at[len(f.at)-1] }

// Limits on what is believed. They keep every mean and variance finite and
// catch slips of the keyboard.
const (
	leastPositive = 1e-9 // of any number that is not 0, and of 1−p for a chance p
	mostEffort    = 1e7  // person-days
	mostYears     = 1e4
	mostRate      = 1e6 // events per year
	widestRange   = 1e12
)

// MostAmount is the greatest amount believed: of money, of counts and of points.
const MostAmount = 1e15

// most is the greatest number believed of a kind and form.
func most(kind Kind, form Form) float64 {
	switch {
	case kind == Share || form == Chance:
		return 1
	case form == Rate:
		return mostRate
	case kind == Effort:
		return mostEffort
	case kind == Duration:
		return mostYears
	}
	return MostAmount
}

// onLogit reports whether ranges of the kind and form are logit-normal.
func onLogit(kind Kind, form Form) bool { return kind == Share || form == Chance }

// check refuses numbers out of bounds and out of order, and shapes their
// numbers cannot take; equal ends of a range become a single number.
func (p *parser) check(s statement, f *figures, form Form) *ParseError {
	for i, x := range f.at {
		if err := p.bounds(s.values[i].at, x, form); err != nil {
			return err
		}
	}
	if f.shape == single {
		return nil
	}
	if f.lo() == f.hi() && (f.shape == interval || f.shape == three && f.at[1] == f.lo()) {
		*f = figures{single, f.at[:1]}
		return nil
	}
	if err := p.order(s, *f, form); err != nil {
		return err
	}
	return p.touching(s, f, form)
}

// bounds checks one number.
func (p *parser) bounds(at token, x float64, form Form) *ParseError {
	limit := most(p.kind, form)
	switch {
	case form == Chance && x >= 1-leastPositive:
		return p.fail(at, "a chance of 100% or nearly would mean an endless rate of events", "99% within 2 years, or a rate such as 3 per year")
	case p.kind == Share && x > 1:
		return p.fail(at, "a share lies between 0% and 100%", "40%..80%")
	case p.kind == Share && x < 1 && x > 1-leastPositive:
		return p.fail(at, "a share this close to 100% cannot be told from it", "100%")
	case x > limit:
		return p.fail(at, "the number is absurdly large ("+p.kind.String()+" of more than "+plainNumber(limit)+")", "")
	case x != 0 && x < leastPositive:
		return p.fail(at, "the number is too small to tell from 0", "0")
	}
	return nil
}

// order refuses ranges upside down and middles outside their ends.
func (p *parser) order(s statement, f figures, form Form) *ParseError {
	if slices.IsSorted(f.at) && f.lo() < f.hi() {
		inner := len(f.at) < 3 || f.shape == pert || f.at[0] < f.at[1] && f.at[1] < f.at[2]
		if inner {
			return nil
		}
		return p.fail(s.values[1].at, "the middle of three points must lie between the others",
			p.write(figures{pert, f.at}, form))
	}
	if f.lo() == f.hi() {
		return p.fail(s.values[0].at, "the ends are the same", p.write(figures{single, f.at[:1]}, form))
	}
	if carried := carry(s); carried != "" {
		return p.fail(s.values[0].at, "the range may be read in two ways, of which one is upside down", carried)
	}
	sorted := slices.Sorted(slices.Values(f.at))
	return p.fail(s.values[0].at, "the range is upside down: the smaller number comes first", p.write(figures{f.shape, sorted}, form))
}

// touching makes a range that touches 0 (or 100 %) uniform and refuses
// shapes that cannot touch it.
func (p *parser) touching(s statement, f *figures, form Form) *ParseError {
	if f.shape == pert || f.shape == uniform {
		return nil
	}
	logit := onLogit(p.kind, form)
	touches := f.lo() == 0 || logit && f.hi() == 1
	switch {
	case f.shape == logNormal && logit:
		return p.fail(s.values[0].at, "a chance or share is never log-normal, which knows no 100%", p.write(figures{interval, f.at}, form))
	case f.shape == logNormal && touches:
		return p.fail(s.values[0].at, "a log-normal distribution cannot reach 0", p.write(figures{uniform, f.at}, form))
	case f.shape == three && touches:
		return p.fail(s.values[0].at, "three points cannot touch 0 or 100%", p.write(figures{pert, f.at}, form))
	case touches:
		f.shape = uniform
	case f.hi()/f.lo() > widestRange:
		return p.fail(s.values[0].at, "the range is absurdly wide", "")
	case f.shape == logNormal: // which is what a range means here
		f.shape = interval
	}
	return nil
}

// dist is the distribution of checked figures.
func (f figures) dist(logit bool) Dist {
	a := f.at
	switch f.shape {
	case single:
		return Constant(a[0])
	case pert:
		return PERT{a[0], a[1], a[2]}
	case uniform:
		return Uniform{a[0], a[1]}
	case three:
		if logit {
			return TwoPieceLogitNormalFrom(a[0], a[1], a[2])
		}
		return TwoPieceLogNormalFrom(a[0], a[1], a[2])
	}
	if logit {
		return LogitNormalFrom(a[0], a[1])
	}
	return LogNormalFrom(a[0], a[1])
}

// tooWide is a warning where the mean passes the upper end of a range, which
// for a log-normal happens when its ends are more than 50 120 (exp 4z²) apart.
func (f figures) tooWide(d Dist) []string {
	if f.shape == single || f.shape == pert || f.shape == uniform || d.Mean() <= f.hi() {
		return nil
	}
	return []string{"the range is so wide (the upper end is " + plainNumber(math.Round(f.hi()/f.lo())) +
		" times the lower) that its mean lies above its upper end: the average rests on rare extremes; narrow it, or split the threat"}
}
