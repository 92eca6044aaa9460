package web

import (
	"math"
	"slices"

	"github.com/parleysec/parley/internal/brief/plain"
	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/internal/chart"
	"github.com/parleysec/parley/internal/negotiate"
)

// roomPictures draw what people said of a threat, one picture a thing: one bar a
// person on one scale, the second round beside the first, all together at the bottom.
func roomPictures(r *negotiate.WorkshopResult, t negotiate.WorkshopTopic) []RoomPicture {
	var out []RoomPicture
	for _, s := range t.Scales {
		title := catalogue.T("web.workshop.scale."+s.What+"."+s.Unit, "time", plain.Duration(s.Years))
		f := chart.Ranges{
			Title: title, Note: catalogue.T("web.workshop.scale.note." + s.Unit), Log: catalogue.T("web.plan.axis_log"),
			Head:  [4]string{catalogue.T("web.talk.who"), catalogue.T("web.talk.low"), catalogue.T("web.talk.middle"), catalogue.T("web.talk.high")},
			Money: plain.Number,
		}
		times := 1.0
		switch s.Unit {
		case "chance":
			times = 100
		case "money":
			f.Money = func(v float64) string { return plain.Money(v, r.Currency) }
		}
		again := slices.ContainsFunc(s.Bars, func(b negotiate.WorkshopBar) bool { return b.Round > 1 })
		for _, b := range s.Bars {
			f.Rows = append(f.Rows, barOf(b, times, again))
		}
		out = append(out, RoomPicture{title, apartWords(s, r.Currency), picture(f, columnWidth, "")})
	}
	return out
}

// apartWords says how far people are apart in what they said last of one thing: who
// stands at either end, and how many times the one middle is the other.
func apartWords(s negotiate.WorkshopScale, currency string) string {
	low, high, agreed := s.Ends()
	switch {
	case low.By == high.By:
		return catalogue.T("web.workshop.apart.alone", "who", low.By)
	case agreed:
		return catalogue.T("web.workshop.apart.agreed")
	}
	least, most := middleWords(low.Mid, s.Unit, currency), middleWords(high.Mid, s.Unit, currency)
	if times := math.Round(high.Mid / low.Mid); times >= 2 && times <= 100 {
		return catalogue.T("web.workshop.apart.times", "low", low.By, "least", least, "high", high.By, "most", most, "times", plain.InWords(times))
	}
	return catalogue.T("web.workshop.apart.ends", "low", low.By, "least", least, "high", high.By, "most", most)
}

// middleWords is the middle of what somebody said.
func middleWords(x float64, unit, currency string) string {
	switch unit {
	case "chance":
		return catalogue.T("web.workshop.middle.chance", "n", plain.Number(x*100))
	case "days":
		return catalogue.T("web.workshop.middle.days", "n", plain.Number(x))
	}
	return plain.Money(x, currency)
}

// barOf is one bar: of the first round filled, of the second outlined. Where there
// were two, the label says which.
func barOf(b negotiate.WorkshopBar, times float64, again bool) chart.Range {
	label, style := b.By, chart.Now
	if label == "" {
		label = catalogue.T("web.workshop.together")
	}
	if again {
		label = catalogue.T("web.workshop.in_round", "who", label, "n", b.Round)
	}
	if b.Round > 1 {
		style = chart.After
	}
	return chart.Range{Label: label, Low: b.Low * times, Mid: b.Mid * times, High: b.High * times, Style: style}
}
