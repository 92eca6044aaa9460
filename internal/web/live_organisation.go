package web

import (
	"context"
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/brief/plain"
	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/internal/negotiate"
	"github.com/parleysec/parley/quantity"
)

const organisationPath = "/organisation"

// OrganisationView is what holds for all products, and how deciding goes on one.
type OrganisationView struct {
	Frame
	Heading, Lead         string
	Products              []ProductRow
	Yardstick             []YardstickRow
	LimitsURL, RulesURL   string
	Rows                  []AuthorityView
	NoRows                string // what holds where there is no matrix
	Scales                []ScaleView
	People                []HolderRow
	NoPeople              string // why nobody is listed
	Own                   []string
	TeamHead              string
	Team                  []string
	CalibrationURL        string
	MetricsHead           string
	Metrics               []Pair
	RowsAdds, MetricsAdds *Link // to what counts against the rows, and to what was counted
}

// ProductRow is one product.
type ProductRow struct {
	Name                           Link
	Stage, Owner, Waiting, InForce string
}

// YardstickRow is one thing that somebody set for all: a limit, a price, a time.
type YardstickRow struct{ What, Value, By, From, Since string }

// ScaleView is what the words of one scale mean.
type ScaleView struct {
	Heading string
	Rows    []ScaleRow
}

// ScaleRow is one word.
type ScaleRow struct{ Word, Means, Whose string }

// HolderRow is a role that somebody holds.
type HolderRow struct{ Person, Role, On, Since string }

func (l *live) organisation(ctx context.Context, product string) (*OrganisationView, error) {
	s, err := l.look(ctx, product)
	if err != nil {
		return nil, err
	}
	v := &OrganisationView{
		Frame: l.page(ctx, s, catalogue.T("web.org.title"), organisationPath), Heading: catalogue.T("web.org.none"), Lead: catalogue.T("web.org.lead"),
		LimitsURL: s.pageURL(limitsPath), RulesURL: rulesPath, CalibrationURL: s.pageURL("/calibration"),
	}
	if n := len(s.status.Products); n > 0 {
		v.Heading = plain.Capital(catalogue.N("web.org.heading", n, "number", plain.InWords(float64(n))))
	}
	for i := range s.status.Products {
		p := &s.status.Products[i]
		at := situation{status: s.status, product: p, several: s.several}
		row := ProductRow{Name: Link{at.pageURL("/"), p.Name}, Owner: p.Owner, Waiting: strconv.Itoa(len(p.Waiting)), InForce: strconv.Itoa(len(p.InForce))}
		if p.Model != nil {
			row.Stage = string(p.Model.Product.Stage)
		}
		v.Products = append(v.Products, row)
	}
	rules, err := l.service.Rules(ctx, actorOf(ctx))
	if err != nil {
		return nil, err
	}
	v.rules(rules)
	if len(rules.Held) > 0 {
		v.RowsAdds = s.adds(sumAsk{about: negotiate.AboutAuthority}, catalogue.T("web.org.authority"))
	}
	if s.product == nil {
		return v, nil
	}
	if m := s.product.Model; m != nil {
		v.Scales = scales(m.Env().Scale, quantity.DefaultScale())
	}
	if err := l.members(ctx, v); err != nil {
		return nil, err
	}
	return v, l.deciding(ctx, s, v)
}

// rules are the yardstick, each line with who set it, and the matrix.
func (v *OrganisationView) rules(r *negotiate.RulesResult) {
	for _, f := range r.Policy {
		row := YardstickRow{What: f.Field, Value: f.Value, By: f.By, From: f.From, Since: plain.Date(f.Since)}
		if key := "web.org.field." + f.Field; catalogue.Has(key) {
			row.What = catalogue.T(key)
		}
		if f.Currency != "" {
			row.What = catalogue.T("web.org.in", "what", row.What, "currency", f.Currency)
		}
		var limits []parley.Limit
		if f.Field == "appetite" && json.Unmarshal([]byte(f.Value), &limits) == nil && len(limits) > 0 {
			row.Value = strings.Join(negotiate.AppetiteWords(limits, f.Currency), "; ")
		}
		v.Yardstick = append(v.Yardstick, row)
	}
	if v.Rows = authorityViews(r.Authority); len(v.Rows) == 0 {
		v.NoRows = catalogue.T("web.rules.none")
	}
}

// scales are what the words mean that a product is measured with, and which of
// them nobody set.
func scales(own, shipped quantity.Scale) []ScaleView {
	var out []ScaleView
	for _, x := range []struct {
		name       string
		own, given map[string]string
	}{
		{"likelihood", own.Likelihood, shipped.Likelihood}, {"impact", own.Impact, shipped.Impact}, {"cost", own.Cost, shipped.Cost}, {"strength", own.Strength, shipped.Strength},
	} {
		all := maps.Clone(x.given)
		maps.Copy(all, x.own)
		view := ScaleView{Heading: catalogue.T("web.org.scale." + x.name)}
		for _, word := range slices.Sorted(maps.Keys(all)) {
			row := ScaleRow{Word: word, Means: all[word], Whose: catalogue.T("web.org.shipped")}
			if _, set := x.own[word]; set && x.own[word] != x.given[word] {
				row.Whose = catalogue.T("web.org.ours")
			}
			view.Rows = append(view.Rows, row)
		}
		out = append(out, view)
	}
	return out
}

// members are who holds which role, for whoever may know.
func (l *live) members(ctx context.Context, v *OrganisationView) error {
	if !l.mayAnywhere(ctx, "Members") {
		v.NoPeople = catalogue.T("web.org.no_people")
		return nil
	}
	r, err := l.service.Members(ctx, actorOf(ctx))
	if err != nil {
		return err
	}
	for _, m := range r.Members {
		row := HolderRow{Person: m.Person, Role: string(m.Role), On: m.Product, Since: plain.Date(m.Since)}
		if m.Product == "" {
			row.On = catalogue.T("roles.everywhere")
		}
		v.People = append(v.People, row)
	}
	if len(v.People) == 0 {
		v.NoPeople = catalogue.T("web.org.nobody")
	}
	return nil
}

// deciding is how well estimates held, one's own and the team's, and how deciding
// goes.
func (l *live) deciding(ctx context.Context, s *situation, v *OrganisationView) error {
	c, err := l.service.Calibration(ctx, actorOf(ctx), negotiate.CalibrationRequest{Product: s.product.ID})
	if err != nil {
		return err
	}
	v.Own, v.TeamHead = negotiate.CalibrationWords(c.Own), catalogue.T("web.calibration.team")
	if v.Team = []string{plain.Capital(c.Why)}; c.Team != nil {
		v.TeamHead, v.Team = catalogue.N("web.calibration.team_of", c.People), negotiate.CalibrationWords(*c.Team)
	}
	m, err := l.service.Metrics(ctx, actorOf(ctx), negotiate.MetricsRequest{Product: s.product.ID, To: l.opt.AsOf})
	if err != nil {
		return err
	}
	v.MetricsHead = catalogue.T("web.org.metrics", "product", s.product.Name, "from", plain.DateText(m.From), "to", plain.DateText(m.To))
	for _, line := range m.Lines() {
		v.Metrics = append(v.Metrics, Pair{line[0], line[1]})
	}
	v.MetricsAdds = s.adds(sumAsk{about: negotiate.AboutDeciding}, v.MetricsHead)
	return nil
}
