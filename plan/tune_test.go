package plan

import (
	"context"
	"fmt"
	"os"
	"testing"
	"time"
)

func TestTune(t *testing.T) {
	if os.Getenv("TUNE") == "" {
		t.Skip()
	}
	for _, c := range []struct {
		n, m int
		f    func(int, int, uint64) *Problem
		s    string
	}{{40, 30, multiplying, "p"}, {100, 60, multiplying, "p"}, {200, 100, multiplying, "p"}, {40, 30, layered, "l"}, {100, 60, layered, "l"}, {200, 100, layered, "l"}, {1000, 500, layered, "l"}} {
		for seed := uint64(1); seed <= 5; seed++ {
			if c.n == 1000 && (seed > 1 || os.Getenv("TUNE") != "2") {
				continue
			}
			p := c.f(c.n, c.m, seed)
			t0 := time.Now()
			var first Progress
			sol, err := Solve(context.Background(), p, Options{Deadline: 10 * time.Second, Progress: func(q Progress) {
				if q.Nodes == 1 {
					first = q
				}
			}})
			fmt.Println(c.s, c.n, seed, err, "value", int(sol.Value), "gap", sol.Gap, "nodes", sol.Nodes, "root gap", first.Gap, "root val", int(first.Value), time.Since(t0).Round(10*time.Microsecond))
		}
	}
}
