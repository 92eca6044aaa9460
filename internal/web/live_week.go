package web

import (
	"context"
	"encoding/json"
	"net/url"
	"strings"
	"time"

	"github.com/parleysec/parley/internal/negotiate"
	"github.com/parleysec/parley/ledger"
)

const (
	weekLooked = 60 // events that are looked at
	weekShown  = 5  // that are told
)

// week tells what the last seven days changed: what was decided and what became
// of it, what happened, and what checks said. Files that were brought and what was
// only said are left to the record.
func (l *live) week(ctx context.Context, s *situation, v *HomeView) error {
	today, err := time.Parse(time.DateOnly, s.status.AsOf)
	if err != nil || l.may(ctx, "Log", s.product.ID) != nil {
		return nil
	}
	log, err := kept(ctx, l, s, "Log", func(ctx context.Context) (*negotiate.LogResult, error) {
		return l.service.Log(ctx, actorOf(ctx), negotiate.LogRequest{Product: s.product.ID, Limit: weekLooked, Titles: true})
	})
	if err != nil {
		return err
	}
	var events []negotiate.Event
	for _, e := range log.Events {
		if e.At.After(today.AddDate(0, 0, -7)) && telling(e) && len(events) < weekShown {
			events = append(events, e)
		}
	}
	v.Week, v.RecordURL = eventRows(events, ""), s.pageURL("/record")
	v.WeekWhy = s.pageAsking(whyPath, url.Values{"from": {today.AddDate(0, 0, -7).Format(time.DateOnly)}})
	return nil
}

// telling reports whether an event changes what somebody should know. What happened
// is put on record as a thing of the product.
func telling(e negotiate.Event) bool {
	for _, prefix := range []string{"decision.", "plan.", "evidence.", "task.", "policy.", "stage."} {
		if strings.HasPrefix(e.Type, prefix) {
			return true
		}
	}
	var item struct {
		Kind ledger.ItemKind `json:"kind"`
	}
	return e.Type == itemPut && json.Unmarshal(e.Body, &item) == nil && item.Kind == ledger.KindIncident
}
