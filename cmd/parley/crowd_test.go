package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/parleysec/parley/internal/auth"
	"github.com/parleysec/parley/internal/negotiate"
	"github.com/parleysec/parley/internal/store"
	"github.com/parleysec/parley/ledger"
)

// crowd is people who work on one negotiation at once, over one server or several.
type crowd struct {
	t       *testing.T
	ledger  string
	servers []*server
	cookies []string // one for each person
	http    *http.Client

	mu     sync.Mutex
	took   []time.Duration
	failed []string
	kept   map[string]bool // texts that a server said are recorded
	done   map[string]bool // texts that were recorded by a server that could not say so
	moved  int             // answers that what was looked at is otherwise by now
}

// crowdThreats is how many threats there are to negotiate about.
const crowdThreats = 100

// crowded makes a ledger about a product of [crowdThreats] threats, an account for
// each of n people, all deciders and contributors, and some servers of it.
func crowded(t *testing.T, url string, n, servers int) *crowd {
	t.Helper()
	c := &crowd{t: t, ledger: url, http: &http.Client{Timeout: 90 * time.Second}, kept: map[string]bool{}, done: map[string]bool{}}
	c.http.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	c.people(n)
	program, err := serverProgram()
	if err != nil {
		t.Fatal(err)
	}
	for range servers {
		c.servers = append(c.servers, serveWith(t, program, t.TempDir(), 20*time.Minute, "--ledger", url))
	}
	t.Cleanup(func() {
		for _, s := range c.servers {
			s.stop()
		}
	})
	return c
}

func (c *crowd) people(n int) {
	c.t.Helper()
	must := func(err error) {
		c.t.Helper()
		if err != nil {
			c.t.Fatal(err)
		}
	}
	ctx := c.t.Context()
	x, err := openOffice(ctx, c.ledger, negotiate.Source{Name: "crowd.yaml", Data: crowdFile()})
	must(err)
	defer x.close()
	const first = "p0@example.org"
	session, err := x.setUp(ctx, first, "P0")
	must(err)
	sessions := []*auth.Session{session}
	for i := 1; i < n; i++ {
		invited, err := x.accounts.Invite(ctx, first, auth.Invitation{Email: fmt.Sprintf("p%d@example.org", i)})
		must(err)
		session, err := x.accounts.Accept(ctx, invited, auth.NewAccount{Name: fmt.Sprintf("P%d", i), Password: longEnough})
		must(err)
		sessions = append(sessions, session)
	}
	for i, session := range sessions {
		must(x.grant(ctx, fmt.Sprintf("p%d@example.org", i), ledger.Contributor, ledger.Decider))
		c.cookies = append(c.cookies, session.Secret)
	}
}

// crowdFile is what they negotiate about.
func crowdFile() []byte {
	var b strings.Builder
	b.WriteString("parley: v1\nproduct: {id: crowd, name: Crowd, currency: EUR}\npolicy: {person_day: 500, appetite: [{loss: 500k, chance: 10%}]}\nthreats:\n")
	for i := range crowdThreats {
		fmt.Fprintf(&b, "  - {id: t%d, title: Threat %d, likelihood: 1 in %d within 1 year, impact: {financial: %dk..%dk}}\n", i, i, 3+i%40, 5+i%30, 50+i)
	}
	b.WriteString("mitigations:\n")
	for i := range crowdThreats / 2 {
		fmt.Fprintf(&b, "  - {id: m%d, title: Mitigation %d, cost: {effort: %dd}, against: [{threat: t%d, likelihood: 60%%..80%%}]}\n", i, i, 2+i%9, 2*i)
	}
	return []byte(b.String())
}

