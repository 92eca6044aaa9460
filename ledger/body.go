package ledger

import (
	"encoding/json"
	"fmt"
)

// Body is what one type of event says.
type Body interface {
	// EventType is the name of the type, and the version this package writes.
	EventType() (name string, version int)
	// names visits the names of people in the body, which are sealed.
	names(visit rename) error
}

// rename gives the text that takes the place of a person's name, or of the
// reference that stands for one.
type rename func(string) (string, error)

// at rewrites one name in place; no name stays no name.
func (r rename) at(s *string) error {
	if *s == "" {
		return nil
	}
	to, err := r(*s)
	*s = to
	return err
}

// NewerError refuses an event that a newer version of the program wrote.
type NewerError struct {
	Type    string
	Version int // of the event
	Known   int // newest version this program reads, 0: it does not know the type
}

// Error names both versions.
func (e *NewerError) Error() string {
	if e.Known == 0 {
		return fmt.Sprintf("event type %q (version %d) is not known to this version of the program; use the newer one that wrote it", e.Type, e.Version)
	}
	return fmt.Sprintf("event type %q has version %d, this program reads up to version %d; use the newer program that wrote it", e.Type, e.Version, e.Known)
}

// reader reads the body of one version of a type. A reader for an older
// version returns the body as the newest version would say it.
type reader func(json.RawMessage) (Body, error)

// readers lists every known type; the position in a list is the version - 1.
var readers = map[string][]reader{
	"ledger.founded":      {read[LedgerFounded]},
	"key.rotated":         {read[KeyRotated]},
	"setting.changed":     {read[SettingChanged]},
	"policy.adopted":      {readPolicyAdopted1, read[PolicyAdopted]},
	"file.applied":        {read[FileApplied]},
	"item.put":            {read[ItemPut]},
	"item.renamed":        {read[ItemRenamed]},
	"proposal.made":       {readProposalMade1, read[ProposalMade], read[ProposalMade]},
	"proposal.settled":    {read[ProposalSettled]},
	"decision.recorded":   {read[DecisionRecorded], read[DecisionRecorded], read[DecisionRecorded], read[DecisionRecorded], read[DecisionRecorded], read[DecisionRecorded], read[DecisionRecorded]},
	"decision.moved":      {read[DecisionMoved], read[DecisionMoved]},
	"task.changed":        {read[TaskChanged]},
	"backlog.ordered":     {read[BacklogOrdered]},
	"person.erased":       {read[PersonErased]},
	"condition.reviewed":  {read[ConditionReviewed]},
	"decision.approved":   {read[DecisionApproved], read[DecisionApproved]},
	"rule.proposed":       {read[RuleProposed], read[RuleProposed], read[RuleProposed], read[RuleProposed], read[RuleProposed]},
	"rule.settled":        {read[RuleSettled]},
	"note.added":          {read[NoteAdded], read[NoteAdded]},
	"plan.agreed":         {read[PlanAgreed]},
	"evidence.recorded":   {read[EvidenceRecorded]},
	"evidence.taken-back": {read[EvidenceTakenBack]},
	"stage.moved":         {read[StageMoved]},
	"activity.said":       {read[ActivitySaid]},
	"workshop.opened":     {read[WorkshopOpened]},
	"workshop.listed":     {read[WorkshopListed]},
	"workshop.linked":     {read[WorkshopLinked]},
	"workshop.unlinked":   {read[WorkshopUnlinked]},
	"workshop.joined":     {read[WorkshopJoined]},
	"workshop.asked":      {read[WorkshopAsked]},
	"workshop.estimated":  {read[WorkshopEstimated]},
	"workshop.revealed":   {read[WorkshopRevealed]},
	"workshop.noted":      {read[WorkshopNoted]},
	"workshop.closed":     {read[WorkshopClosed]},
	"member.granted":      {read[MemberGranted]},
	"member.revoked":      {read[MemberRevoked]},
}

func read[B any, P interface {
	*B
	Body
}](text json.RawMessage) (Body, error) {
	p := P(new(B))
	if err := strictJSON(text, p); err != nil {
		return nil, err
	}
	return p, nil
}

// DecodeBody reads the body of an event; older versions come out as the newest
// one. A type or version from a newer program is a *[NewerError].
func DecodeBody(e Event) (Body, error) {
	known := readers[e.Type]
	if e.Version > len(known) {
		return nil, &NewerError{Type: e.Type, Version: e.Version, Known: len(known)}
	}
	if e.Version < 1 {
		return nil, fmt.Errorf("event %d (%s): version %d, versions start at 1", e.Seq, e.Type, e.Version)
	}
	b, err := known[e.Version-1](e.Body)
	if err != nil {
		return nil, fmt.Errorf("event %d (%s): %w", e.Seq, e.Type, err)
	}
	return b, nil
}

// Types lists every known event type with the newest version of each.
func Types() map[string]int {
	out := make(map[string]int, len(readers))
	for name, versions := range readers {
		out[name] = len(versions)
	}
	return out
}
