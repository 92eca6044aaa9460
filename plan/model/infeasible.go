package model

import (
	"fmt"
	"math"
	"strings"
)

// Error says what must be done and what that takes.
func (e *Infeasible) Error() string {
	if math.IsNaN(e.NeedsMoney) || len(e.Floors) == 0 {
		return e.Err.Error()
	}
	var over []string
	money, effort := e.Limits.Together()
	if e.NeedsMoney > money {
		over = append(over, fmt.Sprintf("at least %.6g of money, and there is %.6g", e.NeedsMoney, money))
	}
	if e.NeedsEffort > effort {
		over = append(over, fmt.Sprintf("at least %.6g person-days, and there are %.6g", e.NeedsEffort, effort))
	}
	if over == nil && len(e.Limits.Periods) > 0 {
		return fmt.Sprintf("what must be done (%s) fits into the periods together, but not into each: some of them offer too little, or too little early enough", strings.Join(e.Floors, ", "))
	}
	if over == nil {
		return e.Err.Error()
	}
	return fmt.Sprintf("what must be done (%s) takes %s", strings.Join(e.Floors, ", "), strings.Join(over, ", and "))
}

// Unwrap is the solver's finding.
func (e *Infeasible) Unwrap() error { return e.Err }
