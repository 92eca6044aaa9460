package quantity

import "strings"

// Parse reads text as a quantity of the given kind. The error is a *ParseError.
//
// The grammar, with all that people write, is in docs/quantities.md.
func Parse(text string, kind Kind, env Env) (Quantity, error) {
	q, err := parse(text, kind, env, false)
	if err != nil {
		return Quantity{}, err
	}
	return q, nil
}

// ParseNumbers is [Parse] for a text in which the words of a scale have no
// meaning, such as the meaning of a word.
func ParseNumbers(text string, kind Kind, env Env) (Quantity, error) {
	q, err := parse(text, kind, env, true)
	if err != nil {
		return Quantity{}, err
	}
	return q, nil
}

// parse is Parse; plain says that words of a scale are not read.
func parse(text string, kind Kind, env Env, plain bool) (Quantity, *ParseError) {
	toks, err := lex(text)
	p := &parser{text: text, toks: toks, kind: kind, env: env}
	switch {
	case err != nil:
		if err.Want == "" {
			err.Want = example(kind)
		}
		return Quantity{}, err
	case toks[0].kind == end:
		return Quantity{}, p.fail(toks[0], "nothing is stated", "")
	}
	if !plain {
		p.words = vocabulary(env.Scale, kind)
	}
	q, ok, err := p.word()
	if !ok && err == nil {
		q, err = p.numbers()
		if err == nil {
			err = p.finish()
		}
	}
	if err != nil {
		return Quantity{}, err
	}
	q.Text, q.Kind = strings.TrimSpace(text), kind
	return q, nil
}

// numbers reads the text as a quantity in numbers.
func (p *parser) numbers() (Quantity, *ParseError) {
	switch p.kind {
	case Likelihood:
		return p.likelihood()
	case Share:
		return p.portion()
	case Money, Yearly, Effort, Duration, Count, Worth:
		return p.amount()
	}
	return Quantity{}, p.fail(p.peek(0), "nobody said what kind of quantity this is", "")
}
