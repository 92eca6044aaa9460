package negotiate

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/ledger"
	"github.com/parleysec/parley/quantity"
)

// OptionSays is what an option takes and how much it stops of one threat, each as
// typed; "" where nobody knows.
type OptionSays struct {
	Effort     string `json:"effort,omitempty" maxLength:"100" doc:"Work, such as 5d..12d"`
	Once       string `json:"once,omitempty" maxLength:"100" doc:"Money at the start, such as 2k..5k"`
	Yearly     string `json:"yearly,omitempty" maxLength:"100" doc:"Money a year once it is there"`
	Likelihood string `json:"likelihood,omitempty" maxLength:"100" doc:"Share of events of this threat that it stops, such as 40%..70%, or a word of the scale"`
	Impact     string `json:"impact,omitempty" maxLength:"100" doc:"Share of the loss of each event that it saves, or a word of the scale"`
}

// optionFields are the names of what is said of an option, in order.
var optionFields = []string{"effort", "once", "yearly", "likelihood", "impact"}

// texts are the texts in the order of [optionFields].
func (o *OptionSays) texts() []*string {
	return []*string{&o.Effort, &o.Once, &o.Yearly, &o.Likelihood, &o.Impact}
}

// SayOptionRequest says what an option takes and how much it stops of a threat, in
// place of all that was said about that.
type SayOptionRequest struct {
	Product string
	Threat  string // id, short or long
	Option  string // id of the mitigation, short or long
	OptionSays
	Seen    *OptionSays // what was said when the actor looked: refused with what differs where it is not so any more; nil: as it stands
	Because string
	By      string // claimed
}

// SayOptionResult is what is said of an option now, and what follows.
type SayOptionResult struct {
	Schema   string     `json:"schema"`
	Product  string     `json:"product"`
	Threat   string     `json:"threat"`
	Option   string     `json:"option"`
	Before   OptionSays `json:"before"`
	Says     OptionSays `json:"says"`
	Reopened []Reopened `json:"reopened"` // decisions whose premises this broke
}

// WrongField is what is wrong with one field of what was sent.
type WrongField struct {
	Field string // as in the JSON of the request
	Err   error
}

// WrongFields are all that is wrong with what was sent.
type WrongFields []WrongField

// Error names each field.
func (w WrongFields) Error() string {
	var all []string
	for _, f := range w {
		all = append(all, f.Field+": "+f.Err.Error())
	}
	return strings.Join(all, "; ")
}

// OptionMoved says that an option was told anew since the actor looked.
type OptionMoved struct{ Then, Now OptionSays }

// Error lists what is different.
func (e *OptionMoved) Error() string {
	return catalogue.T("option.moved", "changes", differs(e.Then, e.Now))
}

// differs lists the fields that are different, in words.
func differs(then, now OptionSays) string {
	var out []string
	was, is := then.texts(), now.texts()
	word := func(text string) string {
		if text == "" {
			return catalogue.T("option.unknown")
		}
		return text
	}
	for i, name := range optionFields {
		if *was[i] != *is[i] {
			out = append(out, catalogue.T("option.differs", "what", catalogue.T("option."+name), "then", word(*was[i]), "now", word(*is[i])))
		}
	}
	return strings.Join(out, "; ")
}

// OptionSaid is what a model says of an option against a threat; ok is false where it
// is not against it.
func OptionSaid(x *parley.Mitigation, threat string) (says OptionSays, ok bool) {
	if x == nil {
		return says, false
	}
	i := slices.IndexFunc(x.Against, func(a parley.Against) bool { return a.Threat == threat })
	if i < 0 {
		return says, false
	}
	a := x.Against[i]
	return OptionSays{x.Cost.Effort.Text, x.Cost.Once.Text, x.Cost.Yearly.Text, a.Likelihood.Text, a.Impact.Text}, true
}

// SayOption records what an option takes and how much it stops of one threat, as a
// change of the model by whoever says so, with the reason beside the threat. What rests
// on what was said before is looked at anew, as after a file was applied.
func (s *Service) SayOption(ctx context.Context, actor Actor, req SayOptionRequest) (*SayOptionResult, error) {
	const op = "say what an option takes"
	for _, text := range append(req.texts(), &req.Because) {
		*text = strings.TrimSpace(*text)
	}
	r := &SayOptionResult{Schema: "parley.option/1"}
	_, _, err := s.record(ctx, deed{actor, "SayOption", op, req.By}, func(a *access, at time.Time) ([]ledger.Draft, error) {
		threat, err := a.resolve(req.Product, req.Threat, ledger.KindThreat)
		if err != nil {
			return nil, ledgerError(op, err)
		}
		option, err := a.resolve(threat.Product, req.Option, ledger.KindMitigation)
		if err != nil {
			return nil, ledgerError(op, err)
		}
		p := a.state.Product(threat.Product)
		if err := a.ask(p); err != nil {
			return nil, err
		}
		r.Product, r.Threat, r.Option = p.ID, threat.ID, option.ID
		drafts, err := req.drafts(a, p, r)
		if err != nil {
			return nil, err
		}
		drafts, r.Reopened, err = s.settle(a, ledger.Stamp(drafts, actor, req.By), at)
		if r.Reopened == nil {
			r.Reopened = []Reopened{}
		}
		return drafts, err
	})
	if err != nil {
		return nil, err
	}
	return r, nil
}

