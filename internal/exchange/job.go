package exchange

import (
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/quantity"
)

// job is one import: files in, a model and a report out.
type job struct {
	tool    string
	files   []Input
	options Options
	model   *parley.Model
	report  *Report
	threats names
	items   names
	layers  map[string]layerRef // by what makes a layer the same
}

func newJob(f Format, files []Input, o Options) *job {
	r := &Report{Format: f.Name, Mapped: []Line{}, Guessed: []Line{}, Dropped: []Line{}}
	for _, in := range files {
		r.Files = append(r.Files, in.Name)
	}
	return &job{
		tool: f.Name, files: files, options: o, report: r,
		model:   &parley.Model{Parley: parley.FormatVersion},
		threats: names{}, items: names{}, layers: map[string]layerRef{},
	}
}

// product sets what the product is called, once: the first file counts.
func (j *job) product(id, name, owner string) {
	p := &j.model.Product
	if p.ID != "" {
		j.report.dropped(1, "product", j.line(name), "one file is one product: the first one named it")
		return
	}
	p.Name, p.Owner = j.title(name), j.line(owner)
	if id == "" && p.Name == "" {
		j.report.guessed("product", "product", "the source does not name it")
		p.Name = "Imported product"
	}
	p.ID = names{}.take("p", id, p.Name)
	j.report.mapped(1, "product")
}

// source says where something was brought from.
func (j *job) source(file, id string) *parley.Source {
	id, _ = visible(id)
	return &parley.Source{Tool: j.tool, File: filepath.Base(file), ID: strings.TrimSpace(id)}
}

// describe gives a threat its description: the consequence where none is
// stated, else, and where it is too long for that, the notes; and the title
// where there is none.
func (j *job) describe(t *parley.Threat, description string) {
	if description == "" {
		return
	}
	if t.Title == "" {
		t.Title = shorten(firstSentence(description), maxTitle)
		j.report.guessed("title", t.Title, "the source has none: the first sentence of the description")
	}
	line := strings.Join(strings.Fields(description), " ")
	says := shorten(line, maxSays)
	if t.Impact.Says == "" {
		t.Impact.Says = says
	}
	if t.Impact.Says != line {
		t.Notes = paragraphs(description, t.Notes)
	}
}

// threat adds a threat. Its id is made from sourceID, or from its title, as is
// the consequence where none is stated.
func (j *job) threat(t parley.Threat, file, sourceID string) *parley.Threat {
	t.Source = j.source(file, sourceID)
	if t.Title == "" {
		t.Title = "Threat without a title"
		j.report.guessed("title", t.Title, "the source has neither title nor description")
	}
	t.ID = j.threats.take("t", t.Source.ID, t.Title)
	if t.Impact.Says == "" {
		t.Impact.Says = sentence(t.Title) + " The source does not say what that would mean."
		j.report.guessed("consequence", t.ID, "the source does not describe it: made from the title")
	}
	t.Impact.Says = sentence(t.Impact.Says)
	t.Tags = unique(t.Tags)
	t.Refs = unique(t.Refs)
	t.Assets = unique(t.Assets)
	j.model.Threats = append(j.model.Threats, t)
	j.report.mapped(1, "threat")
	return &j.model.Threats[len(j.model.Threats)-1]
}

// rate states likelihood and impact in words of the scale. A word that is empty
// was not stated: medium is guessed. The loss stands under availability for a
// denial of service and under compromise for everything else.
func (j *job) rate(t *parley.Threat, likelihood, impact, basis string) {
	t.Basis = basis
	if likelihood == "" && impact == "" {
		t.Basis = parley.BasisGuess
	}
	if likelihood == "" {
		likelihood = medium
		j.report.guessed("likelihood", t.Title, "the source does not state it: medium")
	}
	if impact == "" {
		impact = medium
		j.report.guessed("impact", t.Title, "the source does not state it: medium")
	}
	t.Likelihood = quantity.Of(likelihood)
	j.loss(t, impact)
}

