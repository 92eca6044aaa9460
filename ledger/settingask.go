package ledger

import (
	"fmt"
	"strconv"

	"github.com/parleysec/parley"
)

// rules compares what the file asks of the organisation's rules with how they stand:
// the matrix row by row, and the others one by one.
func (m *merger) rules() error {
	said, err := m.baseRules()
	if err != nil {
		return fmt.Errorf("apply: the file last applied: %w", err)
	}
	if err := m.authority(said); err != nil {
		return err
	}
	before := settingsOf(said.Rules)
	for i, s := range settingsOf(m.app.Model.Rules) {
		m.askSetting(s, before[i].value)
	}
	return nil
}

// setting is a rule with a value, as a file states it; "" where it does not.
type setting struct{ name, value string }

// settingsOf are the rules besides the matrix that a resolved file may state, always in
// one order.
func settingsOf(r parley.Rules) []setting {
	days := ""
	if n := r.Days(); n > 0 {
		days = strconv.Itoa(n)
	}
	return []setting{{SeparateApprover, r.SeparateApprover}, {RuleLongestEnd, days}}
}

// askSetting proposes a rule where the file says it anew and the organisation says
// otherwise. What waits and the file no longer asks for is withdrawn.
func (m *merger) askSetting(s setting, before string) {
	now := m.state.Settings[s.name]
	open := m.waitingRules(s.name)
	for _, q := range open {
		if q.Value == s.value && s.value != now {
			return
		}
	}
	for _, q := range open {
		m.withdrawRule(q)
	}
	if s.value == "" || s.value == now || len(open) == 0 && s.value == before {
		return
	}
	m.proposeRule(&RuleProposed{Name: s.name, Value: s.value, Because: "the file states it"})
}
