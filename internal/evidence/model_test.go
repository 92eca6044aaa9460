package evidence

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/parleysec/parley"
)

// TestJudgeAgainstModel compares with the rule of docs/evidence.md written down
// once more, plainly, for checks without branch.
func TestJudgeAgainstModel(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r, c := anyReport().Draw(t, "report"), anyCheck().Draw(t, "check")
		if got, want := Judge(r, c).Outcome, modelOutcome(r, c); got != want {
			t.Fatalf("%s, the model says %s\nreport %+v\ncheck %+v", got, want, r, c)
		}
	})
}

func modelOutcome(r *Report, c parley.Check) Outcome {
	limit := map[string]Level{"": 0, "note": Note, "high": High, "5": Medium}[c.Level]
	narrowed := c.Rule+c.Test+c.Path != ""
	counted, failed, doubted := 0, false, false
	for i := range r.Runs {
		run := &r.Runs[i]
		if c.Tool != "" && !modelMatch(c.Tool, run.Tool) {
			continue
		}
		counted++
		n := map[Outcome]int{}
		scope := 0
		for _, k := range run.Cases {
			if !modelMatch(c.Rule, k.Rule) || !modelMatch(c.Test, k.Test) || !modelMatch(c.Path, k.Path) {
				continue
			}
			scope++
			o := k.Outcome
			below := k.Level != 0 && k.Level < limit
			if (run.Kind == Findings || run.Kind == Statements) && below && (o == Fail || o == Inconclusive) {
				o = Ignored
			}
			if run.Kind == Scores && c.Level == "5" && k.Score >= 0 {
				o = map[bool]Outcome{true: Pass, false: Fail}[k.Score >= 5]
			}
			n[o]++
		}
		failed = failed || n[Fail] > 0 || len(run.Broken) > 0 && !narrowed
		doubted = doubted || n[Inconclusive] > 0 || len(run.Doubts) > 0 || len(run.Broken) > 0
		cases := n[Pass] + n[Fail]
		switch run.Kind {
		case Tests:
			doubted = doubted || cases == 0
		case Scores:
			doubted = doubted || cases == 0 || limit != 0 && c.Level != "5"
		case Statements:
			doubted = doubted || scope == 0 && len(run.Cases) > 0
		case Findings:
			ran := 0
			for _, rule := range run.Rules {
				if modelMatch(c.Rule, rule) {
					ran++
				}
			}
			anyPath := slices.ContainsFunc(run.Paths, func(p string) bool { return modelMatch(c.Path, p) })
			doubted = doubted || c.Test != "" || scope == 0 && (c.Rule != "" && ran == 0 || c.Path != "" && !anyPath)
			if c.Test == "" {
				cases += ran
			}
		}
		doubted = doubted || cases < c.MinCases
	}
	switch {
	case failed:
		return Fail
	case doubted || counted == 0:
		return Inconclusive
	default:
		return Pass
	}
}

// modelMatch knows the few patterns and words of anyCheck and anyReport.
func modelMatch(pattern, text string) bool {
	return slices.Contains(map[string][]string{
		"": {"", "a", "b", "ab"}, "a": {"a"}, "a*": {"a", "ab"}, "b,ab": {"b", "ab"}, "?": {"a", "b"},
	}[pattern], text)
}

