package negotiate

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/json"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/internal/store"
	"github.com/parleysec/parley/ledger"
	"github.com/parleysec/parley/risk"
)

// Causes of a move, in the order in which they are listed.
const (
	CauseEstimate = "estimate" // what a file or an accepted proposal says
	CauseWork     = "work"     // something was finished, or taken away
	CauseDecision = "decision"
	CauseEvidence = "evidence"
	CauseIncident = "incident"
	CausePolicy   = "policy" // the organisation's yardstick and rules
	CauseTime     = "time"   // nothing was recorded: results grew old, or a day came
	CauseEngine   = "engine" // a figure on record was computed by another version of the arithmetic than this program's
)

var causes = []string{CauseEstimate, CauseWork, CauseDecision, CauseEvidence, CauseIncident, CausePolicy, CauseTime, CauseEngine}

// WhyRequest asks what moved a figure between the ends of two days.
type WhyRequest struct {
	Product string // id; "" for the only one, or the threat's
	Figure  string // [SUBJECT.]FIGURE, one of the figures named above; SUBJECT alone, or "", for the annual loss
	From    string // civil date
	To      string // civil date, "" for today
	Titles  bool   // say what things are called, in place of their ids
}

// WhyResult takes the difference of a figure apart by what was recorded. The first
// end is the figure as a decision recorded it, where another version of the
// arithmetic computed it then and nothing it follows from had changed; else both ends
// are priced by this program.
type WhyResult struct {
	Schema  string    `json:"schema"`
	Product string    `json:"product"`
	Figure  string    `json:"figure"`
	Threat  string    `json:"threat,omitempty"` // "" for all threats together
	Item    string    `json:"item,omitempty"`   // the mitigation or the contract, where the figure is of one
	Title   string    `json:"title"`            // of the threat, mitigation or contract, else of the product
	Unit    string    `json:"unit"`             // the currency, "chance" or "person-days"
	Yearly  bool      `json:"yearly"`           // an amount of money a year on average
	From    string    `json:"from"`
	To      string    `json:"to"`
	Before  *float64  `json:"before"` // nil where there was no price yet
	After   *float64  `json:"after"`
	Moved   *float64  `json:"moved"`    // after − before
	ByCause []Caused  `json:"by_cause"` // adds up to moved
	Steps   []WhyStep `json:"steps"`    // oldest first; those that moved nothing are left out
	Looked  int       `json:"looked"`   // events of the product between the dates
	Engine  string    `json:"engine"`
}

// Caused is how much of a difference one cause made.
type Caused struct {
	Cause string  `json:"cause"`
	Moved float64 `json:"moved"`
}

// WhyStep is one thing that moved a figure.
type WhyStep struct {
	At     time.Time `json:"at"`
	Event  *int64    `json:"event,omitempty"` // its number; nil where time alone passed, or for whoever does not see all of the record
	Cause  string    `json:"cause"`
	Says   string    `json:"says"`
	By     string    `json:"by,omitempty"`
	Before *float64  `json:"before"`
	After  *float64  `json:"after"`
	Moved  float64   `json:"moved"` // from the last price there was; 0 where there is none
}

// Why reads the record between two dates and prices the figure after each event
// that may have moved it, in the order recorded. What an event adds depends on
// what stood before it, so the parts add up exactly, and another order would
// share them out otherwise.
func (s *Service) Why(ctx context.Context, actor Actor, req WhyRequest) (*WhyResult, error) {
	db, a, err := s.recorded(ctx, actor, "Why")
	if err != nil {
		return nil, err
	}
	w, err := s.whyOf(a, req)
	if err != nil {
		return nil, err
	}
	if err := w.walk(ctx, db); err != nil {
		return nil, ledgerError("say why "+w.r.Figure+" moved", err)
	}
	return w.r, nil
}

