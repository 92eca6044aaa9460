package gate

import (
	"bytes"
	"context"
	"encoding/json"
	"encoding/xml"
	"slices"
	"strings"
	"testing"
)

func mustRead(t *testing.T, text string) *Policy {
	t.Helper()
	p, err := Read("p.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func ask(t *testing.T, p *Policy, f *Facts) *Answer {
	t.Helper()
	a, err := p.Ask(context.Background(), f)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func failing(a *Answer) []string {
	var out []string
	for _, r := range a.Results {
		if !r.Pass {
			out = append(out, r.Rule)
		}
	}
	return out
}

// TestDefault: the shipped policy is one, and nothing is missing of nothing.
func TestDefault(t *testing.T) {
	p := mustRead(t, string(Default()))
	if p.Mode != Advise {
		t.Errorf("mode %s", p.Mode)
	}
	if a := ask(t, p, &Facts{}); !a.Pass {
		t.Errorf("%+v", a)
	}
}

// sound are facts with which no default rule fails, in operations.
func sound() *Facts {
	return &Facts{
		Product:     Product{ID: "shop", Stage: "operations", Position: 7, Recorded: true, Loss: 20_000, LossText: "about £20k"},
		Threats:     []Threat{{ID: "leak", Title: "Leak", Loss: 20_000, LossText: "about £20k", Asks: true, Decided: true, Kind: "accept", Priced: true, Tier: "medium"}},
		Decisions:   []Decision{{ID: "SHOP-D1", Status: "in force", Headline: "SHOP-D1 (accept: Leak)"}},
		Layers:      []Layer{{ID: "wall", Title: "Wall", Standing: "verified", Checks: 1, Costs: 90_000, CostsText: "about £90k"}},
		Appetite:    []Limit{{Loss: 1e6, Allowed: .05, Chance: .01, Says: "says"}},
		Obligations: []Obligation{{ID: "leak", Title: "Leak", Says: "GDPR", Finished: true}},
	}
}

// TestDefaultRules breaks one thing at a time: the one rule that is about it
// fails, and says what.
func TestDefaultRules(t *testing.T) {
	p := mustRead(t, string(Default()))
	if a := ask(t, p, sound()); !a.Pass || len(failing(a)) > 0 {
		t.Fatalf("sound facts fail %v", failing(a))
	}
	for name, c := range map[string]struct {
		change func(*Facts)
		rules  []string
		ref    string
		says   string
	}{
		"undecided":        {func(f *Facts) { f.Threats[0].Decided = false }, []string{"undecided-medium"}, "leak", "nobody decided about “Leak”, which costs about £20k a year; a threat of medium risk needs a decision from design on, by the rules in p.yaml"},
		"undecided, early": {func(f *Facts) { f.Threats[0].Decided = false; f.Product.Position = 2 }, nil, "", ""},
		"high risk, early": {func(f *Facts) { x := &f.Threats[0]; x.Decided, x.Tier = false, "high"; f.Product.Position = 1 }, []string{"undecided"}, "leak", "high risk needs a decision at every stage"},
		"grave, early": {func(f *Facts) {
			x := &f.Threats[0]
			x.Decided, x.Tier, x.Grave = false, "high", true
			f.Product.Position = 1
		}, []string{"undecided"}, "leak", "at every stage"},
		"low risk":        {func(f *Facts) { x := &f.Threats[0]; x.Decided, x.Tier = false, "low"; f.Product.Position = 4 }, []string{"undecided-low"}, "leak", "from development on"},
		"low risk, early": {func(f *Facts) { x := &f.Threats[0]; x.Decided, x.Tier = false, "low"; f.Product.Position = 3 }, nil, "", ""},
		"handed up":       {func(f *Facts) { x := &f.Threats[0]; x.Kind, x.Decision = "escalate", "SHOP-D1" }, []string{"undecided-medium"}, "leak", "“Leak” was handed up in SHOP-D1 and nobody answered: it costs"},
		"answered no more": {func(f *Facts) {
			f.Threats[0].Decided, f.Decisions[0].Status, f.Decisions[0].Threats = false, "reopened", []string{"leak"}
		}, []string{"undecided-medium", "premises"}, "leak", "what was decided about “Leak” was re-opened and waits for an answer: it costs about £20k a year"},
		"proposed": {func(f *Facts) {
			f.Threats[0].Decided, f.Decisions[0].Status, f.Decisions[0].Threats = false, "proposed", []string{"leak"}
		}, []string{"undecided-medium"}, "leak", "what is proposed about “Leak” is not agreed yet: it costs"},
		"no price":   {func(f *Facts) { x := &f.Threats[0]; x.Decided, x.Priced, x.Loss = false, false, 0 }, []string{"undecided"}, "leak", "no price yet"},
		"only aware": {func(f *Facts) { x := &f.Threats[0]; x.Decided, x.Asks = false, false }, nil, "", ""},
		"reopened":   {func(f *Facts) { x := &f.Decisions[0]; x.Status, x.Broken = "reopened", []string{"a", "b"} }, []string{"premises"}, "SHOP-D1", "SHOP-D1 (accept: Leak) was re-opened and waits for an answer: a; b"},
		"overdue":    {func(f *Facts) { x := &f.Decisions[0]; x.Overdue, x.Until = true, "2026-01-01" }, []string{"overdue"}, "SHOP-D1", "ended on 2026-01-01"},
		"failing": {func(f *Facts) {
			x := &f.Layers[0]
			x.Standing, x.Lacks, x.Check, x.Costs, x.CostsNow, x.CostsNowText = "failing", LacksPass, "scan", 0, 70_000, "about £70k"
		}, []string{"checks", "tested"}, "wall", "“Wall” is failing by its check scan; a year costs about £70k more than if it worked as stated"},
		"silent": {func(f *Facts) { x := &f.Layers[0]; x.Standing, x.Lacks = "stale", LacksSpeech }, []string{"checks", "tested"}, "wall", "silent for too long"},
		"never reported": {func(f *Facts) {
			x := &f.Layers[0]
			x.Standing, x.Lacks, x.LacksText = "never reported", LacksReport, "has a check that never reported: scan"
		}, []string{"tested"}, "wall", "“Wall” has a check that never reported: scan; if it failed unnoticed, a year"},
		"no check": {func(f *Facts) { x := &f.Layers[0]; x.Standing, x.Checks, x.Lacks = "not verified", 0, LacksCheck }, []string{"tested"}, "wall", "above 10000 a check must report, by the rules in p.yaml"},
		"cheap, no check": {func(f *Facts) {
			x := &f.Layers[0]
			x.Standing, x.Checks, x.Costs, x.Lacks = "not verified", 0, 10_000, LacksCheck
		}, nil, "", ""},
		"appetite":        {func(f *Facts) { f.Appetite[0].Breached = true }, []string{"appetite"}, "appetite 1000000", "says"},
		"too close":       {func(f *Facts) { x := &f.Appetite[0]; x.Breached, x.Close = true, true }, nil, "", ""},
		"duty":            {func(f *Facts) { f.Obligations[0].Finished = false }, []string{"obligations", "duties-finished"}, "leak", "nobody promised to meet: GDPR"},
		"duty promised":   {func(f *Facts) { x := &f.Obligations[0]; x.Finished, x.Decided = false, true }, []string{"duties-finished"}, "leak", "not met yet"},
		"promised, early": {func(f *Facts) { x := &f.Obligations[0]; x.Finished, x.Decided = false, true; f.Product.Position = 5 }, nil, "", ""},
		"unconfirmed":     {func(f *Facts) { f.Product.Unsure = .6 }, []string{"confirmed"}, "shop", "more than half of about £20k"},
	} {
		t.Run(name, func(t *testing.T) {
			f := sound()
			c.change(f)
			a := ask(t, p, f)
			if got := failing(a); !slices.Equal(got, c.rules) || a.Pass != (len(c.rules) == 0) {
				t.Fatalf("%v fail, want %v", got, c.rules)
			}
			for _, r := range a.Results {
				if !r.Pass && r.Rule == c.rules[0] && (!slices.Equal(r.Refs, []string{c.ref}) || !strings.Contains(r.Reason, c.says)) {
					t.Errorf("%v %q, want %s %q", r.Refs, r.Reason, c.ref, c.says)
				}
			}
		})
	}
}

const one = "parley-gate: v1\nlimits: {most: 5}\nrules:\n  - id: a\n    says: A\n"

// TestReadRefuses: each mistake has an error that says where and what.
func TestReadRefuses(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"", "policy is empty"},
		{"parley-gate: v2\nrules: []", `parley-gate: v1, not "v2"`},
		{"parley-gate: v1\nrules: []", "there are no rules"},
		{"parley-gate: v1\nmode: maybe\nrules: []", "advise or block"},
		{"parley-gate: v1\nruels: []", "ruels"},
		{"parley-gate: [", "p.yaml"},
		{"a: &a 1\nparley-gate: *a", "alias"},
		{one, "require is missing"},
		{one + "    require: 1 +\n", "p.yaml:6:14: rule a: require: the expression ends too early"},
		{one + "    require: 1 + 1\n", "it gives a whole number (int) and is to give yes or no (bool)"},
		{one + "    require: it.loss > 1.0\n", "p.yaml:6:14: rule a: require: 'it' is an element of each, and this rule names none"},
		{one + "    from: operations\n    until: design\n    require: 'true'\n", "it can never apply: operations, where it begins, comes after design"},
		{one + "    needs: luck\n    require: 'true'\n", `needs: "luck" is not known`},
		{one + "    requires: 'true'\n", `"requires" is no field of a rule: did you mean require?`},
		{one + "    require: product.lost > 1.0\n", `p.yaml:6:21: rule a: require: there is no field "lost" here: did you mean loss?`},
		{one + "    require: product.loss > limits.least\n", `no limit "least"`},
		{one + "    each: cats\n    require: 'true'\n", `"cats" is none of the lists`},
		{one + "    require: limit_texts.least == policy\n", `no limit "least"`},
		{one + "    when: 'true'\n    require: 'true'\n", "when belongs to each"},
		{one + "    from: launch\n    require: 'true'\n", `"launch" is no stage`},
		{one + "    require: 'true'\n    reason: '1'\n", "it gives a whole number (int) and is to give a text (string)"},
		{one + "    says: B\n    require: 'true'\n", "p.yaml:6:5: rule a: says stands here a second time, first in line 5"},
		{one + "    require: [1, 2]\n", "p.yaml:6:14: rule a: require is a text, and this is a list"},
		{one + "    <<: {from: design}\n    require: 'true'\n", "p.yaml:6:5: rule a: a policy has no <<"},
		{one + "\trequire: 'true'\n", "p.yaml:6:1: a tab is used to indent"},
		{one + "    require: 'true\n", "p.yaml:6:14: the quote that opens here is not closed"},
		{one + "    require: 'true'\n---\na: b\n", "p.yaml:7:1: a second document starts here"},
		{one + "    each: threats\n    require: >-\n      it.loss > 5.0\n      && it.nope\n", `p.yaml:9:12: rule a: require: there is no field "nope" here`},
		{one + "    each: threats\n    require: 'it.id == ''x'' && it.nope'\n", "p.yaml:7:35: rule a"},
		{one + "    each: threats\n    require: \"it.id == \\\"x\\\" && it.nope\"\n", "p.yaml:7:14: rule a"}, // escapes: where the text begins
		{one + "    each: threats\n    require: it.loss > > 5.0\n", `p.yaml:7:24: rule a: require: ">" does not fit here`},
		{one + "    require: threat.size() > 1\n", `"threat" is not known: did you mean threats?`},
		{one + "    require: threats.exists(t)\n", "exists takes a name and a condition"},
		{one + "    each: threats\n    require: it.loss == policy\n", "p.yaml:7:22: rule a: require: == does not go with a number (double, as 5.0) and a text (string)"},
		{strings.Replace(one, "most: 5", "most: 10k", 1) + "    require: 'true'\n", `p.yaml:2:16: limit most is a number, as 10000 or 0.5, and this is "10k"`},
		{strings.Replace(one, "most: 5", "most: NaN", 1) + "    require: 'true'\n", "p.yaml:2:16: limit most is a number that can be compared"},
		{"parley-gate: v1\nrules: {a: b}\n", "p.yaml:2:8: rules is a list, and this is a set of fields"},
		{"parley-gate: v1\nrules: [a]\n", "p.yaml:2:9: a rule has fields, and this is a text"},
		{"- a\n", "p.yaml:1:1: a policy has fields, and this is a list"},
		{"# nothing\n", "policy is empty"},
		{"parley-gate: v1\x00\n", "p.yaml:1:1: this line is no text"},
		{strings.Repeat("[", 30), "more than 20 deep"},
		{one + "    colour: red\n    require: 'true'\n", "colour"},
		{one + "    require: 'true'\n  - id: a\n    says: A\n    require: 'true'\n", "another rule of that name"},
		{strings.Replace(one, "id: a", "id: A b", 1) + "    require: 'true'\n", `"a-b" would be`},
		{strings.Repeat("#", 256<<10+1), "at most 256 kB"},
		{one + "    require: '" + strings.Repeat(" ", 4000) + "true'\n", "at most 4000 bytes"},
	} {
		_, err := Read("p.yaml", []byte(c.text))
		if err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), "p.yaml") {
			t.Errorf("%.60q: %v, want %q", c.text, err, c.want)
		}
	}
	_, err := Read("p.yaml", []byte(one+"    require: 1 +\n  - id: b\n    says: B\n"))
	if err == nil || !strings.Contains(err.Error(), "p.yaml:6:14: rule a") || !strings.Contains(err.Error(), "p.yaml:7:5: rule b") {
		t.Errorf("not both at once: %v", err)
	}
}

