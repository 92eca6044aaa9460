package web

import (
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// budget is what the form of the table asks, as typed.
type budget struct {
	product       string
	money, effort string
	periods       string   // over how many of the periods of the capacity; "" for all
	keep          bool     // only plans that keep the limits on losses
	must, not     []string // ids of what somebody put in, and left out, in order
	whole         bool     // with what takes longer to work out than the plan
}

// maxPins is how many things may be put in or left out by hand.
const maxPins = 200

// The words of the buttons beside the things of a plan, before a colon and the
// id of the thing.
const (
	pinMust = "must"
	pinNot  = "not"
	pinFree = "free"
)

// readBudget reads the form: what stands in it, then the button that was pressed.
func readBudget(q url.Values) budget {
	b := budget{
		product: q.Get("product"),
		money:   strings.TrimSpace(q.Get("money")), effort: strings.TrimSpace(q.Get("effort")),
		periods: strings.TrimSpace(q.Get("periods")),
		keep:    q.Get("limits") == keepLimits, whole: q.Get("whole") == yesWhole,
	}
	pins := map[string]string{}
	for _, how := range []string{pinMust, pinNot} {
		for _, id := range q[how] {
			pins[id] = how
		}
	}
	for _, press := range q["do"] {
		if how, id, ok := strings.Cut(press, ":"); ok {
			pins[id] = how
		}
	}
	for _, id := range slices.Sorted(maps.Keys(pins)) {
		switch {
		case id == "" || len(b.must)+len(b.not) == maxPins:
		case pins[id] == pinMust:
			b.must = append(b.must, id)
		case pins[id] == pinNot:
			b.not = append(b.not, id)
		}
	}
	return b
}

// within is the same budget without a number of periods that is all there are.
func (q budget) within(periods int) budget {
	if q.periods == strconv.Itoa(periods) {
		q.periods = ""
	}
	return q
}

// pinned reports whether anything was put in or left out by hand.
func (q budget) pinned() bool { return len(q.must)+len(q.not) > 0 }

// free is the same budget with nothing put in or left out by hand.
func (q budget) free() budget {
	q.must, q.not = nil, nil
	return q
}

// keepLimits is what the form sends when only plans that keep the limits are
// wanted.
const keepLimits = "keep"

// yesWhole is what asks for what takes longer.
const yesWhole = "yes"

// more is the address of the table at this budget with all there is to say.
func (q budget) more() string {
	v := q.values()
	v.Set("whole", yesWhole)
	return "/plan?" + v.Encode()
}

// url is the address of the table at this budget.
func (q budget) url() string {
	return asking("/plan", q.values())
}

func (q budget) values() url.Values {
	v := given(map[string]string{"product": q.product, "money": q.money, "effort": q.effort, "periods": q.periods})
	v[pinMust], v[pinNot] = q.must, q.not
	if q.keep {
		v.Set("limits", keepLimits)
	}
	return v
}
