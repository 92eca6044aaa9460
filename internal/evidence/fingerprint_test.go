package evidence

import (
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/parleysec/parley/internal/testenv"
)

func found(t testing.TB, texts ...string) []Finding {
	t.Helper()
	var reports []*Report
	for _, text := range texts {
		r, err := Read(Input{Name: "f", Data: []byte(text)}, Options{Details: true})
		if err != nil {
			t.Fatal(err)
		}
		reports = append(reports, r)
	}
	list, _ := FindingsOf(reports)
	return list
}

const (
	semgrepJSON  = `{"results":[{"check_id":"py.sqli","path":"app/db.py","start":{"line":10},"extra":{"severity":"ERROR","message":"SQL injection","lines":"  cur.execute(q)","fingerprint":"abc_0"}}],"errors":[],"version":"1.84.0"}`
	semgrepSARIF = `{"version":"2.1.0","runs":[{"tool":{"driver":{"name":"Semgrep OSS","semanticVersion":"1.99.0"}},"results":[{"ruleId":"py.sqli","message":{"text":"SQL injection"},"fingerprints":{"matchBasedId/v1":"abc_0"},"locations":[{"physicalLocation":{"artifactLocation":{"uri":"./app/db.py"},"region":{"startLine":12,"snippet":{"text":"cur.execute( q )"}}}}]}]}]}`
	trivyJSON    = `{"SchemaVersion":2,"ArtifactName":"app","Results":[{"Target":"pom.xml","Vulnerabilities":[{"VulnerabilityID":"CVE-2021-44228","PkgName":"org.apache:log4j","InstalledVersion":"2.14","Severity":"CRITICAL","Title":"log4shell"}]}]}`
	osvJSON      = `{"results":[{"source":{"path":"/src/pom.xml"},"packages":[{"package":{"name":"org.apache:log4j","version":"2.13"},"vulnerabilities":[{"id":"GHSA-jfh8-c2jp-5v3q","aliases":["CVE-2021-44228"]}],"groups":[{"ids":["GHSA-jfh8-c2jp-5v3q"],"aliases":["GHSA-jfh8-c2jp-5v3q","CVE-2021-44228"]}]}]}]}`
	vexJSON      = `{"bomFormat":"CycloneDX","specVersion":"1.5","vulnerabilities":[{"id":"GHSA-jfh8-c2jp-5v3q","affects":[{"ref":"pkg:maven/org.apache/log4j@2.14?type=jar"}],"analysis":{"state":"exploitable"}}]}`
)

// TestFindingsAcrossTools: what several tools, formats and versions of tools say
// of one thing is one.
func TestFindingsAcrossTools(t *testing.T) {
	one := found(t, semgrepJSON, semgrepSARIF)
	if len(one) != 1 || one[0].Places != 2 || len(one[0].Tools) != 2 || one[0].Level != High {
		t.Fatalf("%+v", one)
	}
	hole := found(t, trivyJSON, osvJSON, vexJSON)
	if len(hole) != 1 || hole[0].Places != 3 || hole[0].Rules[0] != "CVE-2021-44228" || hole[0].Package != "org.apache:log4j" || hole[0].Level != Critical {
		t.Fatalf("%+v", hole)
	}
	// Trivy and the VEX have no id in common: the one that knows both makes them one,
	// also when it comes last.
	if apart := found(t, trivyJSON, vexJSON); len(apart) != 2 {
		t.Fatalf("%+v", apart)
	}
	if last := found(t, trivyJSON, vexJSON, osvJSON); len(last) != 1 || last[0].Places != 3 || !slices.Equal(last[0].Fingerprints, hole[0].Fingerprints) {
		t.Fatalf("%+v", last)
	}
}

