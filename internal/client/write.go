package client

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/api"
	"github.com/parleysec/parley/internal/evidence"
	"github.com/parleysec/parley/internal/file"
	"github.com/parleysec/parley/internal/negotiate"
)

// tag is the ETag of what stands at a path now.
func (c *Client) tag(ctx context.Context, path string) (string, error) {
	a, err := c.get(ctx, path, nil)
	if err != nil {
		return "", err
	}
	return a.tag, nil
}

// Apply brings a file into the ledger of the server. What somebody else brought
// at the same moment is merged as it is on a ledger.
func (c *Client) Apply(ctx context.Context, _ negotiate.Actor, r negotiate.ApplyRequest) (*negotiate.ApplyResult, error) {
	doc, err := file.Read(r.Name, r.Data)
	if err != nil && (doc == nil || doc.Model == nil || doc.Model.Product.ID == "") {
		return nil, &parley.Error{Op: "read " + r.Name, Kind: parley.Invalid, Err: err}
	}
	path := of(doc.Model.Product.ID, "file")
	for try := 1; ; try++ {
		tag, err := c.tag(ctx, path)
		q, in := query{"name": r.Name}, request{method: http.MethodPost, path: "/products", yaml: r.Data}
		switch {
		case err == nil:
			q["prefer"] = string(r.Prefer)
			in = request{method: http.MethodPut, path: path, yaml: r.Data, match: tag}
		case parley.KindOfError(err) != parley.NotFound:
			return nil, err
		}
		in.path += q.text()
		out := &negotiate.ApplyResult{}
		_, err = c.send(ctx, in, out)
		out.Ledger = c.origin
		if err == nil {
			return out, nil
		}
		if moved(err) && try < tries {
			continue
		}
		if e, ok := errors.AsType[*Problem](err); ok && len(e.Conflicts) > 0 {
			return &negotiate.ApplyResult{
				Schema: "parley.apply/1", Product: doc.Model.Product.ID, Ledger: c.origin,
				Changes: []negotiate.Change{}, Conflicts: e.Conflicts, Reopened: []negotiate.Reopened{}, Notes: []string{},
			}, err
		}
		return nil, quoted(err, r.Data)
	}
}

// Decide records a decision on the brief as it is; with a token it only proposes.
func (c *Client) Decide(ctx context.Context, _ negotiate.Actor, r negotiate.DecideRequest) (*negotiate.DecideResult, error) {
	if r.AsOf != "" {
		return nil, elsewhere("client.as-of")
	}
	tag := `"` + r.Seen + `"`
	if r.Seen == "" {
		var err error
		if tag, err = c.tag(ctx, of(r.Product, "briefs", list(r.Threats))); err != nil {
			return nil, err
		}
	}
	var conditions []api.Conditional
	for _, x := range r.Conditions {
		conditions = append(conditions, api.Conditional{Says: x.Says, Review: x.Review})
	}
	var passed []api.Passed
	for _, x := range r.NotTaken {
		passed = append(passed, api.Passed{Option: x.Option, Why: x.Why})
	}
	return changed[negotiate.DecideResult](ctx, c, of(r.Product, "decisions"), api.Deciding{
		Threats: r.Threats, Kind: string(r.Kind), Because: r.Because, Until: r.Until, With: r.With, Drops: r.Drops, Conditions: conditions,
		NotApplicable: r.NotApplicable, Replaces: r.Replaces, Premises: r.Premises, NotTaken: passed, By: r.By, Propose: r.Propose,
	}, tag)
}

// Agree agrees on a plan: on the best one there is where none was seen.
func (c *Client) Agree(ctx context.Context, who negotiate.Actor, r negotiate.AgreeRequest) (*negotiate.AgreeResult, error) {
	if err := r.Check(); err != nil {
		return nil, err
	}
	if r.AsOf != "" {
		return nil, elsewhere("client.as-of")
	}
	if r.Seen == nil {
		plan, err := c.Plan(ctx, who, r.PlanRequest)
		if err != nil {
			return nil, err
		}
		r.Seen = plan.Chosen
	}
	return added[negotiate.AgreeResult](ctx, c, of(r.Product, "agreements"), api.Agreeing{
		Within: within(r.Budget), Trials: r.Trials, Chosen: r.Seen, Because: r.Because, By: r.By, PlanOnly: r.PlanOnly, Propose: r.Propose,
	})
}

