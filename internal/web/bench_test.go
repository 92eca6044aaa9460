package web

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/parleysec/parley/internal/negotiate"
)

// large is a file of n threats in the manner of real ones: ranges, layers on
// shared dependencies, three ways against every five threats, features, and
// half a year in two periods.
func large(n int) string {
	var b strings.Builder
	b.WriteString(`parley: v1
product: {id: large, name: Large, currency: GBP}
policy: {horizon: 2 years, person_day: 600, appetite: [{loss: 5M, chance: 25%}, {loss: 20M, chance: 5%}]}
capacity: [{period: Q1, effort: 300d, money: 100k}, {period: Q2, effort: 300d, money: 100k}]
dependencies: [{id: cdn, title: Network, down: 0.1%..1%}, {id: idp, title: Sign-in, down: 0.2%..2%}]
controls:
`)
	for i := range n / 5 {
		fmt.Fprintf(&b, "  - {id: c%d, title: Layer %d, function: %s, relies_on: [%s], against: [{threat: t%d, likelihood: 30%%..60%%}, {threat: t%d, likelihood: 10%%..30%%}]}\n",
			i, i, []string{"prevent", "detect"}[i%2], []string{"cdn", "idp"}[i%2], 7*i%n, (11*i+3)%n)
	}
	b.WriteString("threats:\n")
	for i := range n {
		chance := []string{"0.03..0.1 per year", "8%..20% within 2 years", "0.1..0.4 per year", "25%..35% within 2 years", "0.2..1 per year"}[i%5]
		fmt.Fprintf(&b, "  - {id: t%d, title: A threat with the number %d, likelihood: %s, impact: {says: It goes wrong, financial: %dk..%dk}}\n", i, i, chance, 5+i%40, 50+9*(i%40))
	}
	b.WriteString("mitigations:\n")
	for i := range 3 * n / 5 {
		fmt.Fprintf(&b, "  - {id: m%d, title: Way %d, cost: {effort: %dd..%dd, once: 2k..5k}, against: [{threat: t%d, likelihood: 50%%..80%%}, {threat: t%d, likelihood: 20%%..40%%}]}\n",
			i, i, 3+i%20, 9+2*(i%20), 3*i%n, (5*i+1)%n)
	}
	b.WriteString("features:\n")
	for i := range n / 8 {
		fmt.Fprintf(&b, "  - {id: f%d, title: Feature %d, cost: {effort: %dd}, value: %dk..%dk per year}\n", i, i, 10+i%30, 20+i, 60+2*i)
	}
	return b.String()
}

// BenchmarkPages times the first page and the backlog of a program that has just
// started, and the table as somebody moves a slider over places that nobody asked
// for yet, with a hundred threats and with five hundred; the table with the 99th
// percentile beside the mean.
func BenchmarkPages(b *testing.B) {
	for _, n := range []int{100, 500} {
		ledger := filepath.Join(b.TempDir(), "ledger.db")
		prepareLedger(b, ledger, []string{large(n)})
		open := func() (http.Handler, func()) {
			s := &negotiate.Service{Ledger: ledger, Now: clock}
			h, err := Handler(s, Options{Actor: priya})
			if err != nil {
				b.Fatal(err)
			}
			return h, func() { _ = s.Close() }
		}
		b.Run(fmt.Sprintf("first-%d", n), func(b *testing.B) {
			for b.Loop() {
				h, done := open()
				answered(b, h, "/")
				done()
			}
		})
		b.Run(fmt.Sprintf("backlog-%d", n), func(b *testing.B) {
			for b.Loop() {
				h, done := open()
				answered(b, h, "/tasks")
				done()
			}
		})
		b.Run(fmt.Sprintf("table-%d", n), func(b *testing.B) {
			h, done := open()
			defer done()
			answered(b, h, "/plan")
			var times []time.Duration
			for b.Loop() {
				times = append(times, answered(b, h, fmt.Sprintf("/plan?effort=%dd", 40+len(times)%560)))
			}
			slices.Sort(times)
			b.ReportMetric(float64(times[len(times)*99/100].Microseconds())/1000, "p99-ms")
		})
	}
}

// answered is how long a page took.
func answered(b *testing.B, h http.Handler, path string) time.Duration {
	b.Helper()
	begun := time.Now()
	rec := httptest.NewRecorder()
	h.ServeHTTP(rec, httptest.NewRequestWithContext(b.Context(), http.MethodGet, "http://127.0.0.1"+path, nil))
	if rec.Code != http.StatusOK {
		b.Fatalf("%s: %d %s", path, rec.Code, text(rec.Body.String()))
	}
	return time.Since(begun)
}
