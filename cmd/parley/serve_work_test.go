package main

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"github.com/parleysec/parley/internal/negotiate"
	"github.com/parleysec/parley/internal/testenv"
)

// A decision at the command line reaches a webhook through the server, signed so
// that another implementation verifies it; a server that starts later tells it,
// too. Inside one's own network that needs leave.
func TestServeTellsWebhooks(t *testing.T) {
	dir := t.TempDir()
	do := func(args ...string) string {
		t.Helper()
		out, errs, code := runProgram(t, dir, args...)
		if code != 0 {
			t.Fatalf("parley %s: %s", strings.Join(args, " "), errs)
		}
		return out
	}
	type told struct {
		header http.Header
		body   []byte
	}
	got := make(chan told, 99)
	receiver := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(r.Body)
		got <- told{r.Header, b}
	}))
	defer receiver.Close()
	do("apply", filepath.Join(testenv.Root(t), "examples", "shop.yaml"))
	var added negotiate.WebhooksResult
	if err := json.Unmarshal([]byte(do("webhook", "add", receiver.URL, "--types", "decision.recorded", "--json")), &added); err != nil {
		t.Fatal(err)
	}
	secret, err := standardwebhooks.NewWebhook(added.Secret)
	if err != nil {
		t.Fatal(err)
	}
	s := serve(t, dir, "--allow-networks", "127.0.0.0/8")
	wants := func(threat string) {
		t.Helper()
		select {
		case g := <-got:
			if err := secret.Verify(g.body, g.header); err != nil {
				t.Errorf("%v: %s", err, g.body)
			}
			if !strings.Contains(string(g.body), `"threats":["`+threat+`"]`) {
				t.Errorf("told %s, want %s", g.body, threat)
			}
		case <-time.After(time.Minute):
			t.Fatalf("the decision about %s was not told; the log says:\n%s", threat, s.log)
		}
	}
	do("decide", "replay", "accept", "--until", "2040-06-30", "--because", "costs less")
	wants("replay")
	if err := s.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	s.end(t)
	do("decide", "leak", "mitigate", "--with", "prepared", "--because", "worth it")
	s = serve(t, dir, "--allow-networks", "127.0.0.0/8")
	wants("leak")
	if err := s.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	s.end(t)
	if len(got) > 0 {
		t.Errorf("told twice: %s", (<-got).body)
	}
}

// A message that says nothing is sent as the server would send it: by the networks
// that its settings name, which are read though they serve nothing at this machine.
func TestWebhookTestReadsSettings(t *testing.T) {
	dir := t.TempDir()
	got := make(chan string, 9)
	receiver := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(r.Body)
		got <- string(b)
	}))
	defer receiver.Close()
	if _, errs, code := runProgram(t, dir, "apply", filepath.Join(testenv.Root(t), "examples", "shop.yaml")); code != 0 {
		t.Fatal(errs)
	}
	out, errs, code := runProgram(t, dir, "webhook", "add", receiver.URL, "--json")
	var added negotiate.WebhooksResult
	if err := json.Unmarshal([]byte(out), &added); err != nil || code != 0 {
		t.Fatal(err, errs)
	}
	id := added.Webhooks[0].ID
	if out, errs, code := runProgram(t, dir, "webhook", "test", id); code != 1 || !strings.Contains(out, "not on the public internet") {
		t.Errorf("without leave: %d %s%s", code, out, errs)
	}
	config := filepath.Join(dir, "settings.yaml")
	if err := os.WriteFile(config, []byte("url: https://parley.example.org\nlisten: 0.0.0.0:8443\nallow_networks: [127.0.0.0/8]\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if out, errs, code := runProgram(t, dir, "webhook", "test", id, "--config", config); code != 0 || len(got) != 1 || !strings.Contains(<-got, `"webhook.test"`) {
		t.Errorf("with leave: %d %s%s", code, out, errs)
	}
}