// TestFailuresHaveAPlace: what cannot be worked out is an error at its place in the
// file, and no answer.
func TestFailuresHaveAPlace(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"    require: 1 / 0 == 1\n", "p.yaml:6:16: rule a: require: it divides by 0"},
		{"    require: |\n      threats.size() == 0 &&\n        threats[7].loss > 5.0\n", "p.yaml:8:19: rule a: require: a list has no element 7"},
		{"    require: 'false'\n    reason: '{\"a\": \"b\"}[\"c\"]'\n", "rule a: reason: there is no entry c"},
		{"    require: 'false'\n    except: '[[\"a\"]][3]'\n", "rule a: except: a list has no element 3"},
	} {
		p := mustRead(t, one+c.text)
		a, err := p.Ask(t.Context(), &Facts{Product: Product{Position: 1}})
		if err == nil || a != nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q: %v, want %q", c.text, err, c.want)
		}
	}
}

// TestLimitsAreNamesNotText: a limit that an expression uses must be there,
// wherever it stands; the word in a text is no use of it.
func TestLimitsAreNamesNotText(t *testing.T) {
	mustRead(t, one+"    require: product.loss < limits.most\n    reason: '\"beyond limits.least\"'\n")
	if _, err := Read("p.yaml", []byte(one+"    require: threats.all(x, x.loss < limits.most || [1.0].exists(y, y > limits.least))\n")); err == nil || !strings.Contains(err.Error(), `no limit "least"`) {
		t.Errorf("got %v", err)
	}
}

