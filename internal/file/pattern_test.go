package file

import (
	"go/ast"
	"go/constant"
	"go/parser"
	"go/token"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// expressions are the regular expressions of the package as they stand in its
// sources, with the constants that they are put together from.
func expressions(t *testing.T) []string {
	t.Helper()
	names, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	named := map[string]ast.Expr{}
	var calls []ast.Expr
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(f, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.ValueSpec:
				for i := range n.Values {
					named[n.Names[i].Name] = n.Values[i]
				}
			case *ast.CallExpr:
				if id, ok := n.Fun.(*ast.Ident); ok && id.Name == "lazily" {
					calls = append(calls, n.Args[0])
				}
			}
			return true
		})
	}
	var text func(e ast.Expr) string
	text = func(e ast.Expr) string {
		switch e := e.(type) {
		case *ast.BasicLit:
			return constant.StringVal(constant.MakeFromLiteral(e.Value, e.Kind, 0))
		case *ast.BinaryExpr:
			return text(e.X) + text(e.Y)
		case *ast.Ident:
			return text(named[e.Name])
		case *ast.CallExpr: // strings.ToLower
			return strings.ToLower(text(e.Args[0]))
		}
		t.Fatalf("%T in an expression", e)
		return ""
	}
	var out []string
	for _, e := range calls {
		out = append(out, text(e))
	}
	return out
}

// TestPatternsAreRight: what is compiled when it is first used can be.
func TestPatternsAreRight(t *testing.T) {
	all := expressions(t)
	for _, e := range all {
		if _, err := regexp.Compile(e); err != nil {
			t.Error(err)
		}
	}
	if len(all) < 80 {
		t.Errorf("%d expressions", len(all))
	}
}

// TestPatternsAreThoseOfTheLibrary, method by method.
func TestPatternsAreThoseOfTheLibrary(t *testing.T) {
	const expression, s = `(\d+)-?`, "ab12-c345"
	p, want := lazily(expression), regexp.MustCompile(expression)
	for what, pair := range map[string][2]any{
		"match":  {p.MatchString(s), want.MatchString(s)},
		"find":   {p.FindString(s), want.FindString(s)},
		"index":  {p.FindStringIndex(s)[1], want.FindStringIndex(s)[1]},
		"part":   {p.FindStringSubmatch(s)[1], want.FindStringSubmatch(s)[1]},
		"places": {p.FindStringSubmatchIndex(s)[3], want.FindStringSubmatchIndex(s)[3]},
		"all":    {len(p.FindAllStringIndex(s, -1)), len(want.FindAllStringIndex(s, -1))},
		"by":     {p.ReplaceAllString(s, "<$1>"), want.ReplaceAllString(s, "<$1>")},
		"by own": {p.ReplaceAllStringFunc(s, strings.ToUpper), want.ReplaceAllStringFunc(s, strings.ToUpper)},
		"split":  {strings.Join(p.Split(s, 2), "|"), strings.Join(want.Split(s, 2), "|")},
	} {
		if pair[0] != pair[1] {
			t.Errorf("%s: %v, want %v", what, pair[0], pair[1])
		}
	}
}