// Move withdraws, re-opens, approves or rejects a decision, or approves or rejects
// a proposal.
func (c *Client) Move(ctx context.Context, _ negotiate.Actor, r negotiate.MoveRequest) (*negotiate.DecideResult, error) {
	path := of(r.Product, "decisions", r.Decision)
	shown := &negotiate.ShowResult{}
	a, err := c.get(ctx, path, shown)
	if err != nil && parley.KindOfError(err) == parley.NotFound && (r.Move == "approve" || r.Move == "reject") {
		if tag, none := c.tag(ctx, of(r.Product, "proposals", r.Decision)); none == nil {
			return changed[negotiate.DecideResult](ctx, c, of(r.Product, "proposals", r.Decision, r.Move), api.Moving{Because: r.Because, By: r.By}, tag)
		}
	}
	if err != nil {
		return nil, err
	}
	tag := a.tag
	if r.Move == "approve" {
		if tag, err = c.tag(ctx, of(shown.Decision.Product, "briefs", list(shown.Decision.Threats))); err != nil {
			return nil, err
		}
	}
	return changed[negotiate.DecideResult](ctx, c, path+"/"+url.PathEscape(r.Move), api.Moving{Because: r.Because, By: r.By}, tag)
}

// ReviewCondition says whether a condition of a decision still holds.
func (c *Client) ReviewCondition(ctx context.Context, _ negotiate.Actor, r negotiate.ReviewRequest) (*negotiate.DecideResult, error) {
	path := of(r.Product, "decisions", r.Decision, "conditions", strconv.Itoa(r.Condition), "review")
	return added[negotiate.DecideResult](ctx, c, path, api.Reviewing{Holds: r.Holds, Because: r.Because, Next: r.Next, By: r.By})
}

// MoveStage moves a product or a feature to another stage of its life.
func (c *Client) MoveStage(ctx context.Context, _ negotiate.Actor, r negotiate.MoveStageRequest) (*negotiate.StagesResult, error) {
	return added[negotiate.StagesResult](ctx, c, of(r.Product, "stages"), api.Advance{Item: r.Item, To: r.To, Because: r.Because, By: r.By, Block: r.Block})
}

// SayActivity records that an activity is done, or that it is not after all.
func (c *Client) SayActivity(ctx context.Context, _ negotiate.Actor, r negotiate.SayActivityRequest) (*negotiate.StagesResult, error) {
	return added[negotiate.StagesResult](ctx, c, of(r.Product, "activities"), api.Doing{
		Item: r.Item, Activity: r.Activity, Stage: r.Stage, Undo: r.Undo, Because: r.Because, By: r.By,
	})
}

// SayOption says what an option takes and how much it stops of a threat.
func (c *Client) SayOption(ctx context.Context, _ negotiate.Actor, r negotiate.SayOptionRequest) (*negotiate.SayOptionResult, error) {
	return added[negotiate.SayOptionResult](ctx, c, of(r.Product, "briefs", r.Threat, "options", r.Option), api.Option{OptionSays: r.OptionSays, Seen: r.Seen, Because: r.Because, By: r.By})
}

// Done says what became of a task.
func (c *Client) Done(ctx context.Context, _ negotiate.Actor, r negotiate.DoneRequest) (*negotiate.TasksResult, error) {
	path := of(r.Product, "tasks", r.Task)
	tag, err := c.tag(ctx, path)
	if err != nil {
		return nil, err
	}
	return changed[negotiate.TasksResult](ctx, c, path+"/status", api.Finishing{To: string(r.To), Because: r.Because}, tag)
}

// Order moves an item of the backlog, or gives the backlog back to the order of
// its plan.
func (c *Client) Order(ctx context.Context, _ negotiate.Actor, r negotiate.OrderRequest) (*negotiate.TasksResult, error) {
	looked, path := of(r.Product, "tasks", r.Task), of(r.Product, "backlog", r.Task)+"/place"
	var body any = api.Placing{Before: r.Before, After: r.After, First: r.First, Last: r.Last, Because: r.Because}
	if r.AsPlanned {
		looked, path, body = of(r.Product, "tasks"), of(r.Product, "backlog", "as-planned"), api.Unordering{Because: r.Because}
	}
	tag, err := c.tag(ctx, looked)
	if err != nil {
		return nil, err
	}
	return changed[negotiate.TasksResult](ctx, c, path, body, tag)
}

