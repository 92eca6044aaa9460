package web

import (
	"cmp"
	"context"
	"html/template"
	"math"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/brief"
	"github.com/parleysec/parley/internal/brief/plain"
	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/internal/chart"
	"github.com/parleysec/parley/internal/negotiate"
)

const (
	shownLarge   = 5 // threats that get a card
	shownWaiting = 3 // that wait, before the rest is left to the list below
	minutesEach  = 3 // to read a brief and decide
)

func (l *live) home(ctx context.Context, product string) (*HomeView, error) {
	s, err := l.look(ctx, product)
	switch {
	case signedIn(ctx) && (parley.KindOfError(err) == parley.Forbidden || err == nil && s.product == nil && !l.mayAnywhere(ctx, "Brief")):
		return l.noRole(ctx), nil
	case err != nil:
		return nil, err
	case s.product == nil:
		return &HomeView{Starts: true}, nil
	}
	// The price of all years is worked out beside the briefs: the plan they
	// are seen against keeps one processor busy, not all.
	var beside sync.WaitGroup
	beside.Go(func() { _, _ = l.totals(ctx, s) }) // kept; an error comes again when it is read below
	defer beside.Wait()
	report, err := l.figures(ctx, s)
	if err != nil {
		return nil, err
	}
	if err := l.reasons(ctx, s); err != nil {
		return nil, err
	}
	v := &HomeView{Frame: l.page(ctx, s, catalogue.T("web.nav.home"), "/"), Assumed: report.Assumed, PlanURL: s.pageURL("/plan")}
	v.ProductID = s.product.ID
	v.Reads = !l.mayAnswer(ctx, s.product.ID)
	v.Heading = waitHeading(s.waits(), v.Reads)
	if n := s.waits(); n > 0 {
		var lead []string
		if !v.Reads {
			lead = append(lead, catalogue.T("web.home.minutes", "time", minutes(n*minutesEach)))
		}
		if up := len(s.handedUp()); up > 0 {
			lead = append(lead, catalogue.N("web.home.handed_up", up, "number", plain.Capital(plain.InWords(float64(up)))))
		}
		if len(lead) > 0 {
			v.Lead = []string{strings.Join(lead, " ")}
		}
	}
	h := &homeBuilder{s: s, report: report, view: v}
	h.groups()
	h.threats()
	if len(report.Threats) > 0 {
		v.Adds = s.adds(sumAsk{}, v.ThreatsHeading)
		v.Over = overSwitch(report, "/", url.Values{"product": {s.product.ID}}, "threats")
	}
	if err := l.week(ctx, s, v); err != nil {
		return nil, err
	}
	if err := l.limits(ctx, s, v); err != nil {
		return nil, err
	}
	l.ask(ctx, s, v)
	return v, nil
}

// noRole is the first page of somebody who may read nothing yet.
func (l *live) noRole(ctx context.Context) *HomeView {
	v := &HomeView{
		Frame: Frame{Title: catalogue.T("web.nav.home"), Who: l.who(ctx), Foot: l.foot(ctx)}, Heading: catalogue.T("web.home.no_role"),
		ThreatsHeading: catalogue.T("web.home.no_role_how"), Empty: catalogue.T("web.home.no_role_says", "who", actorOf(ctx).ID),
	}
	if l.may(ctx, "SetMember", "") == nil {
		v.Heading, v.Empty = catalogue.T("web.home.administers"), catalogue.T("web.home.administers_says")
	}
	return v
}

// waitHeading says how much waits; for somebody who only reads it waits for others.
func waitHeading(n int, reads bool) string {
	if n == 0 {
		return catalogue.T("web.home.nothing")
	}
	key := "web.home.waiting"
	if reads {
		key = "web.home.waiting_others"
	}
	return catalogue.N(key, n, "number", plain.Capital(plain.InWords(float64(n))))
}

func minutes(n int) string {
	switch {
	case n <= 20:
		return catalogue.T("web.home.minutes_n", "n", n)
	case n <= 45:
		return catalogue.T("web.home.half_hour")
	}
	return catalogue.T("web.home.an_hour")
}

// homeBuilder puts what waits and what may go wrong into a view.
type homeBuilder struct {
	s      *situation
	report *brief.Report
	view   *HomeView
}

// featureTitles names features by their titles, as far as they are known.
func (s *situation) featureTitles(ids []string) []string {
	var out []string
	for _, id := range ids {
		if m := s.product.Model; m != nil && m.Feature(id) != nil {
			id = titleOr(m.Feature(id).Title, id)
		}
		out = append(out, id)
	}
	return out
}