// TestCostIsBounded: an expression that would run for ever is stopped, and the
// gate gives no answer.
func TestCostIsBounded(t *testing.T) {
	p := mustRead(t, one+"    require: threats.all(a, threats.all(b, threats.all(c, threats.all(d, a.loss + b.loss + c.loss + d.loss >= 0.0))))\n")
	f := &Facts{Product: Product{Position: 1}, Threats: make([]Threat, 100)}
	a, err := p.Ask(context.Background(), f)
	if err == nil || a != nil || !strings.Contains(err.Error(), "100000 steps") || !strings.Contains(err.Error(), "rule a") {
		t.Fatalf("%+v, %v", a, err)
	}
}

// TestExpressionsSeeFactsAlone: nothing of the machine can be asked.
func TestExpressionsSeeFactsAlone(t *testing.T) {
	grows := `"a"` + strings.Repeat(`.replace("a", "aaaaaaaaaa")`, 9) + ` != ""` // would take all memory
	for _, e := range []string{grows, `env("HOME") == ""`, `os.getenv("HOME") == ""`, `file("/etc/passwd") == ""`, `http.get("http://x") == ""`} {
		if _, err := Read("p.yaml", []byte(one+"    require: '"+e+"'\n")); err == nil {
			t.Errorf("%s compiles", e)
		}
	}
}

