package exchange

import (
	"slices"
	"strings"
	"testing"
	"unicode"
)

// Texts of the source stand in the report, and it is printed on a terminal.
func TestC6AReportCannotSteerATerminal(t *testing.T) {
	const hostile = "x\x1b[2J\x1b]0;title\a\u202e\u009b31m"
	data := strings.NewReplacer("HOSTILE", `x\u001b[2J\u001b]0;title\u0007\u202e\u009b31m\ny`).Replace(`{"otmVersion": "0.2.0",
	  "project": {"id": "HOSTILE", "name": "HOSTILE"},
	  "threats": [{"id": "t-HOSTILE", "name": "HOSTILE", "risk": {"likelihood": "HOSTILE", "impact": "HOSTILE"}}, {"id": "t-HOSTILE"}],
	  "components": [{"id": "c", "name": "HOSTILE", "threats": [{"threat": "d-HOSTILE", "state": "HOSTILE", "mitigations": [{"mitigation": "m-HOSTILE", "state": "HOSTILE"}]}]}]}`)
	_, r, err := Import("", []Input{{"a" + hostile + ".json", []byte(data)}}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	r.Next = append(r.Next, hostile)
	var b strings.Builder
	if err := r.WriteText(&b); err != nil {
		t.Fatal(err)
	}
	steers := func(c rune) bool { return c != '\n' && (unicode.IsControl(c) || unicode.Is(unicode.Bidi_Control, c)) }
	if i := strings.IndexFunc(b.String(), steers); i >= 0 {
		t.Errorf("%q", b.String()[max(0, i-30):i+5])
	}
	for _, l := range slices.Concat(r.Mapped, r.Guessed, r.Dropped) {
		if all := l.What + l.Why + strings.Join(l.Where, ""); strings.ContainsFunc(all, unicode.IsControl) {
			t.Errorf("%q", all)
		}
	}
}

// What a cell does not say, and has to be read into it, is named.
func TestCSVSaysWhatItReadIntoACell(t *testing.T) {
	for _, c := range []struct {
		header, cell string
		want         []string
	}{
		{"Likelihood", "0.3", []string{"unit of a number", "time of a chance"}},
		{"Likelihood (%)", "30", []string{"time of a chance"}},
		{"Likelihood (%)", "0.3", []string{"time of a chance"}},
		{"Likelihood", "30%", []string{"time of a chance"}},
		{"Likelihood", "30% within 2 years", nil},
		{"Likelihood", "1 in 40 years", nil},
		{"Likelihood", "High", nil},
	} {
		_, r := usable(t, "csv", Options{}, sheet("Threat,"+c.header+",Impact", `x,"`+c.cell+`",low`))
		var got []string
		for _, l := range r.Guessed {
			if l.What == "unit of a number" || l.What == "time of a chance" {
				got = append(got, l.What)
			}
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s %q: guessed %q, want %q", c.header, c.cell, got, c.want)
		}
	}
}