// groups lists what waits, most urgent first; a threat stands in one group.
func (h *homeBuilder) groups() {
	p := h.s.product
	said := map[string]bool{}
	h.asked()
	h.decisions("web.wait.reopened", p.Reopened, said, func(d negotiate.Decision) Tag {
		return Tag{catalogue.T("web.wait.came_back", "ago", h.s.ago(h.since(d.Threats))), "risk"}
	})
	h.decisions("web.wait.overdue", p.Overdue, said, func(d negotiate.Decision) Tag {
		return Tag{catalogue.T("web.wait.ended", "date", plain.DateText(d.Until)), "risk"}
	})
	h.decisions("web.wait.handed_up", h.s.handedUp(), said, func(d negotiate.Decision) Tag {
		return Tag{catalogue.T("web.wait.by_whom", "who", decider(d)), ""}
	})
	h.waiting(said)
	h.decisions("web.wait.proposed", p.Proposed, said, func(d negotiate.Decision) Tag {
		return Tag{catalogue.T("web.wait.by", "who", decider(d)), ""}
	})
	h.decisions("web.wait.review", p.Review, said, func(d negotiate.Decision) Tag {
		by := ""
		for _, c := range d.Conditions {
			if by == "" || c.ReviewBy != "" && c.ReviewBy < by {
				by = c.ReviewBy
			}
		}
		if by < h.s.status.AsOf {
			return Tag{catalogue.T("web.wait.review_over", "date", plain.DateText(by)), "risk"}
		}
		return Tag{catalogue.T("web.wait.review_by", "date", plain.DateText(by)), "warn"}
	})
	h.decisions("web.wait.soon", p.DueSoon, said, func(d negotiate.Decision) Tag {
		return Tag{catalogue.T("web.wait.ends", "date", plain.DateText(d.Until)), "warn"}
	})
}

// asked lists what mentions whoever looks and they did not answer yet.
func (h *homeBuilder) asked() {
	g := WaitGroup{Heading: catalogue.T("web.wait.asked")}
	for _, n := range h.s.product.Asked {
		id := n.About
		for _, d := range h.s.decisions("") {
			if d.ShortID == n.About && len(d.Threats) > 0 {
				id = d.Threats[0]
			}
		}
		title := id
		if m := h.s.product.Model; m != nil && m.Threat(id) != nil {
			title = titleOr(m.Threat(id).Title, id)
		}
		by := n.By
		if n.Claimed {
			by = catalogue.T("web.record.claimed_short", "who", n.By)
		}
		g.Items = append(g.Items, WaitItem{
			URL: threatURL(id) + "#talk", Title: title, Tags: []Tag{{catalogue.T("web.wait.asked_by", "who", by, "ago", h.s.ago(n.At)), ""}}, Because: shortened(n.Text, askedShown),
		})
	}
	if len(g.Items) > 0 {
		h.view.Groups = append(h.view.Groups, g)
	}
}

// askedShown is how many characters of a question the first page shows.
const askedShown = 200

// shortened is a text on one line, cut after so many characters.
func shortened(text string, most int) string {
	r := []rune(plain.Clean(text))
	if len(r) <= most {
		return string(r)
	}
	return strings.TrimRight(string(r[:most-1]), " ") + "…"
}

func (h *homeBuilder) decisions(heading string, ds []negotiate.Decision, said map[string]bool, tag func(negotiate.Decision) Tag) {
	g := WaitGroup{Heading: catalogue.T(heading)}
	for _, d := range ds {
		if len(d.Threats) == 0 || said[d.Threats[0]] {
			continue
		}
		for _, id := range d.Threats {
			said[id] = true
		}
		item := WaitItem{
			URL: threatURL(d.Threats[0]), Title: strings.Join(d.Titles, "; "), Tags: []Tag{tag(d)},
			Because: h.s.cameBack(d, h.report, 1), Moved: h.s.moved[d.ShortID], Figures: h.figures(d.Threats[0]),
		}
		if t := h.report.Threat(d.Threats[0]); t != nil && t.GraveHarm {
			item.Tags = append([]Tag{{catalogue.T("web.tag.grave"), "risk"}}, item.Tags...)
		}
		if item.Because == "" && d.Kind == parley.Escalate {
			item.Because = d.Because
		}
		if item.Because == "" {
			item.Because = catalogue.T("web.wait.because", "kind", catalogue.T("kind."+string(d.Kind)), "why", d.Because)
		}
		g.Items = append(g.Items, item)
	}
	if len(g.Items) > 0 {
		h.view.Groups = append(h.view.Groups, g)
	}
}

// since is when a threat began to wait.
func (h *homeBuilder) since(threats []string) (t time.Time) {
	for _, w := range h.s.product.Waiting {
		if slices.Contains(threats, w.Threat) {
			return w.Since
		}
	}
	return t
}