// walk goes from the end of the first day to that of the last.
func (w *whyWalk) walk(ctx context.Context, db *store.DB) error {
	first, err := db.StateBefore(ctx, w.from)
	if err != nil {
		return err
	}
	w.state = first.Clone()
	if err := w.begin(ctx); err != nil {
		return err
	}
	if err := w.newerEngine(ctx, db); err != nil {
		return err
	}
	size, err := db.SizeBefore(ctx, w.to)
	if err != nil {
		return err
	}
	err = db.LoadBefore(ctx, w.state.Size, size, func(e ledger.Event) error {
		if err := ctx.Err(); err != nil {
			return err
		}
		return w.event(ctx, e)
	})
	if err != nil {
		return err
	}
	return w.finish(ctx)
}

// whyOf reads what is asked for.
func (s *Service) whyOf(a *access, req WhyRequest) (*whyWalk, error) {
	op := "say why a figure moved"
	r := &WhyResult{Schema: "parley.why/1", Engine: EngineVersion, Steps: []WhyStep{}, ByCause: []Caused{}}
	w := &whyWalk{retelling: retelling{s: s, now: a.state}, numbers: a.all(), names: namerOf(req.Titles, a.seen), r: r}
	var err error
	if w.asked, err = askedOf(req.Figure); err != nil {
		return nil, err
	}
	if err := w.about(a, req.Product); err != nil {
		return nil, err
	}
	for _, d := range []struct {
		text string
		into *string
		end  *time.Time
	}{{req.From, &r.From, &w.from}, {req.To, &r.To, &w.to}} {
		day, err := s.date(d.text)
		if err != nil {
			return nil, err
		}
		*d.into = day.Format(time.DateOnly)
		*d.end = civil(day.AddDate(0, 0, 1), s.now().Location())
	}
	switch {
	case req.From == "":
		return nil, parley.Errorf(parley.Invalid, op, "there is no first date").WithHint(catalogue.T("why.hint.from"))
	case !w.from.Before(w.to):
		return nil, parley.Errorf(parley.Invalid, op, "%s is not before %s", r.From, r.To).WithHint(catalogue.T("why.hint.from"))
	case r.To > s.today():
		return nil, parley.Errorf(parley.Invalid, op, "%s has not come yet", r.To).WithHint(catalogue.T("why.hint.to", "today", s.today()))
	}
	return w, nil
}

// about finds the product, and what of it the figure is of.
func (w *whyWalk) about(a *access, productID string) error {
	kind := w.asked.kind
	if w.asked.of != "" && kind != "" {
		ref, err := a.seen.Resolve(productID, w.asked.of, kind)
		if err != nil {
			return ledgerError("say why a figure moved", err)
		}
		productID, w.asked.of = ref.Product, ref.ID
	}
	p, err := a.product(productID)
	if err != nil {
		return err
	}
	info, err := p.Info()
	if err != nil {
		return ledgerError("read product "+p.ID, err)
	}
	w.product = p.ID
	w.r.Product, w.r.Title, w.r.Figure = p.ID, info.Title(), w.asked.name
	w.r.Unit, w.r.Yearly = w.asked.unit(info.Currency), slices.Contains(yearlyFigures, w.asked.name)
	switch of := w.asked.of; {
	case of == "" && w.asked.nth > 1:
		w.r.Figure += "." + strconv.Itoa(w.asked.nth)
	case of == "":
	case kind == ledger.KindThreat:
		w.r.Threat, w.r.Title = of, title(p, kind, of)
	case kind != "":
		w.r.Item, w.r.Title = of, title(p, kind, of)
	default:
		w.r.Item = of
		if w.r.Title, err = contractTitle(a.state, p, of); err != nil {
			return err
		}
	}
	return nil
}

// contractTitle is what a contract of a product is called; an error where it has none
// of that id.
func contractTitle(state *ledger.State, p *ledger.Product, id string) (string, error) {
	m, err := state.Model(p.ID)
	if err != nil {
		return "", ledgerError("read product "+p.ID, err)
	}
	t := m.Treatment(id)
	if t == nil || t.Kind != parley.Transfer {
		return "", parley.Errorf(parley.NotFound, "say why a figure moved", "%s has no contract %q", p.ID, id)
	}
	return cmp.Or(t.Title, id), nil
}

