package api

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/parleysec/parley/internal/negotiate"
	"github.com/parleysec/parley/ledger"
)

const uploadPath = "/products/shop/evidence/file?check=waf-regression&name=junit.xml"

// upload sends a report as it is.
func (s *site) upload(path, text string, heads ...head) answer {
	s.t.Helper()
	return s.ask("POST", path, text, append([]head{{"Content-Type", "application/octet-stream"}}, heads...)...)
}

// TestUploadIsWhatAddEvidenceDoes: a report sent as it is says what it says among
// others, and sent again nothing.
func TestUploadIsWhatAddEvidenceDoes(t *testing.T) {
	s := newSite(t, "shop.yaml")
	first := into[negotiate.AddEvidenceResult](t, s.upload(uploadPath, junit))
	if first.Recorded != 1 || len(first.Files) != 1 || first.Files[0].File != "junit.xml" || first.Files[0].Results[0].Outcome != "pass" {
		t.Errorf("%+v", first)
	}
	again := into[negotiate.AddEvidenceResult](t, s.must(http.StatusCreated, "POST", "/products/shop/evidence", Bringing{Reports: Reports{Files: []Upload{{Name: "junit.xml", Text: junit}}}, Check: "waf-regression"}))
	if again.Recorded != 0 || again.Files[0].Digest != first.Files[0].Digest {
		t.Errorf("the same file by another way: %+v", again)
	}
}

// TestUploadOnce: a key stands for one file, by what is in it.
func TestUploadOnce(t *testing.T) {
	s := newSite(t, "shop.yaml")
	key := head{idempotencyHeader, "nightly"}
	first := s.upload(uploadPath, junit, key)
	if a := s.upload(uploadPath, junit, key); a.StatusCode != http.StatusCreated || a.Header.Get("Idempotency-Replayed") != "true" || string(a.text) != string(first.text) {
		t.Errorf("the same again: %d %s", a.StatusCode, a.text)
	}
	if a := s.upload(uploadPath, junit+"\n", key); a.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("another file with the key: %d %s", a.StatusCode, a.text)
	}
}

// TestUploadRefused: nothing is recorded of what is not taken, and what is refused
// says why.
func TestUploadRefused(t *testing.T) {
	s := newSite(t, "shop.yaml")
	before := into[Log](t, s.get("/log")).Size
	for _, kind := range []string{"", "text/html", "multipart/form-data; boundary=x", "application/x-www-form-urlencoded", "image/svg+xml", "\"", "application/octet-stream, text/html"} {
		if a := s.upload(uploadPath, junit, head{"Content-Type", kind}); a.StatusCode != http.StatusUnsupportedMediaType {
			t.Errorf("%q: %d %s", kind, a.StatusCode, a.text)
		}
	}
	if a := s.upload(uploadPath, junit, head{"Content-Encoding", "gzip"}); a.StatusCode != http.StatusUnsupportedMediaType {
		t.Errorf("packed: %d", a.StatusCode)
	}
	if a := s.upload("/products/shop/evidence/file", "no report"); a.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("no report: %d %s", a.StatusCode, a.text)
	}
	if a := s.upload(uploadPath+"&colour=red", junit); a.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("an unknown choice: %d", a.StatusCode)
	}
	s.who = "eve@example.org"
	if a := s.upload(uploadPath, junit); a.StatusCode != http.StatusForbidden && a.StatusCode != http.StatusNotFound {
		t.Errorf("somebody without a role: %d %s", a.StatusCode, a.text)
	}
	s.who = "priya"
	if n := into[Log](t, s.get("/log")).Size; n != before {
		t.Errorf("%d events, before %d", n, before)
	}
}

// unread is a body that nobody is to read.
type unread struct{ t *testing.T }

func (u unread) Read([]byte) (int, error) {
	u.t.Error("the body was read")
	return 0, io.EOF
}

// TestUploadAsksLeaveFirst: of whoever may bring nothing to a product no byte is read,
// and no place is taken.
func TestUploadAsksLeaveFirst(t *testing.T) {
	s := newSite(t, "shop.yaml")
	for _, c := range []struct {
		who, path string
		want      int
	}{
		{s.member("ada@example.org", ledger.Reader, "shop"), uploadPath, http.StatusForbidden},
		{s.member("bea@example.org", ledger.Reader, ""), strings.Replace(uploadPath, "shop", "sh%6Fp", 1), http.StatusForbidden},
		{s.member("dan@example.org", ledger.Contributor, "shop"), strings.Replace(uploadPath, "shop", "moon", 1), http.StatusNotFound},
		{"eve@example.org", uploadPath, http.StatusForbidden},
	} {
		for range uploadsOfOne + 1 {
			r := httptest.NewRequestWithContext(t.Context(), "POST", base+c.path, unread{t})
			r.Header.Set("Content-Type", "application/octet-stream")
			r.Header.Set("Test-Person", c.who)
			w := httptest.NewRecorder()
			s.api.handler().ServeHTTP(w, r)
			if w.Code != c.want {
				t.Errorf("%s, %s: %d %s", c.who, c.path, w.Code, w.Body)
			}
		}
	}
	s.who = "dan@example.org"
	if a := s.upload(uploadPath, junit); a.StatusCode != http.StatusCreated {
		t.Errorf("by a contributor: %d %s", a.StatusCode, a.text)
	}
}

