package negotiate

import (
	"cmp"
	"context"
	"crypto/sha256"
	"fmt"
	"slices"

	"github.com/parleysec/parley/plan/model"
)

// remembered is how many plans a service remembers.
const remembered = 16

// planFor is the best plan of what was loaded. One state is read many times
// over, by page after page and decision after decision, and searching is the
// dear part of a brief: so the last plans are remembered by everything they
// follow from, which is the model as typed, the evidence and the limits. Most decisions only
// take a floor away, so the plan without any threat's floor is remembered too:
// where it keeps those that are left, it is the best.
func (s *Service) planFor(ctx context.Context, l *loaded, b Budget) (*model.Plan, error) {
	limits, text, err := l.planInput(b)
	if err != nil {
		return nil, err
	}
	floored := func(id string) bool {
		t := l.model.Threat(id)
		return t != nil && (t.Obligation.Applies() || t.GraveHarm())
	}
	// Most decisions settle no duty and no grave harm, and change no plan.
	limits.Settled = slices.DeleteFunc(slices.Clone(limits.Settled), func(id string) bool { return l.model.Threat(id) != nil && !floored(id) })
	free := limits
	for i := range l.model.Threats {
		if id := l.model.Threats[i].ID; floored(id) && !slices.Contains(free.Settled, id) {
			free.Settled = append(slices.Clone(free.Settled), id)
		}
	}
	slices.Sort(limits.Settled)
	slices.Sort(free.Settled)
	relaxed, err := s.planWithin(ctx, l, text, free, nil)
	if err != nil || relaxed == nil || len(free.Settled) == len(limits.Settled) {
		return relaxed, err
	}
	return s.planWithin(ctx, l, text, limits, relaxed)
}

// planWithin is the best plan within limits, remembered or searched for.
func (s *Service) planWithin(ctx context.Context, l *loaded, text []byte, limits model.Limits, relaxed *model.Plan) (*model.Plan, error) {
	key := l.planKey(text, "best", limits)
	return s.once(ctx, key, func() (*model.Plan, error) { return bestPlan(ctx, l, limits, relaxed) })
}

// quickPlan is the best plan with what each item is worth in it, remembered or
// searched for: whoever orders a backlog asks for the same plan after each move.
func (s *Service) quickPlan(ctx context.Context, l *loaded, b Budget) (*model.Plan, error) {
	limits, text, err := l.planInput(b)
	if err != nil {
		return nil, err
	}
	key := l.planKey(text, fmt.Sprintf("quick %v", b.Deadline), limits)
	return s.once(ctx, key, func() (*model.Plan, error) {
		built, err := model.Build(l.model, l.portfolio, limits)
		if err != nil {
			return nil, planError(l.model, err)
		}
		p, err := built.Solve(ctx, model.Options{Deadline: cmp.Or(b.Deadline, planDeadline), MaxNodes: planNodes, Quick: true})
		if err != nil {
			return nil, planError(l.model, err)
		}
		return p, nil
	})
}

// planInput are the limits of a plan, and the model as typed.
func (l *loaded) planInput(b Budget) (limits model.Limits, text []byte, err error) {
	if limits, _, err = l.planLimits(b); err != nil {
		return limits, nil, err
	}
	text, err = l.typed("plan")
	return limits, text, err
}

// planKey is the digest of all that a plan follows from, and of how it is sought.
func (l *loaded) planKey(text []byte, how string, limits model.Limits) [sha256.Size]byte {
	return sha256.Sum256(fmt.Appendf(slices.Clip(text), "\n%s %+v\n%v", how, limits, l.portfolio.Assurance()))
}

// once is the plan that is remembered under a key, else what the search finds.
func (s *Service) once(ctx context.Context, key [sha256.Size]byte, search func() (*model.Plan, error)) (*model.Plan, error) {
	if p, ok := s.plans.find(key); ok {
		return p, nil
	}
	p, err := search()
	if err == nil && ctx.Err() == nil {
		s.plans.add(key, p, remembered)
	}
	return p, err
}
