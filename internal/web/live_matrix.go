package web

import (
	"cmp"
	"context"
	"net/url"
	"slices"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/brief/plain"
	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/internal/chart"
	"github.com/parleysec/parley/internal/negotiate"
)

const layersPath = "/layers"

// How much of the layers page stands open before the rest is folded away.
const (
	matrixShown   = 12 // threats
	failuresShown = 12 // layers
	movesShown    = 5  // threats that a break moves
)

// MatrixView shows which layers stand before which threat, by what they do, how
// their checks bear them out, and what it costs when one fails.
type MatrixView struct {
	Frame
	Heading  string
	Lead     []string
	Broken   []string // what the things that are looked at as broken would change
	Mend     *Link    // to see them stand again
	Head     []string // what layers do: the columns
	Rows     []MatrixRow
	More     []MatrixRow // folded
	MoreSays string
	Layers   []FailureRow
	Rest     []FailureRow // folded
	RestSays string
	Shared   []FailureRow // what layers rely on
	Evidence Link
}

// MatrixRow is one threat and what stands before it.
type MatrixRow struct {
	Threat Link
	ID     string
	Alone  string       // what it hangs on alone
	Bare   *Tag         // where nothing stands
	Cells  []MatrixCell // by what layers do
}

// MatrixCell is what does one thing about one threat.
type MatrixCell struct {
	Does   string
	Layers []MatrixLayer
}

// MatrixLayer is a layer and how it stands.
type MatrixLayer struct {
	Title  string
	Stands Tag
}

// FailureRow is what it costs when one thing fails and nobody notices.
type FailureRow struct {
	ID, Title, Does, By string
	Stands              *Tag
	Fails, Bares        string
	Adds                *Link // to what it costs then adds up from
	Break               Link
}

// matrixAsk says of which product the layers are wanted, and what of them is
// taken as broken.
type matrixAsk struct {
	product string
	broken  []string // ids of layers and of what they rely on
}

// matrixBuilder puts the layers of a product into a view.
type matrixBuilder struct {
	s      *situation
	r      *negotiate.LayersResult
	broken []string
}

func (l *live) matrix(ctx context.Context, ask matrixAsk) (*MatrixView, error) {
	s, err := l.look(ctx, ask.product)
	if err != nil {
		return nil, err
	}
	v := &MatrixView{
		Frame: l.page(ctx, s, catalogue.T("web.matrix.title"), layersPath), Heading: catalogue.T("web.matrix.none"),
		Evidence: Link{s.pageURL("/evidence"), catalogue.T("web.evidence.link")},
	}
	if s.product == nil {
		return v, nil
	}
	r, err := l.layers(ctx, s)
	if err != nil {
		return nil, err
	}
	if len(r.Layers) == 0 {
		v.Lead = []string{catalogue.T("web.matrix.declare")}
		return v, nil
	}
	b := &matrixBuilder{s: s, r: r}
	b.broken = b.known(ask.broken)
	b.build(v)
	return v, l.broken(ctx, b, v)
}

// known are those of some ids that can be broken, in the order of the page.
func (b *matrixBuilder) known(ids []string) []string {
	var out []string
	for _, x := range b.r.Layers {
		if slices.Contains(ids, x.ID) {
			out = append(out, x.ID)
		}
	}
	for _, d := range b.r.Dependencies {
		if slices.Contains(ids, d.ID) {
			out = append(out, d.ID)
		}
	}
	return out
}

var functions = []parley.Function{parley.Prevent, parley.Detect, parley.Respond, parley.Recover}

