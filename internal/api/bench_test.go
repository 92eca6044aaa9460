package api

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
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

// BenchmarkInteractive times the questions that pages ask while somebody moves a
// slider, with the 99th percentile beside the mean.
func BenchmarkInteractive(b *testing.B) {
	s := &negotiate.Service{Ledger: filepath.Join(b.TempDir(), "l.db"), Now: clock, Throwaway: true}
	b.Cleanup(func() { _ = s.Close() })
	priya := negotiate.Local("priya", negotiate.ViaCLI)
	if _, err := s.Apply(b.Context(), priya, negotiate.ApplyRequest{Source: negotiate.Source{Name: "big.yaml", Data: []byte(hundred())}}); err != nil {
		b.Fatal(err)
	}
	h, err := Handler(s, Options{Identify: func(r *http.Request) (context.Context, negotiate.Actor, error) {
		return r.Context(), negotiate.Actor{ID: "priya", Known: ledger.ThisMachine, Via: ledger.ViaAPI}, nil
	}})
	if err != nil {
		b.Fatal(err)
	}
	for name, path := range map[string]string{
		"risk": "/products/big/risk", "whatif": "/products/big/whatif?with=m%d", "plan": "/products/big/plan?effort=120d", "brief": "/products/big/briefs/t%d",
	} {
		b.Run(name, func(b *testing.B) {
			var times []time.Duration
			for i := 0; b.Loop(); i++ {
				at := path
				if strings.Contains(path, "%d") {
					at = fmt.Sprintf(path, i%30)
				}
				begun := time.Now()
				rec := httptest.NewRecorder()
				h.ServeHTTP(rec, httptest.NewRequestWithContext(b.Context(), "GET", base+at, nil))
				if times = append(times, time.Since(begun)); rec.Code != http.StatusOK {
					b.Fatalf("%d %s", rec.Code, rec.Body)
				}
			}
			slices.Sort(times)
			b.ReportMetric(float64(times[len(times)*99/100].Microseconds())/1000, "p99-ms")
		})
	}
}
