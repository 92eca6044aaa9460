package negotiate

import (
	"context"
	"fmt"
	"math"

	"github.com/parleysec/parley/internal/brief/plain"
	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/plan"
)

// Unmeasured is how much of some work is done when nobody knows.
const Unmeasured = -1.0

// Tell is told about long work: what is being done, and how much of it is done,
// 0..1 or [Unmeasured]; "" and 1 when that is over. It is called from wherever the
// work is done, often, and must not wait.
type Tell func(what string, done float64)

type telling struct{}

// Telling has whoever asks in a context told about long work.
func Telling(ctx context.Context, tell Tell) context.Context {
	return context.WithValue(ctx, telling{}, tell)
}

// TellOf is who is told about long work in a context, nil for nobody.
func TellOf(ctx context.Context) Tell {
	tell, _ := ctx.Value(telling{}).(Tell)
	return tell
}

// tell is who is told about the work for a request: whoever asks, else who is
// told of all work; nil for nobody.
func (s *Service) tell(ctx context.Context) Tell {
	if tell := TellOf(ctx); tell != nil {
		return tell
	}
	return s.Progress
}

// planProgress tells how good the best plan so far is, and how much better
// another could be at most.
func (s *Service) planProgress(ctx context.Context, l *loaded) func(plan.Progress) {
	tell := s.tell(ctx)
	if tell == nil {
		return nil
	}
	currency := l.model.Product.Currency
	return func(p plan.Progress) {
		if math.IsInf(p.Value, -1) {
			tell(catalogue.T("plan.progress.none", "bound", plain.Money(p.Bound, currency)), Unmeasured)
			return
		}
		tell(catalogue.T("plan.progress", "value", plain.Money(p.Value, currency), "bound", plain.Money(p.Bound, currency),
			"gap", fmt.Sprintf("%.2g %%", 100*p.Gap)), Unmeasured)
	}
}

// planned says that a search is over.
func (s *Service) planned(ctx context.Context) {
	if tell := s.tell(ctx); tell != nil {
		tell("", 1)
	}
}
