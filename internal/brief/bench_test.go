package brief

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/parleysec/parley/risk"
)

// large is a file of n threats and m mitigations in the manner of real ones:
// ranges everywhere, two kinds of loss, controls on shared dependencies,
// mitigations against three threats each.
func large(n, m int) string {
	var b strings.Builder
	b.WriteString("parley: v1\nproduct: {id: large, name: Large, currency: GBP}\npolicy: {person_day: 600}\n")
	b.WriteString("dependencies:\n  - {id: cdn, title: Network, down: 0.1%..1%}\n  - {id: idp, title: Sign-in, down: 0.2%..2%}\ncontrols:\n")
	for i := range n / 5 {
		fmt.Fprintf(&b, "  - {id: c%d, title: Control %d, relies_on: [%s], against: [{threat: t%d, likelihood: 30%%..60%%}, {threat: t%d, impact: 10%%..30%%}]}\n",
			i, i, []string{"cdn", "idp"}[i%2], (7*i)%n, (11*i+3)%n)
	}
	b.WriteString("threats:\n")
	for i := range n {
		rate := []string{"0.03..0.1 per year", "8%..20% within 2 years", "0.5..2 per year", "25%..35% within 2 years", "1..6 per year"}[i%5]
		fmt.Fprintf(&b, "  - {id: t%d, title: Threat %d, likelihood: %s, impact: {says: Something bad, financial: %dk..%dk, profit: {loss: 10k..90k, chance: 40%%}}}\n",
			i, i, rate, 5+i%40, 50+9*(i%40))
	}
	b.WriteString("mitigations:\n")
	for i := range m {
		fmt.Fprintf(&b, "  - {id: m%d, title: Mitigation %d, cost: {effort: %dd..%dd, once: 2k..5k, yearly: 1k..3k}, lead_time: 6 weeks, against: [{threat: t%d, likelihood: 50%%..80%%}, {threat: t%d, likelihood: 20%%..40%%, impact: 10%%..30%%}, {threat: t%d, impact: 20%%..60%%}]}\n",
			i, i, 3+i%20, 9+2*(i%20), (3*i)%n, (5*i+1)%n, (13*i+2)%n)
	}
	return b.String()
}

// BenchmarkLarge makes the briefs of a file with 100 threats and 60
// mitigations, which is meant to take less than a second on two cores.
func BenchmarkLarge(b *testing.B) {
	m := read(b, large(100, 60))
	for b.Loop() {
		p, err := risk.Compile(m, risk.Options{})
		if err != nil {
			b.Fatal(err)
		}
		if _, err := Build(context.Background(), m, p, nil, Options{}); err != nil {
			b.Fatal(err)
		}
	}
}
