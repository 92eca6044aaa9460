package risk

import (
	"hash/fnv"
	"math"
)

// stream is SplitMix64 (Steele, Lea and Flood, OOPSLA 2014, figure 9): a
// counter put through a mixing function, which passes BigCrush. Consecutive
// numbers do not wait for each other, so the hot loops run at the speed of the
// arithmetic.
//
// Streams start at hashed places of one cycle of 2⁶⁴ numbers; a simulation of a
// million streams of a thousand numbers has two that overlap with a chance
// below 10⁻⁴.
type stream struct{ state uint64 }

const golden = 0x9e3779b97f4a7c15

// mix is the output function of SplitMix64.
func mix(z uint64) uint64 {
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

// Uint64 makes a stream a source for math/rand/v2.
func (s *stream) Uint64() uint64 {
	s.state += golden
	return mix(s.state)
}

// float is uniform on the multiples of 2⁻⁵³ in [0, 1).
func (s *stream) float() float64 { return float64(s.share()) * 0x1p-53 }

// share is float in units of 2⁻⁵³.
func (s *stream) share() uint64 { return s.Uint64() >> 11 }

// skip leaves out so many numbers.
func (s *stream) skip(n int) { s.state += uint64(n) * golden }

// streamOf starts the stream of one key. Neighbouring keys start far apart.
func streamOf(seed uint64, key ...uint64) stream {
	h := mix(seed + golden)
	for _, k := range key {
		h = mix(h ^ mix(k+golden)*golden)
	}
	return stream{h}
}

// keyOf turns an id into a part of a key.
func keyOf(id string) uint64 {
	h := fnv.New64a()
	h.Write([]byte(id)) // never fails
	return h.Sum64()
}

// What a stream of a threat or barrier is for.
const (
	forMarks  uint64 = iota + 1 // how many candidate events, their levels and, at uncertain rates, their trials
	forLosses                   // trials of events at a certain rate, and amounts
	forChances
	forRate
	forEfficacy
	forLoss
	forCoverage
	forDegraded
	forTimes
	forCosts
	forSample
	forAssurance
	forClusters
	forGates
	forTerms
)

// poisson draws a count with the given mean: by inversion for small means, by
// transformed rejection (PTRS; Hörmann, Insurance: Mathematics and Economics 12
// (1993) 39) for others.
func (s *stream) poisson(mean float64) int {
	if mean <= 0 {
		return 0
	}
	if mean < 10 {
		return s.smallPoisson(mean)
	}
	root := math.Sqrt(mean)
	b := 0.931 + 2.53*root
	a := -0.059 + 0.02483*b
	inv := 1.1239 + 1.1328/(b-3.4)
	vr := 0.9277 - 3.6224/(b-2)
	logMean := math.Log(mean)
	for {
		u := s.float() - 0.5
		v := s.float()
		us := 0.5 - math.Abs(u)
		k := math.Floor((2*a/us+b)*u + mean + 0.43)
		if us >= 0.07 && v <= vr {
			return int(k)
		}
		if k < 0 || us < 0.013 && v > us {
			continue
		}
		g, _ := math.Lgamma(k + 1)
		if math.Log(v*inv/(a/(us*us)+b)) <= k*logMean-mean-g {
			return int(k)
		}
	}
}

func (s *stream) smallPoisson(mean float64) int {
	u, k := s.float(), 0
	for p := math.Exp(-mean); u >= p && k < 200; k++ { // 200: u within rounding of 1
		u -= p
		p *= mean / float64(k+1)
	}
	return k
}
