package exchange

import (
	"slices"
	"strconv"
	"strings"
)

// oddities names what Threagile itself would refuse in a model: it does not
// matter here, but it will when the risks are generated.
func (t *threagile) oddities() {
	m := t.model.root
	var known []string
	for _, s := range m.get("tags_available").strings() {
		known = append(known, strings.ToLower(s))
	}
	for _, part := range []string{"technical_assets", "data_assets", "trust_boundaries", "shared_runtimes"} {
		for _, a := range m.get(part).entries() {
			t.oddTags(a, known)
			for _, l := range a.get("communication_links").entries() {
				t.oddTags(l, known)
				if l.get("authorization").str() == "enduser-identity-propagation" {
					t.report.guessed("enduser-identity-propagation", "line "+strconv.Itoa(l.get("authorization").line), "the name before Threagile 1.0, which wants end-user-identity-propagation: read all the same")
				}
			}
		}
	}
}

func (t *threagile) oddTags(n *node, known []string) {
	for _, s := range n.get("tags").strings() {
		if !slices.Contains(known, strings.ToLower(s)) {
			t.report.guessed("tag "+t.line(s), "line "+strconv.Itoa(n.get("tags").line), "tags_available does not list it, which Threagile refuses: read all the same")
		}
	}
}
