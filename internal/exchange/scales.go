package exchange

import (
	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/file"
)

// Words of likelihood and impact that severities are mapped to. What they mean
// is written into the file's scale, where a team can change it.
const (
	veryLow  = "very low"
	low      = "low"
	medium   = "medium"
	high     = "high"
	veryHigh = "very high"
)

// nearlyAll is the word for a strength that a source states as 100 %.
const nearlyAll = "nearly all"

// fiveLevels is the scale for words, severities and numbers from 1 to 5. The
// three in the middle are the workshop words of the negotiation file; below and
// above them the bands go on by about a factor of ten.
func fiveLevels() parley.Scale {
	return parley.Scale{
		Likelihood: map[string]string{
			veryLow:  "0.1%..1% per year",
			low:      "1%..10% per year",
			medium:   "10%..50% per year",
			high:     "50%..95% per year",
			veryHigh: "1..5 per year",
		},
		Impact: impactLevels(),
	}
}

func impactLevels() map[string]string {
	return map[string]string{
		veryLow:  "100..1k",
		low:      "1k..20k",
		medium:   "20k..200k",
		high:     "200k..3M",
		veryHigh: "3M..20M",
	}
}

// levelWord is the word for a level from 1 to 5, "" for another.
func levelWord(n int) string {
	if n < 1 || n > 5 {
		return ""
	}
	return [...]string{veryLow, low, medium, high, veryHigh}[n-1]
}

// severityLevel is the word for a severity, likelihood or impact as tools and
// people call them, in English or German; "" for words such as TBD.
func severityLevel(s string) string {
	switch file.Letters(s) {
	case "verylow", "negligible", "insignificant", "info", "informational", "none", "rare", "remote", "trivial",
		"sehrgering", "sehrniedrig", "unbedeutend", "vernachlässigbar", "selten":
		return veryLow
	case "low", "minor", "gering", "niedrig", "klein":
		return low
	case "medium", "moderate", "mid", "med", "average", "significant", "mittel", "mäßig", "mässig", "moderat", "possible", "möglich":
		return medium
	case "high", "major", "elevated", "hoch", "groß", "gross", "erheblich":
		return high
	case "veryhigh", "critical", "severe", "catastrophic", "extreme", "frequent", "sehrhoch", "kritisch",
		"katastrophal", "existenzbedrohend", "extrem", "schwerwiegend", "häufig":
		return veryHigh
	}
	return ""
}

// strideTag is a STRIDE category in one spelling, any other label as it is.
func strideTag(s string) string {
	switch file.Letters(s) {
	case "spoofing", "s":
		return "spoofing"
	case "tampering", "t":
		return "tampering"
	case "repudiation", "r":
		return "repudiation"
	case "informationdisclosure", "infodisclosure", "i":
		return "information disclosure"
	case "denialofservice", "dos", "d":
		return denialOfService
	case "elevationofprivilege", "elevationofprivileges", "privilegeescalation", "e":
		return "elevation of privilege"
	}
	return s
}

const denialOfService = "denial of service"
