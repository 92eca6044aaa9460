package api

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/parleysec/parley"
)

// Paging asks for a part of a list.
type Paging struct {
	Limit  int    `query:"limit" minimum:"1" maximum:"500" default:"100" doc:"At most so many"`
	Cursor string `query:"cursor" maxLength:"200" doc:"Where to go on: next of the page before, with the same filters"`
}

// Page is a part of a list.
type Page[T any] struct {
	Items []T    `json:"items"`
	Next  string `json:"next,omitempty" doc:"Cursor of the next page; absent on the last"`
}

// cut is the page of a list that a cursor asks for. The cursor names the item
// that the page before ended with, so that what comes or goes meanwhile moves
// nothing else; filters are in it, so that it fits no other question.
func cut[T any](list []T, p Paging, filters []string, id func(T) string) (*Page[T], error) {
	mark := strings.Join(filters, "\x1f")
	from := 0
	if p.Cursor != "" {
		last, ok := openCursor(p.Cursor, mark)
		at := slices.IndexFunc(list, func(x T) bool { return id(x) == last })
		if !ok || at < 0 {
			return nil, badCursor()
		}
		from = at + 1
	}
	to := min(from+p.Limit, len(list))
	page := &Page[T]{Items: append([]T{}, list[from:to]...)}
	if to < len(list) {
		page.Next = cursor(id(list[to-1]), mark)
	}
	return page, nil
}

func cursor(last, mark string) string {
	return base64.RawURLEncoding.EncodeToString(fmt.Appendf(nil, "%s\x1e%s", last, short32(mark)))
}

func openCursor(text, mark string) (string, bool) {
	raw, err := base64.RawURLEncoding.DecodeString(text)
	last, of, ok := strings.Cut(string(raw), "\x1e")
	return last, err == nil && ok && of == short32(mark)
}

// short32 is a short digest of the filters of a list.
func short32(mark string) string { return tagOf([]byte(mark))[1:9] }

func badCursor() *Problem {
	p := refuse(http.StatusUnprocessableEntity, parley.Invalid, "api.error.request")
	p.Errors = []FieldProblem{{Location: "query.cursor", Message: refuse(0, "", "api.error.cursor").Detail}}
	return p
}
