package api

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"reflect"
	"slices"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/brief"
	"github.com/parleysec/parley/internal/negotiate"
	"github.com/parleysec/parley/ledger"
)

// Deciding is a decision as somebody sends it. Who decides is who asks.
type Deciding struct {
	Threats       []string      `json:"threats" minItems:"1" maxItems:"100" doc:"Ids of the threats, as in the path of the brief"`
	Kind          string        `json:"kind" enum:"mitigate,accept,defer,transfer,avoid,escalate"`
	Because       string        `json:"because" maxLength:"10000" doc:"The reason"`
	Until         string        `json:"until,omitempty" maxLength:"40" doc:"A date or a stage"`
	With          []string      `json:"with,omitempty" maxItems:"100" doc:"Mitigations, treatments, or features that are not built"`
	Drops         string        `json:"drops,omitempty" maxLength:"2000" doc:"avoid: what is taken away, in words"`
	If            string        `json:"if,omitempty" maxLength:"2000" doc:"Condition under which it holds"`
	Conditions    []Conditional `json:"conditions,omitempty" maxItems:"20" doc:"Conditions under which it holds, where there are several"`
	Review        string        `json:"review,omitempty" maxLength:"10" doc:"Date on which the condition is looked at again; none: with the end of the decision, or in a quarter of a year"`
	NotApplicable string        `json:"not_applicable,omitempty" maxLength:"10000" doc:"Why a duty does not apply"`
	Replaces      []string      `json:"replaces,omitempty" maxItems:"100" doc:"Decisions it takes the threats from"`
	NotTaken      []Passed      `json:"not_taken,omitempty" maxItems:"100" doc:"Why options were not chosen; what is not named is recorded with what its figures said"`
	Premises      []string      `json:"premises,omitempty" maxItems:"100" doc:"How far figures may move: loss=50%, chance:leak=10%"`
	By            string        `json:"by,omitempty" maxLength:"320" doc:"At the machine of the ledger alone: in whose name, which is a claim"`
	Propose       bool          `json:"propose,omitempty" doc:"Whether it waits for an approver"`
}

// Passed is why an option was not chosen.
type Passed struct {
	Option string `json:"option" maxLength:"200" doc:"Id of the option, as the brief names it"`
	Why    string `json:"why" maxLength:"2000" doc:"The reason"`
}

// passed are the reasons a decision is sent with.
func (b Deciding) passed() []ledger.NotTaken {
	var out []ledger.NotTaken
	for _, p := range b.NotTaken {
		out = append(out, ledger.NotTaken{Option: p.Option, Why: p.Why})
	}
	return out
}

// conditions are those of a decision that is sent.
func (b Deciding) conditions() []ledger.Condition {
	var out []ledger.Condition
	if b.If != "" || b.Review != "" {
		out = append(out, ledger.Condition{Says: b.If, Review: b.Review})
	}
	for _, c := range b.Conditions {
		out = append(out, ledger.Condition{Says: c.Says, Review: c.Review})
	}
	return out
}

// Conditional is a condition of a decision on its way.
type Conditional struct {
	Says   string `json:"says" maxLength:"2000" doc:"In words"`
	Review string `json:"review,omitempty" maxLength:"10" doc:"Date on which it is looked at again"`
}

// Reviewing says whether a condition still holds.
type Reviewing struct {
	Holds   bool   `json:"holds" doc:"Whether it does; if not, the decision is re-opened"`
	Because string `json:"because,omitempty" maxLength:"10000" doc:"The reason; needed where it no longer holds"`
	Next    string `json:"next,omitempty" maxLength:"10" doc:"Date of the next look; none: in a quarter of a year, or at the end of the decision"`
	By      string `json:"by,omitempty" maxLength:"320" doc:"At the machine of the ledger alone: in whose name, which is a claim"`
}

// Moving is the reason to move a decision.
type Moving struct {
	Because string `json:"because,omitempty" maxLength:"10000" doc:"The reason; needed but for an approval"`
	By      string `json:"by,omitempty" maxLength:"320" doc:"At the machine of the ledger alone: in whose name, which is a claim"`
}

// OfDecision names a decision in a path.
type OfDecision struct {
	Of
	Decision string `path:"decision" maxLength:"100" doc:"Id of the decision: SHOP-D7"`
}

