package web

import (
	"context"
	"fmt"
	"sync"
)

// memo remembers answers that stay true as long as the ledger does not grow:
// its keys name the size of the ledger. Requests for the same answer wait for
// one computation.
type memo struct {
	mu      sync.Mutex
	entries map[string]*remembered
	order   []string // oldest first
}

type remembered struct {
	once  sync.Once
	value any
	err   error
}

// memoSize is how many answers are kept: a few budgets tried at the table.
const memoSize = 64

// kept is the answer of a use-case about the product at hand, computed at most
// once for the state of the ledger that the situation was read at. The situation
// was made for who asks: its product is one they may read. The answer is shared
// with those who see just the same products, and nobody else. What happens to a
// product they do not see counts too: it may change the yardstick of all.
func kept[T any](ctx context.Context, l *live, s *situation, useCase string, ask func(context.Context) (T, error), key ...any) (T, error) {
	var sees []string
	for i := range s.status.Products {
		sees = append(sees, s.status.Products[i].ID)
	}
	all := []any{useCase, s.product.ID, s.status.AsOf, int64(s.status.Mark), sees}
	// The answer outlives the request that asked first.
	return recall(&l.memo, func() (T, error) { return ask(context.WithoutCancel(ctx)) }, append(all, key...)...)
}

// recall returns the answer of a key, computed at most once while it is kept.
// An error is not kept. A key is made of texts, lists of them, whole numbers and
// switches.
func recall[T any](m *memo, compute func() (T, error), key ...any) (T, error) {
	k := fmt.Sprintf("%#v", key)
	m.mu.Lock()
	if m.entries == nil {
		m.entries = map[string]*remembered{}
	}
	e := m.entries[k]
	if e == nil {
		e = &remembered{}
		m.entries[k] = e
		m.order = append(m.order, k)
		if len(m.order) > memoSize {
			delete(m.entries, m.order[0])
			m.order = m.order[1:]
		}
	}
	m.mu.Unlock()
	e.once.Do(func() { e.value, e.err = compute() })
	if e.err != nil {
		m.forget(k, e)
		var none T
		return none, e.err
	}
	v, ok := e.value.(T)
	if !ok {
		return v, fmt.Errorf("two kinds of answer under %s", k)
	}
	return v, nil
}

func (m *memo) forget(k string, e *remembered) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.entries[k] != e {
		return
	}
	delete(m.entries, k)
	for i, o := range m.order {
		if o == k {
			m.order = append(m.order[:i], m.order[i+1:]...)
			return
		}
	}
}
