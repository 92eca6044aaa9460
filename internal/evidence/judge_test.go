package evidence

import (
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/parleysec/parley"
)

const judged = `{"version":"2.1.0","runs":[
 {"tool":{"driver":{"name":"Semgrep OSS","rules":[{"id":"sqli"},{"id":"xss","defaultConfiguration":{"level":"note"}},{"id":"clean"},{"id":"scored","properties":{"security-severity":"9.1"}}]}},
  "artifacts":[{"location":{"uri":"src/web/quiet.go"}}],
  "results":[
   {"ruleId":"sqli","level":"error","locations":[{"physicalLocation":{"artifactLocation":{"uri":"src/db/query.go"}}}]},
   {"ruleId":"xss","locations":[{"physicalLocation":{"artifactLocation":{"uri":"src/web/page%20one.go"}}}]},
   {"ruleId":"xss/sub","level":"warning","locations":[{"physicalLocation":{"artifactLocation":{"index":0}}}]},
   {"ruleIndex":3,"level":"note"}],
  "versionControlProvenance":[{"revisionId":"aaaaaaaa","branch":"refs/heads/main"}]},
 {"tool":{"driver":{"name":"CodeQL"}},"results":[],"versionControlProvenance":[{"revisionId":"aaaaaaaa","branch":"release/1.2"}]}]}`

// TestJudge: one report, many checks.
func TestJudge(t *testing.T) {
	r := sure(t, judged, Options{})
	for _, c := range []struct {
		name                   string
		check                  parley.Check
		want                   Outcome
		pass, fail, open, runs int
		says                   string
	}{
		{"default", parley.Check{}, Fail, 0, 4, 0, 2, "4 failures"},
		{"tool", parley.Check{Tool: "codeql"}, Pass, 0, 0, 0, 1, ""},
		{"tool by its first word", parley.Check{Tool: "semgrep"}, Fail, 0, 4, 0, 1, ""},
		{"tool with a wildcard", parley.Check{Tool: "sem*"}, Fail, 0, 4, 0, 1, ""},
		{"several tools", parley.Check{Tool: "zap, codeql"}, Pass, 0, 0, 0, 1, ""},
		{"format as tool", parley.Check{Tool: "sarif"}, Fail, 0, 4, 0, 2, ""},
		{"no such tool", parley.Check{Tool: "zap"}, Inconclusive, 0, 0, 0, 0, "no run in the file is for this check"},
		{"part of a word is no tool", parley.Check{Tool: "code"}, Inconclusive, 0, 0, 0, 0, ""},
		{"rule that ran clean", parley.Check{Tool: "semgrep", Rule: "clean"}, Pass, 0, 0, 0, 1, ""},
		{"rule that found", parley.Check{Tool: "semgrep", Rule: "sq*"}, Fail, 0, 1, 0, 1, "sqli in src/db/query.go"},
		{"rules", parley.Check{Tool: "semgrep", Rule: "clean, xss*"}, Fail, 0, 2, 0, 1, ""},
		{"misspelt rule", parley.Check{Tool: "semgrep", Rule: "sqll"}, Inconclusive, 0, 0, 0, 1, `does not say that a rule "sqll" ran`},
		{"rule of a run that lists none", parley.Check{Tool: "codeql", Rule: "sqli"}, Inconclusive, 0, 0, 0, 1, "does not say"},
		{"path that found", parley.Check{Tool: "semgrep", Path: "src/db/**"}, Fail, 0, 1, 0, 1, ""},
		{"path escaped", parley.Check{Tool: "semgrep", Path: "src/web/page one.go"}, Fail, 0, 1, 0, 1, ""},
		{"path by number", parley.Check{Tool: "semgrep", Path: "quiet.go"}, Fail, 0, 1, 0, 1, ""},
		{"path looked at, below the level", parley.Check{Tool: "semgrep", Path: "quiet.go", Level: "error"}, Pass, 0, 0, 0, 1, ""},
		{"path never seen", parley.Check{Tool: "semgrep", Path: "cmd/**"}, Inconclusive, 0, 0, 0, 1, `anything under "cmd/**"`},
		{"level", parley.Check{Tool: "semgrep", Level: "high"}, Fail, 0, 2, 0, 1, ""},
		{"level as a score", parley.Check{Tool: "semgrep", Level: "9.0"}, Fail, 0, 1, 0, 1, "scored"},
		{"level above all", parley.Check{Tool: "semgrep", Rule: "xss*", Level: "critical"}, Pass, 0, 0, 0, 1, ""},
		{"level unknown", parley.Check{Level: "awful"}, Inconclusive, 0, 0, 0, 0, `"awful" is not known`},
		{"level no score", parley.Check{Level: "11"}, Inconclusive, 0, 0, 0, 0, "is not known"},
		{"branch", parley.Check{Branch: "release/*"}, Pass, 0, 0, 0, 1, ""},
		{"branch without its prefix", parley.Check{Branch: "main"}, Fail, 0, 4, 0, 1, ""},
		{"branch nobody is on", parley.Check{Branch: "dev"}, Inconclusive, 0, 0, 0, 0, `asks for "dev"`},
		{"enough rules", parley.Check{Tool: "semgrep", Rule: "clean", MinCases: 1}, Pass, 0, 0, 0, 1, ""},
		{"too few rules", parley.Check{Tool: "semgrep", Rule: "clean", MinCases: 2}, Inconclusive, 0, 0, 0, 1, "the check asks for 2"},
		{"test in a scan", parley.Check{Tool: "codeql", Test: "*Login*"}, Inconclusive, 0, 0, 0, 1, "names no tests"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := Judge(r, c.check)
			if got.Outcome != c.want || got.Pass != c.pass || got.Fail != c.fail || got.Inconclusive != c.open || got.Runs != c.runs {
				t.Errorf("got %+v", got)
			}
			if !strings.Contains(strings.Join(got.Reasons, "\n"), c.says) || c.want != Pass && len(got.Reasons) == 0 {
				t.Errorf("reasons %q, want %q", got.Reasons, c.says)
			}
		})
	}
}

