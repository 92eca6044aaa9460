package quantity

import "slices"

// amount reads money, effort, durations, counts and worths.
func (p *parser) amount() (Quantity, *ParseError) {
	s, err := p.statement()
	if err != nil {
		return Quantity{}, err
	}
	form := Amount
	if p.kind == Worth && s.values[0].unit == points {
		form = Points
	}
	if i := slices.IndexFunc(s.values, func(v value) bool { return (v.unit == points) != (form == Points) }); i > 0 {
		return Quantity{}, p.fail(s.values[i].at, "one end is in points and the other is not", "5..8 points")
	}
	perYears := 1.0
	if p.kind == Yearly || p.kind == Worth && form == Amount {
		t, err := p.tail(false)
		switch {
		case err != nil:
			return Quantity{}, err
		case t.kind == within:
			return Quantity{}, p.fail(t.at, "an amount per year is wanted", "")
		case t.kind == per:
			perYears = t.years
		}
	}
	f := figures{shape: s.shape}
	for _, v := range s.values {
		x, err := p.convert(v)
		if err != nil {
			return Quantity{}, err
		}
		f.at = append(f.at, x/perYears)
	}
	if err := p.check(s, &f, form); err != nil {
		return Quantity{}, err
	}
	d := f.dist(false)
	q := Quantity{Form: form, Stated: d, figures: f, dist: d, Warnings: f.tooWide(d)}
	if form == Points {
		q.dist, err = p.priced(s, d)
	}
	return q, err
}

// convert is the number of a value in the unit of the kind.
func (p *parser) convert(v value) (float64, *ParseError) {
	x := v.number()
	switch p.kind {
	case Effort, Duration:
		if v.unit == "" && v.zero() {
			return 0, nil
		}
		if v.unit == "" {
			return 0, p.unitMissing(v)
		}
		if p.kind == Effort {
			return x * personDays[v.unit], nil
		}
		x, _ = years(x, v.unit)
	}
	return x, nil
}

func (p *parser) unitMissing(v value) *ParseError {
	if p.peek(0).kind == word { // what stands there is no unit
		return p.finish()
	}
	if p.kind == Effort {
		return p.fail(v.at, "the unit is missing: days, weeks (5 days) or months (20 days)", v.digits+"d")
	}
	return p.fail(v.at, "the unit is missing: days, weeks, months, quarters or years", v.digits+" weeks")
}

// portion reads a share of a whole.
func (p *parser) portion() (Quantity, *ParseError) {
	s, err := p.statement()
	if err != nil {
		return Quantity{}, err
	}
	if err := p.oneUnit(s); err != nil {
		return Quantity{}, err
	}
	f := figures{s.shape, numbers(s)}
	if s.values[0].bare() && f.hi() > 0 {
		share := figures{f.shape, make([]float64, len(f.at))}
		for i, x := range f.at {
			share.at[i] = x
			if f.hi() > 1 {
				share.at[i] = x / 100
			}
		}
		want := ""
		if share.hi() <= 1 {
			want = writeFigures(share, Share, Amount, 0)
		}
		return Quantity{}, p.fail(s.values[0].at, "a share is written in percent or as 1 in 3", want)
	}
	if t := p.peek(0); t.is("within", "in", "over", "per", "a", "/") {
		return Quantity{}, p.fail(t, "a share has no timeframe", "")
	}
	if err := p.check(s, &f, Amount); err != nil {
		return Quantity{}, err
	}
	d := f.dist(true)
	return Quantity{Form: Amount, Stated: d, figures: f, dist: d}, nil
}
