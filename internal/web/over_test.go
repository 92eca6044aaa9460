package web

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/parleysec/parley/internal/catalogue"
)

// TestLiveOver: chances are told over a year on every page that follows, once that
// was asked for, and what is signed stays the same.
func TestLiveOver(t *testing.T) {
	ts, _ := liveSite(t, "rounds.yaml")
	within := func(years string) func(*http.Request) {
		return func(r *http.Request) {
			if years != "" {
				r.AddCookie(&http.Cookie{Name: CookieName(false) + afterOver, Value: years})
			}
		}
	}
	page := func(path, cookie string) (*http.Response, string) {
		res, body := ask(t, ts, "GET", path, nil, within(cookie))
		if res.StatusCode != http.StatusOK {
			t.Fatalf("%s: %d", path, res.StatusCode)
		}
		body, _, _ = strings.Cut(body, catalogue.T("web.brief.exact")) // as they are recorded, over the horizon
		return res, body
	}
	_, horizon := page("/t/copy", "")
	wants(t, horizon, "within the next two years", "Chances over")
	res, year := page("/t/copy?over=year", "")
	wants(t, year, "within the next year", "within one year")
	if strings.Contains(text(year), "within two years") || strings.Contains(text(year), "next two years") {
		t.Errorf("a page of one year tells chances over two")
	}
	if kept := res.Header.Get("Set-Cookie"); !strings.Contains(kept, afterOver+"=year") || !strings.Contains(kept, "HttpOnly") {
		t.Errorf("kept as %q", kept)
	}
	for _, field := range []string{`name="brief" value="`, `name="seen" value="`} {
		if a, b := after(horizon, field), after(year, field); a == "" || a != b {
			t.Errorf("%s is %q over the horizon and %q over a year", field, a, b)
		}
	}
	for _, path := range []string{"/", "/t/copy", "/t/copy?break=waf"} {
		_, kept := page(path, "year")
		if strings.Contains(text(kept), "ithin two years") || !strings.Contains(text(kept), "ithin one year") {
			t.Errorf("%s forgot that it was a year", path)
		}
	}
	if _, body := page("/t/copy", "<script>"); strings.Contains(text(body), "next year") {
		t.Error("a cookie that says nothing says a year")
	}
	if res, body := page("/t/copy?over=horizon", "year"); strings.Contains(text(body), "within one year") || !strings.Contains(res.Header.Get("Set-Cookie"), "Max-Age=0") {
		t.Errorf("not led back: %q", res.Header.Get("Set-Cookie"))
	}
	form := url.Values{"threat": {"copy"}}
	if res, _ := ask(t, ts, "POST", "/t/copy/decide?over=year", form, func(r *http.Request) { r.Header.Set("Origin", ts.URL) }); res.Header.Get("Set-Cookie") != "" {
		t.Error("a form sets what chances are told over")
	}
}

// after is what stands behind a mark up to the next quote, "" where it is not there.
func after(page, mark string) string {
	_, rest, _ := strings.Cut(page, mark)
	value, _, _ := strings.Cut(rest, `"`)
	return value
}
