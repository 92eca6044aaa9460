package exchange

import (
	"fmt"
	"strings"

	"github.com/parleysec/parley"
)

// tellApart puts the place where each of several threats stands after a title
// they share, with a number where they share the place too, so that people who
// choose one can tell which it is.
func (j *job) tellApart() {
	same := map[string][]*parley.Threat{}
	var order []string
	for i := range j.model.Threats {
		key := titleKey(j.model.Threats[i].Title)
		if same[key] == nil {
			order = append(order, key)
		}
		same[key] = append(same[key], &j.model.Threats[i])
	}
	taken := map[string]bool{}
	for key := range same {
		taken[key] = true
	}
	for _, key := range order {
		group := same[key]
		if len(group) < 2 {
			continue
		}
		title := group[0].Title
		places := map[string]int{}
		for _, t := range group {
			places[place(t)]++
		}
		for _, t := range group {
			t.Title = apart(t.Title, place(t), places[place(t)] > 1, taken)
			taken[titleKey(t.Title)] = true
		}
		j.report.guessed("title", title, "several threats are called so: where each stands, or a number, is added")
	}
}

// place is where a threat stands, "" where the source does not say.
func place(t *parley.Threat) string {
	if len(t.Assets) == 0 {
		return ""
	}
	return shorten(t.Assets[0], maxTitle/4)
}

// apart is a title with a place after it, and a number where the place is not
// enough, or the title would be one that is taken. It is not longer than a
// title may be.
func apart(title, place string, numbered bool, taken map[string]bool) string {
	for n := 1; ; n++ {
		after := place
		if numbered || place == "" || n > 1 {
			after = strings.TrimSpace(fmt.Sprintf("%s %d", place, n))
		}
		after = " (" + after + ")"
		if full := shorten(title, maxTitle-len([]rune(after))) + after; !taken[titleKey(full)] {
			return full
		}
	}
}

func titleKey(title string) string { return strings.ToLower(title) }
