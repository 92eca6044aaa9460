package evidence

// readerCase is a small file and what must be read of it.
type readerCase struct {
	name, data string
	want       sums
	says       []string
}

func readerCases() []readerCase {
	var all []readerCase
	for _, list := range [][]readerCase{sarifCases(), testCases(), vexCases(), scannerCases(), ownCases()} {
		all = append(all, list...)
	}
	return all
}

// sarif is a file with one run that has these members beside its tool.
func sarif(members string) string {
	return `{"version":"2.1.0","runs":[{"tool":{"driver":{"name":"T","rules":[{"id":"R1"},{"id":"R2","defaultConfiguration":{"level":"note"}}]}},` + members + `}]}`
}

func sarifCases() []readerCase {
	one := func(result string) string { return sarif(`"results":[` + result + `]`) }
	return []readerCase{
		{"sarif clean", one(``), sums{"sarif", "T", 0, 0, 0, Pass}, nil},
		{"sarif one result", one(`{"ruleId":"R1"}`), sums{"sarif", "T", 0, 1, 0, Fail}, []string{"1 failure: R1"}},
		{"sarif no list", sarif(`"x":1`), sums{"sarif", "T", 0, 0, 0, Inconclusive}, []string{"no list of results"}},
		{"sarif results elsewhere", sarif(`"results":[],"externalPropertyFileReferences":{"results":[{}]}`), sums{"sarif", "T", 0, 0, 0, Inconclusive}, []string{"in another file"}},
		{"sarif null list", sarif(`"results":null`), sums{"sarif", "T", 0, 0, 0, Inconclusive}, []string{"no list of results"}},
		{"sarif unsuccessful", sarif(`"results":[],"invocations":[{"executionSuccessful":false}]`), sums{"sarif", "T", 0, 0, 0, Inconclusive}, []string{"did not run to the end"}},
		{"sarif unsuccessful with a result", sarif(`"results":[{}],"invocations":[{"executionSuccessful":false}]`), sums{"sarif", "T", 0, 1, 0, Fail}, nil},
		{"sarif error while running", sarif(`"results":[],"invocations":[{"executionSuccessful":true,"toolExecutionNotifications":[{"level":"error"}]}]`), sums{"sarif", "T", 0, 0, 0, Inconclusive}, nil},
		{"sarif warning while running", sarif(`"results":[],"invocations":[{"executionSuccessful":true,"toolExecutionNotifications":[{"level":"warning"}]}]`), sums{"sarif", "T", 0, 0, 0, Pass}, nil},
		{"sarif kinds", one(`{"kind":"pass"},{"kind":"fail"},{"kind":"open"},{"kind":"review"},{"kind":"notApplicable"},{"kind":"informational"}`), sums{"sarif", "T", 1, 1, 2, Fail}, nil},
		{"sarif to review", one(`{"kind":"pass"},{"kind":"review"}`), sums{"sarif", "T", 1, 0, 1, Inconclusive}, []string{"1 case is undecided"}},
		{"sarif suppressed", one(`{"suppressions":[{"kind":"external"}]},{"suppressions":[{"kind":"inSource","status":"accepted"}]}`), sums{"sarif", "T", 0, 0, 0, Pass}, []string{"2 results are suppressed"}},
		{"sarif suppression not accepted", one(`{"suppressions":[{"status":"accepted"},{"status":"underReview"}]},{"suppressions":[{"status":"rejected"}]}`), sums{"sarif", "T", 0, 2, 0, Fail}, nil},
		{"sarif no suppressions", one(`{"suppressions":[]},{"suppressions":null}`), sums{"sarif", "T", 0, 2, 0, Fail}, nil},
		{"sarif baseline", one(`{"baselineState":"absent"},{"baselineState":"unchanged"}`), sums{"sarif", "T", 0, 1, 0, Fail}, []string{"1 result of the baseline is no longer there"}},
		{
			"sarif two runs", `{"version":"2.1.0","runs":[{"tool":{"driver":{"name":"A"}},"results":[]},{"tool":{"driver":{"name":"B"}}}]}`,
			sums{"sarif", "A, B", 0, 0, 0, Inconclusive},
			nil,
		},
		{
			"sarif two commits", `{"version":"2.1.0","runs":[{"results":[],"versionControlProvenance":[{"revisionId":"aaaaaaaa"}]},{"results":[],"versionControlProvenance":[{"revisionId":"bbbbbbbb"}]}]}`,
			sums{"sarif", "", 0, 0, 0, Inconclusive},
			[]string{"different commits"},
		},
	}
}

