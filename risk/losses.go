package risk

// losses are what one threat loses in some first trials, block by block, by kind
// too where it has several kinds.
type losses struct {
	trials int
	blocks []keptBlock
	kinds  []kindUnits
}

// newLosses makes room for so many threats.
func newLosses(threats, trials int) []*losses {
	out := make([]*losses, threats)
	for i := range out {
		out[i] = &losses{trials: trials, blocks: make([]keptBlock, blocksOf(trials)), kinds: make([]kindUnits, blocksOf(trials))}
	}
	return out
}

// blocksOf is how many blocks have trials.
func blocksOf(trials int) int { return (trials + blockSize - 1) / blockSize }

// first are the losses in the first trials, whole blocks or all.
func (l *losses) first(trials int) losses {
	n := blocksOf(trials)
	return losses{trials, l.blocks[:n], l.kinds[:n]}
}

// count is in how many trials there is one.
func (l *losses) count() int {
	n := 0
	for i := range l.blocks {
		n += len(l.blocks[i].units)
	}
	return n
}

// bytesOfBlock is what a block takes beside its losses.
const bytesOfBlock = blockSize/8 + blockSize/32 + 40 + 8*kindsOfLoss

// bytes is the memory they take.
func (l *losses) bytes() int64 { return int64(8*l.count() + bytesOfBlock*len(l.blocks)) }

// at is the loss in one trial.
func (l *losses) at(trial int32) int64 {
	return l.blocks[trial>>blockBits].at(int(trial) % blockSize)
}

// over is the sum over some trials.
func (l *losses) over(trials []trialBits) int64 {
	sum := int64(0)
	for i := range trials {
		sum += l.blocks[i].over(&trials[i])
	}
	return sum
}

// byTrial are the losses of all trials.
func (l *losses) byTrial() []int64 {
	out := make([]int64, 0, l.trials)
	for i := range l.blocks {
		var all column
		l.blocks[i].addTo(&all, 1)
		out = append(out, all[:min(blockSize, l.trials-len(out))]...)
	}
	return out
}

// mean is the mean loss of a trial, in currency, with its standard error.
func (l *losses) mean() (mean, standardError float64) {
	var all powerSums
	for i := range l.blocks {
		all.add(l.blocks[i].sums)
	}
	return all.mean(l.trials)
}
