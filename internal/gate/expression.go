package gate

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"cel.dev/cel-go/cel"
	celast "cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
	"cel.dev/cel-go/interpreter"
	"go.yaml.in/yaml/v4"

	"github.com/parleysec/parley"
)

// expression is a text of the language, ready to be worked out.
type expression struct {
	program cel.Program
	info    *celast.SourceInfo
}

// notCEL says why a text is no expression, or why one cannot be worked out.
type notCEL struct {
	offset int // of the first mistake, in characters from 0; -1: the text as a whole
	says   string
}

// Error says what is wrong.
func (e *notCEL) Error() string { return e.says }

// columnOf is the column of the first mistake in an expression, from 1; 0 where
// it is about the expression as a whole.
func columnOf(err error) int {
	if bad, ok := errors.AsType[*notCEL](err); ok {
		return bad.offset + 1
	}
	return 0
}

// compile makes an expression of the kind asked for.
func compile(env *cel.Env, text string, kind *cel.Type, limits map[string]float64) (*expression, error) {
	if len(text) > longestText {
		return nil, fmt.Errorf("an expression has at most %d bytes, this one %d", longestText, len(text))
	}
	ast, issues := env.Compile(text)
	if issues.Err() != nil {
		return nil, plainCEL(issues, text)
	}
	if !ast.OutputType().IsExactType(kind) {
		return nil, fmt.Errorf("it gives %s and is to give %s", typeName(ast.OutputType().String()), typeName(kind.String()))
	}
	for _, name := range limitsIn(ast) {
		if _, ok := limits[name]; !ok {
			return nil, fmt.Errorf("there is no limit %q: add it under limits", name)
		}
	}
	p, err := env.Program(ast, cel.CostLimit(mostCost), cel.InterruptCheckFrequency(100))
	if err != nil {
		return nil, fmt.Errorf("%w", err)
	}
	return &expression{p, ast.NativeRep().SourceInfo()}, nil
}

// evaluate runs an expression.
func (e *expression) evaluate(ctx context.Context, vars map[string]any) (ref.Val, error) {
	v, _, err := e.program.ContextEval(ctx, vars)
	if stopped, ok := errors.AsType[interpreter.EvalCancelledError](err); ok && stopped.Cause == interpreter.CostLimitExceeded {
		return nil, fmt.Errorf("the expression takes more than the %d steps that one may: ask about fewer things at once, with each", mostCost)
	}
	if err != nil {
		return nil, e.failed(err)
	}
	return v, nil
}

// failed is an error of working out in plain words, with its place.
func (e *expression) failed(err error) error {
	out := &notCEL{offset: -1, says: plainRun(err.Error())}
	if bad, ok := errors.AsType[*types.Err](err); ok {
		if at, ok := e.info.GetOffsetRange(bad.NodeID()); ok {
			out.offset = int(at.Start)
		}
	}
	return out
}

// plainRun is what the library says of an expression that cannot be worked out.
func plainRun(text string) string {
	text = strings.Join(strings.Fields(text), " ")
	switch name := lastWord(text); {
	case strings.HasPrefix(text, "index out of bounds"):
		return "a list has no element " + name + ": ask for its size first, as size(threats) > " + name
	case strings.HasPrefix(text, "no such key"):
		return "there is no entry " + name + ": ask first whether there is, with in"
	case strings.HasPrefix(text, "division by zero"), strings.HasPrefix(text, "modulus by zero"):
		return "it divides by 0: ask first whether the number below is 0"
	}
	return "it cannot be worked out: " + text
}

func lastWord(text string) string { return text[strings.LastIndex(text, " ")+1:] }

// plainCEL is what is wrong with an expression, on one line, at its first mistake.
func plainCEL(issues *cel.Issues, text string) error {
	out := &notCEL{offset: -1}
	var says []string
	for _, e := range issues.Errors() {
		if len(says) == 0 {
			out.offset = offsetOf(text, e.Location.Line(), e.Location.Column())
		}
		if m := plainMistake(strings.Join(strings.Fields(e.Message), " ")); !slices.Contains(says, m) {
			says = append(says, m)
		}
	}
	out.says = strings.Join(says, "; ")
	return out
}

// offsetOf is how many characters stand before a line, from 1, and column, from 0.
func offsetOf(text string, line, column int) int {
	offset := 0
	for i, l := range strings.SplitAfter(text, "\n") {
		if i == line-1 {
			break
		}
		offset += len([]rune(l))
	}
	return offset + column
}

