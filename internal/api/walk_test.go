package api

import (
	"crypto/sha256"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/parleysec/parley/internal/auth"
	"github.com/parleysec/parley/internal/negotiate"
)

// TestEveryRouteAnswersAsDocumented walks through a negotiation and asks every
// route there is at least once: each answers with success, and as the document
// says, which every request of these tests is held against.
func TestEveryRouteAnswersAsDocumented(t *testing.T) {
	s := newSite(t, "shop.yaml", "fair.yaml")
	p := "/products/shop"
	for _, path := range []string{
		"/me", "/products", p, "/status", p + "/status", p + "/risk?options=true&at=10k,1M&method=simulate&trials=2000", p + "/whatif?with=prepared&trials=2000&break=cdn",
		p + "/brief", p + "/brief?threats=leak&money=10k", p + "/learn", p + "/layers", p + "/sum", p + "/sum?about=option&id=leak&option=prepared", p + "/sum?about=plan&with=prepared", p + "/sum?about=deciding", p + "/evidence/timeline", p + "/evidence/timeline?about=waf-regression&as_of=2027-01-12", p + "/stages", p + "/calibration", p + "/metrics?from=2027-01-01", p + "/stages?item=one-click", p + "/plan?robust=true&trials=2000", p + "/frontier", p + "/compare?a=best&b=none", p + "/gate",
		p + "/file", p + "/threats?waiting=true&search=records", p + "/tasks?all=true", p + "/proposals", p + "/incidents", p + "/decisions", "/rules", "/log?limit=3", "/record/at/2027-01-12",
		"/record/checkpoint", p + "/export/tasks", p + "/accepted?above=50k", p + "/export/accepted", p + "/export/accepted?format=markdown", p + "/export/accepted?format=jsonl", p + "/export/threats?format=jsonl", "/export/log?product=shop", "/members", "/accounts", "/invitations", "/access-log", p + "/why?from=2027-01-11", p + "/agreements",
		"/webhooks",
	} {
		s.get(path)
	}
	s.files()
	s.negotiation(p)
	s.workshop(p)
	s.people()
	s.missing()
}

// workshop goes through one.
func (s *site) workshop(p string) {
	s.t.Helper()
	s.must(http.StatusCreated, "POST", p+"/workshops", map[string]any{"title": "Autumn", "threats": []string{"leak"}, "lines": "A key lies in public"})
	room := p + "/workshops/SHOP-WS1"
	s.must(http.StatusCreated, "POST", room+"/threats", map[string]any{"lines": "Another"})
	s.must(http.StatusCreated, "POST", room+"/steps", map[string]any{"step": "ask"})
	s.must(http.StatusCreated, "POST", room+"/estimates", map[string]any{"topic": 1, "likelihood": "37.125% within 2 years"})
	s.get(p + "/workshops")
	s.get(room)
	s.must(http.StatusCreated, "POST", room+"/steps", map[string]any{"step": "reveal"})
	s.must(http.StatusCreated, "POST", room+"/link", map[string]any{"guests": 5})
	s.must(http.StatusCreated, "POST", room+"/unlink", map[string]any{})
}

// files asks what is asked of files.
func (s *site) files() {
	s.t.Helper()
	file := map[string]any{"file": map[string]any{"text": fileText(s.t, "shop.yaml")}}
	with := func(more map[string]any) map[string]any {
		out := map[string]any{"file": file["file"]}
		for k, v := range more {
			out[k] = v
		}
		return out
	}
	s.must(http.StatusOK, "POST", "/files/check", fileText(s.t, "shop.yaml"))
	for path, body := range map[string]any{
		"risk": with(map[string]any{"trials": 2000, "at": "1M"}), "whatif": with(map[string]any{"with": "prepared", "trials": 2000}), "brief": file, "learn": file, "layers": file, "sum": file, "stages": file,
		"plan": with(map[string]any{"money": "20k", "deadline": 5, "trials": 2000}), "frontier": file, "compare": with(map[string]any{"a": "best", "b": "none"}), "gate": file,
		"incidents": with(map[string]any{"since": "2026-01-01"}),
		"import":    Imported{Files: []File{{Name: "threats.csv", Text: "title,likelihood,impact\nA leak,likely,20k..200k\n"}}, Currency: "GBP"},
		"evidence":  Reports{Files: []Upload{{Name: "junit.xml", Text: junit}}},
	} {
		s.must(http.StatusOK, "POST", "/files/"+path, body)
	}
}