// TestAnAdvisoryIsNoHole: one advisory of a vendor speaks of several holes of a
// package, which stay several; of a hole that has no other id it is the name.
func TestAnAdvisoryIsNoHole(t *testing.T) {
	advised := func(id string) string {
		return strings.Replace(strings.Replace(trivyJSON, "CVE-2021-44228", id, 1), `"Title"`, `"VendorIDs":["DSA-4539-1","GHSA-`+strings.ToLower(id[len(id)-4:])+`-c2jp-5v3q"],"Title"`, 1)
	}
	two := found(t, advised("CVE-2019-1547"), advised("CVE-2019-1563"))
	if len(two) != 2 || !slices.Equal(two[0].Rules, []string{"CVE-2019-1547", "GHSA-1547-c2jp-5v3q"}) {
		t.Fatalf("%+v", two)
	}
	if alone := found(t, strings.Replace(trivyJSON, "CVE-2021-44228", "DLA-2424-1", 1)); len(alone) != 1 || !alone[0].Vulnerability() || alone[0].Rules[0] != "DLA-2424-1" {
		t.Fatalf("%+v", alone)
	}
}

// TestFindingsStay: lines, versions, blanks and the folder of a machine move
// nothing; another rule, file, text or package does.
func TestFindingsStay(t *testing.T) {
	meet := func(a, b string) bool {
		x, y := found(t, a), found(t, b)
		return slices.ContainsFunc(x[0].Fingerprints, func(f string) bool { return slices.Contains(y[0].Fingerprints, f) })
	}
	bare := strings.Replace(semgrepJSON, `"fingerprint":"abc_0"`, `"fingerprint":"requires login"`, 1)
	for name, c := range map[string]struct {
		text, old, new string
		same           bool
	}{
		"line":            {bare, `"line":10`, `"line":310`, true},
		"blanks":          {bare, `"  cur.execute(q)"`, `"\tcur.execute(q)\n"`, true},
		"its own":         {semgrepJSON, `cur.execute(q)`, `cur.execute(other)`, true},
		"no fingerprint":  {bare, `py.sqli`, `py.xss`, false},
		"file":            {bare, `app/db.py`, `app/user.py`, false},
		"text":            {bare, `cur.execute(q)`, `cur.execute(other)`, false},
		"version":         {trivyJSON, `"2.14"`, `"2.17"`, true},
		"target":          {trivyJSON, `pom.xml`, `app.jar`, true},
		"package":         {trivyJSON, `log4j"`, `log4j-api"`, false},
		"another hole":    {trivyJSON, `44228`, `45046`, false},
		"version of tool": {semgrepSARIF, `1.99.0`, `2.0.0`, true},
	} {
		changed := strings.Replace(c.text, c.old, c.new, 1)
		if changed == c.text {
			t.Fatalf("%s changes nothing", name)
		}
		if got := meet(c.text, changed); got != c.same {
			t.Errorf("%s: the same is %v, want %v", name, got, c.same)
		}
	}
}

// codeQL is a report of findings of one rule in one file that say the same, told
// apart by what the tool gives them; "" for none.
func codeQL(tool string, prints ...string) string {
	var results []string
	for _, p := range prints {
		own := ""
		if p != "" {
			own = `,"partialFingerprints":{"primaryLocationLineHash":"` + p + `"}`
		}
		results = append(results, `{"ruleId":"js/x","message":{"text":"m"},"locations":[{"physicalLocation":{"artifactLocation":{"uri":"a.js"},"region":{"startLine":5}}}]`+own+`}`)
	}
	return `{"version":"2.1.0","runs":[{"tool":{"driver":{"name":"` + tool + `"}},"results":[` + strings.Join(results, ",") + `]}]}`
}

