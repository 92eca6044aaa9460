package ledger

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// Bounds of a workshop.
const (
	// MaxTopics is how many threats one workshop takes.
	MaxTopics = 200
	// MaxTopic is how long the title of one may be, in characters.
	MaxTopic = 200
	// LeastSeconds and MostSeconds bound the time for one threat.
	LeastSeconds, MostSeconds = 30, 3600
	// MaxRounds is how often a threat is estimated: once, and once more after
	// people talked.
	MaxRounds = 2
)

// WorkshopOpened opens a room in which several people estimate threats, each
// alone, and see each other's estimates all at once.
type WorkshopOpened struct {
	Title   string       `json:"title"`
	Seconds int          `json:"seconds"` // for one threat
	Topics  []TopicAdded `json:"topics,omitempty"`
}

// EventType is workshop.opened.
func (*WorkshopOpened) EventType() (string, int) { return "workshop.opened", 1 }

func (*WorkshopOpened) names(rename) error { return nil }

// TopicAdded is one threat to estimate: one of the product, or one somebody
// typed. One of the two is set.
type TopicAdded struct {
	Title  string `json:"title,omitempty"`
	Threat string `json:"threat,omitempty"` // id
}

// WorkshopListed adds threats to those of a workshop.
type WorkshopListed struct {
	Workshop string       `json:"workshop"` // short id
	Topics   []TopicAdded `json:"topics"`
}

// EventType is workshop.listed.
func (*WorkshopListed) EventType() (string, int) { return "workshop.listed", 1 }

func (*WorkshopListed) names(rename) error { return nil }

// WorkshopAsked begins a round about one threat: its time runs from here.
type WorkshopAsked struct {
	Workshop string `json:"workshop"`
	Topic    int    `json:"topic"` // number, from 1
	Round    int    `json:"round"` // from 1 to [MaxRounds]
}

// EventType is workshop.asked.
func (*WorkshopAsked) EventType() (string, int) { return "workshop.asked", 1 }

func (*WorkshopAsked) names(rename) error { return nil }

// WorkshopEstimated records that somebody estimated, and not what: that is in the
// bytes kept beside the event, to which it is committed under a salt. Nothing of
// them is in the state before the round is revealed.
type WorkshopEstimated struct {
	Workshop string `json:"workshop"`
	Topic    int    `json:"topic"`
	Round    int    `json:"round"`
}

// EventType is workshop.estimated.
func (*WorkshopEstimated) EventType() (string, int) { return "workshop.estimated", 1 }

func (*WorkshopEstimated) names(rename) error { return nil }

// WorkshopRevealed shows all estimates of a round at once.
type WorkshopRevealed struct {
	Workshop string   `json:"workshop"`
	Topic    int      `json:"topic"`
	Round    int      `json:"round"`
	Said     []Opened `json:"said"` // the last estimate of each, in order of time
}

// EventType is workshop.revealed.
func (*WorkshopRevealed) EventType() (string, int) { return "workshop.revealed", 1 }

func (*WorkshopRevealed) names(rename) error { return nil }

// Opened is an estimate that was sealed: the event that sealed it, and what was in
// it.
type Opened struct {
	Event string `json:"event"`
	Said
}

// Said is what one person estimates of a threat, as typed; "" for what they left
// out.
type Said struct {
	Likelihood string `json:"likelihood,omitempty"`
	Impact     string `json:"impact,omitempty"` // of one event
	Cost       string `json:"cost,omitempty"`   // of doing something about it: effort or money
}

// WorkshopNoted writes down what was said about a threat in the room.
type WorkshopNoted struct {
	Workshop string `json:"workshop"`
	Topic    int    `json:"topic"`
	Text     string `json:"text"`
}

// EventType is workshop.noted.
func (*WorkshopNoted) EventType() (string, int) { return "workshop.noted", 1 }

func (*WorkshopNoted) names(rename) error { return nil }

// WorkshopClosed ends a workshop. Taken are the typed threats that are threats of
// the product by now.
type WorkshopClosed struct {
	Workshop string       `json:"workshop"`
	Taken    []TopicTaken `json:"taken,omitempty"`
}

// EventType is workshop.closed.
func (*WorkshopClosed) EventType() (string, int) { return "workshop.closed", 1 }

func (*WorkshopClosed) names(rename) error { return nil }

// TopicTaken is a typed threat and what it became.
type TopicTaken struct {
	Topic  int    `json:"topic"`
	Threat string `json:"threat"` // id
}

// Workshop is a workshop as it stands.
type Workshop struct {
	Short   string // e.g. SHOP-WS1
	Title   string
	Seconds int // for one threat
	Event   string
	At      time.Time
	Actor   Actor
	Topics  []Topic
	Link    *WorkshopLink `json:",omitempty"` // nil for none
	Guests  []Guest       `json:",omitempty"` // who came by a link, in order of time
	Closed  time.Time     `json:",omitzero"`  // zero while it is open
}

// Topic is one threat of a workshop.
type Topic struct {
	Title  string // as typed; "" for one of the product
	Threat string // id; "" for one that is none of the product yet
	Actor  Actor  // who added it
	Rounds []Round
	Notes  []TopicNote
}

// Round is one time that people estimated a threat.
type Round struct {
	At       time.Time
	Revealed time.Time `json:",omitzero"` // zero while it is sealed
	Answers  []Answer  // the last of each person, in order of time
}