const junit = `<testsuites><testsuite name="waf" tests="1" timestamp="2027-01-11T10:00:00Z"><testcase classname="waf" name="blocks"/></testsuite></testsuites>`

// negotiation is a product on its way: brought, decided, done.
func (s *site) negotiation(p string) {
	s.t.Helper()
	t := s.t
	s.must(http.StatusCreated, "POST", "/products?name=next.yaml", strings.NewReplacer("id: shop", "id: next", "name: Web shop", "name: Next shop").Replace(fileText(t, "shop.yaml")))
	changed := strings.Replace(fileText(t, "shop.yaml"), "title: A paid order is replayed", "title: A paid order is sent twice", 1)
	s.must(http.StatusOK, "PUT", p+"/file", changed, s.look(p+"/file"))
	decided := into[negotiate.DecideResult](t, s.must(http.StatusCreated, "POST", p+"/decisions",
		Deciding{Threats: []string{"leak"}, Kind: "mitigate", With: []string{"prepared"}, Because: "it pays", If: "few use it", Conditions: []Conditional{{Says: "nobody pays", Review: "2027-06-01"}}}, s.look(p+"/briefs/leak")))
	d, task := decided.Decisions[0].ShortID, decided.Tasks[0].ShortID
	s.get(p + "/decisions/" + d)
	s.get(p + "/decisions/" + d + "/at/2027-01-12")
	s.get(p + "/decisions/" + d + "/seen")
	s.get(p + "/decisions?status=in%20force&kind=mitigate&threat=leak&by=priya")
	proof := s.get(p + "/decisions/" + d + "/proof")
	s.must(http.StatusOK, "POST", "/record/check-proof", Proving{Proof: string(proof.text)})
	s.must(http.StatusCreated, "POST", p+"/agreements", s.planned("?trials=1000", Agreeing{Trials: 1000, Because: "the best", PlanOnly: true}))
	s.must(http.StatusCreated, "POST", p+"/appetite", Tolerating{Limits: []negotiate.Tolerated{{Loss: "10k", Chance: "50%"}}})
	s.must(http.StatusCreated, "POST", p+"/notes", Saying{About: "leak", Kind: "comment", Text: "who pays?"})
	s.must(http.StatusOK, "POST", p+"/backlog/"+task+"/place", Placing{Last: true}, s.look(p+"/tasks/"+task))
	s.must(http.StatusOK, "POST", p+"/backlog/as-planned", Unordering{}, s.look(p+"/tasks"))
	s.must(http.StatusOK, "POST", p+"/tasks/"+task+"/status", Finishing{}, s.look(p+"/tasks/"+task))
	s.must(http.StatusCreated, "POST", p+"/evidence", Bringing{Reports: Reports{Files: []Upload{{Name: "junit.xml", Text: junit}}}, Check: "waf-regression"})
	s.must(http.StatusOK, "POST", p+"/evidence/take-back", TakingBack{Digest: fmt.Sprintf("%x", sha256.Sum256([]byte(junit))), Because: "another commit"})
	if a := s.upload(p+"/evidence/file?check=waf-regression", junit+" "); a.StatusCode != http.StatusCreated {
		t.Fatalf("upload: %d %s", a.StatusCode, a.text)
	}
	s.must(http.StatusCreated, "POST", p+"/incidents", Happening{Threat: "replay", Title: "twice", Losses: []string{"2k"}})
	for path, status := range map[string]int{"/findings/preview": http.StatusOK, "/findings": http.StatusCreated} {
		s.must(status, "POST", p+path, Finding{Reports: Reports{Files: []Upload{{Name: "g.json", Text: `[{"RuleID":"key","File":"a.go","Secret":"x"}]`}}}})
	}
	s.must(http.StatusCreated, "POST", p+"/stages", Advance{Item: "one-click", To: "design", Because: "it is drawn"})
	s.must(http.StatusCreated, "POST", p+"/activities", Doing{Item: "one-click", Activity: "duties", Because: "a lawyer looked"})
	s.must(http.StatusOK, "POST", p+"/briefs/replay/options/consent", Option{OptionSays: negotiate.OptionSays{Effort: "4d", Likelihood: "50%"}, Because: "we tried"})
	s.must(http.StatusOK, "POST", p+"/incidents/i1/correction", Correcting{Title: "three times", Because: "the log says so"})
	s.must(http.StatusOK, "POST", p+"/gate", map[string]any{"stage": "testing"})
	s.must(http.StatusOK, "POST", p+"/decisions/"+d+"/conditions/2/review", Reviewing{Holds: true, Because: "nobody"})
	s.must(http.StatusOK, "POST", p+"/decisions/"+d+"/reopen", Moving{Because: "news"}, s.look(p+"/decisions/"+d))
	propose := accept("small", "replay")
	propose.Propose = true
	for _, move := range []string{"approve", "reject"} {
		r := into[negotiate.DecideResult](t, s.must(http.StatusCreated, "POST", p+"/decisions", propose, s.look(p+"/briefs/replay")))
		id, look := r.Decisions[0].ShortID, p+"/briefs/replay"
		if move == "reject" {
			look = p + "/decisions/" + id
		}
		s.must(http.StatusOK, "POST", p+"/decisions/"+id+"/"+move, Moving{Because: "so be it"}, s.look(look))
		if move == "approve" {
			s.must(http.StatusOK, "POST", p+"/decisions/"+id+"/withdraw", Moving{Because: "no"}, s.look(p+"/decisions/"+id))
		}
	}
	s.proposals(p, changed)
	s.must(http.StatusOK, "POST", "/record/verify", Checking{Checkpoints: []string{string(s.get("/record/checkpoint").text)}})
	s.must(http.StatusOK, "POST", "/sweep", nil)
}

