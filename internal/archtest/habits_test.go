package archtest

import (
	"go/ast"
	"slices"
	"strings"
	"testing"
)

// TestPackageComments asks every package for a comment that says what it is for.
func TestPackageComments(t *testing.T) {
	has := map[string]bool{}
	for _, s := range sources(t) {
		has[s.pkg] = has[s.pkg] || s.file.Doc != nil
	}
	for pkg, ok := range has {
		if !ok {
			t.Errorf("package %s has no package comment", pkg)
		}
	}
}

// TestPackageNames refuses names that say nothing.
func TestPackageNames(t *testing.T) {
	for _, s := range sources(t) {
		if slices.Contains([]string{"util", "utils", "common", "helpers", "helper", "types", "models", "misc"}, s.file.Name.Name) {
			t.Errorf("%s: a package named %s says nothing about what it holds", s.name, s.file.Name.Name)
		}
	}
}

// TestNoInit refuses init functions: what happens at start stands in main.
func TestNoInit(t *testing.T) {
	for _, s := range sources(t) {
		for _, d := range s.file.Decls {
			if f, ok := d.(*ast.FuncDecl); ok && f.Recv == nil && f.Name.Name == "init" {
				t.Errorf("%s: init() hides what happens at start", s.fset.Position(f.Pos()))
			}
		}
	}
}

// TestExportedNamesAreDocumented asks for a comment on every exported type,
// function, method, variable and constant.
func TestExportedNamesAreDocumented(t *testing.T) {
	for _, s := range sources(t) {
		for _, d := range s.file.Decls {
			for _, name := range undocumented(d) {
				t.Errorf("%s: exported %s has no comment", s.fset.Position(d.Pos()), name)
			}
		}
	}
}

func undocumented(d ast.Decl) []string {
	switch d := d.(type) {
	case *ast.FuncDecl:
		if d.Name.IsExported() && d.Doc == nil && exportedReceiver(d) {
			return []string{d.Name.Name}
		}
	case *ast.GenDecl:
		var out []string
		for _, spec := range d.Specs {
			switch spec := spec.(type) {
			case *ast.TypeSpec:
				if spec.Name.IsExported() && d.Doc == nil && spec.Doc == nil {
					out = append(out, spec.Name.Name)
				}
			case *ast.ValueSpec:
				if spec.Names[0].IsExported() && d.Doc == nil && spec.Doc == nil && spec.Comment == nil {
					out = append(out, spec.Names[0].Name)
				}
			}
		}
		return out
	}
	return nil
}

func exportedReceiver(d *ast.FuncDecl) bool {
	if d.Recv == nil {
		return true
	}
	e := d.Recv.List[0].Type
	if star, ok := e.(*ast.StarExpr); ok {
		e = star.X
	}
	if idx, ok := e.(*ast.IndexExpr); ok {
		e = idx.X
	}
	id, ok := e.(*ast.Ident)
	return ok && id.IsExported()
}

// TestSizes keeps files short: half of them at most 150 lines, nine in ten at
// most 450.
func TestSizes(t *testing.T) {
	var sizes []int
	for _, s := range sources(t) {
		sizes = append(sizes, s.fset.File(s.file.Pos()).LineCount())
	}
	slices.Sort(sizes)
	if m := sizes[len(sizes)/2]; m > 150 {
		t.Errorf("half of the files have more than %d lines, want at most 150", m)
	}
	if p := sizes[len(sizes)*9/10]; p > 450 {
		t.Errorf("one file in ten has %d lines or more, want at most 450", p)
	}
}

// TestNoPathsOfTheWorkbench refuses paths that a user's machine does not have.
func TestNoPathsOfTheWorkbench(t *testing.T) {
	for _, s := range sources(t) {
		if s.pkg == "internal/testenv" {
			continue
		}
		ast.Inspect(s.file, func(n ast.Node) bool {
			if lit, ok := n.(*ast.BasicLit); ok && strings.Contains(lit.Value, "../shared") {
				t.Errorf("%s: the product may not read ../shared", s.fset.Position(lit.Pos()))
			}
			return true
		})
	}
}
