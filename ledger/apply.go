package ledger

import (
	"fmt"
	"slices"
)

// Apply folds one opened event into the state. It refuses an event that does
// not follow the last one, that a newer program wrote, or that breaks the
// structure of the record: unknown ids, illegal moves of a decision, a change
// of an estimate under a decision in force. After an error the state must not
// be used any more.
//
// Rules that depend on the day or on who asks are in [Check]: what was recorded
// under the rules of its time stays readable for ever.
func (s *State) Apply(e Event) error {
	if err := s.follows(e); err != nil {
		return err
	}
	b, err := DecodeBody(e)
	if err != nil {
		return err
	}
	if err := s.apply(e, b); err != nil {
		return fmt.Errorf("event %d (%s): %w", e.Seq, e.Type, err)
	}
	s.Size, s.LastID, s.At = e.Seq+1, e.ID, e.At
	return s.count(e)
}

// count counts an event of a product, whatever kind it is.
func (s *State) count(e Event) error {
	if s.Product(e.Product) == nil {
		return nil
	}
	p, err := s.own(e.Product)
	if err == nil {
		p.Events++
	}
	return err
}

func (s *State) follows(e Event) error {
	switch {
	case e.Seq != s.Size:
		return fmt.Errorf("event %d stands where event %d should", e.Seq, s.Size)
	case e.ID <= s.LastID:
		return fmt.Errorf("event %d: its id %s does not come after %s", e.Seq, e.ID, s.LastID)
	case e.At.Before(s.At):
		return fmt.Errorf("event %d: its time %s is before that of the event before it, %s", e.Seq, formatTime(e.At), formatTime(s.At))
	case e.Cause >= e.ID:
		return fmt.Errorf("event %d: its cause %s is not earlier than itself", e.Seq, e.Cause)
	}
	if _, founding := readers[e.Type]; founding && (e.Type == "ledger.founded") != (s.Size == 0) {
		return fmt.Errorf("event %d (%s): a ledger is founded by its first event, once", e.Seq, e.Type)
	}
	return nil
}

func (s *State) apply(e Event, b Body) error {
	if err := guestMay(e, b); err != nil {
		return err
	}
	switch b := b.(type) {
	case *LedgerFounded:
		s.Ledger, s.Keys = b.Ledger, Keys{{Verifier: b.Key, Event: e.ID}}
		for k, v := range b.Settings {
			s.Settings[k] = v
		}
		return nil
	case *KeyRotated:
		keys, err := s.Keys.follow(s.Ledger, e, b)
		if err == nil {
			s.Keys = keys
		}
		return err
	case *SettingChanged:
		if b.Name == "" {
			return fmt.Errorf("a setting without a name")
		}
		s.Settings[b.Name] = b.Value
		return nil
	case *PolicyAdopted:
		return s.adopt(e, b)
	case *PersonErased:
		if !IsPersonRef(b.Ref) {
			return fmt.Errorf("%q is no reference of a person", b.Ref)
		}
		return nil
	case *RuleProposed:
		return s.proposeRule(e, b)
	case *RuleSettled:
		return s.settleRule(b)
	case *MemberGranted:
		return s.grant(e, b)
	case *MemberRevoked:
		return s.revoke(e, b)
	case *ItemPut:
		if b.Kind == KindProduct && s.Product(b.ID) == nil {
			return s.addProduct(e, b)
		}
	case *ItemRenamed:
		if b.Kind == KindProduct {
			return s.renameProduct(b)
		}
	}
	p, err := s.own(e.Product)
	if err != nil {
		return err
	}
	return s.applyTo(p, e, b)
}

func (s *State) applyTo(p *Product, e Event, b Body) error {
	switch b := b.(type) {
	case *ItemPut:
		return p.put(e, b)
	case *ItemRenamed:
		return p.rename(e, b)
	case *FileApplied:
		p.Base = b.Base
		p.Files = append(slices.Clone(p.Files), FileRecord{Name: b.Name, Digest: b.Digest, Event: e.ID, At: e.At, By: e.Actor})
		return nil
	case *ProposalMade:
		return p.propose(e, b)
	case *ProposalSettled:
		return s.settle(p, e, b)
	case *DecisionRecorded:
		return p.record(e, b)
	case *DecisionMoved:
		return p.moveDecision(e, b)
	case *ConditionReviewed:
		return p.review(e, b)
	case *DecisionApproved:
		return p.approve(e, b)
	case *TaskChanged:
		return p.changeTask(e, b)
	case *BacklogOrdered:
		return p.orderBacklog(e, b)
	case *NoteAdded:
		return p.note(e, b)
	case *PlanAgreed:
		return p.agree(e, b)
	case *EvidenceRecorded:
		return p.evidence(e, b)
	case *EvidenceTakenBack:
		return p.takeBack(e, b)
	case *StageMoved:
		return p.moveStage(e, b)
	case *ActivitySaid:
		return p.say(e, b)
	}
	return p.workshop(e, b)
}
