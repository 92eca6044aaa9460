package api

import (
	"context"
	"net/http"

	"github.com/parleysec/parley/internal/negotiate"
)

// Receiver is somebody who is told what is recorded.
type Receiver struct {
	Kind    string   `json:"kind,omitempty" maxLength:"20" doc:"What takes it: program, which is told of events, signed; or a chat, which is told news in a sentence: chat for Slack, Mattermost, Rocket.Chat and Google Chat; discord; teams. A program without it"`
	URL     string   `json:"url" maxLength:"2000" doc:"Where it is posted to, https; of a chat a secret, which is never shown again"`
	Product string   `json:"product,omitempty" maxLength:"200" doc:"Only what is recorded of this product; all without it"`
	Types   []string `json:"types,omitempty" maxItems:"100" doc:"Only events of these types; all without any. A chat takes none"`
}

// Resending says from where on a receiver is told again.
type Resending struct {
	From int64 `json:"from,omitempty" minimum:"0" doc:"Place of the first event to be sent again; from the first without it"`
}

// OfWebhook names a receiver in a path.
type OfWebhook struct {
	Webhook string `path:"webhook" maxLength:"100" doc:"Id of the webhook: wh-…"`
}

func (a *api) webhookRoutes() {
	handle(a, operation{id: "webhooks", method: http.MethodGet, path: "/webhooks", useCase: "Webhooks", kept: true}, func(ctx context.Context, who negotiate.Actor, _ *struct{}) (*negotiate.WebhooksResult, error) {
		return a.service.Webhooks(ctx, who)
	})
	add := operation{id: "add-webhook", method: http.MethodPost, path: "/webhooks", useCase: "SetWebhook", looks: "/webhooks", status: http.StatusCreated}
	handleSecret(a, add, func(ctx context.Context, who negotiate.Actor, in *body[Receiver]) (*negotiate.WebhooksResult, error) {
		if err := a.lately(ctx, who, "SetWebhook"); err != nil {
			return nil, err
		}
		return a.service.SetWebhook(ctx, who, negotiate.WebhookRequest{Kind: in.Body.Kind, URL: in.Body.URL, Product: in.Body.Product, Types: in.Body.Types})
	})
	remove := operation{id: "remove-webhook", method: http.MethodDelete, path: "/webhooks/{webhook}", useCase: "SetWebhook", looks: "/webhooks"}
	handle(a, remove, func(ctx context.Context, who negotiate.Actor, in *OfWebhook) (*negotiate.WebhooksResult, error) {
		return a.service.SetWebhook(ctx, who, negotiate.WebhookRequest{ID: in.Webhook, Remove: true})
	})
	rotate := operation{id: "rotate-webhook", method: http.MethodPost, path: "/webhooks/{webhook}/rotate", useCase: "SetWebhook", looks: "/webhooks"}
	handleSecret(a, rotate, func(ctx context.Context, who negotiate.Actor, in *OfWebhook) (*negotiate.WebhooksResult, error) {
		if err := a.lately(ctx, who, "SetWebhook"); err != nil {
			return nil, err
		}
		return a.service.SetWebhook(ctx, who, negotiate.WebhookRequest{ID: in.Webhook, Rotate: true})
	})
	stop := operation{id: "stop-webhook", method: http.MethodPost, path: "/webhooks/{webhook}/stop", useCase: "SetWebhook", looks: "/webhooks"}
	handle(a, stop, func(ctx context.Context, who negotiate.Actor, in *OfWebhook) (*negotiate.WebhooksResult, error) {
		return a.service.SetWebhook(ctx, who, negotiate.WebhookRequest{ID: in.Webhook, Stop: true})
	})
	start := operation{id: "start-webhook", method: http.MethodPost, path: "/webhooks/{webhook}/start", useCase: "SetWebhook", looks: "/webhooks"}
	handle(a, start, func(ctx context.Context, who negotiate.Actor, in *OfWebhook) (*negotiate.WebhooksResult, error) {
		return a.service.SetWebhook(ctx, who, negotiate.WebhookRequest{ID: in.Webhook, Start: true})
	})
	replay := operation{id: "replay-webhook", method: http.MethodPost, path: "/webhooks/{webhook}/replay", useCase: "SetWebhook", looks: "/webhooks"}
	handle(a, replay, func(ctx context.Context, who negotiate.Actor, in *struct {
		OfWebhook
		Body Resending
	},
	) (*negotiate.WebhooksResult, error) {
		return a.service.SetWebhook(ctx, who, negotiate.WebhookRequest{ID: in.Webhook, Replay: true, From: in.Body.From})
	})
	test := operation{id: "test-webhook", method: http.MethodPost, path: "/webhooks/{webhook}/test", useCase: "TestWebhook", heavy: true}
	handle(a, test, func(ctx context.Context, who negotiate.Actor, in *OfWebhook) (*negotiate.WebhookTest, error) {
		return a.service.TestWebhook(ctx, who, in.Webhook)
	})
}
