package web

import (
	"html/template"

	"github.com/parleysec/parley"
)

// HomeView is the first page: what waits, then what can go wrong.
type HomeView struct {
	Frame
	Over           *Switch // what chances are told over
	Starts         bool    // whether nothing was brought yet, and it is shown how to begin
	ProductID      string  // of the product the page is of
	Reads          bool    // whether who asks may neither decide nor propose
	Heading        string
	Lead           []string
	Groups         []WaitGroup
	Week           []EventRow // what the last week changed, newest first
	RecordURL      string
	LimitsHeading  string
	Limits         []Line
	LimitsURL      string      // where limits are set
	LimitsWait     string      // that limits are proposed
	Questions      *LimitsForm // while nothing says what may be lost
	PlanURL        string      // where a plan within them can be looked for
	ThreatsHeading string
	ThreatsNote    string
	Top            []Card
	Rest           *Folded // the small ones
	Aware          *Folded // those nobody needs to decide about
	Empty          string  // what to do when there is nothing yet
	Assumed        []parley.Assumption
	Adds           *Link  // to what the figures of all threats together add up from
	WeekWhy        string // where it is said what the week moved
}

// WaitGroup is one sort of waiting.
type WaitGroup struct {
	Heading string
	Items   []WaitItem
	More    string // how many more there are, in the list below
}

// WaitItem is one thing that waits for a decision.
type WaitItem struct {
	URL, Title string
	Because    string // why it waits
	Moved      *Link  // what moved the figures that brought it back; without an address for who may not read the record
	Figures    string
	Tags       []Tag
}

// Card is one of the few threats that are shown large.
type Card struct {
	URL, ID, Title, Says, People string
	Facts                        []Pair
	Tags                         []Tag
	Picture                      template.HTML
}

// Folded is a list that is opened on demand.
type Folded struct {
	Heading string
	Head    []string
	Rows    []FoldedRow
}

// FoldedRow is one line of it.
type FoldedRow struct {
	URL, Title string
	Cells      []string
	Tags       []Tag
}

// BriefView is the one page a decider reads for one threat.
type BriefView struct {
	Frame
	Over                     *Switch // what chances are told over
	ID, Heading              string
	BackURL                  string // the list of its product's threats
	Standing                 *Line  // where the deciding stands
	Premises                 string // what the decision in force stands on that does not hold by the figures of the day
	Moved                    *Link  // what moved the figures that a re-opened decision counted on
	Says, People, Grave      string
	Duties                   []string
	RiskHeading, Often       string
	OnlyWith, Missing        string
	Since                    string // what was done since the estimate, what it takes off, and whether that is verified
	Happened                 string // incidents and near misses, beside what was expected
	Stated                   string // what it would come to if every layer worked as stated, where its checks bear out less
	Next                     string // what to do where nothing that could be done is named
	Aware                    string // what is done about it, where knowing is enough
	Squares                  Picture
	Losses                   []string
	BadCase                  string // what a bad case is
	Options                  []OptionRow
	MoreHeading              string
	MoreOptions              []OptionRow // opened on demand
	WhyNot                   string      // why the plan does not do what is worth most
	Waiting                  string
	Proposals                []MoveForm // what waits for somebody to approve it
	Form                     *DecideForm
	Invite                   *Link // to invite somebody to decide this
	Layers                   *LayersView
	Talk                     *TalkView
	Sure                     []string
	WhyURL                   string              // what moved its figures
	FindOut                  *Link               // where it is said what to find out first
	Ask                      string              // who may know more
	Assumed                  []parley.Assumption // what this threat's figures rest on
	AssumedElsewhere         []parley.Assumption // what only others rest on
	Record                   []DecisionCard
	Average                  string
	Exact                    []Pair
	WaitingAdds, AverageAdds *Link        // to what these add up from
	SayOptions               []OptionForm // to say what each option takes; none for who may not
}

// OptionRow is one way to treat the threat.
type OptionRow struct {
	ID, Title             string
	Adds                  *Link // to what its figures add up from
	Tags                  []Tag
	Costs, Leaves, Brings []string
}

// OptionForm says what one option takes and how much it stops.
type OptionForm struct {
	Form
	Heading string
}

