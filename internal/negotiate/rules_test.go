package negotiate

import (
	"bytes"
	"path/filepath"
	"strings"
	"testing"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/ledger"
)

func (d *desk) setRule(req RuleRequest) (*RulesResult, error) {
	d.t.Helper()
	req.Because = "the board said so"
	return d.SetRule(d.t.Context(), d.tom, req)
}

// Rules hold at once while one person may do both, and wait for the second one
// afterwards.
func TestRulesChangeByADecision(t *testing.T) {
	d := newDesk(t)
	d.apply(shop)
	r, err := d.setRule(RuleRequest{Role: RoleRequest{Name: "lead", Holders: []string{"tom@example.org"}, Products: []string{"shop"}, Currency: "GBP", Annual: "20k", OneIn20: "1M", BadCase: "2M"}})
	if err != nil || len(r.Authority) != 1 || *r.Authority[0].Annual != 20e3 || *r.Authority[0].BadCase != 2e6 || r.Authority[0].Products[0] != "shop" || r.Rules[0].Outcome != "accepted" {
		t.Fatalf("%+v, %v", r, err)
	}
	if r, err = d.setRule(RuleRequest{Role: RoleRequest{Name: "lead", Holders: []string{"ann"}, Currency: "GBP"}}); err != nil || len(r.Authority) != 1 || r.Authority[0].Annual != nil {
		t.Errorf("replaced: %+v, %v", r, err)
	}
	if r, err = d.setRule(RuleRequest{Role: RoleRequest{Name: "lead"}}); err != nil || len(r.Authority) != 0 {
		t.Errorf("taken away: %+v, %v", r, err)
	}
	if _, err := d.setRule(RuleRequest{Name: ledger.SeparateApprover, Value: "yes"}); err != nil {
		t.Fatal(err)
	}
	if r, err = d.setRule(RuleRequest{Name: ledger.RuleLongestEnd, Value: "90"}); err != nil || r.Settings[ledger.RuleLongestEnd] != "" || r.Rules[4].Outcome != "" {
		t.Fatalf("it waits: %+v, %v", r, err)
	}
	if _, err := d.SettleRule(t.Context(), d.tom, SettleRuleRequest{Rule: "r5", Accept: true}); !refusedFor(err, ledger.OneApprover) {
		t.Errorf("by the same person: %v", err)
	}
	if r, err = d.SettleRule(t.Context(), Local(helen, ViaCLI), SettleRuleRequest{Rule: "r5", Accept: true}); err != nil || r.Settings[ledger.RuleLongestEnd] != "90" {
		t.Errorf("by another: %+v, %v", r, err)
	}
	if now, err := d.Rules(t.Context(), d.tom); err != nil || len(now.Rules) != 5 || now.Rules[4].Outcome != "accepted" {
		t.Errorf("%+v, %v", now, err)
	}
}

func TestRulesAreRefused(t *testing.T) {
	d := newDesk(t)
	d.apply(shop)
	for name, c := range map[string]struct {
		req  RuleRequest
		kind parley.ErrorKind
	}{
		"no rule":             {RuleRequest{Name: "colour", Value: "blue"}, parley.Invalid},
		"neither yes nor no":  {RuleRequest{Name: ledger.SeparateApprover, Value: "perhaps"}, parley.Invalid},
		"no days":             {RuleRequest{Name: ledger.RuleLongestEnd, Value: "soon"}, parley.Invalid},
		"another currency":    {RuleRequest{Role: RoleRequest{Name: "lead", Holders: []string{"a"}, Currency: "GBP", Annual: "5k EUR"}}, parley.Invalid},
		"no amount":           {RuleRequest{Role: RoleRequest{Name: "lead", Holders: []string{"a"}, Currency: "GBP", Annual: "lots"}}, parley.Invalid},
		"no currency":         {RuleRequest{Role: RoleRequest{Name: "lead", Holders: []string{"a"}}}, parley.Invalid},
		"an unknown product":  {RuleRequest{Role: RoleRequest{Name: "lead", Holders: []string{"a"}, Currency: "GBP", Products: []string{"moon"}}}, parley.NotFound},
		"nothing to take off": {RuleRequest{Role: RoleRequest{Name: "lead"}}, parley.NotFound},
	} {
		before := d.size()
		if _, err := d.setRule(c.req); parley.KindOfError(err) != c.kind || d.size() != before {
			t.Errorf("%s: %v, want it %s", name, err, c.kind)
		}
	}
	if _, err := d.SetRule(t.Context(), d.tom, RuleRequest{Name: ledger.SeparateApprover, Value: "yes"}); parley.KindOfError(err) != parley.Refused {
		t.Errorf("without a reason: %v", err)
	}
	if _, err := d.SettleRule(t.Context(), d.tom, SettleRuleRequest{Rule: "R9"}); parley.KindOfError(err) != parley.NotFound {
		t.Errorf("a rule nobody proposed: %v", err)
	}
}

