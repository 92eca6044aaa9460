package web

import (
	"context"
	"io/fs"
	"log/slog"
	"net/http"
	"time"

	"github.com/parleysec/parley/internal/auth"
	"github.com/parleysec/parley/internal/negotiate"
	"github.com/parleysec/parley/internal/sse"
)

// desk makes the views and takes the answers; the handlers know nothing else.
type desk interface {
	home(ctx context.Context, product string) (*HomeView, error)
	// start is the page on which a product begins; draft is it with what somebody
	// brought, redraft with what was sent back, and begin records that.
	start(ctx context.Context) (*StartView, error)
	draft(ctx context.Context, in startSent) (*StartView, error)
	redraft(ctx context.Context, in startSent) (*StartView, error)
	begin(ctx context.Context, in startSent) (product string, err error)
	// appetite is what may be lost how often; tolerate proposes it, settle says
	// whether a proposal holds.
	appetite(ctx context.Context, product string) (*LimitsView, error)
	tolerate(ctx context.Context, in limitsSent) error
	settle(ctx context.Context, m moveSent) error
	// rules is who may decide how much; rule proposes a change of it, settleRule says
	// whether one holds.
	rules(ctx context.Context, product string) (*RulesView, error)
	rule(ctx context.Context, req negotiate.RuleRequest) error
	settleRule(ctx context.Context, req negotiate.SettleRuleRequest) error
	// organisation is what holds for all products, and how deciding goes on one.
	organisation(ctx context.Context, product string) (*OrganisationView, error)
	// why is what moved a figure between two days.
	why(ctx context.Context, ask whyAsk) (*WhyView, error)
	// sum is what figures add up from.
	sum(ctx context.Context, ask sumAsk) (*SumView, error)
	brief(ctx context.Context, ask briefAsk) (*BriefView, error)
	// speak records what somebody says about a threat or a decision on it.
	speak(ctx context.Context, t talkSent) error
	// sayOption records what an option takes and how much it stops of a threat.
	sayOption(ctx context.Context, o optionSent) error
	plan(ctx context.Context, q budget) (*PlanView, error)
	// agree records a plan as agreed on and returns the id of the agreement, and
	// whether a threat is decided on with it.
	agree(ctx context.Context, a agreeSent) (id string, decides bool, err error)
	learn(ctx context.Context, product string, whole bool) (*LearnView, error)
	// matrix is which layers stand before which threat.
	matrix(ctx context.Context, ask matrixAsk) (*MatrixView, error)
	evidence(ctx context.Context, product string) (*EvidenceView, error)
	takeBack(ctx context.Context, p passSent) error
	stages(ctx context.Context, ask stagesAsk) (*StagesView, error)
	calibration(ctx context.Context, product string) (*CalibrationView, error)
	record(ctx context.Context, product string, ask recordAsk) (*RecordView, error)
	// then is what was known when a decision was taken.
	then(ctx context.Context, decision string) (*ThenView, error)
	// agreement is a plan that was agreed on, and what became of it.
	agreement(ctx context.Context, id string) (*AgreementView, error)
	lived(ctx context.Context, ask livedAsk) (*LivedView, error)
	recordFile(ctx context.Context, product string, f negotiate.LogFilter, each func([]negotiate.Event) error) error
	livedFile(ctx context.Context, ask livedAsk) (*negotiate.AcceptedResult, error)
	tasks(ctx context.Context, product string) (*TasksView, error)
	backlog(ctx context.Context, product string) (*negotiate.TasksResult, error)
	order(ctx context.Context, req negotiate.OrderRequest) (*negotiate.TasksResult, error)
	// rooms are the workshops of a product, room is one of them as who asks may see
	// it, and actInRoom does what somebody did there.
	rooms(ctx context.Context, product string) (*WorkshopsView, error)
	openRoom(ctx context.Context, req negotiate.OpenWorkshopRequest) (id string, err error)
	// linkRoom makes a link for guests of a workshop, unlinkRoom takes it back,
	// joinRoom lets one in, and guest says who one is by their secret.
	linkRoom(ctx context.Context, req negotiate.LinkWorkshopRequest) (*negotiate.WorkshopLinkResult, error)
	unlinkRoom(ctx context.Context, id string) error
	joinRoom(ctx context.Context, req negotiate.JoinWorkshopRequest) (*negotiate.GuestResult, error)
	guest(ctx context.Context, secret string) (*negotiate.GuestResult, error)
	// news is what was recorded about a product since it was last asked for.
	news(ctx context.Context, n *newsOf) ([]byte, error)
	// roomMoves is what changes in a room while somebody looks at it.
	roomMoves(ctx context.Context, id string) (*RoomMoves, error)
	room(ctx context.Context, id string) (*WorkshopView, error)
	actInRoom(ctx context.Context, in roomSent) error
	// frame is what stands around a page that shows nothing of its own.
	frame(ctx context.Context, title string) Frame
	// decide records an answer and returns the id of the decision.
	decide(ctx context.Context, a answer) (id string, err error)
	done(ctx context.Context, task string) error
	// move says what becomes of a decision.
	move(ctx context.Context, m moveSent) error
	// since is what somebody did last about what waited, by its short id; nil where
	// that is not known.
	since(ctx context.Context, id string) *EventRow
	// may refuses who may not use a use-case on a product, "" for the organisation.
	may(ctx context.Context, useCase, product string) error
	// products are those that who asks may know of.
	products(ctx context.Context) []Choice
}

