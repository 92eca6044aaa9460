package web

import (
	"context"

	"github.com/parleysec/parley/internal/brief/plain"
	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/internal/negotiate"
)

// CalibrationView is how what somebody estimated compares with what happened,
// and the team as a whole. Nobody else's own figures are in it.
type CalibrationView struct {
	Frame
	Heading  string
	Lead     string
	Own      []string
	TeamHead string
	Team     []string
	Learn    Link
}

func (l *live) calibration(ctx context.Context, product string) (*CalibrationView, error) {
	s, err := l.look(ctx, product)
	if err != nil {
		return nil, err
	}
	v := &CalibrationView{
		Frame: l.page(ctx, s, catalogue.T("web.calibration.title"), ""), Heading: catalogue.T("web.calibration.title"),
		Lead: catalogue.T("web.calibration.lead"), Learn: *s.findOut(),
	}
	if s.product == nil {
		return v, nil
	}
	// Never remembered: it is for whoever asks alone.
	r, err := l.service.Calibration(ctx, actorOf(ctx), negotiate.CalibrationRequest{Product: s.product.ID})
	if err != nil {
		return nil, err
	}
	v.Own, v.TeamHead = negotiate.CalibrationWords(r.Own), catalogue.T("web.calibration.team")
	if v.Team = []string{plain.Capital(r.Why)}; r.Team != nil {
		v.TeamHead, v.Team = catalogue.N("web.calibration.team_of", r.People), negotiate.CalibrationWords(*r.Team)
	}
	return v, nil
}
