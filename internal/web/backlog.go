package web

import (
	"bytes"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/internal/cell"
	"github.com/parleysec/parley/internal/negotiate"
)

// tasks shows the backlog, and after a move what was moved and to where.
func (s *server) tasks(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	v, err := s.desk.tasks(r.Context(), q.Get("product"))
	if err != nil {
		return err
	}
	v.Notice = v.doneNotice(q.Get("done"))
	moved := q.Get("moved")
	for i, c := range v.Moves {
		if moved != "" && c.ID == moved {
			v.Notice = catalogue.T("web.tasks.moved", "title", c.Title, "place", i+1, "of", len(v.Moves))
		}
	}
	return s.show(w, http.StatusOK, "tasks", v)
}

// done takes that a task is done; where somebody said so before, or called it off, it
// shows the backlog as it is.
func (s *server) done(w http.ResponseWriter, r *http.Request) error {
	id, product := r.PathValue("id"), r.URL.Query().Get("product")
	why := s.desk.done(r.Context(), id)
	if why == nil {
		http.Redirect(w, r, "/tasks?"+url.Values{"product": {product}, "done": {id}}.Encode()+"#"+rowID(id), http.StatusSeeOther)
		return nil
	}
	if !overtaking(why) {
		return why
	}
	v, err := s.desk.tasks(r.Context(), product)
	if err != nil {
		return err
	}
	v.Problem = &OrderProblem{Problem: problemOf(why)}
	return s.show(w, http.StatusConflict, "tasks", v)
}

// order moves what a form names, and leads back to it.
func (s *server) order(w http.ResponseWriter, r *http.Request) error {
	form, err := s.read(r, "product", "task", "to", "seen")
	if err != nil {
		return err
	}
	req := negotiate.OrderRequest{Product: form.Get("product"), Task: form.Get("task")}
	how, other, _ := strings.Cut(form.Get("to"), ":")
	switch how {
	case "first":
		req.First = true
	case "last":
		req.Last = true
	case "before":
		req.Before = other
	case "after":
		req.After = other
	case "planned":
		req.AsPlanned, req.Task = true, ""
	}
	if seen, ok := form["seen"]; ok {
		req.Seen = &seen[0]
	}
	res, err := s.desk.order(r.Context(), req)
	if err != nil {
		return s.notMoved(w, r, req, form.Get("to"), err)
	}
	to := url.Values{"product": {res.Product}}
	at := "/tasks?"
	if res.Moved != nil {
		to.Set("moved", res.Moved.Task)
		http.Redirect(w, r, at+to.Encode()+"#"+rowID(res.Moved.Task), http.StatusSeeOther)
		return nil
	}
	http.Redirect(w, r, at+to.Encode(), http.StatusSeeOther)
	return nil
}

// notMoved shows the backlog as it is now, with why what was sent did not move.
func (s *server) notMoved(w http.ResponseWriter, r *http.Request, req negotiate.OrderRequest, to string, why error) error {
	if !mendable(why) {
		return why
	}
	v, err := s.desk.tasks(r.Context(), req.Product)
	if err != nil {
		return err
	}
	v.Problem = &OrderProblem{Problem: problemOf(why)}
	for i, c := range v.Moves {
		if c.ID != req.Task {
			continue
		}
		v.Problem.Now = catalogue.T("web.tasks.stands", "title", c.Title, "place", i+1, "of", len(v.Moves))
		if parley.KindOfError(why) == parley.Conflict {
			v.Problem.Again = &MoveAgain{Product: v.Of, Task: c.ID, Seen: v.lastMove(c.ID), To: to}
		}
	}
	return s.show(w, formStatus(w, why), "tasks", v)
}

// doneNotice says that a task is done; an id that no finished task has says nothing.
func (v *TasksView) doneNotice(id string) string {
	for _, t := range v.Tasks {
		if t.ID == id && t.Done {
			return catalogue.T("web.tasks.is_done", "title", t.Title)
		}
	}
	return ""
}

// lastMove is the last move of an item as the page knows it.
func (v *TasksView) lastMove(name string) string {
	for i := range v.Tasks {
		if p := v.Tasks[i].Place; p != nil && p.Name == name {
			return p.Seen
		}
	}
	return ""
}

// rowID is the id of the row of an item.
func rowID(name string) string { return "item-" + name }

func (s *server) tasksTable(w http.ResponseWriter, r *http.Request) error {
	res, err := s.desk.backlog(r.Context(), r.URL.Query().Get("product"))
	if err != nil {
		return err
	}
	var b bytes.Buffer
	if err := cell.CSV(&b, res.Rows()); err != nil {
		return err
	}
	return download(w, "text/csv; charset=utf-8", "backlog.csv", b.Bytes())
}

func (s *server) tasksList(w http.ResponseWriter, r *http.Request) error {
	res, err := s.desk.backlog(r.Context(), r.URL.Query().Get("product"))
	if err != nil {
		return err
	}
	return download(w, "text/markdown; charset=utf-8", "backlog.md", []byte(res.Markdown()))
}

// download answers with a file.
func download(w http.ResponseWriter, media, name string, text []byte) error {
	attach(w, media, name)
	w.Header().Set("Content-Length", strconv.Itoa(len(text)))
	_, _ = w.Write(text) // the reader went away: nobody to tell
	return nil
}

// attach says that what follows is a file.
func attach(w http.ResponseWriter, media, name string) {
	w.Header().Set("Content-Type", media)
	w.Header().Set("Content-Disposition", `attachment; filename="`+name+`"`)
}
