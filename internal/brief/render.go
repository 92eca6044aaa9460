package brief

import (
	"io"
	"slices"
	"strings"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/brief/plain"
	"github.com/parleysec/parley/internal/catalogue"
)

// Text writes the brief of one threat for a terminal of width columns (0: 80),
// or, with an empty id, a summary of all of them. Text from files can move no
// cursor and hide nothing. The error is that of w, or that there is no such
// threat.
func Text(w io.Writer, r *Report, threat string, width int) error {
	p, err := pageOf(r, threat)
	if err != nil {
		return err
	}
	if width <= 0 {
		width = 80
	}
	return p.terminal(w, width)
}

// Markdown writes the brief of one threat, or a summary of all with an empty
// id, as Markdown. Text from files can mention nobody, close nothing and start
// no markup. The error is that of w, or that there is no such threat.
func Markdown(w io.Writer, r *Report, threat string) error {
	p, err := pageOf(r, threat)
	if err != nil {
		return err
	}
	return p.markdown(w)
}

func pageOf(r *Report, threat string) (page, error) {
	if threat == "" {
		return summary(r), nil
	}
	t := r.Threat(threat)
	if t == nil {
		return nil, parley.Errorf(parley.NotFound, "brief", "there is no threat %q in %s", threat, r.ProductName)
	}
	return full(r, t), nil
}

// full is the one page of a threat, in the order a decider reads.
func full(r *Report, t *Threat) page {
	var p page
	v := voiceOf(r)
	p.heading(1, t.Title)
	p.say(t.Words.Decided)
	p.say(t.Premises.Words())
	p.say(sentence(t.Says), t.Words.People, t.Words.Grave)
	if t.Triage == parley.Aware {
		p.say(catalogue.T("brief.aware"), careWords(t))
	}
	p.say(t.Words.Risk, t.Words.OnlyWith)
	p.say(t.Words.Standing)
	p.say(t.Words.Stated)
	p.say(t.Happened.Words())
	p.say(t.Words.Loss, v.badCase(t), t.Words.Bad)
	p.say(t.Words.Missing)
	if len(t.Options) > 0 {
		p.heading(3, catalogue.T("brief.heading.options"))
		p.table(v.optionTable(t))
		p.list(optionNotes(t))
		p.say(t.Words.Next)
		p.say(t.Words.Waiting)
	}
	if t.Triage != parley.Aware || t.ChanceWithinHorizon != nil {
		p.heading(3, catalogue.T("brief.heading.doubt"))
		p.list(t.Words.Doubt)
	}
	if len(t.Words.Duties)+len(t.Words.Recorded) > 0 {
		p.heading(3, catalogue.T("brief.heading.record"))
		p.list(append(append([]string{}, t.Words.Duties...), t.Words.Recorded...))
	}
	p.assumedFor(r, t)
	if t.Words.Average != "" {
		p.heading(3, catalogue.T("brief.heading.average"))
		p.say(t.Words.Average)
	}
	p.say(v.footer(r))
	return p
}

// badCase says what a bad case is, where one is said beside a typical loss.
func (v voice) badCase(t *Threat) string {
	if bad := t.LossIfItHappens; bad.spread(false) && strings.Contains(t.Words.Loss, v.about(bad.P95)) {
		return catalogue.T("brief.bad.case")
	}
	return ""
}

func careWords(t *Threat) string {
	if t.Care == "" {
		return catalogue.T("brief.aware.no_care")
	}
	return sentence(t.Care)
}

// optionTable is effort, money, what is left, and the balance of each option.
func (v voice) optionTable(t *Threat) table {
	out := table{
		head: []string{
			catalogue.T("brief.column.option"), catalogue.T("brief.column.costs"), catalogue.T("brief.column.leaves"),
			catalogue.T("brief.column.brings"), catalogue.T("brief.column.balance"),
		},
		right: make([]bool, 5),
	}
	for i := range t.Options {
		o := &t.Options[i]
		out.rows = append(out.rows, []string{o.Words.Title, o.Words.Costs, v.leavesCell(o), o.Words.Value, o.Words.Balance})
	}
	return out
}

// optionNotes is what a table has no room for, option by option.
func optionNotes(t *Threat) []string {
	var out []string
	for i := range t.Options {
		w := &t.Options[i].Words
		if s := joinSentences(w.Missing, w.Floor, w.Includes, w.Brings, w.Helps, w.Needs, w.Asks, w.Pays); s != "" {
			out = append(out, catalogue.T("brief.note", "option", t.Options[i].Title, "note", s))
		}
	}
	return out
}

// assumed adds the box of what was assumed for the reader.
func (p *page) assumed(r *Report) { p.assumptions(r.Assumed, r.Warnings) }

// assumedFor adds what was assumed where one threat is concerned, and how much
// more there is.
func (p *page) assumedFor(r *Report, t *Threat) {
	if t.Assumed == nil {
		p.assumed(r)
		return
	}
	rest := slices.Clone(r.Warnings)
	if n := len(r.Assumed) - len(t.Assumed); n > 0 {
		rest = append(rest, catalogue.N("brief.assumed.elsewhere", n))
	}
	p.assumptions(t.Assumed, rest)
}

