package exchange

import (
	"fmt"
	"strings"

	"github.com/parleysec/parley"
)

// threagileHow says how to make the file that holds the generated risks.
const threagileHow = "the model holds no generated risks. Make them with: threagile analyze-model --model %s --output out (before 1.0: threagile -model %s -output out), then import both: parley import --from threagile %s out/risks.json"

// threagile is what the files of one Threagile model say.
type threagile struct {
	*job
	model      *threagileRoot   // nil when only risks.json is given
	risksFile  string           // "" when only the model is given
	risks      []*threagileRisk // in the order of the files
	categories []*threagileCategory
	byID       map[string]*threagileCategory
	assets     map[string]string // id → title
}

// threagileCategory is a risk rule or an own category: one threat.
type threagileCategory struct {
	id, title, file string
	own             *node // its definition in the model, nil for a rule of the tool
	ownFile         string
	guessed         bool // known from tracking alone
	risks           []*threagileRisk
	threat          string // id in the result
}

// threagileRisk is one finding.
type threagileRisk struct {
	id, category, title, file string
	likelihood, impact        string // words of the tool
	status                    string // of risks.json
	assets                    []string
	tracking                  *threagileTracking
}

func isThreagile(s *sniff) bool {
	t := s.tree()
	return isThreagileRisks(t) || isThreagileRoot(t) || threagilePart(t) != ""
}

func isThreagileRisks(t *node) bool {
	return t.isList() && (t.size() == 0 || t.items[0].has("synthetic_id"))
}

func isThreagileRoot(t *node) bool {
	return t.has("threagile_version") || t.has("technical_assets") && t.has("title")
}

// threagilePart is the key by which a file shows itself to be a part of a
// model split with includes, "" when it is none.
func threagilePart(t *node) string {
	if !t.isMap() {
		return ""
	}
	for i, k := range t.keys {
		if strings.HasPrefix(k, "diagram_tweak_") {
			return k
		}
		want := threagileKey(k)
		if want != nullNode && (t.items[i].kind == want || t.items[i].kind == nullNode) {
			return k
		}
	}
	return ""
}

// threagileKey is the kind of value a key of a model has, nullNode for keys of others.
func threagileKey(k string) nodeKind {
	switch k {
	case "technical_assets", "data_assets", "trust_boundaries", "shared_runtimes", "risk_tracking", "individual_risk_categories",
		"abuse_cases", "security_requirements", "business_overview", "technical_overview", "questions":
		return mapNode
	case "custom_risk_categories", "tags_available", "includes":
		return listNode
	case "business_criticality", "detection_logic":
		return textNode
	}
	return nullNode
}

func readThreagile(j *job) error {
	t := &threagile{job: j, byID: map[string]*threagileCategory{}, assets: map[string]string{}}
	if err := t.load(); err != nil {
		return err
	}
	if t.model != nil {
		m := t.model.root
		j.product("", m.get("title").str(), m.at("author", "name").str())
		if m.at("author", "name").str() != "" {
			j.report.guessed("owner", j.model.Product.ID, "the model names no owner: its author")
		}
		t.readAssets()
		t.oddities()
		t.readCategories()
	}
	tracking := t.tracking()
	t.assign(tracking)
	for _, c := range t.categories {
		t.threatOf(c)
	}
	t.record(tracking)
	t.layersOf()
	t.leftBehind()
	j.model.Policy.Scale = threagileScale()
	return nil
}

// threagileScale gives Threagile's words a meaning. Its documentation gives them
// an order, not numbers; the bands are those of [fiveLevels] without the lowest.
func threagileScale() parley.Scale {
	l := fiveLevels()
	return parley.Scale{
		Likelihood: map[string]string{
			"unlikely":    l.Likelihood[low],
			"likely":      l.Likelihood[medium],
			"very likely": l.Likelihood[high],
			"frequent":    l.Likelihood[veryHigh],
			medium:        l.Likelihood[medium],
		},
		Impact: map[string]string{low: l.Impact[low], medium: l.Impact[medium], high: l.Impact[high], veryHigh: l.Impact[veryHigh]},
	}
}

// readAssets learns what the ids in risks are called.
func (t *threagile) readAssets() {
	m := t.model.root
	for _, part := range []string{"technical_assets", "data_assets", "trust_boundaries", "shared_runtimes"} {
		p := m.get(part)
		for i, a := range p.entries() {
			id := a.get("id").str()
			t.assets[id] = t.title(p.keys[i])
			links := a.get("communication_links")
			for k := range links.entries() {
				link := strings.Trim(nonAlnum.ReplaceAllString(strings.ToLower(links.keys[k]), "-"), "-")
				t.assets[id+">"+link] = t.title(links.keys[k])
			}
		}
		t.report.dropped(p.size(), strings.ReplaceAll(part, "_", " "), baseName(t.model.file), "only the names of affected ones are kept")
	}
}

