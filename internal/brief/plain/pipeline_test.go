package plain

import (
	"fmt"
	"strings"
	"testing"
)

// TestOrderless: what a pipeline's log would obey is told apart, and nothing else
// is touched.
func TestOrderless(t *testing.T) {
	for text, want := range map[string]string{
		"::error::x":                    ": :error::x",
		"a\n  \t::set-output name=a::b": "a\n  \t: :set-output name=a::b",
		"a ::error::x":                  "a ::error::x",
		"##[error]x":                    "# #[error]x",
		"x ##vso[task.setvariable]y":    "x # #vso[task.setvariable]y",
		"####teamcity[x":                "### #teamcity[x",
		"## A heading\nstd::vector\n":   "## A heading\nstd::vector\n",
		":\n:":                          ":\n:",
	} {
		if got := Orderless(text); got != want {
			t.Errorf("%q gives %q, want %q", text, got, want)
		}
		var b strings.Builder
		w := &OrderlessWriter{To: &b}
		for _, r := range text { // however it comes in
			fmt.Fprint(w, string(r))
		}
		if err := w.Flush(); err != nil || b.String() != want {
			t.Errorf("%q is written as %q (%v), want %q", text, b.String(), err, want)
		}
	}
}
