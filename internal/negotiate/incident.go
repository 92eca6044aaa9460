package negotiate

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/ledger"
	"github.com/parleysec/parley/quantity"
	"github.com/parleysec/parley/risk/learning"
)

// AddIncidentRequest records a loss event or near miss that really happened.
type AddIncidentRequest struct {
	Product  string
	Threat   string   // id, short or long
	At       string   // date; "" for today
	Title    string   // what happened
	Losses   []string // what it cost: 120k in all, or by kind: financial=80k
	NearMiss bool
	Stopped  []string // layers that stopped it
	Passed   []string // layers it got past
	By       string   // claimed
}

// AddIncidentResult is the incident, what it teaches, and what it re-opens.
type AddIncidentResult struct {
	Schema   string     `json:"schema"`
	Product  string     `json:"product"`
	Currency string     `json:"currency"`
	ID       string     `json:"id"`
	ShortID  string     `json:"short_id"`
	At       string     `json:"at"`
	Title    string     `json:"title"`
	Happened Happened   `json:"happened"`
	Reopened []Reopened `json:"reopened"` // decisions that stood on less
	Kept     []string   `json:"kept"`     // decisions in force that it is within the tolerance of
}

// AddIncident records what really happened. It moves no estimate: it says what
// the estimates would be with it, and re-opens the decisions that counted on
// fewer events, or on cheaper ones.
func (s *Service) AddIncident(ctx context.Context, actor Actor, req AddIncidentRequest) (*AddIncidentResult, error) {
	_, a, err := s.recorded(ctx, actor, "AddIncident")
	if err != nil {
		return nil, err
	}
	ref, err := a.resolve(req.Product, req.Threat, ledger.KindThreat)
	if err != nil {
		return nil, ledgerError("add the incident", err)
	}
	pasts, err := s.pasts(ctx, ref.Product, []string{ref.ID}, statedOf(a.state.Product(ref.Product), ref.ID).likelihood)
	if err != nil {
		return nil, err
	}
	r := &AddIncidentResult{Schema: "parley.incident/1", Product: ref.Product}
	_, state, err := s.record(ctx, deed{actor, "AddIncident", "add the incident", req.By}, func(a *access, at time.Time) ([]ledger.Draft, error) {
		r.Reopened, r.Kept = []Reopened{}, []string{}
		state := a.state
		p := state.Product(ref.Product)
		if err := a.ask(p); err != nil {
			return nil, err
		}
		m, err := state.Model(p.ID)
		if err != nil {
			return nil, err
		}
		x, err := req.incident(ref.ID, s.today())
		if err == nil {
			err = fits(m, x)
		}
		if err != nil {
			return nil, err
		}
		draft, err := p.PutIncident(x)
		if err != nil {
			return nil, err
		}
		r.ID = draft.Body.(*ledger.ItemPut).ID
		drafts := ledger.Stamp([]ledger.Draft{draft}, actor, req.By)
		more, reopened, kept, err := s.heldAgainst(state, drafts, p.ID, pasts, at)
		if err != nil {
			return nil, err
		}
		r.Kept = append(r.Kept, kept...)
		drafts, settled, err := s.settle(a, append(drafts, more...), at)
		r.Reopened = append(append(r.Reopened, reopened...), settled...)
		return drafts, err
	})
	if err != nil {
		return nil, err
	}
	l, err := s.loadFrom(state, ref.Product, "", []string{ref.ID})
	if err != nil {
		return nil, ledgerError("read "+ref.Product, err)
	}
	r.Currency = l.model.Product.Currency
	for _, x := range l.model.Incidents {
		if x.ID == r.ID {
			r.At, r.Title = x.At, x.Title
		}
	}
	r.ShortID = l.product.Item(ledger.KindIncident, r.ID).Short
	r.Happened, err = l.happened(l.model.Threat(ref.ID), statedOf(l.product, ref.ID), pasts[ref.ID], s.now())
	return r, err
}

// earliestIncident is the first day an incident may have happened on.
const earliestIncident = "1970-01-01"

