package web

import (
	"cmp"
	"context"
	"html/template"
	"math"
	"slices"
	"strings"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/brief/plain"
	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/internal/chart"
	"github.com/parleysec/parley/internal/markdown"
	"github.com/parleysec/parley/internal/negotiate"
	"github.com/parleysec/parley/ledger"
	"github.com/parleysec/parley/quantity"
)

// TalkView is what people say about a threat and what was decided about it, what
// each of them estimates, and the form to say something.
type TalkView struct {
	Heading   string
	Estimates Picture // by person, on one scale
	Apart     string  // how far they are apart
	Notes     []NoteRow
	Form      *TalkForm
}

// NoteRow is one thing that was said.
type NoteRow struct {
	Who     string
	When    Moment
	About   string // the decision it is about, "" for the threat
	Kind    Tag
	Figures string        // of an estimate, as typed
	Text    template.HTML // from Markdown
}

// TalkForm says something about a threat or a decision.
type TalkForm struct {
	Action             string
	Kinds              []Choice // what it may be
	Kind               string
	Abouts             []Choice // the threat, and the decisions about it
	About              string
	Text               string
	Likelihood, Impact string
	Problem            *Problem
}

// along is the kind of remark by which somebody goes along with a decision they
// disagree with: it is kept as a comment on it.
const along = "along"

// talkSent is what a person sent to be said.
type talkSent struct{ threat, kind, about, text, likelihood, impact string }

// talk shows what was said about the threat and the decisions on it.
func (l *live) talk(ctx context.Context, b *briefBuilder) *TalkView {
	v := &TalkView{}
	about := map[string]bool{b.t.ID: true}
	f := &TalkForm{Action: threatURL(b.t.ID) + "/say", Kind: string(ledger.NoteComment), About: b.t.ID, Abouts: []Choice{{b.t.ID, catalogue.T("web.talk.about_threat")}}}
	for _, d := range b.s.decisions(b.t.ID) {
		about[d.ShortID] = true
		f.Abouts = append(f.Abouts, Choice{d.ShortID, catalogue.T("web.talk.about_decision", "date", plain.Date(d.At), "kind", catalogue.T("kind."+string(d.Kind)))})
	}
	for _, n := range b.s.product.Notes {
		if about[n.About] {
			v.Notes = append(v.Notes, noteRow(n, b.t.ID))
		}
	}
	v.Heading = catalogue.T("web.talk.none")
	if n := len(v.Notes); n > 0 {
		v.Heading = plain.Capital(catalogue.N("web.talk.heading", n, "number", plain.InWords(float64(n))))
	}
	b.estimates(v)
	if l.may(ctx, "AddNote", b.s.product.ID) == nil {
		kinds := []string{string(ledger.NoteComment), string(ledger.NoteQuestion), string(ledger.NoteEstimate)}
		if l.may(ctx, "AddNote (challenge)", b.s.product.ID) == nil {
			kinds = append(kinds, string(ledger.NoteChallenge))
		}
		if len(f.Abouts) > 1 {
			kinds = append(kinds, along)
		}
		for _, k := range kinds {
			f.Kinds = append(f.Kinds, Choice{k, catalogue.T("web.talk.kind." + k)})
		}
		v.Form = f
	}
	if v.Form == nil && len(v.Notes) == 0 && v.Estimates.Wide == "" {
		return nil
	}
	return v
}

func noteRow(n negotiate.Note, threat string) NoteRow {
	row := NoteRow{
		Who: n.By, When: momentOf(n.At), Kind: Tag{Text: catalogue.T("web.talk.was." + n.Kind)}, Text: markdown.HTML(n.Text, func(name string) bool { return len(ledger.Called(n.Mentions, name)) > 0 }),
		Figures: strings.Join(some(n.Likelihood, n.Impact), ", "),
	}
	if n.Claimed {
		row.Who = catalogue.T("web.record.claimed_short", "who", n.By)
	}
	if n.Kind == string(ledger.NoteChallenge) {
		row.Kind.Kind = "warn"
	}
	if n.About != threat {
		row.About = n.About
	}
	return row
}

// opinion is what one person, or all of them together, take for likely.
type opinion struct {
	who string
	at  string
	q   quantity.Dist
}

