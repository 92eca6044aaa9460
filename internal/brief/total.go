package brief

import (
	"fmt"
	"slices"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/brief/plain"
	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/risk"
)

// total fills in what is true of all threats of the report together, as things
// are today: threats that only a feature would bring cost nothing yet.
func (b *builder) total(r *Report) error {
	today, err := b.p.Expect(risk.Scenario{})
	if err != nil {
		return fmt.Errorf("brief: %w", err)
	}
	x := &r.Total
	unconfirmed, guessed := 0.0, 0.0
	for _, e := range today.Threats {
		t := r.Threat(e.ID)
		if t == nil {
			continue
		}
		x.ExpectedAnnualLoss += e.Annual
		if t.Unconfirmed {
			unconfirmed += e.Annual
		}
		if t.Guessed {
			guessed += e.Annual
		}
	}
	if x.ExpectedAnnualLoss > 0 {
		x.UnconfirmedShare, x.GuessedShare = unconfirmed/x.ExpectedAnnualLoss, guessed/x.ExpectedAnnualLoss
	}
	for i := range r.Threats {
		t := &r.Threats[i]
		x.Threats++
		if t.Triage == parley.Aware {
			continue
		}
		x.Undecided++
		if len(t.Missing) > 0 {
			x.Unpriced++
		}
		if t.GraveHarm {
			x.Grave++
		}
	}
	x.Says = b.totalWords(x)
	return nil
}

func (b *builder) totalWords(x *Total) string {
	out := []string{catalogue.N("brief.total.threats", x.Undecided)}
	if x.Grave > 0 {
		out = append(out, catalogue.N("brief.total.grave", x.Grave))
	}
	if x.Unpriced > 0 {
		out = append(out, catalogue.N("brief.total.unpriced", x.Unpriced))
	}
	if x.ExpectedAnnualLoss > 0 {
		out = append(out, catalogue.T("brief.total.average", "money", b.voice.about(x.ExpectedAnnualLoss)))
	}
	if x.UnconfirmedShare > 0 {
		out = append(out, catalogue.T("brief.total.unconfirmed", "share", plain.Capital(plain.Percent(x.UnconfirmedShare))))
	}
	if x.GuessedShare > 0 {
		out = append(out, catalogue.T("brief.total.guessed", "share", plain.Capital(plain.Percent(x.GuessedShare))))
	}
	return joinSentences(out...)
}

// words fills in the sentences of a threat, its options aside.
func (b *builder) words(t *Threat) {
	w := &t.Words
	w.People = peopleWords(t.People)
	if t.GraveHarm {
		t.Guarding = b.floorPrice(t.ID)
		w.Grave = joinSentences(catalogue.T("brief.grave"), b.voice.price(t.Guarding))
	}
	w.Risk = b.voice.risk(t)
	if len(t.OnlyWith) > 0 {
		names := make([]string, len(t.OnlyWith))
		for i, id := range t.OnlyWith {
			names[i] = b.itemTitle(id)
		}
		w.OnlyWith = catalogue.T("brief.risk.only_with", "features", plain.List(names))
	}
	w.Loss = b.voice.loss(t.LossIfItHappens)
	w.Bad = b.voice.bad(t.LossOneInTwenty)
	if t.Waiting != nil {
		w.Waiting = b.voice.waiting(t.Waiting, optionTitle(t.Options, t.Waiting.Option))
	}
	w.Doubt = doubtWords(b.m, &t.Doubt)
	w.Duties, w.Recorded = []string{}, []string{}
	for _, d := range t.Duties {
		w.Duties = append(w.Duties, b.voice.duty(d, func(id string) string { return optionTitle(t.Options, id) }))
	}
	for _, r := range t.Elsewhere {
		w.Recorded = append(w.Recorded, recordedWords(r))
	}
	w.Missing = missingWords(t.Missing)
	w.Average = b.voice.average(t)
}

func optionTitle(options []Option, id string) string {
	if i := slices.IndexFunc(options, func(o Option) bool { return o.ID == id }); i >= 0 {
		return options[i].Title
	}
	return id
}
