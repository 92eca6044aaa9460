package negotiate

import (
	"cmp"
	"context"
	"encoding/json"
	"strings"
	"time"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/internal/store"
	"github.com/parleysec/parley/ledger"
)

// WorkshopsRequest asks for the workshops of a product.
type WorkshopsRequest struct{ Product string }

// WorkshopsResult lists the workshops of a product, newest first.
type WorkshopsResult struct {
	Schema    string         `json:"schema"`
	Product   string         `json:"product"`
	Workshops []WorkshopInfo `json:"workshops"`
}

// WorkshopInfo is one workshop in a list.
type WorkshopInfo struct {
	ID      string     `json:"id"` // short id: SHOP-WS1
	Title   string     `json:"title"`
	By      string     `json:"by"`
	At      time.Time  `json:"at"`
	Closed  *time.Time `json:"closed,omitempty"` // nil while it is open
	Threats int        `json:"threats"`
}

// WorkshopRequest asks for one workshop.
type WorkshopRequest struct {
	Product  string // "" for the product that the id is of
	Workshop string // short id
	Bare     bool   // without the agenda, for who asks again and again
}

// WorkshopResult is a workshop as who asks may see it: of a round that runs it says
// who answered, and what only to each person of their own answer.
type WorkshopResult struct {
	Schema   string `json:"schema"`
	Product  string `json:"product"`
	Currency string `json:"currency"`
	WorkshopInfo
	Seconds int             `json:"seconds"`          // for one threat
	Guests  *GuestLink      `json:"guests,omitempty"` // by whom guests come; nil where nobody can
	Now     time.Time       `json:"now"`              // the server's clock
	Current int             `json:"current"`          // number of the threat that is being estimated, 0 for none
	Last    int             `json:"last"`             // number of the threat that is or was estimated last, 0 for none
	Topics  []WorkshopTopic `json:"topics"`
	People  []string        `json:"people"` // who took part so far, in order of appearance
	Agenda  []AgendaItem    `json:"agenda"` // of what was revealed so far, what matters most first
}

// WorkshopTopic is one threat of a workshop.
type WorkshopTopic struct {
	Number int             `json:"number"`
	Title  string          `json:"title"`
	Threat string          `json:"threat,omitempty"` // id; none for one typed here that is none of the product yet
	By     string          `json:"by"`               // who added it
	Rounds []WorkshopRound `json:"rounds"`
	Scales []WorkshopScale `json:"scales"` // what was revealed, to be drawn
	Notes  []Note          `json:"notes"`
}

// WorkshopRound is one time that people estimated a threat.
type WorkshopRound struct {
	Asked    time.Time      `json:"asked"`
	Until    time.Time      `json:"until"` // when its time is up; answers are taken until it is revealed
	Revealed bool           `json:"revealed"`
	Answered []string       `json:"answered"`
	Waiting  []string       `json:"waiting"`       // of those who take part, who did not answer; while it runs
	Said     []WorkshopSaid `json:"said"`          // empty before it is revealed
	Own      *ledger.Said   `json:"own,omitempty"` // what who asks answered, while it runs
}

// WorkshopSaid is what one person estimated, as typed.
type WorkshopSaid struct {
	By string `json:"by"`
	ledger.Said
}

// Workshops lists the workshops of a product.
func (s *Service) Workshops(ctx context.Context, actor Actor, req WorkshopsRequest) (*WorkshopsResult, error) {
	_, p, err := s.recordedOf(ctx, actor, "Workshops", req.Product)
	if err != nil {
		return nil, err
	}
	r := &WorkshopsResult{Schema: "parley.workshops/1", Product: p.ID, Workshops: []WorkshopInfo{}}
	for i := len(p.Workshops) - 1; i >= 0; i-- {
		r.Workshops = append(r.Workshops, infoOf(p.Workshops[i]))
	}
	return r, nil
}

// Workshop shows a workshop.
func (s *Service) Workshop(ctx context.Context, actor Actor, req WorkshopRequest) (*WorkshopResult, error) {
	db, a, err := s.recorded(ctx, actor, "Workshop")
	if err != nil {
		return nil, err
	}
	p, w, err := a.workshop(req)
	if err != nil {
		return nil, err
	}
	if err := a.stands(w, s.now()); err != nil {
		return nil, err
	}
	return s.shown(ctx, db, a.state, actor, p, w.Short, req.Bare)
}

// workshop finds a workshop among what the actor may read, and asks whether the
// use-case is allowed there.
func (a *access) workshop(req WorkshopRequest) (*ledger.Product, *ledger.Workshop, error) {
	for _, p := range a.seen.Products() {
		if w := p.Workshop(req.Workshop); w != nil && (a.actor.Known != ledger.ByLink || a.room == w.Short) && (req.Product == "" || p == a.seen.Product(req.Product)) {
			return p, w, a.ask(p)
		}
	}
	return nil, nil, parley.Errorf(parley.NotFound, "find the workshop", "%s", catalogue.T("workshop.none", "id", req.Workshop)).
		WithHint(catalogue.T("workshop.none_hint"))
}

