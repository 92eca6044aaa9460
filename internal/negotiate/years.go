package negotiate

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"slices"
	"sync"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/risk"
)

// Bounds on the simulated years a service keeps: of so many products or states,
// and none that take more than 256 MB.
const (
	yearsKept      = 2
	mostYearsBytes = 256 << 20
)

// yearsMemo keeps the simulated years of the models priced last, so that a page
// on which somebody tries one thing after the other draws only what each
// touches. The zero value is empty and ready.
type yearsMemo struct {
	mu   sync.Mutex
	last []knownYears // oldest first
}

// knownYears are years as things are, with the digest of all they follow from.
type knownYears struct {
	key   [sha256.Size]byte
	years *risk.Years
}

func (m *yearsMemo) find(key [sha256.Size]byte) *risk.Years {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, k := range m.last {
		if k.key == key {
			return k.years
		}
	}
	return nil
}

func (m *yearsMemo) add(key [sha256.Size]byte, y *risk.Years) {
	if y.Bytes() > mostYearsBytes {
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.last = slices.DeleteFunc(m.last, func(k knownYears) bool { return k.key == key })
	if len(m.last) == yearsKept {
		m.last = slices.Delete(m.last, 0, 1)
	}
	m.last = append(m.last, knownYears{key, y})
}

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
	y := s.years.find(key)
	isToday := fmt.Sprint(sc) == fmt.Sprint(today)
	if y == nil {
		if !isToday && !compared {
			return l.portfolio.Simulate(ctx, sc, o)
		}
		if y, err = l.portfolio.Years(ctx, today, o); err != nil {
			return nil, err
		}
		s.years.add(key, y)
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
	text, err := json.Marshal(l.model)
	if err != nil {
		return [sha256.Size]byte{}, &parley.Error{Op: "price " + l.model.Product.Title(), Kind: parley.Internal, Err: err}
	}
	return sha256.Sum256(fmt.Appendf(text, "\n%+v\n%d\n%d\n%v", sc, o.Trials, o.Seed, l.portfolio.Assurance())), nil
}
