package api

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/parleysec/parley/internal/negotiate"
	"github.com/parleysec/parley/internal/sse"
	"github.com/parleysec/parley/ledger"
)

// TestD9SameKeySameAnswer: a request that is sent again with its key gets the
// same answer and is recorded once, also when both come at the same moment; the
// same key does for nobody else and for nothing else.
func TestD9SameKeySameAnswer(t *testing.T) {
	s := newSite(t, "shop.yaml")
	key := head{idempotencyHeader, "one"}
	say := Saying{About: "leak", Kind: "comment", Text: "who pays?"}
	const path = "/products/shop/notes"
	var answers [4]answer
	var all sync.WaitGroup
	for i := range answers {
		all.Go(func() { answers[i] = s.ask("POST", path, say, key) })
	}
	all.Wait()
	for _, a := range answers {
		if a.StatusCode != http.StatusCreated || !bytes.Equal(a.text, answers[0].text) {
			t.Errorf("%d %s", a.StatusCode, a.text)
		}
	}
	again := s.must(http.StatusCreated, "POST", path, say, key)
	if again.Header.Get("Idempotency-Replayed") != "true" || len(into[negotiate.NotesResult](t, again).Notes) != 1 {
		t.Errorf("%v %s", again.Header, again.text)
	}
	say.Text = "who pays now?"
	s.must(http.StatusUnprocessableEntity, "POST", path, say, key)
	s.who = "ben"
	if r := into[negotiate.NotesResult](t, s.must(http.StatusCreated, "POST", path, say, key)); len(r.Notes) != 2 {
		t.Errorf("somebody else's key counts: %+v", r.Notes)
	}
	// What was refused is not kept: it may succeed later.
	bad := Saying{About: "leak", Kind: "comment"}
	s.must(http.StatusUnprocessableEntity, "POST", path, bad, head{idempotencyHeader, "two"})
	s.must(http.StatusCreated, "POST", path, say, head{idempotencyHeader, "two"})
	s.must(http.StatusUnprocessableEntity, "POST", path, say, head{idempotencyHeader, strings.Repeat("k", maxKey+1)})
}

// TestN3SecretsAreKeptNowhere: a token is made and shown once, whatever key the
// request for it has.
func TestN3SecretsAreKeptNowhere(t *testing.T) {
	s := newSite(t, "shop.yaml")
	s.who = s.member("ada@example.org", ledger.Reader, "")
	key := head{idempotencyHeader, "one"}
	want := TokenWanted{Name: "ci", Scope: "read"}
	first := s.must(http.StatusCreated, "POST", "/tokens", want, key)
	s.must(http.StatusConflict, "POST", "/tokens", want, key)
	a := into[Token](t, first)
	if a.Secret == "" || first.Header.Get("Cache-Control") != "no-store" {
		t.Errorf("%+v %v", a, first.Header)
	}
	if n := len(into[Page[Token]](t, s.get("/tokens")).Items); n != 1 {
		t.Errorf("%d tokens were made", n)
	}
	if text := s.get("/tokens").text; bytes.Contains(text, []byte(a.Secret)) || bytes.Contains(text, []byte(`"secret"`)) {
		t.Errorf("%s", text)
	}
	s.who = "priya"
	if text := s.get("/export/log").text; bytes.Contains(text, []byte("PRIVATE")) || bytes.Contains(text, []byte(a.Secret)) {
		t.Error("the record shows a secret")
	}
}

// member is an account with a role.
func (s *site) member(email string, role ledger.MemberRole, product string) string {
	s.t.Helper()
	req := negotiate.MemberRequest{Person: email, Role: role, Product: product, Because: "test"}
	if _, err := s.service.SetMember(s.t.Context(), negotiate.Local("priya", negotiate.ViaCLI), req); err != nil {
		s.t.Fatal(err)
	}
	secret, err := s.accounts.Invite(s.t.Context(), "priya", invitation(email))
	if err == nil {
		_, err = s.accounts.Accept(s.t.Context(), secret, newAccount)
	}
	if err != nil {
		s.t.Fatal(err)
	}
	return email
}

