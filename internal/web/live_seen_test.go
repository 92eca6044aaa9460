package web

import (
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// TestWhoHasSeenIt: whoever opened the page before a decision was taken, and after,
// stands beside it, for those who may know; a page that a browser asks for ahead
// and one that is only looked up are no looks.
func TestWhoHasSeenIt(t *testing.T) {
	c := newCompany(t, shopFile())
	var minutes atomic.Int64 // each look at the clock is a minute later
	c.service.Now = func() time.Time { return clock().Add(time.Duration(minutes.Add(1)) * time.Minute) }
	ben, rita, ada := c.join("ben@example.org", "decider@shop"), c.join("rita@example.org", "reader@shop"), c.join("ada@example.org", "auditor@shop")
	rita.get("/t/leak", http.StatusOK)
	form := filled(t, ben.get("/t/leak", http.StatusOK), "live")
	form.Set("because", "It is cheap to live with.")
	form.Set("until", "2027-09-19")
	ben.leads("/t/leak/decide", form, "/t/leak?recorded=SHOP-D1")
	r, err := http.NewRequest(http.MethodGet, c.ts.URL+"/t/leak", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Sec-Purpose", "prefetch;prerender")
	res, err := ada.client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	_ = res.Body.Close()
	const ofRita, ofBen = "rita@example.org (reader): before it was decided, first on", "ben@example.org (decider): before it was decided, first on"
	page := text(ben.get("/t/leak", http.StatusOK))
	if !strings.Contains(page, ofRita) || !strings.Contains(page, ofBen) || strings.Contains(page, "ada@") {
		t.Errorf("who has seen it: %s", page)
	}
	if page := text(ada.get("/t/leak", http.StatusOK)); !strings.Contains(page, ofRita) || !strings.Contains(page, "ada@example.org (auditor): only as decided, first on") {
		t.Errorf("to an auditor: %s", page)
	}
	if page := text(rita.get("/t/leak", http.StatusOK)); strings.Contains(page, "ada@") || !strings.Contains(page, "rita@example.org (reader)") || !strings.Contains(page, "deciders, managers and auditors of the product see") {
		t.Errorf("to a reader: %s", page)
	}

	// The record names them in a few words, and leads to when.
	if page := text(ben.get("/record", http.StatusOK)); !strings.Contains(page, "ben@example.org, rita@example.org and ada@example.org") && !strings.Contains(page, "rita@example.org, ben@example.org and ada@example.org") {
		t.Errorf("the record: %s", page)
	}
	if page := text(rita.get("/record", http.StatusOK)); strings.Contains(page, "ada@") || !strings.Contains(page, "you; others are for deciders") {
		t.Errorf("the record to a reader: %s", page)
	}
	if page := text(ada.get("/decisions/SHOP-D1", http.StatusOK)); !strings.Contains(page, "ada@example.org (auditor): only as decided, first on") {
		t.Errorf("the decision: %s", page)
	}
}
