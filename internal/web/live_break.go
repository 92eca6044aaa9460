package web

import (
	"context"
	"net/url"
	"slices"
	"strings"

	"github.com/parleysec/parley/internal/brief/plain"
	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/internal/negotiate"
)

// breakTrials are the years drawn to look at a broken layer. Nothing of them is
// shown: what a page says of it is worked out exactly.
const breakTrials = 1_000

// known are those of some ids that are layers before or after the threat, in
// order; others say nothing.
func (b *briefBuilder) known(r *negotiate.LayersResult, ids []string) []string {
	var out []string
	for _, x := range r.Layers {
		if slices.Contains(ids, x.ID) && slices.Contains(x.Against, b.t.ID) {
			out = append(out, x.ID)
		}
	}
	return out
}

// breakLink leads to the page with a layer broken, or standing again.
func (b *briefBuilder) breakLink(id string) Link {
	broken, key := toggled(b.broken, id)
	return Link{b.brokenURL(broken), catalogue.T(key)}
}

// toggled is a list of what is broken with one thing broken or mended, and the
// words for that.
func toggled(broken []string, id string) (then []string, key string) {
	broken = slices.Clone(broken)
	if i := slices.Index(broken, id); i >= 0 {
		return slices.Delete(broken, i, i+1), "web.layers.mend"
	}
	return append(broken, id), "web.layers.break"
}

func (b *briefBuilder) brokenURL(broken []string) string {
	return asking(threatURL(b.t.ID), url.Values{"break": broken}) + "#layers"
}

// without prices a product with some of what stands broken.
func (l *live) without(ctx context.Context, s *situation, broken []string) (*negotiate.WhatIfResult, error) {
	return kept(ctx, l, s, "WhatIf", func(ctx context.Context) (*negotiate.WhatIfResult, error) {
		return l.service.WhatIf(ctx, actorOf(ctx), negotiate.WhatIfRequest{
			Source: negotiate.Source{Product: s.product.ID}, AsOf: l.opt.AsOf, Break: broken, Trials: breakTrials, Over: string(overOf(ctx)),
		})
	}, broken, string(overOf(ctx)))
}

// breaks says what the broken layers would change.
func (b *briefBuilder) breaks(v *LayersView) {
	r := b.failed
	if r == nil {
		return
	}
	var titles []string
	for _, row := range v.Rows {
		if slices.Contains(b.broken, row.ID) {
			titles = append(titles, row.Title)
		}
	}
	v.Mend = &Link{b.brokenURL(nil), catalogue.T("web.layers.mend_all")}
	before, after := riskOf(r.Before, b.t.ID), riskOf(r.After, b.t.ID)
	if before == nil || after == nil {
		return
	}
	v.Broken = thenWords("web.layers.then", before, after, r.Before, "layers", quotedList(titles))
}

// told is the chance of the threat as the picture of its layers shows it: with what
// is looked at as broken failed; nil where it is not known.
func (b *briefBuilder) told() *float64 {
	if b.failed != nil {
		if after := riskOf(b.failed.After, b.t.ID); after != nil {
			p := after.Told()
			return &p
		}
	}
	return b.t.Told()
}

// thenWords says how much more often a threat happens and what more it costs, with
// the words of key; with those of key and "_dearer" where it happens as often.
func thenWords(key string, before, after *negotiate.ThreatRisk, r *negotiate.RiskResult, pairs ...any) string {
	chance, then := of100(before.Told()), of100(after.Told())
	if chance == then {
		key += "_dearer"
	}
	return catalogue.T(key, append(pairs, "time", plain.Duration(r.ToldYears()), "before", chance, "after", then,
		"cost", plain.About(before.ExpectedAnnualLoss, r.Currency), "then", plain.About(after.ExpectedAnnualLoss, r.Currency))...)
}

// quotedList names things by their titles.
func quotedList(titles []string) string { return plain.List(inQuotes(titles)) }

// quotedTitles names things by their titles, of a list that goes on.
func quotedTitles(titles []string) string { return strings.Join(inQuotes(titles), ", ") }

func inQuotes(titles []string) []string {
	out := make([]string, 0, len(titles))
	for _, title := range titles {
		out = append(out, inMarks(title))
	}
	return out
}

func inMarks(title string) string { return catalogue.T("web.layers.quoted", "title", title) }

// riskOf is the price of one threat, nil where there is none.
func riskOf(r *negotiate.RiskResult, threat string) *negotiate.ThreatRisk {
	for i := range r.Threats {
		if r.Threats[i].ID == threat {
			return &r.Threats[i]
		}
	}
	return nil
}
