package web

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/brief/plain"
	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/internal/negotiate"
)

const webhooksPath = "/webhooks"

// webhooks is whom the server tells by HTTP what is recorded.
type webhooks interface {
	Webhooks(context.Context, negotiate.Actor) (*negotiate.WebhooksResult, error)
	SetWebhook(context.Context, negotiate.Actor, negotiate.WebhookRequest) (*negotiate.WebhooksResult, error)
	TestWebhook(ctx context.Context, actor negotiate.Actor, id string) (*negotiate.WebhookTest, error)
}

// WebhooksView is every receiver, with what became of what it was sent.
type WebhooksView struct {
	Frame
	Heading string
	Lead    string
	Problem *Problem
	Shown   *Shown // a secret, this once
	Rows    []WebhookRow
	Add     *Form // nil for who may not add one
}

// WebhookRow is one receiver.
type WebhookRow struct {
	ID, URL    string
	Facts      []string
	Stopped    string // why nothing is sent, "" where it is
	Deliveries []DeliveryRow
	None       string // what is said where nothing was sent yet
	Acts       []AccountAct
	Replay     *Form // to send again; nil for who may not
}

// DeliveryRow is what became of one event on its way.
type DeliveryRow struct {
	Event, Tries, Said string
	State              Tag
	When               Moment
}

// webhooksView is the page as it is for who asks.
func (s *server) webhooksView(r *http.Request) (*WebhooksView, error) {
	ctx := r.Context()
	list, err := s.hooks.Webhooks(ctx, actorOf(ctx))
	if err != nil {
		return nil, err
	}
	v := &WebhooksView{Frame: s.desk.frame(ctx, catalogue.T("web.webhooks.title")), Heading: catalogue.T("web.webhooks.none"), Lead: catalogue.T("web.webhooks.lead")}
	if n := len(list.Webhooks); n > 0 {
		v.Heading = plain.Capital(catalogue.N("web.webhooks.heading", n, "number", plain.InWords(float64(n))))
	}
	products := s.desk.products(ctx)
	changes := s.desk.may(ctx, "SetWebhook", "") == nil
	for _, h := range list.Webhooks {
		v.Rows = append(v.Rows, webhookRow(h, products, changes))
	}
	if changes {
		v.Add = addWebhookForm(products)
	}
	return v, nil
}

func webhookRow(h negotiate.Webhook, products []Choice, changes bool) WebhookRow {
	what := catalogue.T("web.webhooks.all")
	switch {
	case h.Kind != negotiate.KindProgram:
		what = catalogue.T("web.webhooks.news")
	case len(h.Types) > 0:
		what = strings.Join(h.Types, ", ")
	}
	row := WebhookRow{ID: h.ID, URL: h.URL, Facts: []string{
		catalogue.T("web.webhooks.kind." + h.Kind),
		catalogue.T("web.webhooks.told", "what", what, "where", whereWords(products, h.Product)),
		catalogue.T("web.webhooks.since", "when", whenWords(h.Since), "by", h.By),
	}}
	for _, until := range h.Rotating {
		row.Facts = append(row.Facts, catalogue.T("web.webhooks.rotating", "until", whenWords(until)))
	}
	if h.WaitingSince != nil {
		row.Facts = append(row.Facts, catalogue.N("web.webhooks.waiting", int(h.Waiting), "since", whenWords(*h.WaitingSince)))
	}
	if h.Stopped != "" {
		row.Stopped = catalogue.T("web.webhooks.stopped", "why", plain.Clean(h.Stopped))
	}
	for _, d := range h.Last {
		row.Deliveries = append(row.Deliveries, deliveryRow(d))
	}
	if len(h.Last) == 0 {
		row.None = catalogue.T("web.webhooks.nothing")
	}
	if changes {
		row.acts(h)
	}
	return row
}

