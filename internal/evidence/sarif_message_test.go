package evidence

import (
	"fmt"
	"runtime"
	"slices"
	"strings"
	"testing"
)

// TestMessagesOfRules: a message may stand with its rule, and have arguments; what
// differs in them alone is not one thing (SARIF section 3.11).
func TestMessagesOfRules(t *testing.T) {
	const rules = `"tool":{"driver":{"name":"N","rules":[{"id":"R","messageStrings":{"unused":{"text":"{0} of '{{{1}}}' is never used"},"empty":{}}}]}}`
	at := `"ruleId":"R","locations":[{"physicalLocation":{"artifactLocation":{"uri":"a.cs"}}}]`
	for message, want := range map[string]string{
		`{"id":"unused","arguments":["x","f"]}`:           "x of '{f}' is never used",
		`{"id":"unused","arguments":["x"]}`:               "x of '{{1}}' is never used",
		`{"id":"unused"}`:                                 "{0} of '{{{1}}}' is never used",
		`{"id":"empty","arguments":["x"]}`:                "empty x",
		`{"arguments":["x"],"id":"not there"}`:            "not there x",
		`{"text":"{0} is {9}","arguments":["x"]}`:         "x is {9}",
		`{"text":"as {0} is"}`:                            "as {0} is",
		`{"markdown":"**bold**"}`:                         "**bold**",
		`{"text":"plain","markdown":"**bold**","id":"u"}`: "plain",
		`{}`: "",
	} {
		for _, order := range []string{`{%[1]s,"results":[{"ruleId":"before","message":{"text":"b"}},{%[3]s,"message":%[2]s}]}`, `{"results":[{"ruleId":"before","message":{"id":"b"}},{"message":%[2]s,%[3]s}],%[1]s}`} {
			run := fmt.Sprintf(order, rules, message, at)
			got := found(t, `{"version":"2.1.0","runs":[`+run+`]}`)
			if len(got) != 2 || got[0].Says != "b" || got[1].Says != want {
				t.Errorf("%s: %+v, want %q", message, got, want)
			}
		}
	}
	two := found(t, `{"version":"2.1.0","runs":[{`+rules+`,"results":[{`+at+`,"message":{"id":"unused","arguments":["x","f"]}},{`+at+`,"message":{"id":"unused","arguments":["y","f"]}}]}]}`)
	if len(two) != 2 {
		t.Fatalf("two unused variables are one: %+v", two)
	}
}

// TestFilledMessagesStaySmall: an argument that stands in a thousand places of a text makes
// no more of a file than it is.
func TestFilledMessagesStaySmall(t *testing.T) {
	text := sarif(`"results":[` + strings.TrimSuffix(strings.Repeat(fmt.Sprintf(`{"message":{"text":%q,"arguments":[%q]}},`, strings.Repeat("{0}", 1000), strings.Repeat("x", longestDetail)), 100), ",") + `]`)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	got := found(t, text)
	runtime.ReadMemStats(&after)
	if len(got) != 1 || got[0].Places != 100 || !strings.HasPrefix(got[0].Says, "xxx") {
		t.Errorf("%d findings", len(got))
	}
	if grown := after.TotalAlloc - before.TotalAlloc; grown > 100<<20 {
		t.Errorf("%d bytes of SARIF took %d bytes", len(text), grown)
	}
}

// TestFingerprintsThatAreObjects: some tools write an object where the standard has
// a text. The file is read, and the texts in it tell findings apart.
func TestFingerprintsThatAreObjects(t *testing.T) {
	result := func(value string) string {
		return `{"ruleId":"R","message":{"text":"m"},"locations":[{"physicalLocation":{"artifactLocation":{"uri":"a.go"}}}],"fingerprints":{"row":` + value + `}}`
	}
	file := func(a, b string) []Finding { return found(t, sarif(`"results":[`+result(a)+`,`+result(b)+`]`)) }
	if two := file(`{"value":"aa"}`, `{"value":"bb"}`); len(two) != 2 {
		t.Fatalf("%+v", two)
	}
	if one := file(`{"value":"aa"}`, `{"value":"aa"}`); len(one) != 1 || one[0].Places != 2 || len(one[0].Own) != 1 {
		t.Fatalf("%+v", one)
	}
	for _, odd := range []string{`[]`, `["x"]`, `{}`, `{"a":{"b":{"c":{"d":{"e":"deep"}}}}}`, `null`, `{"value":["x"]}`, `{"value":"requires login"}`} {
		if one := file(odd, odd); len(one) != 1 || len(one[0].Own) != 0 {
			t.Errorf("%s: %+v", odd, one)
		}
	}
}

