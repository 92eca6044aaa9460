package web

import (
	"context"
	"strings"
	"time"

	"github.com/parleysec/parley/internal/negotiate"
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
		return l.service.Log(ctx, actorOf(ctx), negotiate.LogRequest{Product: s.product.ID, Limit: weekLooked})
	})
	if err != nil {
		return err
	}
	var events []negotiate.Event
	for _, e := range log.Events {
		if e.At.After(today.AddDate(0, 0, -7)) && telling(e.Type) && len(events) < weekShown {
			events = append(events, e)
		}
	}
	v.Week, v.RecordURL = eventRows(events), s.pageURL("/record")
	return nil
}

// telling reports whether events of a type change what somebody should know.
func telling(kind string) bool {
	for _, prefix := range []string{"decision.", "plan.", "incident.", "evidence.", "task.", "policy.", "stage."} {
		if strings.HasPrefix(kind, prefix) {
			return true
		}
	}
	return false
}
