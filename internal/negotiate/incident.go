package negotiate

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

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
	_, state, err := s.recorded(ctx, actor, "AddIncident")
	if err != nil {
		return nil, err
	}
	ref, err := state.Resolve(req.Product, req.Threat, ledger.KindThreat)
	if err != nil {
		return nil, ledgerError("add the incident", err)
	}
	pasts, err := s.pasts(ctx, ref.Product, []string{ref.ID}, statedOf(state.Product(ref.Product), ref.ID).likelihood)
	if err != nil {
		return nil, err
	}
	r := &AddIncidentResult{Schema: "parley.incident/1", Product: ref.Product}
	_, state, err = s.record(ctx, actor, "AddIncident", "add the incident", func(state *ledger.State, at time.Time) ([]ledger.Draft, error) {
		r.Reopened, r.Kept = []Reopened{}, []string{}
		p := state.Product(ref.Product)
		m, err := state.Model(p.ID)
		if err != nil {
			return nil, err
		}
		x, err := req.incident(m, ref.ID, s.today())
		if err != nil {
			return nil, err
		}
		draft, err := p.PutIncident(x)
		if err != nil {
			return nil, err
		}
		r.ID = draft.Body.(*ledger.ItemPut).ID
		drafts := ledger.Stamp([]ledger.Draft{draft}, actor, req.By)
		more, err := s.against(state, drafts, r, ref.ID, pasts[ref.ID], at)
		if err != nil {
			return nil, err
		}
		broken := r.Reopened
		drafts, reopened, err := s.settle(state, append(drafts, more...), actor, at)
		r.Reopened = append(broken, reopened...)
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
	r.Happened = l.happened(l.model.Threat(ref.ID), statedOf(l.product, ref.ID), pasts[ref.ID], s.now())
	return r, nil
}

// incident reads a request as an incident of a model.
func (req AddIncidentRequest) incident(m *parley.Model, threat, today string) (parley.Incident, error) {
	x := parley.Incident{Threat: threat, At: req.At, Title: strings.TrimSpace(req.Title), NearMiss: req.NearMiss, Stopped: req.Stopped, Passed: req.Passed}
	if x.At == "" {
		x.At = today
	}
	if _, err := time.Parse(time.DateOnly, x.At); err != nil {
		return x, parley.Errorf(parley.Invalid, "read the date", "%q is not a date", x.At).WithHint(catalogue.T("incident.hint.date"))
	}
	if x.At > today {
		return x, parley.Errorf(parley.Invalid, "read the date", "%s is in the future", x.At).WithHint(catalogue.T("incident.hint.future"))
	}
	for _, text := range req.Losses {
		if err := addLoss(&x, text); err != nil {
			return x, err
		}
	}
	trial := *m
	trial.Incidents = []parley.Incident{x}
	if bad := incidentProblems(&trial); len(bad) > 0 {
		return x, parley.Errorf(parley.Invalid, "read the incident", "%s", bad[0].Message).WithHint(bad[0].Hint)
	}
	return x, nil
}

// incidentProblems are the mistakes of the one incident of a model.
func incidentProblems(m *parley.Model) []parley.Problem {
	var out []parley.Problem
	for _, p := range parley.Errors(append(parley.Resolve(m), parley.Validate(m)...)) {
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

// against compares the decisions in force on a threat with what happened under
// them, the drafted incident included, and drafts the re-opening of those that
// counted on fewer events or on cheaper ones.
func (s *Service) against(state *ledger.State, drafts []ledger.Draft, r *AddIncidentResult, threat string, open past, at time.Time) ([]ledger.Draft, error) {
	next, err := foresee(state, drafts, at)
	if err != nil {
		return nil, err
	}
	l, err := s.loadFrom(next, r.Product, "", []string{threat})
	if err != nil {
		return nil, err
	}
	job := drafts[0].Actor
	job.Via = ledger.ViaJob
	var out []ledger.Draft
	for _, d := range l.product.Decisions {
		if !d.Holds(threat) {
			continue
		}
		broken := l.brokenBy(d, threat, r.ID, open, at)
		if len(broken) == 0 {
			r.Kept = append(r.Kept, d.Short)
			continue
		}
		out = append(out, ledger.Reopening(d, broken, ledger.CauseOf(0)))
		r.Reopened = append(r.Reopened, Reopened{Decision: d.Short, Threats: d.Live, Broken: broken})
	}
	return ledger.Stamp(out, job, ""), nil
}

// brokenBy are the premises of a decision that an incident breaks: more events
// since it came into force than its estimate expects 95 times in 100, or a loss
// above what a bad case may become.
func (l *loaded) brokenBy(d *ledger.Decision, threat, incident string, open past, now time.Time) []ledger.Broken {
	t := l.model.Threat(threat)
	since := inForceSince(d)
	count := 0
	var last *happening
	for _, x := range l.incidentsOf(threat) {
		if x.ID == incident {
			last = &x
		}
		if !x.NearMiss && x.after(since, l.zone) {
			count++
		}
	}
	var out []ledger.Broken
	if last == nil || last.NearMiss {
		return nil
	}
	if count > 0 {
		out = append(out, l.tooMany(t, count, max(open.between(since, now), leastTime))...)
	}
	bad := d.Premise(premiseBad, threat)
	if cost, stated := last.Cost(); stated && bad != nil && bad.High != nil && cost > *bad.High {
		p := ledger.Premise{Name: ledger.PremiseWorst, Ref: threat, Value: bad.Value, High: bad.High, Unit: bad.Unit, Says: catalogue.T("premise.loss_of_one_event", "ref", threat)}
		out = append(out, ledger.Broken{Premise: p, Now: cost})
	}
	return out
}

// tooMany is the premise that a threat happens no more often than expected, where
// a number of events in some years breaks it. What can happen only once breaks it
// by happening.
func (l *loaded) tooMany(t *parley.Threat, count int, years float64) []ledger.Broken {
	p := ledger.Premise{Name: ledger.PremiseIncidents, Ref: t.ID, Unit: ledger.UnitEvents, Says: catalogue.T("premise.incidents", "ref", t.ID)}
	most := 0.0
	if !t.AtMostOnce {
		rate := t.Likelihood.Dist()
		if t.Fair.StatesRate() {
			var err error
			if rate, err = l.portfolio.StatedRate(t.ID); err != nil {
				return nil
			}
		}
		e, err := learning.Expect(rate, learning.Observed{Events: count, Exposure: years, Clustered: t.Clustered.Mean()})
		if err != nil || count <= e.P95 {
			return nil
		}
		p.Value, most = e.Mean, float64(e.P95)
	}
	p.High = &most
	return []ledger.Broken{{Premise: p, Now: float64(count)}}
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
	AsOf    string
}

// IncidentsResult is what happened, threat by threat: most out of line first.
type IncidentsResult struct {
	Schema   string     `json:"schema"`
	Product  string     `json:"product"`
	Currency string     `json:"currency"`
	AsOf     string     `json:"as_of"`
	Threats  []Happened `json:"threats"`
}

// Incidents says what happened beside what was expected.
func (s *Service) Incidents(ctx context.Context, actor Actor, req IncidentsRequest) (*IncidentsResult, error) {
	l, err := s.loadAs(ctx, actor, "Incidents", req.Source, req.AsOf, req.Threats...)
	if err != nil {
		return nil, err
	}
	threats, err := l.threats(req.Threats)
	if err != nil {
		return nil, err
	}
	now := s.now()
	if req.AsOf != "" {
		now = endOf(l.asOf, l.zone)
	}
	from, pasts, err := s.pastOf(ctx, l, req)
	if err != nil {
		return nil, err
	}
	r := &IncidentsResult{Schema: "parley.incidents/1", Product: l.model.Product.ID, Currency: l.model.Product.Currency, AsOf: l.asOf.Format(time.DateOnly), Threats: []Happened{}}
	for i := range l.model.Threats {
		t := &l.model.Threats[i]
		if len(threats) > 0 && !slices.Contains(threats, t.ID) || len(threats) == 0 && (t.Likelihood.IsZero() || t.Triage == parley.Closed) && len(l.incidentsOf(t.ID)) == 0 {
			continue
		}
		r.Threats = append(r.Threats, l.happened(t, from(t.ID), pasts[t.ID], now))
	}
	sortHappened(r.Threats)
	return r, nil
}

// pastOf says from when on incidents count and how open threats were. A ledger
// knows both; for a file somebody has to say when it was estimated, and it counts
// as having stood as it stands.
func (s *Service) pastOf(ctx context.Context, l *loaded, req IncidentsRequest) (func(threat string) stated, map[string]past, error) {
	pasts := map[string]past{}
	if l.product == nil {
		if req.Since == "" && len(l.model.Incidents) > 0 {
			return nil, nil, parley.Errorf(parley.Invalid, "read the incidents", "a file does not say when its estimates were made").WithHint(catalogue.T("incident.hint.since"))
		}
		day, err := s.date(req.Since)
		if err != nil {
			return nil, nil, err
		}
		since := time.Date(day.Year(), day.Month(), day.Day(), 0, 0, 0, 0, l.zone)
		for i := range l.model.Threats {
			id := l.model.Threats[i].ID
			open, ok, err := l.open(id)
			if err != nil {
				return nil, nil, priceError(l.model, err)
			}
			if ok {
				pasts[id] = past{{since, open}}
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
		ids = append(ids, l.model.Threats[i].ID)
		if from := statedOf(l.product, ids[i]).likelihood; from.Before(earliest) {
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
