package negotiate

import (
	"context"
	"encoding/hex"
	"slices"
	"strings"
	"time"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/ledger"
)

// TakeBackEvidenceRequest takes a pass back about which something wrong was said when
// it was brought: the commit, the branch or the time.
type TakeBackEvidenceRequest struct {
	Product string
	Event   string // id of the event that recorded the file; may be "" with a digest. All that is said must fit
	Digest  string // of the file, SHA-256 in hex; its first 8 digits are enough; may be "" with an event
	Check   string // id; may be "" where the file speaks of one check
	At      string // when it ran, RFC 3339; may be "" where the file was brought once
	Because string
	By      string // claimed
}

// TakeBackEvidenceResult is what was taken back, and how the layers stand then.
type TakeBackEvidenceResult struct {
	Schema    string        `json:"schema"`
	AsOf      string        `json:"as_of"`
	Product   string        `json:"product"`
	File      string        `json:"file"`
	Digest    string        `json:"digest"`
	TakenBack AddedResult   `json:"taken_back"`
	Layers    []LayerChange `json:"layers"` // those whose checks it was about
	Loss      LossChange    `json:"expected_annual_loss"`
	Reopened  []Reopened    `json:"reopened"` // decisions whose premises this broke
}

// TakeBackEvidence lets a pass count no more, with who and why on record; the same file
// may be brought again then, with what is right. A failure is never taken back, and no
// layer gets more credit by it: a check that reported once owes its next report.
func (s *Service) TakeBackEvidence(ctx context.Context, actor Actor, req TakeBackEvidenceRequest) (*TakeBackEvidenceResult, error) {
	const op = "take evidence back"
	if _, _, err := s.recordedOf(ctx, actor, "TakeBackEvidence", req.Product); err != nil {
		return nil, err
	}
	if !ledger.HasReason(req.Because) {
		return nil, parley.Errorf(parley.Refused, op, "%s", catalogue.T("evidence.back.because")).WithHint("say why with --because")
	}
	now := s.now()
	r := &TakeBackEvidenceResult{Schema: "parley.evidence-taken-back/1", AsOf: now.Format(time.DateOnly)}
	var around AddEvidenceResult
	_, state, err := s.record(ctx, deed{actor, "TakeBackEvidence", op, req.By}, func(a *access, at time.Time) ([]ledger.Draft, error) {
		r.Reopened = []Reopened{}
		p, err := a.product(req.Product)
		if err != nil {
			return nil, err
		}
		x, res, err := req.pass(p)
		if err != nil {
			return nil, err
		}
		r.Product, r.File, r.Digest, r.TakenBack = p.ID, x.File, x.Digest, onRecord(res)
		m, err := a.state.Model(p.ID)
		if err != nil {
			return nil, ledgerError("read product "+p.ID, err)
		}
		around = AddEvidenceResult{Product: p.ID, Files: []AddedFile{{Results: []AddedResult{r.TakenBack}}}}
		for _, l := range layersWithChecks(m) {
			if slices.ContainsFunc(l.checks, around.reported) {
				stands := standsOn(p, m, l, now)
				around.Layers = append(around.Layers, LayerChange{ID: l.id, Title: l.title, Checks: len(l.checks), Before: stands, After: stands})
			}
		}
		if around.Loss.Before, err = s.lossOf(ctx, a.state, &around); err != nil {
			return nil, err
		}
		draft := ledger.Draft{Product: p.ID, Cause: x.Event, Body: &ledger.EvidenceTakenBack{Evidence: x.Event, Check: res.Check, Because: strings.TrimSpace(req.Because)}}
		drafts, reopened, err := s.settle(a, ledger.Stamp([]ledger.Draft{draft}, actor, req.By), at)
		r.Reopened = append(r.Reopened, reopened...)
		return drafts, err
	})
	if err != nil {
		return nil, err
	}
	if err := around.after(state, now); err != nil {
		return nil, err
	}
	if around.Loss.After, err = s.lossOf(ctx, state, &around); err != nil {
		return nil, err
	}
	r.Layers, r.Loss = append([]LayerChange{}, around.Layers...), around.Loss
	return r, nil
}

// leastDigest is how many digits of a digest are asked for.
const leastDigest = 8

// pass is the one pass on record that is meant.
func (req *TakeBackEvidenceRequest) pass(p *ledger.Product) (*ledger.Evidence, *ledger.CheckResult, error) {
	const op = "take evidence back"
	digest, event := strings.ToLower(strings.TrimSpace(req.Digest)), strings.TrimSpace(req.Event)
	if _, err := hex.DecodeString(digest[:len(digest)&^1]); err != nil || len(digest) < leastDigest && (digest != "" || event == "") {
		return nil, nil, parley.Errorf(parley.Invalid, op, "%q is no digest of a file", req.Digest).WithHint(catalogue.T("evidence.back.hint.digest"))
	}
	var (
		files  []*ledger.Evidence
		passes []*ledger.CheckResult
		known  bool
		failed *ledger.CheckResult
	)
	for _, x := range p.Evidence {
		for i := range x.Results {
			res := &x.Results[i]
			if !strings.HasPrefix(x.Digest, digest) || event != "" && x.Event != event || req.Check != "" && res.Check != req.Check || req.At != "" && res.At.Format(time.RFC3339) != req.At {
				continue
			}
			known = true
			switch res.Outcome {
			case ledger.CheckPassed:
				files, passes = append(files, x), append(passes, res)
			case ledger.CheckFailed:
				failed = res
			}
		}
	}
	switch {
	case len(passes) == 1:
		return files[0], passes[0], nil
	case len(passes) > 1:
		var which []string
		for i, res := range passes {
			which = append(which, catalogue.T("evidence.back.which", "check", res.Check, "at", res.At.Format(time.RFC3339), "event", files[i].Event))
		}
		return nil, nil, parley.Errorf(parley.Invalid, op, "%s", catalogue.N("evidence.back.several", len(passes), "which", strings.Join(which, "; "))).
			WithHint(catalogue.T("evidence.back.hint.which"))
	case failed != nil:
		return nil, nil, parley.Errorf(parley.Refused, op, "%s", catalogue.T("evidence.back.failed", "check", failed.Check)).
			WithHint(catalogue.T("evidence.back.hint.failed"))
	case known:
		return nil, nil, parley.Errorf(parley.Refused, op, "%s", catalogue.T("evidence.back.neither")).WithHint(catalogue.T("evidence.back.hint.again"))
	}
	return nil, nil, parley.Errorf(parley.NotFound, op, "%s", catalogue.T("evidence.back.unknown", "product", p.ID)).
		WithHint(catalogue.T("evidence.back.hint.digest"))
}
