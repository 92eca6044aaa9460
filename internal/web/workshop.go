package web

import (
	"context"
	"encoding/json"
	"html/template"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/internal/negotiate"
	"github.com/parleysec/parley/ledger"
)

const workshopPath = "/workshop"

// WorkshopsView lists the workshops of a product, with the form to open one.
type WorkshopsView struct {
	Frame
	Heading, Lead string
	Rows          []WorkshopRow
	Form          *OpenRoomForm // nil for who may not open one
}

// WorkshopRow is one workshop in the list.
type WorkshopRow struct{ URL, Title, ID, Says string }

// OpenRoomForm opens a workshop.
type OpenRoomForm struct {
	ProductID, Title, Minutes, Lines string
	Threats                          []Tick
	Problem                          *Problem
}

// WorkshopView is a room: what is being estimated, what was said last, what comes,
// and what is left to negotiate.
type WorkshopView struct {
	Frame
	ID, Heading, Lead, URL string
	Guest                  string      // as what a guest is here; "" for everybody else
	Guests                 *RoomGuests // nil for who may not let guests in
	Link                   *RoomLink   // for guests; shown once
	Wait                   string      // what is waited for while nothing is being estimated
	Now                    *RoomNow    // nil while nothing is being estimated
	Steps                  *RoomLead   // nil for who does not lead
	Last                   *RoomTopic  // what was revealed last, while nothing is being estimated
	Add                    *RoomAdd    // nil for who may not
	Topics                 []RoomTopic // all, in their order
	Agenda                 []RoomPoint
	Stamp                  string // of what is shown: changes whenever the room does, but for who answered
	Problem                *Problem
	Sent                   string // what was refused and has no field any more, so that it is not lost
}

// RoomNow is the threat that is being estimated.
type RoomNow struct {
	Key                               string // of threat and round
	Title, Round, Left, Answered, Own string
	Until                             Moment
	Seconds                           int // that are left, by the server's clock
	Form                              *RoomForm
}

// RoomForm takes one person's estimate.
type RoomForm struct {
	Action, Likelihood, Impact, Cost string
	Topic                            int
	Button                           string
	Problem                          *Problem
}

// RoomLead is what whoever leads can do next.
type RoomLead struct {
	Action  string
	Asked   int // rounds so far, so that who presses late does not lead on what somebody else led on
	Topic   int // the threat that is talked about, for a note; 0 while one is being estimated
	Note    string
	Buttons []Choice
}

// RoomAdd adds threats.
type RoomAdd struct{ Action, Lines string }

// RoomTopic is one threat of a room.
type RoomTopic struct {
	Number            string
	Title, URL, State string
	Rounds            []RoomRound
	Silent            bool // nobody said anything in any of them
	Pictures          []RoomPicture
	Notes             []string
}

// RoomPicture draws what was said of one thing, under how far people are apart.
type RoomPicture struct {
	Heading, Says string
	Picture       Picture
}

// RoomRound is what was revealed at once.
type RoomRound struct {
	Heading string
	Rows    []RoomSaid
	Stays   string // who said nothing in it and stays with the round before
}

// RoomSaid is what one person said.
type RoomSaid struct{ Who, Likelihood, Impact, Cost string }

// RoomPoint is one threat of the agenda.
type RoomPoint struct {
	Title, URL, Says string
	Open             []string
}

// RoomMoves is what changes in a room while somebody looks at it.
type RoomMoves struct {
	Stamp    string `json:"stamp"`    // as in [WorkshopView]
	Answered string `json:"answered"` // who did, and who did not yet
	Left     int    `json:"left"`     // seconds, by the server's clock
}

// roomSent is what somebody did in a room.
type roomSent struct {
	id, act, lines, step, text string
	topic                      int
	asked                      *int // rounds when it was chosen, nil where the form does not say
	said                       ledger.Said
}

// words are what somebody typed, in one text.
func (in roomSent) words() string {
	var all []string
	for _, text := range []string{in.lines, in.text, in.said.Likelihood, in.said.Impact, in.said.Cost} {
		if text != "" {
			all = append(all, text)
		}
	}
	return strings.Join(all, "\n")
}

