package file

import (
	"slices"
	"strconv"
	"strings"

	"github.com/parleysec/parley/quantity"
)

// reading is a text as a quantity of the grammar.
type reading struct {
	text  string
	loose bool // it says more than what was typed: named in the report
}

// read reads what people say where a chance, damage or effort is wanted: a
// quantity as it stands; else in everyday words, English or German, with the
// words around it that say nothing.
func (l *lister) read(typed string, at slot) (reading, bool) {
	typed = trimmed(typed)
	if l.literal(typed, at) {
		return reading{text: typed}, true
	}
	return l.inWords(typed, at)
}

// inWords is [lister.read] for a trimmed text that is no quantity as it stands.
func (l *lister) inWords(typed string, at slot) (reading, bool) {
	if at == damage {
		one := trimmed(eachTime.ReplaceAllString(typed, ""))
		if one != typed && l.literal(one, at) {
			return reading{text: one}, true
		}
		typed = one
	}
	if len(typed) > longestField || at == damage && smallNumber(typed) {
		return reading{}, false
	}
	english := bigMillion.ReplaceAllString(decimals(English(typed, l.german)), "${1} million")
	plain := strings.ToLower(strings.Join(strings.Fields(english), " "))
	for _, text := range slices.Compact([]string{plain, withoutFillers(plain, at)}) {
		if at == damage && text != typed && aYear.MatchString(text) {
			continue
		}
		if r, ok := l.everyday(text, at); ok {
			r.text = tidy(r.text, at)
			r.loose = r.loose || l.german && strings.ContainsAny(typed, "0123456789") && germanNumber.MatchString(typed)
			return r, true
		}
	}
	return reading{}, false
}

// odds are a chance such as 1:20; 1:05 is a time.
var odds = lazily(`^1 ?: ?([1-9]\d*(?: ?years?)?)$`)

// everyday reads a text in lower case without words around it.
func (l *lister) everyday(text string, at slot) (reading, bool) {
	if text == "" {
		return reading{}, false
	}
	if w, ok := sameAs[at][text]; ok {
		return reading{text: w}, true
	}
	if w, ok := stretched[at][text]; ok {
		return reading{text: w, loose: true}, true
	}
	if m := odds.FindStringSubmatch(text); m != nil && at == chance && l.parses("1 in "+m[1], at) {
		return reading{text: "1 in " + m[1], loose: true}, true
	}
	if l.parses(text, at) {
		return reading{text: text}, true
	}
	for _, r := range rough {
		if m := r.marks.FindStringSubmatch(text); m != nil {
			return l.about(withoutFillers(m[1], at), at, r.low, r.high)
		}
	}
	if !vagueWord.MatchString(text) {
		return reading{}, false
	}
	counted := text
	for _, v := range vague {
		counted = v.from.ReplaceAllString(counted, v.to)
	}
	if at == effort {
		counted = hours(crew(counted, l))
	}
	counted = strings.TrimSpace(counted)
	if counted != text && l.parses(counted, at) {
		return reading{text: counted, loose: true}, true
	}
	return reading{}, false
}

// longestField is the length of the longest text, in bytes, that is looked at for
// everyday words.
const longestField = 120

// literal reports a quantity of the grammar as it stands. A small number
// without sign or unit is no damage: it may be a step of some scale, or a chance.
func (l *lister) literal(text string, at slot) bool {
	return l.parses(text, at) && !(at == damage && smallNumber(text))
}

// smallNumber reports a bare number up to 10, or a range of such numbers.
func smallNumber(text string) bool {
	ends := smallNumbers.FindStringSubmatch(text)
	if ends == nil {
		return false
	}
	for _, end := range ends[1:] {
		if x, err := strconv.ParseFloat(strings.Replace(end, ",", ".", 1), 64); end != "" && (err != nil || x > 10) {
			return false
		}
	}
	return true
}

// smallNumbers is a number or range without unit; three decimals may be thousands.
var smallNumbers = lazily(`^(\d+(?:[.,]\d{1,2})?|0[.,]\d+)(?:\s*(?:\.\.|-|–|to|bis)\s*(\d+(?:[.,]\d{1,2})?|0[.,]\d+))?$`)

var (
	bigMillion   = lazily(`(\d)\s*M\b`)
	aYear        = lazily(`^(?:19|20)\d\d$`)
	lowerCode    = lazily(`\b(?:` + strings.ToLower(currencyCodes) + `)\b`)
	lowerMillion = lazily(`(\d)(?:m| ?million)\b`)
)

// tidy writes codes of currencies and M for million in capitals again.
func tidy(text string, at slot) string {
	if at != damage {
		return text
	}
	return lowerMillion.ReplaceAllString(lowerCode.ReplaceAllStringFunc(text, strings.ToUpper), "${1}M")
}

