package negotiate

import (
	"context"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/file"
)

// CheckResult says whether a file can be used.
type CheckResult struct {
	Schema   string         `json:"schema"`
	Valid    bool           `json:"valid"`
	Errors   []file.Finding `json:"errors"`
	Warnings []file.Finding `json:"warnings"`
	Counts   Counts         `json:"counts"`

	Model *parley.Model `json:"-"` // as far as it could be read
}

// Counts says how much a file holds.
type Counts struct {
	Threats     int `json:"threats"`
	Controls    int `json:"controls"`
	Mitigations int `json:"mitigations"`
	Features    int `json:"features"`
}

// Check reads a file and reports every mistake and warning. A file with
// mistakes is an answer, not an error.
func (s *Service) Check(ctx context.Context, actor Actor, src Source) (*CheckResult, error) {
	if err := s.admitFile(ctx, actor, "Check", src.Data); err != nil {
		return nil, err
	}
	doc, _, err := s.readFile(ctx, src)
	r := &CheckResult{Schema: "parley.check/1", Valid: err == nil, Errors: []file.Finding{}, Warnings: []file.Finding{}}
	for _, f := range doc.Findings {
		if f.Warning {
			r.Warnings = append(r.Warnings, f)
		} else {
			r.Errors = append(r.Errors, f)
		}
	}
	m := doc.Model
	r.Model = m
	r.Counts = Counts{Threats: len(m.Threats), Controls: len(m.Controls), Mitigations: len(m.Mitigations), Features: len(m.Features)}
	return r, nil
}
