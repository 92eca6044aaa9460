package evidence

import (
	"bufio"
	"bytes"
	"encoding/json"
	"encoding/xml"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/parleysec/parley/internal/testenv"
)

// The readers are compared with others that are written with encoding/json and
// encoding/xml alone, on every file real tools wrote.

// seen is what both sides answer of a case: sorted, so that order is free.
func seen(outcome Outcome, parts ...string) string {
	return string(outcome) + " " + strings.Join(parts, " | ")
}

type oracle func(t *testing.T, data []byte) []string

func oracles() map[string]oracle {
	return map[string]oracle{
		"sarif": oracleSARIF, "junit": oracleJUnit, "gotest-json": oracleGoTest, "trivy": oracleTrivy,
		"semgrep": oracleSemgrep, "zap": oracleZAP, "gitleaks": oracleGitleaks, "osv-scanner": oracleOSV,
	}
}

func TestAgainstOtherReaders(t *testing.T) {
	dir := testenv.Shared(t, folder)
	n := 0
	for _, format := range slices.Sorted(maps.Keys(oracles())) {
		files, err := filepath.Glob(filepath.Join(dir, format, "*"))
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range files {
			data, err := os.ReadFile(f)
			if err != nil {
				t.Fatal(err)
			}
			r, err := Read(Input{f, data}, Options{})
			if strings.HasSuffix(f, ".md") || err != nil {
				continue
			}
			n++
			want := oracles()[format](t, data)
			var got []string
			for i := range r.Runs {
				for _, c := range r.Runs[i].Cases {
					got = append(got, seen(c.Outcome, c.Rule, c.Test, c.Path))
				}
			}
			slices.Sort(want)
			slices.Sort(got)
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s: -other reader +this one\n%.2000s", filepath.Base(f), diff)
			}
		}
	}
	if n < 45 {
		t.Errorf("%d files were compared, want at least 45", n)
	}
}

func decode[T any](t *testing.T, data []byte) T {
	t.Helper()
	var v T
	if err := json.Unmarshal(data, &v); err != nil {
		t.Fatal(err)
	}
	return v
}

func oracleSARIF(t *testing.T, data []byte) (out []string) {
	type doc struct {
		Runs []struct {
			Tool struct {
				Driver struct {
					Rules []struct{ ID string }
				}
			}
			Results []struct {
				RuleID    string
				RuleIndex *int
				Kind      string
				Rule      struct{ Index *int }
				Locations []struct {
					PhysicalLocation struct{ ArtifactLocation struct{ URI string } }
				}
				Suppressions []struct{ Status string }
			}
		}
	}
	for _, run := range decode[doc](t, data).Runs {
		for _, r := range run.Results {
			o, path := Fail, ""
			if r.Kind == "pass" {
				o = Pass
			}
			if len(r.Suppressions) > 0 {
				o = Ignored
			}
			if len(r.Locations) > 0 {
				path = r.Locations[0].PhysicalLocation.ArtifactLocation.URI
			}
			if r.RuleID == "" && r.RuleIndex != nil {
				r.RuleID = run.Tool.Driver.Rules[*r.RuleIndex].ID
			}
			if r.RuleID == "" && r.Rule.Index != nil {
				r.RuleID = run.Tool.Driver.Rules[*r.Rule.Index].ID
			}
			out = append(out, seen(o, r.RuleID, "", path))
		}
	}
	return out
}

type oracleSuite struct {
	Suites []oracleSuite `xml:"testsuite"`
	Cases  []struct {
		Name    string     `xml:"name,attr"`
		File    string     `xml:"file,attr"`
		Failure []struct{} `xml:"failure"`
		Error   []struct{} `xml:"error"`
		Skipped []struct{} `xml:"skipped"`
	} `xml:"testcase"`
}

func (s oracleSuite) seen() (out []string) {
	for _, c := range s.Cases {
		o := Pass
		switch {
		case len(c.Failure)+len(c.Error) > 0:
			o = Fail
		case len(c.Skipped) > 0:
			o = Skipped
		}
		out = append(out, seen(o, "", c.Name, c.File))
	}
	for _, inner := range s.Suites {
		out = append(out, inner.seen()...)
	}
	return out
}

func oracleJUnit(t *testing.T, data []byte) []string {
	var s oracleSuite
	if err := xml.Unmarshal(data, &s); err != nil {
		t.Fatal(err)
	}
	return s.seen()
}

