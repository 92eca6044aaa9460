package risk

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"github.com/parleysec/parley/internal/testenv"
	"github.com/parleysec/parley/quantity"
)

// normal is a normal distribution, which no quantity has.
type normal struct{ mean, sd float64 }

func (d normal) Mean() float64              { return d.mean }
func (d normal) Variance() float64          { return d.sd * d.sd }
func (d normal) Quantile(p float64) float64 { return d.mean + d.sd*quantity.NormalQuantile(p) }
func (d normal) CDF(x float64) float64      { return quantity.NormalCDF((x - d.mean) / d.sd) }
func (d normal) Rand(r *rand.Rand) float64  { return d.mean + d.sd*r.NormFloat64() }

// TestReferenceEVPI is the unit normal loss integral.
func TestReferenceEVPI(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(testenv.Shared(t, "data/quant"), "reference-cases.json"))
	if err != nil {
		t.Fatal(err)
	}
	var all struct {
		Cases []struct {
			ID     string
			Inputs struct {
				Mean float64 `json:"net_benefit_mean"`
				SD   float64 `json:"net_benefit_sd"`
			}
			Expected json.RawMessage
		}
	}
	if err := json.Unmarshal(text, &all); err != nil {
		t.Fatal(err)
	}
	for _, c := range all.Cases {
		if c.ID != "evpi-normal" {
			continue
		}
		var want struct{ EVPI float64 }
		if err := json.Unmarshal(c.Expected, &want); err != nil {
			t.Fatal(err)
		}
		in := newInput(normal{c.Inputs.Mean, c.Inputs.SD})
		d := decision{options: []optionValue{{}, {cash: []cashflow{{in: in, key: scoreKey{"x", forCosts, 4}, rate: 1}}}}}
		d.gather()
		if got := d.evppi(d.inputs[0]); math.Abs(got-want.EVPI) > 1e-9*want.EVPI {
			t.Errorf("EVPPI = %.12g, want %.12g", got, want.EVPI)
		}
		if got := d.evpi(); math.Abs(got-want.EVPI) > 1e-3*want.EVPI {
			t.Errorf("EVPI on the lattice = %.12g, want %.12g", got, want.EVPI)
		}
		return
	}
	t.Fatal("no case evpi-normal")
}
