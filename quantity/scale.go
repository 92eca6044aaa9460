package quantity

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"
	"unicode"
)

// Scale says what words mean. Each value is itself a quantity text without words.
type Scale struct {
	Name       string // e.g. "phia+workshop"
	Version    int
	Likelihood map[string]string // word → chance or rate
	Impact     map[string]string // word → money
	Cost       map[string]string // word → effort
	Strength   map[string]string // word → share
	PointValue float64           // feature points of the anchor, 0 when none is priced
	PointWorth string            // what the anchor is worth per year
}

// DefaultScale is the scale used for words a file's own scale lacks.
//
// The chance words are the Probability Yardstick of the UK's Professional Head
// of Intelligence Assessment (PHIA, 2019), which leaves gaps between its bands
// on purpose; "remote chance" (at most 5 %) and "almost certain" (at least
// 95 %) are closed at 0 % and 99 %, and "very unlikely" and "probably" are
// added as what people say for its own words. It names no timeframe: the chance is over the one
// stated, or the horizon. The levels from very low to very high (which people
// also call catastrophic) and the words for strength are a starting point for
// workshops, to be replaced by a team's own.
func DefaultScale() Scale {
	return Scale{
		Name:    "phia+workshop",
		Version: 1,
		Likelihood: map[string]string{
			"remote":                "0%..5%",
			"remote chance":         "0%..5%",
			"highly unlikely":       "10%..20%",
			"very unlikely":         "10%..20%",
			"unlikely":              "25%..35%",
			"realistic possibility": "40%..50%",
			"likely":                "55%..75%",
			"probable":              "55%..75%",
			"probably":              "55%..75%",
			"highly likely":         "80%..90%",
			"very likely":           "80%..90%",
			"almost certain":        "95%..99%",
			"very low":              "0.1%..1% per year",
			"low":                   "1%..10% per year",
			"medium":                "10%..50% per year",
			"high":                  "50%..95% per year",
			"very high":             "1..5 per year",
		},
		Impact: map[string]string{
			"very low": "100..1k", "low": "1k..20k", "medium": "20k..200k", "high": "200k..3M", "very high": "3M..20M", "catastrophic": "3M..20M",
		},
		Cost: map[string]string{"low": "1d..5d", "medium": "5d..20d", "high": "20d..80d"},
		Strength: map[string]string{
			"some": "20%..40%", "half": "40%..60%", "most": "60%..85%", "nearly all": "85%..97%",
			"low": "20%..40%", "medium": "40%..60%", "high": "60%..85%",
		},
	}
}

// String is the name and version that judgements are stored with.
func (s Scale) String() string {
	name := s.Name
	if name == "" {
		name = "unnamed scale"
	}
	if s.Version == 0 {
		return name
	}
	return name + " v" + strconv.Itoa(s.Version)
}

// words is the part of the scale for a kind, nil for kinds that have no words.
func (s Scale) words(k Kind) map[string]string {
	switch k {
	case Likelihood:
		return s.Likelihood
	case Money:
		return s.Impact
	case Effort:
		return s.Cost
	case Share:
		return s.Strength
	}
	return nil
}

// PlainWord is a word as it is looked up: lower case, without article, with
// single spaces for spaces, hyphens and underscores.
func PlainWord(s string) string {
	fields := strings.FieldsFunc(strings.ToLower(s), func(r rune) bool {
		return strings.ContainsRune(" -‐‑_\t\u00a0\u2009\u202f", r)
	})
	if len(fields) > 1 && (fields[0] == "a" || fields[0] == "an") {
		fields = fields[1:]
	}
	return strings.Join(fields, " ")
}

// meaning is what a word stands for.
type meaning struct {
	text  string // without words
	scale string // name and version
}

// vocabulary is what the words of a kind mean: those of the scale, and those
// of the default scale that it lacks.
func vocabulary(s Scale, k Kind) map[string]meaning {
	if len(s.words(k)) == 0 {
		return defaultVocabulary()[k]
	}
	return words(k, s, DefaultScale())
}

// defaultVocabulary is what the words of the default scale mean. It is read only.
var defaultVocabulary = sync.OnceValue(func() map[Kind]map[string]meaning {
	all := map[Kind]map[string]meaning{}
	for _, k := range []Kind{Likelihood, Money, Effort, Share} {
		all[k] = words(k, DefaultScale())
	}
	return all
})

// words are those of a kind on several scales; what the first ones say holds.
func words(k Kind, scales ...Scale) map[string]meaning {
	all := map[string]meaning{}
	for _, s := range scales {
		words := s.words(k)
		for _, key := range slices.Sorted(maps.Keys(words)) {
			w := PlainWord(key)
			if _, taken := all[w]; !taken && strings.ContainsFunc(w, unicode.IsLetter) {
				all[w] = meaning{words[key], s.String()}
			}
		}
	}
	return all
}

// nearest is the known word with the fewest letters to change, "" if none is near.
func nearest(known []string, w string) string {
	best, least := "", 1+len([]rune(w))/3
	for _, k := range known {
		if d := distance([]rune(k), []rune(w)); d <= least && (best == "" || d < least) {
			best, least = k, d
		}
	}
	return best
}

// distance is the number of letters to insert, delete or replace (Levenshtein).
func distance(a, b []rune) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i, x := range a {
		diagonal := row[0]
		row[0] = i + 1
		for j, y := range b {
			cost := 1
			if x == y {
				cost = 0
			}
			diagonal, row[j+1] = row[j+1], min(row[j+1]+1, row[j]+1, diagonal+cost)
		}
	}
	return row[len(b)]
}
