package file

import (
	"strconv"
)

// Levels are the words of the default scale that steps, severities and ratings
// stand for, the lowest first.
func Levels() []string { return []string{"very low", "low", "medium", "high", "very high"} }

// Step is the word for step n of a scale from 1 to top: the lowest step is the
// lowest of [Levels], the highest the highest. It is "" for no such step.
func Step(n, top int) string {
	if n < 1 || n > top {
		return ""
	}
	levels := Levels()
	return levels[(n-1)*(len(levels)-1)/max(1, top-1)]
}

var stepsPattern = lazily(`^1\s*(?:-|–|\.\.|to|bis)\s*(\d{1,2})$`)

// StepsNamed is the highest step of a scale where the unit of a header names its
// steps, such as 1-5; ok says that it does.
func StepsNamed(unit string) (top int, ok bool) {
	m := stepsPattern.FindStringSubmatch(unit)
	if m == nil {
		return 0, false
	}
	top, err := strconv.Atoi(m[1])
	return top, err == nil
}