func testCases() []readerCase {
	suite := func(cases string) string { return `<testsuite name="s">` + cases + `</testsuite>` }
	return []readerCase{
		{"junit pass", suite(`<testcase name="a"/>`), sums{"junit", "", 1, 0, 0, Pass}, nil},
		{"junit failure", suite(`<testcase name="a"><failure/></testcase><testcase name="b"/>`), sums{"junit", "", 1, 1, 0, Fail}, nil},
		{"junit error", suite(`<testcase name="a"><error/></testcase>`), sums{"junit", "", 0, 1, 0, Fail}, nil},
		{"junit skipped alone", suite(`<testcase name="a"><skipped/></testcase>`), sums{"junit", "", 0, 0, 1, Inconclusive}, []string{"no test came to an end"}},
		{"junit skipped beside a pass", suite(`<testcase name="a"><skipped/></testcase><testcase name="b"/>`), sums{"junit", "", 1, 0, 1, Pass}, nil},
		{"junit no cases", `<testsuites tests="3"/>`, sums{"junit", "", 0, 0, 0, Inconclusive}, []string{"claims 3 tests and shows none"}},
		{"junit the worst stands", suite(`<testcase name="a"><failure/><skipped/></testcase>`), sums{"junit", "", 0, 1, 0, Fail}, nil},
		{"junit rerun failed", suite(`<testcase name="a"><failure/><rerunFailure/></testcase>`), sums{"junit", "", 0, 1, 0, Fail}, nil},
		{"junit flaky", suite(`<testcase name="a"><flakyFailure/></testcase>`), sums{"junit", "", 1, 0, 0, Pass}, []string{"passed only when it was run again"}},
		{"junit claims failures", `<testsuite failures="2"><testcase name="a"/></testsuite>`, sums{"junit", "", 1, 0, 0, Inconclusive}, []string{"claims 2 failures and shows none"}},
		{"junit nested", `<testsuites name="n">` + suite(suite(`<testcase name="a"/>`)+`<testcase name="a"/>`) + `</testsuites>`, sums{"junit", "n", 2, 0, 0, Pass}, []string{"1 case has the name of another one"}},
		{"junit status", suite(`<testcase name="a" status="notrun"/><testcase name="b" status="failed"/>`), sums{"junit", "", 0, 1, 1, Fail}, nil},
		{"junit suite error", suite(`<testcase name="a"/><error/>`), sums{"junit", "", 1, 0, 0, Fail}, []string{"failed outside its tests"}},
		{"junit latin1", "<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>" + suite("<testcase name=\"\xe9t\xe9\"><failure/></testcase>"), sums{"junit", "", 0, 1, 0, Fail}, []string{"été"}},
		{"junit BOM", "\xef\xbb\xbf" + suite(`<testcase name="a"/>`), sums{"junit", "", 1, 0, 0, Pass}, nil},
		{
			"gotest pass", `{"Action":"run","Package":"p","Test":"A"}` + "\n" + `{"Action":"pass","Package":"p","Test":"A"}` + "\n" + `{"Action":"pass","Package":"p"}`,
			sums{"gotest", "go test", 1, 0, 0, Pass},
			nil,
		},
		{
			"gotest no test files", `{"Action":"start","Package":"p"}` + "\n" + `{"Action":"skip","Package":"p"}`,
			sums{"gotest", "go test", 0, 0, 0, Inconclusive},
			nil,
		},
		{
			"gotest of an older Go, which says in words what did not build", `{"Action":"run","Package":"p","Test":"A"}` + "\n" + `{"Action":"pass","Package":"p","Test":"A"}` + "\n" + `{"Action":"pass","Package":"p"}` + "\nFAIL\tq [build failed]\r\n",
			sums{"gotest", "go test", 1, 0, 0, Fail},
			[]string{"FAIL q [build failed]"},
		},
		{
			"gotest after words", "go: downloading\n" + `{"Action":"run","Package":"p","Test":"A"}` + "\r\n" + `{"Action":"fail","Package":"p","Test":"A"}` + "\n{x\n" + `{"Action":"fail","Package":"p"}` + "\n",
			sums{"gotest", "go test", 0, 1, 0, Fail},
			[]string{"2 lines are no events"},
		},
		{
			"gotest panic", `{"Action":"run","Package":"p","Test":"A"}` + "\n" + `{"Action":"fail","Package":"p"}`,
			sums{"gotest", "go test", 0, 1, 1, Fail},
			[]string{"package p failed without a test that did"},
		},
	}
}

