package parley

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"
)

// records checks decisions recorded elsewhere, and incidents.
func (v *validator) records() {
	told := map[string]int{}
	for i := range v.m.Incidents {
		x := &v.m.Incidents[i]
		v.incident(fmt.Sprintf("incidents[%d]", i), x)
		if x.ID != "" {
			continue
		}
		same, err := json.Marshal(x)
		if err != nil {
			continue
		}
		if first, twice := told[string(same)]; twice {
			v.fail(fmt.Sprintf("incidents[%d].id", i), "", "give each an id such as i1, or leave one out", "the same incident stands twice (incidents[%d])", first)
		}
		told[string(same)] = i
	}
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

// incident checks what an incident says beside its date and what it refers to.
func (v *validator) incident(path string, x *Incident) {
	losses := x.Impact.Losses()
	if !x.Loss.IsZero() && len(losses) > 0 {
		v.fail(path+".loss", x.ID, "the loss by kind alone: their sum is the loss", "the loss is stated in all and by kind")
	}
	for _, k := range losses {
		if !k.Loss.Chance.IsZero() {
			v.fail(path+".impact."+string(k.Kind)+".chance", x.ID, "the loss alone, or nothing where there was none", "what happened has no chance")
		}
	}
	for _, id := range x.Stopped {
		if slices.Contains(x.Passed, id) {
			v.fail(path+".passed", x.ID, "each layer in one of the two", "%q both stopped it and was passed", id)
		}
	}
	if x.NearMiss && (!x.Loss.IsZero() || len(losses) > 0) {
		v.warn(path+".near_miss", x.ID, "near_miss: false where it did cost something, or no loss", "a near miss has no loss: what is stated does not count")
	}
	if !x.NearMiss && len(x.Stopped) > 0 {
		v.warn(path+".stopped_by", x.ID, "near_miss: true, or `passed` for the layers it got past", "what a layer stopped is a near miss")
	}
}
