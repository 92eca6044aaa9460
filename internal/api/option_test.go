package api

import (
	"net/http"
	"testing"

	"github.com/parleysec/parley/internal/negotiate"
	"github.com/parleysec/parley/ledger"
)

// TestSayOption: what an option takes is said over HTTP; what cannot be read is told by
// its field, and who looked before somebody else said it is refused.
func TestSayOption(t *testing.T) {
	s := newSite(t, "shop.yaml")
	path, brief := "/products/shop/briefs/leak/options/prepared", "/products/shop/briefs/leak"
	looked := s.look(brief)
	bad := s.must(http.StatusUnprocessableEntity, "POST", path, Option{OptionSays: negotiate.OptionSays{Effort: "ages", Impact: "300%"}, Because: "x"})
	if p := into[Problem](t, bad); len(p.Errors) != 2 || p.Errors[0].Location != "body.effort" || p.Errors[1].Location != "body.impact" {
		t.Errorf("%s", bad.text)
	}
	says := negotiate.OptionSays{Effort: "4d..6d", Once: "2k", Likelihood: "50%"}
	r := into[negotiate.SayOptionResult](t, s.must(http.StatusOK, "POST", path, Option{OptionSays: says, Because: "we tried"}, looked))
	if r.Says != says || r.Before == says || r.Before.Effort == "" || r.Threat != "leak" || r.Option != "prepared" {
		t.Errorf("%+v", r)
	}
	moved := s.must(http.StatusPreconditionFailed, "POST", path, Option{OptionSays: r.Before, Because: "no"}, looked)
	if p := into[Problem](t, moved); len(p.Changes) == 0 {
		t.Errorf("it does not say what moved: %s", moved.text)
	}
	s.must(http.StatusConflict, "POST", path, Option{OptionSays: negotiate.OptionSays{Effort: "9d"}, Seen: &r.Before, Because: "no"})
	now := into[negotiate.SayOptionResult](t, s.must(http.StatusOK, "POST", path, Option{OptionSays: negotiate.OptionSays{Effort: "9d"}, Seen: &says, Because: "no"}))
	if now.Before != says {
		t.Errorf("what was refused is on record: %+v", now.Before)
	}
	s.must(http.StatusNotFound, "POST", "/products/shop/briefs/leak/options/absent", Option{OptionSays: says, Because: "x"})
	s.who = s.member("rita@example.org", ledger.Reader, "shop")
	s.must(http.StatusForbidden, "POST", path, Option{OptionSays: says, Because: "x"})
}