// onward is where to go on to from a threat that was decided on: to the next one that
// waits, as the first page has them, or back to it. nil for who decides nothing.
func (l *live) onward(ctx context.Context, s *situation, threat string) *Link {
	if guestOf(ctx) != nil || !l.mayAnswer(ctx, s.product.ID) {
		return nil
	}
	said := map[string]bool{threat: true}
	var next []Link
	for _, d := range slices.Concat(s.product.Reopened, s.product.Overdue) {
		for i, id := range d.Threats {
			if !said[id] {
				said[id] = true
				next = append(next, Link{threatURL(id), d.Titles[i]})
			}
		}
	}
	var rest []negotiate.Waiting
	for _, w := range s.product.Waiting {
		if !said[w.Threat] {
			said[w.Threat] = true
			rest = append(rest, w)
		}
	}
	oldest(rest, func(negotiate.Waiting) int { return 0 })
	for _, w := range rest {
		next = append(next, Link{threatURL(w.Threat), w.Title})
	}
	if len(next) == 0 {
		return &Link{s.pageURL("/"), catalogue.T("web.onward.none")}
	}
	return &Link{next[0].URL, catalogue.N("web.onward", len(next), "number", plain.Capital(plain.InWords(float64(len(next)))), "title", next[0].Title)}
}

// oldestFirst puts what waits in the order in which it is to be decided: grave harm
// first, then by the day it came in, then by cost.
func (h *homeBuilder) oldestFirst(ws []negotiate.Waiting) {
	oldest(ws, func(w negotiate.Waiting) int {
		return slices.IndexFunc(h.report.Threats, func(t brief.Threat) bool { return t.ID == w.Threat })
	})
}

// oldest puts what waits in that order, with what else tells them apart.
func oldest(ws []negotiate.Waiting, cost func(negotiate.Waiting) int) {
	grave := func(w negotiate.Waiting) int {
		if w.Grave {
			return 0
		}
		return 1
	}
	day := func(w negotiate.Waiting) string { return w.Since.Format(time.DateOnly) }
	slices.SortStableFunc(ws, func(a, b negotiate.Waiting) int {
		return cmp.Or(cmp.Compare(grave(a), grave(b)), cmp.Compare(day(a), day(b)), cmp.Compare(cost(a), cost(b)))
	})
}

// waiting lists threats nobody decided about, the oldest first.
func (h *homeBuilder) waiting(said map[string]bool) {
	var ws []negotiate.Waiting
	for _, w := range h.s.product.Waiting {
		if !said[w.Threat] {
			ws = append(ws, w)
			said[w.Threat] = true
		}
	}
	h.oldestFirst(ws)
	g := WaitGroup{Heading: catalogue.T("web.wait.undecided")}
	if len(ws) > shownWaiting+1 {
		g.More = catalogue.N("web.wait.more", len(ws)-shownWaiting, "number", plain.InWords(float64(len(ws)-shownWaiting)))
		ws = ws[:shownWaiting]
	}
	for _, w := range ws {
		item := WaitItem{URL: threatURL(w.Threat), Title: w.Title, Figures: h.figures(w.Threat)}
		if t := h.report.Threat(w.Threat); t != nil {
			item.Because = t.Says
			if t.Words.Missing != "" {
				item.Because = t.Words.Missing
			}
		}
		if w.Grave {
			item.Tags = append(item.Tags, Tag{catalogue.T("web.tag.grave"), "risk"})
		}
		item.Tags = append(item.Tags, Tag{catalogue.T("web.wait.since", "ago", h.s.ago(w.Since)), ""})
		g.Items = append(g.Items, item)
	}
	if len(g.Items) > 0 {
		h.view.Groups = append(h.view.Groups, g)
	}
}

// figures is chance and loss of a threat in one line.
func (h *homeBuilder) figures(id string) string {
	t := h.report.Threat(id)
	if t == nil || t.Told() == nil {
		return ""
	}
	parts := []string{catalogue.T("web.home.chance_line", "chance", plain.Capital(of100(*t.Told())), "time", plain.Duration(h.report.ToldYears()))}
	if l := t.LossIfItHappens; l != nil {
		parts = append(parts, catalogue.T("web.home.loss_line", "typical", plain.Money(l.P50, h.report.Currency), "bad", plain.Money(l.P95, h.report.Currency)))
	}
	return strings.Join(parts, "; ")
}

