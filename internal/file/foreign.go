package file

import (
	"fmt"

	"go.yaml.in/yaml/v4"

	"github.com/parleysec/parley"
)

// startsWith is the hint for a file that is nothing known.
const startsWith = "a negotiation file starts with parley: v1; parley init writes one"

// foreign reports a file that is none of ours, so that it gets one finding
// instead of one for each of its fields.
func foreign(root *yaml.Node) (Finding, bool) {
	fail := func(n *yaml.Node, hint, format string, args ...any) (Finding, bool) {
		return Finding{Line: n.Line, Column: n.Column, Message: fmt.Sprintf(format, args...), Hint: hint}, true
	}
	if root.Kind != yaml.MappingNode {
		return fail(root, startsWith, "this is %s, not a negotiation file", kindName(root))
	}
	keys := map[string]*yaml.Node{}
	for i := 0; i+1 < len(root.Content); i += 2 {
		keys[root.Content[i].Value] = root.Content[i+1]
	}
	if version, ok := keys["parley"]; ok {
		if version.Value != parley.FormatVersion && version.Kind == yaml.ScalarNode && !isNull(version) {
			f, bad := fail(version, "parley: "+parley.FormatVersion, "format version %q is not known; this Parley reads %s", version.Value, parley.FormatVersion)
			f.Field = "parley"
			return f, bad
		}
		return Finding{}, false
	}
	for _, other := range []struct{ key, format string }{
		{"threagile_version", "threagile"},
		{"technical_assets", "threagile"},
		{"data_assets", "threagile"},
		{"otmVersion", "otm"},
		{"summary", "threatdragon"},
		{"detail", "threatdragon"},
	} {
		if keys[other.key] != nil && keys["product"] == nil {
			return fail(root, "parley import --from "+other.format+" FILE turns it into one",
				"this is not a negotiation file; it looks like one of %s", other.format)
		}
	}
	for _, name := range []string{"product", "threats", "mitigations", "policy"} {
		if keys[name] != nil {
			return Finding{}, false // the missing version is reported with all else
		}
	}
	return fail(root, startsWith, "this is not a negotiation file")
}
