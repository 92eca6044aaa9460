package web

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/brief/plain"
	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/internal/chart"
	"github.com/parleysec/parley/internal/negotiate"
)

// LayersView is what stands before and after a threat.
type LayersView struct {
	Heading string
	How     string // what can be done in the picture
	Picture Picture
	Rows    []LayerRow
	Alone   []string // without what nothing else stands
	Broken  string   // what the layers that are looked at as broken would change
	Mend    *Link    // to see them stand again
}

// LayerRow is one layer.
type LayerRow struct {
	ID, Title, Does, Stands string
	Kind                    string // of the tag that says how it stands
	Fails                   string // what a year costs more once it fails and nobody notices
	Adds                    *Link  // to what that adds up from
	Break                   Link   // to see it broken, or stand again
}

// layers are those of a product, as they stand.
func (l *live) layers(ctx context.Context, s *situation) (*negotiate.LayersResult, error) {
	return kept(ctx, l, s, "Layers", func(ctx context.Context) (*negotiate.LayersResult, error) {
		return l.service.Layers(ctx, actorOf(ctx), negotiate.LayersRequest{
			Source: negotiate.Source{Product: s.product.ID}, AsOf: l.opt.AsOf,
		})
	})
}

// layers shows what stands before and after the threat.
func (b *briefBuilder) layers(r *negotiate.LayersResult) *LayersView {
	v := &LayersView{}
	var before, after []chart.Gate
	doubtful := 0
	for _, x := range r.Layers {
		if !slices.Contains(x.Against, b.t.ID) {
			continue
		}
		stands, holding := standsWords(x.LayerStanding)
		if holding != chart.Holds {
			doubtful++
		}
		if slices.Contains(b.broken, x.ID) {
			stands, holding = catalogue.T("web.layers.broken"), chart.Broken
		}
		act := b.breakLink(x.ID)
		gate := chart.Gate{Label: titleOr(x.Title, x.ID), Stands: stands, Holding: holding}
		gate.Break = chart.Link{URL: act.URL, Name: act.Title + ": " + gate.Label}
		if b.stops(x) {
			before = append(before, gate)
		} else {
			after = append(after, gate)
		}
		v.Rows = append(v.Rows, LayerRow{
			ID: x.ID, Title: gate.Label, Does: catalogue.T("web.layer." + string(x.Function)), Stands: stands, Kind: holdingKind(holding), Break: act,
			Fails: failsWords(x, r.Currency), Adds: b.s.layerAdds(x.ID, x.Title, x.IfItFails, x.CostsNow),
		})
		if x.Fallen() && slices.Contains(x.IfItFails.Bares, b.t.ID) {
			v.Alone = append(v.Alone, catalogue.T("web.layers.alone_now", "title", gate.Label, "standing", x.Word()))
			continue
		}
		b.alone(v, gate.Label, x.IfItFails)
	}
	for _, d := range r.Dependencies {
		b.alone(v, titleOr(d.Title, d.ID), d.IfItFails)
	}
	v.Heading = catalogue.T("web.layers.none")
	if n := len(v.Rows); n > 0 {
		v.Heading = plain.Capital(catalogue.N("web.layers.heading", n, "number", plain.InWords(float64(n))))
		switch {
		case doubtful == n:
			v.Heading += catalogue.N("web.layers.all_doubtful", n)
		case doubtful > 0:
			v.Heading += catalogue.N("web.layers.doubtful", doubtful, "number", plain.InWords(float64(doubtful)))
		}
	}
	if len(v.Rows) > 0 {
		v.How = catalogue.T("web.tie.click")
	}
	v.Picture = b.bowTie(before, after, v.Heading)
	return v
}

// failsWords says what a year costs more once a layer fails; of one that does, what it
// costs now.
func failsWords(x negotiate.Layer, currency string) string {
	if x.Fallen() && x.CostsNow > 0 {
		return catalogue.T("web.layers.now", "money", plain.About(x.CostsNow, currency))
	}
	return catalogue.T("web.layers.more", "money", plain.About(x.IfItFails.Costs, currency))
}

// alone says what stands by itself before the threat.
func (b *briefBuilder) alone(v *LayersView, title string, f negotiate.Failure) {
	if slices.Contains(f.Bares, b.t.ID) {
		v.Alone = append(v.Alone, catalogue.T("web.layers.alone", "title", title))
	}
}

