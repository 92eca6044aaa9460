package quantity

import "slices"

// Kind is what a text is expected to state, and with it the unit of its distribution.
type Kind uint8

// The kinds of quantity, with the unit of [Quantity.Dist] in brackets.
const (
	None       Kind = iota
	Money           // an amount, once or per event [currency units]
	Yearly          // money per year; "per year" may be left out [currency units per year]
	Likelihood      // a chance over a timeframe, a rate, or a word [events per year]
	Share           // a share or chance without a timeframe, or a word for strength [0..1]
	Effort          // person-time, or a word for cost [person-days]
	Duration        // calendar time [years]
	Count           // a number of things or people [1]
	Worth           // money per year, or feature points [currency units per year]
)

// String names the kind in a sentence.
func (k Kind) String() string {
	switch k {
	case Money:
		return "an amount of money"
	case Yearly:
		return "an amount of money per year"
	case Likelihood:
		return "a likelihood"
	case Share:
		return "a share"
	case Effort:
		return "an effort in person-days"
	case Duration:
		return "a length of time"
	case Count:
		return "a number of things or people"
	case Worth:
		return "a worth per year or in points"
	}
	return "nothing"
}

// Form is how a quantity was stated.
type Form uint8

// The forms of statement.
const (
	Amount Form = iota // an amount in the unit of the kind
	Chance             // a chance over Quantity.Over years
	Rate               // events per year
	Points             // feature points, priced by the scale's anchor
)

// Quantity is what somebody stated: the text as typed and, once parsed, the
// distribution it stands for. The zero Quantity states nothing.
//
// In files, in the ledger and in JSON a quantity is its text; Parse turns the
// text into numbers with the words of a scale, so the two never drift apart.
type Quantity struct {
	Text     string   // as typed, without surrounding space
	Kind     Kind     // None until parsed
	Form     Form     // how it was stated
	Stated   Dist     // of what was stated: a chance in 0..1 for Chance, points for Points, else in the unit of Kind
	Over     float64  // years a Chance is stated over (the horizon where the text names none)
	Word     string   // the scale's word when one was used, else ""
	Scale    string   // name and version of the scale the word was read with, else ""
	Warnings []string // what a reader should know, e.g. a range so wide that its mean passes its end
	dist     Dist     // in the unit of Kind
	figures  figures  // what Stated was made from
	timed    bool     // the text, or the meaning of its word, names the timeframe
}

// Of is the quantity with this text, not parsed yet.
func Of(text string) Quantity { return Quantity{Text: text} }

// IsZero reports whether nothing was stated.
func (q Quantity) IsZero() bool { return q.Text == "" }

// Parsed reports whether the text has been turned into numbers.
func (q Quantity) Parsed() bool { return q.Kind != None }

// String is the text as typed.
func (q Quantity) String() string { return q.Text }

// MarshalText writes the text as typed.
func (q Quantity) MarshalText() ([]byte, error) { return []byte(q.Text), nil }

// UnmarshalText keeps the text; it is parsed later, when the scale is known.
func (q *Quantity) UnmarshalText(b []byte) error {
	*q = Of(string(b))
	return nil
}

// Equal reports whether both state the same text, read as the same numbers.
func (q Quantity) Equal(o Quantity) bool {
	return q.Text == o.Text && q.Kind == o.Kind && q.same(o)
}

// same reports whether both were read as the same numbers.
func (q Quantity) same(o Quantity) bool {
	return q.Form == o.Form && q.Over == o.Over && q.Word == o.Word && q.Scale == o.Scale &&
		q.figures.shape == o.figures.shape && slices.Equal(q.figures.at, o.figures.at) && q.Dist() == o.Dist()
}

// Dist is the distribution in the unit of the quantity's kind; a chance is
// turned into a rate. It is Constant(0) for a quantity that states nothing.
func (q Quantity) Dist() Dist {
	if q.dist == nil {
		return Constant(0)
	}
	return q.dist
}

// Mean is the mean in the unit of the quantity's kind, 0 where nothing is stated.
func (q Quantity) Mean() float64 { return q.Dist().Mean() }

// Env is what a text may refer to.
type Env struct {
	Currency string  // ISO 4217 code of the product; a text with another one is an error
	Horizon  float64 // years; a chance that names no timeframe is over this
	Scale    Scale
}
