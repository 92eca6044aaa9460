// Package catalogue holds every text people read on pages, in briefs and at
// the command line, in one place: so that words can be checked side by side,
// and translated, without touching code.
//
// The texts stand in en/*.txt, a line each: key = text. A text may hold
// {placeholders}. Two blanks at the start of a line continue the text above,
// after an empty line as a paragraph of its own.
package catalogue

import (
	"embed"
	"fmt"
	"io/fs"
	"strings"
	"sync"
)

//go:embed en/*.txt
var files embed.FS

var texts = sync.OnceValues(func() (map[string]string, error) { return load(files) })

// T is the text of a key with its placeholders filled from pairs of name and
// value. A key or placeholder that does not exist stays visible in braces; a
// test walks the sources, so that none does.
func T(key string, pairs ...any) string {
	all, err := texts()
	if err != nil {
		return "{" + key + ": " + err.Error() + "}"
	}
	text, ok := all[key]
	if !ok {
		return "{" + key + "}"
	}
	return fill(text, pairs)
}

// N is the text for a number of things: key.one for 1, else key.other. The
// number fills {n} unless the pairs name another n.
func N(key string, n int, pairs ...any) string {
	form := ".other"
	if n == 1 {
		form = ".one"
	}
	return T(key+form, append(pairs, "n", n)...)
}

// Has reports whether a key exists.
func Has(key string) bool {
	all, err := texts()
	_, ok := all[key]
	return err == nil && ok
}

// Keys is every key, in no particular order.
func Keys() []string {
	all, _ := texts()
	keys := make([]string, 0, len(all))
	for k := range all {
		keys = append(keys, k)
	}
	return keys
}

// fill replaces {name} by its value in one pass, so that a value that looks
// like a placeholder is left alone.
func fill(text string, pairs []any) string {
	var b strings.Builder
	for {
		before, rest, found := strings.Cut(text, "{")
		b.WriteString(before)
		if !found {
			return b.String()
		}
		name, after, closed := strings.Cut(rest, "}")
		if !closed {
			b.WriteString("{" + rest)
			return b.String()
		}
		b.WriteString(value(name, pairs))
		text = after
	}
}

func value(name string, pairs []any) string {
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i] == name {
			return fmt.Sprint(pairs[i+1])
		}
	}
	return "{" + name + "}"
}

// roughly is how many texts there are: a map that grows to that is filled in twice
// the time, at every start.
const roughly = 3000

func load(fsys fs.FS) (map[string]string, error) {
	out := make(map[string]string, roughly)
	names, err := fs.Glob(fsys, "en/*.txt")
	if err != nil {
		return nil, fmt.Errorf("list the catalogue: %w", err)
	}
	for _, name := range names {
		b, err := fs.ReadFile(fsys, name)
		if err != nil {
			return nil, fmt.Errorf("read the catalogue: %w", err)
		}
		if err := parse(name, string(b), out); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func parse(name, content string, out map[string]string) error {
	last, blank := "", ""
	for i, line := range strings.Split(content, "\n") {
		switch {
		case strings.TrimSpace(line) == "":
			blank = "\n" // part of a text that goes on below
			continue
		case strings.HasPrefix(line, "#"):
			continue
		case strings.HasPrefix(line, "  ") && last != "":
			out[last] += blank + "\n" + line[2:]
			blank = ""
			continue
		}
		blank = ""
		key, text, ok := strings.Cut(line, "=")
		key = strings.TrimSpace(key)
		if !ok || key == "" {
			return fmt.Errorf("%s:%d: want key = text", name, i+1)
		}
		if _, dup := out[key]; dup {
			return fmt.Errorf("%s:%d: %s stands twice in the catalogue", name, i+1, key)
		}
		out[key] = strings.TrimSpace(text)
		last = key
	}
	return nil
}