// TestFindingsThatToolsTellApart: what a tool gives different fingerprints is not
// one for saying the same; what has none, or those of another tool, still is.
func TestFindingsThatToolsTellApart(t *testing.T) {
	for name, c := range map[string]struct {
		texts []string
		want  int
	}{
		"the same":                     {[]string{codeQL("CodeQL", "39fa:1"), codeQL("CodeQL 2", "39fa:1")}, 1},
		"another line":                 {[]string{codeQL("CodeQL", "39fa:1"), codeQL("CodeQL", "ffff:1")}, 2},
		"again in the line":            {[]string{codeQL("CodeQL", "39fa:1", "39fa:2")}, 2},
		"one has none":                 {[]string{codeQL("CodeQL", "39fa:1"), codeQL("CodeQL", "")}, 1},
		"neither has any":              {[]string{codeQL("CodeQL", ""), codeQL("CodeQL", "")}, 1},
		"another tool's":               {[]string{codeQL("CodeQL", "39fa:1"), codeQL("Snyk", "77:1")}, 1},
		"nobody knows which":           {[]string{codeQL("CodeQL", "39fa:1", "39fa:2", ""), codeQL("Snyk", "")}, 3},
		"two of one, another of other": {[]string{codeQL("CodeQL", "39fa:1", "39fa:2"), codeQL("Snyk", "77:1")}, 3},
	} {
		list := found(t, c.texts...)
		slices.Reverse(c.texts)
		back := found(t, c.texts...)
		if len(list) != c.want || len(back) != c.want {
			t.Errorf("%s: %d and %d, want %d: %+v", name, len(list), len(back), c.want, list)
		}
		seen := map[string]bool{}
		for _, f := range list {
			for _, p := range f.Fingerprints {
				if seen[p] {
					t.Errorf("%s: two have %s", name, p)
				}
				seen[p] = true
			}
			if !slices.ContainsFunc(back, func(o Finding) bool {
				return slices.Equal(o.Fingerprints, f.Fingerprints) && o.Fingerprint == f.Fingerprint
			}) {
				t.Errorf("%s: not among %+v: %+v", name, back, f)
			}
		}
	}
}

// TestSecretsStaySecret: two secrets of one file are told apart, and nothing of
// them is in what is kept.
func TestSecretsStaySecret(t *testing.T) {
	one := `[{"RuleID":"aws","File":"a.go","StartLine":3,"Secret":"AKIA1","Commit":"c1","Fingerprint":"c1:a.go:aws:3"}]`
	two := strings.Replace(strings.Replace(one, "AKIA1", "AKIA2", 1), "c1", "c2", 2)
	moved := strings.Replace(one, `"StartLine":3`, `"StartLine":30`, 1)
	if a := found(t, one, moved); len(a) != 1 {
		t.Errorf("a line moved: %+v", a)
	}
	if a := found(t, one, two); len(a) != 2 {
		t.Errorf("two secrets: %+v", a)
	}
	sarif := `{"version":"2.1.0","runs":[{"tool":{"driver":{"name":"gitleaks"}},"results":[{"ruleId":"aws","message":{"text":"aws"},"partialFingerprints":{"author":"x"},"locations":[{"physicalLocation":{"artifactLocation":{"uri":"a.go"},"region":{"snippet":{"text":"AKIA1"}}}}]}]}]}`
	both := found(t, one, sarif)
	if len(both) != 1 {
		t.Fatalf("both forms: %+v", both)
	}
	// 256 guesses at most can be told apart: many of 2000 secrets look alike.
	seen := map[string]bool{}
	for i := range 2000 {
		seen[oneOf256(strings.Repeat("x", i))] = true
	}
	if len(seen) > 256 {
		t.Errorf("%d kinds", len(seen))
	}
}

// TestSampleFindings: in every file that tools wrote each thing is found once,
// however often it is read, and suppressed ones are not.
func TestSampleFindings(t *testing.T) {
	for _, c := range []struct {
		file        string
		found, tool int
	}{
		{"trivy/alpine-3.9.json", 6, 1},
		{"semgrep/many-48.json", 47, 1},
		{"osv-scanner/large-composer-490k.json", 36, 1},
		{"cyclonedx-vex/large-grype-421k.xml", 312, 1},
		{"gitleaks/clean.json", 0, 0},
		{"zap/zap-2.12-traditional.json", 5, 1},
	} {
		text, err := os.ReadFile(testenv.Shared(t, "data/evidence/"+c.file))
		if err != nil {
			t.Fatal(err)
		}
		data := string(text)
		once, twice := found(t, data), found(t, data, data)
		if len(once) != c.found || len(twice) != c.found {
			t.Errorf("%s: %d findings, twice %d, want %d", c.file, len(once), len(twice), c.found)
		}
		for i := range once {
			if !slices.Equal(once[i].Fingerprints, twice[i].Fingerprints) || len(once[i].Tools) != c.tool || twice[i].Places != 2*once[i].Places {
				t.Errorf("%s: %+v, %+v", c.file, once[i], twice[i])
			}
		}
	}
}

