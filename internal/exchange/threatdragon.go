package exchange

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/parleysec/parley"
)

// dragon reads Threat Dragon files, version 1 and 2, into one product.
type dragon struct {
	*job
	file string
	seen map[string]string // threat id of the tool and its text → id in the result
}

func isThreatDragon(s *sniff) bool {
	t := s.tree()
	return t.has("summary") && (t.has("detail") || t.has("details"))
}

func readThreatDragon(j *job) error {
	d := &dragon{job: j, seen: map[string]string{}}
	for _, in := range j.files {
		root, err := parseTree(in.Name, in.Data)
		if err != nil {
			return err
		}
		d.file = in.Name
		if err := d.check(root); err != nil {
			return err
		}
		d.read(root)
	}
	j.model.Policy.Scale = fiveLevels()
	return nil
}

// check refuses what is not a Threat Dragon model, naming what is missing.
func (d *dragon) check(root *node) error {
	if !root.isMap() {
		return &Error{File: d.file, Line: 1, Problem: fmt.Sprintf("this is %s", root.kindOr()), Want: "a Threat Dragon model: an object with summary and detail"}
	}
	if !root.get("summary").isMap() {
		return &Error{File: d.file, Line: root.line, Problem: "there is no summary", Want: "a Threat Dragon model: an object with summary and detail"}
	}
	detail := root.get("detail")
	if detail == nil && root.has("details") {
		return &Error{File: d.file, Line: root.get("details").line, Problem: `there is no detail, but there is "details"`, Want: `"detail" with "diagrams", as Threat Dragon writes it`}
	}
	if !detail.isMap() || detail.has("diagrams") && !detail.get("diagrams").isList() {
		return &Error{File: d.file, Line: detail.lineOr(root.line), Problem: "there is no detail with a list of diagrams", Want: `"detail": {"diagrams": […]}, as Threat Dragon writes it`}
	}
	return nil
}

func (n *node) kindOr() string {
	if n == nil {
		return nullNode.String()
	}
	return n.kind.String()
}

func (d *dragon) read(root *node) {
	sum, detail := root.get("summary"), root.get("detail")
	d.product("", sum.get("title").str(), sum.get("owner").str())
	r := d.report
	r.dropped(detail.get("contributors").size(), "contributor", baseName(d.file), "a negotiation file has one owner")
	if s := d.line(detail.get("reviewer").str()); s != "" {
		r.dropped(1, "reviewer", s, "a negotiation file has one owner")
	}
	if d.line(sum.get("description").str()) != "" {
		r.dropped(1, "description of the product", baseName(d.file), "no place in a negotiation file")
	}
	for _, diagram := range detail.get("diagrams").list() {
		cells := diagram.get("cells")
		if cells == nil {
			cells = diagram.at("diagramJson", "cells")
		}
		for _, c := range cells.list() {
			d.cell(c)
		}
		r.dropped(1, "diagram", d.line(diagram.get("title").str()), "only the names of elements with threats are kept")
	}
}

// cell reads the threats of one element of a diagram.
func (d *dragon) cell(c *node) {
	data := c.get("data")
	threats := data.get("threats")
	if threats == nil {
		threats = c.get("threats")
	}
	if threats.size() == 0 {
		return
	}
	e := dragonElement{name: d.elementName(c)}
	for _, n := range []*node{data, c} {
		if n.get("outOfScope").str() == "true" {
			e.out = true
			e.reason = d.line(n.get("reasonOutOfScope").str())
		}
	}
	for _, t := range threats.list() {
		d.one(t, e)
	}
}

// dragonElement is what a threat stands at.
type dragonElement struct {
	name   string
	out    bool // out of scope
	reason string
}

