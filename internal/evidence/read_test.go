package evidence

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/parleysec/parley"
)

// sure reads a file that must be readable.
func sure(t *testing.T, data string, opt Options) *Report {
	t.Helper()
	r, err := Read(Input{"f", []byte(data)}, opt)
	if err != nil {
		t.Fatalf("%v\n%s", err, data)
	}
	return r
}

// sums is what the tests below compare.
type sums struct {
	Format, Tool             string
	Pass, Fail, Inconclusive int
	Verdict                  Outcome
}

func summed(r *Report) sums {
	f := r.Summary()
	return sums{f.Format, f.Tool, f.Pass, f.Fail, f.Inconclusive, f.Verdict}
}

// TestReaders are small files of each format, with what must be read of them.
func TestReaders(t *testing.T) {
	for _, c := range readerCases() {
		t.Run(c.name, func(t *testing.T) {
			r := sure(t, c.data, Options{})
			if diff := cmp.Diff(c.want, summed(r)); diff != "" {
				t.Errorf("-want +got\n%s\n%v", diff, r.Summary().Notes)
			}
			for _, says := range c.says {
				if !strings.Contains(strings.Join(r.Summary().Notes, "\n"), says) {
					t.Errorf("no note says %q: %q", says, r.Summary().Notes)
				}
			}
		})
	}
}

// TestEveryFormatIsTried keeps the table above complete.
func TestEveryFormatIsTried(t *testing.T) {
	seen := map[string]bool{}
	for _, c := range readerCases() {
		seen[c.want.Format] = true
	}
	for _, f := range Formats() {
		if !seen[f.Name] {
			t.Errorf("no small file of the format %s is read in the tests", f.Name)
		}
	}
}

// TestCutShort cuts every small file at every byte: what is left is an error
// or at least no pass, unless only blanks were cut.
func TestCutShort(t *testing.T) {
	for _, c := range readerCases() {
		if c.want.Format == "gotest" { // whole lines of it are a file of their own
			continue
		}
		whole := strings.TrimSpace(c.data)
		for i := range whole {
			r, err := Read(Input{"f", []byte(whole[:i])}, Options{})
			if err == nil && Judge(r, parley.Check{}).Outcome == Pass {
				t.Errorf("%s: a pass after %d of %d bytes: %s", c.name, i, len(whole), whole[:i])
			}
		}
	}
}

// TestGoTestCutShort: a run whose last events are missing began and never ended.
func TestGoTestCutShort(t *testing.T) {
	events := `{"Action":"start","Package":"p"}
{"Action":"run","Package":"p","Test":"A"}
{"Action":"pass","Package":"p","Test":"A"}
{"Action":"pass","Package":"p"}
`
	last := strings.LastIndexByte(events, '}')
	for i := range last {
		r, err := Read(Input{"f", []byte(events[:i])}, Options{})
		if err == nil && Judge(r, parley.Check{}).Outcome == Pass {
			t.Errorf("a pass after %d bytes", i)
		}
	}
	if r := sure(t, events, Options{}); Judge(r, parley.Check{}).Outcome != Pass {
		t.Error("the whole is no pass")
	}
}

