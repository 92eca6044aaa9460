package negotiate

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"slices"
	"sync"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/risk"
)

// compiledKept is how many compiled models a service keeps.
const compiledKept = 4

// compiledMemo keeps the models compiled last, since one state is asked about many
// times over: what a threat costs in each case is worked out once, not with each
// question. A portfolio never changes, so that many may use one. The zero value is
// empty and ready.
type compiledMemo struct {
	mu   sync.Mutex
	last []knownPortfolio // oldest first
}

// knownPortfolio is a compiled model with the digest of all it follows from.
type knownPortfolio struct {
	key       [sha256.Size]byte
	portfolio *risk.Portfolio
}

func (m *compiledMemo) find(key [sha256.Size]byte) *risk.Portfolio {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, k := range m.last {
		if k.key == key {
			return k.portfolio
		}
	}
	return nil
}

func (m *compiledMemo) add(key [sha256.Size]byte, p *risk.Portfolio) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.last = slices.DeleteFunc(m.last, func(k knownPortfolio) bool { return k.key == key })
	if len(m.last) == compiledKept {
		m.last = slices.Delete(m.last, 0, 1)
	}
	m.last = append(m.last, knownPortfolio{key, p})
}

// compile makes what was loaded ready to be priced, or takes what was made ready
// before from the same model and evidence.
func (s *Service) compile(l *loaded) error {
	if s.Once {
		return l.compile()
	}
	text, err := json.Marshal(l.model)
	if err != nil {
		return &parley.Error{Op: "price " + l.model.Product.Title(), Kind: parley.Internal, Err: err}
	}
	key := sha256.Sum256(fmt.Appendf(text, "\n%v", l.assured()))
	if l.portfolio = s.compiled.find(key); l.portfolio != nil {
		return nil
	}
	if err := l.compile(); err != nil {
		return err
	}
	s.compiled.add(key, l.portfolio)
	return nil
}