// ask sends one request of a person to a server, and reads the whole answer.
func (c *crowd) ask(who int, s *server, method, path string, body any, heads ...string) (*http.Response, []byte, error) {
	var text io.Reader
	if body != nil {
		raw, err := json.Marshal(body)
		if err != nil {
			c.t.Error(err)
		}
		text = bytes.NewReader(raw)
	}
	r, err := http.NewRequestWithContext(c.t.Context(), method, "http://"+s.origin+path, text)
	if err != nil {
		return nil, nil, err
	}
	r.AddCookie(&http.Cookie{Name: "parley", Value: c.cookies[who]})
	if body != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i+1 < len(heads); i += 2 {
		r.Header.Set(heads[i], heads[i+1])
	}
	start := time.Now()
	resp, err := c.http.Do(r)
	if err != nil {
		return nil, nil, err
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(resp.Body)
	c.mu.Lock()
	c.took = append(c.took, time.Since(start))
	c.mu.Unlock()
	return resp, answer, err
}

func (c *crowd) fail(format string, args ...any) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.failed = append(c.failed, fmt.Sprintf(format, args...))
}

// reads are what people look at.
var crowdReads = []string{
	"/", "/tasks", "/record", "/t/t%d", "/t/t%d",
	"/api/v1/products/crowd/status", "/api/v1/products/crowd/decisions", "/api/v1/log?limit=20", "/api/v1/products/crowd/whatif?with=m%d&trials=10000",
	"/api/v1/products/crowd/briefs/t%d",
}

func (c *crowd) read(who int, rng *rand.Rand, s *server) {
	path := crowdReads[rng.IntN(len(crowdReads))]
	if strings.Contains(path, "%d") {
		path = fmt.Sprintf(path, rng.IntN(crowdThreats/2))
	}
	resp, text, err := c.ask(who, s, http.MethodGet, path, nil)
	if err != nil || resp.StatusCode != http.StatusOK || len(text) == 0 {
		c.fail("%s: %v %v %.300s", path, status(resp), err, text)
	}
}

// say records a note, at another server when one does not answer.
func (c *crowd) say(who int, text string, servers ...*server) {
	note := map[string]string{"about": "t" + strconv.Itoa(who%crowdThreats), "kind": "comment", "text": text}
	var last string
	for i := range 40 {
		resp, answer, err := c.ask(who, servers[i%len(servers)], http.MethodPost, "/api/v1/products/crowd/notes", note, "Idempotency-Key", text)
		switch {
		case err != nil && len(servers) > 1:
			last = err.Error()
			time.Sleep(50 * time.Millisecond)
			continue
		case err == nil && resp.StatusCode == http.StatusCreated:
			c.mark(c.kept, text)
			return
		case err == nil && resp.StatusCode == http.StatusConflict && resp.Header.Get("Retry-After") == "":
			c.mark(c.done, text)
			return
		case err == nil && resp.StatusCode == http.StatusConflict:
			last = string(answer)
			continue
		}
		c.fail("note %s: %v %v %s", text, status(resp), err, answer)
		return
	}
	c.fail("note %s: no server took it: %s", text, last)
}

// decide looks at a brief and accepts its threat; where the figures move
// meanwhile, as a person would, it looks again.
func (c *crowd) decide(who, turn int, s *server) {
	threat := fmt.Sprintf("t%d", (who+len(c.cookies)*turn)%crowdThreats)
	because := fmt.Sprintf("decision %d of %d", turn, who)
	for range 10 {
		resp, text, err := c.ask(who, s, http.MethodGet, "/api/v1/products/crowd/briefs/"+threat, nil)
		if err != nil || resp.StatusCode != http.StatusOK {
			c.fail("brief of %s: %v %v %.300s", threat, status(resp), err, text)
			return
		}
		body := map[string]any{"threats": []string{threat}, "kind": "accept", "because": because, "until": time.Now().AddDate(0, 3, 0).Format(time.DateOnly), "propose": true}
		resp, text, err = c.ask(who, s, http.MethodPost, "/api/v1/products/crowd/decisions", body, "If-Match", resp.Header.Get("ETag"), "Idempotency-Key", because)
		switch {
		case err == nil && resp.StatusCode == http.StatusCreated:
			c.mark(c.kept, because)
			return
		case err == nil && resp.StatusCode == http.StatusPreconditionFailed:
			c.mu.Lock()
			c.moved++
			c.mu.Unlock()
		default:
			c.fail("decision on %s: %v %v %.300s", threat, status(resp), err, text)
			return
		}
	}
	c.fail("decision on %s: it moved each time", threat)
}