// incident reads a request; whether it fits a model, [fits] says.
func (req AddIncidentRequest) incident(threat, today string) (parley.Incident, error) {
	x := parley.Incident{Threat: threat, At: req.At, Title: strings.TrimSpace(req.Title), NearMiss: req.NearMiss, Stopped: req.Stopped, Passed: req.Passed}
	if x.At == "" {
		x.At = today
	}
	if _, err := time.Parse(time.DateOnly, x.At); err != nil {
		return x, parley.Errorf(parley.Invalid, "read the date", "%q is not a date", x.At).WithHint(catalogue.T("incident.hint.date"))
	}
	if x.At < earliestIncident {
		return x, parley.Errorf(parley.Invalid, "read the date", "%s is too long ago to say anything", x.At).WithHint(catalogue.T("incident.hint.date"))
	}
	if x.At > today {
		return x, parley.Errorf(parley.Invalid, "read the date", "%s is in the future", x.At).WithHint(catalogue.T("incident.hint.future"))
	}
	if len(x.Title) > longestText || strings.ContainsFunc(x.Title, func(r rune) bool { return !unicode.IsPrint(r) }) {
		return x, parley.Errorf(parley.Invalid, "read the title", "a title is one line of at most %d bytes without signs that cannot be seen", longestText).WithHint(catalogue.T("incident.hint.title"))
	}
	if len(x.Stopped) > 0 && !x.NearMiss {
		return x, parley.Errorf(parley.Invalid, "read the incident", "what a layer stopped is a near miss").WithHint(catalogue.T("incident.hint.near-miss"))
	}
	if x.NearMiss && len(req.Losses) > 0 {
		return x, parley.Errorf(parley.Invalid, "read the loss", "a near miss has no loss").WithHint(catalogue.T("incident.hint.no-loss"))
	}
	for _, text := range req.Losses {
		if err := addLoss(&x, text); err != nil {
			return x, err
		}
	}
	return x, nil
}

// fits refuses an incident that a model does not take. What is wrong with it as it was
// on record is no reason to refuse it told anew: its threat, or a layer, may be gone.
func fits(m *parley.Model, x parley.Incident, was ...parley.Incident) error {
	var known []parley.Problem
	for _, w := range was {
		known = append(known, incidentProblems(m, w)...)
	}
	for _, p := range incidentProblems(m, x) {
		if !slices.ContainsFunc(known, func(k parley.Problem) bool { return k.Path == p.Path && k.Message == p.Message }) {
			return parley.Errorf(parley.Invalid, "read the incident", "%s", p.Message).WithHint(p.Hint)
		}
	}
	return nil
}

// incidentProblems are the mistakes of one incident in a model.
func incidentProblems(m *parley.Model, x parley.Incident) []parley.Problem {
	trial := *m
	trial.Incidents = []parley.Incident{x}
	var out []parley.Problem
	for _, p := range parley.Errors(append(parley.Resolve(&trial), parley.Validate(&trial)...)) {
		if strings.HasPrefix(p.Path, "incidents") {
			out = append(out, p)
		}
	}
	return out
}

// addLoss reads a loss in all, or one of a kind: financial=80k.
func addLoss(x *parley.Incident, text string) error {
	name, amount, byKind := strings.Cut(text, "=")
	if !byKind {
		if !x.Loss.IsZero() {
			return parley.Errorf(parley.Invalid, "read the loss", "the loss in all is stated twice: %s and %s", x.Loss, text).WithHint(catalogue.T("incident.hint.loss"))
		}
		x.Loss = quantity.Of(strings.TrimSpace(text))
		return nil
	}
	loss := x.Impact.Of(parley.LossKind(strings.TrimSpace(name)))
	if loss == nil {
		return parley.Errorf(parley.Invalid, "read the loss", "%q is no kind of loss", name).WithHint(catalogue.T("incident.hint.kinds", "kinds", kindNames()))
	}
	if !loss.Amount.IsZero() {
		return parley.Errorf(parley.Invalid, "read the loss", "the %s loss is stated twice", name).WithHint(catalogue.T("incident.hint.loss"))
	}
	loss.Amount = quantity.Of(strings.TrimSpace(amount))
	return nil
}

func kindNames() string {
	var out []string
	for _, k := range parley.LossKinds() {
		out = append(out, string(k))
	}
	return strings.Join(out, ", ")
}

// heldAgainst compares the decisions in force with what happened under them, the
// incidents among the drafts included, and drafts the re-opening of those that
// counted on fewer events or on cheaper ones. kept are the others on the same threats.
func (s *Service) heldAgainst(state *ledger.State, drafts []ledger.Draft, productID string, pasts map[string]past, at time.Time) (more []ledger.Draft, reopened []Reopened, kept []string, err error) {
	if !slices.ContainsFunc(drafts, func(d ledger.Draft) bool { return toldIn(state, d) != "" }) {
		return nil, nil, nil, nil
	}
	next, err := foresee(state, drafts, at)
	if err != nil {
		return nil, nil, nil, err
	}
	l, err := s.loadFrom(next, productID, "", nil)
	if err != nil {
		return nil, nil, nil, err
	}
	for i, draft := range drafts {
		id := toldIn(state, draft)
		if id == "" || draft.Product != productID {
			continue
		}
		x := slices.IndexFunc(l.model.Incidents, func(x parley.Incident) bool { return x.ID == id })
		if x < 0 {
			continue
		}
		incident := happening{l.model.Incidents[x], at}
		if it := l.product.Item(ledger.KindIncident, id); it != nil && !it.FirstAt.IsZero() {
			incident.recorded = it.FirstAt
		}
		for _, d := range l.product.Decisions {
			done := slices.ContainsFunc(reopened, func(r Reopened) bool { return r.Decision == d.Short })
			if done || !d.Holds(incident.Threat) {
				continue
			}
			broken := l.brokenBy(d, incident, pasts[incident.Threat], at)
			if len(broken) == 0 {
				kept = append(kept, d.Short)
				continue
			}
			job := draft.Actor
			job.Via = ledger.ViaJob
			more = append(more, ledger.Stamp([]ledger.Draft{ledger.Reopening(d, broken, ledger.CauseOf(i), "")}, job, "")...)
			reopened = append(reopened, Reopened{Decision: d.Short, Threats: d.Live, Broken: broken})
		}
	}
	return more, reopened, kept, nil
}