func (l *lister) parses(text string, at slot) bool {
	_, err := quantity.Parse(text, at.kind(), l.env)
	return err == nil
}

// trimmed is a text without blanks, quotes, stars and full stops at its ends.
func trimmed(s string) string {
	s = strings.TrimRight(strings.Trim(strings.TrimSpace(s), "\"“”„'’*_`"), " .,!;:")
	return strings.TrimSpace(s)
}

// rough are words that leave open how far off a number is, with the share and
// the multiple of it that are taken for the ends of the range.
var rough = []struct {
	marks     *pattern
	low, high float64
}{
	{lazily(`^(?:~|≈|about|around|approx\.?|approximately|roughly|circa|ca\.?|some|say|like|c\.) ?(.*\d.*|.*\b(?:a|an|half|one|two|three|four|five|six|ten|twelve)\b.*)$`), 0.5, 2},
	{lazily(`^(.+?) ?(?:or so|-?ish|or thereabouts|roughly|approx\.?|give or take)$`), 0.5, 2},
	{lazily(`^(?:up to|at most|no more than|not more than|less than|under|below|max\.?|<|<=|≤) ?(.+)$`), 0.1, 1},
	{lazily(`^(.+?) ?(?:max\.?|maximum|at most|at worst|tops)$`), 0.1, 1},
	{lazily(`^(?:at least|more than|over|above|from|min\.?|upwards of|>|>=|≥) ?(.+)$`), 1, 10},
	{lazily(`^(.+?) ?(?:\+|or more|and up|at least|min\.?|minimum)$`), 1, 10},
}

var firstNumber = lazily(`(\d+(?:[ ,'’]\d{3})*(?:\.\d+)?)( ?(?:k|m|bn|thousand|million|billion)\b| ?%)?`)

// about reads a number as the range from low to high times it; a chance moves by
// its odds, so that it stays one. What is no single number stays as it is.
func (l *lister) about(text string, at slot, low, high float64) (reading, bool) {
	r, ok := l.everyday(text, at)
	if !ok {
		return reading{}, false
	}
	q, err := quantity.Parse(r.text, at.kind(), l.env)
	if _, single := q.Dist().(quantity.Constant); err != nil || !single {
		return r, true
	}
	said := digits(r.text)
	m := firstNumber.FindStringSubmatchIndex(said)
	if m == nil {
		return r, true
	}
	x, err := strconv.ParseFloat(strings.NewReplacer(" ", "", ",", "", "'", "", "’", "").Replace(said[m[2]:m[3]]), 64)
	if err != nil {
		return r, true
	}
	unit := ""
	if m[4] >= 0 {
		unit = strings.TrimSpace(said[m[4]:m[5]])
	}
	ends := [2]float64{x * low, x * high}
	if unit == "%" {
		odds := x / (100 - x)
		ends = [2]float64{percent(odds * low), percent(odds * high)}
	}
	wide := said[:m[0]] + number2(ends[0]) + unit + ".." + number2(ends[1]) + unit + said[max(m[1], m[5]):]
	if !l.parses(wide, at) {
		return r, true
	}
	return reading{text: wide, loose: true}, true
}

func percent(odds float64) float64 { return 100 * odds / (1 + odds) }

// number2 is a number with at most two decimals.
func number2(x float64) string {
	s := strconv.FormatFloat(x, 'f', 2, 64)
	return strings.TrimRight(strings.TrimRight(s, "0"), ".")
}

var numberWords = strings.Fields("zero one two three four five six seven eight nine ten eleven twelve")

// digits writes number words, and “a” before a unit, as digits.
func digits(text string) string {
	words := strings.Fields(text)
	for i, w := range words {
		switch n := slices.Index(numberWords, w); {
		case n >= 0:
			words[i] = strconv.Itoa(n)
		case (w == "a" || w == "an") && i == 0:
			words[i] = "1"
		}
	}
	return strings.Join(words, " ")
}

const (
	cardinals = `one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\d+`
	unitWords = `day|week|month|year|quarter|hour|decade`
)

// vagueWord is in every text that vague, hours or crew changes.
var vagueWord = lazily(`half|afternoon|morning|hundred|tens of|figure|few|couple|thousand|million|billion|grand|other|second|several|some|times|\b(?:or|in|h|hrs?|hours?)\b|\d ?h|` +
	`\b(?:devs?|developers?|people|persons?|engineers?|us|fte|colleagues)\b`)

