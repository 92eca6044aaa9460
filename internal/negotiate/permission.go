package negotiate

import (
	"slices"

	"github.com/parleysec/parley/ledger"
)

// Actor is who asks for something and how that is known.
type Actor = ledger.Actor

// Ways in, for [Local].
const (
	ViaCLI  = ledger.ViaCLI
	ViaPage = ledger.ViaPage
)

// Local is an actor known because the request came from this machine. Such an
// actor may do everything: whoever can write the ledger's file needs no role.
func Local(id string, via ledger.Via) Actor {
	return Actor{ID: id, Known: ledger.ThisMachine, Via: via}
}

// where says on what a role must be held.
type where int

const (
	onProduct      where = iota // on the product concerned, or on the organisation
	onOrganisation              // on the organisation: it concerns every product
	anywhere                    // on anything: it concerns no product, or lists those the actor may see
)

// permission says who may call a use-case over a server, by role. Without any
// role it is for whoever is at this machine alone. Denying is the default: a
// use-case that is not in the table may be called by nobody.
type permission struct {
	roles  []ledger.MemberRole
	where  where
	writes bool
	people bool  // for somebody who signed in, never for a token
	scope  Scope // the least a token needs; "" for read, or write where it writes
	guests bool  // also for a guest of a workshop, there; without roles for nobody else over a server
	files  bool  // a file in the request is priced for anybody with a role: it says nothing about the record
}

// least is the least scope a token needs.
func (p permission) least() Scope {
	switch {
	case p.scope != "":
		return p.scope
	case p.writes:
		return ScopeWrite
	}
	return ScopeRead
}

// to are the roles of a permission.
func to(roles ...ledger.MemberRole) []ledger.MemberRole { return roles }

var (
	everybody = ledger.MemberRoles()

	// reading is for every role but that of administrator: who manages accounts
	// need not know where a product is weak.
	reading = to(ledger.Reader, ledger.Contributor, ledger.Decider, ledger.Security, ledger.Manager, ledger.Auditor)

	// bringing is for those who do the work: whoever decides should not also supply
	// the figures, and who is to do both holds both roles, on record.
	bringing = to(ledger.Contributor, ledger.Security)

	// talking is for all who take part; readers and auditors leave no traces.
	talking = to(ledger.Contributor, ledger.Decider, ledger.Security, ledger.Manager)

	// ordering is for those who do the work and those who answer for it: what is
	// done first changes no figure, and both bear it.
	ordering = to(ledger.Contributor, ledger.Security, ledger.Decider, ledger.Manager)

	// deciding is for those who answer for it.
	deciding = to(ledger.Decider, ledger.Manager)
)