// whyWalk goes through the record and prices as it goes.
type whyWalk struct {
	retelling
	r    *WhyResult
	from time.Time // the end of the first day
	to   time.Time // the end of the last day

	asked  asked
	priced [sha256.Size]byte // what the last price followed from

	names   *namer   // by which events are said
	numbers bool     // whether the places of events are told, which say how much is recorded elsewhere
	day     string   // which the last price was of
	last    *float64 // the last price, nil where there was none
	known   *float64 // the last price there was
	first   *WhyStep // what may have made the first price there is, which is looked at once its command is over
}

// event applies one event, and prices before and after where it may matter.
func (w *whyWalk) event(ctx context.Context, e ledger.Event) error {
	if w.first != nil && !e.At.Equal(w.first.At) {
		if err := w.settle(ctx); err != nil {
			return err
		}
	}
	ours := e.Product == "" || w.ours(e.Product)
	if ours && e.Product != "" {
		w.r.Looked++
	}
	cause := ""
	if ours && slices.Contains(prices, e.Type) {
		cause = w.cause(e)
		if err := w.until(ctx, e.At); err != nil {
			return err
		}
	}
	says := ""
	if cause != "" {
		says = w.says(e)
	}
	if err := w.state.Apply(e); err != nil {
		return err
	}
	if cause == "" {
		return nil
	}
	x := WhyStep{At: e.At, Cause: cause, Says: says, By: cmp.Or(e.By, e.Actor.ID)}
	if w.numbers {
		x.Event = &e.Seq
	}
	if w.known == nil { // half a file has no price worth telling
		if w.first == nil {
			x.Says = catalogue.T("why.first")
			w.first = &x
		}
		return nil
	}
	return w.step(ctx, x)
}

// settle looks whether a command made the first price.
func (w *whyWalk) settle(ctx context.Context) error {
	if w.first == nil {
		return nil
	}
	x := *w.first
	w.first = nil
	return w.step(ctx, x)
}

// prices are the events that may move a price.
var prices = append([]string{"setting.changed", "rule.settled"}, opens...)

// cause is the cause that an event stands for.
func (w *whyWalk) cause(e ledger.Event) string {
	kind, _, _ := strings.Cut(e.Type, ".")
	switch kind {
	case "policy", "setting", "rule":
		return CausePolicy
	case "task":
		return CauseWork
	case "decision":
		return CauseDecision
	case "evidence":
		return CauseEvidence
	}
	body, err := ledger.DecodeBody(e)
	if err != nil {
		return CauseEstimate // applying it says what is wrong
	}
	switch b := body.(type) {
	case *ledger.ItemPut:
		if b.Kind == ledger.KindIncident {
			return CauseIncident
		}
	case *ledger.ProposalSettled:
		if p := w.state.Product(e.Product); p != nil {
			switch q := p.Proposal(b.Proposal); {
			case q != nil && q.About == ledger.AboutPolicy:
				return CausePolicy
			case q != nil && q.Kind == ledger.KindIncident:
				return CauseIncident
			}
		}
	}
	return CauseEstimate
}

// begin prices the end of the first day.
func (w *whyWalk) begin(ctx context.Context) (err error) {
	w.day = w.r.From
	w.last, err = w.price(ctx)
	w.r.Before, w.known = w.last, w.last
	return err
}

// until lets time pass up to the day of a moment.
func (w *whyWalk) until(ctx context.Context, at time.Time) error {
	day := at.In(w.s.now().Location()).Format(time.DateOnly)
	if day == w.day {
		return nil
	}
	w.day = day
	return w.step(ctx, WhyStep{At: at, Cause: CauseTime, Says: catalogue.T("why.time")})
}

