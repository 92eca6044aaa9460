package quantity

// tail is what follows a statement about time.
type tail struct {
	kind  tailKind
	at    token
	years float64
	in    bool // a timeframe written with "in"
}

type tailKind uint8

const (
	noTail tailKind = iota
	within          // within 2 years, in 6 months, over the next year
	per             // per year, a month, /y, yearly
	barely          // years, after "1 in 40"
)

// tail reads a timeframe, a "per" or, where bare says so, a unit alone.
func (p *parser) tail(bare bool) (tail, *ParseError) {
	t := tail{at: p.peek(0)}
	p.accept("times", "time", "x", "events")
	if unit := adverbs[p.peek(0).text]; unit != "" {
		p.take()
		t.kind = per
		t.years, _ = years(1, unit)
		return t, nil
	}
	switch {
	case p.peek(0).is("within", "in", "over", "during"):
		t.kind, t.in = within, p.take().is("in")
		p.accept("the", "any")
		p.accept("next", "coming", "following")
		if magnitudes[p.peek(1).text] == 0 { // not "in a hundred years"
			p.accept("a", "an")
		}
	case p.accept("per", "/", "a", "an", "each", "every"):
		t.kind = per
	case bare && timeUnits[p.peek(0).text] != "":
		t.kind = barely
	default:
		return t, nil
	}
	var err *ParseError
	t.years, err = p.span()
	return t, err
}

// span reads a length of time: a unit, or a number and a unit.
func (p *parser) span() (float64, *ParseError) {
	t := p.peek(0)
	n := 1.0
	if digits, exp, used := p.cardinal(0); used > 0 {
		p.pos += used
		n = decimal(digits, exp)
	}
	u := p.take()
	y, ok := years(n, timeUnits[u.text])
	switch {
	case u.kind != word || !ok:
		return 0, p.fail(u, "a unit of time is wanted: days, weeks, months, quarters or years", "")
	case y <= 0 || y > mostYears || y < 1/hoursPerYear/2:
		return 0, p.fail(t, "a timeframe lies between an hour and "+plainNumber(mostYears)+" years", "within 2 years")
	}
	return y, nil
}
