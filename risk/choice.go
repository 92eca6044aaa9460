package risk

import (
	"fmt"
	"slices"

	"github.com/parleysec/parley"
)

// Choice is something that could be done, measured against not doing it.
type Choice struct {
	Mitigations []string // ids
	Features    []string // ids
	Treatments  []string // ids of treatments of threats: transfer, avoid, defer
	Base        Scenario // what holds anyway, with and without the choice
	Start       float64  // years from now at which all of it begins
	// Starts are the years from now at which things begin that do not begin at
	// Start, by id.
	Starts map[string]float64
}

// begins is when one thing of a choice begins.
func (c Choice) begins(id string) float64 {
	if s, ok := c.Starts[id]; ok {
		return s
	}
	return c.Start
}

// step is one thing a choice does.
type step struct {
	id     string
	work   *work
	start  float64 // years from now
	finish float64
	change func(*Scenario)
}

// steps lists what a choice does; the error names an id the model does not have.
func (p *Portfolio) steps(c Choice) ([]step, error) {
	var out []step
	add := func(id string, change func(*Scenario)) {
		w, start := p.work[id], c.begins(id)
		out = append(out, step{id: id, work: w, start: start, finish: start + w.lead, change: change})
	}
	for _, id := range c.Mitigations {
		if p.known[id] != aMitigation {
			return nil, fmt.Errorf("risk: choice: %q is not a mitigation of this model", id)
		}
		add(id, func(s *Scenario) { s.Mitigations = append(s.Mitigations, id) })
	}
	for _, id := range c.Features {
		if p.known[id] != aFeature {
			return nil, fmt.Errorf("risk: choice: %q is not a feature of this model", id)
		}
		add(id, func(s *Scenario) { s.Features = append(s.Features, id) })
	}
	for _, id := range c.Treatments {
		ref, ok := p.treatment[id]
		if !ok {
			return nil, fmt.Errorf("risk: choice: %q is not a treatment of this model", id)
		}
		add(id, func(s *Scenario) { ref.apply(id, s) })
	}
	return out, nil
}

// apply puts a treatment in force; deferring changes nothing.
func (r treatmentRef) apply(id string, s *Scenario) {
	switch {
	case r.transfer != nil:
		s.Transfers = append(s.Transfers, id)
	case r.kind == parley.Avoid:
		s.Avoided = append(s.Avoided, r.threat)
	}
}

// phase is a stretch of time in which the same things are finished.
type phase struct {
	from, to float64
	scenario Scenario
}

// phases are the stretches from the first finish to the horizon.
func (p *Portfolio) phases(c Choice, steps []step) []phase {
	var times []float64
	for _, s := range steps {
		if s.finish < p.horizon {
			times = append(times, s.finish)
		}
	}
	slices.Sort(times)
	times = slices.Compact(times)
	out := make([]phase, len(times))
	for i, t := range times {
		out[i] = phase{from: t, to: p.horizon, scenario: c.Base.clone()}
		if i+1 < len(times) {
			out[i].to = times[i+1]
		}
		for _, s := range steps {
			if s.finish <= t {
				s.change(&out[i].scenario)
			}
		}
	}
	return out
}

// after is the scenario with all of the choice finished.
func (c Choice) after(steps []step) Scenario {
	out := c.Base.clone()
	for _, s := range steps {
		s.change(&out)
	}
	return out
}

// clone is a copy whose lists can grow.
func (s Scenario) clone() Scenario {
	return Scenario{
		Mitigations: slices.Clone(s.Mitigations), Features: slices.Clone(s.Features),
		Broken: slices.Clone(s.Broken), Without: slices.Clone(s.Without),
		Transfers: slices.Clone(s.Transfers), Avoided: slices.Clone(s.Avoided),
	}
}
