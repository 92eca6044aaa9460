//go:build race

package risk

// raceDetector makes every draw several times as long.
const raceDetector = true
