package serving

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// metrics are what a Prometheus server reads.
type metrics struct {
	registry *prometheus.Registry
	requests *prometheus.CounterVec
	seconds  *prometheus.HistogramVec
	under    prometheus.Gauge
}

func newMetrics(q *queue, work *Work) *metrics {
	m := &metrics{
		registry: prometheus.NewRegistry(),
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "parley_http_requests_total", Help: "Requests answered, by part of the server, method and status.",
		}, []string{"area", "method", "status"}),
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "parley_http_request_seconds", Help: "Time from a request to the end of its answer, by part of the server.",
			Buckets: []float64{.005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30, 60},
		}, []string{"area"}),
		under: prometheus.NewGauge(prometheus.GaugeOpts{Name: "parley_http_requests_under_way", Help: "Requests not answered yet, those that wait among them."}),
	}
	gauge := func(name, help string, of func() float64) prometheus.Collector {
		return prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: name, Help: help}, of)
	}
	m.registry.MustRegister(
		m.requests, m.seconds, m.under,
		gauge("parley_http_requests_waiting", "Requests that wait for one before them to end.", func() float64 { return float64(q.waiting.Load()) }),
		gauge("parley_http_streams", "Live updates that are open.", func() float64 { return float64(q.streams.Load()) }),
		prometheus.NewCounterFunc(prometheus.CounterOpts{Name: "parley_http_refused_total", Help: "Requests refused since too many were waiting."}, func() float64 { return float64(q.refused.Load()) }),
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
	)
	if work != nil {
		m.registry.MustRegister(work)
	}
	return m
}

func (m *metrics) begin() { m.under.Inc() }

func (m *metrics) end(area, method string, status int, took time.Duration) {
	m.under.Dec()
	switch method {
	case "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE":
	default:
		method = "other" // a client may make up as many as it likes
	}
	m.requests.WithLabelValues(area, method, strconv.Itoa(status)).Inc()
	m.seconds.WithLabelValues(area).Observe(took.Seconds())
}

// serveMetrics answers who has the token, and, without one, this machine asked
// by a name of its own.
func (s *Server) serveMetrics() http.Handler {
	show := promhttp.HandlerFor(s.metrics.registry, promhttp.HandlerOpts{MaxRequestsInFlight: 4})
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !s.mayMeasure(r) {
			w.Header().Set("WWW-Authenticate", "Bearer")
			refuse(w, http.StatusUnauthorized, "serving.metrics")
			return
		}
		show.ServeHTTP(w, r)
	})
}

func (s *Server) mayMeasure(r *http.Request) bool {
	if want := s.opt.Settings.MetricsToken; want != "" {
		got, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
		return ok && equal(got, want)
	}
	name, _ := cutPort(r.Host, s.scheme)
	return s.opt.Settings.Keyed() && Peer(r).IsLoopback() && loopbackName(name)
}
