package file

import (
	"fmt"
	"strings"
	"testing"
)

// generated is a valid file with this many threats and mitigations.
func generated(threats, mitigations int) []byte {
	var b strings.Builder
	b.WriteString("parley: v1\nproduct: {id: big, currency: GBP}\npolicy: {person_day: 600}\nthreats:\n")
	for i := range threats {
		fmt.Fprintf(&b, `  - id: t%d
    title: Something bad happens in part %d
    likelihood: 10%%..30%% within 2 years
    basis: expert
    impact:
      says: Nobody can work, and it is in the news.
      people: {who: our customers, how_many: 31 000, harm: serious}
      financial: 20k..400k
      availability: 5k..50k
`, i, i)
	}
	b.WriteString("mitigations:\n")
	for i := range mitigations {
		fmt.Fprintf(&b, "  - {id: m%d, title: Do something %d, cost: {effort: 3d..9d, once: 2k}, against: [{threat: t%d, likelihood: 40%%..80%%}]}\n", i, i, i%threats)
	}
	return []byte(b.String())
}

func TestGeneratedIsValid(t *testing.T) {
	doc, err := Read("big.yaml", generated(100, 400))
	if err != nil || len(doc.Model.Mitigations) != 400 {
		t.Fatal(err)
	}
}

func benchmarkRead(b *testing.B, data []byte) {
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Read("big.yaml", data); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkRead100Threats(b *testing.B) { benchmarkRead(b, generated(100, 50)) }

func BenchmarkRead5000Items(b *testing.B) { benchmarkRead(b, generated(1000, 4000)) }
