package exchange

import (
	"fmt"
	"path"
	"strings"

	"github.com/parleysec/parley"
)

// threagileTracking is one entry of risk_tracking: what was decided about the
// risks whose id fits.
type threagileTracking struct {
	pattern, file           string
	status                  string
	because, ticket, by, at string
	matched                 []*threagileRisk
}

// tracking is the model's risk_tracking, those without a wildcard first: the
// tool lets an exact id win. Without a model the status in risks.json stands in.
func (t *threagile) tracking() []*threagileTracking {
	if t.model == nil {
		return t.statusTracking()
	}
	var exact, wild []*threagileTracking
	part := t.model.root.get("risk_tracking")
	for i, n := range part.entries() {
		tr := &threagileTracking{
			pattern: strings.TrimSpace(part.keys[i]), file: t.model.file, status: t.line(n.get("status").str()),
			because: t.text(n.get("justification").str()), ticket: t.line(n.get("ticket").str()),
			by: t.line(n.get("checked_by").str()), at: t.line(n.get("date").str()),
		}
		if strings.Contains(tr.pattern, "*") {
			wild = append(wild, tr)
		} else {
			exact = append(exact, tr)
		}
	}
	return append(exact, wild...)
}

// statusTracking makes an entry for each category and status of risks.json.
func (t *threagile) statusTracking() []*threagileTracking {
	var out []*threagileTracking
	by := map[string]*threagileTracking{}
	for _, r := range t.risks {
		if statusOf(r.status) == open {
			continue
		}
		key := r.category + "\x00" + r.status
		if by[key] == nil {
			by[key] = &threagileTracking{pattern: r.category, file: r.file, status: r.status}
			out = append(out, by[key])
		}
		by[key].matched = append(by[key].matched, r)
		r.tracking = by[key]
	}
	if len(out) > 0 {
		t.report.guessed("status", baseName(t.risksFile), "taken from risks.json: the model's risk_tracking would say why, who and when")
	}
	return out
}

// assign finds the risks each entry is about. An entry about a rule of the tool
// keeps its decision even where the model alone was given: then its threat is guessed.
func (t *threagile) assign(tracking []*threagileTracking) {
	if t.model == nil {
		return
	}
	for _, tr := range tracking {
		t.match(tr)
		if len(tr.matched) > 0 {
			continue
		}
		category, rest, _ := strings.Cut(tr.pattern, "@")
		if t.risksFile != "" || strings.ContainsAny(category, "*?[") || category == "" {
			t.report.dropped(1, "risk tracking", tr.pattern, "no risk has this id: "+strings.TrimSpace(tr.status+" "+tr.because))
			continue
		}
		c := t.category(category)
		c.guessed = c.own == nil
		r := &threagileRisk{id: tr.pattern, category: category, file: tr.file}
		for p := range strings.SplitSeq(rest, "@") {
			if p != "" && !strings.Contains(p, "*") {
				r.assets = append(r.assets, p)
			}
		}
		t.addRisk(r)
		r.tracking, tr.matched = tr, []*threagileRisk{r}
	}
}

func (t *threagile) match(tr *threagileTracking) {
	for _, r := range t.risks {
		if r.tracking == nil && threagileFits(tr.pattern, r.id) {
			r.tracking = tr
			tr.matched = append(tr.matched, r)
		}
	}
}