// proposals are changes of a file, and of the rules, that wait.
func (s *site) proposals(p, file string) {
	s.t.Helper()
	t := s.t
	i, j := strings.Index(file, "  - {id: gift-cards"), strings.Index(file, "capacity:")
	s.must(http.StatusOK, "PUT", p+"/file", file[:i]+file[j:], s.look(p+"/file"))
	list := into[Proposals](t, s.get(p+"/proposals")).Proposals
	if len(list) == 0 {
		t.Fatal("nothing waits")
	}
	one := p + "/proposals/" + list[0].ShortID
	s.must(http.StatusOK, "POST", one+"/reject", Moving{Because: "kept"}, s.look(one))
	s.must(http.StatusOK, "PUT", p+"/file", file, s.look(p+"/file"))
	s.must(http.StatusOK, "PUT", p+"/file", file[:i]+file[j:], s.look(p+"/file"))
	list = into[Proposals](t, s.get(p+"/proposals")).Proposals
	one = p + "/proposals/" + list[0].ShortID
	s.must(http.StatusOK, "POST", one+"/approve", Moving{Because: "gone"}, s.look(one))

	s.must(http.StatusCreated, "POST", "/rules", RuleChange{Name: "separate_approver", Value: "yes", Because: "two of us"}, s.look("/rules"))
	for _, word := range []string{"accept", "refuse"} {
		s.who = "priya"
		r := into[negotiate.RulesResult](t, s.must(http.StatusCreated, "POST", "/rules", RuleChange{Name: "longest_end", Value: "90", Because: "not for ever"}, s.look("/rules")))
		id := r.Rules[len(r.Rules)-1].ID
		s.who = "ben"
		s.must(http.StatusOK, "POST", "/rules/"+id+"/"+word, Moving{Because: "so be it"}, s.look("/rules/"+id))
	}
	s.who = "priya"
}

