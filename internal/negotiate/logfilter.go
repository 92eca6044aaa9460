package negotiate

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/parleysec/parley/ledger"
)

// LogFilter says which events are wanted; what is empty leaves nothing out.
type LogFilter struct {
	Type     string // such as decision.recorded, or all of a sort: decision
	Who      string // part of the name of who did it, or in whose name, in any case
	From, To string // civil dates YYYY-MM-DD, both included
	About    string // id or short id of a threat or another thing, with what was decided about it
	Text     string // part of what it says, in any case
}

// lets is which events a filter lets through, of what the actor may read.
func (s *Service) lets(a *access, product string, f LogFilter) (func(Event) bool, error) {
	var from, to string
	for _, d := range []struct {
		text string
		into *string
	}{{f.From, &from}, {f.To, &to}} {
		if d.text == "" {
			continue
		}
		day, err := s.date(d.text)
		if err != nil {
			return nil, err
		}
		*d.into = day.Format(time.DateOnly)
	}
	about, err := a.about(product, f.About)
	if err != nil {
		return nil, err
	}
	zone := s.now().Location()
	return func(e Event) bool {
		day := e.At.In(zone).Format(time.DateOnly)
		return (f.Type == "" || e.Type == f.Type || strings.HasPrefix(e.Type, f.Type+".")) &&
			(contains(e.Actor.ID, f.Who) || contains(e.By, f.Who)) && contains(e.Says, f.Text) &&
			(from == "" || day >= from) && (to == "" || day <= to) && about(e)
	}, nil
}

// contains reports whether a text has a part, in any case.
func contains(text, part string) bool {
	return strings.Contains(strings.ToLower(text), strings.ToLower(part))
}

// about tells the events that name a thing, or a decision about it.
func (a *access) about(product, id string) (func(Event) bool, error) {
	if id == "" {
		return func(Event) bool { return true }, nil
	}
	ref, err := a.seen.Resolve(product, id)
	if err != nil {
		return nil, ledgerError("find "+id, err)
	}
	names := []string{ref.ID, ref.Short}
	p := a.seen.Product(ref.Product)
	made := "" // the event that recorded it, which does not say its short id
	for _, d := range p.Decisions {
		switch {
		case ref.Kind == ledger.KindDecision && d.Short == ref.ID:
			made = d.Event
		case ref.Kind == ledger.KindThreat && slices.Contains(d.Threats, ref.ID):
			names = append(names, d.Short)
		}
	}
	named := func(text string, key bool) bool { return !key && slices.Contains(names, text) }
	return func(e Event) bool {
		var body any
		return e.ID == made || a.seen.Product(e.Product) == p && json.Unmarshal(e.Body, &body) == nil && anyText(body, named)
	}, nil
}

// LogRows are events as a table, its head first.
func LogRows(events []Event) [][]string {
	rows := [][]string{{"seq", "id", "at", "type", "product", "actor", "known", "via", "by", "says"}}
	for _, e := range events {
		rows = append(rows, []string{
			strconv.FormatInt(e.Seq, 10), e.ID, e.At.Format(time.RFC3339), e.Type, e.Product, e.Actor.ID, string(e.Actor.Known), string(e.Actor.Via), e.By, e.Says,
		})
	}
	return rows
}
