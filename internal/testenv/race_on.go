//go:build race

package testenv

// Raced says whether the race detector looks on, which makes all several times as
// long and as large.
const Raced = true
