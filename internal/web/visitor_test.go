package web

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/brief"
	"github.com/parleysec/parley/internal/negotiate"
	"github.com/parleysec/parley/ledger"
)

// byCookie identifies whoever the cookie “who” names; nobody without one.
func byCookie(r *http.Request) (context.Context, negotiate.Actor, error) {
	c, err := r.Cookie("who")
	if err != nil {
		return nil, negotiate.Actor{}, parley.Errorf(parley.Forbidden, "", "nobody")
	}
	if c.Value == "broken" {
		return nil, negotiate.Actor{}, errors.New("the database is gone at 0xdeadbeef")
	}
	return r.Context(), negotiate.Actor{ID: c.Value, Known: ledger.SignedIn, Via: ledger.ViaPage}, nil
}

// as sends a request as somebody.
func as(who string) func(*http.Request) {
	return func(r *http.Request) {
		r.Header.Set("Origin", "http://"+r.URL.Host)
		r.AddCookie(&http.Cookie{Name: "who", Value: who})
	}
}

// scoped is a service in which everybody sees some products alone.
type scoped struct {
	*negotiate.Service
	sees map[string][]string // products by actor
}

func (s scoped) allow(a negotiate.Actor, product string) error {
	if !slices.Contains(s.sees[a.ID], product) {
		return parley.Errorf(parley.NotFound, "", "there is no product %q", product)
	}
	return nil
}

func (s scoped) Status(ctx context.Context, a negotiate.Actor, req negotiate.StatusRequest) (*negotiate.Status, error) {
	st, err := s.Service.Status(ctx, priya, req)
	if err != nil {
		return nil, err
	}
	st.Products = slices.DeleteFunc(slices.Clone(st.Products), func(p negotiate.ProductStatus) bool { return s.allow(a, p.ID) != nil })
	return st, nil
}

func (s scoped) Brief(ctx context.Context, a negotiate.Actor, req negotiate.BriefRequest) (*brief.Report, error) {
	if err := s.allow(a, req.Source.Product); err != nil {
		return nil, err
	}
	return s.Service.Brief(ctx, priya, req)
}

func (s scoped) Risk(ctx context.Context, a negotiate.Actor, req negotiate.RiskRequest) (*negotiate.RiskResult, error) {
	if err := s.allow(a, req.Source.Product); err != nil {
		return nil, err
	}
	return s.Service.Risk(ctx, priya, req)
}

func (s scoped) Plan(ctx context.Context, a negotiate.Actor, req negotiate.PlanRequest) (*negotiate.PlanResult, error) {
	if err := s.allow(a, req.Source.Product); err != nil {
		return nil, err
	}
	return s.Service.Plan(ctx, priya, req)
}

func (s scoped) Frontier(ctx context.Context, a negotiate.Actor, req negotiate.PlanRequest) (*negotiate.FrontierResult, error) {
	if err := s.allow(a, req.Source.Product); err != nil {
		return nil, err
	}
	return s.Service.Frontier(ctx, priya, req)
}

func (s scoped) Timeline(ctx context.Context, a negotiate.Actor, req negotiate.TimelineRequest) (*negotiate.TimelineResult, error) {
	if err := s.allow(a, req.Product); err != nil {
		return nil, err
	}
	return s.Service.Timeline(ctx, priya, req)
}

func (s scoped) SeenAll(ctx context.Context, a negotiate.Actor, product string) (map[string]*negotiate.SeenResult, error) {
	if err := s.allow(a, product); err != nil {
		return nil, err
	}
	return s.Service.SeenAll(ctx, priya, product)
}

func (s scoped) Calibration(ctx context.Context, a negotiate.Actor, req negotiate.CalibrationRequest) (*negotiate.CalibrationResult, error) {
	if err := s.allow(a, req.Product); err != nil {
		return nil, err
	}
	return s.Service.Calibration(ctx, priya, req)
}

func (s scoped) Stages(ctx context.Context, a negotiate.Actor, req negotiate.StagesRequest) (*negotiate.StagesResult, error) {
	if err := s.allow(a, req.Source.Product); err != nil {
		return nil, err
	}
	return s.Service.Stages(ctx, priya, req)
}

