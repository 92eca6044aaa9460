package sse

import "sync"

// Quota counts what is under way for each person and for all together. The zero
// Quota counts nothing yet.
type Quota struct {
	mu  sync.Mutex
	of  map[string]int
	all int
}

// Take counts one more of a person; ok is false where there are as many as one may
// have, or as all together may, else the caller must call done.
func (q *Quota) Take(person string, ofOne, ofAll int) (done func(), ok bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.of[person] >= ofOne || q.all >= ofAll {
		return nil, false
	}
	if q.of == nil {
		q.of = map[string]int{}
	}
	q.of[person]++
	q.all++
	return func() {
		q.mu.Lock()
		defer q.mu.Unlock()
		q.all--
		if q.of[person]--; q.of[person] == 0 {
			delete(q.of, person)
		}
	}, true
}

// Empty reports whether nothing is under way.
func (q *Quota) Empty() bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	return len(q.of) == 0 && q.all == 0
}
