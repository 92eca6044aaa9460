package web

import (
	"context"
	"errors"
	"net/url"
	"slices"
	"time"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/brief"
	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/internal/negotiate"
	"github.com/parleysec/parley/ledger"
)

// form is the three answers to a brief, with the digest of what the person
// sees. There is none where nothing is to be decided.
func (b *briefBuilder) form(actor negotiate.Actor) (*DecideForm, error) {
	t := b.t
	signs := catalogue.T("web.decide.signs_in", "who", actor.ID)
	if actor.Known == ledger.ThisMachine {
		signs = catalogue.T("web.decide.signs", "who", actor.ID)
	}
	if t.Triage != "" && t.Triage != parley.Negotiate {
		return nil, nil
	}
	seen, err := negotiate.BriefBytes(b.recorded, t.ID)
	if err != nil {
		return nil, err
	}
	f := &DecideForm{
		Action: threatURL(t.ID) + "/decide", Digest: negotiate.Digest(seen), Seen: b.seen(), Acts: b.acts(), Act: string(parley.Mitigate),
		Kind: string(parley.Accept), Signs: signs, Names: actor.Known == ledger.ThisMachine,
		FirstDay: dayAfter(b.s.status.AsOf), Duty: slices.ContainsFunc(t.Duties, func(d brief.Duty) bool { return d.Applies }),
	}
	for _, st := range parley.Stages() {
		f.Stages = append(f.Stages, Choice{string(st), string(st)})
	}
	for _, d := range b.s.decisions(t.ID) {
		if d.inForce {
			f.Replaces = append(f.Replaces, d.ShortID)
		}
	}
	for _, o := range t.Options {
		if !slices.ContainsFunc(f.Passed, func(p PassedOver) bool { return p.Option == o.ID }) {
			f.Passed = append(f.Passed, PassedOver{Option: o.ID, Title: negotiate.OptionTitle(b.s.product.Model, o.ID)})
		}
	}
	return f, nil
}

// seen is what the exact figures were, to say what moved when they do.
func (b *briefBuilder) seen() string {
	q := url.Values{}
	for _, p := range b.exact() {
		q.Set(p.Name, p.Value)
	}
	return q.Encode()
}

// acts lists what can be done: build something, have somebody else carry it, or
// avoid it, each with what it is done with. What the plan does is ticked, or else
// what is worth most.
func (b *briefBuilder) acts() []Act {
	acts := []Act{
		{Kind: string(parley.Mitigate), None: catalogue.T("web.decide.no_ways")},
		{Kind: string(parley.Transfer), None: catalogue.T("web.decide.no_carrier")},
		{Kind: string(parley.Avoid), Drops: true},
	}
	ticked := map[string]bool{}
	if o := b.champion(); o != nil {
		for _, id := range o.With {
			ticked[id] = true
		}
		ticked[o.ID] = true
	}
	for i := range acts {
		a := &acts[i]
		a.Title = catalogue.T("web.decide.act." + a.Kind)
		for _, o := range b.t.Options {
			if string(o.Kind) != a.Kind || o.ID == brief.OptionPlan || o.ID == brief.OptionBest {
				continue
			}
			a.Ways = append(a.Ways, Way{ID: a.Kind + ":" + o.ID, Title: titleOr(o.Title, o.ID), Note: o.Words.Costs, Checked: ticked[o.ID] && o.Kind == parley.Mitigate})
		}
	}
	if m := b.s.product.Model; m != nil {
		for _, id := range m.Introducing(b.t.ID) {
			way := Way{ID: string(parley.Avoid) + ":" + id, Title: catalogue.T("web.decide.not_built", "feature", b.s.featureTitles([]string{id})[0]), Checked: true}
			acts[2].Ways = append(acts[2].Ways, way)
		}
	}
	return acts
}

func dayAfter(date string) string {
	t, err := time.Parse(time.DateOnly, date)
	if err != nil {
		return ""
	}
	return t.AddDate(0, 0, 1).Format(time.DateOnly)
}

// decide hands an answer to the ledger, whose rules say whether it holds.
func (l *live) decide(ctx context.Context, a answer) (string, error) {
	s, report, err := l.find(ctx, a.threat)
	if err != nil {
		return "", err
	}
	if a.digest == "" {
		return "", parley.Errorf(parley.Invalid, "", "%s", catalogue.T("web.decide.unsealed"))
	}
	r, err := l.service.Decide(ctx, actorOf(ctx), negotiate.DecideRequest{
		Product: s.product.ID, Threats: []string{report.Threats[0].ID}, Kind: a.kind, Because: a.because, Until: a.until, With: a.with, Drops: a.drops,
		NotApplicable: a.notApplicable, Replaces: a.replaces, By: a.by, AsOf: l.opt.AsOf, Seen: a.digest, NotTaken: a.passed, Propose: l.proposes(ctx, s, a.kind),
	})
	if err != nil {
		if _, ok := errors.AsType[*negotiate.MovedError](err); ok {
			return "", l.movedError(ctx, a, err)
		}
		return "", err
	}
	if len(r.Decisions) == 0 {
		return "", errors.New("the service recorded no decision and gave no reason")
	}
	id := r.Decisions[0].ShortID
	if a.premortem == "" {
		return id, nil
	}
	_, err = l.service.AddNote(ctx, actorOf(ctx), negotiate.NoteRequest{
		Product: s.product.ID, About: id, Kind: ledger.NoteComment, By: a.by,
		Text: catalogue.T("web.decide.premortem_said") + " " + a.premortem,
	})
	if err != nil {
		// The decision stands: nobody is told that nothing was recorded.
		says, _ := sayError(err)
		return "", parley.Errorf(parley.Unavailable, "", "%s", catalogue.T("web.decide.premortem_lost", "says", says, "text", a.premortem))
	}
	return id, nil
}

// figuresMoved says what moved since the page was opened.
type figuresMoved struct {
	err     *parley.Error
	changes []Change
}

// Error says that they moved.
func (e *figuresMoved) Error() string { return e.err.Error() }

// Changes lists every figure that is not what it was.
func (e *figuresMoved) Changes() []Change { return e.changes }

// Unwrap is the error with its kind.
func (e *figuresMoved) Unwrap() error { return e.err }

// conflict says that the figures a person read are not those of now.
func conflict() *parley.Error {
	return parley.Errorf(parley.Conflict, "", "%s", catalogue.T("web.conflict.says")).WithHint(catalogue.T("web.conflict.hint"))
}

func (l *live) movedError(ctx context.Context, a answer, cause error) error {
	e := &figuresMoved{err: conflict()}
	s, report, err := l.find(ctx, a.threat)
	if err != nil {
		return errors.Join(cause, err)
	}
	then, err := url.ParseQuery(a.seen)
	if err != nil {
		return e // the form was tampered with: say that it moved, not what
	}
	for _, now := range (&briefBuilder{s: s, report: report, t: &report.Threats[0], recorded: report}).exact() {
		if was := then.Get(now.Name); was != now.Value {
			e.changes = append(e.changes, Change{What: now.Name, Then: was, Now: now.Value})
		}
	}
	return e
}
