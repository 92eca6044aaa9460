package risk

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
)

// SimOptions are the choices of a simulation; the zero value is usable.
type SimOptions struct {
	Trials     int                   // 0: 100 000
	Seed       uint64                // 0: 1
	Workers    int                   // goroutines; 0: one for each CPU. Results do not depend on it
	Progress   func(done, total int) // trials; called from one goroutine at a time
	TotalsOnly bool                  // leave out what is said about single threats
	Tail       bool                  // take the worst years apart by kind, with standard errors; threats with several kinds are drawn twice
}

// Defaults of a simulation, docs/file.md.
const (
	DefaultTrials = 100_000
	DefaultSeed   = 1
)

func (o SimOptions) withDefaults() SimOptions {
	o.Trials = cmp.Or(max(o.Trials, 0), DefaultTrials)
	o.Seed = cmp.Or(o.Seed, DefaultSeed)
	o.Workers = cmp.Or(max(o.Workers, 0), runtime.GOMAXPROCS(0))
	return o
}

// MaxTrials bounds the trials of a simulation: their losses take 160 MB, 400 MB
// where [Years] keeps them for another scenario, which with the 512 MB of single
// threats stays within 1 GB. No chance has a standard error above 0.016 % then.
const MaxTrials = 10_000_000

// What anybody would wait for: maxEvents take some 40 seconds on two cores, and the
// events of one block, between which a simulation can be stopped, about two on one.
const (
	maxEvents      = 2e9
	maxBlockEvents = 2e8
)

// Simulate draws the loss of one full year in each trial. Equal seeds give
// equal bits whatever the number of goroutines, and trials of two scenarios are
// the same years: one more barrier with certain shares lowers or keeps the loss
// of every trial.
//
// It takes 16 bytes a trial, some 10 MB a goroutine and, unless only totals are
// wanted, 8 bytes a loss of a threat in a trial told apart, 512 MB at most. The error names
// an id the model does not have or a threat whose losses cannot be counted, or is
// the context's.
func (p *Portfolio) Simulate(ctx context.Context, s Scenario, o SimOptions) (*Simulation, error) {
	o = o.withDefaults()
	sources, err := p.sources(s)
	if err != nil {
		return nil, err
	}
	if err := checkSize(sources, o); err != nil {
		return nil, err
	}
	totals := make([]int64, o.Trials)
	var apart []*losses
	if !o.TotalsOnly {
		apart = newLosses(len(sources), p.threatTrials(o.Trials))
	}
	if err := simulateTotals(ctx, sources, o, totals, apart); err != nil {
		return nil, err
	}
	first, spare := totals, []int64(nil) // the trials in which threats are told apart
	switch n := p.threatTrials(o.Trials); {
	case o.TotalsOnly:
		first, spare = nil, totals
	case n < o.Trials:
		first, spare = slices.Clone(totals[:n]), totals
	}
	return p.summary(ctx, o, first, sorted(totals, spare, o.Workers), sources, apart, func(t *tail) teller {
		return func(b *bench, i int, own losses) SimulatedThreat { return b.describe(sources[i], t, own) }
	})
}

// teller describes the i-th threat from its losses.
type teller func(b *bench, i int, own losses) SimulatedThreat

// summary says what there is to say about simulated years: first are the trials in
// which threats are told apart, all of them stand in ascending order. About
// gives what describes threats, once the worst years are known. The sources are
// read where the worst years are taken apart.
func (p *Portfolio) summary(ctx context.Context, o SimOptions, first, all []int64, sources []*source, apart []*losses, about func(*tail) teller) (*Simulation, error) {
	sim := &Simulation{Trials: o.Trials, Seed: o.Seed, sorted: all}
	if !o.TotalsOnly {
		sim.ThreatTrials = len(first)
	}
	var worst tail
	both(func() { sim.Mean, sim.StandardError = meanOf(sim.sorted) }, func() {
		if !o.TotalsOnly {
			worst = newTail(first, sim.sorted, o.Workers)
		}
	})
	if o.TotalsOnly {
		return sim, nil
	}
	sim.Threats = make([]SimulatedThreat, len(apart))
	o.Progress = nil
	tell := about(&worst)
	err := share1(ctx, len(apart), o, func(b *bench, i int) error {
		sim.Threats[i] = tell(b, i, apart[i].first(sim.ThreatTrials))
		return nil
	})
	if err == nil && o.Tail {
		sim.Tail, err = p.tailShares(ctx, o, &worst, first, sources, apart)
	}
	return sim, err
}

