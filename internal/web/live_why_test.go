package web

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/parleysec/parley/internal/negotiate"
)

// TestWhyOnAPage: what moved a figure between two days, by cause; what is asked wrongly
// is said beside the form, with what was asked.
func TestWhyOnAPage(t *testing.T) {
	now := clock()
	s := &negotiate.Service{Ledger: ledgerOf(t, unlimited), Now: func() time.Time { return now }}
	t.Cleanup(func() { _ = s.Close() })
	h, err := Handler(s, Options{Actor: priya})
	if err != nil {
		t.Fatal(err)
	}
	ts := httptest.NewServer(h)
	t.Cleanup(func() { closeSite(ts) })
	wants(t, get(t, ts, "/t/leak", http.StatusOK), "What moved these figures")
	wants(t, get(t, ts, "/record", http.StatusOK), "What moved these figures")
	now = now.AddDate(0, 0, 5)
	file := negotiate.Source{Name: "x.yaml", Data: []byte(strings.Replace(unlimited, "20% per year", "40% per year", 1))}
	if _, err := s.Apply(t.Context(), priya, negotiate.ApplyRequest{Source: file}); err != nil {
		t.Fatal(err)
	}
	page := get(t, ts, "/why?of=leak&from=2027-01-13", http.StatusOK)
	wants(t, page, "Records leak: expected annual loss", "13 January 2027", "17 January 2027", "in all, of which", "estimates and items of the file", "likelihood: 20% per year → 40% per year")
	if !strings.Contains(page, `<option value="leak" selected>`) || !strings.Contains(page, `value="2027-01-13"`) || !strings.Contains(page, `href="/t/leak"`) {
		t.Error("what was asked is lost")
	}
	wants(t, get(t, ts, "/why?figure=chance_within_horizon&from=2027-01-13&to=2027-01-15", http.StatusOK), "chance within the horizon", "Nothing moved it")
	wants(t, get(t, ts, "/why", http.StatusOK), "the first price there was")
	for _, wrong := range []string{"/why?of=leak&figure=effort", "/why?from=soon", "/why?from=2027-02-01", "/why?figure=moon", "/why?of=moon", "/why?of=%3Cb%3E"} {
		page := get(t, ts, wrong, http.StatusUnprocessableEntity)
		if !strings.Contains(page, `role="alert"`) || strings.Contains(page, "<b>") {
			t.Errorf("%s: %s", wrong, text(page))
		}
	}
}