// TestJudgeWhatIsAboutSeveral: what is about several files or products is found by
// each, so that none of them passes for it.
func TestJudgeWhatIsAboutSeveral(t *testing.T) {
	location := func(uri string) string {
		return `{"physicalLocation":{"artifactLocation":{` + uri + `}}}`
	}
	for format, text := range map[string]string{
		"sarif": `{"version":"2.1.0","runs":[{"tool":{"driver":{"name":"T"}},"artifacts":[{"location":{"uri":"a"}},{"location":{"uri":"b"}},{"location":{"uri":"c"}},{"location":{"uri":"quiet"}}],"results":[
			{"ruleId":"r","locations":[` + location(`"uri":"a"`) + `,` + location(`"index":1`) + `,` + location(`"uri":"c","uriBaseId":"SRC"`) + `,` + location(`"uri":"c","uriBaseId":"SRC"`) + `]}],"originalUriBaseIds":{"SRC":{"uri":"src/"}}}]}`,
		"cyclonedx":     `{"bomFormat":"CycloneDX","specVersion":"1.5","vulnerabilities":[{"id":"V","affects":[{"ref":"a"},{"ref":"b"},{"ref":"c"}],"analysis":{"state":"exploitable"}},{"id":"W","affects":[{"ref":"quiet"},{"ref":"a"},{"ref":"b"},{"ref":"c"}],"analysis":{"state":"not_affected"}}]}`,
		"cyclonedx-xml": `<bom xmlns="http://cyclonedx.org/schema/bom/1.5"><vulnerabilities><vulnerability><id>V</id><analysis><state>exploitable</state></analysis><affects><target><ref>a</ref></target><target><ref>b</ref></target><target><ref>c</ref></target></affects></vulnerability><vulnerability><id>W</id><analysis><state>not_affected</state></analysis><affects><target><ref>quiet</ref></target><target><ref>b</ref></target></affects></vulnerability></vulnerabilities></bom>`,
		"openvex":       `{"@context":"https://openvex.dev/ns/v0.2.0","author":"x","timestamp":"2026-01-01T00:00:00Z","statements":[{"vulnerability":{"name":"V"},"products":[{"@id":"c"},{"@id":"b"},{"@id":"a"}],"status":"affected"},{"vulnerability":{"name":"W"},"products":[{"@id":"quiet"},{"@id":"b"}],"status":"not_affected"}]}`,
	} {
		r := sure(t, text, Options{})
		for path, want := range map[string]Outcome{"a": Fail, "b": Fail, "c": Fail, "quiet": Pass, "nowhere": Inconclusive} {
			if got := Judge(r, parley.Check{Path: path}); r.Format != format || got.Outcome != want {
				t.Errorf("%s: path %q is %+v, want %s", format, path, got, want)
			}
		}
	}
}

