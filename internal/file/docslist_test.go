package file

import (
	"os"
	"strings"
	"testing"
)

// The list in the manual is read as the manual says.
func TestListOfTheManual(t *testing.T) {
	text, err := os.ReadFile("../../docs/file.md")
	if err != nil {
		t.Fatal(err)
	}
	_, after, ok := strings.Cut(string(text), "as people scribble it, one threat a line:\n\n")
	list, _, closed := strings.Cut(after, "\n\n")
	if !ok || !closed {
		t.Fatal("the manual shows no list")
	}
	m, _ := lines(t, strings.ReplaceAll(list, "\n    ", "\n")[4:])
	var got []string
	for _, x := range m.Threats {
		got = append(got, x.Title+"/"+x.Likelihood.Text+"/"+x.Impact.Financial.Amount.Text)
	}
	want := []string{
		"Customer records are stolen/very likely/£200k..2M", "Phishing of the finance team/once or twice a year/10k..40k",
		"Certificate runs out/yearly/5k", "Shop fällt aus/once per year/80k",
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("%q, want %q", got, want)
	}
	if len(m.Mitigations) != 4 || m.Mitigations[2].Title != "Renew it by itself" {
		t.Errorf("%+v", m.Mitigations)
	}
}
