package serving

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// Work counts background work for the metrics.
type Work struct {
	runs    *prometheus.CounterVec
	seconds *prometheus.CounterVec
}

// NewWork makes the counters.
func NewWork() *Work {
	return &Work{
		runs:    prometheus.NewCounterVec(prometheus.CounterOpts{Name: "parley_work_runs_total", Help: "Runs of background work, by work and whether it could be done."}, []string{"work", "ok"}),
		seconds: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "parley_work_seconds_total", Help: "Time spent on background work."}, []string{"work"}),
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

// Describe is part of being a collector.
func (w *Work) Describe(to chan<- *prometheus.Desc) {
	w.runs.Describe(to)
	w.seconds.Describe(to)
}

// Collect is part of being a collector.
func (w *Work) Collect(to chan<- prometheus.Metric) {
	w.runs.Collect(to)
	w.seconds.Collect(to)
}
