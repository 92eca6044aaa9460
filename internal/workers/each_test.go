package workers

import (
	"errors"
	"fmt"
	"sync/atomic"
	"testing"
)

func TestEach(t *testing.T) {
	for _, n := range []int{0, 1, 2, 50} {
		done := make([]int, n)
		if err := Each(n, func(i int) error { done[i]++; return nil }); err != nil {
			t.Fatal(err)
		}
		for i, times := range done {
			if times != 1 {
				t.Errorf("%d of %d was done %d times", i, n, times)
			}
		}
	}
}

// TestEachFails with the first of the errors, and begins no more.
func TestEachFails(t *testing.T) {
	var begun atomic.Int64
	err := Each(1000, func(i int) error {
		begun.Add(1)
		if i < 3 {
			return nil
		}
		return fmt.Errorf("%d: %w", i, errors.ErrUnsupported)
	})
	if err == nil || err.Error() != "3: unsupported operation" || begun.Load() > 500 {
		t.Errorf("%v after %d", err, begun.Load())
	}
}