func hostile() *Answer {
	bad := "<script>alert(1)</script> @team closes #12 ```\x1b[31m ](http://evil) =cmd|'/c calc'!A1"
	return &Answer{Mode: Block, Stage: "testing", Results: []Result{
		{Rule: "a", Says: "A", Pass: true},
		{Rule: "b", Says: "B", Refs: []string{"x"}, Reason: bad, Failing: []Failing{{Ref: "x", Reason: bad}}},
		{Rule: "c", Says: "C", Pass: true, Skipped: true},
	}}
}

// TestMarkdownIsHarmless: no mention, no closing word that works, no markup.
func TestMarkdownIsHarmless(t *testing.T) {
	var b bytes.Buffer
	if err := hostile().Markdown(&b, "@all"); err != nil {
		t.Fatal(err)
	}
	text := b.String()
	for _, bad := range []string{"<script", "@team", "@all", "#12", "```", "\x1b", "](", "http://"} {
		if strings.Contains(text, bad) {
			t.Errorf("%q stands in\n%s", bad, text)
		}
	}
	if !strings.Contains(text, "stops here") || !strings.Contains(text, "1 rule holds, 1 fails, 1 does not apply at this stage.") {
		t.Errorf("got\n%s", text)
	}
	many := hostile()
	many.Results[1].Failing = slices.Repeat(many.Results[1].Failing, 25)
	b.Reset()
	if err := many.Markdown(&b, "x"); err != nil || !strings.Contains(b.String(), "and 5 more") || strings.Count(b.String(), "script") != 40 {
		t.Errorf("%v\n%s", err, b.String())
	}
}

