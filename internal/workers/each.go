// Package workers spreads things that need nothing of each other over the CPUs.
package workers

import (
	"math"
	"runtime"
	"sync"
	"sync/atomic"
)

// Each does n numbered things that need nothing of each other, on all CPUs, the
// first ones first. The error is that of the one with the lowest number, so that
// it is the same on any number of CPUs; after one no others are begun.
func Each(n int, do func(i int) error) error {
	var (
		next  atomic.Int64
		wg    sync.WaitGroup
		mu    sync.Mutex
		first error
		which = math.MaxInt
	)
	for range min(n, runtime.GOMAXPROCS(0)) {
		wg.Go(func() {
			for i := int(next.Add(1)) - 1; i < n; i = int(next.Add(1)) - 1 {
				if err := do(i); err != nil {
					next.Add(int64(n))
					mu.Lock()
					if i < which {
						first, which = err, i
					}
					mu.Unlock()
				}
			}
		})
	}
	wg.Wait()
	return first
}
