package web

import (
	"context"
	"net/url"
	"slices"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/brief/plain"
	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/internal/negotiate"
	"github.com/parleysec/parley/ledger"
)

// lossQuestions are the three questions, from the least loss on.
var lossQuestions = []string{"web.limits.shrug", "web.limits.explain", "web.limits.survive"}

// oftens are how often a loss may be tolerated: shares of years.
var oftens = []string{"50%", "20%", "10%", "5%", "2%", "1%", "0.5%", "0.1%"}

func (l *live) appetite(ctx context.Context, product string) (*LimitsView, error) {
	s, err := l.look(ctx, product)
	if err != nil {
		return nil, err
	}
	v := &LimitsView{Frame: l.page(ctx, s, catalogue.T("web.limits.title"), limitsPath), Heading: catalogue.T("web.limits.none")}
	if s.product == nil {
		return v, nil
	}
	v.Lead = []string{catalogue.T("web.limits.lead")}
	rules, err := l.service.Rules(ctx, actorOf(ctx))
	if err != nil {
		return nil, err
	}
	since := ""
	for _, f := range rules.Policy {
		if f.Field == "appetite" && f.Currency == s.product.Model.Product.Currency {
			since = catalogue.T("web.limits.since", "date", plain.DateText(f.Since.Format("2006-01-02")), "product", titleOr(f.From, catalogue.T("web.limits.elsewhere")))
		}
	}
	for _, x := range s.product.Model.Policy.Appetite {
		v.Limits = append(v.Limits, LimitRow{catalogue.T("web.limits.row", "loss", plain.Amount(x.Loss.Mean(), s.product.Model.Product.Currency), "years", plain.YearsOf(x.Chance.Mean())), since})
	}
	if n := len(v.Limits); n > 0 {
		v.Adds = s.adds(sumAsk{}, catalogue.T("web.limits.title"))
		v.Heading = catalogue.N("web.limits.heading", n, "number", plain.Capital(plain.InWords(float64(n))))
	}
	may := l.may(ctx, "Move (policy)", "") == nil
	for _, q := range s.policyProposals() {
		v.Waiting = append(v.Waiting, LimitProposal{
			ID: q.ShortID, Action: limitsPath + "/" + url.PathEscape(q.ShortID), ProductID: s.product.ID, Says: sentence(q.Says), By: q.By, May: may,
		})
	}
	v.Questions = l.questions(ctx, s)
	return v, nil
}

// policyProposals are the changes of the yardstick that wait.
func (s *situation) policyProposals() []negotiate.Proposal {
	return slices.DeleteFunc(slices.Clone(s.product.Proposals), func(q negotiate.Proposal) bool { return q.About != string(ledger.AboutPolicy) })
}

// questions are the three, for who may propose; nil for anybody else.
func (l *live) questions(ctx context.Context, s *situation) *LimitsForm {
	if l.may(ctx, "ProposeAppetite", s.product.ID) != nil {
		return nil
	}
	f := &LimitsForm{ProductID: s.product.ID, Currency: s.product.Model.Product.Currency, Often: []Choice{{"", catalogue.T("web.limits.choose")}}}
	for _, share := range oftens {
		f.Often = append(f.Often, Choice{share, catalogue.T("web.limits.often." + share)})
	}
	for i, key := range lossQuestions {
		f.Asks = append(f.Asks, LimitAsk{N: i + 1, Label: catalogue.T(key)})
	}
	return f
}

// ask puts the three questions onto the first page while nothing says what may be
// lost, or says that an answer waits.
func (l *live) ask(ctx context.Context, s *situation, v *HomeView) {
	v.LimitsURL = s.pageURL(limitsPath)
	if m := s.product.Model; m == nil || len(m.Policy.Appetite) > 0 {
		return
	}
	if len(s.policyProposals()) > 0 {
		v.LimitsWait = catalogue.T("web.limits.waits")
		return
	}
	v.Questions = l.questions(ctx, s)
}

// tolerate proposes what may be lost how often.
func (l *live) tolerate(ctx context.Context, in limitsSent) error {
	_, err := l.service.ProposeAppetite(ctx, actorOf(ctx), negotiate.AppetiteRequest{Product: in.product, Limits: in.points, Because: in.because})
	return err
}

// settle approves or rejects a change of the yardstick, and nothing else: whoever
// approves a decision has its brief before them.
func (l *live) settle(ctx context.Context, m moveSent) error {
	if m.move != moveApprove && m.move != moveReject {
		return parley.Errorf(parley.Invalid, "", "%s", catalogue.T("web.decide.unreadable"))
	}
	s, err := l.look(ctx, m.threat)
	if err != nil {
		return err
	}
	if s.product == nil || !slices.ContainsFunc(s.policyProposals(), func(q negotiate.Proposal) bool { return q.ShortID == m.id }) {
		return notWaiting()
	}
	_, err = l.service.Move(ctx, actorOf(ctx), negotiate.MoveRequest{Product: s.product.ID, Decision: m.id, Move: m.move, Because: m.because})
	return err
}