func vexCases() []readerCase {
	openvex := func(statements string) string {
		return `{"@context":"https://openvex.dev/ns/v0.2.0","author":"a","timestamp":"2027-01-01T00:00:00Z","statements":[` + statements + `]}`
	}
	bom := func(state string) string {
		return `{"bomFormat":"CycloneDX","vulnerabilities":[{"id":"CVE-1","analysis":{"state":"` + state + `"}}]}`
	}
	xml := func(body string) string {
		return `<bom xmlns="http://cyclonedx.org/schema/bom/1.5"><metadata><tools><components><component><name>g</name></component></components></tools></metadata>` + body + `</bom>`
	}
	return []readerCase{
		{"cyclonedx resolved", bom("resolved"), sums{"cyclonedx", "", 1, 0, 0, Pass}, nil},
		{"cyclonedx exploitable", bom("exploitable"), sums{"cyclonedx", "", 0, 1, 0, Fail}, nil},
		{"cyclonedx nobody looked", `{"bomFormat":"CycloneDX","metadata":{"tools":{"components":[{"name":"g"}]}},"vulnerabilities":[{"id":"CVE-1"}]}`, sums{"cyclonedx", "g", 0, 1, 0, Fail}, nil},
		{"cyclonedx bill of materials alone", `{"bomFormat":"CycloneDX","components":[]}`, sums{"cyclonedx", "", 0, 0, 0, Inconclusive}, []string{"no vulnerability is named"}},
		{"cyclonedx xml false positive", xml(`<vulnerabilities><vulnerability><id>CVE-1</id><analysis><state>false_positive</state></analysis></vulnerability></vulnerabilities>`), sums{"cyclonedx-xml", "g", 1, 0, 0, Pass}, nil},
		{"cyclonedx xml nothing", xml(``), sums{"cyclonedx-xml", "g", 0, 0, 0, Inconclusive}, nil},
		{"openvex fixed", openvex(`{"vulnerability":{"name":"CVE-1"},"status":"fixed"}`), sums{"openvex", "a", 1, 0, 0, Pass}, nil},
		{"openvex affected", openvex(`{"vulnerability":"CVE-1","status":"affected"}`), sums{"openvex", "a", 0, 1, 0, Fail}, nil},
		{"openvex nothing", openvex(``), sums{"openvex", "a", 0, 0, 0, Inconclusive}, nil},
		{
			"openvex changed its mind", openvex(`{"vulnerability":"CVE-1","status":"not_affected","timestamp":"2027-01-03T00:00:00Z"},{"vulnerability":"CVE-1","status":"affected","timestamp":"2027-01-02T00:00:00Z"}`),
			sums{"openvex", "a", 1, 0, 0, Pass},
			[]string{"1 statement is replaced by a later one"},
		},
		{
			"openvex for the worse", openvex(`{"vulnerability":"CVE-1","status":"not_affected"},{"vulnerability":"CVE-1","status":"affected","timestamp":"2027-01-02T00:00:00Z"}`),
			sums{"openvex", "a", 0, 1, 0, Fail},
			nil,
		},
	}
}

