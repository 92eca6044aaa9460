package web

import (
	"bytes"
	"net/http"

	"github.com/parleysec/parley/internal/cell"
)

// lived shows who left what as it is.
func (s *server) lived(w http.ResponseWriter, r *http.Request) error {
	v, err := s.desk.lived(r.Context(), readLived(r.URL.Query()))
	if err != nil {
		return err
	}
	return s.showAsked(w, v.Problem != "", "lived", v)
}

// livedTable is the same as a table for spreadsheets.
func (s *server) livedTable(w http.ResponseWriter, r *http.Request) error {
	found, err := s.desk.livedFile(r.Context(), readLived(r.URL.Query()))
	if err != nil {
		return err
	}
	var b bytes.Buffer
	if err := cell.CSV(&b, found.Rows()); err != nil {
		return err
	}
	return download(w, "text/csv; charset=utf-8", "lived-with.csv", b.Bytes())
}

// livedText is the same as a text to pass on.
func (s *server) livedText(w http.ResponseWriter, r *http.Request) error {
	found, err := s.desk.livedFile(r.Context(), readLived(r.URL.Query()))
	if err != nil {
		return err
	}
	return download(w, "text/markdown; charset=utf-8", "lived-with.md", []byte(found.Markdown()))
}