// lossKindWords are the kinds of loss that a severity is taken as.
var lossKindWords = map[parley.LossKind]string{parley.Compromise: "damage to data and systems (compromise)", parley.Availability: "standing still (availability)"}

func (j *job) loss(t *parley.Threat, amount string) {
	loss := parley.Loss{Amount: quantity.Of(amount)}
	kind := parley.Compromise
	if slices.Contains(t.Tags, denialOfService) {
		t.Impact.Availability, kind = loss, parley.Availability
	} else {
		t.Impact.Compromise = loss
	}
	j.report.guessed("kind of loss", "", "a severity does not say which: taken as "+lossKindWords[kind])
}

// decision keeps a decision of the source, shown as recorded elsewhere.
func (j *job) decision(d parley.ClaimedDecision) {
	if d.At != "" {
		if at, ok := civilDate(d.At); ok {
			d.At = at
		} else {
			d.Because = paragraphs(d.Because, "Date as recorded: "+d.At)
			d.At = ""
		}
	}
	j.model.Decisions = append(j.model.Decisions, d)
	j.report.mapped(1, "decision recorded elsewhere")
}

// civilDate is a date as YYYY-MM-DD. Dates with slashes could be read in two ways and are left alone.
func civilDate(s string) (string, bool) {
	for _, layout := range []string{time.DateOnly, "2.1.2006", time.RFC3339, "2006-01-02 15:04:05", "2006-01-02T15:04:05"} {
		if t, err := time.Parse(layout, strings.TrimSpace(s)); err == nil {
			return t.Format(time.DateOnly), true
		}
	}
	return "", false
}

// finish fills in what every negotiation file has.
func (j *job) finish() {
	j.tellApart()
	j.cutNotes()
	p := &j.model.Product
	if p.ID == "" {
		j.product("", "", "")
	}
	p.Stage = parley.Design
	j.report.guessed("stage", p.ID, "threat models do not state it: design")
	switch {
	case j.options.Currency != "":
		p.Currency = j.options.Currency
	case p.Currency == "":
		p.Currency = "GBP"
		j.report.guessed("currency", p.ID, noCurrency)
	}
	if len(j.model.Threats) > 0 {
		j.report.guessed("meaning of words", "policy.scale", "what they mean in chance and money are defaults: set your own")
	}
	j.needs()
}

// cutNotes cuts notes that are longer than those of a negotiation file may be.
func (j *job) cutNotes() {
	cut := func(notes *string, id string) {
		if short := shorten(*notes, parley.MaxText); short != *notes {
			*notes = short
			j.report.dropped(1, "end of a note", id, "notes may have 100 000 characters: keep the whole text where it is, with a link to it")
		}
	}
	m := j.model
	for i := range m.Threats {
		cut(&m.Threats[i].Notes, m.Threats[i].ID)
	}
	for i := range m.Controls {
		cut(&m.Controls[i].Notes, m.Controls[i].ID)
	}
	for i := range m.Mitigations {
		cut(&m.Mitigations[i].Notes, m.Mitigations[i].ID)
	}
}

var digits = regexp.MustCompile(`\d+`)

// refs writes references to catalogues in one way: CWE-89, CAPEC-66.
func refs(catalogue string, values ...string) []string {
	var out []string
	for _, v := range values {
		upper := strings.ToUpper(strings.TrimSpace(v))
		if n := digits.FindString(upper); n != "" && (upper == n || strings.HasPrefix(upper, catalogue)) {
			out = append(out, catalogue+"-"+n)
		} else if v != "" {
			out = append(out, v)
		}
	}
	return out
}

// unique is the texts without empty and repeated ones, in order.
func unique(list []string) []string {
	var out []string
	for _, s := range list {
		if s = strings.TrimSpace(s); s != "" && !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return out
}
