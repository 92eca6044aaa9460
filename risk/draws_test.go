package risk

import "github.com/parleysec/parley/internal/testenv"

// Draws is how much a statistical test samples: all of n, or an eighth under the
// race detector, where each draw takes some ten times as long. The same law is
// held against the standard error of the sample taken, √8 times as wide there.
func Draws(n int) int {
	if testenv.Raced {
		return n / 8
	}
	return n
}

func draws(n int) int { return Draws(n) }
