package web

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/internal/negotiate"
)

// route is one address of the site. action is the use-case it asks for, whose
// permission is checked there; "" shows nothing of anybody's.
type route struct {
	method, pattern, action string
	handle                  func(*server, http.ResponseWriter, *http.Request) error
	open                    bool     // whether it answers somebody who is not known
	room                    int64    // how many bytes it takes, 0 for [maxBody]
	fresh                   string   // who asks must have proved lately who they are, and is led back to this page after that; "" where not
	keeps                   []string // fields whose values that page fills in again, since they tell of nobody
	unattended              bool     // whether pages ask for it by themselves: that is no use of a session
	guest                   bool     // whether it answers guests of a workshop, and nobody else
	live                    bool     // whether it answers event by event, for as long as somebody looks
	pieces                  bool     // whether it is a file that is sent while it is read; the server bounds how long any answer may take
	same                    bool     // whether it answers everybody alike: nobody looks who asks
}

// negotiation is every address of the pages about threats, plan and record.
// Nothing is written by a GET.
var negotiation = []route{
	{method: "GET", pattern: "/{$}", action: "Status", handle: (*server).home},
	{method: "GET", pattern: "/t/{id}", action: "Brief", handle: (*server).brief},
	{method: "POST", pattern: "/t/{id}/say", action: "AddNote", handle: (*server).said},
	{method: "POST", pattern: "/t/{id}/options", action: "SayOption", handle: (*server).optionSaid},
	{method: "POST", pattern: "/t/{id}/decide", action: "Decide", handle: (*server).decide},
	{method: "GET", pattern: "/decisions/{id}", action: "Show", handle: (*server).then},
	{method: "POST", pattern: "/decisions/{id}", action: "Move", handle: (*server).moved},
	{method: "GET", pattern: agreementPath + "/{id}", action: "Agreements", handle: (*server).agreement},
	{method: "GET", pattern: "/plan", action: "Plan", handle: (*server).plan},
	{method: "POST", pattern: "/plan/agree", action: "Agree", handle: (*server).agree},
	{method: "GET", pattern: "/learn", action: "Learn", handle: (*server).learn},
	{method: "GET", pattern: layersPath, action: "Layers", handle: (*server).layers},
	{method: "GET", pattern: "/evidence", action: "Timeline", handle: pageOf("evidence", desk.evidence)},
	{method: "POST", pattern: takeBackPath, action: "TakeBackEvidence", handle: (*server).takeBack},
	{method: "GET", pattern: "/stages", action: "Stages", handle: (*server).stages},
	{method: "GET", pattern: "/calibration", action: "Calibration", handle: pageOf("calibration", desk.calibration)},
	{method: "GET", pattern: "/record", action: "Log", handle: (*server).record},
	{method: "POST", pattern: checkedPath, action: "Verify", handle: (*server).recordChecked},
	{method: "GET", pattern: newsPath, action: "Log", handle: (*server).news, live: true, unattended: true},
	{method: "GET", pattern: "/record.csv", action: "Log", handle: (*server).recordTable, pieces: true},
	{method: "GET", pattern: "/record.jsonl", action: "Log", handle: (*server).recordLines, pieces: true},
	{method: "GET", pattern: "/lived", action: "Accepted", handle: (*server).lived},
	{method: "GET", pattern: "/lived.csv", action: "Accepted", handle: (*server).livedTable},
	{method: "GET", pattern: "/lived.md", action: "Accepted", handle: (*server).livedText},
	{method: "GET", pattern: "/tasks", action: "Tasks", handle: (*server).tasks},
	{method: "GET", pattern: "/tasks.csv", action: "Tasks", handle: (*server).tasksTable},
	{method: "GET", pattern: "/tasks.md", action: "Tasks", handle: (*server).tasksList},
	{method: "POST", pattern: "/tasks/order", action: "Order", handle: (*server).order},
	{method: "POST", pattern: "/tasks/{id}/done", action: "Done", handle: (*server).done},
	{method: "GET", pattern: limitsPath, action: "Status", handle: (*server).limits},
	{method: "POST", pattern: limitsPath, action: "ProposeAppetite", handle: (*server).limitsProposed},
	{method: "POST", pattern: limitsPath + "/{id}", action: "Move", handle: (*server).limitsSettled},
	{method: "GET", pattern: whyPath, action: "Why", handle: (*server).why},
	{method: "GET", pattern: sumPath, action: "Sum", handle: (*server).sum},
	{method: "GET", pattern: organisationPath, action: "Rules", handle: pageOf("organisation", desk.organisation)},
	{method: "GET", pattern: rulesPath, action: "Rules", handle: (*server).rules},
	{method: "POST", pattern: rulesPath, action: "SetRule", handle: (*server).rulesProposed},
	{method: "POST", pattern: rulesPath + "/{id}", action: "SettleRule", handle: (*server).rulesSettled},
	{method: "GET", pattern: workshopPath, action: "Workshops", handle: pageOf("workshops", desk.rooms)},
	{method: "POST", pattern: workshopPath, action: "OpenWorkshop", handle: (*server).roomOpened},
	{method: "GET", pattern: workshopPath + "/{id}", action: "Workshop", handle: (*server).showRoom},
	{method: "GET", pattern: workshopPath + "/{id}/now", action: "Workshop", handle: (*server).roomNow, unattended: true},
	{method: "GET", pattern: workshopPath + "/{id}/events", action: "Workshop", handle: (*server).roomEvents, live: true, unattended: true},
	{method: "POST", pattern: workshopPath + "/{id}/link", action: "LinkWorkshop", handle: (*server).roomLinked},
	{method: "POST", pattern: workshopPath + "/{id}/unlink", action: "UnlinkWorkshop", handle: (*server).roomUnlinked},
	{method: "POST", pattern: workshopPath + "/{id}/threats", action: "AddToWorkshop", handle: (*server).roomAdded},
	{method: "POST", pattern: workshopPath + "/{id}/estimate", action: "EstimateInWorkshop", handle: (*server).roomEstimated},
	{method: "POST", pattern: workshopPath + "/{id}/step", action: "LeadWorkshop", handle: (*server).roomStep},
	{method: "GET", pattern: "/static/{name}", handle: (*server).static, open: true, same: true},
}

