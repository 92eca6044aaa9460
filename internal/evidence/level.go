package evidence

import (
	"strconv"
	"strings"
)

// Level is the severity of a finding on one scale for all tools. 0 is unknown
// and counts as failing whatever the limit.
type Level int8

// The levels, from the mildest.
const (
	None Level = iota + 1
	Note
	Low
	Medium
	High
	Critical
)

// levelOf reads the words tools use; unknown words give 0.
func levelOf(word string) Level {
	switch strings.ToLower(strings.TrimSpace(word)) {
	case "none":
		return None
	case "note", "info", "information", "informational", "negligible", "inventory", "experiment":
		return Note
	case "low", "minor":
		return Low
	case "medium", "moderate", "warning", "warn":
		return Medium
	case "high", "error", "major", "important":
		return High
	case "critical", "blocker":
		return Critical
	default:
		return 0
	}
}

// levelOfScore is the qualitative severity rating scale of CVSS v3.1, section 5,
// and v4.0, section 6, for scores of 0 to 10. What is no such score gives 0.
func levelOfScore(text string) Level {
	score, err := strconv.ParseFloat(strings.TrimSpace(text), 64)
	switch {
	case err != nil || !(score >= 0 && score <= 10):
		return 0
	case score >= 9:
		return Critical
	case score >= 7:
		return High
	case score >= 4:
		return Medium
	case score > 0:
		return Low
	default:
		return None
	}
}
