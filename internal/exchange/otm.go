package exchange

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/file"
	"github.com/parleysec/parley/quantity"
)

// otm reads one Open Threat Model document.
type otm struct {
	*job
	file   string
	doc    *node
	uses   []*otmUse
	names  map[string]string // threat id in the file → id in the result
	flat   bool              // every rating has the highest value: nobody rated
	inhand bool              // a control with a stated strength stands
}

// otmUse is a threat at a component or data flow.
type otmUse struct {
	threat, state, place string
	mitigations          []otmMeasure
}

type otmMeasure struct{ id, state string }

func isOTM(s *sniff) bool {
	t := s.tree()
	return t.has("otmVersion") || t.isList() && t.size() > 0 && t.items[0].has("otmVersion")
}

func readOTM(j *job) error {
	product := ""
	for _, in := range j.files {
		tree, err := parseTree(in.Name, in.Data)
		if err != nil {
			return err
		}
		doc, err := j.document(in.Name, tree)
		if err != nil {
			return err
		}
		project := doc.at("project", "id").str()
		if product != "" && product != project {
			return &Error{File: in.Name, Problem: fmt.Sprintf("this is project %q, %s is project %q", project, j.files[0].Name, product), Want: "one project at a time: one negotiation file is one product"}
		}
		product = project
		o := &otm{job: j, file: in.Name, doc: doc, names: map[string]string{}}
		o.read()
	}
	j.model.Policy.Scale = fiveLevels()
	return nil
}

// document is the model to import out of a file, which may hold several.
func (j *job) document(file string, tree *node) (*node, error) {
	docs := []*node{tree}
	if tree.isList() {
		docs = tree.items
	}
	var names []string
	for i, d := range docs {
		if !d.has("otmVersion") || !d.get("project").isMap() {
			return nil, &Error{File: file, Line: d.lineOr(1), Problem: "this is not an Open Threat Model: it lacks otmVersion or project", Want: "an object with otmVersion, project, threats and components"}
		}
		id, name := d.at("project", "id").str(), d.at("project", "name").str()
		names = append(names, fmt.Sprintf("%d %s (%s)", i+1, j.line(id), j.line(name)))
		if want := j.options.Document; want != "" && (want == strconv.Itoa(i+1) || want == id || want == name) {
			return d, nil
		}
	}
	switch {
	case len(docs) == 1 && j.options.Document == "":
		return docs[0], nil
	case len(docs) == 0:
		return nil, &Error{File: file, Line: 1, Problem: "the list of models is empty", Want: "an Open Threat Model"}
	case j.options.Document != "":
		return nil, &Error{File: file, Problem: fmt.Sprintf("there is no model %q in this file", j.options.Document), Want: "one of " + strings.Join(names, ", ")}
	}
	return nil, &Error{File: file, Line: 1, Problem: fmt.Sprintf("this file holds %d models, and one negotiation file is one product", len(docs)), Want: "--document with one of " + strings.Join(names, ", ")}
}

func (o *otm) read() {
	p := o.doc.get("project")
	owner, contact := o.line(p.get("owner").str()), o.line(p.get("ownerContact").str())
	if owner != "" && contact != "" {
		owner += " <" + contact + ">"
	}
	o.product(p.get("id").str(), p.get("name").str(), orElse(owner, contact))
	o.readUses("components")
	o.readUses("dataflows")
	o.flat = o.allHighest()
	for _, t := range o.doc.get("threats").list() {
		o.catalogued(t)
	}
	o.dangling()
	o.measures()
	o.statedWithout()
	o.decisions()
	for _, part := range []string{"assets", "trustZones", "representations"} {
		o.report.dropped(o.doc.get(part).size(), part, baseName(o.file), "no place in a negotiation file")
	}
	o.report.dropped(p.get("attributes").size(), "attribute of the project", baseName(o.file), "no place in a negotiation file")
}

func (o *otm) readUses(part string) {
	for _, c := range o.doc.get(part).list() {
		for _, t := range c.get("threats").list() {
			u := &otmUse{threat: t.get("threat").str(), state: t.get("state").str(), place: o.line(orElse(c.get("name").str(), c.get("id").str()))}
			for _, m := range t.get("mitigations").list() {
				u.mitigations = append(u.mitigations, otmMeasure{m.get("mitigation").str(), m.get("state").str()})
			}
			o.uses = append(o.uses, u)
		}
	}
}

// fewestFlat is how many threats must all have the highest rating before it
// counts as what a converter writes where nobody rated.
const fewestFlat = 3

func (o *otm) allHighest() bool {
	threats := o.doc.get("threats").list()
	for _, t := range threats {
		if t.at("risk", "likelihood").str() != "100" || t.at("risk", "impact").str() != "100" {
			return false
		}
	}
	return len(threats) >= fewestFlat
}