// people asks what is asked of accounts.
func (s *site) people() {
	s.t.Helper()
	secret, err := s.accounts.SetUpLink(s.t.Context())
	if err != nil {
		s.t.Fatal(err)
	}
	if _, err := s.accounts.SetUp(s.t.Context(), secret, auth.NewAccount{Email: "ada@example.org", Name: "Ada", Password: "a long enough sentence"}); err != nil {
		s.t.Fatal(err)
	}
	s.must(http.StatusOK, "POST", "/members", Membership{Person: "ada@example.org", Role: "administrator", Because: "runs it"})
	s.who = "ada@example.org"
	token := into[Token](s.t, s.must(http.StatusCreated, "POST", "/tokens", TokenWanted{Name: "ci", Scope: "read"}))
	s.get("/tokens")
	s.must(http.StatusUnprocessableEntity, "POST", "/tokens", TokenWanted{Name: "ci", Scope: "read", Products: []string{"shop", "nowhere"}})
	s.must(http.StatusOK, "DELETE", "/tokens/"+token.ID, nil)
	sessions := into[Page[Session]](s.t, s.get("/sessions")).Items
	s.must(http.StatusOK, "DELETE", "/sessions/"+sessions[0].ID, nil)
	s.must(http.StatusCreated, "POST", "/invitations", Inviting{Email: "bo@example.org"})
	list := into[Page[Invitation]](s.t, s.get("/invitations")).Items
	s.must(http.StatusOK, "DELETE", "/invitations/"+list[0].ID, nil)
	s.must(http.StatusCreated, "POST", "/invitations", Inviting{Email: "Bo@example.org", Role: "decider", Product: "shop", Because: "He buys it."})
	members := func(want int) {
		s.t.Helper()
		held := into[negotiate.MembersResult](s.t, s.get("/members"))
		if n := len(slices.DeleteFunc(held.Members, func(m negotiate.Member) bool { return m.Person != "bo@example.org" })); n != want {
			s.t.Errorf("roles with invitations: %d of %+v, want %d", n, held.Members, want)
		}
	}
	members(1)
	list = into[Page[Invitation]](s.t, s.get("/invitations")).Items
	s.must(http.StatusOK, "DELETE", "/invitations/"+list[0].ID, nil)
	members(0)
	s.who = "priya"
	s.must(http.StatusOK, "POST", "/members", Membership{Person: "bo@example.org", Role: "reader", Product: "shop", Because: "looks"})
	s.must(http.StatusOK, "POST", "/members/remove", Membership{Person: "bo@example.org", Role: "reader", Product: "shop", Because: "looked"})
	for _, do := range []string{"end-sessions", "disable", "enable"} {
		s.must(http.StatusOK, "POST", "/accounts/ada@example.org/"+do, nil)
	}
	s.must(http.StatusCreated, "POST", "/accounts/ada@example.org/reset-link", nil)
	for path, body := range map[string]any{"/accounts/ada@example.org/mail-reset-link": nil, "/invitations/mail": Inviting{Email: "cy@example.org"}} {
		s.must(http.StatusOK, "POST", path, body)
	}
	s.get("/access-log?limit=2")
	s.receivers()
}

// receivers asks all there is about webhooks; nobody is there to take them.
func (s *site) receivers() {
	s.t.Helper()
	r := into[negotiate.WebhooksResult](s.t, s.must(http.StatusCreated, "POST", "/webhooks", Receiver{URL: "https://127.0.0.1:1/hook", Product: "shop", Types: []string{"decision.recorded"}}))
	if !strings.HasPrefix(r.Secret, "whsec_") || len(r.Webhooks) != 1 {
		s.t.Fatalf("it was added as %+v", r)
	}
	path := "/webhooks/" + r.Webhooks[0].ID
	for _, answer := range []answer{
		s.get("/webhooks"), s.must(http.StatusOK, "POST", path+"/stop", nil), s.must(http.StatusOK, "POST", path+"/start", nil), s.must(http.StatusOK, "POST", path+"/replay", Resending{}), s.must(http.StatusOK, "POST", path+"/test", nil),
	} {
		if strings.Contains(string(answer.text), "whsec_") {
			s.t.Errorf("N3: the secret is shown again: %s", answer.text)
		}
	}
	rotated := s.must(http.StatusOK, "POST", path+"/rotate", nil)
	if again := into[negotiate.WebhooksResult](s.t, rotated).Secret; again == r.Secret || again == "" || rotated.Header.Get("Cache-Control") != noStore {
		s.t.Errorf("N3: rotated to %q, to be kept %q", again, rotated.Header.Get("Cache-Control"))
	}
	s.must(http.StatusOK, "DELETE", path, nil)
	s.must(http.StatusNotFound, "POST", path+"/rotate", nil)
}

