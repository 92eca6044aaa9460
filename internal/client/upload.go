package client

import (
	"context"
	"net/http"
	"path/filepath"
	"strings"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/api"
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

// uploadEvidence sends one large report as it is. Several together would be
// recorded one by one, and all of them or none is what was asked for.
func (c *Client) uploadEvidence(ctx context.Context, r negotiate.AddEvidenceRequest) (*negotiate.AddEvidenceResult, error) {
	refused := func(key string, hint string) error {
		return parley.Errorf(parley.Invalid, "add evidence", "%s", catalogue.T(key, "most", api.MostReports>>20, "file", api.UploadBody>>20)).WithHint(catalogue.T(hint))
	}
	f := r.Files[0]
	switch {
	case len(r.Files) > 1:
		return nil, refused("client.upload.several", "client.hint.upload.several")
	case len(f.Data) > api.UploadBody:
		return nil, refused("client.upload.large", "client.hint.upload.large")
	case len(r.Keys) > 0:
		return nil, refused("client.upload.keys", "client.hint.upload.large")
	}
	q := query{"name": fileName(f.Name), "check": r.Check, "at": r.At, "commit": r.Commit, "branch": r.Branch, "by": r.By}
	out := new(negotiate.AddEvidenceResult)
	if _, err := c.send(ctx, request{method: http.MethodPost, path: of(r.Product, "evidence", "file") + q.text(), file: f.Data}, out); err != nil {
		return nil, err
	}
	for i := range out.Files {
		out.Files[i].File = f.Name
	}
	return out, nil
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