// vague are ways to say a number that the grammar does not have, in the order
// in which they are looked for.
var vague = []struct {
	from *pattern
	to   string
}{
	{lazily(`\b(?:a )?half a million\b`), "0.5 million"},
	{lazily(`\b(?:a )?half (?:an? )?(` + unitWords + `)\b`), "0.5 ${1}s"},
	{lazily(`\b(?:an?|one) (?:afternoon|morning|half-day)\b`), "0.5 days"},
	{lazily(`\b(` + cardinals + `) and a half\b`), "${1}.5"},
	{lazily(`\bhundreds of thousands\b`), "100k..1M"},
	{lazily(`\btens of thousands\b`), "10k..100k"},
	{lazily(`\b(?:six|6)[ -]figures?\b`), "100k..1M"},
	{lazily(`\b(?:five|5)[ -]figures?\b`), "10k..100k"},
	{lazily(`\b(?:seven|7)[ -]figures?\b`), "1M..10M"},
	{lazily(`\b(?:a )?(?:few|couple(?: of)?) (?:thousand|grand|k)\b`), "2k..5k"},
	{lazily(`\b(?:a )?(?:few|couple(?: of)?) hundred (?:thousand|grand|k)\b`), "200k..500k"},
	{lazily(`\b(?:a )?(?:few|couple(?: of)?) hundred\b`), "200..500"},
	{lazily(`\b(?:a )?(?:few|couple(?: of)?) million\b`), "2M..5M"},
	{lazily(`^thousands$`), "1k..10k"},
	{lazily(`^millions$`), "1M..10M"},
	{lazily(`\ba (thousand|million|billion)\b`), "1 $1"},
	{lazily(`\ban? (hundred)\b`), "100"},
	{lazily(`(\d) ?grand\b`), "${1}k"},
	{lazily(`\bevery (?:other|second) (` + unitWords + `)\b`), "every 2 ${1}s"},
	{lazily(`\ban? (` + unitWords + `) or (?:two|2)\b`), "1..2 ${1}s"},
	{lazily(`\b(?:one or two|1 or 2)\b`), "1..2"},
	{lazily(`\b(?:two or three|2 or 3)\b`), "2..3"},
	{lazily(`\b(?:three or four|3 or 4)\b`), "3..4"},
	{lazily(`\b(?:four or five|4 or 5)\b`), "4..5"},
	{lazily(`\b(?:a )?(?:(?:good|very) )?few\b`), "2..5"},
	{lazily(`\b(?:a )?couple(?: of)?\b`), "2..3"},
	{lazily(`\bseveral\b`), "3..8"},
	{lazily(`\bsome (` + unitWords + `)s\b`), "2..5 ${1}s"},
	{lazily(`^(` + cardinals + `|[\d.]+) (?:times )?in (` + unitWords + `)$`), "$1 per $2"},
}

var hoursPattern = lazily(`^(\d+(?:\.\d+)?|an?|one|two|three|four|five|six)(?: ?(?:\.\.|-|–|to) ?(\d+(?:\.\d+)?))? ?(?:h|hrs?|hours?)$`)

// hoursPerDay are the working hours of a day of effort.
const hoursPerDay = 8

// hours writes hours of work as days.
func hours(text string) string {
	m := hoursPattern.FindStringSubmatch(text)
	if m == nil {
		return text
	}
	days := func(s string) string {
		x, err := strconv.ParseFloat(digits(s), 64)
		if err != nil {
			return ""
		}
		return strconv.FormatFloat(x/hoursPerDay, 'f', -1, 64)
	}
	if m[2] != "" {
		return days(m[1]) + ".." + days(m[2]) + "d"
	}
	return days(m[1]) + "d"
}

var crewPattern = lazily(`^(` + cardinals + `) (?:devs?|developers?|people|persons?|engineers?|of us|fte|colleagues)(?: for| x| ×| à)? (.+)$`)

// crew multiplies the time of several people: 2 devs for 3 weeks.
func crew(text string, l *lister) string {
	m := crewPattern.FindStringSubmatch(text)
	if m == nil {
		return text
	}
	n, err := strconv.Atoi(digits(m[1]))
	r, ok := l.everyday(hours(m[2]), effort)
	if err != nil || !ok {
		return text
	}
	q, err := quantity.Parse(r.text, quantity.Effort, l.env)
	if err != nil {
		return text
	}
	if c, single := q.Dist().(quantity.Constant); single {
		return number2(float64(c)*float64(n)) + "d"
	}
	return number2(q.Dist().Quantile(0.05)*float64(n)) + ".." + number2(q.Dist().Quantile(0.95)*float64(n)) + "d"
}

var commaDecimals = lazily(`(?i)(\d),(\d{1,2})(\s*(?:%|k\b|m\b|mio\b|mrd\b|million|thousand|billion|days?\b|weeks?\b|months?\b|d\b|w\b|T?€))`)

// decimals reads a decimal comma where a unit stands behind: 1,2 million.
func decimals(s string) string { return commaDecimals.ReplaceAllString(s, "$1.$2$3") }
