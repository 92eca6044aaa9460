package web

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/internal/negotiate"
	"github.com/parleysec/parley/ledger"
)

const (
	newsPath = "/news"
	newsMost = 50          // events that are looked back at
	newsLong = 200         // characters that are told of one
	newsRest = time.Second // between two looks: a page is told what many did at once
)

// news tells a page what is recorded about its product while it is open. Nothing of
// the page changes: who reads it says when it shall.
func (s *server) news(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	since, err := strconv.ParseInt(q.Get("since"), 10, 64)
	if err != nil || since < 0 {
		return parley.Errorf(parley.Invalid, "", "%s", catalogue.T("web.error.news"))
	}
	n := &newsOf{product: q.Get("product"), since: since}
	return s.keep(w, r, newsRest, func(ctx context.Context) ([]byte, error) { return s.desk.news(ctx, n) })
}

// newsOf is what a page was told so far of a product.
type newsOf struct {
	product string
	since   int64             // how many events there were when the page was made, as its reader counts them
	mark    negotiate.Mark    // up to where the record was read
	events  []negotiate.Event // recorded since, the newest first
}

// newsURL is where a page is told what happens to its product, for those who may read
// the record; "" where nobody would be told, and of a page that answers what was sent.
func (l *live) newsURL(ctx context.Context, s *situation) string {
	if l.opt.Grown == nil || l.opt.trial || !looks(ctx) || l.may(ctx, "Log", s.product.ID) != nil {
		return ""
	}
	return asking(newsPath, url.Values{"product": {s.product.ID}, "since": {strconv.FormatInt(s.status.Log, 10)}})
}

// news looks for what was recorded since it last did, and gives what the page says
// then, as JSON; nil where there is nothing new. What its reader did on another page
// is no news; what followed of it by itself is.
func (l *live) news(ctx context.Context, n *newsOf) ([]byte, error) {
	if err := l.may(ctx, "Log", n.product); err != nil {
		return nil, err
	}
	most := int64(newsMost)
	if n.mark == 0 { // of all there is, what the page does not know yet
		st, err := l.service.Status(ctx, actorOf(ctx), negotiate.StatusRequest{AsOf: l.opt.AsOf})
		if err != nil {
			return nil, err
		}
		if most = min(most, st.Log-n.since); most <= 0 {
			n.mark = st.Mark
			return nil, nil
		}
	}
	r, err := l.service.Log(ctx, actorOf(ctx), negotiate.LogRequest{Since: n.mark, Limit: int(most), Titles: true})
	if err != nil {
		return nil, err
	}
	n.mark = r.Mark
	fresh := slices.DeleteFunc(r.Events, func(e negotiate.Event) bool { return e.Product != n.product || e.Actor == actorOf(ctx) || !isNews(e) })
	if len(fresh) == 0 {
		return nil, nil
	}
	n.events = slices.Concat(fresh, n.events)
	n.events = n.events[:min(len(n.events), newsMost)]
	return json.Marshal(struct {
		Says string `json:"says"`
	}{n.says()})
}

// says is what was recorded since the page was made, in a sentence.
func (n *newsOf) says() string {
	rows := eventRows(n.events, "")
	key := "web.news.many"
	switch {
	case len(rows) == 1:
		key = "web.news.one"
	case len(n.events) == newsMost:
		key = "web.news.most"
	case n.byOne():
		return catalogue.T("web.news.by", "n", len(rows), "what", shortened(rows[0].What, newsLong), "who", n.events[0].Actor.ID)
	}
	return catalogue.T(key, "n", len(rows), "what", shortened(rows[0].What, newsLong), "who", rows[0].Who)
}

// byOne reports whether one person did all of it, and in nobody else's name.
func (n *newsOf) byOne() bool {
	return !slices.ContainsFunc(n.events, func(e negotiate.Event) bool {
		return e.By != "" || e.Actor != n.events[0].Actor || e.Actor.Via == ledger.ViaJob
	})
}

// isNews reports whether an event changes what pages about a product show. A room
// tells of itself.
func isNews(e negotiate.Event) bool {
	return !slices.ContainsFunc([]string{"workshop.", "member.", "person.", "file."}, func(prefix string) bool { return strings.HasPrefix(e.Type, prefix) })
}
