package file

import (
	"errors"
	"slices"
	"strings"
	"unicode"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/quantity"
)

// said is what one line says besides its title.
type said struct {
	chance, damage, effort string // quantities as typed, "" where nothing is said
	says                   string
	idea                   string // what could be done
	once                   string // the money it costs
	owner, notes           string
	people                 *parley.People
}

// slot is the place of a bare word such as high: title; chance; damage; effort.
type slot int

const (
	chance slot = iota
	damage
	effort
	slots
)

func (s slot) kind() quantity.Kind {
	return [...]quantity.Kind{quantity.Likelihood, quantity.Money, quantity.Effort}[s]
}

func (s *said) slot(i slot) *string { return [...]*string{&s.chance, &s.damage, &s.effort}[i] }

var (
	eachTime      = lazily(`(?i)\s+(?:each(?: time)?|(?:per|an|each|every) (?:event|incident|case|time|occurrence|laptop))$`)
	peoplePattern = lazily(`^([\d][\d\s.,'–-]*[kM]?(?:\s*(?:\.\.|to)\s*[\d][\d\s.,']*[kM]?)?)\s+(.+)$`)
)

// sentence is the least number of words of a text that may say what happens.
const sentence = 3

// understand reads what stands beside the title: first what can be only one
// thing, then words that fit several places, by where they stand.
func (l *lister) understand(parts []part) said {
	var s said
	var unclear []part
	for _, p := range parts {
		unclear = append(unclear, l.take(&s, p, true)...)
	}
	for _, p := range unclear {
		at := slot(p.place)
		if at = free(&s, l.fits(p.text), at); at >= 0 {
			l.set(&s, at, p)
			continue
		}
		l.asks.nothing(p.line, p.text, l.why(p.text))
	}
	return s
}

// take reads one part, and what of it is left for later: what fits several places.
func (l *lister) take(s *said, p part, whole bool) []part {
	p.text = strings.TrimSpace(p.text)
	switch {
	case blank(p.text):
		return nil
	case saysNothing(p.text):
		l.asks.nothing(p.line, p.text, "")
		return nil
	case p.column != "":
		l.cell(s, p)
		return nil
	case l.label(s, p), s.harm(p.text):
		return nil
	}
	switch fits := l.fits(p.text); {
	case len(fits) == 1 && *s.slot(fits[0]) == "":
		l.set(s, fits[0], p)
		return nil
	case len(fits) > 0:
		return []part{p}
	case l.foreign(p), l.proposal(s, p):
		return nil
	}
	if whole {
		if list := l.pieces(p.text); len(list) > 1 && slices.ContainsFunc(list, func(x piece) bool { return l.figure(x.text) }) {
			return l.takePieces(s, p, list)
		}
	}
	found := l.inside(s, p)
	if len(strings.Fields(p.text)) < sentence {
		return []part{p}
	}
	if !found && strings.ContainsAny(p.text, "0123456789£€$%") {
		l.asks.said(p.line, p.text)
	}
	s.tell(p.text)
	return nil
}

// takePieces reads the pieces of a part; those that are no figures stay together.
func (l *lister) takePieces(s *said, p part, list []piece) []part {
	var unclear []part
	for i := 0; i < len(list); i++ {
		k := i
		if !l.figure(list[i].text) {
			for k+1 < len(list) && !l.figure(list[k+1].text) {
				k++
			}
		}
		q := p
		q.text = strings.TrimSpace(p.text[list[i].start:list[k].end])
		if p.place >= 0 {
			q.place = p.place + i
		}
		unclear = append(unclear, l.take(s, q, false)...)
		i = k
	}
	return unclear
}

// figure reports whether a text is a chance, damage or effort, a labelled field
// or an answer that says nothing.
func (l *lister) figure(text string) bool {
	return anyLabel(text) || saysNothing(text) || len(l.fits(text)) > 0 || l.otherCurrency(text) != ""
}

// set puts a text in a place.
func (l *lister) set(s *said, at slot, p part) {
	r, _ := l.read(p.text, at)
	*s.slot(at) = r.text
	if r.loose {
		l.asks.taken(p.line, trimmed(p.text), meaning(r.text, at))
	}
}