// AddNote says something about a threat or a decision.
func (c *Client) AddNote(ctx context.Context, _ negotiate.Actor, r negotiate.NoteRequest) (*negotiate.NotesResult, error) {
	return added[negotiate.NotesResult](ctx, c, of(r.Product, "notes"), api.Saying{About: r.About, Kind: string(r.Kind), Text: r.Text, Likelihood: r.Likelihood, Impact: r.Impact, By: r.By})
}

// ProposeAppetite proposes what may be lost how often.
func (c *Client) ProposeAppetite(ctx context.Context, _ negotiate.Actor, r negotiate.AppetiteRequest) (*negotiate.AppetiteResult, error) {
	return added[negotiate.AppetiteResult](ctx, c, of(r.Product, "appetite"), api.Tolerating{Limits: r.Limits, Because: r.Because, By: r.By})
}

// added is what comes of a change that overwrites nothing.
func added[T any](ctx context.Context, c *Client, path string, body any) (*T, error) {
	return changed[T](ctx, c, path, body, "")
}

// changed is what comes of a change of what was looked at under a tag.
func changed[T any](ctx context.Context, c *Client, path string, body any, tag string) (*T, error) {
	out := new(T)
	if _, err := c.post(ctx, path, body, tag, out); err != nil {
		return nil, err
	}
	return out, nil
}

// AddEvidence brings reports of checks. Those that are too large for one request
// together are sent as they are.
func (c *Client) AddEvidence(ctx context.Context, _ negotiate.Actor, r negotiate.AddEvidenceRequest) (*negotiate.AddEvidenceResult, error) {
	if tooMuch(r.Files) {
		return c.uploadEvidence(ctx, r)
	}
	in := api.Bringing{Check: r.Check, By: r.By, Reports: api.Reports{Commit: r.Commit, Branch: r.Branch, At: r.At}}
	for _, f := range r.Files {
		in.Files = append(in.Files, api.Upload{Name: f.Name, Data: bytesOf(f)})
	}
	for _, k := range r.Keys {
		in.Keys = append(in.Keys, api.File{Name: k.Name, Text: string(k.Data)})
	}
	return added[negotiate.AddEvidenceResult](ctx, c, of(r.Product, "evidence"), in)
}

// TakeBackEvidence lets a pass count no more.
func (c *Client) TakeBackEvidence(ctx context.Context, _ negotiate.Actor, r negotiate.TakeBackEvidenceRequest) (*negotiate.TakeBackEvidenceResult, error) {
	return added[negotiate.TakeBackEvidenceResult](ctx, c, of(r.Product, "evidence", "take-back"), api.TakingBack{
		Event: r.Event, Digest: r.Digest, Check: r.Check, At: r.At, Because: r.Because, By: r.By,
	})
}

// bytesOf is a file's content; an empty one is sent as such.
func bytesOf(f evidence.Input) []byte { return append([]byte{}, f.Data...) }

// AddIncident records a loss event or a near miss.
func (c *Client) AddIncident(ctx context.Context, _ negotiate.Actor, r negotiate.AddIncidentRequest) (*negotiate.AddIncidentResult, error) {
	return added[negotiate.AddIncidentResult](ctx, c, of(r.Product, "incidents"), api.Happening{
		Threat: r.Threat, At: r.At, Title: r.Title, Losses: r.Losses, NearMiss: r.NearMiss, Stopped: r.Stopped, Passed: r.Passed, By: r.By,
	})
}

// CorrectIncident tells an incident on record anew, or withdraws it.
func (c *Client) CorrectIncident(ctx context.Context, _ negotiate.Actor, r negotiate.CorrectIncidentRequest) (*negotiate.CorrectIncidentResult, error) {
	return added[negotiate.CorrectIncidentResult](ctx, c, of(r.Product, "incidents", r.Incident, "correction"), api.Correcting{
		Withdraw: r.Withdraw, Because: r.Because, At: r.At, Title: r.Title, Losses: r.Losses, NearMiss: r.NearMiss, Stopped: r.Stopped, Passed: r.Passed, By: r.By,
	})
}

