package negotiate

import (
	"crypto/sha256"
	"fmt"
)

// compiledKept is how many compiled models a service keeps, since one state is asked
// about many times over: what a threat costs in each case is worked out once, not with
// each question.
const compiledKept = 4

// compile makes what was loaded ready to be priced, or takes what was made ready
// before from the same model and evidence.
func (s *Service) compile(l *loaded) error {
	if s.Once {
		return l.compile()
	}
	text, err := l.typed("price")
	if err != nil {
		return err
	}
	key := sha256.Sum256(fmt.Appendf(text, "\n%v", l.assured()))
	if p, ok := s.compiled.find(key); ok {
		l.portfolio = p
		return nil
	}
	if err := l.compile(); err != nil {
		return err
	}
	s.compiled.add(key, l.portfolio, compiledKept)
	return nil
}
