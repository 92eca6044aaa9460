package main

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/parleysec/parley/internal/store/storetest"
)

// TestLoad is fifty people who read, say and decide, one request in five seconds
// each: nothing fails, nothing that was said to be recorded is missing or there
// twice, and the servers need no more memory at the end. How long answers took is
// printed, not judged. It lasts five minutes with PARLEY_SOAK, a minute where CI is
// set, and else a few seconds.
func TestLoad(t *testing.T) {
	t.Run("sqlite", func(t *testing.T) {
		besides(t)
		load(t, crowded(t, filepath.Join(t.TempDir(), "parley.db"), 50, 1))
	})
	t.Run("postgres", func(t *testing.T) {
		besides(t)
		pg := storetest.StartPostgres(t)
		load(t, crowded(t, pg.Fresh(t), 50, 3))
	})
}

// besides lets both run at once, but where figures are wanted.
func besides(t *testing.T) {
	if os.Getenv("PARLEY_SOAK") == "" {
		t.Parallel()
	}
}

// loadLasts is for how long people work, and how often each asks.
func loadLasts() (whole, pause time.Duration) {
	switch {
	case os.Getenv("PARLEY_SOAK") != "":
		return 5 * time.Minute, 5 * time.Second
	case os.Getenv("CI") != "":
		return time.Minute, 5 * time.Second
	}
	return 6 * time.Second, 2 * time.Second
}

func load(t *testing.T, c *crowd) {
	whole, pause := loadLasts()
	before, start := ownTime(), time.Now()
	var early []float64
	var all sync.WaitGroup
	for who := range c.cookies {
		all.Go(func() {
			rng := rand.New(rand.NewPCG(1, uint64(who)))
			time.Sleep(time.Duration(rng.Int64N(int64(pause))))
			for turn := 0; time.Since(start) < whole; turn++ {
				next := time.Now().Add(pause)
				s := c.servers[(who+turn)%len(c.servers)]
				switch n := rng.IntN(100); {
				case n < 65:
					c.read(who, rng, s)
				case n < 93:
					c.say(who, fmt.Sprintf("note %d of %d", turn, who), s)
				default:
					c.decide(who, turn, s)
				}
				time.Sleep(time.Until(next))
			}
		})
	}
	all.Go(func() { // what they hold once all is in use
		time.Sleep(whole / 3)
		for _, s := range c.servers {
			early = append(early, s.memory())
		}
	})
	all.Wait()
	took, spent := time.Since(start), ownTime()-before
	for i, s := range c.servers {
		held := s.memory()
		t.Logf("server %d: %.0f MB after a third, %.0f MB at the end", i+1, early[i], held)
		if held > 1.5*early[i]+100 {
			t.Errorf("server %d went from %.0f to %.0f MB", i+1, early[i], held)
		}
	}
	t.Logf("%d people, %d servers, %d requests in %.0f s: median %.1f ms, p95 %.1f ms, p99 %.1f ms; %d recorded, %d looked again; the crowd itself took %.1f %% of one processor",
		len(c.cookies), len(c.servers), len(c.took), took.Seconds(), quantile(c.took, 0.5), quantile(c.took, 0.95), quantile(c.took, 0.99),
		len(c.kept), c.moved, 100*spent.Seconds()/took.Seconds())
	if len(c.kept) == 0 || len(c.took) < len(c.cookies) {
		t.Error("nobody did anything")
	}
	c.check()
}

// ownTime is the processor time of this process.
func ownTime() time.Duration {
	var r syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &r); err != nil {
		return 0
	}
	return time.Duration(r.Utime.Nano() + r.Stime.Nano())
}

// TestReplicas: of three servers on one database one is killed while people write.
// Whoever was not answered asks another one with the same key; all is recorded
// once, and who looks on at a third server is told all of it.
func TestReplicas(t *testing.T) {
	pg := storetest.StartPostgres(t)
	c := crowded(t, pg.Fresh(t), 8, 3)
	const each = 12
	told := c.listen(0, c.servers[2])
	var all sync.WaitGroup
	half := make(chan struct{})
	var halfway sync.Once
	for who := range c.cookies {
		all.Go(func() {
			for turn := range each {
				if turn == each/2 {
					halfway.Do(func() { close(half) })
				}
				at := (who + turn) % 3
				c.say(who, fmt.Sprintf("note %d of %d", turn, who), c.servers[at], c.servers[(at+1)%3], c.servers[(at+2)%3])
			}
		})
	}
	all.Go(func() {
		<-half
		_ = c.servers[1].cmd.Process.Kill()
	})
	all.Wait()
	if n := len(c.kept) + len(c.done); n != each*len(c.cookies) {
		t.Errorf("%d notes were taken, want %d", n, each*len(c.cookies))
	}
	c.check()
	told(each * len(c.cookies))
}