func TestRefused(t *testing.T) {
	deep := strings.Repeat(`{"a":`, 300) + "1" + strings.Repeat("}", 300)
	for _, c := range []struct{ name, data, says string }{
		{"empty", "", "is empty"},
		{"blank", " \n\t", "is empty"},
		{"null", " null ", "only null"},
		{"text", "hello", "neither JSON nor XML"},
		{"number", "42", "neither JSON nor XML"},
		{"utf-16", "\xff\xfe<\x00", "UTF-16"},
		{"utf-16 without a mark", "{\x00\"\x00", "UTF-16"},
		{"gzip", "\x1f\x8b\x08\x00", "is packed (gzip)"},
		{"zip", "PK\x03\x04", "is packed (zip)"},
		{"not utf-8", "{\"a\":\"\xc3\x28\"}", "not UTF-8"},
		{"a zero byte at the end", "[]\x00", "several JSON texts"},
		{"a zero byte within", "{\"a\":\x00}", "want a value"},
		{"another tool's empty results", `{"results":[],"summary":{"failed":7}}`, "no format that is known"},
		{"another tool's null results", `{"results":null,"failed":7}`, "no format that is known"},
		{"another tool's results and errors", `{"errors":[],"generated_at":"2027-01-01T00:00:00Z","metrics":{},"results":[]}`, "no format that is known"},
		{"unknown object", `{"a":1}`, "no format that is known"},
		{"unknown array", `[1]`, "no format that is known"},
		{"unknown root", `<html/>`, "no format that is known"},
		{"two texts", `{"runs":[],"version":"2.1.0"} {}`, "several JSON texts"},
		{"bad escape", `{"a":"\x"}`, "escape does not exist"},
		{"bad number", `{"version":"2.1.0","runs":[{"a":01}]}`, "comma or the end"},
		{"number without digits", `{"a":-}`, "want a number"},
		{"number with a bare point", `{"a":1.}`, "no digits after the point"},
		{"number with a bare exponent", `{"a":1e}`, "no digits in its exponent"},
		{"control character", "{\"a\":\"\x01\"}", "control character"},
		{"comma at the end", `{"a":1,}`, "want a key"},
		{"comma at the end of an array", `[{"a":[1,]}]`, "want a value after the comma"},
		{"deep object", deep, "nested deeper"},
		{"deep array", strings.Repeat("[", 1000), "nested deeper"},
		{"deep XML", strings.Repeat("<testsuite>", 200), "nested deeper"},
		{"a key twice", `{"version":"2.1.0","runs":[],"runs":[]}`, "stands twice"},
		{"a key twice deep down", `{"version":"2.1.0","runs":[{"results":[1],"results":[]}]}`, "stands twice"},
		{"a key twice, escaped", `{"version":"2.1.0","runs":[],"r\u0075ns":[]}`, "stands twice"},
		{"a doctype", `<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><testsuite name="&b;"/>`, "document type"},
		{"an entity", `<testsuite name="&b;"/>`, "not well-formed"},
		{"XML cut short", `<testsuite><testcase name="a">`, "cut short"},
		{"two XML roots", `<testsuite/><testsuite/>`, "follows the end"},
		{"text after XML", `<testsuite/>x`, "follows the end"},
		{"a strange encoding", `<?xml version="1.0" encoding="EBCDIC"?><testsuite/>`, "encoding"},
		{"SARIF 1", `{"version":"1.0.0","runs":[]}`, "SARIF of version"},
		{"runs of another type", `{"version":"2.1.0","runs":[3]}`, "want an object"},
		{"a level of another type", `{"version":"2.1.0","runs":[{"results":[{"level":3}]}]}`, "want a string"},
		{"a huge index", `{"version":"2.1.0","runs":[{"results":[{"ruleIndex":1e300}]}]}`, "at most 9 digits"},
		{"an endless number", `{"version":"2.1.0","runs":[{"results":[{"ruleIndex":` + strings.Repeat("1", 5000) + `}]}]}`, "too long"},
		{"an infinite score", `{"scorecard":{},"repo":{},"checks":[{"name":"a","score":1e999}]}`, "too large"},
		{"a truth value of another type", `{"version":"2.1.0","runs":[{"invocations":[{"executionSuccessful":"no"}]}]}`, "want true or false"},
		{"half an event", "{\"Action\":\"run\",\"Package\":\"p\",\"Test\":\"A\"}\n{\"Action\":\"pa", "cut short"},
		{"plain: unknown key", `{"schema":"parley.results/1","result":[]}`, "does not exist"},
		{"plain: unknown key of a result", `{"schema":"parley.results/1","results":[{"outcome":"pass","x":1}]}`, "does not exist"},
		{"plain: no outcome", `{"schema":"parley.results/1","results":[{"test":"a"}]}`, "no outcome"},
		{"plain: unknown outcome", `{"schema":"parley.results/1","results":[{"outcome":"passed"}]}`, "want pass, fail"},
		{"plain: unknown level", `{"schema":"parley.results/1","results":[{"outcome":"fail","level":"bad"}]}`, "want none, note"},
		{"plain: time without a zone", `{"schema":"parley.results/1","time":"2027-01-01T00:00:00"}`, "no RFC 3339 time"},
		{"plain: another version", `{"schema":"parley.results/2"}`, "this program reads parley.results/1"},
		{"an envelope of nothing", `{"payloadType":"x","payload":"","signatures":[]}`, "holds nothing"},
		{"an envelope of rubbish", `{"payloadType":"x","payload":"!","signatures":[]}`, "not base64"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r, err := Read(Input{"f.json", []byte(c.data)}, Options{Commit: "abc", Time: time.Unix(2e9, 0)})
			if err == nil || !strings.Contains(err.Error(), c.says) {
				t.Fatalf("got %v, want it to say %q", err, c.says)
			}
			bad, ok := err.(*Error)
			if !ok || bad.File != "f.json" || bad.Format != r.Format {
				t.Errorf("error %#v", err)
			}
			f := r.Summary()
			if f.Verdict != Inconclusive || len(f.Notes) != 1 || f.Notes[0] != printable(bad.Says) || len(f.Digest) != 64 || f.Pass+f.Fail+f.Inconclusive != 0 {
				t.Errorf("summary %+v", f)
			}
		})
	}
}

