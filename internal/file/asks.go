package file

import (
	"fmt"
	"strings"

	"github.com/parleysec/parley"
)

// asks is what is still to be asked about a list of threats.
type asks struct {
	chance, damage, effort, people, says []string // ids of threats that say nothing about it
	currency                             string   // that was assumed
	personDay                            bool     // was assumed
	notes                                []string
}

// maxNotes is how many remarks on single lines are kept.
const maxNotes = 20

func (a *asks) note(format string, args ...any) {
	if len(a.notes) < maxNotes {
		a.notes = append(a.notes, fmt.Sprintf(format, args...))
	}
}

// text is a line for each thing to know or to ask, the first a summary.
func (a *asks) text(name string, m *parley.Model) []string {
	all := len(m.Threats)
	out := []string{fmt.Sprintf("%s read from %s, all marked as guesses", plural(all, "threat"), name)}
	out = append(out, a.notes...)
	ask := func(ids []string, what, question string) {
		if len(ids) > 0 {
			out = append(out, fmt.Sprintf("%s: ask “%s”", saysNothing(ids, all, what), question))
		}
	}
	ask(a.chance, "how likely it is; medium was guessed", "Of 100 years like the next, in how many does this happen at least once?")
	ask(a.damage, "what it costs; medium was guessed", "When it happens, what does it cost us, so that nine times in ten it lies between the two figures?")
	ask(a.people, "who is harmed", "Who outside is hurt by it, how many, and how badly: minor, serious or grave?")
	ask(a.says, "what happens then, in plain words", "What would be in the news, or in the letter to our customers?")
	ask(a.effort, "what could be done", "What could we do about it, and how many days would that take?")
	if n := len(m.Mitigations); n > 0 {
		out = append(out, fmt.Sprintf("%s with an effort got a mitigation still to be found: ask “What would we build for that effort, and which share does it stop?”", plural(n, "threat")))
	}
	if a.personDay {
		out = append(out, fmt.Sprintf("policy.person_day: %s was assumed: ask “What does one day of one person cost?”", parley.GuessedPersonDay))
	}
	if a.currency != "" {
		out = append(out, fmt.Sprintf("product.currency: %s was assumed", a.currency))
	}
	return out
}

// saysNothing is "5 of 12 threats do not say WHAT (ids)".
func saysNothing(ids []string, all int, what string) string {
	if len(ids) == all {
		if all == 1 {
			return "the threat does not say " + what
		}
		return "no threat says " + what
	}
	const most = 6
	list := strings.Join(ids[:min(most, len(ids))], ", ")
	if len(ids) > most {
		list += fmt.Sprintf(" and %d more", len(ids)-most)
	}
	verb := "do not say"
	if len(ids) == 1 {
		verb = "does not say"
	}
	return fmt.Sprintf("%d of %s %s %s (%s)", len(ids), plural(all, "threat"), verb, what, list)
}

func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