// catalogued makes a threat of the catalogue, with the places where it stands.
func (o *otm) catalogued(n *node) {
	id := n.get("id").str()
	if _, ok := o.names[id]; ok && id != "" {
		o.report.dropped(1, "threat given twice", id, "the first one counts")
		return
	}
	risk := n.get("risk")
	x := parley.Threat{
		Title: o.title(n.get("name").str()),
		Refs:  refs("CWE", n.get("cwes").strings()...), Assets: o.places(id),
	}
	for _, s := range append(n.get("categories").strings(), n.get("tags").strings()...) {
		if s = o.line(s); weakness.MatchString(s) {
			x.Refs = append(x.Refs, refs("CWE", s)...)
		} else {
			x.Tags = append(x.Tags, strideTag(s))
		}
	}
	description := o.text(n.get("description").str())
	if description != "" && strings.HasPrefix(x.Title, "Threat ") && strings.EqualFold(slug(x.Title), id) {
		x.Title = "" // a running number, as threatcl writes it
	}
	impactComment, likelihoodComment := o.text(risk.get("impactComment").str()), o.text(risk.get("likelihoodComment").str())
	x.Impact.Says = shorten(strings.Join(strings.Fields(impactComment), " "), maxSays)
	if likelihoodComment != impactComment {
		x.Notes = labelled("On the likelihood", likelihoodComment)
	}
	if strings.HasSuffix(x.Impact.Says, "…") {
		x.Notes = paragraphs(labelled("On the impact", impactComment), x.Notes)
	}
	o.describe(&x, description)
	likelihood, impact := o.band(risk.get("likelihood")), o.band(risk.get("impact"))
	if likelihood == "" && risk.get("impact").str() == "0" {
		impact = "" // 0 beside an absent likelihood is what threatcl writes for "not rated"
	}
	if o.flat {
		likelihood, impact = "", ""
		o.report.guessed("rating", x.Title, "every threat in the file has 100 and 100, as converters write where nobody rated: taken as not stated")
	}
	o.rate(&x, likelihood, impact, parley.BasisImported)
	o.names[id] = o.threat(x, o.file, id).ID
}

// weakness is a tag that is a reference.
var weakness = regexp.MustCompile(`(?i)^cwe-\d+$`)

// band is the word for a number from 0 to 100: five bands of equal width. The
// number is a rank in the source, not a chance in percent or an amount.
func (o *otm) band(n *node) string {
	s := n.str()
	if s == "" {
		return ""
	}
	v, err := strconv.ParseFloat(s, 64)
	if err != nil || v < 0 || v > 100 {
		o.report.guessed("rating", s, "not a number from 0 to 100: taken as not stated")
		return ""
	}
	o.report.guessed("rating in words", "", "numbers from 0 to 100 fall into five bands: very low below 20, low, medium, high, very high from 80")
	return file.Step(min(5, int(v/20)+1), 5)
}

func (o *otm) places(threat string) []string {
	var out []string
	for _, u := range o.uses {
		if u.threat == threat {
			out = append(out, u.place)
		}
	}
	return unique(out)
}

// dangling makes guessed threats of ids that stand at components alone.
func (o *otm) dangling() {
	for _, u := range o.uses {
		if _, ok := o.names[u.threat]; ok {
			continue
		}
		x := parley.Threat{Title: o.title("Threat " + u.threat), Assets: o.places(u.threat)}
		x.Impact.Says = fmt.Sprintf("Not described: the source names threat %s at %s and nothing else.", o.line(u.threat), shorten(strings.Join(x.Assets, ", "), maxTitle))
		o.rate(&x, "", "", parley.BasisGuess)
		o.report.guessed("threat", u.threat, "the file does not describe it: titled by its id, rated medium")
		o.names[u.threat] = o.threat(x, o.file, u.threat).ID
	}
}

// measures makes controls and mitigations: those of the catalogue, then those
// whose ids stand at components alone.
func (o *otm) measures() {
	known := map[string]bool{}
	for _, n := range o.doc.get("mitigations").list() {
		id := n.get("id").str()
		if known[id] {
			o.report.dropped(1, "mitigation given twice", id, "the first one counts")
			continue
		}
		known[id] = true
		o.measure(n, id)
	}
	for _, u := range o.uses {
		for _, m := range u.mitigations {
			if !known[m.id] {
				known[m.id] = true
				o.report.guessed("mitigation", m.id, "the file does not describe it: titled by its id")
				o.measure(nil, m.id)
			}
		}
	}
}

