package file

import (
	"errors"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/quantity"
)

// said is what one line says besides its title.
type said struct {
	chance, damage, effort string // quantities as typed, "" where nothing is said
	says                   string
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

func (s slot) String() string { return [...]string{"chance", "damage", "effort"}[s] }

func (s *said) slot(i slot) *string { return [...]*string{&s.chance, &s.damage, &s.effort}[i] }

var (
	eachTime      = regexp.MustCompile(`(?i)\s+(?:each(?: time)?|(?:per|an|each|every) (?:event|incident|case|time|occurrence))$`)
	bulletPattern = regexp.MustCompile(`^\s*(?:(?:[-*•‣–—+]|\(?(?:\d{1,3}|[a-zA-Z])[.)]|\[[ xX]?\])\s+)*`)
	labelPattern  = regexp.MustCompile(`^(?i)(chance|likelihood|probability|damage|impact|loss|effort|cost|people|harm|says|so|then)\s*(?:[:=]\s*|\s+)(.+)$`)
	peoplePattern = regexp.MustCompile(`^([\d][\d\s.,'–-]*[kM]?(?:\s*(?:\.\.|to)\s*[\d][\d\s.,']*[kM]?)?)\s+(.+)$`)
)

// bullet takes the marks off that lists are written with: - * 1. a) [ ].
func bullet(line string) string {
	return strings.TrimSpace(line[len(bulletPattern.FindString(line)):])
}

// split parts a line at ; or, where there is none, at tabs (pasted from a sheet).
func split(line string) []string {
	if !strings.Contains(line, ";") {
		return strings.Split(line, "\t")
	}
	return strings.Split(line, ";")
}

// understand reads what stands after the title: first what can be only one
// thing, then words that fit several places, by where they stand.
func (l *lister) understand(number int, parts []string) said {
	var s said
	unclear := map[int]string{}
	for i, p := range parts {
		p = strings.TrimSpace(p)
		if p == "" || l.labelled(&s, p) {
			continue
		}
		switch fits := l.fits(p); {
		case len(fits) == 1 && *s.slot(fits[0]) == "":
			*s.slot(fits[0]) = l.spelt(p, fits[0])
		case len(fits) == 0 && s.says == "" && len(strings.Fields(p)) > 2:
			s.says = p
		default:
			unclear[i] = p
		}
	}
	for i, p := range parts {
		p = strings.TrimSpace(p)
		if unclear[i] == "" {
			continue
		}
		if at := free(&s, l.fits(p), slot(i)); at >= 0 {
			*s.slot(at) = l.spelt(p, at)
			continue
		}
		l.asks.note("line %d: “%s” was not understood as chance, damage or effort, and left out%s", number, p, twoWays(p, l.env))
	}
	return s
}

// twoWays says of an amount that can be read in two ways which they are.
func twoWays(p string, env quantity.Env) string {
	_, err := quantity.Parse(p, quantity.Money, env)
	bad, ok := errors.AsType[*quantity.ParseError](err)
	if !ok || !strings.Contains(bad.Problem, "two ways") {
		return ""
	}
	return ": " + bad.Problem
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

// labelled takes "chance: low", "people: 300 customers" and the like.
func (l *lister) labelled(s *said, p string) bool {
	m := labelPattern.FindStringSubmatch(p)
	if m == nil {
		return false
	}
	value := strings.TrimSpace(m[2])
	set := func(at slot) bool {
		text := l.spelt(value, at)
		if *s.slot(at) != "" || !l.reads(text, at) {
			return false
		}
		*s.slot(at) = text
		return true
	}
	switch strings.ToLower(m[1]) {
	case "chance", "likelihood", "probability":
		return set(chance)
	case "damage", "impact", "loss":
		if set(damage) {
			return true
		}
	case "effort", "cost":
		return set(effort)
	case "people", "harm":
		s.people = people(value)
		return true
	}
	if s.says != "" || !strings.ContainsAny(p[:len(p)-len(value)], ":=") || len(strings.Fields(value)) < 2 {
		return false
	}
	s.says = value
	return true
}

// fits lists the places that a text can stand in.
func (l *lister) fits(p string) []slot {
	var out []slot
	for at := range slots {
		if l.reads(l.spelt(p, at), at) {
			out = append(out, at)
		}
	}
	return out
}

func (l *lister) reads(text string, at slot) bool {
	_, err := quantity.Parse(text, at.kind(), l.env)
	return err == nil
}

// spelt is a text with everyday words replaced by those of the scale.
func (l *lister) spelt(p string, at slot) string {
	word := strings.ToLower(p)
	if at == damage {
		p = eachTime.ReplaceAllString(p, "")
		word = strings.ToLower(p)
	}
	for _, w := range [...][]string{
		chance: {
			"rare:highly unlikely", "rarely:highly unlikely", "seldom:unlikely", "sometimes:realistic possibility", "possible:realistic possibility",
			"often:very likely", "frequent:very likely", "certain:almost certain", "l:low", "m:medium", "h:high", "med:medium", "moderate:medium",
		},
		damage: {
			"minor:low", "small:low", "little:low", "moderate:medium", "med:medium", "major:high", "large:high", "big:high", "severe:high",
			"critical:high", "huge:high", "l:low", "m:medium", "h:high",
		},
		// No l: it is low on one scale and large on the other.
		effort: {"small:low", "little:low", "s:low", "easy:low", "moderate:medium", "med:medium", "m:medium", "large:high", "big:high", "hard:high", "h:high", "xl:high"},
	}[at] {
		if from, to, _ := strings.Cut(w, ":"); from == word {
			return to
		}
	}
	if l.reads(word, at) && !l.reads(p, at) {
		return word
	}
	return p
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
