package exchange

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/file"
)

var (
	nonAlnum  = regexp.MustCompile(`[^A-Za-z0-9]+`)
	firstBold = regexp.MustCompile(`^\s*<b>([^<]+)</b>`)
)

// maxPlaces is how many findings of one rule are listed in the notes.
const maxPlaces = 40

// threatOf makes one threat of a category and its findings.
func (t *threagile) threatOf(c *threagileCategory) {
	if len(c.risks) == 0 {
		t.report.dropped(1, "risk category", c.id, "no risk of it was identified")
		return
	}
	x := parley.Threat{Title: t.titleOf(c)}
	for _, r := range c.risks {
		for _, a := range r.assets {
			x.Assets = append(x.Assets, t.assetName(a))
		}
	}
	x.Assets = unique(x.Assets)
	file := c.file
	if n := c.own; n != nil {
		file = c.ownFile
		x.Impact.Says = shorten(t.line(n.get("impact").str()), maxSays)
		x.Refs = refs("CWE", n.get("cwe").strings()...)
		x.Tags = append(x.Tags, strideTag(t.line(n.get("stride").str())))
		x.Notes = paragraphs(labelled("ASVS", t.line(n.get("asvs").str())),
			labelled("Cheat sheet", t.line(n.get("cheat_sheet").str())), labelled("Check", t.text(n.get("check").str())),
			labelled("False positives", t.text(n.get("false_positives").str())))
		t.describe(&x, t.text(n.get("description").str()))
	} else {
		cwe, stride := threagileRule(c.id)
		x.Refs, x.Tags = refs("CWE", cwe), []string{stride}
		x.Impact.Says = c.says(x)
	}
	x.Notes = paragraphs(x.Notes, t.places(c))
	likelihood, impact, basis := t.rating(c)
	t.rate(&x, likelihood, impact, basis)
	if c.guessed {
		x.Basis = parley.BasisGuess
		t.report.guessed("threat", x.Title, "known from risk tracking alone: its rating is medium, its title made from the id")
	}
	c.threat = t.threat(x, file, c.id).ID
}

// says is the consequence of a rule, which risks.json does not describe.
func (c *threagileCategory) says(x parley.Threat) string {
	where := ""
	if len(x.Assets) > 0 {
		where = " at " + shorten(strings.Join(x.Assets, ", "), maxTitle)
	}
	return x.Title + where + ". The source does not say what that would mean."
}

// titleOf is the category's title, or what its findings begin with in bold.
func (t *threagile) titleOf(c *threagileCategory) string {
	if c.title != "" {
		return c.title
	}
	best := ""
	for _, r := range c.risks {
		if m := firstBold.FindStringSubmatch(r.title); m != nil && (best == "" || len(m[1]) < len(best)) {
			best = m[1]
		}
	}
	if best == "" {
		best = humanise(c.id)
	}
	return t.title(best)
}

// humanise makes a title of an id: "missing-vault" becomes "Missing vault".
func humanise(id string) string {
	s := strings.TrimSpace(strings.ReplaceAll(strings.ReplaceAll(id, "-", " "), "_", " "))
	if s == "" {
		return id
	}
	return strings.ToUpper(s[:1]) + s[1:]
}

func (t *threagile) assetName(id string) string {
	if title := t.assets[id]; title != "" {
		return title
	}
	return t.line(id)
}

// places lists the findings in the notes.
func (t *threagile) places(c *threagileCategory) string {
	if c.guessed {
		return ""
	}
	lines := []string{"Found at:"}
	for i, r := range c.risks {
		if i == maxPlaces {
			lines = append(lines, fmt.Sprintf("and %d more", len(c.risks)-i))
			break
		}
		lines = append(lines, "- "+orElse(t.line(r.title), r.id))
	}
	return strings.Join(lines, "\n")
}

// rating is that of the worst finding: the product of the tool's weights, as in
// its own severity, and the impact where two are equal.
func (t *threagile) rating(c *threagileCategory) (likelihood, impact, basis string) {
	basis = parley.BasisTool
	if c.own != nil {
		basis = parley.BasisImported
	}
	worst, differ := -1, false
	for _, r := range c.risks {
		l, lw := threagileLikelihood(r.likelihood)
		i, iw := threagileImpact(r.impact)
		if l == "" && r.likelihood != "" || i == "" && r.impact != "" {
			t.report.guessed("rating", r.id, fmt.Sprintf("unknown word %q: medium", strings.TrimSpace(r.likelihood+" "+r.impact)))
		}
		weight := lw*iw*10 + iw
		if worst >= 0 && (l != likelihood || i != impact) {
			differ = true
		}
		if weight > worst {
			worst, likelihood, impact = weight, l, i
		}
	}
	if differ {
		t.report.guessed("rating of a group", c.id, "its findings differ: the worst one counts for all")
	}
	return likelihood, impact, basis
}

// threagileLikelihood is the scale's word and the tool's weight.
func threagileLikelihood(s string) (string, int) {
	switch file.Letters(s) {
	case "unlikely":
		return "unlikely", 1
	case "likely":
		return "likely", 2
	case "verylikely":
		return "very likely", 3
	case "frequent":
		return "frequent", 4
	}
	return "", 0
}

func threagileImpact(s string) (string, int) {
	switch file.Letters(s) {
	case "low":
		return low, 1
	case "medium":
		return medium, 2
	case "high":
		return high, 3
	case "veryhigh":
		return veryHigh, 4
	}
	return "", 0
}

func labelled(label, s string) string {
	if s == "" {
		return ""
	}
	return label + ": " + s
}