// measure adds a layer in each state it has, against the threats it stands beside.
func (o *otm) measure(n *node, id string) {
	attr := n.get("attributes")
	notes := paragraphs(o.text(n.get("description").str()), labelled("Implementation", o.text(attr.get("implementation_notes").str())),
		labelled("Verification", o.line(attr.get("verification").str())), labelled("Negative test", o.line(attr.get("negative_test").str())))
	l := layer{key: id, id: id, title: o.title(orElse(n.get("name").str(), "Mitigation "+id)), notes: notes, owner: o.line(attr.get("owner").str()), file: o.file}
	places, built := 0, 0
	for _, u := range o.uses {
		for _, m := range u.mitigations {
			if m.id == id {
				places++
				if statusOf(m.state) == done {
					built++
				}
			}
		}
	}
	if places == 0 {
		l.done = attr.get("implemented").str() == "true"
		o.addLayer(l)
		o.report.dropped(1, "link from a mitigation to its threats", l.title, "the file does not state it: add against")
		return
	}
	strength := o.strength(n.get("riskReduction"), id)
	o.inhand = o.inhand || built > 0 && strength != ""
	for _, u := range o.uses {
		for _, m := range u.mitigations {
			if m.id != id {
				continue
			}
			l.done = statusOf(m.state) == done
			ref := o.addLayer(l)
			o.against(ref, o.names[u.threat], strength)
			if built > 0 && built < places {
				o.covers(ref, built, places)
			}
		}
	}
}

// covers says that a layer is in place at some places only: a control there,
// a mitigation for the others.
func (o *otm) covers(ref layerRef, built, places int) {
	b := o.barrier(ref)
	if !b.Coverage.IsZero() {
		return
	}
	share := built
	if !ref.control {
		share = places - built
	}
	b.Coverage = quantity.Of(fmt.Sprintf("%d%%", (100*share+places/2)/places))
	if ref.control {
		o.report.guessed("coverage", o.model.Controls[ref.i].ID, "implemented at some places only: the share of places counts")
	}
}

// strength is a risk reduction in percent as a share. No layer stops everything:
// 100 is read as a word, and as nothing in a file where nobody rated.
func (o *otm) strength(n *node, id string) string {
	s := n.str()
	v, err := strconv.ParseFloat(s, 64)
	switch {
	case s == "" || v == 0 && err == nil:
		return ""
	case err != nil || v < 0 || v > 100:
		o.report.guessed("strength", id, "not a number from 0 to 100: taken as not stated")
		return ""
	case v == 100 && o.flat:
		o.report.guessed("strength", id, "100 beside ratings that nobody made: taken as not stated")
		return ""
	case v > 97: // the upper end of the word
		o.report.guessed("strength", id, "no layer stops everything: "+nearlyAll)
		return nearlyAll
	}
	o.report.guessed("strength", id, "a risk reduction is read as the share of events stopped")
	return strconv.FormatFloat(v, 'f', -1, 64) + "%"
}

// statedWithout says that ratings are meant without the controls: the format
// states a threat's risk in its catalogue, and beside it what reduces it.
func (o *otm) statedWithout() {
	if !o.inhand {
		return
	}
	for _, id := range o.names {
		x := o.model.Threat(id)
		if x.StatedWith == nil && !x.Likelihood.IsZero() {
			x.StatedWith = &[]string{}
			o.report.guessed("stated with", "", "the format rates a threat before its mitigations: stated without controls")
		}
	}
}

// decisions keeps the states of threats that are decisions: of all places, or some.
func (o *otm) decisions() {
	var order []string
	for _, u := range o.uses {
		if !slices.Contains(order, u.threat) {
			order = append(order, u.threat)
		}
	}
	for _, id := range order {
		o.decided(id)
	}
}

func (o *otm) decided(id string) {
	var states []string
	total := 0
	where := map[string][]string{}
	for _, u := range o.uses {
		if u.threat != id {
			continue
		}
		total++
		if statusOf(u.state) == unknownStatus {
			o.report.guessed("state", u.state, "unknown word: taken as open")
		}
		if where[u.state] == nil {
			states = append(states, u.state)
		}
		where[u.state] = append(where[u.state], u.place)
	}
	for _, s := range states {
		st := statusOf(s)
		all := len(where[s]) == total
		if st.closes() && all {
			o.model.Threat(o.names[id]).Triage = parley.Closed
		}
		if kind := st.decision(); kind != "" {
			because := "State in the source: " + o.line(s) + "."
			if !all {
				because += " Only for " + strings.Join(unique(where[s]), ", ") + "."
			}
			o.decision(parley.ClaimedDecision{Threats: []string{o.names[id]}, Kind: kind, Because: because, Source: o.source(o.file, id)})
		}
	}
}
