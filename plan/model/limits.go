package model

import (
	"math"

	"github.com/parleysec/parley"
)

// Limits are what a plan has to keep to, besides the model's own rules.
type Limits struct {
	// Money bounds once + yearly money from the finish to the horizon,
	// undiscounted, in the model's currency; Effort bounds person-days. +Inf means
	// no limit, 0 means nothing: start from [NoLimits].
	Money, Effort float64
	// Periods are the times at which items can start, with what there is in each;
	// Money and Effort bound them together. None: everything starts at once.
	Periods []Period
	// Must and MustNot are ids of mitigations and features, such as those that
	// decisions in force ask for or rule out.
	Must, MustNot []string
	// Avoided are ids of threats that a decision takes out of the world.
	Avoided []string
	// Settled are ids of threats, mitigations and features whose obligation or
	// grave harm has been dealt with on record, so that it is no floor any more.
	Settled []string
}

// NoLimits leaves everything to the model.
func NoLimits() Limits { return Limits{Money: math.Inf(1), Effort: math.Inf(1)} }

// Unlimited says whether neither money nor effort is limited, nor when items
// can start.
func (l Limits) Unlimited() bool {
	return math.IsInf(l.Money, 1) && math.IsInf(l.Effort, 1) && len(l.Periods) == 0
}

// Together are the money and the effort there are over all periods; +Inf where
// there is no limit.
func (l Limits) Together() (money, effort float64) {
	if len(l.Periods) == 0 {
		return l.Money, l.Effort
	}
	for _, p := range l.Periods {
		money += p.Money
		effort += p.Effort
	}
	return math.Min(l.Money, money), math.Min(l.Effort, effort)
}

// CapacityOf adds up what the model's periods offer; +Inf where none says
// anything.
func CapacityOf(m *parley.Model) (money, effort float64) {
	money, effort = math.Inf(1), math.Inf(1)
	add := func(sum *float64, v float64) {
		if math.IsInf(*sum, 1) {
			*sum = 0
		}
		*sum += v
	}
	for _, c := range m.Capacity {
		if !c.Money.IsZero() {
			add(&money, c.Money.Mean())
		}
		if !c.Effort.IsZero() {
			add(&effort, c.Effort.Mean())
		}
	}
	return money, effort
}
