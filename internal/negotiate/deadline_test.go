package negotiate

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/parleysec/parley/ledger"
	"github.com/parleysec/parley/plan/model"
)

// loadedBy is a model, loaded by somebody on this machine.
func loadedBy(t *testing.T, s *Service, name string, text []byte) *loaded {
	t.Helper()
	actor := Actor{ID: "priya@example.org", Known: ledger.ThisMachine, Via: ledger.ViaCLI}
	l, err := s.loadAs(t.Context(), actor, "Plan", Source{Name: name, Data: text}, "")
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// TestTimeLeft: a search gets what is left of the deadline of the whole answer.
func TestTimeLeft(t *testing.T) {
	long := Budget{Deadline: time.Hour}
	if got := (Budget{}).left(time.Now().Add(-time.Hour)); got != planDeadline {
		t.Errorf("without a deadline %v", got)
	}
	if got := long.left(time.Now().Add(-30 * time.Minute)); got > 30*time.Minute || got <= 0 {
		t.Errorf("after half an hour of one %v", got)
	}
	if got := long.left(time.Now().Add(-2 * time.Hour)); got != time.Nanosecond {
		t.Errorf("after two hours of one %v", got)
	}
}

// TestEndsAskWhatIsLeft: each end gets the time that is left when its search begins.
func TestEndsAskWhatIsLeft(t *testing.T) {
	l := loadedBy(t, &Service{}, "shop.yaml", []byte(shop))
	built, _, err := l.build(Budget{})
	if err != nil {
		t.Fatal(err)
	}
	times := 0
	if _, err := ends(t.Context(), built, func() time.Duration { times++; return time.Hour }); err != nil || times != 2 {
		t.Errorf("asked %d times, %v", times, err)
	}
}

// TestNotMetWithinDeadline: once the time for the answer is over, the cheapest plan
// that keeps the appetite is not searched for with as much again.
func TestNotMetWithinDeadline(t *testing.T) {
	s := &Service{}
	l := loadedBy(t, s, "shop.yaml", []byte(strict))
	years, err := l.totals(t.Context(), 2_000)
	if err != nil {
		t.Fatal(err)
	}
	b := Budget{MeetAppetite: true, Money: "100k", Deadline: time.Hour}
	const cheapest = "the cheapest that does costs £400k"
	for ago, known := range map[time.Duration]bool{0: true, 2 * time.Hour: false} {
		err := s.notMet(t.Context(), l, b, time.Now().Add(-ago), years, years)
		if err == nil || strings.Contains(err.Error(), cheapest) != known {
			t.Errorf("begun %v ago: %v", ago, err)
		}
	}
}

// TestViableStopped: the economically viable level is among what there was no time
// for where its search was stopped, and only there.
func TestViableStopped(t *testing.T) {
	var text strings.Builder
	text.WriteString("parley: v1\nproduct: {id: big, name: Big, stage: development, currency: GBP}\npolicy: {horizon: 2 years, person_day: 650}\nthreats:\n")
	const threats, mitigations = 16, 24
	for k := range threats {
		fmt.Fprintf(&text, "  - {id: t%d, title: T, likelihood: 40%% per year, impact: {says: Loss., financial: %dk}}\n", k, 90+7*k)
	}
	text.WriteString("mitigations:\n")
	for k := range mitigations {
		fmt.Fprintf(&text, "  - {id: m%d, title: M, cost: {once: %dk}, against: [{threat: t%d, likelihood: 50%%}, {threat: t%d, likelihood: 40%%}, {threat: t%d, likelihood: 30%%}]}\n",
			k, 28+k*11%17, k%threats, (k+1+k%5)%threats, (k+7+k%4)%threats)
	}
	s := &Service{}
	l := loadedBy(t, s, "big.yaml", []byte(text.String()))
	b := Budget{Money: "100k"}
	built, _, err := l.build(b)
	if err != nil {
		t.Fatal(err)
	}
	for _, long := range []time.Duration{time.Nanosecond, time.Hour} {
		at, stopped, err := l.viableAt(t.Context(), b, built, &model.Plan{}, long)
		if err != nil || stopped != (at == nil) || stopped != (long == time.Nanosecond) {
			t.Errorf("in %v: %v, %v, %v", long, at, stopped, err)
		}
	}
	r, err := s.planOf(t.Context(), loadedBy(t, s, "shop.yaml", []byte(shop)), PlanRequest{Trials: 1000})
	if err != nil || r.ViableAt == nil || slices.Contains(r.OutOfTime, partViable) {
		t.Errorf("%v, %v, %v", r.ViableAt, r.OutOfTime, err)
	}
}
