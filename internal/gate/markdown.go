package gate

import (
	"fmt"
	"io"
	"strings"

	"github.com/parleysec/parley/internal/brief/plain"
	"github.com/parleysec/parley/internal/catalogue"
)

// Markdown writes an answer for a pull request. What stands in it from files
// and people can mention nobody, close nothing and break out of nothing.
func (a *Answer) Markdown(w io.Writer, product string) error {
	var b strings.Builder
	fmt.Fprintf(&b, "## %s\n\n", catalogue.T("gate.md.title", "product", plain.Markdown(product), "verdict", a.verdict()))
	for _, l := range a.head() {
		fmt.Fprintf(&b, "%s\n", plain.Markdown(l))
	}
	for _, r := range a.Results {
		if r.Pass {
			continue
		}
		fmt.Fprintf(&b, "\n### %s\n\n", plain.Markdown(r.Says))
		for i, f := range r.Failing {
			if i == mostListed {
				fmt.Fprintf(&b, "- %s\n", catalogue.N("gate.more", len(r.Failing)-i))
				break
			}
			fmt.Fprintf(&b, "- %s\n", plain.Markdown(f.Reason))
		}
	}
	if list := a.excepted(); len(list) > 0 {
		fmt.Fprintf(&b, "\n### %s\n\n", catalogue.T("gate.excepted.title"))
		for i, x := range list {
			if i == mostListed {
				fmt.Fprintf(&b, "- %s\n", catalogue.N("gate.more", len(list)-i))
				break
			}
			fmt.Fprintf(&b, "- %s\n", plain.Markdown(x))
		}
	}
	fmt.Fprintf(&b, "\n%s\n", a.tally())
	_, err := io.WriteString(w, b.String())
	return err
}

// excepted are what decisions in force let pass, in words.
func (a *Answer) excepted() []string {
	var out []string
	for _, r := range a.Results {
		for _, x := range r.Excepted {
			out = append(out, x.words())
		}
	}
	return out
}

// words say what is let pass, and by what.
func (x Exception) words() string { return x.Reason + "; " + x.Says }

// mostListed is how many failures of one rule are listed; a pull request is no
// place for more.
const mostListed = 20

// verdict is what the gate says in a word or two.
func (a *Answer) verdict() string {
	switch {
	case a.Pass:
		return catalogue.T("gate.pass")
	case a.Mode == Block:
		return catalogue.T("gate.stop")
	}
	return catalogue.T("gate.advise")
}

// head says for which stage was asked, and who chose that the gate blocks or not.
func (a *Answer) head() []string {
	out := []string{catalogue.T("gate.stage", "stage", a.Stage)}
	for _, s := range []string{a.StageSays, a.ModeSays, a.AsOfSays, a.ControlsSays} {
		if s != "" {
			out = append(out, s)
		}
	}
	return out
}

// tally says how many rules hold, fail and do not apply yet.
func (a *Answer) tally() string {
	pass, fail, skipped, unknown := 0, 0, 0, 0
	for _, r := range a.Results {
		switch {
		case r.Unknown:
			unknown++
		case r.Skipped:
			skipped++
		case r.Pass:
			pass++
		default:
			fail++
		}
	}
	said := strings.Join([]string{catalogue.N("gate.tally.pass", pass), catalogue.N("gate.tally.fail", fail), catalogue.N("gate.tally.later", skipped)}, ", ") + "."
	if unknown > 0 {
		said += " " + catalogue.N("gate.tally.unknown", unknown)
	}
	if n := len(a.excepted()); n > 0 {
		said += " " + catalogue.N("gate.tally.excepted", n)
	}
	return said
}

// Text is an answer for a terminal of some columns, one failure a line.
func (a *Answer) Text(product string, width int) string {
	var b strings.Builder
	line := func(indent int, text string) {
		for i, l := range plain.Wrap(plain.Clean(text), width-indent) {
			if i > 0 && indent > 0 {
				l = "  " + l
			}
			fmt.Fprintln(&b, strings.Repeat(" ", indent)+l)
		}
	}
	line(0, catalogue.T("gate.title", "product", product, "verdict", a.verdict()))
	for _, l := range a.head() {
		line(0, l)
	}
	for _, r := range a.Results {
		mark := "gate.line.pass"
		switch {
		case r.Unknown:
			mark = "gate.line.unknown"
		case r.Skipped:
			mark = "gate.line.skipped"
		case !r.Pass:
			mark = "gate.line.fail"
		}
		line(0, catalogue.T(mark, "says", r.Says, "rule", r.Rule))
		for _, f := range r.Failing {
			line(4, "- "+f.Reason)
		}
		for _, x := range r.Excepted {
			line(4, "~ "+x.words())
		}
	}
	line(0, a.tally())
	return b.String()
}
