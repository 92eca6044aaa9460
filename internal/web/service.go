package web

import (
	"context"

	"github.com/parleysec/parley/internal/brief"
	"github.com/parleysec/parley/internal/negotiate"
)

// Service is what the pages ask; [negotiate.Service] is one. Every call names
// the actor, and the service decides what that actor may do.
type Service interface {
	Status(context.Context, negotiate.Actor, negotiate.StatusRequest) (*negotiate.Status, error)
	Import(context.Context, negotiate.Actor, negotiate.ImportRequest) (*negotiate.ImportResult, error)
	Check(context.Context, negotiate.Actor, negotiate.Source) (*negotiate.CheckResult, error)
	Apply(context.Context, negotiate.Actor, negotiate.ApplyRequest) (*negotiate.ApplyResult, error)
	Brief(context.Context, negotiate.Actor, negotiate.BriefRequest) (*brief.Report, error)
	Risk(context.Context, negotiate.Actor, negotiate.RiskRequest) (*negotiate.RiskResult, error)
	Learn(context.Context, negotiate.Actor, negotiate.LearnRequest) (*negotiate.LearnResult, error)
	TakeBackEvidence(context.Context, negotiate.Actor, negotiate.TakeBackEvidenceRequest) (*negotiate.TakeBackEvidenceResult, error)
	Timeline(context.Context, negotiate.Actor, negotiate.TimelineRequest) (*negotiate.TimelineResult, error)
	Stages(context.Context, negotiate.Actor, negotiate.StagesRequest) (*negotiate.StagesResult, error)
	Calibration(context.Context, negotiate.Actor, negotiate.CalibrationRequest) (*negotiate.CalibrationResult, error)
	Metrics(context.Context, negotiate.Actor, negotiate.MetricsRequest) (*negotiate.MetricsResult, error)
	Workshops(context.Context, negotiate.Actor, negotiate.WorkshopsRequest) (*negotiate.WorkshopsResult, error)
	Workshop(context.Context, negotiate.Actor, negotiate.WorkshopRequest) (*negotiate.WorkshopResult, error)
	OpenWorkshop(context.Context, negotiate.Actor, negotiate.OpenWorkshopRequest) (*negotiate.WorkshopResult, error)
	AddToWorkshop(context.Context, negotiate.Actor, negotiate.WorkshopThreatsRequest) (*negotiate.WorkshopResult, error)
	EstimateInWorkshop(context.Context, negotiate.Actor, negotiate.WorkshopEstimateRequest) (*negotiate.WorkshopResult, error)
	LinkWorkshop(context.Context, negotiate.Actor, negotiate.LinkWorkshopRequest) (*negotiate.WorkshopLinkResult, error)
	UnlinkWorkshop(context.Context, negotiate.Actor, negotiate.WorkshopRequest) (*negotiate.WorkshopResult, error)
	JoinWorkshop(context.Context, negotiate.Actor, negotiate.JoinWorkshopRequest) (*negotiate.GuestResult, error)
	Guest(context.Context, negotiate.Actor, negotiate.GuestRequest) (*negotiate.GuestResult, error)
	LeadWorkshop(context.Context, negotiate.Actor, negotiate.WorkshopStepRequest) (*negotiate.WorkshopResult, error)
	Layers(context.Context, negotiate.Actor, negotiate.LayersRequest) (*negotiate.LayersResult, error)
	Plan(context.Context, negotiate.Actor, negotiate.PlanRequest) (*negotiate.PlanResult, error)
	WhatIf(context.Context, negotiate.Actor, negotiate.WhatIfRequest) (*negotiate.WhatIfResult, error)
	ProposeAppetite(context.Context, negotiate.Actor, negotiate.AppetiteRequest) (*negotiate.AppetiteResult, error)
	SayOption(context.Context, negotiate.Actor, negotiate.SayOptionRequest) (*negotiate.SayOptionResult, error)
	AddNote(context.Context, negotiate.Actor, negotiate.NoteRequest) (*negotiate.NotesResult, error)
	Rules(context.Context, negotiate.Actor) (*negotiate.RulesResult, error)
	SetRule(context.Context, negotiate.Actor, negotiate.RuleRequest) (*negotiate.RulesResult, error)
	SettleRule(context.Context, negotiate.Actor, negotiate.SettleRuleRequest) (*negotiate.RulesResult, error)
	Why(context.Context, negotiate.Actor, negotiate.WhyRequest) (*negotiate.WhyResult, error)
	Sum(context.Context, negotiate.Actor, negotiate.SumRequest) (*negotiate.SumsResult, error)
	Agree(context.Context, negotiate.Actor, negotiate.AgreeRequest) (*negotiate.AgreeResult, error)
	Agreements(context.Context, negotiate.Actor, negotiate.AgreementsRequest) (*negotiate.AgreementsResult, error)
	Frontier(context.Context, negotiate.Actor, negotiate.PlanRequest) (*negotiate.FrontierResult, error)
	Decide(context.Context, negotiate.Actor, negotiate.DecideRequest) (*negotiate.DecideResult, error)
	ReviewCondition(context.Context, negotiate.Actor, negotiate.ReviewRequest) (*negotiate.DecideResult, error)
	Move(context.Context, negotiate.Actor, negotiate.MoveRequest) (*negotiate.DecideResult, error)
	Show(context.Context, negotiate.Actor, negotiate.ShowRequest) (*negotiate.ShowResult, error)
	See(context.Context, negotiate.Actor, negotiate.SeeRequest) error
	Accepted(context.Context, negotiate.Actor, negotiate.AcceptedRequest) (*negotiate.AcceptedResult, error)
	Seen(context.Context, negotiate.Actor, negotiate.SeenRequest) (*negotiate.SeenResult, error)
	SeenAll(ctx context.Context, who negotiate.Actor, product string) (map[string]*negotiate.SeenResult, error)
	Tasks(context.Context, negotiate.Actor, negotiate.TasksRequest) (*negotiate.TasksResult, error)
	Done(context.Context, negotiate.Actor, negotiate.DoneRequest) (*negotiate.TasksResult, error)
	Order(context.Context, negotiate.Actor, negotiate.OrderRequest) (*negotiate.TasksResult, error)
	Log(context.Context, negotiate.Actor, negotiate.LogRequest) (*negotiate.LogResult, error)
	Verify(context.Context, negotiate.Actor, negotiate.VerifyRequest) (*negotiate.VerifyResult, error)
	Access(context.Context, negotiate.Actor) (*negotiate.AccessResult, error)
	Members(context.Context, negotiate.Actor) (*negotiate.MembersResult, error)
	SetMember(context.Context, negotiate.Actor, negotiate.MemberRequest) (*negotiate.MembersResult, error)
	Webhooks(context.Context, negotiate.Actor) (*negotiate.WebhooksResult, error)
	SetWebhook(context.Context, negotiate.Actor, negotiate.WebhookRequest) (*negotiate.WebhooksResult, error)
	TestWebhook(context.Context, negotiate.Actor, string) (*negotiate.WebhookTest, error)
}

var _ Service = (*negotiate.Service)(nil)
