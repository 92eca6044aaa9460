package evidence

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// TestCases: what is read of each case, not only how many there are.
func TestCases(t *testing.T) {
	for _, c := range []struct {
		name, data string
		want       []Case
	}{
		{
			"sarif levels", `{"version":"2.1.0","runs":[{"results":[
			 {"ruleId":"own","level":"error"},
			 {"ruleId":"rule","ruleIndex":0},
			 {"ruleId":"rule"},
			 {"ruleId":"rule/sub/deep"},
			 {"ruleId":"scored","level":"note"},
			 {"ruleId":"nobody"},
			 {"rule":{"index":0}},
			 {"rule":{"id":"rule"}},
			 {"rule":{"index":0,"toolComponent":{"index":0},"id":"of an extension"}},
			 {"ruleIndex":99},
			 {"ruleIndex":-1,"level":"none"}],
			 "tool":{"driver":{"semanticVersion":"1.2","rules":[{"id":"rule","defaultConfiguration":{"level":"note"}},{"id":"scored","properties":{"security-severity":8}}]},"extensions":[{"rules":[{"id":"ext"}]}]}}]}`,
			[]Case{
				{Outcome: Fail, Rule: "own", Level: High},
				{Outcome: Fail, Rule: "rule", Level: Note},
				{Outcome: Fail, Rule: "rule", Level: Note},
				{Outcome: Fail, Rule: "rule/sub/deep", Level: Note},
				{Outcome: Fail, Rule: "scored", Level: High},
				{Outcome: Fail, Rule: "nobody", Level: Medium},
				{Outcome: Fail, Rule: "rule", Level: Note},
				{Outcome: Fail, Rule: "rule", Level: Note},
				{Outcome: Fail, Rule: "of an extension", Level: Medium},
				{Outcome: Fail, Level: Medium},
				{Outcome: Fail, Level: None},
			},
		},
		{
			"sarif places", sarif(`"artifacts":[{"location":{"uri":"a%20b.go"}},{}],"results":[
			 {"locations":[{"physicalLocation":{"artifactLocation":{"uri":"x.go"}}},{"physicalLocation":{"artifactLocation":{"uri":"y.go"}}}]},
			 {"locations":[{"physicalLocation":{"artifactLocation":{"index":0}}}]},
			 {"locations":[{"physicalLocation":{"artifactLocation":{"uri":"bad%zz","index":0}}}]},
			 {"locations":[{"physicalLocation":{"artifactLocation":{"index":7}}}]},
			 {"locations":[{"logicalLocations":[{}]}]},
			 {"locations":null}]`),
			[]Case{
				{Outcome: Fail, Path: "x.go", Level: Medium},
				{Outcome: Fail, Path: "a b.go", Level: Medium},
				{Outcome: Fail, Path: "bad%zz", Level: Medium},
				{Outcome: Fail, Level: Medium},
				{Outcome: Fail, Level: Medium},
				{Outcome: Fail, Level: Medium},
			},
		},
		{
			"junit", `<testsuites><testsuite name="s"><properties><property name="a"/></properties><testcase name="a" classname="c" file="f.py"><system-out>x<!-- y --></system-out></testcase><testcase name="b"/></testsuite></testsuites>`,
			[]Case{{Outcome: Pass, Test: "a", Group: "c", Path: "f.py"}, {Outcome: Pass, Test: "b", Group: "s"}},
		},
		{
			"junit without elements", `<testsuite name="s"><testcase name="a" status="FAILED"/><testcase name="b" status="timeout"/><testcase name="c" status="passed"/><testcase name="d" status="NotRun"/><testcase name="e"><warning>No tests found</warning></testcase><testcase name="f"><warning/><failure/></testcase></testsuite>`,
			[]Case{{Outcome: Fail, Test: "a", Group: "s"}, {Outcome: Fail, Test: "b", Group: "s"}, {Outcome: Pass, Test: "c", Group: "s"}, {Outcome: Skipped, Test: "d", Group: "s"}, {Outcome: Inconclusive, Test: "e", Group: "s"}, {Outcome: Fail, Test: "f", Group: "s"}},
		},
		{
			"gotest", `{"Action":"start","Package":"p"}
{"Action":"run","Package":"p","Test":"B"}
{"Action":"run","Package":"p","Test":"A"}
{"Action":"fail","Package":"p","Test":"A"}
{"Action":"run","Package":"p","Test":"A"}
{"Action":"pass","Package":"p","Test":"A"}
{"Action":"skip","Package":"p","Test":"B"}
{"Action":"output","Output":"no package"}
{"Action":"pass","Package":"p"}`,
			[]Case{{Outcome: Skipped, Test: "B", Group: "p"}, {Outcome: Pass, Test: "A", Group: "p"}},
		},
		{
			"test2json without a package", `{"Action":"start"}
{"Action":"run","Test":"A"}
{"Action":"output","Test":"A","Output":"x"}
{"Action":"fail","Test":"A","Elapsed":0.1}
{"Action":"output","Output":"FAIL"}
{"Action":"fail","Elapsed":1}`,
			[]Case{{Outcome: Fail, Test: "A"}},
		},
		{
			"cyclonedx", `{"bomFormat":"CycloneDX","metadata":{"tools":[{"vendor":"v","name":"n"}]},"vulnerabilities":[
			 {"id":"A","ratings":[{"severity":"low"},{"score":9.5}],"analysis":{"state":"in_triage"},"affects":[{"ref":"p"},{"ref":"q"}]},
			 {"id":"B","analysis":{"state":"resolved_with_pedigree"}},{"id":"C","analysis":{}}]}`,
			[]Case{{Outcome: Inconclusive, Rule: "A", Level: Critical, Path: "p"}, {Outcome: Pass, Rule: "B"}, {Outcome: Fail, Rule: "C"}},
		},
		{
			"cyclonedx xml", `<bom xmlns="http://cyclonedx.org/schema/bom/1.6"><components><component bom-ref="r"><name>n</name><components><component><name>inner</name>
			 <v:vulnerabilities xmlns:v="http://cyclonedx.org/schema/ext/vulnerability/1.0"><v:vulnerability><v:id>A</v:id><v:ratings><v:rating><v:score><v:base>9</v:base></v:score><v:severity>Low</v:severity></v:rating></v:ratings></v:vulnerability></v:vulnerabilities>
			 </component></components></component></components>
			 <vulnerabilities><vulnerability><id>B</id><ratings><rating><score>7.5</score></rating></ratings><analysis><state>in_triage</state></analysis><affects><target><ref>p</ref></target></affects></vulnerability></vulnerabilities></bom>`,
			[]Case{{Outcome: Fail, Rule: "A", Level: Low, Path: "inner"}, {Outcome: Inconclusive, Rule: "B", Level: High, Path: "p"}},
		},
		{
			"openvex", `{"@context":"https://openvex.dev/ns","tooling":"t","statements":[
			 {"vulnerability":{"@id":"id","name":"A"},"products":[{"@id":"q"},{"@id":"p"}],"status":"fixed"},
			 {"vulnerability":{"@id":"B"},"products":["p"],"status":"strange"}]}`,
			[]Case{{Outcome: Pass, Rule: "A", Path: "p"}, {Outcome: Fail, Rule: "B", Path: "p"}},
		},
		{
			"osv", `{"results":[{"source":{"path":"go.mod"},"packages":[{"package":{"name":"a"},"groups":[{"ids":["X","Y"],"max_severity":"7.5"},{"ids":["Z"],"max_severity":""}]}]},{"source":{"path":"yarn.lock"},"packages":[{"license_violations":["GPL-3.0"]}]}]}`,
			[]Case{{Outcome: Fail, Rule: "X", Level: High, Group: "a", Path: "go.mod"}, {Outcome: Fail, Rule: "Z", Group: "a", Path: "go.mod"}, {Outcome: Fail, Rule: "license GPL-3.0", Path: "yarn.lock"}},
		},
		{
			"trivy", `{"SchemaVersion":2,"ArtifactName":"i","Trivy":{"Version":"1"},"Metadata":{"Branch":"main","RepoDigests":["i@sha256:1",""]},"Results":[{"Vulnerabilities":[{"VulnerabilityID":"V","PkgName":"p","Severity":"HIGH","Status":"will_not_fix"},{"VulnerabilityID":"W","Status":"not_affected"},{"VulnerabilityID":"X","Status":"under_investigation"}],"Target":"t"},{"Target":"d","Misconfigurations":[{"ID":"M","Severity":"LOW","Status":"FAIL"}]}]}`,
			[]Case{{Outcome: Fail, Rule: "V", Group: "p", Level: High, Path: "t"}, {Outcome: Pass, Rule: "W", Path: "t"}, {Outcome: Inconclusive, Rule: "X", Path: "t"}, {Outcome: Fail, Rule: "M", Level: Low, Path: "d"}},
		},
		{
			"zap", `{"@programName":"ZAP","@version":"2","site":[{"alerts":[{"pluginid":"1","riskcode":"0","confidence":"1"},{"pluginid":2,"riskcode":1,"confidence":3},{"pluginid":"3","riskcode":"2"},{"pluginid":"4","riskcode":"3"},{"pluginid":"5","riskcode":"9"},{"pluginid":"6","riskcode":"-1"}],"@name":"s"}]}`,
			[]Case{
				{Outcome: Fail, Rule: "1", Level: Note, Path: "s"},
				{Outcome: Fail, Rule: "2", Level: Low, Path: "s"},
				{Outcome: Fail, Rule: "3", Level: Medium, Path: "s"},
				{Outcome: Fail, Rule: "4", Level: High, Path: "s"},
				{Outcome: Fail, Rule: "5", Path: "s"},
				{Outcome: Ignored, Rule: "6", Path: "s"},
			},
		},
		{
			"zap xml", `<OWASPZAPReport created="2027-01-01T00:00:00Z"><site name="s"><alerts><alertitem><pluginid>1</pluginid><riskcode>2</riskcode><confidence>0</confidence></alertitem><other/></alerts><alerts/></site></OWASPZAPReport>`,
			[]Case{{Outcome: Ignored, Rule: "1", Level: Medium, Path: "s"}},
		},
		{
			"scorecard", `{"repo":{},"scorecard":{"version":"v5"},"checks":[{"name":"A","score":7},{"name":"B","score":10},{"name":"C","score":-1},{"name":"D","score":11},{"name":"E","score":null}]}`,
			[]Case{{Outcome: Fail, Rule: "A", Score: 7}, {Outcome: Pass, Rule: "B", Score: 10}, {Outcome: Inconclusive, Rule: "C", Score: -1}, {Outcome: Inconclusive, Rule: "D", Score: -1}, {Outcome: Inconclusive, Rule: "E", Score: -1}},
		},
		{
			"semgrep", `{"version":"1","paths":{"scanned":["a.py"]},"errors":[],"results":[{"check_id":"r","path":"a.py","extra":{"severity":"WARNING","is_ignored":false}},{"check_id":"s","extra":{"severity":"CRITICAL","is_ignored":null}}]}`,
			[]Case{{Outcome: Fail, Rule: "r", Path: "a.py", Level: Medium}, {Outcome: Fail, Rule: "s", Level: Critical}},
		},
		{
			"plain", ownCases()[0].data,
			[]Case{{Outcome: Pass, Rule: "r", Test: "a", Group: "g", Path: "p", Level: Low}, {Outcome: Skipped}},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := sure(t, c.data, Options{})
			var got []Case
			for i := range r.Runs {
				got = append(got, r.Runs[i].Cases...)
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("-want +got\n%s", diff)
			}
		})
	}
}