// threats shows the few that cost most large, and folds the rest away. Those
// that may harm people gravely are never folded.
func (h *homeBuilder) threats() {
	v := h.view
	v.ThreatsHeading = catalogue.T("web.home.threats")
	v.ThreatsNote = catalogue.T("web.home.threats_note", "time", plain.Duration(h.report.ToldYears()))
	var rest, aware []brief.Threat
	// What only a feature brings stands after what can happen today.
	byToday := slices.Clone(h.report.Threats)
	slices.SortStableFunc(byToday, func(a, b brief.Threat) int { return cmp.Compare(min(len(a.OnlyWith), 1), min(len(b.OnlyWith), 1)) })
	for _, t := range byToday {
		switch {
		case t.Triage == parley.Aware:
			aware = append(aware, t)
		case len(v.Top) < shownLarge || t.GraveHarm:
			v.Top = append(v.Top, h.card(t))
		default:
			rest = append(rest, t)
		}
	}
	if len(rest) == 1 {
		v.Top, rest = append(v.Top, h.card(rest[0])), nil
	}
	v.Rest, v.Aware = h.folded(rest), h.aware(aware)
	if len(h.report.Threats) == 0 {
		v.Empty, v.ThreatsNote = catalogue.T("web.home.no_threats"), ""
	}
}

func (h *homeBuilder) card(t brief.Threat) Card {
	c := Card{URL: threatURL(t.ID), ID: t.ID, Title: titleOr(t.Title, t.ID), Says: t.Says, People: t.Words.People, Tags: h.tags(t)}
	money := func(x float64) string { return plain.Money(x, h.report.Currency) }
	if p := t.Told(); p != nil {
		c.Facts = append(c.Facts, Pair{catalogue.T("web.fact.within", "time", plain.Duration(h.report.ToldYears())), of100(*p)})
		mini := chart.Squares{Title: of100(*p), Panels: []chart.Panel{{Chance: *p, Style: chart.Now}}}
		c.Picture = template.HTML(chart.SVG(mini, chart.SVGOptions{Width: miniWidth})) //nolint:gosec // see picture
	}
	if l := t.LossIfItHappens; l != nil {
		c.Facts = append(c.Facts, Pair{catalogue.T("web.fact.typical"), money(l.P50)}, Pair{catalogue.T("web.fact.bad"), money(l.P95)})
	}
	if e := t.ExpectedAnnualLoss; e != nil {
		c.Facts = append(c.Facts, Pair{catalogue.T("web.fact.average"), catalogue.T("web.fact.a_year", "money", money(*e))})
	}
	if t.Words.Missing != "" {
		c.Facts = append(c.Facts, Pair{catalogue.T("web.fact.missing"), t.Words.Missing})
	}
	return c
}

// tags says where the deciding about a threat stands, and what is doubtful.
func (h *homeBuilder) tags(t brief.Threat) []Tag {
	var tags []Tag
	if st := h.s.standing(t.ID); st.Text != "" {
		tags = append(tags, st)
	}
	if len(t.OnlyWith) > 0 {
		tags = append(tags, Tag{catalogue.T("web.tag.only_with", "features", plain.List(h.s.featureTitles(t.OnlyWith))), ""})
	}
	if t.Guessed {
		tags = append(tags, Tag{catalogue.T("web.tag.guess"), ""})
	}
	if t.Unconfirmed {
		tags = append(tags, Tag{catalogue.T("web.tag.unconfirmed"), "warn"})
	}
	return tags
}

func (h *homeBuilder) folded(ts []brief.Threat) *Folded {
	if len(ts) == 0 {
		return nil
	}
	sum := 0.0
	f := &Folded{Head: []string{
		catalogue.T("web.home.threat"), catalogue.T("web.fact.within", "time", plain.Duration(h.report.ToldYears())),
		catalogue.T("web.fact.typical"), catalogue.T("web.fact.bad"),
	}}
	for _, t := range ts {
		row := FoldedRow{URL: threatURL(t.ID), Title: titleOr(t.Title, t.ID), Cells: []string{"–", "–", "–"}, Tags: h.tags(t)}
		if t.Told() != nil {
			row.Cells[0] = of100(*t.Told())
		}
		if l := t.LossIfItHappens; l != nil {
			row.Cells[1], row.Cells[2] = plain.Money(l.P50, h.report.Currency), plain.Money(l.P95, h.report.Currency)
		}
		if t.ExpectedAnnualLoss != nil && len(t.OnlyWith) == 0 { // what a feature would bring costs nothing yet
			sum += *t.ExpectedAnnualLoss
		}
		f.Rows = append(f.Rows, row)
	}
	f.Heading = catalogue.T("web.home.rest", "n", len(ts), "money", plain.About(math.Max(0, sum), h.report.Currency))
	return f
}

func (h *homeBuilder) aware(ts []brief.Threat) *Folded {
	if len(ts) == 0 {
		return nil
	}
	f := &Folded{Heading: catalogue.N("web.home.aware", len(ts), "number", plain.Capital(plain.InWords(float64(len(ts)))))}
	for _, t := range ts {
		row := FoldedRow{URL: threatURL(t.ID), Title: titleOr(t.Title, t.ID)}
		if t.Care != "" {
			row.Cells = []string{t.Care}
		}
		f.Rows = append(f.Rows, row)
	}
	return f
}
