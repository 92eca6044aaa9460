package brief

import (
	"unicode"
	"unicode/utf8"

	"github.com/parleysec/parley/internal/brief/plain"
	"github.com/parleysec/parley/internal/catalogue"
)

// Happened is what really happened to a threat beside what its estimate expects. It
// stands beside the figures and moves none of them, and it grows with the time that
// passes: the bytes a decision is recorded with leave it out.
type Happened struct {
	Incidents  int     `json:"incidents"`   // since the likelihood was stated; of a file all of them
	NearMisses int     `json:"near_misses"` // likewise
	Earlier    int     `json:"earlier"`     // incidents that the estimate has in it
	Since      string  `json:"since,omitempty"`
	Expected   *Range  `json:"expected,omitempty"` // number of events in that time: 5th and 95th percentile
	Standing   string  `json:"standing,omitempty"` // as expected, more than expected, fewer than expected
	Last       []Event `json:"last"`               // the latest first, at most three
	Says       string  `json:"says"`
}

// Event is one incident or near miss.
type Event struct {
	ID       string `json:"id"`
	At       string `json:"at"` // date
	Title    string `json:"title,omitempty"`
	NearMiss bool   `json:"near_miss,omitempty"`
}

// MostEvents is how many incidents a brief names.
const MostEvents = 3

// Words say what happened, and what last.
func (h *Happened) Words() string {
	if h == nil {
		return ""
	}
	said := []string{h.Says}
	if h.Since != "" {
		said[0] = catalogue.T("brief.happened.since", "since", dateWords(h.Since), "says", lowered(h.Says))
	}
	if h.Earlier > 0 && h.Since != "" {
		said = append(said, catalogue.N("incident.earlier", h.Earlier, "since", dateWords(h.Since)))
	}
	if len(h.Last) > 0 {
		said = append(said, catalogue.T("brief.happened.last", "events", h.last()))
	}
	return joinSentences(said...)
}

// lowered is a sentence within another.
func lowered(s string) string {
	r, n := utf8.DecodeRuneInString(s)
	return string(unicode.ToLower(r)) + s[n:]
}

// last names the latest events.
func (h *Happened) last() string {
	var out []string
	for _, e := range h.Last {
		key := "brief.happened.event"
		if e.NearMiss {
			key = "brief.happened.near"
		}
		what := plain.Clean(e.Title)
		if what == "" {
			what = plain.Clean(e.ID)
		}
		out = append(out, catalogue.T(key, "date", dateWords(e.At), "what", what))
	}
	return plain.List(out)
}