// TestRuns: what is read of a run beside its cases.
func TestRuns(t *testing.T) {
	for _, c := range []struct {
		name, data string
		want       Run
	}{
		{
			"sarif", `{"version":"2.1.0","runs":[{"tool":{"driver":{"name":"T","version":"3","semanticVersion":"3.1","rules":[{"id":"a"},{}]},"extensions":[{"name":"E","version":"9","rules":[{"id":"b"}]}]},
			 "artifacts":[{"location":{"uri":"f"}},{}],"results":[],"versionControlProvenance":[{"revisionId":"aaaaaaaa","branch":"main"},{"revisionId":"bbbbbbbb"}]}]}`,
			Run{Tool: "T", Version: "3", Kind: Findings, Rules: []string{"a", "b"}, Paths: []string{"f"}, Commit: "aaaaaaaa", Branch: "main", Notes: []string{"the run names several commits; the first one stands"}},
		},
		{
			"semgrep", `{"version":"1","paths":{"scanned":["a.py","b.py"]},"errors":[],"results":[]}`,
			Run{Tool: "semgrep", Version: "1", Kind: Findings, Paths: []string{"a.py", "b.py"}},
		},
		{
			"trivy", `{"SchemaVersion":2,"ArtifactName":"i","Trivy":{"Version":"1"},"Metadata":{"Commit":"c","Branch":"b","RepoDigests":["i@sha256:1",""]},"Results":[{"Target":"t"}]}`,
			Run{Tool: "trivy", Version: "1", Kind: Findings, Paths: []string{"t"}, Commit: "c", Branch: "b", Notes: []string{"image i@sha256:1"}},
		},
		{
			"zap", `{"@version":"2.16","site":[{"@name":"s","alerts":[]},{"alerts":[],"@name":"t"}]}`,
			Run{Tool: "ZAP", Version: "2.16", Kind: Findings, Paths: []string{"s", "t"}},
		},
		{
			"junit", `<testsuites name="pytest" tests="3"/>`,
			Run{Tool: "pytest", Kind: Tests, Doubts: []string{"the report claims 3 tests and shows none"}},
		},
		{
			"junit, fewer than claimed", `<testsuite tests="3" failures="x"><testcase/></testsuite>`,
			Run{Kind: Tests, Cases: []Case{{Outcome: Pass}}, Notes: []string{"the report claims 3 tests and shows 1"}},
		},
		{
			"cyclonedx xml", `<bom xmlns="http://cyclonedx.org/schema/bom/1.4"><metadata><tools><tool><name>a</name><version>1</version></tool><tool><name>b</name></tool></tools></metadata></bom>`,
			Run{Tool: "a", Version: "1", Kind: Statements, Doubts: []string{"no vulnerability is named: nothing says that anything was looked at"}},
		},
		{
			"gotest, never ended", `{"Action":"start","Package":"p"}`,
			Run{Tool: "go test", Kind: Tests, Doubts: []string{"package p began and never ended"}},
		},
		{
			"gotest, build", `{"Action":"build-fail","ImportPath":"p"}`,
			Run{Tool: "go test", Kind: Tests, Broken: []string{"did not build: p"}},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := sure(t, c.data, Options{})
			if len(r.Runs) != 1 {
				t.Fatalf("%d runs", len(r.Runs))
			}
			if diff := cmp.Diff(c.want, r.Runs[0], cmpopts.IgnoreUnexported(Run{})); diff != "" {
				t.Errorf("-want +got\n%s", diff)
			}
		})
	}
}

