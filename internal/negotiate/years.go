package negotiate

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/risk"
)

// Bounds on the simulated years a service keeps, so that a page on which somebody tries
// one thing after the other draws only what each touches: as things are, of so many
// products or states, and none that take more than 256 MB.
const (
	yearsKept      = 2
	mostYearsBytes = 256 << 20
)

// simulation simulates a scenario of what was loaded: on the kept years of
// things as they are where there are such, else afresh. The answer is the same to
// the last bit.
func (s *Service) simulation(ctx context.Context, l *loaded, sc risk.Scenario, o risk.SimOptions, compared bool) (*risk.Simulation, error) {
	today := l.today()
	if (s.Once || o.TotalsOnly) && !compared {
		return l.portfolio.Simulate(ctx, sc, o)
	}
	key, err := l.key(today, o)
	if err != nil {
		return nil, err
	}
	y, kept := s.years.find(key)
	isToday := fmt.Sprint(sc) == fmt.Sprint(today)
	if !kept {
		if !isToday && !compared {
			return l.portfolio.Simulate(ctx, sc, o)
		}
		if y, err = l.portfolio.Years(ctx, today, o); err != nil {
			return nil, err
		}
		if y.Bytes() <= mostYearsBytes {
			s.years.add(key, y, yearsKept)
		}
	}
	if isToday {
		return y.Base(), nil
	}
	if o.Tail {
		return y.SimulateApart(ctx, sc)
	}
	return y.Simulate(ctx, sc)
}

// key is the digest of all that the years of a scenario follow from.
func (l *loaded) key(sc risk.Scenario, o risk.SimOptions) ([sha256.Size]byte, error) {
	text, err := l.typed("price")
	if err != nil {
		return [sha256.Size]byte{}, err
	}
	return sha256.Sum256(fmt.Appendf(text, "\n%+v\n%d\n%d\n%v", sc, o.Trials, o.Seed, l.portfolio.Assurance())), nil
}

// typed is the model as typed, from which figures follow; op is what it is wanted for.
func (l *loaded) typed(op string) ([]byte, error) {
	text, err := json.Marshal(l.model)
	if err != nil {
		return nil, &parley.Error{Op: op + " " + l.model.Product.Title(), Kind: parley.Internal, Err: err}
	}
	return text, nil
}
