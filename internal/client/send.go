package client

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strconv"
	"sync"
	"time"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/brief/plain"
	"github.com/parleysec/parley/internal/catalogue"
)

const (
	base = "/api/v1"

	// mostAnswer is the largest answer that is read, in bytes.
	mostAnswer = 64 << 20

	// tries is how often a request is sent that may be sent again: a question, or
	// a change with a key.
	tries = 3
)

// request is one question or change.
type request struct {
	method, path string // below the base
	json         any    // body, nil for none
	yaml         []byte // body that is a negotiation file
	file         []byte // body that is a report, which may take long to send
	match        string // ETag of what was looked at, for a change
	secret       bool   // the answer holds a secret: the server keeps it for no repetition
}

// answer is what came back with success.
type answer struct {
	text []byte
	tag  string
}

// get asks a question.
func (c *Client) get(ctx context.Context, path string, into any) (*answer, error) {
	return c.send(ctx, request{method: http.MethodGet, path: path}, into)
}

// send sends a request and reads its answer into a value, unless that is nil. It
// is repeated where nothing was answered and a repetition cannot do a thing twice.
func (c *Client) send(ctx context.Context, r request, into any) (*answer, error) {
	text, kind, err := r.body()
	if err != nil {
		return nil, &parley.Error{Op: op, Kind: parley.Internal, Err: err}
	}
	idempotency := ""
	if r.method == http.MethodPost {
		idempotency = rand.Text()
	}
	again := r.method == http.MethodGet || idempotency != "" && !r.secret
	wait := c.wait
	for try := 1; ; try++ {
		a, err := c.once(ctx, r, text, kind, idempotency)
		if err == nil {
			return a, read(a, into)
		}
		after, lost := errors.AsType[*lostError](err)
		if !lost {
			return nil, err
		}
		if !again || try == tries {
			return nil, after.err
		}
		select {
		case <-ctx.Done():
			return nil, after.err
		case <-time.After(max(wait, after.after)):
		}
		wait *= 2
	}
}

// lostError says that no answer came that says what happened, and how long the
// server asks to be left alone.
type lostError struct {
	err   error
	after time.Duration
}

func (e *lostError) Error() string { return e.err.Error() }

func (e *lostError) Unwrap() error { return e.err }

// once sends a request once.
func (c *Client) once(ctx context.Context, r request, text []byte, kind, idempotency string) (*answer, error) {
	if err := c.enter(ctx); err != nil {
		return nil, err
	}
	req, err := http.NewRequestWithContext(ctx, r.method, c.origin+base+r.path, bytes.NewReader(text))
	if err != nil {
		return nil, &parley.Error{Op: op, Kind: parley.Internal, Err: errors.New("the request has no address")}
	}
	h := req.Header
	h.Set("User-Agent", c.name)
	accept := "application/json, application/problem+json, application/yaml, text/plain"
	if c.progress != nil {
		accept += ", " + eventStream
	}
	h.Set("Accept", accept)
	for name, value := range map[string]string{"Content-Type": kind, "If-Match": r.match, "Idempotency-Key": idempotency} {
		if value != "" {
			h.Set(name, value)
		}
	}
	if r.file != nil {
		h.Set("Expect", "100-continue")
	}
	c.known(req)
	resp, err := c.way(r).Do(req)
	if err != nil {
		return nil, &lostError{err: c.unreached(err)}
	}
	defer resp.Body.Close()
	c.heard.listen(resp.Header)
	if kind, _, _ := mime.ParseMediaType(resp.Header.Get("Content-Type")); kind == eventStream && resp.StatusCode == http.StatusOK && c.progress != nil {
		return c.streamed(resp.Body)
	}
	body, err := io.ReadAll(io.LimitReader(resp.Body, mostAnswer+1))
	switch {
	case err != nil:
		return nil, &lostError{err: c.unreached(err)}
	case len(body) > mostAnswer:
		return nil, large()
	}
	return c.told(resp, body)
}

// way is how a request is sent. A large file may take longer than an answer: the
// server says how slow is too slow. Whether it is let in is asked before it is sent.
func (c *Client) way(r request) *http.Client {
	if r.file == nil {
		return c.http
	}
	patient := *c.http
	patient.Timeout = 0
	return &patient
}