// TestEncodings: the same report in the encodings that are read.
func TestEncodings(t *testing.T) {
	for label, name := range map[string]string{
		"UTF-8": "é", "utf-8": "é", "ISO-8859-1": "\xe9", "latin1": "\xe9", "iso-8859-15": "\xe9", "windows-1252": "\xe9", "US-ASCII": "&#233;",
	} {
		r := sure(t, `<?xml version="1.0" encoding="`+label+`"?><testsuite><testcase name="`+name+`"/></testsuite>`, Options{})
		if got := r.Runs[0].Cases[0].Test; got != "é" {
			t.Errorf("%s: %q", label, got)
		}
	}
}

// TestStrangeNames: what tools write into names stays as it is for matching.
func TestStrangeNames(t *testing.T) {
	for in, want := range map[string]string{
		`a\"b`:                      `a"b`,
		`\u00e9\t\/`:                "é\t/",
		`\ud83d\ude00`:              "😀",
		`x\ud83dx`:                  "x\uFFFDx",
		`☃`:                         "☃",
		"":                          "",
		strings.Repeat("n", 10_000): strings.Repeat("n", 10_000),
	} {
		r := sure(t, `{"schema":"parley.results/1","results":[{"outcome":"pass","test":"`+in+`"}]}`, Options{})
		if got := r.Runs[0].Cases[0].Test; got != want {
			t.Errorf("%q reads as %q, want %q", in, got, want)
		}
	}
}
