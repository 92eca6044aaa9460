package gate

import (
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"
)

// TestPlaceInALongLine: a policy may stand in one line, and what is wrong at the end of
// a long expression there is found without reading the line again for each character.
func TestPlaceInALongLine(t *testing.T) {
	before := `{"parley-gate":"v1","rules":[{"says":"` + strings.Repeat("ä", 100_000) + `","id":"a","require":"true` + strings.Repeat(" || true", 480) + ` || `
	_, err := Read("p.yaml", []byte(before+`nope"}]}`))
	if want := fmt.Sprintf("p.yaml:1:%d: rule a: require: \"nope\" is not known", utf8.RuneCountInString(before)+1); err == nil || !strings.HasPrefix(err.Error(), want) {
		t.Errorf("%.200v, want %s", err, want)
	}
}
