package web

import (
	"bytes"
	"context"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/parleysec/parley/internal/exchange"
	"github.com/parleysec/parley/internal/negotiate"
	"github.com/parleysec/parley/internal/testenv"
	"github.com/parleysec/parley/ledger"
)

// upload sends files as a form does.
func upload(t *testing.T, ts *httptest.Server, fields map[string]string, files map[string][]byte, status int) string {
	t.Helper()
	return uploadTo(t, ts, "/start", "model", fields, files, status)
}

// uploadTo is the same to any address, with a name for the field of files.
func uploadTo(t *testing.T, ts *httptest.Server, path, field string, fields map[string]string, files map[string][]byte, status int) string {
	t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for name, value := range fields {
		if err := w.WriteField(name, value); err != nil {
			t.Fatal(err)
		}
	}
	for name, data := range files {
		part, err := w.CreateFormFile(field, name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := part.Write(data); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, ts.URL+path, &b)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", w.FormDataContentType())
	r.Header.Set("Origin", ts.URL)
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	var body bytes.Buffer
	if _, err := body.ReadFrom(res.Body); err != nil {
		t.Fatal(err)
	}
	if res.StatusCode != status {
		t.Fatalf("%d, want %d\n%s", res.StatusCode, status, text(body.String()))
	}
	return body.String()
}

// accepted is the form of a draft as a browser would send it.
func accepted(t *testing.T, body string) url.Values {
	t.Helper()
	root, err := html.Parse(strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	form := url.Values{}
	for n := range root.Descendants() {
		for _, a := range n.Attr {
			if a.Key != "name" || !slices.Contains([]string{"file", "from", "name", "currency", "list"}, a.Val) {
				continue
			}
			form.Set(a.Val, attr(n, "value"))
			if n.Data == "textarea" && n.FirstChild != nil {
				form.Set(a.Val, strings.ReplaceAll(n.FirstChild.Data, "\n", "\r\n")) // as browsers send it
			}
		}
	}
	if !form.Has("file") {
		t.Fatalf("there is nothing to accept:\n%s", text(body))
	}
	return form
}

func attr(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

// TestTheFirstProduct pastes a list, looks at what is made of it, and records it.
func TestTheFirstProduct(t *testing.T) {
	ts, s := liveSite(t)
	events := func() int64 {
		t.Helper()
		st, err := s.Status(t.Context(), priya, negotiate.StatusRequest{})
		if err != nil {
			t.Fatal(err)
		}
		return st.Events
	}
	first := get(t, ts, "/", http.StatusOK)
	wants(t, first, "What could go wrong with what you build?", "one a line", "Threagile", "See what is made of it")
	wants(t, get(t, ts, "/tasks", http.StatusOK), "Nothing has been brought here yet", "Bring the first threats")

	list := "# Workshop\nPasswords are guessed; likely; about 20k; 3d\nThe backup does not restore\n<script>window.pwned=1</script> in a comment; high; 5k"
	body := upload(t, ts, map[string]string{"name": "Web shop", "list": list}, nil, http.StatusOK)
	wants(t, body, "Three threats would be recorded for Web shop", "Nothing is recorded yet", "3 threats read from the list", "What was assumed for you", "medium, 10% to 50% per year, was guessed", "medium, 20k to 200k GBP, was guessed (“The backup does not restore”)", "taken as fines and compensation",
		"What was left out", "taken as a heading", "What to ask next", "Passwords are guessed likely: 55% to 75% within two years £10k to £40k", "high: 50% to 95% per year £5k", "medium: £20k to £200k")
	if strings.Contains(body, "<script>window") {
		t.Error("a line of the list became a script")
	}
	if events() != 0 {
		t.Error("looking at a draft recorded something")
	}
	form := accepted(t, body)
	back := url.Values{"back": {"yes"}}
	for name, is := range form {
		back[name] = is
	}
	wants(t, html.UnescapeString(upload(t, ts, map[string]string{"name": "Web shop", "list": list, "back": "yes"}, nil, http.StatusOK)), "See what is made of it", "The backup does not restore")
	if _, again := post(t, ts, startPath, back, http.StatusOK); !strings.Contains(oneBreak(html.UnescapeString(again)), list) || !strings.Contains(again, `value="Web shop"`) {
		t.Errorf("what was typed is lost:\n%s", text(again))
	}
	res, _ := post(t, ts, "/start/accept", form, http.StatusSeeOther)
	if to := res.Header.Get("Location"); to != "/?begun=web-shop&product=web-shop" {
		t.Errorf("led to %s", to)
	}
	wants(t, get(t, ts, "/?product=web-shop&begun=web-shop", http.StatusOK), "It is recorded.", "Passwords are guessed")
	if strings.Contains(get(t, ts, "/?begun=somebody-else", http.StatusOK), "It is recorded.") {
		t.Error("an address says what did not happen")
	}
	size := events()
	_, again := post(t, ts, "/start/accept", form, http.StatusConflict)
	wants(t, again, "There is a product “Web shop” (web-shop) already.", "See what waits for Web shop")
	if events() != size {
		t.Error("a product that is there already was changed")
	}
}

// TestAThreatModelIsDropped brings files of other tools, a spreadsheet and a
// negotiation file.
func TestAThreatModelIsDropped(t *testing.T) {
	ts, _ := liveSite(t)
	folder := filepath.Join(testenv.Root(t), "internal", "exchange", "testdata")
	model := func(parts ...string) []byte {
		data, err := os.ReadFile(filepath.Join(append([]string{folder}, parts...)...))
		if err != nil {
			t.Fatal(err)
		}
		return data
	}
	name := map[string]string{"name": "Payments"}
	wants(t, upload(t, ts, name, map[string][]byte{"model.json": model("dragon2", "model.json")}, http.StatusOK), "would be recorded for Payments", "What was taken over", "What was assumed for you")
	wants(t, upload(t, ts, name, map[string][]byte{"t.csv": []byte("title,likelihood,impact\nLeak,low,20k\n")}, http.StatusOK), "One threat would be recorded for Payments", "Leak low: 1% to 10% per year £20k", "Threat: 1.")
	wants(t, upload(t, ts, name, map[string][]byte{"ideas.txt": []byte("Leak; low; 20k\nFire\n")}, http.StatusOK), "Two threats would be recorded for Payments")
	body := upload(t, ts, nil, map[string][]byte{"parley.yaml": fileText(t, "shop.yaml")}, http.StatusOK)
	wants(t, body, "would be recorded for Web shop", "This is a negotiation file already")
	post(t, ts, "/start/accept", accepted(t, body), http.StatusSeeOther)
}

// TestWhatCannotBeBrought says what is wrong and what would be right, keeps what
// was typed, and records nothing.
func TestWhatCannotBeBrought(t *testing.T) {
	ts, s := liveSite(t)
	list := map[string]string{"name": "Web shop", "list": "Leak; low; 20k"}
	for _, c := range []struct {
		fields map[string]string
		files  map[string][]byte
		says   []string
	}{
		{nil, nil, []string{"There is neither a list nor a file"}},
		{map[string]string{"list": "Leak"}, nil, []string{"name the product", "Leak"}},
		{list, map[string][]byte{"a.csv": []byte("title\nLeak\n")}, []string{"There is a list and a file"}},
		{map[string]string{"name": "X", "currency": "QQQ", "list": "Leak"}, nil, []string{"this is not a currency code"}},
		{nil, map[string][]byte{"photo.png": {0x89, 'P', 'N', 'G', 0, 1, 2}}, []string{"photo.png", "no file of a format that can be imported"}},
		{nil, map[string][]byte{"a.json": []byte(`{"name": `)}, []string{"a.json"}},
		{nil, map[string][]byte{`<img src=x onerror=alert(1)>.json`: []byte(`{`)}, []string{"<img src=x onerror=alert(1)>.json"}},
		{map[string]string{"name": "X"}, map[string][]byte{"empty.csv": {}}, nil},
		{map[string]string{"what": "X"}, nil, []string{"what"}},
	} {
		body := upload(t, ts, c.fields, c.files, http.StatusUnprocessableEntity)
		if !strings.Contains(body, `role="alert"`) || strings.Contains(body, "<img") {
			t.Errorf("%v: nothing is said, or it became markup", c.fields)
		}
		for _, says := range c.says {
			if !strings.Contains(html.UnescapeString(body), says) {
				t.Errorf("the page does not say %q:\n%s", says, text(body))
			}
		}
	}
	upload(t, ts, nil, map[string][]byte{"large.json": bytes.Repeat([]byte(" "), maxModel+1)}, http.StatusRequestEntityTooLarge)
	_, body := post(t, ts, "/start/accept", url.Values{"from": {"the list"}, "file": {"parley: v1\nproduct: {id: x}\nthreats:\n  - {id: a, title: A, likelihood: perhaps}\n"}}, http.StatusUnprocessableEntity)
	wants(t, body, "This cannot be recorded as it is", "Line 4, column", "Correct it in the file below")
	if st, err := s.Status(t.Context(), priya, negotiate.StatusRequest{}); err != nil || st.Events != 0 {
		t.Errorf("something was recorded: %v", err)
	}
}

// TestWhoBegins: who set the server up may begin a product at once; who only
// administers is told who may.
func TestWhoBegins(t *testing.T) {
	c := newCompany(t, shopFile())
	secret, err := c.accounts.SetUpLink(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	ann := c.guest()
	ann.leads(setUpPath, url.Values{"secret": {secret}, "name": {"Ann"}, "email": {"ann@example.org"}, "password": {password}, "decides": {"yes"}, "brings": {"yes"}}, "/")
	wants(t, ann.get(startPath, http.StatusOK), "Another product: what could go wrong with it?", "one a line")
	mia := c.join("mia@example.org", ledger.Manager)
	wants(t, mia.get(startPath, http.StatusOK), "A product is begun by somebody who holds one of these roles for the whole organisation: Contributor, Security.")
	body := ann.post(startPath, url.Values{"name": {"Till"}, "list": {"Leak; low; 20k"}, "model": {""}}, http.StatusOK)
	mia.post(startPath+"/accept", accepted(t, body), http.StatusForbidden)
	ann.leads(startPath+"/accept", accepted(t, body), "/?begun=till&product=till")
}

// TestTheExampleIsThrownAway walks into an example and out of it; what was done
// there is nowhere else.
func TestTheExampleIsThrownAway(t *testing.T) {
	real := &negotiate.Service{Ledger: ledgerOf(t, shopFile()), Now: clock}
	ended := make(chan struct{}, 1)
	h, err := Handler(real, Options{Actor: priya, Example: func(context.Context) (Service, func() error, error) {
		s := &negotiate.Service{Ledger: ledgerOf(t, roundsAtOnce(t)), Now: clock}
		return s, func() error { ended <- struct{}{}; return s.Close() }, nil
	}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = real.Close() })
	ts := httptest.NewServer(h)
	t.Cleanup(func() { closeSite(ts) })
	own := func(r *http.Request) { r.Header.Set("Origin", ts.URL) }
	wants(t, get(t, ts, startPath, http.StatusOK), "Or look at an example first", "Walk through the example")
	res, _ := ask(t, ts, "POST", examplePath, url.Values{}, own)
	if res.StatusCode != http.StatusSeeOther || len(res.Cookies()) != 1 || !res.Cookies()[0].HttpOnly {
		t.Fatalf("%d with cookies %v", res.StatusCode, res.Cookies())
	}
	inside := func(r *http.Request) { own(r); r.AddCookie(res.Cookies()[0]) }
	_, body := ask(t, ts, "GET", "/t/outage", nil, inside)
	if !strings.Contains(body, "nothing you do here counts") || !strings.Contains(body, "Throw the example away") {
		t.Fatalf("the page does not say that this is an example:\n%s", text(body))
	}
	form := filled(t, body, "do")
	form.Set("because", "to try it")
	if res, body := ask(t, ts, "POST", "/t/outage/decide", form, inside); res.StatusCode != http.StatusSeeOther {
		t.Fatalf("%d\n%s", res.StatusCode, text(body))
	}
	if _, body := ask(t, ts, "GET", "/record", nil, inside); !strings.Contains(body, "to try it") {
		t.Error("what was decided in the example is not in its record")
	}
	if strings.Contains(get(t, ts, "/record", http.StatusOK), "to try it") {
		t.Error("what was tried is in the record")
	}
	stolen := func(r *http.Request) {
		own(r)
		r.AddCookie(&http.Cookie{Name: res.Cookies()[0].Name, Value: "guessed"})
	}
	if res, _ := ask(t, ts, "GET", "/record", nil, stolen); res.StatusCode != http.StatusGone {
		t.Errorf("an example that is not there: %d", res.StatusCode)
	}
	if res, _ := ask(t, ts, "POST", examplePath+"/end", url.Values{}, inside); res.StatusCode != http.StatusSeeOther || res.Cookies()[0].MaxAge >= 0 {
		t.Errorf("%d, %v", res.StatusCode, res.Cookies())
	}
	<-ended
	if res, body := ask(t, ts, "POST", "/t/outage/decide", form, inside); res.StatusCode != http.StatusGone || !strings.Contains(body, "The example is over") {
		t.Errorf("what is sent to an example that is over: %d\n%s", res.StatusCode, text(body))
	}
}

// TestBeginByKeyboard brings a list without a pointer and looks at the draft.
func TestBeginByKeyboard(t *testing.T) {
	ctx := browser(t)
	ts, _ := liveSite(t)
	complained := listen(t, ctx)
	do(t, ctx, scheme("dark"), chromedp.EmulateViewport(360, 900), chromedp.Navigate(ts.URL+"/"))
	tabTo(t, ctx, `document.activeElement.id === "start-name"`)
	do(t, ctx, chromedp.KeyEvent("Web shop"))
	tabTo(t, ctx, `document.activeElement.id === "start-list"`)
	do(t, ctx, chromedp.KeyEvent("Passwords are guessed; likely; 20k..200k; 3d\rThe backup does not restore; ?"))
	tabTo(t, ctx, `document.activeElement.matches("#start button")`)
	do(t, ctx, chromedp.KeyEvent(kb.Enter))
	until(t, ctx, `document.getElementById("accept") !== null`)
	look(t, ctx, complained, "draft-dark-360")
	tabTo(t, ctx, `document.activeElement.matches("#accept button")`)
	do(t, ctx, chromedp.KeyEvent(kb.Enter))
	at(t, ctx, "/?begun=web-shop&product=web-shop")
	for _, says := range complained.take() {
		t.Error(says)
	}
}

// TestExamplesHaveTheirPlaces: a place is taken before the example is made, one for
// each person, and is free again where the making fails or nobody comes back.
func TestExamplesHaveTheirPlaces(t *testing.T) {
	now := time.Now()
	x := &trials{}
	for _, who := range []string{"a", "b", "c", "d"} {
		if !x.reserve("1"+who, who, now) {
			t.Fatalf("no place for %s", who)
		}
	}
	if x.reserve("1e", "e", now) {
		t.Error("a fifth one while four are being made")
	}
	if !x.reserve("2a", "a", now) || len(x.all) != maxTrials || x.all["1a"] != nil {
		t.Errorf("one person has two: %d", len(x.all))
	}
	if x.put("1a", &trial{}) {
		t.Error("an example takes a place that is gone")
	}
	if x.take("2a", "a") != nil {
		t.Error("an example is shown before it is made")
	}
	x.drop("2a")
	if !x.reserve("1e", "e", now) {
		t.Error("the place of one that failed is not free")
	}
	for _, e := range x.all {
		e.used = now.Add(-2 * trialIdle)
	}
	if x.take("1b", "b"); len(x.all) != 0 {
		t.Errorf("%d that nobody uses stay", len(x.all))
	}
}

// TestAProductBegunBesideAnExample: accepting a product leads to it, not into the
// example that was open meanwhile; the name of a file is no longer than the API takes.
func TestAProductBegunBesideAnExample(t *testing.T) {
	ts, s := liveSite(t)
	draft := url.Values{"file": {unlimited}, "from": {strings.Repeat("ü", 1000)}}
	inside := func(r *http.Request) {
		r.Header.Set("Origin", ts.URL)
		r.AddCookie(&http.Cookie{Name: CookieName(false) + afterTrial, Value: "open"})
	}
	res, body := ask(t, ts, "POST", startPath+"/accept", draft, inside)
	if res.StatusCode != http.StatusSeeOther || len(res.Cookies()) != 1 || res.Cookies()[0].MaxAge >= 0 {
		t.Errorf("%d with cookies %v\n%s", res.StatusCode, res.Cookies(), text(body))
	}
	if st, err := s.Status(t.Context(), priya, negotiate.StatusRequest{}); err != nil || len(st.Products) != 1 {
		t.Errorf("not recorded: %v", err)
	}
	draft.Set("file", "parley: v1\nproduct: {id: x}\nthreats:\n  - {id: a, title: A, likelihood: perhaps}\n")
	if _, body := post(t, ts, startPath+"/accept", draft, http.StatusUnprocessableEntity); strings.Contains(body, strings.Repeat("ü", maxFrom)) || !strings.Contains(body, strings.Repeat("ü", maxFrom-1)) {
		t.Error("the name of the file is not cut")
	}
}

// TestTheNameOfANegotiationFileIsItsOwn: a name typed beside one is said to be left out.
func TestTheNameOfANegotiationFileIsItsOwn(t *testing.T) {
	s := &negotiate.Service{Ledger: ledgerOf(t), Now: clock}
	t.Cleanup(func() { _ = s.Close() })
	for name, left := range map[string]int{"": 0, "Another": 1} {
		r, err := s.Import(t.Context(), priya, negotiate.ImportRequest{Format: negotiate.FormatOwn, Name: name, Files: []exchange.Input{{Name: "parley.yaml", Data: []byte(unlimited)}}})
		if err != nil || len(r.Report.Dropped) != left || left > 0 && !strings.Contains(r.Report.Dropped[0].What, name) {
			t.Errorf("%q: %+v, %v", name, r, err)
		}
	}
}

// TestWhoOnlyReadsIsNotAsked: what mentions somebody who may not answer does not wait
// for them for ever.
func TestWhoOnlyReadsIsNotAsked(t *testing.T) {
	c := newCompany(t, unlimited)
	rita, carl := c.join("rita@example.org", ledger.Reader), c.join("carl@example.org", ledger.Contributor)
	req := negotiate.NoteRequest{Product: "till", About: "leak", Kind: ledger.NoteQuestion, Text: "@rita @carl since when?"}
	if _, err := c.service.AddNote(t.Context(), priya, req); err != nil {
		t.Fatal(err)
	}
	if body := carl.get("/", http.StatusOK); !strings.Contains(body, "since when?") {
		t.Error("who may answer is not asked")
	}
	if body := rita.get("/", http.StatusOK); strings.Contains(body, "since when?") {
		t.Error("who only reads is asked")
	}
}
