package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/brief/plain"
	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/internal/evidence"
	"github.com/parleysec/parley/internal/negotiate"
)

func (a *app) evidenceCommand() *cobra.Command {
	return group("evidence", a.evidenceReadCommand(), a.evidenceAddCommand(), a.evidenceTakeBackCommand(), a.evidenceTriageCommand(), a.evidenceTimelineCommand())
}

func (a *app) evidenceReadCommand() *cobra.Command {
	var up uploaded
	c := command("read FILE…", "evidence.read", cobra.MinimumNArgs(1), func(cmd *cobra.Command, args []string) error {
		req, err := up.request(a)
		if err != nil {
			return err
		}
		return a.readEvidence(cmd, req, args)
	})
	up.flags(c)
	return c
}

// uploaded is what whoever brings reports says where they do not.
type uploaded struct {
	said negotiate.ReadEvidenceRequest
	keys []string // files
}

func (u *uploaded) flags(c *cobra.Command) {
	f := c.Flags()
	f.StringArrayVar(&u.keys, "key", nil, catalogue.T("cli.evidence.key"))
	f.StringVar(&u.said.Commit, "commit", "", catalogue.T("cli.evidence.commit"))
	f.StringVar(&u.said.Branch, "branch", "", catalogue.T("cli.evidence.branch"))
	f.StringVar(&u.said.At, "at", "", catalogue.T("cli.evidence.at"))
}

// request reads the keys.
func (u *uploaded) request(a *app) (negotiate.ReadEvidenceRequest, error) {
	for _, name := range u.keys {
		data, err := a.readFile(name)
		if err != nil {
			return u.said, err
		}
		u.said.Keys = append(u.said.Keys, evidence.Input{Name: name, Data: data})
	}
	return u.said, nil
}

// readEvidence reads one file after the other, so that one alone is in memory.
// One that cannot be opened takes nothing from the others: it is listed as
// inconclusive, and the command could not do all it was asked for.
func (a *app) readEvidence(cmd *cobra.Command, req negotiate.ReadEvidenceRequest, names []string) error {
	all := &negotiate.ReadEvidenceResult{Files: evidence.Files{Schema: evidence.Schema, Files: []evidence.File{}}}
	var unopened []error
	kind := parley.Invalid
	for _, name := range names {
		data, err := a.readReport(name)
		if err != nil {
			unopened = append(unopened, err)
			if parley.KindOfError(err) == parley.Unavailable {
				kind = parley.Unavailable
			}
			all.Files.Files = append(all.Files.Files, evidence.File{
				File: name, Verdict: evidence.Inconclusive, Inconclusive: 1, Notes: []string{catalogue.T("cli.evidence.unopened", "why", reasonText(err))},
			})
			continue
		}
		req.Files = []evidence.Input{{Name: name, Data: data}}
		one, err := a.service().ReadEvidence(cmd.Context(), a.actor(), req)
		if err != nil {
			return err
		}
		all.Files.Files = append(all.Files.Files, one.Files.Files...)
		all.Problems = append(all.Problems, one.Problems...)
	}
	if err := a.print(all, func(w io.Writer) error { return evidenceText(w, all, a.width()) }); err != nil {
		return err
	}
	for _, p := range all.Problems {
		fmt.Fprintln(a.err, plain.Orderless("parley: "+cleanLines(p.Error())))
		if p.Want != "" {
			fmt.Fprintln(a.err, plain.Orderless("  "+cleanLines(p.Want)))
		}
	}
	for _, err := range unopened {
		a.say("parley: ", err.Error())
	}
	if len(unopened)+len(all.Problems) > 0 {
		return saidAlready(kind)
	}
	return nil
}

// reasonText is why something failed, without what was being done.
func reasonText(err error) string {
	if e, ok := errors.AsType[*parley.Error](err); ok && e.Err != nil {
		return e.Err.Error()
	}
	return err.Error()
}

// readReport reads a whole report, which may be larger than other input, a file
// into no more memory than it needs.
func (a *app) readReport(name string) ([]byte, error) {
	info, err := os.Stat(name)
	if name == "-" || err != nil || !info.Mode().IsRegular() {
		return a.readUpTo(name, evidence.Largest)
	}
	if info.Size() > evidence.Largest {
		return nil, tooLong(name, evidence.Largest)
	}
	data, err := os.ReadFile(name)
	if err != nil {
		return nil, outside("read "+name, err)
	}
	return data, nil
}

func evidenceText(w io.Writer, r *negotiate.ReadEvidenceResult, width int) error {
	t := table{head: []string{
		catalogue.T("cli.evidence.head.file"), catalogue.T("cli.evidence.head.format"), catalogue.T("cli.evidence.head.verdict"),
		catalogue.T("cli.evidence.head.pass"), catalogue.T("cli.evidence.head.fail"), catalogue.T("cli.evidence.head.inconclusive"),
	}, left: 3}
	for _, f := range r.Files.Files {
		format := f.Format
		if format == "" {
			format = catalogue.T("cli.evidence.unknown")
		}
		t.add(f.File, format, catalogue.T("cli.evidence."+string(f.Verdict)), fmt.Sprint(f.Pass), fmt.Sprint(f.Fail), fmt.Sprint(f.Inconclusive))
	}
	var b strings.Builder
	b.WriteString(t.text(width))
	for _, f := range r.Files.Files {
		evidenceNotes(&b, f, width)
	}
	return write(w, b.String())
}

// evidenceNotes is what a person should know of one file.
func evidenceNotes(b *strings.Builder, f evidence.File, width int) {
	fmt.Fprintf(b, "\n%s\n", plain.Clean(f.File))
	line := func(text string) {
		for i, l := range plain.Wrap(plain.Clean(text), width-4) {
			mark := "    "
			if i == 0 {
				mark = "  - "
			}
			fmt.Fprintln(b, mark+l)
		}
	}
	if f.Tool != "" {
		line(catalogue.T("cli.evidence.tool", "tool", f.Tool))
	}
	switch {
	case f.Digest == "": // it was never opened
	case f.Time != nil:
		line(catalogue.T("cli.evidence.time", "time", *f.Time, "source", *f.TimeSource))
	default:
		line(catalogue.T("cli.evidence.no-time"))
	}
	switch {
	case f.Digest == "":
	case f.Commit != nil:
		line(catalogue.T("cli.evidence.on", "commit", *f.Commit, "source", *f.CommitSource))
	default:
		line(catalogue.T("cli.evidence.no-commit"))
	}
	for _, n := range f.Notes {
		line(n)
	}
	if f.Digest != "" {
		line(catalogue.T("cli.evidence.digest", "digest", f.Digest))
	}
}