// permissions is the one table of who may do what. A use-case that means
// different things by what is asked of it has several lines: the words in
// brackets say when. What has no roles is for this machine alone: it makes or
// copies whole ledgers, with the key that signs them.
var permissions = map[string]permission{
	// Nothing of the record is in these: any role will do.
	"Check":        {roles: everybody, where: anywhere, files: true},
	"Import":       {roles: everybody, where: anywhere},
	"ReadEvidence": {roles: everybody, where: anywhere},
	"CheckProof":   {roles: everybody, where: anywhere},

	// What a product is like, for everybody who may read it.
	"Risk":          {roles: reading, files: true},
	"WhatIf":        {roles: reading, files: true},
	"Brief":         {roles: reading, files: true},
	"Plan":          {roles: reading, files: true},
	"Frontier":      {roles: reading, files: true},
	"Compare":       {roles: reading, files: true},
	"Learn":         {roles: reading, files: true},
	"Layers":        {roles: reading, files: true},
	"Timeline":      {roles: reading},
	"Gate":          {roles: reading, files: true},
	"Stages":        {roles: reading, files: true},
	"Export":        {roles: reading, files: true},
	"Incidents":     {roles: reading, files: true},
	"Calibration":   {roles: reading}, // one's own, and the team's as a whole
	"Metrics":       {roles: reading}, // of a product, and of nobody
	"PreviewTriage": {roles: reading},
	"Tasks":         {roles: reading},
	"Workshops":     {roles: reading},
	"Workshop":      {roles: reading, guests: true}, // without what is sealed, but for one's own
	"Show":          {roles: reading},
	"See":           {roles: reading, people: true}, // who opened what; beside the record, so that reading it stays reading
	"Seen":          {roles: reading},               // oneself
	"SeenAll":       {roles: reading},               // as Seen, of all decisions of a product
	"ShowAt":        {roles: reading},               // the products one may read today, as they were
	"Why":           {roles: reading},
	"Sum":           {roles: reading, files: true},
	"Accepted":      {roles: reading}, // who has seen what is in it goes by Seen
	"Agreements":    {roles: reading},
	"Log":           {roles: reading}, // events of the products one may read; those of the organisation for roles on it

	// Lists of what one may see, which may be nothing.
	"Access":   {roles: everybody, where: anywhere}, // what one may do oneself
	"Products": {roles: everybody, where: anywhere}, // names alone; roles are given on them
	"Status":   {roles: everybody, where: anywhere}, // of the products one may read
	"Rules":    {roles: everybody, where: anywhere}, // whoever is refused may know by which rule
	"Members":  {roles: to(ledger.Manager, ledger.Auditor, ledger.Administrator)},

	// Proofs hold names and salts, so that they are for those who answer for a
	// decision and those who check it.
	"Prove":            {roles: to(ledger.Decider, ledger.Manager, ledger.Auditor)},
	"Seen (of others)": {roles: to(ledger.Decider, ledger.Manager, ledger.Auditor)}, // whoever answers for a decision may know who knew of it
	"Verify":           {roles: to(ledger.Manager, ledger.Auditor), where: onOrganisation},
	"Checkpoint":       {roles: to(ledger.Auditor), where: onOrganisation},

	// Bringing facts.
	"Apply":                      {roles: bringing, writes: true},
	"Apply (organisation)":       {roles: bringing, where: onOrganisation, writes: true}, // a new product, another id of one, what the organisation did not say yet
	"AddEvidence":                {roles: bringing, writes: true, scope: ScopeEvidence},
	"TakeBackEvidence":           {roles: bringing, writes: true},
	"AddIncident":                {roles: bringing, writes: true, scope: ScopeEvidence},
	"CorrectIncident":            {roles: bringing, writes: true},
	"Done":                       {roles: bringing, writes: true},
	"Order":                      {roles: ordering, writes: true},
	"ProposeAppetite":            {roles: talking, writes: true},
	"MoveStage":                  {roles: talking, writes: true},
	"SayActivity":                {roles: bringing, writes: true},
	"Triage":                     {roles: bringing, writes: true},
	"SayOption":                  {roles: bringing, writes: true},
	"AddNote":                    {roles: talking, writes: true},
	"AddNote (challenge)":        {roles: to(ledger.Decider, ledger.Security, ledger.Manager), writes: true}, // it holds a proposal up
	"OpenWorkshop":               {roles: bringing, writes: true},
	"AddToWorkshop":              {roles: talking, writes: true, guests: true},
	"EstimateInWorkshop":         {roles: talking, writes: true, guests: true},
	"LinkWorkshop":               {roles: bringing, writes: true, people: true}, // for whoever leads: it lets strangers in
	"UnlinkWorkshop":             {roles: bringing, writes: true},
	"LeadWorkshop":               {roles: bringing, writes: true},              // typed threats become threats of the product
	"ReviewCondition":            {roles: talking, writes: true, people: true}, // whether a condition still holds; that it does not brings the decision back
	"Decide (propose)":           {roles: talking, writes: true},
	"Move (approve with others)": {roles: to(ledger.Decider, ledger.Security, ledger.Manager), writes: true, people: true}, // where the authority matrix asks for several, of whom one is
	"Move (withdraw one's own)":  {roles: talking, writes: true, people: true},

	// Deciding is for people.
	"Decide":        {roles: deciding, writes: true, people: true},
	"Agree":         {roles: deciding, writes: true, people: true},
	"Move":          {roles: deciding, writes: true, people: true},
	"Move (policy)": {roles: to(ledger.Manager), where: onOrganisation, writes: true, people: true}, // a file's proposal about the yardstick of all

	// Rules are the organisation's.
	"SetRule":           {roles: to(ledger.Security, ledger.Manager), where: onOrganisation, writes: true},
	"SetRule (at once)": {roles: to(ledger.Manager), where: onOrganisation, writes: true, people: true}, // where one person may do both
	"SettleRule":        {roles: to(ledger.Manager), where: onOrganisation, writes: true, people: true},
	"Sweep":             {roles: to(ledger.Manager), where: onOrganisation, writes: true}, // what the clock does anyway

	// A token that leaks must not make accounts mighty.
	"SetMember": {roles: to(ledger.Administrator), writes: true, people: true},

	// Whom the server tells by itself: secrets, and a way out for what is recorded.
	"Webhooks":    {roles: to(ledger.Auditor, ledger.Administrator), where: onOrganisation},
	"SetWebhook":  {roles: to(ledger.Administrator), where: onOrganisation, writes: true, people: true},
	"TestWebhook": {roles: to(ledger.Administrator), where: onOrganisation, people: true},

	// Coming by the link of a workshop, for who has no account: of the three above
	// that guests may, each asks for this first.
	"JoinWorkshop": {writes: true, guests: true},
	"Guest":        {guests: true},

	// Whole ledgers.
	"Create":       {writes: true},
	"RotateKey":    {writes: true},
	"Erase":        {writes: true},
	"Backup":       {},
	"Restore":      {writes: true},
	"ExportLedger": {}, // with the key that signs checkpoints
	"ImportLedger": {writes: true},
}

// RolesFor are the roles that may use a use-case where they are held; none for what
// is for this machine alone.
func RolesFor(useCase string) []ledger.MemberRole { return slices.Clone(permissions[useCase].roles) }