func (b *matrixBuilder) build(v *MatrixView) {
	for _, f := range functions {
		v.Head = append(v.Head, plain.Capital(catalogue.T("web.layer."+string(f))))
	}
	alone, bare := 0, 0
	for _, t := range b.r.Threats {
		row := b.row(t)
		if row.Bare != nil {
			bare++
		} else if row.Alone != "" {
			alone++
		}
		v.Rows = append(v.Rows, row)
	}
	v.Heading = plain.Capital(catalogue.N("web.matrix.alone", alone, "number", plain.InWords(float64(alone))))
	if alone == 0 {
		v.Heading = catalogue.T("web.matrix.not_alone")
	}
	v.Lead = append(v.Lead, b.standing())
	if bare > 0 {
		v.Lead = append(v.Lead, plain.Capital(catalogue.N("web.matrix.bare", bare, "number", plain.InWords(float64(bare)))))
	}
	if n := len(v.Rows) - matrixShown; n > 1 {
		v.Rows, v.More = v.Rows[:matrixShown], v.Rows[matrixShown:]
		v.MoreSays = catalogue.N("web.matrix.more", n)
	}
	for _, x := range b.r.Layers {
		v.Layers = append(v.Layers, b.failure(x))
	}
	if n := len(v.Layers) - failuresShown; n > 1 {
		v.Layers, v.Rest = v.Layers[:failuresShown], v.Layers[failuresShown:]
		v.RestSays = catalogue.N("web.matrix.rest", n)
	}
	for _, d := range b.r.Dependencies {
		v.Shared = append(v.Shared, FailureRow{
			ID: d.ID, Title: titleOr(d.Title, d.ID), By: catalogue.N("layers.shared", len(d.Layers)),
			Fails: catalogue.T("web.layers.more", "money", plain.About(d.IfItFails.Costs, b.r.Currency)), Bares: b.bares(d.IfItFails), Break: b.breakLink(d.ID), Adds: b.s.layerAdds(d.ID, d.Title, d.IfItFails, 0),
		})
	}
}

// standing says how many layers are verified, and how many fail.
func (b *matrixBuilder) standing() string {
	n, verified, failing := len(b.r.Layers), 0, 0
	for _, x := range b.r.Layers {
		switch x.Standing {
		case negotiate.Verified:
			verified++
		case negotiate.Failing:
			failing++
		}
	}
	key := "web.matrix.layers"
	if verified == 0 {
		key = "web.matrix.unverified"
	}
	says := catalogue.N(key, n, "number", plain.Capital(plain.InWords(float64(n))), "verified", plain.InWords(float64(verified)))
	if failing > 0 {
		says += " " + plain.Capital(catalogue.N("web.matrix.failing", failing, "number", plain.InWords(float64(failing))))
	}
	return says
}

func (b *matrixBuilder) row(t negotiate.ThreatLayers) MatrixRow {
	row := MatrixRow{Threat: Link{threatURL(t.ID), titleOr(t.Title, t.ID)}, ID: t.ID}
	stands := false
	for _, f := range functions {
		cell := MatrixCell{Does: plain.Capital(catalogue.T("web.layer." + string(f)))}
		for _, id := range t.ByFunction[f] {
			x := b.layer(id)
			stands = stands || !b.lost(x)
			cell.Layers = append(cell.Layers, MatrixLayer{titleOr(x.Title, x.ID), b.stands(x)})
		}
		row.Cells = append(row.Cells, cell)
	}
	if !stands {
		row.Bare = &Tag{catalogue.T("web.matrix.nothing"), "risk"}
		return row
	}
	row.Alone = b.alone(t.SinglePoints)
	return row
}

// alone says on what everything before a threat hangs, "" where on no one thing.
func (b *matrixBuilder) alone(ids []string) string {
	var titles []string
	for _, id := range ids {
		titles = append(titles, b.title(id))
	}
	switch len(titles) {
	case 0:
		return ""
	case 1:
		return catalogue.T("web.matrix.hangs", "things", quotedList(titles))
	}
	return catalogue.T("web.matrix.each", "things", quotedList(titles))
}

// layer finds a layer; every id in the result is one of its layers.
func (b *matrixBuilder) layer(id string) negotiate.Layer {
	i := slices.IndexFunc(b.r.Layers, func(x negotiate.Layer) bool { return x.ID == id })
	if i < 0 {
		return negotiate.Layer{ID: id}
	}
	return b.r.Layers[i]
}

// title names a layer, or something that layers rely on.
func (b *matrixBuilder) title(id string) string {
	for _, d := range b.r.Dependencies {
		if d.ID == id {
			return titleOr(d.Title, d.ID)
		}
	}
	return titleOr(b.layer(id).Title, id)
}

// lost reports whether a layer is looked at as broken, by itself or by what it
// relies on.
func (b *matrixBuilder) lost(x negotiate.Layer) bool {
	return slices.Contains(b.broken, x.ID) || slices.ContainsFunc(x.ReliesOn, func(id string) bool { return slices.Contains(b.broken, id) })
}

