package risk

import "sync"

// mostStored bounds how many losses a yearStore keeps: 64 MB.
const mostStored = 1 << 23

// yearStore keeps the years of threats in stances that were asked for. When it
// is full it starts again. It is safe for concurrent use; what it hands out does
// not change.
type yearStore struct {
	mu     sync.Mutex
	byAt   map[int][]*years // by place of the threat
	losses int
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
		if c.now == nil || c.known || len(c.now.col) > mostStored {
			continue
		}
		if s.losses += len(c.now.col); s.losses > mostStored || s.byAt == nil {
			s.byAt, s.losses = map[int][]*years{}, len(c.now.col)
		}
		s.byAt[c.at] = append(s.byAt[c.at], c.now)
	}
}
