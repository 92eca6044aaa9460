package web

import (
	"math"
	"slices"
	"strings"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/brief"
	"github.com/parleysec/parley/internal/brief/plain"
	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/internal/negotiate"
	"github.com/parleysec/parley/ledger"
)

// standingDecision is a decision with where it stands.
type standingDecision struct {
	negotiate.Decision
	inForce, overdue, over bool
}

// decisions lists what was decided and is not over, newest first; threat ""
// means all.
func (s *situation) decisions(threat string) []standingDecision {
	p := s.product
	if p == nil {
		return nil
	}
	var out []standingDecision
	seen := map[string]bool{}
	add := func(ds []negotiate.Decision, inForce, overdue bool) {
		for _, d := range ds {
			if seen[d.ShortID] || threat != "" && !slices.Contains(d.Threats, threat) {
				continue
			}
			seen[d.ShortID] = true
			out = append(out, standingDecision{Decision: d, inForce: inForce, overdue: overdue})
		}
	}
	add(p.Reopened, false, false)
	add(p.Overdue, true, true)
	add(p.InForce, true, false)
	add(p.Proposed, false, false)
	slices.SortStableFunc(out, func(a, b standingDecision) int { return b.At.Compare(a.At) })
	return out
}

// placed is a decision of the product with where it stands: one that neither holds nor
// waits is over.
func (s *situation) placed(d negotiate.Decision) standingDecision {
	for _, x := range s.decisions("") {
		if x.ShortID == d.ShortID {
			x.Decision = d
			return x
		}
	}
	return standingDecision{Decision: d, over: true}
}

// tag is the state of a decision in a word or two.
func (d standingDecision) tag() Tag {
	switch {
	case d.over:
		return Tag{catalogue.T("decision." + strings.ReplaceAll(d.Status, " ", "-")), ""}
	case d.overdue:
		return Tag{catalogue.T("web.state.overdue"), "risk"}
	case d.Status == string(ledger.Reopened):
		return Tag{catalogue.T("web.state.reopened"), "risk"}
	case d.inForce && d.Kind == parley.Escalate:
		return Tag{catalogue.T("web.state.handed_up"), "warn"}
	case d.inForce:
		return Tag{catalogue.T("web.state.decided", "kind", catalogue.T("kind."+string(d.Kind))), "good"}
	}
	return Tag{catalogue.T("web.state.proposed"), "warn"}
}

// onRecord is the same beside what was decided, which it does not say again.
func (d standingDecision) onRecord() Tag {
	if d.inForce && !d.overdue && d.Kind != parley.Escalate {
		return Tag{catalogue.T("web.state.in_force"), "good"}
	}
	return d.tag()
}

// standing is where the deciding about a threat stands, in a tag.
func (s *situation) standing(threat string) Tag {
	if ds := s.decisions(threat); len(ds) > 0 {
		return ds[0].tag()
	}
	if slices.ContainsFunc(s.product.Waiting, func(w negotiate.Waiting) bool { return w.Threat == threat }) {
		return Tag{catalogue.T("web.state.waits"), "warn"}
	}
	return Tag{}
}

// standing is the same as a sentence on top of a brief.
func (b *briefBuilder) standing() *Line {
	ds := b.s.decisions(b.t.ID)
	switch {
	case len(ds) == 0:
		for _, w := range b.s.product.Waiting {
			if w.Threat == b.t.ID {
				return &Line{catalogue.T("web.standing.waits", "ago", b.s.ago(w.Since)), "warn"}
			}
		}
		return nil
	case ds[0].Status == string(ledger.Reopened):
		why := b.s.cameBack(ds[0].Decision, b.report, all)
		return &Line{strings.TrimSpace(catalogue.T("web.standing.reopened", "date", plain.Date(ds[0].At)) + " " + why), "risk"}
	case ds[0].overdue:
		return &Line{catalogue.T("web.standing.overdue", "date", plain.Date(ds[0].At), "end", plain.DateText(ds[0].Until)), "risk"}
	case ds[0].inForce && ds[0].Kind == parley.Escalate:
		return &Line{decidedWords("web.standing.handed_up", ds[0].Decision) + " " + sentence(ds[0].Because), "warn"}
	case ds[0].inForce:
		return &Line{decidedWords("web.standing.in_force", ds[0].Decision), "good"}
	}
	proposed := decidedWords("web.standing.proposed", ds[0].Decision)
	if j := ds[0].Joint; j != nil {
		proposed += " " + j.Says
	}
	return &Line{proposed, "warn"}
}

