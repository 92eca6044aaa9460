package web

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/parleysec/parley/internal/brief/plain"
	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/internal/negotiate"
	"github.com/parleysec/parley/ledger"
)

func (l *live) rooms(ctx context.Context, product string) (*WorkshopsView, error) {
	s, err := l.look(ctx, product)
	if err != nil {
		return nil, err
	}
	v := &WorkshopsView{Frame: l.page(ctx, s, catalogue.T("web.workshop.title"), workshopPath), Heading: catalogue.T("web.workshop.heading"), Lead: catalogue.T("web.workshop.lead")}
	if s.product == nil {
		return v, nil
	}
	r, err := l.service.Workshops(ctx, actorOf(ctx), negotiate.WorkshopsRequest{Product: s.product.ID})
	if err != nil {
		return nil, err
	}
	for _, x := range r.Workshops {
		key := "web.workshop.open"
		if x.Closed != nil {
			key = "web.workshop.over"
		}
		v.Rows = append(v.Rows, WorkshopRow{roomURL(x.ID), x.Title, x.ID, catalogue.N(key, x.Threats, "when", whenWords(x.At), "who", x.By)})
	}
	if l.may(ctx, "OpenWorkshop", s.product.ID) == nil {
		v.Form = &OpenRoomForm{ProductID: s.product.ID, Minutes: "2"}
		if m := s.product.Model; m != nil {
			for i := range m.Threats {
				t := &m.Threats[i]
				v.Form.Threats = append(v.Form.Threats, Tick{Name: "threat", Value: t.ID, Label: titleOr(t.Title, t.ID)})
			}
		}
	}
	return v, nil
}

func (l *live) openRoom(ctx context.Context, req negotiate.OpenWorkshopRequest) (string, error) {
	r, err := l.service.OpenWorkshop(ctx, actorOf(ctx), req)
	if err != nil {
		return "", err
	}
	return r.ID, nil
}

// actInRoom does what somebody did in a room.
func (l *live) actInRoom(ctx context.Context, in roomSent) error {
	at := negotiate.WorkshopRequest{Workshop: in.id}
	var err error
	switch in.act {
	case "add":
		_, err = l.service.AddToWorkshop(ctx, actorOf(ctx), negotiate.WorkshopThreatsRequest{WorkshopRequest: at, Lines: in.lines})
	case "estimate":
		_, err = l.service.EstimateInWorkshop(ctx, actorOf(ctx), negotiate.WorkshopEstimateRequest{WorkshopRequest: at, Topic: in.topic, Said: in.said})
	default:
		_, err = l.service.LeadWorkshop(ctx, actorOf(ctx), negotiate.WorkshopStepRequest{WorkshopRequest: at, Step: negotiate.WorkshopStep(in.step), Topic: in.topic, Text: in.text, Asked: in.asked})
	}
	return err
}

func (l *live) room(ctx context.Context, id string) (*WorkshopView, error) {
	r, err := l.service.Workshop(ctx, actorOf(ctx), negotiate.WorkshopRequest{Workshop: id})
	if err != nil {
		return nil, err
	}
	frame := Frame{Title: r.Title}
	if guestOf(ctx) == nil {
		s, err := l.look(ctx, r.Product)
		if err != nil {
			return nil, err
		}
		frame = l.page(ctx, s, r.Title, workshopPath)
		frame.News = "" // it follows by itself
	}
	v := &WorkshopView{
		Frame: frame, ID: r.ID, Heading: r.Title, URL: roomAt(ctx, r.ID), Stamp: stampOf(r),
		Lead: catalogue.N("web.workshop.people", len(r.People), "who", plain.List(r.People)),
	}
	for i := range r.Topics {
		v.Topics = append(v.Topics, roomTopic(r, i))
	}
	if g := guestOf(ctx); g != nil {
		v.Guest = catalogue.T("web.workshop.guest", "who", g.Actor.ID)
	}
	v.Wait = waitWords(r)
	takesPart := r.Closed == nil && (guestOf(ctx) != nil || l.may(ctx, "EstimateInWorkshop", r.Product) == nil)
	if r.Current > 0 {
		v.Now = roomNowOf(r, actorOf(ctx).ID, v.URL, takesPart)
	} else if r.Last > 0 && r.Closed == nil {
		v.Last = &v.Topics[r.Last-1]
	}
	if takesPart {
		v.Add = &RoomAdd{Action: v.URL + "/threats"}
	}
	if r.Closed == nil && guestOf(ctx) == nil && l.may(ctx, "LeadWorkshop", r.Product) == nil {
		v.Steps = roomLead(r, v.URL)
		if !l.opt.trial { // nobody else comes into an example
			v.Guests = roomGuests(r, v.URL)
		}
	}
	for _, x := range r.Agenda {
		p := RoomPoint{Title: x.Title, Says: x.Says}
		if x.Threat != "" {
			p.URL = threatURL(x.Threat)
		}
		for _, o := range x.Open {
			text := sentence(o.Says)
			if len(o.Ask) > 0 {
				text += " " + catalogue.T("web.workshop.ask", "who", plain.List(o.Ask))
			}
			p.Open = append(p.Open, text)
		}
		v.Agenda = append(v.Agenda, p)
	}
	return v, nil
}

