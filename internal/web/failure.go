package web

import (
	"errors"
	"net/http"
	"slices"
	"strings"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/auth"
	"github.com/parleysec/parley/internal/brief/plain"
	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/internal/negotiate"
	"github.com/parleysec/parley/ledger"
	"github.com/parleysec/parley/quantity"
)

// statuses is the one table from kinds of error to answers.
var statuses = map[parley.ErrorKind]int{
	parley.Invalid:     http.StatusUnprocessableEntity,
	parley.Refused:     http.StatusUnprocessableEntity,
	parley.No:          http.StatusUnprocessableEntity,
	parley.Forbidden:   http.StatusForbidden,
	parley.NotFound:    http.StatusNotFound,
	parley.Conflict:    http.StatusConflict,
	parley.Unavailable: http.StatusServiceUnavailable,
}

// statusOf is the status of an error; known is false for one that says nothing
// to the person who asked, because it is our own mistake.
func statusOf(err error) (status int, known bool) {
	status, known = statuses[parley.KindOfError(err)]
	if !known {
		return http.StatusInternalServerError, false
	}
	return status, true
}

// sayError is what an error says to the person who asked, and what would be
// right.
func sayError(err error) (says, hint string) {
	if rs, ok := errors.AsType[ledger.Refusals](err); ok && len(rs) > 0 {
		var all []string
		for _, r := range rs {
			all = append(all, refusalWords(r))
		}
		return strings.Join(slices.Compact(all), " "), ""
	}
	if many, ok := errors.AsType[*auth.TooManyError](err); ok {
		return sentence(many.Error()), ""
	}
	if _, ok := errors.AsType[*auth.FieldError](err); ok {
		return catalogue.T("web.form.wrong"), ""
	}
	if _, ok := errors.AsType[negotiate.WrongFields](err); ok {
		return catalogue.T("web.form.wrong"), ""
	}
	if bad, ok := errors.AsType[*quantity.ParseError](err); ok {
		return unread(bad)
	}
	e, ok := errors.AsType[*parley.Error](err)
	if !ok {
		return catalogue.T("web.error.internal.says"), ""
	}
	if e.Err != nil {
		says = e.Err.Error()
	}
	hint = e.Hint
	if strings.Contains(hint, "--") { // it is for the command line
		hint = ""
	}
	return sentence(says), sentence(hint)
}

// unread says which amount, chance or time could not be read, and what to write: the
// caret that a terminal shows under it points nowhere on a page.
func unread(bad *quantity.ParseError) (says, hint string) {
	says = bad.Problem
	if text := plain.Clean(bad.Text); text != "" && !strings.Contains(says, text) {
		says = catalogue.T("web.form.unread", "text", text, "problem", says)
	}
	if bad.Want != "" {
		hint = catalogue.T("web.form.write", "text", bad.Want)
	}
	return sentence(says), sentence(hint)
}

// refusalWords says why a decision is refused in the words of the page.
func refusalWords(r ledger.Refusal) string {
	if key := "web.refused." + strings.ReplaceAll(string(r.Reason), " ", "_"); catalogue.Has(key) {
		return catalogue.T(key)
	}
	return sentence(r.Message)
}

// fieldOf is the field of the form that a reason for refusing is about.
var fieldOf = map[ledger.Reason]string{
	ledger.NoReason: "because",
	ledger.NoEnd:    "until", ledger.BadEnd: "until", ledger.PastEnd: "until", ledger.LongEnd: "until",
	ledger.NoMitigation: "with", ledger.BadMitigation: "with", ledger.BadTreatment: "with", ledger.NoTreatment: "with",
	ledger.Duty: "not_applicable", ledger.Authority: "by",
}

