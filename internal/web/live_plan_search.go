package web

import (
	"context"

	"github.com/parleysec/parley/internal/negotiate"
)

// depth is how far a plan is looked into.
type depth int

const (
	glanced  depth = iota // the best found while somebody waits for the first figures
	searched              // the plan alone
	wholly                // with what people ask about it
)

// first is how far the first figures of a table are looked into. Whether limits
// are kept is not to be said after a glance.
func (s *situation) first(q budget) depth {
	if m := s.product.Model; len(m.Mitigations)+len(m.Features) >= glanceFrom && !q.keep {
		return glanced
	}
	return searched
}

// best is the best plan within a budget, looked into so far. A glance that finds
// none, or is beaten by what is known already, is none.
func (l *live) best(ctx context.Context, s *situation, q budget, far depth) (*negotiate.PlanResult, error) {
	if far == glanced && l.has(s, "Plan", q.key(searched)...) {
		far = searched
	}
	r, err := kept(ctx, l, s, "Plan", func(ctx context.Context) (*negotiate.PlanResult, error) {
		req := l.planRequest(s, q)
		req.Quick = far != wholly
		if far == glanced {
			req.Budget.Deadline = glanceTime
		}
		return l.service.Plan(ctx, actorOf(ctx), req)
	}, q.key(far)...)
	if err != nil && far == glanced && ctx.Err() == nil {
		return l.best(ctx, s, q, searched)
	}
	return r, err
}

// key is what the best plan within a budget is kept under.
func (q budget) key(far depth) []any {
	return []any{q.money, q.effort, q.periods, q.keep, q.must, q.not, far}
}
