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
	if e.NeedsMoney > e.Limits.Money {
		over = append(over, fmt.Sprintf("at least %.6g of money, and there is %.6g", e.NeedsMoney, e.Limits.Money))
	}
	if e.NeedsEffort > e.Limits.Effort {
		over = append(over, fmt.Sprintf("at least %.6g person-days, and there are %.6g", e.NeedsEffort, e.Limits.Effort))
	}
	if over == nil {
		return e.Err.Error()
	}
	return fmt.Sprintf("what must be done (%s) takes %s", strings.Join(e.Floors, ", "), strings.Join(over, ", and "))
}

// Unwrap is the solver's finding.
func (e *Infeasible) Unwrap() error { return e.Err }
