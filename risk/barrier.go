package risk

// barrier is a control or mitigation in front of one threat.
//
// It stops the share coverage × (a·efficacy + (1−a)·degraded) of events, and
// another such share of the loss of each event it does not stop; a is its
// assurance.
type barrier struct {
	id         string
	mitigation bool
	stated     bool // among the controls the threat was stated with: priced at its mean shares
	onEvents   bool // states a share of events
	onLoss     bool // states a share of the loss
	events     input
	loss       input
	coverage   input
	degraded   input
	assured    input // how far its efficacy is borne out, 0..1
	relies     []string
	blind      float64 // c: the share of events for which it is blind together with the others
	claimed    factors // as it is said to work
	works      factors // as far as it is assured
	broken     factors
}

// factors are the means by which a barrier enters expected losses: of the share
// of events it lets pass given that the blind spots did not decide (q), of the
// share of loss it leaves (1−m), and of their product, in which an uncertain
// coverage counts twice.
type factors struct {
	pass, left, both float64
}

var neutral = factors{1, 1, 1}

// assurance is how far a claimed efficacy is borne out: mean and second moment.
type assurance struct {
	mean, second float64
}

var (
	notVerified = assurance{1, 1} // as claimed
	failed      = assurance{0, 0}
)

// settle computes what follows from the inputs, with the policy's share of
// common causes.
func (b *barrier) settle(commonCause float64) {
	b.blind = commonCause * (1 - b.coverage.mean*b.events.mean)
	b.claimed = b.factors(notVerified)
	b.resettle()
}

// resettle computes what follows from the inputs besides the constants.
func (b *barrier) resettle() {
	b.works = b.factors(assurance{b.assured.mean, b.assured.second})
	b.broken = b.factors(failed)
}

// credit is how far its efficacy counts: not at all where it is broken.
func (b *barrier) credit(broken bool) input {
	if broken {
		return constant(0)
	}
	return b.assured
}

// eachShare hands over the shares that decide what the barrier does where it is in
// place, certain ones too: efficacies unless they get no credit, what it does when
// degraded unless they get all, the credit and the coverage. what is as in a
// [scoreKey].
func (b *barrier) eachShare(broken bool, do func(what uint64, in input)) {
	credit := b.credit(broken)
	if b.onEvents && !credit.is(0) {
		do(forEfficacy, b.events)
	}
	if b.onLoss && !credit.is(0) {
		do(forLoss, b.loss)
	}
	if !credit.is(1) {
		do(forDegraded, b.degraded)
	}
	do(forAssurance, credit)
	do(forCoverage, b.coverage)
}

// share is where a share is kept that [barrier.eachShare] hands over.
func (b *barrier) share(what uint64) *input {
	switch what {
	case forEfficacy:
		return &b.events
	case forLoss:
		return &b.loss
	case forDegraded:
		return &b.degraded
	case forAssurance:
		return &b.assured
	}
	return &b.coverage
}

// is reports whether an input is certainly some number.
func (in input) is(x float64) bool { return in.certain() && in.mean == x }

// factors are the expectations over the barrier's own inputs, which are
// independent of each other; q = (1 − coverage·e − c)/(1 − c) where e is the
// efficacy that assurance leaves.
func (b *barrier) factors(a assurance) factors {
	e := b.efficacy(b.onEvents, b.events.mean, a)
	f := b.efficacy(b.onLoss, b.loss.mean, a)
	v, v2 := b.coverage.mean, b.coverage.second
	out := factors{pass: 1, left: 1 - v*f, both: 1 - v*f}
	if open := 1 - b.blind; b.onEvents && open > 0 {
		out.pass = (open - v*e) / open
		out.both = (open*(1-v*f) - v*e + v2*b.bothEfficacies(a)) / open
	}
	return out
}

// efficacy is E[a·x + (1−a)·degraded], 0 for a dimension nobody stated.
func (b *barrier) efficacy(stated bool, x float64, a assurance) float64 {
	if !stated {
		return 0
	}
	return a.mean*x + (1-a.mean)*b.degraded.mean
}

// bothEfficacies is the mean product of the efficacies on events and on loss,
// which share assurance and the degraded level.
func (b *barrier) bothEfficacies(a assurance) float64 {
	if !b.onEvents || !b.onLoss {
		return 0
	}
	e, f, d := b.events.mean, b.loss.mean, b.degraded
	return a.second*e*f + (a.mean-a.second)*d.mean*(e+f) + (1-2*a.mean+a.second)*d.second
}
