package web

import (
	"context"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/brief/plain"
	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/internal/negotiate"
	"github.com/parleysec/parley/ledger"
)

func (l *live) rules(ctx context.Context, product string) (*RulesView, error) {
	s, err := l.look(ctx, product)
	if err != nil {
		return nil, err
	}
	r, err := l.service.Rules(ctx, actorOf(ctx))
	if err != nil {
		return nil, err
	}
	v := &RulesView{Frame: l.page(ctx, s, catalogue.T("web.rules.title"), rulesPath), Heading: catalogue.T("web.rules.none"), Lead: []string{catalogue.T("web.rules.lead")}}
	if n := len(r.Authority); n > 0 {
		v.Heading = plain.Capital(catalogue.N("web.rules.heading", n, "number", plain.InWords(float64(n))))
	}
	v.Rows = authorityViews(r.Authority)
	for _, h := range r.Held {
		v.Held = append(v.Held, h.Says)
	}
	if len(r.Held) > 0 {
		v.HeldAdds = s.adds(sumAsk{about: negotiate.AboutAuthority}, catalogue.T("web.rules.held"))
	}
	v.Settings = ruleSettings(r.Settings)
	may := l.may(ctx, "SettleRule", "") == nil
	for _, x := range r.Rules {
		if x.Outcome == "" {
			v.Waiting = append(v.Waiting, ruleProposal(x, may))
		}
	}
	if l.may(ctx, "SetRule", "") == nil {
		v.Row, v.Setting = rowForm(), settingForm()
	}
	return v, nil
}

func (l *live) rule(ctx context.Context, req negotiate.RuleRequest) error {
	_, err := l.service.SetRule(ctx, actorOf(ctx), req)
	return err
}

func (l *live) settleRule(ctx context.Context, req negotiate.SettleRuleRequest) error {
	_, err := l.service.SettleRule(ctx, actorOf(ctx), req)
	return err
}

// ruleSettings are the rules besides the matrix, in words.
func ruleSettings(settings map[string]string) []Pair {
	one, end := catalogue.T("web.rules.one"), catalogue.T("web.rules.no_end")
	if settings[ledger.SeparateApprover] == "yes" {
		one = catalogue.T("web.rules.two")
	}
	if days := settings[ledger.RuleLongestEnd]; days != "" {
		end = catalogue.T("web.rules.days", "n", days)
	}
	return []Pair{{catalogue.T("web.rules.separate"), one}, {catalogue.T("web.rules.longest"), end}, {catalogue.T("web.rules.seen"), looksWords(settings[ledger.RuleWhoHasSeen])}}
}

// looksWords says whether looks at decisions are noted, and for how long.
func looksWords(setting string) string {
	switch setting {
	case "no":
		return catalogue.T("web.rules.seen.no")
	case "", "yes":
		return catalogue.T("web.rules.seen.yes")
	}
	return catalogue.T("web.rules.seen.days", "n", setting)
}

// ruleProposal is a change that waits, with what it changes.
func ruleProposal(x negotiate.Rule, may bool) RuleProposal {
	p := RuleProposal{ID: x.ID, Action: rulesPath + "/" + url.PathEscape(x.ID), By: x.Proposer, Because: x.Because, May: may, Says: catalogue.T("web.rules.set", "name", x.Name, "value", x.Value)}
	if x.By != "" {
		p.By = catalogue.T("cli.claimed", "by", x.By)
	}
	row := func(r *ledger.Role) string { return catalogue.T("web.rules.row", rowPairs(r)...) }
	switch {
	case x.Role == "" && len(x.Roles) > 0:
		p.Says = catalogue.N("web.rules.all", len(x.Roles))
	case x.Role == "":
	case x.Was == nil:
		p.Says = catalogue.T("web.rules.new", "role", x.Role, "becomes", row(x.Becomes))
	case x.Becomes == nil:
		p.Says = catalogue.T("web.rules.gone", "role", x.Role, "was", row(x.Was))
	default:
		p.Says = catalogue.T("web.rules.change", "role", x.Role, "was", row(x.Was), "becomes", row(x.Becomes))
	}
	return p
}

func rowPairs(r *ledger.Role) []any {
	v := authorityView(*r)
	return []any{"holders", v.Holders, "about", v.About, "limits", v.Limits}
}

// authorityViews are the rows of the matrix in words.
func authorityViews(rows []ledger.Role) []AuthorityView {
	var out []AuthorityView
	for _, row := range rows {
		out = append(out, authorityView(row))
	}
	return out
}

// authorityView is a row of the matrix in words.
func authorityView(r ledger.Role) AuthorityView {
	var names, kinds []string
	for _, h := range r.Holders {
		names = append(names, h.Name)
	}
	for _, k := range r.For {
		kinds = append(kinds, string(k))
	}
	v := AuthorityView{Role: r.Name, Holders: plain.List(append(names, r.Of...))}
	if r.Joint() {
		v.Holders = catalogue.T("record.authority.joint", "n", r.Approvers, "of", v.Holders)
	}
	if len(kinds) == 0 {
		kinds = []string{string(parley.Accept), string(parley.Defer)}
	}
	v.About = catalogue.T("web.rules.about", "kinds", plain.List(kinds))
	if len(r.Products) > 0 {
		v.About = catalogue.T("web.rules.about_in", "kinds", plain.List(kinds), "products", plain.List(r.Products))
	}
	v.Limits = negotiate.RoleLimits(r)
	return v
}

// rowForm asks for a row of the matrix.
func rowForm() *Form {
	f := &Form{ID: "row", Action: rulesPath, Button: catalogue.T("web.rules.propose"), Quiet: true, Hidden: []Pair{{"name", ledger.RuleAuthority}}}
	needed := []string{"role", "because"}
	hinted := []string{"holders", "of", "for", "products", "currency", "annual", "cost"}
	for _, name := range rowFields {
		x := Field{Name: name, Label: catalogue.T("web.rules.field." + name), Type: "text", Complete: "off", Optional: !slices.Contains(needed, name)}
		if slices.Contains(hinted, name) {
			x.Hint = catalogue.T("web.rules.hint." + name)
		}
		f.Fields = append(f.Fields, x)
	}
	return f
}

// settingForm asks for one of the other rules.
func settingForm() *Form {
	return &Form{ID: "setting", Action: rulesPath, Button: catalogue.T("web.rules.propose"), Quiet: true, Fields: []Field{
		{Name: "name", Label: catalogue.T("web.rules.field.name"), Choices: []Choice{{ledger.SeparateApprover, catalogue.T("web.rules.separate")}, {ledger.RuleLongestEnd, catalogue.T("web.rules.longest")}, {ledger.RuleWhoHasSeen, catalogue.T("web.rules.seen")}}},
		{Name: "value", Label: catalogue.T("web.rules.field.value"), Type: "text", Complete: "off", Hint: catalogue.T("web.rules.hint.value")},
		{Name: "because", Label: catalogue.T("web.rules.field.because"), Type: "text", Complete: "off"},
	}}
}

// commas are the parts of a list typed with commas.
func commas(text string) []string {
	var out []string
	for _, x := range strings.Split(text, ",") {
		if x = strings.TrimSpace(x); x != "" {
			out = append(out, x)
		}
	}
	return out
}

// headcount is a number of people as typed, 0 for none.
func headcount(text string) (int, error) {
	if text == "" {
		return 0, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 {
		return 0, parley.Errorf(parley.Invalid, "", "%s", catalogue.T("web.rules.no_number", "text", text))
	}
	return n, nil
}
