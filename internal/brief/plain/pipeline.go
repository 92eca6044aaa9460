package plain

import (
	"io"
	"strings"
)

// apart writes what the logs of pipelines take for orders to the machine that runs
// them, wherever they stand in a line (Azure Pipelines and the older form of GitHub
// Actions, TeamCity), with other signs for the second #, and what is given in pairs.
func apart(second string, more ...string) *strings.Replacer {
	for _, order := range []string{"vso[", "[", "teamcity["} {
		more = append(more, "##"+order, "#"+second+order)
	}
	return strings.NewReplacer(more...)
}

var (
	textApart = apart(" #")
	jsonApart = apart(`\u0023`)
	xmlApart  = apart("&#35;", "\n::", "\n&#58;:")
)

// Orderless is text in which no line is an order to the machine that runs a
// pipeline, whatever stands in imported text or wherever it was wrapped: a blank
// keeps the signs apart. GitHub Actions take a line for one that begins with two
// colons, whatever blanks stand before them.
func Orderless(text string) string {
	if strings.Contains(text, "##") {
		text = textApart.Replace(text)
	}
	if !strings.Contains(text, "::") {
		return text
	}
	var b strings.Builder
	for line := range strings.Lines(text) {
		rest := strings.TrimLeft(line, " \t\r")
		if strings.HasPrefix(rest, "::") {
			b.WriteString(line[:len(line)-len(rest)] + ": ")
			line = rest[1:]
		}
		b.WriteString(line)
	}
	return b.String()
}

// OrderlessJSON is JSON that says the same in which no line is such an order: the
// signs stand in strings alone, where one of them may be escaped.
func OrderlessJSON(text string) string { return jsonApart.Replace(text) }

// OrderlessXML is XML that says the same in which no line is such an order.
func OrderlessXML(text string) string { return xmlApart.Replace(text) }

// OrderlessWriter writes what [Orderless] makes of text, line by line. Whoever is
// done with it calls Flush, which writes what is left of the last line.
type OrderlessWriter struct {
	To   io.Writer
	rest strings.Builder // of a line that did not end yet
}

// Write keeps what comes until its line ends.
func (w *OrderlessWriter) Write(p []byte) (int, error) {
	w.rest.Write(p)
	text := w.rest.String()
	i := strings.LastIndexByte(text, '\n') + 1
	if i == 0 {
		return len(p), nil
	}
	w.rest.Reset()
	w.rest.WriteString(text[i:])
	if _, err := io.WriteString(w.To, Orderless(text[:i])); err != nil {
		return 0, err
	}
	return len(p), nil
}

// Flush writes the last line where it did not end.
func (w *OrderlessWriter) Flush() error {
	_, err := io.WriteString(w.To, Orderless(w.rest.String()))
	w.rest.Reset()
	return err
}
