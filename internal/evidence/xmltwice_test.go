package evidence

import (
	"strings"
	"testing"
)

// TestAttributesStandOnce: XML in which an element has an attribute twice is not well
// formed, and which of the two counts is anybody's guess.
func TestAttributesStandOnce(t *testing.T) {
	many := ""
	for _, c := range "abcdefghijklmnopqrst" {
		many += " " + string(c) + `="1"`
	}
	for name, text := range map[string]string{
		"junit":      `<testsuite name="a" failures="1" failures="0"><testcase name="x"/></testsuite>`,
		"junit deep": `<testsuites><testsuite name="a"><testcase name="x" classname="c" name="y"/></testsuite></testsuites>`,
		"many":       `<testsuite name="a"><testcase` + many + ` t="2"/></testsuite>`,
		"namespace":  `<testsuite xmlns:a="u" xmlns:b="u" a:x="1" b:x="2" name="a"><testcase name="x"/></testsuite>`,
		"zap":        `<OWASPZAPReport version="2.9.0" version="2.9.1" generated="Mon, 2 Mar 2020 10:00:00"><site name="s"><alerts></alerts></site></OWASPZAPReport>`,
		"cyclonedx":  `<bom xmlns="http://cyclonedx.org/schema/bom/1.6" version="1" version="2"><vulnerabilities></vulnerabilities></bom>`,
	} {
		_, err := Read(Input{Name: name, Data: []byte(text)}, Options{Now: today})
		if err == nil || !strings.Contains(err.Error(), "twice") || !strings.Contains(err.Error(), "not well-formed XML") {
			t.Errorf("%s: %v", name, err)
		}
	}
	same := `<testsuite xmlns:a="u" a:name="1" name="a"><testcase name="x"/></testsuite>`
	if _, err := Read(Input{Name: "same", Data: []byte(same)}, Options{Now: today}); err != nil {
		t.Errorf("two names that are not the same: %v", err)
	}
}
