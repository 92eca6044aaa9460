package negotiate

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"
)

// BenchmarkGate asks the gate of a ledger with 200 threats, 40 layers with checks
// and an appetite. Promised: under a second on two processors.
func BenchmarkGate(b *testing.B) {
	var text strings.Builder
	text.WriteString("parley: v1\nproduct: {id: big, name: Big, currency: GBP}\npolicy: {appetite: [{loss: 500k, chance: 10%}]}\ncontrols:\n")
	for i := range 40 {
		fmt.Fprintf(&text, "  - {id: c%d, title: C, against: [{threat: t%d, likelihood: 60%%}], checks: [{id: k%d, every: 7 days}]}\n", i, i, i)
	}
	text.WriteString("threats:\n")
	for i := range 200 {
		fmt.Fprintf(&text, "  - {id: t%d, title: T, likelihood: %d..%d%% per year, impact: {says: It is out., financial: %dk..%dk}}\n", i, 1+i%9, 10+i%30, 1+i%20, 30+i)
	}
	here := Local("priya@example.org", ViaCLI)
	s := &Service{Ledger: filepath.Join(b.TempDir(), "big.db"), Once: true}
	b.Cleanup(func() { _ = s.Close() })
	if _, err := s.Apply(b.Context(), here, ApplyRequest{Source: Source{Name: "big.yaml", Data: []byte(text.String())}}); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := s.Gate(b.Context(), here, GateRequest{Source: Source{Product: "big"}}); err != nil {
			b.Fatal(err)
		}
	}
}