// TestPlaces: an error names its line and column.
func TestPlaces(t *testing.T) {
	for data, want := range map[string]string{
		"{\n  \"a\": x\n}":                                    "f:2:8: want a value here",
		"<testsuite>\n <testcase>\n</testsuite>":              "f:3:13: is not well-formed XML: element <testcase> closed by </testsuite>",
		"{\"version\":\"2.1.0\",\"runs\":\n[\n{\"tool\":7}]}": "f:3:9: want an object here",
	} {
		_, err := Read(Input{"f", []byte(data)}, Options{})
		if err == nil || err.Error() != want {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}

// TestTimeAndCommit: the file's own come first, each with where it is from.
func TestTimeAndCommit(t *testing.T) {
	up := Options{Time: time.Date(2027, 1, 2, 3, 4, 5, 0, time.UTC), Commit: "abcdef0123456789", Branch: "main"}
	bare := `{"results":[],"errors":[]}`
	own := `{"schema":"parley.results/1","time":"2027-02-01T00:00:00+01:00","commit":"ABCDEF0","branch":"dev","results":[{"outcome":"pass"}]}`
	other := strings.Replace(own, "ABCDEF0", "1234567", 1)
	for _, c := range []struct {
		data         string
		opt          Options
		time, commit string
		ts, cs       Source
		branch       string
		verdict      Outcome
	}{
		{bare, Options{}, "", "", "", "", "", Pass},
		{bare, up, "2027-01-02T03:04:05Z", "abcdef0123456789", Asserted, Asserted, "main", Pass},
		{own, Options{}, "2027-01-31T23:00:00Z", "ABCDEF0", InFile, InFile, "dev", Pass},
		{own, up, "2027-01-31T23:00:00Z", "ABCDEF0", InFile, InFile, "dev", Inconclusive}, // of another branch
		{own, Options{Time: up.Time, Commit: up.Commit, Branch: "dev"}, "2027-01-31T23:00:00Z", "ABCDEF0", InFile, InFile, "dev", Pass},
		{other, up, "2027-01-31T23:00:00Z", "1234567", InFile, InFile, "dev", Inconclusive},
		{own, Options{Now: time.Date(2027, 1, 30, 22, 0, 0, 0, time.UTC)}, "2027-01-31T23:00:00Z", "ABCDEF0", InFile, InFile, "dev", Inconclusive},
		{own, Options{Now: time.Date(2027, 1, 30, 23, 0, 0, 0, time.UTC)}, "2027-01-31T23:00:00Z", "ABCDEF0", InFile, InFile, "dev", Pass},
	} {
		r := sure(t, c.data, c.opt)
		f := r.Summary()
		if got := text(f.Time); got != c.time {
			t.Errorf("time %s, want %s", got, c.time)
		}
		if got := text(f.Commit); got != c.commit {
			t.Errorf("commit %s, want %s", got, c.commit)
		}
		res := Judge(r, parley.Check{})
		if res.TimeSource != c.ts || res.CommitSource != c.cs || res.Branch != c.branch || f.Verdict != c.verdict {
			t.Errorf("sources %q, %q, branch %q, verdict %s, want %q, %q, %q, %s", res.TimeSource, res.CommitSource, res.Branch, f.Verdict, c.ts, c.cs, c.branch, c.verdict)
		}
	}
}

func text(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

// TestNothingSteers: texts of a file come out without what steers a terminal.
func TestNothingSteers(t *testing.T) {
	nasty := `\u001b[31mred\u202eder\u0007\u009b` + strings.Repeat("x", 1000)
	r := sure(t, `{"version":"2.1.0","runs":[{"tool":{"driver":{"name":"`+nasty+`"}},"results":[{"ruleId":"`+nasty+`"}],
		"versionControlProvenance":[{"revisionId":"`+nasty+`"}]}]}`, Options{})
	f := r.Summary()
	for _, s := range append([]string{f.Tool, *f.Commit}, f.Notes...) {
		if strings.ContainsAny(s, "\x1b\x07\u202e\u009b") || len([]rune(s)) > longest {
			t.Errorf("%q", s)
		}
	}
}

func TestTooLarge(t *testing.T) {
	_, err := Read(Input{"f", make([]byte, Largest+1)}, Options{})
	if err == nil || !strings.Contains(err.Error(), "larger than 256 MB") {
		t.Errorf("got %v", err)
	}
}

// TestF1NoEntities: no reader takes a document type, so that no entity is read from
// elsewhere or grows.
func TestF1NoEntities(t *testing.T) {
	for _, text := range []string{
		`<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><testsuite name="&b;"/>`,
		`<!DOCTYPE a SYSTEM "https://evil.example/a.dtd"><testsuite name="a"/>`,
		`<!DOCTYPE a [<!ENTITY x "xxxxxxxxxx"><!ENTITY y "&x;&x;&x;&x;"><!ENTITY z "&y;&y;&y;&y;">]><testsuites><testsuite name="&z;"/></testsuites>`,
		`<testsuite name="&b;"/>`,
	} {
		if _, err := Read(Input{"f.xml", []byte(text)}, Options{}); err == nil {
			t.Errorf("read: %s", text)
		}
	}
}
