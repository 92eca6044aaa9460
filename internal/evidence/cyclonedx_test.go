package evidence

import (
	"strings"
	"testing"

	"github.com/parleysec/parley"
)

// TestCycloneDXVersions: each version whose statements are understood is read, in
// both forms, and says the same; another one is refused and named.
func TestCycloneDXVersions(t *testing.T) {
	const sound, found = "not_affected", "exploitable"
	forms := map[string]func(version, state string) string{
		"json": func(version, state string) string {
			return `{"bomFormat":"CycloneDX","specVersion":"` + version + `","version":1,"metadata":{"timestamp":"2027-01-09T00:00:00Z"},` +
				`"vulnerabilities":[{"id":"CVE-2021-1","ratings":[{"severity":"high"}],"analysis":{"state":"` + state + `"},"affects":[{"ref":"pkg:a/b@1"}]}]}`
		},
		"xml": func(version, state string) string {
			return `<?xml version="1.0"?><bom xmlns="http://cyclonedx.org/schema/bom/` + version + `" version="1"><metadata><timestamp>2027-01-09T00:00:00Z</timestamp></metadata>` +
				`<vulnerabilities><vulnerability bom-ref="v"><id>CVE-2021-1</id><ratings><rating><severity>high</severity></rating></ratings>` +
				`<analysis><state>` + state + `</state></analysis><affects><target><ref>pkg:a/b@1</ref></target></affects></vulnerability></vulnerabilities></bom>`
		},
	}
	for form, text := range forms {
		for _, version := range []string{"1.2", "1.3", "1.4", "1.5", "1.6", "1.7"} {
			for state, want := range map[string]Outcome{sound: Pass, found: Fail} {
				r, err := Read(Input{Name: "f", Data: []byte(text(version, state))}, Options{})
				if err != nil {
					t.Errorf("%s %s: %v", form, version, err)
					continue
				}
				c := r.Runs[0].Cases
				if got := Judge(r, parley.Check{}).Outcome; got != want || len(c) != 1 || c[0].Rule != "CVE-2021-1" || c[0].Path != "pkg:a/b@1" || c[0].Level != High {
					t.Errorf("%s %s, %s: %s, %+v", form, version, state, got, c)
				}
			}
		}
		for _, version := range []string{"1.1", "1.8", "2.0", "", "1.60", "1.6/x"} {
			_, err := Read(Input{Name: "f", Data: []byte(text(version, sound))}, Options{})
			want := `is CycloneDX "` + version + `", which is not known; versions 1.2 to 1.7 are read`
			if err == nil || !strings.Contains(err.Error(), want) || !strings.HasPrefix(err.Error(), "f:1:") {
				t.Errorf("%s %q: %v", form, version, err)
			}
		}
	}
}
