package api

import (
	"context"
	"net/http"
	"runtime/debug"
	"sync"

	"github.com/danielgtaylor/huma/v2"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/internal/evidence"
	"github.com/parleysec/parley/internal/negotiate"
	"github.com/parleysec/parley/internal/sse"
)

// roomy is the size of a file for which memory that is free is given back first, in
// bytes.
const roomy = 16 << 20

// uploads counts the files that are under way, and lets one at a time be read, which
// bounds the memory they take.
type uploads struct {
	under sse.Quota
	read  chan struct{}
	begun sync.Once
}

// take counts one more of a person; ok is false where there are too many, else the
// caller must call done.
func (u *uploads) take(person string) (done func(), ok bool) {
	return u.under.Take(person, uploadsOfOne, uploadsOfAll)
}

// reading waits until nobody else's file is being read; the caller must call done.
func (u *uploads) reading(ctx context.Context) (done func(), err error) {
	u.begun.Do(func() { u.read = make(chan struct{}, 1) })
	select {
	case u.read <- struct{}{}:
		return func() { <-u.read }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// Uploading says what a report is for that is the body of a request, and what the
// uploader says where the file does not.
type Uploading struct {
	Name   string `query:"name" maxLength:"200" doc:"Name of the file, for messages; report without it"`
	Check  string `query:"check" maxLength:"200" doc:"Id of the check the file is for; every check that names its tool without it"`
	At     string `query:"at" maxLength:"40" doc:"RFC 3339, or a date"`
	Commit string `query:"commit" maxLength:"100"`
	Branch string `query:"branch" maxLength:"200"`
	By     string `query:"by" maxLength:"320" doc:"At the machine of the ledger alone: in whose name, which is a claim"`
}

// request is the use-case's, with the file as it was taken.
func (u Uploading) request(product string, data []byte) negotiate.AddEvidenceRequest {
	name := u.Name
	if name == "" {
		name = "report"
	}
	return negotiate.AddEvidenceRequest{
		Product: product, Check: u.Check, By: u.By,
		ReadEvidenceRequest: negotiate.ReadEvidenceRequest{
			Files: []evidence.Input{{Name: name, Data: data}}, At: u.At, Commit: u.Commit, Branch: u.Branch,
		},
	}
}

func (a *api) uploadRoute() {
	op := operation{id: "upload-evidence", method: http.MethodPost, path: "/products/{product}/evidence/file", useCase: "AddEvidence", heavy: true, spools: true, status: http.StatusCreated}
	handle(a, op, func(ctx context.Context, who negotiate.Actor, in *struct {
		Of
		Uploading
	},
	) (*negotiate.AddEvidenceResult, error) {
		s := spoolOf(ctx)
		if s == nil {
			return nil, parley.Errorf(parley.Internal, "add evidence", "the body was not taken")
		}
		done, err := a.uploads.reading(ctx)
		if err != nil {
			return nil, err
		}
		defer done()
		if s.size > roomy {
			debug.FreeOSMemory() // what was free already makes room for what is to come
		}
		data, release, err := s.data()
		if err != nil {
			return nil, a.unspooled(err)
		}
		defer release()
		return a.service.AddEvidence(ctx, who, in.request(in.Product, data))
	})
	a.huma.OpenAPI().Paths[op.path].Post.RequestBody = fileAsBody() // told late, so that nobody else looks for the body
}

// fileAsBody describes a body that is a file.
func fileAsBody() *huma.RequestBody {
	content := map[string]*huma.MediaType{}
	for _, kind := range []string{fileBytes, "application/json", "application/xml", "text/plain"} {
		content[kind] = &huma.MediaType{Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}}
	}
	return &huma.RequestBody{Required: true, Description: catalogue.T("api.upload", "most", UploadBody>>20), Content: content}
}
