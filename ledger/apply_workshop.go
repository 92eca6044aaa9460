package ledger

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// workshop folds the events of a product that are left: those of its workshops.
func (p *Product) workshop(e Event, b Body) error {
	switch b := b.(type) {
	case *WorkshopOpened:
		return p.openWorkshop(e, b)
	case *WorkshopListed:
		return p.inWorkshop(b.Workshop, func(w *Workshop) error { return p.list(e, w, b.Topics) })
	case *WorkshopLinked:
		return p.inWorkshop(b.Workshop, func(w *Workshop) error { return w.link(e, b) })
	case *WorkshopUnlinked:
		return p.inWorkshop(b.Workshop, func(w *Workshop) error { return w.unlink(e) })
	case *WorkshopJoined:
		return p.inWorkshop(b.Workshop, func(w *Workshop) error { return w.join(e, b) })
	case *WorkshopAsked:
		return p.inWorkshop(b.Workshop, func(w *Workshop) error { return w.ask(e, b) })
	case *WorkshopEstimated:
		return p.inWorkshop(b.Workshop, func(w *Workshop) error { return w.estimate(e, b) })
	case *WorkshopRevealed:
		return p.inWorkshop(b.Workshop, func(w *Workshop) error { return p.reveal(e, w, b) })
	case *WorkshopNoted:
		return p.inWorkshop(b.Workshop, func(w *Workshop) error { return w.note(e, b) })
	case *WorkshopClosed:
		return p.inWorkshop(b.Workshop, func(w *Workshop) error { return p.closeWorkshop(e, w, b) })
	}
	return fmt.Errorf("no rule folds %T", b)
}

func (p *Product) openWorkshop(e Event, b *WorkshopOpened) error {
	if strings.TrimSpace(b.Title) == "" || b.Seconds < LeastSeconds || b.Seconds > MostSeconds {
		return fmt.Errorf("a workshop has a title, and %d to %d seconds for a threat", LeastSeconds, MostSeconds)
	}
	w := &Workshop{Short: p.short("WS"), Title: b.Title, Seconds: b.Seconds, Event: e.ID, At: e.At, Actor: e.Actor}
	if err := p.list(e, w, b.Topics); err != nil {
		return err
	}
	p.Workshops = append(p.Workshops, w)
	return nil
}

// inWorkshop changes an open workshop.
func (p *Product) inWorkshop(short string, change func(*Workshop) error) error {
	i := slices.IndexFunc(p.Workshops, func(w *Workshop) bool { return w.Short == short })
	if i < 0 {
		return fmt.Errorf("there is no workshop %q", short)
	}
	if !p.Workshops[i].Closed.IsZero() {
		return fmt.Errorf("workshop %s is closed", short)
	}
	c := p.Workshops[i].clone()
	if err := change(c); err != nil {
		return err
	}
	p.Workshops[i] = c
	return nil
}

func (p *Product) list(e Event, w *Workshop, topics []TopicAdded) error {
	if err := w.takesPart(e); err != nil {
		return err
	}
	if err := CheckTopics(topics); err != nil {
		return err
	}
	if len(w.Topics)+len(topics) > MaxTopics {
		return fmt.Errorf("a workshop takes at most %d threats", MaxTopics)
	}
	for _, t := range topics {
		if t.Threat != "" && p.Item(KindThreat, t.Threat) == nil {
			return fmt.Errorf("workshop %s: threat %q is not in product %q", w.Short, t.Threat, p.ID)
		}
		w.Topics = append(w.Topics, Topic{Title: t.Title, Threat: t.Threat, Actor: e.Actor})
	}
	return nil
}

// topic is a threat by its number, which must be there.
func (w *Workshop) topic(n int) (*Topic, error) {
	t := w.Topic(n)
	if t == nil {
		return nil, fmt.Errorf("workshop %s has no threat %d", w.Short, n)
	}
	return t, nil
}

