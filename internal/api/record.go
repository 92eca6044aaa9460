package api

import (
	"context"
	"net/http"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"github.com/parleysec/parley/internal/negotiate"
)

// LogFilters are which events are wanted.
type LogFilters struct {
	Product string `query:"product" maxLength:"200" doc:"Only of this product"`
	Type    string `query:"type" maxLength:"100" doc:"Only of this type, such as decision.recorded, or of this sort: decision"`
	Actor   string `query:"actor" maxLength:"320" doc:"Only by people with this in their name, or in whose name it was done"`
	From    string `query:"from" maxLength:"10" doc:"Only from this day on, YYYY-MM-DD"`
	To      string `query:"to" maxLength:"10" doc:"Only up to this day"`
	About   string `query:"about" maxLength:"200" doc:"Only what names this threat, decision or other thing, by its id, and what was decided about it"`
	Text    string `query:"text" maxLength:"200" doc:"Only what says this, in any case"`
	Before  int64  `query:"before" minimum:"0" doc:"Only events before this place"`
}

func (f LogFilters) request() negotiate.LogRequest {
	filter := negotiate.LogFilter{Type: f.Type, Who: f.Actor, From: f.From, To: f.To, About: f.About, Text: f.Text}
	return negotiate.LogRequest{Product: f.Product, Before: f.Before, LogFilter: filter}
}

func (f LogFilters) marks() []string {
	return []string{f.Product, f.Type, f.Actor, strconv.FormatInt(f.Before, 10), f.From, f.To, f.About, f.Text}
}

// Log is a stretch of the record, newest event first.
type Log struct {
	Size int64 `json:"size" doc:"Events in the ledger"`
	Page[negotiate.Event]
}

// Checking asks whether the record is intact.
type Checking struct {
	Checkpoints []string `json:"checkpoints,omitempty" maxItems:"100" doc:"Kept elsewhere; without any, only what does not fit together is found"`
}

// Proving asks whether a proof holds.
type Proving struct {
	Proof string `json:"proof"`
	Key   string `json:"key,omitempty" maxLength:"1000" doc:"Verifier key of the ledger, known from elsewhere; the proof's own without it"`
}

func (a *api) recordRoutes() {
	handle(a, operation{id: "log", method: http.MethodGet, path: "/log", useCase: "Log"}, a.logPage)
	handle(a, operation{id: "show-at", method: http.MethodGet, path: "/record/at/{date}", useCase: "ShowAt", heavy: true}, func(ctx context.Context, who negotiate.Actor, in *struct {
		Date    string `path:"date" maxLength:"10" doc:"At the end of this day, YYYY-MM-DD"`
		Product string `query:"product" maxLength:"200" doc:"Only of this product"`
	},
	) (*negotiate.ShowAtResult, error) {
		return a.service.ShowAt(ctx, who, negotiate.ShowAtRequest{Product: in.Product, At: in.Date})
	})
	a.agreementRoutes()
	a.acceptedRoutes()
	handle(a, ofProduct("why", "Why"), func(ctx context.Context, who negotiate.Actor, in *struct {
		Of
		Figure string `query:"figure" maxLength:"200" doc:"Of all threats expected_annual_loss, expected_annual_loss_left, chance_within_horizon, loss_1_in_20, expected_shortfall_95 or chance_over_appetite (.2 the second limit); THREAT.expected_annual_loss, expected_annual_loss_left, chance_within_horizon, typical_loss, bad_case or loss_1_in_20; MITIGATION.effort or money; CONTRACT.premium, deductible or limit"`
		From   string `query:"from" required:"true" maxLength:"10" doc:"Civil date, YYYY-MM-DD"`
		To     string `query:"to" maxLength:"10" doc:"Civil date; today without it"`
	},
	) (*negotiate.WhyResult, error) {
		return a.service.Why(ctx, who, negotiate.WhyRequest{Product: in.Product, Figure: in.Figure, From: in.From, To: in.To})
	})
	handle(a, operation{id: "verify", method: http.MethodPost, path: "/record/verify", useCase: "Verify", heavy: true}, func(ctx context.Context, who negotiate.Actor, in *body[Checking]) (*negotiate.VerifyResult, error) {
		req := negotiate.VerifyRequest{}
		for _, c := range in.Body.Checkpoints {
			req.Checkpoints = append(req.Checkpoints, []byte(c))
		}
		return a.service.Verify(ctx, who, req)
	})
	checkpoint := operation{id: "checkpoint", method: http.MethodGet, path: "/record/checkpoint", useCase: "Checkpoint"}
	handleText(a, checkpoint, []string{plainType}, nil, func(ctx context.Context, who negotiate.Actor, _ *struct{}) (*text, error) {
		out, err := a.service.Checkpoint(ctx, who)
		return &text{ContentType: plainType, Body: out}, err
	})
	prove := operation{id: "prove", method: http.MethodGet, path: "/products/{product}/decisions/{decision}/proof", useCase: "Prove"}
	handleText(a, prove, []string{"application/json"}, &huma.Schema{Type: huma.TypeObject}, func(ctx context.Context, who negotiate.Actor, in *struct {
		OfDecision
		WithoutBrief bool `query:"without_brief" doc:"Leave the bytes of the brief out; their hash stays"`
	},
	) (*text, error) {
		out, err := a.service.Prove(ctx, who, negotiate.ProveRequest{Product: in.Product, Decision: in.Decision, WithoutBrief: in.WithoutBrief})
		return &text{ContentType: "application/json", Body: out}, err
	})
	handle(a, operation{id: "check-proof", method: http.MethodPost, path: "/record/check-proof", useCase: "CheckProof", body: fileBody}, func(ctx context.Context, who negotiate.Actor, in *body[Proving]) (*negotiate.CheckProofResult, error) {
		return a.service.CheckProof(ctx, who, negotiate.CheckProofRequest{Proof: []byte(in.Body.Proof), Key: in.Body.Key})
	})
	handle(a, operation{id: "sweep", method: http.MethodPost, path: "/sweep", useCase: "Sweep", heavy: true}, func(ctx context.Context, who negotiate.Actor, _ *struct{}) (*negotiate.SweepResult, error) {
		return a.service.Sweep(ctx, who)
	})
}

const plainType = "text/plain; charset=utf-8"

func (a *api) logPage(ctx context.Context, who negotiate.Actor, in *struct {
	Paging
	LogFilters
},
) (*Log, error) {
	out := &Log{Page: Page[negotiate.Event]{Items: []negotiate.Event{}}}
	before := in.Before
	mark := strings.Join(in.marks(), "\x1f")
	if in.Cursor != "" {
		text, ok := openCursor(in.Cursor, mark)
		n, err := strconv.ParseInt(text, 10, 64)
		if !ok || err != nil || n < 0 {
			return nil, badCursor()
		}
		if before = n; n == 0 {
			before = -1 // before the first there is nothing
		}
	}
	if before < 0 {
		return out, nil
	}
	req := in.request()
	req.Before, req.Limit = before, in.Limit+1 // one more says whether there are more
	r, err := a.service.Log(ctx, who, req)
	if err != nil {
		return nil, err
	}
	out.Size, out.Items = r.Size, append(out.Items, r.Events...)
	if len(out.Items) > in.Limit {
		out.Items = out.Items[:in.Limit]
		out.Next = cursor(strconv.FormatInt(out.Items[in.Limit-1].Seq, 10), mark)
	}
	return out, nil
}
