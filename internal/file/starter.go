package file

import (
	_ "embed" // the starter file
	"fmt"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/quantity"
)

//go:embed starter.yaml
var starter string

// StarterOptions fill in what is known of the product; the zero value leaves
// the starter file as it is.
type StarterOptions struct {
	ID       string // by default made from Name
	Name     string
	Currency string // ISO 4217
	// PersonDay is what one day of one person costs; by default parley.GuessedPersonDay.
	PersonDay string
}

// Starter is a small commented negotiation file to start from. It is valid as
// it stands. The error says which option cannot be used.
func Starter(o StarterOptions) ([]byte, error) {
	if o.ID == "" && o.Name != "" {
		o.ID = parley.Slug(o.Name, maxSlug)
	}
	switch {
	case o.ID != "" && !parley.ValidID(o.ID):
		return nil, fmt.Errorf("%q cannot be an id: try %q", o.ID, parley.Slug(o.ID, maxSlug))
	case o.Currency != "" && !parley.ValidCurrency(o.Currency):
		return nil, fmt.Errorf("%q is not a currency code of ISO 4217, such as GBP", o.Currency)
	}
	if o.PersonDay != "" {
		q, err := quantity.Parse(o.PersonDay, quantity.Money, quantity.Env{Currency: keep(o.Currency, guessedCurrency)})
		if err != nil {
			return nil, fmt.Errorf("what a person-day costs: %w", err)
		}
		if _, single := q.Dist().(quantity.Constant); !single {
			return nil, fmt.Errorf("what a person-day costs: one number, not the range %q: everybody measures with the same one", o.PersonDay)
		}
	}
	return []byte(strings.NewReplacer(
		"id: my-product ", "id: "+keep(o.ID, "my-product")+" ",
		"name: My product", "name: "+keep(quoted(o.Name), "My product"),
		"currency: GBP", "currency: "+keep(o.Currency, guessedCurrency),
		"person_day: "+parley.GuessedPersonDay+" ", "person_day: "+keep(priced(o.PersonDay), parley.GuessedPersonDay)+" ",
	).Replace(starter)), nil
}

func keep(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}

// priced is an amount as YAML: digits alone need no quotes.
func priced(s string) string {
	if strings.Trim(s, "0123456789") == "" {
		return s
	}
	return quoted(s)
}

// quoted is a text on one line as YAML, in quotes where it needs them.
func quoted(s string) string {
	if s == "" {
		return ""
	}
	out, err := yaml.Dump(text(strings.Join(strings.Fields(s), " ")), yaml.WithLineWidth(-1))
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(out))
}
