package web

import (
	"net/http"
	"net/url"
)

const whyPath = "/why"

// whyAsk is which figure is asked about, between which days.
type whyAsk struct {
	product, of, figure string // of: id of a threat, a mitigation or a contract, "" for all threats together
	from, to            string // civil dates, "" for a month ago and for today
}

func readWhy(q url.Values) whyAsk {
	return whyAsk{q.Get("product"), q.Get("of"), q.Get("figure"), q.Get("from"), q.Get("to")}
}

// WhyView is what moved a figure between two days.
type WhyView struct {
	Frame
	Heading, Ends  string
	ProductID      string // kept by the form where there are several
	Of, Figure     string
	From, To       string
	Ofs, Figures   []Choice
	Problem        *Problem
	Moved          string
	Causes         []Pair
	Steps          []WhyRow
	Nothing        string
	BackURL, Title string // of the threat it is about; "" for none
}

// WhyRow is one thing that moved it.
type WhyRow struct {
	When              Moment
	What, Moved, Then string
}

// why shows what moved a figure.
func (s *server) why(w http.ResponseWriter, r *http.Request) error {
	v, err := s.desk.why(r.Context(), readWhy(r.URL.Query()))
	if err != nil {
		return err
	}
	return s.showAsked(w, v.Problem != nil, "why", v)
}