// meaning is a text with what it stands for on the default scale where it is a
// word for a chance.
func meaning(text string, at slot) string {
	means, ok := quantity.DefaultScale().Likelihood[text]
	switch {
	case at != chance || !ok:
		return text
	case strings.Contains(means, "per year"):
		return catalogue.T("lines.word", "word", text, "means", means)
	}
	return catalogue.T("lines.word.within", "word", text, "means", means, "years", parley.DefaultHorizon)
}

// inside takes an amount of money in the list's currency, or how often
// something happens, out of a sentence; the sentence stays what happens.
func (l *lister) inside(s *said, p part) (found bool) {
	words := strings.Fields(p.text)
	if len(words) > maxPieces {
		return false
	}
	for n := min(len(words)-1, longestFigure); n > 0; n-- {
		for i := 0; i+n <= len(words); i++ {
			if !figureStart.MatchString(words[i]) {
				continue
			}
			span := strings.Join(words[i:i+n], " ")
			if currencyIn(span) == "" && !frequency.MatchString(span) {
				continue
			}
			for _, at := range l.fits(span) {
				if *s.slot(at) == "" && l.sure(span, at, n) {
					r, _ := l.read(span, at)
					*s.slot(at), found = r.text, true
					l.asks.taken(p.line, p.text, r.text)
				}
			}
		}
	}
	return found
}

// frequency is a word without which no rate is said.
var frequency = lazily(`(?i)\b(?:once|twice|every|times|per|daily|weekly|monthly|quarterly|yearly|einmal|zweimal|mal|alle|pro|monatlich)\b`)

// figureStart is a word that a figure may begin with.
var figureStart = lazily(`(?i)\d|^[£€$]|^(?:once|twice|every|an?|one|two|three|four|five|six|ten|about|around|some|several|up|at|daily|weekly|monthly|quarterly|yearly|` +
	`einmal|zweimal|dreimal|alle|etwa|ca\.?|rund|ein|eine|zwei|drei|monatlich|mehrmals)$`)

// longestFigure is how many words a figure within a sentence has at most.
const longestFigure = 8

// sure reports a figure that cannot be about anything else in a sentence: money
// with its sign, or a rate of several words.
func (l *lister) sure(span string, at slot, words int) bool {
	r, _ := l.read(span, at)
	switch at {
	case damage:
		return currencyIn(span) != ""
	case chance:
		q, err := quantity.Parse(r.text, quantity.Likelihood, l.env)
		return err == nil && q.Form == quantity.Rate && words > 1
	}
	return false
}

// why says of an amount that can be read in two ways which they are, and of a
// small number that nobody knows what it counts; else "".
func (l *lister) why(p string) string {
	switch small := trimmed(p); {
	case smallNumber(small) && strings.HasPrefix(small, "0"):
		return catalogue.T("lines.share")
	case smallNumber(small):
		return catalogue.T("lines.small")
	}
	_, err := quantity.Parse(strings.TrimLeft(p, "~≈ "), quantity.Money, l.env)
	bad, ok := errors.AsType[*quantity.ParseError](err)
	if !ok || !strings.Contains(bad.Problem, "two ways") {
		return ""
	}
	return bad.Problem
}

// free is the free place for a text that fits several: its own position
// where it can be, else the first; -1 where none is free.
func free(s *said, fits []slot, position slot) slot {
	fits = slices.DeleteFunc(slices.Clone(fits), func(f slot) bool { return *s.slot(f) != "" })
	switch {
	case len(fits) == 0:
		return -1
	case slices.Contains(fits, position):
		return position
	}
	return fits[0]
}

// label takes "chance: low", "people: 300 customers" and the like.
func (l *lister) label(s *said, p part) bool {
	what, value, marked, ok := labelled(p.text)
	if !ok {
		return false
	}
	p.text = value
	switch what {
	case labelPeople:
		s.people = people(value)
		return true
	case labelOwner:
		s.owner = value
		return true
	case labelIdea:
		l.idea(s, p)
		return true
	case labelSays:
		if !marked || len(strings.Fields(value)) < 2 {
			return false
		}
		s.tell(value)
		return true
	}
	return l.figureOf(s, p, what, marked)
}

