package web

import (
	"maps"
	"net/http"
	"net/url"
)

const sumPath = "/sum"

// yesOnce is what asks for a plan all of which starts at once.
const yesOnce = "yes"

// sumAsk is which figures are to be taken apart.
type sumAsk struct {
	about, id, option string
	figure            string   // one of them; "" for all
	with              []string // what is in the plan, in place of the best
	atOnce            bool     // all of it starts at once, as on the frontier
	plan              budget   // of the plan; its product is that of any subject
}

func readSum(q url.Values) sumAsk {
	return sumAsk{about: q.Get("about"), id: q.Get("id"), option: q.Get("option"), figure: q.Get("figure"), with: q["with"], atOnce: q.Get("once") == yesOnce, plan: readBudget(q)}
}

// url is the address of the page on which the figures are taken apart.
func (a sumAsk) url() string {
	v := a.plan.values()
	maps.Copy(v, given(map[string]string{"about": a.about, "id": a.id, "option": a.option, "figure": a.figure}))
	if len(a.with) > 0 {
		v["with"] = a.with
	}
	if a.atOnce {
		v.Set("once", yesOnce)
	}
	return sumPath + "?" + v.Encode()
}

// SumView is what figures add up from.
type SumView struct {
	Frame
	Heading string
	Back    *Link // to the page that shows the figures
	Sums    []SumTable
	Nothing string
	Problem *Problem
}

// SumTable is one figure with its terms, which make the last row as they are shown.
type SumTable struct {
	Says    string
	Worked  bool // whether a term is a product
	Rows    []SumLine
	Total   string
	Formula string
	Docs    string // where it is defined
}

// SumLine is one term; Working is its product, "" for none.
type SumLine struct{ Says, Working, Value string }

// sum shows what figures add up from.
func (s *server) sum(w http.ResponseWriter, r *http.Request) error {
	v, err := s.desk.sum(r.Context(), readSum(r.URL.Query()))
	if err != nil {
		return err
	}
	return s.showAsked(w, v.Problem != nil, "sum", v)
}
