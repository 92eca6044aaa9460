package parley

import (
	"fmt"
	"slices"
	"time"
)

// records checks decisions recorded elsewhere. (Incidents have only dates and
// references, which are checked with all others.)
func (v *validator) records() {
	for i, d := range v.m.Decisions {
		if d.Until == "" || slices.Contains(Stages(), Stage(d.Until)) {
			continue
		}
		if _, err := time.Parse(time.DateOnly, d.Until); err != nil {
			v.fail(fmt.Sprintf("decisions[%d].until", i), "", "a date such as 2027-03-31, or a stage: "+oneOf(Stages()),
				"%q is neither a date nor a stage", d.Until)
		}
	}
}
