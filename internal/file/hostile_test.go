package file

import (
	"errors"
	"fmt"
	"strings"
	"testing"
)

const head = "parley: v1\nproduct: {id: shop, currency: GBP}\n"

// TestHostile reads files made to exhaust whoever reads them.
func TestHostile(t *testing.T) {
	bomb := "x-a: &a [lol]\n"
	for c := 'b'; c < 'k'; c++ {
		bomb += fmt.Sprintf("x-%c: &%c [%s]\n", c, c, strings.TrimSuffix(strings.Repeat(fmt.Sprintf("*%c, ", c-1), 9), ", "))
	}
	for name, c := range map[string]struct{ text, want string }{
		"aliases of aliases": {head + bomb, "stands for a value written elsewhere"},
		"alias to itself":    {head + "x-a: &a [*a]\n", "stands for a value written elsewhere"},
		"deep lists":         {head + "x-a: " + strings.Repeat("[", 1<<20), "more than 40 deep"},
		"deep fields":        {head + "x-a: " + strings.Repeat("{a: ", 1<<18), "more than 40 deep"},
		"deep block":         {head + "x-a:\n" + strings.Repeat("- ", 1<<20) + "a", "more than 40 deep"},
		"too large":          {head + "# " + strings.Repeat("a", MaxSize), "more than the 10 MB"},
		"many values":        {head + "x-a: [" + strings.Repeat("a,", 4<<20) + "]", "more than the 600000 values"},
		"many lines":         {head + strings.Repeat("#\n", 4<<20), "more than the 600000 values"},
		"not quite too many": {head + "x-a: [" + strings.Repeat("a,", 700_000) + "]", "more than the 600000 values"},
		"a long name":        {head + strings.Repeat("a", 100_000) + ": 1\n", "unknown field"},
	} {
		t.Run(name, func(t *testing.T) {
			doc, err := Read("hostile.yaml", []byte(c.text))
			if _, ok := errors.AsType[*InvalidError](err); !ok {
				t.Fatalf("Read: %v, want an *InvalidError", err)
			}
			if !strings.Contains(doc.Findings[0].Message, c.want) {
				t.Errorf("%.200s, want %q", doc.Findings[0], c.want)
			}
			if n := len(doc.Findings[0].Excerpt()); c.want != "unknown field" && n > 1000 {
				t.Errorf("the finding takes %d bytes to show", n)
			}
		})
	}
}

// A file of the full size that is one long text is read.
func TestLargest(t *testing.T) {
	pad := strings.Repeat("a", MaxSize-len(head)-len("x-a: \n"))
	if _, err := Read("large.yaml", []byte(head+"x-a: "+pad+"\n")); err != nil {
		t.Error(err)
	}
}

func TestFindingsAreCapped(t *testing.T) {
	var b strings.Builder
	b.WriteString(head + "mitigations:\n")
	for i := range 2000 { // a warning each (no cost), and one error at the end
		fmt.Fprintf(&b, "  - {id: m%d, title: t, must: true}\n", i)
	}
	b.WriteString("  - {id: m0, title: t, must: true}\n")
	doc, err := Read("many.yaml", []byte(b.String()))
	if err == nil {
		t.Error("the error after two thousand warnings was lost")
	}
	if len(doc.Findings) != maxFindings {
		t.Errorf("%d findings, want %d", len(doc.Findings), maxFindings)
	}
	if got := len(Errors(doc.Findings)); got != 1 {
		t.Errorf("%d errors, want 1", got)
	}
}

// What is printed to a terminal cannot steer it.
func TestExcerptIsHarmless(t *testing.T) {
	doc, err := Read("evil\x1b[2J\u202e.yaml", []byte(strings.Replace(small, "title: Fix it", "tit\u202ele: \"Fix\u2066 it\"", 1)))
	if err == nil {
		t.Fatal("no finding")
	}
	for _, f := range doc.Findings {
		for _, r := range f.Excerpt() {
			if r != '\n' && (r < ' ' || r == '\u202e' || r == '\u2066') {
				t.Errorf("%+q is in %+q", r, f.Excerpt())
			}
		}
	}
	if !strings.Contains(err.Error(), `evil\u001b[2J\u202e.yaml`) {
		t.Errorf("the name is not shown escaped: %+q", err.Error())
	}
}
