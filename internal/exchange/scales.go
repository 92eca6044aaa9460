package exchange

import (
	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/file"
	"github.com/parleysec/parley/quantity"
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

// fiveLevels is the scale for words, severities and numbers from 1 to 5, with
// what the default scale says of them.
func fiveLevels() parley.Scale {
	standard := quantity.DefaultScale()
	five := parley.Scale{Likelihood: map[string]string{}, Impact: map[string]string{}}
	for _, w := range file.Levels() {
		five.Likelihood[w], five.Impact[w] = standard.Likelihood[w], standard.Impact[w]
	}
	return five
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