// Answer is one person's estimate of one round.
type Answer struct {
	Event  string // id of the event that sealed it
	At     time.Time
	Actor  Actor
	Sealed Attachment // what it is, which is read by nobody else before the round is revealed
	Said   Said       // as revealed; zero before
}

// TopicNote is something written down about a threat.
type TopicNote struct {
	Text  string
	At    time.Time
	Actor Actor
}

// Workshop finds a workshop by its short id, in upper or lower case; nil for none.
func (p *Product) Workshop(short string) *Workshop {
	for _, w := range p.Workshops {
		if strings.EqualFold(w.Short, short) {
			return w
		}
	}
	return nil
}

// Current is the number of the threat that is being estimated, 0 for none.
func (w *Workshop) Current() int {
	for i := range w.Topics {
		if r := w.Topics[i].Last(); r != nil && r.Revealed.IsZero() {
			return i + 1
		}
	}
	return 0
}

// Asked is the number of the threat that is being estimated or, while none is, of
// the one that was last; 0 for none.
func (w *Workshop) Asked() int {
	if now := w.Current(); now != 0 {
		return now
	}
	last, at := 0, time.Time{}
	for i := range w.Topics {
		if r := w.Topics[i].Last(); r != nil && !r.At.Before(at) {
			last, at = i+1, r.At
		}
	}
	return last
}

// Rounds is how many rounds were asked for so far, of all threats.
func (w *Workshop) Rounds() int {
	n := 0
	for i := range w.Topics {
		n += len(w.Topics[i].Rounds)
	}
	return n
}

// Topic is a threat by its number, nil for none.
func (w *Workshop) Topic(n int) *Topic {
	if n < 1 || n > len(w.Topics) {
		return nil
	}
	return &w.Topics[n-1]
}

// Last is the last round about a threat, nil for none.
func (t *Topic) Last() *Round {
	if len(t.Rounds) == 0 {
		return nil
	}
	return &t.Rounds[len(t.Rounds)-1]
}

// Standing is what each person said last of each thing in the rounds that were
// revealed: who is silent in the second one stays with the first. nil before any was.
func (t *Topic) Standing() *Round {
	var out *Round
	for i := range t.Rounds {
		r := &t.Rounds[i]
		if r.Revealed.IsZero() {
			continue
		}
		if out == nil {
			out = &Round{}
		}
		out.At, out.Revealed = r.At, r.Revealed
		for _, a := range r.Answers {
			if was := out.Of(a.Actor.ID); was != nil {
				a.Said = a.Said.over(was.Said)
				*was = a
				continue
			}
			out.Answers = append(out.Answers, a)
		}
	}
	return out
}

// over is what somebody says, and what they said before of what they leave out.
func (s Said) over(before Said) Said {
	return Said{cmp.Or(s.Likelihood, before.Likelihood), cmp.Or(s.Impact, before.Impact), cmp.Or(s.Cost, before.Cost)}
}

// Of is what a person answered, nil for nothing.
func (r *Round) Of(person string) *Answer {
	for i := range r.Answers {
		if strings.EqualFold(r.Answers[i].Actor.ID, person) {
			return &r.Answers[i]
		}
	}
	return nil
}

// CheckTopics reports what is wrong with threats to be added.
func CheckTopics(list []TopicAdded) error {
	for _, t := range list {
		switch {
		case (t.Title == "") == (t.Threat == ""):
			return fmt.Errorf("a threat of a workshop is one of the product or has a title")
		case t.Title != strings.TrimSpace(t.Title) || strings.ContainsAny(t.Title, "\r\n"):
			return fmt.Errorf("a threat is one line without spaces around it, not %q", t.Title)
		case utf8.RuneCountInString(t.Title) > MaxTopic:
			return fmt.Errorf("a threat has at most %d characters", MaxTopic)
		}
	}
	return nil
}

// clone is a copy in which rounds and answers can be changed.
func (w *Workshop) clone() *Workshop {
	c := *w
	c.Topics, c.Guests = slices.Clone(w.Topics), slices.Clone(w.Guests)
	if w.Link != nil {
		l := *w.Link
		c.Link = &l
	}
	for i := range c.Topics {
		t := &c.Topics[i]
		t.Notes, t.Rounds = slices.Clone(t.Notes), slices.Clone(t.Rounds)
		for j := range t.Rounds {
			t.Rounds[j].Answers = slices.Clone(t.Rounds[j].Answers)
		}
	}
	return &c
}

// people are the places of the names in a copy of a workshop.
func (w *Workshop) people() []*string {
	*w = *w.clone()
	out := []*string{&w.Actor.ID}
	if w.Link != nil {
		out = append(out, &w.Link.Actor.ID)
	}
	for i := range w.Guests {
		out = append(out, &w.Guests[i].Actor.ID)
	}
	for i := range w.Topics {
		t := &w.Topics[i]
		out = append(out, &t.Actor.ID)
		for j := range t.Notes {
			out = append(out, &t.Notes[j].Actor.ID)
		}
		for j := range t.Rounds {
			for k := range t.Rounds[j].Answers {
				out = append(out, &t.Rounds[j].Answers[k].Actor.ID)
			}
		}
	}
	return out
}

// renameWorkshops takes workshops along when a threat gets another id.
func (p *Product) renameWorkshops(kind ItemKind, from, to string) {
	if kind != KindThreat {
		return
	}
	for i, w := range p.Workshops {
		c := w.clone()
		for j := range c.Topics {
			if c.Topics[j].Threat == from {
				c.Topics[j].Threat = to
			}
		}
		p.Workshops[i] = c
	}
}
