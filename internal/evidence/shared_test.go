package evidence

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/parleysec/parley/internal/testenv"
)

const folder = "data/evidence"

// sample reads a file that a real tool wrote.
func sample(t *testing.T, name string, opt Options) (*Report, error) {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(testenv.Shared(t, folder), filepath.FromSlash(name)))
	if err != nil {
		t.Fatal(err)
	}
	r, err := Read(Input{name, data}, opt)
	if sum := sha256.Sum256(data); r.Digest != hex.EncodeToString(sum[:]) {
		t.Errorf("%s: digest %s", name, r.Digest)
	}
	return r, err
}

// TestExpectedVerdicts reads the table of EXPECTED-VERDICTS.md.
func TestExpectedVerdicts(t *testing.T) {
	doc, err := os.ReadFile(filepath.Join(testenv.Shared(t, folder), "EXPECTED-VERDICTS.md"))
	if err != nil {
		t.Fatal(err)
	}
	name := regexp.MustCompile(`[a-z-]+/[^ ,]+`)
	n := 0
	for line := range strings.Lines(string(doc)) {
		cells := strings.Split(line, "|")
		if len(cells) < 5 || !name.MatchString(cells[1]) {
			continue
		}
		for _, file := range name.FindAllString(cells[1], -1) {
			n++
			r, err := sample(t, file, Options{})
			got := string(r.Summary().Verdict)
			if err != nil {
				if got != "inconclusive" {
					t.Errorf("%s: %v and %s", file, err, got)
				}
				got = "error"
			}
			if !slices.Contains(allowed(cells[2]), got) {
				t.Errorf("%s: %s, want %s", file, got, cells[2])
			}
		}
	}
	if n < 28 {
		t.Errorf("%d files were found in the table, want at least 28", n)
	}
}

// allowed is the verdicts a cell names; "never pass" leaves all others.
func allowed(cell string) []string {
	var out []string
	for _, v := range []string{"pass", "fail", "inconclusive", "error"} {
		if strings.Contains(strings.ReplaceAll(cell, "never pass", ""), v) {
			out = append(out, v)
		}
	}
	return out
}

// TestCounts compares counts with FACTS.json, which other parsers counted. Each
// is the file's pass, fail and inconclusive.
func TestCounts(t *testing.T) {
	facts := readFacts(t)
	n := 0
	for format, files := range facts {
		for name, f := range files {
			want, ok := f.counts(format, name)
			if !ok {
				continue
			}
			n++
			r, err := sample(t, format+"/"+name, Options{})
			if err != nil {
				t.Errorf("%s/%s: %v", format, name, err)
				continue
			}
			s := r.Summary()
			if got := [3]int{s.Pass, s.Fail, s.Inconclusive}; got != want {
				t.Errorf("%s/%s: pass, fail, inconclusive %v, want %v", format, name, got, want)
			}
		}
	}
	if n < 55 {
		t.Errorf("%d files were compared, want at least 55", n)
	}
}

// fact is what FACTS.json says of one file, whatever its format.
type fact struct {
	Analysis        map[string]int `json:"analysis_states"`
	Statuses        map[string]int `json:"statuses"`
	Vulnerabilities *int           `json:"vulnerabilities"`
	Findings        *int           `json:"findings"`
	Tests           map[string]int `json:"tests_last_state"`
	Packages        map[string]int `json:"packages"`
	ByState         map[string]int `json:"by_state"`
	Groups          *int           `json:"groups"`
	Runs            []sarifFact    `json:"runs"`
	Checks          map[string]int `json:"checks"`
	Results         *int           `json:"results"`
	BySeverity      map[string]int `json:"vulnerabilities_by_severity"`
	Misconfig       map[string]int `json:"misconfig_by_status"`
	Secrets         int            `json:"secrets"`
	AlertItems      *int           `json:"alertitems"`
	Date            string         `json:"date"`
	Repo            struct{ Commit string }
}

type sarifFact struct {
	Tool         string         `json:"tool"`
	Kinds        map[string]int `json:"kinds"`
	Suppressions int            `json:"with_suppressions"`
	End          []string       `json:"endTimeUtc"`
	Revision     []string       `json:"revisionId"`
}

func readFacts(t *testing.T) map[string]map[string]fact {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(testenv.Shared(t, folder), "FACTS.json"))
	if err != nil {
		t.Fatal(err)
	}
	var doc struct {
		Files map[string]map[string]json.RawMessage `json:"files"`
	}
	if err := json.Unmarshal(data, &doc); err != nil {
		t.Fatal(err)
	}
	out := map[string]map[string]fact{}
	for format, files := range doc.Files {
		out[format] = map[string]fact{}
		for name, raw := range files {
			var f fact
			if err := json.Unmarshal(raw, &f); err != nil {
				t.Logf("%s/%s is left out: %v", format, name, err)
				continue
			}
			out[format][name] = f
		}
	}
	return out
}

func total(m map[string]int) int {
	n := 0
	for _, v := range m {
		n += v
	}
	return n
}