// SetRule changes a rule, or proposes to.
func (c *Client) SetRule(ctx context.Context, _ negotiate.Actor, r negotiate.RuleRequest) (*negotiate.RulesResult, error) {
	in := api.RuleChange{Name: r.Name, Value: r.Value, Because: r.Because, By: r.By}
	if o := r.Role; o.Name != "" {
		in.Role = &api.RoleLimit{Name: o.Name, Holders: o.Holders, Of: o.Of, Approve: o.Approve, Products: o.Products, Currency: o.Currency, Annual: o.Annual, OneIn20: o.OneIn20, BadCase: o.BadCase, Cost: o.Cost, For: o.For}
	}
	return c.ruled(ctx, "/rules", "", in)
}

// SettleRule accepts or refuses a change of the rules that waits.
func (c *Client) SettleRule(ctx context.Context, _ negotiate.Actor, r negotiate.SettleRuleRequest) (*negotiate.RulesResult, error) {
	word := "/refuse"
	if r.Accept {
		word = "/accept"
	}
	return c.ruled(ctx, "/rules/"+url.PathEscape(strings.ToUpper(r.Rule)), word, api.Moving{Because: r.Because, By: r.By})
}

func (c *Client) ruled(ctx context.Context, path, word string, body any) (*negotiate.RulesResult, error) {
	tag, err := c.tag(ctx, path)
	if err != nil {
		return nil, err
	}
	out := &negotiate.RulesResult{}
	if _, err := c.post(ctx, path+word, body, tag, out); err != nil {
		return nil, err
	}
	return out, nil
}

// SetMember gives somebody a role, or takes it away.
func (c *Client) SetMember(ctx context.Context, _ negotiate.Actor, r negotiate.MemberRequest) (*negotiate.MembersResult, error) {
	path := "/members"
	if r.Remove {
		path += "/remove"
	}
	return added[negotiate.MembersResult](ctx, c, path, api.Membership{Person: r.Person, Role: string(r.Role), Product: r.Product, Because: r.Because})
}

// Sweep does what the clock does.
func (c *Client) Sweep(ctx context.Context, _ negotiate.Actor) (*negotiate.SweepResult, error) {
	return added[negotiate.SweepResult](ctx, c, "/sweep", nil)
}

// SetWebhook adds, changes or removes a webhook.
func (c *Client) SetWebhook(ctx context.Context, _ negotiate.Actor, r negotiate.WebhookRequest) (*negotiate.WebhooksResult, error) {
	at := "/webhooks/" + url.PathEscape(r.ID)
	in := request{method: http.MethodDelete, path: at}
	switch {
	case r.ID == "":
		in = request{method: http.MethodPost, path: "/webhooks", json: api.Receiver{Kind: r.Kind, URL: r.URL, Product: r.Product, Types: r.Types}, secret: true}
	case r.Rotate:
		in = request{method: http.MethodPost, path: at + "/rotate", secret: true}
	case r.Stop:
		in = request{method: http.MethodPost, path: at + "/stop"}
	case r.Start:
		in = request{method: http.MethodPost, path: at + "/start"}
	case r.Replay:
		in = request{method: http.MethodPost, path: at + "/replay", json: api.Resending{From: r.From}}
	}
	out := &negotiate.WebhooksResult{}
	if _, err := c.send(ctx, in, out); err != nil {
		return nil, err
	}
	return out, nil
}

// TestWebhook sends a receiver a message to try it, from the server.
func (c *Client) TestWebhook(ctx context.Context, _ negotiate.Actor, id string) (*negotiate.WebhookTest, error) {
	return added[negotiate.WebhookTest](ctx, c, "/webhooks/"+url.PathEscape(id)+"/test", nil)
}

// moved reports whether a change was refused since what it overwrites is no
// longer what was looked at, or is there only now.
func moved(err error) bool {
	p, ok := errors.AsType[*Problem](err)
	return ok && (p.Status == http.StatusPreconditionFailed || p.Status == http.StatusConflict && len(p.Conflicts) == 0 && p.Kind == string(parley.Conflict))
}
