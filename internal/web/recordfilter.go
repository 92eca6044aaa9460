package web

import (
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/internal/cell"
	"github.com/parleysec/parley/internal/negotiate"
)

// recordSorts are the sorts of events that can be asked for.
var recordSorts = []string{"decision", "item", "proposal", "rule", "plan", "evidence", "task", "note", "stage", "workshop", "member"}

// RecordFilter is the form that asks for part of the record.
type RecordFilter struct {
	Sort, Who, From, To, About, Text string
	Sorts                            []Choice
	Downloads                        []Link // exactly what is asked for
	All                              string // address without any filter
}

// readFilter reads what is asked for from an address.
func readFilter(q url.Values) negotiate.LogFilter {
	typed := func(name string) string { return strings.TrimSpace(q.Get(name)) }
	return negotiate.LogFilter{Type: typed("type"), Who: typed("who"), From: typed("from"), To: typed("to"), About: typed("about"), Text: typed("text")}
}

// recordURL is the address of what a filter asks for, before an event; 0 for the
// newest.
func recordURL(path, product string, f negotiate.LogFilter, before int64) string {
	v := given(map[string]string{"product": product, "type": f.Type, "who": f.Who, "from": f.From, "to": f.To, "about": f.About, "text": f.Text})
	if before > 0 {
		v.Set("before", strconv.FormatInt(before, 10))
	}
	return asking(path, v)
}

// filters fills the form with what was asked for.
func (v *RecordView) filters(s *situation, f negotiate.LogFilter) {
	form := &RecordFilter{Sort: f.Type, Who: f.Who, From: f.From, To: f.To, About: f.About, Text: f.Text, All: s.pageURL("/record")}
	form.Sorts = []Choice{{Title: catalogue.T("web.record.sort.any")}}
	known := f.Type == ""
	for _, sort := range recordSorts {
		known = known || sort == f.Type
		form.Sorts = append(form.Sorts, Choice{sort, catalogue.T("web.record.sort." + sort)})
	}
	if !known {
		form.Sorts = append(form.Sorts, Choice{f.Type, f.Type})
	}
	form.Downloads = []Link{
		{recordURL("/record.csv", v.ProductID, f, 0), catalogue.T("web.record.csv")},
		{recordURL("/record.jsonl", v.ProductID, f, 0), catalogue.T("web.record.jsonl")},
	}
	if v.Filter = form; f != (negotiate.LogFilter{}) {
		v.NoEvents = catalogue.T("web.record.none_such")
	}
}

// recordTable is what a filter asks for as a table for spreadsheets.
func (s *server) recordTable(w http.ResponseWriter, r *http.Request) error {
	return s.recordAs(w, r, "text/csv; charset=utf-8", "record.csv", func(w io.Writer, events []negotiate.Event) error {
		rows := negotiate.LogRows(events)
		if events != nil {
			rows = rows[1:]
		}
		return cell.CSV(w, rows)
	})
}

// recordLines is the same as a line of JSON for each event.
func (s *server) recordLines(w http.ResponseWriter, r *http.Request) error {
	return s.recordAs(w, r, "application/x-ndjson", "record.jsonl", cell.Lines[negotiate.Event])
}

// recordAs sends the record as a file while it is read. write writes a piece of it, and
// what stands on top where there are no events.
func (s *server) recordAs(w http.ResponseWriter, r *http.Request, contentType, name string, write func(io.Writer, []negotiate.Event) error) error {
	begun := false
	begin := func() error {
		if begun {
			return nil
		}
		begun = true
		attach(w, contentType, name)
		return write(w, nil)
	}
	err := s.desk.recordFile(r.Context(), r.URL.Query().Get("product"), readFilter(r.URL.Query()), func(events []negotiate.Event) error {
		if err := begin(); err != nil {
			return err
		}
		return write(w, events)
	})
	if err == nil {
		err = begin()
	}
	if err != nil && begun {
		if r.Context().Err() == nil {
			s.log.Error("a file was not sent to its end", "path", r.URL.Path, "error", err)
		}
		panic(http.ErrAbortHandler) // so that nobody takes a part for the whole
	}
	return err
}
