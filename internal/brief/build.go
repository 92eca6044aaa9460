package brief

import (
	"cmp"
	"context"
	"fmt"
	"runtime"
	"slices"
	"sync"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/plan/model"
	"github.com/parleysec/parley/risk"
)

// Options are the choices of [Build]. The zero value takes the defaults.
type Options struct {
	Trials  int                // years simulated for figures of the loss; 0: DefaultTrials of the model
	Futures int                // drawn for each option's chances to pay off; 0: DefaultFutures
	Seed    uint64             // 0: 1
	Workers int                // goroutines; 0: one per processor
	AsOf    string             // civil date YYYY-MM-DD, printed as given
	Threats []string           // ids of the threats to brief; empty: all
	Decided map[string]Decided // decisions in force by threat; those threats need none
	Over    Timeframe          // what chances are told over; "": the horizon
	Figures bool               // what may happen alone: no options, nor what waiting or a bad year costs
}

// DefaultFutures is the default of [Options]: a chance to pay off then stands
// within a hundredth.
const DefaultFutures = 2_000

// DefaultTrials is how many years are simulated for a model of so many threats:
// as many as prices are made with (package risk) for a few threats, fewer for
// many, so that a hundred take about a second on two processors. A 95 % quantile
// of yearly losses then stands within some 1 % and 3 %. What is asked about is
// not counted, but what the model has: one threat alone has the same figures.
func DefaultTrials(threats int) int {
	const (
		work   = 400_000 // threats times years
		fewest = 8_192
	)
	return min(max(work/max(threats, 1), fewest), risk.DefaultTrials)
}

func (o Options) withDefaults(threats int) Options {
	if o.Trials <= 0 {
		o.Trials = DefaultTrials(threats)
	}
	if o.Futures <= 0 {
		o.Futures = DefaultFutures
	}
	if o.Seed == 0 {
		o.Seed = 1
	}
	if o.Workers <= 0 {
		o.Workers = runtime.GOMAXPROCS(0)
	}
	return o
}

// builder holds what all briefs of a report share.
type builder struct {
	m        *parley.Model
	p        *risk.Portfolio
	shadow   *risk.Portfolio // for chances of threats without a price; may be nil
	atWord   *atWord         // every layer at its word; nil where that is what is priced
	opt      Options
	worth    *worth
	voice    voice
	plan     *model.Plan // may be nil
	expected map[string]risk.ThreatExpectation
	drawn    map[string]risk.SimulatedThreat
}

// Build makes the report of a resolved model. p is compiled from it; plan may be
// nil. The error names what could not be priced, or is the context's.
func Build(ctx context.Context, m *parley.Model, p *risk.Portfolio, plan *model.Plan, opt Options) (*Report, error) {
	b := &builder{
		m: m, p: p, opt: opt.withDefaults(len(m.Threats)), worth: newWorth(m, p),
		plan: plan,
	}
	r := b.report()
	b.voice = voiceOf(r)
	var err error
	if b.shadow, err = Shadow(m, p); err != nil {
		return nil, err
	}
	if b.atWord, err = newAtWord(m, p); err != nil {
		return nil, err
	}
	if err := b.price(ctx); err != nil {
		return nil, err
	}
	all := make([]sheet, 0, len(m.Threats))
	for i := range m.Threats {
		t := &m.Threats[i]
		if t.Triage != parley.Closed && (len(opt.Threats) == 0 || slices.Contains(opt.Threats, t.ID)) {
			all = append(all, sheet{source: t})
		}
	}
	if r.Threats, err = b.threats(ctx, all); err != nil {
		return nil, err
	}
	sortThreats(r.Threats)
	b.total(r)
	return r, nil
}

// FiguresOf is what the brief of one threat of a resolved model says may happen: no
// options and no words. What one year in 20 costs is there where oneInTwenty asks
// for it, since years are drawn for that. The figures are those of [Build], nil
// where the model has no such threat to brief.
func FiguresOf(ctx context.Context, m *parley.Model, p *risk.Portfolio, id string, oneInTwenty bool) (*Threat, error) {
	opt := Options{Threats: []string{id}, Figures: !oneInTwenty}
	b := &builder{m: m, p: p, opt: opt.withDefaults(len(m.Threats))}
	t := m.Threat(id)
	if t == nil || t.Triage == parley.Closed {
		return nil, nil
	}
	var err error
	if b.shadow, err = Shadow(m, p); err != nil {
		return nil, err
	}
	if err := b.price(ctx); err != nil {
		return nil, err
	}
	out := &Threat{ID: id, Title: titleOr(t.Title, id), OnlyWith: m.Introducing(id)}
	if err := b.figures(out, t); err != nil {
		return nil, fmt.Errorf("brief: %w", err)
	}
	return out, nil
}