// DecisionList are the filters of a list of decisions.
type DecisionList struct {
	Of
	Paging
	Status string `query:"status" enum:"proposed,challenged,in force,reopened,superseded,expired,withdrawn,rejected" doc:"Only these"`
	Kind   string `query:"kind" enum:"mitigate,accept,defer,transfer,avoid,escalate" doc:"Only these"`
	Threat string `query:"threat" maxLength:"200" doc:"Only about this threat"`
	By     string `query:"by" maxLength:"320" doc:"Only of this decider"`
}

func (a *api) decisionRoutes() {
	handle(a, operation{id: "decisions", method: http.MethodGet, path: "/products/{product}/decisions", useCase: "Status"}, a.decisions)
	shown := operation{id: "decision", method: http.MethodGet, path: "/products/{product}/decisions/{decision}", useCase: "Show", kept: true}
	handle(a, shown, func(ctx context.Context, who negotiate.Actor, in *OfDecision) (*negotiate.ShowResult, error) {
		return a.service.Show(ctx, who, negotiate.ShowRequest{Product: in.Product, Decision: in.Decision})
	})
	handle(a, operation{id: "decision-at", method: http.MethodGet, path: "/products/{product}/decisions/{decision}/at/{date}", useCase: "Show"},
		func(ctx context.Context, who negotiate.Actor, in *struct {
			OfDecision
			Date string `path:"date" maxLength:"10" doc:"At the end of this day, YYYY-MM-DD"`
		},
		) (*negotiate.ShowResult, error) {
			return a.service.Show(ctx, who, negotiate.ShowRequest{Product: in.Product, Decision: in.Decision, At: in.Date})
		})
	handle(a, operation{id: "seen", method: http.MethodGet, path: "/products/{product}/decisions/{decision}/seen", useCase: "Seen"},
		func(ctx context.Context, who negotiate.Actor, in *OfDecision) (*negotiate.SeenResult, error) {
			return a.service.Seen(ctx, who, negotiate.SeenRequest{Product: in.Product, Decision: in.Decision})
		})
	sealed := operation{id: "sealed-brief", method: http.MethodGet, path: "/products/{product}/briefs/{threats}", useCase: "Brief", kept: true, heavy: true}
	schema := a.huma.OpenAPI().Components.Schemas.Schema(reflect.TypeFor[brief.Report](), true, "")
	handleText(a, sealed, []string{"application/json"}, schema, a.sealed)
	decide := operation{id: "decide", method: http.MethodPost, path: "/products/{product}/decisions", useCase: "Decide", heavy: true, status: http.StatusCreated}
	handle(a, decide, a.decide)
	for _, move := range []string{"approve", "reject", "withdraw", "reopen"} {
		op := operation{id: move, method: http.MethodPost, path: "/products/{product}/decisions/{decision}/" + move, useCase: "Move", heavy: move == "approve"}
		handle(a, op, func(ctx context.Context, who negotiate.Actor, in *moveInput) (*negotiate.DecideResult, error) {
			return a.move(ctx, who, in, move)
		})
	}
	reviewed := operation{id: "review-condition", method: http.MethodPost, path: "/products/{product}/decisions/{decision}/conditions/{number}/review", useCase: "ReviewCondition"}
	handle(a, reviewed, func(ctx context.Context, who negotiate.Actor, in *struct {
		OfDecision
		Number int `path:"number" minimum:"0" maximum:"20" doc:"Number of the condition, from 1; 0 for the only one"`
		Body   Reviewing
	},
	) (*negotiate.DecideResult, error) {
		return a.service.ReviewCondition(ctx, who, negotiate.ReviewRequest{
			Product: in.Product, Decision: in.Decision, Condition: in.Number, Holds: in.Body.Holds, Because: in.Body.Because, Next: in.Body.Next, By: in.Body.By,
		})
	})
	a.proposalRoutes()
}

type moveInput struct {
	OfDecision
	Looked
	Body Moving
}

// sealed answers the very bytes of a brief that a decision is kept with. Their
// digest is the tag of the answer, which the decision then names.
func (a *api) sealed(ctx context.Context, who negotiate.Actor, in *struct {
	Of
	Threats string `path:"threats" maxLength:"4000" doc:"Ids of threats with commas between, in the order of the decision"`
},
) (*text, error) {
	ids := parts(in.Threats)
	report, err := a.service.Brief(ctx, who, negotiate.BriefRequest{Source: in.source(), Threats: ids})
	if err != nil {
		return nil, err
	}
	full, err := fullIDs(report, ids)
	if err != nil {
		return nil, err
	}
	seen, err := negotiate.BriefBytes(report, full...)
	return &text{ContentType: "application/json", Body: seen}, err
}