func infoOf(w *ledger.Workshop) WorkshopInfo {
	i := WorkshopInfo{ID: w.Short, Title: w.Title, By: w.Actor.ID, At: w.At, Threats: len(w.Topics)}
	if !w.Closed.IsZero() {
		i.Closed = &w.Closed
	}
	return i
}

// shown is a workshop for an actor.
func (s *Service) shown(ctx context.Context, db *store.DB, state *ledger.State, actor Actor, p *ledger.Product, short string, bare bool) (*WorkshopResult, error) {
	m, err := state.Model(p.ID)
	if err != nil {
		return nil, ledgerError("read "+p.ID, err)
	}
	w := state.Product(p.ID).Workshop(short)
	r := &WorkshopResult{
		Schema: "parley.workshop/1", Product: p.ID, Currency: m.Product.Currency, WorkshopInfo: infoOf(w), Seconds: w.Seconds,
		Now: s.now().UTC(), Current: w.Current(), Last: w.Asked(), Topics: []WorkshopTopic{}, People: peopleOf(w),
	}
	for i := range w.Topics {
		t, err := topicOf(ctx, db, actor, m, w, i, r.Now)
		if err != nil {
			return nil, ledgerError("read "+w.Short, err)
		}
		if !bare {
			t.Scales = scalesOf(m, &w.Topics[i])
		}
		r.Topics = append(r.Topics, t)
	}
	if actor.Known == ledger.ByLink {
		return forGuest(r), nil
	}
	r.Guests = guestLinkOf(w, r.Now)
	if !bare {
		r.Agenda = agendaOf(m, w, r.People)
	}
	return r, nil
}

// peopleOf are those who took part: who opened the room, added, answered or wrote.
func peopleOf(w *ledger.Workshop) []string {
	var out []string
	seen := map[string]bool{}
	add := func(a ledger.Actor) {
		if low := strings.ToLower(a.ID); !seen[low] {
			seen[low], out = true, append(out, a.ID)
		}
	}
	add(w.Actor)
	for _, g := range w.Guests {
		add(g.Actor)
	}
	for _, t := range w.Topics {
		add(t.Actor)
		for _, r := range t.Rounds {
			for _, x := range r.Answers {
				add(x.Actor)
			}
		}
		for _, n := range t.Notes {
			add(n.Actor)
		}
	}
	return out
}

func topicOf(ctx context.Context, db *store.DB, actor Actor, m *parley.Model, w *ledger.Workshop, i int, now time.Time) (WorkshopTopic, error) {
	t := &w.Topics[i]
	out := WorkshopTopic{Number: i + 1, Title: topicTitle(m, t), Threat: t.Threat, By: t.Actor.ID, Rounds: []WorkshopRound{}, Scales: []WorkshopScale{}, Notes: []Note{}}
	for j := range t.Rounds {
		r := &t.Rounds[j]
		x := WorkshopRound{Asked: r.At, Until: r.At.Add(time.Duration(w.Seconds) * time.Second), Revealed: !r.Revealed.IsZero(), Answered: []string{}, Waiting: []string{}, Said: []WorkshopSaid{}}
		for _, a := range r.Answers {
			x.Answered = append(x.Answered, a.Actor.ID)
			if x.Revealed {
				x.Said = append(x.Said, WorkshopSaid{a.Actor.ID, a.Said})
			}
		}
		if !x.Revealed {
			x.Waiting = append(x.Waiting, waitingIn(w, r, now)...)
		}
		if own := r.Of(actor.ID); own != nil && !x.Revealed {
			said, err := unsealed(ctx, db, own)
			if err != nil {
				return out, err
			}
			x.Own = &said
		}
		out.Rounds = append(out.Rounds, x)
	}
	for _, n := range t.Notes {
		out.Notes = append(out.Notes, Note{Kind: string(ledger.NoteComment), About: w.Short, At: n.At, By: n.Actor.ID, Text: n.Text})
	}
	return out, nil
}

// topicTitle names a threat of a workshop; of one of the product by its title today.
func topicTitle(m *parley.Model, t *ledger.Topic) string {
	if x := m.Threat(t.Threat); x != nil {
		return cmp.Or(x.Title, x.ID)
	}
	return cmp.Or(t.Title, t.Threat)
}

// sealedSize is how many bytes every sealed estimate has, whatever is in it: the
// size stands on the record, and would say how much somebody typed.
const sealedSize = 4096

// sealed are the bytes of an estimate that is not to be read yet: JSON, and spaces.
func sealed(said ledger.Said) ([]byte, error) {
	text, err := json.Marshal(said)
	if err != nil || len(text) > sealedSize {
		return nil, parley.Errorf(parley.Invalid, "estimate", "%s", catalogue.T("workshop.long"))
	}
	return append(text, strings.Repeat(" ", sealedSize-len(text))...), nil
}

// unsealed reads an estimate, checked against what was committed to.
func unsealed(ctx context.Context, db *store.DB, a *ledger.Answer) (ledger.Said, error) {
	var said ledger.Said
	text, err := db.Attachment(ctx, a.Sealed)
	if err == nil {
		err = json.Unmarshal(text, &said)
	}
	return said, err
}