func (w *Workshop) ask(e Event, b *WorkshopAsked) error {
	t, err := w.topic(b.Topic)
	switch {
	case err != nil:
		return err
	case w.Current() != 0:
		return fmt.Errorf("workshop %s: threat %d is being estimated", w.Short, w.Current())
	case b.Round != len(t.Rounds)+1 || b.Round > MaxRounds:
		return fmt.Errorf("workshop %s: threat %d had %d rounds of at most %d, round %d does not follow", w.Short, b.Topic, len(t.Rounds), MaxRounds, b.Round)
	}
	t.Rounds = append(t.Rounds, Round{At: e.At})
	return nil
}

// sealed is the round that an event is about, which must be the one that runs.
func (w *Workshop) sealed(topic, round int) (*Round, error) {
	t := w.Topic(topic)
	if topic == 0 || w.Current() != topic || len(t.Rounds) != round {
		return nil, fmt.Errorf("workshop %s: round %d about threat %d is not running", w.Short, round, topic)
	}
	return t.Last(), nil
}

func (w *Workshop) estimate(e Event, b *WorkshopEstimated) error {
	if err := w.takesPart(e); err != nil {
		return err
	}
	r, err := w.sealed(b.Topic, b.Round)
	if err != nil {
		return err
	}
	if e.Attached == nil {
		return fmt.Errorf("workshop %s: an estimate without what was estimated", w.Short)
	}
	r.Answers = slices.DeleteFunc(r.Answers, func(a Answer) bool { return a.Actor.ID == e.Actor.ID })
	r.Answers = append(r.Answers, Answer{Event: e.ID, At: e.At, Actor: e.Actor, Sealed: *e.Attached})
	return nil
}

func (p *Product) reveal(e Event, w *Workshop, b *WorkshopRevealed) error {
	r, err := w.sealed(b.Topic, b.Round)
	if err != nil {
		return err
	}
	if len(b.Said) != len(r.Answers) {
		return fmt.Errorf("workshop %s: %d estimates are revealed, %d were sealed", w.Short, len(b.Said), len(r.Answers))
	}
	for i, said := range b.Said {
		if r.Answers[i].Event != said.Event {
			return fmt.Errorf("workshop %s: estimate %s was not sealed in this round", w.Short, said.Event)
		}
		r.Answers[i].Said = said.Said
	}
	r.Revealed = e.At
	t := w.Topic(b.Topic)
	p.opinionsFrom(t.Threat, *r, e.At)
	return nil
}

func (w *Workshop) note(e Event, b *WorkshopNoted) error {
	t, err := w.topic(b.Topic)
	switch {
	case err != nil:
		return err
	case strings.TrimSpace(b.Text) == "" || len(b.Text) > maxNote:
		return fmt.Errorf("a note has a text of at most %d bytes", maxNote)
	}
	t.Notes = append(t.Notes, TopicNote{Text: b.Text, At: e.At, Actor: e.Actor})
	return nil
}

func (p *Product) closeWorkshop(e Event, w *Workshop, b *WorkshopClosed) error {
	if n := w.Current(); n != 0 {
		return fmt.Errorf("workshop %s: threat %d is being estimated", w.Short, n)
	}
	for _, taken := range b.Taken {
		t := w.Topic(taken.Topic)
		if t == nil || t.Threat != "" || p.Item(KindThreat, taken.Threat) == nil {
			return fmt.Errorf("workshop %s: threat %d cannot become %q", w.Short, taken.Topic, taken.Threat)
		}
		t.Threat = taken.Threat
		for _, r := range t.Rounds {
			p.opinionsFrom(t.Threat, r, e.At)
		}
	}
	w.Closed = e.At
	w.endGuests(e.At)
	return nil
}

// opinionsFrom lets the estimates of a revealed round stand beside a threat as
// those of the people who made them, as if each had said so then.
func (p *Product) opinionsFrom(threat string, r Round, at time.Time) {
	if threat == "" {
		return
	}
	for _, a := range r.Answers {
		n := NoteAdded{Kind: NoteEstimate, About: KindThreat, ID: threat, Likelihood: a.Said.Likelihood, Impact: a.Said.Impact}
		if n.CheckNote() != nil {
			continue // of the cost alone, which is no estimate of the threat
		}
		p.Notes = append(p.Notes, &Note{NoteAdded: n, Event: a.Event, At: at, Actor: a.Actor, Cost: a.Said.Cost})
	}
}