func checkSize(sources []*source, o SimOptions) error {
	if o.Trials > MaxTrials {
		return fmt.Errorf("risk: %d trials are more than a simulation can hold; at most %d", o.Trials, MaxTrials)
	}
	all, most := 0.0, 0.0
	busiest := ""
	for _, src := range sources {
		n := src.load()
		if all += n; n > most {
			most, busiest = n, src.t.id
		}
	}
	return checkEvents(all, all, most, busiest, o.Trials)
}

// checkEvents refuses trials of so many events each, all told and without a stop,
// that nobody would wait for them; most of them are of one threat.
func checkEvents(all, atOnce, most float64, busiest string, trials int) error {
	drawn := float64(blocksOf(trials) * blockSize)
	switch {
	case atOnce*blockSize > maxBlockEvents || all*blockSize > maxEvents:
		return fmt.Errorf("risk: threat %q: its likelihood makes %s events to draw in each trial, which is too many to simulate: state what a week or a month of it costs as one event, e.g. 52 per year", busiest, times(most))
	case all*drawn > maxEvents:
		return fmt.Errorf("risk: threat %q: its likelihood makes %s events to draw in each of %d trials, which is too many to simulate: draw at most %d trials, or state what a week or a month of it costs as one event, e.g. 52 per year",
			busiest, times(most), trials, int(maxEvents/all)/blockSize*blockSize)
	}
	return nil
}

// simulateTotals fills the loss of each trial, block by block, and, as far as
// apart reaches, what each source loses in it.
func simulateTotals(ctx context.Context, sources []*source, o SimOptions, totals []int64, apart []*losses) error {
	return share1(ctx, blocksOf(o.Trials), o, func(b *bench, block int) error {
		b.open(block)
		at := block * blockSize
		into := &b.drawn.column
		var sum column
		for i, src := range sources {
			var err error
			if apart != nil && block < len(apart[i].blocks) {
				into = &sum
				err = b.runApart(src, into, apart[i])
			} else {
				err = b.run(src, &b.drawn)
			}
			if err != nil {
				return err
			}
			if ctx.Err() != nil {
				return ctx.Err()
			}
		}
		copy(totals[at:], into[:])
		err := overflown(into[:])
		b.drawn.reset(0)
		return err
	})
}

// runApart is run for a source whose own losses in the block at work are wanted
// too: they are kept in own and added to into.
func (b *bench) runApart(src *source, into *column, own *losses) error {
	b.byKind, b.counted = &own.kinds[b.block], min(blockSize, own.trials-int(b.block)*blockSize)
	err := b.run(src, &b.drawn)
	b.byKind = nil
	if err != nil {
		return err
	}
	if b.counted < blockSize { // what lies beyond the trials wanted counts nowhere
		b.drawn.reset(b.counted)
	}
	own.blocks[b.block].gather(&b.drawn, into)
	return nil
}

func overflown(totals []int64) error {
	if slices.Min(totals) < 0 {
		return errors.New("risk: the losses of one year add up to more than can be counted: state narrower ranges")
	}
	return nil
}

// share1 spreads numbered jobs over goroutines, each with its own bench.
func share1(ctx context.Context, jobs int, o SimOptions, do func(b *bench, job int) error) error {
	var (
		next     atomic.Int64
		wg       sync.WaitGroup
		mu       sync.Mutex
		done     int // counted where it is told, so that it never goes back
		first    error
		firstJob = math.MaxInt
	)
	fail := func(job int, err error) {
		mu.Lock()
		defer mu.Unlock()
		if job < firstJob { // the same error on any number of goroutines
			first, firstJob = err, job
		}
	}
	for range min(o.Workers, jobs) {
		wg.Go(func() {
			b := newBench(o.Seed)
			for ctx.Err() == nil {
				job := int(next.Add(1)) - 1
				if job >= jobs {
					return
				}
				if err := do(b, job); err != nil {
					fail(job, err)
					return
				}
				if o.Progress != nil {
					mu.Lock()
					done++
					o.Progress(min(done*blockSize, o.Trials), o.Trials)
					mu.Unlock()
				}
			}
		})
	}
	wg.Wait()
	if err := ctx.Err(); err != nil {
		return err
	}
	return first
}
