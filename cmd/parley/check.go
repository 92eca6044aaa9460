package main

import (
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/brief/plain"
	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/internal/file"
	"github.com/parleysec/parley/internal/negotiate"
)

func (a *app) checkCommand() *cobra.Command {
	return command("check FILE", "check", cobra.ExactArgs(1), func(cmd *cobra.Command, args []string) error {
		data, err := a.readFile(args[0])
		if err != nil {
			return err
		}
		src := negotiate.Source{Name: args[0], Data: data}
		res, err := a.service().Check(cmd.Context(), a.reader(src), src)
		if err != nil {
			return err
		}
		if res.Valid && res.Counts.Threats == 0 && !a.json {
			defer a.note(catalogue.T("cli.empty", "name", plain.Clean(args[0])))
		}
		if err := a.print(res, func(w io.Writer) error { return checkText(w, args[0], res) }); err != nil {
			return err
		}
		if !res.Valid {
			return saidAlready(parley.Invalid)
		}
		return nil
	})
}

// fewAlike is how many warnings that are alike are shown each with its place.
const fewAlike = 2

// warningsText shows warnings with their places; those that are alike, as after
// an import, together.
func warningsText(b *strings.Builder, list []file.Finding) {
	alike := map[string][]file.Finding{}
	for _, f := range list {
		alike[likeness(f)] = append(alike[likeness(f)], f)
	}
	for _, f := range list {
		key := likeness(f)
		switch group := alike[key]; {
		case len(group) > fewAlike:
			alikeText(b, group)
			delete(alike, key) // said with the first one
		case len(group) > 0:
			fmt.Fprintln(b, f.Excerpt())
		}
	}
}

var places = regexp.MustCompile(`\[\d+\]`)

// likeness is what warnings have in common that one sentence can say: the
// field, wherever it stands, and what would be right.
func likeness(f file.Finding) string { return places.ReplaceAllString(f.Field, "[]") + "\x00" + f.Hint }

// alikeText is one sentence for many warnings, with the things they are about.
func alikeText(b *strings.Builder, alike []file.Finding) {
	f := alike[0]
	key, same := "cli.check.alike", func(g file.Finding) bool { return g.Message == f.Message }
	if slices.IndexFunc(alike, func(g file.Finding) bool { return !same(g) }) >= 0 {
		key = "cli.check.similar"
	}
	paragraph(b, "", catalogue.T(key, "file", f.File, "line", f.Line, "n", len(alike), "field", places.ReplaceAllString(f.Field, ""), "message", f.Message))
	var where []string
	for _, g := range alike {
		at := catalogue.T("cli.check.line", "line", g.Line)
		if g.ID != "" {
			at = g.ID
		}
		if !slices.Contains(where, at) {
			where = append(where, at)
		}
	}
	paragraph(b, "      ", strings.Join(where, ", "))
	if f.Hint != "" {
		paragraph(b, "      ", f.Hint)
	}
}

func checkText(w io.Writer, name string, r *negotiate.CheckResult) error {
	var b strings.Builder
	for _, f := range r.Errors {
		fmt.Fprintln(&b, f.Excerpt())
	}
	warningsText(&b, r.Warnings)
	if !r.Valid {
		fmt.Fprintln(&b, catalogue.N("cli.check.invalid", len(r.Errors), "name", plain.Clean(name)))
		return write(w, b.String())
	}
	fmt.Fprintln(&b, catalogue.T("cli.check.valid", "name", plain.Clean(name), "threats", catalogue.N("count.threat", r.Counts.Threats),
		"controls", catalogue.N("count.control", r.Counts.Controls), "mitigations", catalogue.N("count.mitigation", r.Counts.Mitigations), "features", catalogue.N("count.feature", r.Counts.Features)))
	return write(w, b.String())
}
