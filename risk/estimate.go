package risk

import "context"

// recoveryTrials is how many years are simulated for the mean recovery where
// it has no closed form.
const recoveryTrials = 16 * blockSize

// estimateRecovery is the mean recovery by simulating the threat with and
// without its transfers, over the same years.
func (p *Portfolio) estimateRecovery(t *threat, s *stance) float64 {
	without := *s
	without.transfers = nil
	gross, err1 := meanLoss(t, &without)
	net, err2 := meanLoss(t, s)
	if err1 != nil || err2 != nil { // one event may be too large to count: nothing sure is recovered
		return 0
	}
	return gross - net
}

func meanLoss(t *threat, s *stance) (float64, error) {
	col := make([]int64, recoveryTrials)
	if err := newBench(DefaultSeed).columnOf(context.Background(), newSource(t, s), col); err != nil {
		return 0, err
	}
	mean, _ := meanOf(col)
	return mean, nil
}
