package api

import (
	"context"

	"github.com/parleysec/parley/internal/brief"
	"github.com/parleysec/parley/internal/negotiate"
)

// Service is what the interface asks; [negotiate.Service] is one. Every call
// names the actor, and the service decides what that actor may do.
type Service interface {
	reading
	writing
}

// reading are the use-cases that record nothing.
type reading interface {
	Access(context.Context, negotiate.Actor) (*negotiate.AccessResult, error)
	Members(context.Context, negotiate.Actor) (*negotiate.MembersResult, error)
	ReviewCondition(context.Context, negotiate.Actor, negotiate.ReviewRequest) (*negotiate.DecideResult, error)
	Agreements(context.Context, negotiate.Actor, negotiate.AgreementsRequest) (*negotiate.AgreementsResult, error)
	Why(context.Context, negotiate.Actor, negotiate.WhyRequest) (*negotiate.WhyResult, error)
	Sum(context.Context, negotiate.Actor, negotiate.SumRequest) (*negotiate.SumsResult, error)
	Products(context.Context, negotiate.Actor) ([]negotiate.ProductInfo, error)
	Status(context.Context, negotiate.Actor, negotiate.StatusRequest) (*negotiate.Status, error)
	Check(context.Context, negotiate.Actor, negotiate.Source) (*negotiate.CheckResult, error)
	Risk(context.Context, negotiate.Actor, negotiate.RiskRequest) (*negotiate.RiskResult, error)
	WhatIf(context.Context, negotiate.Actor, negotiate.WhatIfRequest) (*negotiate.WhatIfResult, error)
	Brief(context.Context, negotiate.Actor, negotiate.BriefRequest) (*brief.Report, error)
	Plan(context.Context, negotiate.Actor, negotiate.PlanRequest) (*negotiate.PlanResult, error)
	Frontier(context.Context, negotiate.Actor, negotiate.PlanRequest) (*negotiate.FrontierResult, error)
	Compare(context.Context, negotiate.Actor, negotiate.CompareRequest) (*negotiate.CompareResult, error)
	Learn(context.Context, negotiate.Actor, negotiate.LearnRequest) (*negotiate.LearnResult, error)
	Layers(context.Context, negotiate.Actor, negotiate.LayersRequest) (*negotiate.LayersResult, error)
	Timeline(context.Context, negotiate.Actor, negotiate.TimelineRequest) (*negotiate.TimelineResult, error)
	PreviewTriage(context.Context, negotiate.Actor, negotiate.TriageRequest) (*negotiate.TriageResult, error)
	Calibration(context.Context, negotiate.Actor, negotiate.CalibrationRequest) (*negotiate.CalibrationResult, error)
	Metrics(context.Context, negotiate.Actor, negotiate.MetricsRequest) (*negotiate.MetricsResult, error)
	Stages(context.Context, negotiate.Actor, negotiate.StagesRequest) (*negotiate.StagesResult, error)
	Workshops(context.Context, negotiate.Actor, negotiate.WorkshopsRequest) (*negotiate.WorkshopsResult, error)
	Workshop(context.Context, negotiate.Actor, negotiate.WorkshopRequest) (*negotiate.WorkshopResult, error)
	Gate(context.Context, negotiate.Actor, negotiate.GateRequest) (*negotiate.GateResult, error)
	Import(context.Context, negotiate.Actor, negotiate.ImportRequest) (*negotiate.ImportResult, error)
	Export(context.Context, negotiate.Actor, negotiate.ExportRequest) (string, error)
	ReadEvidence(context.Context, negotiate.Actor, negotiate.ReadEvidenceRequest) (*negotiate.ReadEvidenceResult, error)
	Incidents(context.Context, negotiate.Actor, negotiate.IncidentsRequest) (*negotiate.IncidentsResult, error)
	Tasks(context.Context, negotiate.Actor, negotiate.TasksRequest) (*negotiate.TasksResult, error)
	Order(context.Context, negotiate.Actor, negotiate.OrderRequest) (*negotiate.TasksResult, error)
	Log(context.Context, negotiate.Actor, negotiate.LogRequest) (*negotiate.LogResult, error)
	Show(context.Context, negotiate.Actor, negotiate.ShowRequest) (*negotiate.ShowResult, error)
	Seen(context.Context, negotiate.Actor, negotiate.SeenRequest) (*negotiate.SeenResult, error)
	Accepted(context.Context, negotiate.Actor, negotiate.AcceptedRequest) (*negotiate.AcceptedResult, error)
	ShowAt(context.Context, negotiate.Actor, negotiate.ShowAtRequest) (*negotiate.ShowAtResult, error)
	Rules(context.Context, negotiate.Actor) (*negotiate.RulesResult, error)
	Verify(context.Context, negotiate.Actor, negotiate.VerifyRequest) (*negotiate.VerifyResult, error)
	Checkpoint(context.Context, negotiate.Actor) ([]byte, error)
	Prove(context.Context, negotiate.Actor, negotiate.ProveRequest) ([]byte, error)
	CheckProof(context.Context, negotiate.Actor, negotiate.CheckProofRequest) (*negotiate.CheckProofResult, error)
	Webhooks(context.Context, negotiate.Actor) (*negotiate.WebhooksResult, error)
}