// roomOpened takes the form that opens a workshop.
func (s *server) roomOpened(w http.ResponseWriter, r *http.Request) error {
	form, err := s.read(r, "product", "title", "minutes", "lines", "*threat")
	if err != nil {
		return err
	}
	req := negotiate.OpenWorkshopRequest{Product: form.Get("product"), Title: typed(form, "title"), Lines: typed(form, "lines"), Threats: form["threat"]}
	minutes, bad := strconv.ParseFloat(typed(form, "minutes"), 64)
	why := error(parley.Errorf(parley.Invalid, "", "%s", catalogue.T("web.workshop.minutes_wrong")))
	if bad == nil && minutes >= 0.5 && minutes <= 60 {
		req.Seconds = int(minutes * 60)
		var id string
		if id, why = s.desk.openRoom(r.Context(), req); why == nil {
			http.Redirect(w, r, roomURL(id), http.StatusSeeOther)
			return nil
		}
	}
	if !mendable(why) {
		return why
	}
	v, err := s.desk.rooms(r.Context(), req.Product)
	if err != nil || v.Form == nil {
		return why
	}
	v.Form.Title, v.Form.Minutes, v.Form.Lines, v.Form.Problem = req.Title, typed(form, "minutes"), req.Lines, problemOf(why)
	for i := range v.Form.Threats {
		for _, id := range req.Threats {
			v.Form.Threats[i].Checked = v.Form.Threats[i].Checked || v.Form.Threats[i].Value == id
		}
	}
	return s.show(w, formStatus(w, why), "workshops", v)
}

// showRoom shows a workshop.
func (s *server) showRoom(w http.ResponseWriter, r *http.Request) error {
	v, err := s.desk.room(r.Context(), roomOf(r))
	if err != nil {
		return err
	}
	return s.show(w, http.StatusOK, "workshop", v)
}

// roomNow is what a script asks every few seconds: whether the room moved on, and
// who answered.
func (s *server) roomNow(w http.ResponseWriter, r *http.Request) error {
	moves, err := s.desk.roomMoves(r.Context(), roomOf(r))
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	return json.NewEncoder(w).Encode(moves)
}

func (s *server) roomAdded(w http.ResponseWriter, r *http.Request) error {
	return s.inRoom(w, r, "add", "lines")
}

func (s *server) roomEstimated(w http.ResponseWriter, r *http.Request) error {
	return s.inRoom(w, r, "estimate", "topic", "likelihood", "impact", "cost")
}

func (s *server) roomStep(w http.ResponseWriter, r *http.Request) error {
	return s.inRoom(w, r, "step", "step", "topic", "text", "asked")
}

// inRoom takes what somebody did in a room. What is not taken comes back on its
// page, with everything that was typed.
func (s *server) inRoom(w http.ResponseWriter, r *http.Request, act string, names ...string) error {
	form, err := s.read(r, names...)
	if err != nil {
		return err
	}
	topic, _ := strconv.Atoi(form.Get("topic"))
	in := roomSent{
		id: roomOf(r), act: act, lines: typed(form, "lines"), step: form.Get("step"), text: typed(form, "text"), topic: topic,
		said: ledger.Said{Likelihood: typed(form, "likelihood"), Impact: typed(form, "impact"), Cost: typed(form, "cost")},
	}
	if n, err := strconv.Atoi(form.Get("asked")); err == nil {
		in.asked = &n
	}
	why := s.pace(r)
	if why == nil {
		why = s.desk.actInRoom(r.Context(), in)
	}
	if why == nil {
		http.Redirect(w, r, roomAt(r.Context(), in.id), http.StatusSeeOther)
		return nil
	}
	if !mendable(why) {
		return why
	}
	v, err := s.desk.room(r.Context(), in.id)
	if err != nil {
		return err
	}
	if v.refill(in, why); v.Problem == nil && (v.Now == nil || v.Now.Form == nil || v.Now.Form.Problem == nil) {
		return why
	}
	return s.show(w, formStatus(w, why), "workshop", v)
}

// refill puts what was sent and what was wrong with it into the room.
func (v *WorkshopView) refill(in roomSent, why error) {
	if in.act == "estimate" && v.Now != nil && v.Now.Form != nil && v.Now.Form.Topic == in.topic {
		f := v.Now.Form
		f.Likelihood, f.Impact, f.Cost, f.Problem = in.said.Likelihood, in.said.Impact, in.said.Cost, problemOf(why)
		return
	}
	v.Problem = problemOf(why)
	switch {
	case in.act == "add" && v.Add != nil:
		v.Add.Lines = in.lines
	case in.step == string(negotiate.StepNote) && v.Steps != nil && v.Steps.Topic == in.topic:
		v.Steps.Note = in.text
	default:
		v.Sent = in.words()
	}
}

// RoomGuests is how guests come into a room.
type RoomGuests struct {
	Says, Button, Action string
	Until                Moment // the link counts, zero for no link
	Back                 string // address of the form that takes the link back, "" for none
}

// RoomLink is a link for guests, which is shown once.
type RoomLink struct {
	URL, Says string
	Until     Moment
	Picture   template.HTML
}

// roomOf is the workshop a request is about: of a guest it is their own.
func roomOf(r *http.Request) string {
	if g := guestOf(r.Context()); g != nil {
		return g.Workshop
	}
	return r.PathValue("id")
}

// roomAt is the address of a room for who asks.
func roomAt(ctx context.Context, id string) string {
	if guestOf(ctx) != nil {
		return guestRoomPath
	}
	return roomURL(id)
}

// roomURL is the address of a workshop.
func roomURL(id string) string { return workshopPath + "/" + url.PathEscape(id) }