func (d *dragon) elementName(c *node) string {
	for _, s := range []string{c.at("data", "name").str(), c.at("attrs", "text", "text").str(), c.at("attrs", "label", "text").str()} {
		if s != "" {
			return d.line(s)
		}
	}
	for _, l := range c.get("labels").list() {
		if s := l.at("attrs", "text", "text").str(); s != "" {
			return d.line(s)
		}
		if s := l.at("attrs", "label", "text").str(); s != "" {
			return d.line(s)
		}
	}
	return ""
}

// Texts that Threat Dragon puts where nobody wrote anything.
var (
	dragonTitle = regexp.MustCompile(`(?i)^new( [a-z0-9]+)? threat$`)
	dragonBlank = regexp.MustCompile(`(?i)^provide (a description|remediation|mitigation) for this threat`)
	// dragonFree finds a decision that only the text tells: the tool has no status for it.
	dragonFree = regexp.MustCompile(`(?i)\brisk\b[^.;]{0,40}\b(accepted|transferred|avoided)\b`)
)

// one turns a threat at an element into a threat with its measure or decision.
func (d *dragon) one(n *node, e dragonElement) {
	id := n.get("id").str()
	if id == "" {
		id = n.get("threatId").str()
	}
	key := strings.Join([]string{id, n.get("title").str(), n.get("type").str(), n.get("description").str()}, "\x00")
	if old, ok := d.seen[key]; ok && id != "" {
		x := d.model.Threat(old)
		x.Assets = unique(append(x.Assets, e.name))
		d.report.mapped(1, "further element of a threat")
		return
	}
	x := parley.Threat{
		Title: d.title(n.get("title").str()),
		Tags:  []string{strideTag(d.line(n.get("type").str()))},
	}
	description := d.given(n.get("description").str())
	if dragonTitle.MatchString(x.Title) && description != "" {
		x.Title = ""
	}
	d.describe(&x, description)
	if e.name != "" {
		x.Assets = []string{e.name}
	}
	if e.out {
		x.Notes = paragraphs(x.Notes, sentence(strings.TrimSuffix("The element is out of scope: "+e.reason, ": ")))
		d.report.guessed("threat at an element out of scope", e.name, "kept, with the reason in its notes")
	}
	sev := n.get("severity").str()
	impact := severityLevel(sev)
	if impact == "" && sev != "" {
		d.report.guessed("severity", sev, "not one of Low, Medium, High, Critical")
	}
	d.rate(&x, "", impact, parley.BasisImported)
	if n.get("score").str() != "" {
		d.report.dropped(1, "score", "", "the file does not say on which scale")
	}
	st := statusOf(n.get("status").str())
	if st.closes() {
		x.Triage = parley.Closed
	}
	threat := d.threat(x, d.file, id).ID
	d.seen[key] = threat
	d.treat(threat, n, st, id)
}

// given is a text that somebody wrote, "" for the tool's placeholder.
func (d *dragon) given(s string) string {
	s = d.text(s)
	if dragonBlank.MatchString(s) {
		d.report.dropped(1, "placeholder text", "", "nobody filled it in")
		return ""
	}
	return s
}

// treat turns the mitigation text into a mitigation, a control or the reason of a decision.
func (d *dragon) treat(threat string, n *node, st status, id string) {
	text := d.given(n.get("mitigation").str())
	if m := dragonFree.FindStringSubmatch(text); m != nil {
		d.report.guessed("decision", threat, "told by the mitigation text alone")
		st = statusOf(m[1])
	}
	kind := st.decision()
	switch {
	case st == unknownStatus:
		d.report.guessed("status", n.get("status").str(), "unknown word: taken as open")
		fallthrough
	case st == open, st == done, st == inProgress:
		if text != "" {
			d.against(d.textLayer(text, d.file, st == done), threat, "")
		}
		return
	case st == notApplicable:
		text = strings.TrimSpace("Not applicable. " + text)
	}
	if kind == "" {
		return
	}
	d.decision(parley.ClaimedDecision{Threats: []string{threat}, Kind: kind, Because: text, Source: d.source(d.file, id)})
}
