package risk

import (
	"encoding/binary"
	"math/bits"
)

// trialBits are some trials of a block, one bit each.
type trialBits [blockSize / 64]uint64

func (t *trialBits) set(trial int) { t[uint(trial)/64%(blockSize/64)] |= 1 << (uint(trial) % 64) }

func (t *trialBits) count() int {
	n := 0
	for _, w := range t {
		n += bits.OnesCount64(w)
	}
	return n
}

// drawn is a block of losses being drawn, and the trials in which there may be
// any: a byte each, which costs the hot loop one store.
type drawn struct {
	column
	seen [blockSize]byte // 1 or 0
}

// add adds a loss to a trial.
func (d *drawn) add(trial int, units int64) {
	d.column[trial] += units
	d.seen[trial] = 1
}

// reset makes it clear again from a trial on.
func (d *drawn) reset(from int) {
	clear(d.column[from:])
	clear(d.seen[from:])
}

// some are the trials in which there may be a loss. The product moves the lowest
// bits of eight bytes side by side to the top.
func (d *drawn) some() (out trialBits) {
	for i := 0; i < blockSize; i += 8 {
		eight := binary.LittleEndian.Uint64(d.seen[i:])
		out[i/64] |= eight * 0x0102040810204080 >> 56 << (i % 64)
	}
	return out
}

// keptBlock is what one threat loses in a block of trials. Most threats have no
// loss in most years: only those there are take room and time.
type keptBlock struct {
	some   trialBits
	before [blockSize / 64]uint16 // how many of these lie before each 64 trials
	units  []int64                // of these, in order
	sums   powerSums
}

// gather takes the losses out of a block that was drawn, which is clear then, adds
// them to those of all, and sums them up while they are at hand.
func (k *keptBlock) gather(from *drawn, into *column) {
	k.some = from.some()
	units, n := make([]int64, k.some.count()), 0
	var sum, squares float64
	for w, some := range k.some {
		k.before[w] = uint16(n)
		for ; some != 0; some &= some - 1 {
			i := (w<<6 | bits.TrailingZeros64(some)) % blockSize
			u := from.column[i]
			from.column[i] = 0
			into[i] += u
			units[n] = u
			n++
			x := float64(u)
			sum += x
			squares += x * x
		}
	}
	k.units, k.sums = units, powerSums{sum, squares}
	clear(from.seen[:])
}

// at is the loss in one trial.
func (k *keptBlock) at(trial int) int64 {
	w, bit := trial/64, uint64(1)<<(trial%64)
	if k.some[w]&bit == 0 {
		return 0
	}
	return k.units[int(k.before[w])+bits.OnesCount64(k.some[w]&(bit-1))]
}

// over is the sum over some trials.
func (k *keptBlock) over(trials *trialBits) int64 {
	sum := int64(0)
	for w, some := range k.some {
		sum += k.inWord(w, some&trials[w])
	}
	return sum
}

// inWord is the sum over some trials of 64 that have losses.
func (k *keptBlock) inWord(w int, trials uint64) int64 {
	sum := int64(0)
	for ; trials != 0; trials &= trials - 1 {
		lower := trials&-trials - 1
		sum += k.units[int(k.before[w])+bits.OnesCount64(k.some[w]&lower)]
	}
	return sum
}

// addTo adds the losses, times one or minus one, to those of all.
func (k *keptBlock) addTo(into *column, sign int64) {
	n := 0
	for w, some := range k.some {
		for ; some != 0; some &= some - 1 {
			into[(w<<6|bits.TrailingZeros64(some))%blockSize] += sign * k.units[n]
			n++
		}
	}
}
