package web

import (
	"context"
	"fmt"
	"slices"
	"sync"
)

// memo remembers answers that stay true as long as the ledger does not grow:
// its keys name the size of the ledger. Requests for the same answer wait for
// one computation, which ends early when nobody waits for it any more.
type memo struct {
	mu      sync.Mutex
	entries map[string]*remembered
	order   []string // the one that was asked for longest ago first
}

// remembered is one answer, there once done is closed.
type remembered struct {
	done    chan struct{}
	waiting int // requests that want it
	stop    context.CancelFunc
	value   any
	err     error
}

// there reports whether the answer is there.
func (e *remembered) there() bool {
	select {
	case <-e.done:
		return true
	default:
		return false
	}
}

// memoSize is how many answers are kept: a few budgets tried at the table.
const memoSize = 64

// kept is the answer of a use-case about the product at hand, computed at most
// once for the state of the ledger that the situation was read at. The situation
// was made for who asks: its product is one they may read. The answer is shared
// with those who see just the same products, and nobody else. What happens to a
// product they do not see counts too: it may change the yardstick of all.
func kept[T any](ctx context.Context, l *live, s *situation, useCase string, ask func(context.Context) (T, error), key ...any) (T, error) {
	return recall(ctx, &l.memo, ask, s.key(useCase, key)...)
}

// has reports whether an answer of a use-case is there already.
func (l *live) has(s *situation, useCase string, key ...any) bool {
	return l.memo.has(s.key(useCase, key)...)
}

// key is what an answer is kept under.
func (s *situation) key(useCase string, rest []any) []any {
	var sees []string
	for i := range s.status.Products {
		sees = append(sees, s.status.Products[i].ID)
	}
	return append([]any{useCase, s.product.ID, s.status.AsOf, int64(s.status.Mark), sees}, rest...)
}

// written is a key as it is kept: it is made of texts, lists of them, whole numbers
// and switches.
func written(key []any) string { return fmt.Sprintf("%#v", key) }

// recall returns the answer of a key, computed at most once while it is kept.
// The answer outlives the request that asked first: it is given up only when all
// who asked went away. An error is not kept.
func recall[T any](ctx context.Context, m *memo, compute func(context.Context) (T, error), key ...any) (T, error) {
	var none T
	k := written(key)
	e, mine := m.enter(ctx, k)
	leave := context.AfterFunc(ctx, func() { m.leave(k, e) })
	defer func() {
		if leave() {
			m.leave(k, e)
		}
	}()
	if mine != nil {
		m.fill(mine, k, e, func() (any, error) { return compute(mine) })
	}
	select {
	case <-e.done:
	case <-ctx.Done():
		return none, ctx.Err()
	}
	if e.err != nil {
		return none, e.err
	}
	v, ok := e.value.(T)
	if !ok {
		return none, fmt.Errorf("two kinds of answer under %s", k)
	}
	return v, nil
}

// enter is the entry of a key, with one more who waits for it; and, for who came
// first, the context to work it out in.
func (m *memo) enter(ctx context.Context, k string) (e *remembered, mine context.Context) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.entries == nil {
		m.entries = map[string]*remembered{}
	}
	e = m.entries[k]
	if e == nil {
		e = &remembered{done: make(chan struct{})}
		mine, e.stop = context.WithCancel(context.WithoutCancel(ctx))
		m.entries[k] = e
		if len(m.order) >= memoSize {
			delete(m.entries, m.order[0])
			m.order = m.order[1:]
		}
	} else {
		m.order = slices.DeleteFunc(m.order, func(o string) bool { return o == k })
	}
	m.order = append(m.order, k)
	e.waiting++
	return e, mine
}

// fill works an answer out. One that failed, or was given up while it was worked
// out, is not kept.
func (m *memo) fill(ctx context.Context, k string, e *remembered, compute func() (any, error)) {
	defer func() {
		if e.err == nil {
			e.err = ctx.Err() // who gave up may have got a part
		}
		if e.err != nil {
			m.mu.Lock()
			m.drop(k, e)
			m.mu.Unlock()
		}
		e.stop()
		close(e.done)
	}()
	e.err = fmt.Errorf("no answer to %s", k) // where it panics
	e.value, e.err = compute()
}

// leave is one fewer who waits; when nobody does, the work on it ends.
func (m *memo) leave(k string, e *remembered) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if e.waiting--; e.waiting == 0 && !e.there() {
		m.drop(k, e) // whoever asks from now on begins anew
		e.stop()
	}
}

// has reports whether the answer of a key is there.
func (m *memo) has(key ...any) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	e := m.entries[written(key)]
	return e != nil && e.there()
}

// drop takes an entry out where it still is the one of its key; m is locked.
func (m *memo) drop(k string, e *remembered) {
	if m.entries[k] != e {
		return
	}
	delete(m.entries, k)
	m.order = slices.DeleteFunc(m.order, func(o string) bool { return o == k })
}