// fieldProblems is what is wrong, by the field it is about.
func fieldProblems(err error) map[string]string {
	rs, _ := errors.AsType[ledger.Refusals](err)
	out := map[string]string{}
	if f, ok := errors.AsType[*auth.FieldError](err); ok {
		out[f.Field] = sentence(f.Says)
	}
	wrong, _ := errors.AsType[negotiate.WrongFields](err)
	for _, f := range wrong {
		says := sentence(f.Err.Error())
		if bad, ok := errors.AsType[*quantity.ParseError](f.Err); ok {
			problem, hint := unread(bad)
			says = strings.TrimSpace(problem + " " + hint)
		}
		out[f.Field] = says
	}
	for _, r := range rs {
		if name := fieldOf[r.Reason]; name != "" {
			out[name] = strings.TrimSpace(out[name] + " " + refusalWords(r))
		}
	}
	return out
}

// sentence gives a message its capital and full stop.
func sentence(s string) string {
	s = plain.Clean(s)
	if s == "" {
		return ""
	}
	s = plain.Capital(s)
	said := strings.TrimSuffix(s, "”") // what is quoted whole may end by itself
	if slices.ContainsFunc([]string{".", "!", "?"}, func(end string) bool { return strings.HasSuffix(said, end) }) {
		return s
	}
	return s + "."
}

// fail answers with the page of an error. What is our own mistake is logged and
// not shown; what a database or a disk said is for whoever sits at the machine.
func (s *server) fail(w http.ResponseWriter, r *http.Request, err error) {
	if errors.Is(err, parley.ErrFull) {
		s.log.Error("request failed", "method", r.Method, "path", r.URL.Path, "error", err)
		s.refuse(w, r, http.StatusInsufficientStorage, "web.error.full")
		return
	}
	status, known := statusOf(err)
	if !known {
		s.log.Error("request failed", "method", r.Method, "path", r.URL.Path, "error", err)
		s.refuse(w, r, status, "web.error.internal")
		return
	}
	if status == http.StatusServiceUnavailable {
		if w.Header().Get("Retry-After") == "" {
			w.Header().Set("Retry-After", "10")
		}
		s.log.Error("request failed", "method", r.Method, "path", r.URL.Path, "error", err)
		if actorOf(r.Context()).Known != ledger.ThisMachine {
			s.refuse(w, r, status, "web.error.unavailable")
			return
		}
	}
	key := map[int]string{
		http.StatusUnprocessableEntity: "web.error.invalid", http.StatusForbidden: "web.error.forbidden",
		http.StatusNotFound: "web.error.missing", http.StatusConflict: "web.error.conflict",
		http.StatusServiceUnavailable: "web.error.unavailable",
	}[status]
	says, hint := sayError(err)
	s.errorPage(w, r, status, catalogue.T(key+".title"), says, hint)
}

// refuse answers with the page of a catalogue key: key.title and key.says.
func (s *server) refuse(w http.ResponseWriter, r *http.Request, status int, key string) {
	s.errorPage(w, r, status, catalogue.T(key+".title"), catalogue.T(key+".says"))
}

func (s *server) errorPage(w http.ResponseWriter, r *http.Request, status int, heading string, lines ...string) {
	v := &ErrorView{Heading: heading, Back: catalogue.T("web.error.back"), BackURL: "/"}
	v.Frame = Frame{Title: heading}
	if named(r.Context()) && status != http.StatusInternalServerError {
		v.Frame = s.desk.frame(r.Context(), heading)
	}
	for _, l := range lines {
		if l != "" {
			v.Lines = append(v.Lines, l)
		}
	}
	body, err := s.pages.render("error", v)
	if err != nil {
		s.log.Error("error page", "error", err)
		http.Error(w, heading, status)
		return
	}
	writePage(w, status, body)
}

// unknown answers an address that is not there, or a method it does not take.
func (s *server) unknown(w http.ResponseWriter, r *http.Request) {
	if known, err := s.identified(r); err == nil {
		r = known
	}
	if methods := s.allowed(r.URL.Path); methods != "" {
		w.Header().Set("Allow", methods)
		s.refuse(w, r, http.StatusMethodNotAllowed, "web.error.method")
		return
	}
	s.refuse(w, r, http.StatusNotFound, "web.error.missing")
}
