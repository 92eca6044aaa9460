package job

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/internal/outgoing"
	"github.com/parleysec/parley/internal/store"
	"github.com/parleysec/parley/ledger"
)

// Mail tells people what concerns them. Whoever has no role on a product, or no
// account that may be used, is told nothing of it: both are looked at when a
// letter is sent, too.
type Mail struct {
	Send    func(context.Context, outgoing.Letter) error
	Reaches func(ctx context.Context, person string) (bool, error) // whether there is an account that may be used

	// Draw makes the link of an id anew, nil where it is good for nothing any more.
	Draw func(ctx context.Context, id string) (*Link, error)

	Reading, Deciding []ledger.MemberRole // roles by which a product may be read, and decided about
}

// Kinds of letters. A letter about a day to come has the decision behind its kind.
const (
	asked    = "asked"     // a decision waits for approval
	mention  = "mentioned" // somebody mentions them
	answered = "answered"  // what somebody proposed was decided
	reopened = "reopened"  // what somebody decided no longer holds
	ended    = "ended"     // what somebody decided reached its end
	dueSoon  = "due:"      // a decision ends within a week
	lookSoon = "look:"     // a condition of a decision is to be looked at within a week
	digest   = "digest"    // what was accepted last week
)

// told lists the letters an event brings about.
func (m *Mail) told(state *ledger.State, e ledger.Event, now time.Time) []store.Delivery {
	body, err := ledger.DecodeBody(e)
	if err != nil {
		return nil // of a newer program, which tells by itself
	}
	if n, ok := body.(*ledger.NoteAdded); ok {
		return m.to(state, e, mention, n.Mentions, e.Product, now)
	}
	d, status := decisionOf(state, e, body)
	if d == nil {
		return nil
	}
	kind, people := "", []string{}
	switch _, moved := body.(*ledger.DecisionMoved); {
	case status == ledger.Proposed && !moved:
		kind, people = asked, m.deciding(state, d.Product)
	case moved && (status == ledger.Agreed || status == ledger.Rejected):
		kind, people = answered, []string{d.Proposer.ID}
	case status == ledger.Reopened:
		by, _ := d.Decider()
		kind, people = reopened, []string{by, d.Proposer.ID}
	case status == ledger.Expired:
		by, _ := d.Decider()
		kind, people = ended, []string{by, d.Proposer.ID}
	}
	return m.to(state, e, kind, people, d.Product, now)
}

// to are the letters of a kind to people who may read a product, but whoever brought
// them about.
func (m *Mail) to(state *ledger.State, e ledger.Event, kind string, people []string, product string, now time.Time) []store.Delivery {
	var out []store.Delivery
	people = slices.Sorted(slices.Values(people))
	for _, p := range slices.Compact(people) {
		if p = strings.ToLower(p); p != strings.ToLower(e.Actor.ID) && m.reads(state, p, product) {
			out = append(out, store.Delivery{Kind: kind, Target: p, Seq: e.Seq, Due: now})
		}
	}
	return out
}

// deciding are those who may decide about a product.
func (m *Mail) deciding(state *ledger.State, product string) []string {
	var out []string
	for _, x := range state.Members {
		if x.On(product) && slices.Contains(m.Deciding, x.Role) {
			out = append(out, x.Person)
		}
	}
	return out
}

// reads reports whether somebody holds a role on a product by which it may be read.
func (m *Mail) reads(state *ledger.State, person, product string) bool {
	return slices.ContainsFunc(state.RolesOf(person), func(x ledger.Membership) bool {
		return x.On(product) && slices.Contains(m.Reading, x.Role)
	})
}

// day is the number of a civil date: days since 1970.
func day(t time.Time) int64 {
	y, m, d := t.Date()
	return time.Date(y, m, d, 0, 0, 0, 0, time.UTC).Unix() / (24 * 60 * 60)
}

// soon is how long before its end somebody is told of it, in days.
const soon = 7

// Calendar queues the letters of the day: decisions that end soon and conditions
// that are to be looked at soon, once for each day, and on or after Monday what was
// accepted in the week before.
func (o *Outbox) Calendar(ctx context.Context) error {
	if o.Mail == nil {
		return nil
	}
	state, err := o.DB.State(ctx)
	if err != nil {
		return err
	}
	now := o.Now()
	today := day(now)
	var list []store.Delivery
	for _, p := range state.Products() {
		for _, d := range p.Decisions {
			list = append(list, o.Mail.coming(state, d, now)...)
		}
	}
	monday := today - int64(now.Weekday()+6)%7
	for _, m := range state.Members {
		if m.Role == ledger.Manager {
			list = append(list, store.Delivery{Kind: digest, Target: m.Person, Seq: monday, Due: now})
		}
	}
	return o.DB.Outbox(ctx, func(tx *store.OutboxTx) error { return tx.Queue(ctx, list) })
}

