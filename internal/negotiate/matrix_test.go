package negotiate

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/evidence"
	"github.com/parleysec/parley/internal/exchange"
	"github.com/parleysec/parley/internal/testenv"
	"github.com/parleysec/parley/ledger"
)

// hidden is the id of a product that most people in these tests may not see. It
// stands in everything that belongs to it, so that a trace of it is found.
const hidden = "zzvault"

// nowhere is an id that nothing has, as long as the other one.
const nowhere = "yyvault"

// estate is a product in which every use-case finds something to do.
func estate(id string) string {
	return strings.NewReplacer("product: {id: shop, name: Web shop", "product: {id: "+id+", name: The "+id,
		"id: leak, title: Records", "id: leak, title: "+id+" records", "It is in the news.", "It is in the news about "+id+".",
		"Somebody is hurt", "Somebody at "+id+" is hurt",
	).Replace(watched)
}

// built is the ledger that all these tests copy, made by the first of them.
var built struct {
	once sync.Once
	text []byte
}

// world is a ledger with two products, each with something decided, proposed and
// waiting, and with a person for every role on either: the bytes of its file.
func world(t *testing.T) []byte {
	t.Helper()
	built.once.Do(func() { built.text = makeWorld(t) })
	if built.text == nil {
		t.Fatal("the ledger could not be made")
	}
	return built.text
}

// earlierPass is a report that is on record for both products.
const earlierPass = `{"schema":"parley.results/1","time":"2026-11-19T00:00:00Z","results":[{"outcome":"pass"}]}`

func digestOf(text string) string { return fmt.Sprintf("%x", sha256.Sum256([]byte(text))) }

