package web

import (
	"context"
	"fmt"
	"strings"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/brief/plain"
	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/internal/exchange"
	"github.com/parleysec/parley/internal/negotiate"
	"github.com/parleysec/parley/ledger"
)

const (
	threatsShown  = 12   // of a draft, before the rest is folded
	threatsFolded = 1000 // at most
	linesShown    = 40   // of what is wrong with a file
)

// mayBegin reports whether who asks may bring a product that is not there yet.
func (l *live) mayBegin(ctx context.Context) bool {
	return actorOf(ctx).Known == ledger.ThisMachine || l.may(ctx, "Apply (organisation)", "") == nil
}

// begins is the way to the first page, for who may go it.
func (l *live) begins(ctx context.Context) *Link {
	if !l.mayBegin(ctx) {
		return nil
	}
	return &Link{startPath, catalogue.T("web.start.begin")}
}

func (l *live) start(ctx context.Context) (*StartView, error) {
	s, err := l.look(ctx, "")
	if err != nil {
		return nil, err
	}
	v := &StartView{
		Frame: l.page(ctx, s, catalogue.T("web.start.title"), ""), Heading: catalogue.T("web.start.heading"),
		Lead: []string{catalogue.T("web.start.lead")}, Example: l.opt.Example != nil, HowTo: s.status.Next,
	}
	v.Begin = nil // this is where it leads
	if s.product != nil {
		v.Heading, v.HowTo = catalogue.T("web.start.another"), nil
	}
	if !l.mayBegin(ctx) {
		v.Refused = catalogue.T("web.start.refused", "roles", roleNames(negotiate.RolesFor("Apply (organisation)")))
	}
	return v, nil
}

// roleNames are roles as people read them, of whom one is enough.
func roleNames(roles []ledger.MemberRole) string {
	var out []string
	for _, r := range roles {
		out = append(out, catalogue.T("web.role."+string(r)))
	}
	return strings.Join(out, ", ")
}

// draft reads what somebody brought. Nothing is recorded by it.
func (l *live) draft(ctx context.Context, in startSent) (*StartView, error) {
	req := negotiate.ImportRequest{Name: in.name, Currency: strings.ToUpper(in.currency), Any: true}
	for _, f := range in.files {
		req.Files = append(req.Files, exchange.Input{Name: f.name, Data: f.data})
	}
	switch {
	case len(in.files) > 0 && strings.TrimSpace(in.list) != "":
		return nil, parley.Errorf(parley.Invalid, "", "%s", catalogue.T("web.start.both"))
	case len(in.files) == 0 && strings.TrimSpace(in.list) == "":
		return nil, parley.Errorf(parley.Invalid, "", "%s", catalogue.T("web.start.nothing"))
	case len(in.files) == 0:
		req.Format, req.Files = negotiate.FormatLines, []exchange.Input{{Name: catalogue.T("web.start.list_name"), Data: []byte(in.list)}}
	}
	if in.name == "" && req.Format == negotiate.FormatLines {
		return nil, parley.Errorf(parley.Invalid, "", "%s", catalogue.T("web.start.no_name"))
	}
	r, err := l.service.Import(ctx, actorOf(ctx), req)
	if err != nil {
		return nil, err
	}
	if len(r.File) > maxDraft {
		return nil, parley.Errorf(parley.Invalid, "", "%s", catalogue.T("web.start.long", "mb", maxDraft>>20))
	}
	v, m, err := l.drafted(ctx, r.File, strings.Join(r.Report.Files, ", "))
	if err != nil {
		return nil, err
	}
	v.refill(in)
	for _, p := range []struct {
		id    string
		lines []exchange.Line
	}{{"taken", r.Report.Mapped}, {"assumed", r.Report.Guessed}, {"left", r.Report.Dropped}} {
		part := DraftPart{ID: p.id, Heading: catalogue.T("web.start." + p.id), Open: len(p.lines) <= threatsShown}
		for _, line := range p.lines {
			part.Lines = append(part.Lines, reportLine(line, m))
		}
		if len(part.Lines) == 0 && p.id != "taken" {
			part.Lines, part.Open = []string{catalogue.T("web.start.none_" + p.id)}, true
		}
		v.Draft.Parts = append(v.Draft.Parts, part)
	}
	if len(r.Report.Next) > 0 {
		ask := DraftPart{ID: "ask", Heading: catalogue.T("web.start.ask"), Open: true}
		for _, n := range r.Report.Next {
			ask.Lines = append(ask.Lines, sentence(n))
		}
		v.Draft.Parts = append(v.Draft.Parts, ask)
	}
	return v, nil
}

// redraft shows once more what was not accepted.
func (l *live) redraft(ctx context.Context, in startSent) (*StartView, error) {
	v, m, err := l.drafted(ctx, oneBreak(in.file), in.from)
	if err != nil {
		return nil, err
	}
	v.refill(in)
	if s, err := l.look(ctx, m.Product.ID); err == nil && s.product != nil && s.product.ID == m.Product.ID {
		v.Draft.There = &Link{s.pageURL("/"), titleOr(s.product.Name, m.Product.ID)}
	}
	return v, nil
}

// oneBreak writes line breaks as files do; a form sends two characters for each.
func oneBreak(text string) string { return strings.ReplaceAll(text, "\r\n", "\n") }

// drafted shows a negotiation file that is to be accepted, and reads it.
func (l *live) drafted(ctx context.Context, text, from string) (*StartView, *parley.Model, error) {
	v, err := l.start(ctx)
	if err != nil {
		return nil, nil, err
	}
	c, err := l.service.Check(ctx, actorOf(ctx), negotiate.Source{Name: titleOr(from, catalogue.T("web.start.list_name")), Data: []byte(text)})
	if err != nil {
		return nil, nil, err
	}
	m := c.Model
	d := &DraftView{Product: m.Product.Title(), From: from, File: text, Valid: c.Valid}
	v.Draft, v.Lead = d, []string{catalogue.T("web.start.unrecorded")}
	v.Heading = catalogue.N("web.start.would", c.Counts.Threats, "number", plain.Capital(plain.InWords(float64(c.Counts.Threats))), "product", plain.Clean(d.Product))
	for i, f := range c.Errors {
		if i == linesShown {
			d.Wrong = append(d.Wrong, catalogue.T("web.start.more_wrong", "n", len(c.Errors)-i))
			break
		}
		d.Wrong = append(d.Wrong, strings.TrimSpace(sentence(fmt.Sprintf("%s: %s", catalogue.T("web.start.place", "line", f.Line, "column", f.Column), f.Message))+" "+sentence(f.Hint)))
	}
	env := m.Env()
	for i := range m.Threats {
		row := draftThreat(&m.Threats[i], env)
		switch {
		case i < threatsShown:
			d.Threats = append(d.Threats, row)
		case i < threatsFolded:
			d.More = append(d.More, row)
		}
	}
	if n := len(d.More); n > 0 {
		d.MoreSay = catalogue.N("web.start.more", n)
	}
	return v, m, nil
}

// begin records what was shown: one transaction, so all of it or nothing.
func (l *live) begin(ctx context.Context, in startSent) (string, error) {
	name := titleOr(in.from, catalogue.T("web.start.list_name"))
	r, err := l.service.Apply(ctx, actorOf(ctx), negotiate.ApplyRequest{Source: negotiate.Source{Name: name, Data: []byte(oneBreak(in.file))}, As: negotiate.NewProduct})
	if err != nil {
		return "", err
	}
	return r.Product, nil
}
