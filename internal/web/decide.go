package web

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/ledger"
)

// answer is what a person filled in.
type answer struct {
	threat        string
	kind          parley.Kind
	with          []string // ids of what is to be done
	drops         string   // avoid: what is taken away, in words
	because       string
	until         string            // a date or a stage
	by            string            // claimed decider
	replaces      []string          // decisions in force it takes over from
	notApplicable string            // why a duty does not apply
	digest        string            // of the brief the person saw
	seen          string            // its figures
	premortem     string            // why it went badly, told from a year later
	passed        []ledger.NotTaken // why options were not chosen
	// open, act, date and stage are kept to fill the form again.
	open, act, date, stage string
}

// The three answers.
const (
	answerDo   = "do"
	answerLive = "live"
	answerAsk  = "ask"
)

// readAnswer reads the form. It knows what was ticked, not whether that is
// allowed: rules are the ledger's. A field it does not know is refused, so that
// nobody believes to have set what cannot be set here.
func readAnswer(threat string, form url.Values) (answer, error) {
	a := answer{threat: threat, replaces: form["replaces"]}
	if err := onlyFields(form, "brief", "seen", "answer", "kind", "*with", "*replaces", "because", "until", "stage", "by", "not_applicable", "act", "drops", "premortem", "*option", "*why_not"); err != nil {
		return a, err
	}
	a.digest, a.because = form.Get("brief"), typed(form, "because")
	a.open, a.date, a.stage, a.seen = form.Get("answer"), form.Get("until"), form.Get("stage"), form.Get("seen")
	a.by, a.notApplicable = typed(form, "by"), typed(form, "not_applicable")
	a.act, a.drops, a.premortem = form.Get("act"), typed(form, "drops"), typed(form, "premortem")
	if len(form["option"]) != len(form["why_not"]) {
		return a, parley.Errorf(parley.Invalid, "", "%s", catalogue.T("web.decide.unreadable"))
	}
	for i, why := range form["why_not"] {
		if why = strings.TrimSpace(strings.ReplaceAll(why, "\x00", "")); why != "" {
			a.passed = append(a.passed, ledger.NotTaken{Option: form["option"][i], Why: why})
		}
	}
	return a.readKind(form, form["with"])
}

// typed is a text a person wrote, without the character no text has and no
// record keeps.
func typed(form url.Values, name string) string {
	return strings.TrimSpace(strings.ReplaceAll(form.Get(name), "\x00", ""))
}

// readKind reads what is to be done from the three answers.
func (a answer) readKind(form url.Values, ticked []string) (answer, error) {
	switch a.open {
	case answerDo:
		return a.readAct(ticked)
	case answerLive:
		a.kind = parley.Kind(form.Get("kind"))
		if a.kind != parley.Accept && a.kind != parley.Defer {
			return a, parley.Errorf(parley.Invalid, "", "%s", catalogue.T("web.decide.no_kind"))
		}
		if a.date != "" && a.stage != "" {
			return a, parley.Errorf(parley.Invalid, "", "%s", catalogue.T("web.decide.two_ends"))
		}
		a.until = a.date + a.stage
	case answerAsk:
		a.kind = parley.Escalate
	default:
		return a, parley.Errorf(parley.Invalid, "", "%s", catalogue.T("web.decide.no_answer"))
	}
	if a.open != answerDo && len(ticked) > 0 {
		return a, parley.Errorf(parley.Invalid, "", "%s", catalogue.T("web.decide.with_what"))
	}
	return a, nil
}

// readAct reads how something is to be done. What is ticked under another way
// does not count: the page shows only what belongs to the one chosen.
func (a answer) readAct(ticked []string) (answer, error) {
	a.kind = parley.Kind(a.act)
	switch a.kind {
	case parley.Mitigate, parley.Transfer, parley.Avoid:
	default:
		return a, parley.Errorf(parley.Invalid, "", "%s", catalogue.T("web.decide.no_act"))
	}
	for _, text := range ticked {
		kind, id, ok := strings.Cut(text, ":")
		if !ok {
			return a, parley.Errorf(parley.Invalid, "", "%s", catalogue.T("web.decide.unreadable"))
		}
		if parley.Kind(kind) == a.kind {
			a.with = append(a.with, id)
		}
	}
	if a.kind != parley.Avoid {
		a.drops = ""
	}
	return a, nil
}

// decide records an answer; when it is not taken, the page comes back with the
// reason and everything that was filled in.
func (s *server) decide(w http.ResponseWriter, r *http.Request) error {
	threat := r.PathValue("id")
	if err := r.ParseForm(); err != nil {
		if _, tooLarge := errors.AsType[*http.MaxBytesError](err); tooLarge {
			s.refuse(w, r, http.StatusRequestEntityTooLarge, "web.error.large")
			return nil
		}
		return &parley.Error{Kind: parley.Invalid, Err: errors.New(catalogue.T("web.decide.unreadable"))}
	}
	a, err := readAnswer(threat, r.PostForm)
	if err == nil {
		var id string
		if id, err = s.desk.decide(r.Context(), a); err == nil {
			http.Redirect(w, r, threatURL(threat)+"?recorded="+url.QueryEscape(id), http.StatusSeeOther)
			return nil
		}
	}
	return s.again(w, r, a, err)
}

// again shows the brief as it is now, with the answer that was not taken.
func (s *server) again(w http.ResponseWriter, r *http.Request, a answer, why error) error {
	status, known := statusOf(why)
	if !known || status == http.StatusNotFound {
		return why
	}
	v, err := s.desk.brief(r.Context(), briefAsk{threat: a.threat})
	if err != nil {
		return err
	}
	if v.Form == nil {
		return why
	}
	f := v.Form
	f.Open, f.Kind, f.Because, f.Until, f.Stage = a.open, string(a.kind), a.because, a.date, a.stage
	f.Premortem = a.premortem
	for i := range f.Passed {
		for _, x := range a.passed {
			if x.Option == f.Passed[i].Option {
				f.Passed[i].Why = x.Why
			}
		}
	}
	f.By, f.NotApplicable, f.Drops = a.by, a.notApplicable, typed(r.PostForm, "drops")
	for i := range f.Acts {
		for j, way := range f.Acts[i].Ways {
			f.Acts[i].Ways[j].Checked = slices.Contains(r.PostForm["with"], way.ID)
		}
		if f.Acts[i].Kind == a.act {
			f.Act = a.act
		}
	}
	f.Problem = problemOf(why)
	return s.show(w, v.decidedMeanwhile(a, why, status), "brief", v)
}

// moved is an error that names what moved since the page was opened.
type moved interface {
	error
	Changes() []Change
}

func problemOf(err error) *Problem {
	p := &Problem{Fields: fieldProblems(err)}
	p.Says, p.Hint = sayError(err)
	var m moved
	if errors.As(err, &m) {
		p.Changes = m.Changes()
	}
	return p
}

// noticeOf is what to say after an answer was recorded; an id that is not in
// the record says nothing, so that no address can put words onto the page.
func (v *BriefView) noticeOf(id string) string {
	for _, d := range v.Record {
		if id != "" && d.ID == id {
			return catalogue.T("web.decide.recorded")
		}
	}
	return ""
}
