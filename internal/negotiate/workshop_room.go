package negotiate

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/ledger"
	"github.com/parleysec/parley/quantity"
)

// OpenWorkshopRequest opens a workshop.
type OpenWorkshopRequest struct {
	Product string
	Title   string
	Seconds int      // for one threat; 0 for two minutes
	Threats []string // of the product, by id or short id
	Lines   string   // threats that are none of the product yet, one a line
}

// workshopSeconds is how long people think about one threat where nobody says.
const workshopSeconds = 120

// OpenWorkshop opens a room in which several people estimate threats alone and see
// each other's estimates all at once.
func (s *Service) OpenWorkshop(ctx context.Context, actor Actor, req OpenWorkshopRequest) (*WorkshopResult, error) {
	at := WorkshopRequest{Product: req.Product}
	return s.inWorkshop(ctx, actor, "OpenWorkshop", at, func(a *access, p *ledger.Product, _ *ledger.Workshop, _ time.Time) ([]ledger.Draft, error) {
		b := &ledger.WorkshopOpened{Title: oneLine(req.Title), Seconds: cmp.Or(req.Seconds, workshopSeconds)}
		switch {
		case b.Title == "" || utf8.RuneCountInString(b.Title) > ledger.MaxTopic:
			return nil, parley.Errorf(parley.Invalid, "read the title", "%s", catalogue.T("workshop.title", "most", ledger.MaxTopic))
		case b.Seconds < ledger.LeastSeconds || b.Seconds > ledger.MostSeconds:
			return nil, parley.Errorf(parley.Invalid, "read the time", "%s", catalogue.T("workshop.seconds", "least", ledger.LeastSeconds, "most", ledger.MostSeconds))
		}
		var err error
		b.Topics, err = a.topics(p, nil, req.Threats, req.Lines)
		return []ledger.Draft{{Product: p.ID, Actor: actor, Body: b}}, err
	})
}

// WorkshopThreatsRequest adds threats to a workshop.
type WorkshopThreatsRequest struct {
	WorkshopRequest
	Threats []string // of the product, by id or short id
	Lines   string   // others, one a line
}

// AddToWorkshop adds threats to those of a workshop. One that is there already is
// added no second time.
func (s *Service) AddToWorkshop(ctx context.Context, actor Actor, req WorkshopThreatsRequest) (*WorkshopResult, error) {
	return s.inWorkshop(ctx, actor, "AddToWorkshop", req.WorkshopRequest, func(a *access, p *ledger.Product, w *ledger.Workshop, _ time.Time) ([]ledger.Draft, error) {
		list, err := a.topics(p, w.Topics, req.Threats, req.Lines)
		if err == nil {
			err = a.fewTopics(w, len(list))
		}
		if err != nil {
			return nil, err
		}
		if len(list) == 0 {
			return nil, parley.Errorf(parley.Invalid, "add threats", "%s", catalogue.T("workshop.nothing_new"))
		}
		return []ledger.Draft{{Product: p.ID, Actor: actor, Body: &ledger.WorkshopListed{Workshop: w.Short, Topics: list}}}, nil
	})
}

// topics are threats to be added: those that are not there yet. A line that is the
// title of a threat of the product means that threat.
func (a *access) topics(p *ledger.Product, there []ledger.Topic, threats []string, lines string) ([]ledger.TopicAdded, error) {
	m, err := a.state.Model(p.ID)
	if err != nil {
		return nil, err
	}
	seen := map[string]bool{}
	for _, t := range there {
		seen[strings.ToLower(topicTitle(m, &t))] = true
	}
	var out []ledger.TopicAdded
	add := func(t ledger.TopicAdded) {
		x := ledger.Topic{Title: t.Title, Threat: t.Threat}
		if key := strings.ToLower(topicTitle(m, &x)); !seen[key] {
			seen[key], out = true, append(out, t)
		}
	}
	if a.actor.Known == ledger.ByLink && len(threats) > 0 {
		return nil, noGuest()
	}
	for _, text := range threats {
		ref, err := a.seen.Resolve(p.ID, text, ledger.KindThreat)
		if err != nil {
			return nil, err
		}
		add(ledger.TopicAdded{Threat: ref.ID})
	}
	for line := range strings.Lines(lines) {
		title := oneLine(strings.TrimLeft(strings.TrimSpace(line), "-*• "))
		if title == "" {
			continue
		}
		t := ledger.TopicAdded{Title: title}
		if x := titled(m, title); x != nil && a.actor.Known != ledger.ByLink { // a guest is not told which threats there are
			t = ledger.TopicAdded{Threat: x.ID}
		}
		add(t)
	}
	if len(there)+len(out) > ledger.MaxTopics {
		return nil, parley.Errorf(parley.Invalid, "add threats", "%s", catalogue.T("workshop.many", "most", ledger.MaxTopics))
	}
	if err := ledger.CheckTopics(out); err != nil {
		return nil, &parley.Error{Op: "add threats", Kind: parley.Invalid, Err: err}
	}
	return out, nil
}

