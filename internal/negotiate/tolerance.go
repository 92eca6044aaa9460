package negotiate

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/ledger"
)

// allowance is how far whoever decides lets a premise move, instead of the
// default.
type allowance struct {
	text string  // as asked for
	name string  // of the premise
	ref  string  // id of what it is of; "" for all of that name
	by   float64 // share it may get worse by
	any  bool    // it is no premise at all
	used bool
}

// mostAllowed is how much worse a premise may get, in percent: beyond it nothing
// is watched any more, which "any" says.
const mostAllowed = 1000

// premiseWords are the names of premises as people write them, in the order
// they are listed.
var premiseWords = [...]struct{ word, name string }{
	{"chance", premiseChance},
	{"loss", premiseLoss},
	{"bad", premiseBad},
	{"effort", premiseEffort},
	{"money", premiseMoney},
	{"premium", ledger.PremisePremium},
	{"deductible", ledger.PremiseDeductible},
	{"limit", ledger.PremiseLimit},
	{"stays", ledger.PremiseStays},
	{"assurance", ledger.PremiseAssurance},
}

// allowances reads what was asked for: "loss=50%", "chance:leak=10%", "effort=any".
func allowances(list []string) ([]allowance, error) {
	var out []allowance
	for _, text := range list {
		figure, value, ok := strings.Cut(text, "=")
		word, ref, _ := strings.Cut(strings.TrimSpace(figure), ":")
		i := slices.IndexFunc(premiseWords[:], func(w struct{ word, name string }) bool { return w.word == strings.TrimSpace(word) })
		if !ok || i < 0 {
			return nil, badAllowance(text)
		}
		a := allowance{text: text, name: premiseWords[i].name, ref: strings.TrimSpace(ref)}
		if value = strings.TrimSpace(value); value == "any" {
			a.any = true
		} else {
			number, percent := strings.CutSuffix(strings.TrimPrefix(value, "+"), "%")
			share, err := strconv.ParseFloat(strings.TrimSpace(number), 64)
			if err != nil || !percent || !(share >= 0 && share <= mostAllowed) {
				return nil, badAllowance(text)
			}
			a.by = share / 100
		}
		out = append(out, a)
	}
	return out, nil
}

func badAllowance(text string) error {
	var words []string
	for _, w := range premiseWords {
		words = append(words, w.word)
	}
	return parley.Errorf(parley.Invalid, "", "--premise %q cannot be read", text).
		WithHint(catalogue.T("decide.premise.hint", "words", strings.Join(words, ", ")))
}

// premiseWord is the name of a premise as people write it.
func premiseWord(name string) string {
	for _, w := range premiseWords {
		if w.name == name {
			return w.word
		}
	}
	return name
}

// allowed changes how far premises may move. One that was asked about and is none
// of the decision's is an error that lists those there are.
func allowed(premises []ledger.Premise, asked []allowance) ([]ledger.Premise, error) {
	var out []ledger.Premise
	for _, p := range premises {
		keep := true
		for i := range asked {
			if a := &asked[i]; a.name == p.Name && (a.ref == "" || a.ref == p.Ref) {
				a.used, keep = true, !a.any
				a.widen(&p)
			}
		}
		if keep {
			out = append(out, p)
		}
	}
	for _, a := range asked {
		if !a.used {
			var there []string
			for _, p := range premises {
				there = append(there, premiseWord(p.Name)+":"+p.Ref)
			}
			return nil, parley.Errorf(parley.Invalid, "", "--premise %q: this decision does not stand on that figure", a.text).
				WithHint(catalogue.T("decide.premise.there", "figures", strings.Join(there, ", ")))
		}
	}
	return out, nil
}

// widen sets the edge of a premise: so much worse than now it may get. A chance
// never gets beyond certain.
func (a *allowance) widen(p *ledger.Premise) {
	edge := p.Value * (1 + a.by)
	switch {
	case p.Low != nil:
		edge = p.Value / (1 + a.by)
		p.Low = &edge
	case p.Name == premiseChance:
		edge = math.Min(1, edge)
		p.High = &edge
	default:
		p.High = &edge
	}
}
