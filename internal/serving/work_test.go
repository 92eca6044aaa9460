package serving

import (
	"context"
	"errors"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	"github.com/prometheus/client_golang/prometheus/testutil/promlint"
)

// TestBacklogIsMeasured: what is still to be told and done is asked for when the
// metrics are read, and left out where the ledger does not answer.
func TestBacklogIsMeasured(t *testing.T) {
	w := NewWork()
	const inLedger = "parley_outbox_"
	if got := exposed(t, w); strings.Contains(got, inLedger) {
		t.Errorf("before there is a ledger:\n%s", got)
	}
	w.Tried("webhook", "failed")
	w.Watch(func(context.Context) (Backlog, error) {
		return Backlog{Events: 3, Waiting: 2, Overdue: 90 * time.Second, GivenUp: 1, Stopped: 4, Hooks: map[string]Waits{"wh-1": {Count: 7, Since: time.Unix(1_800_000_000, 0)}}, Finished: map[string]time.Time{"sweep": time.Unix(1_800_000_000, 500_000_000)}}, nil
	})
	got := exposed(t, w)
	for _, want := range []string{
		`parley_delivery_tries_total{by="webhook",result="failed"} 1`,
		`parley_outbox_deliveries{state="given-up"} 1`,
		`parley_outbox_deliveries{state="waiting"} 2`,
		`parley_outbox_events 3`,
		`parley_outbox_overdue_seconds 90`,
		`parley_webhook_waiting{webhook="wh-1"} 7`,
		`parley_webhook_waiting_since_timestamp_seconds{webhook="wh-1"} 1.8e+09`,
		`parley_webhooks_stopped 4`,
		`parley_work_last_done_timestamp_seconds{work="sweep"} 1.8000000005e+09`,
	} {
		if !strings.Contains(got, "\n"+want+"\n") {
			t.Errorf("no %s in\n%s", want, got)
		}
	}
	w.Watch(func(context.Context) (Backlog, error) { return Backlog{}, errors.New("no ledger") })
	if got := exposed(t, w); strings.Contains(got, inLedger) || !strings.Contains(got, "parley_delivery_tries_total") {
		t.Errorf("where the ledger does not answer:\n%s", got)
	}
}

// TestMetricsByConvention holds every name and help of ours against the conventions of
// Prometheus.
func TestMetricsByConvention(t *testing.T) {
	w := NewWork()
	w.Told("sweep", time.Second, nil)
	w.Tried("mail", "delivered")
	w.Watch(func(context.Context) (Backlog, error) {
		return Backlog{Hooks: map[string]Waits{"wh-1": {Count: 1, Since: time.Now()}}, Finished: map[string]time.Time{"sweep": time.Now()}}, nil
	})
	m := newMetrics(newQueue(1, 1), w)
	m.begin()
	m.end("api", "GET", 200, time.Millisecond)
	problems, err := promlint.New(strings.NewReader(shown(t, m.registry))).Lint()
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range problems {
		if strings.HasPrefix(p.Metric, "parley_") {
			t.Errorf("%s: %s", p.Metric, p.Text)
		}
	}
}

// exposed is what a collector tells, as Prometheus reads it.
func exposed(t *testing.T, c prometheus.Collector) string {
	t.Helper()
	r := prometheus.NewRegistry()
	if err := r.Register(c); err != nil {
		t.Fatal(err)
	}
	return shown(t, r)
}

func shown(t *testing.T, r *prometheus.Registry) string {
	t.Helper()
	w := httptest.NewRecorder()
	promhttp.HandlerFor(r, promhttp.HandlerOpts{}).ServeHTTP(w, httptest.NewRequest("GET", "/metrics", nil))
	if w.Code != 200 {
		t.Fatal(w.Body)
	}
	return w.Body.String()
}
