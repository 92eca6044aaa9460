package file

import (
	"bytes"
	"reflect"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/parleysec/parley"
)

// Revise writes a model that was made from the one in a file, so that the text
// of the file stays wherever the model did: its comments, order and spelling.
// What is new stands at the end of its list; an entry that changed is written
// anew, without the comments inside it. Kept says whether that was possible; else,
// as where lists are written in one line, the whole file is written anew.
//
// Read reads such a file, as the model was made from it.
func Revise(data []byte, m *parley.Model, read func([]byte) (*parley.Model, error)) (text []byte, kept bool, err error) {
	var anew bytes.Buffer
	if err := Write(&anew, m); err != nil {
		return nil, false, err
	}
	before, err := read(data)
	if err != nil {
		return nil, false, err
	}
	r := &reviser{lines: linesOf(data), root: rootOf(data)}
	if r.root == nil || !r.revise(reflect.ValueOf(before).Elem(), reflect.ValueOf(m).Elem()) {
		return anew.Bytes(), false, nil
	}
	out := []byte(strings.Join(r.lines, ""))
	again, err := read(out)
	if err != nil { // the whole may say better what is wrong
		return anew.Bytes(), false, nil //nolint:nilerr // what is wrong with it is found when it is read
	}
	var is bytes.Buffer
	if err := Write(&is, again); err != nil || !bytes.Equal(is.Bytes(), anew.Bytes()) {
		return anew.Bytes(), false, err
	}
	return out, true, nil
}

// rootOf is the tree of a file, nil where it cannot be read.
func rootOf(data []byte) *yaml.Node {
	root, found := load(data, newSource(string(data)))
	if len(found) > 0 || root == nil || root.Kind != yaml.MappingNode {
		return nil
	}
	return root
}

// linesOf are the lines of a text with their ends.
func linesOf(data []byte) []string {
	var out []string
	for line := range strings.Lines(string(data)) {
		out = append(out, line)
	}
	if n := len(out); n > 0 && !strings.HasSuffix(out[n-1], "\n") {
		out[n-1] += "\n"
	}
	return out
}

// reviser is a text that is being changed, from its end to its beginning, so that
// the places of what stands before stay right.
type reviser struct {
	lines []string
	root  *yaml.Node
}

// revise brings the lists of a model into the text. It reports whether it could.
func (r *reviser) revise(is, to reflect.Value) bool {
	fs := fieldsOf(is.Type())
	var behind []string // what is not there at all, at the end of the file
	for i := len(r.root.Content) - 2; i >= 0; i -= 2 {
		f := fs.find(r.root.Content[i].Value)
		if f == nil {
			continue
		}
		a, b := is.FieldByIndex(f.index), to.FieldByIndex(f.index)
		if same(a, b, f) {
			continue
		}
		if a.Kind() != reflect.Slice || !r.list(r.root.Content[i+1], r.until(i), a, b) {
			return false
		}
	}
	for _, f := range fs {
		a, b := is.FieldByIndex(f.index), to.FieldByIndex(f.index)
		if node(a, &f) != nil || node(b, &f) == nil {
			continue
		}
		part, ok := rendered(f.name, node(b, &f))
		if !ok {
			return false
		}
		behind = append(behind, r.ended("\n"))
		behind = append(behind, r.all(part)...)
	}
	r.lines = append(r.lines, behind...)
	return true
}

// same reports whether two values are written alike.
func same(a, b reflect.Value, f *field) bool {
	x, okX := rendered("x", node(a, f))
	y, okY := rendered("x", node(b, f))
	return okX && okY && strings.Join(x, "") == strings.Join(y, "")
}

// rendered is a field as it is written, by lines; none for nothing.
func rendered(name string, value *yaml.Node) ([]string, bool) {
	if value == nil {
		return nil, true
	}
	section := &yaml.Node{Kind: yaml.MappingNode, Content: []*yaml.Node{text(name), value}}
	data, err := yaml.Dump(section, yaml.WithLineWidth(-1), yaml.WithCompactSeqIndent(false))
	return linesOf(data), err == nil
}

// until is the line behind the i-th field of the file, without the empty lines
// and the comments that stand before what follows.
func (r *reviser) until(i int) int {
	end := len(r.lines)
	if i+2 < len(r.root.Content) {
		end = r.root.Content[i+2].Line - 1
	}
	for end > 0 {
		if line := strings.TrimRight(r.lines[end-1], "\r\n"); strings.TrimSpace(line) != "" && !strings.HasPrefix(line, "#") {
			break
		}
		end--
	}
	return end
}