// toldIn is the incident that a draft records or tells anew, "" for none.
func toldIn(state *ledger.State, d ledger.Draft) string {
	switch b := d.Body.(type) {
	case *ledger.ItemPut:
		if b.Kind == ledger.KindIncident {
			return b.ID
		}
	case *ledger.ProposalSettled:
		if p := state.Product(d.Product); p != nil && b.Outcome == ledger.Accepted {
			if q := p.Proposal(b.Proposal); q != nil && q.About == ledger.AboutCorrection {
				return q.ID
			}
		}
	}
	return ""
}

// brokenBy are the premises of a decision that an incident under it breaks: more
// events since it came into force than its estimate expects 95 times in 100 (a first
// one in that time or in a year, whichever is longer), or a loss above what a bad case may become. What was avoided, or can happen only
// once, breaks it by happening.
func (l *loaded) brokenBy(d *ledger.Decision, incident happening, open past, now time.Time) []ledger.Broken {
	t := l.model.Threat(incident.Threat)
	since := inForceSince(d)
	if t == nil || incident.NearMiss || !incident.after(since, l.zone) {
		return nil
	}
	count := 0
	for _, x := range l.incidentsOf(t.ID) {
		if !x.NearMiss && x.after(since, l.zone) {
			count++
		}
	}
	var out []ledger.Broken
	switch {
	case t.AtMostOnce, d.Kind == parley.Avoid:
		out = append(out, tooMany(t.ID, count, 0, 0))
	case len(open) == 0: // nobody knows how open it was
	default:
		if mean, most, ok := l.most(t, max(open.between(since, now), leastFor(count))); ok && count > most {
			out = append(out, tooMany(t.ID, count, mean, most))
		}
	}
	bad := d.Premise(premiseBad, t.ID)
	if cost, stated := incident.Cost(); stated && bad != nil && bad.High != nil && cost > *bad.High {
		p := ledger.Premise{Name: ledger.PremiseWorst, Ref: t.ID, Value: bad.Value, High: bad.High, Unit: bad.Unit, Says: catalogue.T("premise.loss_of_one_event", "ref", t.ID)}
		out = append(out, ledger.Broken{Premise: p, Now: cost})
	}
	return out
}

// leastFor is the shortest time, in years, against which a number of events is held.
// A decision to live with something counts on it for a year at least: one event,
// however early in that year, is within it where the estimate expects one a year
// at most 95 times in 100. From the second on it is the time that has passed.
func leastFor(count int) float64 {
	if count <= 1 {
		return 1
	}
	return leastTime
}

// most is how many events the estimate of a threat expects in some years, on
// average and 95 times in 100 at most; false where that cannot be said.
func (l *loaded) most(t *parley.Threat, years float64) (mean float64, most int, ok bool) {
	rate, err := l.rate(t)
	if err != nil || rate == nil {
		return 0, 0, false
	}
	e, err := learning.Expect(rate, learning.Observed{Exposure: years, Clustered: t.Clustered.Mean()})
	return e.Mean, e.P95, err == nil
}

// tooMany is the premise that a threat happens no more often than expected,
// broken.
func tooMany(threat string, count int, mean float64, most int) ledger.Broken {
	high := float64(most)
	p := ledger.Premise{Name: ledger.PremiseIncidents, Ref: threat, Value: mean, High: &high, Unit: ledger.UnitEvents, Says: catalogue.T("premise.incidents", "ref", threat)}
	return ledger.Broken{Premise: p, Now: float64(count)}
}

// inForceSince is when a decision last came into force.
func inForceSince(d *ledger.Decision) time.Time {
	since := d.At
	for _, m := range d.History {
		if m.To == ledger.InForce {
			since = m.At
		}
	}
	return since
}

// IncidentsRequest asks what happened to the threats of a source.
type IncidentsRequest struct {
	Source
	Threats []string // ids; none for all with a likelihood or an incident
	Since   string   // date the estimates of a file were stated; a ledger knows
	AsOf    string   // up to which day; one to come counts as today
}

