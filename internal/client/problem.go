package client

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/api"
	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/internal/file"
	"github.com/parleysec/parley/ledger"
)

// Problem is a refusal as the server wrote it; it stands behind the error that it
// became.
type Problem = api.Problem

// refusal is an error of the kind it had at the server, with what was said of
// single places, and with the problem it was read from.
type refusal struct {
	says    error
	problem *Problem
}

func (r *refusal) Error() string { return r.says.Error() }

// Unwrap are the error in its own form, and the problem.
func (r *refusal) Unwrap() []error { return []error{r.says, r.problem} }

// problem is the error that a server's problem stands for.
func problem(text []byte) error {
	p := &Problem{}
	if err := json.Unmarshal(text, p); err != nil || p.Status == 0 {
		return parley.Errorf(parley.Unavailable, op, "%s", catalogue.T("client.unread"))
	}
	return &parley.Error{Kind: kindOf(p), Hint: cmp.Or(p.Command, p.Hint, meant(p)), Err: &refusal{says(p), p}}
}

// meant is what was probably meant where one field alone is wrong.
func meant(p *Problem) string {
	if len(p.Errors) != 1 || p.Errors[0].Reason != "" || place.MatchString(p.Errors[0].Location) {
		return ""
	}
	return cmp.Or(p.Errors[0].Command, p.Errors[0].Hint)
}

// kinds are the kinds there are; a server may know others.
var kinds = []parley.ErrorKind{
	parley.Invalid, parley.Refused, parley.Forbidden, parley.NotFound, parley.Conflict, parley.No, parley.Unavailable, parley.Internal,
}

func kindOf(p *Problem) parley.ErrorKind {
	for _, k := range kinds {
		if p.Kind == string(k) {
			return k
		}
	}
	if p.Status >= 500 {
		return parley.Unavailable
	}
	return parley.Invalid
}

// place is a place in a file, as a problem names it.
var place = regexp.MustCompile(`^(.*):([0-9]{1,9}):([0-9]{1,9})$`)

// says is what a problem says, in the form it had before it was sent.
func says(p *Problem) error {
	var bad file.InvalidError
	var refused ledger.Refusals
	var lines []string
	for _, f := range p.Errors {
		hint := cmp.Or(f.Command, f.Hint)
		switch at := place.FindStringSubmatch(f.Location); {
		case f.Reason != "":
			refused = append(refused, ledger.Refusal{Reason: ledger.Reason(f.Reason), Message: f.Message, Hint: hint})
		case at != nil:
			line, _ := strconv.Atoi(at[2]) // they are digits
			column, _ := strconv.Atoi(at[3])
			bad.Findings = append(bad.Findings, file.Finding{File: at[1], Line: line, Column: column, Field: f.Field, Message: f.Message, Hint: hint})
		default:
			lines = append(lines, strings.TrimPrefix(fmt.Sprintf("%s: %s", f.Location, f.Message), ": "))
		}
	}
	switch {
	case len(bad.Findings) > 0:
		return &bad
	case len(refused) > 0:
		return refused
	case len(lines) > 0:
		return errors.New(strings.Join(lines, "; "))
	}
	return errors.New(cmp.Or(p.Detail, p.Title, strconv.Itoa(p.Status)))
}

// quoted puts the lines of a file that was sent beside what is wrong with them.
func quoted(err error, text []byte) error {
	if bad, ok := errors.AsType[*file.InvalidError](err); ok {
		quote(bad.Findings, text)
	}
	return err
}

// quote puts the lines of a file into findings about it.
func quote(list []file.Finding, text []byte) {
	lines := bytes.Split(text, []byte("\n"))
	for i := range list {
		if n := list[i].Line; n > 0 && n <= len(lines) {
			list[i].Text = string(bytes.TrimRight(lines[n-1], "\r"))
		}
	}
}
