package negotiate

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/internal/store"
	"github.com/parleysec/parley/ledger"
)

// LogRequest asks for events, newest first.
type LogRequest struct {
	Product string // id; "" for all
	After   string // only events recorded after the one of this id; "" for all
	Upto    string // only the event of this id and those recorded before it; "" for all
	Since   Mark   // only events recorded since the record was read up to there; 0 for all
	Before  int64  // only events before this place; 0 for the newest
	Limit   int    // at most so many; 0 for all
	Titles  bool   // say what things are called, in place of their ids; the filter reads what is said
	LogFilter

	// Each, where it is given, takes the events in place of the answer: a piece at a time,
	// oldest first, all of them. Nothing holds up the ledger meanwhile, so that it may take
	// its time. Its error ends the reading, and is the answer.
	Each func([]Event) error

	// Begin, where it is given with Each, hears before the first piece what the answer is
	// known by: a digest that is another one when the answer may be another one, to the
	// same actor. Its error ends the reading, and is the answer.
	Begin func(digest string) error
}

// upto reports whether an event of an id is asked for: ids grow.
func (req LogRequest) upto(id string) bool { return req.Upto == "" || id <= req.Upto }

// LogResult is a stretch of the record, newest event first.
type LogResult struct {
	Schema string  `json:"schema"`
	Size   int64   `json:"size"` // events in the ledger
	Events []Event `json:"events"`
	Mark   Mark    `json:"-"`
}

// Mark says up to where the record was read, whoever asked. It is for whoever
// looks again and again, and not for people: it counts what they may not see.
type Mark int64

// Event is one event as people see it.
type Event struct {
	Seq     int64           `json:"seq"`
	ID      string          `json:"id"`
	At      time.Time       `json:"at"`
	Type    string          `json:"type"`
	Version int             `json:"version"`
	Product string          `json:"product,omitempty"`
	Actor   ledger.Actor    `json:"actor"`
	By      string          `json:"by,omitempty"` // claimed decider
	Cause   string          `json:"cause,omitempty"`
	Says    string          `json:"says"`
	Body    json.RawMessage `json:"body"`
}

// Log lists the record.
func (s *Service) Log(ctx context.Context, actor Actor, req LogRequest) (*LogResult, error) {
	db, a, err := s.recorded(ctx, actor, "Log")
	if err != nil {
		return nil, err
	}
	if err := a.products(req.Product); err != nil {
		return nil, err
	}
	r := &LogResult{Schema: "parley.log/1", Size: a.logged(req.Product), Events: []Event{}, Mark: Mark(a.state.Size)}
	if req.Since > 0 && req.Since == r.Mark {
		return r, nil
	}
	lets, err := s.lets(a, req.Product, req.LogFilter)
	if err != nil {
		return nil, err
	}
	x := &logReading{db: db, req: req, names: namerOf(req.Titles, a.seen), lets: lets, number: req.placed, from: int64(req.Since), to: int64(r.Mark)}
	if a.all() && req.Before > 0 {
		x.to = min(x.to, req.Before)
	}
	if req.Each == nil {
		return r, a.newest(x, r)
	}
	if err := a.number(x, r.Size); err != nil {
		return nil, err
	}
	if req.Begin != nil {
		if err := req.Begin(x.digest(s.now().Location().String(), a)); err != nil {
			return nil, err
		}
	}
	return r, x.each(ctx)
}

func eventOf(e ledger.Event, n *namer) Event {
	return Event{
		Seq: e.Seq, ID: e.ID, At: e.At, Type: e.Type, Version: e.Version, Product: e.Product, Actor: e.Actor, By: e.By,
		Cause: e.Cause, Says: changeOf(e, n).Says, Body: e.Body,
	}
}

// VerifyRequest asks whether the record is intact.
type VerifyRequest struct {
	Checkpoints [][]byte // kept elsewhere; none finds only what does not fit together
	Names       []string // of their files, for messages; may be left out
}

// Check refuses a file that is no checkpoint at all: that says nothing about
// the record.
func (req VerifyRequest) Check() error {
	for i, text := range req.Checkpoints {
		if _, ok := ledger.CheckpointOf(text); !ok {
			name := fmt.Sprintf("checkpoint %d", i+1)
			if i < len(req.Names) {
				name = req.Names[i]
			}
			return parley.Errorf(parley.Invalid, "read "+name, "this is no checkpoint").WithHint(catalogue.T("record.hint.checkpoint"))
		}
	}
	return nil
}

// VerifyResult says whether the record is intact.
type VerifyResult struct {
	Schema   string           `json:"schema"`
	OK       bool             `json:"ok"`
	Says     string           `json:"says"`
	Events   int64            `json:"events"`
	Root     string           `json:"root"`
	Findings []ledger.Finding `json:"findings"`
}

// Verify checks the whole record.
func (s *Service) Verify(ctx context.Context, actor Actor, req VerifyRequest) (*VerifyResult, error) {
	db, err := s.whole(ctx, actor, "Verify")
	if err != nil {
		return nil, err
	}
	if err := req.Check(); err != nil {
		return nil, err
	}
	rep, err := db.Verify(ctx, req.Checkpoints...)
	if err != nil {
		return nil, ledgerError("verify the ledger", err)
	}
	r := &VerifyResult{Schema: "parley.verify/1", OK: rep.OK(), Says: rep.Says(), Events: rep.Head.Size, Root: rep.Head.Root.String(), Findings: rep.Findings}
	if r.Findings == nil {
		r.Findings = []ledger.Finding{}
	}
	return r, nil
}