// counts is pass, fail and inconclusive by the rules of docs/evidence.md.
func (f fact) counts(format, name string) (n [3]int, ok bool) {
	switch format {
	case "cyclonedx-vex":
		for state, k := range f.Analysis {
			n[map[string]int{"not_affected": 0, "in_triage": 2}[state]] += k
		}
		if f.Analysis == nil && name == "large-grype-421k.xml" { // no analysis at all
			n[1] = *f.Vulnerabilities
		}
		return n, f.Analysis != nil || name == "large-grype-421k.xml"
	case "openvex":
		for state, k := range f.Statuses {
			n[map[string]int{"not_affected": 0, "fixed": 0, "under_investigation": 2}[state]] += k
		}
		return n, f.Statuses != nil
	case "gitleaks":
		if f.Findings != nil {
			n[1] = *f.Findings
		}
		return n, f.Findings != nil
	case "gotest-json":
		n = [3]int{f.Tests["pass"], f.Tests["fail"], f.Tests["skip"] + f.Tests["(no end event)"]}
		if n[1] == 0 {
			n[1] = f.Packages["fail"]
		}
		return n, f.Packages != nil
	case "junit":
		return [3]int{f.ByState["passed"], f.ByState["failure"] + f.ByState["error"], f.ByState["skipped"]}, f.ByState != nil
	case "osv-scanner":
		if f.Groups != nil {
			n[1] = *f.Groups
		}
		return n, f.Groups != nil
	case "sarif":
		for _, r := range f.Runs {
			n[0] += r.Kinds["pass"]
			n[1] += r.Kinds["fail"] - r.Suppressions // each of the suppressions in the samples is accepted
		}
		return n, f.Runs != nil
	case "scorecard":
		for _, score := range f.Checks {
			n[map[bool]int{true: 2}[score < 0]+map[bool]int{true: 1}[score >= 0 && score < 10]]++
		}
		return n, true
	case "semgrep":
		n[1] = *f.Results
		return n, true
	case "trivy":
		n[1] = total(f.BySeverity) + f.Misconfig["FAIL"] + f.Secrets
		if name == "all-statuses.json" { // one not_affected, one under_investigation
			n = [3]int{1, n[1] - 2, 1}
		}
		return n, f.BySeverity != nil
	case "zap":
		n[1] = *f.AlertItems
		return n, true
	}
	return n, false
}

// TestTimesAndCommitsOfTools: what real files say of when and on what.
func TestTimesAndCommitsOfTools(t *testing.T) {
	for file, want := range map[string][2]string{
		"sarif/ngsast-time-and-commit.sarif":             {"2021-03-08T15:46:16Z", "288c68d1ba1f35ebeff1d1bdb032186a23f0ea5b"},
		"sarif/codeql-2.5.4-72-results.sarif":            {},
		"junit/pytest-fail.xml":                          {"2020-09-04T16:18:04.966371Z"},
		"junit/large-jest-615k.xml":                      {"2021-01-24T19:24:30Z"},
		"junit/nested-testsuites.xml":                    {},
		"gotest-json/edge-missing-test-fail.jsonl":       {"2020-04-10T18:52:44.195796081Z"},
		"gotest-json/go-build-fail.jsonl":                {"2025-03-11T17:08:34.979028Z"},
		"cyclonedx-vex/large-grype-421k.xml":             {"2021-04-13T10:55:07Z"},
		"cyclonedx-vex/vex.json":                         {},
		"openvex/images.vex.json":                        {"2022-12-22T21:36:43Z"},
		"scorecard/scorecard-v4.3.1.json":                {"2022-06-29T00:00:00Z", "a9711caf8ecbe3c035c6bbe3f3bdab8ccc78093b"},
		"scorecard/scorecard-v4.10.5-rfc3339.json":       {"2023-04-20T23:25:12Z", "c5ff726d8273affddef736092d1633f3f3e383f5"},
		"trivy/alpine-3.9.json":                          {"2021-08-25T12:20:30.000000005Z"},
		"trivy/clean.json":                               {},
		"zap/edge-german-locale-date.xml":                {"2022-09-30T08:40:35Z"},
		"zap/zap-2.16.1-req-resp.xml":                    {"2025-06-22T04:04:14Z"},
		"zap/zap-dev-created-rfc3339.json":               {"2025-10-29T10:53:54.857109Z"},
		"gitleaks/gitleaks8-many.json":                   {},
		"semgrep/semgrep-1.84.json":                      {},
		"osv-scanner/some-findings.json":                 {},
		"intoto/sigstore-bundle-v0.3-gha-go-2.1.0.jsonl": {},
	} {
		r, err := sample(t, file, Options{})
		if err != nil {
			t.Errorf("%s: %v", file, err)
			continue
		}
		f := r.Summary()
		if got := [2]string{text(f.Time), text(f.Commit)}; got != want {
			t.Errorf("%s: time and commit %q, want %q", file, got, want)
		}
	}
}

// TestTableOfTheDocument keeps the table in docs/evidence.md true: how many of
// the sample files pass, fail, are inconclusive or are refused.
func TestTableOfTheDocument(t *testing.T) {
	doc, err := os.ReadFile(filepath.Join(testenv.Root(t), "docs", "evidence.md"))
	if err != nil {
		t.Fatal(err)
	}
	dirs, err := filepath.Glob(filepath.Join(testenv.Shared(t, folder), "*", "SOURCES.md"))
	if err != nil || len(dirs) == 0 {
		t.Fatal(dirs, err)
	}
	for _, d := range dirs {
		format := filepath.Base(filepath.Dir(d))
		n := map[string]int{}
		files, _ := filepath.Glob(filepath.Join(filepath.Dir(d), "*"))
		for _, f := range files {
			if ext := filepath.Ext(f); ext == ".md" || ext == ".pem" {
				continue
			}
			r, err := sample(t, format+"/"+filepath.Base(f), Options{})
			if err != nil {
				n["error"]++
				continue
			}
			n[string(r.Summary().Verdict)]++
		}
		row := fmt.Sprintf("| %s | %d | %d | %d | %d |", format, n["pass"], n["fail"], n["inconclusive"], n["error"])
		if !strings.Contains(string(doc), row) {
			t.Errorf("docs/evidence.md lacks the row %s", row)
		}
	}
}