// zeros is a body of so many bytes.
type zeros struct{ left int64 }

func (z *zeros) Read(p []byte) (int, error) {
	if z.left <= 0 {
		return 0, io.EOF
	}
	n := min(int64(len(p)), z.left)
	z.left -= n
	return int(n), nil
}

// TestUploadTooLarge names the limit, whether the size is said before or not.
func TestUploadTooLarge(t *testing.T) {
	s := newSite(t, "shop.yaml")
	for _, said := range []int64{UploadBody + 1, -1} {
		r, err := http.NewRequestWithContext(t.Context(), "POST", s.server.URL+base+uploadPath, &zeros{UploadBody + 1})
		if err != nil {
			t.Fatal(err)
		}
		r.ContentLength = said
		r.Header.Set("Content-Type", "application/octet-stream")
		r.Header.Set("Test-Person", "priya")
		if said > 0 {
			r.Header.Set("Expect", "100-continue")
		}
		res, err := (&http.Client{Transport: &http.Transport{ExpectContinueTimeout: 10 * time.Second}}).Do(r)
		if err != nil {
			t.Fatal(err)
		}
		text, _ := io.ReadAll(res.Body)
		_ = res.Body.Close()
		if res.StatusCode != http.StatusRequestEntityTooLarge || !strings.Contains(string(text), "at most 128 MB") {
			t.Errorf("size said %d: %d %s", said, res.StatusCode, text)
		}
	}
}

// begin sends the head of an upload and the first of so many bytes.
func (s *site) begin(size int, part string) net.Conn {
	s.t.Helper()
	c, err := (&net.Dialer{}).DialContext(s.t.Context(), "tcp", s.server.Listener.Addr().String())
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { _ = c.Close() })
	fmt.Fprintf(c, "POST %s HTTP/1.1\r\nHost: %s\r\nTest-Person: priya\r\nContent-Type: application/octet-stream\r\nContent-Length: %d\r\n\r\n%s", base+uploadPath, s.server.Listener.Addr(), size, part)
	return c
}

// TestUploadCutOff: a body that ends early, or comes too slowly, records nothing.
func TestUploadCutOff(t *testing.T) {
	s := newSite(t, "shop.yaml")
	s.api.pace = pace{50 * time.Millisecond, uploadRate}
	before := into[Log](t, s.get("/log")).Size
	for name, want := range map[string]string{"closed": "400", "silent": "408"} {
		c := s.begin(len(junit)+10, junit)
		if name == "closed" {
			if err := c.(*net.TCPConn).CloseWrite(); err != nil {
				t.Fatal(err)
			}
		}
		line, err := bufio.NewReader(c).ReadString('\n')
		if err != nil || !strings.Contains(line, want) {
			t.Errorf("%s: %q %v, want %s", name, line, err, want)
		}
	}
	if n := into[Log](t, s.get("/log")).Size; n != before {
		t.Errorf("%d events, before %d", n, before)
	}
}

// TestUploadPace: who sends fast enough may take as long as that takes.
func TestUploadPace(t *testing.T) {
	start, p := time.Now(), pace{uploadGrace, uploadRate}
	if d := p.deadline(start, 0).Sub(start); d != uploadGrace {
		t.Errorf("before the first byte: %v", d)
	}
	if d := p.deadline(start, 10*uploadRate).Sub(start); d != uploadGrace+10*time.Second {
		t.Errorf("after ten seconds' worth: %v", d)
	}
}

// TestUploadsAtOnce: so many of one person, and of all.
func TestUploadsAtOnce(t *testing.T) {
	var u uploads
	var done []func()
	for i := range uploadsOfAll {
		d, ok := u.take(fmt.Sprint(i / uploadsOfOne))
		if !ok {
			t.Fatalf("upload %d is refused", i)
		}
		done = append(done, d)
	}
	if _, ok := u.take("new"); ok {
		t.Error("more than all may have")
	}
	done[0]()
	if _, ok := u.take("1"); ok {
		t.Error("more than one person may have")
	}
	if _, ok := u.take("0"); !ok {
		t.Error("a place that was left is not given")
	}
	leave, err := u.reading(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer cancel()
	if _, err := u.reading(ctx); err == nil {
		t.Error("two files are read at once")
	}
	leave()
}

// TestUploadIsAnsweredHoweverLong: who is cut off after a time longer than the
// server gives an answer is told so.
func TestUploadIsAnsweredHoweverLong(t *testing.T) {
	ts := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s, err := newSpool()
		if err != nil {
			t.Error(err)
			return
		}
		defer s.close()
		if err := s.take(http.NewResponseController(w), r.Body, pace{300 * time.Millisecond, uploadRate}); err == nil {
			t.Error("a body that did not come was taken")
		}
		w.WriteHeader(http.StatusRequestTimeout)
	}))
	ts.Config.WriteTimeout = 50 * time.Millisecond
	ts.Start()
	t.Cleanup(ts.Close)
	c, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", ts.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	fmt.Fprint(c, "POST / HTTP/1.1\r\nHost: here\r\nContent-Length: 10\r\n\r\nhalf")
	if line, err := bufio.NewReader(c).ReadString('\n'); err != nil || !strings.Contains(line, "408") {
		t.Errorf("%q %v", line, err)
	}
}