// signingIn is every address about accounts. Where an action is named, the
// service or the one table of permissions says who may; "own" is for everybody
// who is signed in, about their own account alone.
var signingIn = []route{
	{method: "GET", pattern: signInPath, handle: (*server).signIn, open: true},
	{method: "POST", pattern: signInPath, handle: (*server).signInSent, open: true},
	{method: "POST", pattern: passkeySignInPath, handle: (*server).askPasskey, open: true},
	{method: "POST", pattern: passkeyOfferPath, handle: (*server).offerPasskey, open: true},
	{method: "POST", pattern: passkeySignInPath + "/signed", handle: (*server).passkeySigned, open: true},
	{method: "POST", pattern: "/sign-out", handle: (*server).signOut, open: true},
	{method: "GET", pattern: setUpPath, handle: (*server).setUp, open: true},
	{method: "POST", pattern: setUpPath, handle: (*server).setUpSent, open: true},
	{method: "GET", pattern: invitePath, handle: (*server).invite, open: true},
	{method: "POST", pattern: invitePath, handle: (*server).inviteSent, open: true},
	{method: "POST", pattern: acceptPath, handle: (*server).accept, open: true},
	{method: "GET", pattern: resetPath, handle: (*server).reset, open: true},
	{method: "POST", pattern: resetPath, handle: (*server).resetSent, open: true},

	{method: "GET", pattern: accountPath, action: "own", handle: (*server).account},
	{method: "GET", pattern: provePath, action: "own", handle: (*server).prove},
	{method: "POST", pattern: provePath, action: "own", handle: (*server).proveSent},
	{method: "POST", pattern: accountPath + "/password", action: "own", handle: (*server).changePassword},
	{method: "POST", pattern: accountPath + "/second-factor", action: "own", handle: (*server).beginFactor, fresh: accountPath},
	{method: "POST", pattern: accountPath + "/second-factor/confirm", action: "own", handle: (*server).confirmFactor},
	{method: "POST", pattern: accountPath + "/second-factor/drop", action: "own", handle: (*server).dropFactor},
	{method: "POST", pattern: passkeysPath, action: "own", handle: (*server).newPasskey},
	{method: "POST", pattern: passkeysPath + "/made", action: "own", handle: (*server).passkeyMade},
	{method: "POST", pattern: passkeysPath + "/{id}/remove", action: "own", handle: (*server).removePasskey, fresh: accountPath},
	{method: "POST", pattern: accountPath + "/sessions/{id}/end", action: "own", handle: (*server).endSession},
	{method: "POST", pattern: accountPath + "/tokens", action: "own", handle: (*server).newToken, fresh: accountPath},
	{method: "POST", pattern: accountPath + "/tokens/{id}/revoke", action: "own", handle: (*server).revokeToken},

	{method: "GET", pattern: peoplePath, action: "Members", handle: (*server).people},
	{method: "POST", pattern: peoplePath + "/roles", action: "SetMember", handle: (*server).setRole},
	{method: "POST", pattern: peoplePath + "/invite", action: "SetMember", handle: (*server).sendInvitation, fresh: peoplePath, keeps: []string{"role", "product", "opens"}},
	{method: "POST", pattern: peoplePath + "/invitations/{id}/withdraw", action: "SetMember", handle: (*server).withdraw},
	{method: "POST", pattern: peoplePath + "/reset", action: "SetMember", handle: (*server).resetFor, fresh: peoplePath},
	{method: "POST", pattern: peoplePath + "/reset-mail", action: "SetMember", handle: (*server).resetByMail, fresh: peoplePath},
	{method: "POST", pattern: peoplePath + "/end", action: "SetMember", handle: (*server).endSessions},
	{method: "POST", pattern: peoplePath + "/clear", action: "SetMember", handle: (*server).clearFactor, fresh: peoplePath},
	{method: "POST", pattern: peoplePath + "/disable", action: "SetMember", handle: (*server).disable},
	{method: "POST", pattern: peoplePath + "/enable", action: "SetMember", handle: (*server).enable},
	{method: "GET", pattern: webhooksPath, action: "Webhooks", handle: (*server).showWebhooks},
	{method: "POST", pattern: webhooksPath, action: "SetWebhook", handle: (*server).addWebhook, fresh: webhooksPath},
	{method: "POST", pattern: webhooksPath + "/{id}/rotate", action: "SetWebhook", handle: (*server).rotateWebhook, fresh: webhooksPath},
	{method: "POST", pattern: webhooksPath + "/{id}/test", action: "TestWebhook", handle: (*server).testWebhook},
	{method: "POST", pattern: webhooksPath + "/{id}/replay", action: "SetWebhook", handle: (*server).replayWebhook},
	{method: "POST", pattern: webhooksPath + "/{id}/stop", action: "SetWebhook", handle: changeWebhook("stop", func(q *negotiate.WebhookRequest) { q.Stop = true })},
	{method: "POST", pattern: webhooksPath + "/{id}/start", action: "SetWebhook", handle: changeWebhook("start", func(q *negotiate.WebhookRequest) { q.Start = true })},
	{method: "POST", pattern: webhooksPath + "/{id}/remove", action: "SetWebhook", handle: changeWebhook("remove", func(q *negotiate.WebhookRequest) { q.Remove = true })},
	{method: "GET", pattern: accessPath, action: "Checkpoint", handle: (*server).access},
}

