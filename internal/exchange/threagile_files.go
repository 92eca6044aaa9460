package exchange

import (
	"fmt"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// threagileRoot is a model with the files it includes merged into it.
type threagileRoot struct {
	file string
	root *node
}

// parsed is a file with its tree.
type parsed struct {
	name string
	root *node
}

// load sorts the files into the model, its parts and risks.json.
func (t *threagile) load() error {
	var root *parsed
	var parts []parsed
	for _, in := range t.files {
		tree, err := parseTree(in.Name, in.Data)
		if err != nil {
			return err
		}
		p := parsed{in.Name, tree}
		switch {
		case isThreagileRisks(tree):
			if err := t.readRisks(in.Name, tree); err != nil {
				return err
			}
		case isThreagileRoot(tree):
			if root != nil {
				return &Error{File: in.Name, Problem: fmt.Sprintf("this is a second model beside %s", root.name), Want: "one model at a time: one file is one product"}
			}
			root = &p
		case threagilePart(tree) != "" || tree.kind == nullNode:
			parts = append(parts, p)
		default:
			return &Error{File: in.Name, Line: 1, Problem: "this is neither a Threagile model nor its risks.json", Want: "a YAML file with threagile_version and technical_assets, or a list of risks with synthetic_id"}
		}
	}
	if root == nil {
		if len(parts) > 0 {
			return t.noRoot(parts[0])
		}
		return nil
	}
	return t.include(root, parts)
}

// include merges the parts a model includes, all of which must have been given.
func (t *threagile) include(root *parsed, parts []parsed) error {
	in := &includer{parts: parts, used: map[string]bool{}, report: t.report}
	in.merge(root.root, *root)
	if len(in.missing) > 0 {
		near := &includer{parts: append(parts, t.near(root.name)...), used: map[string]bool{}, report: &Report{}}
		near.merge(&node{kind: mapNode}, *root)
		files := append([]string{root.name}, near.order...)
		return &Error{
			File: root.name, Line: root.root.get("includes").lineOr(0),
			Problem: fmt.Sprintf("this model includes %d files that were not given: %s", len(in.missing), strings.Join(in.missing, ", ")),
			Want:    "the model and every file it includes: parley import --from threagile " + strings.Join(files, " "),
		}
	}
	for _, p := range parts {
		if !in.used[p.name] {
			t.report.dropped(1, "file", p.name, "the model does not include it")
		}
	}
	t.model = &threagileRoot{file: root.name, root: root.root}
	return nil
}

// includer merges parts into a root, depth first and each once.
type includer struct {
	parts   []parsed
	used    map[string]bool
	order   []string // every included file, given or not
	missing []string
	report  *Report
}

func (in *includer) merge(into *node, from parsed) {
	for _, inc := range from.root.get("includes").strings() {
		name := included(from.name, inc)
		if slices.Contains(in.order, name) {
			continue
		}
		in.order = append(in.order, name)
		p := in.find(name)
		if p == nil {
			in.missing = append(in.missing, name)
			continue
		}
		in.used[p.name] = true
		in.mergeKeys(into, p.root, p.name)
		in.merge(into, *p)
	}
}

// included is the path of a file that another one includes.
func included(by, name string) string {
	return path.Join(path.Dir(filepath.ToSlash(by)), filepath.ToSlash(name))
}

func (in *includer) find(name string) *parsed {
	for i := range in.parts {
		if path.Clean(filepath.ToSlash(in.parts[i].name)) == name {
			return &in.parts[i]
		}
	}
	for i := range in.parts {
		if path.Base(filepath.ToSlash(in.parts[i].name)) == path.Base(name) {
			return &in.parts[i]
		}
	}
	return nil
}

// mergeKeys adds the keys of a part: maps are united, lists joined, the first
// of two scalars counts.
func (in *includer) mergeKeys(into, part *node, file string) {
	for i, k := range part.keys {
		v, old := part.items[i], into.get(k)
		switch {
		case k == "includes":
		case old == nil || old.kind == nullNode:
			into.set(k, v)
		case old.isMap() && v.isMap():
			for m, key := range v.keys {
				if old.has(key) {
					in.report.dropped(1, "entry given twice", file+": "+key, "the first file counts")
					continue
				}
				old.set(key, v.items[m])
			}
		case old.isList() && v.isList():
			old.items = append(old.items, v.items...)
		default:
			in.report.dropped(1, "entry given twice", file+": "+k, "the first file counts")
		}
	}
}

// noRoot says of a part which file is the root of its model.
func (t *threagile) noRoot(p parsed) error {
	e := &Error{
		File: p.name, Line: 1,
		Problem: fmt.Sprintf("this is a part of a Threagile model (%s), not a model", orElse(threagilePart(p.root), "empty")),
		Want:    "its root file, the one with threagile_version and includes, often main.yaml or threagile.yaml, given together with its parts",
	}
	near := t.near(p.name)
	for _, root := range near {
		if !root.root.has("threagile_version") {
			continue
		}
		in := &includer{parts: near, used: map[string]bool{}, report: &Report{}}
		in.merge(&node{kind: mapNode}, root)
		if slices.Contains(in.order, path.Clean(filepath.ToSlash(p.name))) {
			e.Want = fmt.Sprintf("its root %s with every file that includes: parley import --from threagile %s", root.name, strings.Join(append([]string{root.name}, in.order...), " "))
			return e
		}
	}
	return e
}

// near are the files beside a file that can be parts of a model.
func (t *threagile) near(name string) []parsed {
	if t.options.Beside == nil {
		return nil
	}
	var out []parsed
	for _, in := range t.options.Beside(name) {
		if tree, err := parseTree(in.Name, in.Data); err == nil && (tree.isMap() || tree.kind == nullNode) {
			out = append(out, parsed{in.Name, tree})
		}
	}
	return out
}

// lineOr is the line of a value, or another when it is absent.
func (n *node) lineOr(other int) int {
	if n == nil {
		return other
	}
	return n.line
}
