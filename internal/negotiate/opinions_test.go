package negotiate

import (
	"testing"

	"github.com/parleysec/parley/ledger"
)

// TestOpinionsStandInTheBrief: what people estimate on the record is pooled in
// the brief, and moves no price.
func TestOpinionsStandInTheBrief(t *testing.T) {
	d := newDesk(t)
	d.apply(shop)
	before := d.annual("replay")
	for who, text := range map[string]string{"ines@example.org": "2..4 per year", "tom@example.org": "10..30 per year"} {
		if _, err := d.AddNote(t.Context(), d.as(who).tom, NoteRequest{About: "replay", Kind: ledger.NoteEstimate, Likelihood: text}); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := d.AddNote(t.Context(), d.tom, NoteRequest{About: "replay", Kind: ledger.NoteEstimate, Likelihood: "99 per year", By: "ghost@example.org"}); err != nil {
		t.Fatal(err)
	}
	r, err := d.Brief(t.Context(), d.tom, BriefRequest{Source: Source{Product: "shop"}, Threats: []string{"replay"}})
	if err != nil {
		t.Fatal(err)
	}
	x := r.Threats[0].Doubt
	if len(x.Estimates) != 2 || x.Pool == nil || x.Pool.People != 2 || x.Pool.Apart < 5 || x.Pool.Apart > 7 {
		t.Errorf("%+v, pool %+v", x.Estimates, x.Pool)
	}
	if after := d.annual("replay"); after != before {
		t.Errorf("an opinion moved the price from %g to %g", before, after)
	}
}