// acts adds what can be done about a receiver. The mark of its secret is sent along, so
// that a page which is loaded anew replaces none that was made since.
func (row *WebhookRow) acts(h negotiate.Webhook) {
	at := webhooksPath + "/" + url.PathEscape(row.ID) + "/"
	switching := "stop"
	if row.Stopped != "" {
		switching = "start"
	}
	for _, what := range []string{"test", "rotate", switching, "remove"} {
		if what == "rotate" && h.Kind != negotiate.KindProgram {
			continue
		}
		text, action := catalogue.T("web.webhooks.act."+what), at+what
		if what == "rotate" {
			action += "?" + url.Values{"was": {h.Mark}}.Encode()
		}
		row.Acts = append(row.Acts, AccountAct{Action: action, Text: text, Label: text + ": " + row.URL})
	}
	row.Replay = &Form{
		ID: "replay-" + row.ID, Action: at + "replay", Button: catalogue.T("web.webhooks.replay"), Quiet: true,
		Fields: []Field{{Name: "from", Label: catalogue.T("web.webhooks.from"), Type: "text", Complete: "off", Optional: true, Hint: catalogue.T("web.webhooks.from_hint")}},
	}
}

func deliveryRow(d negotiate.WebhookDelivery) DeliveryRow {
	event := strconv.FormatInt(d.Seq, 10)
	if d.What != "" {
		event = catalogue.T("web.webhooks.what." + d.What)
	}
	kind := map[string]string{"delivered": "good", "given-up": "risk"}[d.State]
	return DeliveryRow{
		Event: event, Tries: catalogue.N("web.webhooks.tries", d.Tries), Said: plain.Clean(d.Said),
		State: Tag{catalogue.T("web.webhooks.state." + d.State), kind}, When: momentOf(d.At),
	}
}

// addWebhookForm asks for a receiver.
func addWebhookForm(products []Choice) *Form {
	where := append([]Choice{{"", catalogue.T("web.people.everywhere")}}, products...)
	var kinds []Choice
	for _, k := range negotiate.WebhookKinds() {
		kinds = append(kinds, Choice{k, catalogue.T("web.webhooks.kind." + k)})
	}
	once := []Pair{{"id", negotiate.NewWebhookID()}} // so that a page which is loaded anew adds no other one
	return &Form{ID: "add", Action: webhooksPath, Button: catalogue.T("web.webhooks.add"), Hidden: once, Fields: []Field{
		{Name: "kind", Label: catalogue.T("web.webhooks.kind"), Choices: kinds},
		{Name: "url", Label: catalogue.T("web.webhooks.url"), Type: "url", Complete: "off", Hint: catalogue.T("web.webhooks.url_hint")},
		{Name: "product", Label: catalogue.T("web.people.where"), Choices: where},
		{Name: "types", Label: catalogue.T("web.webhooks.types"), Type: "text", Complete: "off", Optional: true, Hint: catalogue.T("web.webhooks.types_hint")},
	}}
}

func (s *server) showWebhooks(w http.ResponseWriter, r *http.Request) error {
	v, err := s.webhooksView(r)
	if err != nil {
		return err
	}
	if done := r.URL.Query().Get("done"); slices.Contains([]string{"add", "stop", "start", "remove", "replay"}, done) {
		v.Notice = catalogue.T("web.webhooks.done." + done)
	}
	return s.show(w, http.StatusOK, "webhooks", v)
}

// webhooksAgain shows the page with what was wrong; form finds the form it was
// sent by, nil for none.
func (s *server) webhooksAgain(w http.ResponseWriter, r *http.Request, form func(*WebhooksView) *Form, why error) error {
	if err := s.desk.may(r.Context(), "SetWebhook", ""); err != nil {
		return err
	}
	if !refusable(why) {
		return why
	}
	v, err := s.webhooksView(r)
	if err != nil {
		return err
	}
	var f *Form
	if form != nil {
		f = form(v)
	}
	if f != nil {
		f.refill(r, why)
	} else {
		v.Problem = problemOf(why)
	}
	return s.show(w, formStatus(w, why), "webhooks", v)
}

// addWebhook adds a receiver and shows its secret, this once.
func (s *server) addWebhook(w http.ResponseWriter, r *http.Request) error {
	form, err := s.read(r, "id", "kind", "url", "product", "types")
	req := negotiate.WebhookRequest{New: form.Get("id"), Kind: form.Get("kind"), URL: typed(r.PostForm, "url"), Product: form.Get("product"), Types: commas(typed(r.PostForm, "types"))}
	return s.webhookSecret(w, r, req, err, func(v *WebhooksView) *Form { return v.Add })
}

