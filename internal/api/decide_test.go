package api

import (
	"net/http"
	"strings"
	"testing"

	"github.com/parleysec/parley/internal/negotiate"
)

func accept(because string, threats ...string) Deciding {
	return Deciding{Threats: threats, Kind: "accept", Because: because, Until: "2027-06-30"}
}

// TestD3DecisionNamesItsBrief: a decision is made on the very bytes that were
// read, and on no others.
func TestD3DecisionNamesItsBrief(t *testing.T) {
	s := newSite(t, "shop.yaml")
	brief := s.get("/products/shop/briefs/replay")
	if tag := brief.Header.Get("ETag"); tag != `"`+negotiate.Digest(brief.text)+`"` {
		t.Fatalf("the tag of the brief is %s, its digest %s", tag, negotiate.Digest(brief.text))
	}
	for _, h := range []head{{"X-None", ""}, {"If-Match", "*"}, {"If-Match", `W/"0123"`}, {"If-Match", "0123"}, {"If-Match", `"a", "b"`}} {
		s.must(http.StatusPreconditionRequired, "POST", "/products/shop/decisions", accept("small", "replay"), h)
	}
	old := s.look("/products/shop/briefs/replay")
	changed := strings.Replace(fileText(t, "shop.yaml"), "likelihood: low\n", "likelihood: high\n", 1)
	s.must(http.StatusOK, "PUT", "/products/shop/file", changed, s.look("/products/shop/file"))
	a := s.must(http.StatusPreconditionFailed, "POST", "/products/shop/decisions", accept("small", "replay"), old)
	p := into[Problem](t, a)
	if len(p.Changes) == 0 || !strings.Contains(string(a.text), "chance_within_horizon") {
		t.Errorf("it does not say what moved: %s", a.text)
	}
	now := s.look("/products/shop/briefs/replay")
	if now[1] != a.Header.Get("ETag") {
		t.Errorf("the tag of the brief is %s, the refusal says %s", now[1], a.Header.Get("ETag"))
	}
	r := into[negotiate.DecideResult](t, s.must(http.StatusCreated, "POST", "/products/shop/decisions", accept("small", "replay"), now))
	shown := into[negotiate.ShowResult](t, s.get("/products/shop/decisions/"+r.Decisions[0].ShortID))
	if kept := `"` + negotiate.Digest(append(shown.Brief, '\n')) + `"`; kept != now[1] {
		t.Errorf("the decision keeps the brief %s, it was made on %s", kept, now[1])
	}
	if shown.Decision.By != "priya" || shown.Decision.Claimed {
		t.Errorf("decided by %q, claimed %v", shown.Decision.By, shown.Decision.Claimed)
	}
}

// TestA5NothingIsSetThatIsNotAsked: fields that are the server's, or that nobody
// knows, are refused by name, and nothing is recorded.
func TestA5NothingIsSetThatIsNotAsked(t *testing.T) {
	s := newSite(t, "shop.yaml")
	look := s.look("/products/shop/briefs/replay")
	for _, field := range []string{"decider", "status", "signed_at", "product", "role", "seen", "at"} {
		body := []byte(`{"threats":["replay"],"kind":"accept","because":"small","until":"2027-06-30","` + field + `":"eve"}`)
		a := s.must(http.StatusUnprocessableEntity, "POST", "/products/shop/decisions", jsonText(body), look)
		if p := into[Problem](t, a); len(p.Errors) == 0 || p.Errors[0].Location != "body."+field {
			t.Errorf("%s: %s", field, a.text)
		}
	}
	for _, field := range []string{"Because", "BECAUSE", "becauſe", "because"} { // as some readers of JSON would take them for because
		body := []byte(`{"threats":["replay"],"kind":"accept","because":"small","until":"2027-06-30","` + field + `":"eve"}`)
		s.must(http.StatusBadRequest, "POST", "/products/shop/decisions", jsonText(body), look)
	}
	s.must(http.StatusUnprocessableEntity, "GET", "/products/shop/risk?role=administrator", nil)
	if n := len(into[Page[negotiate.Decision]](t, s.get("/products/shop/decisions")).Items); n != 0 {
		t.Errorf("%d decisions", n)
	}
}

