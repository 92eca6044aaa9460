//go:build !race

package web

// raceDetector says whether this build watches every access to memory, which
// makes plans ten times slower.
const raceDetector = false