// TestARoleIsTakenAwayByItsNameAlone: whoever changes limits and forgets who holds the
// role does not lose it.
func TestARoleIsTakenAwayByItsNameAlone(t *testing.T) {
	d := newDesk(t)
	d.apply(shop)
	if _, err := d.setRule(RuleRequest{Role: RoleRequest{Name: "lead", Holders: []string{"tom@example.org"}, Currency: "GBP", Annual: "20k"}}); err != nil {
		t.Fatal(err)
	}
	for name, role := range map[string]RoleRequest{
		"a year": {Annual: "30k"}, "1 in 20": {OneIn20: "30k"}, "bad case": {BadCase: "30k"}, "cost": {Cost: "30k"},
		"kinds": {For: []parley.Kind{parley.Accept}}, "products": {Products: []string{"shop"}}, "approvers": {Approve: 2}, "currency": {Currency: "GBP"},
	} {
		role.Name = "lead"
		_, err := d.setRule(RuleRequest{Role: role})
		if parley.KindOfError(err) != parley.Invalid || !strings.Contains(said(err), "lead") || !strings.Contains(said(err), "name alone") {
			t.Errorf("%s: %v", name, err)
		}
	}
	if r, err := d.Rules(t.Context(), d.tom); err != nil || len(r.Authority) != 1 {
		t.Errorf("%+v, %v", r, err)
	}
	if r, err := d.setRule(RuleRequest{Role: RoleRequest{Name: "lead"}}); err != nil || len(r.Authority) != 0 {
		t.Errorf("by its name alone: %+v, %v", r, err)
	}
}

func (d *desk) note(kind ledger.NoteKind, about string, change func(*NoteRequest)) (*NotesResult, error) {
	d.t.Helper()
	req := NoteRequest{Kind: kind, About: about, Text: "I doubt it"}
	if change != nil {
		change(&req)
	}
	return d.AddNote(d.t.Context(), d.tom, req)
}

// What is said stays beside the figures: a challenge holds a proposal up, an
// estimate moves no price.
func TestNotesOnTheRecord(t *testing.T) {
	d := newDesk(t)
	d.apply(shop)
	id := d.propose("replay")
	if r, err := d.note(ledger.NoteComment, id, nil); err != nil || r.Status != string(ledger.Proposed) || len(r.Notes) != 1 {
		t.Fatalf("%+v, %v", r, err)
	}
	if r, err := d.note(ledger.NoteChallenge, strings.ToLower(id), func(r *NoteRequest) { r.By = helen }); err != nil || r.Status != string(ledger.Challenged) || !r.Notes[1].Claimed || r.Notes[1].By != helen {
		t.Errorf("%+v, %v", r, err)
	}
	before := d.annual("leak")
	r, err := d.note(ledger.NoteEstimate, "leak", func(r *NoteRequest) { r.Likelihood, r.Impact = "1% per year", "£1M..2M" })
	if err != nil || len(r.Notes) != 1 || r.Notes[0].Likelihood != "1% per year" || d.annual("leak") != before {
		t.Errorf("%+v, %v", r, err)
	}
	shown, err := d.Show(t.Context(), d.tom, ShowRequest{Decision: id})
	if err != nil || len(shown.Notes) != 2 {
		t.Errorf("%+v, %v", shown, err)
	}
}

