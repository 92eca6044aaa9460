package auth

import (
	"hash/maphash"
	"sync"
	"time"
)

// throttle lets each key do something in a burst and then once an interval. It
// keeps one number for each of a fixed number of slots that keys are hashed to
// under a random seed: its memory is bounded, nothing has to be thrown out that
// an attacker could have thrown out, and nobody can choose whom to collide with.
// The rule is the generic cell rate algorithm: a slot holds the time at which
// it would be as good as new.
type throttle struct {
	every time.Duration
	burst int64

	mu    sync.Mutex
	seed  maphash.Seed
	slots [1 << 14]int64 // nanoseconds since 1970, guarded by mu
}

func newThrottle(every time.Duration, burst int64) *throttle {
	return &throttle{every: every, burst: burst, seed: maphash.MakeSeed()}
}

// take takes one turn of a key, also when the clock was put back. It gives 0, or how
// long to wait for one, and then nothing was taken.
func (t *throttle) take(key string, now time.Time) time.Duration {
	t.mu.Lock()
	defer t.mu.Unlock()
	slot, full := &t.slots[maphash.String(t.seed, key)%uint64(len(t.slots))], now.UnixNano()+t.burst*int64(t.every)
	*slot = min(max(*slot, now.UnixNano()), full)
	if *slot+int64(t.every) > full {
		return time.Duration(*slot + int64(t.every) - full)
	}
	*slot += int64(t.every)
	return 0
}
