package ledger

import (
	"errors"
	"strings"
	"testing"

	"github.com/parleysec/parley"
)

func TestFirstApplyAdoptsPolicyAndRecordsItems(t *testing.T) {
	b := newBook(t)
	n := b.apply(shop())
	if b.state.Policy == nil || b.state.Policy.From != "shop" || policyIn(t, b.state, "GBP") != `{"horizon":"2 years","person_day":"650"}` {
		t.Errorf("policy %+v", b.state.Policy)
	}
	if b.state.SeparateApprover() || b.state.Settings[SeparateApprover] != "no" {
		t.Errorf("a new ledger starts with separate_approver: no, got %v", b.state.Settings)
	}
	// product, file, policy, control, 2 threats, 2 mitigations, feature
	if n != 9 {
		t.Errorf("%d events, want 9", n)
	}
	for id, want := range map[string]string{"waf": "SHOP-C1", "leak": "SHOP-T1", "replay": "SHOP-T2", "prepared": "SHOP-M1", "consent": "SHOP-M2", "one-click": "SHOP-F1"} {
		r, err := b.state.Resolve("", id)
		if err != nil || r.Short != want {
			t.Errorf("%s: %+v %v, want %s", id, r, err, want)
		}
	}
	if again := b.apply(shop()); again != 0 {
		t.Errorf("a second apply wrote %d events", again)
	}
	for _, e := range b.events[3:] {
		if e.Cause != b.events[2].ID {
			t.Errorf("event %d (%s): cause %q, want the file's event", e.Seq, e.Type, e.Cause)
		}
	}
}

func TestApplyRefusesWhatDoesNotFollow(t *testing.T) {
	b := newBook(t)
	b.apply(shop())
	good := b.events[len(b.events)-1]
	tests := map[string]func(*Event){
		"gap":         func(e *Event) { e.Seq += 2 },
		"again":       func(e *Event) {},
		"older id":    func(e *Event) { e.Seq++; e.ID = b.events[0].ID },
		"older time":  func(e *Event) { e.Seq++; e.ID = "7" + e.ID[1:]; e.At = b.events[0].At.Add(-1) },
		"later cause": func(e *Event) { e.Seq++; e.ID = "7" + e.ID[1:]; e.Cause = "7ZZZZZZZZZZZZZZZZZZZZZZZZZ" },
		"new type":    func(e *Event) { e.Seq++; e.ID = "7" + e.ID[1:]; e.Type = "moon.risen" },
		"new version": func(e *Event) { e.Seq++; e.ID = "7" + e.ID[1:]; e.Version = 2 },
		"no product":  func(e *Event) { e.Seq++; e.ID = "7" + e.ID[1:]; e.Product = "other" },
		"founded":     func(e *Event) { *e = b.events[0]; e.Seq = good.Seq + 1; e.ID = "7" + e.ID[1:]; e.At = good.At },
	}
	for name, change := range tests {
		t.Run(name, func(t *testing.T) {
			e := good
			change(&e)
			if err := b.state.Clone().Apply(e); err == nil {
				t.Error("was folded")
			}
		})
	}
	newer := good
	newer.Seq, newer.ID, newer.Version = good.Seq+1, "7"+good.ID[1:], 3
	var ne *NewerError
	if err := b.state.Clone().Apply(newer); !errors.As(err, &ne) || ne.Version != 3 || ne.Known != 1 {
		t.Errorf("got %v, want both versions named", err)
	}
}

func TestCloneIsIndependent(t *testing.T) {
	b := newBook(t)
	b.apply(shop())
	before := b.state
	was := snapshot(t, before)
	m := shop()
	m.Threats[0].Title = "Everything stolen"
	b.apply(m)
	b.decide(Terms{Threats: []string{"leak"}, Kind: parley.Mitigate, With: []string{"prepared"}, Because: "cheap"})
	b.add(Draft{Product: "shop", Body: &TaskChanged{Task: "SHOP-W1", To: TaskDone}})
	if now := snapshot(t, before); now != was {
		t.Error("events applied to a clone changed the original")
	}
	if !strings.Contains(snapshot(t, b.state), "Everything stolen") {
		t.Error("the clone did not change")
	}
}