// What a rule of deciding forbids is a conflict that names the field.
func TestRefusalsNameTheirFields(t *testing.T) {
	s := newSite(t, "shop.yaml")
	look := s.look("/products/shop/briefs/replay")
	a := s.must(http.StatusConflict, "POST", "/products/shop/decisions", Deciding{Threats: []string{"replay"}, Kind: "accept", Because: " "}, look)
	where := map[string]bool{}
	for _, e := range into[Problem](t, a).Errors {
		where[e.Location] = e.Reason != "" && e.Message != ""
		if strings.Contains(e.Message+e.Hint, "--") || !strings.Contains(e.Command, "--") {
			t.Errorf("it speaks of the command line, or not to it: %+v", e)
		}
	}
	if !where["body.because"] || !where["body.until"] {
		t.Errorf("%s", a.text)
	}
	bad := s.must(http.StatusUnprocessableEntity, "POST", "/products", "parley: v1\nproduct: {id: x}\nthreats:\n  - {title: t, likelihood: perhaps}\n")
	if p := into[Problem](t, bad); len(p.Errors) != 4 || p.Errors[3].Location != "parley.yaml:4:28" || p.Errors[3].Field != "threats[0].likelihood" {
		t.Errorf("%s", bad.text)
	}
}

// TestD4InOnesOwnName: whoever signed in does nothing in the name of somebody
// else, on any route that takes a name from whoever sits at the machine.
func TestD4InOnesOwnName(t *testing.T) {
	s := newSite(t, "shop.yaml")
	for _, role := range []string{"contributor", "decider", "security", "manager"} {
		s.must(http.StatusOK, "POST", "/members", Membership{Person: "dana@example.org", Role: role, Because: "a test"})
	}
	const eve = "eve@example.org"
	d := into[negotiate.DecideResult](t, s.must(http.StatusCreated, "POST", "/products/shop/decisions", accept("small", "replay"), s.look("/products/shop/briefs/replay")))
	at := "/products/shop/decisions/" + d.Decisions[0].ShortID
	s.who = "dana@example.org"
	before := into[Log](t, s.get("/log")).Size
	mine := accept("small", "leak")
	mine.By = eve
	for path, body := range map[string]any{
		"/products/shop/decisions":  mine,
		at + "/withdraw":            Moving{Because: "no", By: eve},
		"/products/shop/agreements": s.planned("?trials=1000", Agreeing{Trials: 1000, Because: "x", By: eve}),
		"/products/shop/notes":      Saying{About: "leak", Kind: "comment", Text: "x", By: eve},
		"/products/shop/incidents":  Happening{Threat: "replay", Title: "x", By: eve},
		"/products/shop/evidence":   Bringing{Reports: Reports{Files: []Upload{{Name: "junit.xml", Text: junit}}}, Check: "waf-regression", By: eve},
		"/products/shop/stages":     Advance{To: "testing", Because: "x", By: eve},
		"/products/shop/activities": Doing{Activity: "threat-model", Because: "x", By: eve},
		"/rules":                    RuleChange{Name: "longest_end", Value: "30", Because: "x", By: eve},
	} {
		look := "/products/shop/briefs/leak"
		switch path {
		case at + "/withdraw":
			look = at
		case "/rules":
			look = path
		case "/products/shop/stages", "/products/shop/activities":
			look = "/products/shop/stages"
		}
		a := s.ask("POST", path, body, s.look(look))
		if p := into[Problem](t, a); a.StatusCode < 400 || !strings.Contains(p.Detail, "in your own name") {
			t.Errorf("%s in the name of somebody else: %d %s", path, a.StatusCode, a.text)
		}
	}
	if after := into[Log](t, s.get("/log")).Size; after != before {
		t.Errorf("%d events were recorded", after-before)
	}
}