func (l *live) linkRoom(ctx context.Context, req negotiate.LinkWorkshopRequest) (*negotiate.WorkshopLinkResult, error) {
	return l.service.LinkWorkshop(ctx, actorOf(ctx), req)
}

func (l *live) unlinkRoom(ctx context.Context, id string) error {
	_, err := l.service.UnlinkWorkshop(ctx, actorOf(ctx), negotiate.WorkshopRequest{Workshop: id})
	return err
}

func (l *live) joinRoom(ctx context.Context, req negotiate.JoinWorkshopRequest) (*negotiate.GuestResult, error) {
	return l.service.JoinWorkshop(ctx, negotiate.NewGuest(), req)
}

func (l *live) guest(ctx context.Context, secret string) (*negotiate.GuestResult, error) {
	return l.service.Guest(ctx, negotiate.NewGuest(), negotiate.GuestRequest{Secret: secret})
}

// roomMoves is asked for by everybody in the room every few seconds: it works out
// no more than it tells.
func (l *live) roomMoves(ctx context.Context, id string) (*RoomMoves, error) {
	r, err := l.service.Workshop(ctx, actorOf(ctx), negotiate.WorkshopRequest{Workshop: id, Bare: true})
	if err != nil {
		return nil, err
	}
	m := &RoomMoves{Stamp: stampOf(r)}
	if r.Current > 0 {
		now := roomNowOf(r, "", "", false)
		m.Answered, m.Left = now.Answered, now.Seconds
	}
	return m, nil
}

// stampOf changes whenever a room does, but for who answered.
func stampOf(r *negotiate.WorkshopResult) string {
	notes, rounds, revealed := 0, 0, 0
	for _, t := range r.Topics {
		notes, rounds = notes+len(t.Notes), rounds+len(t.Rounds)
		for _, x := range t.Rounds {
			if x.Revealed {
				revealed++
			}
		}
	}
	link := ""
	if r.Guests != nil {
		link = r.Guests.Until.UTC().Format("150405")
	}
	return fmt.Sprintf("%d.%d.%d.%d.%d.%s.%t", len(r.Topics), notes, rounds, revealed, len(r.People), link, r.Closed != nil)
}

func roomTopic(r *negotiate.WorkshopResult, i int) RoomTopic {
	t := r.Topics[i]
	out := RoomTopic{Number: strconv.Itoa(t.Number), Title: t.Title, State: catalogue.T("web.workshop.state.waits")}
	if r.Closed != nil {
		out.State = catalogue.T("web.workshop.state.never")
		if t.Threat != "" {
			out.URL = threatURL(t.Threat)
		}
	}
	for j, x := range t.Rounds {
		if !x.Revealed {
			out.State = catalogue.T("web.workshop.state.now")
			continue
		}
		out.State = catalogue.T("web.workshop.state.done")
		round := RoomRound{Heading: catalogue.T("web.workshop.round", "n", j+1)}
		for _, said := range x.Said {
			round.Rows = append(round.Rows, RoomSaid{said.By, said.Likelihood, said.Impact, said.Cost})
		}
		if stay := silentAgain(t.Rounds[:j], x); len(stay) > 0 {
			round.Stays = catalogue.N("web.workshop.stays", len(stay), "who", plain.List(stay))
		}
		out.Rounds = append(out.Rounds, round)
	}
	out.Pictures = roomPictures(r, t)
	out.Silent = len(out.Rounds) > 0 && !slices.ContainsFunc(out.Rounds, func(x RoomRound) bool { return len(x.Rows) > 0 })
	for _, n := range t.Notes {
		out.Notes = append(out.Notes, catalogue.T("web.workshop.noted", "who", n.By, "text", n.Text))
	}
	return out
}

// roomNowOf is what is being estimated, with the form for who takes part: with their
// own answer, or the one they gave in the round before.
func roomNowOf(r *negotiate.WorkshopResult, who, at string, takesPart bool) *RoomNow {
	t := r.Topics[r.Current-1]
	x := t.Rounds[len(t.Rounds)-1]
	n := &RoomNow{
		Key:   fmt.Sprintf("%d.%d", t.Number, len(t.Rounds)),
		Title: t.Title, Round: catalogue.T("web.workshop.round", "n", len(t.Rounds)), Until: clockOf(x.Until),
		Seconds: max(0, int(x.Until.Sub(r.Now).Seconds())), Answered: answeredWords(x),
	}
	n.Left = catalogue.T("web.workshop.left", "time", clockWords(n.Seconds))
	if !takesPart {
		return n
	}
	n.Form = &RoomForm{Action: at + "/estimate", Topic: t.Number, Button: catalogue.T("web.workshop.send")}
	for _, before := range t.Rounds[:len(t.Rounds)-1] {
		for _, said := range before.Said {
			if strings.EqualFold(said.By, who) {
				n.Form.Likelihood, n.Form.Impact, n.Form.Cost = said.Likelihood, said.Impact, said.Cost
			}
		}
	}
	if x.Own != nil {
		n.Form.Likelihood, n.Form.Impact, n.Form.Cost, n.Form.Button = x.Own.Likelihood, x.Own.Impact, x.Own.Cost, catalogue.T("web.workshop.send_again")
		n.Own = catalogue.T("web.workshop.own")
	}
	return n
}

