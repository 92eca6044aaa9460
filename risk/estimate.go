package risk

import "context"

// recoveryTrials is how many years are simulated for the mean recovery where
// it has no closed form.
const recoveryTrials = 16 * blockSize

// estimateRecovery is the mean recovery by kind of loss, by simulating the threat
// with and without its transfers, over the same years.
func (p *Portfolio) estimateRecovery(t *threat, s *stance) KindLosses {
	without := *s
	without.transfers = nil
	gross, err1 := meanKinds(t, &without)
	net, err2 := meanKinds(t, s)
	if err1 != nil || err2 != nil { // one event may be too large to count: nothing sure is recovered
		return KindLosses{}
	}
	for k, v := range net {
		gross[k] -= v
	}
	return gross
}

func meanKinds(t *threat, s *stance) (KindLosses, error) {
	src := newSource(t, s)
	own, err := newBench(DefaultSeed).lossesOf(context.Background(), src, recoveryTrials)
	if err != nil {
		return KindLosses{}, err
	}
	mean, _ := own.mean()
	return src.meanKinds(own, mean), nil
}
