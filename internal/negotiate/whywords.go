package negotiate

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"github.com/parleysec/parley/internal/brief/plain"
	"github.com/parleysec/parley/internal/catalogue"
)

// WhyFigures lists the names of every figure that is explained, those of the whole
// first, each once.
func WhyFigures() []string {
	var out []string
	for _, name := range slices.Concat(productFigures, threatFigures, workFigures, transferFigures) {
		if !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	return out
}

// Heading says which figure of what is explained.
func (r *WhyResult) Heading() string {
	figure, n, _ := strings.Cut(r.Figure, ".")
	return catalogue.T("why.head."+figure, "title", r.Title, "n", cmp.Or(n, "1"))
}

// Says is a figure in its unit, in words where there was none.
func (r *WhyResult) Says(x *float64) string {
	switch {
	case x == nil:
		return catalogue.T("why.unpriced")
	case r.Yearly:
		return catalogue.T("why.yearly", "money", plain.Money(*x, r.Unit))
	}
	return r.amount(*x)
}

// amount is a figure that is 0 or more in its unit.
func (r *WhyResult) amount(x float64) string {
	switch r.Unit {
	case "chance":
		return plain.Percent(x)
	case "person-days":
		return catalogue.T("why.days", "days", plain.Number(x))
	}
	return plain.Money(x, r.Unit)
}

// MoveSays is a difference with its sign.
func (r *WhyResult) MoveSays(x float64) string {
	sign := "+"
	if x < 0 {
		sign = "−"
	}
	if x == 0 {
		sign = ""
	}
	if r.Unit == "chance" {
		return catalogue.T("why.points", "move", sign+plain.Number(math.Abs(100*x)))
	}
	return sign + r.amount(math.Abs(x))
}
