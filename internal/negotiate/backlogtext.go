package negotiate

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/parleysec/parley/internal/brief/plain"
	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/ledger"
)

// OrderSays says whose order the backlog stands in, and what came since.
func (r *TasksResult) OrderSays() string {
	o := r.Order
	if o == nil || o.By == OrderedByPlan {
		return catalogue.T("backlog.order.plan")
	}
	key := "backlog.order.people"
	if o.Since.Equal(*o.At) {
		key = "backlog.order.once"
	}
	text := catalogue.T(key, "since", plain.Date(*o.Since), "who", plain.Clean(o.Actor), "at", plain.Date(*o.At))
	if o.Because != "" {
		text += " " + catalogue.T("backlog.order.because", "because", plain.Clean(o.Because))
	}
	if len(r.New) > 0 {
		text += " " + catalogue.N("backlog.order.new", len(r.New), "tasks", plain.List(r.New))
	}
	return text
}

// LinesSay says how far each period gets, and what no longer fits.
func (r *TasksResult) LinesSay() []string {
	var out []string
	for _, line := range r.Lines {
		what := catalogue.T("backlog.line.nothing")
		if line.After != "" {
			what = r.titleOf(line.After)
		}
		out = append(out, catalogue.T("backlog.line.to", "says", line.Says, "title", what))
	}
	if len(r.Over) > 0 {
		titles := make([]string, len(r.Over))
		for i, id := range r.Over {
			titles[i] = r.titleOf(id)
		}
		out = append(out, catalogue.N("backlog.over", len(titles), "titles", plain.List(titles)))
	}
	return out
}

// titleOf is what the task of a name is about.
func (r *TasksResult) titleOf(name string) string {
	for i := range r.Tasks {
		if r.Tasks[i].Name() == name {
			return plain.Clean(cmp.Or(r.Tasks[i].Title, name))
		}
	}
	return name
}

// Markdown is the backlog as a check list to paste into a tracker.
func (r *TasksResult) Markdown() string {
	var b strings.Builder
	fmt.Fprintf(&b, "# %s\n\n", plain.Markdown(catalogue.T("cli.tasks.heading", "product", r.Name)))
	for _, x := range r.Tasks {
		done := " "
		if x.Status == string(ledger.TaskDone) {
			done = "x"
		}
		fmt.Fprintf(&b, "- [%s] **%s** (%s)", done, plain.Markdown(x.Title), plain.Markdown(strings.TrimSpace(x.ShortID+" "+catalogue.T("item."+x.Kind))))
		for _, part := range []struct{ key, text string }{
			{"cli.tasks.effort", x.Effort},
			{"cli.tasks.once", x.Once},
			{"cli.tasks.yearly", x.Yearly},
			{"cli.tasks.ask", x.Ask},
			{"cli.tasks.against", strings.Join(x.Threats, ", ")},
			{"cli.tasks.asked", strings.Join(x.Decisions, ", ")},
			{"cli.tasks.checks", strings.Join(x.Checks, ", ")},
		} {
			if part.text != "" {
				fmt.Fprintf(&b, "; %s", catalogue.T(part.key, "text", plain.Markdown(part.text)))
			}
		}
		b.WriteString("\n")
	}
	return b.String()
}

// Rows are the backlog as a table to load into a tracker, its head first.
func (r *TasksResult) Rows() [][]string {
	rows := [][]string{{"id", "kind", "item", "title", "status", "effort", "once", "yearly", "ask", "against", "decisions", "checks"}}
	for _, x := range r.Tasks {
		rows = append(rows, []string{
			x.ShortID, x.Kind, x.Item, x.Title, x.Status, x.Effort, x.Once, x.Yearly, x.Ask,
			strings.Join(x.Threats, " "), strings.Join(x.Decisions, " "), strings.Join(x.Checks, " "),
		})
	}
	return rows
}