// coming are the letters to whoever decided about what comes within a week: the end
// of a decision in force, and the days on which its conditions are to be looked at.
func (m *Mail) coming(state *ledger.State, d *ledger.Decision, now time.Time) []store.Delivery {
	by, _ := d.Decider()
	if by = strings.ToLower(by); d.Status != ledger.InForce || !m.reads(state, by, d.Product) {
		return nil
	}
	var out []store.Delivery
	add := func(kind, date string) {
		on, err := time.Parse(time.DateOnly, date)
		if today := day(now); err == nil && day(on) >= today && day(on) <= today+soon {
			out = append(out, store.Delivery{Kind: kind + d.Short, Target: by, Seq: day(on), Due: now})
		}
	}
	add(dueSoon, d.Until)
	for i := range d.Conditions {
		if date := d.ReviewBy(i + 1); date != d.Until { // the letter about the end tells of that day
			add(lookSoon, date)
		}
	}
	return out
}

// send writes and sends the letter of a delivery, as things are now.
func (m *Mail) send(ctx context.Context, o *Outbox, d store.Delivery) error {
	if id, ok := strings.CutPrefix(d.Kind, store.LetterLink); ok {
		return m.sendLink(ctx, o, d, id)
	}
	reached, err := m.Reaches(ctx, d.Target)
	if err != nil {
		return err
	}
	if !reached {
		return errNothing
	}
	l := outgoing.Letter{To: d.Target, ID: letterID(d)}
	if what, ok := strings.CutPrefix(d.Kind, store.LetterAccount); ok {
		return m.sendChange(ctx, o, d, what, l)
	}
	state, err := o.DB.State(ctx)
	if err != nil {
		return err
	}
	ok := false
	switch {
	case d.Kind == digest:
		ok = accepted(state, d, o.Now().Location(), o.URL, &l)
	case strings.HasPrefix(d.Kind, dueSoon):
		ok = m.ends(state, d, o.URL, &l)
	case strings.HasPrefix(d.Kind, lookSoon):
		ok = m.looks(state, d, o.URL, &l)
	default:
		ok, err = o.about(ctx, state, d, &l)
	}
	if err != nil {
		return err
	}
	if !ok {
		return errNothing
	}
	l.Text += "\n\n-- \n" + catalogue.T("mail.foot", "url", o.URL+"/") + "\n"
	return m.Send(ctx, l)
}

// about writes the letter about what an event did to a decision.
func (o *Outbox) about(ctx context.Context, state *ledger.State, d store.Delivery, l *outgoing.Letter) (bool, error) {
	events, err := o.events(ctx, d.Seq, 1)
	if err != nil || len(events) != 1 {
		return false, err
	}
	body, err := ledger.DecodeBody(events[0])
	if err != nil {
		return false, err
	}
	if n, ok := body.(*ledger.NoteAdded); ok {
		return o.mentioned(state, d, events[0], n, l), nil
	}
	x, status := decisionOf(state, events[0], body)
	if x == nil || !o.Mail.reads(state, d.Target, x.Product) || d.Kind == ended && !waits(state, x) {
		return false, nil
	}
	pairs := append(pairsOf(state, x, o.URL), "who", events[0].Actor.ID, "until", x.Until, "status", catalogue.T("mail.status."+strings.ReplaceAll(string(status), " ", "-")))
	l.Subject, l.Text = catalogue.T("mail."+d.Kind+".subject", pairs...), catalogue.T("mail."+d.Kind+".text", pairs...)
	return true, nil
}

// waits reports whether a threat of a decision that ended was not decided anew.
func waits(state *ledger.State, x *ledger.Decision) bool {
	p := state.Product(x.Product)
	return slices.ContainsFunc(x.Live, func(threat string) bool { return p.InForce(threat) == nil })
}

// mentioned writes the letter to somebody whom a note asks.
func (o *Outbox) mentioned(state *ledger.State, d store.Delivery, e ledger.Event, n *ledger.NoteAdded, l *outgoing.Letter) bool {
	p := state.Product(e.Product)
	if p == nil || !o.Mail.reads(state, d.Target, p.ID) {
		return false
	}
	threat, about := n.ID, title(p, ledger.KindThreat, n.ID)
	if x := p.Decision(n.ID); n.About == ledger.KindDecision && x != nil && len(x.Threats) > 0 {
		threat, about = x.Threats[0], x.Short
	}
	who := e.Actor.ID
	pairs := []any{"who", who, "product", title(p, ledger.KindProduct, p.ID), "about", about, "text", clipped(line(n.Text)), "url", o.URL + threatPath(threat) + "#talk"}
	l.Subject, l.Text = catalogue.T("mail.mentioned.subject", pairs...), catalogue.T("mail.mentioned.text", pairs...)
	return true
}

