package web

import (
	"bytes"
	"embed"
	"encoding/json"
	"fmt"
	"html/template"
	"net/http"
	"strconv"
	"unicode/utf8"

	"github.com/parleysec/parley/internal/catalogue"
)

//go:embed templates/*.html
var templateFiles embed.FS

// idsInOnePiece is up to how many characters an id is never broken: on a phone
// there is room for as many on a line.
const idsInOnePiece = 28

// fieldProblem is what is wrong with a field of a form, to stand beside it.
type fieldProblem struct{ ID, Says string }

// pages are the parsed templates.
type pages struct{ templates *template.Template }

func loadPages(a *assets) (*pages, error) {
	t, err := template.New("pages").Option("missingkey=error").Funcs(template.FuncMap{
		"t":         catalogue.T,
		"asset":     a.url,
		"add":       func(a, b int) int { return a + b },
		"short":     func(id string) bool { return utf8.RuneCountInString(id) <= idsInOnePiece },
		"described": describe,
		"json": func(v any) (string, error) {
			text, err := json.Marshal(v)
			return string(text), err
		},
		"wrong": func(p formPart, field string) fieldProblem {
			return fieldProblem{ID: p.Answer + "-" + field + "-wrong", Says: p.Wrong(field)}
		},
	}).ParseFS(templateFiles, "templates/*.html")
	if err != nil {
		return nil, fmt.Errorf("read the pages: %w", err)
	}
	return &pages{t}, nil
}

// render makes the whole page before a byte of it is sent, so that a page is
// never half of one.
func (p *pages) render(name string, view any) ([]byte, error) {
	var b bytes.Buffer
	if err := p.templates.ExecuteTemplate(&b, name, view); err != nil {
		return nil, fmt.Errorf("page %s: %w", name, err)
	}
	return b.Bytes(), nil
}

func writePage(w http.ResponseWriter, status int, body []byte) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	if _, ok := w.(zipping); ok {
		if z := zip(body); z != nil {
			w.Header().Set("Content-Encoding", "gzip")
			body = z
		}
	}
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(status)
	_, _ = w.Write(body) // the reader went away: nobody to tell
}