// TestA3NothingOfOtherProducts: whoever may see one product learns nothing of
// another one, by lists, exports, counts or live updates.
func TestA3NothingOfOtherProducts(t *testing.T) {
	next := strings.NewReplacer("id: shop", "id: zebra", "name: Web shop", "name: Secret project").Replace(fileText(t, "shop.yaml"))
	s := newSite(t, "shop.yaml", next)
	s.who = s.member("ada@example.org", ledger.Manager, "shop")
	for _, path := range []string{"/me", "/products", "/status", "/log", "/export/log", "/export/log?format=jsonl", "/members", "/rules", "/record/at/2027-01-12"} {
		if a := s.get(path); bytes.Contains(a.text, []byte("zebra")) || bytes.Contains(a.text, []byte("Secret")) || bytes.Contains(a.text, []byte("ZEBRA-")) {
			t.Errorf("%s tells of the other product: %s", path, a.text)
		}
	}
	for _, r := range s.api.routes {
		if !strings.Contains(r.Path, "{product}") || r.Method != http.MethodGet {
			continue
		}
		other := s.ask("GET", filled(strings.Replace(r.Path, "{product}", "zebra", 1)), nil)
		absent := s.ask("GET", filled(strings.Replace(r.Path, "{product}", "none", 1)), nil)
		same := bytes.ReplaceAll(other.text, []byte("zebra"), []byte("none"))
		if other.StatusCode < 400 || other.StatusCode != absent.StatusCode || !bytes.Equal(same, absent.text) {
			t.Errorf("A4: %s of another product: %d %s, of none: %d %s", r.Path, other.StatusCode, other.text, absent.StatusCode, absent.text)
		}
	}
}

// TestA3LiveUpdatesTellWhatMayBeSeen reads live updates as somebody who may see
// one of two products, and loses the right to.
func TestA3LiveUpdatesTellWhatMayBeSeen(t *testing.T) {
	next := strings.NewReplacer("id: shop", "id: zebra", "name: Web shop", "name: Secret project").Replace(fileText(t, "shop.yaml"))
	s := newSite(t, "shop.yaml", next)
	s.must(http.StatusNotAcceptable, "GET", "/events", nil)
	s.who = s.member("ada@example.org", ledger.Reader, "shop")
	token := into[Token](t, s.must(http.StatusCreated, "POST", "/tokens", TokenWanted{Name: "live", Scope: "read"}))
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, "GET", s.server.URL+base+"/events", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+token.Secret)
	r.Header.Set("Accept", "text/event-stream")
	res, err := s.server.Client().Do(r)
	if err != nil || res.StatusCode != http.StatusOK || res.Header.Get("Content-Type") != sse.ContentType {
		t.Fatalf("%v %v", res, err)
	}
	defer res.Body.Close()
	lines := bufio.NewScanner(res.Body)
	lines.Scan() // it has begun
	s.who = "priya"
	s.must(http.StatusCreated, "POST", "/products/zebra/notes", Saying{About: "leak", Kind: "comment", Text: "SECRET"})
	s.must(http.StatusCreated, "POST", "/products/shop/notes", Saying{About: "leak", Kind: "comment", Text: "first"})
	until := func(text string) string {
		var b strings.Builder
		for lines.Scan() {
			if b.WriteString(lines.Text() + "\n"); strings.Contains(lines.Text(), text) {
				return b.String()
			}
		}
		t.Fatalf("it ended before %q: %v\n%s", text, lines.Err(), b.String())
		return ""
	}
	if got := until("first"); strings.Contains(got, "SECRET") || strings.Contains(got, "zebra") || !strings.Contains(got, "event: recorded") {
		t.Errorf("%s", got)
	}
	// A11: who loses the token is told nothing more.
	if err := s.accounts.RevokeToken(t.Context(), "ada@example.org", token.ID); err != nil {
		t.Fatal(err)
	}
	s.must(http.StatusCreated, "POST", "/products/shop/notes", Saying{About: "leak", Kind: "comment", Text: "second"})
	for lines.Scan() {
		if strings.Contains(lines.Text(), "second") {
			t.Error("a token that was taken back is told what happens")
		}
	}
}

