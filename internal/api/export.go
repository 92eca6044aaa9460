package api

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"strconv"
	"strings"

	"github.com/parleysec/parley/internal/cell"
	"github.com/parleysec/parley/internal/negotiate"
)

const (
	csvType   = "text/csv; charset=utf-8"
	linesType = "application/x-ndjson"
)

// Format is what a list is written as.
type Format struct {
	Format string `query:"format" enum:"csv,jsonl" default:"csv" doc:"A table, or a line of JSON for each item"`
}

// column is a column of a table of T.
type column[T any] struct {
	name string
	of   func(T) string
}

// download writes a list as a file: exactly what the filters let through. As a table it
// has the rows that are given, which nobody asks for otherwise.
func download[T any](f Format, name string, list []T, rows func() [][]string) (*text, error) {
	var b bytes.Buffer
	err := f.write(&b, rows, func(w io.Writer) error { return cell.Lines(w, list) })
	return &text{ContentType: f.contentType(), Disposition: f.attached(name), Body: b.Bytes()}, err
}

// contentType is that of a file.
func (f Format) contentType() string {
	if f.Format == "csv" {
		return csvType
	}
	return linesType
}

// attached says that a file is to be kept, under which name.
func (f Format) attached(name string) string {
	return `attachment; filename="` + name + `.` + f.Format + `"`
}

// write writes a list, or a piece of one, as rows or as lines.
func (f Format) write(w io.Writer, rows func() [][]string, lines func(io.Writer) error) error {
	if f.Format == "csv" {
		return cell.CSV(w, rows())
	}
	return lines(w)
}

// table is a list in columns, their names first.
func table[T any](list []T, columns []column[T]) [][]string {
	rows := make([][]string, 1, len(list)+1)
	for _, c := range columns {
		rows[0] = append(rows[0], c.name)
	}
	for _, x := range list {
		row := make([]string, len(columns))
		for i, c := range columns {
			row[i] = c.of(x)
		}
		rows = append(rows, row)
	}
	return rows
}

func (a *api) exportRoutes() {
	types := []string{csvType, linesType}
	tasks := operation{id: "export-tasks", method: http.MethodGet, path: "/products/{product}/export/tasks", useCase: "Tasks", heavy: true}
	handleText(a, tasks, types, nil, func(ctx context.Context, who negotiate.Actor, in *struct {
		Of
		Format
		TaskFilters
	},
	) (*text, error) {
		r, err := a.tasks(ctx, who, negotiate.TasksRequest{Product: in.Product}, in.TaskFilters)
		if err != nil {
			return nil, err
		}
		return download(in.Format, "tasks", r.Tasks, func() [][]string { return table(r.Tasks, taskColumns) })
	})
	threats := operation{id: "export-threats", method: http.MethodGet, path: "/products/{product}/export/threats", useCase: "Brief", heavy: true}
	handleText(a, threats, types, nil, func(ctx context.Context, who negotiate.Actor, in *struct {
		Of
		Format
		ThreatFilters
	},
	) (*text, error) {
		all, err := a.threats(ctx, who, in.Product, in.ThreatFilters)
		if err != nil {
			return nil, err
		}
		return download(in.Format, "threats", all, func() [][]string { return table(all, threatColumns) })
	})
	a.logFileRoute(types)
}

var taskColumns = []column[negotiate.Task]{
	{"id", func(t negotiate.Task) string { return t.ShortID }},
	{"kind", func(t negotiate.Task) string { return t.Kind }},
	{"item", func(t negotiate.Task) string { return t.Item }},
	{"title", func(t negotiate.Task) string { return t.Title }},
	{"status", func(t negotiate.Task) string { return t.Status }},
	{"effort", func(t negotiate.Task) string { return t.Effort }},
	{"once", func(t negotiate.Task) string { return t.Once }},
	{"yearly", func(t negotiate.Task) string { return t.Yearly }},
	{"ask", func(t negotiate.Task) string { return t.Ask }},
	{"against", func(t negotiate.Task) string { return strings.Join(t.Threats, " ") }},
	{"decisions", func(t negotiate.Task) string { return strings.Join(t.Decisions, " ") }},
	{"checks", func(t negotiate.Task) string { return strings.Join(t.Checks, " ") }},
}

var threatColumns = []column[Threat]{
	{"id", func(t Threat) string { return t.ID }},
	{"title", func(t Threat) string { return t.Title }},
	{"triage", func(t Threat) string { return t.Triage }},
	{"owner", func(t Threat) string { return t.Owner }},
	{"waiting", func(t Threat) string { return strconv.FormatBool(t.Waiting) }},
	{"grave_harm", func(t Threat) string { return strconv.FormatBool(t.GraveHarm) }},
	{"decision", func(t Threat) string { return t.Decision }},
	{"chance_within_horizon", func(t Threat) string { return figure(t.ChanceWithinHorizon) }},
	{"loss_p50", func(t Threat) string { return figure(t.TypicalLoss) }},
	{"loss_p95", func(t Threat) string { return figure(t.BadLoss) }},
	{"expected_annual_loss", func(t Threat) string { return figure(t.ExpectedAnnualLoss) }},
	{"unconfirmed", func(t Threat) string { return strconv.FormatBool(t.Unconfirmed) }},
}

// figure is a number, "" where there is none.
func figure(x *float64) string {
	if x == nil {
		return ""
	}
	return strconv.FormatFloat(*x, 'f', -1, 64)
}
