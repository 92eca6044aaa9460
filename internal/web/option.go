package web

import (
	"context"
	"net/http"
	"strconv"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/internal/negotiate"
)

// optionSent is what somebody says of an option.
type optionSent struct {
	threat, option, because string
	says, seen              negotiate.OptionSays
}

// optionField is one thing that is said of an option.
type optionField struct{ name, says, seen string }

// optionFields are the fields of a form about an option, with what stands there.
func optionFields(o negotiate.OptionSays) []optionField {
	return []optionField{
		{"effort", o.Effort, "seen_effort"},
		{"once", o.Once, "seen_once"},
		{"yearly", o.Yearly, "seen_yearly"},
		{"likelihood", o.Likelihood, "seen_likelihood"},
		{"impact", o.Impact, "seen_impact"},
	}
}

// optionForms are the forms to say what the options of a threat take, in the order they
// are shown.
func (b *briefBuilder) optionForms() []OptionForm {
	m := b.s.product.Model
	if m == nil {
		return nil
	}
	var out []OptionForm
	for _, o := range b.ranked() {
		x := m.Mitigation(o.ID)
		says, ok := negotiate.OptionSaid(x, b.t.ID)
		if !ok || o.Kind != parley.Mitigate {
			continue
		}
		f := OptionForm{Heading: catalogue.T("web.option.say", "option", titleOr(x.Title, x.ID))}
		f.ID, f.Action, f.Button, f.Quiet = "option"+strconv.Itoa(len(out)+1), threatURL(b.t.ID)+"/options", catalogue.T("web.option.send"), true
		f.Hidden = []Pair{{"option", x.ID}}
		for _, is := range optionFields(says) {
			f.Hidden = append(f.Hidden, Pair{is.seen, is.says})
			f.Fields = append(f.Fields, Field{
				Name: is.name, Label: catalogue.T("web.option." + is.name), Type: "text", Value: is.says, Hint: catalogue.T("web.option." + is.name + ".like"),
				Complete: "off", Optional: true,
			})
		}
		f.Fields = append(f.Fields, Field{Name: "because", Label: catalogue.T("web.decide.because"), Type: "text", Complete: "off"})
		out = append(out, f)
	}
	return out
}

// sayOption records what somebody says of an option of a threat.
func (l *live) sayOption(ctx context.Context, o optionSent) error {
	s, report, err := l.find(ctx, o.threat)
	if err != nil {
		return err
	}
	_, err = l.service.SayOption(ctx, actorOf(ctx), negotiate.SayOptionRequest{
		Product: s.product.ID, Threat: report.Threats[0].ID, Option: o.option, OptionSays: o.says, Seen: &o.seen, Because: o.because,
	})
	return err
}

// optionSaid takes what somebody says of an option. What is not taken comes back on the
// page of the threat, with everything that was filled in; what somebody else said
// meanwhile is told, and may be said over when it is sent again.
func (s *server) optionSaid(w http.ResponseWriter, r *http.Request) error {
	names := []string{"option", "because"}
	for _, f := range optionFields(negotiate.OptionSays{}) {
		names = append(names, f.name, f.seen)
	}
	form, err := s.read(r, names...)
	if err != nil {
		return err
	}
	o := optionSent{
		threat: r.PathValue("id"), option: form.Get("option"), because: typed(form, "because"),
		says: negotiate.OptionSays{
			Effort: typed(form, "effort"), Once: typed(form, "once"), Yearly: typed(form, "yearly"),
			Likelihood: typed(form, "likelihood"), Impact: typed(form, "impact"),
		},
		seen: negotiate.OptionSays{
			Effort: form.Get("seen_effort"), Once: form.Get("seen_once"), Yearly: form.Get("seen_yearly"),
			Likelihood: form.Get("seen_likelihood"), Impact: form.Get("seen_impact"),
		},
	}
	why := s.desk.sayOption(r.Context(), o)
	if why == nil {
		http.Redirect(w, r, threatURL(o.threat)+"#options", http.StatusSeeOther)
		return nil
	}
	if !mendable(why) {
		return why
	}
	v, err := s.desk.brief(r.Context(), briefAsk{threat: o.threat})
	if err != nil {
		return err
	}
	for i := range v.SayOptions {
		if f := &v.SayOptions[i].Form; f.Hidden[0].Value == o.option {
			f.refill(r, why)
			status, _ := statusOf(why)
			return s.show(w, status, "brief", v)
		}
	}
	return why
}
