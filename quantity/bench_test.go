package quantity

import (
	"math/rand/v2"
	"testing"
)

func BenchmarkParse(b *testing.B) {
	for name, c := range map[string]struct {
		text string
		kind Kind
	}{
		"range":  {"£20k–£400k", Money},
		"word":   {"very likely within 2 years", Likelihood},
		"chance": {"20%..60% within 2 years", Likelihood},
		"error":  {"20-400k", Money},
	} {
		b.Run(name, func(b *testing.B) {
			env := pounds()
			for b.Loop() {
				_, _ = Parse(c.text, c.kind, env)
			}
		})
	}
}

func BenchmarkQuantile(b *testing.B) {
	for name, d := range benchmarked() {
		b.Run(name, func(b *testing.B) {
			p := 0.0
			for b.Loop() {
				if p += 0.001; p >= 1 {
					p = 0.0005
				}
				d.Quantile(p)
			}
		})
	}
}

func BenchmarkRand(b *testing.B) {
	for name, d := range benchmarked() {
		b.Run(name, func(b *testing.B) {
			r := rand.New(rand.NewPCG(1, 2))
			for b.Loop() {
				d.Rand(r)
			}
		})
	}
}

func BenchmarkMean(b *testing.B) {
	for name, d := range benchmarked() {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				d.Mean()
			}
		})
	}
}

func benchmarked() map[string]Dist {
	return map[string]Dist{
		"uniform":   Uniform{0, 80e3},
		"lognormal": LogNormalFrom(20e3, 400e3),
		"two-piece": TwoPieceLogNormalFrom(20e3, 100e3, 400e3),
		"logit":     LogitNormalFrom(0.2, 0.6),
		"rate":      RateOf{LogitNormalFrom(0.2, 0.6), 2},
		"pert":      PERT{20, 100, 900},
	}
}