func scannerCases() []readerCase {
	return []readerCase{
		{"osv clean", `{"results":[]}`, sums{"osv-scanner", "osv-scanner", 0, 0, 0, Pass}, []string{"does not say what was scanned"}},
		{"osv null", `{"results":null}`, sums{"osv-scanner", "osv-scanner", 0, 0, 0, Inconclusive}, nil},
		{
			"osv groups", `{"results":[{"source":{"path":"go.mod"},"packages":[{"package":{"name":"p"},"vulnerabilities":[{"id":"A"},{"id":"B"}],"groups":[{"ids":["A","B"],"max_severity":"9.8"}]}]}]}`,
			sums{"osv-scanner", "osv-scanner", 0, 1, 0, Fail},
			[]string{"A in p in go.mod"},
		},
		{"osv no groups", `{"results":[{"packages":[{"vulnerabilities":[{"id":"A"},{"id":"B"}]}]}]}`, sums{"osv-scanner", "osv-scanner", 0, 2, 0, Fail}, nil},
		{"osv licence", `{"results":[{"packages":[{"license_violations":["AGPL-3.0"]}]}]}`, sums{"osv-scanner", "osv-scanner", 0, 1, 0, Fail}, nil},
		{"trivy clean", `{"SchemaVersion":2,"ArtifactName":"a","Results":[{"Target":"go.mod"}]}`, sums{"trivy", "trivy", 0, 0, 0, Pass}, nil},
		{"trivy nothing scanned", `{"SchemaVersion":2,"ArtifactName":"a"}`, sums{"trivy", "trivy", 0, 0, 0, Inconclusive}, []string{"names nothing that was scanned"}},
		{
			"trivy all kinds", `{"SchemaVersion":2,"ArtifactName":"a","Metadata":{"Commit":"abcdef0"},"Results":[{"Target":"t","Vulnerabilities":[{"VulnerabilityID":"V"}],"Misconfigurations":[{"ID":"M","Status":"PASS"},{"ID":"N","Status":"FAIL"},{"ID":"O","Status":"EXCEPTION"}],"Secrets":[{"RuleID":"S"}],"Licenses":[{"Name":"L"}],"ExperimentalModifiedFindings":[{}]}]}`,
			sums{"trivy", "trivy", 1, 4, 0, Fail},
			[]string{"1 finding is suppressed"},
		},
		{"trivy cluster", `{"ClusterName":"c","Resources":[{"Results":[{"Target":"t"}]},{"Error":"denied"}]}`, sums{"trivy", "trivy", 0, 0, 0, Inconclusive}, []string{"denied"}},
		{"trivy old", `[{"Target":"t","Vulnerabilities":null}]`, sums{"trivy", "trivy", 0, 0, 0, Pass}, nil},
		{"zap clean", `{"@version":"2","site":[{"@name":"s","alerts":[]}]}`, sums{"zap", "ZAP", 0, 0, 0, Pass}, nil},
		{"zap no site", `{"@version":"2","site":[]}`, sums{"zap", "ZAP", 0, 0, 0, Inconclusive}, []string{"names no site"}},
		{"zap no alerts", `{"@version":"2","site":[{"@name":"s","alerts":null},{"@name":"t"},{"@name":"u","alerts":[]}]}`, sums{"zap", "ZAP", 0, 0, 0, Inconclusive}, []string{"2 sites have no list of alerts"}},
		{"zap nobody's site", `{"@version":"2","site":[{"alerts":[]}]}`, sums{"zap", "ZAP", 0, 0, 0, Inconclusive}, []string{"names no site"}},
		{"zap xml no alerts", `<OWASPZAPReport><site name="s"/></OWASPZAPReport>`, sums{"zap-xml", "ZAP", 0, 0, 0, Inconclusive}, []string{"1 site has no list of alerts"}},
		{"zap alerts", `{"@version":"2","site":{"@name":"s","alerts":[{"pluginid":"1","riskcode":"3","confidence":"2"},{"pluginid":"2","riskcode":"3","confidence":"0"}]}}`, sums{"zap", "ZAP", 0, 1, 0, Fail}, []string{"1 in s", "1 alert is marked"}},
		{"zap xml", `<OWASPZAPReport version="2"><site name="s"><alerts><alertitem><pluginid>1</pluginid><riskcode>1</riskcode></alertitem></alerts></site></OWASPZAPReport>`, sums{"zap-xml", "ZAP", 0, 1, 0, Fail}, []string{"1 in s"}},
		{"zap xml no site", `<OWASPZAPReport/>`, sums{"zap-xml", "ZAP", 0, 0, 0, Inconclusive}, nil},
		{"scorecard", `{"date":"2027-01-01","repo":{"commit":"unknown"},"scorecard":{},"checks":[{"name":"A","score":10},{"name":"B","score":9},{"name":"C","score":-1}]}`, sums{"scorecard", "scorecard", 1, 1, 1, Fail}, nil},
		{"scorecard undecided", `{"repo":{},"scorecard":{},"checks":[{"name":"A","score":10},{"name":"C"}]}`, sums{"scorecard", "scorecard", 1, 0, 1, Inconclusive}, nil},
		{"scorecard of nothing", `{"repo":{},"scorecard":{},"checks":[]}`, sums{"scorecard", "scorecard", 0, 0, 0, Inconclusive}, nil},
		{"gitleaks 7", `[{"rule":"r","offender":"o","file":"f"}]`, sums{"gitleaks", "gitleaks", 0, 1, 0, Fail}, []string{"r in f"}},
		{"gitleaks 8", `[{"RuleID":"r","Secret":"o","File":"f"}]`, sums{"gitleaks", "gitleaks", 0, 1, 0, Fail}, []string{"r in f"}},
		{"gitleaks clean", `[]`, sums{"gitleaks", "gitleaks", 0, 0, 0, Pass}, []string{"does not say what was scanned"}},
		{"semgrep clean", `{"results":[],"errors":[]}`, sums{"semgrep", "semgrep", 0, 0, 0, Pass}, nil},
		{"semgrep scanned nothing", `{"version":"1","results":[],"errors":[],"paths":{"scanned":[]}}`, sums{"semgrep", "semgrep", 0, 0, 0, Inconclusive}, []string{"no file was scanned"}},
		{"semgrep says nothing of what it scanned", `{"version":"1","results":[],"errors":[],"paths":{"scanned":null}}`, sums{"semgrep", "semgrep", 0, 0, 0, Pass}, nil},
		{"semgrep errors", `{"results":[],"errors":[{}]}`, sums{"semgrep", "semgrep", 0, 0, 0, Inconclusive}, []string{"1 error during the scan"}},
		{"semgrep results", `{"errors":[],"results":[{"check_id":"a","path":"p","extra":{"severity":"ERROR"}},{"check_id":"b","extra":{"is_ignored":true}}]}`, sums{"semgrep", "semgrep", 0, 1, 0, Fail}, []string{"a in p", "1 result is ignored"}},
	}
}

