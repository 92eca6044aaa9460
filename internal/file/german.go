package file

import (
	"slices"
	"strings"
	"unicode"
)

// germanWords are German words in those of the quantity grammar and of the
// line reader, without endings that germanStem takes off.
var germanWords = map[string]string{
	"sehr": "very", "hoch": "high", "hoh": "high", "mittel": "medium", "mittler": "medium", "niedrig": "low", "gering": "low", "klein": "small",
	"groß": "large", "gross": "large", "riesig": "huge", "katastrophal": "catastrophic", "existenzbedrohend": "catastrophic", "kritisch": "critical",
	"erheblich": "major", "unbedeutend": "negligible", "vernachlässigbar": "negligible",
	"wahrscheinlich": "likely", "unwahrscheinlich": "unlikely", "möglich": "possible", "moeglich": "possible", "vielleicht": "maybe", "eventuell": "maybe",
	"selten": "rare", "häufig": "often", "haeufig": "often", "oft": "often", "manchmal": "sometimes", "gelegentlich": "sometimes", "nie": "never",
	"sicher": "certain", "ständig": "constantly", "dauernd": "constantly", "kaum": "hardly ever", "fast": "almost", "nahezu": "almost",
	"täglich": "daily", "taeglich": "daily", "wöchentlich": "weekly", "woechentlich": "weekly", "monatlich": "monthly", "jährlich": "yearly", "jaehrlich": "yearly",
	"einmal": "once", "zweimal": "twice", "dreimal": "3 times", "viermal": "4 times", "mal": "times",
	"alle": "every", "jed": "every", "pro": "per", "je": "per", "im": "a", "innerhalb": "within", "binnen": "within", "von": "", "nächst": "next",
	"jahr": "year", "jahre": "years", "jahren": "years", "monat": "month", "monate": "months", "monaten": "months", "woche": "week", "wochen": "weeks",
	"tag": "day", "tage": "days", "tagen": "days", "stunde": "hour", "stunden": "hours", "quartal": "quarter", "quartale": "quarters", "jahrzehnt": "decade",
	"personentag": "days", "personentage": "days", "manntage": "days", "arbeitstage": "days", "pt": "days", "personenwochen": "weeks", "pw": "weeks",
	"personenmonate": "months", "pm": "months", "nachmittag": "afternoon", "vormittag": "morning",
	"tsd": "k", "tausend": "k", "mio": "million", "millionen": "million", "mrd": "billion", "milliarden": "billion", "euro": "EUR",
	"bis": "to", "zwischen": "between", "und": "and", "oder": "or", "etwa": "about", "circa": "about", "zirka": "about", "ca": "about", "ungefähr": "about", "ungefaehr": "about", "rund": "about", "knapp": "about",
	"mindestens": "at least", "höchstens": "at most", "hoechstens": "at most", "maximal": "at most", "mehr": "more", "weniger": "less", "als": "than",
	"über": "over", "ueber": "over", "unter": "under",
	"ein": "a", "eine": "a", "einen": "a", "einem": "a", "einer": "a", "zwei": "two", "drei": "three", "vier": "four", "fünf": "five", "fuenf": "five", "sechs": "six",
	"sieben": "seven", "acht": "eight", "neun": "nine", "zehn": "ten", "zwölf": "twelve", "hundert": "hundred",
	"halb": "half a", "paar": "few", "wenig": "few", "einig": "several", "mehrere": "several",
	"schaden": "damage", "kosten": "costs", "kostet": "costs", "aufwand": "effort", "dauert": "takes", "braucht": "takes", "uns": "us",
	"leicht": "easy", "einfach": "easy", "schwer": "hard", "schwierig": "hard", "aufwendig": "hard", "aufwändig": "hard",
}

// germanEndings are endings of adjectives: hoher, niedrige, mittleres.
var germanEndings = []string{"en", "er", "es", "em", "e"}

// onlyGerman are words by which a German text is known, beside those of germanWords
// that no English text has.
var onlyGerman = strings.Fields("der das den dem ist sind wird werden nicht auf mit bei durch für unser unsere wir nach aus zum zur keine wegen")

// alsoEnglish are words of germanWords that English texts have too.
var alsoEnglish = strings.Fields("pro je im pt pw pm mal ca fast circa acht million mio rund gross alle as von oft binnen")

// thousandEuros is the unit of thousands of euros, as German companies write it.
const thousandEuros = `(?:[TK] ?EUR\b|T ?€)`