// moved is what moved the figures that the newest decision counted on, where it came back.
func (b *briefBuilder) moved() *Link {
	if ds := b.s.decisions(b.t.ID); len(ds) > 0 {
		return b.s.moved[ds[0].ShortID]
	}
	return nil
}

func decidedWords(key string, d negotiate.Decision) string {
	until := ""
	if d.Until != "" {
		until = catalogue.T("web.standing.until", "date", plain.DateText(d.Until))
	}
	return catalogue.T(key, "kind", catalogue.T("kind."+string(d.Kind)), "who", decider(d), "date", plain.Date(d.At), "until", until)
}

// decider is who decided, marked where the name is only a claim.
func decider(d negotiate.Decision) string {
	if d.Claimed {
		return catalogue.T("web.record.claimed_short", "who", d.By)
	}
	return d.By
}

// cameBack says why a decision came back, "" when it did not: of the figures that
// moved no more than most.
func (s *situation) cameBack(d negotiate.Decision, r *brief.Report, most int) string {
	broken := d.Broken[:min(most, len(d.Broken))]
	return strings.TrimSpace(s.why[d.ShortID] + " " + s.brokenWords(broken, r))
}

// all is every figure that moved.
const all = math.MaxInt

// brokenWords says which premises broke: what it was, and what it is.
func (s *situation) brokenWords(broken []ledger.Broken, r *brief.Report) string {
	var out []string
	for _, x := range broken {
		what := plain.Capital(s.premiseWords(x.Premise, r))
		if x.Gone {
			out = append(out, catalogue.T("web.broken.gone", "what", what))
			continue
		}
		out = append(out, catalogue.T("web.broken.moved", "what", what,
			"then", premiseFigure(x.Premise, x.Value, r.Currency), "now", premiseFigure(x.Premise, x.Now, r.Currency)))
	}
	return strings.Join(out, " ")
}

// premiseWords is what a premise is about; the layer whose tests it counts on has
// its title.
func (s *situation) premiseWords(p ledger.Premise, r *brief.Report) string {
	if key := "web.premise." + p.Name; catalogue.Has(key) {
		return catalogue.T(key, "time", plain.Duration(r.HorizonYears), "layer", s.layerTitle(p.Ref))
	}
	if p.Says != "" {
		return p.Says
	}
	return p.Name
}

func (s *situation) layerTitle(id string) string {
	if s.product == nil {
		return id
	}
	if m := s.product.Model; m != nil {
		if c := m.Control(id); c != nil {
			return titleOr(c.Title, id)
		}
		if c := m.Mitigation(id); c != nil {
			return titleOr(c.Title, id)
		}
	}
	return id
}

func premiseFigure(p ledger.Premise, v float64, currency string) string {
	switch {
	case p.Name == "assurance":
		return plain.Percent(v)
	case p.Unit == "share":
		return of100(v)
	case strings.HasPrefix(p.Unit, currency):
		return plain.Money(v, currency)
	case p.Unit == "person-days":
		return plain.Days(v)
	}
	return plain.Number(v)
}

// record lists what was decided about the threat, with what it counted on.
func (b *briefBuilder) record() []DecisionCard {
	var out []DecisionCard
	for _, d := range b.s.decisions(b.t.ID) {
		out = append(out, b.card(d))
	}
	return out
}

