// Package exchange brings threat models of other tools into a negotiation
// file. What a source states is kept with its identifiers, what it does not
// state is guessed by documented rules, and everything guessed or left behind
// is named in a [Report].
//
// A format is one file of this package and one line in [Formats].
package exchange

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/parleysec/parley"
)

// MaxBytes is the largest input that is read.
const MaxBytes = 50 << 20

// Input is one file to import: its name as the user gave it, and its bytes.
type Input struct {
	Name string
	Data []byte
}

// Options change how files are imported. The zero value works.
type Options struct {
	Currency string // ISO 4217 code of the product; "" takes the source's, else GBP
	Document string // which document of a file that holds several: its number from 1, its id or its name

	// Beside lists files in the same folder as a file, to name the root of a
	// model when only a part of it was given. Nothing of them is imported.
	// nil: the root is described, not named. See [Siblings].
	Beside func(name string) []Input
}

// Format is a kind of file that can be imported.
type Format struct {
	Name  string // as given to --from
	Title string // for people

	detect func(s *sniff) bool
	read   func(j *job) error
}

// Formats lists every format that can be imported. The order is that of detection.
func Formats() []Format {
	return []Format{
		{Name: "threagile", Title: "Threagile model and risks.json", detect: isThreagile, read: readThreagile},
		{Name: "otm", Title: "Open Threat Model (JSON or YAML)", detect: isOTM, read: readOTM},
		{Name: "threatdragon", Title: "OWASP Threat Dragon 1 and 2", detect: isThreatDragon, read: readThreatDragon},
		{Name: "csv", Title: "spreadsheet saved as CSV", detect: isCSV, read: readCSV},
	}
}

// Import turns files into the model of one product. format is the name of one
// of [Formats], or "" to tell it from the content. The model is valid and not
// yet resolved. The error is an *[Error].
func Import(format string, files []Input, o Options) (*parley.Model, *Report, error) {
	if len(files) == 0 {
		return nil, nil, &Error{Problem: "no file to import", Want: "one or more files: " + formatNames()}
	}
	for _, f := range files {
		if len(f.Data) > MaxBytes {
			return nil, nil, &Error{File: f.Name, Problem: fmt.Sprintf("%d bytes are more than the %d MB that are read", len(f.Data), MaxBytes>>20), Want: "one model a file, without attachments"}
		}
	}
	if o.Currency != "" && !parley.ValidCurrency(o.Currency) {
		return nil, nil, &Error{Problem: fmt.Sprintf("%q is not a currency code of ISO 4217", o.Currency), Want: "three letters such as GBP, EUR or USD"}
	}
	f, err := pick(format, files)
	if err != nil {
		return nil, nil, err
	}
	j := newJob(f, files, o)
	if err := f.read(j); err != nil {
		return nil, nil, err
	}
	j.finish()
	return j.model, j.report, nil
}

// Own reports whether a file is a negotiation file, of which nothing is to be
// imported.
func Own(name string, data []byte) bool { return (&sniff{name: name, data: data}).own() }

// Detect tells the format of a file from its content. The error is an *[Error].
func Detect(name string, data []byte) (string, error) {
	s := &sniff{name: name, data: data}
	if s.own() {
		return "", &Error{File: name, Problem: "this is a negotiation file already: there is nothing to import", Want: "a file of " + formatNames() + "; `parley apply " + name + "` brings this one into the ledger"}
	}
	for _, f := range Formats() {
		if f.detect(s) {
			return f.Name, nil
		}
	}
	if s.err != nil && structured(name) {
		return "", s.err
	}
	return "", &Error{File: name, Problem: "this is no file of a format that can be imported", Want: "one of " + formatNames() + "; say which with --from; a list of threats, one a line, is for parley init --from lines"}
}

// structured reports whether a file calls itself JSON or YAML.
func structured(name string) bool {
	switch strings.ToLower(filepath.Ext(name)) {
	case ".json", ".yaml", ".yml", ".otm":
		return true
	}
	return false
}

// pick finds the format by name, or the one all files have.
func pick(format string, files []Input) (Format, error) {
	all := Formats()
	if format == "" {
		for _, in := range files {
			if tree, err := parseTree(in.Name, in.Data); err == nil && tree.kind == nullNode && len(files) > 1 {
				continue // an empty part of a model
			}
			name, err := Detect(in.Name, in.Data)
			if err != nil {
				return Format{}, err
			}
			if format != "" && name != format {
				return Format{}, &Error{File: in.Name, Problem: fmt.Sprintf("this is a %s file, %s a %s file", name, files[0].Name, format), Want: "files of one format at a time"}
			}
			format = name
		}
	}
	i := slices.IndexFunc(all, func(f Format) bool { return f.Name == strings.ToLower(format) })
	if i < 0 {
		bad := &Error{Problem: fmt.Sprintf("there is no format %q", format), Want: "one of " + formatNames()}
		if near := parley.Nearest(format, strings.Split(formatNames(), ", ")); near != "" {
			bad.Want = near + ", which is " + bad.Want
		}
		return Format{}, bad
	}
	return all[i], nil
}

func formatNames() string {
	var names []string
	for _, f := range Formats() {
		names = append(names, f.Name)
	}
	return strings.Join(names, ", ")
}

// sniff is a file being told apart; it is read as a tree at most once.
type sniff struct {
	name   string
	data   []byte
	parsed bool
	root   *node
	err    error
}

// own reports whether it is a negotiation file.
func (s *sniff) own() bool {
	t := s.tree()
	return t.isMap() && t.has("parley")
}

// tree is the content as JSON or YAML, nil when it is neither.
func (s *sniff) tree() *node {
	if !s.parsed {
		s.parsed = true
		s.root, s.err = parseTree(s.name, s.data)
	}
	return s.root
}
