package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/parleysec/parley/internal/negotiate"
)

// server is the program as a process of its own.
type server struct {
	cmd *exec.Cmd
	log *spoken
	served
	origin string
}

// spoken is what a program has said so far, which may be read while it goes on.
type spoken struct {
	mu sync.Mutex
	b  bytes.Buffer
}

// Write adds what the program says.
func (s *spoken) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

// String is all of it.
func (s *spoken) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}

// serve starts the program on a free port and reads what it prints.
func serve(t *testing.T, dir string, args ...string) *server {
	t.Helper()
	return serveWith(t, "parley", dir, 2*time.Minute, args...)
}

// serveWith starts a program as a server.
func serveWith(t *testing.T, program, dir string, most time.Duration, args ...string) *server {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), most)
	t.Cleanup(cancel)
	s, err := startServer(exec.CommandContext(ctx, program, args...), dir)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// startServer starts a command, whose arguments are those of serve, in a folder on a
// free port and reads what it prints. env is beside what all programs get.
func startServer(cmd *exec.Cmd, dir string, env ...string) (*server, error) {
	s := &server{cmd: cmd, log: &spoken{}}
	cmd.Args = slices.Insert(cmd.Args, 1, "serve", "--listen", "127.0.0.1:0", "--json")
	cmd.Dir, cmd.Env, cmd.Stderr = dir, append(environment(), env...), s.log
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	if err := json.NewDecoder(out).Decode(&s.served); err != nil {
		s.stop()
		return nil, fmt.Errorf("the server did not start: %w; its log says:\n%s", err, s.log)
	}
	s.origin, _, _ = strings.Cut(strings.TrimPrefix(s.URL, "http://"), "/")
	return s, nil
}

// stop ends the program, however it ends.
func (s *server) stop() {
	_ = s.cmd.Process.Signal(syscall.SIGTERM)
	_ = s.cmd.Wait()
}

// end waits for the program to end, which it must do well.
func (s *server) end(t *testing.T) {
	t.Helper()
	if err := s.cmd.Wait(); err != nil {
		t.Errorf("it ended with %v; its log says:\n%s", err, s.log)
	}
}

// Without the key, and without a sign-in, there is nothing to see; with it the
// pages open as the person at this machine.
func TestServeAsksWhoYouAre(t *testing.T) {
	s := serve(t, t.TempDir())
	status := func(c *http.Client, url string) int {
		resp, err := c.Get(url)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		_, _ = io.Copy(io.Discard, resp.Body)
		return resp.StatusCode
	}
	stranger := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	for _, path := range []string{"/", "/plan", "/record", "/tasks", "/learn", "/t/x", "/api/v1/products", "/metrics/x"} {
		if got := status(stranger, "http://"+s.origin+path); got == http.StatusOK {
			t.Errorf("%s is open to anybody", path)
		}
	}
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	if got := status(&http.Client{Jar: jar}, s.URL); got != http.StatusOK {
		t.Errorf("the link of this machine is answered with %d", got)
	}
	if err := s.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	s.end(t)
	if !strings.HasPrefix(s.SetUp, "http://"+s.origin+"/setup#") || strings.Contains(s.log.String(), strings.TrimPrefix(s.SetUp, "http://"+s.origin+"/setup#")) {
		t.Errorf("the first account is made at %q; the log says:\n%s", s.SetUp, s.log)
	}
	_, key, _ := strings.Cut(s.URL, "key=")
	if strings.Contains(s.log.String(), key) || key == "" {
		t.Errorf("the key %q stands in the log:\n%s", key, s.log)
	}
}

// A program that waits for a request to end, whose sender says nothing more, ends at
// once when it is told so again.
func TestServeToldTwiceEndsAtOnce(t *testing.T) {
	s := serve(t, t.TempDir(), "--goodbye", "10m")
	c, err := net.Dial("tcp", s.origin)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	fmt.Fprintf(c, "POST /api/v1/products HTTP/1.1\r\nHost: %s\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{", s.origin)
	if resp, err := http.Get("http://" + s.origin + "/healthz"); err != nil { // taken after the other
		t.Fatal(err)
	} else {
		resp.Body.Close()
	}
	ended := make(chan error, 1)
	if err := s.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	go func() { ended <- s.cmd.Wait() }()
	for until := time.Now().Add(time.Minute); !strings.Contains(s.log.String(), "stopping"); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(until) {
			t.Fatal("it does not stop")
		}
	}
	select {
	case err := <-ended:
		t.Fatalf("told once it waits for nobody: %v", err)
	case <-time.After(200 * time.Millisecond):
	}
	if err := s.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	select {
	case <-ended:
	case <-time.After(time.Minute):
		_ = s.cmd.Process.Kill()
		t.Error("told twice it waits on")
	}
}