// threats makes the briefs: first figures and choices, then the price of all
// choices together, then options and words.
func (b *builder) threats(ctx context.Context, all []sheet) ([]Threat, error) {
	out := make([]Threat, len(all))
	for i := range all {
		all[i].threat = &out[i]
	}
	err := each(ctx, b.opt.Workers, len(all), func(i int) error { return b.start(&all[i]) })
	if err != nil {
		return nil, err
	}
	found, err := b.appraise(ctx, all)
	if err != nil {
		return nil, err
	}
	return out, each(ctx, b.opt.Workers, len(all), func(i int) error { return b.finish(&all[i], found) })
}

// chunks cuts 0..n into as many stretches as there are workers and calls f for
// each at the same time.
func chunks(ctx context.Context, workers, n int, f func(from, to int) error) error {
	return each(ctx, workers, workers, func(i int) error {
		if from, to := i*n/workers, (i+1)*n/workers; to > from {
			return f(from, to)
		}
		return nil
	})
}

// each calls f for 0..n−1 on some workers and returns the first error by index.
func each(ctx context.Context, workers, n int, f func(i int) error) error {
	errs := make([]error, n)
	next := make(chan int)
	var wg sync.WaitGroup
	for range min(workers, n) {
		wg.Go(func() {
			for i := range next {
				if errs[i] = ctx.Err(); errs[i] == nil {
					errs[i] = f(i)
				}
			}
		})
	}
	for i := range n {
		next <- i
	}
	close(next)
	wg.Wait()
	for _, err := range errs {
		if err != nil {
			return fmt.Errorf("brief: %w", err)
		}
	}
	return nil
}

// price expects and simulates the threats to brief, those that features
// introduce with all features finished: figures of one threat do not depend on
// others.
func (b *builder) price(ctx context.Context) error {
	s := risk.Scenario{}
	for _, f := range b.m.Features {
		s.Features = append(s.Features, f.ID)
	}
	for _, id := range b.p.Threats() {
		if len(b.opt.Threats) > 0 && !slices.Contains(b.opt.Threats, id) {
			s.Avoided = append(s.Avoided, id)
		}
	}
	e, err := b.p.Expect(s)
	if err != nil {
		return fmt.Errorf("brief: %w", err)
	}
	b.expected = map[string]risk.ThreatExpectation{}
	for _, t := range e.Threats {
		b.expected[t.ID] = t
	}
	if b.opt.Figures {
		return nil
	}
	sim, err := b.p.Simulate(ctx, s, risk.SimOptions{Trials: b.opt.Trials, Seed: b.opt.Seed, Workers: b.opt.Workers})
	if err != nil {
		return fmt.Errorf("brief: %w", err)
	}
	b.drawn = map[string]risk.SimulatedThreat{}
	for _, t := range sim.Threats {
		b.drawn[t.ID] = t
	}
	return nil
}

func (b *builder) report() *Report {
	r := &Report{
		Schema:       Schema,
		Product:      b.m.Product.ID,
		ProductName:  b.m.Product.Title(),
		Currency:     b.m.Product.Currency,
		HorizonYears: b.p.Horizon(),
		Over:         b.opt.Over,
		AsOf:         b.opt.AsOf,
		Assumed:      Assumed(b.m),
		Warnings:     []string{},
		Trials:       b.opt.Trials,
		Seed:         b.opt.Seed,
	}
	for _, w := range b.p.Warnings() {
		r.Warnings = append(r.Warnings, w.Threat+": "+w.Message)
	}
	return r
}

// rank puts threats that are there today first, those that only a feature
// would bring after them, then those without a price, and those knowing is
// enough for last.
func rank(t *Threat) int {
	switch {
	case t.Triage == parley.Aware:
		return 3
	case t.ExpectedAnnualLoss == nil:
		return 2
	case len(t.OnlyWith) > 0:
		return 1
	}
	return 0
}

