package negotiate

import (
	"cmp"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/ledger"
)

// Where nobody says otherwise.
const (
	workshopGuests = 20
	workshopLinked = 4 * time.Hour
)

// guestTopics is how many threats one guest may type.
const guestTopics = 20

// LinkWorkshopRequest makes a link by which people without an account take part in
// one workshop.
type LinkWorkshopRequest struct {
	WorkshopRequest
	Guests int // how many people may come by it; 0 for 20
	Hours  int // how long it counts, and the place of whoever came by it; 0 for four
}

// WorkshopLinkResult is a link that was made. Its secret is told this once.
type WorkshopLinkResult struct {
	Schema   string    `json:"schema"`
	Product  string    `json:"product"`
	Workshop string    `json:"workshop"`
	Path     string    `json:"path"` // on the server's address; what follows the # is the secret
	Until    time.Time `json:"until"`
	Guests   int       `json:"guests"` // how many people may come by it
}

// JoinPath is the page to which the link of a workshop leads.
const JoinPath = "/join"

// GuestLink is the link of a workshop as who leads sees it, without its secret.
type GuestLink struct {
	Until  time.Time `json:"until"`
	Guests int       `json:"guests"` // how many people may come by it
	Came   int       `json:"came"`
	By     string    `json:"by"` // who made it
}

// LinkWorkshop makes a link by which people without an account take part in one
// workshop. It takes the place of the one before; who came by that one stays.
func (s *Service) LinkWorkshop(ctx context.Context, actor Actor, req LinkWorkshopRequest) (*WorkshopLinkResult, error) {
	secret, hash := guestSecret("link")
	b := &ledger.WorkshopLinked{Secret: hash, Guests: cmp.Or(req.Guests, workshopGuests)}
	lasts := cmp.Or(time.Duration(req.Hours)*time.Hour, workshopLinked)
	r, err := s.inWorkshop(ctx, actor, "LinkWorkshop", req.WorkshopRequest, func(_ *access, p *ledger.Product, w *ledger.Workshop, at time.Time) ([]ledger.Draft, error) {
		switch {
		case b.Guests < 1 || b.Guests > ledger.MaxGuests:
			return nil, parley.Errorf(parley.Invalid, "link", "%s", catalogue.T("workshop.link.guests", "most", ledger.MaxGuests))
		case lasts < time.Hour || lasts > ledger.MostLinked:
			return nil, parley.Errorf(parley.Invalid, "link", "%s", catalogue.T("workshop.link.hours", "most", int(ledger.MostLinked.Hours())))
		}
		b.Workshop, b.Until = w.Short, at.Add(lasts).UTC().Truncate(time.Second)
		return []ledger.Draft{{Product: p.ID, Actor: actor, Body: b}}, nil
	})
	if err != nil {
		return nil, err
	}
	return &WorkshopLinkResult{Schema: "parley.workshop-link/1", Product: r.Product, Workshop: r.ID, Path: JoinPath + "#" + secret, Until: b.Until, Guests: b.Guests}, nil
}

// UnlinkWorkshop ends the link of a workshop, and the place of everybody who came by
// one. What they said stays on record.
func (s *Service) UnlinkWorkshop(ctx context.Context, actor Actor, req WorkshopRequest) (*WorkshopResult, error) {
	return s.inWorkshop(ctx, actor, "UnlinkWorkshop", req, func(_ *access, p *ledger.Product, w *ledger.Workshop, at time.Time) ([]ledger.Draft, error) {
		stands := func(g ledger.Guest) bool { return g.Stands(at) }
		if guestLinkOf(w, at) == nil && !slices.ContainsFunc(w.Guests, stands) {
			return nil, parley.Errorf(parley.Conflict, "unlink", "%s", catalogue.T("workshop.link.none"))
		}
		return []ledger.Draft{{Product: p.ID, Actor: actor, Body: &ledger.WorkshopUnlinked{Workshop: w.Short}}}, nil
	})
}

// JoinWorkshopRequest is somebody with the link of a workshop.
type JoinWorkshopRequest struct {
	Secret string // what follows the # of the link
	Name   string // as typed
}

// GuestResult is a guest of a workshop.
type GuestResult struct {
	Secret   string // by which they are known from then on; of who just joined alone
	Actor    Actor
	Product  string // its id
	Workshop string // short id
	Title    string
	Until    time.Time // from then on they are a guest no more
}