// TestLiveUpdatesGoOnWhereTheyEnded: a reader that names the last event it read
// is told what came after it.
func TestLiveUpdatesGoOnWhereTheyEnded(t *testing.T) {
	s := newSite(t, "shop.yaml")
	for _, text := range []string{"first", "second"} {
		s.must(http.StatusCreated, "POST", "/products/shop/notes", Saying{About: "leak", Kind: "comment", Text: text})
	}
	last := into[Log](t, s.get("/log?limit=2")).Items[1] // that of the first
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, "GET", s.server.URL+base+"/events?product=shop", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Test-Person", "priya")
	r.Header.Set("Accept", "text/event-stream")
	r.Header.Set("Last-Event-ID", last.ID)
	res, err := s.server.Client().Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	lines := bufio.NewScanner(res.Body)
	var seen strings.Builder
	for lines.Scan() && !strings.Contains(seen.String(), "second") {
		seen.WriteString(lines.Text())
	}
	if strings.Contains(seen.String(), "first") || !strings.Contains(seen.String(), "second") {
		t.Errorf("%s", seen.String())
	}
}

// TestA11TokensKeepToTheirScope: a token that may read writes by no route, and
// one that may write decides nothing.
func TestA11TokensKeepToTheirScope(t *testing.T) {
	s := newSite(t, "shop.yaml")
	s.who = s.member("ada@example.org", ledger.Manager, "")
	brief := s.look("/products/shop/briefs/replay")
	bearer := func(scope string) head {
		s.who = "ada@example.org"
		secret := into[Token](t, s.must(http.StatusCreated, "POST", "/tokens", TokenWanted{Name: scope, Scope: scope})).Secret
		s.who = ""
		return head{"Authorization", "Bearer " + secret}
	}
	read, write := bearer("read"), bearer("write")
	s.must(http.StatusOK, "GET", "/products/shop/risk?trials=1000", nil, read)
	note := Saying{About: "leak", Kind: "comment", Text: "x"}
	s.must(http.StatusForbidden, "POST", "/products/shop/notes", note, read)
	s.must(http.StatusCreated, "POST", "/products/shop/notes", note, write)
	s.must(http.StatusForbidden, "POST", "/products/shop/decisions", accept("small", "replay"), write, brief)
	s.must(http.StatusForbidden, "POST", "/products/shop/agreements", Agreeing{Chosen: []string{}, Because: "x"}, write)
	for _, path := range []string{"/tokens", "/sessions", "/accounts", "/invitations"} {
		s.must(http.StatusForbidden, "GET", path, nil, write)
	}
	s.must(http.StatusForbidden, "POST", "/tokens", TokenWanted{Name: "more", Scope: "write"}, write)
	s.must(http.StatusUnauthorized, "GET", "/products", nil, head{"Authorization", "Bearer parley_none"})
}

// TestF2PackedBodiesAreNotRead, by any method of any route that takes a body.
func TestF2PackedBodiesAreNotRead(t *testing.T) {
	s := newSite(t, "shop.yaml")
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	_, _ = z.Write(bytes.Repeat([]byte(" "), 1<<20))
	_ = z.Close()
	for _, r := range s.api.routes {
		if r.Method == http.MethodPost || r.Method == http.MethodPut {
			s.must(http.StatusUnsupportedMediaType, r.Method, filled(r.Path), jsonText(packed.Bytes()), head{"Content-Encoding", "gzip"})
		}
	}
}

// TestA4PathsAreTakenAsTheyStand: what another part in front might read as another path
// is the path of nothing, and nobody is sent on.
func TestA4PathsAreTakenAsTheyStand(t *testing.T) {
	s := newSite(t, "shop.yaml")
	for _, path := range []string{"//status", "/./status", "/products/../status", "/products/%2e%2e/status", "/status/", "/products//risk", "/products/shop/../shop/risk"} {
		if a := s.must(http.StatusNotFound, "GET", path, nil); a.Header.Get("Location") != "" || !strings.Contains(a.Header.Get("Content-Type"), "problem+json") {
			t.Errorf("%s: %v", path, a.Header)
		}
	}
}

