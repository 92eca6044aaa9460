package brief

import (
	"strings"
	"testing"

	"github.com/parleysec/parley/internal/file"
)

// TestApartWords: a brief says what an estimate was put together from, as typed,
// and what follows from capability and strength.
func TestApartWords(t *testing.T) {
	for _, c := range []struct {
		fields string
		want   []string
	}{
		{"likelihood: 1 per year, impact: {says: x, financial: 1k}", nil},
		{"fair: {attempts: 5..50 per year, susceptibility: 2%..9%}, impact: {says: x, financial: 1k}", []string{"5..50 per year", "2%..9%"}},
		{"fair: {contacts: 80 per year, action: 10%, capability: 30%, strength: 60%}, impact: {says: x, financial: 1k}", []string{"80 per year", "10%", "30%", "60%"}},
		{"likelihood: 1 per year, fair: {primary: {financial: 1k}, secondary: {chance: 25%, profit: 9k}}", []string{"25%"}},
		{"likelihood: 1 per year, fair: {primary: {financial: 1k}}", nil},
	} {
		doc, err := file.Read("apart.yaml", []byte("parley: v1\nproduct: {id: p, name: P, currency: GBP}\nthreats:\n  - {id: t, title: T, "+c.fields+"}\n"))
		if err != nil {
			t.Fatal(err)
		}
		got := strings.Join(apartWords(doc.Model.Threats[0].Fair), " ")
		if (got == "") != (c.want == nil) {
			t.Errorf("%s: %q", c.fields, got)
		}
		for _, w := range c.want {
			if !strings.Contains(got, w) {
				t.Errorf("%s: %q, without %q", c.fields, got, w)
			}
		}
	}
}