// stops reports whether a layer stands before the event: it stops a share of
// the events, or nobody said and its function is to prevent.
func (b *briefBuilder) stops(x negotiate.Layer) bool {
	if m := b.s.product.Model; m != nil {
		for i := range m.Controls {
			for _, a := range m.Controls[i].Against {
				if m.Controls[i].ID == x.ID && a.Threat == b.t.ID && a.Stated() {
					return !a.Likelihood.IsZero()
				}
			}
		}
	}
	return x.Function == parley.Prevent
}

// standsWords is how a layer stands, and how far it can be relied on: what is
// neither verified nor failing is doubtful.
func standsWords(s negotiate.LayerStanding) (string, chart.Holding) {
	says := s.Word()
	if s.Standing != negotiate.NotVerified && s.Standing != negotiate.NotFinished {
		says = catalogue.T("web.layers.stands", "standing", says, "credit", plain.Percent(s.Assurance))
	}
	switch s.Standing {
	case negotiate.Verified:
		return says, chart.Holds
	case negotiate.Failing:
		return says, chart.Broken
	}
	return says, chart.Doubtful
}

func holdingKind(h chart.Holding) string {
	return map[chart.Holding]string{chart.Holds: "good", chart.Doubtful: "warn", chart.Broken: "risk"}[h]
}

// bowTie draws the way from what brings the threat to what it harms.
func (b *briefBuilder) bowTie(before, after []chart.Gate, says string) Picture {
	event := titleOr(b.t.Title, b.t.ID)
	if p := b.told(); p != nil {
		event = catalogue.T("web.tie.event", "title", event, "chance", of100(*p), "time", plain.Duration(b.report.ToldYears()))
	}
	return picture(chart.BowTie{
		Title: says, Causes: b.causes(), Before: before, Event: event, After: after, Harms: b.harms(),
		Words: chart.BowTieWords{
			Causes: catalogue.T("web.tie.causes"), Before: catalogue.T("web.tie.before"), Event: catalogue.T("web.tie.what_happens"),
			After: catalogue.T("web.tie.after"), Harms: catalogue.T("web.tie.harms"), None: catalogue.T("web.tie.none"),
			What: catalogue.T("web.tie.what"), Stands: catalogue.T("web.tie.stands"),
		},
	}, columnWidth, "")
}

// causes are what is written down of what brings a threat.
func (b *briefBuilder) causes() []chart.Cause {
	var out []chart.Cause
	for _, f := range b.s.featureTitles(b.t.OnlyWith) {
		out = append(out, chart.Cause{Label: catalogue.T("web.tie.feature", "feature", f)})
	}
	if m := b.s.product.Model; m != nil && m.Threat(b.t.ID) != nil {
		for _, ref := range m.Threat(b.t.ID).Refs {
			out = withCause(out, causeOf(ref))
		}
	}
	if len(out) == 0 {
		out = []chart.Cause{{Label: catalogue.T("web.tie.no_cause")}}
	}
	return out
}

// withCause adds a cause, or where the same is there already what else it is known by.
func withCause(list []chart.Cause, c chart.Cause) []chart.Cause {
	for i := range list {
		if list[i].Label == c.Label {
			list[i].Known = strings.Join(some(list[i].Known, c.Known), ", ")
			return list
		}
	}
	return append(list, c)
}

// causeOf is a reference in plain words: one to the public lists of weaknesses and of
// attacks by what stands there, any other as it is.
func causeOf(ref string) chart.Cause {
	list, number, ok := strings.Cut(strings.ToLower(ref), "-")
	number = strings.TrimLeft(number, "0")
	of := map[string]string{"cwe": "web.tie.weakness", "capec": "web.tie.attack"}[list]
	if _, err := strconv.ParseUint(number, 10, 32); !ok || of == "" || err != nil {
		return chart.Cause{Label: ref}
	}
	if key := "cause." + list + "." + number; catalogue.Has(key) {
		return chart.Cause{Label: catalogue.T(key), Known: ref}
	}
	return chart.Cause{Label: catalogue.T(of, "ref", ref)}
}

// harms are people first, then the kinds of loss.
func (b *briefBuilder) harms() []string {
	out := some(b.t.Words.People)
	if m := b.s.product.Model; m != nil && m.Threat(b.t.ID) != nil {
		for _, l := range m.Threat(b.t.ID).Impact.Losses() {
			out = append(out, plain.Capital(catalogue.T("risk.kind."+string(l.Kind))))
		}
	}
	return out
}
