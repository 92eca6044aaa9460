package exchange

import (
	"regexp"
	"strconv"
	"strings"
)

// field is what a column is about.
type field string

const (
	fieldID          field = "id"
	fieldTitle       field = "title"
	fieldDescription field = "description"
	fieldNotes       field = "notes"
	fieldLikelihood  field = "likelihood"
	fieldImpact      field = "impact"
	fieldSeverity    field = "severity"
	fieldStatus      field = "status"
	fieldDecision    field = "decision"
	fieldReason      field = "reason"
	fieldBy          field = "decided by"
	fieldDate        field = "date"
	fieldMitigation  field = "mitigation"
	fieldCost        field = "cost"
	fieldEffort      field = "effort"
	fieldOwner       field = "owner"
	fieldCategory    field = "category"
	fieldRefs        field = "references"
	fieldAsset       field = "asset"
	fieldRisk        field = "risk" // the title, or the severity beside another title
)

// column is a column of the table that is understood.
type column struct {
	at    int
	unit  string // what its header says in brackets
	steps int    // the highest step of its scale, 0 when the header names none
}

var (
	inBrackets = regexp.MustCompile(`[(\[]([^)\]]*)[)\]]`)
	stepRange  = regexp.MustCompile(`^1\s*(?:-|–|\.\.|to|bis)\s*(\d{1,2})$`)
	punctuated = strings.NewReplacer(":", "", "*", "", "?", "", "#", "nr", "№", "nr", "€", "", "£", "", "$", "", "%", "", "'", "", "’", "")
)

// columnsOf understands a header. The first of two columns about the same
// thing counts; the notes name the others by their place.
func columnsOf(row tableRow) (map[field]column, []tableNote) {
	columns := map[field]column{}
	var notes []tableNote
	risk := -1
	for i, h := range row.cells {
		name, unit := headerName(h)
		f := fieldOf(name)
		_, taken := columns[f]
		switch {
		case strings.TrimSpace(h) == "":
		case f == fieldRisk && risk < 0:
			risk = i
		case f == "" || f == fieldRisk:
			notes = append(notes, tableNote{"column", strconv.Itoa(i), "no field for it"})
		case taken:
			notes = append(notes, tableNote{"column", strconv.Itoa(i), "another column is about " + string(f)})
		default:
			columns[f] = newColumn(i, h, unit)
		}
	}
	if risk >= 0 {
		f := fieldTitle
		if _, ok := columns[f]; ok {
			f = fieldSeverity
		}
		if _, taken := columns[f]; taken {
			notes = append(notes, tableNote{"column", strconv.Itoa(risk), "another column is about " + string(f)})
		} else {
			columns[f] = column{at: risk}
		}
	}
	return columns, notes
}

func newColumn(at int, header, unit string) column {
	c := column{at: at, unit: unit}
	if m := stepRange.FindStringSubmatch(unit); m != nil {
		c.steps, _ = strconv.Atoi(m[1])
		c.unit = ""
	}
	if unit == "" {
		for _, sign := range []string{"€", "£", "$"} {
			if strings.Contains(header, sign) {
				c.unit = sign
			}
		}
	}
	return c
}

// headerName is a header without its unit, in letters alone.
func headerName(h string) (name, unit string) {
	if m := inBrackets.FindStringSubmatch(h); m != nil {
		unit = strings.ToLower(strings.TrimSpace(m[1]))
		h = inBrackets.ReplaceAllString(h, "")
	}
	return letters(punctuated.Replace(h)), unit
}

// fieldOf is what a header is about, in English or German; "" for what a
// negotiation file has no field for, such as a residual rating.
func fieldOf(name string) field {
	switch name {
	case "id", "nr", "no", "number", "ref", "reference", "riskid", "threatid", "risikonr", "nummer", "kennung", "lfdnr", "key":
		return fieldID
	case "title", "threat", "threattitle", "threatname", "risktitle", "riskname", "name", "scenario", "threatscenario", "summary", "event", "issue",
		"titel", "bedrohung", "gefährdung", "szenario", "bezeichnung", "ereignis":
		return fieldTitle
	case "risk", "risiko":
		return fieldRisk
	case "description", "details", "riskdescription", "threatdescription", "consequences", "beschreibung", "erläuterung", "folgen":
		return fieldDescription
	case "notes", "note", "comment", "comments", "remarks", "bemerkung", "bemerkungen", "kommentar", "anmerkung", "anmerkungen", "notizen":
		return fieldNotes
	case "likelihood", "probability", "chance", "frequency", "likelihoodscore", "inherentlikelihood", "wahrscheinlichkeit", "eintrittswahrscheinlichkeit", "häufigkeit", "ew":
		return fieldLikelihood
	case "impact", "consequence", "damage", "loss", "impactscore", "inherentimpact", "schaden", "schadenshöhe", "schadenhöhe", "schadensausmaß", "auswirkung", "auswirkungen", "ausmaß":
		return fieldImpact
	case "severity", "rating", "priority", "risklevel", "riskrating", "riskscore", "schweregrad", "priorität", "risikostufe", "risikoklasse", "kritikalität":
		return fieldSeverity
	case "status", "state", "zustand", "stand":
		return fieldStatus
	case "decision", "treatment", "response", "riskresponse", "risktreatment", "strategy", "entscheidung", "behandlung", "risikobehandlung", "strategie":
		return fieldDecision
	case "reason", "because", "justification", "rationale", "begründung", "grund":
		return fieldReason
	case "decidedby", "approvedby", "acceptedby", "approver", "checkedby", "entschiedenvon", "genehmigtvon", "freigegebenvon":
		return fieldBy
	case "date", "decisiondate", "decidedat", "decidedon", "acceptedon", "datum", "entscheidungsdatum", "entschiedenam":
		return fieldDate
	case "mitigation", "mitigations", "measure", "measures", "action", "actions", "control", "controls", "countermeasure", "countermeasures", "mitigationplan", "treatmentplan", "actionplan", "recommendation",
		"maßnahme", "maßnahmen", "massnahme", "massnahmen", "gegenmaßnahme", "gegenmaßnahmen":
		return fieldMitigation
	case "cost", "costs", "price", "kosten", "preis":
		return fieldCost
	case "effort", "aufwand", "estimate", "schätzung":
		return fieldEffort
	case "owner", "riskowner", "responsible", "assignee", "verantwortlich", "verantwortlicher", "verantwortliche", "zuständig", "eigentümer", "risikoeigner":
		return fieldOwner
	case "category", "area", "type", "stride", "tags", "kategorie", "bereich", "art", "typ":
		return fieldCategory
	case "references", "refs", "cwe", "cwes", "capec", "referenzen", "verweise":
		return fieldRefs
	case "asset", "assets", "component", "components", "system", "systems", "element", "target", "komponente", "werte":
		return fieldAsset
	}
	return ""
}
