package gate

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
)

// TestSARIFPlaces: a file is a relative reference, and what is no file has no
// place but its name.
func TestSARIFPlaces(t *testing.T) {
	for _, c := range []struct{ file, uri string }{
		{"parley.yaml", "parley.yaml"},
		{"teams/web shop/100%#?.yaml", "teams/web%20shop/100%25%23%3F.yaml"},
		{"c:x.yaml", "./c:x.yaml"}, // no scheme
		{"", ""},
	} {
		var b bytes.Buffer
		if err := hostile().SARIF(&b, "shop", c.file); err != nil {
			t.Fatal(err)
		}
		var log struct {
			Runs []struct {
				Results []struct {
					Locations []map[string]json.RawMessage
				}
			}
		}
		if err := json.Unmarshal(b.Bytes(), &log); err != nil {
			t.Fatal(err)
		}
		at := log.Runs[0].Results[0].Locations[0]
		var place sarifPhysical
		if raw, ok := at["physicalLocation"]; ok != (c.file != "") {
			t.Errorf("%q: physicalLocation %s", c.file, raw)
		} else if ok {
			if err := json.Unmarshal(raw, &place); err != nil {
				t.Fatal(err)
			}
		}
		if place.Artifact.URI != c.uri || !strings.Contains(string(at["logicalLocations"]), `"shop/x"`) {
			t.Errorf("%q: %v, %s", c.file, place, at["logicalLocations"])
		}
	}
}
