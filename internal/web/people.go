package web

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/auth"
	"github.com/parleysec/parley/internal/brief/plain"
	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/internal/invite"
	"github.com/parleysec/parley/internal/negotiate"
	"github.com/parleysec/parley/ledger"
)

const peoplePath = "/people"

// PeopleView is everybody who has an account, a role or an invitation.
type PeopleView struct {
	Frame
	Heading     string
	Problem     *Problem
	Shown       *Shown
	People      []PersonRow
	Invitations []InvitationRow
	Invite      *Form // nil for who may not invite
	Give        *Form // nil for who may not give roles
	RoleWords   []Pair
}

// PersonRow is one of them.
type PersonRow struct {
	Email, Name, State string
	Kind               string // of the state's tag
	Facts              string
	Roles              []RoleRow
	Acts               []AccountAct
}

// RoleRow is a role of somebody.
type RoleRow struct {
	Role, Says, On, Product string
	CanTake                 bool
}

// AccountAct is something that can be done about somebody's account.
type AccountAct struct{ Action, Text, Label string }

// InvitationRow is an invitation that was not accepted yet.
type InvitationRow struct{ ID, Email, Says string }

// administers refuses who may not manage accounts: that is for those who may
// give roles in the whole organisation, by the one table of permissions.
func (s *server) administers(r *http.Request) error {
	return s.desk.may(r.Context(), "SetMember", "")
}

// peopleView is the page as it is for who asks.
func (s *server) peopleView(r *http.Request) (*PeopleView, error) {
	ctx := r.Context()
	members, err := s.members.Members(ctx, actorOf(ctx))
	if err != nil {
		return nil, err
	}
	accounts, err := s.opt.Accounts.Accounts(ctx)
	if err != nil {
		return nil, err
	}
	wide := s.desk.may(ctx, "Members", "") == nil
	if !wide { // who works on other products is nobody else's business
		accounts = slices.DeleteFunc(accounts, func(a auth.Account) bool {
			return !slices.ContainsFunc(members.Members, func(m negotiate.Member) bool { return m.Person == a.Email })
		})
	}
	administers := s.administers(r) == nil
	products := s.desk.products(ctx)
	v := &PeopleView{Frame: s.desk.frame(ctx, catalogue.T("web.people.title")), Heading: catalogue.N("web.people.heading", len(accounts), "number", plain.Capital(plain.InWords(float64(len(accounts)))))}
	if len(accounts) == 0 {
		v.Heading = catalogue.T("web.people.nobody")
	}
	rows := map[string]*PersonRow{}
	for _, a := range accounts {
		rows[a.Email] = personRow(a, administers && a.Email != actorOf(ctx).ID, s.opt.Accounts.Mails())
		if !wide {
			rows[a.Email].Facts = ""
		}
	}
	for _, m := range members.Members {
		if rows[m.Person] == nil {
			rows[m.Person] = &PersonRow{Email: m.Person, State: catalogue.T("web.people.no_account")}
		}
		row := RoleRow{Role: string(m.Role), Says: catalogue.T("web.role." + string(m.Role)), On: whereWords(products, m.Product), Product: m.Product}
		row.CanTake = m.Person != actorOf(ctx).ID && s.desk.may(ctx, "SetMember", m.Product) == nil
		rows[m.Person].Roles = append(rows[m.Person].Roles, row)
	}
	for _, row := range rows {
		v.People = append(v.People, *row)
	}
	slices.SortFunc(v.People, func(a, b PersonRow) int { return strings.Compare(a.Email, b.Email) })
	return v, s.peopleForms(r, v, products, administers)
}

// whereWords is what a product is called, or that it is about all of them.
func whereWords(products []Choice, id string) string {
	if id == "" {
		return catalogue.T("web.people.everywhere")
	}
	if i := slices.IndexFunc(products, func(p Choice) bool { return p.ID == id }); i >= 0 {
		return products[i].Title
	}
	return id
}

