package negotiate

import (
	"crypto/sha256"
	"slices"
	"sync"
)

// recent keeps what was worked out last, each under the digest of all it follows from.
// What is kept never changes, so that many may use it. The zero value is empty and ready.
type recent[T any] struct {
	mu   sync.Mutex
	last []keyed[T] // oldest first
}

type keyed[T any] struct {
	key   [sha256.Size]byte
	value T
}

func (m *recent[T]) find(key [sha256.Size]byte) (value T, ok bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, k := range m.last {
		if k.key == key {
			return k.value, true
		}
	}
	return value, false
}

// add keeps a value besides the most-1 added last.
func (m *recent[T]) add(key [sha256.Size]byte, value T, most int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.last = slices.DeleteFunc(m.last, func(k keyed[T]) bool { return k.key == key })
	if len(m.last) == most {
		m.last = slices.Delete(m.last, 0, 1)
	}
	m.last = append(m.last, keyed[T]{key, value})
}