// TestFindingsInAnyOrder: which report comes first changes no finding.
func TestFindingsInAnyOrder(t *testing.T) {
	all := []string{semgrepJSON, semgrepSARIF, trivyJSON, osvJSON, vexJSON, strings.Replace(trivyJSON, "44228", "45046", 1)}
	prints := func(list []Finding) []string {
		var out []string
		for _, f := range list {
			out = append(out, strings.Join(f.Fingerprints, " "))
		}
		slices.Sort(out)
		return out
	}
	want := prints(found(t, all...))
	rapid.Check(t, func(r *rapid.T) {
		if got := prints(found(t, rapid.Permutation(all).Draw(r, "order")...)); !slices.Equal(got, want) {
			r.Fatalf("%v, want %v", got, want)
		}
	})
}

func TestPurlName(t *testing.T) {
	for ref, want := range map[string]string{
		"pkg:npm/%40angular/core@12.0.0":                       "@angular/core",
		"pkg:golang/github.com/a/b@v1.0.0#sub":                 "github.com/a/b",
		"urn:cdx:x/1#pkg:maven/org.apache/log4j@2.14?type=jar": "org.apache:log4j",
		"pkg:pypi/django":                                      "django",
		"pkg:nothing":                                          "",
		"component-1234@12":                                    "",
	} {
		if got, ok := purlName(ref); got != want || ok != (want != "") {
			t.Errorf("%s: %q", ref, got)
		}
	}
}

// FuzzFindings: whatever a file holds, each thing that is found has a fingerprint
// and a place, and no two have one in common.
func FuzzFindings(f *testing.F) {
	for _, s := range []string{semgrepJSON, semgrepSARIF, trivyJSON, osvJSON, vexJSON} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		r, err := Read(Input{Data: data}, Options{Details: true})
		if err != nil {
			return
		}
		list, _ := FindingsOf([]*Report{r})
		seen := map[string]bool{}
		for _, x := range list {
			if x.Places < 1 || !IsFingerprint(x.Fingerprint) || !slices.Contains(x.Fingerprints, x.Fingerprint) {
				t.Fatalf("%+v", x)
			}
			for _, p := range x.Fingerprints {
				if seen[p] {
					t.Fatalf("%s twice", p)
				}
				seen[p] = true
			}
		}
	})
}

// manyResults is a SARIF file of one tool with so many results.
func manyResults(n int, result func(i int) string) string {
	var b strings.Builder
	b.WriteString(`{"version":"2.1.0","runs":[{"tool":{"driver":{"name":"t"}},"results":[`)
	for i := range n {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(result(i))
	}
	return b.String() + `]}]}`
}

// TestManyFindings: what hangs together in a file of 100 000 results is found in
// time that grows with the file. Were it with its square, these would take longer
// than a test may.
func TestManyFindings(t *testing.T) {
	const n = 100_000
	place := func(uri, snippet string) string {
		return `"locations":[{"physicalLocation":{"artifactLocation":{"uri":"` + uri + `"},"region":{"startLine":1` + snippet + `}}}]`
	}
	for name, c := range map[string]struct {
		result func(i int) string
		want   int
	}{
		"one text, told apart by nothing": {func(i int) string {
			return `{"ruleId":"r","message":{"text":"at ` + strconv.Itoa(i) + `"},` + place("a", "") + `}`
		}, 1},
		"one hole in many places": {func(i int) string {
			return `{"ruleId":"CVE-2021-44228","message":{"text":"Package: log4j"},` + place("a"+strconv.Itoa(i), "") + `}`
		}, 1},
		"one line with many fingerprints": {func(i int) string {
			return `{"ruleId":"r","message":{"text":"m"},"fingerprints":{"a":"` + strconv.Itoa(i) + `"},` + place("a", `,"snippet":{"text":"x"}`) + `}`
		}, 1},
		"one fingerprint with many texts": {func(i int) string {
			return `{"ruleId":"r` + strconv.Itoa(i) + `","message":{"text":"m"},"fingerprints":{"a":"1"},` + place("a", "") + `}`
		}, 1},
		"two that share all they say": {func(i int) string {
			return `{"ruleId":"r` + strconv.Itoa(i/2) + `","message":{"text":"m"},"fingerprints":{"a":"` + strconv.Itoa(i%2) + `"},` + place("a", "") + `}`
		}, 2},
	} {
		if list := found(t, manyResults(n, c.result)); len(list) != c.want || list[0].Places != n/c.want {
			t.Errorf("%s: %d findings, want %d", name, len(list), c.want)
		}
	}
}