// fullIDs are the ids of the threats of a report, in the order they were asked
// for where they were named by those.
func fullIDs(r *brief.Report, asked []string) ([]string, error) {
	var out []string
	for _, id := range asked {
		if r.Threat(id) == nil { // by a short id: one threat is that one
			if len(asked) == 1 && len(r.Threats) == 1 {
				return []string{r.Threats[0].ID}, nil
			}
			return nil, refuse(http.StatusNotFound, parley.NotFound, "api.error.threat", "id", id)
		}
		if !slices.Contains(out, id) {
			out = append(out, id)
		}
	}
	return out, nil
}

// decide records a decision on the brief it names.
func (a *api) decide(ctx context.Context, who negotiate.Actor, in *struct {
	Of
	Looked
	Body Deciding
},
) (*negotiate.DecideResult, error) {
	path := in.brief(in.Body.Threats)
	tag, err := in.tag(path)
	if err != nil {
		return nil, err
	}
	b := in.Body
	r, err := a.service.Decide(ctx, who, negotiate.DecideRequest{
		Product: in.Product, Threats: b.Threats, Kind: parley.Kind(b.Kind), Because: b.Because, Until: b.Until, With: b.With, Drops: b.Drops, Conditions: b.conditions(),
		NotApplicable: b.NotApplicable, Replaces: b.Replaces, Premises: b.Premises, NotTaken: b.passed(), By: b.By, Propose: b.Propose, Seen: tag[1 : len(tag)-1],
	})
	return r, a.movedOn(ctx, err, path, tag)
}

// movedOn adds what moved to the refusal of a decision on a brief that is no
// longer so.
func (a *api) movedOn(ctx context.Context, err error, path, tag string) error {
	if _, moved := errors.AsType[*negotiate.MovedError](err); !moved {
		return err
	}
	now, p := a.current(ctx, path)
	if p != nil {
		return p
	}
	moved := a.moved(ctx, path, tag, now)
	moved.Detail = problemOf(err).Detail
	return moved
}

// brief is where the brief of threats stands, as a decision is made on it.
func (o Of) brief(threats []string) string {
	var ids string
	for i, id := range threats {
		if i > 0 {
			ids += ","
		}
		ids += url.PathEscape(id)
	}
	return o.at("/briefs/" + ids)
}

// move approves, rejects, withdraws or re-opens a decision. An approval is made
// on the brief as it is, the other moves on the decision as it stands.
func (a *api) move(ctx context.Context, who negotiate.Actor, in *moveInput, move string) (*negotiate.DecideResult, error) {
	req := negotiate.MoveRequest{Product: in.Product, Decision: in.Decision, Move: move, Because: in.Body.Because, By: in.Body.By}
	if move != "approve" {
		if err := a.unchanged(ctx, in.Looked, in.at("/decisions/"+url.PathEscape(in.Decision))); err != nil {
			return nil, err
		}
		return a.service.Move(ctx, who, req)
	}
	shown, err := a.service.Show(ctx, who, negotiate.ShowRequest{Product: in.Product, Decision: in.Decision})
	if err != nil {
		return nil, err
	}
	path := in.brief(shown.Decision.Threats)
	tag, err := in.tag(path)
	if err != nil {
		return nil, err
	}
	req.Seen = tag[1 : len(tag)-1]
	r, err := a.service.Move(ctx, who, req)
	return r, a.movedOn(ctx, err, path, tag)
}

func (a *api) decisions(ctx context.Context, who negotiate.Actor, in *DecisionList) (*Page[negotiate.Decision], error) {
	st, err := a.service.Status(ctx, who, negotiate.StatusRequest{Product: in.Product})
	if err != nil {
		return nil, err
	}
	var all []negotiate.Decision
	for _, p := range st.Products {
		all = slices.Concat(all, p.Proposed, p.Reopened, p.InForce, p.Over)
	}
	all = slices.DeleteFunc(all, func(d negotiate.Decision) bool {
		return in.Status != "" && d.Status != in.Status || in.Kind != "" && string(d.Kind) != in.Kind ||
			in.By != "" && d.By != in.By || in.Threat != "" && !slices.Contains(d.Threats, in.Threat)
	})
	slices.SortStableFunc(all, func(x, y negotiate.Decision) int { return y.At.Compare(x.At) })
	return cut(all, in.Paging, []string{in.Status, in.Kind, in.Threat, in.By}, func(d negotiate.Decision) string { return d.ShortID })
}
