package risk

import "context"

// ThreatShare is a threat's part of something: 0..1.
type ThreatShare struct {
	ID    string
	Share float64
}

// Above says of each of some amounts, in currency, what the years that lose more than
// it are made of: the share of each threat in what these years lose together. The
// shares of an amount add up to 1; there are none where no year loses more. The years
// are those in which [Portfolio.Simulate] with the same options tells threats apart.
func (p *Portfolio) Above(ctx context.Context, s Scenario, o SimOptions, amounts ...float64) ([][]ThreatShare, error) {
	o = o.withDefaults()
	o.Trials, o.Progress = p.threatTrials(o.Trials), nil
	sources, err := p.sources(s)
	if err != nil {
		return nil, err
	}
	if err := checkSize(sources, o); err != nil {
		return nil, err
	}
	totals, apart := make([]int64, o.Trials), newLosses(len(sources), o.Trials)
	if err := simulateTotals(ctx, sources, o, totals, apart); err != nil {
		return nil, err
	}
	out := make([][]ThreatShare, len(amounts))
	for i, amount := range amounts {
		out[i] = sharesOver(yearsAbove(totals, floorUnits(amount)), sources, apart)
	}
	return out, nil
}

// yearsAbove are the trials that lose more, by block.
func yearsAbove(totals []int64, units int64) []trialBits {
	out := make([]trialBits, blocksOf(len(totals)))
	for i, u := range totals {
		if u > units {
			out[i/blockSize].set(i % blockSize)
		}
	}
	return out
}

// sharesOver are the shares of threats in what some trials lose.
func sharesOver(years []trialBits, sources []*source, apart []*losses) []ThreatShare {
	var out []ThreatShare
	all := 0.0
	for i, src := range sources {
		if units := apart[i].over(years); units > 0 {
			out = append(out, ThreatShare{src.t.id, float64(units)})
			all += float64(units)
		}
	}
	for i := range out {
		out[i].Share /= all
	}
	return out
}
