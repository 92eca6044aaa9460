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
	s.dropTrial(r)
	if !s.trials.room(time.Now()) {
		return parley.Errorf(parley.Refused, "", "%s", catalogue.T("web.example.full"))
	}
	service, end, err := s.opt.Example(ctx)
	if err != nil {
		return err
	}
	t := &trial{actor: negotiate.Local(actorOf(ctx).ID, negotiate.ViaPage), close: end, used: time.Now()}
	o := Options{Actor: t.actor, URL: s.opt.URL, Log: s.opt.Log, trial: true}
	t.server = &server{desk: &live{service: service, opt: o}, opt: o, public: s.public, routes: s.routes, mux: s.mux, assets: s.assets, pages: s.pages, log: s.log, seal: s.seal, members: service}
	secret := rand.Text()
	s.trials.put(secret, t)
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

func (s *server) trialSecret(r *http.Request) string {
	c, err := r.Cookie(CookieName(s.secure(r)) + afterTrial)
	if err != nil {
		return ""
	}
	return c.Value
}

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
	t := x.all[secret]
	if t == nil || t.actor.ID != person {
		return nil
	}
	t.used = time.Now()
	t.busy.Add(1)
	return t
}

func (x *trials) put(secret string, t *trial) {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.all == nil {
		x.all = map[string]*trial{}
	}
	x.all[secret] = t
}

func (x *trials) drop(secret string) {
	x.mu.Lock()
	t := x.all[secret]
	delete(x.all, secret)
	x.mu.Unlock()
	if t != nil {
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

// room makes room for one more example, and reports whether there is any: those
// that nobody used for long go, and where there are many the one that was left
// the longest ago.
func (x *trials) room(now time.Time) bool {
	x.mu.Lock()
	defer x.mu.Unlock()
	oldest := ""
	for secret, t := range x.all {
		if now.Sub(t.used) > trialIdle {
			delete(x.all, secret)
			go t.end()
			continue
		}
		if oldest == "" || t.used.Before(x.all[oldest].used) {
			oldest = secret
		}
	}
	if len(x.all) < maxTrials {
		return true
	}
	t := x.all[oldest]
	if now.Sub(t.used) < trialBusy {
		return false
	}
	delete(x.all, oldest)
	go t.end()
	return true
}