// TestF3BodiesAreBounded, on every route that takes one.
func TestF3BodiesAreBounded(t *testing.T) {
	s := newSite(t, "shop.yaml")
	large := jsonText(`{"text":"` + strings.Repeat("a", fileBody+1) + `"}`)
	for _, r := range s.api.routes {
		if r.Method != http.MethodPost && r.Method != http.MethodPut || strings.Contains(r.Path, "evidence") || strings.Contains(r.Path, "findings") {
			continue
		}
		if op := s.contract.operation(r.Path, r.Method); op["requestBody"] == nil {
			continue
		}
		if a := s.ask(r.Method, filled(r.Path), large); a.StatusCode != http.StatusRequestEntityTooLarge && a.StatusCode != http.StatusUnsupportedMediaType {
			t.Errorf("%s %s: %d %.200s", r.Method, r.Path, a.StatusCode, a.text)
		}
	}
}

// TestF4HostileJSON: what is deep, endless, doubled or no number is refused, by
// any reader of JSON.
func TestF4HostileJSON(t *testing.T) {
	s := newSite(t, "shop.yaml")
	deep := strings.Repeat(`{"a":`, 10_000) + "1" + strings.Repeat("}", 10_000)
	for _, body := range []string{
		deep, strings.Repeat("[", 20_000), `{"about":"leak","kind":"comment","text":"a","text":"b"}`, `{"about":"leak","kind":"comment","text":"a"} {}`,
		`{"about":"leak","kind":"comment","text":1e999}`, `{"about":"leak","kind":"comment","text":NaN}`, `{`, `null`, `[]`, `"x"`, `{"about":null,"kind":"comment","text":"a"}`, "{\"about\":\"leak\",\"kind\":\"comment\",\"text\":\"\xff",
	} {
		a := s.ask("POST", "/products/shop/notes", jsonText(body))
		if a.StatusCode != http.StatusBadRequest && a.StatusCode != http.StatusUnprocessableEntity {
			t.Errorf("%.60q: %d %.300s", body, a.StatusCode, a.text)
		}
		if len(a.text) > 4000 {
			t.Errorf("%.60q: the answer has %d bytes", body, len(a.text))
		}
	}
	if a := s.ask("POST", "/files/check", "a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b]\nd: &d [*c,*c,*c,*c,*c,*c,*c]\ne: [*d,*d,*d,*d,*d,*d,*d]\n"); a.StatusCode >= 500 {
		t.Errorf("%d %s", a.StatusCode, a.text)
	}
}

// TestF4DepthOfJSON: so deep and no deeper, whatever the depth that Go reads.
func TestF4DepthOfJSON(t *testing.T) {
	nested := func(n int) []byte { return []byte(strings.Repeat("[", n) + strings.Repeat("]", n)) }
	if err := plainJSON(nested(maxDepth)); err != nil {
		t.Error(err)
	}
	if err := plainJSON(nested(maxDepth + 1)); !errors.Is(err, errDeep) {
		t.Errorf("one deeper: %v", err)
	}
}

