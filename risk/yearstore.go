package risk

import "sync"

// mostStored bounds the bytes a yearStore keeps: 64 MB.
const mostStored = 1 << 26

// yearStore keeps the years of threats in stances that were asked for. When it
// is full it starts again. It is safe for concurrent use; what it hands out does
// not change.
type yearStore struct {
	mu    sync.Mutex
	byAt  map[int][]*years // by place of the threat
	bytes int64
}

// find is what was kept of a threat in a stance, nil for nothing.
func (s *yearStore) find(at int, st *stance) *years {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, k := range s.byAt[at] {
		if k.src.s.same(st) {
			return k
		}
	}
	return nil
}

// add keeps what was drawn.
func (s *yearStore) add(changes []touched) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, c := range changes {
		if c.now == nil || c.known || c.now.bytes() > mostStored {
			continue
		}
		n := c.now.bytes()
		if s.bytes += n; s.bytes > mostStored || s.byAt == nil {
			s.byAt, s.bytes = map[int][]*years{}, n
		}
		s.byAt[c.at] = append(s.byAt[c.at], c.now)
	}
}
