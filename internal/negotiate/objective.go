package negotiate

// Objective is what a plan is chosen for.
type Objective string

// The objectives.
const (
	ByValue  Objective = "value"    // the most value
	Cheapest Objective = "cheapest" // the least outlay that keeps all rules, and the appetite where that is asked for
)
