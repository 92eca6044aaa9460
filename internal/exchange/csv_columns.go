package exchange

import (
	"strconv"
	"strings"

	"github.com/parleysec/parley/internal/file"
)

// field is what a column is about.
type field = file.Column

const (
	fieldID          = file.ColumnID
	fieldTitle       = file.ColumnTitle
	fieldDescription = file.ColumnDescription
	fieldNotes       = file.ColumnNotes
	fieldLikelihood  = file.ColumnLikelihood
	fieldImpact      = file.ColumnImpact
	fieldSeverity    = file.ColumnSeverity
	fieldStatus      = file.ColumnStatus
	fieldDecision    = file.ColumnDecision
	fieldReason      = file.ColumnReason
	fieldBy          = file.ColumnBy
	fieldDate        = file.ColumnDate
	fieldMitigation  = file.ColumnMitigation
	fieldCost        = file.ColumnCost
	fieldEffort      = file.ColumnEffort
	fieldOwner       = file.ColumnOwner
	fieldCategory    = file.ColumnCategory
	fieldRefs        = file.ColumnRefs
	fieldAsset       = file.ColumnAsset
	fieldRisk        = file.ColumnRisk
)

// column is a column of the table that is understood.
type column struct {
	at    int
	unit  string // what its header says in brackets
	steps int    // the highest step of its scale, 0 when the header names none
}

// columnsOf understands a header. The first of two columns about the same
// thing counts; the notes name the others by their place.
func columnsOf(row tableRow) (map[field]column, []tableNote) {
	columns := map[field]column{}
	var notes []tableNote
	risk := -1
	for i, h := range row.cells {
		f, unit := file.ColumnOf(h)
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
	if top, ok := file.StepsNamed(unit); ok {
		c.steps, c.unit = top, ""
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
