package evidence

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Finding is one thing that tools found, whatever they call it and wherever in
// the reports it stands: findings with a fingerprint in common are one.
type Finding struct {
	Fingerprint  string   // by which it is known for good
	Fingerprints []string // all of them, sorted
	Weak         []string // those of them by what the tool says alone, without the text it was found in
	Own          []string // those of them that a tool gave
	Tools        []string
	Rules        []string // rules, or ids of the vulnerability, preferred first
	Package      string   // of a vulnerability
	Paths        []string
	Level        Level // the gravest any tool gives
	Says         string
	Places       int // how often it stands in the reports

	moving []movingPrint // until it is joined with the others
}

// movingPrint is a fingerprint without what moves, and the one with it.
type movingPrint struct{ print, exact string }

// moves says that a fingerprint is another one without what moves in it.
func (f *Finding) moves(print, exact string) {
	if print != exact {
		f.moving = append(f.moving, movingPrint{print, exact})
	}
}

// Vulnerability reports whether it is a known hole in a package.
func (f *Finding) Vulnerability() bool { return f.Package != "" }

// FindingsOf are what reports that were read with [Options.Details] found and is
// not suppressed, each thing once, in the order of the reports. tests counts the
// failed tests, which are no findings.
func FindingsOf(reports []*Report) (found []Finding, tests int) {
	var all []Finding
	for _, r := range reports {
		for i := range r.Runs {
			run := &r.Runs[i]
			if run.Kind == Tests || run.Kind == Scores {
				tests += failedCases(run)
				continue
			}
			for j := range run.Cases {
				if c := &run.Cases[j]; c.Outcome == Fail {
					all = append(all, findingOf(run, c))
				}
			}
		}
	}
	return joined(all), tests
}

func failedCases(run *Run) int {
	n := 0
	for i := range run.Cases {
		if run.Cases[i].Outcome == Fail {
			n++
		}
	}
	return n
}

// Apart reports whether a finding is another one than what is known by other
// fingerprints, of a tool, though it has a weak one in common with it: both have
// fingerprints of that very tool, and none of them is the same. A finding that
// moved keeps the fingerprint of its tool.
func (f *Finding) Apart(tool string, known []string) bool {
	same := slices.ContainsFunc(f.Tools, func(t string) bool { return ToolKey(t) == ToolKey(tool) })
	if len(f.Own) == 0 || !same {
		return false
	}
	own, weak := setOf(f.Own), setOf(f.Weak)
	others := slices.ContainsFunc(known, func(p string) bool { return !weak.has(p) })
	return others && !slices.ContainsFunc(known, own.has)
}

// Without takes fingerprints away that other findings are known by.
func (f *Finding) Without(prints []string) {
	if len(prints) == 0 {
		return
	}
	gone := setOf(prints)
	f.Fingerprints, f.Weak = slices.DeleteFunc(slices.Clone(f.Fingerprints), gone.has), slices.DeleteFunc(slices.Clone(f.Weak), gone.has)
	f.Fingerprint = slices.Min(f.Fingerprints)
}

// vulnerabilityID is an id that several tools know a hole under, or Snyk's.
var vulnerabilityID = regexp.MustCompile(`^(CVE-\d{4}-\d{4,}|GHSA(-[0-9a-z]{4}){3}|[A-Z]{2,12}-\d{4}-\d+|PYSEC-\d{4}-\d+|RUSTSEC-\d{4}-\d{4}|SNYK(-[A-Z0-9]+)+-\d+)`)

// idInBrackets is how a tool with ids of its own names the one that others know:
// "BDSA-2020-1001 (CVE-2020-11022)".
var idInBrackets = regexp.MustCompile(`\((CVE-\d{4}-\d{4,}|GHSA(?:-[0-9a-z]{4}){3})\)`)

// advisory is an id of what a distribution says of several holes of a package at
// once: as a second id it would make one of them.
var advisory = regexp.MustCompile(`^(ALAS[0-9A-Z]*|ASA|DLA|DSA|DTSA|ELA|ELSA|MGASA|OVMSA|USN)-`)

// inMessage finds the package in the message of a scanner that has no other place
// for it in SARIF: Trivy ("Package: NAME"), Docker Scout ("  Package   : pkg:deb/…"),
// OSV-Scanner ("Package 'NAME@VERSION' is"), Grype ("in npm package: NAME, version", and of
// old "reports NAME at version") and Snyk ("introduces a vulnerable NAME package").
var inMessage = regexp.MustCompile(`(?m)^\s*Package\s*: (\S+)|Package '(@?[^'@]+)@[^']*' is` +
	`|vulnerability in \S+ package: (\S+), version|^The path .* reports (\S+) at version|^This file introduces a vulnerable (\S+) package with`)

