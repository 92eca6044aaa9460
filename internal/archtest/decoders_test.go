package archtest

import (
	"go/ast"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/parleysec/parley/internal/testenv"
)

// decoders are the calls by which a text is taken apart.
var decoders = []string{
	"json.Unmarshal", "json.NewDecoder", "xml.NewDecoder", "yaml.NewDecoder", "yaml.Unmarshal", "yaml.Load", "yaml.NewLoader", "csv.NewReader", "bufio.NewScanner",
	"url.Parse", "netip.ParseAddr", "netip.ParseAddrPort", "mail.ParseAddress", "mime.ParseMediaType", "fmt.Sscanf", "note.Open", "hex.DecodeString",
	".DecodeString", ".Cookie", ".ParseForm", ".MultipartReader",
}

// TestEveryDecoderIsFuzzed: a package that decodes something has a line in
// docs/security.md, which names its fuzz targets or says what else holds; each target
// there is one of that package, and each target of the project is there.
func TestEveryDecoderIsFuzzed(t *testing.T) {
	root := testenv.Root(t)
	page, err := os.ReadFile(filepath.Join(root, "docs", "security.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, table, ok := strings.Cut(string(page), "\n| package | reads | fuzzed by |\n")
	if !ok {
		t.Fatal("docs/security.md has no table of what reads what others send")
	}
	said := map[string][]string{} // by package, the targets its line names as its own
	for _, m := range regexp.MustCompile("(?m)^\\| `([^`]+)` \\| [^|]+ \\| ([^|]+) \\|$").FindAllStringSubmatch(table, -1) {
		if said[m[1]] = []string{}; !strings.HasPrefix(m[2], "by ") && !strings.HasPrefix(m[2], "nothing") {
			said[m[1]] = regexp.MustCompile(`Fuzz\w+`).FindAllString(m[2], -1)
		}
	}
	there := fuzzTargets(t, root)
	for _, s := range sources(t) {
		if _, ok := said[s.pkg]; !ok && decodes(s.file) {
			t.Errorf("%s decodes something, and docs/security.md says nothing of %s", s.name, s.pkg)
		}
	}
	for pkg, names := range said {
		for _, name := range names {
			if !slices.Contains(there[pkg], name) {
				t.Errorf("docs/security.md names %s of %s, which is no target", name, pkg)
			}
		}
	}
	for pkg, names := range there {
		for _, name := range names {
			if !slices.Contains(said[pkg], name) {
				t.Errorf("docs/security.md says nothing of %s of %s", name, pkg)
			}
		}
	}
}

// decodes reports whether a file calls one of [decoders].
func decodes(f *ast.File) bool {
	found := false
	ast.Inspect(f, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok {
			return true
		}
		sel, ok := call.Fun.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		of := ""
		if x, ok := sel.X.(*ast.Ident); ok {
			of = x.Name
		}
		found = found || slices.Contains(decoders, of+"."+sel.Sel.Name) || slices.Contains(decoders, "."+sel.Sel.Name)
		return true
	})
	return found
}

// fuzzTargets are the targets of the project by their package.
func fuzzTargets(t *testing.T, root string) map[string][]string {
	t.Helper()
	out := map[string][]string{}
	eachTestFile(t, root, func(path string, text []byte) {
		for _, m := range regexp.MustCompile(`(?m)^func (Fuzz\w+)\(`).FindAllSubmatch(text, -1) {
			pkg := filepath.ToSlash(filepath.Dir(path))
			out[pkg] = append(out[pkg], string(m[1]))
		}
	})
	return out
}
