//go:build !race

package risk

const raceDetector = false
