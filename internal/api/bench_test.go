package api

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/parleysec/parley/internal/negotiate"
	"github.com/parleysec/parley/ledger"
)

// hundred is a product of 100 threats and 30 mitigations.
func hundred() string {
	var b strings.Builder
	b.WriteString("parley: v1\nproduct: {id: big, name: Big, currency: GBP}\npolicy: {person_day: 650}\nthreats:\n")
	for i := range 100 {
		fmt.Fprintf(&b, "  - {id: t%d, title: Threat %d, likelihood: %d%%..%d%% per year, impact: {says: It costs, financial: %dk..%dk}}\n", i, i, 1+i%9, 12+i%40, 1+i%20, 30+10*(i%20))
	}
	b.WriteString("mitigations:\n")
	for i := range 30 {
		fmt.Fprintf(&b, "  - {id: m%d, title: Mitigation %d, cost: {effort: %dd..%dd}, against: [", i, i, 2+i%10, 8+i%20)
		for k := range 4 {
			fmt.Fprintf(&b, "{threat: t%d, likelihood: 40%%..80%%}, ", (7*i+25*k)%100)
		}
		b.WriteString("]}\n")
	}
	return strings.ReplaceAll(b.String(), ", ]", "]")
}

// hundredServed answers for that product to whoever the header From names.
func hundredServed(b *testing.B) http.Handler {
	s := &negotiate.Service{Ledger: filepath.Join(b.TempDir(), "l.db"), Now: clock, Throwaway: true}
	b.Cleanup(func() { _ = s.Close() })
	priya := negotiate.Local("priya", negotiate.ViaCLI)
	if _, err := s.Apply(b.Context(), priya, negotiate.ApplyRequest{Source: negotiate.Source{Name: "big.yaml", Data: []byte(hundred())}}); err != nil {
		b.Fatal(err)
	}
	h, err := Handler(s, Options{Identify: func(r *http.Request) (context.Context, negotiate.Actor, error) {
		return r.Context(), negotiate.Actor{ID: r.Header.Get("From"), Known: ledger.ThisMachine, Via: ledger.ViaAPI}, nil
	}})
	if err != nil {
		b.Fatal(err)
	}
	return h
}

// BenchmarkInteractive times the questions that pages ask while somebody moves a
// slider, no question but briefs twice: one after another, and twenty a second by ten
// people, whether or not those before are answered; each with the 99th percentile beside the mean.
func BenchmarkInteractive(b *testing.B) {
	h := hundredServed(b)
	questions := map[string]func(int) string{
		"risk":   func(i int) string { return fmt.Sprintf("/products/big/risk?at=%d", 100_000+i) },
		"whatif": func(i int) string { return fmt.Sprintf("/products/big/whatif?with=m%d,m%d", i%29, 29-i/29%29) },
		"plan":   func(i int) string { return fmt.Sprintf("/products/big/plan?effort=%dd", 40+i) },
		"brief":  func(i int) string { return fmt.Sprintf("/products/big/briefs/t%d", i%100) },
	}
	for name, question := range questions {
		asked := 0
		next := func() string {
			asked++
			return base + question(asked)
		}
		b.Run(name, func(b *testing.B) {
			var times []time.Duration
			for b.Loop() {
				times = append(times, answered(b, h, "priya", next()))
			}
			reportP99(b, times)
		})
		b.Run(name+"-20-a-second", func(b *testing.B) {
			times := make([]time.Duration, b.N)
			tick := time.NewTicker(time.Second / 20)
			defer tick.Stop()
			var all sync.WaitGroup
			for i := range times {
				path := next()
				<-tick.C
				all.Go(func() { times[i] = answered(b, h, fmt.Sprintf("person%d", i%10), path) })
			}
			all.Wait()
			reportP99(b, times)
		})
	}
}

// answered is how long the answer took; one that is no answer fails.
func answered(b *testing.B, h http.Handler, who, path string) time.Duration {
	b.Helper()
	begun := time.Now()
	rec, req := httptest.NewRecorder(), httptest.NewRequestWithContext(b.Context(), http.MethodGet, path, nil)
	req.Header.Set("From", who)
	h.ServeHTTP(rec, req)
	if rec.Code != http.StatusOK {
		b.Errorf("%s: %d %s", path, rec.Code, rec.Body)
	}
	return time.Since(begun)
}

func reportP99(b *testing.B, times []time.Duration) {
	b.Helper()
	slices.Sort(times)
	b.ReportMetric(float64(times[len(times)*99/100].Microseconds())/1000, "p99-ms")
}
