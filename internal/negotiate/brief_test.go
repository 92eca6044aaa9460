package negotiate

import (
	"reflect"
	"testing"
)

// TestBriefFigures holds a list of threats to the figures of their briefs.
func TestBriefFigures(t *testing.T) {
	d := newDesk(t)
	d.apply(shop)
	req := BriefRequest{Source: Source{Product: "shop"}}
	whole, err := d.Brief(t.Context(), d.tom, req)
	if err != nil {
		t.Fatal(err)
	}
	req.Figures = true
	list, err := d.Brief(t.Context(), d.tom, req)
	if err != nil {
		t.Fatal(err)
	}
	options := 0
	for i := range whole.Threats {
		w, l := &whole.Threats[i], &list.Threats[i]
		options += len(w.Options)
		if len(l.Options) > 0 || l.Waiting != nil {
			t.Errorf("%s has options in a list of figures", l.ID)
		}
		if l.ID != w.ID || !reflect.DeepEqual(l.ExpectedAnnualLoss, w.ExpectedAnnualLoss) || !reflect.DeepEqual(l.LossIfItHappens, w.LossIfItHappens) ||
			!reflect.DeepEqual(l.ChanceWithinHorizon, w.ChanceWithinHorizon) || l.Words.Missing != w.Words.Missing || l.Words.People != w.Words.People {
			t.Errorf("%s has other figures in a list than in its brief", l.ID)
		}
	}
	if options == 0 || !reflect.DeepEqual(list.Total, whole.Total) || !reflect.DeepEqual(list.Assumed, whole.Assumed) {
		t.Errorf("the list totals %+v, the briefs (with %d options) %+v", list.Total, options, whole.Total)
	}
}
