package client

import (
	"context"
	"net/http"
	"net/url"
	"strconv"

	"github.com/parleysec/parley/internal/api"
	"github.com/parleysec/parley/internal/negotiate"
)

// asked is the answer to a question that is no more than its path.
func asked[T any](ctx context.Context, c *Client, path string) (*T, error) {
	out := new(T)
	if _, err := c.get(ctx, path, out); err != nil {
		return nil, err
	}
	return out, nil
}

// post changes something; match is the tag of what was looked at, "" where
// nothing is overwritten.
func (c *Client) post(ctx context.Context, path string, body any, match string, into any) (*answer, error) {
	return c.send(ctx, request{method: http.MethodPost, path: path, json: body, match: match}, into)
}

// Access says what whoever asks may do.
func (c *Client) Access(ctx context.Context, _ negotiate.Actor) (*negotiate.AccessResult, error) {
	return asked[negotiate.AccessResult](ctx, c, "/me")
}

// Members says who holds which role.
func (c *Client) Members(ctx context.Context, _ negotiate.Actor) (*negotiate.MembersResult, error) {
	return asked[negotiate.MembersResult](ctx, c, "/members")
}

// Products lists the products that whoever asks may know of.
func (c *Client) Products(ctx context.Context, _ negotiate.Actor) ([]negotiate.ProductInfo, error) {
	r, err := asked[api.Products](ctx, c, "/products")
	if err != nil {
		return nil, err
	}
	return r.Products, nil
}

// Status says what waits for whom. Whether the stored events are those that were
// recorded says [Client.Verify].
func (c *Client) Status(ctx context.Context, _ negotiate.Actor, r negotiate.StatusRequest) (*negotiate.Status, error) {
	path := "/status"
	if r.Product != "" {
		path = of(r.Product, "status")
	}
	out, err := asked[negotiate.Status](ctx, c, path+query{"as_of": r.AsOf}.text())
	if err != nil {
		return nil, err
	}
	out.Ledger = c.origin
	return out, nil
}

// Agreements lists the plans that were agreed on.
func (c *Client) Agreements(ctx context.Context, _ negotiate.Actor, r negotiate.AgreementsRequest) (*negotiate.AgreementsResult, error) {
	return asked[negotiate.AgreementsResult](ctx, c, of(r.Product, "agreements"))
}

// Export writes a product as a negotiation file; a file is written anew on this
// machine.
func (c *Client) Export(ctx context.Context, who negotiate.Actor, r negotiate.ExportRequest) (string, error) {
	if r.Data != nil || r.Format != "parley" {
		return c.here.Export(ctx, local(who), r)
	}
	a, err := c.get(ctx, of(r.Product, "file"), nil)
	if err != nil {
		return "", err
	}
	return string(a.text), nil
}

// Log is a stretch of the record, newest event first.
func (c *Client) Log(ctx context.Context, _ negotiate.Actor, r negotiate.LogRequest) (*negotiate.LogResult, error) {
	if r.After != "" || r.Since != 0 {
		return nil, elsewhere("client.log")
	}
	const page = 500
	out := &negotiate.LogResult{Schema: "parley.log/1"}
	q := query{"product": r.Product, "type": r.Type, "actor": r.Who, "from": r.From, "to": r.To, "about": r.About, "text": r.Text}
	if r.Before > 0 {
		q["before"] = strconv.FormatInt(r.Before, 10)
	}
	for {
		n := page
		if r.Limit > 0 {
			n = min(n, r.Limit-len(out.Events))
		}
		q["limit"] = strconv.Itoa(n)
		p, err := asked[api.Log](ctx, c, "/log"+q.text())
		if err != nil {
			return nil, err
		}
		out.Size, out.Events = p.Size, append(out.Events, p.Items...)
		if p.Next == "" || r.Limit > 0 && len(out.Events) >= r.Limit {
			return out, nil
		}
		q["cursor"] = p.Next
	}
}

// Show shows a decision with its life.
func (c *Client) Show(ctx context.Context, _ negotiate.Actor, r negotiate.ShowRequest) (*negotiate.ShowResult, error) {
	path := of(r.Product, "decisions", r.Decision)
	if r.At != "" {
		path += "/at/" + url.PathEscape(r.At)
	}
	return asked[negotiate.ShowResult](ctx, c, path)
}