func oracleGoTest(t *testing.T, data []byte) (out []string) {
	last, order, packages := map[string]string{}, []string{}, map[string]string{}
	lines := bufio.NewScanner(bytes.NewReader(data))
	for lines.Scan() {
		var e struct{ Action, Package, Test string }
		if json.Unmarshal(lines.Bytes(), &e) != nil || e.Package == "" {
			continue
		}
		name := e.Package + "\x00" + e.Test
		if e.Test == "" {
			packages[e.Package] = e.Action
			continue
		}
		if _, ok := last[name]; !ok {
			order = append(order, name)
		}
		if e.Action != "output" && e.Action != "pause" && e.Action != "cont" {
			last[name] = e.Action
		}
	}
	failed := false
	for _, name := range order {
		o, ok := map[string]Outcome{"pass": Pass, "fail": Fail, "skip": Skipped}[last[name]]
		if !ok {
			o = Inconclusive
		}
		failed = failed || o == Fail
		_, test, _ := strings.Cut(name, "\x00")
		out = append(out, seen(o, "", test, ""))
	}
	for _, action := range packages {
		if action == "fail" && !failed {
			out = append(out, seen(Fail, "", "", ""))
		}
	}
	return out
}

func oracleTrivy(t *testing.T, data []byte) (out []string) {
	type result struct {
		Target            string
		Vulnerabilities   []struct{ VulnerabilityID, Status string }
		Misconfigurations []struct{ ID, Status string }
		Secrets           []struct{ RuleID string }
	}
	var results []result
	if bytes.HasPrefix(bytes.TrimSpace(data), []byte("[")) {
		results = decode[[]result](t, data)
	} else {
		results = decode[struct{ Results []result }](t, data).Results
	}
	for _, r := range results {
		for _, v := range r.Vulnerabilities {
			o, ok := map[string]Outcome{"not_affected": Pass, "under_investigation": Inconclusive}[v.Status]
			if !ok {
				o = Fail
			}
			out = append(out, seen(o, v.VulnerabilityID, "", r.Target))
		}
		for _, m := range r.Misconfigurations {
			out = append(out, seen(map[bool]Outcome{true: Pass, false: Fail}[m.Status == "PASS"], m.ID, "", r.Target))
		}
		for _, s := range r.Secrets {
			out = append(out, seen(Fail, s.RuleID, "", r.Target))
		}
	}
	return out
}

func oracleSemgrep(t *testing.T, data []byte) (out []string) {
	type doc struct {
		Results []struct {
			CheckID string `json:"check_id"`
			Path    string
		}
	}
	for _, r := range decode[doc](t, data).Results {
		out = append(out, seen(Fail, r.CheckID, "", r.Path))
	}
	return out
}

func oracleZAP(t *testing.T, data []byte) (out []string) {
	type alert struct {
		Plugin string `json:"pluginid" xml:"pluginid"`
	}
	type site struct {
		Name   string  `json:"@name" xml:"name,attr"`
		Alerts []alert `json:"alerts" xml:"alerts>alertitem"`
	}
	var doc struct {
		Site []site `json:"site" xml:"site"`
	}
	if bytes.HasPrefix(bytes.TrimSpace(data), []byte("<")) {
		if err := xml.Unmarshal(data, &doc); err != nil {
			t.Fatal(err)
		}
	} else if err := json.Unmarshal(data, &doc); err != nil {
		t.Fatal(err)
	}
	for _, s := range doc.Site {
		for _, a := range s.Alerts {
			out = append(out, seen(Fail, a.Plugin, "", s.Name))
		}
	}
	return out
}

func oracleGitleaks(t *testing.T, data []byte) (out []string) {
	for _, f := range decode[[]map[string]any](t, data) {
		text := func(names ...string) string {
			for _, n := range names {
				if s, ok := f[n].(string); ok {
					return s
				}
			}
			return ""
		}
		out = append(out, seen(Fail, text("RuleID", "rule"), "", text("File", "file")))
	}
	return out
}

func oracleOSV(t *testing.T, data []byte) (out []string) {
	type doc struct {
		Results []struct {
			Source   struct{ Path string }
			Packages []struct{ Groups []struct{ IDs []string } }
		}
	}
	for _, r := range decode[doc](t, data).Results {
		for _, p := range r.Packages {
			for _, g := range p.Groups {
				out = append(out, seen(Fail, g.IDs[0], "", r.Source.Path))
			}
		}
	}
	return out
}