// JoinWorkshop lets somebody in who has the link of a workshop, under a name of their
// own. The actor is [NewGuest].
func (s *Service) JoinWorkshop(ctx context.Context, actor Actor, req JoinWorkshopRequest) (*GuestResult, error) {
	if actor.Known != ledger.ByLink {
		return nil, noGuest()
	}
	secret, hash := guestSecret("guest")
	r := &GuestResult{Secret: secret}
	_, _, err := s.record(ctx, deed{actor, "JoinWorkshop", "join", ""}, func(a *access, at time.Time) ([]ledger.Draft, error) {
		p, w := a.linked(req.Secret)
		switch {
		case w == nil || !at.Before(w.Link.Until):
			return nil, parley.Errorf(parley.Invalid, "join", "%s", catalogue.T("workshop.guest.link")).WithHint(catalogue.T("workshop.guest.link_hint"))
		case !w.Link.Open(at):
			return nil, parley.Errorf(parley.Refused, "join", "%s", catalogue.T("workshop.guest.full", "most", w.Link.Guests)).WithHint(catalogue.T("workshop.guest.link_hint"))
		}
		name := oneLine(req.Name)
		if err := ledger.CheckGuestName(name); err != nil {
			return nil, parley.Errorf(parley.Invalid, "join", "%s", catalogue.T("workshop.guest.name", "most", ledger.MaxGuestName))
		}
		actor.ID = ledger.GuestName(name, len(w.Guests)+1, w.Short)
		a.actor, a.granted = actor, append(a.granted, p.ID) // the secret is the leave
		*r = GuestResult{Secret: secret, Actor: actor, Product: p.ID, Workshop: w.Short, Title: w.Title, Until: w.Link.Until}
		return []ledger.Draft{{Product: p.ID, Actor: actor, Body: &ledger.WorkshopJoined{Workshop: w.Short, Session: hash}}}, nil
	})
	if err != nil {
		return nil, err
	}
	return r, nil
}

// NewGuest is somebody who is about to join a workshop.
func NewGuest() Actor { return Actor{Known: ledger.ByLink, Via: ViaPage} }

// GuestRequest asks who a guest is.
type GuestRequest struct{ Secret string }

// Guest says which guest of which workshop a secret is of. The actor is [NewGuest].
func (s *Service) Guest(ctx context.Context, actor Actor, req GuestRequest) (*GuestResult, error) {
	_, a, err := s.recorded(ctx, actor, "Guest")
	if err != nil {
		return nil, err
	}
	hash := secretHash("guest", req.Secret)
	for _, p := range a.state.Products() {
		for _, w := range p.Workshops {
			for _, g := range w.Guests {
				if sameHash(g.Session, hash) && g.Stands(s.now()) {
					return &GuestResult{Actor: g.Actor, Product: p.ID, Workshop: w.Short, Title: w.Title, Until: g.Until}, nil
				}
			}
		}
	}
	return nil, noGuest()
}

func noGuest() error {
	return parley.Errorf(parley.Forbidden, "", "%s", catalogue.T("workshop.guest.over")).WithHint(catalogue.T("workshop.guest.link_hint"))
}

// linked is the workshop to which a secret leads, nil for none.
func (a *access) linked(secret string) (*ledger.Product, *ledger.Workshop) {
	hash := secretHash("link", secret)
	for _, p := range a.state.Products() {
		for _, w := range p.Workshops {
			if w.Link != nil && sameHash(w.Link.Secret, hash) {
				return p, w
			}
		}
	}
	return nil, nil
}

// asGuest narrows the access to the workshop that a guest takes part in, as the
// record has it: to nothing for one who is about to join.
func (a *access) asGuest() error {
	in := ""
	for _, p := range a.state.Products() {
		for _, w := range p.Workshops {
			if g := w.Guest(a.actor.ID); a.actor.ID != "" && g != nil && g.Ended.IsZero() && !ledger.IsErased(g.Actor.ID) {
				in, a.room = p.ID, w.Short
			}
		}
	}
	a.seen = a.state.Only(func(p *ledger.Product) bool { return p.ID == in })
	if a.actor.ID != "" && a.room == "" {
		return noGuest()
	}
	return nil
}

// checkGuest refuses a guest what is not of their workshop.
func (a *access) checkGuest(may permission, p *ledger.Product) error {
	if !may.guests || a.room == "" || p == nil || p.Workshop(a.room) == nil {
		return noGuest()
	}
	return nil
}

// stands refuses a guest whose time is over.
func (a *access) stands(w *ledger.Workshop, at time.Time) error {
	if a.actor.Known != ledger.ByLink {
		return nil
	}
	if g := w.Guest(a.actor.ID); g == nil || !g.Stands(at) {
		return noGuest()
	}
	return nil
}

