package quantity

import "slices"

// shape is how numbers make a distribution.
type shape uint8

const (
	single    shape = iota // a number known for certain
	interval               // 5th and 95th percentile
	three                  // 5th, 50th and 95th percentile
	pert                   // least, likeliest and greatest value
	logNormal              // 5th and 95th percentile, log-normal whatever the kind
	uniform                // least and greatest value
)

// functions are the shapes that may be named, with the number of values of each.
func function(name string) (s shape, args int, ok bool) {
	switch name {
	case "constant":
		return single, 1, true
	case "pert":
		return pert, 3, true
	case "lognormal":
		return logNormal, 2, true
	case "uniform":
		return uniform, 2, true
	}
	return 0, 0, false
}

// statement is a number, a range or an explicit distribution, as typed.
type statement struct {
	shape  shape
	values []value
	// eitherWay allows the range to be written upside down: 1 in 20..8 years.
	eitherWay bool
}

// statement reads a number, a range or an explicit distribution.
func (p *parser) statement() (statement, *ParseError) {
	if t := p.peek(0); t.kind == word && p.peek(1).is("(") {
		return p.function(t)
	}
	between := false
	if p.peek(0).is("between", "from") {
		between = p.take().is("between")
	}
	v, err := p.value()
	if err != nil {
		return statement{}, err
	}
	s := statement{values: []value{v}}
	var sep token
	for {
		t := p.peek(0)
		if !(t.kind == dots || t.kind == dash || t.is("to") || between && t.is("and")) {
			break
		}
		p.take()
		if len(s.values) > 1 && (sep.kind != dots || t.kind != dots) {
			return s, p.fail(t, "three points are written with two dots between", "20k..100k..400k (5th, 50th and 95th percentile)")
		}
		if len(s.values) > 2 {
			return s, p.fail(t, "a range has two or three points", "")
		}
		sep = t
		if v, err = p.value(); err != nil {
			return s, err
		}
		s.values = append(s.values, v)
	}
	s.shape = [...]shape{single, interval, three}[len(s.values)-1]
	return s, p.distribute(&s)
}

// function reads an explicit distribution such as pert(20k, 100k, 900k).
func (p *parser) function(name token) (statement, *ParseError) {
	shape, args, ok := function(name.text)
	if !ok {
		return statement{}, p.fail(name, "there is no distribution "+quote(name.raw), "pert(min, mode, max), lognormal(p5, p95), uniform(a, b) or constant(x)")
	}
	s := statement{shape: shape}
	p.pos += 2
	for {
		v, err := p.value()
		if err != nil {
			return s, err
		}
		s.values = append(s.values, v)
		if !p.accept(",", ";") {
			break
		}
	}
	if t := p.take(); !t.is(")") {
		return s, p.fail(t, "the bracket is not closed", quotesHint(name, t))
	}
	if len(s.values) != args {
		return s, p.fail(name, quote(name.raw)+" takes "+count(args)+"; inside brackets a comma separates values",
			[...]string{"constant(20k)", "", "", "pert(20k, 100k, 900k)", "lognormal(20k, 400k)", "uniform(20k, 400k)"}[shape])
	}
	return s, p.distribute(&s)
}

// quotesHint says what is missing where the text ends within a distribution: a
// file format may have cut it at a comma.
func quotesHint(name, at token) string {
	if at.kind != end {
		return ""
	}
	return "close it with ); where a comma starts the next field, as inside { }, the value needs quotes: \"" + name.raw + "(…, …)\""
}

func count(n int) string {
	return [...]string{"no values", "one value", "two values", "three values"}[n]
}

// distribute lets what is attached to the last value hold for all, where that can
// be read in one way only, and refuses the rest.
func (p *parser) distribute(s *statement) *ParseError {
	last := s.values[len(s.values)-1]
	first := s.values[0]
	for i := range s.values {
		v := &s.values[i]
		switch {
		case first.in != "" && v.bare() && v.digits != "": // 1 in 20..8 years
			v.in, v.inExp = v.digits, v.exp
			v.digits, v.exp, v.scaled = first.digits, first.exp, first.scaled
			s.eitherWay = true
			if (value{digits: v.in}).zero() {
				return p.fail(v.at, "“in 0” has no meaning", "")
			}
		case v.bare() && last.in != "":
			v.in, v.inExp = last.in, last.inExp
		case v.unit == "":
			v.unit = last.unit
		}
	}
	if err := p.sameCurrency(s); err != nil {
		return err
	}
	return p.sharedMultiplier(s)
}

// sameCurrency refuses ends that cannot be in one currency.
func (p *parser) sameCurrency(s *statement) *ParseError {
	var common []string
	for _, v := range s.values {
		switch {
		case v.codes == nil:
			continue
		case common == nil:
			common = v.codes
		}
		both := slices.DeleteFunc(slices.Clone(common), func(c string) bool { return !slices.Contains(v.codes, c) })
		if len(both) == 0 {
			return p.fail(v.at, "the ends are in different currencies", "")
		}
		common = both
	}
	return nil
}

// sharedMultiplier refuses 20-400k, which may mean 20 or 20k, but not 400..5k,
// where 400k..5k would be upside down.
func (p *parser) sharedMultiplier(s *statement) *ParseError {
	last := s.values[len(s.values)-1]
	if !last.scaled {
		return nil
	}
	read := statement{shape: s.shape}
	changed := false
	for _, v := range s.values {
		if !v.scaled && !v.zero() && v.bare() {
			v.exp, v.scaled, changed = last.exp, true, true
		}
		read.values = append(read.values, v)
	}
	if !changed {
		return nil
	}
	for i := 1; i < len(read.values); i++ {
		if read.values[i-1].number() >= read.values[i].number() {
			return nil
		}
	}
	literal, carried := s.typed(), read.typed()
	return p.fail(s.values[0].at, "the range may be read in two ways: "+literal+" or "+carried, carried+" or "+literal)
}

// carry is 20k..400 as it was probably meant, 20k..400k, and as it is with the
// ends exchanged; "" where the last end has a multiplier or the first has none.
func carry(s statement) string {
	n := len(s.values) - 1
	if s.shape != interval || !s.values[0].scaled || s.values[n].scaled {
		return ""
	}
	meant := statement{values: slices.Clone(s.values)}
	meant.values[n].exp, meant.values[n].scaled = s.values[0].exp, true
	swapped := statement{values: []value{s.values[n], s.values[0]}}
	if meant.values[n].number() <= meant.values[0].number() {
		return swapped.typed()
	}
	return meant.typed() + " or " + swapped.typed()
}

// typed shows the values as a range, each with its own multiplier.
func (s statement) typed() string {
	text := ""
	for i, v := range s.values {
		if i > 0 {
			text += ".."
		}
		text += v.digits
		if v.scaled {
			text += map[int]string{3: "k", 6: "M", 9: "bn"}[v.exp]
		}
	}
	return text
}