// TestJudgeTests: a deleted test must not pass in silence.
func TestJudgeTests(t *testing.T) {
	r := sure(t, `<testsuites>
	<testcase classname="auth.Login" name="locks after five" file="src/auth/login_test.py"/>
	<testcase classname="auth.Login" name="refuses, politely"/>
	<testcase classname="shop.Cart" name="adds"><failure/></testcase>
	<testcase classname="shop.Cart" name="waits"><skipped/></testcase></testsuites>`, Options{Branch: "main"})
	for _, c := range []struct {
		check            parley.Check
		want             Outcome
		pass, fail, open int
	}{
		{parley.Check{}, Fail, 2, 1, 1},
		{parley.Check{Test: "auth.*"}, Pass, 2, 0, 0},
		{parley.Check{Test: "auth.Login.locks*"}, Pass, 1, 0, 0},
		{parley.Check{Test: "locks*"}, Pass, 1, 0, 0},
		{parley.Check{Test: "auth.Login/locks*"}, Pass, 1, 0, 0},
		{parley.Check{Test: "refuses, politely"}, Pass, 1, 0, 0},
		{parley.Check{Test: "auth.*", MinCases: 2}, Pass, 2, 0, 0},
		{parley.Check{Test: "auth.*", MinCases: 3}, Inconclusive, 2, 0, 0},
		{parley.Check{Test: "*deleted*"}, Inconclusive, 0, 0, 0},
		{parley.Check{Test: "waits"}, Inconclusive, 0, 0, 1},
		{parley.Check{Path: "src/auth/*.py"}, Pass, 1, 0, 0},
		{parley.Check{Test: "adds", Level: "critical"}, Fail, 0, 1, 0},
		{parley.Check{Test: "auth.*", Branch: "main"}, Pass, 2, 0, 0},
		{parley.Check{Test: "auth.*", Branch: "v1"}, Inconclusive, 0, 0, 0},
		{parley.Check{Tool: "junit", Test: "auth.*"}, Pass, 2, 0, 0},
	} {
		got := Judge(r, c.check)
		if got.Outcome != c.want || got.Pass != c.pass || got.Fail != c.fail || got.Inconclusive != c.open {
			t.Errorf("%+v: got %+v", c.check, got)
		}
	}
	unknown := sure(t, `<testsuite><testcase name="a"/></testsuite>`, Options{})
	if got := Judge(unknown, parley.Check{Branch: "main"}); got.Outcome != Inconclusive || !strings.Contains(got.Reasons[0], "nobody said") {
		t.Errorf("a branch nobody named: %+v", got)
	}
}

// TestJudgeBroken: a failure outside the cases fails the whole, and leaves a
// part of it in doubt.
func TestJudgeBroken(t *testing.T) {
	r := sure(t, `{"Action":"run","Package":"a","Test":"A"}
{"Action":"pass","Package":"a","Test":"A"}
{"Action":"pass","Package":"a"}
{"Action":"fail","Package":"b"}`, Options{})
	if got := Judge(r, parley.Check{}); got.Outcome != Fail {
		t.Errorf("the whole: %+v", got)
	}
	if got := Judge(r, parley.Check{Test: "A"}); got.Outcome != Inconclusive {
		t.Errorf("a part: %+v", got)
	}
}