func TestNotesAreRefused(t *testing.T) {
	d := newDesk(t)
	d.apply(shop)
	for name, c := range map[string]struct {
		kind   ledger.NoteKind
		about  string
		change func(*NoteRequest)
		want   parley.ErrorKind
	}{
		"no text":          {ledger.NoteComment, "leak", func(r *NoteRequest) { r.Text = " " }, parley.Invalid},
		"no such thing":    {ledger.NoteComment, "moon", nil, parley.NotFound},
		"no figures":       {ledger.NoteEstimate, "leak", nil, parley.Invalid},
		"no chance":        {ledger.NoteEstimate, "leak", func(r *NoteRequest) { r.Likelihood = "blue" }, parley.Invalid},
		"another currency": {ledger.NoteEstimate, "leak", func(r *NoteRequest) { r.Impact = "5k EUR" }, parley.Invalid},
		"too long":         {ledger.NoteComment, "leak", func(r *NoteRequest) { r.Text = strings.Repeat("x", 20_001) }, parley.Invalid},
		"no kind":          {"sigh", "leak", nil, parley.Invalid},
	} {
		before := d.size()
		if _, err := d.note(c.kind, c.about, c.change); parley.KindOfError(err) != c.want || d.size() != before {
			t.Errorf("%s: %v, want it %s", name, err, c.want)
		}
	}
}

// Every way to copy the record gives the same one, and refuses to replace another.
func TestCopiesOfTheRecord(t *testing.T) {
	d := newDesk(t)
	d.apply(shop)
	d.mitigateLeak()
	dir := t.TempDir()
	file := filepath.Join(dir, "copy.db")
	b, err := d.Backup(t.Context(), d.tom, TransferRequest{Name: file})
	if err != nil || b.Events != d.size() || b.To != file {
		t.Fatalf("%+v, %v", b, err)
	}
	var lines bytes.Buffer
	x, err := d.ExportLedger(t.Context(), d.tom, TransferRequest{Name: "lines", Out: &lines})
	if err != nil || x.Root != b.Root {
		t.Fatalf("%+v, %v", x, err)
	}
	elsewhere := func(name string) *Service {
		s := &Service{Ledger: filepath.Join(dir, name), Now: d.Now}
		t.Cleanup(func() { s.Close() })
		return s
	}
	restored, imported := elsewhere("restored.db"), elsewhere("imported.db")
	r, err := restored.Restore(t.Context(), d.tom, TransferRequest{Name: file})
	if err != nil || r.Root != b.Root {
		t.Errorf("restored: %+v, %v", r, err)
	}
	i, err := imported.ImportLedger(t.Context(), d.tom, TransferRequest{Name: "lines", In: bytes.NewReader(lines.Bytes())})
	if err != nil || i.Root != b.Root || i.Events != b.Events {
		t.Errorf("imported: %+v, %v", i, err)
	}
	for _, s := range []*Service{restored, imported} {
		shown, err := s.Show(t.Context(), d.tom, ShowRequest{Decision: "SHOP-D1"})
		if err != nil || len(shown.Brief) == 0 {
			t.Errorf("%s: %v", s.Ledger, err)
		}
		if _, err := s.Restore(t.Context(), d.tom, TransferRequest{Name: file}); parley.KindOfError(err) != parley.Conflict {
			t.Errorf("restored over a ledger: %v", err)
		}
	}
	if _, err := elsewhere("cut.db").ImportLedger(t.Context(), d.tom, TransferRequest{Name: "lines", In: bytes.NewReader(lines.Bytes()[:lines.Len()/2])}); parley.KindOfError(err) != parley.Invalid {
		t.Errorf("half of it: %v", err)
	}
}

// A proof needs no ledger, and does not hold with another key or a byte changed.
func TestProofsOfADecision(t *testing.T) {
	d := newDesk(t)
	d.apply(shop)
	d.mitigateLeak()
	proof, err := d.Prove(t.Context(), d.tom, ProveRequest{Decision: "shop-d1"})
	if err != nil {
		t.Fatal(err)
	}
	alone := &Service{}
	own, err := alone.CheckProof(t.Context(), d.tom, CheckProofRequest{Proof: proof})
	if err != nil || !own.OK || own.Decision != "SHOP-D1" || own.Kind != parley.Mitigate || !own.Brief || len(own.Events) != 2 {
		t.Fatalf("%+v, %v", own, err)
	}
	if known, err := alone.CheckProof(t.Context(), d.tom, CheckProofRequest{Proof: proof, Key: own.Key}); err != nil || !known.OK || known.Says == own.Says {
		t.Errorf("with the key known: %+v, %v", known, err)
	}
	for name, req := range map[string]CheckProofRequest{
		"another reason": {Proof: bytes.Replace(proof, []byte("worth it"), []byte("worth no"), 1)},
		"another key":    {Proof: proof, Key: strings.Replace(own.Key, "+", "+0", 1)},
		"no proof":       {Proof: []byte("{}")},
	} {
		if r, err := alone.CheckProof(t.Context(), d.tom, req); err != nil || r.OK || r.Why == "" {
			t.Errorf("%s: %+v, %v", name, r, err)
		}
	}
	short, err := d.Prove(t.Context(), d.tom, ProveRequest{Decision: "SHOP-D1", WithoutBrief: true})
	if err != nil || len(short) >= len(proof) {
		t.Errorf("without the brief %d bytes, with it %d (%v)", len(short), len(proof), err)
	}
	if _, err := d.Prove(t.Context(), d.tom, ProveRequest{Decision: "SHOP-D9"}); parley.KindOfError(err) != parley.NotFound {
		t.Errorf("a decision that is not there: %v", err)
	}
}