// card is a decision with what it counted on, and what was not chosen.
func (b *briefBuilder) card(d standingDecision) DecisionCard {
	c := DecisionCard{ID: d.ShortID, Because: d.Because, Heading: plain.Capital(decidedWords("web.record.heading", d.Decision))}
	if d.Claimed {
		c.Lines = append(c.Lines, catalogue.T("web.record.claimed", "who", d.By))
	}
	if d.Joint != nil {
		c.Lines = append(c.Lines, d.Joint.Says)
	}
	if len(d.With) > 0 {
		c.Lines = append(c.Lines, catalogue.T(withKey(d.Kind), "what", strings.Join(b.titles(d.With), "; ")))
	}
	if d.Drops != "" {
		c.Lines = append(c.Lines, catalogue.T("web.record.drops", "what", d.Drops))
	}
	for _, cond := range d.Conditions {
		c.Lines = append(c.Lines, conditionWords(cond))
	}
	c.Lines = append(c.Lines, b.premises(d.Premises)...)
	if w := b.s.cameBack(d.Decision, b.report, all); w != "" {
		c.Lines = append(c.Lines, catalogue.T("web.record.came_back", "why", w))
	}
	for _, o := range d.NotTaken {
		c.NotTaken = append(c.NotTaken, b.passedOver(o))
	}
	return c
}

// premises says what a decision counted on, each with how far it may move.
func (b *briefBuilder) premises(premises []ledger.Premise) (out []string) {
	for _, p := range premises {
		if p.High == nil {
			if p.Low != nil {
				out = append(out, catalogue.T("web.record.premise.least", "what", b.s.premiseWords(p, b.report),
					"value", premiseFigure(p, p.Value, b.report.Currency), "low", premiseFigure(p, *p.Low, b.report.Currency)))
			}
			continue
		}
		value, high := premiseFigure(p, p.Value, b.report.Currency), premiseFigure(p, *p.High, b.report.Currency)
		if value != high { // above 99 of 100 there is nowhere to go
			out = append(out, catalogue.T("web.record.premise", "what", b.s.premiseWords(p, b.report), "value", value, "high", high))
		}
	}
	return out
}

// passedOver is an option that was not chosen, with the reason the decider gave, or
// else what its figures said: by the name that things to do had when the brief was
// written.
func (b *briefBuilder) passedOver(o ledger.NotTaken) string {
	n := negotiate.NotChosen{NotTaken: o, Title: negotiate.OptionTitle(b.s.product.Model, o.Option)}
	for _, x := range b.t.Options {
		named := x.Kind == parley.Mitigate || x.Kind == parley.Transfer || x.Kind == parley.Avoid
		if x.ID == o.Option && named && x.ID != brief.OptionPlan && x.ID != brief.OptionBest && x.Title != "" {
			n.Title = x.Title
		}
	}
	return n.Says()
}

// conditionWords is a condition, when it is looked at, and when it was.
func conditionWords(c negotiate.Condition) string {
	says := sentence(c.Says)
	if c.ReviewBy == "" {
		return catalogue.T("web.record.if", "what", says)
	}
	out := catalogue.T("web.record.if_by", "what", says, "date", plain.DateText(c.ReviewBy))
	if n := len(c.Reviewed); n > 0 && c.Reviewed[n-1].Holds {
		out += " " + catalogue.T("web.record.if_held", "date", plain.Date(c.Reviewed[n-1].At), "who", c.Reviewed[n-1].By)
	}
	return out
}

// withKey is the sentence about what a decision names.
func withKey(k parley.Kind) string {
	switch k {
	case parley.Transfer:
		return "web.record.carried"
	case parley.Avoid:
		return "web.record.avoided"
	}
	return "web.record.with"
}

// titles names options, and features, by their titles.
func (b *briefBuilder) titles(ids []string) []string {
	var out []string
	for _, id := range ids {
		title := b.s.featureTitles([]string{id})[0]
		for _, o := range b.t.Options {
			if o.ID == id {
				title = titleOr(o.Title, id)
			}
		}
		out = append(out, title)
	}
	return out
}
