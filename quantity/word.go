package quantity

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
)

// word reads the whole text as a word of the scale, for a likelihood with or
// without a timeframe behind it. ok is false where it is none.
func (p *parser) word() (q Quantity, ok bool, err *ParseError) {
	if len(p.words) == 0 {
		return q, false, nil
	}
	for n := len(p.toks) - 1; n > 0; n-- {
		if n < len(p.toks)-1 && p.kind != Likelihood {
			break
		}
		from := p.toks[0].col - 1
		w := PlainWord(string([]rune(p.text)[from : p.toks[n].col-1]))
		m, known := p.words[w]
		if !known {
			continue
		}
		p.pos = n
		t, err := p.tail(false)
		if err == nil {
			err = p.finish()
		}
		if err != nil && n < len(p.toks)-1 && t.kind == noTail {
			p.pos = 0
			continue // the word is only the beginning of something else
		}
		if err != nil {
			return q, true, err
		}
		q, err = p.fromWord(w, m, t)
		return q, true, err
	}
	return q, false, nil
}

// fromWord reads what the scale says the word means and applies the timeframe.
func (p *parser) fromWord(w string, m meaning, t tail) (Quantity, *ParseError) {
	start := p.toks[0]
	q, err := parse(m.text, p.kind, p.env, true)
	if err != nil {
		return q, p.fail(start, "the scale says "+quote(w)+" means "+quote(m.text)+", which cannot be read: "+err.Problem, err.Want)
	}
	if t.kind != noTail {
		if q.Form == Rate || q.timed && q.Over != t.years {
			return q, p.fail(t.at, quote(w)+" already means "+quote(m.text)+": it takes no other timeframe", w)
		}
		if !q.timed {
			q.Over = t.years
			q.dist = rateOf(q.Stated, q.Over)
		}
	}
	q.Text, q.Word, q.Scale = p.text, w, m.scale
	if p.kind == Likelihood {
		q.Warnings = append(q.Warnings, lumped(q)...)
	}
	return q, nil
}

// lumped is a warning for a word that stands for less than 5 % a year: there
// words lump together what matters most.
func lumped(q Quantity) []string {
	rate := q.dist.Mean()
	if rate <= 0 || rate >= 0.05 {
		return nil
	}
	return []string{fmt.Sprintf("%s is below 5%% a year (here about 1 in %s years), where words lump together what matters most: state a rate, such as 1 in 40 years",
		quote(q.Word), plainNumber(twoDigits(1/rate)))}
}

// twoDigits rounds to two significant digits.
func twoDigits(x float64) float64 {
	unit := math.Pow(10, math.Floor(math.Log10(x))-1)
	if unit < 1 {
		unit = 1
	}
	return math.Round(x/unit) * unit
}

// unknownWord is the error for letters that are neither number, unit nor word
// of the scale.
func (p *parser) unknownWord(t token) *ParseError {
	if len(p.words) == 0 {
		return p.fail(t, "cannot read "+quote(t.raw)+": "+p.kind.String()+" is wanted", "")
	}
	known := slices.Sorted(maps.Keys(p.words))
	w := t.raw
	if t.col == p.toks[0].col {
		w = p.text
	}
	problem := quote(w) + " is not a word of the scale"
	if n := nearest(known, PlainWord(w)); n != "" {
		problem += "; the nearest is " + quote(n)
	} else if n := nearest(known, PlainWord(t.raw)); n != "" {
		problem += "; the nearest is " + quote(n)
	}
	return p.fail(t, problem, "one of "+clean(strings.Join(known, ", "))+"; or "+example(p.kind))
}

// priced is the yearly worth of feature points by the scale's anchor.
func (p *parser) priced(s statement, stated Dist) (Dist, *ParseError) {
	at, sc := s.values[0].at, p.env.Scale
	if !(sc.PointValue > 0) || sc.PointValue > MostAmount || sc.PointWorth == "" {
		return nil, p.fail(at, "points have no price here: the scale names no anchor",
			"60k..220k per year, or a scale with points: {value: 8, worth: 60k per year}")
	}
	anchor, err := parse(sc.PointWorth, Yearly, p.env, true)
	if err != nil {
		return nil, p.fail(at, "the scale says "+plainNumber(sc.PointValue)+" points are worth "+quote(sc.PointWorth)+
			", which cannot be read: "+err.Problem, err.Want)
	}
	if n, ok := stated.(Constant); ok {
		return scaled(anchor.dist, float64(n)/sc.PointValue), nil
	}
	if w, ok := anchor.dist.(Constant); ok {
		return scaled(stated, float64(w)/sc.PointValue), nil
	}
	return nil, p.fail(at, "a range of points needs an anchor that is a single amount, not "+quote(sc.PointWorth), "5 points")
}

// scaled is the distribution times a factor, folded where it stays simple.
func scaled(d Dist, factor float64) Dist {
	if c, ok := d.(Constant); ok {
		return Constant(float64(c) * factor)
	}
	if factor == 0 {
		return Constant(0)
	}
	return Scaled{Dist: d, Factor: factor}
}
