package risk

import (
	"math"

	"github.com/parleysec/parley/quantity"
)

// recovered is what transfers pay back in an expected full year by kind of loss,
// and why that is an estimate where it is one, with its standard error.
func (p *Portfolio) recovered(t *threat, s *stance) (back KindLosses, standardError float64, why string) {
	kind, why := exactRecovery(t, s)
	switch {
	case why != "":
		back, standardError = p.estimateRecovery(t, s)
		return back, standardError, why
	case kind < 0: // it covers no kind of loss that this threat has
		return back, 0, ""
	}
	tr, loss := s.transfers[0], &t.losses[kind]
	ones := make([]float64, len(t.barriers))
	for i := range ones {
		ones[i] = 1
	}
	a, below := make([]float64, len(ones)), make([]float64, len(ones)+1)
	sum := 0.0
	paid := map[float64]float64{} // by the share of the loss that is left: most cells leave the same
	for i := range t.cells {
		left := 1 / t.leaves
		t.fill(&t.cells[i], s, func(j int, f factors) { a[j] = f.pass; left *= f.left })
		pass := t.cells[i].prob * layered(t.blind, a, ones, below)
		if left <= 0 {
			continue
		}
		if _, known := paid[left]; !known {
			paid[left] = tr.meanPay(loss.amount.dist, left)
		}
		sum += pass * t.occurs(kind) * paid[left]
	}
	scale, _ := t.onceShare(s, sum)
	back[loss.place] = scale * t.rate.mean * t.perYear() / t.passes * sum
	return back, 0, ""
}

// exactRecovery is the one covered kind of loss, −1 for none, where the mean
// recovery has a closed form or a quadrature, or why it has not.
func exactRecovery(t *threat, s *stance) (int, string) {
	if len(s.transfers) > 1 {
		return 0, "several transfers pay one after the other: estimated by simulation"
	}
	tr, kind := s.transfers[0], -1
	if tr.perYear {
		return 0, "a transfer per year depends on all losses of the year: estimated by simulation"
	}
	for i := range t.losses {
		if !tr.covers[i] {
			continue
		}
		if kind >= 0 {
			return 0, "a transfer on the sum of several kinds of loss: estimated by simulation"
		}
		kind = i
	}
	if kind >= 0 && tr.opens(termDeductible) && tr.opens(termLimit) && !closedUpTo(t.losses[kind].amount.dist) {
		return 0, "a transfer of which deductible and limit are ranges, on a loss that is not log-normal: estimated by simulation"
	}
	for j := range t.barriers {
		b := &t.barriers[j]
		if s.in[j] && b.onLoss && !b.certainLoss(s.broken[j]) {
			return 0, "a transfer on a loss cut by an uncertain share: estimated by simulation"
		}
	}
	return kind, ""
}

// certainLoss reports whether the barrier leaves the same share of the loss in
// every trial.
func (b *barrier) certainLoss(broken bool) bool {
	certain := true
	b.eachShare(broken, func(what uint64, in input) { certain = certain && (what == forEfficacy || in.certain()) })
	return certain
}

// meanUpTo is E[min(left·X, u)].
func meanUpTo(x quantity.Dist, left, u float64) float64 {
	if math.IsInf(u, 1) {
		return left * x.Mean()
	}
	return left * limitedMean(x, u/left)
}

// closedUpTo reports whether [limitedMean] has a closed form: a mean over two ranges
// of it takes too long where each is a quadrature.
func closedUpTo(x quantity.Dist) bool {
	switch d := x.(type) {
	case quantity.LogNormal:
		return d.Sigma > 0
	case quantity.Constant:
		return true
	}
	return false
}

// limitedMean is E[min(X, u)], the limited expected value: for the log-normal
// exp(μ+σ²/2)·Φ(z−σ) + u·Φ(−z), z = (ln u − μ)/σ (Klugman, Panjer and Willmot,
// Loss Models, appendix A); by quadrature otherwise.
func limitedMean(x quantity.Dist, u float64) float64 {
	if u <= 0 {
		return 0
	}
	if d, ok := x.(quantity.LogNormal); ok && d.Sigma > 0 {
		z := (math.Log(u) - d.Mu) / d.Sigma
		return d.Mean()*quantity.NormalCDF(z-d.Sigma) + u*quantity.NormalCDF(-z)
	}
	return quantity.ExpectAt(x, func(v float64) float64 { return min(v, u) }, u)
}