// members says who holds which role, and changes it.
type members interface {
	Members(context.Context, negotiate.Actor) (*negotiate.MembersResult, error)
	SetMember(context.Context, negotiate.Actor, negotiate.MemberRequest) (*negotiate.MembersResult, error)
}

// server answers requests with pages.
type server struct {
	desk   desk
	opt    Options
	public string // origin of the address people open, "" for the loopback address alone
	routes []route
	mux    *http.ServeMux // of routes
	assets *assets
	pages  *pages
	log    *slog.Logger

	members members
	hooks   webhooks
	seal    seal
	trials  trials
	streams sse.Quota       // pages that are kept up to date
	pieces  map[string]bool // addresses of files that are sent while they are read
	joins   *auth.Turns     // of a network that tries to join a workshop
	acts    *auth.Turns     // of a guest of one
}

func newServer(d desk, o Options) (*server, error) {
	public, err := PublicOrigin(o.URL)
	if err != nil {
		return nil, err
	}
	static, err := fs.Sub(staticFiles, "static")
	if err != nil {
		return nil, err
	}
	a, err := loadAssets(static)
	if err != nil {
		return nil, err
	}
	p, err := loadPages(a)
	if err != nil {
		return nil, err
	}
	log := o.Log
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	seal, err := newSeal(o.Key, time.Now)
	if err != nil {
		return nil, err
	}
	s := &server{desk: d, opt: o, public: public, routes: o.routes(), mux: http.NewServeMux(), assets: a, pages: p, log: log, seal: seal, pieces: map[string]bool{}}
	s.joins, s.acts = auth.NewTurns(joinEvery, joinBurst), auth.NewTurns(guestEvery, guestBurst)
	if s.opt.Grown == nil {
		s.opt.Grown = func() <-chan struct{} { return sse.After(time.Second) }
	}
	for _, r := range s.routes {
		s.pieces[r.pattern] = r.pieces
		s.mux.HandleFunc(r.address(), s.answer(r))
	}
	s.mux.HandleFunc("/", s.unknown)
	return s, nil
}

// handler is the whole site behind its guard.
func (s *server) handler() http.Handler {
	lasting := s.recovered(s.mux)
	timed := http.TimeoutHandler(lasting, maxTime, "")
	return s.guard(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if s.streamed(r) || s.pieces[r.URL.Path] { // what is timed is held back until it is whole
			lasting.ServeHTTP(w, r)
			return
		}
		timed.ServeHTTP(w, r)
	}))
}

// maxTime is how long one request may take.
const maxTime = 60 * time.Second

// recovered turns a panic into an error page, so that a mistake of ours ends
// one request and not the server.
func (s *server) recovered(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			if p := recover(); p == http.ErrAbortHandler { //nolint:errorlint // it is thrown as it is
				panic(p) // part of an answer is sent: the connection ends, so that nobody takes it for all
			} else if p != nil {
				s.log.Error("panic", "path", r.URL.Path, "what", p)
				s.refuse(w, r, http.StatusInternalServerError, "web.error.internal")
			}
		}()
		next.ServeHTTP(w, r)
	})
}

// NewHTTPServer is a server with limits on how slowly a client may speak.
func NewHTTPServer(h http.Handler) *http.Server {
	return &http.Server{
		Handler:           h,
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       15 * time.Second,
		WriteTimeout:      maxTime + 10*time.Second,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    32 << 10,
	}
}
