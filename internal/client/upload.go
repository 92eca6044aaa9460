package client

import (
	"context"
	"errors"
	"net/http"
	"path/filepath"
	"slices"
	"strings"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/api"
	"github.com/parleysec/parley/internal/brief/plain"
	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/internal/evidence"
	"github.com/parleysec/parley/internal/negotiate"
)

// tooMuch reports whether reports are too large for one request that holds them all.
func tooMuch(files []evidence.Input) bool {
	sum := 0
	for _, f := range files {
		sum += len(f.Data)
	}
	return sum > api.MostReports
}

// uploadEvidence sends reports as they are, one by one. All are looked at before any
// is sent, so that what cannot be sent or read refuses them all. What the server alone
// knows may still refuse a later one: the error says then which are recorded.
func (c *Client) uploadEvidence(ctx context.Context, r negotiate.AddEvidenceRequest) (*negotiate.AddEvidenceResult, error) {
	if err := c.sendable(ctx, r); err != nil {
		return nil, err
	}
	var out *negotiate.AddEvidenceResult
	for i, f := range r.Files {
		q := query{"name": fileName(f.Name), "check": r.Check, "at": r.At, "commit": r.Commit, "branch": r.Branch, "by": r.By}
		one := new(negotiate.AddEvidenceResult)
		if _, err := c.send(ctx, request{method: http.MethodPost, path: of(r.Product, "evidence", "file") + q.text(), file: f.Data}, one); err != nil {
			return nil, halfway(err, r.Files, i)
		}
		for k := range one.Files {
			one.Files[k].File = f.Name
		}
		out = joined(out, one)
	}
	return out, nil
}

// sendable refuses reports of which one cannot be sent as it is, or cannot be read and
// came for no check.
func (c *Client) sendable(ctx context.Context, r negotiate.AddEvidenceRequest) error {
	refused := func(key string) error {
		return parley.Errorf(parley.Invalid, "add evidence", "%s", catalogue.T(key, "most", api.MostReports>>20, "file", api.UploadBody>>20)).WithHint(catalogue.T("client.hint.upload.large"))
	}
	if len(r.Keys) > 0 {
		return refused("client.upload.keys")
	}
	for _, f := range r.Files {
		if len(f.Data) > api.UploadBody {
			return refused("client.upload.large")
		}
	}
	if len(r.Files) == 1 || r.Check != "" {
		return nil
	}
	for _, f := range r.Files { // one at a time, since a large one takes memory
		if err := ctx.Err(); err != nil {
			return &parley.Error{Op: "add evidence", Kind: parley.Unavailable, Err: err}
		}
		_, err := evidence.Read(f, evidence.Options{})
		if bad, unread := errors.AsType[*evidence.Error](err); unread {
			return (&parley.Error{Op: "add evidence", Kind: parley.Invalid, Err: bad}).WithHint(catalogue.T("evidence.hint.unreadable"))
		}
	}
	return nil
}

// halfway says which reports are recorded where a later one was refused.
func halfway(err error, files []evidence.Input, at int) error {
	if at == 0 {
		return err
	}
	names := func(list []evidence.Input) string {
		var out []string
		for _, f := range list {
			out = append(out, plain.Clean(f.Name))
		}
		return plain.List(out)
	}
	says := catalogue.T("client.upload.halfway", "file", plain.Clean(files[at].Name), "why", plain.Clean(err.Error()), "recorded", names(files[:at]), "open", names(files[at:]))
	return parley.Errorf(parley.KindOfError(err), "add evidence", "%s", says).WithHint(catalogue.T("client.hint.upload.halfway"))
}

// joined is what two answers come to, one after the other; before is nil for none.
func joined(before, then *negotiate.AddEvidenceResult) *negotiate.AddEvidenceResult {
	if before == nil {
		return then
	}
	out := *then
	out.Recorded += before.Recorded
	out.Files = slices.Concat(before.Files, then.Files)
	out.Reopened = slices.Concat(before.Reopened, then.Reopened)
	out.Loss.Before = before.Loss.Before
	out.Layers = slices.Clone(before.Layers)
	for _, x := range then.Layers {
		if i := slices.IndexFunc(out.Layers, func(y negotiate.LayerChange) bool { return y.ID == x.ID }); i >= 0 {
			out.Layers[i].After = x.After
		} else {
			out.Layers = append(out.Layers, x)
		}
	}
	return &out
}

// mostName is the longest name of a file that is sent, in bytes.
const mostName = 200

// fileName is the name of a file without its folders, as far as it is sent.
func fileName(path string) string {
	name := strings.ToValidUTF8(filepath.Base(path), "")
	if len(name) > mostName {
		return strings.ToValidUTF8(name[len(name)-mostName:], "")
	}
	return name
}