// titled is the threat of a product that bears a title, nil for none.
func titled(m *parley.Model, title string) *parley.Threat {
	for i := range m.Threats {
		if strings.EqualFold(m.Threats[i].Title, title) {
			return &m.Threats[i]
		}
	}
	return nil
}

// oneLine is a text without what cannot be seen, with single spaces.
func oneLine(text string) string {
	return strings.Join(strings.FieldsFunc(text, func(r rune) bool { return unicode.IsSpace(r) || !unicode.IsPrint(r) }), " ")
}

// WorkshopEstimateRequest is what one person estimates of the threat that is being
// estimated. What is "" is left out; one of the three is there.
type WorkshopEstimateRequest struct {
	WorkshopRequest
	Topic int // its number, so that no answer is taken for one to the next threat
	ledger.Said
}

// EstimateInWorkshop seals an estimate until the round is revealed; a later one of
// the same person takes its place.
func (s *Service) EstimateInWorkshop(ctx context.Context, actor Actor, req WorkshopEstimateRequest) (*WorkshopResult, error) {
	return s.inWorkshop(ctx, actor, "EstimateInWorkshop", req.WorkshopRequest, func(a *access, p *ledger.Product, w *ledger.Workshop, _ time.Time) ([]ledger.Draft, error) {
		if req.Topic == 0 || w.Current() != req.Topic {
			return nil, parley.Errorf(parley.Conflict, "estimate", "%s", catalogue.T("workshop.not_now")).WithHint(catalogue.T("workshop.not_now_hint"))
		}
		m, err := a.state.Model(p.ID)
		if err != nil {
			return nil, err
		}
		said := ledger.Said{Likelihood: oneLine(req.Likelihood), Impact: oneLine(req.Impact), Cost: oneLine(req.Cost)}
		if err := checkSaid(said, m.Env()); err != nil {
			return nil, err
		}
		bytes, err := sealed(said)
		if err != nil {
			return nil, err
		}
		b := &ledger.WorkshopEstimated{Workshop: w.Short, Topic: req.Topic, Round: len(w.Topic(req.Topic).Rounds)}
		return []ledger.Draft{{Product: p.ID, Actor: actor, Body: b, Attach: bytes, Media: "application/json"}}, nil
	})
}

// longestSaid is how many characters an estimate has at most.
const longestSaid = 100

// checkSaid reports what of an estimate cannot be read.
func checkSaid(said ledger.Said, env quantity.Env) error {
	if said == (ledger.Said{}) {
		return parley.Errorf(parley.Invalid, "estimate", "%s", catalogue.T("workshop.empty"))
	}
	for _, f := range []struct {
		text string
		read func(string) (quantity.Quantity, error)
	}{
		{said.Likelihood, readAs(quantity.Likelihood, env)},
		{said.Impact, readAs(quantity.Money, env)},
		{said.Cost, func(text string) (quantity.Quantity, error) { return costOf(text, env) }},
	} {
		if utf8.RuneCountInString(f.text) > longestSaid {
			return parley.Errorf(parley.Invalid, "estimate", "%s", catalogue.T("workshop.long"))
		}
		if f.text == "" {
			continue
		}
		if _, err := f.read(f.text); err != nil {
			return &parley.Error{Op: "read " + f.text, Kind: parley.Invalid, Err: err}
		}
	}
	return nil
}

// costOf reads a cost: effort, or money where it is none.
func costOf(text string, env quantity.Env) (quantity.Quantity, error) {
	q, err := quantity.Parse(text, quantity.Effort, env)
	if err == nil {
		return q, nil
	}
	if money, other := quantity.Parse(text, quantity.Money, env); other == nil {
		return money, nil
	}
	return q, err
}

// WorkshopStep is what whoever leads a workshop does next.
type WorkshopStep string