// findingOf is one case as a finding, with every fingerprint it can be known by.
func findingOf(run *Run, c *Case) Finding {
	d := c.Detail
	if d == nil {
		d = &Detail{}
	}
	tool := ToolKey(run.Tool)
	f := Finding{Tools: []string{printable(run.Tool)}, Level: c.Level, Says: printable(d.Says), Places: 1}
	if c.Path != "" {
		f.Paths = []string{printable(c.Path)}
	}
	var prints []string // but its own; what is surer joins first, so texts come last
	if ids := idsOf(c.Rule, d); len(ids) > 0 {
		pkg := packageOf(c, d)
		f.Package, f.Rules = printable(pkg), ids
		for _, id := range ids {
			exact := hashed(key("vulnerability", strings.ToLower(pkg), id))
			prints = append(prints, exact)
			if plain := stillPath(pkg); plain != pkg && pkg == cleanPath(c.Path) { // a path, for want of a package
				print := hashed(key("vulnerability", strings.ToLower(plain), id))
				prints = append(prints, print)
				f.moves(print, exact)
			}
		}
	} else {
		if c.Rule != "" {
			f.Rules = []string{printable(c.Rule)}
		}
		for _, x := range slices.DeleteFunc(d.Whole, func(string) bool { return tool == secrets }) {
			f.known(tool, c, d, x)
		}
		switch {
		case tool == secrets:
			if d.Snippet != "" { // SARIF has the secret there
				d.Partial = []string{"secret=" + oneOf256(d.Snippet)}
			}
			prints = append(prints, hashed(key(append([]string{"secret", c.Rule, cleanPath(c.Path)}, d.Partial...)...)))
		default:
			prints = f.inFile(tool, c, d)
			if strings.TrimSpace(d.Snippet) == "" {
				f.Weak = prints
			}
		}
	}
	f.Fingerprints = slices.Concat(f.Own, prints)
	f.Fingerprint = slices.Min(f.Fingerprints)
	return f
}

// known gives a finding a fingerprint of its tool, which is its own, and where that
// holds the line, one without it, in each path it is known by.
func (f *Finding) known(tool string, c *Case, d *Detail, x string) {
	exact := hashed(key("tool", tool, x))
	f.Own = append(f.Own, exact)
	plain := stillPrint(x, d.At)
	if plain == x {
		return
	}
	for _, path := range pathsOf(c, d) {
		print := hashed(key("tool", tool, c.Rule, path, plain))
		f.Own = append(f.Own, print)
		f.moves(print, exact)
	}
}

// inFile gives a finding the fingerprints of its parts, which are its own, and returns
// those of its text, each in every path it is known by: as they are, which comes
// first, and without what moves.
func (f *Finding) inFile(tool string, c *Case, d *Detail) (texts []string) {
	written := cleanPath(d.Written) // known by that, too, whatever stands beside it
	paths := pathsOf(c, d)
	add := func(to *[]string, each []string, in func(path, x string) string) {
		exact := ""
		for _, path := range paths {
			for i, x := range each {
				print := hashed(in(path, x))
				*to = append(*to, print)
				exact = cmp.Or(exact, print)
				if i > 0 || path != written {
					f.moves(print, exact)
				}
			}
		}
	}
	if len(d.Partial) > 0 {
		parts := once(key(slices.Sorted(slices.Values(d.Partial))...), key(slices.Sorted(slices.Values(stillParts(d.Partial, d.At)))...))
		add(&f.Own, parts, func(path, x string) string { return key("part", tool, c.Rule, path) + x })
	}
	add(&texts, once(textOf(d), stillOf(d, c.Path)), func(path, x string) string { return key("text", c.Rule, path, x) })
	return texts
}

// secrets is the tool whose findings are known by rule and file alone: what it
// found is a secret, and nothing is kept by which it could be guessed.
const secrets = "gitleaks"

// ToolKey is a tool by the first word of its name: "Semgrep OSS" is Semgrep.
func ToolKey(name string) string {
	first, _, _ := strings.Cut(strings.ToLower(strings.TrimSpace(name)), " ")
	return first
}

