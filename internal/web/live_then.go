package web

import (
	"context"
	"encoding/json"
	"slices"
	"strings"

	"github.com/parleysec/parley/internal/brief"
	"github.com/parleysec/parley/internal/brief/plain"
	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/internal/negotiate"
	"github.com/parleysec/parley/ledger"
)

func (l *live) then(ctx context.Context, id string) (*ThenView, error) {
	r, err := l.service.Show(ctx, actorOf(ctx), negotiate.ShowRequest{Decision: id, Titles: true})
	if err != nil {
		return nil, err
	}
	s, err := l.look(ctx, r.Decision.Product)
	if err != nil {
		return nil, err
	}
	d := s.placed(r.Decision)
	d.NotTaken = r.NotTaken
	v := &ThenView{
		Frame: l.page(ctx, s, catalogue.T("web.then.title", "threats", quotedList(d.Titles)), ""), ID: d.ShortID, Record: s.pageURL("/record"), State: d.tag(),
		Heading: thenHeading(d), NoBrief: catalogue.T("web.then.none"),
	}
	for _, m := range r.History {
		v.Became = append(v.Became, becameRow(m))
	}
	for _, x := range []struct {
		heading string
		bytes   json.RawMessage
	}{{catalogue.T("web.then.decider", "who", decider(d.Decision)), r.Brief}, {catalogue.T("web.then.approver"), r.ApprovedBrief}} {
		if len(x.bytes) == 0 || len(v.Briefs) > 0 && v.Briefs[0].Digest == negotiate.Digest(x.bytes) {
			continue
		}
		b, err := s.signed(x.bytes)
		if err != nil {
			v.NoBrief = catalogue.T("web.then.unreadable")
			continue
		}
		b.Heading = x.heading
		v.Briefs = append(v.Briefs, *b)
	}
	if len(v.Briefs) > 0 {
		v.NoBrief = ""
	}
	v.Card = s.cardOf(d, r.Brief)
	v.Card.Seen, err = l.seen(ctx, s, d.ShortID)
	return v, err
}

// thenHeading says of a proposal that nobody agreed to that it was proposed.
func thenHeading(d standingDecision) string {
	key := "web.then.heading"
	switch ledger.Status(d.Status) {
	case ledger.Proposed, ledger.Challenged, ledger.Rejected:
		key = "web.then.heading_proposed"
	}
	return catalogue.T(key, "date", plain.Date(d.At))
}

// becameRow is one step of a decision's life.
func becameRow(m negotiate.Move) EventRow {
	row := EventRow{When: momentOf(m.At), What: sentence(catalogue.T("decision." + strings.ReplaceAll(string(m.To), " ", "-"))), Who: m.Actor.ID}
	if m.By != "" {
		row.Who = catalogue.T("web.record.claimed_short", "who", m.By)
	}
	if m.Because != "" {
		row.Parts = append(row.Parts, sentence(m.Because))
	}
	for _, x := range m.Broken {
		row.Parts = append(row.Parts, sentence(negotiate.BrokeText(x)))
	}
	if m.MovedBy != "" {
		row.Parts = append(row.Parts, catalogue.T("web.then.moved_by", "says", sentence(m.MovedBy)))
	}
	return row
}

// cardOf is what a decision says, with the titles and the currency of the brief it was
// taken on.
func (s *situation) cardOf(d standingDecision, signed []byte) DecisionCard {
	var report brief.Report
	b := briefBuilder{s: s, report: &report, t: &brief.Threat{}}
	if json.Unmarshal(signed, &report) == nil && len(report.Threats) > 0 {
		b.t = &report.Threats[0]
	}
	return b.card(d)
}

// signed puts the bytes of a brief that somebody signed on into a view. Nothing in it is
// worked out anew.
func (s *situation) signed(data []byte) (*SignedBrief, error) {
	var report brief.Report
	if err := json.Unmarshal(data, &report); err != nil {
		return nil, err
	}
	out := &SignedBrief{Digest: negotiate.Digest(data)}
	for _, a := range report.Assumed {
		out.Assumed = append(out.Assumed, a.Says)
	}
	for i := range report.Threats {
		out.Threats = append(out.Threats, s.signedThreat(&report, &report.Threats[i]))
	}
	return out, nil
}

func (s *situation) signedThreat(report *brief.Report, t *brief.Threat) SignedThreat {
	then := &situation{status: s.status} // without a product: nothing of today
	b := &briefBuilder{s: then, report: report, t: t, recorded: report}
	w := t.Words
	heading, often, _ := strings.Cut(w.Risk, ". ")
	v := SignedThreat{
		Threat: Link{threatURL(t.ID), titleOr(t.Title, t.ID)}, Says: t.Says, People: w.People, Grave: w.Grave, Duties: w.Duties,
		RiskHeading: strings.TrimSuffix(heading, "."), Often: often, Squares: b.squares(), Losses: some(w.Loss, w.Bad, w.Missing),
		Sure: slices.Concat(w.Doubt, w.Recorded), Waiting: w.Waiting, Average: w.Average, Exact: b.exact(),
	}
	if v.RiskHeading == "" {
		v.RiskHeading = catalogue.T("web.brief.no_risk")
	}
	for _, o := range b.ranked() {
		v.Options = append(v.Options, b.option(o))
	}
	return v
}

// known are who has seen each decision of a product, in a few words.
func (l *live) known(ctx context.Context, s *situation, rows []DecisionRow) error {
	if s.product == nil {
		return nil
	}
	all, err := l.service.SeenAll(ctx, actorOf(ctx), s.product.ID)
	if err != nil {
		return err
	}
	for i := range rows {
		if r := all[rows[i].ID]; r != nil {
			rows[i].Seen = seenShort(r)
		}
	}
	return nil
}

// namesShown is how many names stand where there is little room.
const namesShown = 3

// seenShort names who has seen a decision, as far as who asks may know.
func seenShort(r *negotiate.SeenResult) string {
	var names []string
	for _, p := range r.People {
		names = append(names, p.Person)
	}
	switch n := len(names) - namesShown; {
	case !r.Noted:
		return catalogue.T("web.seen.off")
	case !r.Others && len(names) > 0:
		return catalogue.T("web.seen.you")
	case len(names) == 0:
		return "–"
	case n > 0:
		names = append(names[:namesShown], catalogue.N("web.seen.more", n, "number", plain.InWords(float64(n))))
	}
	return plain.List(names)
}