// TestJudgeScores: a check may ask for less than the full score.
func TestJudgeScores(t *testing.T) {
	r := sure(t, `{"repo":{},"scorecard":{},"checks":[{"name":"Code-Review","score":7},{"name":"Fuzzing","score":0},{"name":"Packaging","score":-1}]}`, Options{})
	for _, c := range []struct {
		check parley.Check
		want  Outcome
	}{
		{parley.Check{Rule: "Code-Review"}, Fail},
		{parley.Check{Rule: "code-review", Level: "7"}, Pass},
		{parley.Check{Rule: "Code-Review", Level: "7.5"}, Fail},
		{parley.Check{Rule: "Code-Review", Level: "high"}, Fail},
		{parley.Check{Rule: "Packaging", Level: "1"}, Inconclusive},
		{parley.Check{Rule: "SAST", Level: "1"}, Inconclusive},
		{parley.Check{Level: "1"}, Fail},
		{parley.Check{Level: "0"}, Inconclusive},
	} {
		if got := Judge(r, c.check); got.Outcome != c.want {
			t.Errorf("%+v: %+v", c.check, got)
		}
	}
}

// TestJudgeStatements: a vulnerability below the level does not count, one of
// an unknown level does.
func TestJudgeStatements(t *testing.T) {
	r := sure(t, `{"bomFormat":"CycloneDX","vulnerabilities":[
	 {"id":"CVE-1","ratings":[{"severity":"low"}],"analysis":{"state":"exploitable"}},
	 {"id":"CVE-2","ratings":[{"score":8.1},{"severity":"medium"}],"analysis":{"state":"in_triage"},"affects":[{"ref":"pkg:a"},{"ref":"pkg:b"}]},
	 {"id":"CVE-3","analysis":{"state":"exploitable"}}]}`, Options{})
	for _, c := range []struct {
		check parley.Check
		want  Outcome
	}{
		{parley.Check{}, Fail},
		{parley.Check{Rule: "CVE-1"}, Fail},
		{parley.Check{Rule: "CVE-1", Level: "medium"}, Pass},
		{parley.Check{Rule: "CVE-2", Level: "medium"}, Inconclusive},
		{parley.Check{Rule: "CVE-2", Level: "critical"}, Pass},
		{parley.Check{Rule: "CVE-3", Level: "critical"}, Fail},
		{parley.Check{Rule: "CVE-9"}, Inconclusive},
		{parley.Check{Path: "pkg:a", Level: "critical"}, Pass},
	} {
		if got := Judge(r, c.check); got.Outcome != c.want {
			t.Errorf("%+v: %+v", c.check, got)
		}
	}
}

// TestResultCarriesItsSource: what is needed to keep a result.
func TestResultCarriesItsSource(t *testing.T) {
	at := time.Date(2027, 1, 2, 0, 0, 0, 0, time.UTC)
	r := sure(t, `[]`, Options{Time: at, Commit: "abcdef0", Branch: "main"})
	got := Judge(r, parley.Check{})
	if got.Time != at || got.TimeSource != Asserted || got.Commit != "abcdef0" || got.CommitSource != Asserted || got.Branch != "main" || got.Digest != r.Digest {
		t.Errorf("%+v", got)
	}
}

// TestStampOfTheRunsThatCount: a check has the time and commit of its own runs,
// not of another tool's in the same file.
func TestStampOfTheRunsThatCount(t *testing.T) {
	run := func(tool, end, commit string) string {
		return `{"tool":{"driver":{"name":"` + tool + `"}},"results":[],"invocations":[{"executionSuccessful":true,"endTimeUtc":"` + end + `"}],"versionControlProvenance":[{"revisionId":"` + commit + `"}]}`
	}
	r := sure(t, `{"version":"2.1.0","runs":[`+run("a", "2027-01-02T00:00:00Z", "aaaaaaaa")+`,`+run("b", "2027-01-01T00:00:00Z", "bbbbbbbb")+`]}`, Options{Commit: "bbbbbbbbbbbb"})
	for _, c := range []struct {
		tool, commit string
		day          int
		want         Outcome
	}{{"a", "aaaaaaaa", 2, Inconclusive}, {"b", "bbbbbbbb", 1, Pass}, {"", "aaaaaaaa", 1, Inconclusive}} {
		got := Judge(r, parley.Check{Tool: c.tool})
		if got.Commit != c.commit || got.Time.Day() != c.day || got.Outcome != c.want || got.CommitSource != InFile {
			t.Errorf("tool %q: %+v", c.tool, got)
		}
	}
}

