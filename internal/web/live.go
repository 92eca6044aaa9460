package web

import (
	"cmp"
	"context"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/brief/plain"
	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/internal/negotiate"
)

// live is the desk over a service: it asks, and puts the answers into views.
type live struct {
	service Service
	opt     Options
	memo    memo
}

// situation is what every page starts from.
type situation struct {
	status  *negotiate.Status
	product *negotiate.ProductStatus // nil when there is none yet
	several bool                     // whether the ledger has more than one product
	why     map[string]string        // why a re-opened decision came back, where a person said so
	moved   map[string]*Link         // what moved what a re-opened decision counted on, where that is on record
}

// look reads what waits. product is the one asked for, "" for the first.
func (l *live) look(ctx context.Context, product string) (*situation, error) {
	st, err := l.service.Status(ctx, actorOf(ctx), negotiate.StatusRequest{AsOf: l.opt.AsOf})
	if err != nil {
		return nil, err
	}
	s := &situation{status: st, several: len(st.Products) > 1}
	for i := range st.Products {
		if p := &st.Products[i]; product == "" || p.ID == product {
			s.product = p
			return s, nil
		}
	}
	if product != "" {
		return nil, parley.Errorf(parley.NotFound, "", "%s", catalogue.T("web.error.no_product", "id", product))
	}
	return s, nil
}

// pageURL is the address of a page for the product at hand.
func (s *situation) pageURL(path string) string {
	return s.pageAsking(path, url.Values{})
}

// pageAsking is the address of a page of the product, with what is asked of it.
func (s *situation) pageAsking(path string, q url.Values) string {
	if s.several && s.product != nil {
		q.Set("product", s.product.ID)
	}
	return asking(path, q)
}

// waits is how many threats need a decision: those nobody decided about, those
// handed up, and those whose decision is overdue.
func (s *situation) waits() int {
	if s.product == nil {
		return 0
	}
	threats := map[string]bool{}
	for _, w := range s.product.Waiting {
		threats[w.Threat] = true
	}
	for _, d := range append(s.handedUp(), s.product.Overdue...) {
		for _, id := range d.Threats {
			threats[id] = true
		}
	}
	return len(threats)
}

// handedUp are the decisions that hand the decision to somebody else.
func (s *situation) handedUp() []negotiate.Decision {
	var out []negotiate.Decision
	for _, d := range s.product.InForce {
		over := slices.ContainsFunc(s.product.Overdue, func(o negotiate.Decision) bool { return o.ShortID == d.ShortID })
		if d.Kind == parley.Escalate && !over {
			out = append(out, d)
		}
	}
	return out
}

// reasons reads why the re-opened decisions came back; broken premises stand in
// the decision itself, what a person said stands in its history.
func (l *live) reasons(ctx context.Context, s *situation) error {
	s.why, s.moved = map[string]string{}, map[string]*Link{}
	reads := l.may(ctx, "Log", s.product.ID) == nil
	for _, d := range s.product.Reopened {
		shown, err := kept(ctx, l, s, "Show", func(ctx context.Context) (*negotiate.ShowResult, error) {
			return l.service.Show(ctx, actorOf(ctx), negotiate.ShowRequest{Product: s.product.ID, Decision: d.ShortID, Titles: true})
		}, d.ShortID)
		if err != nil {
			return err
		}
		if n := len(shown.History); n > 0 {
			last := shown.History[n-1]
			s.why[d.ShortID] = sentence(last.Because)
			s.moved[d.ShortID] = s.movedBy(last, reads)
		}
	}
	return nil
}

// movedBy says which event moved what a re-opened decision counted on, and where it
// stands in the record for whoever may read that.
func (s *situation) movedBy(m negotiate.Move, reads bool) *Link {
	if m.MovedBy == "" {
		return nil
	}
	out := &Link{Title: catalogue.T("web.broken.by", "what", strings.TrimSuffix(sentence(m.MovedBy), "."))}
	if m.Cause != "" && reads {
		out.URL = s.pageAsking("/record", url.Values{"event": {m.Cause}}) + "#" + eventAnchor(m.Cause)
	}
	return out
}

func (l *live) page(ctx context.Context, s *situation, title, here string) Frame {
	f := Frame{Title: title, Who: l.who(ctx), Foot: []string{catalogue.T("web.foot.as_of", "date", plain.DateText(s.status.AsOf))}}
	f.Foot = append(f.Foot, l.foot(ctx)...)
	if s.product != nil {
		f.Product, f.News = s.product.Name, l.newsURL(ctx, s)
	} else {
		f.Begin = l.begins(ctx)
	}
	f.Example = l.example(here)
	for _, n := range []NavItem{
		{URL: "/", Text: catalogue.T("web.nav.home"), Key: "h", Count: s.waits()},
		{URL: "/plan", Text: catalogue.T("web.nav.plan"), Key: "p"},
		{URL: "/learn", Text: catalogue.T("web.nav.learn"), Key: "f"},
		{URL: workshopPath, Text: catalogue.T("web.nav.workshop"), Key: "w"},
		{URL: "/tasks", Text: catalogue.T("web.nav.tasks"), Key: "t"},
		{URL: layersPath, Text: catalogue.T("web.nav.layers"), Key: "l"},
		{URL: "/evidence", Text: catalogue.T("web.nav.evidence"), Key: "e"},
		{URL: "/stages", Text: catalogue.T("web.nav.stages"), Key: "s"},
		{URL: "/record", Text: catalogue.T("web.nav.record"), Key: "r"},
		{URL: organisationPath, Text: catalogue.T("web.org.title"), Key: "o"},
	} {
		n.Here, n.URL = n.URL == here, s.pageURL(n.URL)
		f.Nav = append(f.Nav, n)
	}
	if s.several {
		for i := range s.status.Products {
			p := &s.status.Products[i]
			of := situation{status: s.status, product: p, several: true}
			f.Products = append(f.Products, NavItem{URL: of.pageURL("/"), Text: p.Name, Here: p == s.product})
		}
	}
	return f
}

// frame is the frame of a page that shows nothing of its own; it never fails.
func (l *live) frame(ctx context.Context, title string) Frame {
	s, err := l.look(ctx, "")
	if err != nil {
		return Frame{Title: title, Who: l.who(ctx), Foot: l.foot(ctx)}
	}
	f := l.page(ctx, s, title, "")
	f.News = ""
	return f
}

// ago says how long before a day something was, in days.
func (s *situation) ago(t time.Time) string {
	today, err := time.Parse(time.DateOnly, s.status.AsOf)
	if err != nil || t.IsZero() {
		return ""
	}
	y, m, d := t.Date()
	days := int(today.Sub(time.Date(y, m, d, 0, 0, 0, 0, time.UTC)).Hours() / 24)
	switch {
	case days < 1:
		return catalogue.T("web.ago.today")
	case days < 14:
		return catalogue.N("web.ago.days", days)
	case days < 60:
		return catalogue.N("web.ago.weeks", days/7)
	}
	return catalogue.N("web.ago.months", days/30)
}

// titleOr is a title, the id where there is none.
func titleOr(title, id string) string { return cmp.Or(title, id) }

// threatTitle names a threat by its title, as far as that is known; m may be nil.
func threatTitle(m *parley.Model, id string) string {
	if m == nil || m.Threat(id) == nil {
		return id
	}
	return titleOr(m.Threat(id).Title, id)
}
