// Package quantity turns what people write ("20k..400k", "1 in 40 years",
// "very likely within 2 years") into probability distributions and back.
package quantity
