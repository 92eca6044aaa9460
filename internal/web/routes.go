package web

import (
	"net/http"
	"net/url"
	"strconv"

	"github.com/parleysec/parley"
)

// route is one address of the site. action is the use-case it asks for, whose
// permission is checked there; "" shows nothing of anybody's.
type route struct {
	method, pattern, action string
	handle                  func(*server, http.ResponseWriter, *http.Request) error
}

// routes is every address there is. Nothing is written by a GET.
var routes = []route{
	{"GET", "/{$}", "Status", (*server).home},
	{"GET", "/t/{id}", "Brief", (*server).brief},
	{"POST", "/t/{id}/decide", "Decide", (*server).decide},
	{"GET", "/plan", "Plan", (*server).plan},
	{"GET", "/learn", "Learn", (*server).learn},
	{"GET", "/record", "Log", (*server).record},
	{"GET", "/tasks", "Tasks", (*server).tasks},
	{"POST", "/tasks/{id}/done", "Done", (*server).done},
	{"GET", "/static/{name}", "", (*server).static},
}

func (s *server) static(w http.ResponseWriter, r *http.Request) error {
	if !s.assets.serve(w, r) {
		return parley.Errorf(parley.NotFound, "", "there is no such file")
	}
	return nil
}

func (s *server) show(w http.ResponseWriter, status int, name string, view any) error {
	body, err := s.pages.render(name, view)
	if err != nil {
		return err
	}
	writePage(w, status, body)
	return nil
}

func (s *server) home(w http.ResponseWriter, r *http.Request) error {
	v, err := s.desk.home(r.Context(), r.URL.Query().Get("product"))
	if err != nil {
		return err
	}
	return s.show(w, http.StatusOK, "home", v)
}

func (s *server) brief(w http.ResponseWriter, r *http.Request) error {
	v, err := s.desk.brief(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	v.Notice = v.noticeOf(r.URL.Query().Get("recorded"))
	return s.show(w, http.StatusOK, "brief", v)
}

func (s *server) plan(w http.ResponseWriter, r *http.Request) error {
	v, err := s.desk.plan(r.Context(), readBudget(r.URL.Query()))
	if err != nil {
		return err
	}
	status := http.StatusOK
	if v.wrong() {
		status = http.StatusUnprocessableEntity
	}
	return s.show(w, status, "plan", v)
}

func (s *server) learn(w http.ResponseWriter, r *http.Request) error {
	v, err := s.desk.learn(r.Context(), r.URL.Query().Get("product"))
	if err != nil {
		return err
	}
	return s.show(w, http.StatusOK, "learn", v)
}

func (s *server) record(w http.ResponseWriter, r *http.Request) error {
	before := int64(-1)
	if text := r.URL.Query().Get("before"); text != "" {
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil || n < 0 {
			return parley.Errorf(parley.Invalid, "", "the address names no event")
		}
		before = n
	}
	v, err := s.desk.record(r.Context(), r.URL.Query().Get("product"), before)
	if err != nil {
		return err
	}
	return s.show(w, http.StatusOK, "record", v)
}

func (s *server) tasks(w http.ResponseWriter, r *http.Request) error {
	v, err := s.desk.tasks(r.Context(), r.URL.Query().Get("product"))
	if err != nil {
		return err
	}
	return s.show(w, http.StatusOK, "tasks", v)
}

func (s *server) done(w http.ResponseWriter, r *http.Request) error {
	if err := s.desk.done(r.Context(), r.PathValue("id")); err != nil {
		return err
	}
	http.Redirect(w, r, "/tasks", http.StatusSeeOther)
	return nil
}

// threatURL is the address of a threat's brief.
func threatURL(id string) string { return "/t/" + url.PathEscape(id) }
