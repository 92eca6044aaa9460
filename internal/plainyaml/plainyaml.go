// Package plainyaml says in plain words what is wrong where the YAML library finds
// no YAML: where, what, and what would be right.
package plainyaml

import (
	"fmt"
	"strings"

	"go.yaml.in/yaml/v4"
)

// Where is the place to point at, line and column from 1, 0 where it is not known:
// an open quote is noticed at the end of the file, far from where it has to be closed.
func Where(le *yaml.LoadError) yaml.Mark {
	if unclosed(le) || aboutAlias(le) {
		return le.ContextMark
	}
	return le.Mark
}

// unclosed reports a quote that goes on to the end.
func unclosed(le *yaml.LoadError) bool {
	return strings.Contains(le.ContextMsg, "quoted scalar") &&
		(strings.Contains(le.Message, "unexpected end of stream") || strings.Contains(le.Message, "unexpected document indicator"))
}

func aboutAlias(le *yaml.LoadError) bool {
	return strings.Contains(le.ContextMsg, "alias") || strings.Contains(le.ContextMsg, "anchor")
}

// Explain says what the library found at the text rest, and what would be right;
// the latter is "" where it has no plain words for it.
func Explain(le *yaml.LoadError, rest string) (message, hint string) {
	opened := le.ContextMark.Line
	switch m := le.Message; {
	case strings.HasPrefix(m, "mapping values are not allowed"):
		return "there is a second \": \" in this value, or the line is indented too far",
			`put a text with ": " in quotes, e.g. title: "Login: guessed passwords"; fields of one thing start in the same column`
	case strings.Contains(m, "tab character"), strings.HasPrefix(rest, "\t"):
		return "a tab is used to indent", "indent with spaces"
	case strings.HasPrefix(m, "found character that cannot start any token"):
		first, _, _ := strings.Cut(rest, " ")
		return fmt.Sprintf("a value cannot start with %.1q", first), "put the text in quotes"
	case strings.Contains(m, "expected ',' or ']'"):
		return fmt.Sprintf("the list that [ opens in line %d is not closed", opened), "close it with ], and separate with commas"
	case strings.Contains(m, "expected ',' or '}'"):
		return fmt.Sprintf("the fields that { opens in line %d are not closed", opened), "close them with }, and separate with commas"
	case strings.Contains(m, "expected '-' indicator"), strings.Contains(m, "expected key"), strings.Contains(m, "could not find expected ':'"):
		return "this line does not fit to those above it", "check its indentation, and that each field is written name: value"
	case unclosed(le):
		return "the quote that opens here is not closed", "close it, with the same kind of quote"
	case strings.Contains(m, "unknown anchor"), aboutAlias(le):
		return "a value cannot start with * or &", "put the text in quotes"
	case strings.Contains(m, "escape"):
		return `in double quotes, \ starts an escape, and this is none`, `write \\ for one \, or use single quotes`
	}
	return "this is not YAML: " + le.Message, ""
}