// figureOf takes the value of a label or column that is about a figure. What
// it costs may also be the damage, and what a damage says may be words.
func (l *lister) figureOf(s *said, p part, at slot, marked bool) bool {
	if blank(p.text) {
		return true
	}
	if saysNothing(p.text) {
		l.asks.nothing(p.line, p.text, "")
		return true
	}
	tries := []slot{at}
	if at == effort {
		tries = append(tries, damage)
	}
	for _, at := range tries {
		if _, ok := l.read(p.text, at); ok && *s.slot(at) == "" {
			l.set(s, at, p)
			return true
		}
	}
	if l.foreign(p) {
		return true
	}
	if !marked {
		return false
	}
	if list := l.pieces(p.text); len(list) > 1 && slices.ContainsFunc(list, func(x piece) bool { _, ok := l.read(x.text, at); return ok }) {
		for _, x := range list {
			q := p
			if q.text = x.text; !l.figureOf(s, q, at, marked) {
				l.asks.nothing(p.line, x.text, "")
			}
		}
		return true
	}
	if at == damage && len(strings.Fields(p.text)) > 1 {
		s.tell(p.text)
		return true
	}
	l.asks.nothing(p.line, p.text, l.why(p.text))
	return true
}

// cell takes a cell of a table, about which its header leaves no doubt.
func (l *lister) cell(s *said, p part) {
	switch p.column {
	case ColumnLikelihood:
		l.figureOf(s, p, chance, true)
	case ColumnImpact:
		l.figureOf(s, p, damage, true)
	case ColumnEffort, ColumnCost:
		l.figureOf(s, p, effort, true)
	case ColumnMitigation:
		l.idea(s, p)
	case ColumnOwner:
		s.owner = p.text
	case ColumnDescription:
		s.tell(p.text)
	case ColumnNotes:
		s.notes = p.text
	case columnPeople:
		s.people = people(p.text)
	}
}

// tell adds a sentence to what happens then.
func (s *said) tell(text string) {
	if text = trimmed(text); s.says != "" && text != "" {
		text = s.says + ". " + text
	}
	s.says = text
}

// harm takes how badly people are harmed where it stands apart from who they are.
func (s *said) harm(text string) bool {
	switch h := parley.Harm(strings.ToLower(trimmed(text))); h {
	case parley.Serious, parley.Grave:
		if s.people != nil && s.people.Harm == "" {
			s.people.Harm = h
			return true
		}
	}
	return false
}

// fits lists the places that a text can stand in: as it is typed, else in
// everyday words.
func (l *lister) fits(p string) []slot {
	fits, known := l.fitting[p]
	if !known {
		fits = l.fit(p)
		l.fitting[p] = fits
	}
	return fits
}

func (l *lister) fit(p string) []slot {
	var literal, loosely []slot
	p = trimmed(p)
	for at := range slots {
		if l.literal(p, at) {
			literal = append(literal, at)
		} else if _, ok := l.inWords(p, at); ok {
			loosely = append(loosely, at)
		}
	}
	if len(literal) > 0 {
		return literal
	}
	return loosely
}

// people reads "31 000 customers, serious".
func people(text string) *parley.People {
	p := &parley.People{}
	var who []string
	for w := range strings.SplitSeq(text, ", ") {
		w = strings.TrimSpace(w)
		switch h := parley.Harm(strings.ToLower(w)); h {
		case parley.Minor, parley.Serious, parley.Grave:
			p.Harm = h
		default:
			who = append(who, w)
		}
	}
	p.Who = strings.Join(who, ", ")
	if m := peoplePattern.FindStringSubmatch(p.Who); m != nil {
		if n := strings.TrimSpace(m[1]); countReads(n) {
			p.HowMany, p.Who = quantity.Of(n), m[2]
		}
	}
	return p
}

func countReads(n string) bool {
	_, err := quantity.Parse(n, quantity.Count, quantity.Env{})
	return err == nil
}

// withoutStopWords leaves the words out that say little, unless nothing is left.
func withoutStopWords(title string) string {
	words := strings.FieldsFunc(title, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r) })
	kept := slices.DeleteFunc(slices.Clone(words), func(w string) bool {
		return slices.Contains([]string{
			"a", "an", "the", "of", "in", "on", "at", "to", "by", "for", "from", "with", "and", "or", "is", "are", "was", "be", "been",
			"our", "we", "us", "their", "its", "it", "that", "this", "can", "could", "may", "might", "gets", "get", "some", "somebody", "someone", "through", "via", "into", "s", "t",
		}, strings.ToLower(w))
	})
	if len(kept) == 0 {
		kept = words
	}
	return strings.Join(kept, " ")
}
