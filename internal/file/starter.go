package file

import (
	_ "embed" // the starter file
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/parleysec/parley"
)

//go:embed starter.yaml
var starter string

// Starter is a small commented negotiation file to start from. It is valid as
// it stands. The error is an *[OptionError].
func Starter(o StartOptions) ([]byte, error) {
	if err := o.check(); err != nil {
		return nil, err
	}
	return []byte(strings.NewReplacer(
		"id: my-product ", "id: "+o.id()+" ",
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
