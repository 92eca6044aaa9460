package file

import (
	"slices"
	"strings"
)

// sameAs are everyday words by what they are on the default scale.
var sameAs = [slots]map[string]string{
	chance: pairs("extremely unlikely|remote",
		"not likely|not very likely|not that likely|improbable|unlikely",
		"sometimes|occasionally|now and then|once in a while|possible|possibly|maybe|perhaps|could happen|might happen|realistic possibility",
		"quite likely|pretty likely|rather likely|fairly likely|expected|likely",
		"often|very often|frequent|frequently|regularly|common|all the time|constantly|extremely likely|most likely|very likely",
		"l|low", "m|med|moderate|medium", "h|high", "extreme|very high"),
	damage: pairs("tiny|negligible|trivial|insignificant|very low", "minor|small|little|cheap|l|low", "moderate|med|significant|m|medium",
		"major|large|big|severe|serious|expensive|h|high", "critical|huge|massive|enormous|extreme|very high",
		"catastrophe|disaster|disastrous|existential|fatal|ruinous|game over|catastrophic"),
	// No l: it is low on one scale and large on the other.
	effort: pairs("small|little|s|xs|easy|quick|quick win|trivial|tiny|not much|low", "moderate|med|m|medium", "large|big|hard|difficult|h|xl|a lot|lots|much|huge|high"),
}

// stretched are words that say something near what is taken for them.
var stretched = [slots]map[string]string{
	chance: pairs("100%|100 %|100 percent|certain|certainly|for sure|sure|definitely|definite|guaranteed|inevitable|bound to happen|matter of time|a matter of time|any day now|almost certain",
		"50/50|50:50|50-50|fifty-fifty|fifty fifty|even odds|coin flip|coin toss|40%..60%",
		"0%|0 %|never|impossible|almost never|practically never|remote",
		"rare|rarely|hardly ever|barely ever|once in a blue moon|very rarely|highly unlikely", "seldom|unlikely", "very rare|very unlikely"),
	damage: pairs("none|nothing|no damage|zero|very low"),
	effort: pairs("none|nothing|no effort|0.1d"),
}

// pairs is a table from lists of words, the last of each being what the others mean.
func pairs(lists ...string) map[string]string {
	out := map[string]string{}
	for _, list := range lists {
		words := strings.Split(list, "|")
		means := words[len(words)-1]
		for _, w := range words[:len(words)-1] {
			out[w] = means
		}
	}
	return out
}

// Words that stand around a figure and say nothing about it.
var (
	before = [slots][]string{
		chance: fillers("happens happen happening occurs occur chance likelihood probability odds of the"),
		damage: fillers("costs cost costing cost: damage damages loss losses lose loses losing us we we'd price bill fine fines worth total of in the a"),
		effort: fillers("takes take taking needs need effort work fix fixing build spend costs cost us the of"),
	}
	after = [slots][]string{
		chance: fillers("chance likelihood probability odds at some point happens indeed somewhere"),
		damage: fillers("damage damages loss lost cost costs fine fines gone easily worth of in total to us"),
		effort: fillers("work effort to fix build do it this implement of dev developer time job coding needed please"),
	}
	around = strings.Fields("maybe perhaps probably possibly presumably i i'd we'd think guess suppose reckon would could should might may will it it's its that that's this is be was " +
		"so well hmm um then and with for just honestly each time you know")
)

func fillers(words string) []string { return append(strings.Fields(words), around...) }

// withoutFillers takes the words off both ends that say nothing about a figure.
func withoutFillers(text string, at slot) string {
	words := strings.Fields(text)
	is := func(list []string, w string) bool {
		return slices.Contains(list, strings.ReplaceAll(strings.Trim(w, ",.!?:"), "’", "'"))
	}
	for len(words) > 0 && is(before[at], words[0]) && !(words[0] == "a" && amountless(words)) {
		words = words[1:]
	}
	for len(words) > 0 && is(after[at], words[len(words)-1]) {
		words = words[:len(words)-1]
	}
	return strings.Trim(strings.Join(words, " "), " ,.!?:")
}

// amountless reports that “a” is the number of what follows: a million, a few.
func amountless(words []string) bool {
	return len(words) > 1 && slices.Contains([]string{"few", "couple", "million", "thousand", "hundred", "billion", "day", "week", "month", "year", "lot", "half", "good"}, words[1])
}

var nonAnswers = strings.Fields("dunno unknown unclear unsure tbd tba idk unklar unbekannt offen")

var nonAnswerStarts = []string{
	"no idea", "not sure", "don't know", "dont know", "do not know", "who knows", "hard to say", "keine ahnung", "weiß nicht", "weiss nicht", "depends", "no clue", "can't say", "nobody knows",
}

// saysNothing reports a text that answers without an answer.
func saysNothing(text string) bool {
	text = strings.ReplaceAll(strings.ToLower(trimmed(text)), "’", "'")
	if slices.Contains(nonAnswers, text) {
		return true
	}
	return slices.ContainsFunc(nonAnswerStarts, func(s string) bool { return strings.HasPrefix(text, s) })
}

// blank reports a text that stands for an empty cell.
func blank(text string) bool {
	return slices.Contains([]string{"", "?", "??", "???", "-", "–", "—", "n/a", "na", "x", ".", "…", "k.a.", "none yet"}, strings.ToLower(strings.TrimSpace(text)))
}
