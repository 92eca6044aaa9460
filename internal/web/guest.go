package web

import (
	"net/http"
	"time"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/auth"
	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/internal/negotiate"
)

// The pages of people without an account who came by the link of a workshop. They
// are known by a cookie of their own, which no other page looks at, and those pages
// look at no other.
const (
	joinPath      = negotiate.JoinPath
	guestRoomPath = joinPath + "/room"
	afterGuest    = "-guest" // in the name of the cookie
)

// How often one network tries to join, and one guest does something: a room full of
// people behind one address joins within a minute.
const (
	joinEvery, joinBurst   = 2 * time.Second, 60
	guestEvery, guestBurst = 3 * time.Second, 30
)

// visiting is every address of a guest. Those that are for a guest answer nobody
// else, and a guest is answered by no other.
var visiting = []route{
	{method: "GET", pattern: joinPath, handle: (*server).join, open: true},
	{method: "POST", pattern: joinPath, handle: (*server).joined, open: true},
	{method: "GET", pattern: guestRoomPath, action: "Workshop", handle: (*server).showRoom, guest: true},
	{method: "GET", pattern: guestRoomPath + "/now", action: "Workshop", handle: (*server).roomNow, guest: true},
	{method: "GET", pattern: guestRoomPath + "/events", action: "Workshop", handle: (*server).roomEvents, guest: true, live: true},
	{method: "POST", pattern: guestRoomPath + "/threats", action: "AddToWorkshop", handle: (*server).roomAdded, guest: true},
	{method: "POST", pattern: guestRoomPath + "/estimate", action: "EstimateInWorkshop", handle: (*server).roomEstimated, guest: true},
}

// join asks who came by a link for a name.
func (s *server) join(w http.ResponseWriter, r *http.Request) error {
	return s.showJoin(w, r, nil)
}

func (s *server) showJoin(w http.ResponseWriter, r *http.Request, why error) error {
	v := &FormView{
		Frame: Frame{Title: catalogue.T("web.join.title")}, Heading: catalogue.T("web.join.title"), Lead: []string{catalogue.T("web.join.lead")},
		Form: Form{
			ID: "join", Action: joinPath, Button: catalogue.T("web.join.button"), Fields: []Field{
				{Name: "name", Label: catalogue.T("web.join.name"), Type: "text", Complete: "given-name", Hint: catalogue.T("web.join.name_hint")},
				secretField("fill"),
			},
		},
		Notes: []string{catalogue.T("web.join.note")},
	}
	return s.showForm(w, r, v, why)
}

// joined lets somebody in who has the link of a workshop.
func (s *server) joined(w http.ResponseWriter, r *http.Request) error {
	form, err := s.read(r, "secret", "name")
	if err == nil {
		err = s.joins.Take(auth.Network(peer(r)), time.Now())
	}
	var g *negotiate.GuestResult
	if err == nil {
		g, err = s.desk.joinRoom(r.Context(), negotiate.JoinWorkshopRequest{Secret: secretOf(form), Name: typed(form, "name")})
	}
	switch {
	case err != nil && !mendable(err):
		return err
	case err != nil:
		return s.showJoin(w, r, err)
	}
	c := s.newCookie(r, afterGuest, g.Secret)
	c.Expires = g.Until
	http.SetCookie(w, c)
	http.Redirect(w, r, guestRoomPath, http.StatusSeeOther)
	return nil
}

// asGuest is the request with the guest who sends it, by their cookie alone. Nobody
// is no error: the request has no actor then.
func (s *server) asGuest(r *http.Request) (*http.Request, error) {
	secret := s.cookie(r, afterGuest)
	if secret == "" {
		return r, nil
	}
	g, err := s.desk.guest(r.Context(), secret)
	switch {
	case err == nil:
		return r.WithContext(withGuest(auth.WithAddress(r.Context(), peer(r)), g)), nil
	case parley.KindOfError(err) != parley.Forbidden:
		return r, err
	}
	return r, nil
}

// noGuest tells somebody whose time as a guest is over, or never was.
func (s *server) noGuest(w http.ResponseWriter, r *http.Request) error {
	heading, says := catalogue.T("web.join.nobody"), catalogue.T("web.join.nobody_says")
	if s.cookie(r, afterGuest) != "" { // of somebody who was one: it opens nothing, and ends by itself
		heading, says = catalogue.T("web.join.over"), catalogue.T("web.join.over_says")
	}
	return s.show(w, http.StatusForbidden, "error", &ErrorView{
		Frame: Frame{Title: heading}, Heading: heading, Lines: []string{says}, Back: catalogue.T("web.join.again"), BackURL: joinPath,
	})
}

// pace refuses a guest who does too much at once.
func (s *server) pace(r *http.Request) error {
	if guestOf(r.Context()) == nil {
		return nil
	}
	return s.acts.Take(actorOf(r.Context()).ID, time.Now())
}

// roomLinked makes a link for guests and shows it with its picture, this once.
func (s *server) roomLinked(w http.ResponseWriter, r *http.Request) error {
	if _, err := s.read(r); err != nil {
		return err
	}
	id := r.PathValue("id")
	link, err := s.desk.linkRoom(r.Context(), negotiate.LinkWorkshopRequest{WorkshopRequest: negotiate.WorkshopRequest{Workshop: id}})
	if err != nil {
		return err
	}
	v, err := s.desk.room(r.Context(), id)
	if err != nil {
		return err
	}
	address := s.origin(r) + link.Path
	picture, err := qrPicture(address, catalogue.T("web.workshop.guests.picture"))
	if err != nil {
		return err
	}
	v.Link = &RoomLink{URL: address, Picture: picture, Until: momentOf(link.Until), Says: catalogue.N("web.workshop.guests.link", link.Guests)}
	return s.show(w, http.StatusOK, "workshop", v)
}

// roomUnlinked takes the link back, and the guests with it.
func (s *server) roomUnlinked(w http.ResponseWriter, r *http.Request) error {
	if _, err := s.read(r); err != nil {
		return err
	}
	id := r.PathValue("id")
	if err := s.desk.unlinkRoom(r.Context(), id); err != nil {
		return err
	}
	http.Redirect(w, r, roomURL(id), http.StatusSeeOther)
	return nil
}