// known says who asks.
func (c *Client) known(req *http.Request) {
	if c.key != "" {
		if cookie := c.jar.get(); cookie != nil {
			req.AddCookie(cookie)
		}
		return
	}
	req.Header.Set("Authorization", "Bearer "+c.token)
}

// told is what an answer says.
func (c *Client) told(resp *http.Response, body []byte) (*answer, error) {
	kind, _, _ := mime.ParseMediaType(resp.Header.Get("Content-Type"))
	switch {
	case resp.StatusCode < 300:
		return &answer{text: body, tag: resp.Header.Get("ETag")}, nil
	case resp.StatusCode < 400:
		return nil, parley.Errorf(parley.Unavailable, op, "%s", catalogue.T("client.redirect", "server", c.origin)).WithHint(catalogue.T("client.hint.address"))
	case kind == "application/problem+json":
		err := problem(body)
		if busy(resp) {
			return nil, &lostError{err: err, after: after(resp)}
		}
		return nil, err
	}
	err := parley.Errorf(parley.Unavailable, op, "%s", catalogue.T("client.strange", "server", c.origin, "status", strconv.Itoa(resp.StatusCode)))
	if resp.StatusCode == http.StatusRequestEntityTooLarge {
		return nil, err.WithHint(catalogue.T("client.hint.between"))
	}
	if busy(resp) { // whatever stands in front of it
		return nil, &lostError{err: err, after: after(resp)}
	}
	return nil, err
}

// busy are the answers of a server, or of what stands in front of it, that will
// do better in a moment.
func busy(resp *http.Response) bool {
	switch resp.StatusCode {
	case http.StatusTooManyRequests, http.StatusBadGateway, http.StatusServiceUnavailable:
		return true
	case http.StatusConflict: // the first of these requests is still under way
		return resp.Header.Get("Retry-After") != ""
	}
	return false
}

// after is how long the server asks to be left alone, at most ten seconds.
func after(resp *http.Response) time.Duration {
	n, err := strconv.Atoi(resp.Header.Get("Retry-After"))
	if err != nil || n < 0 {
		return 0
	}
	return min(time.Duration(n)*time.Second, 10*time.Second)
}

// unreached says that a server did not answer; an error of the network names an
// address, which may hold the key of a machine.
func (c *Client) unreached(err error) error {
	if e, ok := errors.AsType[*url.Error](err); ok {
		err = e.Err
	}
	return parley.Errorf(parley.Unavailable, op, "%s", catalogue.T("client.unreached", "server", c.origin, "why", plain.Clean(err.Error())))
}

// read reads an answer into a value.
func read(a *answer, into any) error {
	if into == nil {
		return nil
	}
	if err := json.Unmarshal(a.text, into); err != nil {
		return parley.Errorf(parley.Unavailable, op, "%s", catalogue.T("client.unread"))
	}
	return nil
}

func (r request) body() (text []byte, kind string, err error) {
	switch {
	case r.yaml != nil:
		return r.yaml, "application/yaml", nil
	case r.file != nil:
		return r.file, "application/octet-stream", nil
	case r.json != nil:
		text, err = json.Marshal(r.json)
		return text, "application/json", err
	}
	return nil, "", nil
}

// pass is the cookie of whoever sits at the machine of the server.
type pass struct {
	mu     sync.Mutex
	cookie *http.Cookie
}

func (p *pass) get() *http.Cookie {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.cookie
}

// enter shows the key of the machine, once.
func (c *Client) enter(ctx context.Context) error {
	if c.key == "" || c.jar.get() != nil {
		return nil
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, c.origin+"/enter?"+url.Values{"key": {c.key}}.Encode(), nil)
	if err != nil {
		return badServer("client.address")
	}
	resp, err := c.http.Do(req)
	if err != nil {
		return &lostError{err: c.unreached(err)}
	}
	defer resp.Body.Close()
	_, _ = io.Copy(io.Discard, io.LimitReader(resp.Body, mostAnswer)) // it is a page
	cookies := resp.Cookies()
	if len(cookies) != 1 {
		return parley.Errorf(parley.Forbidden, op, "%s", catalogue.T("client.key", "server", c.origin)).WithHint(catalogue.T("client.hint.key"))
	}
	c.jar.mu.Lock()
	defer c.jar.mu.Unlock()
	c.jar.cookie = &http.Cookie{Name: cookies[0].Name, Value: cookies[0].Value}
	return nil
}
