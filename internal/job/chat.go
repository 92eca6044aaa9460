package job

import (
	"context"
	"slices"
	"strings"

	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/internal/outgoing"
	"github.com/parleysec/parley/internal/store"
	"github.com/parleysec/parley/ledger"
)

// What a chat is told of a text of others, in characters, and of how many things.
const (
	longestTitle = 150
	mostTitles   = 3
)

// chats are the webhooks of chats that are told anything.
func (o *Outbox) chats(ctx context.Context) (out []store.Hook, err error) {
	err = o.DB.ReadOutbox(ctx, func(tx *store.OutboxTx) error {
		out, err = tx.Hooks(ctx)
		return err
	})
	return slices.DeleteFunc(out, func(h store.Hook) bool { return h.Kind == "" || !h.Stopped.IsZero() }), err
}

// announce is what comes of a decision, to the chats that are told of its product.
func announce(chats []store.Hook, product string, x store.Delivery) []store.Delivery {
	var out []store.Delivery
	for _, h := range chats {
		if h.Product == "" || h.Product == product {
			out = append(out, store.Delivery{Kind: store.ByCalendar + x.Kind, Target: h.ID, Seq: x.Seq, Due: x.Due})
		}
	}
	return out
}

// said is a message to a chat: its lines, in which every text of others is harmless, and
// the page it is about.
type said struct {
	lines []string
	link  string
}

// sendChat sends a chat the message of a delivery, as things are now: the news that
// letters bring, with titles and figures, but nothing that somebody wrote of it.
func (o *Outbox) sendChat(ctx context.Context, h *store.Hook, d store.Delivery) error {
	state, err := o.DB.State(ctx)
	if err != nil {
		return err
	}
	var m *said
	if what, ok := strings.CutPrefix(d.Kind, store.ByCalendar); ok {
		m = o.sayDay(state, h, what, d.Seq)
	} else if m, err = o.sayNews(ctx, state, d); err != nil {
		return err
	}
	if m == nil {
		return errNothing
	}
	body, err := outgoing.ChatBody(h.Kind, m.lines, m.link, catalogue.T("chat.open"))
	if err != nil {
		return err
	}
	return o.Send(ctx, outgoing.Message{URL: h.URL, At: o.Now(), Body: body})
}

// sayNews says what an event brought about, nil where that is nothing any more.
func (o *Outbox) sayNews(ctx context.Context, state *ledger.State, d store.Delivery) (*said, error) {
	events, err := o.events(ctx, d.Seq, 1)
	if err != nil || len(events) != 1 {
		return nil, err
	}
	body, err := ledger.DecodeBody(events[0])
	if err != nil {
		return nil, err
	}
	kind, x := news(state, events[0], body)
	if kind == "" || kind == ended && !waits(state, x) {
		return nil, nil
	}
	p := state.Product(x.Product)
	figures := o.left(p, x)
	if kind == reopened {
		figures = o.moved(p, x, events[0].ID, false)
	}
	_, status := decisionOf(state, events[0], body)
	m := o.sayOf(p, x, kind, "who", harmless(events[0].Actor.ID), "status", statusWords(status))
	m.add(figures)
	return m, nil
}

// sayDay says what the calendar brings: the end of a decision, conditions that are to be
// looked at, or what was accepted last week; nil where that is nothing any more.
func (o *Outbox) sayDay(state *ledger.State, h *store.Hook, what string, number int64) *said {
	if what == digest {
		return o.sayWeek(state, h, number)
	}
	kind, short, _ := strings.Cut(what, ":")
	x := inForce(state, short)
	if x == nil || h.Product != "" && h.Product != x.Product {
		return nil
	}
	p := state.Product(x.Product)
	if kind+":" == lookSoon {
		n := len(conditionsOn(x, number))
		if n == 0 {
			return nil
		}
		return o.sayOf(p, x, "look", "date", dateOf(number), "conditions", catalogue.N("chat.conditions", n))
	}
	if !onDay(x.Until, number) {
		return nil
	}
	m := o.sayOf(p, x, "due")
	m.add(o.left(p, x))
	return m
}

func (o *Outbox) sayWeek(state *ledger.State, h *store.Hook, monday int64) *said {
	w := weekBefore(state, monday, o.Now().Location(), func(product string) bool { return h.Product == "" || h.Product == product })
	if len(w.decisions) == 0 {
		return nil
	}
	m := &said{link: o.URL + "/lived", lines: []string{catalogue.N("chat.digest", len(w.decisions), "from", w.first(), "to", w.last())}}
	m.add(o.sums(state, w))
	return m
}

// sayOf begins a message about a decision.
func (o *Outbox) sayOf(p *ledger.Product, x *ledger.Decision, kind string, pairs ...any) *said {
	var titles []string
	for _, id := range x.Threats[:min(len(x.Threats), mostTitles)] {
		titles = append(titles, catalogue.T("mail.quoted", "title", harmless(title(p, ledger.KindThreat, id))))
	}
	if n := len(x.Threats) - mostTitles; n > 0 {
		titles = append(titles, catalogue.N("chat.others", n))
	}
	pairs = append(pairs, "product", harmless(title(p, ledger.KindProduct, p.ID)), "kind", catalogue.T("kind."+string(x.Kind)), "threats", strings.Join(titles, ", "), "until", harmless(x.Until))
	link := o.URL + "/"
	if len(x.Threats) > 0 {
		link = o.URL + threatPath(x.Threats[0])
	}
	return &said{lines: []string{catalogue.T("chat."+kind, pairs...)}, link: link}
}

// add adds lines in which names and titles stand.
func (m *said) add(lines []string) {
	for _, x := range lines {
		m.lines = append(m.lines, outgoing.Harmless(x, 2*longestTitle))
	}
}

func harmless(s string) string { return outgoing.Harmless(s, longestTitle) }