// DecideForm is the three answers and what was already filled in.
type DecideForm struct {
	Action        string
	Digest        string   // of the brief the person sees
	Seen          string   // its figures, to say what moved
	Replaces      []string // decisions in force that a new one takes over from
	Duty          bool     // whether living with it needs the reason why a duty does not apply
	NotApplicable string   // that reason
	Premortem     string   // why it went badly, told from a year later
	By            string   // who decides, where it is not the person at the machine
	Open          string   // which answer is open: do, live, ask or none
	Acts          []Act    // ways of doing something about it
	Act           string   // the kind of the one chosen
	Drops         string   // avoid: what is taken away, in words
	Kind          string   // accept or defer
	Because       string
	Until         string
	Stage         string
	FirstDay      string // the first day an end may fall on
	Stages        []Choice
	Passed        []PassedOver
	Signs         string // who decides, and how that is known
	Names         bool   // whether somebody else can be named as the decider
	Problem       *Problem
}

// PassedOver is an option that may not be chosen, and why it is not.
type PassedOver struct{ Option, Title, Why string }

// In is the part of the form that is one of the answers.
func (f *DecideForm) In(answer string) formPart { return formPart{f, answer} }

// formPart is one of the three forms.
type formPart struct {
	*DecideForm
	Answer string
}

// Wrong is what is wrong with a field of this answer, "" for nothing.
func (p formPart) Wrong(field string) string {
	if p.Problem == nil || p.Open != p.Answer {
		return ""
	}
	return p.Problem.Fields[field]
}

// Act is one way of doing something about a threat, and what it is done with.
type Act struct {
	Kind, Title string // mitigate, transfer or avoid
	Ways        []Way
	None        string // what to do where there is nothing to do it with
	Drops       bool   // whether it may be said in words instead
}

// Way is one thing that can be done.
type Way struct {
	ID, Title, Note string
	Checked         bool
}

// Choice is one of a list.
type Choice struct{ ID, Title string }

// Problem says why an answer was not taken, and which fields that is about.
type Problem struct {
	Says, Hint string
	Fields     map[string]string // by the field's name
	Changes    []Change
}

// Change is one figure that moved since the page was opened.
type Change struct{ What, Then, Now string }

// DecisionCard is one decision in the record of a threat.
type DecisionCard struct {
	ID, Heading, Because string
	Lines                []string
	NotTaken             []string  // what was on the table and not chosen, and why
	Seen                 []string  // who opened its page, as far as who asks may know
	Move                 *MoveForm // what may become of it
}

// PlanView is the table: a budget, and what it buys.
type PlanView struct {
	Frame
	Heading         string
	Lead            []string
	Problem         string
	Warning         string // what the plan does that somebody would not want
	Offer           *Link  // another plan that would be right then
	CanKeep, Keep   bool   // whether there are limits to keep, and whether only plans that keep them are wanted
	Fields          []BudgetField
	ProductID       string   // kept by the form where there are several
	Must, Not       []string // ids of what was put in and left out by hand
	URL             string   // the address of this very table
	More            *Link    // where the reasons stand and what is about as good; nil where they stand here
	Undo            *Link    // the same budget without what was put in and left out by hand
	SideHeading     string
	Columns         []SideColumn
	SideRows        []SideRow
	Adds            *Link  // to what the plan's figures add up from
	PeerAdds        []Link // likewise, of the plans beside it
	Differs         []Differing
	ListHeading     string
	ListNote        []string
	List            []StakeRow // threats and features, the most at stake first
	ListMore        []StakeRow // the small threats, and features that are left out, folded
	ListMoreHeading string
	FallsOff        string // what the plan leaves out that the capacity would allow, "" for nothing
	YearsHeading    string
	Squares         []Picture
	Curve           Picture
	LimitLines      []Line
	Agree           *AgreeForm // nil for who may not agree
	AgreeAfter      *Link      // to the search after which somebody may agree; nil where it was made
	Proposes        bool       // whether each decision of an agreement waits for somebody else
	Agreed          string     // what was agreed on, and how far it is done
	AgreedTasks     *Link      // what it asks for
	AgreedID        string
	AgreedPage      *Link  // what was agreed on, on a page of its own
	Money, Effort   string // the budget as typed, for the form to agree
	Periods         string // over how many periods it is spread, as typed; "" for all
	Buys            *Buys
	Swap            *Swap
	Moves           []string       // what of the roadmap security work moves, and what that costs
	Frontier        []FrontierStep // what could be had at most for each outlay, to be said while a slider moves
	PersonDay       float64        // what a day of work counts for in an outlay
	Duties          []string
	DutiesNote      string
	Stops           *Stops
	Notes           []string
	FindOut         *Link // where it is said what to find out first
}

// BudgetField is one number of the budget: a text in the grammar of
// quantities, and a slider beside it where scripts run.
type BudgetField struct {
	Name, Label, SlideLabel, Value, Problem string
	Placeholder                             string // what it says while nothing is typed
	Prefix, Suffix                          string // around the slider's number in the text
	Min, Max, Step, At                      int    // of the slider; no slider when Max is 0
}