func personRow(a auth.Account, acts, mails bool) *PersonRow {
	row := &PersonRow{Email: a.Email, Name: a.Name}
	facts := []string{catalogue.N("web.people.sessions", a.Sessions)}
	if a.Sessions == 0 {
		facts[0] = catalogue.T("web.people.sessions.none")
	}
	if a.Tokens > 0 {
		facts = append(facts, catalogue.N("web.people.tokens", a.Tokens))
	}
	if a.SecondFactor {
		facts = append(facts, catalogue.T("web.people.second"))
	}
	if a.Passkeys > 0 {
		facts = append(facts, catalogue.N("web.people.passkeys", a.Passkeys))
	}
	if l := a.NewPassword; l != nil {
		facts = append(facts, catalogue.T("web.people.reset_letter."+l.State, "when", whenWords(l.Made)))
	}
	row.Facts = strings.Join(facts, " · ")
	if !a.Disabled.IsZero() {
		row.State, row.Kind = catalogue.T("web.people.disabled"), "warn"
	}
	if !acts {
		return row
	}
	act := func(what string) {
		row.Acts = append(row.Acts, AccountAct{
			Action: peoplePath + "/" + what, Text: catalogue.T("web.people.act." + what),
			Label: catalogue.T("web.people.act."+what) + ": " + a.Email,
		})
	}
	if !a.Disabled.IsZero() {
		act("enable")
		return row
	}
	act("reset")
	if mails {
		act("reset-mail")
	}
	if a.Sessions+a.Tokens > 0 {
		act("end")
	}
	if a.SecondFactor || a.Passkeys > 0 {
		act("clear")
	}
	act("disable")
	return row
}

// peopleForms adds what who asks may do.
func (s *server) peopleForms(r *http.Request, v *PeopleView, products []Choice, administers bool) error {
	where := slices.DeleteFunc(slices.Clone(products), func(p Choice) bool { return s.desk.may(r.Context(), "SetMember", p.ID) != nil })
	if administers {
		where = append([]Choice{{"", catalogue.T("web.people.everywhere")}}, where...)
	}
	if len(where) > 0 {
		v.Give = &Form{ID: "give", Action: peoplePath + "/roles", Button: catalogue.T("web.people.give"), Quiet: true, Fields: append([]Field{emailField("person")}, roleFields(where)...)}
	}
	for _, role := range ledger.MemberRoles() {
		v.RoleWords = append(v.RoleWords, Pair{catalogue.T("web.role." + string(role)), catalogue.T("web.role." + string(role) + ".says")})
	}
	if !administers {
		return nil
	}
	invitations, err := s.opt.Accounts.Invitations(r.Context())
	if err != nil {
		return err
	}
	for _, in := range invitations {
		row := InvitationRow{ID: in.ID, Email: in.Email, Says: catalogue.T("web.people.invited", "by", in.By, "until", whenWords(in.Expires))}
		if in.Letter != "" {
			row.Says += " · " + catalogue.T("web.people.letter."+in.Letter)
		}
		v.Invitations = append(v.Invitations, row)
	}
	for i := range v.People { // a role may be left of an invitation that was cut off
		if p := &v.People[i]; p.State == catalogue.T("web.people.no_account") && !slices.ContainsFunc(invitations, func(in auth.Invitation) bool { return in.Email == p.Email }) {
			p.State, p.Kind = catalogue.T("web.people.no_invitation"), "warn"
		}
	}
	f := &Form{ID: "invite", Action: peoplePath + "/invite", Button: catalogue.T("web.people.invite")}
	f.Fields = append([]Field{emailField("email"), {Name: "name", Label: catalogue.T("web.account.name"), Type: "text", Complete: "off", Optional: true}}, roleFields(where)...)
	f.Fields = append(f.Fields, Field{Name: "opens", Label: catalogue.T("web.people.opens"), Type: "text", Complete: "off", Optional: true, Hint: catalogue.T("web.people.opens_hint")})
	if opens := s.returnPath(r.URL.Query().Get("opens")); opens != "/" {
		f.Fields[len(f.Fields)-1].Value = opens
	}
	f.choose("role", r.URL.Query().Get("role"))
	f.choose("product", r.URL.Query().Get("product"))
	if s.opt.Accounts.Mails() {
		f.Ticks = []Tick{{Name: "mail", Value: "yes", Label: catalogue.T("web.people.mail"), Note: catalogue.T("web.people.mail_note"), Checked: true}}
		f.Button = catalogue.T("web.people.invite_mail")
	}
	v.Invite = f
	return nil
}

