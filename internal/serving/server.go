package serving

import (
	"context"
	"crypto/tls"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/crypto/acme"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/internal/tracing"
)

// Options are what a server answers with. Pages and Settings must be set.
type Options struct {
	Settings *Settings
	API      http.Handler                // everything below /api/; nil: nothing is there
	Pages    http.Handler                // everything else
	Key      *Key                        // lets in whoever sits at this machine; nil for nobody
	Ready    func(context.Context) error // whether the ledger answers; nil: always
	Log      *slog.Logger                // nil for nobody
	Now      func() time.Time            // the clock; nil for the machine's
	Issuer   *http.Client                // reaches the authority that gives certificates; needed where the settings name one
	Work     *Work                       // background work, for the metrics; nil for none
	Tracer   *tracing.Tracer             // of each request; nil for none
}

// Server is a server on one listener.
type Server struct {
	opt      Options
	queue    *queue
	metrics  *metrics
	origin   string // host and port people use
	scheme   string
	port     string // listened on
	stopping atomic.Bool
	unsaid   sync.Once // a proxy does not say who asks
	readiness
	streams context.Context // ends when the server stops
	end     context.CancelFunc
	tls     *tls.Config // nil: no TLS of its own
	issued  *issued     // nil: no authority is asked for certificates
}

// New makes a server for a listener; [Server.Serve] runs it.
func New(ln net.Listener, o Options) (*Server, error) {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	u, err := url.Parse(o.Settings.Origin(ln))
	if err != nil {
		return nil, &parley.Error{Op: "serve", Kind: parley.Internal, Err: err}
	}
	s := &Server{opt: o, queue: newQueue(o.Settings.Requests, o.Settings.Queue), origin: u.Host, scheme: u.Scheme}
	s.readiness = readiness{ask: o.Ready, now: o.Now, log: o.Log}
	s.metrics = newMetrics(s.queue, o.Work)
	_, s.port, _ = net.SplitHostPort(ln.Addr().String())
	if err := s.certified(u.Hostname()); err != nil {
		return nil, err
	}
	s.streams, s.end = context.WithCancel(context.Background())
	return s, nil
}

// certified makes ready the certificate that the settings ask for.
func (s *Server) certified(host string) error {
	set := s.opt.Settings
	switch {
	case set.ACME.On():
		i, err := newIssued(set.ACME, host, s.opt.Issuer, s.opt.Log)
		if err != nil {
			return err
		}
		s.issued = i
		s.tls = &tls.Config{MinVersion: tls.VersionTLS12, GetCertificate: i.get, NextProtos: []string{"h2", "http/1.1", acme.ALPNProto}}
	case set.TLS():
		c, err := newCertificate(set.TLSCert, set.TLSKey, s.opt.Log)
		if err != nil {
			return err
		}
		s.tls = &tls.Config{MinVersion: tls.VersionTLS12, GetCertificate: c.get}
	}
	return nil
}

// Handler is everything the server answers.
func (s *Server) Handler() http.Handler {
	inner := http.NewServeMux()
	if s.opt.API != nil {
		inner.Handle("/api/", s.opt.API)
	}
	if s.opt.Key != nil {
		inner.Handle("GET /enter", s.opt.Key)
	}
	inner.Handle("/", s.opt.Pages)
	guarded := s.behind(s.hosted(s.queue.handler(s.ending(inner))))
	outer := http.NewServeMux()
	outer.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { say(w, http.StatusOK, "ok") })
	outer.HandleFunc("GET /readyz", s.ready)
	outer.Handle("GET /metrics", s.serveMetrics())
	outer.Handle("/", guarded)
	return s.logged(s.strict(lastInChunks(outer)))
}

// lastInChunks ends the connection after a request of HTTP/1 whose body comes in
// chunks. It may have named a length as well, by which whatever stands in front took
// it apart (RFC 9112, section 6.1); the header is gone by now, so all are treated alike.
func lastInChunks(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.ProtoMajor == 1 && len(r.TransferEncoding) > 0 {
			w.Header().Set("Connection", "close")
		}
		next.ServeHTTP(w, r)
	})
}

// strict tells browsers to come by https alone, where that is how they come.
func (s *Server) strict(next http.Handler) http.Handler {
	if !s.opt.Settings.Secure() {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Strict-Transport-Security", "max-age=31536000")
		next.ServeHTTP(w, r)
	})
}

// ending ends live updates when the server stops; all else may finish.
func (s *Server) ending(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !stream(r) {
			next.ServeHTTP(w, r)
			return
		}
		ctx, cancel := context.WithCancel(r.Context())
		defer context.AfterFunc(s.streams, cancel)()
		defer cancel()
		next.ServeHTTP(w, r.WithContext(ctx))
	})
}

// bounded is the server with limits of size and time on whatever comes.
func (s *Server) bounded() *http.Server {
	return &http.Server{
		Handler: s.Handler(), MaxHeaderBytes: maxHeader,
		ReadHeaderTimeout: maxHeading, ReadTimeout: maxReading, WriteTimeout: maxTime, IdleTimeout: maxIdle,
		ErrorLog: slog.NewLogLogger(s.opt.Log.Handler(), slog.LevelDebug),
	}
}

// Serve answers until the context ends. Then it says that it is not ready,
// waits as long as the settings say, takes no more connections, ends live
// updates and lets every request under way finish.
func (s *Server) Serve(ctx context.Context, ln net.Listener) error {
	srv := s.bounded()
	failed := make(chan error, 1)
	go func() {
		if s.tls == nil {
			failed <- srv.Serve(ln)
			return
		}
		srv.TLSConfig = s.tls
		failed <- srv.ServeTLS(ln, "", "")
	}()
	if s.issued != nil {
		asking := make(chan struct{})
		go func() {
			defer close(asking)
			s.issued.ask(s.streams)
		}()
		defer func() { s.end(); <-asking }()
	}
	var err error
	select {
	case err = <-failed:
	case <-ctx.Done():
		err = s.stop(srv)
	}
	s.end()
	s.opt.Log.Info("stopped")
	if err != nil && !errors.Is(err, http.ErrServerClosed) {
		return &parley.Error{Op: "serve", Kind: parley.Unavailable, Err: err}
	}
	return nil
}

func (s *Server) stop(srv *http.Server) error {
	s.stopping.Store(true)
	s.opt.Log.Info("stopping")
	time.Sleep(s.opt.Settings.Drain)
	s.end()
	ctx, cancel := context.WithTimeout(context.Background(), s.opt.Settings.Goodbye)
	defer cancel()
	err := srv.Shutdown(ctx)
	if errors.Is(err, context.DeadlineExceeded) {
		return errors.Join(errors.New(catalogue.T("serving.cut-off", "goodbye", s.opt.Settings.Goodbye)), srv.Close())
	}
	return err
}

// refuse answers with a sentence of the catalogue.
func refuse(w http.ResponseWriter, status int, key string) { say(w, status, catalogue.T(key)) }

// say answers with a line of text that no browser takes for anything else.
func say(w http.ResponseWriter, status int, line string) {
	h := w.Header()
	h.Set("Content-Type", "text/plain; charset=utf-8")
	h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cache-Control", "no-store")
	h.Set("Referrer-Policy", "no-referrer")
	w.WriteHeader(status)
	_, _ = w.Write([]byte(line + "\n")) // nobody is there to hear of a broken connection
}
