package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/parleysec/parley/internal/brief/plain"
	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/internal/negotiate"
)

func (a *app) benchCommand() *cobra.Command {
	var req negotiate.BenchRequest
	c := command("bench", "bench", cobra.NoArgs, func(cmd *cobra.Command, _ []string) error {
		res, err := negotiate.Bench(cmd.Context(), req)
		if err != nil {
			return err
		}
		return a.print(res, func(w io.Writer) error { return write(w, benchText(res, a.width())) })
	})
	wholeVar(c.Flags(), &req.Runs, "runs", 3, 1, 1000, catalogue.T("cli.bench.runs"))
	wholeVar(c.Flags(), &req.Years, "years", 1_000_000, leastTrials, mostTrials, catalogue.T("cli.bench.years"))
	return c
}

func benchText(r *negotiate.BenchResult, width int) string {
	var b strings.Builder
	line := func(key string, pairs ...any) {
		fmt.Fprintln(&b, strings.Join(plain.Wrap(catalogue.T(key, pairs...), width), "\n"))
	}
	line("bench.head", "system", r.System, "cpus", r.CPUs, "go", r.Go, "runs", r.Runs)
	fmt.Fprintln(&b)
	t := table{head: []string{catalogue.T("bench.col.what"), catalogue.T("bench.col.time"), catalogue.T("bench.col.event")}, left: 1}
	for _, m := range r.Measures {
		event := ""
		if m.PerEvent() {
			event = fmt.Sprintf("%.1f ns", m.Seconds/m.Events*1e9)
		}
		t.add(m.Says, secondsText(m.Seconds), event)
	}
	b.WriteString(t.text(width))
	for _, m := range r.Measures {
		if m.Share > 0 && r.CPUs > 1 {
			line("bench.share", "cpus", r.CPUs, "share", plain.Percent(m.Share))
		}
	}
	return b.String()
}

// secondsText is a time with three digits: "1.23 s", "45.6 ms".
func secondsText(s float64) string {
	if s >= 1 {
		return fmt.Sprintf("%.2f s", s)
	}
	return fmt.Sprintf("%.3g ms", s*1000)
}
