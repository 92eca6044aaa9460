package negotiate

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/brief/plain"
	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/ledger"
)

// say puts an event into plain words.
func say(e ledger.Event, body ledger.Body, n nameOf) (kind, id, text string) {
	switch b := body.(type) {
	case *ledger.ItemPut:
		text := catalogue.T("event.put", "kind", n.kind(b.Kind), "id", n.put(b.Kind, b.ID, b.Item))
		if b.Kind == ledger.KindIncident {
			text += incidentTold(b.Item, n)
		}
		return string(b.Kind), b.ID, text
	case *ledger.ItemRenamed:
		return string(b.Kind), b.To, n.renamed(b)
	case *ledger.FileApplied:
		return "file", b.Name, catalogue.T("event.file", "name", b.Name)
	case *ledger.DecisionRecorded:
		return "decision", "", catalogue.T(n.form("event.decided"), "kind", catalogue.T("kind."+string(b.Kind)), "threats", n.items(ledger.KindThreat, b.Threats), "because", b.Because)
	case *ledger.DecisionMoved:
		return "decision", b.Decision, moved(b, n)
	case *ledger.KeyRotated:
		return "ledger", "", catalogue.T("record.event.key", "key", b.Key, "because", b.Because)
	case *ledger.ConditionReviewed:
		key := "condition.event.fails"
		if b.Holds {
			key = "condition.event.holds"
		}
		return "decision", b.Decision, catalogue.T(key, "id", n.decision(b.Decision), "n", b.Condition, "because", b.Because, "next", b.Next)
	case *ledger.DecisionApproved:
		return "decision", b.Decision, catalogue.T("record.event.approved", "id", n.decision(b.Decision), "because", b.Because)
	case *ledger.TaskChanged:
		return "task", b.Task, catalogue.T("event.task", "id", n.work(b.Task), "status", catalogue.T("task."+string(b.To)))
	case *ledger.BacklogOrdered:
		return "backlog", b.Moved, orderedText(b, n)
	case *ledger.ProposalMade:
		return string(b.Kind), b.ID, catalogue.T("event.proposed", "about", n.proposed(b.About, b.Kind, b.ID), "says", b.Says)
	case *ledger.ProposalSettled:
		return "proposal", b.Proposal, catalogue.T("event.settled", "id", n.proposal(b.Proposal), "outcome", catalogue.T("outcome."+string(b.Outcome)))
	case *ledger.PolicyAdopted:
		return "policy", "", catalogue.T("event.policy", "fields", policyFields(b))
	case *ledger.SettingChanged:
		return "setting", b.Name, catalogue.T("event.setting", "name", b.Name, "value", b.Value)
	case *ledger.RuleProposed:
		return "rule", "", catalogue.T("record.event.rule", "rule", ruleText(b), "because", b.Because)
	case *ledger.RuleSettled:
		return "rule", b.Rule, catalogue.T("event.settled", "id", n.rule(b.Rule), "outcome", catalogue.T("outcome."+string(b.Outcome)))
	case *ledger.PlanAgreed:
		return "agreement", "", agreedText(b, n)
	case *ledger.NoteAdded:
		return string(b.About), b.ID, noteText(b, n)
	case *ledger.EvidenceRecorded:
		return "evidence", b.File, evidenceText(b, n)
	case *ledger.EvidenceTakenBack:
		return "evidence", b.Check, catalogue.T("event.evidence.back", "check", n.check(b.Check), "because", b.Because)
	case *ledger.StageMoved:
		return string(b.Kind), b.ID, stageText(b, n)
	case *ledger.ActivitySaid:
		return string(b.Kind), b.ID, activityText(b, n)
	case *ledger.WorkshopOpened, *ledger.WorkshopLinked, *ledger.WorkshopUnlinked, *ledger.WorkshopJoined, *ledger.WorkshopListed, *ledger.WorkshopAsked, *ledger.WorkshopEstimated, *ledger.WorkshopRevealed, *ledger.WorkshopNoted, *ledger.WorkshopClosed:
		return sayWorkshop(body, n)
	case *ledger.PersonErased:
		key := "record.event.erased"
		if b.Because != "" {
			key += ".because"
		}
		return "person", b.Ref, catalogue.T(key, "person", ledger.Erased(b.Ref), "because", b.Because)
	case *ledger.MemberGranted:
		return "member", b.Person, memberText("granted", b.Person, b.Role, b.Product, n)
	case *ledger.MemberRevoked:
		return "member", b.Person, memberText("revoked", b.Person, b.Role, b.Product, n)
	case *ledger.LedgerFounded:
		return "ledger", "", catalogue.T("event.founded")
	}
	return "", "", e.Type
}

// incidentTold says what happened, as far as an incident's text is understood.
func incidentTold(text json.RawMessage, n nameOf) string {
	var x parley.Incident
	if json.Unmarshal(text, &x) != nil {
		return ""
	}
	key := "event.incident"
	if x.NearMiss {
		key = "event.incident.near"
	}
	out := catalogue.T(key, "threat", n.item(ledger.KindThreat, x.Threat), "date", plain.DateText(x.At))
	if x.Title != "" && n.p == nil {
		out += catalogue.T("event.incident.title", "title", x.Title)
	}
	return out
}