// whole is the ledger for a use-case that concerns all of it. At this machine it
// is opened without being read: a record that cannot be folded can be verified.
func (s *Service) whole(ctx context.Context, actor Actor, useCase string) (*store.DB, error) {
	if err := allow(ctx, actor, useCase); err != nil {
		return nil, err
	}
	if actor.Known == ledger.ThisMachine {
		return s.open(ctx)
	}
	db, a, err := s.recorded(ctx, actor, useCase)
	if err != nil {
		return nil, err
	}
	return db, a.ask(nil)
}

// Checkpoint signs the size and root of the ledger, to be kept elsewhere.
func (s *Service) Checkpoint(ctx context.Context, actor Actor) ([]byte, error) {
	db, err := s.whole(ctx, actor, "Checkpoint")
	if err != nil {
		return nil, err
	}
	text, err := db.Checkpoint(ctx)
	if err != nil {
		return nil, ledgerError("sign a checkpoint", err)
	}
	return text, nil
}

// ShowRequest asks for one decision as it was taken.
type ShowRequest struct {
	Product  string
	Decision string
	At       string // date at the end of which it is shown as it stood; "" for now
	Titles   bool   // say of what moved it what things are called, in place of their ids
}

// ShowResult is a decision with its life and the brief the decider saw.
type ShowResult struct {
	Schema   string            `json:"schema"`
	Decision Decision          `json:"decision"`
	History  []Move            `json:"history"`
	NotTaken []ledger.NotTaken `json:"not_taken"`
	Notes    []Note            `json:"notes"` // what was said about it and its threats, oldest first
	Brief    json.RawMessage   `json:"brief"` // the very bytes that were seen

	ApprovedBrief json.RawMessage `json:"approved_brief,omitempty"` // the very bytes the approver saw
}

// Move is one step of a decision's life.
type Move struct {
	To      ledger.Status   `json:"to"`
	At      time.Time       `json:"at"`
	Event   string          `json:"event"` // id of the event that moved it
	Actor   Actor           `json:"actor"`
	By      string          `json:"by,omitempty"` // claimed
	Because string          `json:"because,omitempty"`
	Broken  []ledger.Broken `json:"broken,omitempty"`
	MovedBy string          `json:"moved_by,omitempty"` // what was recorded that broke them; from [Service.Show] alone
	Cause   string          `json:"cause,omitempty"`    // id of the event that says so, where there is one; from [Service.Show] alone
	Brief   string          `json:"brief,omitempty"`    // commitment to the brief whoever approved it saw
}

func movesOf(d *ledger.Decision) []Move {
	out := []Move{}
	for _, m := range d.History {
		x := Move{To: m.To, At: m.At, Event: m.Event, Actor: m.Actor, By: m.By, Because: m.Because, Broken: m.Broken}
		if m.Brief != nil {
			x.Brief = m.Brief.Hash
		}
		out = append(out, x)
	}
	return out
}

// Show reads a decision and the brief it stood on, byte for byte.
func (s *Service) Show(ctx context.Context, actor Actor, req ShowRequest) (*ShowResult, error) {
	db, a, err := s.recorded(ctx, actor, "Show")
	if err != nil {
		return nil, err
	}
	state, _, err := s.stateAt(ctx, a, req.At)
	if err != nil {
		return nil, err
	}
	ref, err := state.Resolve(req.Product, req.Decision, ledger.KindDecision)
	if err != nil {
		return nil, ledgerError("show "+req.Decision, err)
	}
	p := state.Product(ref.Product)
	d := p.Decision(ref.ID)
	r := &ShowResult{Schema: "parley.show/1", Decision: decisionOf(p, d), History: movesOf(d), NotTaken: d.NotTaken}
	r.Decision.Joint = jointly(state, d, s.today())
	r.Notes = discussion(p, d)
	names := namerOf(req.Titles, a.seen)
	nameOf{names, names.product(p.ID)}.moves(r.History)
	if err := movers(ctx, db, r.History, names); err != nil {
		return nil, ledgerError("read what moved "+d.Short, err)
	}
	if d.Brief != nil {
		if r.Brief, err = db.Attachment(ctx, *d.Brief); err != nil {
			return nil, ledgerError("read the brief of "+d.Short, err)
		}
	}
	for _, m := range d.History {
		if m.Brief == nil {
			continue
		}
		if r.ApprovedBrief, err = db.Attachment(ctx, *m.Brief); err != nil {
			return nil, ledgerError("read the brief "+d.Short+" was approved on", err)
		}
	}
	return r, nil
}

// mitigationOf reads a mitigation of a product as typed; an empty one when it
// cannot be read, which the fold never lets happen.
func mitigationOf(p *ledger.Product, id string) parley.Mitigation {
	var m parley.Mitigation
	if it := p.Item(ledger.KindMitigation, id); it != nil {
		if err := json.Unmarshal(it.JSON, &m); err != nil {
			return parley.Mitigation{ID: id, Title: id}
		}
	}
	return m
}

// changeOf says in plain words what an event did.
func changeOf(e ledger.Event, n *namer) Change {
	c := Change{Type: e.Type}
	body, err := ledger.DecodeBody(e)
	if err != nil {
		c.Says = fmt.Sprintf("%s (this version cannot read it)", e.Type)
		return c
	}
	c.Kind, c.ID, c.Says = say(e, body, n.event(e))
	return c
}