func (c *crowd) mark(set map[string]bool, text string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	set[text] = true
}

func status(r *http.Response) any {
	if r == nil {
		return "no answer"
	}
	return r.StatusCode
}

// check holds what was said to be recorded against the record.
func (c *crowd) check() {
	c.t.Helper()
	for _, f := range c.failed[:min(len(c.failed), 10)] {
		c.t.Error(f)
	}
	if n := len(c.failed); n > 10 {
		c.t.Errorf("and %d more", n-10)
	}
	db, err := store.Open(c.t.Context(), c.ledger, store.Options{})
	if err != nil {
		c.t.Fatal(err)
	}
	defer db.Close()
	state, err := db.State(c.t.Context())
	if err != nil {
		c.t.Fatal(err)
	}
	p := state.Product("crowd")
	times := map[string]int{}
	for i := range p.Notes {
		times[p.Notes[i].Text]++
	}
	for i := range p.Decisions {
		times[p.Decisions[i].Because]++
	}
	for _, set := range []map[string]bool{c.kept, c.done} {
		for text := range set {
			if times[text] != 1 {
				c.t.Errorf("%q was said to be recorded and is there %d times", text, times[text])
			}
			delete(times, text)
		}
	}
	for text, n := range times {
		c.t.Errorf("%q is recorded %d times, and nobody was told", text, n)
	}
	if r, err := db.Verify(c.t.Context()); err != nil || !r.OK() {
		c.t.Errorf("the record does not fit together: %v %v", r.Findings, err)
	}
}

// memory is how much a server holds, in MB; 0 where the system does not say.
func (s *server) memory() float64 {
	text, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(s.cmd.Process.Pid), "statm"))
	fields := strings.Fields(string(text))
	if err != nil || len(fields) < 2 {
		return 0
	}
	pages, err := strconv.ParseFloat(fields[1], 64)
	if err != nil {
		return 0
	}
	return pages * float64(os.Getpagesize()) / 1e6
}

// quantile is a share of durations, in milliseconds.
func quantile(took []time.Duration, q float64) float64 {
	if len(took) == 0 {
		return 0
	}
	slices.Sort(took)
	return float64(took[min(len(took)-1, int(q*float64(len(took))))]) / 1e6
}

// listen follows what is recorded, as a person does at a server. What it returns
// waits until as many notes were told, each of them once.
func (c *crowd) listen(who int, s *server) (told func(notes int)) {
	c.t.Helper()
	ctx, cancel := context.WithCancel(c.t.Context())
	c.t.Cleanup(cancel)
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+s.origin+"/api/v1/events?product=crowd", nil)
	if err != nil {
		c.t.Fatal(err)
	}
	r.AddCookie(&http.Cookie{Name: "parley", Value: c.cookies[who]})
	r.Header.Set("Accept", "text/event-stream")
	resp, err := http.DefaultClient.Do(r)
	if err != nil || resp.StatusCode != http.StatusOK {
		c.t.Fatal(status(resp), err)
	}
	c.t.Cleanup(func() { _ = resp.Body.Close() })
	ids := make(chan string, 10_000)
	go func() {
		defer close(ids)
		lines := bufio.NewScanner(resp.Body)
		for lines.Scan() {
			if id, ok := strings.CutPrefix(lines.Text(), "id: "); ok {
				ids <- id
			}
		}
	}()
	return func(notes int) {
		c.t.Helper()
		seen := map[string]bool{}
		late := time.After(time.Minute)
		for len(seen) < notes {
			select {
			case id, open := <-ids:
				if !open {
					c.t.Fatalf("the server ended after %d of %d", len(seen), notes)
				}
				if seen[id] {
					c.t.Errorf("%s was told twice", id)
				}
				seen[id] = true
			case <-late:
				c.t.Fatalf("%d of %d were told", len(seen), notes)
			}
		}
	}
}