// Requests whose bodies are still on their way when the program is told to end
// are answered before it does. While it drains it goes on reading: a request
// whose first line it has not read by the end of that is not under way.
func TestServeEndsWell(t *testing.T) {
	s := serve(t, t.TempDir(), "--drain", "2s")
	const n = 5
	var conns []net.Conn
	for range n {
		c, err := net.Dial("tcp", s.origin)
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		fmt.Fprintf(c, "POST /api/v1/products HTTP/1.1\r\nHost: %s\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{", s.origin)
		conns = append(conns, c)
	}
	if _, err := http.Get("http://" + s.origin + "/healthz"); err != nil { // taken after the others
		t.Fatal(err)
	}
	if err := s.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	for _, c := range conns {
		if _, err := io.WriteString(c, "}"); err != nil {
			t.Fatal(err)
		}
		resp, err := http.ReadResponse(bufio.NewReader(c), nil)
		if err != nil {
			t.Errorf("a request under way was lost: %v", err)
			continue
		}
		_, _ = io.Copy(io.Discard, resp.Body)
		resp.Body.Close()
	}
	s.end(t)
}

func TestServePrintsItsSettings(t *testing.T) {
	dir := t.TempDir()
	cmd := exec.Command("parley", "serve", "--print-config", "--json", "--goodbye", "7s", "--ledger", filepath.Join(dir, "x.db"))
	cmd.Dir, cmd.Env = dir, append(environment(), "PARLEY_METRICS_TOKEN=sesame", "PARLEY_QUEUE=9")
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(out, []byte("sesame")) {
		t.Errorf("a secret is printed:\n%s", out)
	}
	var got served
	if err := json.Unmarshal(out, &got); err != nil {
		t.Fatal(err)
	}
	want := map[string]string{"goodbye": "7s flag", "queue": "9 environment", "metrics-token": "**** environment", "requests": "64 standard"}
	for _, v := range got.Settings {
		if w, ok := want[v.Name]; ok && w != v.Value+" "+v.From {
			t.Errorf("%s is %s from %s, want %s", v.Name, v.Value, v.From, w)
		}
	}
	if len(got.Settings) < len(want) {
		t.Errorf("settings: %v", got.Settings)
	}
}

// TestServeAfterHalfASetUp: an account that was made, and whose roles were not
// recorded any more, is no dead end.
func TestServeAfterHalfASetUp(t *testing.T) {
	dir := t.TempDir()
	x, err := openOffice(t.Context(), filepath.Join(dir, "parley.db"), negotiate.Source{Name: "crowd.yaml", Data: crowdFile()})
	if err != nil {
		t.Fatal(err)
	}
	_, err = x.setUp(t.Context(), "ada@example.org", "Ada")
	x.close()
	if err != nil {
		t.Fatal(err)
	}
	says := func() *server {
		s := serve(t, dir)
		s.stop()
		return s
	}
	if s := says(); !s.Headless || s.SetUp != "" {
		t.Errorf("nobody administers, and it says %+v", s.served)
	}
	grant := exec.Command("parley", "user", "grant", "ada@example.org", "administrator", "--because", "the set-up was cut off")
	grant.Dir, grant.Env = dir, environment()
	if out, err := grant.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	if s := says(); s.Headless {
		t.Errorf("Ada administers, and it says %+v", s.served)
	}
}

// TestServeLogsNothingButJSON: who reads the log as JSON finds nothing else in it, from
// what is served to the end, and no secret of the start.
func TestServeLogsNothingButJSON(t *testing.T) {
	s := serve(t, t.TempDir(), "--log-format", "json")
	resp, err := http.Get(s.URL)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if err := s.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	s.end(t)
	var said []string
	for line := range strings.Lines(s.log.String()) {
		var x struct {
			Msg string `json:"msg"`
		}
		if err := json.Unmarshal([]byte(line), &x); err != nil {
			t.Errorf("%q is no JSON: %v", line, err)
		}
		said = append(said, x.Msg)
	}
	if len(said) < 4 || said[0] != "serving" || !slices.Contains(said, "request") || said[len(said)-1] != "stopped" {
		t.Errorf("the log says %q", said)
	}
	_, key, _ := strings.Cut(s.URL, "key=")
	_, setUp, _ := strings.Cut(s.SetUp, "#")
	for _, secret := range []string{key, setUp} {
		if secret == "" || strings.Contains(s.log.String(), secret) {
			t.Errorf("the log holds %q", secret)
		}
	}
}
