package risk

import "context"

// recoveryTrials is how many years are simulated for the mean recovery where
// it has no closed form.
const recoveryTrials = 16 * blockSize

// estimateRecovery is the mean recovery by kind of loss, by simulating the threat
// with and without its transfers, over the same years; the standard error is that of
// the mean difference of all kinds together.
func (p *Portfolio) estimateRecovery(t *threat, s *stance) (KindLosses, float64) {
	without := *s
	without.transfers = nil
	gross, years, err1 := meanKinds(t, &without)
	net, left, err2 := meanKinds(t, s)
	if err1 != nil || err2 != nil { // one event may be too large to count: nothing sure is recovered
		return KindLosses{}, 0
	}
	for k, v := range net {
		gross[k] -= v
	}
	return gross, errorOfDifference(years, left)
}

func meanKinds(t *threat, s *stance) (KindLosses, losses, error) {
	src := newSource(t, s)
	own, err := newBench(DefaultSeed).lossesOf(context.Background(), src, recoveryTrials)
	if err != nil {
		return KindLosses{}, own, err
	}
	mean, _ := own.mean()
	return src.meanKinds(own, mean), own, nil
}

// errorOfDifference is the standard error of the mean difference of two losses over
// the same trials.
func errorOfDifference(a, b losses) float64 {
	var sums powerSums
	of := b.byTrial()
	for i, x := range a.byTrial() {
		d := float64(x - of[i])
		sums.add(powerSums{d, d * d})
	}
	_, standardError := sums.mean(len(of))
	return standardError
}
