package web

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/auth"
	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/ledger"
)

// Form is a form of a few fields.
type Form struct {
	ID             string // of the form on its page
	Action, Button string
	Hidden         []Pair
	Fields         []Field
	Ticks          []Tick
	Problem        *Problem
	Quiet          bool // whether its button is not the page's main one
}

// Field is one line to be filled in.
type Field struct {
	Name, Label, Type, Value, Hint string
	Complete                       string   // what a browser may fill in: its autocomplete attribute
	Wrong                          string   // what is wrong with it
	Optional                       bool     // whether it may stay empty
	Secret                         string   // "fill" or "send": a script fills it from the address, and sends the form
	Choices                        []Choice // to choose from; a text where there are none
}

// Tick is a box to tick; several of a name belong together.
type Tick struct {
	Name, Value, Label, Note string
	Checked, One             bool // whether one of several is chosen
	Group                    string
}

// FormView is a page of one form.
type FormView struct {
	Frame
	Heading string
	Lead    []string
	Items   []string // what the lead is about
	Form    Form
	Then    *Form    // another form below it
	Other   []Link   // other ways
	Notes   []string // under the form
}

// Code reports whether a field takes something that is no words.
func (f Field) Code() bool {
	return f.Type == "email" || f.Secret != "" || f.Complete == "one-time-code"
}

// choose sets a field to one of its choices; what is none is left alone.
func (f *Form) choose(name, id string) {
	for i := range f.Fields {
		if f.Fields[i].Name == name && slices.ContainsFunc(f.Fields[i].Choices, func(c Choice) bool { return c.ID == id }) {
			f.Fields[i].Value = id
		}
	}
}

// Group is what is ticked together.
type Group struct {
	Title string
	Ticks []Tick
}

// Groups are the ticks of a form by what they are about.
func (f Form) Groups() []Group {
	var out []Group
	for _, t := range f.Ticks {
		if n := len(out); n == 0 || out[n-1].Title != t.Group {
			out = append(out, Group{Title: t.Group})
		}
		g := &out[len(out)-1]
		g.Ticks = append(g.Ticks, t)
	}
	return out
}

// description names the texts that stand with a field, by their ids.
type description struct {
	By    string
	Wrong bool
}

// describe is the description of a field of a form; nil where nothing stands with it.
func describe(form string, f Field) *description {
	var ids []string
	if f.Hint != "" {
		ids = append(ids, form+"-"+f.Name+"-hint")
	}
	if f.Wrong != "" {
		ids = append(ids, form+"-"+f.Name+"-wrong")
	}
	if len(ids) == 0 {
		return nil
	}
	return &description{By: strings.Join(ids, " "), Wrong: f.Wrong != ""}
}

// Longest is how many characters a field takes.
func (f Field) Longest() int {
	if f.Type == "password" {
		return 4 * auth.MaxPassword // more than is allowed, so that nothing is cut off unseen
	}
	return 400
}

// refill puts what was sent and what was wrong with it into a form. Secrets are
// typed anew.
func (f *Form) refill(r *http.Request, err error) {
	f.Problem = problemOf(err)
	for i := range f.Fields {
		x := &f.Fields[i]
		x.Wrong = f.Problem.Fields[x.Name]
		if x.Type != "password" && x.Complete != "one-time-code" && r.PostForm.Has(x.Name) {
			x.Value = typed(r.PostForm, x.Name)
		}
	}
	if len(r.PostForm) == 0 { // nothing could be read: what stood there stays
		return
	}
	for i := range f.Ticks {
		x := &f.Ticks[i]
		x.Checked = slices.Contains(r.PostForm[x.Name], x.Value)
	}
}

// showForm shows a page of one form; with why it was not taken, where it was sent.
func (s *server) showForm(w http.ResponseWriter, r *http.Request, v *FormView, why error) error {
	status := http.StatusOK
	if why != nil {
		v.Form.refill(r, why)
		status = formStatus(w, why)
	}
	return s.show(w, status, "form", v)
}

// read is the form that was sent. A field that the page does not have is
// refused, so that nobody believes to have set what cannot be set.
func (s *server) read(r *http.Request, names ...string) (url.Values, error) {
	if err := r.ParseForm(); err != nil {
		if _, tooLarge := errors.AsType[*http.MaxBytesError](err); tooLarge {
			return nil, parley.Errorf(parley.Invalid, "", "%s", catalogue.T("web.error.large.says"))
		}
		return nil, parley.Errorf(parley.Invalid, "", "%s", catalogue.T("web.decide.unreadable"))
	}
	return r.PostForm, onlyFields(r.PostForm, names...)
}

// onlyFields refuses a form with other fields than these, and one that says a
// thing twice; *name may stand there several times.
func onlyFields(form url.Values, names ...string) error {
	for name, values := range form {
		at := slices.IndexFunc(names, func(n string) bool { return strings.TrimPrefix(n, "*") == name })
		switch {
		case at < 0:
			return parley.Errorf(parley.Invalid, "", "%s", catalogue.T("web.decide.unknown_field", "name", name))
		case len(values) != 1 && names[at] == name:
			return parley.Errorf(parley.Invalid, "", "%s", catalogue.T("web.decide.twice", "name", name))
		}
	}
	return nil
}

// refusable reports whether an error is for the person who sent a form, to be
// shown on it.
func refusable(err error) bool {
	_, known := statusOf(err)
	return known && parley.KindOfError(err) != parley.Unavailable
}

// mendable reports whether an error is for the person who sent a form, to be shown
// on the page it stands on, which is there and theirs to see.
func mendable(err error) bool {
	kind := parley.KindOfError(err)
	return refusable(err) && kind != parley.NotFound && kind != parley.Forbidden
}

// formStatus is the status of a form that was not taken: wrong words and codes
// are not a matter of rights, and a link that is used up is gone.
func formStatus(w http.ResponseWriter, err error) int {
	if many, ok := errors.AsType[*auth.TooManyError](err); ok {
		w.Header().Set("Retry-After", seconds(many.Retry))
		return http.StatusTooManyRequests
	}
	if errors.Is(err, auth.ErrLink) || errors.Is(err, auth.ErrSetUp) {
		return http.StatusGone
	}
	if rs, ok := errors.AsType[ledger.Refusals](err); ok && !slices.ContainsFunc(rs, func(r ledger.Refusal) bool { return r.Reason != ledger.NoRole }) {
		return http.StatusConflict // somebody did it before, so that the page is not of now
	}
	if status, _ := statusOf(err); status != http.StatusForbidden && status != http.StatusNotFound {
		return status
	}
	return http.StatusUnprocessableEntity
}
