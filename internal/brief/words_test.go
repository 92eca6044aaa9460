package brief

import (
	"testing"

	"github.com/parleysec/parley"
)

func ptr(x float64) *float64 { return &x }

// TestWords pairs figures with the sentences they make.
func TestWords(t *testing.T) {
	v := voice{currency: "GBP", horizon: 2, told: 2}
	for _, c := range []struct{ name, got, want string }{
		{"nobody harmed", peopleWords(nil), ""},
		{"people, unknown number", peopleWords(&People{Who: "our customers"}), "People could be harmed: our customers."},
		{
			"people, known number", peopleWords(&People{Who: "our customers", HowMany: ptr(31000), Harm: parley.Serious}),
			"31,000 people could be harmed: our customers. The harm would be serious.",
		},
		{
			"people, range", peopleWords(&People{Who: "patients", HowMany: ptr(35000), HowManyRange: &Range{30000, 40000}, Harm: parley.Grave}),
			"30,000 to 40,000 people could be harmed: patients. The harm would be grave.",
		},
		{"minor harm", harmWords(parley.Minor), "The harm would be minor."},
		{"no chance known", v.risk(&Threat{}), ""},
		{
			"chance with range", v.risk(&Threat{ChanceWithinHorizon: ptr(0.85), ChanceWithinHorizonRange: &Range{0.8, 0.9}}),
			"Very likely: 8 to 9 in 10 within the next two years if nothing is done.",
		},
		{
			"chance alone", v.risk(&Threat{ChanceWithinHorizon: ptr(0.05)}),
			"Remote chance: about 1 in 20 within the next two years if nothing is done.",
		},
		{
			"often", v.risk(&Threat{ChanceWithinHorizon: ptr(1), EventsPerYear: ptr(12)}),
			"Almost certain: more than 99 in 100 within the next two years if nothing is done. That is about 12 times a year.",
		},
		{
			"often, range", v.risk(&Threat{ChanceWithinHorizon: ptr(0.9), EventsPerYear: ptr(1.2), EventsPerYearRange: &Range{0.5, 2}}),
			"Very likely: about 9 in 10 within the next two years if nothing is done. That is from once every 2 years to 2 times a year.",
		},
		{"loss unknown", v.loss(nil, true), ""},
		{"loss", v.loss(&Loss{P50: 861234, P95: 2312345}, false), "Each time it happens it typically costs about £860k, in a bad case about £2.3M."},
		{"loss known exactly", v.loss(&Loss{P50: 20000, P95: 20000}, true), "Each time it happens it costs about £20k."},
		{"loss that varies a little", v.loss(&Loss{P50: 1.01e6, P95: 1.01e6}, false), "Each time it happens it typically costs about £1M, and hardly more in a bad case."},
		{"loss of nothing", v.loss(&Loss{}, true), "If it happens it costs nothing that was priced."},
		{"bad year", v.bad(ptr(580123)), "All it costs in one year together is more than £580k in 5 of 100 years like the next."},
		{"bad year without loss", v.bad(ptr(0)), "In more than 95 of 100 years like the next it costs nothing."},
		{
			"average", v.average(&Threat{ExpectedAnnualLoss: ptr(71204)}),
			"Over many years it costs about £71k a year on average; no single year looks like this.",
		},
		{
			"average with range", v.average(&Threat{ExpectedAnnualLoss: ptr(71204), ExpectedAnnualLossRange: &Range{40e3, 110e3}}),
			"Over many years it costs about £71k a year on average (£40k to £110k, given what we do not know); no single year looks like this.",
		},
		{"nothing missing", missingWords(nil), ""},
		{
			"no price yet", missingWords([]string{missingLikelihood, missingLoss}),
			"No price yet: nobody has said how likely it is and what it would cost.",
		},
		{"no waiting", v.waiting(nil, ""), ""},
		{
			"waiting costs", v.waiting(&Waiting{Months: 6, Costs: 29012}, "Safe queries"),
			"Waiting six months costs about £29k: what “Safe queries” would save in that time.",
		},
		{
			"waiting with what loses", v.waiting(&Waiting{Months: 6, Costs: 600, Loses: true}, "Interlock"),
			"If “Interlock” is done, waiting six months costs less than £1k: it stops less and takes nearly as much.",
		},
		{
			"waiting is free", v.waiting(&Waiting{Months: 6, Costs: -200}, "Safe queries"),
			"Waiting six months costs nothing: no option saves more in that time than it takes.",
		},
		{"basis nobody said", basisWords(""), "Nobody has said what the estimate rests on."},
		{"basis guess", basisWords(parley.BasisGuess), "The estimate is marked as a guess."},
		{"basis other", basisWords("base rate (DBIR 2025)"), "The estimate rests on: base rate (DBIR 2025)."},
		{
			"estimate", estimateWords(Estimate{By: "Ines", At: "2026-03-01", Likelihood: "1 in 8 within 2 years", Impact: []string{"financial 20k..50k"}}),
			"Ines said on 1 March 2026: 1 in 8 within 2 years, financial 20k..50k.",
		},
		{
			"recorded elsewhere", recordedWords(Recorded{Kind: parley.Accept, By: "Tom", At: "2026-03-01", Until: "beta", Because: "it is rare.", Tool: "threagile"}),
			"Recorded elsewhere, not in force here: live with it by Tom on 1 March 2026 until beta because it is rare (from threagile).",
		},
		{"nothing to say ends as nothing", sentence(" "), ""},
		{"a sentence stays", sentence("Is it?"), "Is it?"},
		{"a text becomes a sentence", sentence("records are stolen"), "Records are stolen."},
	} {
		if c.got != c.want {
			t.Errorf("%s:\n got %q\nwant %q", c.name, c.got, c.want)
		}
	}
}