// TestN5DearQuestionsAreBounded: sizes have limits, and one person has so many
// dear questions at once, whatever is asked; nobody else waits for it.
func TestN5DearQuestionsAreBounded(t *testing.T) {
	s := newSite(t, "shop.yaml")
	for _, path := range []string{
		"/products/shop/risk?trials=1000000", "/products/shop/plan?deadline=3600", "/log?limit=100000", "/products/shop/tasks?limit=0",
		"/products/shop/risk?trials=-1", "/products/shop/risk?seed=-1", "/products/shop/risk?trials=2000&at=" + strings.Repeat("1,", 60) + "1", "/products/shop/risk?trials=2000&trials=3000",
	} {
		s.must(http.StatusUnprocessableEntity, "GET", path, nil)
	}
	var l limits
	for range atOnce {
		if _, err := l.enter(t.Context(), "eve"); err != nil {
			t.Fatal(err)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	var waiting sync.WaitGroup
	for range inLine {
		waiting.Go(func() { _, _ = l.enter(ctx, "eve") })
	}
	for full := false; !full; time.Sleep(time.Millisecond) {
		l.mu.Lock()
		full = l.places["eve"].using == atOnce+inLine
		l.mu.Unlock()
	}
	gone, leave := context.WithCancel(t.Context())
	leave() // who does not wait is told at once
	if _, err := l.enter(gone, "eve"); problemOf(err).Status != http.StatusTooManyRequests {
		t.Errorf("one more: %v", err)
	}
	done, err := l.enter(t.Context(), "ada")
	if err != nil {
		t.Fatalf("somebody else: %v", err)
	}
	done()
	cancel()
	waiting.Wait()
	if len(l.places) != 1 || l.places["eve"].using != atOnce {
		t.Errorf("%+v", l.places)
	}
	var ends []func()
	for {
		end, ok := l.watch("eve")
		if !ok {
			break
		}
		ends = append(ends, end)
	}
	if len(ends) != watching {
		t.Errorf("%d live connections of one person", len(ends))
	}
	for _, end := range ends {
		end()
	}
	if !l.live.Empty() {
		t.Error("ended connections count")
	}
}

// TestC4ExportsHoldNoFormula: titles that a spreadsheet would work out come as
// text, in every export.
func TestC4ExportsHoldNoFormula(t *testing.T) {
	const evil = `=HYPERLINK("http://evil.example","x")`
	s := newSite(t, strings.Replace(fileText(t, "shop.yaml"), "title: A paid order is replayed", "title: '"+evil+"'", 1))
	s.must(http.StatusCreated, "POST", "/products/shop/notes", Saying{About: "replay", Kind: "comment", Text: "@SUM(A1)"})
	for _, path := range []string{"/products/shop/export/threats", "/products/shop/export/tasks?all=true", "/export/log"} {
		a := s.get(path)
		if !strings.HasPrefix(a.Header.Get("Content-Disposition"), "attachment;") {
			t.Errorf("%s: %v", path, a.Header)
		}
		rows, err := csv.NewReader(bytes.NewReader(a.text)).ReadAll()
		if err != nil || len(rows) < 2 {
			t.Fatalf("%s: %v, %d rows", path, err, len(rows))
		}
		for _, row := range rows {
			for _, c := range row {
				if c != "" && strings.ContainsRune("=@\t\r", rune(c[0])) {
					t.Errorf("%s: %q", path, c)
				}
			}
		}
	}
}

// TestPagesAddUp: the pages of a list are the list, whatever the size of a page,
// and a cursor is of no other question.
func TestPagesAddUp(t *testing.T) {
	s := newSite(t, "rounds.yaml")
	whole := into[Log](t, s.get("/log?limit=500"))
	for _, limit := range []int{1, 7, 100} {
		var got []string
		at := ""
		for {
			page := into[Log](t, s.get(fmt.Sprintf("/log?limit=%d&cursor=%s", limit, at)))
			for _, e := range page.Items {
				got = append(got, e.ID)
			}
			if at = page.Next; at == "" {
				break
			}
			if limit == 7 {
				s.must(http.StatusUnprocessableEntity, "GET", "/log?type=item.put&cursor="+at, nil)
			}
		}
		if len(got) != len(whole.Items) {
			t.Fatalf("%d events by pages of %d, %d in all", len(got), limit, len(whole.Items))
		}
		for i := range got {
			if got[i] != whole.Items[i].ID {
				t.Fatalf("the pages of %d differ at %d", limit, i)
			}
		}
	}
	s.must(http.StatusUnprocessableEntity, "GET", "/log?cursor=x", nil)
	product := into[Products](t, s.get("/products")).Products[0].ID
	first := into[Page[Threat]](t, s.get("/products/"+product+"/threats?limit=3"))
	rest := into[Page[Threat]](t, s.get("/products/"+product+"/threats?cursor="+first.Next))
	all := into[Page[Threat]](t, s.get("/products/"+product+"/threats"))
	if len(first.Items) != 3 || len(first.Items)+len(rest.Items) != len(all.Items) || rest.Items[0].ID != all.Items[3].ID {
		t.Errorf("%d + %d of %d", len(first.Items), len(rest.Items), len(all.Items))
	}
}

// What has not changed is not sent again.
func TestNotModified(t *testing.T) {
	s := newSite(t, "shop.yaml")
	a := s.get("/products")
	b := s.must(http.StatusNotModified, "GET", "/products", nil, head{"If-None-Match", a.Header.Get("ETag")})
	if len(b.text) != 0 {
		t.Errorf("%s", b.text)
	}
	s.must(http.StatusOK, "GET", "/products", nil, head{"If-None-Match", `"other"`})
}
