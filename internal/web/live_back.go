package web

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/parleysec/parley/internal/brief/plain"
	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/internal/negotiate"
	"github.com/parleysec/parley/ledger"
)

const takeBackPath = "/evidence/take-back"

// passesOffered is how many passes of a layer can be chosen from, the latest first: what
// is older is taken back where it was brought.
const passesOffered = 40

// backForm takes back one of the passes of a layer; nil where there is none.
func backForm(place int, product string, x *negotiate.LayerTimeline) *Form {
	var passes []Choice
	for i := len(x.Line) - 1; i >= 0 && len(passes) < passesOffered; i-- {
		for _, r := range x.Line[i].Results {
			if r.Outcome == ledger.CheckPassed {
				passes = append(passes, Choice{r.Event + " " + r.Check, passSays(&x.Line[i], r)})
			}
		}
	}
	if len(passes) == 0 {
		return nil
	}
	return &Form{
		ID: "back-" + strconv.Itoa(place), Action: takeBackPath, Button: catalogue.T("web.evidence.back_do"), Quiet: true, Hidden: []Pair{{"product", product}, {"layer", x.ID}},
		Fields: []Field{
			{Name: "pass", Label: catalogue.T("web.evidence.back_which"), Choices: passes, Value: passes[0].ID},
			{Name: "because", Label: catalogue.T("web.evidence.back_because"), Type: "text", Complete: "off"},
		},
	}
}

func passSays(m *negotiate.TimelineMoment, r negotiate.TimelineResultOf) string {
	pass := catalogue.T("web.evidence.back_pass", "check", r.Check, "when", plain.Date(m.At)+m.At.Format(" 15:04:05"), "file", plain.Clean(r.File))
	if r.Commit == "" {
		return pass
	}
	return catalogue.T("web.evidence.back_commit", "pass", pass, "commit", r.Commit[:min(len(r.Commit), 12)])
}

// passSent is a pass that is to be taken back.
type passSent struct{ product, layer, event, check, because string }

func (l *live) takeBack(ctx context.Context, p passSent) error {
	_, err := l.service.TakeBackEvidence(ctx, actorOf(ctx), negotiate.TakeBackEvidenceRequest{Product: p.product, Event: p.event, Check: p.check, Because: p.because})
	return err
}

// takeBack takes a pass back. What is not taken comes back with what was typed.
func (s *server) takeBack(w http.ResponseWriter, r *http.Request) error {
	form, err := s.read(r, "pass", "because", "product", "layer")
	if err != nil {
		return err
	}
	p := passSent{product: form.Get("product"), layer: form.Get("layer"), because: typed(form, "because")}
	p.event, p.check, _ = strings.Cut(form.Get("pass"), " ")
	why := s.desk.takeBack(r.Context(), p)
	if why == nil {
		http.Redirect(w, r, asking("/evidence", given(map[string]string{"product": p.product})), http.StatusSeeOther)
		return nil
	}
	if !mendable(why) {
		return why
	}
	v, err := s.desk.evidence(r.Context(), p.product)
	if err != nil {
		return err
	}
	if f := v.backFormOf(p.layer, form.Get("pass")); f != nil {
		f.Problem, f.Fields[0].Value, f.Fields[1].Value = problemOf(why), form.Get("pass"), p.because
		return s.show(w, formStatus(w, why), "evidence", v)
	}
	if !overtaking(why) {
		return why
	}
	says, _ := sayError(why)
	v.Settled = &Meanwhile{Says: says, Typed: p.because}
	return s.show(w, http.StatusConflict, "evidence", v)
}

// backFormOf is the form of a layer that offers a pass; nil where none does, as of one
// that somebody else took back since the page was opened.
func (v *EvidenceView) backFormOf(layer, pass string) *Form {
	for _, x := range v.Layers {
		if x.ID == layer && x.Back != nil && slices.ContainsFunc(x.Back.Fields[0].Choices, func(c Choice) bool { return c.ID == pass }) {
			return x.Back
		}
	}
	return nil
}
