package web

import (
	"errors"
	"net/http"
	"net/url"
	"strconv"

	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/internal/negotiate"
)

const limitsPath = "/limits"

// LimitsView is what may be lost how often, and what is proposed about it.
type LimitsView struct {
	Frame
	Adds      *Link // to what the figures beside the limits add up from
	Heading   string
	Lead      []string
	Limits    []LimitRow
	Waiting   []LimitProposal
	Questions *LimitsForm // nil for who may not propose
}

// LimitRow is one limit as it holds.
type LimitRow struct{ Says, Since string }

// LimitProposal is a change of the yardstick that waits for somebody's word.
type LimitProposal struct {
	ID, Action, ProductID, Says, By string
	May                             bool // whether who asks may answer it
	Because                         string
	Problem                         *Problem
}

// LimitsForm asks the three questions that say what may be lost how often.
type LimitsForm struct {
	ProductID string
	Currency  string // of the amounts: ISO 4217
	Asks      []LimitAsk
	Often     []Choice
	Because   string
	Problem   *Problem
}

// LimitAsk is one of them.
type LimitAsk struct {
	N                      int
	Label, Loss, Chance    string // as typed
	WrongLoss, WrongChance string
}

// limitsSent is what somebody answered.
type limitsSent struct {
	product, because string
	points           []negotiate.Tolerated
}

// limits shows what may be lost how often.
func (s *server) limits(w http.ResponseWriter, r *http.Request) error {
	v, err := s.desk.appetite(r.Context(), r.URL.Query().Get("product"))
	if err != nil {
		return err
	}
	v.Notice = onRecord(r)
	return s.show(w, http.StatusOK, "limits", v)
}

// limitsProposed takes the answers to the three questions. They hold once somebody
// approves them.
func (s *server) limitsProposed(w http.ResponseWriter, r *http.Request) error {
	names := []string{"product", "because"}
	for n := 1; n <= len(lossQuestions); n++ {
		names = append(names, "loss"+strconv.Itoa(n), "chance"+strconv.Itoa(n))
	}
	form, err := s.read(r, names...)
	if err != nil {
		return err
	}
	in := limitsSent{product: form.Get("product"), because: typed(form, "because")}
	for n := 1; n <= len(lossQuestions); n++ {
		in.points = append(in.points, negotiate.Tolerated{Loss: typed(form, "loss"+strconv.Itoa(n)), Chance: typed(form, "chance"+strconv.Itoa(n))})
	}
	why := s.desk.tolerate(r.Context(), in)
	if why == nil {
		return s.toLimits(w, r, in.product)
	}
	v, err := s.limitsAgain(r, in.product, why)
	if err != nil {
		return err
	}
	if v.Questions == nil {
		return why
	}
	v.Questions.refill(in, why)
	return s.show(w, formStatus(w, why), "limits", v)
}

// refill puts what was sent and what was wrong with it into the form.
func (f *LimitsForm) refill(in limitsSent, why error) {
	f.Because, f.Problem = in.because, problemOf(why)
	for i := range f.Asks {
		f.Asks[i].Loss, f.Asks[i].Chance = in.points[i].Loss, in.points[i].Chance
	}
	wrong, ok := errors.AsType[*negotiate.LimitError](why)
	if !ok || wrong.At >= len(f.Asks) {
		return
	}
	if wrong.Field == "chance" {
		f.Asks[wrong.At].WrongChance = sentence(wrong.Problem)
	} else {
		f.Asks[wrong.At].WrongLoss = sentence(wrong.Problem)
	}
}

// limitsSettled approves or rejects what was proposed.
func (s *server) limitsSettled(w http.ResponseWriter, r *http.Request) error {
	form, err := s.read(r, "move", "because", "product")
	if err != nil {
		return err
	}
	id := r.PathValue("id")
	why := s.desk.settle(r.Context(), moveSent{id: id, threat: form.Get("product"), move: form.Get("move"), because: typed(form, "because")})
	if why == nil {
		return s.toLimits(w, r, form.Get("product"))
	}
	v, err := s.limitsAgain(r, form.Get("product"), why)
	if err != nil {
		return err
	}
	for i := range v.Waiting {
		if p := &v.Waiting[i]; p.ID == id {
			p.Problem, p.Because = problemOf(why), typed(form, "because")
			return s.show(w, formStatus(w, why), "limits", v)
		}
	}
	if !overtaking(why) {
		return why
	}
	v.Settled = settled(s.desk.since(r.Context(), id), typed(form, "because"))
	return s.show(w, http.StatusConflict, "limits", v)
}

// limitsAgain is the page on which it is said why something was not taken.
func (s *server) limitsAgain(r *http.Request, product string, why error) (*LimitsView, error) {
	if !mendable(why) {
		return nil, why
	}
	return s.desk.appetite(r.Context(), product)
}

func (s *server) toLimits(w http.ResponseWriter, r *http.Request, product string) error {
	http.Redirect(w, r, limitsPath+"?"+url.Values{"done": {"yes"}, "product": {product}}.Encode(), http.StatusSeeOther)
	return nil
}

// onRecord is what a page says to whoever comes from proposing or settling something
// there; "" to others.
func onRecord(r *http.Request) string {
	if r.URL.Query().Get("done") != "yes" {
		return ""
	}
	return catalogue.T("web.move.done")
}
