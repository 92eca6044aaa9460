package gate

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"slices"
	"strings"
	"testing"
)

// excepted are facts with a layer that fails and a decision that knew of it.
func excepted() *Facts {
	f := sound()
	f.Layers[0].Lacks, f.Layers[0].LacksText = LacksPass, "is failing by its check attacks"
	f.Layers[0].Standing, f.Layers[0].Check, f.Layers[0].CostsNowText, f.Layers[0].ExceptedBy = "failing", "attacks", "about £90k", []string{"SHOP-D1"}
	f.Decisions[0].By, f.Decisions[0].Until = "priya", "2026-12-01"
	return f
}

// TestOnlyDecisionsExcept: a failing check passes while a decision in force
// names it, is on show then, and fails again as soon as that decision is not in
// force, is past its end, or is none.
func TestOnlyDecisionsExcept(t *testing.T) {
	p := mustRead(t, string(Default()))
	a := ask(t, p, excepted())
	x := a.excepted()
	if !a.Pass || len(x) != 2 || !strings.Contains(x[0], "“Wall” is failing") || !strings.Contains(x[0], "let pass by SHOP-D1 (accept: Leak) of priya, until 1 December 2026") {
		t.Fatalf("%v, %q", failing(a), x)
	}
	for name, change := range map[string]func(*Facts){
		"ended":       func(f *Facts) { f.Decisions[0].Overdue = true },
		"proposed":    func(f *Facts) { f.Decisions[0].Status = "proposed" },
		"no decision": func(f *Facts) { f.Layers[0].ExceptedBy = []string{"SHOP-D9"} },
		"one is none": func(f *Facts) { f.Layers[0].ExceptedBy = []string{"SHOP-D1", "SHOP-D9"} },
		"none":        func(f *Facts) { f.Layers[0].ExceptedBy = nil },
	} {
		f := excepted()
		change(f)
		f.Layers[0].Exception = "SHOP-D1 is over"
		results := ask(t, p, f).Results
		i := slices.IndexFunc(results, func(r Result) bool { return r.Rule == "checks" })
		if r := results[i]; r.Pass || len(r.Excepted) > 0 || !strings.Contains(r.Reason, "; SHOP-D1 is over") {
			t.Errorf("%s: %+v", name, r)
		}
	}
	for text, want := range map[string]string{"'\"SHOP-D1\"'": "except: it gives a text (string) and is to give a list of texts", "'[it.lost]'": `p.yaml:7:17: rule a: except: there is no field "lost" here`} {
		_, err := Read("p.yaml", []byte("parley-gate: v1\nrules:\n  - id: a\n    says: A\n    each: layers\n    require: 'false'\n    except: "+text+"\n"))
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", text, err)
		}
	}
}

// TestExceptionsAreOnShow: in every form, and as hostile as everything else.
func TestExceptionsAreOnShow(t *testing.T) {
	a := hostile()
	bad := a.Results[1].Reason
	a.Results[0].Excepted = []Exception{{Ref: "y", Reason: "R " + bad, Decisions: []string{"SHOP-D1"}, Says: "let pass by " + bad}}
	var md, ju, sa bytes.Buffer
	if err := a.Markdown(&md, "shop"); err != nil {
		t.Fatal(err)
	}
	text := a.Text("shop", 80)
	for _, s := range []string{"<script", "@team", "#12", "```", "\x1b", "]("} {
		if strings.Contains(md.String(), s) {
			t.Errorf("%q stands in\n%s", s, md.String())
		}
	}
	if !strings.Contains(md.String(), "### Let pass by decisions") || !strings.Contains(text, "~ R ") || !strings.Contains(text, "One thing is let pass") || strings.Contains(text, "\x1b") {
		t.Errorf("%s\n%s", md.String(), text)
	}
	var suite junitSuite
	if err := a.JUnit(&ju, "shop"); err != nil || xml.Unmarshal(ju.Bytes(), &suite) != nil || !strings.Contains(suite.Cases[0].Out, "let pass by") || suite.Cases[0].Failure != nil {
		t.Errorf("%v\n%s", err, ju.String())
	}
	var log sarifLog
	if err := a.SARIF(&sa, "shop", ""); err != nil || json.Unmarshal(sa.Bytes(), &log) != nil {
		t.Fatal(err)
	}
	r := log.Runs[0].Results
	if len(r) != 2 || len(r[0].Suppressions) != 1 || r[0].Suppressions[0].Status != "accepted" || r[0].Suppressions[0].Kind != "external" || r[1].Suppressions != nil {
		t.Errorf("%+v", r)
	}
}
