package chart_test

import (
	"math"

	"github.com/parleysec/parley/internal/chart"
)

func pounds(v float64) string { return "£" + chart.Short(v) }

// tail is a smooth exceedance curve: chance·exp(−(loss/scale)^0.7).
func tail(chance, scale, to float64) []chart.ExceedancePoint {
	var ps []chart.ExceedancePoint
	for i := range 101 {
		loss := to * float64(i) / 100
		ps = append(ps, chart.ExceedancePoint{Loss: loss, Chance: chance * math.Exp(-math.Pow(loss/scale, 0.7))})
	}
	return ps
}

func squares() chart.Squares {
	return chart.Squares{
		Title: "In 27 of 100 such two years it happens; afterwards in 3",
		Head:  [2]string{"Squares of 100", "In words"},
		Panels: []chart.Panel{
			{Label: "Now", Chance: 0.27, Reading: "27 of 100 within two years", Style: chart.Now},
			{Label: "With safe queries", Chance: 0.03, Reading: "3 of 100 within two years", Style: chart.After},
		},
	}
}

func exceedance() chart.Exceedance {
	return chart.Exceedance{
		Title: "Today 41 of 100 years lose more than £250k; the limit is 25",
		Curves: []chart.Curve{
			{Label: "Today", Style: chart.Now, Points: tail(0.97, 320e3, 2e6)},
			{Label: "With this plan", Style: chart.After, Points: tail(0.85, 110e3, 2e6)},
		},
		Limits: []chart.LimitPoint{
			{Loss: 250e3, Chance: 0.25, Label: "limit 25", Actual: 0.41, Breach: "41, over the limit of 25"},
			{Loss: 1e6, Chance: 0.05, Label: "limit 5", Actual: 0.10, Breach: "10, over the limit of 5"},
		},
		Words: chart.ExceedanceWords{
			Years: "Years of 100", Loss: "in which we lose more than", Limit: "Your limit",
			LogScale: "each step is ten times the one before",
		},
		Money: pounds,
	}
}

func logarithmic() chart.Exceedance {
	e := exceedance()
	e.Limits = nil
	for i := range e.Curves {
		var ps []chart.ExceedancePoint
		for l := 1e3; l < 1e7; l *= 1.3 {
			ps = append(ps, chart.ExceedancePoint{Loss: l, Chance: 0.9 / (1 + l/float64(80e3/(i+1)))})
		}
		e.Curves[i].Points = ps
	}
	return e
}

func ranges() chart.Ranges {
	return chart.Ranges{
		Title: "What one event costs, typically and in a bad case",
		Head:  [4]string{"", "Low", "Middle", "High"},
		Note:  "nine times in ten between the ends", Log: "each step is ten times the one before",
		Rows: []chart.Range{
			{Label: "Now", Low: 300e3, Mid: 800e3, High: 2.3e6, Style: chart.Now},
			{Label: "With locked backups", Low: 120e3, Mid: 400e3, High: 1.1e6, Style: chart.After},
		},
		Money: pounds,
	}
}

func frontier() chart.Frontier {
	return chart.Frontier{
		Title:  "Past £165k one more pound brings back less than a pound",
		Points: []chart.FrontierPoint{{0, 0}, {3e3, 40e3}, {12e3, 140e3}, {40e3, 290e3}, {90e3, 420e3}, {165e3, 560e3}, {240e3, 575e3}},
		StopAt: 165e3, Stop: "stops paying here", Here: 4, HereAs: "this plan",
		Head: [2]string{"Outlay", "Brings"}, Money: pounds,
	}
}

func waterfall() chart.Waterfall {
	return chart.Waterfall{
		Title: "Five things are worth £183k together",
		Steps: []chart.Fall{{"Storage can never be public", 24e3}, {"AI notes, which bring a new threat with them", 160e3}, {"Every record read checks the agency", -28e3}, {"Nobody knows", math.NaN()}, {"Payroll export", 27e3}},
		Total: "All together", Head: [3]string{"", "Adds", "So far"}, Money: pounds,
	}
}

func bowTie() chart.BowTie {
	return chart.BowTie{
		Title:  "Two layers stand before the copying of the database, and one after it",
		Causes: []chart.Cause{{Label: "Text from outside is run as a query", Known: "CWE-89"}, {Label: "only with the reports page"}},
		Before: []chart.Gate{
			{Label: "Firewall in front of the web pages", Stands: "failing", Holding: chart.Broken},
			{Label: "Two people read every change", Stands: "verified, 97 %", Holding: chart.Holds},
		},
		Event: "The customer database is copied and sold: 13 of 100 within two years",
		After: []chart.Gate{{Label: "Alerts to the engineer on call", Stands: "not verified", Holding: chart.Doubtful}},
		Harms: []string{"31,000 people: health records. Serious harm.", "fines and compensation", "lost trust"},
		Words: chart.BowTieWords{
			Causes: "What brings it", Before: "What stands before it", Event: "What happens", After: "What stands after it", Harms: "What it harms",
			None: "nothing", What: "What", Stands: "How it stands",
		},
	}
}

func bareBowTie() chart.BowTie {
	b := bowTie()
	b.Before, b.After, b.Causes = nil, nil, nil
	return b
}

func credit() chart.Credit {
	return chart.Credit{
		Title: "Firewall: verified, credited with about 46%", From: "1 June 2026", To: "15 July 2026", All: "all", None: "none",
		Stretches: []chart.Stretch{
			{From: 0, To: 0.4, Share: 0.67, Holding: chart.Holds, Label: "verified"},
			{From: 0.4, To: 0.6, Share: 0, Holding: chart.Broken, Label: "silent for too long"},
			{From: 0.6, To: 0.7, Share: 0.3, Holding: chart.Doubtful, Label: "weak"},
			{From: 0.7, To: 1, Share: 0.46, Holding: chart.Holds, Label: "verified"},
			{From: math.NaN(), To: 2, Share: math.Inf(1), Holding: chart.Doubtful},
		},
		Heard: []chart.Heard{{At: 0, Reading: "1 June 2026: attacks pass"}, {At: 0.2, Sign: chart.HeardNeither, Reading: "9 June 2026: attacks inconclusive"}, {At: 0.65, Sign: chart.HeardBad, Reading: "10 July 2026: attacks fail"}, {At: 0.7, Reading: "11 July 2026: attacks pass"}},
		Signs: [3]string{"passed", "failed", "inconclusive"},
		Head:  [4]string{"When", "What came", "Stands", "Credited"},
		Rows:  [][]string{{"1 June 2026", "attacks pass", "verified", "about 67%"}, {"10 July 2026", "attacks fail", "failing", "none"}},
	}
}

func pictures() map[string]chart.Picture {
	return map[string]chart.Picture{
		"squares": squares(), "exceedance": exceedance(), "exceedance-log": logarithmic(),
		"ranges": ranges(), "frontier": frontier(), "waterfall": waterfall(),
		"bowtie": bowTie(), "bowtie-bare": bareBowTie(), "credit": credit(),
	}
}
