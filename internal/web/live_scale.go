package web

import (
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
		title := catalogue.T("web.workshop.scale." + s.What + "." + s.Unit)
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
		out = append(out, RoomPicture{title, picture(f, columnWidth, "")})
	}
	return out
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
