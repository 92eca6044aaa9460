package risk

import "fmt"

// divide sets what the controls the threat was stated with let pass, D, and
// what they left of the loss of an event that passed, M: docs/maths.md,
// "Stated as things are". Dividing by them gives inherent rate and loss, so
// that with those controls the price is what was stated.
func (t *threat) divide() {
	s := stance{in: make([]bool, len(t.barriers)), broken: make([]bool, len(t.barriers)), claimed: true}
	for i := range t.barriers {
		s.in[i] = t.barriers[i].stated
	}
	pass, both := t.means(&s)
	t.passes, t.leaves = pass, 1
	if pass > 0 {
		t.leaves = both / pass
	}
}

// Divisors below nothing cannot be divided out; below little they multiply an
// estimate so much that it should be questioned.
const (
	nothing = 1e-12
	little  = 0.01 // docs/maths.md, Stated as things are
)

func (p *Portfolio) checkDivisors(t *threat) error {
	if t.passes < nothing {
		return fmt.Errorf("a 100 %% control cannot be divided out: state the rate without it (stated_with: [] or without %s)", t.strongest(false))
	}
	if t.leaves < nothing {
		return fmt.Errorf("a 100 %% control cannot be divided out: state the loss without it (stated_with: [] or without %s)", t.strongest(true))
	}
	if t.passes < little {
		p.warnings = append(p.warnings, Warning{Threat: t.id, Message: fmt.Sprintf(
			"the controls it was stated with let %.2g %% of events pass: without them the rate would be %s times what was stated", 100*t.passes, times(1/t.passes))})
	}
	if t.leaves < little {
		p.warnings = append(p.warnings, Warning{Threat: t.id, Message: fmt.Sprintf(
			"the controls it was stated with leave %.2g %% of the loss: without them it would be %s times what was stated", 100*t.leaves, times(1/t.leaves))})
	}
	return nil
}

// times is a large multiple as people write it: 2000, not 2e+03.
func times(x float64) string {
	if x < 100 {
		return fmt.Sprintf("%.3g", x)
	}
	return fmt.Sprintf("%.0f", x)
}

// strongest names the stated control that leaves least.
func (t *threat) strongest(onLoss bool) string {
	name, least := "", 2.0
	for i := range t.barriers {
		b := &t.barriers[i]
		left := b.claimed.pass
		if onLoss {
			left = b.claimed.left
		}
		if b.stated && left < least {
			name, least = b.id, left
		}
	}
	return name
}
