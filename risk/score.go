package risk

import (
	"math"

	"github.com/parleysec/parley/quantity"
)

// fromScore is the value of a distribution at a normal score z, its quantile at
// Φ(z), without going through Φ where the family is a transformed normal.
func fromScore(d quantity.Dist, z float64) float64 {
	switch d := d.(type) {
	case quantity.Constant:
		return float64(d)
	case quantity.LogNormal:
		return math.Exp(d.Mu + float64(d.Sigma*z))
	case quantity.TwoPieceLogNormal:
		return math.Exp(d.Mu + float64(z*pick(z, d.Below, d.Above)))
	case quantity.LogitNormal:
		return logistic(d.Mu + float64(d.Sigma*z))
	case quantity.TwoPieceLogitNormal:
		return logistic(d.Mu + float64(z*pick(z, d.Below, d.Above)))
	case quantity.RateOf:
		if y, ok := logitScore(d.Chance, z); ok {
			return softplus(y) / d.Years
		}
	case quantity.Scaled:
		return d.Factor * fromScore(d.Dist, z)
	case *readBeta:
		return d.score(z)
	case standardNormal:
		return z
	case chanceOver:
		return d.at(fromScore(d.Rate, z))
	}
	return d.Quantile(min(quantity.NormalCDF(z), 1-0x1p-53)) // a quantile at 1 may be infinite
}

// fromScores is fromScore for a block of scores: what is to be done is decided
// once. Exponentials and logarithms come from tables, to 5e-12: faster, and the same
// bits on every processor.
func fromScores(d quantity.Dist, z, into *[blockSize]float64) {
	switch d := d.(type) {
	case quantity.LogNormal:
		for i, z := range z {
			into[i] = expOf(d.Mu + float64(d.Sigma*z))
		}
	case quantity.TwoPieceLogNormal:
		for i, z := range z {
			into[i] = expOf(d.Mu + float64(z*pick(z, d.Below, d.Above)))
		}
	case quantity.LogitNormal:
		for i, z := range z {
			into[i] = logisticOf(d.Mu + float64(d.Sigma*z))
		}
	case quantity.TwoPieceLogitNormal:
		for i, z := range z {
			into[i] = logisticOf(d.Mu + float64(z*pick(z, d.Below, d.Above)))
		}
	case quantity.RateOf:
		ratesFrom(d, z, into)
	case *readBeta:
		at := d.at()
		for i, z := range z {
			into[i] = readLine(at, z, betaReach, betaSteps)
		}
	default:
		for i, z := range z {
			into[i] = fromScore(d, z)
		}
	}
}

// ratesFrom is fromScores for a chance that is taken for a rate.
func ratesFrom(d quantity.RateOf, z, into *[blockSize]float64) {
	switch chance := d.Chance.(type) {
	case quantity.LogitNormal:
		for i, z := range z {
			into[i] = chance.Mu + float64(chance.Sigma*z)
		}
	case quantity.TwoPieceLogitNormal:
		for i, z := range z {
			into[i] = chance.Mu + float64(z*pick(z, chance.Below, chance.Above))
		}
	default:
		for i, z := range z {
			into[i] = fromScore(d, z)
		}
		return
	}
	softplusAll(into)
	for i := range into {
		into[i] /= d.Years
	}
}

// softplusAll is softplus of a block, from the tables where they reach.
func softplusAll(at *[blockSize]float64) {
	for i, y := range at {
		a := math.Abs(y)
		if a > 700 {
			at[i] = softplus(y)
			continue
		}
		at[i] = (y+a)/2 + logTable.onePlus(expTable.exp(-a))
	}
}

// expOf is e^y, from the table where that reaches.
func expOf(y float64) float64 {
	if math.Abs(y) > 700 {
		return math.Exp(y)
	}
	return expTable.exp(y)
}

// logisticOf is logistic with the table of exponentials.
func logisticOf(y float64) float64 { return 1 / (1 + expOf(-y)) }

// logitScore is the logit of a chance at a normal score, where it has one.
func logitScore(d quantity.Dist, z float64) (float64, bool) {
	switch d := d.(type) {
	case quantity.LogitNormal:
		return d.Mu + float64(d.Sigma*z), true
	case quantity.TwoPieceLogitNormal:
		return d.Mu + float64(z*pick(z, d.Below, d.Above)), true
	}
	return 0, false
}

func pick(z, below, above float64) float64 {
	if z < 0 {
		return below
	}
	return above
}

func logistic(y float64) float64 { return 1 / (1 + math.Exp(-y)) }

// softplus is ln(1+exp y), which is −ln(1−p) for p with logit y.
func softplus(y float64) float64 { return max(y, 0) + math.Log1p(math.Exp(-math.Abs(y))) }

// node is a point of a quadrature rule with its weight.
type node struct{ at, weight float64 }

// scorePoints integrate over a standard normal variable: the 16-point
// Gauss–Legendre rule on −reach..0 and on 0..reach, times the normal density.
var scorePoints = normalRule()

// reach leaves 1e-12 of the normal distribution outside.
const reach = 7.13

func normalRule() []node {
	var out []node
	total := 0.0
	for _, g := range gauss16 {
		for _, u := range []float64{-g.at, g.at} {
			z := reach / 2 * (1 + u)
			w := reach / 2 * g.weight * math.Exp(-z*z/2) / math.Sqrt(2*math.Pi)
			out = append(out, node{z, w}, node{-z, w})
			total += 2 * w
		}
	}
	for i := range out {
		out[i].weight /= total
	}
	return out
}

// gauss16 are the positive roots of the Legendre polynomial P₁₆ with their weights.
var gauss16 = [8]node{
	{0.9894009349916499325961, 0.0271524594117540948517},
	{0.9445750230732325760779, 0.0622535239386478928628},
	{0.8656312023878317438804, 0.0951585116824927848099},
	{0.7554044083550030338951, 0.1246289712555338720524},
	{0.6178762444026437484466, 0.1495959888165767320815},
	{0.4580167776572273863424, 0.1691565193950025381893},
	{0.2816035507792589132304, 0.1826034150449235888667},
	{0.0950125098376374401853, 0.1894506104550684962853},
}
