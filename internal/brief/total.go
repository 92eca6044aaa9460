package brief

import (
	"slices"
	"strings"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/brief/plain"
	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/quantity"
)

// total fills in what is true of all threats of the report together, as things
// are today: threats that only a feature would bring cost nothing yet.
func (b *builder) total(r *Report) {
	x := &r.Total
	unconfirmed, guessed := 0.0, 0.0
	for i := range r.Threats {
		t := &r.Threats[i]
		if t.ExpectedAnnualLoss == nil || len(t.OnlyWith) > 0 {
			continue
		}
		x.ExpectedAnnualLoss += *t.ExpectedAnnualLoss
		if t.Unconfirmed {
			unconfirmed += *t.ExpectedAnnualLoss
		}
		if t.Guessed {
			guessed += *t.ExpectedAnnualLoss
		}
		if t.Decided != nil && t.Decided.Keeps != nil {
			x.Carried += max(0, *t.ExpectedAnnualLoss-*t.Decided.Keeps)
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
		if !t.answered() {
			x.Undecided++
		}
		if len(t.Missing) > 0 {
			x.Unpriced++
		}
		if t.GraveHarm {
			x.Grave++
		}
	}
	x.statedTotal(r.Threats)
	x.Says, x.Average = totalWords(x), b.averageWords(x)
}

// totalWords says what waits; the average stands apart, last.
func totalWords(x *Total) string {
	out := []string{catalogue.T("brief.total.none")}
	if x.Undecided > 0 {
		out[0] = catalogue.N("brief.total.threats", x.Undecided)
	}
	if x.Grave > 0 {
		out = append(out, catalogue.N("brief.total.grave", x.Grave))
	}
	if x.Unpriced > 0 {
		out = append(out, catalogue.N("brief.total.unpriced", x.Unpriced))
	}
	return joinSentences(out...)
}

func (b *builder) averageWords(x *Total) string {
	if x.ExpectedAnnualLoss <= 0 {
		return ""
	}
	out := []string{catalogue.T("brief.total.average", "money", b.voice.about(x.ExpectedAnnualLoss))}
	if x.AsStated != nil && b.voice.about(*x.AsStated) != b.voice.about(x.ExpectedAnnualLoss) {
		out = append(out, catalogue.T("brief.total.stated", "money", b.voice.about(*x.AsStated)))
	}
	if plain.Round2(x.Carried) >= plain.Small {
		out = append(out, catalogue.T("brief.total.carried", "money", b.voice.about(x.Carried)))
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
	for i := range t.Options {
		t.Options[i].Words.Title = optionMark(&t.Options[i], t.Named())
	}
	if t.GraveHarm {
		t.Guarding = b.floorPrice(t.ID)
		w.Grave = joinSentences(catalogue.T("brief.grave"), b.voice.price(t.Guarding))
	}
	w.Decided = decidedWords(t.Decided)
	w.Risk = b.voice.risk(t)
	if len(t.OnlyWith) > 0 {
		w.OnlyWith = b.onlyWith(t)
	}
	w.Standing = b.voice.standingWords(t.Doubt.Layers)
	w.Stated = b.voice.statedWords(t)
	w.Next = nextWords(b.m.Threat(t.ID), t)
	w.Loss = b.voice.loss(t.LossIfItHappens, certainLoss(b.m.Threat(t.ID)))
	w.Bad = b.voice.bad(t.LossOneInTwenty)
	if t.Waiting != nil {
		w.Waiting = b.voice.waiting(t.Waiting, optionTitle(t.Options, t.Waiting.Option))
	}
	w.Doubt = append(doubtWords(b.m, &t.Doubt), b.drawnWords(t)...)
	w.Duties, w.Recorded = []string{}, []string{}
	for _, d := range t.Duties {
		w.Duties = append(w.Duties, b.voice.duty(d, t))
	}
	for _, r := range t.Elsewhere {
		w.Recorded = append(w.Recorded, recordedWords(r))
	}
	if t.Triage != parley.Aware {
		w.Missing = missingWords(t.Missing)
	}
	w.Average = b.voice.average(t)
	if d := t.Decided; d != nil && d.Keeps != nil && t.ExpectedAnnualLoss != nil {
		w.Average = joinSentences(w.Average, catalogue.T("brief.average.carried", "id", d.ID, "money", b.voice.about(*d.Keeps)))
	}
}

// Named reports whether anything is named that could be done about a threat, besides
// living with it and deciding later.
func (t *Threat) Named() bool {
	return slices.ContainsFunc(t.Options, func(o Option) bool { return o.ID != OptionAccept && o.ID != OptionDefer })
}

// nextWords says what to do about a threat that needs a decision where nothing
// but to live with it, now or later, is on the table; nothing where something
// was decided and done.
func nextWords(source *parley.Threat, t *Threat) string {
	switch {
	case t.Named() || len(t.Options) == 0 || t.answered():
		return ""
	case t.GraveHarm || source.Obligation.Applies():
		return catalogue.T("brief.next.floor")
	}
	return catalogue.T("brief.next")
}

// answered reports whether a decision in force settles a threat: one that only
// hands it up does not.
func (t *Threat) answered() bool { return t.Decided != nil && t.Decided.Kind != parley.Escalate }

// done are the layers by which a decision to mitigate is kept already.
func (t *Threat) done() []Layer {
	if t.Decided == nil || t.Decided.Kind != parley.Mitigate {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(t.Doubt.Layers), func(l Layer) bool { return !l.Later })
}

// decidedWords says which decision is in force.
func decidedWords(d *Decided) string {
	switch {
	case d == nil:
		return ""
	case d.Kind == parley.Escalate: // it waits for whoever may decide
		return catalogue.T("brief.decided.up", "id", d.ID)
	case d.Until == "":
		return catalogue.T("brief.decided", "id", d.ID, "kind", catalogue.T("kind."+string(d.Kind)))
	}
	return catalogue.T("brief.decided.until", "id", d.ID, "kind", catalogue.T("kind."+string(d.Kind)), "until", dateWords(d.Until))
}

// certainLoss reports whether every event costs the same: each loss is one
// number, and happens each time.
func certainLoss(t *parley.Threat) bool {
	always := func(chance quantity.Quantity) bool { return chance.IsZero() || chance.Dist() == quantity.Constant(1) }
	for _, p := range t.LossParts() {
		for _, k := range p.Losses {
			if _, single := k.Loss.Amount.Dist().(quantity.Constant); !single || !always(k.Loss.Chance) || !always(p.Chance) {
				return false
			}
		}
	}
	return true
}

// onlyWith names the features that bring a threat, and what they may not be
// built without.
func (b *builder) onlyWith(t *Threat) string {
	var names, floors []string
	for _, id := range t.OnlyWith {
		names = append(names, b.itemTitle(id))
		for _, r := range b.m.Feature(id).Requires {
			if title := b.itemTitle(r); stops(b.m, r, t.ID) && !slices.Contains(floors, title) {
				floors = append(floors, title)
			}
		}
	}
	out := catalogue.T("brief.risk.only_with", "features", plain.List(names))
	if len(floors) > 0 {
		out = joinSentences(out, catalogue.T("brief.risk.floor", "items", strings.Join(floors, "; ")))
	}
	return out
}

func optionTitle(options []Option, id string) string {
	if i := slices.IndexFunc(options, func(o Option) bool { return o.ID == id }); i >= 0 {
		return options[i].Title
	}
	return id
}