// TestPackagesInMessages: scanners of packages that have no place for the package in
// SARIF are of one mind with those that have, and two packages in one file stay two.
func TestPackagesInMessages(t *testing.T) {
	result := func(rule, says string) string {
		return `{"ruleId":"` + rule + `","ruleIndex":0,"message":{"text":"` + says + `"},"locations":[{"physicalLocation":{"artifactLocation":{"uri":"/package-lock.json"}}}]}`
	}
	file := func(tool, rule, results string) string {
		return `{"version":"2.1.0","runs":[{"tool":{"driver":{"name":"` + tool + `","rules":[` + rule + `]}},"results":[` + results + `]}]}`
	}
	trivy := `{"SchemaVersion":2,"ArtifactName":"app","Results":[{"Target":"package-lock.json","Vulnerabilities":[{"VulnerabilityID":"CVE-2020-8203","PkgName":"lodash","InstalledVersion":"4.17.15"}]}]}`
	for name, text := range map[string]string{
		"grype":         file("grype", `{}`, result("CVE-2020-8203-lodash", "A high vulnerability in npm package: lodash, version 4.17.15 was found at: /package-lock.json")),
		"grype of old":  file("grype", `{}`, result("CVE-2020-8203-lodash", "The path /package-lock.json reports lodash at version 4.17.15  which is a vulnerable (npm) package installed in the container")),
		"snyk":          file("Snyk Open Source", `{"id":"SNYK-JS-LODASH-590103","fullDescription":{"text":"(CVE-2020-8203) lodash@4.17.15"}}`, result("SNYK-JS-LODASH-590103", "This file introduces a vulnerable lodash package with a high severity vulnerability.")),
		"docker scout":  file("docker scout", `{}`, result("CVE-2020-8203", `  Vulnerability   : CVE-2020-8203    \n  Severity        : HIGH  \n  Package         : pkg:npm/lodash@4.17.15?os=x  \n`)),
		"osv":           file("osv-scanner", `{"id":"GHSA-p6mc-m468-83gw","deprecatedIds":["CVE-2020-8203","GHSA-p6mc-m468-83gw"]}`, result("GHSA-p6mc-m468-83gw", "Package 'lodash@4.17.15' is vulnerable to 'GHSA-p6mc-m468-83gw'.")),
		"ids of others": file("Duck", `{}`, result("BDSA-2020-1001 (CVE-2020-8203)", `Package: lodash`)),
	} {
		if one := found(t, trivy, text); len(one) != 1 || one[0].Places != 2 || !slices.Contains(one[0].Rules, "CVE-2020-8203") {
			t.Errorf("%s: %+v", name, one)
		}
	}
	two := found(t, file("grype", `{}`, result("CVE-2020-1-a", "A low vulnerability in npm package: a, version 1.0.0 was found at: /package-lock.json")+","+
		result("CVE-2020-1-b", "A low vulnerability in npm package: b, version 1.0.0 was found at: /package-lock.json")))
	if len(two) != 2 {
		t.Errorf("a hole of two packages in one file is one: %+v", two)
	}
	scoped := found(t, file("osv-scanner", `{}`, result("CVE-2023-45133", "Package '@babel/traverse@7.1.0' is vulnerable to 'CVE-2023-45133'.")))
	if len(scoped) != 1 || scoped[0].Package != "@babel/traverse" {
		t.Errorf("%+v", scoped)
	}
}

// TestVersionsAfterAt: a version may stand after an "@" in a path.
func TestVersionsAfterAt(t *testing.T) {
	at := func(path string) string {
		return sarif(`"results":[{"ruleId":"CVE-2020-11022","message":{"text":"m"},"locations":[{"physicalLocation":{"artifactLocation":{"uri":"` + path + `"}}}]}]`)
	}
	one, other := found(t, at("npm/front@1.0.0")), found(t, at("npm/front@1.0.1"))
	if !slices.ContainsFunc(one[0].Fingerprints, func(p string) bool { return slices.Contains(other[0].Fingerprints, p) }) {
		t.Errorf("%+v and %+v are not known as one", one, other)
	}
	if stillPath("mod/x.org/y@v1.2.3/z.go") != "mod/x.org/y@#/z.go" {
		t.Error(stillPath("mod/x.org/y@v1.2.3/z.go"))
	}
}
