package file

import (
	"strings"
)

// Column is what a column of a list or register is about.
type Column string

// What columns are about. ColumnRisk is the title, or the severity beside
// another title.
const (
	ColumnID          Column = "id"
	ColumnTitle       Column = "title"
	ColumnDescription Column = "description"
	ColumnNotes       Column = "notes"
	ColumnLikelihood  Column = "likelihood"
	ColumnImpact      Column = "impact"
	ColumnSeverity    Column = "severity"
	ColumnStatus      Column = "status"
	ColumnDecision    Column = "decision"
	ColumnReason      Column = "reason"
	ColumnBy          Column = "decided by"
	ColumnDate        Column = "date"
	ColumnMitigation  Column = "mitigation"
	ColumnCost        Column = "cost"
	ColumnEffort      Column = "effort"
	ColumnOwner       Column = "owner"
	ColumnCategory    Column = "category"
	ColumnRefs        Column = "references"
	ColumnAsset       Column = "asset"
	ColumnRisk        Column = "risk"
)

var (
	inBrackets = lazily(`[(\[]([^)\]]*)[)\]]`)
	punctuated = strings.NewReplacer(":", "", "*", "", "?", "", "#", "nr", "№", "nr", "€", "", "£", "", "$", "", "%", "", "'", "", "’", "")
)

// ColumnOf is what a header is about, in English or German, "" for what a
// negotiation file has no field for, such as a residual rating; and the unit
// it names in brackets.
func ColumnOf(header string) (about Column, unit string) {
	if m := inBrackets.FindStringSubmatch(header); m != nil {
		unit = strings.ToLower(strings.TrimSpace(m[1]))
		header = inBrackets.ReplaceAllString(header, "")
	}
	return columnCalled(Letters(punctuated.Replace(header))), unit
}

func columnCalled(name string) Column {
	switch name {
	case "id", "nr", "no", "number", "ref", "reference", "riskid", "threatid", "risikonr", "nummer", "kennung", "lfdnr", "key":
		return ColumnID
	case "title", "threat", "threattitle", "threatname", "risktitle", "riskname", "name", "scenario", "threatscenario", "summary", "event", "issue",
		"titel", "bedrohung", "gefährdung", "szenario", "bezeichnung", "ereignis":
		return ColumnTitle
	case "risk", "risiko":
		return ColumnRisk
	case "description", "details", "riskdescription", "threatdescription", "consequences", "beschreibung", "erläuterung", "folgen":
		return ColumnDescription
	case "notes", "note", "comment", "comments", "remarks", "bemerkung", "bemerkungen", "kommentar", "anmerkung", "anmerkungen", "notizen":
		return ColumnNotes
	case "likelihood", "probability", "chance", "frequency", "likelihoodscore", "inherentlikelihood", "wahrscheinlichkeit", "eintrittswahrscheinlichkeit", "häufigkeit", "ew":
		return ColumnLikelihood
	case "impact", "consequence", "damage", "loss", "impactscore", "inherentimpact", "schaden", "schadenshöhe", "schadenhöhe", "schadensausmaß", "auswirkung", "auswirkungen", "ausmaß":
		return ColumnImpact
	case "severity", "rating", "priority", "risklevel", "riskrating", "riskscore", "schweregrad", "priorität", "risikostufe", "risikoklasse", "kritikalität":
		return ColumnSeverity
	case "status", "state", "zustand", "stand":
		return ColumnStatus
	case "decision", "treatment", "response", "riskresponse", "risktreatment", "strategy", "entscheidung", "behandlung", "risikobehandlung", "strategie":
		return ColumnDecision
	case "reason", "because", "justification", "rationale", "begründung", "grund":
		return ColumnReason
	case "decidedby", "approvedby", "acceptedby", "approver", "checkedby", "entschiedenvon", "genehmigtvon", "freigegebenvon":
		return ColumnBy
	case "date", "decisiondate", "decidedat", "decidedon", "acceptedon", "datum", "entscheidungsdatum", "entschiedenam":
		return ColumnDate
	case "mitigation", "mitigations", "measure", "measures", "action", "actions", "control", "controls", "countermeasure", "countermeasures", "mitigationplan", "treatmentplan", "actionplan", "recommendation",
		"maßnahme", "maßnahmen", "massnahme", "massnahmen", "gegenmaßnahme", "gegenmaßnahmen":
		return ColumnMitigation
	case "cost", "costs", "price", "kosten", "preis":
		return ColumnCost
	case "effort", "aufwand", "estimate", "schätzung":
		return ColumnEffort
	case "owner", "riskowner", "responsible", "assignee", "verantwortlich", "verantwortlicher", "verantwortliche", "zuständig", "eigentümer", "risikoeigner":
		return ColumnOwner
	case "category", "area", "type", "stride", "tags", "kategorie", "bereich", "art", "typ":
		return ColumnCategory
	case "references", "refs", "cwe", "cwes", "capec", "referenzen", "verweise":
		return ColumnRefs
	case "asset", "assets", "component", "components", "system", "systems", "element", "target", "komponente", "werte":
		return ColumnAsset
	}
	return ""
}

// Letters is a word in lower case without blanks, hyphens, points and slashes,
// as words are compared that are written in many ways.
func Letters(s string) string {
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune(" -_./\u00a0", r) {
			return -1
		}
		return r
	}, strings.ToLower(strings.TrimSpace(s)))
}
