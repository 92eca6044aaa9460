package negotiate

import (
	"cmp"
	"context"
	"slices"

	"github.com/parleysec/parley/internal/brief"
	"github.com/parleysec/parley/internal/catalogue"
)

// tellHappened adds to a brief what happened to the threats that anything did. It
// reads the record of the past for these alone.
func (s *Service) tellHappened(ctx context.Context, l *loaded, r *brief.Report) error {
	var ids []string
	for _, t := range r.Threats {
		if len(l.incidentsOf(t.ID)) > 0 {
			ids = append(ids, t.ID)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	if l.product == nil {
		for i := range r.Threats {
			r.Threats[i].Happened = l.recordedIn(r.Threats[i].ID)
		}
		return nil
	}
	now := l.seenTo(s.now())
	from, pasts, err := s.pastOf(ctx, l, IncidentsRequest{}, ids)
	if err != nil {
		return err
	}
	for i := range r.Threats {
		t := l.model.Threat(r.Threats[i].ID)
		if t == nil || !slices.Contains(ids, t.ID) {
			continue
		}
		h, err := l.happened(t, from(t.ID), pasts[t.ID], now)
		if err != nil {
			return err
		}
		out := &brief.Happened{
			Incidents: h.Incidents, NearMisses: h.NearMisses, Earlier: h.Earlier, Since: h.Since, Standing: h.Standing, Says: h.Says, Last: lastOf(l.incidentsOf(t.ID)),
		}
		if h.Expected != nil {
			out.Expected = &brief.Range{float64(h.Expected.P5), float64(h.Expected.P95)}
		}
		r.Threats[i].Happened = out
	}
	return nil
}

// recordedIn is what a file alone says happened to a threat, nil for nothing: it
// does not say since when its estimates stand, so that nothing is compared.
func (l *loaded) recordedIn(threat string) *brief.Happened {
	all := l.incidentsOf(threat)
	if len(all) == 0 {
		return nil
	}
	h := &brief.Happened{Last: lastOf(all)}
	for _, x := range all {
		if x.NearMiss {
			h.NearMisses++
		} else {
			h.Incidents++
		}
	}
	h.Says = catalogue.N("brief.happened.file", h.Incidents)
	if h.NearMisses > 0 {
		h.Says += " " + catalogue.N("incident.near", h.NearMisses)
	}
	return h
}

// lastOf are the latest of some incidents.
func lastOf(all []happening) []brief.Event {
	sorted := slices.SortedStableFunc(slices.Values(all), func(a, b happening) int { return cmp.Compare(b.At, a.At) })
	out := []brief.Event{}
	for _, x := range sorted[:min(len(sorted), brief.MostEvents)] {
		out = append(out, brief.Event{ID: x.ID, At: x.At, Title: x.Title, NearMiss: x.NearMiss})
	}
	return out
}