var germanPhrases = []struct {
	from *pattern
	to   string
}{
	// Companies count in thousands of euros; the unit holds for both ends of a range.
	{lazily(`(?i)(\d[\d.,]*)\s*(?:-|–|\.\.|to|bis)\s*(\d[\d.,]*)\s*` + thousandEuros), "${1}k..${2}k EUR"},
	{lazily(`(?i)\b` + thousandEuros + `\s*(\d[\d.,]*)\s*(?:-|–|\.\.|to|bis)\s*(\d[\d.,]*)`), "${1}k..${2}k EUR"},
	{lazily(`(?i)(\d)\s*` + thousandEuros), "${1}k EUR"},
	{lazily(`(?i)\b` + thousandEuros + `\s*(\d[\d.,]*)`), "${1}k EUR"},
	{lazily(`(?i)\b(?:pro|im|je) Jahr\b|\bp\. ?a\.`), "per year"},
	{lazily(`(?i)\b(?:pro|im|je) Monat\b`), "per month"},
	{lazily(`(?i)\beinmal in (\d+) Jahren\b`), "once every $1 years"},
	{lazily(`(?i)\b(?:innerhalb von|binnen|in) (\d+) Jahr(?:en)?\b`), "within $1 years"},
	{lazily(`(?i)\b(?:innerhalb von|binnen|in) (\d+) Monat(?:en)?\b`), "within $1 months"},
	{lazily(`(?i)(\d)\s*bis\s*(\d)`), "$1..$2"},
	{lazily(`(?i)(\d)\s*(?:Mio\b\.?|Millionen)`), "${1}M"},
	{lazily(`(?i)(\d)\s*(?:Tsd\b\.?|Tausend)`), "${1}k"},
	{lazily(`(?i)(\d)\s*(?:PT|Personentage|Manntage|Tage)\b`), "${1}d"},
	{lazily(`(?i)\b(tsd|mio|mrd|ca)\.`), "$1 "},
	{lazily(`(?i)\bbis zu\b`), "at most "},
	{lazily(`(?i)\b(ein|zwei|drei)- (bis|oder) (zwei|drei|vier)mal\b`), "${1}mal $2 ${3}mal"},
	{lazily(`(?i)\bso gut wie sicher\b`), "almost certain"},
}

// English writes a text in the words and numbers of the quantity grammar where
// it is German; what is not stays as typed. With decimalComma 1.200,50 is 1200.50.
func English(s string, decimalComma bool) string {
	for _, p := range germanPhrases {
		s = p.from.ReplaceAllString(s, p.to)
	}
	s = eachWord(s, func(w string) string {
		if e, ok := fromGerman(w); ok {
			return e
		}
		return w
	})
	if decimalComma {
		s = germanNumber.ReplaceAllStringFunc(s, func(n string) string {
			return strings.Replace(strings.ReplaceAll(n, ".", ""), ",", ".", 1)
		})
	}
	return strings.TrimSpace(s)
}

var germanNumber = lazily(`\d{1,3}(?:\.\d{3})+(?:,\d+)?|\d+,\d+`)

func fromGerman(w string) (string, bool) {
	w = strings.ToLower(w)
	if e, ok := germanWords[w]; ok {
		return e, true
	}
	for _, end := range germanEndings {
		if e, ok := germanWords[strings.TrimSuffix(w, end)]; ok && len(w) > len(end)+2 {
			return e, true
		}
	}
	return "", false
}

// eachWord replaces the words of a text, which are runs of letters.
func eachWord(s string, by func(string) string) string {
	var b strings.Builder
	start := -1
	for i, r := range s {
		letter := ofWord(r)
		switch {
		case letter && start < 0:
			start = i
		case !letter && start >= 0:
			b.WriteString(by(s[start:i]))
			start = -1
		}
		if !letter {
			b.WriteRune(r)
		}
	}
	if start >= 0 {
		b.WriteString(by(s[start:]))
	}
	return b.String()
}

// ofWord reports a letter or a mark on one.
func ofWord(r rune) bool { return unicode.IsLetter(r) || unicode.Is(unicode.M, r) }

// isGerman reports whether a text holds at least two words that only German
// texts have: one may be a name.
func isGerman(s string) bool {
	seen := map[string]bool{}
	for _, w := range strings.FieldsFunc(strings.ToLower(s), func(r rune) bool { return !ofWord(r) }) {
		if slices.Contains(onlyGerman, w) || germanWords[w] != "" && !slices.Contains(alsoEnglish, w) {
			seen[w] = true
		}
	}
	return len(seen) >= 2
}
