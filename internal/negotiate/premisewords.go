package negotiate

import (
	"strings"

	"github.com/parleysec/parley/internal/brief/plain"
	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/ledger"
)

// PremiseText says a figure that a decision stands on, in its unit.
func PremiseText(x float64, unit string) string {
	currency, yearly := strings.CutSuffix(unit, " per year")
	switch {
	case unit == "share":
		return plain.OneChance(x)
	case unit == "person-days":
		return plain.Days(x)
	case unit == ledger.UnitStrength:
		return catalogue.T("premise.strength", "share", plain.Percent(x))
	case unit == ledger.UnitEvents:
		return catalogue.T("premise.events", "n", plain.Number(x))
	case yearly:
		return catalogue.T("cli.per-year", "money", plain.Money(x, currency))
	}
	return plain.Money(x, currency)
}

// BrokenText says, at the re-opening, which premise no longer holds: what the figure was
// when it was decided, and what it is now.
func BrokenText(b ledger.Broken) string { return brokenText("premise.broken", b) }

// BrokeText says the same of a re-opening on record, since when the figure may have moved.
func BrokeText(b ledger.Broken) string { return brokenText("premise.broke", b) }

func brokenText(key string, b ledger.Broken) string {
	if b.Gone {
		return catalogue.T("premise.gone", "says", plain.Clean(b.Says))
	}
	return catalogue.T(key, "says", plain.Clean(b.Says), "then", PremiseText(b.Value, b.Unit), "now", PremiseText(b.Now, b.Unit))
}