// Tasks are found by their own id or by that of what they build, and say what is
// wrong with either.
func TestTasksByEitherName(t *testing.T) {
	d := newDesk(t)
	d.apply(shop)
	d.mitigateLeak()
	for _, c := range []struct {
		task string
		to   ledger.TaskStatus
		want parley.ErrorKind // "" for done
	}{
		{"archive", "", parley.NotFound}, // nobody asks for it
		{"moon", "", parley.NotFound},
		{"safe", "", ""},
		{"shop-w1", "", parley.Refused}, // done already
		{"SHOP-M1", ledger.TaskOpen, ""},
		{"SHOP-W1", "lost", parley.Invalid},
	} {
		_, err := d.Done(t.Context(), d.tom, DoneRequest{Task: c.task, To: c.to})
		if c.want == "" && err != nil || c.want != "" && parley.KindOfError(err) != c.want {
			t.Errorf("%s to %q: %v", c.task, c.to, err)
		}
	}
}

// TestTwoRowsWaitAtOnce: where changes of the matrix wait for a second person, each
// changes its own row and undoes nothing of the others; the second change of one row
// is refused with what the row said, says and would say.
func TestTwoRowsWaitAtOnce(t *testing.T) {
	d := newDesk(t)
	d.apply(shop)
	row := func(name, holder, annual string) RuleRequest {
		return RuleRequest{Role: RoleRequest{Name: name, Holders: []string{holder}, Currency: "GBP", Annual: annual}}
	}
	if _, err := d.setRule(row("lead", "tom@example.org", "20k")); err != nil {
		t.Fatal(err)
	}
	if _, err := d.setRule(RuleRequest{Name: ledger.SeparateApprover, Value: "yes"}); err != nil {
		t.Fatal(err)
	}
	for _, req := range []RuleRequest{row("lead", "ann", "30k"), row("board", "bea", "5M"), row("lead", "cyd", "1k")} { // R3, R4, R5
		if r, err := d.setRule(req); err != nil || r.Rules[len(r.Rules)-1].Outcome != "" {
			t.Fatalf("%+v, %v", r, err)
		}
	}
	accept := func(rule string) (*RulesResult, error) {
		return d.SettleRule(t.Context(), Local(helen, ViaCLI), SettleRuleRequest{Rule: rule, Accept: true})
	}
	for _, rule := range []string{"R4", "R3"} {
		if _, err := accept(rule); err != nil {
			t.Fatal(err)
		}
	}
	now, err := d.Rules(t.Context(), d.tom)
	if err != nil || len(now.Authority) != 2 || *now.Authority[0].Annual != 30e3 || *now.Authority[1].Annual != 5e6 {
		t.Errorf("got %+v, %v", now, err)
	}
	if r := now.Rules[2]; r.Role != "lead" || *r.Was.Annual != 20e3 || *r.Becomes.Annual != 30e3 {
		t.Errorf("R3 says %+v", r)
	}
	if _, err := accept("R5"); parley.KindOfError(err) != parley.Conflict || !strings.Contains(err.Error(), "20000 GBP") || !strings.Contains(err.Error(), "30000 GBP") || !strings.Contains(err.Error(), "1000 GBP") {
		t.Errorf("it undid R3: %v", err)
	}
	if _, err := d.SettleRule(t.Context(), Local(helen, ViaCLI), SettleRuleRequest{Rule: "R5"}); err != nil {
		t.Error(err)
	}
}
