package exchange

import (
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/parleysec/parley"
)

// What comes of a file with endless descriptions is a file that can be read, and the
// report says what is not in it.
func TestEndlessNotesAreCut(t *testing.T) {
	endless := strings.Repeat("wörds ", parley.MaxText/5)
	model := fmt.Sprintf(`{"version":"2.3.0","summary":{"title":"M"},"detail":{"diagrams":[{"cells":[{"data":{"name":"Store","threats":[
		{"id":"x1","title":"Copied","description":%q,"mitigation":%q,"status":"Mitigated","severity":"High"}]}}]}]}}`, endless, endless)
	m, r := usable(t, "threatdragon", Options{}, Input{"model.json", []byte(model)})
	for _, notes := range []string{m.Threats[0].Notes, m.Controls[0].Notes} {
		if n := utf8.RuneCountInString(notes); n > parley.MaxText || n < parley.MaxText-10 || !strings.HasSuffix(notes, "…") {
			t.Errorf("a note of %d characters", n)
		}
	}
	for _, l := range r.Dropped {
		if l.What == "end of a note" && l.Count == 2 {
			return
		}
	}
	t.Errorf("the report says nothing of it: %+v", r.Dropped)
}
