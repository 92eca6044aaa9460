package exchange

import (
	"fmt"
	"strings"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/quantity"
)

// register reads one spreadsheet of risks.
type register struct {
	*job
	file  string
	table *table
	env   quantity.Env
	steps map[field]int // columns of whole numbers: the highest step of their scale
}

func isCSV(s *sniff) bool {
	t, err := readTable(s.name, s.data)
	return err == nil && len(t.columns) > 1
}

func readCSV(j *job) error {
	j.model.Policy.Scale = fiveLevels()
	for _, in := range j.files {
		t, err := readTable(in.Name, in.Data)
		if err != nil {
			return err
		}
		r := &register{job: j, file: in.Name, table: t}
		r.read()
	}
	return nil
}

func (r *register) read() {
	t := r.table
	if t.encoding != "" {
		r.report.guessed("encoding", baseName(r.file), "not UTF-8: read as "+t.encoding)
	}
	if t.decimalComma {
		r.report.guessed("way numbers are written", baseName(r.file), "as in German: 50.000 is fifty thousand, 1,5 is one and a half")
	}
	if r.model.Product.ID == "" {
		name := strings.TrimSuffix(baseName(r.file), ".csv")
		r.product("", humanise(name), "")
		r.report.guessed("product", r.model.Product.ID, "a spreadsheet does not name it: called after the file")
	}
	r.currency()
	r.env = quantity.Env{Currency: r.model.Product.Currency, Horizon: parley.DefaultHorizon, Scale: quantity.Scale{
		Name: "import", Likelihood: r.model.Policy.Scale.Likelihood, Impact: r.model.Policy.Scale.Impact,
	}}
	r.steps = map[field]int{}
	for _, f := range []field{fieldLikelihood, fieldImpact, fieldSeverity} {
		r.steps[f] = t.steps(f)
		if r.steps[f] > 0 {
			r.report.guessed("steps of a scale", string(f), fmt.Sprintf("numbers from 1 to %d are taken as very low to very high", r.steps[f]))
		}
	}
	for _, n := range t.notes {
		r.report.dropped(1, n.what, n.where, n.why)
	}
	for _, row := range t.rows {
		r.row(row)
	}
}

// row turns one line into a threat with its measure and decision.
func (r *register) row(row tableRow) {
	cell := func(f field) string { return r.cell(row, f) }
	whole := r.line(cell(fieldTitle))
	title := r.title(whole)
	if title == "" {
		r.report.dropped(1, "row without a title", fmt.Sprintf("line %d", row.line), "there is nothing to call the threat by")
		return
	}
	x := parley.Threat{
		Title: title, Owner: r.line(cell(fieldOwner)), Refs: refs("CWE", split(r.line(cell(fieldRefs)))...),
		Assets: split(r.line(cell(fieldAsset))),
		Notes:  r.text(cell(fieldNotes)),
	}
	if title != whole {
		x.Notes = paragraphs(whole, x.Notes)
	}
	r.describe(&x, r.text(cell(fieldDescription)))
	for _, s := range split(r.line(cell(fieldCategory))) {
		x.Tags = append(x.Tags, strideTag(s))
	}
	r.rating(&x, row)
	st := r.status(row)
	if st.closes() {
		x.Triage = parley.Closed
	}
	id := r.threat(x, r.file, cell(fieldID)).ID
	r.measure(row, id, st)
	r.decided(row, id, st)
}

// cell is a text of a row. What a spreadsheet would calculate stays text.
func (r *register) cell(row tableRow, f field) string {
	s := row.get(r.table, f)
	if s != "" && strings.ContainsRune("=+@", rune(s[0])) || len(s) > 1 && s[0] == '-' && !strings.ContainsAny(s[1:2], "0123456789 ") {
		r.report.guessed("formula", fmt.Sprintf("line %d", row.line), "kept as text, not calculated")
	}
	return s
}

// rating reads likelihood and impact, and severity where a row has no impact.
func (r *register) rating(x *parley.Threat, row tableRow) {
	likelihood := r.value(x, row, fieldLikelihood, quantity.Likelihood)
	impact := r.value(x, row, fieldImpact, quantity.Money)
	if sev := row.get(r.table, fieldSeverity); sev != "" {
		if impact == "" {
			impact = r.word(sev, fieldSeverity)
			r.report.guessed("impact", x.Title, "the row has none: its severity stands in")
		} else {
			r.report.dropped(1, "severity", "", "likelihood and impact say more")
		}
	}
	r.rate(x, likelihood, impact, parley.BasisImported)
}

// status is what the row says has become of the threat; a decision column
// counts more than a status column, unless the measure is there.
func (r *register) status(row tableRow) status {
	st, text := statusOf(row.get(r.table, fieldStatus)), row.get(r.table, fieldDecision)
	if text != "" {
		switch d := statusOf(text); {
		case d == unknownStatus:
			r.report.dropped(1, "decision", r.line(text), "unknown word: expected accept, mitigate, defer, transfer or avoid")
		case d == done && st != done:
			return inProgress // decided, not there yet
		case st != done:
			return d
		}
	}
	if st == unknownStatus {
		r.report.guessed("status", row.get(r.table, fieldStatus), "unknown word: taken as open")
	}
	return st
}

// measure turns the mitigation of a row into a mitigation with its cost, or a control.
func (r *register) measure(row tableRow, threat string, st status) {
	text := r.text(r.cell(row, fieldMitigation))
	cost := r.cell(row, fieldCost) + r.cell(row, fieldEffort)
	if text == "" {
		if cost != "" {
			r.report.dropped(1, "cost", threat, "the row names no measure that it could belong to")
		}
		return
	}
	ref := r.textLayer(text, r.file, st == done)
	r.against(ref, threat, "")
	switch {
	case cost == "":
	case ref.control:
		r.report.dropped(1, "cost", threat, "the measure is in place already")
	default:
		r.costs(&r.model.Mitigations[ref.i], row)
	}
}

// decided keeps the decision of a row.
func (r *register) decided(row tableRow, threat string, st status) {
	because, by, at := r.text(r.cell(row, fieldReason)), r.line(r.cell(row, fieldBy)), r.line(row.get(r.table, fieldDate))
	kind := st.decision()
	if kind == "" {
		if s := paragraphs(labelled("Reason", because), labelled("Decided by", by), labelled("Date", at)); s != "" {
			x := r.model.Threat(threat)
			x.Notes = paragraphs(x.Notes, s)
		}
		return
	}
	if because == "" {
		because = fmt.Sprintf("Recorded as %q, without a reason.", orElse(r.line(row.get(r.table, fieldDecision)), r.line(row.get(r.table, fieldStatus))))
	}
	r.decision(parley.ClaimedDecision{Threats: []string{threat}, Kind: kind, Because: because, By: by, At: at, Source: r.source(r.file, row.get(r.table, fieldID))})
}

// split takes a cell apart that lists several things.
func split(s string) []string {
	return unique(strings.FieldsFunc(s, func(r rune) bool { return r == ',' || r == ';' || r == '|' || r == '\n' }))
}