// waitWords says what a room waits for while nothing is being estimated.
func waitWords(r *negotiate.WorkshopResult) string {
	asked := 0
	for _, t := range r.Topics {
		if len(t.Rounds) > 0 {
			asked++
		}
	}
	switch {
	case r.Closed != nil:
		return catalogue.T("web.workshop.wait.closed")
	case r.Current > 0:
		return ""
	case len(r.Topics) == 0:
		return catalogue.T("web.workshop.wait.empty")
	case asked == 0:
		return catalogue.T("web.workshop.wait.begin", "time", clockWords(r.Seconds))
	}
	says := catalogue.T("web.workshop.wait.last")
	if n := len(r.Topics) - asked; n > 0 {
		says = catalogue.N("web.workshop.wait.talk", n)
	}
	if againLeft(r) {
		says += " " + catalogue.T("web.workshop.wait.again")
	}
	return says
}

// againLeft reports whether the threat that is talked about can be estimated once more.
func againLeft(r *negotiate.WorkshopResult) bool {
	return r.Last > 0 && len(r.Topics[r.Last-1].Rounds) < ledger.MaxRounds
}

// silentAgain are those who said something in the rounds before and nothing in this one.
func silentAgain(before []negotiate.WorkshopRound, x negotiate.WorkshopRound) []string {
	var out []string
	spoke := func(round negotiate.WorkshopRound, who string) bool {
		return slices.ContainsFunc(round.Said, func(s negotiate.WorkshopSaid) bool { return strings.EqualFold(s.By, who) })
	}
	for _, b := range before {
		for _, s := range b.Said {
			if !spoke(x, s.By) && !slices.Contains(out, s.By) {
				out = append(out, s.By)
			}
		}
	}
	return out
}

// clockWords is a time in minutes and seconds.
func clockWords(seconds int) string { return fmt.Sprintf("%d:%02d", seconds/60, seconds%60) }

// answeredWords says who answered, and who of those who take part did not yet.
func answeredWords(x negotiate.WorkshopRound) string {
	text := catalogue.T("web.workshop.nobody")
	if k := len(x.Answered); k > 0 {
		text = catalogue.N("web.workshop.answered", k, "all", k+len(x.Waiting), "who", plain.List(x.Answered))
	}
	if len(x.Waiting) > 0 {
		text += " " + catalogue.T("web.workshop.waiting", "who", plain.List(x.Waiting))
	} else if len(x.Answered) > 1 {
		text += " " + catalogue.T("web.workshop.everybody")
	}
	return text
}

// roomGuests is how guests come into a room.
func roomGuests(r *negotiate.WorkshopResult, at string) *RoomGuests {
	g := &RoomGuests{Says: catalogue.T("web.workshop.guests.none"), Button: catalogue.T("web.workshop.guests.make"), Action: at + "/link"}
	if l := r.Guests; l != nil {
		g.Until = momentOf(l.Until)
		g.Says = catalogue.N("web.workshop.guests.some", l.Came, "all", l.Guests, "by", l.By)
		if l.Came == 0 {
			g.Says = catalogue.T("web.workshop.guests.fresh", "all", l.Guests, "by", l.By)
		}
		g.Button, g.Back = catalogue.T("web.workshop.guests.again"), at+"/unlink"
	}
	return g
}

// roomLead is what can be done next.
func roomLead(r *negotiate.WorkshopResult, at string) *RoomLead {
	f := &RoomLead{Action: at + "/step"}
	for _, t := range r.Topics {
		f.Asked += len(t.Rounds)
	}
	add := func(step negotiate.WorkshopStep) {
		f.Buttons = append(f.Buttons, Choice{string(step), catalogue.T("web.workshop.step." + string(step))})
	}
	if r.Current > 0 {
		add(negotiate.StepReveal)
		return f // what is written down now would be read before everybody answered
	}
	f.Topic = r.Last
	for _, t := range r.Topics {
		if len(t.Rounds) == 0 {
			add(negotiate.StepAsk)
			break
		}
	}
	if againLeft(r) {
		add(negotiate.StepAgain)
	}
	add(negotiate.StepClose)
	return f
}
