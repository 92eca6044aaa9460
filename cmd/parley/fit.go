package main

import (
	"bytes"
	"io"
	"regexp"
	"strings"

	"github.com/parleysec/parley/internal/brief/plain"
)

// fitter breaks lines that are wider than the terminal between words, what goes on
// being set in further than the line it belongs to. A command to copy and a signature
// stay on one line, and so does a word that is wider than a line.
type fitter struct {
	to    io.Writer
	width int
	rest  []byte // of a line that has not ended
}

// Write passes on the lines that have ended.
func (f *fitter) Write(b []byte) (int, error) {
	f.rest = append(f.rest, b...)
	end := bytes.LastIndexByte(f.rest, '\n')
	if end < 0 {
		return len(b), nil
	}
	var out strings.Builder
	for line := range strings.Lines(string(f.rest[:end+1])) {
		fitted(&out, line, f.width)
	}
	f.rest = append(f.rest[:0], f.rest[end+1:]...)
	if _, err := io.WriteString(f.to, out.String()); err != nil {
		return 0, err
	}
	return len(b), nil
}

// Flush passes on what stands behind the last end of a line.
func (f *fitter) Flush() error {
	_, err := f.to.Write(f.rest)
	f.rest = nil
	return err
}

// signed is how the line of a signature begins.
const signed = "— "

// fitted writes a line in as many as it takes.
func fitted(out *strings.Builder, line string, width int) {
	body := strings.TrimLeft(line, " ")
	if plain.Width(strings.TrimRight(line, "\n")) <= width || strings.HasPrefix(body, "parley ") || strings.HasPrefix(line, signed) {
		out.WriteString(line)
		return
	}
	on := line[:len(line)-len(body)] + "  "
	if strings.HasPrefix(body, "- ") {
		on += "  "
	}
	hung(out, line, on, width)
}

// hung writes a line in as many as it takes, those after the first set in by on, or
// by less where that leaves too little of the width.
func hung(out *strings.Builder, line, on string, width int) {
	body := strings.TrimLeft(line, " ")
	indent := line[:len(line)-len(body)]
	if len(on) > width/2 {
		on = on[:width/2]
	}
	if first, _, _ := strings.Cut(body, " "); len(indent) > len(on) && len(indent)+plain.Width(first) > width {
		indent = on
	}
	rest, used := strings.TrimRight(body, " \n"), len(indent)
	out.WriteString(indent)
	for gap := 0; rest != ""; {
		word, _, _ := strings.Cut(rest, " ")
		w := plain.Width(word)
		if gap > 0 && used+gap+w > width {
			out.WriteString("\n" + on)
			gap, used = 0, len(on)
		}
		out.WriteString(strings.Repeat(" ", gap) + word)
		used += gap + w
		rest = rest[len(word):]
		gap = len(rest) - len(strings.TrimLeft(rest, " "))
		rest = rest[gap:]
	}
	out.WriteString("\n")
}

// listed breaks the lines of a help text that are wider than the terminal: what is
// said of a command or flag goes on below itself.
func listed(text string, width int) string {
	var out strings.Builder
	for line := range strings.Lines(text) {
		at := entry.FindStringIndex(line)
		if at == nil || plain.Width(strings.TrimRight(line, "\n")) <= width {
			fitted(&out, line, width)
			continue
		}
		hung(&out, line, strings.Repeat(" ", at[1]), width)
	}
	return out.String()
}

// entry is the part of a line of a list before what is said of a name.
var entry = regexp.MustCompile(`^ +\S+(?: \S+)* {2,}`)