// TestText: no control character reaches a terminal, no line is too long.
func TestText(t *testing.T) {
	text := hostile().Text("shop", 60)
	if strings.Contains(text, "\x1b") || !strings.Contains(text, "MISSING B (b)") || !strings.Contains(text, "later") {
		t.Errorf("got\n%s", text)
	}
	for line := range strings.Lines(text) {
		if len([]rune(line)) > 62 {
			t.Errorf("too long: %q", line)
		}
	}
}

// TestJUnit reads back what was written; a gate that advises fails nothing, and
// says all the same what is missing.
func TestJUnit(t *testing.T) {
	for _, mode := range []Mode{Advise, Block} {
		a := hostile()
		a.Mode = mode
		var b bytes.Buffer
		if err := a.JUnit(&b, "shop"); err != nil {
			t.Fatal(err)
		}
		var s junitSuite
		if err := xml.Unmarshal(b.Bytes(), &s); err != nil {
			t.Fatal(err)
		}
		failures, skipped := 0, 2
		if mode == Block {
			failures, skipped = 1, 1
		}
		bad := s.Cases[1]
		if s.Tests != 3 || s.Failures != failures || s.Skipped != skipped || (bad.Failure != nil) != (mode == Block) || (bad.Skipped != nil) != (mode == Advise) {
			t.Errorf("%s: %+v", mode, s)
		}
		reason := strings.TrimSpace(a.Results[1].reasons())
		if mode == Advise && (reason == "" || !strings.Contains(bad.Skipped.Message, reason) || !strings.Contains(bad.Out, reason)) {
			t.Errorf("no reason in %+v", bad)
		}
	}
}

// TestSARIF reads back what was written.
func TestSARIF(t *testing.T) {
	var b bytes.Buffer
	if err := hostile().SARIF(&b, "shop", "parley.yaml"); err != nil {
		t.Fatal(err)
	}
	var log sarifLog
	if err := json.Unmarshal(b.Bytes(), &log); err != nil {
		t.Fatal(err)
	}
	run := log.Runs[0]
	if log.Version != "2.1.0" || len(run.Tool.Driver.Rules) != 3 || len(run.Results) != 1 || run.Results[0].Level != "error" || run.Results[0].Fingerprints["parleyGate/v1"] != "shop/b/x" {
		t.Errorf("%+v", log)
	}
}

// FuzzRead: no policy makes it panic, and what reads can be asked.
func FuzzRead(f *testing.F) {
	f.Add(string(Default()))
	f.Add(one + "    require: 'true'\n")
	f.Fuzz(func(t *testing.T, text string) {
		p, err := Read("p.yaml", []byte(text))
		if err != nil {
			return
		}
		_, _ = p.Ask(context.Background(), sound())
	})
}
