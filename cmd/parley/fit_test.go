package main

import (
	"bytes"
	"context"
	"strings"
	"testing"
	"time"

	"github.com/spf13/cobra"
	"pgregory.net/rapid"

	"github.com/parleysec/parley/internal/brief/plain"
)

func TestFitted(t *testing.T) {
	for in, want := range map[string]string{
		"short\n": "short\n",
		"  SHOP-D1 It is lived with until June by Ann\n": "  SHOP-D1 It is lived with\n    until June by Ann\n",
		"- one thing after the other that there is\n":    "- one thing after the other\n    that there is\n",
		"a       b       c       d       e\n":            "a       b       c       d\n  e\n",
		"  parley decide SHOP-T1 accept --because x\n":   "  parley decide SHOP-T1 accept --because x\n",
		"— key 0123456789012345678901234567890\n":        "— key 0123456789012345678901234567890\n",
		"0123456789012345678901234567890123456 x\n":      "0123456789012345678901234567890123456\n  x\n",
		"客户记录被盗 客户记录被盗 客户记录被盗\n":                         "客户记录被盗 客户记录被盗\n  客户记录被盗\n",
		"                           far right\n":         "                           far\n               right\n",
		"no end of line":                                 "no end of line",
	} {
		var out bytes.Buffer
		f := &fitter{to: &out, width: 30}
		for i := range len(in) { // however it comes
			if _, err := f.Write([]byte{in[i]}); err != nil {
				t.Fatal(err)
			}
		}
		if err := f.Flush(); err != nil || out.String() != want {
			t.Errorf("%q became %q, want %q (%v)", in, out.String(), want, err)
		}
	}
}

// Every word of a text stands in what is printed, in its order, and no line of more
// than one word is too wide.
func TestFittedCutsNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringMatching(`( {0,9}[a-zé世🙂-]{1,20}( {1,3}[a-z🙂]{1,20}){0,9}\n){0,3}`).Draw(t, "text")
		width := rapid.IntRange(leastWidth, mostWidth).Draw(t, "width")
		var out bytes.Buffer
		f := &fitter{to: &out, width: width}
		if _, err := f.Write([]byte(text)); err != nil {
			t.Fatal(err)
		}
		if got, want := strings.Fields(out.String()), strings.Fields(text); strings.Join(got, " ") != strings.Join(want, " ") {
			t.Fatalf("%q became %q", want, got)
		}
		for line := range strings.Lines(out.String()) {
			if line = strings.TrimRight(line, "\n"); plain.Width(line) > width && len(strings.Fields(line)) > 1 && !strings.HasPrefix(strings.TrimSpace(line), "parley ") {
				t.Errorf("%q is wider than %d", line, width)
			}
		}
	})
}

// The help of every command fits 80 columns; a command to copy stays on its line.
func TestHelpFits(t *testing.T) {
	n := 0
	var walk func(c *cobra.Command)
	walk = func(c *cobra.Command) {
		n++
		var out bytes.Buffer
		a := newApp(strings.NewReader(""), &out, &out)
		a.env = func(string) string { return "" }
		if code := a.execute(context.Background(), append(strings.Fields(c.CommandPath())[1:], "--help")); code != 0 {
			t.Errorf("%s: exit code %d", c.CommandPath(), code)
		}
		for line := range strings.Lines(out.String()) {
			line = strings.TrimRight(line, "\n")
			if plain.Width(line) > 80 && !strings.HasPrefix(strings.TrimSpace(line), "parley ") {
				t.Errorf("%s: %d columns: %s", c.CommandPath(), plain.Width(line), line)
			}
		}
		for _, sub := range c.Commands() {
			walk(sub)
		}
	}
	walk((&app{now: time.Now, env: func(string) string { return "" }}).root())
	if n < 80 {
		t.Errorf("%d commands were looked at", n)
	}
}

func TestWidth(t *testing.T) {
	for columns, want := range map[string]int{"": 80, "60": 60, "12": leastWidth, "400": mostWidth, "wide": 80, "-1": 80, "0": 80} {
		a := &app{out: &bytes.Buffer{}, env: func(name string) string {
			if name == "COLUMNS" {
				return columns
			}
			return ""
		}}
		if got := a.width(); got != want {
			t.Errorf("COLUMNS=%q: %d, want %d", columns, got, want)
		}
	}
}

// Where its columns do not fit beside each other, a table is a block for each row.
func TestTableBlocks(t *testing.T) {
	tab := table{head: []string{"Starts", "Effort", "Why it is in the plan that was asked for"}, left: 3}
	tab.add("staff-keys", "3 to 6 days", "worth about £38k to the plan")
	tab.add("gift-visits", "", "it must be done")
	const want = `staff-keys
  Effort: 3 to 6 days
  Why it is in the plan that was asked
    for: worth about £38k to the plan
gift-visits
  Why it is in the plan that was asked
    for: it must be done
`
	if got := tab.text(leastWidth); got != want {
		t.Errorf("got:\n%swant:\n%s", got, want)
	}
}