func anyReport() *rapid.Generator[*Report] {
	outcome := rapid.SampledFrom([]Outcome{Pass, Fail, Inconclusive, Skipped, Ignored})
	word := rapid.SampledFrom([]string{"", "a", "b", "ab"})
	kase := rapid.Custom(func(t *rapid.T) Case {
		return Case{
			Outcome: outcome.Draw(t, "outcome"), Level: Level(rapid.IntRange(0, 6).Draw(t, "level")), Score: float64(rapid.IntRange(-1, 10).Draw(t, "score")),
			Rule: word.Draw(t, "rule"), Test: word.Draw(t, "test"), Path: word.Draw(t, "path"),
		}
	})
	texts := rapid.SliceOfN(rapid.SampledFrom([]string{"x"}), 0, 1)
	run := rapid.Custom(func(t *rapid.T) Run {
		return Run{
			Tool: word.Draw(t, "tool"), Kind: rapid.SampledFrom([]Kind{Tests, Findings, Scores, Statements}).Draw(t, "kind"),
			Cases: rapid.SliceOfN(kase, 0, 6).Draw(t, "cases"), Rules: rapid.SliceOfN(word, 0, 2).Draw(t, "rules"), Paths: rapid.SliceOfN(word, 0, 2).Draw(t, "paths"),
			Doubts: texts.Draw(t, "doubts"), Broken: texts.Draw(t, "broken"),
		}
	})
	return rapid.Custom(func(t *rapid.T) *Report { return &Report{Runs: rapid.SliceOfN(run, 0, 3).Draw(t, "runs")} })
}

func anyCheck() *rapid.Generator[parley.Check] {
	return rapid.Custom(func(t *rapid.T) parley.Check {
		pattern := rapid.SampledFrom([]string{"", "", "a", "a*", "b,ab", "?"})
		return parley.Check{
			Tool: pattern.Draw(t, "tool"), Rule: pattern.Draw(t, "rule"), Test: pattern.Draw(t, "test"), Path: pattern.Draw(t, "path"),
			Level: rapid.SampledFrom([]string{"", "note", "high", "5"}).Draw(t, "level"), MinCases: rapid.IntRange(0, 3).Draw(t, "min"),
		}
	})
}

// TestLawsOfJudge: what must hold of every report and check.
func TestLawsOfJudge(t *testing.T) {
	rank := map[Outcome]int{Fail: 0, Inconclusive: 1, Pass: 2}
	rapid.Check(t, func(t *rapid.T) {
		r, c := anyReport().Draw(t, "report"), anyCheck().Draw(t, "check")
		got := Judge(r, c)
		if got.Outcome == Pass && (got.Fail > 0 || got.Runs == 0) {
			t.Fatalf("a pass with %d failures in %d runs", got.Fail, got.Runs)
		}
		if got.Outcome != Pass && len(got.Reasons) == 0 {
			t.Fatal("no reason")
		}
		if got.Fail > 0 && got.Outcome != Fail {
			t.Fatalf("%d failures and %s", got.Fail, got.Outcome)
		}
		// A doubt, a failing case or a run more never makes a result better.
		if len(r.Runs) == 0 {
			return
		}
		worse := *r
		worse.Runs = append([]Run(nil), r.Runs...)
		worse.Runs[0].Doubts = append([]string{"more"}, worse.Runs[0].Doubts...)
		if after := Judge(&worse, c); rank[after.Outcome] > rank[got.Outcome] {
			t.Fatalf("a doubt turned %s into %s", got.Outcome, after.Outcome)
		}
		// Asking for more cases never makes it better either.
		c.MinCases++
		if after := Judge(r, c); rank[after.Outcome] > rank[got.Outcome] {
			t.Fatalf("asking for more turned %s into %s", got.Outcome, after.Outcome)
		}
	})
}