// opinions are the latest likelihood of each person, from the file and from what
// was said here, in the order of their names.
func (b *briefBuilder) opinions() []opinion {
	m := b.s.product.Model
	if m == nil || m.Threat(b.t.ID) == nil {
		return nil
	}
	latest := map[string]opinion{}
	add := func(o opinion) {
		if was, ok := latest[o.who]; !ok || was.at <= o.at {
			latest[o.who] = o
		}
	}
	for _, e := range m.Threat(b.t.ID).Estimates {
		if !e.Likelihood.IsZero() && e.Likelihood.Parsed() {
			add(opinion{e.By, e.At, e.Likelihood.Dist()})
		}
	}
	for _, n := range b.s.product.Notes {
		if n.About != b.t.ID || n.Claimed || n.Kind != string(ledger.NoteEstimate) || n.Likelihood == "" {
			continue
		}
		if q, err := quantity.Parse(n.Likelihood, quantity.Likelihood, m.Env()); err == nil {
			add(opinion{n.By, n.At.UTC().Format("2006-01-02T15:04:05"), q.Dist()})
		}
	}
	var out []opinion
	for _, o := range latest {
		out = append(out, o)
	}
	slices.SortFunc(out, func(x, y opinion) int { return cmp.Compare(x.who, y.who) })
	return out
}

// estimates draws what each person takes for likely beside what the price rests
// on, where at least one person said.
func (b *briefBuilder) estimates(v *TalkView) {
	all := b.opinions()
	if len(all) == 0 {
		return
	}
	f := chart.Ranges{
		Title: catalogue.T("web.talk.estimates", "time", plain.Duration(b.report.ToldYears())), Note: catalogue.T("web.talk.estimates_note"),
		Log:   catalogue.T("web.plan.axis_log"),
		Head:  [4]string{catalogue.T("web.talk.who"), catalogue.T("web.talk.low"), catalogue.T("web.talk.middle"), catalogue.T("web.talk.high")},
		Money: func(x float64) string { return plain.Number(x) },
	}
	row := func(label string, q quantity.Dist, style chart.Style) {
		at := func(p float64) float64 { return 100 * -math.Expm1(-q.Quantile(p)*b.report.ToldYears()) }
		f.Rows = append(f.Rows, chart.Range{Label: label, Low: at(0.05), Mid: at(0.5), High: at(0.95), Style: style})
	}
	t := b.s.product.Model.Threat(b.t.ID)
	if !t.Likelihood.IsZero() && t.Likelihood.Parsed() {
		row(catalogue.T("web.talk.counts"), t.Likelihood.Dist(), chart.Now)
	}
	lo, hi := math.Inf(1), 0.0
	for _, o := range all {
		row(o.who, o.q, chart.After)
		lo, hi = math.Min(lo, o.q.Quantile(0.5)), math.Max(hi, o.q.Quantile(0.5))
	}
	if len(all) > 1 && lo > 0 {
		v.Apart = catalogue.T("web.talk.agree")
		if hi/lo > agreeWithin {
			v.Apart = catalogue.T("web.talk.apart", "times", plain.Number(hi/lo))
		}
	}
	v.Estimates = picture(f, columnWidth, f.Title)
}

// agreeWithin is the factor up to which people's middles count as the same, as in
// the briefs.
const agreeWithin = 1.5

// speak records what somebody said.
func (l *live) speak(ctx context.Context, t talkSent) error {
	s, report, err := l.find(ctx, t.threat)
	if err != nil {
		return err
	}
	b := &briefBuilder{s: s, report: report, t: &report.Threats[0], recorded: report}
	if t.about == "" {
		t.about = b.t.ID
	}
	if t.about != b.t.ID && !slices.ContainsFunc(s.decisions(b.t.ID), func(d standingDecision) bool { return d.ShortID == t.about }) {
		return parley.Errorf(parley.Invalid, "", "%s", catalogue.T("web.talk.elsewhere"))
	}
	req := negotiate.NoteRequest{Product: s.product.ID, About: t.about, Kind: ledger.NoteKind(t.kind), Text: t.text}
	switch t.kind {
	case along:
		if t.about == b.t.ID {
			return parley.Errorf(parley.Invalid, "", "%s", catalogue.T("web.talk.along_what"))
		}
		req.Kind, req.Text = ledger.NoteComment, strings.TrimSpace(catalogue.T("web.talk.along")+" "+t.text)
	case string(ledger.NoteEstimate):
		req.Likelihood, req.Impact = t.likelihood, t.impact
	}
	_, err = l.service.AddNote(ctx, actorOf(ctx), req)
	return err
}