// policyFields says what an adopted policy sets, and to what; the words of the
// scale are counted, since there are many.
func policyFields(b *ledger.PolicyAdopted) string {
	fields, err := b.Fields()
	if err != nil {
		return err.Error()
	}
	var said []string
	words := 0
	for _, f := range fields {
		var limits []parley.Limit
		switch {
		case f.Path[0] == "scale":
			words++
		case f.Text() == "null":
			said = append(said, catalogue.T("event.policy.gone", "name", f.Name()))
		case f.Name() == "activities":
			said = append(said, catalogue.T("event.policy.activities"))
		case f.Name() == "appetite" && json.Unmarshal(f.Value, &limits) == nil:
			said = append(said, AppetiteWords(limits, b.Currency)...)
		default:
			said = append(said, catalogue.T("event.policy.field", "name", strings.ReplaceAll(f.Name(), "_", " "), "value", f.Text()))
		}
	}
	if words > 0 {
		said = append(said, catalogue.N("event.policy.words", words))
	}
	return strings.Join(said, ", ")
}

func moved(b *ledger.DecisionMoved, n nameOf) string {
	text := catalogue.T("event.moved", "id", n.decision(b.Decision), "status", catalogue.T("decision."+statusKey(b.To)))
	var why []string
	if b.Because != "" {
		why = append(why, b.Because)
	}
	for _, x := range b.Broken {
		why = append(why, n.broke(x))
	}
	if len(why) == 0 {
		return text
	}
	return text + ": " + strings.Join(why, "; ")
}

func statusKey(s ledger.Status) string { return strings.ReplaceAll(string(s), " ", "-") }

func kindWord(k ledger.ItemKind) string { return catalogue.T("item." + string(k)) }

// ruleText is a rule and what it would be.
func ruleText(b *ledger.RuleProposed) string {
	switch {
	case b.Matrix != nil:
		return catalogue.N("record.event.roles", len(b.Matrix.Roles))
	case b.Row != nil && b.Row.Becomes == nil:
		return catalogue.T("record.event.role.gone", "role", b.Row.Role)
	case b.Row != nil:
		return catalogue.T("record.event.role", "role", b.Row.Role, "row", b.Row.Becomes.String())
	}
	return b.Name + ": " + b.Value
}

// evidenceText is what a file said about checks.
func evidenceText(b *ledger.EvidenceRecorded, n nameOf) string {
	var said []string
	for _, r := range b.Results {
		said = append(said, catalogue.T("event.check", "check", n.check(r.Check), "outcome", catalogue.T("cli.evidence."+r.Outcome)))
	}
	return catalogue.T("event.evidence", "file", b.File, "said", strings.Join(said, ", "))
}

// noteText is what somebody said.
func noteText(b *ledger.NoteAdded, n nameOf) string {
	figures := strings.TrimSpace(b.Likelihood + " " + b.Impact)
	text := strings.Join(slices.DeleteFunc([]string{figures, b.Text}, func(s string) bool { return s == "" }), ": ")
	return catalogue.T("record.event."+string(b.Kind), "id", n.noted(b.About, b.ID), "text", text)
}

// memberText is a role that was given or taken away.
func memberText(what, person string, role ledger.MemberRole, product string, n nameOf) string {
	where := catalogue.T("roles.everywhere")
	if product != "" {
		where = n.productName(product)
	}
	return catalogue.T("roles.event."+what, "person", person, "role", string(role), "where", where)
}

// stageText is a move to another stage.
func stageText(b *ledger.StageMoved, n nameOf) string {
	text := catalogue.T("stage.event", "item", n.kind(b.Kind)+" "+n.item(b.Kind, b.ID), "stage", string(b.To), "because", b.Because)
	if len(b.Missing) > 0 {
		text += " " + catalogue.T("stage.event.missing", "missing", n.list(b.Missing, n.activity))
	}
	return text
}

// activityText is what was said of an activity.
func activityText(b *ledger.ActivitySaid, n nameOf) string {
	key := "stage.event.done"
	if b.Undone {
		key = "stage.event.undone"
	}
	return catalogue.T(key, "activity", n.activity(b.Activity), "item", n.kind(b.Kind)+" "+n.item(b.Kind, b.ID), "stage", string(b.Stage), "because", b.Because)
}

// agreedText is an agreed plan in a line.
func agreedText(b *ledger.PlanAgreed, n nameOf) string {
	var ids []string
	for _, x := range b.Chosen {
		ids = append(ids, x.ID)
	}
	return catalogue.T("agree.event", "chosen", n.works(ids), "because", b.Because)
}

// orderedText says what was moved in the backlog, and where it stands by then.
func orderedText(b *ledger.BacklogOrdered, n nameOf) string {
	text := catalogue.T("event.backlog.planned")
	if len(b.Order) > 0 {
		text = catalogue.T("event.backlog", "item", n.work(b.Moved), "place", slices.Index(b.Order, b.Moved)+1, "of", len(b.Order))
	}
	if b.Because != "" {
		text += ": " + b.Because
	}
	return text
}