func makeWorld(t *testing.T) []byte {
	t.Helper()
	d := newDesk(t)
	for _, id := range []string{"shop", hidden} {
		d.apply(estate(id))
		d.apply(strings.Replace(estate(id), "horizon: 2 years", "horizon: 3 years", 1)) // a proposal about the yardstick
		if _, err := d.AddEvidence(t.Context(), d.tom, AddEvidenceRequest{Product: id, Check: "rules", ReadEvidenceRequest: ReadEvidenceRequest{Files: []evidence.Input{{Name: "e.json", Data: []byte(earlierPass)}}}}); err != nil {
			t.Fatal(err)
		}
		d.decide(DecideRequest{Product: id, Threats: []string{"leak"}, Kind: parley.Mitigate, With: []string{"safe"}, Because: id + " must be safe", Conditions: []ledger.Condition{{Says: "while few use it"}}})
		d.decide(DecideRequest{Product: id, Threats: []string{"replay"}, Kind: parley.Accept, Until: "2027-06-30", Because: "cheap for " + id, Propose: true})
		opened, err := d.OpenWorkshop(t.Context(), d.tom, OpenWorkshopRequest{Product: id, Title: "About " + id, Threats: []string{"leak"}})
		if err == nil {
			_, err = d.LeadWorkshop(t.Context(), d.tom, WorkshopStepRequest{WorkshopRequest: WorkshopRequest{Workshop: opened.ID}, Step: StepAsk})
		}
		if err == nil {
			_, err = d.LinkWorkshop(t.Context(), d.tom, LinkWorkshopRequest{WorkshopRequest: WorkshopRequest{Workshop: opened.ID}})
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	must := func(err error) {
		if err != nil {
			t.Helper()
			t.Fatal(err)
		}
	}
	for _, r := range ledger.MemberRoles() {
		for _, on := range []string{"shop", hidden, ""} {
			_, err := d.SetMember(t.Context(), d.tom, MemberRequest{Person: holder(r, on), Role: r, Product: on})
			must(err)
		}
	}
	for _, r := range ledger.MemberRoles() {
		_, err := d.SetMember(t.Context(), d.tom, MemberRequest{Person: ann, Role: r})
		must(err)
	}
	_, err := d.SetRule(t.Context(), person(holder(ledger.Security, "")), RuleRequest{Name: ledger.RuleLongestEnd, Value: "900", Because: "not for ever"})
	must(err)
	must(d.Close())
	text, err := os.ReadFile(d.Ledger)
	must(err)
	return text
}

// ann holds every role.
const ann = "ann@example.org"

// holder is who holds one role alone, on a product or on the organisation.
func holder(r ledger.MemberRole, on string) string {
	if on == "" {
		return string(r) + "@example.org"
	}
	return string(r) + "." + strings.TrimPrefix(on, "zz") + "@example.org"
}

// person is somebody who signed in.
func person(id string) Actor { return Actor{ID: id, Known: ledger.SignedIn, Via: ViaPage} }

// visit opens a copy of a ledger that the test may write to.
func visit(t testing.TB, world []byte) *Service {
	t.Helper()
	path := filepath.Join(t.TempDir(), "l.db")
	if err := os.WriteFile(path, world, 0o600); err != nil {
		t.Fatal(err)
	}
	s := &Service{Ledger: path, Throwaway: true, Now: func() time.Time { return time.Date(2026, 11, 21, 9, 0, 0, 0, time.UTC) }}
	t.Cleanup(func() { s.Close() })
	return s
}

// errWaits says that a rule was proposed, and does not hold.
var errWaits = parley.Errorf(parley.Forbidden, "", "it waits for %s", "a manager")

// attempts calls each line of the table on a product, in a way that succeeds
// where it is allowed. What they give is looked through for what it should not hold.
var attempts = map[string]func(ctx context.Context, s *Service, a Actor, p string) (any, error){
	"Access":   func(ctx context.Context, s *Service, a Actor, _ string) (any, error) { return s.Access(ctx, a) },
	"Products": func(ctx context.Context, s *Service, a Actor, _ string) (any, error) { return s.Products(ctx, a) },
	"Status": func(ctx context.Context, s *Service, a Actor, _ string) (any, error) {
		return s.Status(ctx, a, StatusRequest{})
	},
	"Rules":   func(ctx context.Context, s *Service, a Actor, _ string) (any, error) { return s.Rules(ctx, a) },
	"Members": func(ctx context.Context, s *Service, a Actor, _ string) (any, error) { return s.Members(ctx, a) },
	"Check": func(ctx context.Context, s *Service, a Actor, _ string) (any, error) {
		return s.Check(ctx, a, Source{Name: "f", Data: []byte(shop)})
	},
	"Import": func(ctx context.Context, s *Service, a Actor, _ string) (any, error) {
		return s.Import(ctx, a, ImportRequest{Files: []exchange.Input{{Name: "t.csv", Data: []byte("title,likelihood\nLeak,low\n")}}})
	},
	"ReadEvidence": func(ctx context.Context, s *Service, a Actor, _ string) (any, error) {
		return s.ReadEvidence(ctx, a, ReadEvidenceRequest{})
	},
	"CheckProof": func(ctx context.Context, s *Service, a Actor, _ string) (any, error) {
		return s.CheckProof(ctx, a, CheckProofRequest{Proof: []byte("{}")})
	},
	"Brief": func(ctx context.Context, s *Service, a Actor, p string) (any, error) {
		return s.Brief(ctx, a, BriefRequest{Source: Source{Product: p}, Figures: true})
	},
	"Risk": func(ctx context.Context, s *Service, a Actor, p string) (any, error) {
		return s.Risk(ctx, a, RiskRequest{Source: Source{Product: p}, Trials: 1000})
	},
	"WhatIf": func(ctx context.Context, s *Service, a Actor, p string) (any, error) {
		return s.WhatIf(ctx, a, WhatIfRequest{Source: Source{Product: p}, Trials: 1000, Break: []string{"waf"}})
	},
	"Plan": func(ctx context.Context, s *Service, a Actor, p string) (any, error) {
		return s.Plan(ctx, a, PlanRequest{Source: Source{Product: p}, Trials: 1000})
	},
	"Frontier": func(ctx context.Context, s *Service, a Actor, p string) (any, error) {
		return s.Frontier(ctx, a, PlanRequest{Source: Source{Product: p}, Trials: 1000})
	},
	"Compare": func(ctx context.Context, s *Service, a Actor, p string) (any, error) {
		return s.Compare(ctx, a, CompareRequest{PlanRequest: PlanRequest{Source: Source{Product: p}, Trials: 1000}, A: "none", B: "safe"})
	},
	"Learn": func(ctx context.Context, s *Service, a Actor, p string) (any, error) {
		return s.Learn(ctx, a, LearnRequest{Source: Source{Product: p}})
	},
	"Layers": func(ctx context.Context, s *Service, a Actor, p string) (any, error) {
		return s.Layers(ctx, a, LayersRequest{Source: Source{Product: p}})
	},
	"Timeline": func(ctx context.Context, s *Service, a Actor, p string) (any, error) {
		return s.Timeline(ctx, a, TimelineRequest{Product: p})
	},
	"Gate": func(ctx context.Context, s *Service, a Actor, p string) (any, error) {
		return s.Gate(ctx, a, GateRequest{Source: Source{Product: p}, Trials: 1000})
	},
	"Incidents": func(ctx context.Context, s *Service, a Actor, p string) (any, error) {
		return s.Incidents(ctx, a, IncidentsRequest{Source: Source{Product: p}})
	},
	"Tasks": func(ctx context.Context, s *Service, a Actor, p string) (any, error) {
		return s.Tasks(ctx, a, TasksRequest{Product: p, All: true})
	},
	"Export": func(ctx context.Context, s *Service, a Actor, p string) (any, error) {
		return s.Export(ctx, a, ExportRequest{Source: Source{Product: p}, Format: "parley"})
	},
	"Show": func(ctx context.Context, s *Service, a Actor, p string) (any, error) {
		return s.Show(ctx, a, ShowRequest{Decision: short(p, "D1"), At: "2026-11-21"})
	},
	"See": func(ctx context.Context, s *Service, a Actor, p string) (any, error) {
		return nil, s.See(ctx, a, SeeRequest{Product: p, Threat: "leak"})
	},
	"Seen": func(ctx context.Context, s *Service, a Actor, p string) (any, error) {
		return s.Seen(ctx, a, SeenRequest{Decision: short(p, "D1")})
	},
	"SeenAll": func(ctx context.Context, s *Service, a Actor, p string) (any, error) {
		return s.SeenAll(ctx, a, p)
	},
	"Seen (of others)": func(ctx context.Context, s *Service, a Actor, p string) (any, error) {
		r, err := s.Seen(ctx, a, SeenRequest{Decision: short(p, "D1")})
		if err == nil && !r.Others {
			return nil, errWaits
		}
		return r, err
	},
	"Accepted": func(ctx context.Context, s *Service, a Actor, p string) (any, error) {
		return s.Accepted(ctx, a, AcceptedRequest{Product: p})
	},
	"ShowAt": func(ctx context.Context, s *Service, a Actor, p string) (any, error) {
		return s.ShowAt(ctx, a, ShowAtRequest{Product: p, At: "2026-11-21"})
	},
	"Why": func(ctx context.Context, s *Service, a Actor, p string) (any, error) {
		return s.Why(ctx, a, WhyRequest{Product: p, Figure: "leak", From: "2026-11-20"})
	},
	"Sum": func(ctx context.Context, s *Service, a Actor, p string) (any, error) {
		return s.Sum(ctx, a, SumRequest{Source: Source{Product: p}, About: AboutThreat, ID: "leak"})
	},
	"Agreements": func(ctx context.Context, s *Service, a Actor, p string) (any, error) {
		return s.Agreements(ctx, a, AgreementsRequest{Product: p})
	},
	"Agree": func(ctx context.Context, s *Service, a Actor, p string) (any, error) {
		return s.Agree(ctx, a, AgreeRequest{PlanRequest: PlanRequest{Source: Source{Product: p}, Trials: 1000}, Because: "the best"})
	},
	"Log": func(ctx context.Context, s *Service, a Actor, p string) (any, error) {
		return s.Log(ctx, a, LogRequest{Product: p})
	},
	"Prove": func(ctx context.Context, s *Service, a Actor, p string) (any, error) {
		return s.Prove(ctx, a, ProveRequest{Decision: short(p, "D1")})
	},
	"Verify": func(ctx context.Context, s *Service, a Actor, _ string) (any, error) {
		return s.Verify(ctx, a, VerifyRequest{})
	},
	"Checkpoint": func(ctx context.Context, s *Service, a Actor, _ string) (any, error) { return s.Checkpoint(ctx, a) },
	"Apply": func(ctx context.Context, s *Service, a Actor, p string) (any, error) {
		text := strings.Replace(estate(p), "Goods without paying.", "Goods without pay.", 1)
		return s.Apply(ctx, a, ApplyRequest{Source: Source{Name: "f", Data: []byte(text)}})
	},
	"Apply (organisation)": func(ctx context.Context, s *Service, a Actor, _ string) (any, error) {
		return s.Apply(ctx, a, ApplyRequest{Source: Source{Name: "f", Data: []byte(estate("brand-new"))}})
	},
	"AddEvidence": func(ctx context.Context, s *Service, a Actor, p string) (any, error) {
		return s.AddEvidence(ctx, a, AddEvidenceRequest{Product: p, Check: "rules", ReadEvidenceRequest: ReadEvidenceRequest{
			Files: []evidence.Input{{Name: "r.json", Data: []byte(`{"schema":"parley.results/1","time":"2026-11-20T00:00:00Z","results":[{"outcome":"pass"}]}`)}},
		}})
	},
	"TakeBackEvidence": func(ctx context.Context, s *Service, a Actor, p string) (any, error) {
		return s.TakeBackEvidence(ctx, a, TakeBackEvidenceRequest{Product: p, Digest: digestOf(earlierPass), Because: "another commit"})
	},
	"Stages": func(ctx context.Context, s *Service, a Actor, p string) (any, error) {
		return s.Stages(ctx, a, StagesRequest{Source: Source{Product: p}})
	},
	"MoveStage": func(ctx context.Context, s *Service, a Actor, p string) (any, error) {
		return s.MoveStage(ctx, a, MoveStageRequest{Product: p, To: "requirements", Because: "it begins"})
	},
	"SayActivity": func(ctx context.Context, s *Service, a Actor, p string) (any, error) {
		return s.SayActivity(ctx, a, SayActivityRequest{Product: p, Activity: "duties", Stage: "requirements", Because: "a lawyer looked"})
	},
	"SayOption": func(ctx context.Context, s *Service, a Actor, p string) (any, error) {
		return s.SayOption(ctx, a, SayOptionRequest{Product: p, Threat: "leak", Option: "safe", OptionSays: OptionSays{Effort: "3d"}, Because: "we tried it"})
	},
	"Workshops": func(ctx context.Context, s *Service, a Actor, p string) (any, error) {
		return s.Workshops(ctx, a, WorkshopsRequest{Product: p})
	},
	"Workshop": func(ctx context.Context, s *Service, a Actor, p string) (any, error) {
		return s.Workshop(ctx, a, WorkshopRequest{Product: p, Workshop: short(p, "WS1")})
	},
	"OpenWorkshop": func(ctx context.Context, s *Service, a Actor, p string) (any, error) {
		return s.OpenWorkshop(ctx, a, OpenWorkshopRequest{Product: p, Title: "Autumn", Lines: "A key lies in public"})
	},
	"AddToWorkshop": func(ctx context.Context, s *Service, a Actor, p string) (any, error) {
		return s.AddToWorkshop(ctx, a, WorkshopThreatsRequest{WorkshopRequest{Product: p, Workshop: short(p, "WS1")}, nil, "A key lies in public"})
	},
	"EstimateInWorkshop": func(ctx context.Context, s *Service, a Actor, p string) (any, error) {
		return s.EstimateInWorkshop(ctx, a, WorkshopEstimateRequest{WorkshopRequest{Product: p, Workshop: short(p, "WS1")}, 1, ledger.Said{Likelihood: "10%"}})
	},
	"LinkWorkshop": func(ctx context.Context, s *Service, a Actor, p string) (any, error) {
		return s.LinkWorkshop(ctx, a, LinkWorkshopRequest{WorkshopRequest: WorkshopRequest{Product: p, Workshop: short(p, "WS1")}})
	},
	"UnlinkWorkshop": func(ctx context.Context, s *Service, a Actor, p string) (any, error) {
		return s.UnlinkWorkshop(ctx, a, WorkshopRequest{Product: p, Workshop: short(p, "WS1")})
	},
	"JoinWorkshop": func(ctx context.Context, s *Service, a Actor, _ string) (any, error) {
		return s.JoinWorkshop(ctx, a, JoinWorkshopRequest{Secret: "x", Name: "Sam"})
	},
	"Guest": func(ctx context.Context, s *Service, a Actor, _ string) (any, error) {
		return s.Guest(ctx, a, GuestRequest{Secret: "x"})
	},
	"LeadWorkshop": func(ctx context.Context, s *Service, a Actor, p string) (any, error) {
		return s.LeadWorkshop(ctx, a, WorkshopStepRequest{WorkshopRequest: WorkshopRequest{Product: p, Workshop: short(p, "WS1")}, Step: StepReveal})
	},
	"Calibration": func(ctx context.Context, s *Service, a Actor, p string) (any, error) {
		return s.Calibration(ctx, a, CalibrationRequest{Product: p})
	},
	"Metrics": func(ctx context.Context, s *Service, a Actor, p string) (any, error) {
		return s.Metrics(ctx, a, MetricsRequest{Product: p})
	},
	"PreviewTriage": func(ctx context.Context, s *Service, a Actor, p string) (any, error) {
		return s.PreviewTriage(ctx, a, TriageRequest{Product: p})
	},
	"Triage": func(ctx context.Context, s *Service, a Actor, p string) (any, error) {
		return s.Triage(ctx, a, TriageRequest{Product: p, Files: []evidence.Input{{Name: "g.json", Data: []byte(`[{"RuleID":"key","File":"a.go","Secret":"x"}]`)}}})
	},
	"AddIncident": func(ctx context.Context, s *Service, a Actor, p string) (any, error) {
		return s.AddIncident(ctx, a, AddIncidentRequest{Product: p, Threat: "duty", Title: "it happened", Losses: []string{"1k"}})
	},
	"Done": func(ctx context.Context, s *Service, a Actor, p string) (any, error) {
		return s.Done(ctx, a, DoneRequest{Task: short(p, "W1")})
	},
	"Order": func(ctx context.Context, s *Service, a Actor, p string) (any, error) {
		return s.Order(ctx, a, OrderRequest{Product: p, Task: short(p, "W1"), Last: true})
	},
	"ProposeAppetite": func(ctx context.Context, s *Service, a Actor, p string) (any, error) {
		return s.ProposeAppetite(ctx, a, AppetiteRequest{Product: p, Limits: []Tolerated{{"10k", "50%"}, {"1M", "2%"}}})
	},
	"AddNote": func(ctx context.Context, s *Service, a Actor, p string) (any, error) {
		return s.AddNote(ctx, a, NoteRequest{Product: p, About: "leak", Kind: ledger.NoteComment, Text: "hm"})
	},
	"AddNote (challenge)": func(ctx context.Context, s *Service, a Actor, p string) (any, error) {
		return s.AddNote(ctx, a, NoteRequest{Product: p, About: short(p, "D2"), Kind: ledger.NoteChallenge, Text: "no"})
	},
	"Decide (propose)": func(ctx context.Context, s *Service, a Actor, p string) (any, error) {
		return s.Decide(ctx, a, DecideRequest{Product: p, Threats: []string{"duty"}, Kind: parley.Mitigate, With: []string{"archive"}, Because: "the law", Propose: true})
	},
	"Decide": func(ctx context.Context, s *Service, a Actor, p string) (any, error) {
		return s.Decide(ctx, a, DecideRequest{Product: p, Threats: []string{"duty"}, Kind: parley.Mitigate, With: []string{"archive"}, Because: "the law"})
	},
	"Move": func(ctx context.Context, s *Service, a Actor, p string) (any, error) {
		return s.Move(ctx, a, MoveRequest{Decision: short(p, "D2"), Move: "approve"})
	},
	"CorrectIncident": func(ctx context.Context, s *Service, a Actor, p string) (any, error) {
		if _, err := s.AddIncident(context.Background(), Local("helen", ViaCLI), AddIncidentRequest{Product: realOf(p), Threat: "duty", Title: "it happened", Losses: []string{"1k"}}); err != nil {
			return nil, errors.Join(err, errors.New("the attempt is wrong"))
		}
		return s.CorrectIncident(ctx, a, CorrectIncidentRequest{Product: p, Incident: "i1", Title: "it nearly happened", Because: "a slip"})
	},
	"Erase": func(ctx context.Context, s *Service, a Actor, _ string) (any, error) {
		return s.Erase(ctx, a, EraseRequest{Person: "nobody@example.org", Because: "asked for"})
	},
	"RotateKey": func(ctx context.Context, s *Service, a Actor, _ string) (any, error) {
		return s.RotateKey(ctx, a, "as every year")
	},
	"ReviewCondition": func(ctx context.Context, s *Service, a Actor, p string) (any, error) {
		return s.ReviewCondition(ctx, a, ReviewRequest{Decision: short(p, "D1"), Condition: 1, Holds: true})
	},
	"Move (approve with others)": func(ctx context.Context, s *Service, a Actor, p string) (any, error) {
		together := RuleRequest{Because: "two see more", Role: RoleRequest{Name: "two", Currency: "GBP", Approve: 2, Of: []string{"decider", "security", "manager"}}}
		if _, err := s.SetRule(context.Background(), Local("helen", ViaCLI), together); err != nil {
			return nil, errors.Join(err, errors.New("the attempt is wrong"))
		}
		return s.Move(ctx, a, MoveRequest{Decision: short(p, "D2"), Move: "approve"})
	},
	"Move (withdraw one's own)": func(ctx context.Context, s *Service, a Actor, p string) (any, error) {
		owner := a // one's own from before: who holds the role proposed it at the machine
		owner.Known = ledger.ThisMachine
		r, err := s.Decide(context.WithoutCancel(context.Background()), owner, DecideRequest{Product: realOf(p), Threats: []string{"duty"}, Kind: parley.Mitigate, With: []string{"archive"}, Because: "the law", Propose: true})
		if err != nil {
			return nil, errors.Join(err, errors.New("the attempt is wrong"))
		}
		return s.Move(ctx, a, MoveRequest{Decision: strings.Replace(r.Decisions[0].ShortID, strings.ToUpper(realOf(p)), strings.ToUpper(p), 1), Move: "withdraw", Because: "not now"})
	},
	"Move (policy)": func(ctx context.Context, s *Service, a Actor, p string) (any, error) {
		return s.Move(ctx, a, MoveRequest{Decision: short(p, "P1"), Move: "approve"})
	},
	"SetRule": func(ctx context.Context, s *Service, a Actor, _ string) (any, error) {
		return s.SetRule(ctx, a, RuleRequest{Name: ledger.RuleLongestEnd, Value: "700", Because: "x"})
	},
	"SetRule (at once)": func(ctx context.Context, s *Service, a Actor, _ string) (any, error) {
		r, err := s.SetRule(ctx, a, RuleRequest{Name: ledger.RuleLongestEnd, Value: "700", Because: "x"})
		if err == nil && r.Rules[len(r.Rules)-1].Outcome == "" {
			return nil, errWaits
		}
		return r, err
	},
	"SettleRule": func(ctx context.Context, s *Service, a Actor, _ string) (any, error) {
		return s.SettleRule(ctx, a, SettleRuleRequest{Rule: "R1", Accept: true})
	},
	"Sweep": func(ctx context.Context, s *Service, a Actor, _ string) (any, error) { return s.Sweep(ctx, a) },
	"SetMember": func(ctx context.Context, s *Service, a Actor, p string) (any, error) {
		return s.SetMember(ctx, a, MemberRequest{Person: "new@example.org", Role: ledger.Reader, Product: p})
	},
	"Webhooks": func(ctx context.Context, s *Service, a Actor, _ string) (any, error) { return s.Webhooks(ctx, a) },
	"SetWebhook": func(ctx context.Context, s *Service, a Actor, _ string) (any, error) {
		return s.SetWebhook(ctx, a, WebhookRequest{URL: "https://hooks.example.com/x"})
	},
	"TestWebhook": func(ctx context.Context, s *Service, a Actor, _ string) (any, error) {
		r, err := s.TestWebhook(ctx, a, "wh-none")
		if parley.KindOfError(err) == parley.NotFound {
			return r, nil // it was looked for: none is sent anything here
		}
		return r, err
	},
	"Create": func(ctx context.Context, s *Service, a Actor, _ string) (any, error) { return s.Create(ctx, a) },
	"Backup": func(ctx context.Context, s *Service, a Actor, _ string) (any, error) {
		return s.Backup(ctx, a, TransferRequest{})
	},
	"Restore": func(ctx context.Context, s *Service, a Actor, _ string) (any, error) {
		return s.Restore(ctx, a, TransferRequest{})
	},
	"ExportLedger": func(ctx context.Context, s *Service, a Actor, _ string) (any, error) {
		return s.ExportLedger(ctx, a, TransferRequest{})
	},
	"ImportLedger": func(ctx context.Context, s *Service, a Actor, _ string) (any, error) {
		return s.ImportLedger(ctx, a, TransferRequest{})
	},
}

// short is a short id of a product's.
func short(p, id string) string { return strings.ToUpper(p) + "-" + id }

// realOf is the product that an id stands for, which need not be there.
func realOf(p string) string { return strings.Replace(p, nowhere, hidden, 1) }

// row is a line of the table of docs/roles.md.
type row struct {
	roles []ledger.MemberRole
	on    string // product, organisation, anything, this machine
	token string // read, evidence, write, never
}

// tableOfDocs reads docs/roles.md, which says independently of the program what
// is to be tried.
func tableOfDocs(t *testing.T) map[string]row {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(testenv.Root(t), "docs", "roles.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, part, _ := strings.Cut(string(text), "## The table")
	out := map[string]row{}
	for _, line := range strings.Split(part, "\n") {
		cells := strings.Split(strings.Trim(line, "|"), "|")
		if !strings.HasPrefix(line, "| `") || len(cells) != 10 {
			continue
		}
		for i := range cells {
			cells[i] = strings.TrimSpace(cells[i])
		}
		r := row{on: cells[8], token: cells[9]}
		for i, role := range ledger.MemberRoles() {
			switch cells[i+1] {
			case "yes":
				r.roles = append(r.roles, role)
			case "":
			default:
				t.Errorf("%s: a cell says %q", cells[0], cells[i+1])
			}
		}
		out[strings.Trim(cells[0], "`")] = r
	}
	return out
}

// TestTheDocsSayWhoMayDoWhat compares the table people read with the one the
// program goes by, and both with what is tried below.
func TestTheDocsSayWhoMayDoWhat(t *testing.T) {
	docs := tableOfDocs(t)
	for name, p := range permissions {
		r, ok := docs[name]
		if !ok {
			t.Errorf("docs/roles.md has no line for %s", name)
			continue
		}
		on := map[where]string{onProduct: "product", onOrganisation: "organisation", anywhere: "anything"}[p.where]
		token := string(p.least())
		if p.people {
			token = "never"
		}
		if len(p.roles) == 0 {
			on, token = "this machine", "never"
		}
		if len(p.roles) == 0 && p.guests {
			on = "guests alone"
		}
		if !slices.Equal(slices.Sorted(slices.Values(r.roles)), slices.Sorted(slices.Values(p.roles))) || r.on != on || r.token != token {
			t.Errorf("%s: docs/roles.md says %v, the program %v on %s, token %s", name, r, p.roles, on, token)
		}
		if attempts[name] == nil {
			t.Errorf("nobody tries %s: write how", name)
		}
	}
	for name := range docs {
		if _, ok := permissions[name]; !ok {
			t.Errorf("docs/roles.md has a line for %s, which is no use-case", name)
		}
	}
}

// leaks reports whether a result or an error lets the hidden product be known.
func leaks(t *testing.T, out any, err error) bool {
	t.Helper()
	all := text(t, out) + said(err)
	return strings.Contains(strings.ToLower(all), hidden) || strings.Contains(all, ".vault@")
}

// text is a result as it leaves the program.
func text(t *testing.T, out any) string {
	t.Helper()
	if b, ok := out.([]byte); ok {
		return string(b)
	}
	b, err := json.Marshal(out)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// TestA1EveryUseCaseByRoleAndProduct tries every line of the table as the holder
// of every role: on one's own product and on the organisation, where the docs say
// who may, and on another product, which is as absent as one that never was (A4).
// Nothing that anybody reads or is told speaks of the other product (A3).
func TestA1EveryUseCaseByRoleAndProduct(t *testing.T) {
	docs, address := tableOfDocs(t), world(t)
	shared := visit(t, address)
	before := sizeOf(t, shared)
	for name, r := range docs {
		try := attempts[name]
		if try == nil {
			t.Errorf("nobody tries %s", name)
			continue
		}
		service := func(writes bool) *Service {
			if writes || strings.Contains(name, "one's own") || strings.Contains(name, "at once") || strings.Contains(name, "with others") || name == "CorrectIncident" { // attempts that write where they are denied
				return visit(t, address)
			}
			return shared // which must stay as it is
		}
		for _, role := range ledger.MemberRoles() {
			for _, on := range []string{"shop", ""} {
				a := person(holder(role, on))
				allowed := slices.Contains(r.roles, role) && (r.on != "organisation" || on == "")
				out, err := try(t.Context(), service(allowed && permissions[name].writes), a, "shop")
				switch {
				case on == "shop" && leaks(t, out, err):
					t.Errorf("%s as %s speaks of another product (%v)", name, a.ID, err)
				case allowed && err != nil:
					t.Errorf("%s as %s: %v, want it allowed", name, a.ID, err)
				case !allowed && !denied(err):
					t.Errorf("%s as %s: %v, want it denied", name, a.ID, err)
				}
			}
			elsewhere(t, name, r, service, person(holder(role, "shop")))
		}
		if _, err := try(t.Context(), service(false), person("stranger@example.org"), "shop"); name != "Access" && parley.KindOfError(err) != parley.Forbidden {
			t.Errorf("%s without a role: %v", name, err)
		}
	}
	if n := sizeOf(t, shared); n != before {
		t.Errorf("what only reads made %d events", n-before)
	}
}

// elsewhere tries a line on a product that the actor may not see: it is answered
// as for a product that is not there, and what is answered does not speak of it.
func elsewhere(t *testing.T, name string, r row, service func(bool) *Service, a Actor) {
	t.Helper()
	try := attempts[name]
	out, err := try(t.Context(), service(false), a, hidden)
	_, absent := try(t.Context(), service(false), a, nowhere)
	if r.on == "product" && name != "Members" && err == nil {
		t.Errorf("%s as %s in another product: it is allowed", name, a.ID)
	}
	same := func(err error) string {
		return strings.ReplaceAll(strings.ReplaceAll(said(err), hidden, nowhere), strings.ToUpper(hidden), strings.ToUpper(nowhere))
	}
	if same(err) != same(absent) || parley.KindOfError(err) != parley.KindOfError(absent) {
		t.Errorf("%s as %s: another product gives\n%v\none that is not there\n%v", name, a.ID, err, absent)
	}
	if err == nil && leaks(t, out, nil) {
		t.Errorf("%s as %s speaks of another product", name, a.ID)
	}
}

// denied reports whether an error keeps somebody out.
func denied(err error) bool {
	kind := parley.KindOfError(err)
	return err != nil && (kind == parley.Forbidden || kind == parley.NotFound)
}

func sizeOf(t *testing.T, s *Service) int64 {
	t.Helper()
	state, err := s.state(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return state.Size
}
