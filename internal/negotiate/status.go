package negotiate

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/internal/store"
	"github.com/parleysec/parley/ledger"
)

// soon is how many days before its end a decision is called due soon.
const soon = 30

// StatusRequest asks what waits.
type StatusRequest struct {
	Product string // id; "" for all
	AsOf    string
	Check   bool // whether the events still hash to the head; takes longer the more there are
}

// Status says what waits for whom, and what to do next.
type Status struct {
	Schema   string          `json:"schema"`
	AsOf     string          `json:"as_of"`
	Ledger   string          `json:"ledger"` // address, without a password
	Exists   bool            `json:"exists"` // whether there is a ledger
	Events   int64           `json:"events"`
	Changed  bool            `json:"changed,omitempty"` // the stored events are not those that were recorded; only where that was asked for
	Settings []string        `json:"settings"`          // what a reader should know about the rules in force
	Rules    []Rule          `json:"rules"`             // changes of the organisation's rules that wait, oldest first
	Products []ProductStatus `json:"products"`
	Next     []string        `json:"next"` // commands worth typing now

	Log  int64 `json:"-"` // events there are of what whoever asks may read, as [LogResult.Size] of all products
	Mark Mark  `json:"-"` // up to where the record was read; not for people, as [LogResult.Mark]
}

// ProductStatus says what waits in one product.
type ProductStatus struct {
	ID        string     `json:"id"`
	Name      string     `json:"name"`
	Owner     string     `json:"owner,omitempty"`
	Waiting   []Waiting  `json:"waiting"`
	Reopened  []Decision `json:"reopened"`
	Proposed  []Decision `json:"proposed"`
	Overdue   []Decision `json:"overdue"`    // in force, though the end was reached
	DueSoon   []Decision `json:"due_soon"`   // ends within 30 days
	Review    []Decision `json:"review_due"` // in force under conditions that are to be looked at within 30 days, or were not in time
	InForce   []Decision `json:"in_force"`
	Over      []Decision `json:"-"` // withdrawn, rejected or superseded, or re-opened while others hold for its threats
	Proposals []Proposal `json:"proposals"`
	Asked     []Note     `json:"asked,omitempty"` // what mentions whoever asks and was not answered by them, oldest first; none for who may not
	OpenTasks int        `json:"open_tasks"`

	Model *parley.Model `json:"-"` // as it stands, resolved
	Notes []Note        `json:"-"` // what was said about its threats and decisions, oldest first
}

// Waiting is a threat that needs a decision.
type Waiting struct {
	ShortID  string    `json:"id"`
	Threat   string    `json:"threat"`
	Title    string    `json:"title"`
	Since    time.Time `json:"since"`
	Owner    string    `json:"owner,omitempty"`
	Grave    bool      `json:"grave_harm"`
	HandedUp string    `json:"handed_up,omitempty"` // the decision that escalated it
	Because  string    `json:"because,omitempty"`   // why it was escalated
	By       string    `json:"handed_up_by,omitempty"`
}

// Proposal is a change of the file or the rules that waits for somebody's word.
type Proposal struct {
	ShortID string `json:"id"`
	About   string `json:"about"`
	Kind    string `json:"kind,omitempty"`
	Item    string `json:"item,omitempty"`
	Asks    string `json:"asks"` // in plain words: close threat leak
	Says    string `json:"says"`
	Value   string `json:"value,omitempty"`
	By      string `json:"by"` // who proposes, as claimed where that is all there is
}