// TestManyTools: what thousands of tools found, and one of them by many texts besides, is
// one thing in time that grows with the file.
func TestManyTools(t *testing.T) {
	const tools, texts = mostRuns - 1, 100_000
	var b strings.Builder
	b.WriteString(`{"version":"2.1.0","runs":[`)
	for i := range tools {
		b.WriteString(`{"tool":{"driver":{"name":"t` + strconv.Itoa(i) + `"}},"results":[{"ruleId":"r","message":{"text":"m"},"fingerprints":{"a":"1"},"locations":[{"physicalLocation":{"artifactLocation":{"uri":"a"},"region":{"snippet":{"text":"x"}}}}]}]},`)
	}
	b.WriteString(`{"tool":{"driver":{"name":"t0"}},"results":[`)
	for i := range texts {
		b.WriteString(`{"ruleId":"r` + strconv.Itoa(i) + `","message":{"text":"m"},"fingerprints":{"a":"1"},"locations":[{"physicalLocation":{"artifactLocation":{"uri":"a"}}}]},`)
	}
	if list := found(t, strings.TrimSuffix(b.String(), ",")+`]}]}`); len(list) != 1 || list[0].Places != tools+texts {
		t.Errorf("%d findings", len(list))
	}
}

// TestFoundInTheTextItSays: a finding without a text that says just what another
// was found in is that one, whichever comes first.
func TestFoundInTheTextItSays(t *testing.T) {
	bare := codeQL("CodeQL", "")
	text := strings.Replace(bare, `"startLine":5`, `"startLine":5,"snippet":{"text":"m"}`, 1)
	for _, both := range [][]string{{bare, text}, {text, bare}} {
		if list := found(t, both...); len(list) != 1 || list[0].Places != 2 || len(list[0].Weak) != 0 {
			t.Errorf("%+v", list)
		}
	}
}

// said is a report of one finding by what its tool says, where, and with which parts.
func said(rule, says, file, snippet, column string) string {
	if snippet != "" {
		snippet = `,"snippet":{"text":"` + snippet + `"}`
	}
	if column != "" {
		column = `,"partialFingerprints":{"primaryLocationLineHash":"39fa2ee9:1","primaryLocationStartColumnFingerprint":"` + column + `"}`
	}
	return `{"version":"2.1.0","runs":[{"tool":{"driver":{"name":"acme"}},"results":[{"ruleId":"` + rule + `","level":"error","message":{"text":"` + says +
		`"},"locations":[{"physicalLocation":{"artifactLocation":{"uri":"` + file + `"},"region":{"startLine":5` + snippet + `}}}]` + column + `}]}]}`
}

