package cell

import (
	"encoding/csv"
	"strings"
	"testing"
)

// TestC4NoCellIsAFormula: what a spreadsheet would work out comes with an
// apostrophe in front, quotes, blanks and control characters before it or not.
func TestC4NoCellIsAFormula(t *testing.T) {
	for text, want := range map[string]string{
		"=1+1": "'=1+1", "+1-2": "'+1-2", "-cmd|' /C calc'!A0": "'-cmd|' /C calc'!A0", "@SUM(A1)": "'@SUM(A1)", `"=1+1`: `'"=1+1`, " =1": "'=1",
		"\t=1+1": "'", "\r=1+1": "'", "\n=HYPERLINK(1)": "'", "＝1+1": "'＝1+1", "'=1": "''=1", "-12.5": "-12.5", "+3": "+3", "a=b": "a=b", "": "", "Web shop": "Web shop",
	} {
		got := Harmless(text)
		if got != want && (want != "'" || !strings.HasPrefix(got, "'")) {
			t.Errorf("%q becomes %q, want %q", text, got, want)
		}
	}
}

func TestCSV(t *testing.T) {
	var b strings.Builder
	if err := CSV(&b, [][]string{{"a", "b"}, {`say "hi", then`, "=2*3"}}); err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(strings.NewReader(b.String())).ReadAll()
	if err != nil || len(rows) != 2 || rows[1][0] != `say "hi", then` || rows[1][1] != "'=2*3" {
		t.Errorf("%v %q", err, rows)
	}
}