func emailField(name string) Field {
	return Field{Name: name, Label: catalogue.T("web.account.email"), Type: "email", Complete: "off"}
}

// roleFields ask for a role and where it counts.
func roleFields(where []Choice) []Field {
	role := Field{Name: "role", Label: catalogue.T("web.people.role")}
	for _, x := range ledger.MemberRoles() {
		role.Choices = append(role.Choices, Choice{string(x), catalogue.T("web.role." + string(x))})
	}
	return []Field{role, {Name: "product", Label: catalogue.T("web.people.where"), Choices: where}}
}

func (s *server) people(w http.ResponseWriter, r *http.Request) error {
	v, err := s.peopleView(r)
	if err != nil {
		return err
	}
	if done := r.URL.Query().Get("done"); slices.Contains([]string{"roles", "end", "clear", "disable", "enable", "withdraw", "mailed"}, done) {
		v.Notice = catalogue.T("web.people.done." + done)
	}
	return s.show(w, http.StatusOK, "people", v)
}

// peopleAgain shows the page with what was wrong with a form; the form may be nil
// where what was sent belongs to none.
func (s *server) peopleAgain(w http.ResponseWriter, r *http.Request, form func(*PeopleView) *Form, why error) error {
	if !refusable(why) || parley.KindOfError(why) == parley.Forbidden {
		return why
	}
	v, err := s.peopleView(r)
	if err != nil {
		return err
	}
	if f := form(v); f != nil {
		f.refill(r, why)
	} else {
		v.Problem = problemOf(why)
	}
	return s.show(w, formStatus(w, why), "people", v)
}

func noForm(*PeopleView) *Form { return nil }

// sendInvitation gives somebody a role and makes the link by which they get an
// account.
func (s *server) sendInvitation(w http.ResponseWriter, r *http.Request) error {
	which := func(v *PeopleView) *Form { return v.Invite }
	form, err := s.read(r, "email", "name", "role", "product", "opens", "mail")
	if err != nil {
		return s.peopleAgain(w, r, which, err)
	}
	if err := s.administers(r); err != nil {
		return err
	}
	ctx := r.Context()
	in := auth.Invitation{Email: typed(form, "email"), Name: typed(form, "name"), Opens: typed(form, "opens")}
	if in.Opens != "" && s.returnPath(in.Opens) != in.Opens {
		return s.peopleAgain(w, r, which, parley.Errorf(parley.Invalid, "", "%s", catalogue.T("web.people.opens_nowhere")))
	}
	wanted := invite.Wanted{Invitation: in, Mail: form.Get("mail") != "", Role: ledger.MemberRole(form.Get("role")), Product: form.Get("product")}
	secret, err := invite.Send(ctx, s.opt.Accounts, s.members, actorOf(ctx), wanted)
	if err != nil {
		return s.peopleAgain(w, r, which, err)
	}
	if wanted.Mail {
		return donePeople(w, r, "mailed")
	}
	return s.showLink(w, r, invitePath, secret, catalogue.T("web.people.link", "email", in.Email), catalogue.T("web.people.link_says"))
}