func (s scoped) Agreements(ctx context.Context, a negotiate.Actor, req negotiate.AgreementsRequest) (*negotiate.AgreementsResult, error) {
	product := req.Product
	if req.Agreement != "" {
		product, _, _ = strings.Cut(strings.ToLower(req.Agreement), "-")
	}
	if err := s.allow(a, product); err != nil {
		return nil, err
	}
	return s.Service.Agreements(ctx, priya, req)
}

func (s scoped) WhatIf(ctx context.Context, a negotiate.Actor, req negotiate.WhatIfRequest) (*negotiate.WhatIfResult, error) {
	if err := s.allow(a, req.Source.Product); err != nil {
		return nil, err
	}
	return s.Service.WhatIf(ctx, priya, req)
}

func (s scoped) Learn(ctx context.Context, a negotiate.Actor, req negotiate.LearnRequest) (*negotiate.LearnResult, error) {
	if err := s.allow(a, req.Source.Product); err != nil {
		return nil, err
	}
	return s.Service.Learn(ctx, priya, req)
}

func (s scoped) Layers(ctx context.Context, a negotiate.Actor, req negotiate.LayersRequest) (*negotiate.LayersResult, error) {
	if err := s.allow(a, req.Source.Product); err != nil {
		return nil, err
	}
	return s.Service.Layers(ctx, priya, req)
}

func (s scoped) Tasks(ctx context.Context, a negotiate.Actor, req negotiate.TasksRequest) (*negotiate.TasksResult, error) {
	if err := s.allow(a, req.Product); err != nil {
		return nil, err
	}
	return s.Service.Tasks(ctx, priya, req)
}

func (s scoped) Log(ctx context.Context, a negotiate.Actor, req negotiate.LogRequest) (*negotiate.LogResult, error) {
	r, err := s.Service.Log(ctx, priya, req)
	if err != nil {
		return nil, err
	}
	r.Events = slices.DeleteFunc(slices.Clone(r.Events), func(e negotiate.Event) bool { return s.allow(a, e.Product) != nil })
	return r, nil
}

func (s scoped) Access(_ context.Context, a negotiate.Actor) (*negotiate.AccessResult, error) {
	r := &negotiate.AccessResult{Organisation: []string{"Verify"}}
	for _, id := range s.sees[a.ID] {
		r.Products = append(r.Products, negotiate.ProductAccess{ID: id, Name: id, May: []string{"Brief", "Decide"}})
	}
	return r, nil
}

func (s scoped) Verify(ctx context.Context, _ negotiate.Actor, req negotiate.VerifyRequest) (*negotiate.VerifyResult, error) {
	return s.Service.Verify(ctx, priya, req)
}

// scopedSite has two products, and two people who see one each.
func scopedSite(t *testing.T) *httptest.Server {
	t.Helper()
	s := &negotiate.Service{Ledger: ledgerOf(t,
		fmt.Sprintf(tiny, "shop", "The Shop", "leak", "Shop records leak", "The shop is in the news.", "Mend the shop", "Shop cards"),
		strings.ReplaceAll(fmt.Sprintf(tiny, "bank", "The Bank", "theft", "Bank money stolen", "The bank is in the news.", "Mend the bank", "Bank cards"), "id: bare", "id: plain"),
	), Now: clock}
	t.Cleanup(func() { _ = s.Close() })
	for _, product := range []string{"shop", "bank"} {
		req := negotiate.AgreeRequest{PlanRequest: negotiate.PlanRequest{Source: negotiate.Source{Product: product}}, Because: "It pays.", PlanOnly: true}
		if _, err := s.Agree(t.Context(), priya, req); err != nil {
			t.Fatal(err)
		}
	}
	h, err := Handler(scoped{s, map[string][]string{"anna": {"shop"}, "ben": {"bank"}}}, Options{Identify: byCookie})
	if err != nil {
		t.Fatal(err)
	}
	ts := httptest.NewServer(h)
	t.Cleanup(ts.Close)
	return ts
}

