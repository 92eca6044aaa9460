package risk

import "golang.org/x/sys/cpu"

// hasLanes reports whether the processor works on four numbers at a time.
func hasLanes() bool { return cpu.X86.HasAVX2 }

// settleLanes works out so many groups of four events of a stream, up to the one
// with the first event whose normal variable is not settled by its layer. It
// returns how many are settled before that.
//
//go:noescape
func settleLanes(state uint64, groups int, s *shape, zig *zigTable, table *powers, out *wide) (settled int)
