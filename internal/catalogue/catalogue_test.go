package catalogue

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/parleysec/parley/internal/testenv"
)

func TestFill(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"plain", "plain"},
		{"{n} things", "3 things"},
		{"{who} has {n}", "{n} has 3"},
		{"open { brace", "open { brace"},
		{"{missing}", "{missing}"},
	} {
		if got := fill(c.text, []any{"n", 3, "who", "{n}"}); got != c.want {
			t.Errorf("fill(%q) = %q, want %q", c.text, got, c.want)
		}
	}
}

func TestParseErrors(t *testing.T) {
	for content, want := range map[string]string{
		"a = b\na = c": "stands twice",
		"no equals":    "want key = text",
		" = empty key": "want key = text",
	} {
		_, err := load(fstest.MapFS{"en/x.txt": {Data: []byte(content)}})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %v, want %q", content, err, want)
		}
	}
	got, err := load(fstest.MapFS{"en/x.txt": {Data: []byte("# c\na = one\n  two\n\n  three\n\nb = x = y\n")}})
	if err != nil || got["a"] != "one\ntwo\n\nthree" || got["b"] != "x = y" {
		t.Errorf("got %v, %v", got, err)
	}
}

func TestPlural(t *testing.T) {
	if !Has("cli.short") || Has("no.such.key") || T("no.such.key") != "{no.such.key}" {
		t.Error("keys are not looked up as they should be")
	}
}

// call is a use of the catalogue in the sources.
type call struct {
	key   string
	names []string
	where string
	plain bool // every argument name is known
}

var placeholder = regexp.MustCompile(`\{([a-z_]+)\}`)

// TestEveryUseAndEveryText walks the sources: each literal key exists, its
// placeholders are given, and each text in the catalogue is used somewhere.
func TestEveryUseAndEveryText(t *testing.T) {
	all, err := texts()
	if err != nil {
		t.Fatal(err)
	}
	used := map[string]bool{}
	sources := uses(t, used)
	for _, c := range sources {
		text, ok := all[c.key]
		if !ok {
			t.Errorf("%s: no text for key %s", c.where, c.key)
			continue
		}
		for _, m := range placeholder.FindAllStringSubmatch(text, -1) {
			if c.plain && !slices.Contains(c.names, m[1]) {
				t.Errorf("%s: %s needs {%s}, which is not given", c.where, c.key, m[1])
			}
		}
	}
	for k := range all {
		if !used[k] && !used[strings.TrimSuffix(strings.TrimSuffix(k, ".one"), ".other")] && !prefixUsed(used, k) {
			t.Errorf("no source uses the text %s", k)
		}
	}
}

// prefixUsed reports whether the sources build keys that start like k: from a
// string that ends before or after one of its dots, e.g. T("kind." + kind) or
// T(key + ".title").
func prefixUsed(used map[string]bool, k string) bool {
	for i := range k {
		if k[i] == '.' && (used[k[:i+1]] || used[k[:i]]) {
			return true
		}
	}
	return false
}

var inTemplate = regexp.MustCompile(`"([a-z0-9_-]+(?:\.[a-z0-9_-]+)*\.?)"`)

// uses collects calls of catalogue.T and N, and every string literal, from the
// Go sources and templates.
func uses(t *testing.T, used map[string]bool) []call {
	var calls []call
	root := testenv.Root(t)
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (d.Name() == ".git" || d.Name() == "testdata") {
			return fs.SkipDir
		}
		switch {
		case strings.HasSuffix(path, ".html"):
			b, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			for _, m := range inTemplate.FindAllStringSubmatch(string(b), -1) {
				used[m[1]] = true
			}
		case strings.HasSuffix(path, ".go") && !strings.HasSuffix(path, "_test.go"):
			calls = append(calls, goUses(t, path, used)...)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return calls
}

func goUses(t *testing.T, path string, used map[string]bool) []call {
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, path, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	var calls []call
	ast.Inspect(f, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.BasicLit:
			if s, err := strconv.Unquote(n.Value); err == nil && n.Kind == token.STRING {
				used[s] = true
			}
		case *ast.CallExpr:
			if c, ok := catalogueCall(fset, n); ok {
				calls = append(calls, c...)
			}
		}
		return true
	})
	return calls
}

func catalogueCall(fset *token.FileSet, n *ast.CallExpr) ([]call, bool) {
	sel, ok := n.Fun.(*ast.SelectorExpr)
	if !ok || len(n.Args) == 0 {
		return nil, false
	}
	pkg, ok := sel.X.(*ast.Ident)
	if !ok || pkg.Name != "catalogue" || (sel.Sel.Name != "T" && sel.Sel.Name != "N") {
		return nil, false
	}
	key, ok := literal(n.Args[0])
	if !ok {
		return nil, false
	}
	c := call{key: key, where: fset.Position(n.Pos()).String(), plain: !n.Ellipsis.IsValid()}
	rest := n.Args[1:]
	if sel.Sel.Name == "N" {
		rest = n.Args[2:]
		c.names = append(c.names, "n")
	}
	for i := 0; i < len(rest); i += 2 {
		name, ok := literal(rest[i])
		c.plain = c.plain && ok
		c.names = append(c.names, name)
	}
	if sel.Sel.Name == "T" {
		return []call{c}, true
	}
	one, other := c, c
	one.key, other.key = key+".one", key+".other"
	return []call{one, other}, true
}

func literal(e ast.Expr) (string, bool) {
	lit, ok := e.(*ast.BasicLit)
	if !ok || lit.Kind != token.STRING {
		return "", false
	}
	s, err := strconv.Unquote(lit.Value)
	return s, err == nil
}