// threagileFits compares an id with a pattern part by part; "*" stands for any text within a part.
func threagileFits(pattern, id string) bool {
	p, q := strings.Split(strings.ToLower(pattern), "@"), strings.Split(strings.ToLower(id), "@")
	if len(p) != len(q) {
		return false
	}
	escape := strings.NewReplacer(`\`, `\\`, "[", `\[`, "?", `\?`, "/", "\x00")
	for i := range p {
		if ok, err := path.Match(escape.Replace(p[i]), strings.ReplaceAll(q[i], "/", "\x00")); err != nil || !ok {
			return false
		}
	}
	return true
}

// record turns entries into decisions recorded elsewhere, closed threats and notes.
func (t *threagile) record(tracking []*threagileTracking) {
	for _, tr := range tracking {
		st := statusOf(tr.status)
		if st == unknownStatus {
			t.report.guessed("status", tr.pattern, fmt.Sprintf("unknown word %q: kept in the notes", tr.status))
		}
		var threats []string
		for _, c := range t.categories {
			if c.threat == "" || len(tr.of(c)) == 0 {
				continue
			}
			threats = append(threats, c.threat)
			x := t.job.model.Threat(c.threat)
			switch {
			case st.closes() && len(tr.of(c)) == len(c.risks):
				x.Triage = parley.Closed
			case st.decision() == "" && (tr.because != "" || st != open):
				x.Notes = paragraphs(x.Notes, tr.note(st))
			}
		}
		if kind := st.decision(); kind != "" && len(threats) > 0 {
			t.decision(parley.ClaimedDecision{
				Threats: threats, Kind: kind, Because: t.reason(tr, st), By: tr.by, At: tr.at, Source: t.source(tr.file, tr.pattern),
			})
		}
	}
}

// of lists the findings of a category an entry is about.
func (tr *threagileTracking) of(c *threagileCategory) []*threagileRisk {
	var out []*threagileRisk
	for _, r := range tr.matched {
		if r.category == c.id {
			out = append(out, r)
		}
	}
	return out
}

func (tr *threagileTracking) note(st status) string {
	what := tr.status
	if st == inDiscussion {
		what = "in discussion"
	}
	s := fmt.Sprintf("Recorded as %s", what)
	if tr.by != "" {
		s += " by " + tr.by
	}
	if tr.at != "" {
		s += " on " + tr.at
	}
	if tr.because != "" {
		s += ": " + tr.because
	}
	return s
}

// reason is the justification, with what it is limited to and its ticket.
func (t *threagile) reason(tr *threagileTracking, st status) string {
	var b strings.Builder
	if st.closes() {
		b.WriteString(humanise(tr.status) + ". ")
	}
	if where := t.limits(tr); where != "" {
		b.WriteString("Only for " + where + ". ")
	}
	b.WriteString(tr.because)
	if tr.ticket != "" {
		b.WriteString(" (ticket " + tr.ticket + ")")
	}
	return strings.TrimSpace(b.String())
}

// limits names the assets an entry is about when it is not about all findings of its rules.
func (t *threagile) limits(tr *threagileTracking) string {
	var names []string
	partial := false
	for _, c := range t.categories {
		rs := tr.of(c)
		partial = partial || len(rs) > 0 && len(rs) < len(c.risks)
		for _, r := range rs {
			for _, a := range r.assets {
				names = append(names, t.assetName(a))
			}
		}
	}
	if !partial {
		return ""
	}
	return strings.Join(unique(names), ", ")
}

// layersOf makes controls of what is mitigated and mitigations of what is not.
// The text of a rule of the tool is not in its output, so its measures have none.
func (t *threagile) layersOf() {
	for _, c := range t.categories {
		if c.threat == "" {
			continue
		}
		title, notes := "Measures against: "+t.job.model.Threat(c.threat).Title, ""
		if c.own != nil && c.own.get("mitigation").str() != "" {
			notes = t.text(c.own.get("mitigation").str())
			title = orElse(t.title(c.own.get("action").str()), shorten(firstSentence(notes), maxTitle))
		}
		l := layer{key: c.id, id: c.id, name: "against-" + c.id, title: shorten(title, maxTitle), notes: notes, file: c.file}
		built, working, left := 0, 0, 0
		for _, r := range c.risks {
			switch t.statusOf(r) {
			case done:
				built++
			case inProgress:
				working++
			case open, inDiscussion, planned, deferred, unknownStatus:
				left++
			}
		}
		if built > 0 {
			l.done = true
			t.against(t.addLayer(l), c.threat, "")
		}
		if l.done = false; working > 0 || left > 0 && notes != "" {
			t.against(t.addLayer(l), c.threat, "")
		}
	}
}

func (t *threagile) statusOf(r *threagileRisk) status {
	if r.tracking == nil {
		return open
	}
	return statusOf(r.tracking.status)
}
