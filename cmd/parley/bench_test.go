package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/parleysec/parley/examples"
	"github.com/parleysec/parley/internal/negotiate"
)

// large is a negotiation file of many threats and mitigations, each mitigation
// against three of them, with ranges and words as people write them.
func large(threats, mitigations int) string {
	chances := []string{"1 in 40 years", "10%..30% within 2 years", "2 per year", "likely within 2 years", "medium"}
	losses := []string{"1k..20k", "20k..400k", "200k..4M", "medium"}
	var b strings.Builder
	b.WriteString("parley: v1\nproduct: {id: large, name: Large, currency: EUR}\npolicy: {person_day: 650, appetite: [{loss: 1M, chance: 20%}]}\n")
	b.WriteString("controls:\n  - {id: waf, title: Firewall, function: prevent, against: [{threat: t0, likelihood: 40%..80%}, {threat: t1, likelihood: 40%..80%}]}\nthreats:\n")
	for i := range threats {
		fmt.Fprintf(&b, "  - {id: t%d, title: Threat number %d, likelihood: %s, impact: {says: It goes wrong., financial: %s, reputation: %s}}\n",
			i, i, chances[i%len(chances)], losses[i%len(losses)], losses[(i+1)%len(losses)])
	}
	b.WriteString("mitigations:\n")
	for i := range mitigations {
		fmt.Fprintf(&b, "  - {id: m%d, title: Mitigation number %d, cost: {effort: %dd..%dd, once: %dk}, against: [{threat: t%d, likelihood: most}, {threat: t%d, likelihood: 30%%..60%%}, {threat: t%d, impact: 20%%..50%%}]}\n",
			i, i, 2+i%9, 8+i%20, i%7, i%threats, (i+threats/3)%threats, (i+threats/2)%threats)
	}
	return b.String()
}

// BenchmarkBriefOfLargeFile is `parley brief` on 100 threats and 60
// mitigations, as a program of its own.
func BenchmarkBriefOfLargeFile(b *testing.B) {
	dir := b.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "large.yaml"), []byte(large(100, 60)), 0o600); err != nil {
		b.Fatal(err)
	}
	for _, args := range [][]string{{"check"}, {"brief"}, {"brief", "--json"}, {"risk"}, {"plan", "--deadline", "2s"}} {
		b.Run(strings.Join(args, " "), func(b *testing.B) {
			for b.Loop() {
				if _, errs, code := runProgram(b, dir, append(args, "large.yaml")...); code != 0 {
					b.Fatal(errs)
				}
			}
		})
	}
}

// BenchmarkDemo is the time from the start of the demo to its first page.
func BenchmarkDemo(b *testing.B) {
	dir := b.TempDir()
	b.Setenv("TMPDIR", dir)
	for b.Loop() {
		firstPage(b, dir, address, "demo")
	}
}

// BenchmarkDemoCommands is how long each command of the demo takes.
func BenchmarkDemoCommands(b *testing.B) {
	script, err := examples.Files.ReadFile(examples.Demo)
	if err != nil {
		b.Fatal(err)
	}
	spent := map[string]time.Duration{}
	for b.Loop() {
		dir := b.TempDir()
		a := newApp(strings.NewReader(""), io.Discard, io.Discard)
		s := &negotiate.Service{Ledger: filepath.Join(dir, "demo.db")}
		for i, line := range strings.Split(string(script), "\n") {
			if line == "" || strings.HasPrefix(line, "#") {
				continue
			}
			begun := time.Now()
			if err := a.typed(context.Background(), s, dir, line); err != nil {
				b.Fatal(err)
			}
			spent[fmt.Sprintf("line%d_%s", i+1, strings.Fields(line)[2])] += time.Since(begun)
		}
		if err := s.Close(); err != nil {
			b.Fatal(err)
		}
	}
	for name, d := range spent {
		b.ReportMetric(float64(d.Milliseconds())/float64(b.N), "ms/"+name)
	}
}