// list brings entries that changed and those that are new into a list, one entry
// below the other, which ends before a line.
func (r *reviser) list(n *yaml.Node, end int, is, to reflect.Value) bool {
	if n.Kind != yaml.SequenceNode || n.Style&yaml.FlowStyle != 0 || len(n.Content) != is.Len() || to.Len() < is.Len() || is.Len() == 0 {
		return false
	}
	indent, ok := r.dash(n.Content[0])
	if !ok {
		return false
	}
	fresh, ok := r.entries(to.Slice(is.Len(), to.Len()), indent)
	if !ok {
		return false
	}
	r.replace(end, end, fresh)
	for k := is.Len() - 1; k >= 0; k-- {
		if same(is.Index(k), to.Index(k), nil) {
			continue
		}
		from, till := n.Content[k].Line-1, end
		if k+1 < len(n.Content) {
			till = n.Content[k+1].Line - 1
			for till > from+1 && notes(r.lines[till-1]) {
				till--
			}
		}
		if r.fields(n.Content[k], till, is.Index(k), to.Index(k)) {
			continue
		}
		entry, ok := r.entries(to.Slice(k, k+1), indent)
		if !ok {
			return false
		}
		r.replace(from, till, entry)
	}
	return true
}

// fields brings the fields of one entry that changed into the text, where each
// stands on lines of its own and the entry ends before a line; a new one comes
// last. It reports whether it could, and changes nothing where it could not.
func (r *reviser) fields(n *yaml.Node, end int, is, to reflect.Value) bool {
	if n.Kind != yaml.MappingNode || n.Style&yaml.FlowStyle != 0 || is.Kind() != reflect.Struct {
		return false
	}
	was := r.lines
	indent := strings.Repeat(" ", n.Column-1)
	left := fieldsOf(is.Type())
	for i := len(n.Content) - 2; i >= 0; i -= 2 {
		key, till := n.Content[i], end
		if i+2 < len(n.Content) {
			till = n.Content[i+2].Line - 1
		}
		f := left.find(key.Value)
		if f == nil {
			continue
		}
		if same(is.FieldByIndex(f.index), to.FieldByIndex(f.index), f) {
			continue
		}
		part, ok := rendered(f.name, node(to.FieldByIndex(f.index), f))
		first := key.Line == n.Line // which stands behind what begins the entry
		if !ok || till <= key.Line-1 || first && (i > 0 || len(part) == 0) {
			r.lines = was
			return false
		}
		for till > key.Line && notes(r.lines[till-1]) {
			till--
		}
		lines := r.all(setIn(part, indent))
		if first {
			lines[0] = r.lines[key.Line-1][:n.Column-1] + strings.TrimPrefix(lines[0], indent)
		}
		r.replace(key.Line-1, till, lines)
		end += len(part) - (till - key.Line + 1)
	}
	for _, f := range left {
		a, b := is.FieldByIndex(f.index), to.FieldByIndex(f.index)
		if node(a, &f) != nil || node(b, &f) == nil {
			continue
		}
		part, ok := rendered(f.name, node(b, &f))
		if !ok {
			r.lines = was
			return false
		}
		r.replace(end, end, r.all(setIn(part, indent)))
		end += len(part)
	}
	return true
}

// setIn sets lines in; empty ones stay so.
func setIn(part []string, indent string) []string {
	out := make([]string, len(part))
	for i, line := range part {
		if out[i] = line; strings.TrimSpace(line) != "" {
			out[i] = indent + line
		}
	}
	return out
}

// notes reports whether a line is empty or a comment alone.
func notes(line string) bool {
	line = strings.TrimSpace(line)
	return line == "" || strings.HasPrefix(line, "#")
}

// dash is how far the entries of a list are set in.
func (r *reviser) dash(first *yaml.Node) (string, bool) {
	if first.Line < 1 || first.Line > len(r.lines) {
		return "", false
	}
	indent, _, found := strings.Cut(r.lines[first.Line-1], "-")
	return indent, found && strings.TrimSpace(indent) == ""
}

// entries are the lines of entries of a list.
func (r *reviser) entries(list reflect.Value, indent string) ([]string, bool) {
	if list.Len() == 0 {
		return nil, true
	}
	n := &yaml.Node{Kind: yaml.SequenceNode}
	for i := range list.Len() {
		item := node(list.Index(i), nil)
		if item == nil {
			return nil, false
		}
		n.Content = append(n.Content, item)
	}
	part, ok := rendered("x", n)
	if !ok {
		return nil, false
	}
	part = part[1:]
	own, _, _ := strings.Cut(part[0], "-")
	for i := range part {
		part[i] = strings.TrimPrefix(part[i], own)
	}
	return r.all(setIn(part, indent)), true
}

// replace puts lines in the place of others.
func (r *reviser) replace(from, till int, with []string) {
	r.lines = append(append(append([]string{}, r.lines[:from]...), with...), r.lines[till:]...)
}

// all gives lines the end that those of the file have.
func (r *reviser) all(part []string) []string {
	out := make([]string, len(part))
	for i, line := range part {
		out[i] = r.ended(line)
	}
	return out
}

func (r *reviser) ended(line string) string {
	if len(r.lines) > 0 && strings.HasSuffix(r.lines[0], "\r\n") {
		return strings.TrimSuffix(line, "\n") + "\r\n"
	}
	return line
}
