//go:build race

package evidence

// raceDetector says that this build watches every access to memory.
const raceDetector = true