// plainMistake is a message of the library in plain words, and what would be right.
func plainMistake(m string) string {
	quoted := func() string { return between(m, "'", "'") }
	switch {
	case strings.HasPrefix(m, "undeclared reference to 'it'"): // the library guesses at a type's name
		return "'it' is an element of each, and this rule names none"
	case strings.HasPrefix(m, "undeclared reference"):
		name := quoted()
		if slices.Contains(macros, name) {
			return fmt.Sprintf("%s takes a name and a condition, as threats.%s(t, t.loss > 0.0)", name, name)
		}
		return fmt.Sprintf("%q is not known: %s", name, parley.Suggest(name, names()))
	case strings.HasPrefix(m, "undefined field"):
		name := quoted()
		if near := parley.Nearest(name, fieldNames()); near != "" && near != name { // another thing may have it
			return fmt.Sprintf("there is no field %q here: did you mean %s?", name, near)
		}
		return fmt.Sprintf("there is no field %q here: docs/gate.md lists what each thing has", name)
	case strings.HasPrefix(m, "found no matching overload"):
		of, to, _ := strings.Cut(strings.TrimPrefix(m, "found no matching overload for "), " applied to ")
		return fmt.Sprintf("%s does not go with %s", strings.Trim(of, "'_"), typeNames(strings.Trim(to, "'()")))
	case strings.Contains(m, "<EOF>"):
		return "the expression ends too early: something is missing at its end, or a bracket is not closed"
	case strings.HasPrefix(m, "Syntax error: token recognition error"):
		return fmt.Sprintf("%s cannot stand here: a text stands between quotes, both of one kind", between(m, "at: ", ""))
	case strings.HasPrefix(m, "Syntax error:"):
		return fmt.Sprintf("%q does not fit here", quoted())
	}
	return m
}

var macros = []string{"all", "exists", "exists_one", "filter", "map", "has"}

// between is the part of a text after the first start and before the next end; to
// the last where that is "".
func between(text, start, end string) string {
	_, rest, _ := strings.Cut(text, start)
	if end == "" {
		return rest
	}
	inner, _, _ := strings.Cut(rest, end)
	return inner
}

// names are what expressions can begin with.
func names() []string {
	return append(listNames(), "it", "limit_texts", "limits", "policy", "product", "size", "quote", "string", "contains", "startsWith", "endsWith", "matches", "join")
}

// typeNames are types of the language, separated by commas, in plain words.
func typeNames(list string) string {
	var out []string
	for _, t := range strings.Split(list, ", ") {
		out = append(out, typeName(t))
	}
	return strings.Join(out, " and ")
}

// typeName is a type of the language in plain words.
func typeName(t string) string {
	switch t {
	case "bool":
		return "yes or no (bool)"
	case "int", "uint":
		return "a whole number (int)"
	case "double":
		return "a number (double, as 5.0)"
	case "string":
		return "a text (string)"
	case "list(string)":
		return "a list of texts"
	}
	if strings.HasPrefix(t, "list(") {
		return "a list"
	}
	if name, ok := strings.CutPrefix(t, "gate."); ok {
		return "a " + strings.ToLower(name)
	}
	return t
}

// place is where a character of a field's text stands in the file; the beginning of
// the text where that cannot be said, as with escapes.
func (r *reading) place(n *yaml.Node, offset int) (line, column int) {
	line, column = n.Line, n.Column
	if offset < 0 {
		return line, column
	}
	at := cursor{r: r, line: n.Line, column: n.Column}
	quoted := n.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle) != 0
	switch {
	case n.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0:
		at.line, at.column = n.Line+1, 1
	case quoted:
		at.column++
	}
	for i, c := range []rune(n.Value) {
		if i > offset {
			break
		}
		if unicode.IsSpace(c) {
			continue
		}
		found, ok := at.next()
		if quoted && ok && c == '\'' && found == c && n.Style&yaml.SingleQuotedStyle != 0 {
			at.skip() // written twice
		}
		if !ok || found != c {
			return line, column
		}
		if i == offset {
			return at.line, at.column - 1
		}
	}
	return line, column
}

// cursor goes through the characters of a file that are no space.
type cursor struct {
	r            *reading
	line, column int    // of the next character, from 1
	rest         []rune // of the line, once a character of it was read
}

func (c *cursor) next() (rune, bool) {
	for c.line <= len(c.r.lines) {
		if c.rest == nil {
			c.rest = []rune(c.r.from(c.line, c.column))
		}
		for i, x := range c.rest {
			c.column++
			if !unicode.IsSpace(x) {
				c.rest = c.rest[i+1:]
				return x, true
			}
		}
		c.line, c.column, c.rest = c.line+1, 1, nil
	}
	return 0, false
}

// skip passes over the next character of the line.
func (c *cursor) skip() {
	c.column++
	if len(c.rest) > 0 {
		c.rest = c.rest[1:]
	}
}