// stands is how a layer stands, in a word or two.
func (b *matrixBuilder) stands(x negotiate.Layer) Tag {
	if b.lost(x) {
		return Tag{catalogue.T("web.layers.broken"), holdingKind(chart.Broken)}
	}
	_, holding := standsWords(x.LayerStanding)
	return Tag{x.Word(), holdingKind(holding)}
}

func (b *matrixBuilder) failure(x negotiate.Layer) FailureRow {
	stands := b.stands(x)
	return FailureRow{
		ID: x.ID, Title: titleOr(x.Title, x.ID), Does: catalogue.T("web.layer." + string(x.Function)), By: x.VerifiedWords(), Stands: &stands,
		Fails: failsWords(x, b.r.Currency), Bares: b.bares(x.IfItFails), Break: b.breakLink(x.ID), Adds: b.s.layerAdds(x.ID, x.Title, x.IfItFails, x.CostsNow),
	}
}

// layerAdds leads to what a failure costs, threat by threat, or what the layer costs now
// that it is not borne out, where it costs something.
func (s *situation) layerAdds(id, title string, f negotiate.Failure, now float64) *Link {
	if f.Costs <= 0 && now <= 0 {
		return nil
	}
	return s.adds(sumAsk{about: negotiate.AboutLayer, id: id}, titleOr(title, id))
}

// bares says before which threats nothing else stands once something fails.
func (b *matrixBuilder) bares(f negotiate.Failure) string {
	if len(f.Bares) == 0 {
		return ""
	}
	var titles []string
	for _, id := range f.Bares {
		titles = append(titles, catalogue.T("web.layers.quoted", "title", threatTitle(b.s.product.Model, id)))
	}
	if n := len(titles) - movesShown; n > 1 {
		titles = append(titles[:movesShown], catalogue.N("web.matrix.others", n))
	}
	return catalogue.T("web.matrix.bares", "threats", plain.List(titles))
}

// breakLink leads to the page with something broken, or standing again.
func (b *matrixBuilder) breakLink(id string) Link {
	broken, key := toggled(b.broken, id)
	return Link{b.brokenURL(broken), catalogue.T(key)}
}

func (b *matrixBuilder) brokenURL(broken []string) string {
	return b.s.pageAsking(layersPath, url.Values{"break": broken})
}

// broken says what the things that are looked at as broken would change.
func (l *live) broken(ctx context.Context, b *matrixBuilder, v *MatrixView) error {
	if len(b.broken) == 0 {
		return nil
	}
	r, err := l.without(ctx, b.s, b.broken)
	if err != nil {
		return err
	}
	v.Mend = &Link{b.brokenURL(nil), catalogue.T("web.layers.mend_all")}
	var titles []string
	for _, id := range b.broken {
		titles = append(titles, b.title(id))
	}
	before, after := r.Before.ExpectedAnnualLoss.Exact, r.After.ExpectedAnnualLoss.Exact
	if before != nil && after != nil {
		v.Broken = append(v.Broken, catalogue.T("web.matrix.then", "layers", quotedList(titles),
			"cost", plain.About(*before, b.r.Currency), "then", plain.About(*after, b.r.Currency)))
	}
	v.Broken = append(v.Broken, b.moves(r)...)
	return nil
}

// moves says of the few threats whose loss grows most how much more often they
// happen.
func (b *matrixBuilder) moves(r *negotiate.WhatIfResult) []string {
	type move struct {
		before, after *negotiate.ThreatRisk
	}
	var all []move
	for i := range r.After.Threats {
		after := &r.After.Threats[i]
		if before := riskOf(r.Before, after.ID); before != nil && after.ExpectedAnnualLoss > before.ExpectedAnnualLoss {
			all = append(all, move{before, after})
		}
	}
	slices.SortStableFunc(all, func(a, b move) int {
		return cmp.Compare(b.after.ExpectedAnnualLoss-b.before.ExpectedAnnualLoss, a.after.ExpectedAnnualLoss-a.before.ExpectedAnnualLoss)
	})
	var out []string
	for _, m := range all[:min(len(all), movesShown)] {
		out = append(out, thenWords("web.matrix.moves", m.before, m.after, r.Before, "threat", titleOr(m.after.Title, m.after.ID)))
	}
	return out
}
