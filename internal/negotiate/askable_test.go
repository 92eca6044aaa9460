package negotiate

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/file"
	"github.com/parleysec/parley/internal/gate"
	"github.com/parleysec/parley/ledger"
)

// unchecked applies a file as a program did that asked nothing of its expressions.
func (d *desk) unchecked(text string) {
	d.t.Helper()
	doc, err := file.Read("shop.yaml", []byte(text))
	if err != nil {
		d.t.Fatal(err)
	}
	if _, err := d.found(d.t.Context(), d.tom); err != nil {
		d.t.Fatal(err)
	}
	_, _, err = d.record(d.t.Context(), deed{actor: d.tom, useCase: "Apply", op: "apply"}, func(a *access, _ time.Time) ([]ledger.Draft, error) {
		merged, err := a.state.Merge(ledger.Application{Model: doc.Model, Name: "shop.yaml", Digest: strings.Repeat("0", 64), Today: d.today()})
		if err != nil {
			return nil, err
		}
		return ledger.Stamp(merged.Drafts, d.tom, ""), nil
	})
	if err != nil {
		d.t.Fatal(err)
	}
}

// TestUnaskable: an expression that cannot be asked is refused with its place, as a
// file and as a proposal; one on record fails its own activity, with the reason.
func TestUnaskable(t *testing.T) {
	const right, wrong = `"threats.all(t, t.decided)"`, `"threats.all(t, t.decidet)"`
	bad := strings.Replace(lifecycle, right, wrong, 1)
	d := newDesk(t)
	r, err := d.Check(t.Context(), d.tom, Source{Name: "shop.yaml", Data: []byte(bad)})
	if err != nil || r.Valid || len(r.Errors) != 1 {
		t.Fatalf("%+v, %v", r, err)
	}
	if f := r.Errors[0]; f.Line != 6 || f.ID != "look" || !strings.Contains(f.Message, "there is no field \"decidet\"") || f.Column != 1+strings.Index(strings.Split(bad, "\n")[5], ".decidet") {
		t.Errorf("%+v", f)
	}
	_, err = d.Apply(t.Context(), d.tom, ApplyRequest{Source: Source{Name: "shop.yaml", Data: []byte(bad)}})
	if _, ok := errors.AsType[*file.InvalidError](err); !ok || !strings.Contains(err.Error(), "shop.yaml:6:") {
		t.Errorf("%v", err)
	}

	// As a proposal.
	d.apply(lifecycle)
	d.unchecked(bad)
	for _, p := range d.proposals() {
		if _, err := d.Move(t.Context(), d.tom, MoveRequest{Decision: p, Move: "approve"}); err == nil || !strings.Contains(err.Error(), "there is no field") {
			t.Errorf("%s: %v", p, err)
		}
		if _, err := d.Move(t.Context(), d.tom, MoveRequest{Decision: p, Move: "reject", Because: "it cannot be asked"}); err != nil {
			t.Errorf("%s: %v", p, err)
		}
	}

	// On record.
	d = newDesk(t)
	d.unchecked(bad)
	if _, err := d.MoveStage(t.Context(), d.tom, MoveStageRequest{To: "deployment", Because: "it works"}); err != nil {
		t.Fatal(err)
	}
	g, err := d.Gate(t.Context(), d.tom, GateRequest{Trials: 1000})
	if err != nil {
		t.Fatal(err)
	}
	i := 0
	for g.Results[i].Rule != "activities" {
		i++
	}
	want := gate.Failing{Ref: "shop/look"}
	for _, f := range g.Results[i].Failing {
		if f.Ref == want.Ref {
			want = f
		}
	}
	if !strings.Contains(want.Reason, "there is no field \"decidet\"") || len(g.Results) < 3 {
		t.Errorf("%+v", g.Results[i])
	}
	if s := d.stages(""); s.Stage != parley.Deployment {
		t.Errorf("%+v", s)
	}
}