func (p *page) assumptions(list []parley.Assumption, rest []string) {
	if len(list) == 0 && len(rest) == 0 {
		return
	}
	p.heading(3, catalogue.T("brief.heading.assumed"))
	items := make([]string, 0, len(list)+len(rest))
	for _, a := range list {
		items = append(items, catalogue.T("brief.assumed", "says", a.Says, "field", a.Field))
	}
	p.list(append(items, rest...))
}

func (v voice) footer(r *Report) string {
	key := "brief.footer"
	if r.Over == OverYear {
		key = "brief.footer.year"
	}
	if r.AsOf == "" {
		return catalogue.T(key, "product", r.ProductName, "time", plain.Duration(v.horizon))
	}
	return catalogue.T(key+".as_of", "product", r.ProductName, "time", plain.Duration(v.horizon), "date", dateWords(r.AsOf))
}

// summary is a table of all threats, then each in short.
func summary(r *Report) page {
	var p page
	v := voiceOf(r)
	p.heading(1, r.ProductName)
	p.say(r.Total.Says)
	p.table(v.threatTable(r))
	if slices.ContainsFunc(r.Threats, func(t Threat) bool { return t.LossIfItHappens.spread(false) }) {
		p.say(catalogue.T("brief.bad.cases"))
	}
	for i := range r.Threats {
		v.short(&p, &r.Threats[i])
	}
	p.assumed(r)
	if r.Total.Average != "" {
		p.heading(3, catalogue.T("brief.heading.average"))
		p.say(r.Total.Average)
	}
	p.say(v.footer(r))
	return p
}

func (v voice) threatTable(r *Report) table {
	out := table{
		head: []string{
			catalogue.T("brief.column.threat"), catalogue.T("brief.column.chance", "time", plain.Duration(v.told)),
			catalogue.T("brief.column.typical"), catalogue.T("brief.column.bad"), catalogue.T("brief.column.average"),
		},
		right: []bool{false, true, true, true, true},
	}
	for i := range r.Threats {
		t := &r.Threats[i]
		if t.Triage == parley.Aware {
			continue
		}
		row := []string{t.Title, unsaid, unsaid, unsaid, unsaid}
		if len(t.OnlyWith) > 0 { // the total is without it
			row[0] = catalogue.T("brief.cell.only_with", "title", t.Title, "features", strings.Join(t.OnlyWith, ", "))
		}
		if p := t.Told(); p != nil {
			row[1] = squares(*p)
		}
		if l := t.LossIfItHappens; l != nil {
			row[2], row[3] = plain.Money(l.P50, v.currency), plain.Money(l.P95, v.currency)
		}
		if t.ExpectedAnnualLoss != nil {
			row[4] = plain.Money(*t.ExpectedAnnualLoss, v.currency)
		}
		out.rows = append(out.rows, row)
	}
	return out
}

// unsaid stands where there is no figure.
const unsaid = "–"

// short is one paragraph on a threat: impact and people, risk, loss, and the
// answer worth most.
func (v voice) short(p *page, t *Threat) {
	p.heading(2, catalogue.T("brief.heading.threat", "title", t.Title, "id", t.ID))
	if t.Triage == parley.Aware {
		p.say(sentence(t.Says), t.Words.People, catalogue.T("brief.aware"), careWords(t))
		return
	}
	p.say(sentence(t.Says), t.Words.People, t.Words.Grave, t.Words.Risk, t.Words.OnlyWith, t.Words.Standing, t.Words.Stated, t.Words.Loss, t.Words.Missing,
		v.answers(t), t.Words.Next, t.Words.Waiting, t.Words.Decided, tags(t))
}

// answers names what the plan does and what is worth most.
func (v voice) answers(t *Threat) string {
	out := ""
	for i := range t.Options {
		o := &t.Options[i]
		if o.Cost == nil || !o.InPlan && !o.IsBest {
			continue
		}
		mark := "best"
		switch {
		case o.InPlan && o.IsBest:
			mark = "both"
		case o.InPlan:
			mark = "plan"
		}
		if len(o.With) == 0 && !t.Named() {
			out = joinSentences(out, catalogue.T("brief.nothing.alone"))
			continue
		}
		if len(o.With) == 0 {
			out = joinSentences(out, catalogue.T("brief.nothing."+mark))
			continue
		}
		says := catalogue.T("brief.answer."+mark, "option", o.Title, "costs", o.Words.Costs)
		for _, part := range []struct{ key, text string }{{"brief.answer.leaves", o.Words.Leaves}, {"brief.answer.balance", o.Words.Balance}} {
			if part.text != "" { // a threat without a price has no balance
				says += catalogue.T(part.key, "text", part.text)
			}
		}
		out = joinSentences(out, sentence(says))
	}
	return out
}

// tags says what a reader should doubt.
func tags(t *Threat) string {
	if !t.Unconfirmed && !t.Guessed {
		return ""
	}
	return basisWords(t.Doubt.Basis)
}
