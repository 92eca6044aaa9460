package web

import (
	"crypto/rand"
	"errors"
	"net/http"
	"sync"
	"time"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/internal/negotiate"
)

const (
	examplePath = "/example"
	afterTrial  = "-example" // in the name of the cookie

	maxTrials = 4                // examples at a time: each holds figures in memory
	trialIdle = time.Hour        // after which an example may make room for another
	trialBusy = 10 * time.Minute // within which it never does
)

// trying is every address of the example. What is done in it is done in a ledger
// of its own, which ends with it.
var trying = []route{
	{method: "POST", pattern: examplePath, action: "Apply", handle: (*server).beginTrial},
	{method: "POST", pattern: examplePath + "/end", action: "own", handle: (*server).endTrial},
}

// Example is what stands on every page of the example.
type Example struct {
	Steps []ExampleStep
	End   string // where it is thrown away
}

// ExampleStep is one thing to try.
type ExampleStep struct {
	URL, Text string
	Here      bool
}

// example is the guide through the example; nil where this is none.
func (l *live) example(here string) *Example {
	if !l.opt.trial {
		return nil
	}
	e := &Example{End: examplePath + "/end"}
	for _, x := range []struct{ url, key string }{
		{"/", "web.example.look"}, {threatURL(exampleThreat), "web.example.decide"}, {"/plan", "web.example.plan"}, {"/evidence", "web.example.evidence"}, {"/record", "web.example.record"},
	} {
		e.Steps = append(e.Steps, ExampleStep{x.url, catalogue.T(x.key), x.url == here})
	}
	return e
}

// exampleThreat is the threat of the example that came back to be decided.
const exampleThreat = "copy"

// trials are the examples that people walk through, by the secret in their cookie.
// One that is being made has its place, without a server.
type trials struct {
	mu  sync.Mutex
	all map[string]*trial
}

// trial is one person's example.
type trial struct {
	server *server
	actor  negotiate.Actor
	close  func() error
	used   time.Time
	busy   sync.WaitGroup // requests under way
}

// beginTrial makes an example for who asks. It is for those who may begin a
// product: each takes room in memory.
func (s *server) beginTrial(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	if v, err := s.desk.start(ctx); err != nil || v.Refused != "" {
		return errors.Join(err, parley.Errorf(parley.Forbidden, "", "%s", catalogue.T("web.error.no_right")))
	}
	person := actorOf(ctx).ID
	s.dropTrial(r)
	secret := rand.Text()
	if !s.trials.reserve(secret, person, time.Now()) {
		return parley.Errorf(parley.Refused, "", "%s", catalogue.T("web.example.full"))
	}
	made := false
	defer func() {
		if !made {
			s.trials.drop(secret)
		}
	}()
	service, end, err := s.opt.Example(ctx)
	if err != nil {
		return err
	}
	t := &trial{actor: negotiate.Local(person, negotiate.ViaPage), close: end, used: time.Now()}
	o := Options{Actor: t.actor, URL: s.opt.URL, Log: s.opt.Log, trial: true}
	t.server = &server{desk: &live{service: service, opt: o}, opt: o, public: s.public, routes: s.routes, mux: s.mux, assets: s.assets, pages: s.pages, log: s.log, seal: s.seal, members: service}
	made = s.trials.put(secret, t)
	if !made { // the same person began another one meanwhile
		go t.end()
		return parley.Errorf(parley.Refused, "", "%s", catalogue.T("web.example.full"))
	}
	http.SetCookie(w, s.newCookie(r, afterTrial, secret))
	http.Redirect(w, r, "/", http.StatusSeeOther)
	return nil
}

// endTrial throws an example away.
func (s *server) endTrial(w http.ResponseWriter, r *http.Request) error {
	s.dropTrial(r)
	http.SetCookie(w, s.newCookie(r, afterTrial, ""))
	http.Redirect(w, r, "/", http.StatusSeeOther)
	return nil
}

func (s *server) trialSecret(r *http.Request) string { return s.cookie(r, afterTrial) }

// dropTrial ends the example of a request, once what is under way there is over.
func (s *server) dropTrial(r *http.Request) {
	s.trials.drop(s.trialSecret(r))
}

// tried answers a request in the example that its cookie names. One that is over
// is said to be: what somebody does in an example must never be done in earnest.
func (s *server) tried(rt route, w http.ResponseWriter, r *http.Request) error {
	secret := s.trialSecret(r)
	t := s.trials.take(secret, actorOf(r.Context()).ID)
	if t == nil {
		http.SetCookie(w, s.newCookie(r, afterTrial, ""))
		v := &ErrorView{
			Frame: s.desk.frame(r.Context(), catalogue.T("web.example.over")), Heading: catalogue.T("web.example.over"), Lines: []string{catalogue.T("web.example.over_says")},
			Back: catalogue.T("web.error.back"), BackURL: "/",
		}
		return s.show(w, http.StatusGone, "error", v)
	}
	defer t.busy.Done()
	return rt.handle(t.server, w, r.WithContext(withActor(r.Context(), t.actor)))
}

// take finds the example of a person; whoever takes it says when they are done.
func (x *trials) take(secret, person string) *trial {
	x.mu.Lock()
	defer x.mu.Unlock()
	now := time.Now()
	x.dropIdle(now)
	t := x.all[secret]
	if t == nil || t.server == nil || t.actor.ID != person {
		return nil
	}
	t.used = now
	t.busy.Add(1)
	return t
}

// reserve takes the place of a person's example before it is made, in which the one
// they had ends; false where there is no room.
func (x *trials) reserve(secret, person string, now time.Time) bool {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.dropIdle(now)
	for other, t := range x.all {
		if t.actor.ID == person {
			x.remove(other)
		}
	}
	if !x.room(now) {
		return false
	}
	if x.all == nil {
		x.all = map[string]*trial{}
	}
	x.all[secret] = &trial{actor: negotiate.Actor{ID: person}, used: now}
	return true
}

// put gives an example the place that was reserved for it; false where that is gone.
func (x *trials) put(secret string, t *trial) bool {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.all[secret] == nil {
		return false
	}
	x.all[secret] = t
	return true
}

func (x *trials) drop(secret string) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.remove(secret)
}

// remove takes an example out; mu is held.
func (x *trials) remove(secret string) {
	t := x.all[secret]
	delete(x.all, secret)
	if t != nil && t.server != nil {
		go t.end()
	}
}

// end takes an example away after the requests that are under way in it.
func (t *trial) end() {
	t.busy.Wait()
	if err := t.close(); err != nil {
		t.server.log.Error("throw the example away", "error", err)
	}
}

// dropIdle drops the examples that nobody used for long; mu is held.
func (x *trials) dropIdle(now time.Time) {
	for secret, t := range x.all {
		if now.Sub(t.used) > trialIdle {
			x.remove(secret)
		}
	}
}

// room makes room for one more example, and reports whether there is any: where there
// are many the one that was left the longest ago goes; mu is held.
func (x *trials) room(now time.Time) bool {
	oldest := ""
	for secret, t := range x.all {
		if oldest == "" || t.used.Before(x.all[oldest].used) {
			oldest = secret
		}
	}
	if len(x.all) < maxTrials {
		return true
	}
	if now.Sub(x.all[oldest].used) < trialBusy {
		return false
	}
	x.remove(oldest)
	return true
}
