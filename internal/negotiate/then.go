package negotiate

import (
	"context"
	"time"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/brief"
	"github.com/parleysec/parley/internal/brief/plain"
	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/ledger"
)

// loadThen is [Service.loadAs] of a product of the ledger as it was on record at the
// end of a day that is over: with the estimates, decisions, evidence and rules of
// then. Of a day to come, and of a file, it is what is known now.
func (s *Service) loadThen(ctx context.Context, actor Actor, useCase string, src Source, asOf string) (*loaded, error) {
	if src.Data != nil || asOf == "" || asOf >= s.today() {
		return s.loadAs(ctx, actor, useCase, src, asOf)
	}
	if _, err := s.date(asOf); err != nil {
		return nil, err
	}
	a, p, err := s.recordedOf(ctx, actor, useCase, src.Product)
	if err != nil {
		return nil, err
	}
	state, _, err := s.stateAt(ctx, a, asOf)
	if err != nil {
		return nil, err
	}
	past := retelling{now: a.seen, product: p.ID, state: state}
	then := past.then()
	if then == nil {
		return nil, parley.Errorf(parley.NotFound, "look back", "%s was not on record on %s yet", p.ID, plain.DateText(asOf))
	}
	return s.loadProduct(state, then, asOf, nil)
}

// away reports that figures of another day than today were asked for.
func (l *loaded) away(s *Service) bool {
	return l.product != nil && l.dated && l.asOf.Format(time.DateOnly) != s.today()
}

// breachesOn tests what the decisions in force stand on, all of them or those of some
// short ids, with the figures of the day that was loaded, by decision, in words. Nothing
// is recorded: the sweep and every command that records anything re-open what does not hold.
func (s *Service) breachesOn(ctx context.Context, l *loaded, only ...string) (map[string][]string, error) {
	bare, err := s.asRecorded(l.state, l.product.ID, l.asOf)
	if err != nil {
		return nil, ledgerError("test premises", err)
	}
	if err := s.compile(bare); err != nil {
		return nil, err
	}
	breaches, _, err := bare.breaches(&restating{ctx, s, l.state}, only...)
	if err != nil {
		return nil, err
	}
	out := map[string][]string{}
	for _, x := range breaches {
		for _, b := range x.broken {
			says := BrokenText(b)
			if l.away(s) {
				says = brokeOn(b, l.asOf)
			}
			out[x.decision.Short] = append(out[x.decision.Short], says)
		}
	}
	return out, nil
}

// brokeOn says what a premise was, and what it is by the figures of another day.
func brokeOn(b ledger.Broken, day time.Time) string {
	if b.Gone {
		return BrokeText(b)
	}
	return catalogue.T("premise.broke.on", "says", plain.Clean(b.Says), "then", PremiseText(b.Value, b.Unit), "now", PremiseText(b.Now, b.Unit), "day", plain.Date(day))
}

// tellPremises adds to a brief whether what the decisions in force stand on holds by
// the figures of its day. Of today only what does not is told: everything that is
// recorded tests them, so that days alone, which make checks silent, did it.
func (s *Service) tellPremises(ctx context.Context, l *loaded, r *brief.Report) error {
	away := l.away(s)
	if l.product == nil || !away && len(l.portfolio.Assurance()) == 0 { // without checks no figure moves by itself
		return nil
	}
	var about []string
	for i := range r.Threats {
		if d := l.product.InForce(r.Threats[i].ID); d != nil {
			about = append(about, d.Short)
		}
	}
	if len(about) == 0 {
		return nil
	}
	broken, err := s.breachesOn(ctx, l, about...)
	if err != nil {
		return err
	}
	for i := range r.Threats {
		d := l.product.InForce(r.Threats[i].ID)
		if d == nil || !away && len(broken[d.Short]) == 0 {
			continue
		}
		r.Threats[i].Premises = l.premisesOf(d, broken[d.Short], away)
	}
	return nil
}

// premisesOf says whether a decision holds by the figures of the day that was loaded,
// which is not today where it is away.
func (l *loaded) premisesOf(d *ledger.Decision, broken []string, away bool) *brief.Premises {
	p := &brief.Premises{Decision: d.Short, Holds: len(broken) == 0, Broken: append([]string{}, broken...)}
	key := "brief.premises.broken"
	switch {
	case p.Holds:
		key = "brief.premises.hold"
	case !away:
		key = "brief.premises.today"
	}
	p.Says = catalogue.T(key, "decision", d.Short, "day", plain.Date(l.asOf), "broken", plain.List(p.Broken))
	if taken := d.At.In(l.zone).Format(time.DateOnly); taken > l.asOf.Format(time.DateOnly) {
		p.Says += " " + catalogue.T("brief.premises.later", "decision", d.Short, "taken", plain.DateText(taken))
	}
	return p
}