// SideColumn is one plan beside others.
type SideColumn struct {
	Name   string
	Chosen bool
}

// Differing is how a plan that is just as good differs, and where it is shown.
type Differing struct {
	Says  string
	Show  *Link
	Fares []string // how people and needs fare by it
}

// Buys is what the plan is worth, taken apart by what is in it.
type Buys struct {
	Heading string
	Picture Picture
	Note    string
}

// Swap puts one thing in instead of another.
type Swap struct{ In, Out []Choice } // values of the buttons, by title

// FrontierStep is the most that can be had for an outlay, in words.
type FrontierStep struct {
	Outlay float64 `json:"o"`
	Says   string  `json:"s"`
}

// SideRow is one figure of every plan.
type SideRow struct {
	Name  string
	Cells []string
}

// ItemRow is a mitigation or feature, in the plan or out of it.
type ItemRow struct {
	ID                  string
	Kind, Sign, State   string
	Title, Reason, Cost string
	Against             string // the threats it stops, for a mitigation
	Open                bool   // the reason is not worked out yet
	Tags                []Tag
	Pins                []Pin
}

// Pin is a button that puts a thing in, leaves it out or frees it again.
type Pin struct{ Value, Text, Label string }

// Stops says where spending more stops paying.
type Stops struct {
	Heading string
	Lines   []string
	Picture Picture
	Points  []Link // of the curve, to what each adds up from
}

// RecordView is what happened and what was decided.
type RecordView struct {
	Frame
	Heading, LeadKind string
	Lead              []string
	Decisions         []DecisionRow
	Agreements        []Link // the plans agreed on, the last one first
	EventsHeading     string
	Events            []EventRow
	Filter            *RecordFilter // what is asked for; nil where there is no record
	FilterProblem     string
	NoEvents          string // what is said where there are none, "" where a problem is told
	Older             string // address of the events before these, "" for none
	WhyURL            string // what moved a figure
	LivedURL          string // where it is said what is left as it is, and by whom
	VerifyURL         string // where a checkpoint is sent, "" for who may not
	ProductID         string // kept by that form where there are several
	Checkpoint        string // as it was sent
	VerifyProblem     string
	Exact             []Pair
}

// DecisionRow is one decision in the record.
type DecisionRow struct {
	ID, What, Because, Who, Until string
	When                          string // the day it was recorded
	Then                          string // address of what was known then
	Threats                       []Link
	Seen                          string // who opened its page, as far as who asks may know
	State                         Tag
}

// EventRow is one event in plain words.
type EventRow struct {
	Anchor    string // by which it is found on its page; of the first of what is said as one
	When      Moment
	What, Who string
	Parts     []string // of what is said as one
}

// TasksView is what the decisions ask for, with the features beside.
type TasksView struct {
	Frame
	Heading string
	Lead    []string
	Warns   []string // what the order breaks
	Above   []string // capacity lines before the first item
	Tasks   []TaskRow
	Files   []Link   // the list to take along
	CopyURL string   // where a script reads the list as Markdown, to copy it
	Moves   []Choice // what can be moved, by its id; empty where who looks may move nothing
	Planned bool     // whether the order of the plan can be taken again
	Of      string   // id of the product
	Problem *OrderProblem
	Adds    *Link // to what the periods add up from
}

// OrderProblem is why an item was not moved, and what can be done about it.
type OrderProblem struct {
	*Problem
	Now   string     // where the item stands meanwhile; "" where it is not known
	Again *MoveAgain // to move it all the same; nil where that would not help
}

// MoveAgain is a move as it was sent, with the last move of the item as it is now.
type MoveAgain struct{ Product, Task, Seen, To string }

// Switch is a choice between ways to see the same page.
type Switch struct {
	Label string
	Ways  []NavItem
}

// TaskRow is one task.
type TaskRow struct {
	Anchor                   string // id of the row
	ID, Title, Effort, State string
	Below                    []string // capacity lines behind it
	Place                    *PlaceForm
	For                      []Link
	Tags                     []Tag
	Done                     bool
	DoneURL                  string // where to say that it is done; "" when nothing is left to say
}

// PlaceForm moves an item of the backlog by one, or to the top.
type PlaceForm struct {
	Name, Seen  string // what is moved, and its last move as it was seen
	Above, Next string // the neighbours; "" for none
}

// ErrorView says what is wrong, and what to do.
type ErrorView struct {
	Frame
	Heading       string
	Lines         []string
	Back, BackURL string
}