// TestWhatMovesIsLeftOut: places, versions and digests that a tool writes into what it
// says, into the text it found or into the path are no part of what is found.
func TestWhatMovesIsLeftOut(t *testing.T) {
	for _, c := range []struct {
		a, b string
		same bool
	}{
		{said("r", "auth.go:123: password", "src/auth.go", "", ""), said("r", "auth.go:140: password", "src/auth.go", "", ""), true},
		{said("r", "auth.go:12:5: password", "src/auth.go", "", ""), said("r", "auth.go:140: password", "src/auth.go", "", ""), true},
		{said("r", "leak L40-L44 (commit abc123f)", "x.go", "", ""), said("r", "leak L140-L144 (commit ffe4231)", "x.go", "", ""), true},
		{said("r", "Line 1,234: bad", "x.c", "", ""), said("r", "Line 999: bad", "x.c", "", ""), true},
		{said("r", "at 0x7ffe12ab", "x.c", "", ""), said("r", "at 0x1f", "x.c", "", ""), true},
		{said("r", "lib 1.2 is old", "go.mod", "", ""), said("r", "lib 1.3.0-rc.1 is old", "go.mod", "", ""), true},
		{said("r", "job 0f8fad5b-d9cb-469f-a165-70867728950e", "x.c", "", ""), said("r", "job 7c9e6679-7425-40de-944b-e07fc1f90ae7", "x.c", "", ""), true},
		{said("r", "bad", "lib/foo-1.2.jar", "", ""), said("r", "bad", "lib/foo-1.2.1.jar", "", ""), true},
		{said("CVE-2024-9999", "bad", "usr/lib/zlib-1.2.11.so", "", ""), said("CVE-2024-9999", "bad", "usr/lib/zlib-1.3.so", "", ""), true},
		{said("r", "m", "src/auth.go", "pw := x // auth.go:99", ""), said("r", "m", "src/auth.go", "pw := x // auth.go:101", ""), true},
		{said("r", "m", "a.js", "", "5"), said("r", "m", "a.js", "", "9"), true},
		{said("r", "m", "src/auth.go", "retry(5)", ""), said("r", "m", "src/auth.go", "retry(50)", ""), false},
		{said("r", "m", "src/auth.go", "// see user.go:12", ""), said("r", "m", "src/auth.go", "// see user.go:14", ""), false},
		{said("r", "lib 1.2-core is old", "go.mod", "", ""), said("r", "lib 1.2-extra is old", "go.mod", "", ""), false},
		{said("r", "the page was defaced", "x.c", "", ""), said("r", "the page was effaced", "x.c", "", ""), false},
		{said("r", "bad", "lib/foo-1.2.jar", "", ""), said("r", "bad", "lib/bar-1.2.jar", "", ""), false},
		{said("r", "bad", "v1/api.go", "", ""), said("r", "bad", "v2/api.go", "", ""), false},
	} {
		x, y := found(t, c.a), found(t, c.b)
		if got := slices.ContainsFunc(x[0].Fingerprints, func(f string) bool { return slices.Contains(y[0].Fingerprints, f) }); got != c.same {
			t.Errorf("%s\n%s\nthe same is %v, want %v", c.a, c.b, got, c.same)
		}
	}
}

// TestFingerprintsOfOlderProgramsHold: what was taken in before is found again.
func TestFingerprintsOfOlderProgramsHold(t *testing.T) {
	for text, old := range map[string]string{
		said("r", "lib 1.2 is old", "lib/foo-1.2.jar", "", ""): key("text", "r", "lib/foo-1.2.jar", "lib #.# is old"),
		said("r", "m", "a.js", "", "5"):                        key("part", "acme", "r", "a.js", "primaryLocationLineHash=39fa2ee9:1", "primaryLocationStartColumnFingerprint=5"),
		said("CVE-2024-9999", "m", "usr/zlib-1.2.so", "", ""):  key("vulnerability", "usr/zlib-1.2.so", "CVE-2024-9999"),
	} {
		if f := found(t, text); !slices.Contains(f[0].Fingerprints, hashed(old)) {
			t.Errorf("%s: %v has no %s", text, f[0].Fingerprints, hashed(old))
		}
	}
}

// TestSideBySideTheyAreTwo: what is left out because it moves still tells apart what
// one report has side by side.
func TestSideBySideTheyAreTwo(t *testing.T) {
	beside := func(a, b string) string {
		head, first, _ := strings.Cut(a, `"results":[`)
		_, second, _ := strings.Cut(b, `"results":[`)
		return head + `"results":[` + strings.TrimSuffix(first, "]}]}") + "," + second
	}
	for name, c := range map[string][2]string{
		"versions of a file": {said("r", "m", "db/m-1.2.sql", "eval(x)", ""), said("r", "m", "db/m-1.3.sql", "eval(x)", "")},
		"without a snippet":  {said("r", "m", "db/m-1.2.sql", "", ""), said("r", "m", "db/m-1.3.sql", "", "")},
		"a vulnerability":    {said("CVE-2024-9999", "m", "usr/zlib-1.2.so", "", ""), said("CVE-2024-9999", "m", "usr/zlib-1.3.so", "", "")},
		"columns of a line":  {said("r", "m", "a.js", "", "5"), said("r", "m", "a.js", "", "9")},
	} {
		if got := found(t, beside(c[0], c[1])); len(got) != 2 {
			t.Errorf("%s: %d findings, want 2", name, len(got))
		}
		if got := found(t, beside(c[0], c[0])); len(got) != 1 || got[0].Places != 2 {
			t.Errorf("%s: the same twice is %+v", name, got)
		}
	}
}