// ends writes the letter about a decision that ends soon, if it still does.
func (m *Mail) ends(state *ledger.State, d store.Delivery, origin string, l *outgoing.Letter) bool {
	x := m.holding(state, d, dueSoon)
	if x == nil || !onDay(x.Until, d.Seq) {
		return false
	}
	pairs := append(pairsOf(state, x, origin), "until", x.Until)
	l.Subject, l.Text = catalogue.T("mail.due.subject", pairs...), catalogue.T("mail.due.text", pairs...)
	return true
}

// looks writes the letter about conditions that are to be looked at on a day, if any
// still is.
func (m *Mail) looks(state *ledger.State, d store.Delivery, origin string, l *outgoing.Letter) bool {
	x := m.holding(state, d, lookSoon)
	if x == nil {
		return false
	}
	var says []string
	date := ""
	for i, c := range x.Conditions {
		if by := x.ReviewBy(i + 1); onDay(by, d.Seq) {
			date = by
			says = append(says, catalogue.T("mail.look.line", "n", i+1, "says", clipped(line(c.Says))))
		}
	}
	pairs := append(pairsOf(state, x, origin), "date", date, "conditions", strings.Join(says, "\n"))
	l.Subject, l.Text = catalogue.T("mail.look.subject", pairs...), catalogue.T("mail.look.text", pairs...)
	return len(says) > 0
}

// holding is the decision behind the kind of a letter, nil where it is not in force
// any more or whoever is told may not read it.
func (m *Mail) holding(state *ledger.State, d store.Delivery, kind string) *ledger.Decision {
	for _, p := range state.Products() {
		if x := p.Decision(strings.TrimPrefix(d.Kind, kind)); x != nil && x.Status == ledger.InForce && m.reads(state, d.Target, p.ID) {
			return x
		}
	}
	return nil
}

// onDay reports whether a date is a day by its number, as [day] counts.
func onDay(date string, number int64) bool {
	t, err := time.Parse(time.DateOnly, date)
	return err == nil && day(t) == number
}

// accepted writes the letter about what was accepted or put off in the week
// before a Monday, by whom; there is none where nothing was.
func accepted(state *ledger.State, d store.Delivery, zone *time.Location, origin string, l *outgoing.Letter) bool {
	end := time.Unix(d.Seq*24*60*60, 0).UTC()
	to := time.Date(end.Year(), end.Month(), end.Day(), 0, 0, 0, 0, zone)
	from := to.AddDate(0, 0, -7)
	var lines []string
	for _, p := range state.Products() {
		manages := slices.ContainsFunc(state.RolesOf(d.Target), func(m ledger.Membership) bool { return m.On(p.ID) && m.Role == ledger.Manager })
		for _, x := range p.Decisions {
			if !manages || x.Kind != parley.Accept && x.Kind != parley.Defer {
				continue
			}
			i := slices.IndexFunc(x.History, func(h ledger.Move) bool { return h.To == ledger.InForce })
			if i < 0 || x.History[i].At.Before(from) || !x.History[i].At.Before(to) {
				continue
			}
			by, _ := x.Decider()
			pairs := append(pairsOf(state, x, origin), "by", by, "until", x.Until, "because", line(x.Because))
			lines = append(lines, catalogue.T("mail.digest.line", pairs...))
		}
	}
	l.Subject = catalogue.N("mail.digest.subject", len(lines), "from", from.Format(time.DateOnly))
	l.Text = catalogue.T("mail.digest.text", "from", from.Format(time.DateOnly), "to", to.AddDate(0, 0, -1).Format(time.DateOnly)) + "\n\n" + strings.Join(lines, "\n")
	return len(lines) > 0
}

// pairsOf are what every text about a decision may say.
func pairsOf(state *ledger.State, x *ledger.Decision, origin string) []any {
	p := state.Product(x.Product)
	var titles []string
	first := ""
	for _, id := range x.Threats {
		titles = append(titles, title(p, ledger.KindThreat, id))
	}
	if len(x.Threats) > 0 {
		first = origin + threatPath(x.Threats[0])
	}
	return []any{"id", x.Short, "kind", catalogue.T("kind." + string(x.Kind)), "product", title(p, ledger.KindProduct, p.ID), "threats", strings.Join(titles, ", "), "url", first}
}

// title is what an item is called, in one line; its id where it is not there.
func title(p *ledger.Product, kind ledger.ItemKind, id string) string {
	if it := p.Item(kind, id); it != nil {
		return line(it.Title())
	}
	return id
}

// clipped is a text up to as many characters as a letter gives it.
func clipped(s string) string {
	const most = 600
	if r := []rune(s); len(r) > most {
		return string(r[:most]) + "…"
	}
	return s
}

// line is a text in one line.
func line(s string) string { return strings.Join(strings.Fields(s), " ") }