// idsOf are the ids of a vulnerability, those that most tools know first.
func idsOf(rule string, d *Detail) []string {
	set := map[string]bool{}
	named := []string{rule}
	for _, m := range idInBrackets.FindAllStringSubmatch(rule, -1) {
		named = append(named, m[1])
	}
	for i, id := range append(named, d.Aliases...) {
		id = strings.TrimSpace(id)
		if i > 0 && id != rule && advisory.MatchString(id) {
			continue
		}
		if up := strings.ToUpper(id); strings.HasPrefix(up, "CVE-") {
			id = up
		}
		if m := vulnerabilityID.FindString(id); m != "" {
			set[m] = true
		}
	}
	ids := slices.Sorted(maps.Keys(set)) // CVE stands before GHSA
	return ids
}

// packageOf is the package of a vulnerability, without its version: named, of a
// package URL, or in the message; else the path.
func packageOf(c *Case, d *Detail) string {
	if d.Package != "" {
		return d.Package
	}
	if name, ok := purlName(c.Path); ok {
		return name
	}
	if m := inMessage.FindStringSubmatch(d.Says); m != nil {
		said := strings.Join(m[1:], "")
		if name, ok := purlName(said); ok {
			return name
		}
		return said
	}
	return cleanPath(c.Path)
}

// purlName is the name of a package URL as package managers write it
// (https://github.com/package-url/purl-spec): the version and what follows it
// are left out. A reference of CycloneDX may have the URL after a "#".
func purlName(ref string) (string, bool) {
	if i := strings.LastIndex(ref, "#pkg:"); i >= 0 {
		ref = ref[i+1:]
	}
	rest, ok := strings.CutPrefix(ref, "pkg:")
	if !ok {
		return "", false
	}
	rest, _, _ = strings.Cut(rest, "#")
	rest, _, _ = strings.Cut(rest, "?")
	kind, name, ok := strings.Cut(rest, "/")
	if !ok {
		return "", false
	}
	if i := strings.LastIndexByte(name, '@'); i > 0 {
		name = name[:i]
	}
	if plain, err := url.PathUnescape(name); err == nil {
		name = plain
	}
	if kind == "maven" {
		name = strings.Replace(name, "/", ":", 1)
	}
	return name, true
}

// cleanPath is a path whichever way it was written: without what a machine puts
// before it.
func cleanPath(path string) string {
	path = strings.ReplaceAll(path, "\\", "/")
	path = strings.TrimPrefix(path, "file://")
	for strings.HasPrefix(path, "./") {
		path = path[2:]
	}
	return strings.TrimPrefix(path, "/")
}

// pathsOf are the paths a finding is known by: clean, as it is written (what it is
// known by already says so), and without versions in it.
func pathsOf(c *Case, d *Detail) []string {
	paths := once(cleanPath(c.Path), stillPath(cleanPath(c.Path)))
	if d.Written != "" && !slices.Contains(paths, cleanPath(d.Written)) {
		paths = append(paths, cleanPath(d.Written))
	}
	return paths
}

// once is one text twice only where it differs.
func once(a, b string) []string {
	if a == b {
		return []string{a}
	}
	return []string{a, b}
}

var digits = regexp.MustCompile(`[0-9]+`)

// textOf is what tells findings of one rule in one file apart and stays when
// lines move: the text it was found in with its blanks made one, else what the
// tool says without numbers.
func textOf(d *Detail) string {
	if text := strings.Join(strings.Fields(d.Snippet), " "); text != "" {
		return text
	}
	return unnumbered(digits, strings.Join(strings.Fields(d.Says), " "))
}

// stillOf is textOf without anything that moves: places, versions, digests.
func stillOf(d *Detail, file string) string {
	if text := strings.Join(strings.Fields(d.Snippet), " "); text != "" {
		return stillText(text, cleanPath(file))
	}
	return still(strings.Join(strings.Fields(d.Says), " "))
}

// key joins parts so that different parts never give the same text.
func key(parts ...string) string {
	var b strings.Builder
	for _, p := range parts {
		b.WriteString(strconv.Quote(p))
	}
	return b.String()
}

// printLength is how many hexadecimal digits of a SHA-256 a fingerprint has: 80
// bits, so that a million findings collide less than once in a million million.
const printLength = 20

func hashed(key string) string {
	sum := sha256.Sum256([]byte(key))
	return "f1:" + hex.EncodeToString(sum[:])[:printLength]
}

// IsFingerprint reports whether a text is a fingerprint of a [Finding].
func IsFingerprint(s string) bool { return strings.HasPrefix(s, "f1:") }