// TestA4AnyProduct: - stands for the product that is meant, as no name does on the
// command line: the only one, or the one that the other id is of; and it is
// never one that may not be seen.
func TestA4AnyProduct(t *testing.T) {
	s := newSite(t, "shop.yaml")
	if named, any := s.get("/products/shop/risk?trials=1000"), s.get("/products/-/risk?trials=1000"); string(named.text) != string(any.text) {
		t.Error("the only product is another one without its name")
	}
	d := into[negotiate.DecideResult](t, s.must(http.StatusCreated, "POST", "/products/-/decisions", accept("small", "replay"), s.look("/products/-/briefs/replay")))
	id := d.Decisions[0].ShortID
	mitigate := Deciding{Threats: []string{"leak"}, Kind: "mitigate", With: []string{"prepared"}, Because: "it pays"}
	s.must(http.StatusCreated, "POST", "/products/-/decisions", mitigate, s.look("/products/-/briefs/leak"))
	s.must(http.StatusCreated, "POST", "/products", fileText(t, "fair.yaml"))
	s.get("/products/-/tasks/prepared")
	s.must(http.StatusUnprocessableEntity, "GET", "/products/-/risk?trials=1000", nil)
	s.get("/products/-/briefs/replay")
	s.must(http.StatusOK, "POST", "/products/-/decisions/"+id+"/withdraw", Moving{Because: "no"}, s.look("/products/-/decisions/"+id))
	s.must(http.StatusOK, "POST", "/members", Membership{Person: "eve@example.org", Role: "reader", Product: "shop", Because: "looks"})
	s.must(http.StatusOK, "POST", "/members", Membership{Person: "max@example.org", Role: "reader", Product: "accounts", Because: "looks"})
	s.who = "eve@example.org"
	s.get("/products/-/decisions/" + id)
	s.get("/products/-/risk?trials=1000")
	s.who = "max@example.org"
	absent := s.must(http.StatusNotFound, "GET", "/products/-/decisions/SHOP-D9", nil)
	hidden := s.must(http.StatusNotFound, "GET", "/products/-/decisions/"+id, nil)
	if strings.ReplaceAll(string(absent.text), "SHOP-D9", id) != string(hidden.text) {
		t.Errorf("what may not be seen is told apart:\n%s\n%s", absent.text, hidden.text)
	}
	for _, path := range []string{"/products/-/risk", "/products/-/briefs/replay", "/products/-/file", "/products/-/tasks", "/products/-/status"} {
		if a := s.ask("GET", path, nil); strings.Contains(string(a.text), "A paid order") || strings.Contains(string(a.text), "Web shop") {
			t.Errorf("%s shows the other product: %s", path, a.text)
		}
	}
}

// missing names the routes that no request was held against the document for.
func (s *site) missing() {
	s.t.Helper()
	for _, r := range s.api.routes {
		told := false
		for at := range s.contract.told {
			pattern, status, _ := cutLast(at)
			told = told || pattern == r.Method+" "+base+r.Path && strings.HasPrefix(status, "2")
		}
		if alone := r.Path == "/events" || r.Path == "/accounts/{email}/clear-second-factor"; !told && !alone {
			s.t.Errorf("%s %s was not seen to answer", r.Method, r.Path)
		}
	}
}

func cutLast(s string) (before, after string, found bool) {
	i := strings.LastIndex(s, " ")
	return s[:i], s[i+1:], i >= 0
}