// IncidentsResult is what happened, threat by threat: most out of line first.
type IncidentsResult struct {
	Schema   string     `json:"schema"`
	Product  string     `json:"product"`
	Currency string     `json:"currency"`
	AsOf     string     `json:"as_of"`             // up to which day; never one to come
	ToCome   string     `json:"to_come,omitempty"` // the day asked for, where it has not come yet
	Compared bool       `json:"compared"`          // false of a file of which nobody said since when its estimates stand
	Threats  []Happened `json:"threats"`
}

// Incidents says what happened beside what was expected.
func (s *Service) Incidents(ctx context.Context, actor Actor, req IncidentsRequest) (*IncidentsResult, error) {
	day, err := s.past(req.AsOf)
	if err != nil {
		return nil, err
	}
	l, err := s.loadAs(ctx, actor, "Incidents", req.Source, day, req.Threats...)
	if err != nil {
		return nil, err
	}
	threats, err := l.threats(req.Threats)
	if err != nil {
		return nil, err
	}
	now := l.seenTo(s.now())
	from, pasts, err := s.pastOf(ctx, l, req, threats)
	if err != nil {
		return nil, err
	}
	r := &IncidentsResult{Schema: "parley.incidents/1", Product: l.model.Product.ID, Currency: l.model.Product.Currency, AsOf: l.asOf.Format(time.DateOnly), Threats: []Happened{}}
	r.Compared = l.product != nil || req.Since != ""
	if day != req.AsOf {
		r.ToCome = req.AsOf
	}
	for i := range l.model.Threats {
		t := &l.model.Threats[i]
		if !l.tells(t, threats) {
			continue
		}
		h, err := l.happened(t, from(t.ID), pasts[t.ID], now)
		if err != nil {
			return nil, err
		}
		r.Threats = append(r.Threats, h)
	}
	sortHappened(r.Threats)
	return r, nil
}

// past is a date as it was asked for, "" for today, or today for one that is still to
// come: nothing of that has happened yet.
func (s *Service) past(date string) (string, error) {
	day, err := s.date(date)
	if err != nil || day.Format(time.DateOnly) <= s.today() {
		return date, err
	}
	return s.today(), nil
}

// tells reports whether a threat is among those asked for; without any, whether
// there is something to say of it.
func (l *loaded) tells(t *parley.Threat, asked []string) bool {
	if len(asked) > 0 {
		return slices.Contains(asked, t.ID)
	}
	return t.RateStated() && t.Triage != parley.Closed || len(l.incidentsOf(t.ID)) > 0
}

// pastOf says from when on incidents count and how open threats were. A ledger
// knows both; for a file somebody has to say when it was estimated, and it counts
// as having stood as it stands.
func (s *Service) pastOf(ctx context.Context, l *loaded, req IncidentsRequest, asked []string) (func(threat string) stated, map[string]past, error) {
	pasts := map[string]past{}
	if l.product == nil {
		if req.Since == "" && len(l.model.Incidents) > 0 {
			return nil, nil, parley.Errorf(parley.Invalid, "read the incidents", "a file does not say when its estimates were made").WithHint(catalogue.T("incident.hint.since"))
		}
		day, err := s.date(req.Since)
		if err != nil {
			return nil, nil, err
		}
		since := civil(day, l.zone)
		for i := range l.model.Threats {
			id := l.model.Threats[i].ID
			x, known, err := l.looked(id)
			if err != nil {
				return nil, nil, priceError(l.model, err)
			}
			if known {
				x.at = since
				pasts[id] = past{x}
			}
		}
		return func(string) stated { return stated{since, since} }, pasts, nil
	}
	if req.Since != "" {
		return nil, nil, parley.Errorf(parley.Invalid, "read the incidents", "the ledger knows when each estimate was made").WithHint(catalogue.T("incident.hint.no-since"))
	}
	var ids []string
	earliest := s.now()
	for i := range l.model.Threats {
		t := &l.model.Threats[i]
		if !l.tells(t, asked) {
			continue
		}
		ids = append(ids, t.ID)
		if from := statedOf(l.product, t.ID).likelihood; from.Before(earliest) {
			earliest = from
		}
	}
	pasts, err := s.pasts(ctx, l.product.ID, ids, earliest)
	return func(threat string) stated { return statedOf(l.product, threat) }, pasts, err
}

// sortHappened puts first what happened more often than expected, then less
// often, then by the number of incidents.
func sortHappened(list []Happened) {
	rank := func(h Happened) int { return slices.Index([]string{MoreOften, LessOften, AsExpected, ""}, h.Standing) }
	slices.SortStableFunc(list, func(a, b Happened) int {
		return cmp.Or(cmp.Compare(rank(a), rank(b)), cmp.Compare(b.Incidents, a.Incidents))
	})
}
