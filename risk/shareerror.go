package risk

import "math"

// shareError is the standard error of a share of n trials seen k times: the
// distance to the farther end of Wilson's interval of one standard deviation
// (E. B. Wilson, J. American Statistical Association 22 (1927) 209). For many
// trials it is √(p(1−p)/n); for a share of 0 or 1, which that would call
// certain, it is 1/(n+1).
func shareError(k, n int) float64 {
	p, m := float64(k)/float64(n), 1/float64(n)
	middle := (p + m/2) / (1 + m)
	half := math.Sqrt(p*(1-p)*m+m*m/4) / (1 + m)
	return math.Abs(middle-p) + half
}