// Status reads what waits. A ledger that does not exist yet is an answer.
func (s *Service) Status(ctx context.Context, actor Actor, req StatusRequest) (*Status, error) {
	if err := allow(ctx, actor, "Status"); err != nil {
		return nil, err
	}
	day, err := s.date(req.AsOf)
	if err != nil {
		return nil, err
	}
	r := &Status{Schema: "parley.status/1", AsOf: day.Format(time.DateOnly), Settings: []string{}, Rules: []Rule{}, Products: []ProductStatus{}, Next: []string{}}
	db, a, err := s.recorded(ctx, actor, "Status")
	if _, absent := errors.AsType[*store.AbsentError](err); absent {
		r.Ledger = s.Ledger
		r.Next = []string{
			"parley init > parley.yaml", "parley init --from lines threats.txt > parley.yaml   " + catalogue.T("status.next.lines"),
			"parley check parley.yaml", "parley apply parley.yaml", "parley demo",
		}
		return r, nil
	}
	if err != nil {
		return nil, err
	}
	state := a.seen
	r.Exists, r.Events, r.Log, r.Mark = true, state.Size, a.logged(""), Mark(a.state.Size)
	if a.local() {
		r.Ledger = db.Address() // a path on this machine is nobody else's business
	}
	if req.Check {
		fits, err := db.Fits(ctx)
		if err != nil {
			return nil, ledgerError("read the ledger", err)
		}
		r.Changed = !fits
	}
	if !state.SeparateApprover() {
		r.Settings = append(r.Settings, "separate_approver: no")
	}
	for _, p := range state.Products() {
		if req.Product != "" && state.Product(req.Product) != p {
			continue
		}
		ps, err := productStatus(state, p, day)
		if err != nil {
			return nil, ledgerError("read product "+p.ID, err)
		}
		if a.on(p.ID, permissions["AddNote"].roles) { // nobody is asked who cannot answer
			for _, n := range p.Asked(actor.ID) {
				ps.Asked = append(ps.Asked, noteOf(n))
			}
		}
		r.Products = append(r.Products, ps)
	}
	if req.Product != "" && len(r.Products) == 0 {
		_, err := product(state, req.Product)
		return nil, err
	}
	r.Rules = rulesWaiting(a.known())
	r.Next = a.next(r.Products, r.Rules)
	if r.Changed {
		r.Next = append([]string{"parley ledger verify"}, r.Next...)
	}
	return r, nil
}

func productStatus(state *ledger.State, p *ledger.Product, day time.Time) (ProductStatus, error) {
	info, err := p.Info()
	if err != nil {
		return ProductStatus{}, err
	}
	out := ProductStatus{
		ID: p.ID, Name: info.Title(), Owner: info.Owner, Waiting: []Waiting{}, Reopened: []Decision{}, Proposed: []Decision{},
		Overdue: []Decision{}, DueSoon: []Decision{}, Review: []Decision{}, InForce: []Decision{}, Over: []Decision{}, Proposals: []Proposal{},
	}
	m, err := state.Model(p.ID)
	if err != nil {
		return out, err
	}
	out.Model = m
	for i := range m.Threats {
		if w, ok := waiting(p, &m.Threats[i]); ok {
			out.Waiting = append(out.Waiting, w)
		}
	}
	out.decisions(state, p, day)
	for _, n := range p.Notes {
		out.Notes = append(out.Notes, noteOf(n))
	}
	for _, q := range p.Proposals {
		if q.Open() {
			out.Proposals = append(out.Proposals, proposalOf(q))
		}
	}
	for _, t := range p.Tasks {
		if t.Status == ledger.TaskOpen {
			out.OpenTasks++
		}
	}
	return out, nil
}

func proposalOf(q *ledger.Proposal) Proposal {
	p := Proposal{ShortID: q.Short, About: string(q.About), Kind: string(q.Kind), Item: q.ID, Asks: nameOf{}.proposed(q.About, q.Kind, q.ID), Says: q.Says, Value: string(q.Value), By: q.Proposer.ID}
	if q.ProposerBy != "" {
		p.By = q.ProposerBy
	}
	return p
}

// waiting reports whether a threat needs a decision: nobody decided, what was
// decided no longer holds, or it was handed up and nobody answered yet.
func waiting(p *ledger.Product, t *parley.Threat) (Waiting, bool) {
	held := p.InForce(t.ID)
	if !t.NeedsDecision() || held != nil && held.Kind != parley.Escalate {
		return Waiting{}, false
	}
	it := p.Item(ledger.KindThreat, t.ID)
	if it == nil {
		return Waiting{}, false
	}
	w := Waiting{ShortID: it.Short, Threat: t.ID, Title: t.Title, Since: it.At, Owner: t.Owner, Grave: t.GraveHarm()}
	for _, d := range p.Decisions {
		if n := len(d.History); n > 0 && slices.Contains(d.Threats, t.ID) && d.Status != ledger.Superseded {
			w.Since = d.History[n-1].At
		}
	}
	if held != nil {
		w.HandedUp, w.Because = held.Short, held.Because
		w.By, _ = held.Decider()
	}
	return w, true
}

