package ledger

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/quantity"
)

// book records drafts in memory, with a clock that ticks a second an event.
type book struct {
	tb     testing.TB
	events []Event // opened
	state  *State
	now    time.Time
}

var priya = Actor{ID: "priya@example.org", Known: ThisMachine, Via: ViaCLI}

func newBook(tb testing.TB) *book {
	tb.Helper()
	return newBookWith(tb, Founding(priya, "01KAQ0000000000000000000ZZ", "parley-ledger/test+00000000+AAAA"))
}

// newBookWith is a book that begins with a draft of one's own.
func newBookWith(tb testing.TB, founding Draft) *book {
	tb.Helper()
	b := &book{tb: tb, state: NewState(), now: time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)}
	b.add(founding)
	return b
}

// try records drafts, or reports why they cannot be; then nothing is recorded.
func (b *book) try(drafts ...Draft) error {
	b.tb.Helper()
	s := b.state.Clone()
	var made []Event
	for i, d := range drafts {
		if d.Actor == (Actor{}) {
			d.Actor = priya
		}
		at := b.now.Add(time.Duration(i) * time.Second)
		id, err := NextID(s.LastID, at, zeros{})
		if err != nil {
			b.tb.Fatal(err)
		}
		p := Place{ID: id, Seq: s.Size, At: at, Earlier: made}
		if d.Attach != nil {
			a := NewAttachment(make([]byte, SaltSize), d.Attach, d.Media)
			p.Attached = &a
		}
		e, err := d.Event(p)
		if err != nil {
			return err
		}
		if err := s.Apply(e); err != nil {
			return err
		}
		made = append(made, e)
	}
	b.state, b.events, b.now = s, append(b.events, made...), b.now.Add(time.Duration(len(made))*time.Second)
	return nil
}

func (b *book) add(drafts ...Draft) {
	b.tb.Helper()
	if err := b.try(drafts...); err != nil {
		b.tb.Fatal(err)
	}
}

// apply merges a model and records what comes out, giving the number of events.
func (b *book) apply(m *parley.Model) int {
	b.tb.Helper()
	out := b.merge(m, "")
	if len(out.Conflicts) > 0 {
		b.tb.Fatalf("conflicts: %v", out.Conflicts)
	}
	b.add(out.Drafts...)
	return len(out.Drafts)
}

func (b *book) merge(m *parley.Model, prefer Side) Merged {
	b.tb.Helper()
	out, err := b.state.Merge(Application{Model: m, Name: "/home/priya/parley.yaml", Prefer: prefer})
	if err != nil {
		b.tb.Fatal(err)
	}
	return out
}

// decide checks terms as the command would and records them.
func (b *book) decide(t Terms) *Decision {
	b.tb.Helper()
	if err := Check(b.state, b.deciding(t)); err != nil {
		b.tb.Fatal(err)
	}
	b.add(Draft{Product: "shop", Body: &DecisionRecorded{t}, Attach: []byte("the brief"), Media: "text/plain"})
	ds := b.shop().Decisions
	return ds[len(ds)-1]
}

func (b *book) deciding(t Terms) Deciding {
	return Deciding{Product: "shop", Terms: t, Actor: priya, Today: "2026-11-22"}
}

func (b *book) shop() *Product { return b.state.Product("shop") }

// zeros is entropy that makes every id of a millisecond collide.
type zeros struct{}

func (zeros) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}

// shop is a small model: two threats, a control, two mitigations, a feature.
func shop() *parley.Model {
	q := quantity.Of
	return &parley.Model{
		Parley:   "v1",
		Product:  parley.Product{ID: "shop", Name: "Web shop", Stage: parley.Development, Currency: "GBP", Owner: "helen@example.org"},
		Policy:   parley.Policy{Horizon: q("2 years"), PersonDay: q("650")},
		Controls: []parley.Control{{ID: "waf", Title: "Firewall", Owner: "ines@example.org", Barrier: parley.Barrier{Against: []parley.Against{{Threat: "leak", Likelihood: q("50%")}}}}},
		Threats: []parley.Threat{
			{ID: "leak", Title: "Records stolen", Owner: "tom@example.org", Likelihood: q("30% per year"), Impact: parley.Impact{Financial: parley.Loss{Amount: q("200k..4M")}}},
			{ID: "replay", Title: "Order replayed", Likelihood: q("1 per year"), Impact: parley.Impact{Profit: parley.Loss{Amount: q("1k")}}},
		},
		Mitigations: []parley.Mitigation{
			{ID: "prepared", Title: "Parameterised queries", Barrier: parley.Barrier{Against: []parley.Against{{Threat: "leak", Likelihood: q("80%")}}}, Work: parley.Work{Cost: parley.Cost{Effort: q("10d")}}},
			{ID: "consent", Title: "Confirm the address", Barrier: parley.Barrier{Against: []parley.Against{{Threat: "replay", Likelihood: q("70%")}}}, Work: parley.Work{Cost: parley.Cost{Effort: q("4d")}}},
		},
		Features: []parley.Feature{{ID: "one-click", Title: "One click", Work: parley.Work{Requires: []string{"consent"}}}},
	}
}

// jsonOf is a value as JSON, for comparing states.
func jsonOf(tb testing.TB, v any) string {
	tb.Helper()
	b, err := json.MarshalIndent(v, "", " ")
	if err != nil {
		tb.Fatal(err)
	}
	return string(b)
}

// snapshot is everything a state says, in a form that can be compared.
func snapshot(tb testing.TB, s *State) string {
	tb.Helper()
	out := jsonOf(tb, s)
	for _, p := range s.Products() {
		out += "\n" + jsonOf(tb, p)
		for _, sec := range sections {
			out += fmt.Sprintf("\n%s %s", sec.kind, jsonOf(tb, p.items[sec.kind]))
		}
		out += fmt.Sprint(p.numbers, p.renamed)
	}
	return out + fmt.Sprint(s.order, s.renamed)
}