// byProvider are the addresses of signing in elsewhere.
var byProvider = []route{
	{method: "GET", pattern: providerPath, handle: (*server).toProvider, open: true},
	{method: "GET", pattern: ProviderBack, handle: (*server).fromProvider, open: true},
}

// routes are the addresses of a server with these options.
func (o Options) routes() []route {
	if o.Accounts == nil {
		return slices.Concat(negotiation, visiting, o.firstRun())
	}
	all := slices.Concat(negotiation, visiting, o.firstRun(), signingIn)
	if o.Provider != nil {
		all = append(all, byProvider...)
	}
	return all
}

// tries reports whether a route can be asked for in the example.
func (r route) tries() bool {
	return !r.same && slices.ContainsFunc(negotiation, func(n route) bool { return n.address() == r.address() })
}

// firstRun is how a product begins, with the example where there is one.
func (o Options) firstRun() []route {
	if o.Example == nil {
		return beginning
	}
	return slices.Concat(beginning, trying)
}

// address is a route as a mux takes it.
func (r route) address() string { return r.method + " " + r.pattern }

// routeOf is the route that answers a method and path; nil when none does.
func (s *server) routeOf(method, path string) *route {
	_, address := s.mux.Handler(&http.Request{Method: method, URL: &url.URL{Path: path}})
	for i := range s.routes {
		if s.routes[i].address() == address {
			return &s.routes[i]
		}
	}
	return nil
}

// allowed lists the methods an address takes, "" when there is no such address.
func (s *server) allowed(path string) string {
	var methods []string
	for _, method := range []string{http.MethodGet, http.MethodPost, http.MethodHead} {
		if s.routeOf(method, path) != nil {
			methods = append(methods, method)
		}
	}
	return strings.Join(methods, ", ")
}

