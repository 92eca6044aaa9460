package job

import (
	"context"
	"slices"
	"strings"
	"time"

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
	kind, d := news(state, e, body)
	var people []string
	switch kind {
	case "":
		return nil
	case asked:
		people = m.deciding(state, d.Product)
	case answered:
		people = []string{d.Proposer.ID}
	default:
		by, _ := d.Decider()
		people = []string{by, d.Proposer.ID}
	}
	return m.to(state, e, kind, people, d.Product, now)
}

// news is what an event brought about that is worth telling of: a kind of letter, and
// the decision; "" for nothing.
func news(state *ledger.State, e ledger.Event, body ledger.Body) (kind string, d *ledger.Decision) {
	d, status := decisionOf(state, e, body)
	if d == nil {
		return "", nil
	}
	switch _, moved := body.(*ledger.DecisionMoved); {
	case status == ledger.Proposed && !moved:
		kind = asked
	case moved && (status == ledger.Agreed || status == ledger.Rejected):
		kind = answered
	case status == ledger.Reopened:
		kind = reopened
	case status == ledger.Expired:
		kind = ended
	}
	return kind, d
}

// isNews reports whether an event is worth telling a chat of.
func isNews(state *ledger.State, e ledger.Event) bool {
	body, err := ledger.DecodeBody(e)
	if err != nil {
		return false
	}
	kind, _ := news(state, e, body)
	return kind != ""
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
	why := "" // they get it
	switch {
	case d.Kind == digest:
		why = o.accepted(state, d, &l)
	case strings.HasPrefix(d.Kind, dueSoon):
		why = o.ends(state, d, &l)
	case strings.HasPrefix(d.Kind, lookSoon):
		why = o.looks(state, d, &l)
	default:
		why, err = o.about(ctx, state, d, &l)
	}
	if err != nil {
		return err
	}
	if why == "" {
		return errNothing
	}
	l.Text = tidy(l.Text) + "\n\n-- \n" + catalogue.T("mail.foot", "why", why, "url", o.URL+"/") + "\n"
	return m.Send(ctx, l)
}

// about writes the letter about what an event did to a decision, and says why
// whoever it is for gets it; "" where there is nothing to be told any more.
func (o *Outbox) about(ctx context.Context, state *ledger.State, d store.Delivery, l *outgoing.Letter) (why string, err error) {
	events, err := o.events(ctx, d.Seq, 1)
	if err != nil || len(events) != 1 {
		return "", err
	}
	body, err := ledger.DecodeBody(events[0])
	if err != nil {
		return "", err
	}
	if n, ok := body.(*ledger.NoteAdded); ok {
		return o.mentioned(state, d, events[0], n, l), nil
	}
	x, status := decisionOf(state, events[0], body)
	if x == nil || !o.Mail.reads(state, d.Target, x.Product) || d.Kind == ended && !waits(state, x) {
		return "", nil
	}
	p := state.Product(x.Product)
	figures := o.left(p, x)
	if d.Kind == reopened {
		figures = o.moved(p, x, events[0].ID, true)
	}
	pairs := append(pairsOf(state, x, o.URL), "who", line(events[0].Actor.ID), "until", x.Until, "status", statusWords(status), "figures", strings.Join(figures, "\n"))
	l.Subject, l.Text = catalogue.T("mail."+d.Kind+".subject", pairs...), catalogue.T("mail."+d.Kind+".text", pairs...)
	return whyTold(d, x, pairs), nil
}

// whyTold says why somebody is told of a decision.
func whyTold(d store.Delivery, x *ledger.Decision, pairs []any) string {
	by, _ := x.Decider()
	switch {
	case d.Kind == asked:
		return catalogue.T("mail.why.may", pairs...)
	case d.Kind == answered || !strings.EqualFold(by, d.Target):
		return catalogue.T("mail.why.proposed", pairs...)
	}
	return catalogue.T("mail.why.decided", pairs...)
}

// waits reports whether a threat of a decision that ended was not decided anew.
func waits(state *ledger.State, x *ledger.Decision) bool {
	p := state.Product(x.Product)
	return slices.ContainsFunc(x.Live, func(threat string) bool { return p.InForce(threat) == nil })
}

// mentioned writes the letter to somebody whom a note asks.
func (o *Outbox) mentioned(state *ledger.State, d store.Delivery, e ledger.Event, n *ledger.NoteAdded, l *outgoing.Letter) (why string) {
	p := state.Product(e.Product)
	if p == nil || !o.Mail.reads(state, d.Target, p.ID) {
		return ""
	}
	threat, about := n.ID, title(p, ledger.KindThreat, n.ID)
	if x := p.Decision(n.ID); n.About == ledger.KindDecision && x != nil && len(x.Threats) > 0 {
		threat, about = x.Threats[0], x.Short
	}
	pairs := []any{"who", line(e.Actor.ID), "product", title(p, ledger.KindProduct, p.ID), "about", about, "text", clipped(line(n.Text)), "url", o.URL + threatPath(threat) + "#talk"}
	l.Subject, l.Text = catalogue.T("mail.mentioned.subject", pairs...), catalogue.T("mail.mentioned.text", pairs...)
	return catalogue.T("mail.why.mentioned", pairs...)
}

// ends writes the letter about a decision that ends soon, if it still does.
func (o *Outbox) ends(state *ledger.State, d store.Delivery, l *outgoing.Letter) (why string) {
	x := o.Mail.holding(state, d, dueSoon)
	if x == nil || !onDay(x.Until, d.Seq) {
		return ""
	}
	pairs := append(pairsOf(state, x, o.URL), "until", x.Until, "figures", strings.Join(o.left(state.Product(x.Product), x), "\n"))
	l.Subject, l.Text = catalogue.T("mail.due.subject", pairs...), catalogue.T("mail.due.text", pairs...)
	return catalogue.T("mail.why.decided", pairs...)
}

// looks writes the letter about conditions that are to be looked at on a day, if any
// still is.
func (o *Outbox) looks(state *ledger.State, d store.Delivery, l *outgoing.Letter) (why string) {
	x := o.Mail.holding(state, d, lookSoon)
	if x == nil {
		return ""
	}
	var says []string
	for _, n := range conditionsOn(x, d.Seq) {
		says = append(says, catalogue.T("mail.look.line", "n", n, "says", clipped(line(x.Conditions[n-1].Says))))
	}
	if len(says) == 0 {
		return ""
	}
	pairs := append(pairsOf(state, x, o.URL), "date", dateOf(d.Seq), "conditions", strings.Join(says, "\n"))
	l.Subject, l.Text = catalogue.T("mail.look.subject", pairs...), catalogue.T("mail.look.text", pairs...)
	return catalogue.T("mail.why.decided", pairs...)
}

// holding is the decision behind the kind of a letter, nil where it is not in force
// any more or whoever is told may not read it.
func (m *Mail) holding(state *ledger.State, d store.Delivery, kind string) *ledger.Decision {
	x := inForce(state, strings.TrimPrefix(d.Kind, kind))
	if x == nil || !m.reads(state, d.Target, x.Product) {
		return nil
	}
	return x
}