// showLink shows a link with a secret, this once.
func (s *server) showLink(w http.ResponseWriter, r *http.Request, path, secret, heading, says string) error {
	v, err := s.peopleView(r)
	if err != nil {
		return err
	}
	v.Shown = &Shown{Heading: heading, Says: says, Values: []string{s.origin(r) + path + "#" + secret}}
	return s.show(w, http.StatusOK, "people", v)
}

// setRole gives a role or takes it away; the service says whether that may be.
func (s *server) setRole(w http.ResponseWriter, r *http.Request) error {
	which := func(v *PeopleView) *Form { return v.Give }
	form, err := s.read(r, "person", "role", "product", "remove")
	if err != nil {
		return s.peopleAgain(w, r, which, err)
	}
	ctx := r.Context()
	req := negotiate.MemberRequest{Person: typed(form, "person"), Role: ledger.MemberRole(form.Get("role")), Product: form.Get("product"), Remove: form.Get("remove") != ""}
	if req.Remove {
		which = noForm
	}
	if _, err := s.members.SetMember(ctx, actorOf(ctx), req); err != nil {
		return s.peopleAgain(w, r, which, err)
	}
	return donePeople(w, r, "roles")
}

func donePeople(w http.ResponseWriter, r *http.Request, what string) error {
	http.Redirect(w, r, peoplePath+"?"+url.Values{"done": {what}}.Encode(), http.StatusSeeOther)
	return nil
}

// about does something about the account of somebody else.
func (s *server) about(w http.ResponseWriter, r *http.Request, what string, do func(by, email string) error) error {
	form, err := s.read(r, "email")
	if err != nil {
		return err
	}
	if err := s.administers(r); err != nil {
		return err
	}
	if err := do(actorOf(r.Context()).ID, typed(form, "email")); err != nil {
		return s.peopleAgain(w, r, noForm, err)
	}
	return donePeople(w, r, what)
}

func (s *server) disable(w http.ResponseWriter, r *http.Request) error {
	return s.about(w, r, "disable", func(by, email string) error { return s.opt.Accounts.Disable(r.Context(), by, email) })
}

func (s *server) enable(w http.ResponseWriter, r *http.Request) error {
	return s.about(w, r, "enable", func(by, email string) error { return s.opt.Accounts.Enable(r.Context(), by, email) })
}

func (s *server) clearFactor(w http.ResponseWriter, r *http.Request) error {
	return s.about(w, r, "clear", func(by, email string) error { return s.opt.Accounts.ClearSecondFactor(r.Context(), by, email) })
}

// resetByMail sends somebody a link to set a new password, which nobody else sees.
func (s *server) resetByMail(w http.ResponseWriter, r *http.Request) error {
	return s.about(w, r, "mailed", func(by, email string) error { return s.opt.Accounts.ResetByMail(r.Context(), by, email) })
}

func (s *server) endSessions(w http.ResponseWriter, r *http.Request) error {
	return s.about(w, r, "end", func(by, email string) error { return s.opt.Accounts.EndAll(r.Context(), by, email) })
}

func (s *server) withdraw(w http.ResponseWriter, r *http.Request) error {
	if err := s.administers(r); err != nil {
		return err
	}
	if err := invite.Withdraw(r.Context(), s.opt.Accounts, s.members, actorOf(r.Context()), r.PathValue("id")); err != nil {
		return s.peopleAgain(w, r, noForm, err)
	}
	return donePeople(w, r, "withdraw")
}

// resetFor makes a link by which somebody sets a new password.
func (s *server) resetFor(w http.ResponseWriter, r *http.Request) error {
	form, err := s.read(r, "email")
	if err != nil {
		return err
	}
	if err := s.administers(r); err != nil {
		return err
	}
	email := typed(form, "email")
	secret, err := s.opt.Accounts.ResetLink(r.Context(), actorOf(r.Context()).ID, email)
	if err != nil {
		return s.peopleAgain(w, r, noForm, err)
	}
	return s.showLink(w, r, resetPath, secret, catalogue.T("web.people.reset_link", "email", email), catalogue.T("web.people.reset_says"))
}