// fewTopics refuses more threats than one guest may type.
func (a *access) fewTopics(w *ledger.Workshop, more int) error {
	if a.actor.Known != ledger.ByLink {
		return nil
	}
	for i := range w.Topics {
		if w.Topics[i].Actor.ID == a.actor.ID {
			more++
		}
	}
	if more > guestTopics {
		return parley.Errorf(parley.Refused, "add threats", "%s", catalogue.T("workshop.guest.topics", "most", guestTopics))
	}
	return nil
}

// guestLinkOf is the link of a workshop; nil where nobody can come by one and nobody did.
func guestLinkOf(w *ledger.Workshop, now time.Time) *GuestLink {
	if l := w.Link; l != nil && now.Before(l.Until) {
		return &GuestLink{Until: l.Until, Guests: l.Guests, Came: l.Came, By: l.Actor.ID}
	}
	return nil
}

// forGuest is a workshop as its guests see it: what was typed and revealed there,
// nothing of the product, and of an e-mail address what stands before its @.
func forGuest(r *WorkshopResult) *WorkshopResult {
	r.Product = ""
	names := newFirstNames(r)
	r.By = names.of(r.By)
	names.in(r.People)
	for i := range r.Topics {
		t := &r.Topics[i]
		t.Threat, t.By = "", names.of(t.By)
		for j := range t.Rounds {
			x := &t.Rounds[j]
			names.in(x.Answered)
			names.in(x.Waiting)
			for k := range x.Said {
				x.Said[k].By = names.of(x.Said[k].By)
			}
		}
		for j := range t.Scales {
			for k := range t.Scales[j].Bars {
				b := &t.Scales[j].Bars[k]
				b.By = names.of(b.By)
			}
		}
		for j := range t.Notes {
			t.Notes[j].By, t.Notes[j].Mentions = names.of(t.Notes[j].By), nil
		}
	}
	return r
}

// firstNames are what guests see of those who take part, by their ids. Of two with
// the same the second has a number, so that nobody is taken for another.
type firstNames struct {
	names map[string]string
	taken map[string]int
}

func newFirstNames(r *WorkshopResult) *firstNames {
	f := &firstNames{map[string]string{}, map[string]int{}}
	for _, who := range r.People { // in order of appearance, so that a number stays
		f.of(who)
	}
	return f
}

func (f *firstNames) of(who string) string {
	name, _, isAddress := strings.Cut(who, "@")
	if !isAddress {
		return who
	}
	id := strings.ToLower(who)
	if known, ok := f.names[id]; ok {
		return known
	}
	low := strings.ToLower(name)
	f.taken[low]++
	if n := f.taken[low]; n > 1 {
		name += " (" + strconv.Itoa(n) + ")"
	}
	f.names[id] = name
	return name
}

func (f *firstNames) in(list []string) {
	for i := range list {
		list[i] = f.of(list[i])
	}
}

// waitingIn are those who take part and did not answer in a round: guests who are
// there, who answered or typed something before; whoever opened the room only where
// they estimate.
func waitingIn(w *ledger.Workshop, r *ledger.Round, now time.Time) []string {
	var out []string
	for _, who := range peopleOf(w) {
		if g := w.Guest(who); g != nil && !g.Stands(now) || ledger.IsErased(who) || r.Of(who) != nil {
			continue
		}
		if who != w.Actor.ID || answeredOnce(w, who) {
			out = append(out, who)
		}
	}
	return out
}

func answeredOnce(w *ledger.Workshop, who string) bool {
	for i := range w.Topics {
		for j := range w.Topics[i].Rounds {
			if w.Topics[i].Rounds[j].Of(who) != nil {
				return true
			}
		}
	}
	return false
}

// guestSecret draws a secret of 256 bits, which cannot be guessed, so that a plain hash
// of it may stand on record. The use keeps one kind from passing as another.
func guestSecret(use string) (secret, hash string) {
	b := make([]byte, sha256.Size)
	_, _ = rand.Read(b) // never fails
	secret = base64.RawURLEncoding.EncodeToString(b)
	return secret, secretHash(use, secret)
}

// secretHash is what is kept of a secret.
func secretHash(use, secret string) string {
	sum := sha256.Sum256([]byte("parley.workshop." + use + "/1\x00" + secret))
	return hex.EncodeToString(sum[:])
}

func sameHash(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }
