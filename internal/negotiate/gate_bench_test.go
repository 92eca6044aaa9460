package negotiate

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/evidence"
)

// BenchmarkGate asks the gate of a ledger with 200 threats, 60 layers with checks,
// 80 mitigations and an appetite: before and after the checks reported, and when every
// threat has been decided besides. Promised: under a second on two processors.
func BenchmarkGate(b *testing.B) {
	b.Run("reported=false", func(b *testing.B) { benchmarkGate(b, false, false) })
	b.Run("reported=true", func(b *testing.B) { benchmarkGate(b, true, false) })
	b.Run("decided=true", func(b *testing.B) { benchmarkGate(b, true, true) })
}

func benchmarkGate(b *testing.B, reported, decided bool) {
	s, here := bigLedger(b, reported, decided)
	for b.Loop() {
		if _, err := s.Gate(b.Context(), here, GateRequest{Source: Source{Product: "big"}}); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkBrief makes the brief of one threat, and of all, of the same ledger: before
// anything was decided, and when everything was, so that what the decisions stand on is
// tested besides.
func BenchmarkBrief(b *testing.B) {
	for _, decided := range []bool{false, true} {
		s, here := bigLedger(b, true, decided)
		for name, threats := range map[string][]string{"one": {"t7"}, "all": nil} {
			b.Run(fmt.Sprintf("%s/decided=%t", name, decided), func(b *testing.B) {
				for b.Loop() {
					if _, err := s.Brief(b.Context(), here, BriefRequest{Source: Source{Product: "big"}, Threats: threats}); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}

// bigLedger records [bigFile], with what its checks reported, and a decision about every
// five threats.
func bigLedger(b *testing.B, reported, decided bool) (*Service, Actor) {
	b.Helper()
	here := Local("priya@example.org", ViaCLI)
	s := &Service{Ledger: filepath.Join(b.TempDir(), "big.db"), Once: true}
	b.Cleanup(func() { _ = s.Close() })
	if _, err := s.Apply(b.Context(), here, ApplyRequest{Source: Source{Name: "big.yaml", Data: []byte(bigFile())}}); err != nil {
		b.Fatal(err)
	}
	for i := 0; reported && i < 60; i++ {
		text := fmt.Sprintf(`{"schema": "parley.results/1", "tool": "tool%d", "results": [{"test": "a", "outcome": "%s"}]}`, i, []string{"pass", "pass", "fail"}[i%3])
		req := AddEvidenceRequest{Product: "big"}
		req.Files = []evidence.Input{{Name: fmt.Sprintf("r%d.json", i), Data: []byte(text)}}
		if _, err := s.AddEvidence(b.Context(), here, req); err != nil {
			b.Fatal(err)
		}
	}
	for i := 0; decided && i < 200; i += 5 {
		req := DecideRequest{Product: "big", Kind: parley.Accept, Because: "we live with it", Until: "2099-12-31"}
		for k := range 5 {
			req.Threats = append(req.Threats, fmt.Sprintf("t%d", i+k))
		}
		if _, err := s.Decide(b.Context(), here, req); err != nil {
			b.Fatal(err)
		}
	}
	return s, here
}

// bigFile is a negotiation file as a large product has: each layer stands before
// five threats, each mitigation before two.
func bigFile() string {
	var text strings.Builder
	text.WriteString("parley: v1\nproduct: {id: big, name: Big, currency: GBP, stage: deployment}\npolicy: {person_day: 600, appetite: [{loss: 1M, chance: 5%}]}\ncontrols:\n")
	for i := range 60 {
		var against []string
		for k := range 5 {
			against = append(against, fmt.Sprintf("{threat: t%d, likelihood: 30%%..60%%}", (7*i+k)%200))
		}
		fmt.Fprintf(&text, "  - {id: c%d, title: C, against: [%s], checks: [{id: k%d, every: 7 days, tool: tool%d}]}\n", i, strings.Join(against, ", "), i, i)
	}
	text.WriteString("threats:\n")
	for i := range 200 {
		fmt.Fprintf(&text, "  - {id: t%d, title: T, likelihood: %d..%d%% per year, impact: {says: It is out., financial: 10k..200k, reputation: 5k..%dk}}\n", i, 1+i%9, 10+i%30, 30+i)
	}
	text.WriteString("mitigations:\n")
	for i := range 80 {
		fmt.Fprintf(&text, "  - {id: m%d, title: M, cost: {effort: 5d..20d}, against: [{threat: t%d, likelihood: 50%%..80%%}, {threat: t%d, likelihood: 20%%..80%%}]}\n", i, i, 100+i)
	}
	return text.String()
}
