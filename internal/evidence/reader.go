package evidence

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// Largest is the most bytes a file may have.
const Largest = 256 << 20

// Input is a file to read.
type Input struct {
	Name string // shown in errors, never opened
	Data []byte // read, never changed; a report holds no part of it
}

// Options is what the organisation and the uploader add to a file. The zero
// value trusts no key and asserts nothing.
type Options struct {
	Keys   []Key     // keys whose signatures count
	Time   time.Time // when the check ran, for files that do not say
	Commit string    // what it ran on, for files that do not say
	Branch string    // the branch or release it ran on, for files that do not say
	Now    time.Time // the clock: a later time in a file is doubted; zero asks nothing

	Details bool // read what each finding says of itself
}

// reader reads one format.
type reader struct {
	name  string
	says  string // for people
	lines bool   // whether the format is several JSON values in a row
	is    func(sh *shape) bool
	read  func(src *source) *Error
}

// readers is the table of formats, from what is told most surely.
func readers() []reader {
	return []reader{
		{"dsse", "in-toto attestation or signed statement in a DSSE envelope or Sigstore bundle", true, isDSSE, readDSSE},
		{"statement", "signed statement of a person (unsigned: inconclusive)", false, isStatement, readUnsigned},
		{"in-toto", "in-toto statement without an envelope (unsigned: inconclusive)", true, isInToto, readUnsigned},
		{"parley", "Parley's plain results", false, isPlain, readPlain},
		{"sarif", "SARIF 2.1.0", false, isSARIF, readSARIF},
		{"cyclonedx", "CycloneDX vulnerabilities and VEX, JSON", false, isCycloneDX, readCycloneDX},
		{"cyclonedx-xml", "CycloneDX vulnerabilities and VEX, XML", false, isCycloneDXXML, readCycloneDXXML},
		{"openvex", "OpenVEX", false, isOpenVEX, readOpenVEX},
		{"gotest", "go test -json", true, isGoTest, readGoTest},
		{"zap", "ZAP, JSON", false, isZAP, readZAP},
		{"zap-xml", "ZAP, XML", false, isZAPXML, readZAPXML},
		{"scorecard", "OpenSSF Scorecard, JSON", false, isScorecard, readScorecard},
		{"trivy", "Trivy, JSON", false, isTrivy, readTrivy},
		{"semgrep", "Semgrep, JSON", false, isSemgrep, readSemgrep},
		{"osv-scanner", "OSV-Scanner, JSON", false, isOSV, readOSV},
		{"gitleaks", "gitleaks 7 or 8, JSON", false, isGitleaks, readGitleaks},
		{"junit", "JUnit XML", false, isJUnit, readJUnit},
	}
}

// Format is a format that can be read.
type Format struct{ Name, Says string }

// Formats are the formats that can be read.
func Formats() []Format {
	var out []Format
	for _, r := range readers() {
		out = append(out, Format{r.name, r.says})
	}
	return out
}

// source is what a reader reads from and writes to.
type source struct {
	data   []byte
	opt    Options
	report *Report
	room   *room
}

// json and xml walk the data, and stop when it holds too much.
func (src *source) json() *scan {
	s := newScan(src.data)
	s.room = src.room
	return s
}

func (src *source) xml() *xmlScan {
	x := newXMLScan(src.data)
	x.room = src.room
	return x
}

// run starts a run of the report; it is valid until the next one is started.
func (src *source) run(kind Kind) *Run {
	if len(src.report.Runs) == mostRuns {
		src.room.over = true
		src.report.Runs = src.report.Runs[:mostRuns-1]
	}
	src.report.Runs = append(src.report.Runs, Run{Kind: kind, room: src.room})
	return &src.report.Runs[len(src.report.Runs)-1]
}

// Read reads a file whatever its format. The report is never nil: with an
// error, which is an [*Error], it has the digest and the reason and is
// inconclusive.
func Read(in Input, opt Options) (*Report, error) {
	sum := sha256.Sum256(in.Data)
	r := &Report{File: in.Name, Digest: hex.EncodeToString(sum[:]), Given: opt}
	r.Given.Keys = nil
	if err := read(in.Data, opt, r); err != nil {
		err.File, err.Format = in.Name, r.Format
		r.Runs, r.Unreadable = nil, err.Says
		return r, err
	}
	return r, nil
}

// packed are the first bytes of files that hold others.
var packed = []struct{ begins, name string }{
	{"\x1f\x8b", "gzip"}, {"PK\x03\x04", "zip"}, {"\x28\xb5\x2f\xfd", "zstd"}, {"\xfd7zXZ\x00", "xz"}, {"BZh", "bzip2"},
}

// wrapped refuses what is a report only once it is unpacked or written anew.
func wrapped(data []byte) *Error {
	for _, p := range packed {
		if bytes.HasPrefix(data, []byte(p.begins)) {
			return &Error{Says: "is packed (" + p.name + ")", Want: "unpack it first"}
		}
	}
	wide := len(data) > 1 && (data[0] == 0) != (data[1] == 0) // no text of ours has a zero in its first two bytes
	if wide || bytes.HasPrefix(data, []byte("\xff\xfe")) || bytes.HasPrefix(data, []byte("\xfe\xff")) {
		return &Error{Says: "is UTF-16", Want: "write it as UTF-8"}
	}
	return nil
}

func read(data []byte, opt Options, r *Report) *Error {
	if len(data) > Largest {
		return &Error{Says: "is larger than 256 MB", Want: "split it, or leave out what is no result"}
	}
	if err := wrapped(data); err != nil {
		return err
	}
	data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
	text := bytes.TrimLeft(data, " \t\r\n")
	switch {
	case len(text) == 0:
		return &Error{Says: "is empty: nothing says that anything was looked at", Want: "let the tool write a report that names what it scanned"}
	case text[0] != '<' && !utf8.Valid(data):
		return at(data, invalidAt(data), "is not UTF-8 here")
	}
	sh, err := shapeOf(data)
	if err != nil {
		return err
	}
	if sh.kind == 'n' {
		return &Error{Says: "holds only null: nothing says that anything was looked at", Want: "let the tool write a report that names what it scanned"}
	}
	for _, f := range readers() {
		if !f.is(sh) || sh.lines && !f.lines {
			continue
		}
		r.Format = f.name
		src := &source{data: data, opt: opt, report: r, room: &room{cases: mostCases, likely: min(sh.longest, len(data)/perCase), details: opt.Details}}
		if err := f.read(src); err != nil {
			return err
		}
		if src.room.over {
			return &Error{Says: tooMuch(), Want: "split it"}
		}
		return nil
	}
	if sh.lines {
		return &Error{Says: "is several JSON texts in a row, of no format that is known"}
	}
	return &Error{Says: "is of no format that is known", Want: "known: " + formatNames()}
}

func tooMuch() string {
	return "holds more than " + strconv.Itoa(mostCases) + " results or " + strconv.Itoa(mostRuns) + " runs"
}

// formatNames is the names of the formats in one line.
func formatNames() string {
	var names []string
	for _, f := range Formats() {
		names = append(names, f.Name)
	}
	return strings.Join(names, ", ")
}

// invalidAt is the offset of the first byte that is not UTF-8.
func invalidAt(data []byte) int {
	for i := 0; i < len(data); {
		r, n := utf8.DecodeRune(data[i:])
		if r == utf8.RuneError && n == 1 {
			return i
		}
		i += n
	}
	return len(data)
}