// finish prices the end of the last day and adds up.
func (w *whyWalk) finish(ctx context.Context) error {
	if err := w.settle(ctx); err != nil {
		return err
	}
	if err := w.until(ctx, w.to.Add(-time.Second)); err != nil {
		return err
	}
	w.r.After = w.last
	if w.r.Before != nil && w.r.After != nil {
		moved := *w.r.After - *w.r.Before
		w.r.Moved = &moved
	}
	for _, c := range causes {
		sum, any := 0.0, false
		for _, x := range w.r.Steps {
			if x.Cause == c && x.Moved != 0 {
				sum, any = sum+x.Moved, true
			}
		}
		if any {
			w.r.ByCause = append(w.r.ByCause, Caused{c, sum})
		}
	}
	return nil
}

// step prices what stands now and keeps the step where it moved the figure.
func (w *whyWalk) step(ctx context.Context, x WhyStep) error {
	after, err := w.price(ctx)
	if err != nil {
		return err
	}
	x.Before, x.After = w.last, after
	if x.Before == nil && after == nil {
		return nil
	}
	w.last = after
	if after != nil {
		if w.known != nil {
			x.Moved = *after - *w.known
		}
		w.known = after
	}
	if x.Before == nil || after == nil || x.Moved != 0 {
		w.r.Steps = append(w.r.Steps, x)
	}
	return nil
}

// price is the figure as things stand on the day at hand; nil where the product
// or the threat is not there or cannot be priced. What follows from the same as
// the last price is the last price.
func (w *whyWalk) price(ctx context.Context) (*float64, error) {
	before := w.priced
	w.priced = [sha256.Size]byte{}
	p, of := w.subject()
	if p == nil {
		return nil, nil
	}
	l, err := w.s.priced(w.state, p.ID, w.day)
	if err != nil || l == nil {
		return nil, err
	}
	if w.priced, err = l.key(w.asked.scenario(l), risk.SimOptions{}); err != nil || w.priced == before {
		return w.last, err
	}
	x, err := w.asked.value(ctx, w.s, l, of)
	if unpriced(err) {
		return nil, nil
	}
	return x, err
}

// subject is the product as it stands, nil where it or what is asked about is not
// there, and what the latter is called.
func (w *whyWalk) subject() (*ledger.Product, string) {
	p, of := w.then(), w.asked.of
	if p == nil || w.asked.kind == "" {
		return p, of
	}
	it := w.itemThen(p, w.asked.kind, of)
	if it == nil {
		return nil, ""
	}
	return p, it.ID
}

// says puts an event into words; of an item that changed, the fields that did.
func (w *whyWalk) says(e ledger.Event) string {
	c := changeOf(e, w.names)
	body, err := ledger.DecodeBody(e)
	put, ok := body.(*ledger.ItemPut)
	p := w.state.Product(e.Product)
	if err != nil || !ok || p == nil {
		return c.Says
	}
	var was []byte
	if it := p.Item(put.Kind, put.ID); it != nil {
		was = it.JSON
	}
	if fields := changedFields(was, put.Item); fields != "" {
		return catalogue.T("why.put", "says", c.Says, "fields", fields)
	}
	return c.Says
}

// changedFields names the fields of an item that differ, a text with what it was
// and is; "" for an item that is new or the same.
func changedFields(was, is []byte) string {
	var a, b map[string]any
	if len(was) == 0 || json.Unmarshal(was, &a) != nil || json.Unmarshal(is, &b) != nil {
		return ""
	}
	names := map[string]bool{}
	for name := range a {
		names[name] = true
	}
	for name := range b {
		names[name] = true
	}
	var out []string
	for _, name := range slices.Sorted(maps.Keys(names)) {
		if reflect.DeepEqual(a[name], b[name]) {
			continue
		}
		x, before := a[name].(string)
		y, after := b[name].(string)
		switch {
		case before && after:
			out = append(out, catalogue.T("why.field", "name", name, "from", x, "to", y))
		case after && a[name] == nil:
			out = append(out, catalogue.T("why.field.new", "name", name, "to", y))
		case before && b[name] == nil:
			out = append(out, catalogue.T("why.field.gone", "name", name, "from", x))
		default:
			out = append(out, catalogue.T("why.field.other", "name", name))
		}
	}
	return strings.Join(out, "; ")
}
