package risk

import (
	"go/ast"
	"go/parser"
	"go/token"
	"slices"
	"testing"
)

// sameAsLanes are the functions that one event at a time goes through, by file:
// what they do is to be what the lanes do, to the last bit.
var sameAsLanes = map[string][]string{
	"exponential.go": {"exp", "steps"},
	"logarithm.go":   {"onePlus"},
	"settle.go":      {"settledOne"},
	"normal.go":      {"normalFrom", "normalEdge"},
	"sampler.go":     {"draw", "at"},
	"block.go":       {"wholeBand", "anyBand", "happen"},
	"batch.go":       {"mark", "filter", "keep", "keepSimple"},
	"score.go":       {"fromScore", "fromScores", "ratesFrom", "softplusAll", "logitScore"},
	"assured.go":     {"readLine"},
	"uncertain.go":   {"atWork", "passes"},
	"evaluator.go":   {"cell", "passes"},
	"table.go":       {"passes"},
	"single.go":      {"single", "meets", "cellOf"},
	"layers.go":      {"layered"},
	"tablefill.go":   {"fill", "weigh", "meet"},
}

// TestProductsAreRounded: Go may fuse a product with a sum where the processor can
// (amd64 from GOAMD64=v3 on, arm64 and others), which rounds once instead of twice.
// A product that is converted is rounded first, so each product that is added to
// something is to be converted, and so is one that is kept in a variable which is
// added to something (Go specification, floating-point operators).
func TestProductsAreRounded(t *testing.T) {
	for name, functions := range sameAsLanes {
		fset := token.NewFileSet()
		f, err := parser.ParseFile(fset, name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		found := 0
		for _, d := range f.Decls {
			fn, ok := d.(*ast.FuncDecl)
			if !ok || !slices.Contains(functions, fn.Name.Name) {
				continue
			}
			found++
			for _, at := range fusible(fn) {
				t.Errorf("%s: a product that may be fused with a sum: convert it with float64(…)", fset.Position(at))
			}
		}
		if found < len(functions) {
			t.Errorf("%s: %d of the functions %v", name, found, functions)
		}
	}
}

// TestProductsAreFound: what may be fused is found in each of the forms that the
// specification names, and nothing else.
func TestProductsAreFound(t *testing.T) {
	const head = "package p\nfunc f(x, y, z float64, p *float64) (r float64) {\n"
	for text, want := range map[string]int{
		"r = x*y + z":                           1,
		"r = z - (x*y)":                         1,
		"r = z; r += x*y":                       1,
		"t := x*y; r = t + z":                   1,
		"*p = x*y; r = *p + z":                  1,
		"r = x*y + float64(z)":                  1,
		"r = -(x*y) + x*y":                      2,
		"r = float64(x*y) + z":                  0,
		"r = z; r += float64(x*y)":              0,
		"t := float64(x*y); r = t + z; r = x*y": 0,
	} {
		f, err := parser.ParseFile(token.NewFileSet(), "f.go", head+text+"\nreturn r\n}", 0)
		if err != nil {
			t.Fatal(err)
		}
		if got := fusible(f.Decls[0].(*ast.FuncDecl)); len(got) != want {
			t.Errorf("%s: %d found, want %d", text, len(got), want)
		}
	}
}

// fusible are the places in a function of products that may be fused with a sum.
func fusible(fn *ast.FuncDecl) (at []token.Pos) {
	products := map[string]bool{} // variables that keep one
	ast.Inspect(fn, func(n ast.Node) bool {
		if a, ok := n.(*ast.AssignStmt); ok && len(a.Lhs) == len(a.Rhs) && (a.Tok == token.ASSIGN || a.Tok == token.DEFINE) {
			for i := range a.Lhs {
				if isProduct(a.Rhs[i], nil) {
					products[nameOf(a.Lhs[i])] = true
				}
			}
		}
		return true
	})
	ast.Inspect(fn, func(n ast.Node) bool {
		var operands []ast.Expr
		switch n := n.(type) {
		case *ast.IndexExpr: // its index is an integer
			return false
		case *ast.BinaryExpr:
			if n.Op == token.ADD || n.Op == token.SUB {
				operands = []ast.Expr{n.X, n.Y}
			}
		case *ast.AssignStmt:
			if n.Tok == token.ADD_ASSIGN || n.Tok == token.SUB_ASSIGN {
				operands = append(n.Lhs[:1:1], n.Rhs...)
			}
		}
		for _, x := range operands {
			if isProduct(x, products) {
				at = append(at, x.Pos())
			}
		}
		return true
	})
	return at
}

// isProduct reports whether an expression is an unconverted product or a variable
// that keeps one.
func isProduct(x ast.Expr, kept map[string]bool) bool {
	switch x := x.(type) {
	case *ast.ParenExpr:
		return isProduct(x.X, kept)
	case *ast.UnaryExpr:
		return isProduct(x.X, kept)
	case *ast.BinaryExpr:
		return x.Op == token.MUL
	}
	name := nameOf(x)
	return name != "" && kept[name]
}

// nameOf is a variable as it is written, "" for other expressions.
func nameOf(x ast.Expr) string {
	switch x := x.(type) {
	case *ast.Ident:
		return x.Name
	case *ast.StarExpr:
		return "*" + nameOf(x.X)
	case *ast.SelectorExpr:
		return nameOf(x.X) + "." + x.Sel.Name
	}
	return ""
}
