package parley

// FormatVersion is the version of the negotiation file that this package reads.
const FormatVersion = "v1"

// Model is what one negotiation file says: one product, its yardstick, what
// threatens it, what stands and what could be built.
type Model struct {
	Parley       string            `json:"parley" jsonschema:"v1, the version of the file format"`
	Product      Product           `json:"product" jsonschema:"what is being built or run"`
	Policy       Policy            `json:"policy,omitzero" jsonschema:"the yardstick: horizon, prices, limits and what words mean"`
	Authority    []AuthorityRow    `json:"authority,omitempty" jsonschema:"who may leave or commit how much: proposed to the organisation"`
	Rules        Rules             `json:"rules,omitzero" jsonschema:"who approves, and how long risk may be left: proposed to the organisation"`
	Dependencies []Dependency      `json:"dependencies,omitempty" jsonschema:"what controls rely on, and how often it is down"`
	Controls     []Control         `json:"controls,omitempty" jsonschema:"layers already in place"`
	Threats      []Threat          `json:"threats,omitempty" jsonschema:"what may go wrong"`
	Mitigations  []Mitigation      `json:"mitigations,omitempty" jsonschema:"what could be built against it"`
	Features     []Feature         `json:"features,omitempty" jsonschema:"what else wants the same budget"`
	Capacity     []Period          `json:"capacity,omitempty" jsonschema:"effort and money there is, by period"`
	Decisions    []ClaimedDecision `json:"decisions,omitempty" jsonschema:"decisions recorded elsewhere: shown as such, never in force"`
	Incidents    []Incident        `json:"incidents,omitempty" jsonschema:"what really happened"`
	Extended
}

// Threat finds a threat by id, nil when there is none.
func (m *Model) Threat(id string) *Threat {
	return find(m.Threats, id, func(t *Threat) string { return t.ID })
}

// Control finds a control by id, nil when there is none.
func (m *Model) Control(id string) *Control {
	return find(m.Controls, id, func(c *Control) string { return c.ID })
}

// Mitigation finds a mitigation by id, nil when there is none.
func (m *Model) Mitigation(id string) *Mitigation {
	return find(m.Mitigations, id, func(x *Mitigation) string { return x.ID })
}

// Feature finds a feature by id, nil when there is none.
func (m *Model) Feature(id string) *Feature {
	return find(m.Features, id, func(f *Feature) string { return f.ID })
}

// Work finds what it takes to build a mitigation or feature by id, nil when there
// is neither.
func (m *Model) Work(id string) *Work {
	if x := m.Mitigation(id); x != nil {
		return &x.Work
	}
	if x := m.Feature(id); x != nil {
		return &x.Work
	}
	return nil
}

// Treatment finds a treatment of any threat by id, nil when there is none.
func (m *Model) Treatment(id string) *Treatment {
	for i := range m.Threats {
		if x := find(m.Threats[i].Treatments, id, func(x *Treatment) string { return x.ID }); x != nil {
			return x
		}
	}
	return nil
}

// Dependency finds a dependency by id, nil when there is none.
func (m *Model) Dependency(id string) *Dependency {
	return find(m.Dependencies, id, func(d *Dependency) string { return d.ID })
}

func find[T any](list []T, id string, key func(*T) string) *T {
	for i := range list {
		if key(&list[i]) == id {
			return &list[i]
		}
	}
	return nil
}

// ThreatIDs lists the ids of the threats, in file order.
func (m *Model) ThreatIDs() []string {
	return ids(m.Threats, func(t *Threat) string { return t.ID })
}

// BacklogIDs lists the ids of what could be built: mitigations, then features.
func (m *Model) BacklogIDs() []string {
	return append(ids(m.Mitigations, func(x *Mitigation) string { return x.ID }), ids(m.Features, func(f *Feature) string { return f.ID })...)
}

// LayerIDs lists the ids of what stands or may stand in a threat's way, and of
// what that relies on: controls, mitigations, dependencies.
func (m *Model) LayerIDs() []string {
	out := append(ids(m.Controls, func(c *Control) string { return c.ID }), ids(m.Mitigations, func(x *Mitigation) string { return x.ID })...)
	return append(out, ids(m.Dependencies, func(d *Dependency) string { return d.ID })...)
}

func ids[T any](list []T, key func(*T) string) []string {
	out := make([]string, len(list))
	for i := range list {
		out[i] = key(&list[i])
	}
	return out
}
