//go:build !amd64

package risk

func hasLanes() bool { return false }

// settleLanes is never called.
func settleLanes(uint64, int, *shape, *zigTable, *powers, *wide) int { return 0 }