// drafts are the changed mitigation and the reason, which is said of the threat.
func (req SayOptionRequest) drafts(a *access, p *ledger.Product, r *SayOptionResult) ([]ledger.Draft, error) {
	it := p.Item(ledger.KindMitigation, r.Option)
	var x parley.Mitigation
	if err := json.Unmarshal(it.JSON, &x); err != nil {
		return nil, err
	}
	was, ok := OptionSaid(&x, r.Threat)
	switch {
	case !ok:
		return nil, parley.Errorf(parley.Invalid, "", "%s", catalogue.T("option.not-against", "option", x.Title))
	case it.Done, it.Closed:
		return nil, parley.Errorf(parley.Refused, "", "%s", catalogue.T("option.done", "option", x.Title))
	case req.Seen != nil && *req.Seen != was:
		return nil, &parley.Error{Kind: parley.Conflict, Err: &OptionMoved{*req.Seen, was}}
	}
	r.Before, r.Says = was, req.OptionSays
	m, err := a.state.Model(p.ID)
	if err != nil {
		return nil, err
	}
	if err := req.into(&x, r.Threat, m.Env()); err != nil {
		return nil, err
	}
	if was == req.OptionSays {
		return nil, parley.Errorf(parley.Invalid, "", "%s", catalogue.T("option.same"))
	}
	if !x.Cost.Effort.IsZero() && m.Policy.PersonDay.IsZero() {
		return nil, &parley.Error{Op: "read the option", Kind: parley.Invalid, Err: WrongFields{{"effort", errors.New(catalogue.T("option.no-day"))}}}
	}
	if err := fitsOption(m, x); err != nil {
		return nil, err
	}
	draft, err := p.PutMitigation(x)
	if err != nil {
		return nil, err
	}
	asks, err := mentions(req.Because, a.state.Known(p))
	if err != nil {
		return nil, err
	}
	text := catalogue.T("option.note", "option", x.Title, "changes", differs(was, req.OptionSays), "because", req.Because)
	note := &ledger.NoteAdded{Kind: ledger.NoteComment, About: ledger.KindThreat, ID: r.Threat, Text: text, Mentions: asks}
	if err := note.CheckNote(); err != nil {
		return nil, &parley.Error{Kind: parley.Invalid, Err: err}
	}
	return []ledger.Draft{draft, {Product: p.ID, Cause: ledger.CauseOf(0), Body: note}}, nil
}

// into reads what is said into a mitigation. All that cannot be read is told at once.
func (req SayOptionRequest) into(x *parley.Mitigation, threat string, env quantity.Env) error {
	against := &x.Against[slices.IndexFunc(x.Against, func(a parley.Against) bool { return a.Threat == threat })]
	var wrong WrongFields
	kinds := []quantity.Kind{quantity.Effort, quantity.Money, quantity.Yearly, quantity.Share, quantity.Share}
	into := []*quantity.Quantity{&x.Cost.Effort, &x.Cost.Once, &x.Cost.Yearly, &against.Likelihood, &against.Impact}
	for i, text := range req.texts() {
		if utf8.RuneCountInString(*text) > longestSaid {
			wrong = append(wrong, WrongField{optionFields[i], errors.New(catalogue.T("option.long", "most", longestSaid))})
			continue
		}
		if *text == into[i].Text {
			continue // it stays, however its file read it
		}
		if *text == "" {
			*into[i] = quantity.Quantity{}
			continue
		}
		q, err := quantity.Parse(*text, kinds[i], env)
		if err != nil {
			wrong = append(wrong, WrongField{optionFields[i], err})
			continue
		}
		*into[i] = q
	}
	if !ledger.HasReason(req.Because) {
		wrong = append(wrong, WrongField{"because", errNoReason})
	} else if n := utf8.RuneCountInString(req.Because); n > parley.MaxReason {
		wrong = append(wrong, WrongField{"because", errors.New(catalogue.T("option.long", "most", parley.MaxReason))})
	}
	if len(wrong) > 0 {
		return &parley.Error{Op: "read the option", Kind: parley.Invalid, Err: wrong}
	}
	return nil
}

// fitsOption refuses a mitigation that would be a mistake in its model, where it was
// none before.
func fitsOption(m *parley.Model, x parley.Mitigation) error {
	next := *m
	next.Mitigations = slices.Clone(m.Mitigations)
	i := slices.IndexFunc(next.Mitigations, func(o parley.Mitigation) bool { return o.ID == x.ID })
	if i < 0 {
		return parley.Errorf(parley.Conflict, "", "%s", catalogue.T("option.done", "option", x.Title))
	}
	known := parley.Errors(parley.Validate(m))
	next.Mitigations[i] = x
	for _, p := range parley.Errors(append(parley.Resolve(&next), parley.Validate(&next)...)) {
		if !slices.ContainsFunc(known, func(k parley.Problem) bool { return k.Path == p.Path && k.Message == p.Message }) {
			return parley.Errorf(parley.Invalid, "read the option", "%s", p.Message).WithHint(p.Hint)
		}
	}
	return nil
}
