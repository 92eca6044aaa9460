package risk

// wideRoom is how many events are worked out ahead, a multiple of lanes: a run of
// settled events is 80 long on average.
const (
	lanes    = 4
	wideRoom = 64
)

// wide are events that were worked out ahead: the amount of each in units, half
// added so that cutting it rounds, and its trial.
type wide struct {
	amounts [wideRoom]float64
	trials  [wideRoom]uint64
}

// shape is how amounts follow from normal variables, as in [sampler]; scale turns
// them into units.
type shape struct{ mu, spread, scale float64 }

// settled adds events to their trials up to the first whose normal variable is
// not settled by its layer, one in 80; it returns the state of the stream after
// that event's number, and how many events are left with it. Where the processor
// works on four numbers at a time it does, with the same result to the last bit:
// every operation on each is the same.
func (b *bench) settled(state uint64, events int, s *shape, into *drawn) (uint64, int) {
	for b.byLanes && events >= lanes {
		groups := min(events, wideRoom) / lanes
		n := settleLanes(state, groups, s, ziggurat, expTable, &b.ahead)
		amounts, trials := b.ahead.amounts[:n], b.ahead.trials[:n]
		for i, x := range amounts {
			trial := trials[i] % blockSize
			into.seen[trial] = 1
			into.column[trial] += int64(x)
		}
		state += uint64(n) * golden
		events -= n
		if n < groups*lanes {
			return state + golden, events
		}
	}
	return settledOne(state, events, s.mu, s.spread, s.scale, ziggurat, expTable, into)
}

// settledOne is settled one event at a time. A function that calls no other keeps
// everything in registers. Conversions of products keep compilers from fusing them
// with sums, which rounds otherwise than the lanes do.
func settledOne(state uint64, events int, mu, spread, scale float64, zig *zigTable, table *powers, into *drawn) (uint64, int) {
	for ; events > 0; events-- {
		state += golden
		layer, j, trial := zigSplit(mix(state))
		if !zig.settles(layer, j) {
			break
		}
		into.seen[trial] = 1
		into.column[trial] += int64(float64(table.steps(mu+float64(spread*float64(float64(j)*zig.width[layer])))*scale) + 0.5)
	}
	return state, events
}