// readCategories reads the model's own risk categories with their risks: a map
// by title up to version 0.9, a list since.
func (t *threagile) readCategories() {
	for _, key := range []string{"individual_risk_categories", "custom_risk_categories"} {
		part := t.model.root.get(key)
		for i := range part.size() {
			n := part.items[i]
			title := n.get("title").str()
			if part.isMap() && title == "" {
				title = part.keys[i]
			}
			id := n.get("id").str()
			if id == "" {
				id = slug(title)
			}
			c := t.category(id)
			c.own, c.title, c.ownFile = n, t.title(title), t.model.file
			t.ownRisks(c)
		}
	}
}

// ownRisks adds the risks identified by hand that risks.json does not have.
func (t *threagile) ownRisks(c *threagileCategory) {
	list := c.own.get("risks_identified")
	for i, n := range list.entries() {
		r := &threagileRisk{
			category: c.id, title: t.title(list.keys[i]), file: t.model.file,
			likelihood: n.get("exploitation_likelihood").str(), impact: n.get("exploitation_impact").str(),
			assets: threagileAssets(n),
		}
		r.id = threagileSyntheticID(c.id, n)
		known := false
		for _, other := range c.risks {
			known = known || strings.EqualFold(other.id, r.id)
		}
		if !known {
			t.addRisk(r)
		}
	}
}

// threagileSyntheticID is the id the tool gives a risk: the category and the
// most relevant things, in this order.
func threagileSyntheticID(category string, n *node) string {
	id := category
	for _, k := range []string{"technical_asset", "communication_link", "trust_boundary", "shared_runtime", "data_asset"} {
		if s := n.get("most_relevant_" + k).str(); s != "" {
			id += "@" + s
		}
	}
	return id
}

// threagileAssets is what a risk is about: what is most relevant, without the
// link and the data when there is a technical asset.
func threagileAssets(n *node) []string {
	for _, k := range []string{"technical_asset", "communication_link", "trust_boundary", "shared_runtime", "data_asset"} {
		if s := n.get("most_relevant_" + k).str(); s != "" {
			return []string{s}
		}
	}
	return n.get("data_breach_technical_assets").strings()
}

// readRisks reads a risks.json. Version 1 leaves out what has the lowest value.
func (t *threagile) readRisks(file string, list *node) error {
	t.risksFile = file
	for i, n := range list.list() {
		category := n.get("category").str()
		if category == "" {
			category = n.get("category_id").str()
		}
		if category == "" {
			return &Error{File: file, Line: max(1, n.lineOr(list.line)), Problem: fmt.Sprintf("risk %d has no category", i+1), Want: "risks.json as Threagile writes it"}
		}
		r := &threagileRisk{
			id: n.get("synthetic_id").str(), category: category, title: n.get("title").str(), file: file,
			likelihood: orElse(n.get("exploitation_likelihood").str(), "unlikely"),
			impact:     orElse(n.get("exploitation_impact").str(), "low"),
			status:     n.get("risk_status").str(), assets: threagileAssets(n),
		}
		if r.id == "" {
			r.id = threagileSyntheticID(category, n)
		}
		t.addRisk(r)
	}
	return nil
}

func (t *threagile) addRisk(r *threagileRisk) {
	t.risks = append(t.risks, r)
	c := t.category(r.category)
	c.risks = append(c.risks, r)
	if c.file == "" {
		c.file = r.file
	}
}

func (t *threagile) category(id string) *threagileCategory {
	if c, ok := t.byID[id]; ok {
		return c
	}
	c := &threagileCategory{id: id}
	t.byID[id] = c
	t.categories = append(t.categories, c)
	return c
}

// leftBehind reports what has no place in a negotiation file, and what to do next.
func (t *threagile) leftBehind() {
	r := t.report
	if t.model == nil {
		r.Next = append(r.Next, "give the model beside risks.json: it has the reasons, people and dates of decisions, and the names of assets")
		return
	}
	m := t.model.root
	r.dropped(m.get("abuse_cases").size(), "abuse case", baseName(t.model.file), "stories without likelihood or impact")
	r.dropped(m.get("security_requirements").size(), "security requirement", baseName(t.model.file), "not tied to a risk")
	r.dropped(m.get("questions").size(), "question", baseName(t.model.file), "no place in a negotiation file")
	if t.risksFile == "" {
		r.Next = append(r.Next, fmt.Sprintf(threagileHow, t.model.file, t.model.file, t.model.file))
	}
	for _, k := range m.again {
		r.dropped(1, "key given twice", k, "the last one counts")
	}
}

func orElse(s, other string) string {
	if s == "" {
		return other
	}
	return s
}
