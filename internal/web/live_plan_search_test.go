package web

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/parleysec/parley/internal/negotiate"
	"github.com/parleysec/parley/ledger"
)

// timedService notes how long each search for a plan may take, and searches no
// longer than a glance.
type timedService struct {
	*negotiate.Service
	mu  sync.Mutex
	may []time.Duration
}

func (s *timedService) Plan(ctx context.Context, actor negotiate.Actor, req negotiate.PlanRequest) (*negotiate.PlanResult, error) {
	s.mu.Lock()
	s.may = append(s.may, req.Budget.Deadline)
	s.mu.Unlock()
	req.Budget.Deadline = min(req.Budget.Deadline, glanceTime)
	return s.Service.Plan(ctx, actor, req)
}

// hurried serves the pages of a ledger with so many threats, by a service that
// searches no longer than a glance.
func hurried(t *testing.T, threats int) (*httptest.Server, *timedService) {
	t.Helper()
	s := &timedService{Service: &negotiate.Service{Ledger: ledgerOf(t, large(threats)), Now: clock}}
	t.Cleanup(func() { _ = s.Close() })
	h, err := Handler(s, Options{Actor: priya})
	if err != nil {
		t.Fatal(err)
	}
	ts := httptest.NewServer(h)
	t.Cleanup(func() { closeSite(ts) })
	return ts, s
}

func (s *timedService) taken() []time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := s.may
	s.may = nil
	return out
}

// TestATableOfManyThingsGlancesFirst: while somebody moves a slider over a plan of
// many things nobody waits for the whole search, and nobody agrees before it was
// made; what keeps limits, and what is asked of few things, is searched for at once.
func TestATableOfManyThingsGlancesFirst(t *testing.T) {
	for _, c := range []struct {
		threats int
		path    string
		may     time.Duration
		agrees  bool
	}{
		{250, "/plan?effort=111d", glanceTime, false},
		{250, "/plan?effort=111d&whole=yes", planTime, true},
		{250, "/plan?effort=0d&limits=keep", planTime, false},
		{20, "/plan?effort=55d", planTime, true},
	} {
		t.Run(fmt.Sprint(c.threats, c.path), func(t *testing.T) {
			ts, s := hurried(t, c.threats)
			page := get(t, ts, c.path, http.StatusOK)
			if may := s.taken(); !slices.Contains(may, c.may) || c.may == glanceTime && slices.Max(may) != glanceTime {
				t.Errorf("searches may take %v, want %v", may, c.may)
			}
			if agrees, proved := strings.Contains(page, `action="/plan/agree"`), strings.Contains(page, "No better plan exists"); agrees != (c.agrees || proved && c.may == glanceTime) {
				t.Errorf("somebody may agree: %v of a plan that is proved: %v", agrees, proved)
			}
		})
	}
}

// TestNobodyLosesWhatTheyWroteAfterAGlance: who agrees on a plan of many things, and is
// not taken at their word, has the plan that was searched for before them, with what they
// wrote; who cannot agree yet is told where the search goes on.
func TestNobodyLosesWhatTheyWroteAfterAGlance(t *testing.T) {
	ts, s := hurried(t, 250)
	const address = "/plan?effort=111d"
	glance := get(t, ts, address, http.StatusOK)
	wants(t, glance, "Search on")
	form := formWith(t, get(t, ts, address+"&whole=yes", http.StatusOK), "by", "")
	form.Set("because", "It keeps most & brings the cards.")
	form.Set("seen", "m1")
	if _, err := s.AddNote(t.Context(), priya, negotiate.NoteRequest{Product: "large", About: "t1", Kind: ledger.NoteComment, Text: "It is recorded in the meantime."}); err != nil {
		t.Fatal(err)
	}
	_, body := post(t, ts, "/plan/agree", form, http.StatusConflict)
	wants(t, body, "The best plan within this budget is another one by now, so nothing was recorded", "It keeps most &amp; brings the cards.", "Sign the plan")
}

// TestWhatIsOnlyProposedIsNotCalledSigned, also where the table answers after a glance.
func TestWhatIsOnlyProposedIsNotCalledSigned(t *testing.T) {
	ts, s := hurried(t, 250)
	if _, err := s.SetRule(t.Context(), priya, negotiate.RuleRequest{Name: ledger.SeparateApprover, Value: "yes", Because: "Two people."}); err != nil {
		t.Fatal(err)
	}
	r, err := s.Agree(t.Context(), priya, negotiate.AgreeRequest{PlanRequest: negotiate.PlanRequest{
		Source: negotiate.Source{Product: "large"}, Budget: negotiate.Budget{Effort: "20d", Deadline: glanceTime},
	}, Because: "It keeps most.", Propose: true})
	if err != nil {
		t.Fatal(err)
	}
	wants(t, get(t, ts, "/plan?effort=111d&agreed="+r.Agreement.ID, http.StatusOK), "Its decisions wait for somebody else to approve them.")
}