// The steps of a workshop.
const (
	StepAsk    WorkshopStep = "ask"    // begin to estimate a threat
	StepReveal WorkshopStep = "reveal" // show all estimates at once
	StepAgain  WorkshopStep = "again"  // estimate it once more, after people talked
	StepNote   WorkshopStep = "note"   // write down what was said
	StepClose  WorkshopStep = "close"  // end it; typed threats become threats of the product
)

// WorkshopStepRequest takes a workshop a step further.
type WorkshopStepRequest struct {
	WorkshopRequest
	Step  WorkshopStep
	Topic int    // number of the threat; 0 for the next one to ask, and for the one asked last otherwise
	Text  string // of a note

	// How many rounds had been asked for, of all threats, when whoever leads chose this:
	// refused where there are more by now, since somebody else led on. Nil: as it stands.
	Asked *int
}

// LeadWorkshop takes a workshop a step further.
func (s *Service) LeadWorkshop(ctx context.Context, actor Actor, req WorkshopStepRequest) (*WorkshopResult, error) {
	said := map[string]ledger.Said{} // by the event that sealed it
	for try := 1; ; try++ {
		r, err := s.inWorkshop(ctx, actor, "LeadWorkshop", req.WorkshopRequest, func(a *access, p *ledger.Product, w *ledger.Workshop, at time.Time) ([]ledger.Draft, error) {
			if !slices.Contains([]WorkshopStep{StepAsk, StepReveal, StepAgain, StepNote, StepClose}, req.Step) {
				return nil, parley.Errorf(parley.Invalid, "read the step", "%s", catalogue.T("workshop.step", "step", string(req.Step)))
			}
			if req.Asked != nil && *req.Asked != w.Rounds() {
				return nil, parley.Errorf(parley.Conflict, string(req.Step), "%s", catalogue.T("workshop.led_on")).WithHint(catalogue.T("workshop.led_on_hint"))
			}
			return s.step(a, p, w, req, said, at)
		})
		sealedYet, ok := errors.AsType[*sealedError](err)
		if !ok || try > 3 {
			return r, err
		}
		if err := s.unseal(ctx, sealedYet.answers, said); err != nil {
			return nil, err
		}
	}
}

// sealedError says which estimates must be read before they can be revealed.
type sealedError struct{ answers []ledger.Answer }

// Error is shown where people kept answering while they were read.
func (*sealedError) Error() string { return catalogue.T("workshop.busy") }

// unseal reads sealed estimates.
func (s *Service) unseal(ctx context.Context, answers []ledger.Answer, into map[string]ledger.Said) error {
	db, err := s.open(ctx)
	if err != nil {
		return err
	}
	for i := range answers {
		said, err := unsealed(ctx, db, &answers[i])
		if err != nil {
			return ledgerError("read an estimate", err)
		}
		into[answers[i].Event] = said
	}
	return nil
}

func (s *Service) step(a *access, p *ledger.Product, w *ledger.Workshop, req WorkshopStepRequest, said map[string]ledger.Said, at time.Time) ([]ledger.Draft, error) {
	n := req.Topic
	if n == 0 {
		n = subject(w, req.Step)
	}
	t := w.Topic(n)
	if t == nil && req.Step != StepClose && req.Step != StepReveal {
		return nil, parley.Errorf(parley.Conflict, string(req.Step), "%s", catalogue.T("workshop.no_topic"))
	}
	draft := func(b ledger.Body) ([]ledger.Draft, error) {
		return []ledger.Draft{{Product: p.ID, Actor: a.actor, Body: b}}, nil
	}
	switch now := w.Current(); {
	case req.Step == StepNote:
		text := strings.TrimSpace(req.Text)
		if text == "" || len(text) > longestNote {
			return nil, parley.Errorf(parley.Invalid, "note", "%s", catalogue.T("workshop.note", "most", longestNote))
		}
		return draft(&ledger.WorkshopNoted{Workshop: w.Short, Topic: n, Text: text})
	case req.Step == StepReveal:
		if t == nil || now != n {
			return nil, parley.Errorf(parley.Conflict, "reveal", "%s", catalogue.T("workshop.not_now"))
		}
		b, err := revealed(w, n, said)
		if err != nil {
			return nil, err
		}
		return draft(b)
	case now != 0:
		return nil, parley.Errorf(parley.Conflict, string(req.Step), "%s", catalogue.T("workshop.reveal_first")).WithHint(catalogue.T("workshop.reveal_hint"))
	case req.Step == StepAsk && len(t.Rounds) == 0:
		return draft(&ledger.WorkshopAsked{Workshop: w.Short, Topic: n, Round: 1})
	case req.Step == StepAgain && len(t.Rounds) == 1:
		return draft(&ledger.WorkshopAsked{Workshop: w.Short, Topic: n, Round: 2})
	case req.Step == StepAsk || req.Step == StepAgain:
		return nil, parley.Errorf(parley.Conflict, string(req.Step), "%s", catalogue.T("workshop.rounds"))
	}
	return s.closing(a, p, w, at)
}