func (s *server) static(w http.ResponseWriter, r *http.Request) error {
	if !s.assets.serve(w, r) {
		return parley.Errorf(parley.NotFound, "", "there is no such file")
	}
	return nil
}

func (s *server) show(w http.ResponseWriter, status int, name string, view any) error {
	body, err := s.pages.render(name, view)
	if err != nil {
		return err
	}
	writePage(w, status, body)
	return nil
}

// showAsked answers with a page that says itself what is wrong with what was asked
// for, if something is.
func (s *server) showAsked(w http.ResponseWriter, wrong bool, name string, view any) error {
	status := http.StatusOK
	if wrong {
		status = http.StatusUnprocessableEntity
	}
	return s.show(w, status, name, view)
}

// pageOf answers with a page about the product that the address names, or the
// one there is.
func pageOf[V any](name string, view func(d desk, ctx context.Context, product string) (V, error)) func(*server, http.ResponseWriter, *http.Request) error {
	return func(s *server, w http.ResponseWriter, r *http.Request) error {
		v, err := view(s.desk, r.Context(), r.URL.Query().Get("product"))
		if err != nil {
			return err
		}
		return s.show(w, http.StatusOK, name, v)
	}
}

// learn shows what to find out; with whole=yes what takes a search as well.
func (s *server) learn(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	v, err := s.desk.learn(r.Context(), q.Get("product"), q.Get("whole") == yesWhole)
	if err != nil {
		return err
	}
	return s.show(w, http.StatusOK, "learn", v)
}

// home shows what waits; where nothing was brought yet, how to begin.
func (s *server) home(w http.ResponseWriter, r *http.Request) error {
	v, err := s.desk.home(r.Context(), r.URL.Query().Get("product"))
	if err != nil {
		return err
	}
	if v.Starts {
		return s.start(w, r)
	}
	if id := r.URL.Query().Get("begun"); id != "" && id == v.ProductID {
		v.Notice = catalogue.T("web.start.begun")
	}
	return s.show(w, http.StatusOK, "home", v)
}

func (s *server) brief(w http.ResponseWriter, r *http.Request) error {
	v, err := s.desk.brief(r.Context(), briefAsk{threat: r.PathValue("id"), broken: r.URL.Query()["break"], opened: opened(r)})
	if err != nil {
		return err
	}
	v.Notice = v.noticeOf(r.URL.Query().Get("recorded"))
	if id := r.URL.Query().Get("moved"); id != "" && v.Notice == "" {
		v.Notice = catalogue.T("web.move.done")
	}
	if v.Notice == "" {
		v.Onward = nil
	}
	return s.show(w, http.StatusOK, "brief", v)
}

func (s *server) layers(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	v, err := s.desk.matrix(r.Context(), matrixAsk{q.Get("product"), q["break"]})
	if err != nil {
		return err
	}
	return s.show(w, http.StatusOK, "layers", v)
}

func (s *server) plan(w http.ResponseWriter, r *http.Request) error {
	v, err := s.desk.plan(r.Context(), readBudget(r.URL.Query()))
	if err != nil {
		return err
	}
	if id := r.URL.Query().Get("agreed"); id != "" && id == v.AgreedID {
		key := "web.agree.done"
		switch {
		case r.URL.Query().Get("decides") == "nothing":
			key = "web.agree.done_only"
		case v.Proposes:
			key = "web.agree.done_proposed"
		}
		v.Notice, v.Onward = catalogue.T(key), v.AgreedPage
	}
	return s.showAsked(w, v.wrong(), "plan", v)
}

func (s *server) stages(w http.ResponseWriter, r *http.Request) error {
	v, err := s.desk.stages(r.Context(), stagesAsk{r.URL.Query().Get("product"), r.URL.Query().Get("of")})
	if err != nil {
		return err
	}
	return s.show(w, http.StatusOK, "stages", v)
}

func (s *server) record(w http.ResponseWriter, r *http.Request) error {
	before := int64(-1)
	if text := r.URL.Query().Get("before"); text != "" {
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil || n < 0 {
			return parley.Errorf(parley.Invalid, "", "the address names no event")
		}
		before = n
	}
	v, err := s.desk.record(r.Context(), r.URL.Query().Get("product"), recordAsk{before: before, event: r.URL.Query().Get("event"), checkpoint: r.URL.Query().Get("checkpoint"), filter: readFilter(r.URL.Query())})
	if err != nil {
		return err
	}
	return s.showRecord(w, v)
}

// threatURL is the address of a threat's brief.
func threatURL(id string) string { return "/t/" + url.PathEscape(id) }
