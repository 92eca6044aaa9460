package quantity_test

import (
	"errors"
	"fmt"
	"math"

	"github.com/parleysec/parley/quantity"
)

func ExampleParse() {
	env := quantity.Env{Currency: "GBP", Horizon: 2}
	loss, err := quantity.Parse("£20k–£400k", quantity.Money, env)
	if err != nil {
		fmt.Println(err)
		return
	}
	chance, err := quantity.Parse("very likely within the next two years", quantity.Likelihood, env)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%s: on average %.0f, 1 in 20 above %.0f\n", loss.Format(), loss.Mean(), loss.Dist().Quantile(0.95))
	fmt.Printf("%s: %.2f a year\n", chance.Format(), chance.Mean())
	// Output:
	// 20k..400k: on average 135399, 1 in 20 above 400000
	// very likely within 2 years: 0.97 a year
}

func ExampleParse_error() {
	env := quantity.Env{Currency: "GBP", Horizon: 2}
	_, err := quantity.Parse("0.3", quantity.Likelihood, env)
	fmt.Println(err)
	var mistake *quantity.ParseError
	if errors.As(err, &mistake) {
		fmt.Println(mistake.Line())
	}
	// Output:
	// a bare number is neither a chance nor a rate
	//     0.3
	//     ^
	//   write: 30% within 2 years or 0.3 per year
	// “0.3”: column 1: a bare number is neither a chance nor a rate; write: 30% within 2 years or 0.3 per year
}

// The chance of at least one event within two years, for an uncertain rate.
func ExampleExpect() {
	rate := quantity.LogNormalFrom(0.1, 0.8) // per year
	fmt.Printf("%.3f\n", 1-quantity.Expect(rate, func(l float64) float64 { return math.Exp(-2 * l) }))
	// Output: 0.453
}

// What an insurer pays above a deductible of 25k, up to 1M.
func ExampleExpectAt() {
	loss := quantity.LogNormalFrom(200e3, 4e6)
	paid := quantity.ExpectAt(loss, func(x float64) float64 { return min(1e6, max(0, x-25e3)) }, 25e3, 1025e3)
	fmt.Printf("%.0f of %.0f\n", paid, loss.Mean())
	// Output: 728924 of 1353994
}