// TestA3NobodySeesAnothersProduct has two people ask for every page in turn: what
// was worked out for one is never shown to the other, and what one may not see
// answers like what is not there.
func TestA3NobodySeesAnothersProduct(t *testing.T) {
	ts := scopedSite(t)
	for range 2 { // the second time everything is remembered
		for _, c := range []struct{ who, own, others, theirs string }{
			{"anna", "Shop", "Bank", "theft"},
			{"ben", "Bank", "Shop", "leak"},
		} {
			own := map[string]string{"anna": "leak", "ben": "theft"}[c.who]
			for _, path := range []string{"/", "/t/" + own, "/plan", "/plan?money=5k&effort=9d", "/learn", "/layers", "/evidence", "/stages", "/calibration", "/tasks", "/record", "/agreements/" + strings.ToUpper(c.own) + "-A1", "/nowhere"} {
				res, body := ask(t, ts, "GET", path, nil, as(c.who))
				if path != "/nowhere" && (res.StatusCode != http.StatusOK || !strings.Contains(body, c.own)) {
					t.Errorf("%s, %s: %d without %s\n%s", c.who, path, res.StatusCode, c.own, text(body))
				}
				if strings.Contains(body, c.others) {
					t.Errorf("%s, %s: shows something of %s", c.who, path, c.others)
				}
			}
			absent := func(path string) string {
				res, body := ask(t, ts, "GET", path, nil, as(c.who))
				if res.StatusCode != http.StatusNotFound {
					t.Errorf("%s, %s: %d", c.who, path, res.StatusCode)
				}
				return text(body)
			}
			if a, b := absent("/t/"+c.theirs), absent("/t/absent"); strings.ReplaceAll(a, c.theirs, "X") != strings.ReplaceAll(b, "absent", "X") {
				t.Errorf("%s can tell what is hidden from what is not there:\n%s\n%s", c.who, a, b)
			}
			absent("/agreements/" + strings.ToUpper(c.others) + "-A1")
			absent("/?product=" + strings.ToLower(c.others))
			absent("/plan?product=" + strings.ToLower(c.others))
		}
	}
}

// TestNobodyIsShownNothing asks for every page without being known.
func TestNobodyIsShownNothing(t *testing.T) {
	ts := scopedSite(t)
	for _, r := range negotiation {
		if r.open {
			continue
		}
		path := strings.NewReplacer("{$}", "", "{id}", "leak").Replace(r.pattern)
		res, body := ask(t, ts, r.method, path, nil, nil)
		if res.StatusCode != http.StatusUnauthorized || strings.Contains(body, "Shop") || strings.Contains(body, "Bank") {
			t.Errorf("%s %s: %d\n%s", r.method, path, res.StatusCode, text(body))
		}
	}
	if res, body := ask(t, ts, "GET", "/", nil, as("broken")); res.StatusCode != http.StatusInternalServerError || strings.Contains(body, "0xdeadbeef") {
		t.Errorf("an identity that cannot be read: %d\n%s", res.StatusCode, text(body))
	}
	// Who is known and sees nothing is shown nothing, and told why.
	res, body := ask(t, ts, "GET", "/", nil, as("carl"))
	if res.StatusCode != http.StatusOK || strings.Contains(body, "Shop") || strings.Contains(body, "Bank") {
		t.Errorf("somebody without a role: %d\n%s", res.StatusCode, text(body))
	}
	wants(t, body, "Nothing is open to you yet", "carl")
}

// TestTheActorIsWhoAsks hands every request's actor on, and nobody else's.
func TestTheActorIsWhoAsks(t *testing.T) {
	if actorOf(t.Context()) != (negotiate.Actor{}) || named(t.Context()) || signedIn(t.Context()) {
		t.Error("somebody comes out of nowhere")
	}
	ctx := withActor(t.Context(), priya)
	if actorOf(ctx) != priya || !named(ctx) || signedIn(ctx) {
		t.Error("the actor is lost")
	}
}

// TestFilesAskNobody: the files of a page are the same for everybody, so that no
// request for one looks up who sends it.
func TestFilesAskNobody(t *testing.T) {
	asked := 0
	s, err := newServer(&sampleDesk{say: plainly}, Options{Identify: func(*http.Request) (context.Context, negotiate.Actor, error) {
		asked++
		return nil, priya, nil
	}})
	if err != nil {
		t.Fatal(err)
	}
	ts := httptest.NewServer(s.handler())
	defer ts.Close()
	if res, _ := ask(t, ts, "GET", s.assets.byName["app.css"].url, nil, nil); res.StatusCode != http.StatusOK || asked != 0 {
		t.Errorf("%d, asked %d times", res.StatusCode, asked)
	}
	if res, _ := ask(t, ts, "GET", "/", nil, nil); res.StatusCode != http.StatusOK || asked != 1 {
		t.Errorf("%d, asked %d times, want once", res.StatusCode, asked)
	}
}