func sortThreats(ts []Threat) {
	slices.SortStableFunc(ts, func(a, b Threat) int {
		if c := cmp.Compare(rank(&a), rank(&b)); c != 0 {
			return c
		}
		return cmp.Compare(valueOr(b.ExpectedAnnualLoss, 0), valueOr(a.ExpectedAnnualLoss, 0))
	})
}

func valueOr(x *float64, def float64) float64 {
	if x == nil {
		return def
	}
	return *x
}

// start fills in what is known of a threat, and lists the ways to treat it.
func (b *builder) start(s *sheet) error {
	t := s.source
	*s.threat = Threat{
		ID: t.ID, Title: titleOr(t.Title, t.ID), Says: t.Impact.Says, Triage: cmp.Or(t.Triage, parley.Negotiate),
		Owner: t.Owner, Refs: t.Refs, Care: t.Care, People: peopleOf(t), GraveHarm: t.GraveHarm(),
		OnlyWith: b.m.Introducing(t.ID), Decided: b.decided(t.ID), Unconfirmed: t.Unconfirmed(), Guessed: t.Guessed(),
		Elsewhere: recordedElsewhere(b.m, t.ID), Options: []Option{},
	}
	if err := b.figures(s.threat, t); err != nil {
		return err
	}
	layers, err := b.standing(s.threat, t)
	if err != nil {
		return err
	}
	if s.threat.AsStated, err = b.atWord.of(s.threat, b.opt); err != nil {
		return err
	}
	s.threat.Doubt = Doubt{
		Basis: t.Basis, Apart: apartWords(t.Fair), Estimates: estimatesOf(t), Pool: poolOf(t), Layers: layers, ChanceRatio: ratio(s.threat.EventsPerYearRange),
	}
	if l := s.threat.LossIfItHappens; l != nil {
		s.threat.Doubt.LossRatio = ratio(&Range{l.P50, l.P95})
	}
	if t.NeedsDecision() && !b.opt.Figures {
		b.choose(s)
	}
	return nil
}

// finish prices the options and says everything in words.
func (b *builder) finish(s *sheet, found appraisals) error {
	var err error
	if s.threat.Waiting, err = b.waiting(s); err != nil {
		return err
	}
	for i := range s.choices {
		o, err := b.option(s, &s.choices[i], found)
		if err != nil {
			return err
		}
		s.threat.Options = append(s.threat.Options, o)
	}
	s.threat.Duties = b.duties(s.source, s.threat)
	s.threat.Assumed = AssumedFor(b.m, s.threat)
	b.words(s.threat)
	return nil
}

// decided is the decision in force for a threat, nil when there is none.
func (b *builder) decided(threat string) *Decided {
	if d, ok := b.opt.Decided[threat]; ok {
		return &d
	}
	return nil
}

// figures fills in what the estimates say about a threat as things are today.
func (b *builder) figures(out *Threat, t *parley.Threat) error {
	if !t.RateStated() {
		out.Missing = append(out.Missing, missingLikelihood)
	}
	if !t.LossStated() {
		out.Missing = append(out.Missing, missingLoss)
	}
	e, priced := b.expected[t.ID]
	if !priced {
		if !t.RateStated() {
			return nil
		}
		e, err := b.shadow.ExpectThreat(t.ID, risk.Scenario{Features: out.OnlyWith})
		if err != nil {
			return err
		}
		return b.likelihood(out, t, e, b.shadow)
	}
	if err := b.likelihood(out, t, e, b.p); err != nil {
		return err
	}
	if err := b.losses(out); err != nil {
		return err
	}
	out.ExpectedAnnualLoss = &e.Annual
	f, err := b.p.AnnualFigure(t.ID, risk.Scenario{Features: out.OnlyWith})
	out.ExpectedAnnualLossRange = figureRange(f)
	return err
}

// losses fills in what one event costs and, where years were drawn, a bad one.
func (b *builder) losses(out *Threat) error {
	if d, drawn := b.drawn[out.ID]; drawn {
		out.LossIfItHappens = lossOf(d.IfItHappens)
		out.LossOneInTwenty = &d.LossOneInTwenty
		if b.opt.Trials > 1 {
			out.OneInTwentyErr = &d.OneInTwentyErr
		}
		return nil
	}
	event, err := b.p.EventLoss(out.ID, risk.Scenario{Features: out.OnlyWith}, b.opt.Seed)
	out.LossIfItHappens = lossOf(event)
	return err
}
