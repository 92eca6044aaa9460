package parley

// Extended is what somebody else keeps in a negotiation file beside what Parley
// reads: the keys that start with x-, by key, each with its value as YAML on
// one line. Parley passes them on and takes nothing from them.
type Extended struct {
	X map[string]string `json:"x,omitempty"`
}