// TestGoTestRuns plays packages and tests, writes the events that go test would
// write, and reads them back.
func TestGoTestRuns(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		type played struct{ pkg, test string }
		last := map[played]string{}
		var events []string
		say := func(action, pkg, test string) {
			b, err := json.Marshal(map[string]string{"Action": action, "Package": pkg, "Test": test})
			if err != nil {
				t.Fatal(err)
			}
			events = append(events, string(b))
		}
		broken := map[string]bool{}
		for _, pkg := range rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"p", "q", "r"}), 1, 3, rapid.ID).Draw(t, "packages") {
			say("start", pkg, "")
			bad := false
			for _, test := range rapid.SliceOfN(rapid.SampledFrom([]string{"A", "B", "A/sub"}), 0, 4).Draw(t, "tests") {
				end := rapid.SampledFrom([]string{"pass", "fail", "skip"}).Draw(t, "end")
				say("run", pkg, test)
				say("output", pkg, test)
				say(end, pkg, test)
				last[played{pkg, test}] = end
			}
			for k, end := range last {
				bad = bad || k.pkg == pkg && end == "fail"
			}
			crash := rapid.Bool().Draw(t, "crash")
			broken[pkg] = crash && !bad
			say(map[bool]string{true: "fail", false: "pass"}[bad || crash], pkg, "")
		}
		n := map[string]int{}
		for _, end := range last {
			n[end]++
		}
		crashes := 0
		for _, b := range broken {
			if b {
				crashes++
			}
		}
		want := sums{"gotest", "go test", n["pass"], n["fail"], n["skip"], Pass}
		switch {
		case n["fail"] > 0 || crashes > 0:
			want.Verdict = Fail
		case n["pass"] == 0:
			want.Verdict = Inconclusive
		}
		if n["fail"] == 0 {
			want.Fail = crashes
		}
		r, err := Read(Input{"f", []byte(strings.Join(events, "\n"))}, Options{})
		if err != nil {
			t.Fatal(err)
		}
		if got := summed(r); got != want {
			t.Fatalf("got %+v, want %+v\n%s", got, want, strings.Join(events, "\n"))
		}
	})
}

// TestSARIFRoundTrip writes results with encoding/json, in any order of keys,
// and reads them back.
func TestSARIFRoundTrip(t *testing.T) {
	levels := map[string]Level{"": Medium, "none": None, "note": Note, "warning": Medium, "error": High}
	kinds := map[string]Outcome{"": Fail, "fail": Fail, "pass": Pass, "open": Inconclusive, "review": Inconclusive, "notApplicable": Ignored, "informational": Ignored}
	word := rapid.StringMatching(`[a-z"\\é/ ]{0,6}`)
	rapid.Check(t, func(t *rapid.T) {
		var results []any
		var want []Case
		for range rapid.IntRange(0, 5).Draw(t, "results") {
			level := rapid.SampledFrom([]string{"", "none", "note", "warning", "error"}).Draw(t, "level")
			kind := rapid.SampledFrom([]string{"", "fail", "pass", "open", "review", "notApplicable", "informational"}).Draw(t, "kind")
			rule, path := word.Draw(t, "rule"), word.Draw(t, "path")
			res := map[string]any{
				"message":   map[string]any{"text": word.Draw(t, "text"), "arguments": []any{1.5, true, nil, []any{}}},
				"locations": []any{map[string]any{"physicalLocation": map[string]any{"artifactLocation": map[string]any{"uri": path}}}},
				"ruleId":    rule,
			}
			if level != "" {
				res["level"] = level
			}
			if kind != "" {
				res["kind"] = kind
			}
			results = append(results, res)
			want = append(want, Case{Outcome: kinds[kind], Rule: rule, Path: path, Level: levels[level]})
		}
		b, err := json.Marshal(map[string]any{"version": "2.1.0", "runs": []any{map[string]any{"results": slices.Concat([]any{}, results)}}})
		if err != nil {
			t.Fatal(err)
		}
		r, err := Read(Input{"f", b}, Options{})
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, r.Runs[0].Cases); diff != "" {
			t.Fatalf("-want +got\n%s", diff)
		}
	})
}

// TestXMLWalk: any tree of elements is walked whole, whatever is left unread.
func TestXMLWalk(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var b strings.Builder
		want := 0
		var suite func(depth int)
		suite = func(depth int) {
			b.WriteString("<testsuite>")
			for range rapid.IntRange(0, 3).Draw(t, "children") {
				switch kind := rapid.IntRange(0, 3).Draw(t, "child"); {
				case kind == 0 && depth < 4:
					suite(depth + 1)
				case kind == 1:
					b.WriteString("<properties><testcase/><a><b>x</b></a></properties>")
				default:
					fmt.Fprintf(&b, "<testcase name='%d'><system-out><testcase/><![CDATA[<testcase>]]></system-out></testcase>", want)
					want++
				}
			}
			b.WriteString("<!-- <testcase/> --></testsuite>")
		}
		suite(0)
		r, err := Read(Input{"f", []byte(b.String())}, Options{})
		if err != nil {
			t.Fatal(err)
		}
		if got := len(r.Runs[0].Cases); got != want {
			t.Fatalf("%d cases, want %d in %s", got, want, b.String())
		}
	})
}
