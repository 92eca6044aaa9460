package api

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/auth"
	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/internal/file"
	"github.com/parleysec/parley/internal/negotiate"
	"github.com/parleysec/parley/ledger"
)

// statuses is the one table from kinds of error to answers. A kind that is not
// in it is a mistake of ours.
var statuses = map[parley.ErrorKind]int{
	parley.Invalid:     http.StatusUnprocessableEntity,
	parley.No:          http.StatusUnprocessableEntity,
	parley.Refused:     http.StatusConflict,
	parley.Conflict:    http.StatusConflict,
	parley.Forbidden:   http.StatusForbidden,
	parley.NotFound:    http.StatusNotFound,
	parley.Unavailable: http.StatusServiceUnavailable,
	parley.Internal:    http.StatusInternalServerError,
}

// Problem says why a request was not answered, as RFC 9457 has it, with what
// would be right.
type Problem struct {
	Title     string            `json:"title" doc:"The status in words"`
	Status    int               `json:"status" doc:"HTTP status"`
	Detail    string            `json:"detail,omitempty" doc:"What happened, for the person who asked"`
	Hint      string            `json:"hint,omitempty" doc:"What would be right"`
	Command   string            `json:"hint_command,omitempty" doc:"The same, for who typed a command"`
	Kind      string            `json:"kind,omitempty" doc:"invalid, refused, forbidden, not found, conflict, no, unavailable or internal"`
	Errors    []FieldProblem    `json:"errors,omitempty" doc:"What is wrong, field by field"`
	Changes   []Changed         `json:"changes,omitempty" doc:"412: what moved since the caller looked, where that is still known"`
	Conflicts []ledger.Conflict `json:"conflicts,omitempty" doc:"409 of a file: what both sides changed"`

	header http.Header
}

// FieldProblem is what is wrong with one field.
type FieldProblem struct {
	Location string `json:"location,omitempty" doc:"Path of the field, such as body.because or query.limit, or a place in a file: parley.yaml:3:7"`
	Field    string `json:"field,omitempty" doc:"In a file: the field, such as threats[2].likelihood"`
	Reason   string `json:"reason,omitempty" doc:"The rule, in short"`
	Message  string `json:"message"`
	Hint     string `json:"hint,omitempty"`
	Command  string `json:"hint_command,omitempty" doc:"The hint for who typed a command"`
}

// Error is what happened.
func (p *Problem) Error() string { return p.Detail }

// GetStatus is the HTTP status.
func (p *Problem) GetStatus() int { return p.Status }

// GetHeaders are the headers of the answer.
func (p *Problem) GetHeaders() http.Header { return p.header }

// ContentType is that of a problem.
func (p *Problem) ContentType(string) string { return problemType }

const problemType = "application/problem+json"

// refuse is a problem with a text of the catalogue.
func refuse(status int, kind parley.ErrorKind, key string, pairs ...any) *Problem {
	return &Problem{Title: http.StatusText(status), Status: status, Kind: string(kind), Detail: catalogue.T(key, pairs...)}
}

// tooLarge says of a body that it may have at most so many bytes, and what to do
// with a report that has more.
func tooLarge(most int64) *Problem {
	text := strconv.FormatInt(most>>10, 10) + " KB"
	if most >= 1<<20 {
		text = strconv.FormatInt(most>>20, 10) + " MB"
	}
	p := refuse(http.StatusRequestEntityTooLarge, parley.Invalid, "api.error.large", "most", text)
	if most == UploadBody {
		p.Hint = catalogue.T("api.hint.large-file")
	}
	if most == reportBody {
		p.Hint = catalogue.T("api.hint.large", "report", reportBody>>20*3/4, "file", UploadBody>>20) // in base64
	}
	return p
}

// with adds a header.
func (p *Problem) with(name, value string) *Problem {
	if p.header == nil {
		p.header = http.Header{}
	}
	p.header.Set(name, value)
	return p
}

