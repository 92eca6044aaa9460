package web

import (
	"context"
	"strconv"
	"strings"
	"time"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/brief/plain"
	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/internal/negotiate"
)

// eventsShown is how many events a page of the record holds.
const eventsShown = 200

// recordAsk is which part of the record is wanted, and what it is checked with.
type recordAsk struct {
	before     int64  // only events before this one; below 1 for the newest
	event      string // id of the event to begin with, "" for the newest
	checkpoint string // kept elsewhere, "" for none
	filter     negotiate.LogFilter
}

func (l *live) record(ctx context.Context, product string, ask recordAsk) (*RecordView, error) {
	s, err := l.look(ctx, product)
	if err != nil {
		return nil, err
	}
	v := &RecordView{Frame: l.page(ctx, s, catalogue.T("web.nav.record"), "/record"), EventsHeading: catalogue.T("web.record.events"), NoEvents: catalogue.T("web.record.none")}
	if !s.status.Exists {
		v.Heading = catalogue.T("web.record.empty")
		return v, nil
	}
	v.Heading = catalogue.T("web.record.decided_here")
	if s.several {
		v.ProductID = s.product.ID
	}
	if l.may(ctx, "Verify", "") == nil {
		if err := l.verified(ctx, v, ask.checkpoint); err != nil {
			return nil, err
		}
		v.VerifyURL = checkedPath
	}
	v.Decisions = s.recorded()
	if err := l.known(ctx, s, v.Decisions); err != nil {
		return nil, err
	}
	if s.product != nil {
		list, err := l.agreements(ctx, s)
		if err != nil {
			return nil, err
		}
		for _, a := range list.Agreements {
			v.Agreements = append(v.Agreements, Link{agreementURL(a.ID), catalogue.T("web.agreement.link", "date", plain.Date(a.At), "who", agreer(a))})
		}
	}
	v.LivedURL, v.WhyURL = s.pageURL("/lived"), s.pageURL(whyPath)
	v.filters(s, ask.filter)
	req := negotiate.LogRequest{Limit: eventsShown, Titles: true, LogFilter: ask.filter}
	if ask.before > 0 {
		req.Before = ask.before
	}
	req.Upto = ask.event
	if s.several {
		req.Product = s.product.ID
	}
	log, err := l.service.Log(ctx, actorOf(ctx), req)
	if refusable(err) && ask.filter != (negotiate.LogFilter{}) {
		v.FilterProblem, _ = sayError(err)
		v.NoEvents = ""
		return v, nil
	}
	if err != nil {
		return nil, err
	}
	v.Events = eventRows(log.Events, ask.event)
	if n := len(log.Events); n == eventsShown && log.Events[n-1].Seq > 0 {
		v.Older = recordURL("/record", v.ProductID, ask.filter, log.Events[n-1].Seq)
	}
	return v, nil
}

// recordFile hands on every event that a filter lets through, oldest first.
func (l *live) recordFile(ctx context.Context, product string, f negotiate.LogFilter, each func([]negotiate.Event) error) error {
	_, err := l.service.Log(ctx, actorOf(ctx), negotiate.LogRequest{Product: product, Titles: true, LogFilter: f, Each: each})
	return err
}

// verified checks the record, with a checkpoint where there is one. A text that
// is no checkpoint says nothing about the record, and is told beside the form.
func (l *live) verified(ctx context.Context, v *RecordView, checkpoint string) error {
	var req negotiate.VerifyRequest
	if checkpoint = strings.ReplaceAll(checkpoint, "\r\n", "\n"); strings.TrimSpace(checkpoint) != "" {
		v.Checkpoint = checkpoint
		req.Checkpoints = [][]byte{[]byte(strings.TrimSpace(checkpoint) + "\n")}
	}
	r, err := l.service.Verify(ctx, actorOf(ctx), req)
	if parley.KindOfError(err) == parley.Invalid && req.Checkpoints != nil {
		v.VerifyProblem, _ = sayError(err)
		r, err = l.service.Verify(ctx, actorOf(ctx), negotiate.VerifyRequest{})
	}
	if err != nil {
		return err
	}
	v.verified(r)
	return nil
}

func (v *RecordView) verified(r *negotiate.VerifyResult) {
	n := strconv.FormatInt(r.Events, 10)
	v.Exact = []Pair{{catalogue.T("web.record.size"), n}, {catalogue.T("web.record.root"), r.Root}}
	if r.OK {
		v.Heading, v.LeadKind = catalogue.T("web.record.ok", "n", n), ""
		v.Lead = []string{catalogue.T("web.record.keep")}
		return
	}
	v.Heading, v.LeadKind = catalogue.T("web.record.broken"), "breach"
	v.Lead = []string{sentence(r.Says)}
	for _, f := range r.Findings {
		v.Lead = append(v.Lead, sentence(f.Says))
	}
}

// recorded lists the decisions that are not over.
func (s *situation) recorded() []DecisionRow {
	var out []DecisionRow
	all := s.decisions("")
	if s.product != nil {
		for _, d := range s.product.Over {
			all = append(all, standingDecision{Decision: d, over: true})
		}
	}
	for _, d := range all {
		row := DecisionRow{
			ID: d.ShortID, When: plain.Date(d.At), Then: thenURL(d.ShortID), What: plain.Capital(catalogue.T("kind." + string(d.Kind))), Because: d.Because, Who: decider(d.Decision), State: d.onRecord(),
		}
		if d.Until != "" {
			row.Until = catalogue.T("web.record.until", "date", plain.DateText(d.Until))
		}
		for i, id := range d.Threats {
			title := id
			if i < len(d.Titles) {
				title = titleOr(d.Titles[i], id)
			}
			row.Threats = append(row.Threats, Link{threatURL(id), title})
		}
		out = append(out, row)
	}
	return out
}

// manyItems is how many things of a file in a row are said as one.
const manyItems = 4

// eventAnchor is by which an event is found on the page of the record.
func eventAnchor(id string) string { return "event-" + id }

// eventRows says each event; a run of things brought by one file is one row, but for the
// event that is looked for, if any.
func eventRows(events []negotiate.Event, sought string) []EventRow {
	var out []EventRow
	for i := 0; i < len(events); {
		n := 1
		for events[i].Type == itemPut && i+n < len(events) && sameBringing(events[i], events[i+n]) && !(sought != "" && (events[i].ID == sought || events[i+n].ID == sought)) {
			n++
		}
		row := eventRow(events[i])
		if n >= manyItems {
			row.What = catalogue.T("web.record.items", "n", n)
			for _, e := range events[i : i+n] {
				row.Parts = append(row.Parts, sentence(e.Says))
			}
			out = append(out, row)
			i += n
			continue
		}
		out = append(out, row)
		i++
	}
	return out
}

// itemPut is the type of the events of things of a file.
const itemPut = "item.put"

func sameBringing(a, b negotiate.Event) bool {
	return a.Type == b.Type && a.Actor == b.Actor && a.Product == b.Product && a.At.Sub(b.At).Abs() < time.Minute
}

func eventRow(e negotiate.Event) EventRow {
	who := catalogue.T("web.record.actor", "who", e.Actor.ID, "via", catalogue.T("web.via."+string(e.Actor.Via)))
	if e.By != "" {
		who = catalogue.T("web.record.actor_for", "who", e.Actor.ID, "via", catalogue.T("web.via."+string(e.Actor.Via)), "by", e.By)
	}
	return EventRow{Anchor: eventAnchor(e.ID), When: momentOf(e.At), What: sentence(e.Says), Who: who}
}
