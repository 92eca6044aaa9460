package file

import (
	"strings"

	"github.com/parleysec/parley/internal/catalogue"
)

// idea is what could be done, with what it takes.
type idea struct {
	words        string
	effort, once []string // figures as typed
}

// ideaOf parts a text into what could be done and its figures: an effort, and
// an amount of money, in pieces of their own or at the end of the words.
func (l *lister) ideaOf(text string) idea {
	var out idea
	var kept []string
	for _, x := range l.pieces(text) {
		words := l.behind(x.text, &out)
		if words = trimmed(words); words != "" {
			kept = append(kept, words)
		}
	}
	out.words = trimmed(strings.Join(kept, ", "))
	return out
}

// behind takes the figures off the end of a text, and returns the words before.
func (l *lister) behind(text string, out *idea) string {
	for {
		words := strings.Fields(text)
		n := min(len(words), longestFigure)
		for ; n > 0; n-- {
			figure := strings.Join(words[len(words)-n:], " ")
			if n < len(words) && !figureStart.MatchString(words[len(words)-n]) && !half.MatchString(words[len(words)-n]) {
				continue
			}
			if l.isEffort(figure) && (n == len(words) || !deadline.MatchString(words[len(words)-n-1])) {
				out.effort = append([]string{figure}, out.effort...)
				break
			}
			if l.isMoney(figure) {
				out.once = append([]string{figure}, out.once...)
				break
			}
		}
		if n == 0 {
			return text
		}
		text = joint.ReplaceAllString(strings.Join(words[:len(words)-n], " "), "")
	}
}

var (
	// deadline is a word that makes a stretch of time one of something else than work.
	deadline = lazily(`(?i)^(?:within|every|each|after|before|for|until|than|last|next|past|alle|jede[nrs]?|nach|binnen|innerhalb|vor|seit|von|zu|als)$`)
	// workUnit is in every effort.
	workUnit = lazily(`(?i)\d\s*(?:d|w|m|h|hrs?|wks?|pd|pt|pw|pm|mo)\b|day|week|month|hour|tag|woche|monat|stunde|afternoon|morning|mittag`)
	half     = lazily(`(?i)^(?:half|halbe[nr]?)$`)
	// joint is what stands between words and figures, or between two figures.
	joint = lazily(`(?i)(?:[\s,:;=+&/–—-]|(?:^|\s)(?:and|und|plus|takes|costs|needs|kostet|dauert|für|for))*$`)
	// thousands is a multiplier, which no count of things in an idea has.
	thousands = lazily(`(?i)^\D{0,4}\d[\d.,]*\s?(?:k|m|tsd\.?|mio\.?)$`)
)

func (l *lister) isEffort(figure string) bool {
	if !workUnit.MatchString(figure) {
		return false
	}
	r, ok := l.read(figure, effort)
	return ok && strings.ContainsAny(r.text, "0123456789")
}

// isMoney reports an amount with a currency or a multiplier, in whatever currency.
func (l *lister) isMoney(figure string) bool {
	if currencyIn(figure) == "" && !thousands.MatchString(figure) {
		return false
	}
	_, ok := l.read(figure, damage)
	return ok || l.otherCurrency(figure) != ""
}

// idea takes what could be done, and the effort and money that stand beside it.
func (l *lister) idea(s *said, p part) {
	found := l.ideaOf(p.text)
	l.costs(s, p, found)
	if found.words != "" && s.idea != "" {
		found.words = s.idea + ", " + found.words
	}
	if found.words != "" {
		s.idea = found.words
	}
}

// costs takes the first effort and the first amount of an idea, and says which
// more there are.
func (l *lister) costs(s *said, p part, found idea) {
	for _, figure := range found.effort {
		q := p
		if q.text = figure; s.effort == "" {
			l.set(s, effort, q)
			continue
		}
		l.asks.nothing(p.line, figure, catalogue.T("lines.second"))
	}
	for _, figure := range found.once {
		q := p
		switch q.text = figure; {
		case l.foreign(q):
		case s.once != "":
			l.asks.nothing(p.line, figure, catalogue.T("lines.second"))
		default:
			r, _ := l.read(figure, damage)
			s.once = r.text
			l.asks.taken(p.line, trimmed(figure), catalogue.T("lines.once", "amount", r.text))
		}
	}
}

// proposal takes words with an effort beside them, in whichever order, as what
// could be done; a sentence about what happens then is none.
func (l *lister) proposal(s *said, p part) bool {
	if s.effort != "" || s.idea != "" || !workUnit.MatchString(p.text) || happens.MatchString(p.text) {
		return false
	}
	found := l.ideaOf(p.text)
	if len(found.effort) != 1 || len(found.once) > 1 || !named.MatchString(found.words) || l.why(found.words) != "" {
		return false
	}
	for _, x := range l.pieces(found.words) {
		if l.figure(x.text) {
			return false
		}
	}
	l.asks.note(p.line, supposed, catalogue.T("lines.proposal", "line", p.line, "text", Visible(trimmed(p.text)), "idea", Visible(capital(found.words)), "effort", found.effort[0]))
	l.costs(s, p, found)
	s.idea = found.words
	return true
}

// named is a word, where an amount that is not understood has none.
var named = lazily(`^[^%£€$]*\pL{3}[^%£€$]*$`)

// happens are words of sentences about what happens, in which a time is no effort.
var happens = lazily(`(?i)(?:^|[^\pL])(?:` +
	`is|are|was|were|be|been|will|would|has|had|can(?:not|'t|’t)?|could|may|might|we|they|nobody|nothing|no|not|without|down(?:time)?|offline|out(?:age)?|unavailable|unreachable|closed|lost?|los(?:es?|ing|s)|gone|stops?|stopped|` +
	`wait(?:s|ing)?|delay(?:s|ed)?|late|blocked|interrupt(?:ed|ion|s)?|standstill|recovery|clean-?up|happens?|happened|lasts?|costs?|up to|ago|old|` +
	`ist|sind|war|wird|werden|kann|können|wir|niemand|nichts|kein(?:e|en|er)?|nicht|ohne|steht|stehen|fällt|fallen|ausfall|ausfälle|ausgefallen|stillstand|wiederherstellung|aufräumen|verlust|verloren|verzug|verspätung|verzögerung|weg|geschlossen|gesperrt|dauert|lang|bis zu|alt` +
	`)(?:$|[^\pL])`)