func TestOptionWords(t *testing.T) {
	v := voice{currency: "GBP", horizon: 2, told: 2}
	costs := func(c *Cost) string {
		effort, money := v.cost(c)
		return costsWords(c, effort, money)
	}
	for _, c := range []struct{ name, got, want string }{
		{"no cost known", costs(nil), ""},
		{"no cost", costs(&Cost{}), "nothing"},
		{
			"effort and money", costs(&Cost{Money: 2000, EffortDays: 26, EffortDaysRange: &Range{15, 40}}),
			"15 to 40 days, £2k",
		},
		{"money alone", costs(&Cost{Money: 50e3, MoneyRange: &Range{40e3, 60e3}}), "£40k to £60k"},
		{"effort alone", costs(&Cost{EffortDays: 3}), "3 days"},
		{
			"what is left", v.leaves(&Option{ExpectedAnnualLossAfter: ptr(8412), ChanceWithinHorizonAfter: ptr(0.03)}),
			"3 of 100 within two years, about £8.4k a year on average",
		},
		{
			"hardly anything left", v.leaves(&Option{ExpectedAnnualLossAfter: ptr(12), ChanceWithinHorizonAfter: ptr(0.001)}),
			"less than 1 of 100 within two years, less than £1k a year on average",
		},
		{
			"nothing left", v.leaves(&Option{ExpectedAnnualLossAfter: ptr(0), ChanceWithinHorizonAfter: ptr(0)}),
			"none of 100 within two years, nothing a year on average",
		},
		{"certain all the same", squares(1), "more than 99 of 100"},
		{"pays", v.balance(&Option{Kind: parley.Mitigate, NetBenefit: ptr(98e3)}), "saves about £98k"},
		{"does not pay", v.balance(&Option{Kind: parley.Mitigate, NetBenefit: ptr(-5e3)}), "loses about £5k"},
		{"accept", v.balance(&Option{Kind: parley.Accept, NetBenefit: ptr(0)}), "no difference"},
		{"unknown", v.balance(&Option{Kind: parley.Mitigate}), ""},
		{
			"chances to pay", pays(&Option{WorthItChance: ptr(0.9), PaysOffChance: ptr(0.3)}),
			"How sure we are that it is worth its cost: about 90 in 100. How often it will have saved more than it cost: about 30 in 100.",
		},
		{
			"benefits", v.brings([]Benefit{{Says: "Two prospects ask for it.", Value: ptr(40e3), ValueRange: &Range{10e3, 90e3}}, {Says: "Faster reports"}}),
			"It brings: Two prospects ask for it (£10k to £90k a year); Faster reports.",
		},
		{"no benefits", v.brings(nil), ""},
		{
			"needs in their order, once", needsWords([]NeedEffect{
				{parley.Usability, parley.Better, "a"},
				{parley.Performance, parley.SlightlyWorse, "a"},
				{parley.Usability, parley.Better, "b"},
				{parley.Delivery, parley.Same, "b"},
			}),
			"It makes performance slightly worse and ease of use better.",
		},
		{"floors", floorWords(true, true), "Not for its price alone: people could be gravely harmed. Not for its price alone: a duty applies."},
	} {
		if c.got != c.want {
			t.Errorf("%s:\n got %q\nwant %q", c.name, c.got, c.want)
		}
	}
}

// TestNothingElseIsNamed: where nothing can be built, nothing is said to be not worth
// building.
func TestNothingElseIsNamed(t *testing.T) {
	live := Option{ID: OptionAccept, Kind: parley.Accept, Title: "Live with it", IsBest: true}
	wait := Option{ID: OptionDefer, Kind: parley.Defer}
	for _, c := range []struct {
		options []Option
		want    string
	}{
		{[]Option{live, wait}, "Live with it (nothing else is named yet)"},
		{[]Option{{ID: "safe", Kind: parley.Mitigate}, live, wait}, "Live with it (nothing is worth building)"},
	} {
		threat := Threat{Options: c.options}
		if got := optionMark(&live, threat.Named()); got != c.want {
			t.Errorf("it reads %q, want %q", got, c.want)
		}
	}
}