// problemOf is what an error says to the person who asked. What is our own
// mistake says nothing of itself.
func problemOf(err error) *Problem {
	if p, ok := errors.AsType[*Problem](err); ok {
		return p
	}
	if errors.Is(err, context.DeadlineExceeded) {
		return refuse(http.StatusServiceUnavailable, parley.Unavailable, "api.error.time").with("Retry-After", "10")
	}
	if f, ok := errors.AsType[*auth.FieldError](err); ok {
		p := refuse(http.StatusUnprocessableEntity, parley.Invalid, "api.error.request")
		p.Errors = []FieldProblem{{Location: "body." + f.Field, Message: f.Says}}
		return p
	}
	if errors.Is(err, parley.ErrFull) {
		return noRoom()
	}
	kind := parley.KindOfError(err)
	status, known := statuses[kind]
	if !known || kind == parley.Internal {
		return refuse(http.StatusInternalServerError, parley.Internal, "api.error.internal")
	}
	if kind == parley.Unavailable { // what a disk or a database says is for the log
		return refuse(status, kind, "api.error.unavailable").with("Retry-After", "10")
	}
	if _, moved := errors.AsType[*negotiate.MovedError](err); moved {
		status = http.StatusPreconditionFailed
	}
	p := &Problem{Title: http.StatusText(status), Status: status, Kind: string(kind), Detail: err.Error(), Errors: fieldsOf(err)}
	if _, ok := errors.AsType[*file.InvalidError](err); ok {
		p.Detail = catalogue.N("api.error.file", len(p.Errors))
	} else if len(p.Errors) > 0 {
		p.Detail = together(p.Errors)
	}
	if e, ok := errors.AsType[*parley.Error](err); ok {
		p.Hint, p.Command = hints(e.Hint)
	}
	return p
}

// noRoom is what somebody is told for whose words the server has no room.
func noRoom() *Problem {
	return refuse(http.StatusInsufficientStorage, parley.Unavailable, "api.error.full").with("Retry-After", "60")
}

// together is what is wrong with all fields in one text.
func together(fields []FieldProblem) string {
	var all []string
	for _, f := range fields {
		all = append(all, f.Message)
	}
	return strings.Join(all, "; ")
}

// hints keeps a hint that is for the command line apart.
func hints(hint string) (here, command string) {
	if strings.Contains(hint, "--") {
		return "", hint
	}
	return hint, ""
}

// fieldOf is the field of a decision that a reason for refusing is about.
var fieldOf = map[ledger.Reason]string{
	ledger.NoProduct: "path.product", ledger.NoThreat: "body.threats", ledger.BadKind: "body.kind", ledger.NoReason: "body.because",
	ledger.NoEnd: "body.until", ledger.BadEnd: "body.until", ledger.PastEnd: "body.until", ledger.LongEnd: "body.until",
	ledger.NoMitigation: "body.with", ledger.BadMitigation: "body.with", ledger.BadTreatment: "body.with", ledger.NoTreatment: "body.with",
	ledger.Duty: "body.not_applicable", ledger.BadSupersedes: "body.replaces", ledger.Decided: "body.replaces", ledger.BadPremise: "body.premises",
}

// fieldsOf is what an error says of single fields.
func fieldsOf(err error) []FieldProblem {
	var out []FieldProblem
	if bad, ok := errors.AsType[*file.InvalidError](err); ok {
		for _, f := range file.Errors(bad.Findings) {
			out = append(out, FieldProblem{Location: fmt.Sprintf("%s:%d:%d", f.File, f.Line, f.Column), Field: f.Field, Message: f.Message, Hint: f.Hint})
		}
	}
	wrong, _ := errors.AsType[negotiate.WrongFields](err)
	for _, f := range wrong {
		out = append(out, FieldProblem{Location: "body." + f.Field, Field: f.Field, Message: f.Err.Error()})
	}
	if refused, ok := errors.AsType[ledger.Refusals](err); ok {
		for _, r := range refused {
			p := FieldProblem{Location: fieldOf[r.Reason], Reason: string(r.Reason), Message: r.Message}
			p.Hint, p.Command = hints(r.Hint)
			out = append(out, p)
		}
	}
	return out
}

// oneOf is how the reader of requests says which words a field takes.
var oneOf = regexp.MustCompile(`^expected value to be one of "(.*)"$`)

// near is the word that was probably meant where a field takes none but a few; ""
// for anything else.
func near(e *huma.ErrorDetail) string {
	m := oneOf.FindStringSubmatch(e.Message)
	text, ok := e.Value.(string)
	if m == nil || !ok {
		return ""
	}
	return parley.Meant(text, strings.Split(m[1], ", "), "")
}

// problems turns what the reader of requests found into our own problems.
func problems(_ huma.Context, _ string, v any) (any, error) {
	m, ok := v.(*huma.ErrorModel)
	if !ok {
		return v, nil
	}
	p := &Problem{Title: m.Title, Status: m.Status, Detail: m.Detail, Kind: string(parley.Invalid)}
	switch {
	case m.Status == http.StatusUnprocessableEntity || m.Status == http.StatusBadRequest:
		p.Detail = catalogue.T("api.error.request")
	case m.Status >= http.StatusInternalServerError:
		p.Kind, p.Detail = string(parley.Internal), catalogue.T("api.error.internal")
		return p, nil
	}
	for _, e := range m.Errors {
		if e != nil {
			p.Errors = append(p.Errors, FieldProblem{Location: e.Location, Message: e.Message, Hint: near(e)})
		}
	}
	slices.SortStableFunc(p.Errors, func(a, b FieldProblem) int { return strings.Compare(a.Location, b.Location) })
	return p, nil
}
