package file

import (
	"errors"
	"fmt"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/quantity"
)

// StartOptions say what is known of a product when its file is made. The zero
// value takes the currency from the amounts in a list, else GBP, and leaves
// the rest to be asked.
type StartOptions struct {
	ID        string // by default made from Name
	Name      string
	Currency  string // ISO 4217
	PersonDay string // what one day of one person costs; by default parley.GuessedPersonDay where effort needs it
}

// OptionError says which of the [StartOptions] cannot be used, and why.
type OptionError struct {
	Option string // id, currency or person-day
	Value  string
	Err    error
	Hint   string // what would be right
}

// Error is the option with what is wrong.
func (e *OptionError) Error() string { return fmt.Sprintf("%s %q: %v", e.Option, e.Value, e.Err) }

// Unwrap is what is wrong.
func (e *OptionError) Unwrap() error { return e.Err }

// Messages of wrong options.
var (
	errID        = errors.New("this cannot be an id: letters a to z, digits, -, _ and ., a letter or digit first, at most 64")
	errCurrency  = errors.New("this is not a currency code of ISO 4217")
	errPersonDay = errors.New("this must be one amount, not a range: everybody measures with the same one")
)

func (o StartOptions) check() error {
	if o.ID != "" && !parley.ValidID(o.ID) {
		return &OptionError{Option: "id", Value: o.ID, Err: errID, Hint: "e.g. " + parley.Slug(o.ID, maxSlug)}
	}
	if o.Currency != "" && !parley.ValidCurrency(o.Currency) {
		return &OptionError{Option: "currency", Value: o.Currency, Err: errCurrency, Hint: parley.CurrencyHint(o.Currency)}
	}
	if o.PersonDay == "" {
		return nil
	}
	q, err := quantity.ParseNumbers(o.PersonDay, quantity.Money, quantity.Env{Currency: o.Currency})
	if bad, ok := errors.AsType[*quantity.ParseError](err); ok {
		return &OptionError{Option: "person-day", Value: o.PersonDay, Err: errors.New(bad.Problem), Hint: "what one day of one person costs, e.g. " + parley.GuessedPersonDay}
	}
	if _, single := q.Dist().(quantity.Constant); !single {
		return &OptionError{Option: "person-day", Value: o.PersonDay, Err: errPersonDay, Hint: "e.g. " + parley.GuessedPersonDay}
	}
	return nil
}

// ProductID is an id made from the name of a product.
func ProductID(name string) string { return parley.Slug(name, maxSlug) }

// id is the product's id.
func (o StartOptions) id() string {
	switch {
	case o.ID != "":
		return o.ID
	case o.Name != "":
		return ProductID(o.Name)
	}
	return "my-product"
}