// subject is the threat that a step is about where nobody says: the next one that
// was never asked, the one being estimated to reveal it, else the one asked last; 0
// for none.
func subject(w *ledger.Workshop, step WorkshopStep) int {
	switch step {
	case StepAsk:
		return 1 + slices.IndexFunc(w.Topics, func(t ledger.Topic) bool { return len(t.Rounds) == 0 })
	case StepReveal:
		return w.Current()
	}
	return w.Asked()
}

// longestNote bounds a note, in bytes.
const longestNote = 8000

// revealed opens all estimates of the running round, or says which must be read.
func revealed(w *ledger.Workshop, n int, said map[string]ledger.Said) (*ledger.WorkshopRevealed, error) {
	t := w.Topic(n)
	answers := t.Last().Answers
	b := &ledger.WorkshopRevealed{Workshop: w.Short, Topic: n, Round: len(t.Rounds), Said: []ledger.Opened{}}
	for _, x := range answers {
		one, ok := said[x.Event]
		if !ok {
			return nil, &sealedError{answers}
		}
		b.Said = append(b.Said, ledger.Opened{Event: x.Event, Said: one})
	}
	return b, nil
}

// closing drafts the end of a workshop: each typed threat of which it was said how
// likely and how bad it is becomes one of the product, with what people say together.
func (s *Service) closing(a *access, p *ledger.Product, w *ledger.Workshop, at time.Time) ([]ledger.Draft, error) {
	m, err := a.state.Model(p.ID)
	if err != nil {
		return nil, err
	}
	end := &ledger.WorkshopClosed{Workshop: w.Short}
	var drafts []ledger.Draft
	used, env := p.IDs(), m.Env()
	for i := range w.Topics {
		t := &w.Topics[i]
		if t.Threat != "" {
			continue
		}
		if x := titled(m, t.Title); x != nil { // as a guest typed it
			end.Taken = append(end.Taken, ledger.TopicTaken{Topic: i + 1, Threat: x.ID})
			continue
		}
		said := t.Standing()
		threat, ok := becomes(t.Title, chances(said, env), losses(said, env))
		if !ok {
			continue
		}
		threat.ID = freeID(t.Title, used)
		draft, err := p.PutThreat(threat)
		if err != nil {
			return nil, err
		}
		drafts = append(drafts, draft)
		end.Taken = append(end.Taken, ledger.TopicTaken{Topic: i + 1, Threat: threat.ID})
	}
	drafts = ledger.Stamp(append(drafts, ledger.Draft{Product: p.ID, Body: end}), a.actor, "")
	drafts, _, err = s.settle(a, drafts, at)
	return drafts, err
}

// inWorkshop records what a draft makes of a workshop, and shows it as it is then.
// For a use-case that opens one there is none yet.
func (s *Service) inWorkshop(ctx context.Context, actor Actor, useCase string, req WorkshopRequest, draft func(*access, *ledger.Product, *ledger.Workshop, time.Time) ([]ledger.Draft, error)) (*WorkshopResult, error) {
	product, short := "", ""
	_, state, err := s.record(ctx, deed{actor, useCase, "workshop " + req.Workshop, ""}, func(a *access, at time.Time) ([]ledger.Draft, error) {
		var p *ledger.Product
		var w *ledger.Workshop
		var err error
		if useCase == "OpenWorkshop" {
			p, err = a.product(req.Product)
		} else {
			p, w, err = a.workshop(req)
		}
		if err != nil {
			return nil, err
		}
		if product = p.ID; w != nil {
			if short = w.Short; !w.Closed.IsZero() {
				return nil, parley.Errorf(parley.Conflict, "workshop "+w.Short, "%s", catalogue.T("workshop.closed"))
			}
		}
		return draft(a, p, w, at)
	})
	if err != nil {
		return nil, err
	}
	p := state.Product(product)
	if short == "" {
		short = p.Workshops[len(p.Workshops)-1].Short
	}
	db, err := s.open(ctx)
	if err != nil {
		return nil, err
	}
	return s.shown(ctx, db, state, actor, p, short, req.Bare)
}
