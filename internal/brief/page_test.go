package brief

import (
	"bytes"
	"errors"
	"strings"
	"testing"
)

func terminalOf(t *testing.T, p page, width int) string {
	t.Helper()
	var b bytes.Buffer
	if err := p.terminal(&b, width); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func samplePage() page {
	var p page
	p.heading(1, "A title")
	p.say("One sentence.", "", "Another.")
	p.say("", "")
	p.heading(3, "A part")
	p.list([]string{"first", "a second that does not fit on one line"})
	p.list(nil)
	p.table(table{
		head:  []string{"Name", "Nothing", "Money"},
		right: []bool{false, false, true},
		rows:  [][]string{{"short", "", "£1k"}, {"a name longer than its column", "", "£1.2M"}},
	})
	p.table(table{head: []string{"none"}, right: []bool{false}})
	return p
}

// What a page looks like in a terminal, at three widths.
func TestTerminalPage(t *testing.T) {
	for _, c := range []struct {
		width int
		want  string
	}{
		{40, `A title
═══════

One sentence. Another.

A part

• first
• a second that does not fit on one line

Name                           Money
─────────────────────────────  ─────
short                            £1k
a name longer than its column  £1.2M
`},
		{28, `A title
═══════

One sentence. Another.

A part

• first
• a second that does not fit
  on one line

Name                   Money
─────────────────────  ─────
short                    £1k
a name longer than     £1.2M
its column
`},
		{18, `A title
═══════

One sentence.
Another.

A part

• first
• a second that
  does not fit on
  one line

short
  Money: £1k
a name longer than
its column
  Money: £1.2M
`},
	} {
		if got := terminalOf(t, samplePage(), c.width); got != c.want {
			t.Errorf("in %d columns:\n%s\nwant:\n%s", c.width, got, c.want)
		}
	}
}

func TestMarkdownPage(t *testing.T) {
	const want = `# A title

One sentence. Another.

### A part

- first
- a second that does not fit on one line

| Name | Money |
| --- | ---: |
| short | £1k |
| a name longer than its column | £1.2M |
`
	var b bytes.Buffer
	if err := samplePage().markdown(&b); err != nil {
		t.Fatal(err)
	}
	if b.String() != want {
		t.Errorf("got:\n%s\nwant:\n%s", b.String(), want)
	}
}

// noRoom is a writer that takes nothing.
type noRoom struct{}

var errNoRoom = errors.New("no room")

func (noRoom) Write([]byte) (int, error) { return 0, errNoRoom }

func TestPagesReportWriteErrors(t *testing.T) {
	r := briefs(t, read(t, peopleOnly), nil, Options{Trials: 100, Futures: 100})
	for _, err := range []error{Text(noRoom{}, r, "", 0), Markdown(noRoom{}, r, "leak")} {
		if !errors.Is(err, errNoRoom) {
			t.Errorf("a failed write says %v", err)
		}
	}
}

// The order of a page is the order in which a decider reads: people and impact
// first, the average last.
func TestOrderOfAPage(t *testing.T) {
	r := wholeReport(t, nil)
	var b bytes.Buffer
	if err := Text(&b, r, "big", 200); err != nil {
		t.Fatal(err)
	}
	at := 0
	for _, next := range []string{
		"Big", "Worse.", "within the next two years if nothing is done", "ach time it happens it", "in 5 of 100 years", "What can be done",
		"Half", "Live with it", "Decide in six months", "Sell the shop", "Insurance", "It brings: Nicer", "It makes ease of use worse",
		"Waiting six months", "How sure we are", "marked as a guess", "not verified: Wall", "Duty: The law", "Assumed for you", "The average, last",
		"Over many years",
	} {
		i := strings.Index(b.String()[at:], next)
		if i < 0 {
			t.Fatalf("%q does not follow in:\n%s", next, b.String()[at:])
		}
		at += i
	}
}

func TestSummary(t *testing.T) {
	r := wholeReport(t, nil)
	var b bytes.Buffer
	if err := Text(&b, r, "", 2000); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"4 threats need a decision.", "Big [big]", "Worth most: Half, for 10 days, £950; leaves", "Nothing that could be done about it is named yet.",
		"Knowing is enough: nothing is to be decided. We look in March.", "imported from elsewhere and nobody has confirmed it",
	} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("the summary does not say %q", want)
		}
	}
	if strings.Contains(b.String(), "gone") {
		t.Error("a closed threat is in the summary")
	}
}