func (out *ProductStatus) decisions(state *ledger.State, p *ledger.Product, day time.Time) {
	over := expiring(state, day)
	shortly := expiring(state, day.AddDate(0, 0, soon))
	for _, d := range p.Decisions {
		view := decisionOf(p, d)
		view.Joint = jointly(state, d, day.Format(time.DateOnly))
		switch d.Status {
		case ledger.Reopened:
			if stillOpen(p, d) {
				out.Reopened = append(out.Reopened, view)
			} else { // what was proposed before holds instead
				out.Over = append(out.Over, view)
			}
		case ledger.Proposed, ledger.Challenged:
			out.Proposed = append(out.Proposed, view)
		case ledger.InForce:
			out.InForce = append(out.InForce, view)
			if toReview(d, day.AddDate(0, 0, soon).Format(time.DateOnly)) {
				out.Review = append(out.Review, view)
			}
			if over[d.Short] {
				out.Overdue = append(out.Overdue, view)
			} else if shortly[d.Short] {
				out.DueSoon = append(out.DueSoon, view)
			}
		default:
			out.Over = append(out.Over, view)
		}
	}
}

// stillOpen reports whether a reopened decision's threats still wait.
func stillOpen(p *ledger.Product, d *ledger.Decision) bool {
	return slices.ContainsFunc(d.Live, func(t string) bool { return p.InForce(t) == nil })
}

// expiring names the decisions in force whose end is reached on a day.
func expiring(state *ledger.State, day time.Time) map[string]bool {
	out := map[string]bool{}
	for _, d := range ledger.Expiries(state, day.Format(time.DateOnly)) {
		if m, ok := d.Body.(*ledger.DecisionMoved); ok {
			out[m.Decision] = true
		}
	}
	return out
}

// next lists commands worth typing now, of those that who asks may.
func (a *access) next(products []ProductStatus, rules []Rule) []string {
	var out []string
	for _, p := range products {
		out = append(out, a.nextOf(&p)...)
	}
	if a.able("SettleRule", "") {
		for _, x := range rules[:min(1, len(rules))] {
			out = append(out, "parley policy approve "+x.ID+"   (or: parley policy refuse "+x.ID+")")
		}
	}
	if len(products) == 0 {
		out = append(out, "parley apply FILE")
	}
	if a.actor.Via == ViaCLI { // over a server it is served already
		out = append(out, "parley serve")
	}
	return out
}

// nextOf lists commands about a product that are worth typing now, of those that
// who asks may.
func (a *access) nextOf(p *ProductStatus) []string {
	var out []string
	add := func(line, command string) {
		if a.able(line, p.ID) {
			out = append(out, command)
		}
	}
	for _, d := range p.Proposed[:min(1, len(p.Proposed))] {
		add("Move (approve with others)", "parley approve "+d.ShortID)
	}
	for _, q := range p.Proposals[:min(1, len(p.Proposals))] {
		add("Move", "parley approve "+q.ShortID+"   (or: parley reject "+q.ShortID+")")
	}
	if len(p.Waiting) > 0 {
		w := p.Waiting[0]
		out = append(out, "parley brief "+p.ID+" "+w.Threat)
		decide := "parley decide " + w.ShortID + " KIND --because …"
		if !a.able("Decide", p.ID) {
			decide += " --propose"
		}
		add("Decide (propose)", decide)
	}
	for _, d := range p.Review[:min(1, len(p.Review))] {
		add("ReviewCondition", "parley condition holds "+d.ShortID)
	}
	if p.OpenTasks > 0 {
		out = append(out, "parley tasks --product "+p.ID)
	}
	return out
}
