package quantity

import "math"

// likelihood reads a chance over a timeframe or a rate.
func (p *parser) likelihood() (Quantity, *ParseError) {
	if t := p.peek(0); t.is("once", "twice", "every") || adverbs[t.text] != "" {
		return p.recurring()
	}
	s, err := p.statement()
	if err != nil {
		return Quantity{}, err
	}
	first := s.values[0]
	counted := p.peek(0).is("times", "time", "x")
	t, err := p.tail(first.in != "")
	if err != nil {
		return Quantity{}, err
	}
	if err := p.oneUnit(s); err != nil {
		return Quantity{}, err
	}
	f := figures{s.shape, numbers(s)}
	switch {
	case t.kind == barely: // 1 in 40 years
		return p.rate(s, f, t.years)
	case first.in != "" || first.unit == percent:
		return p.chance(s, f, t)
	case t.kind == per || counted && t.kind == within || t.in && f.lo() >= 1: // 3 times in a year
		return p.rate(s, f, t.years)
	}
	return Quantity{}, p.bareLikelihood(s, f, t)
}

// recurring reads "once every 10 years", "once every 20..8 years", "twice a
// year", "once or twice a year" and "yearly".
func (p *parser) recurring() (Quantity, *ParseError) {
	start := p.peek(0)
	events := 1.0
	switch {
	case p.accept("twice"):
		events = 2
	case p.accept("once") && p.accept("or", "to"):
		return p.onceOrTwice(start)
	}
	every := p.accept("every", "in")
	if digits, _, used := p.cardinal(0); every && used == 1 && digits != "" {
		return p.every(events)
	}
	if every {
		p.pos--
	}
	return p.often(start, figures{single, []float64{events}})
}

// onceOrTwice reads what stands behind "once or".
func (p *parser) onceOrTwice(start token) (Quantity, *ParseError) {
	if !p.accept("twice") {
		return Quantity{}, p.fail(p.peek(0), "“once or” goes on with “twice”", "once or twice a year, or 1..3 per year")
	}
	return p.often(start, figures{interval, []float64{1, 2}})
}

// often reads the time in which so many events come.
func (p *parser) often(start token, events figures) (Quantity, *ParseError) {
	s := statement{shape: events.shape}
	for range events.at {
		s.values = append(s.values, value{at: start})
	}
	t, err := p.tail(false)
	switch {
	case err != nil:
		return Quantity{}, err
	case t.kind == noTail:
		return Quantity{}, p.fail(p.peek(0), "how often is missing", "once every 10 years")
	}
	return p.rate(s, events, t.years)
}

// every reads the interval of recurring events, a range of it in either order.
func (p *parser) every(events float64) (Quantity, *ParseError) {
	kind := p.kind
	p.kind = Duration
	s, err := p.statement()
	p.kind = kind
	if err != nil {
		err.Want = "once every 10 years"
		return Quantity{}, err
	}
	f := figures{shape: s.shape}
	for _, v := range s.values {
		y, ok := years(v.number(), v.unit)
		switch {
		case !ok:
			return Quantity{}, p.fail(p.peek(0), "a unit of time is wanted: days, weeks, months, quarters or years", "once every 10 years")
		case y <= 0:
			return Quantity{}, p.fail(v.at, "“every 0” has no meaning", "once every 10 years")
		}
		f.at = append(f.at, events/y)
	}
	upright(s, f)
	return p.rate(s, f, 1)
}

// upright turns a range given as times between events, where the longer time is
// the smaller rate, the right way up.
func upright(s statement, f figures) {
	n := len(f.at) - 1
	if f.at[0] > f.at[n] {
		f.at[0], f.at[n] = f.at[n], f.at[0]
		s.values[0], s.values[n] = s.values[n], s.values[0]
	}
}

// numbers are the values' numbers; a range of odds such as 1 in 20..8 is
// turned the right way up.
func numbers(s statement) []float64 {
	f := figures{shape: s.shape, at: make([]float64, len(s.values))}
	for i, v := range s.values {
		f.at[i] = v.number()
	}
	if s.eitherWay {
		upright(s, f)
	}
	return f.at
}

// oneUnit refuses a range of which one end is a percentage and the other not.
func (p *parser) oneUnit(s statement) *ParseError {
	first := s.values[0]
	for _, v := range s.values[1:] {
		if v.bare() != first.bare() && !(v.zero() || first.zero()) {
			return p.fail(v.at, "one end has a unit and the other has none", "")
		}
	}
	return nil
}

// rate finishes a likelihood stated as events per so many years.
func (p *parser) rate(s statement, f figures, per float64) (Quantity, *ParseError) {
	for i := range f.at {
		f.at[i] /= per
	}
	if err := p.check(s, &f, Rate); err != nil {
		return Quantity{}, err
	}
	d := f.dist(false)
	return Quantity{Form: Rate, Stated: d, figures: f, dist: d, Warnings: f.tooWide(d)}, nil
}

// chance finishes a likelihood stated as a chance over a timeframe.
func (p *parser) chance(s statement, f figures, t tail) (Quantity, *ParseError) {
	over := t.years
	if t.kind == noTail {
		over = p.env.Horizon
		if !(over > 0) || over > mostYears {
			return Quantity{}, p.fail(t.at, "the chance names no timeframe, and no horizon is known", clean(p.text)+" within 2 years")
		}
	}
	if err := p.check(s, &f, Chance); err != nil {
		return Quantity{}, err
	}
	q := Quantity{Form: Chance, Stated: f.dist(true), Over: over, figures: f, timed: t.kind != noTail}
	q.dist = rateOf(q.Stated, over)
	return q, nil
}

// rateOf is the yearly rate behind a chance.
func rateOf(chance Dist, over float64) Dist {
	if c, ok := chance.(Constant); ok {
		return Constant(-math.Log1p(-float64(c)) / over)
	}
	return RateOf{Chance: chance, Years: over}
}

// bareLikelihood is the error for a number that may be a chance or a rate.
func (p *parser) bareLikelihood(s statement, f figures, t tail) *ParseError {
	asChance := figures{f.shape, make([]float64, len(f.at))}
	for i, x := range f.at {
		asChance.at[i] = x
		if f.hi() >= 1 {
			asChance.at[i] = x / 100
		}
	}
	over := t.years
	if t.kind == noTail {
		over = p.env.Horizon
	}
	if !(over > 0) {
		over = 2
	}
	want := writeFigures(f, Likelihood, Rate, 0)
	if asChance.hi() < 1 {
		want = writeFigures(asChance, Likelihood, Chance, over) + " or " + want
	}
	return p.fail(s.values[0].at, "a bare number is neither a chance nor a rate", want)
}