func ownCases() []readerCase {
	return []readerCase{
		{"plain", `{"schema":"parley.results/1","tool":"drill","version":2,"results":[{"test":"a","group":"g","path":"p","rule":"r","level":"low","says":"x","outcome":"pass"},{"outcome":"skipped"}]}`, sums{"parley", "drill", 1, 0, 1, Pass}, nil},
		{"plain nothing", `{"schema":"parley.results/1","results":[]}`, sums{"parley", "", 0, 0, 0, Inconclusive}, nil},
		{"statement without an envelope", `{"schema":"parley.statement/1","by":"jo","outcome":"pass"}`, sums{"statement", "", 0, 0, 0, Inconclusive}, []string{"signature not checked"}},
		{"in-toto without an envelope", `{"_type":"https://in-toto.io/Statement/v1","predicateType":"https://in-toto.io/attestation/test-result/v0.1","predicate":{"result":"PASSED"}}`, sums{"in-toto", "", 0, 0, 0, Inconclusive}, []string{"signature not checked"}},
		{"dsse without a key", `{"payloadType":"application/vnd.in-toto+json","payload":"e30=","signatures":[{"sig":"AAAA"}]}`, sums{"dsse", "", 0, 0, 0, Inconclusive}, []string{"signature not checked: no key was given"}},
		{"dsse without a signature", `{"payloadType":"application/vnd.in-toto+json","payload":"e30=","signatures":[]}`, sums{"dsse", "", 0, 0, 0, Inconclusive}, []string{"signature not checked: there is none"}},
		{"sigstore bundle", `{"mediaType":"application/vnd.dev.sigstore.bundle.v0.3+json","dsseEnvelope":{"payloadType":"x","payload":"e30=","signatures":[{"sig":"AAAA"}]}}`, sums{"dsse", "", 0, 0, 0, Inconclusive}, nil},
	}
}