// Seen says who has seen a decision.
func (c *Client) Seen(ctx context.Context, _ negotiate.Actor, r negotiate.SeenRequest) (*negotiate.SeenResult, error) {
	return asked[negotiate.SeenResult](ctx, c, of(r.Product, "decisions", r.Decision, "seen"))
}

// Accepted says who left what as it is.
func (c *Client) Accepted(ctx context.Context, _ negotiate.Actor, r negotiate.AcceptedRequest) (*negotiate.AcceptedResult, error) {
	q := query{"above": r.Above, "who": r.Who}
	if r.Ended {
		q["ended"] = "true"
	}
	return asked[negotiate.AcceptedResult](ctx, c, of(r.Product, "accepted")+q.text())
}

// ShowAt shows the record as it stood.
func (c *Client) ShowAt(ctx context.Context, who negotiate.Actor, r negotiate.ShowAtRequest) (*negotiate.ShowAtResult, error) {
	if r.At == "" { // today, where the server is
		st, err := c.Status(ctx, who, negotiate.StatusRequest{Product: r.Product})
		if err != nil {
			return nil, err
		}
		r.At = st.AsOf
	}
	return asked[negotiate.ShowAtResult](ctx, c, "/record/at/"+url.PathEscape(r.At)+query{"product": r.Product}.text())
}

// Rules says by which rules decisions are made.
func (c *Client) Rules(ctx context.Context, _ negotiate.Actor) (*negotiate.RulesResult, error) {
	return asked[negotiate.RulesResult](ctx, c, "/rules")
}

// Verify says whether the record is intact.
func (c *Client) Verify(ctx context.Context, _ negotiate.Actor, r negotiate.VerifyRequest) (*negotiate.VerifyResult, error) {
	if err := r.Check(); err != nil {
		return nil, err
	}
	var in api.Checking
	for _, text := range r.Checkpoints {
		in.Checkpoints = append(in.Checkpoints, string(text))
	}
	out := &negotiate.VerifyResult{}
	if _, err := c.post(ctx, "/record/verify", in, "", out); err != nil {
		return nil, err
	}
	return out, nil
}

// Checkpoint is the signed head of the record.
func (c *Client) Checkpoint(ctx context.Context, _ negotiate.Actor) ([]byte, error) {
	a, err := c.get(ctx, "/record/checkpoint", nil)
	if err != nil {
		return nil, err
	}
	return a.text, nil
}

// Prove makes a file that shows that a decision stands in the record.
func (c *Client) Prove(ctx context.Context, _ negotiate.Actor, r negotiate.ProveRequest) ([]byte, error) {
	q := query{}
	if r.WithoutBrief {
		q["without_brief"] = "true"
	}
	a, err := c.get(ctx, of(r.Product, "decisions", r.Decision, "proof")+q.text(), nil)
	if err != nil {
		return nil, err
	}
	return a.text, nil
}

// Tasks is the backlog in its order.
func (c *Client) Tasks(ctx context.Context, _ negotiate.Actor, r negotiate.TasksRequest) (*negotiate.TasksResult, error) {
	out := &negotiate.TasksResult{Schema: "parley.tasks/1"}
	q := query{"limit": "500", "money": r.Budget.Money, "effort": r.Budget.Effort}
	if r.All {
		q["all"] = "true"
	}
	for {
		p, err := asked[api.Tasks](ctx, c, of(r.Product, "tasks")+q.text())
		if err != nil {
			return nil, err
		}
		out.Product, out.Name, out.NoPlan, out.Tasks = p.Product, p.Name, p.NoPlan, append(out.Tasks, p.Items...)
		out.Order, out.New, out.Lines, out.Over, out.Warnings, out.Progress = p.Order, p.New, p.Lines, p.Over, p.Warnings, p.Progress
		if p.Next == "" {
			return out, nil
		}
		q["cursor"] = p.Next
	}
}

// Webhooks lists whom the server tells what.
func (c *Client) Webhooks(ctx context.Context, _ negotiate.Actor) (*negotiate.WebhooksResult, error) {
	return asked[negotiate.WebhooksResult](ctx, c, "/webhooks")
}
