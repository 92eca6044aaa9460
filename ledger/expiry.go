package ledger

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/parleysec/parley"
)

// reached reports whether an end, a civil date or a stage, is over on a day. A
// date lasts to the end of its day; a stage is over once the product is in it.
func (p *Product) reached(until, today string) (bool, error) {
	if stage := slices.Index(parley.Stages(), parley.Stage(until)); stage >= 0 {
		info, err := p.Info()
		if err != nil {
			return false, err
		}
		return slices.Index(parley.Stages(), info.Stage) >= stage, nil
	}
	end, err := time.Parse(DateFormat, until)
	if err != nil {
		return false, fmt.Errorf("the end %q is neither a date nor a stage", until)
	}
	day, err := time.Parse(DateFormat, today)
	if err != nil {
		return false, fmt.Errorf("today %q is not a date", today)
	}
	return end.Before(day), nil
}

func stageList() string {
	var out []string
	for _, s := range parley.Stages() {
		out = append(out, string(s))
	}
	return strings.Join(out, ", ")
}

// Expiries are the drafts that end every decision in force whose end is over
// on a day. Applying them twice is not possible: the second time there is
// nothing left to end.
func Expiries(s *State, today string) []Draft {
	var out []Draft
	for _, p := range s.Products() {
		for _, d := range p.Decisions {
			if d.Status != InForce || d.Until == "" {
				continue
			}
			if over, err := p.reached(d.Until, today); err == nil && over {
				out = append(out, Draft{Product: p.ID, Cause: d.Event, Body: &DecisionMoved{Decision: d.Short, To: Expired, Because: "its end, " + d.Until + ", was reached"}})
			}
		}
	}
	return out
}
