package quantity

// parser reads the tokens of one text.
type parser struct {
	text string
	toks []token
	pos  int
	kind Kind
	env  Env
	// words may be used in the text; there are none where it is itself the
	// meaning of a word.
	words map[string]meaning
}

// peek is the token i places on; past the end it is the last, of kind end.
func (p *parser) peek(i int) token {
	return p.toks[min(p.pos+i, len(p.toks)-1)]
}

// take moves past the next token and returns it.
func (p *parser) take() token {
	t := p.peek(0)
	if t.kind != end {
		p.pos++
	}
	return t
}

// accept takes the next token if it is one of these words or marks.
func (p *parser) accept(texts ...string) bool {
	if !p.peek(0).is(texts...) {
		return false
	}
	p.pos++
	return true
}

func (p *parser) fail(at token, problem, want string) *ParseError {
	if want == "" {
		want = example(p.kind)
	}
	return &ParseError{Text: p.text, Column: at.col, Problem: problem, Want: want}
}

// finish refuses what stands after the statement.
func (p *parser) finish() *ParseError {
	t := p.peek(0)
	switch {
	case t.kind == end:
		return nil
	case t.kind == number:
		return p.fail(t, "there is a second number, "+quote(t.raw)+", with nothing between", "")
	case t.is("per", "/", "yearly", "annually", "monthly"):
		return p.fail(t, "“per year” does not fit here: "+p.kind.String()+" is wanted", "")
	}
	return p.fail(t, "cannot read "+quote(t.raw)+" here: "+p.kind.String()+" is wanted", "")
}

// example is a text that is right for the kind.
func example(k Kind) string {
	switch k {
	case Money:
		return "20k..400k"
	case Yearly:
		return "3k..6k per year"
	case Likelihood:
		return "20%..60% within 2 years, 0.5..3 per year or 1 in 40 years"
	case Share:
		return "40%..80%"
	case Effort:
		return "10d..30d"
	case Duration:
		return "6 weeks"
	case Count:
		return "31 000"
	case Worth:
		return "60k..220k per year or 5 points"
	}
	return ""
}
