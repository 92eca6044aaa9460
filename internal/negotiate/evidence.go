package negotiate

import (
	"context"
	"errors"
	"time"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/evidence"
)

// ReadEvidenceRequest brings what checks left behind, and what the uploader
// says where the files do not.
type ReadEvidenceRequest struct {
	Files  []evidence.Input
	Keys   []evidence.Input // public keys in PEM whose signatures count
	Commit string
	Branch string
	At     string // RFC 3339, or a date
}

// ReadEvidenceResult is what the files say. A file that cannot be read is among
// them, inconclusive, and among the problems.
type ReadEvidenceResult struct {
	evidence.Files
	Problems []*evidence.Error `json:"-"`
}

// ReadEvidence reads reports of checks without a ledger and without keeping
// anything.
func (s *Service) ReadEvidence(ctx context.Context, actor Actor, req ReadEvidenceRequest) (*ReadEvidenceResult, error) {
	if err := s.admit(ctx, actor, "ReadEvidence"); err != nil {
		return nil, err
	}
	opt, err := s.evidenceOptions(req)
	if err != nil {
		return nil, err
	}
	out := &ReadEvidenceResult{Files: evidence.Files{Schema: evidence.Schema, Files: []evidence.File{}}}
	for _, in := range req.Files {
		if err := ctx.Err(); err != nil {
			return nil, &parley.Error{Op: "read evidence", Kind: parley.Unavailable, Err: err}
		}
		report, err := evidence.Read(in, opt)
		if bad, ok := errors.AsType[*evidence.Error](err); ok {
			out.Problems = append(out.Problems, bad)
		}
		out.Files.Files = append(out.Files.Files, report.Summary())
	}
	return out, nil
}

func (s *Service) evidenceOptions(req ReadEvidenceRequest) (evidence.Options, error) {
	opt := evidence.Options{Commit: req.Commit, Branch: req.Branch, Now: s.now()}
	for _, in := range req.Keys {
		keys, err := evidence.ParseKeys(in.Data)
		if err != nil {
			return opt, &parley.Error{Op: "read the key " + in.Name, Kind: parley.Invalid, Err: err}
		}
		opt.Keys = append(opt.Keys, keys...)
	}
	if req.At == "" {
		return opt, nil
	}
	for _, layout := range []string{time.RFC3339, time.DateOnly} {
		if t, err := time.Parse(layout, req.At); err == nil {
			opt.Time = t
			return opt, nil
		}
	}
	return opt, parley.Errorf(parley.Invalid, "read evidence", "%q is no time", req.At).WithHint("write --at like 2027-01-31T12:00:00Z or 2027-01-31")
}
