package exchange

import (
	"regexp"
	"strconv"
	"strings"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/file"
	"github.com/parleysec/parley/quantity"
)

// value reads likelihood or impact: steps of a scale, words, or a quantity as
// typed. What cannot be read is kept in the notes and not stated.
func (r *register) value(x *parley.Threat, row tableRow, f field, kind quantity.Kind) string {
	text := r.line(r.cell(row, f))
	if text == "" {
		return ""
	}
	if w := r.word(text, f); w != "" {
		return w
	}
	for _, try := range r.readings(text, f, kind) {
		if _, err := quantity.Parse(try, kind, r.env); err == nil {
			r.readAs(x, text, try, kind)
			return try
		}
	}
	r.report.guessed(string(f), x.Title, "cannot be read: kept in the notes")
	x.Notes = paragraphs(x.Notes, humanise(string(f))+" as recorded: "+text)
	return ""
}

// readAs reports what was read into a text that does not say it: that a number
// below 1 is a share, and over what time a chance is.
func (r *register) readAs(x *parley.Threat, text, read string, kind quantity.Kind) {
	if kind != quantity.Likelihood {
		return
	}
	if v, err := strconv.ParseFloat(text, 64); err == nil && v < 1 && read != text+"%" {
		r.report.guessed("unit of a number", x.Title, "a bare number below 1 is a share")
	}
	timeless := quantity.Env{Currency: r.env.Currency, Scale: r.env.Scale}
	if _, err := quantity.Parse(read, kind, timeless); err != nil {
		r.report.guessed("time of a chance", x.Title, "the cell names none: it is over the policy's horizon, two years unless you set another")
	}
}

// word is the word of the scale for a step or a word, "" for anything else.
func (r *register) word(text string, f field) string {
	if top := r.steps[f]; top > 0 {
		n, err := strconv.Atoi(strings.TrimSpace(text))
		if err != nil {
			return ""
		}
		return file.Step(n, top)
	}
	return severityLevel(text)
}

// readings are the ways to read a text, the most literal first.
func (r *register) readings(text string, f field, kind quantity.Kind) []string {
	unit := r.table.columns[f].unit
	text = file.English(text, r.table.decimalComma)
	out := []string{text}
	switch kind {
	case quantity.Likelihood:
		switch {
		case strings.Contains(unit, "%"):
			out = append(out, file.Suffixed(text, "%"), file.Suffixed(text, "%")+" per year")
		case unit != "":
			out = append(out, text+" "+file.English(unit, false))
		}
		if v, err := strconv.ParseFloat(text, 64); err == nil && v > 0 && v < 1 {
			out = append(out, strconv.FormatFloat(v*100, 'f', -1, 64)+"%")
		}
	case quantity.Money:
		if m := file.MoneyUnit(unit); m != "" {
			out = []string{file.Suffixed(text, m)}
		}
	case quantity.Effort:
		out = append(out, file.Suffixed(text, file.EffortUnit(unit)))
	}
	return out
}

// costs states what a mitigation costs, once: the first row that has it counts.
func (r *register) costs(m *parley.Mitigation, row tableRow) {
	for _, f := range []field{fieldCost, fieldEffort} {
		text := r.line(row.get(r.table, f))
		if text == "" {
			continue
		}
		unit := r.table.columns[f].unit
		worked := file.Worked(f, unit) || effortLike.MatchString(file.English(text, false))
		kind, to := quantity.Money, &m.Cost.Once
		if worked {
			kind, to = quantity.Effort, &m.Cost.Effort
		}
		if !to.IsZero() {
			if to.Text != text {
				r.report.dropped(1, "cost", m.Title, "another row states it already")
			}
			continue
		}
		if !r.cost(to, text, f, kind) {
			m.Notes = paragraphs(m.Notes, humanise(string(f))+" as recorded: "+text)
			r.report.guessed("cost", m.Title, "cannot be read: kept in the notes")
			continue
		}
		if worked && r.model.Policy.PersonDay.IsZero() {
			r.model.Policy.PersonDay = quantity.Of(parley.GuessedPersonDay)
			r.report.guessed("price of a person-day", "policy.person_day", "effort needs it, the spreadsheet does not state it: "+parley.GuessedPersonDay)
		}
	}
}

var effortLike = regexp.MustCompile(`(?i)\d\s*(?:d|w|days?|weeks?|wochen)\b`)

func (r *register) cost(to *quantity.Quantity, text string, f field, kind quantity.Kind) bool {
	for _, try := range r.readings(text, f, kind) {
		if _, err := quantity.Parse(try, kind, r.env); err == nil {
			*to = quantity.Of(try)
			return true
		}
	}
	return false
}

// currency is the one the headers name, else the one the amounts have.
func (r *register) currency() {
	p := &r.model.Product
	if r.options.Currency != "" {
		p.Currency = r.options.Currency
		return
	}
	if p.Currency != "" {
		return
	}
	for _, f := range []field{fieldImpact, fieldCost} {
		if c := currencyOf(r.table.columns[f].unit); c != "" {
			p.Currency = c
			return
		}
	}
	for _, row := range r.table.rows {
		for _, f := range []field{fieldImpact, fieldCost} {
			if c := currencyOf(row.get(r.table, f)); c != "" {
				p.Currency = c
				r.report.guessed("currency", c, "the first amount with one names it")
				return
			}
		}
	}
	p.Currency = "GBP"
	r.report.guessed("currency", p.ID, noCurrency)
}

// currencyOf is the code of a sign or code in a text, "" where there is none.
func currencyOf(s string) string {
	for _, c := range [][2]string{{"€", "EUR"}, {"£", "GBP"}, {"$", "USD"}} {
		if strings.Contains(s, c[0]) {
			return c[1]
		}
	}
	for _, w := range strings.FieldsFunc(strings.ToUpper(s), func(r rune) bool { return r < 'A' || r > 'Z' }) {
		switch w {
		case "EURO":
			return "EUR"
		case "GBP", "EUR", "USD", "CHF", "SEK", "NOK", "DKK", "PLN", "CZK", "JPY", "AUD", "CAD":
			return w
		}
	}
	return ""
}