// writing are the use-cases that record something.
type writing interface {
	Apply(context.Context, negotiate.Actor, negotiate.ApplyRequest) (*negotiate.ApplyResult, error)
	Decide(context.Context, negotiate.Actor, negotiate.DecideRequest) (*negotiate.DecideResult, error)
	Agree(context.Context, negotiate.Actor, negotiate.AgreeRequest) (*negotiate.AgreeResult, error)
	Move(context.Context, negotiate.Actor, negotiate.MoveRequest) (*negotiate.DecideResult, error)
	Done(context.Context, negotiate.Actor, negotiate.DoneRequest) (*negotiate.TasksResult, error)
	ProposeAppetite(context.Context, negotiate.Actor, negotiate.AppetiteRequest) (*negotiate.AppetiteResult, error)
	AddNote(context.Context, negotiate.Actor, negotiate.NoteRequest) (*negotiate.NotesResult, error)
	TakeBackEvidence(context.Context, negotiate.Actor, negotiate.TakeBackEvidenceRequest) (*negotiate.TakeBackEvidenceResult, error)
	AddEvidence(context.Context, negotiate.Actor, negotiate.AddEvidenceRequest) (*negotiate.AddEvidenceResult, error)
	Triage(context.Context, negotiate.Actor, negotiate.TriageRequest) (*negotiate.TriageResult, error)
	MoveStage(context.Context, negotiate.Actor, negotiate.MoveStageRequest) (*negotiate.StagesResult, error)
	SayOption(context.Context, negotiate.Actor, negotiate.SayOptionRequest) (*negotiate.SayOptionResult, error)
	SayActivity(context.Context, negotiate.Actor, negotiate.SayActivityRequest) (*negotiate.StagesResult, error)
	OpenWorkshop(context.Context, negotiate.Actor, negotiate.OpenWorkshopRequest) (*negotiate.WorkshopResult, error)
	AddToWorkshop(context.Context, negotiate.Actor, negotiate.WorkshopThreatsRequest) (*negotiate.WorkshopResult, error)
	EstimateInWorkshop(context.Context, negotiate.Actor, negotiate.WorkshopEstimateRequest) (*negotiate.WorkshopResult, error)
	LeadWorkshop(context.Context, negotiate.Actor, negotiate.WorkshopStepRequest) (*negotiate.WorkshopResult, error)
	LinkWorkshop(context.Context, negotiate.Actor, negotiate.LinkWorkshopRequest) (*negotiate.WorkshopLinkResult, error)
	UnlinkWorkshop(context.Context, negotiate.Actor, negotiate.WorkshopRequest) (*negotiate.WorkshopResult, error)
	CorrectIncident(context.Context, negotiate.Actor, negotiate.CorrectIncidentRequest) (*negotiate.CorrectIncidentResult, error)
	AddIncident(context.Context, negotiate.Actor, negotiate.AddIncidentRequest) (*negotiate.AddIncidentResult, error)
	SetRule(context.Context, negotiate.Actor, negotiate.RuleRequest) (*negotiate.RulesResult, error)
	SetMember(context.Context, negotiate.Actor, negotiate.MemberRequest) (*negotiate.MembersResult, error)
	SettleRule(context.Context, negotiate.Actor, negotiate.SettleRuleRequest) (*negotiate.RulesResult, error)
	Sweep(context.Context, negotiate.Actor) (*negotiate.SweepResult, error)
	SetWebhook(context.Context, negotiate.Actor, negotiate.WebhookRequest) (*negotiate.WebhooksResult, error)
	TestWebhook(ctx context.Context, actor negotiate.Actor, id string) (*negotiate.WebhookTest, error)
}

var _ Service = (*negotiate.Service)(nil)
