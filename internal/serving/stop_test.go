package serving

import (
	"bufio"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"io"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// running is a server on a free port with a handler.
func running(t *testing.T, file string, pages http.HandlerFunc) (srv *Server, url string, stop context.CancelFunc, done chan error) {
	t.Helper()
	set, _, err := Read(Sources{Flags: map[string]string{"listen": "127.0.0.1:0"}, File: []byte(file)})
	if err != nil {
		t.Fatal(err)
	}
	ln, err := set.Heard()
	if err != nil {
		t.Fatal(err)
	}
	if srv, err = New(ln, Options{Settings: set, Pages: pages}); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	t.Cleanup(stop)
	done = make(chan error, 1)
	go func() { done <- srv.Serve(ctx, ln) }()
	return srv, set.Origin(ln), stop, done
}

func get(url, accept string) (string, error) {
	r, err := http.NewRequest(http.MethodGet, url, nil)
	if err != nil {
		return "", err
	}
	if accept != "" {
		r.Header.Set("Accept", accept)
	}
	resp, err := (&http.Client{Transport: &http.Transport{DisableKeepAlives: true}}).Do(r)
	if err != nil {
		return "", err
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	return fmt.Sprint(resp.StatusCode, " ", strings.TrimSpace(string(b))), err
}

// measured waits until a metric is so much at least.
func measured(t *testing.T, url, name string, least int) {
	t.Helper()
	for n := -1; n < least; {
		body, err := get(url+"/metrics", "")
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(body) {
			_, _ = fmt.Sscanf(line, name+" %d", &n)
		}
	}
}

// TestN5OnlyLiveUpdatesPassTheQueue: a header alone lets no other request past
// those that wait.
func TestN5OnlyLiveUpdatesPassTheQueue(t *testing.T) {
	for target, want := range map[string]bool{
		"GET /api/v1/events": true, "GET /api/v1/events?product=shop": true, "POST /api/v1/events": false, "GET /": false, "GET /plan": false,
		"GET /events": false, "GET /workshop/SHOP-WS1/events": true, "GET /join/room/events": true, "GET /workshop/SHOP-WS1": false, "GET /join/events": false, "GET /api/v1/products/shop/plan": false, "GET /api/v1/products/shop/plan?/events": false,
		"GET /workshop/SHOP-WS1/values/events": false, "GET /workshop//events": false, "GET /workshop/events": false, "GET /workshop/a%2Fb/events": false,
		"GET /api/v1/products/shop/events": false, "GET /api/v2/events": false, "GET /workshop/SHOP-WS1/events/": false,
	} {
		method, path, _ := strings.Cut(target, " ")
		r := httptest.NewRequest(method, path, nil)
		if stream(r) {
			t.Errorf("%s without the header is taken for live updates", target)
		}
		r.Header.Set("Accept", "text/event-stream")
		if stream(r) != want {
			t.Errorf("%s is taken for live updates: %v", target, !want)
		}
	}
}

// TestN5TimesOfConnections: whoever sends slowly, reads slowly or says nothing is not
// waited for without end.
func TestN5TimesOfConnections(t *testing.T) {
	srv := serverOf(t, "127.0.0.1:8080", "", Options{}).bounded()
	for name, got := range map[string]time.Duration{"header": srv.ReadHeaderTimeout, "request": srv.ReadTimeout, "answer": srv.WriteTimeout, "next request": srv.IdleTimeout} {
		if got <= 0 || got > 2*time.Minute {
			t.Errorf("the %s may take %s", name, got)
		}
	}
}

// TestN5LastingRequestsAreCounted: what lasts takes no place among the requests at
// work, and there is an end to it all the same.
func TestN5LastingRequestsAreCounted(t *testing.T) {
	q := newQueue(1, 1)
	h := q.handler(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	live := httptest.NewRequest("GET", "http://x/api/v1/events", nil)
	live.Header.Set("Accept", "text/event-stream")
	for name, c := range map[string]struct {
		r     *http.Request
		under *atomic.Int64
		most  int64
	}{
		"live updates": {live, &q.streams, maxStreams},
		"a file":       {httptest.NewRequest("POST", "http://x/api/v1/products/p/evidence/file", nil), &q.uploads, maxUploads},
	} {
		for open, want := range map[int64]int{c.most - 1: http.StatusOK, c.most: http.StatusServiceUnavailable} {
			c.under.Store(open)
			w := httptest.NewRecorder()
			h.ServeHTTP(w, c.r)
			if w.Code != want || c.under.Load() != open {
				t.Errorf("%s beside %d others: %d, want %d; %d are counted", name, open, w.Code, want, c.under.Load())
			}
		}
	}
}

// TestN5SlowFormsHoldNoPlace: whoever never ends what they send keeps nobody
// from being answered.
func TestN5SlowFormsHoldNoPlace(t *testing.T) {
	srv, url, _, _ := running(t, "requests: 1\nqueue: 0", func(w http.ResponseWriter, r *http.Request) {
		b, err := io.ReadAll(r.Body)
		fmt.Fprint(w, len(b), " ", err)
	})
	for range 3 {
		c, err := net.Dial("tcp", strings.TrimPrefix(url, "http://"))
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		fmt.Fprintf(c, "POST /sign-in HTTP/1.1\r\nHost: %s\r\nContent-Length: 9\r\n\r\nx", strings.TrimPrefix(url, "http://"))
	}
	measured(t, url, "parley_http_requests_under_way", 4) // the three and the one that asks
	if got, err := get(url+"/", ""); err != nil || got != "200 0 <nil>" {
		t.Errorf("got %q, %v", got, err)
	}
	for _, n := range []int{0, 1, maxForm, maxForm + 1, 3 * maxForm} { // what is heard early is not lost
		r := httptest.NewRequest("POST", url+"/", strings.NewReader(strings.Repeat("x", n)))
		w := httptest.NewRecorder()
		srv.Handler().ServeHTTP(w, r)
		if want := fmt.Sprint(n, " <nil>"); w.Body.String() != want {
			t.Errorf("got %q, want %q", w.Body, want)
		}
	}
}

// Every request under way when the server is told to stop is answered, those
// that wait for a place among them; live updates end.
func TestStopLosesNoRequest(t *testing.T) {
	const n = 12
	started, release := make(chan struct{}, n), make(chan struct{})
	_, url, stop, done := running(t, "requests: 4\nqueue: 20", func(w http.ResponseWriter, r *http.Request) {
		if stream(r) {
			http.NewResponseController(w).Flush()
			started <- struct{}{}
			<-r.Context().Done()
			_, _ = io.WriteString(w, "bye")
			return
		}
		started <- struct{}{}
		<-release
		_, _ = io.WriteString(w, "done")
	})
	answers := make(chan string, n+1)
	var asked sync.WaitGroup
	for i := range n + 1 {
		accept, path := "", "/"
		if i == n {
			accept, path = "text/event-stream", "/api/v1/events"
		}
		asked.Go(func() {
			got, err := get(url+path, accept)
			if err != nil {
				got = err.Error()
			}
			answers <- got
		})
	}
	for range 4 + 1 { // those that have a place, and the stream
		<-started
	}
	measured(t, url, "parley_http_requests_waiting", n-4) // the others stand in the queue
	stop()
	if got := <-answers; got != "200 bye" {
		t.Errorf("the stream got %q", got)
	}
	close(release)
	asked.Wait()
	close(answers)
	for got := range answers {
		if got != "200 done" {
			t.Errorf("a request under way got %q", got)
		}
	}
	if err := <-done; err != nil {
		t.Error(err)
	}
	if _, err := get(url+"/", ""); err == nil {
		t.Error("the server still answers")
	}
}

// Whoever asks while the server says good-bye is told that it is not ready.
func TestStopIsNotReadyFirst(t *testing.T) {
	_, url, stop, done := running(t, "drain: 300ms", func(http.ResponseWriter, *http.Request) {})
	if got, err := get(url+"/readyz", ""); err != nil || got != "200 ready" {
		t.Fatal(got, err)
	}
	stop()
	for {
		got, err := get(url+"/readyz", "")
		if err != nil {
			t.Fatal("connections were refused before anybody was told: ", err)
		}
		if got == "503 stopping" {
			break
		}
	}
	if err := <-done; err != nil {
		t.Error(err)
	}
}

// A request that does not end is cut off, and that is said.
func TestStopEnds(t *testing.T) {
	started, release := make(chan struct{}), make(chan struct{})
	_, url, stop, done := running(t, "goodbye: 1s", func(http.ResponseWriter, *http.Request) {
		close(started)
		<-release
	})
	asked := make(chan error, 1)
	go func() {
		_, err := get(url+"/", "")
		asked <- err
	}()
	<-started
	stop()
	if err := <-done; err == nil || !strings.Contains(err.Error(), "cut off") {
		t.Errorf("it ended with %v", err)
	}
	close(release)
	if err := <-asked; err == nil {
		t.Error("the request that was cut off was answered")
	}
}

// Of more requests than there is room for, the rest are told to come back.
func TestN5TooManyAtOnce(t *testing.T) {
	started, release := make(chan struct{}, 9), make(chan struct{})
	srv, url, stop, done := running(t, "requests: 1\nqueue: 1", func(http.ResponseWriter, *http.Request) {
		started <- struct{}{}
		<-release
	})
	results := make(chan string, 2)
	for range 2 {
		go func() {
			got, err := get(url+"/", "")
			results <- fmt.Sprint(got, err)
		}()
	}
	<-started
	for srv.queue.waiting.Load() == 0 {
		time.Sleep(time.Millisecond)
	}
	if got, err := get(url+"/", ""); err != nil || !strings.HasPrefix(got, "503 Too many") {
		t.Errorf("the third request got %q %v", got, err)
	}
	if got, err := get(url+"/healthz", ""); err != nil || got != "200 ok" {
		t.Errorf("health is asked past the queue: %q %v", got, err)
	}
	close(release)
	for range 2 {
		if got := <-results; !strings.HasPrefix(got, "200") {
			t.Errorf("a request that had room got %s", got)
		}
	}
	stop()
	if err := <-done; err != nil {
		t.Error(err)
	}
}

// Headers and bodies have a size.
func TestF3SizesOfRequests(t *testing.T) {
	_, url, stop, done := running(t, "", func(w http.ResponseWriter, r *http.Request) {
		n, err := io.Copy(io.Discard, r.Body)
		fmt.Fprint(w, n, err)
	})
	at := strings.TrimPrefix(url, "http://")
	talk := func(text string, more int64) string {
		c, err := net.Dial("tcp", at)
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		go func() { // the server may stop listening in the middle
			_, _ = io.WriteString(c, text)
			_, _ = io.CopyN(c, zeros{}, more)
		}()
		resp, err := http.ReadResponse(bufio.NewReader(c), nil)
		if err != nil {
			return err.Error()
		}
		defer resp.Body.Close()
		b, _ := io.ReadAll(resp.Body)
		return fmt.Sprint(resp.StatusCode, " ", string(b))
	}
	if got := talk("GET / HTTP/1.1\r\nHost: "+at+"\r\nX: "+strings.Repeat("x", 64<<10)+"\r\n\r\n", 0); !strings.HasPrefix(got, "431") {
		t.Errorf("a huge header: %s", got)
	}
	if got := talk(fmt.Sprintf("POST / HTTP/1.1\r\nHost: %s\r\nContent-Length: %d\r\n\r\n", at, maxBody+1), maxBody+1); !strings.Contains(got, "too large") {
		t.Errorf("a huge body: %s", got)
	}
	stop()
	if err := <-done; err != nil {
		t.Error(err)
	}
}

type zeros struct{}

func (zeros) Read(b []byte) (int, error) { clear(b); return len(b), nil }

// pair writes a certificate for 127.0.0.1 with a serial number, and its key.
func pair(t *testing.T, cert, key string, serial int64) {
	t.Helper()
	k, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	c := &x509.Certificate{
		SerialNumber: big.NewInt(serial), Subject: pkix.Name{CommonName: "parley"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
	}
	der, err := x509.CreateCertificate(rand.Reader, c, c, &k.PublicKey, k)
	if err != nil {
		t.Fatal(err)
	}
	b, err := x509.MarshalECPrivateKey(k)
	if err != nil {
		t.Fatal(err)
	}
	for name, block := range map[string]*pem.Block{cert: {Type: "CERTIFICATE", Bytes: der}, key: {Type: "EC PRIVATE KEY", Bytes: b}} {
		if err := os.WriteFile(name, pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// A renewed certificate is used from the next connection on; a broken one never.
func TestCertificateIsReadAnew(t *testing.T) {
	dir := t.TempDir()
	cert, key := filepath.Join(dir, "c.pem"), filepath.Join(dir, "k.pem")
	pair(t, cert, key, 1)
	_, url, stop, done := running(t, "tls_cert: "+cert+"\ntls_key: "+key, func(http.ResponseWriter, *http.Request) {})
	if !strings.HasPrefix(url, "https://") {
		t.Fatal(url)
	}
	serial := func() int64 {
		c, err := tls.Dial("tcp", strings.TrimPrefix(url, "https://"), &tls.Config{InsecureSkipVerify: true, NextProtos: []string{"h2"}}) //nolint:gosec // the certificate is looked at below
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		if p := c.ConnectionState().NegotiatedProtocol; p != "h2" {
			t.Errorf("protocol %q", p)
		}
		return c.ConnectionState().PeerCertificates[0].SerialNumber.Int64()
	}
	if got := serial(); got != 1 {
		t.Errorf("certificate %d", got)
	}
	if c, err := tls.Dial("tcp", strings.TrimPrefix(url, "https://"), &tls.Config{InsecureSkipVerify: true, MinVersion: tls.VersionTLS10, MaxVersion: tls.VersionTLS11}); err == nil { //nolint:gosec // it must fail
		c.Close()
		t.Error("TLS 1.1 is spoken")
	}
	pair(t, cert, key, 2)
	later := time.Now().Add(time.Minute)
	if err := os.Chtimes(cert, later, later); err != nil {
		t.Fatal(err)
	}
	if got := serial(); got != 2 {
		t.Errorf("certificate %d after it was renewed", got)
	}
	if err := os.WriteFile(key, []byte("broken"), 0o600); err != nil {
		t.Fatal(err)
	}
	if got := serial(); got != 2 {
		t.Errorf("certificate %d after its key was broken", got)
	}
	if _, err := newCertificate(cert, key, nil); err == nil {
		t.Error("a server starts with a broken key")
	}
	stop()
	if err := <-done; err != nil {
		t.Error(err)
	}
}
