package serving

import (
	"context"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// Work counts background work for the metrics.
type Work struct {
	runs    *prometheus.CounterVec
	seconds *prometheus.CounterVec
	tries   *prometheus.CounterVec
	look    atomic.Pointer[func(context.Context) (Backlog, error)]
}

// Backlog is what is still to be told and done by the servers of a ledger together.
type Backlog struct {
	Events   int64                // recorded, and nobody looked yet whom to tell
	Waiting  int64                // deliveries that are still to be made
	Overdue  time.Duration        // of the one of them whose time came first; 0: none is due
	GivenUp  int64                // deliveries that were tried long enough
	Stopped  int64                // webhooks that nothing is sent to any more
	Hooks    map[string]Waits     // what each webhook is still to be told, by its id
	Finished map[string]time.Time // when each background work was last done, by its name
}

// Waits is what somebody is still to be told.
type Waits struct {
	Count int64
	Since time.Time // when the first of it came into the queue
}

// NewWork makes the counters.
func NewWork() *Work {
	counter := func(name, help string, labels ...string) *prometheus.CounterVec {
		return prometheus.NewCounterVec(prometheus.CounterOpts{Name: name, Help: help}, labels)
	}
	return &Work{
		runs:    counter("parley_work_runs_total", "Runs of background work, by work and whether it could be done.", "work", "ok"),
		seconds: counter("parley_work_seconds_total", "Time spent on background work.", "work"),
		tries:   counter("parley_delivery_tries_total", "Tries to tell a webhook or a person by mail, by what became of them.", "by", "result"),
	}
}

// Told notes a run.
func (w *Work) Told(name string, took time.Duration, err error) {
	ok := "yes"
	if err != nil {
		ok = "no"
	}
	w.runs.WithLabelValues(name, ok).Inc()
	w.seconds.WithLabelValues(name).Add(max(0, took.Seconds()))
}

// Tried notes a try to tell somebody.
func (w *Work) Tried(by, result string) { w.tries.WithLabelValues(by, result).Inc() }

// Watch says how to find out what is still to be done, which is asked each time that
// the metrics are read.
func (w *Work) Watch(look func(context.Context) (Backlog, error)) { w.look.Store(&look) }

// What every server on a ledger says alike: to be taken once, as by max.
var (
	behindDesc   = prometheus.NewDesc("parley_outbox_events", "Recorded events that nobody looked at yet for whom to tell.", nil, nil)
	waitingDesc  = prometheus.NewDesc("parley_outbox_deliveries", "Deliveries, by whether they wait for their time or were given up (remembered for 30 days).", []string{"state"}, nil)
	overdueDesc  = prometheus.NewDesc("parley_outbox_overdue_seconds", "How long the delivery is overdue whose time came first; 0 where none is.", nil, nil)
	stoppedDesc  = prometheus.NewDesc("parley_webhooks_stopped", "Webhooks that nothing is sent to any more.", nil, nil)
	hookDesc     = prometheus.NewDesc("parley_webhook_waiting", "Messages that wait for a webhook, by its id; without those that nothing waits for.", []string{"webhook"}, nil)
	sinceDesc    = prometheus.NewDesc("parley_webhook_waiting_since_timestamp_seconds", "When the message came into the queue of a webhook that waits longest, in seconds since 1970.", []string{"webhook"}, nil)
	finishedDesc = prometheus.NewDesc("parley_work_last_done_timestamp_seconds", "When background work was last done by any server, in seconds since 1970.", []string{"work"}, nil)
)

// Describe is part of being a collector.
func (w *Work) Describe(to chan<- *prometheus.Desc) {
	w.runs.Describe(to)
	w.seconds.Describe(to)
	w.tries.Describe(to)
	for _, d := range []*prometheus.Desc{behindDesc, waitingDesc, overdueDesc, stoppedDesc, hookDesc, sinceDesc, finishedDesc} {
		to <- d
	}
}

// Collect is part of being a collector. Where the ledger does not answer, what stands
// in it is left out.
func (w *Work) Collect(to chan<- prometheus.Metric) {
	w.runs.Collect(to)
	w.seconds.Collect(to)
	w.tries.Collect(to)
	look := w.look.Load()
	if look == nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), readyWait)
	defer cancel()
	b, err := (*look)(ctx)
	if err != nil {
		return
	}
	gauge := func(d *prometheus.Desc, v float64, labels ...string) {
		to <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, v, labels...)
	}
	gauge(behindDesc, float64(b.Events))
	gauge(waitingDesc, float64(b.Waiting), "waiting")
	gauge(waitingDesc, float64(b.GivenUp), "given-up")
	gauge(overdueDesc, max(0, b.Overdue.Seconds()))
	gauge(stoppedDesc, float64(b.Stopped))
	for id, x := range b.Hooks {
		gauge(hookDesc, float64(x.Count), id)
		gauge(sinceDesc, float64(x.Since.UnixMilli())/1000, id)
	}
	for name, at := range b.Finished {
		gauge(finishedDesc, float64(at.UnixMilli())/1000, name)
	}
}
