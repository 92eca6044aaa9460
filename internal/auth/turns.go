package auth

import "time"

// Turns lets each key do something in a burst and then once an interval, in bounded
// memory and by each process for itself. It is safe for concurrent use.
type Turns struct{ throttle *throttle }

// NewTurns makes turns of a key: so many at once, and then one every so often.
func NewTurns(every time.Duration, burst int) *Turns {
	return &Turns{newThrottle(every, int64(burst))}
}

// Take takes one turn of a key. It gives nil, or a [*TooManyError], and then nothing
// was taken.
func (t *Turns) Take(key string, now time.Time) error {
	if wait := t.throttle.take(key, now); wait > 0 {
		return &TooManyError{Retry: wait}
	}
	return nil
}