// rotateWebhook gives a receiver another secret and shows it, this once.
func (s *server) rotateWebhook(w http.ResponseWriter, r *http.Request) error {
	_, err := s.read(r)
	return s.webhookSecret(w, r, negotiate.WebhookRequest{ID: r.PathValue("id"), Rotate: true, Was: r.URL.Query().Get("was")}, err, nil)
}

// webhookSecret asks for what makes a secret, unless the form could not be read,
// and shows it; of a chat there is none.
func (s *server) webhookSecret(w http.ResponseWriter, r *http.Request, req negotiate.WebhookRequest, err error, form func(*WebhooksView) *Form) error {
	ctx := r.Context()
	var made *negotiate.WebhooksResult
	if err == nil {
		made, err = s.hooks.SetWebhook(ctx, actorOf(ctx), req)
	}
	if err != nil {
		return s.webhooksAgain(w, r, form, err)
	}
	if made.Secret == "" {
		http.Redirect(w, r, webhooksPath+"?done=add", http.StatusSeeOther)
		return nil
	}
	v, err := s.webhooksView(r)
	if err != nil {
		return err
	}
	at := req.URL
	for _, h := range made.Webhooks {
		if h.ID == req.ID {
			at = h.URL
		}
	}
	v.Shown = &Shown{Heading: catalogue.T("web.webhooks.secret", "url", at), Says: catalogue.T("web.webhooks.secret_says"), Values: []string{made.Secret}}
	return s.show(w, http.StatusOK, "webhooks", v)
}

// testWebhook sends a message that says nothing, and says what came of it.
func (s *server) testWebhook(w http.ResponseWriter, r *http.Request) error {
	_, err := s.read(r)
	ctx := r.Context()
	var test *negotiate.WebhookTest
	if err == nil {
		test, err = s.hooks.TestWebhook(ctx, actorOf(ctx), r.PathValue("id"))
	}
	if err != nil {
		return s.webhooksAgain(w, r, nil, err)
	}
	v, err := s.webhooksView(r)
	if err != nil {
		return err
	}
	if test.Taken {
		v.Notice = catalogue.T("web.webhooks.taken")
	} else {
		v.Problem = &Problem{Says: catalogue.T("web.webhooks.not_taken"), Hint: plain.Clean(test.Said)}
	}
	return s.show(w, http.StatusOK, "webhooks", v)
}

// changeWebhook makes a handler of what takes no more than a press of a button.
func changeWebhook(what string, change func(*negotiate.WebhookRequest)) func(*server, http.ResponseWriter, *http.Request) error {
	return func(s *server, w http.ResponseWriter, r *http.Request) error {
		_, err := s.read(r)
		req := negotiate.WebhookRequest{ID: r.PathValue("id")}
		change(&req)
		return s.webhookChanged(w, r, what, req, err, nil)
	}
}

// replayWebhook sends a receiver again what it was sent.
func (s *server) replayWebhook(w http.ResponseWriter, r *http.Request) error {
	id := r.PathValue("id")
	form, err := s.read(r, "from")
	req := negotiate.WebhookRequest{ID: id, Replay: true}
	if text := typed(form, "from"); err == nil && text != "" {
		if req.From, err = strconv.ParseInt(text, 10, 64); err != nil || req.From < 0 {
			err = parley.Errorf(parley.Invalid, "", "%s", catalogue.T("web.webhooks.no_event", "text", text))
		}
	}
	return s.webhookChanged(w, r, "replay", req, err, func(v *WebhooksView) *Form {
		i := slices.IndexFunc(v.Rows, func(row WebhookRow) bool { return row.ID == id })
		if i < 0 {
			return nil
		}
		return v.Rows[i].Replay
	})
}

func (s *server) webhookChanged(w http.ResponseWriter, r *http.Request, what string, req negotiate.WebhookRequest, err error, form func(*WebhooksView) *Form) error {
	ctx := r.Context()
	if err == nil {
		_, err = s.hooks.SetWebhook(ctx, actorOf(ctx), req)
	}
	if err != nil {
		return s.webhooksAgain(w, r, form, err)
	}
	http.Redirect(w, r, webhooksPath+"?"+url.Values{"done": {what}}.Encode(), http.StatusSeeOther)
	return nil
}
