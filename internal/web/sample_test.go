package web

import (
	"context"
	"html/template"
	"math"
	"time"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/chart"
	"github.com/parleysec/parley/internal/markdown"
	"github.com/parleysec/parley/internal/negotiate"
	"github.com/parleysec/parley/ledger"
)

// say makes every text of a sample from one function, so that the same views
// can be filled with plain words, with attacks, or with very long texts.
type say func(string) string

func plainly(s string) string { return s }

func (f say) frame(title string) Frame {
	return Frame{
		Title: f(title), Product: f("Rounds"), Foot: []string{f("Figures as of 22 November 2026."), f("This page answers on this machine alone.")},
		Who:      &Who{Name: f("priya@larkspur.example"), Links: []NavItem{{URL: "/account", Text: f("Your account")}, {URL: "/people", Text: f("People"), Here: true}}, SignOut: "/sign-out"},
		Products: []NavItem{{URL: "/?product=rounds", Text: f("Rounds"), Here: true}, {URL: "/?product=shop", Text: f("Shop")}},
		Nav: []NavItem{
			{URL: "/", Text: f("Decide"), Key: "h", Count: 3, Here: true},
			{URL: "/plan", Text: f("Plan"), Key: "p"},
			{URL: "/tasks", Text: f("Tasks"), Key: "t"},
			{URL: "/record", Text: f("Record"), Key: "r"},
		},
	}
}

func (f say) squares(now, after float64) Picture {
	q := chart.Squares{
		Title: f("It happens in 27 of 100 such two years, with safe queries in 3"), Head: [2]string{f("Squares of 100"), f("In words")},
		Panels: []chart.Panel{
			{Label: f("If nothing is done"), Chance: now, Reading: f("27 of 100"), Style: chart.Now},
			{Label: f("With safe queries"), Chance: after, Reading: f("3 of 100"), Style: chart.After},
		},
	}
	return picture(q, columnWidth, f("The chance falls from 27 to 3 of 100 within two years."))
}

func (f say) curve() Picture {
	c := chart.Exceedance{
		Title: f("Today 41 of 100 years lose more than £250k; the limit is 25"),
		Words: chart.ExceedanceWords{Years: f("Years of 100"), Loss: f("in which we lose more than"), LogScale: f("each step is ten times the one before"), Limit: f("Your limit")},
		Limits: []chart.LimitPoint{
			{Loss: 250e3, Chance: 0.25, Label: f("limit 25"), Actual: 0.41, Breach: f("41, over the limit of 25")},
			{Loss: 1e6, Chance: 0.05, Label: f("limit 5"), Actual: 0.10, Breach: f("10, over the limit of 5")},
		},
		Money: func(v float64) string { return "£" + chart.Short(v) },
	}
	for i, style := range []chart.Style{chart.Now, chart.After} {
		curve := chart.Curve{Label: f([]string{"Today", "With this plan"}[i]), Style: style}
		for k := range 61 {
			loss := 30e3 * float64(k)
			curve.Points = append(curve.Points, chart.ExceedancePoint{Loss: loss, Chance: 0.97 * math.Exp(-math.Pow(loss/(320e3/float64(1+2*i)), 0.8))})
		}
		c.Curves = append(c.Curves, curve)
	}
	return picture(c, columnWidth, f("Within your limits: 15 of 100 years above £250k, 2 above £1M."))
}

func (f say) mini(p float64) template.HTML {
	q := chart.Squares{Panels: []chart.Panel{{Chance: p, Style: chart.Now}}}
	return template.HTML(chart.SVG(q, chart.SVGOptions{Width: 88}))
}

func (f say) over() *Switch {
	return &Switch{Label: f("Chances over"), Ways: []NavItem{{URL: "/?over=year", Text: f("one year"), Key: "", Here: true}, {URL: "/?over=horizon", Text: f("two years")}}}
}

func (f say) home() *HomeView {
	card := func(id, title, says, people string, chance float64, facts ...string) Card {
		c := Card{URL: threatURL(f(id)), ID: f("ROUNDS-T1"), Title: f(title), Says: f(says), People: f(people), Picture: f.mini(chance), Tags: []Tag{{f("guess"), ""}}}
		for i, name := range []string{"Within two years", "Typically", "In a bad case", "Average over many years"} {
			c.Facts = append(c.Facts, Pair{f(name), f(facts[i])})
		}
		return c
	}
	return &HomeView{
		Over: f.over(),
		Adds: f.adds(), WeekWhy: "/why?from=2026-11-15",
		LimitsURL: "/limits", LimitsWait: f("Limits wait."), Questions: f.questions(),
		ProductID: f("rounds"), Frame: f.frame("What waits"), Heading: f("Three decisions wait for you"), Lead: []string{f("About ten minutes. One came back because a control stopped working.")},
		Groups: []WaitGroup{
			{Heading: f("Re-opened"), Items: []WaitItem{{
				Moved: &Link{"/record?event=1#event-1", f("What moved it: the firewall failed a check")},
				URL:   threatURL(f("copy")), Title: f("The whole customer database is copied and sold"), Because: f("The firewall’s rules were lost: 3 of 40 attacks got through, so the layer has no credit."),
				Figures: f("13 → 27 of 100 within two years · typically £0.8M, in a bad case £2.3M"), Tags: []Tag{{f("came back 9 days ago"), "risk"}},
			}}},
			{Heading: f("Waiting"), Items: []WaitItem{
				{URL: threatURL(f("ransom")), Title: f("Ransomware stops visit planning for days"), Because: f("Grave harm to people: only Helen Ward may accept it."), Figures: f("about 12 of 100 within two years · typically £0.9M"), Tags: []Tag{{f("6 days"), ""}, {f("grave harm"), "risk"}}},
				{URL: threatURL(f("bank")), Title: f("An agency’s payroll goes to a thief"), Because: f("Bank changes: support must agree to call back.")},
			}, More: f("and nine more, in the list below")},
		},
		Week: []EventRow{{When: Moment{Says: f("13 November 2026")}, What: f("Decision ROUNDS-D2 is re-opened."), Who: f("ines")}}, RecordURL: "/record",
		PlanURL: "/plan", LimitsHeading: f("Two of your two limits are passed today"),
		Limits:         []Line{{f("41 of 100 years lose more than £250k; your limit is 25."), "breach"}, {f("10 of 100 years lose more than £1M; your limit is 5."), "breach"}},
		ThreatsHeading: f("What can go wrong, by what it costs the plan"), ThreatsNote: f("All chances are within two years, if nothing more is done."),
		Top: []Card{
			card("doors", "A carer of one agency looks up door codes of another", "A carer from one agency can look up the door code of a person cared for by another; a burglary is traced to us.", "31,000 people: serious harm", 0.3, "3 in 10", "£290k", "£0.9M", "£76k a year"),
			card("copy", "The whole customer database is copied and sold", "The whole customer database is copied through a flaw in the reports page and offered for sale.", "31,000 people: health records", 0.27, "27 of 100", "£0.8M", "£2.3M", "£71k a year"),
			card("ransom", "Ransomware stops visit planning", "Agencies cannot see today’s visits for days; some people miss insulin; it is on the national news.", "31,000 people: grave harm", 0.12, "about 1 in 8", "£0.9M", "£3M", "£72k a year"),
			card("outage", "Monday 7 am: nobody can open Rounds", "Visits are late for half a day.", "", 0.91, "9 in 10", "£32k", "£100k", "£44k a year"),
			card("package", "A poisoned package runs in our build", "It reaches customers.", "", 0.004, "less than 1 in 100", "£0.5M", "£1.2M", "£24k a year"),
		},
		Rest: &Folded{Heading: f("9 smaller ones, together £140k a year on average"), Head: []string{f("Threat"), f("Within two years"), f("Typically"), f("In a bad case")}, Rows: []FoldedRow{
			{URL: threatURL(f("phone")), Title: f("A carer’s phone is lost"), Cells: []string{f("almost certain"), f("£1.4k"), f("£5k")}, Tags: []Tag{{f("accepted"), "good"}}},
			{URL: threatURL(f("keys")), Title: f("Our partner’s key lies in public"), Cells: []string{f("about 1 in 3"), f("£32k"), f("£200k")}},
		}},
		Aware:   &Folded{Heading: f("2 that knowing is enough for"), Rows: []FoldedRow{{URL: threatURL(f("cert")), Title: f("A certificate expires"), Cells: []string{f("auto-renewal and an alert")}}}},
		Assumed: []parley.Assumption{{Says: f("Common cause 5%: layers share people and habits."), Field: f("policy.common_cause")}},
	}
}

func (f say) brief() *BriefView {
	return &BriefView{
		Over:        f.over(),
		WaitingAdds: f.adds(), AverageAdds: f.adds(),
		Stated: f("As stated, with every layer working: about 1 in 10."), Happened: f("Two incidents in three years."), Premises: f("By the figures of today it stands on what does not hold any more."), WhyURL: "/why?of=copy",
		Frame: f.frame("Copying of the database"), BackURL: "/", ID: f("ROUNDS-T3"), Heading: f("The whole customer database is copied and sold"),
		Standing: &Line{f("This came back 9 days ago: the firewall in front no longer holds."), "risk"},
		Moved:    &Link{"/record?event=1#event-1", f("What moved it: the firewall failed a check")},
		Says:     f("The whole customer database is copied through a flaw in the reports page and offered for sale."),
		People:   f("31,000 people cared for at home: health records. Serious harm."), Grave: f("People may be gravely harmed. That is never weighed against money."),
		Duties:      []string{f("UK GDPR Art. 32 applies: security of processing.")},
		RiskHeading: f("Unlikely: 13 to 40 in 100 within the next two years if nothing is done"), Often: f("That is 4 to 12 times a year."), Since: f("Done since: the firewall, not verified yet."), Next: f("Next: name an idea."), BadCase: f("In a bad case: one in 20."), MoreHeading: f("One more way"), MoreOptions: []OptionRow{{ID: f("x"), Title: f("Another way"), Costs: []string{f("1 day")}}}, Aware: f("An alert."), OnlyWith: f("Only with the family portal."),
		Squares: f.squares(0.27, 0.03), Losses: []string{f("If it happens: typically £0.8M, in a bad case £2.3M."), f("One year in twenty costs more than £1.1M.")}, Missing: f("Nobody has said how likely."),
		Options: []OptionRow{
			{ID: f("safe-queries"), Adds: f.adds(), Title: f("Reports page rebuilt with safe queries"), Tags: []Tag{{f("in the plan"), "good"}, {f("pays most"), ""}}, Costs: []string{f("10 to 22 days"), f("no money")}, Leaves: []string{f("about 3 in 100"), f("typically £0.8M")}, Brings: []string{f("Pays back about 9 times its cost."), f("Performance slightly better.")}},
			{ID: f("pentest"), Title: f("Yearly test by outsiders"), Tags: []Tag{{f("outside the team: ask procurement"), "warn"}}, Costs: []string{f("6 to 14 days"), f("£16k to £32k")}, Leaves: []string{f("about 18 in 100")}, Brings: []string{f("A letter for tenders: £10k to £90k a year.")}},
			{ID: f("accept"), Title: f("Live with it"), Leaves: []string{f("27 in 100")}},
			{ID: f("defer"), Title: f("Decide in six months"), Costs: []string{f("about £30k")}, Leaves: []string{f("27 in 100 until then")}},
		},
		FindOut: &Link{"/learn", f("What to find out before deciding")}, Ask: f("Ask Priya."),
		WhyNot:    f("“Everything” is worth most against this threat alone."),
		Waiting:   f("Waiting six months costs about £30k."),
		Proposals: []MoveForm{{ID: f("ROUNDS-D7"), Action: "/decisions/ROUNDS-D7", Threat: f("copy"), Digest: f("sha256:0123"), Says: f("Tom proposes: do it"), Because: f("as said"), Buttons: []Choice{{"approve", f("Approve it")}, {"reject", f("Reject it")}}, Problem: &Problem{Says: f("A reason is needed."), Hint: f("Say why."), Fields: map[string]string{"because": f("Say why.")}, Changes: []Change{{f("Chance"), f("1 in 4"), f("1 in 3")}}}}},
		Invite:    &Link{"/people?opens=%2Ft%2Fcopy", f("Invite somebody else to decide this")},
		Form: &DecideForm{
			Seen: f("a=b"), Replaces: []string{f("ROUNDS-D2")}, Duty: true, NotApplicable: f("we hold no such data"), Premortem: f("nobody tested it"), By: f("Helen Ward"), Names: true, Action: threatURL(f("copy")) + "/decide", Digest: f("sha256:0123"), Because: f("because of this"), Passed: []PassedOver{{f("night-attacks"), f("Attack tests"), f("nobody knows how")}}, Kind: "accept", Until: f("2027-04-30"), FirstDay: "2026-11-23",
			Acts: []Act{
				{Kind: "mitigate", Title: f("Do it: build what is ticked here"), Ways: []Way{{f("mitigate:safe-queries"), f("Reports page rebuilt with safe queries"), f("10 to 22 days"), true}, {f("mitigate:night-attacks"), f("Attack tests every night"), f("6 to 12 days"), false}}},
				{Kind: "transfer", Title: f("Pass it on: somebody else carries it"), None: f("Nobody is named who would carry it.")},
				{Kind: "avoid", Title: f("Avoid it: what brings it is not built"), Drops: true},
			},
			Act: "mitigate", Drops: f("the export of all records"),
			Stages: []Choice{{f("operations"), f("operations")}}, Signs: f("Recorded as decided by priya@larkspur.example, as this machine knows you."),
		},
		Layers: &LayersView{
			Heading: f("Two layers stand before it, one is not verified"),
			How:     f("Choose a layer in the picture."),
			Picture: picture(chart.BowTie{Title: f("Two layers"), Event: f("It is copied"), Before: []chart.Gate{{Label: f("Firewall"), Stands: f("failing"), Holding: chart.Broken, Break: chart.Link{URL: "/t/copy?break=waf#layers", Name: f("Break it: Firewall")}}}, Harms: []string{f("31,000 people")}, Words: chart.BowTieWords{Causes: f("Brings"), Before: f("Before"), Event: f("What"), After: f("After"), Harms: f("Harms"), None: f("nothing"), What: f("What"), Stands: f("Stands")}}, columnWidth, f("One of two fails.")),
			Rows:    []LayerRow{{f("waf"), f("Firewall in front"), f("prevents"), f("failing"), "risk", f("£92k more a year"), f.adds(), Link{"/t/copy?break=waf#layers", f("Break it")}}}, Broken: f("Without it 27 of 100."), Mend: &Link{"/t/copy", f("Mend all")}, Alone: []string{f("If it fails, nothing else stands.")},
		},
		SayOptions: []OptionForm{{Heading: f("Say what it takes: safe queries"), Form: Form{
			ID: "option1", Action: threatURL(f("copy")) + "/options", Button: f("Put it on the record"), Quiet: true, Hidden: []Pair{{"option", f("safe-queries")}, {"seen_effort", f("5d")}},
			Fields:  []Field{{Name: "effort", Label: f("Work"), Type: "text", Value: f("5d"), Hint: f("Such as 5d."), Complete: "off", Wrong: f("That is no time."), Optional: true}, {Name: "because", Label: f("Why"), Type: "text", Complete: "off"}},
			Problem: &Problem{Says: f("Something is wrong."), Hint: f("Look at the fields.")},
		}}},
		Talk: &TalkView{
			Heading: f("Two things were said"), Apart: f("They are 4 times apart."),
			Estimates: picture(chart.Ranges{Title: f("How likely"), Head: [4]string{f("Who"), f("Low"), f("Middle"), f("High")}, Rows: []chart.Range{{Label: f("Tom"), Low: 5, Mid: 9, High: 20, Style: chart.After}}}, columnWidth, f("How likely")),
			Notes:     []NoteRow{{Who: f("tom@larkspur.example"), When: Moment{Says: f("today, 10:00")}, About: f("ROUNDS-D2"), Kind: Tag{f("doubted"), "warn"}, Figures: f("5%..20% per year"), Text: markdown.HTML("The test covers *half* of it: @helen, look again.", func(string) bool { return true })}},
			Form: &TalkForm{
				Action: threatURL(f("copy")) + "/say", Kinds: []Choice{{"comment", f("A comment")}, {"estimate", f("My own estimate")}}, Kind: "estimate",
				Abouts: []Choice{{"copy", f("the threat")}, {"ROUNDS-D2", f("a decision")}}, About: "copy", Text: f("I doubt it"), Likelihood: f("5%"), Impact: f("20k"),
				Problem: &Problem{Says: f("That cannot be read."), Hint: f("Say it otherwise.")},
			},
		},
		Sure:    []string{f("The chance rests on a base rate (DBIR 2025)."), f("How well tests back the firewall: not verified.")},
		Assumed: []parley.Assumption{{Says: f("Common cause 5%."), Field: f("policy.common_cause")}}, AssumedElsewhere: []parley.Assumption{{Says: f("“Low” means 1 to 5 days."), Field: f("policy.scale.cost.low")}},
		Record: []DecisionCard{{
			ID: f("ROUNDS-D2"), Heading: f("Deferred by Priya Nair, ten weeks ago, until 12 April 2027"), Because: f("The firewall in front stops half of it and Payroll export is promised."),
			Lines: []string{f("It counted on: waf-regression passes; chance at most 1 in 6."), f("Re-opened 9 days ago.")}, NotTaken: []string{f("Live with it: too large")},
			Seen: []string{f("helen@larkspur.example (manager): before it was decided")},
			Move: &MoveForm{ID: f("ROUNDS-D2"), Action: "/decisions/ROUNDS-D2", Threat: f("copy"), Buttons: []Choice{{"withdraw", f("Take it back")}}},
		}},
		Average: f("Over many years this costs £71k a year on average; no single year looks like this."),
		Exact:   []Pair{{f("Expected annual loss"), f("£71,204.33")}},
	}
}

// stakeOf is a thing by itself in the list of the plan.
func stakeOf(item ItemRow) StakeRow { return StakeRow{Item: &item} }

func (f say) plan() *PlanView {
	item := func(kind, sign, state, title, reason, cost string, tags ...Tag) ItemRow {
		return ItemRow{title, kind, sign, f(state), f(title), f(reason), f(cost), f("against “It is copied”"), false, tags, []Pin{{"not:a", f("Leave out"), f("Leave out of every plan:") + " " + f(title)}}}
	}
	return &PlanView{
		Frame: f.frame("Plan"), Heading: f("Seven mitigations and five features, worth about £1.26M over two years"),
		Lead: []string{f("It uses 300 of 300 days and £38k of £60k.")}, Problem: f("The money cannot be read."),
		More:    &Link{"/plan?whole=yes", f("Why it is this plan")},
		Warning: f("This plan is worth most, and passes one of your limits."), Offer: &Link{"/plan?limits=keep", f("Show the best plan that keeps your limits")}, CanKeep: true, Keep: true,
		Fields: []BudgetField{
			{Name: "money", Label: f("Money"), SlideLabel: f("Money, by sliding"), Value: f("£60k"), Prefix: "£", Suffix: "k", Max: 120, Step: 5, At: 60},
			{Name: "effort", Label: f("Effort"), SlideLabel: f("Effort, by sliding"), Value: f("300d"), Placeholder: f("no limit"), Suffix: "d", Max: 600, Step: 10, At: 300, Problem: f("“300x” is no effort.")},
			{Name: "periods", Label: f("Spread over how many of 2 periods"), SlideLabel: f("Periods, by sliding"), Value: f("2"), Min: 1, Max: 2, Step: 1, At: 2},
		},
		Must: []string{f("no-public")}, Not: []string{f("night-attacks")}, URL: "/plan?must=no-public", Undo: &Link{"/plan", f("Undo all your choices")},
		Adds: f.adds(), PeerAdds: []Link{*f.adds()}, ProductID: f("rounds"), SideHeading: f("Two plans are as good; they differ in what they guard"),
		Columns:     []SideColumn{{f("Best by value"), true}, {f("Just as good"), false}, {f("Nothing"), false}},
		SideRows:    []SideRow{{f("Worth over two years"), []string{f("£1.26M"), f("£1.22M"), f("–")}}, {f("Years of 100 above £250k"), []string{f("26"), f("15"), f("41")}}, {f("Money"), []string{f("£38k"), f("£52k"), f("–")}}},
		Differs:     []Differing{{f("Just as good: also guards door codes, leaves out Offline mode."), &Link{"/plan?must=doors", f("Show it")}, []string{f("People, the next two years: the same")}}},
		ListHeading: f("What the plan does about each threat and feature"), ListNote: []string{f("The most at stake first.")},
		List: []StakeRow{
			{
				ID: "copy", URL: threatURL(f("copy")), Title: f("The customer database is copied and sold"), Facts: f("13 of 100 within two years, with this plan 2."),
				Also: f("“Every record read checks the agency” helps here too."), MoreHeading: f("One way is left out"),
				Ways: []ItemRow{item("in", "✓", "In", "Storage can never be public", "brings back 20 times its cost", "3 days")},
				More: []ItemRow{item("out", "–", "Out", "Night attacks", "no room", "9 days")},
			},
			stakeOf(item("in", "✓", "In", "Payroll export", "£80k a year", "25 days", Tag{f("feature"), ""})),
			stakeOf(ItemRow{ID: "dark", Kind: "out", Sign: "–", State: f("Out"), Title: f("Dark mode"), Cost: f("two days"), Open: true}),
		},
		ListMoreHeading: f("9 smaller threats"), FallsOff: f("Falls off: “Route planner”."),
		ListMore: []StakeRow{
			{ID: "doors", URL: threatURL(f("doors")), Title: f("Door codes are read"), Facts: f("30 of 100")},
			stakeOf(item("out", "–", "Out", "Route planner", "falls off: 75 days that bring more elsewhere", "75 days", Tag{f("feature"), ""})),
		},
		YearsHeading: f("Of 100 years like the next"), Squares: []Picture{f.squares(0.41, 0.15)}, Curve: f.curve(),
		LimitLines: []Line{{f("Within your limit: 15 of 100 years above £250k; 25 are allowed."), "kept"}},
		Duties:     []string{f("Keeping UK GDPR Art. 32 costs nothing extra: the plan does it anyway.")}, DutiesNote: f("No price."),
		Agreed: f("Agreed by Helen"), AgreedID: f("ROUNDS-A1"), AgreedPage: &Link{"/agreements/ROUNDS-A1", f("What was agreed on")}, AgreedTasks: &Link{"/tasks", f("What it asks for")}, Money: f("£60k"), Effort: f("300d"), Periods: f("1"),
		AgreeAfter: &Link{"/plan?whole=yes", f("Search on")}, Proposes: true,
		Agree: &AgreeForm{Seen: f("a,b"), Because: f("It pays"), By: f("Helen Ward"), Only: true, Names: true, Signs: f("as Priya"), Problem: &Problem{Says: f("It moved."), Hint: f("Look.")}},
		Buys: &Buys{
			Heading: f("What buys what"), Note: f("In the order of the plan."),
			Picture: picture(chart.Waterfall{Title: f("All of it"), Steps: []chart.Fall{{Label: f("Storage"), Adds: 24e3}, {Label: f("Payroll"), Adds: -3e3}}, Total: f("All"), Head: [3]string{f("What"), f("Adds"), f("So far")}}, columnWidth, ""),
		},
		Swap:  &Swap{In: []Choice{{"must:a", f("Night attacks")}}, Out: []Choice{{"not:b", f("Payroll export")}}},
		Moves: []string{f("The family portal is left out.")}, Frontier: []FrontierStep{{0, f("At most nothing.")}, {40e3, f("At most £1M.")}}, PersonDay: 600,
		Stops: &Stops{
			Points:  []Link{*f.adds()},
			Heading: f("Security stops paying at about £165k"), Lines: []string{f("The first £22k take a third off the loss.")},
			Picture: picture(chart.Frontier{Title: f("Past £165k it stops paying"), Points: []chart.FrontierPoint{{Outlay: 0}, {Outlay: 40e3, Value: 90e3}}, StopAt: 20e3, Stop: f("stops"), Here: -1, Head: [2]string{f("Outlay"), f("Worth")}}, columnWidth, ""),
		},
		FindOut: &Link{"/learn", f("What to find out before deciding")},
		Notes:   []string{f("No better plan exists within these limits.")},
	}
}

func (f say) record() *RecordView {
	return &RecordView{
		NoEvents: f("Nothing of that sort is on record."),
		WhyURL:   "/why", LivedURL: "/lived", VerifyURL: checkedPath, ProductID: f("rounds"), Checkpoint: f("origin"), VerifyProblem: f("This is no checkpoint."),
		Frame: f.frame("Record"), Heading: f("42 things happened; nothing in the record was changed afterwards"), LeadKind: "breach",
		Lead: []string{f("The record is consistent with itself. To prove that it was never replaced as a whole, keep a checkpoint elsewhere.")},
		Decisions: []DecisionRow{
			{ID: f("ROUNDS-D2"), What: f("Deferred"), Because: f("The firewall in front stops half of it."), Who: f("Priya Nair"), Until: f("until 12 April 2027"), When: f("12 October 2026"), Then: "/decisions/ROUNDS-D2", Seen: f("priya, tom and one more"), Threats: []Link{{threatURL(f("copy")), f("Copying of the database")}}, State: Tag{f("re-opened"), "risk"}},
			{ID: f("ROUNDS-D3"), What: f("Accepted"), Because: f("12 days for £20k; later."), Who: f("Priya Nair"), Then: "/decisions/ROUNDS-D3", Seen: f("–"), State: Tag{f("in force"), "good"}},
		},
		Agreements:    []Link{{"/agreements/ROUNDS-A1", f("The plan of 12 October 2026, agreed on by Helen")}},
		EventsHeading: f("What happened"),
		Events:        []EventRow{{Anchor: "event-1", When: Moment{"2026-11-21T14:03:00Z", f("21 Nov 2026, 14:03 UTC")}, What: f("Priya deferred Copying of the database until 12 April 2027"), Who: f("priya@larkspur.example, page")}, {Anchor: "event-2", When: Moment{Says: f("20 Nov 2026")}, What: f("32 things of a file recorded"), Who: f("tom, command line"), Parts: []string{f("Threat doors recorded."), f("Threat copy recorded.")}}},
		Filter:        &RecordFilter{Who: f("priya"), From: f("2026-01-01"), To: f("2026-12-31"), About: f("copy"), Text: f("bank"), All: "/record", Sort: f("decision"), Sorts: []Choice{{"", f("Everything")}, {f("decision"), f("Decisions")}}, Downloads: []Link{{"/record.csv?type=decision", f("A table")}, {"/record.jsonl?type=decision", f("Lines of JSON")}}},
		FilterProblem: f("That is no day."),
		Older:         "/record?before=12", Exact: []Pair{{f("Root of the log"), f("2jGh…")}},
	}
}

func (f say) then() *ThenView {
	b := f.brief()
	return &ThenView{
		Frame: f.frame("What was known"), ID: f("ROUNDS-D2"), Heading: f("What was known when ROUNDS-D2 was decided, on 12 January 2027"), Record: "/record", State: Tag{f("re-opened"), "risk"}, NoBrief: f("No figures were signed."),
		Card:   b.Record[0],
		Became: []EventRow{{When: Moment{"2026-11-21T14:03:00Z", f("21 Nov 2026, 14:03 UTC")}, What: f("Re-opened."), Who: f("the clock"), Parts: []string{f("The chance was 13 of 100, it is 27.")}}},
		Briefs: []SignedBrief{{
			Heading: f("What Priya Nair saw"), Assumed: []string{f("Common cause 5%.")}, Digest: f("0123abcd"),
			Threats: []SignedThreat{{
				Threat: Link{threatURL(f("copy")), b.Heading}, Says: b.Says, People: b.People, Grave: b.Grave, Duties: b.Duties, RiskHeading: b.RiskHeading, Often: b.Often, Squares: b.Squares,
				Losses: b.Losses, Options: b.Options, Sure: b.Sure, Waiting: b.Waiting, Average: b.Average, Exact: b.Exact,
			}},
		}},
	}
}

func (f say) agreement() *AgreementView {
	v := &AgreementView{
		Frame: f.frame("A plan agreed on"), ID: f("ROUNDS-A1"), Heading: f("The plan of 12 October 2026, agreed on by Helen"), Plan: Link{"/plan", f("The plan")}, State: Tag{f("holds"), "good"},
		Lead: []string{f("One of two things is done.")}, Because: f("It keeps most of it for £20k."), Claimed: f("The name is a claim."), Tasks: Link{"/tasks", f("What it asks for")}, Unread: f("The plan is kept, but cannot be shown."),
		Grounds:     []Pair{{f("Budget"), f("£30k and 300 days")}, {f("Looked ahead"), f("two years")}},
		GroundsNote: f("It counted on four figures."), Assumed: []string{f("A layer fails with the others in 5 of 100 cases.")},
		Built:     []AgreedRow{{Title: f("Safe queries"), Costs: f("15 days"), When: f("First quarter"), State: Tag{f("done"), "good"}}},
		Decisions: []AgreedDecisionRow{{Link: Link{"/decisions/ROUNDS-D2", f("Copying of the database")}, What: f("Mitigate"), State: Tag{f("re-opened"), "risk"}, Counted: []string{f("It counts on at most 20 of 100.")}}},
		Left:      []AgreedLeft{{Title: f("Door codes"), Decided: []Link{{"/decisions/ROUNDS-D1", f("Live with it: Doors")}}}}, Dropped: []string{f("Route planner")}, Passed: []string{f("With door codes, without safe queries: worth £1.2M.")},
		Costs: []string{f("It costs £20k and 60 days.")}, Today: true, FiguresNote: f("As of 12 October 2026."),
		Figures: []FigureRow{{f("Average loss in a year"), f("£71k"), f("£25k"), f("£90k")}},
		Became:  []EventRow{{When: Moment{"2026-11-21T14:03:00Z", f("21 Nov 2026, 14:03 UTC")}, What: f("Re-opened: Copying of the database."), Who: f("the clock"), Parts: []string{f("The chance was 13 of 100, it is 27.")}}},
		Nothing: f("No decision of it was re-opened."), Digest: f("0123abcd"),
	}
	return v
}

func (f say) learn() *LearnView {
	return &LearnView{
		Frame: f.frame("Find out"), Heading: f("Finding out one thing first is worth up to £11k"), Lead: []string{f("More knowledge is worth something where it changes what is best.")},
		Rest: &Link{"/learn?whole=yes", f("What the plan turns on as well")},
		Rows: []LearnRow{
			{What: f("How often it happens: The customer database is copied and sold"), Ask: f("Ask Priya."), Stated: f("8%..20% within 2 years"), Worth: f("£11k"), For: Link{threatURL(f("copy")), f("Copying of the database")}},
			{What: f("How much of the loss it saves: Door codes"), Worth: f("£4k"), For: Link{"/plan", f("the plan")}},
		},
		MoreHeading: f("One more estimate, worth less"), More: []LearnRow{
			{What: f("How much work it takes: Family portal"), Stated: f("50d to 80d"), Worth: f("£90"), For: Link{"/plan", f("the plan")}},
		},
		Calibration: Link{"/calibration", f("How well your own estimates held")},
		Notes:       []string{f("57 more estimates would change no choice.")}, Assumed: []parley.Assumption{{Says: f("A layer fails with the others in 5 of 100 cases.")}},
	}
}

func (f say) evidence() *EvidenceView {
	v := &EvidenceView{
		Frame: f.frame("Evidence"), Heading: f("One of two layers with checks is verified"), Lead: []string{f("A layer counts as far as its checks bear it out.")},
		Matrix: Link{"/layers", f("Which layers stand before which threat")}, Stages: Link{"/stages", f("What the next stage needs")},
	}
	day := time.Date(2026, 6, 1, 9, 0, 0, 0, time.UTC)
	moment := func(days int, s negotiate.LayerStanding, outcome string) negotiate.TimelineMoment {
		m := negotiate.TimelineMoment{At: day.AddDate(0, 0, days), LayerStanding: s}
		if outcome != "" {
			m.Results = []negotiate.TimelineResultOf{{Check: f("attacks"), Outcome: outcome}}
		}
		return m
	}
	line := &negotiate.LayerTimeline{From: day, To: day.AddDate(0, 0, 44), Now: negotiate.LayerStanding{Standing: negotiate.Verified, Assurance: 0.46}, Line: []negotiate.TimelineMoment{
		moment(0, negotiate.LayerStanding{Standing: negotiate.Verified, Assurance: 0.67}, "pass"), moment(18, negotiate.LayerStanding{Standing: "stale"}, ""),
		moment(40, negotiate.LayerStanding{Standing: negotiate.Failing}, "fail"), moment(41, negotiate.LayerStanding{Standing: negotiate.Verified, Assurance: 0.46}, "pass"),
	}}
	v.Layers = []EvidenceLayer{{
		ID: f("waf"), Title: f("Firewall"), Stands: Tag{f("verified, credited with about 46%"), "good"}, Left: f("3 results before that are left out."), Picture: picture(creditChart(f("Firewall"), line), columnWidth, ""),
		Checks: []EvidenceCheck{{ID: f("attacks"), Tool: f("ZAP"), Every: f("one week"), Last: f("12 July 2026"), Next: f("due 19 July 2026; counts for nothing from 26 July 2026 on"), Stands: Tag{f("verified"), "good"}}},
		Back: backForm(0, "rounds", &negotiate.LayerTimeline{ID: "waf", Line: []negotiate.TimelineMoment{{At: day, Results: []negotiate.TimelineResultOf{
			{Event: "01", File: f("attacks.xml"), Check: f("attacks"), Outcome: "pass", Commit: f("0f3c9d2a")}, {Event: "02", File: f("attacks.xml"), Check: f("attacks"), Outcome: "pass"},
		}}}}),
	}, {ID: f("drill"), Title: f("Restore drill"), Stands: Tag{f("never reported"), "warn"}}}
	return v
}

func (f say) matrix() *MatrixView {
	good, mend := Tag{f("verified"), "good"}, Link{"/layers?break=waf", f("Break it")}
	cells := []MatrixCell{
		{f("Prevents"), []MatrixLayer{{f("Firewall"), good}, {f("Review of every change"), Tag{f("not verified"), "warn"}}}},
		{f("Detects"), nil},
		{f("Responds"), []MatrixLayer{{f("Engineer on call"), Tag{f("failing"), "risk"}}}},
		{f("Recovers"), nil},
	}
	return &MatrixView{
		Frame: f.frame("Layers"), Heading: f("One threat hangs on one thing alone"), Lead: []string{f("Three layers stand; verified by recent checks: one.")},
		Broken: []string{f("Without “Firewall” a year costs about £500k on average instead of about £400k.")}, Mend: &Link{"/layers", f("Mend all of them")},
		Head: []string{f("Prevents"), f("Detects"), f("Responds"), f("Recovers")},
		Rows: []MatrixRow{
			{Threat: Link{"/t/copy", f("The customer database is copied and sold")}, ID: f("copy"), Alone: f("hangs on “Firewall” alone"), Cells: cells},
			{Threat: Link{"/t/phone", f("A carer's phone is lost")}, ID: f("phone"), Bare: &Tag{f("nothing stands"), "risk"}, Cells: []MatrixCell{{f("Prevents"), nil}, {f("Detects"), nil}, {f("Responds"), nil}, {f("Recovers"), nil}}},
		},
		More: []MatrixRow{{Threat: Link{"/t/doors", f("Door codes")}, ID: f("doors"), Cells: cells}}, MoreSays: f("1 more threat"),
		Layers: []FailureRow{{f("waf"), f("Firewall"), f("prevents"), f("running it (one kind alone)"), &good, f("about £92k more a year"), f("Nothing else stands before “Door codes”."), f.adds(), mend}},
		Rest:   []FailureRow{{f("call"), f("Engineer on call"), f("responds"), f("no check"), &good, f("about £2k more a year"), "", nil, mend}}, RestSays: f("1 more layer"),
		Shared:   []FailureRow{{ID: f("idp"), Title: f("Staff sign-in"), By: f("2 layers rely on it"), Fails: f("about £10k more a year"), Break: mend}},
		Evidence: Link{"/evidence", f("How layers stand by their checks")},
	}
}

func (f say) stages() *StagesView {
	return &StagesView{
		Frame: f.frame("Stages"), Heading: f("Rounds misses one thing that deployment needs"), Lead: []string{f("It is at testing. The risk is high.")},
		Needs: []StageNeed{{f("pentest"), f("Somebody outside tried to break it"), f("Testing"), f("A report is there."), f("OWASP SAMM")}},
		Head:  []string{f("Design"), f("Testing"), f("Deployment")},
		Rows: []StageRow{
			{f("duties"), f("Duties are known"), []StageCell{{f("Design"), f("done"), "good", f("Every duty is named.")}, {}, {}}},
			{f("pentest"), f("Somebody outside tried to break it"), []StageCell{{}, {f("Testing"), f("not done"), "risk", f("A report is there.")}, {f("Deployment"), f("later"), "", f("Another one.")}}},
		},
		Note: f("Nobody changed this list."), Features: []FeatureRow{{Link{"/stages?of=portal", f("Family portal")}, f("portal"), f("design"), f("high"), f("one thing is missing: duties")}},
		Moves: []EventRow{{When: Moment{Says: f("2 November 2026")}, What: f("To testing: all of it runs"), Who: f("tom@larkspur.example"), Parts: []string{f("Not done then: pentest")}}},
		Back:  &Link{"/stages", f("All of Rounds")}, Evidence: Link{"/evidence", f("How layers stand by their checks")},
	}
}

func (f say) calibration() *CalibrationView {
	return &CalibrationView{
		Frame: f.frame("How well you estimate"), Heading: f("How well you estimate"), Lead: f("What you estimated, beside what happened since."), Own: []string{f("ranges: 4 of 5 held what came")},
		TeamHead: f("The team's (4 people)"), Team: []string{f("chances: a Brier score of 0.11")}, Learn: Link{"/learn", f("What to find out before deciding")},
	}
}

func (f say) tasks() *TasksView {
	return &TasksView{
		Adds:  f.adds(),
		Frame: f.frame("Tasks"), Heading: f("Two tasks, 41 days"), Lead: []string{f("In the order of the plan, with the features between.")},
		Problem: &OrderProblem{Problem: &Problem{Says: f("Payroll was moved since you looked."), Hint: f("Look at the list as it is now.")}, Now: f("Payroll stands at 2 of 7 now."), Again: &MoveAgain{Product: f("rounds"), Task: f("ROUNDS-F1"), Seen: f("01"), To: f("last")}},
		CopyURL: "/tasks.md?product=rounds",
		Warns:   []string{f("Payroll export stands before what it needs.")}, Above: []string{f("2026-Q4 ends here (10 days)")}, Planned: true, Of: f("rounds"),
		Files: []Link{{"/tasks.md", f("Take it along as Markdown")}}, Moves: []Choice{{ID: f("ROUNDS-K1"), Title: f("Every record")}, {ID: f("ROUNDS-F1"), Title: f("Payroll")}},
		Tasks: []TaskRow{
			{Below: []string{f("2027-Q1 ends here (30 days)")}, Place: &PlaceForm{Name: f("ROUNDS-K1"), Seen: f("01"), Above: "ROUNDS-F2", Next: "ROUNDS-F1"}, Anchor: "item-1", ID: f("ROUNDS-K1"), Title: f("Every record read checks the agency"), Effort: f("18 to 35 days"), State: f("open"), For: []Link{{threatURL(f("doors")), f("Door codes")}}, DoneURL: "/tasks/ROUNDS-K1/done", Tags: []Tag{{f("in progress"), ""}}},
			{Done: true, Anchor: "item-2", ID: f("ROUNDS-K2"), Title: f("Payroll export"), Effort: f("25 days"), State: f("done")},
		},
	}
}

// sampleDesk answers with samples, and with the error it is given.
type sampleDesk struct {
	say
	err      error
	answers  []answer
	finished []string
	moves    []moveSent
	said     []talkSent
	options  []optionSent
	agreed   []agreeSent
}

func (d *sampleDesk) home(context.Context, string) (*HomeView, error) { return d.say.home(), d.err }
func (d *sampleDesk) start(context.Context) (*StartView, error)       { return d.say.start(), d.err }

func (d *sampleDesk) draft(context.Context, startSent) (*StartView, error) {
	return d.say.draft(), d.err
}

func (d *sampleDesk) redraft(context.Context, startSent) (*StartView, error) {
	return d.say.draft(), d.err
}
func (d *sampleDesk) begin(context.Context, startSent) (string, error) { return "rounds", d.err }

func (d *sampleDesk) appetite(context.Context, string) (*LimitsView, error) {
	return d.say.limits(), d.err
}
func (d *sampleDesk) tolerate(context.Context, limitsSent) error { return d.err }
func (d *sampleDesk) settle(context.Context, moveSent) error     { return d.err }

func (f say) questions() *LimitsForm {
	return &LimitsForm{
		ProductID: f("rounds"), Currency: f("GBP"), Often: []Choice{{"", f("choose")}, {"50%", f("1 of 2 years")}}, Because: f("The board said so."), Problem: &Problem{Says: f("That is no amount.")},
		Asks: []LimitAsk{{1, f("A loss you would shrug at"), f("10k"), "50%", f("More, please."), f("Less often.")}},
	}
}

func (d *sampleDesk) rooms(context.Context, string) (*WorkshopsView, error) {
	return d.say.rooms(), d.err
}

func (d *sampleDesk) openRoom(context.Context, negotiate.OpenWorkshopRequest) (string, error) {
	return "ROUNDS-WS1", d.err
}

func (d *sampleDesk) news(context.Context, *newsOf) ([]byte, error) { return nil, d.err }

func (d *sampleDesk) roomMoves(context.Context, string) (*RoomMoves, error) {
	return &RoomMoves{}, d.err
}

func (d *sampleDesk) room(context.Context, string) (*WorkshopView, error) { return d.say.room(), d.err }
func (d *sampleDesk) actInRoom(context.Context, roomSent) error           { return d.err }

func (d *sampleDesk) linkRoom(context.Context, negotiate.LinkWorkshopRequest) (*negotiate.WorkshopLinkResult, error) {
	return &negotiate.WorkshopLinkResult{Path: "/join#secret", Guests: 5}, d.err
}
func (d *sampleDesk) unlinkRoom(context.Context, string) error { return d.err }
func (d *sampleDesk) joinRoom(context.Context, negotiate.JoinWorkshopRequest) (*negotiate.GuestResult, error) {
	return &negotiate.GuestResult{Secret: "s"}, d.err
}

func (d *sampleDesk) guest(context.Context, string) (*negotiate.GuestResult, error) {
	return &negotiate.GuestResult{Actor: negotiate.Actor{ID: "Sam", Known: ledger.ByLink, Via: negotiate.ViaPage}, Workshop: "ROUNDS-WS1"}, d.err
}

// code is a picture for cameras.
func (f say) code() template.HTML {
	p, err := qrPicture("https://x/join#s", f("The link"))
	if err != nil {
		panic(err)
	}
	return p
}

func (f say) rooms() *WorkshopsView {
	return &WorkshopsView{
		Frame: f.frame("Workshops"), Heading: f("Estimate together"), Lead: f("Each alone."), Rows: []WorkshopRow{{"/workshop/ROUNDS-WS1", f("Autumn"), f("ROUNDS-WS1"), f("three threats")}},
		Form: &OpenRoomForm{ProductID: f("rounds"), Title: f("Autumn"), Minutes: f("2"), Lines: f("A key lies in public"), Threats: []Tick{{Name: "threat", Value: f("copy"), Label: f("The database is copied"), Note: f("on record"), Group: f("known"), Checked: true, One: true}}, Problem: &Problem{Says: f("It has no title."), Hint: f("Name it.")}},
	}
}

func (f say) room() *WorkshopView {
	done := RoomTopic{
		Number: f("1"), Title: f("The database is copied"), URL: threatURL(f("copy")), State: f("revealed"), Notes: []string{f("ann wrote down: the old rules")},
		Rounds:   []RoomRound{{f("Round 1"), []RoomSaid{{f("ann@example.org"), f("1 in 10"), f("20k to 200k"), f("3d")}, {f("ben@example.org"), f("likely"), f("1M"), ""}}, f("Cas stays with the round before.")}, {Heading: f("Round 2")}},
		Pictures: []RoomPicture{{f("How likely"), f("ann says 9 in 100, ben 30."), picture(chart.Ranges{Title: f("How likely"), Head: [4]string{f("Who"), f("Low"), f("Middle"), f("High")}, Rows: []chart.Range{{Label: f("ann"), Low: 5, Mid: 9, High: 20, Style: chart.Now}, {Label: f("Together"), Low: 4, Mid: 9, High: 30, Style: chart.After}}}, columnWidth, "")}},
	}
	return &WorkshopView{
		Frame: f.frame("Autumn"), ID: f("ROUNDS-WS1"), Heading: f("Autumn"), Lead: f("Here so far: ann and ben."), URL: "/workshop/ROUNDS-WS1", Stamp: f("1"), Problem: &Problem{Says: f("Not now."), Hint: f("Look again.")}, Sent: f("A phone is lost"),
		Now:  &RoomNow{"2.1", f("A key lies in public"), f("Round 1"), f("1:15 left"), f("One answered: ann."), f("Your answer is kept."), Moment{"2026-10-01T09:02:00Z", f("09:02:00 UTC")}, 75, &RoomForm{"/workshop/ROUNDS-WS1/estimate", f("1 in 3"), f("20k"), f("3d"), 2, f("Send"), &Problem{Says: f("That is no chance."), Hint: f("Try 30%.")}}},
		Last: &done, Topics: []RoomTopic{done, {Number: f("2"), Title: f("A key lies in public"), State: f("being estimated"), Silent: true}}, Add: &RoomAdd{"/workshop/ROUNDS-WS1/threats", f("Another")},
		Wait: f("Talk about it."), Guest: f("You are here as Sam."), Guests: &RoomGuests{f("Two came."), f("Make another"), "/workshop/ROUNDS-WS1/link", Moment{"2026-10-01T13:00:00Z", f("1 October 2026, 13:00 UTC")}, "/workshop/ROUNDS-WS1/unlink"}, Link: &RoomLink{URL: f("https://x/join#s"), Says: f("20 people."), Until: Moment{"2026-10-01T13:00:00Z", f("1 October 2026, 13:00 UTC")}, Picture: f.code()},
		Steps:  &RoomLead{"/workshop/ROUNDS-WS1/step", 3, 2, f("The old rules"), []Choice{{"reveal", f("Reveal all at once")}, {"close", f("Close")}}},
		Agenda: []RoomPoint{{f("The database is copied"), threatURL(f("copy")), f("3 in 10 within two years."), []string{f("How likely: ann says 1 in 10, ben likely. Ask ann and ben.")}}},
	}
}

func (f say) limits() *LimitsView {
	return &LimitsView{
		Adds:  f.adds(),
		Frame: f.frame("Limits"), Heading: f("Two limits"), Lead: []string{f("They hold for everybody.")}, Limits: []LimitRow{{f("More than £250k in at most 25%."), f("Since 1 May.")}}, Questions: f.questions(),
		Waiting: []LimitProposal{{ID: f("ROUNDS-P1"), Action: "/limits/ROUNDS-P1", ProductID: f("rounds"), Says: f("more than £1M"), By: f("priya"), May: true, Because: f("as said"), Problem: &Problem{Says: f("A reason is needed.")}}},
	}
}

func (d *sampleDesk) rules(context.Context, string) (*RulesView, error) { return d.say.rules(), d.err }

func (d *sampleDesk) since(context.Context, string) *EventRow {
	return &EventRow{When: Moment{"2026-11-21T14:03:00Z", d.say("21 Nov 2026, 14:03 UTC")}, What: d.say("It was approved."), Who: d.say("Helen")}
}
func (d *sampleDesk) rule(context.Context, negotiate.RuleRequest) error             { return d.err }
func (d *sampleDesk) settleRule(context.Context, negotiate.SettleRuleRequest) error { return d.err }

func (f say) rules() *RulesView {
	form := func(id string) *Form {
		return &Form{ID: id, Action: "/rules", Button: f("Propose"), Quiet: true, Hidden: []Pair{{"name", "authority"}}, Problem: &Problem{Says: f("Name it.")}, Fields: []Field{{Name: "role", Label: f("Role"), Type: "text", Complete: "off", Value: f("lead"), Hint: f("As people say it.")}}}
	}
	return &RulesView{
		HeldAdds: f.adds(),
		Frame:    f.frame("Rules"), Heading: f("One row"), Lead: []string{f("They hold for all.")}, Settings: []Pair{{f("Longest"), f("90 days")}}, Rows: []AuthorityView{{f("lead"), f("tom"), f("accept"), f("£20k")}}, Held: []string{f("tom has £9k")},
		Waiting: []RuleProposal{{ID: f("R7"), Action: "/rules/R7", Says: f("The role lead is to go."), By: f("priya"), Because: f("too much"), May: true, Answer: f("so"), Problem: &Problem{Says: f("It changed."), Hint: f("Refuse it.")}}},
		Row:     form("row"), Setting: form("setting"),
	}
}

func (f say) webhooks() *WebhooksView {
	form := func(id, action string) *Form {
		return &Form{ID: id, Action: action, Button: f("Send"), Quiet: true, Hidden: []Pair{{"name", "authority"}}, Problem: &Problem{Says: f("That is none."), Hint: f("Write another.")}, Fields: []Field{
			{Name: "url", Label: f("Address"), Type: "url", Complete: "off", Value: f("https://x"), Hint: f("https"), Wrong: f("No address."), Optional: true, Secret: "fill"},
			{Name: "product", Label: f("Where"), Choices: []Choice{{"", f("everywhere")}}},
		}, Ticks: []Tick{{Name: "all", Value: "yes", Label: f("All"), Note: f("of them"), Checked: true, One: true, Group: f("What")}}}
	}
	return &WebhooksView{
		Frame: f.frame("Webhooks"), Heading: f("One program is told"), Lead: f("Signed."), Problem: &Problem{Says: f("Not taken."), Hint: f("503")}, Shown: &Shown{Heading: f("The secret"), Says: f("Once."), Values: []string{f("whsec_x")}},
		Rows: []WebhookRow{{
			ID: "wh-1", URL: f("https://hooks.example.org/parley"), Facts: []string{f("Is told: everything")}, Stopped: f("Nothing is sent: 410"), Acts: []AccountAct{{"/webhooks/wh-1/test", f("Send a test"), f("Send a test: https://x")}}, Replay: form("replay", "/webhooks/wh-1/replay"),
			Deliveries: []DeliveryRow{{Event: f("7"), Tries: f("2 tries"), Said: f("503"), State: Tag{f("waiting"), "good"}, When: Moment{Says: f("today, 10:00")}}},
		}, {ID: "wh-2", URL: f("https://x"), None: f("Nothing was sent yet.")}}, Add: form("add", "/webhooks"),
	}
}

func (d *sampleDesk) organisation(context.Context, string) (*OrganisationView, error) {
	return d.say.organisation(), d.err
}

func (f say) organisation() *OrganisationView {
	return &OrganisationView{
		Frame: f.frame("Organisation"), Heading: f("Rounds"), Lead: f("What holds for all."),
		Products:  []ProductRow{{Link{"/?product=rounds", f("Rounds")}, f("operations"), f("helen@larkspur.example"), f("2"), f("7")}},
		Yardstick: []YardstickRow{{f("Limits"), f("£250k in 20 of 100 years"), f("helen@larkspur.example"), f("Rounds"), f("12 May 2026")}},
		Rows:      []AuthorityView{{f("lead"), f("tom"), f("accept"), f("£20k")}}, NoRows: f("Nobody is limited."), RulesURL: "/rules", LimitsURL: "/limits",
		Scales: []ScaleView{{f("How likely"), []ScaleRow{{f("low"), f("1%..10% per year"), f("ours")}}}},
		People: []HolderRow{{f("tom@larkspur.example"), f("decider"), f("Rounds"), f("12 May 2026")}}, NoPeople: f("Managers see that."),
		Own: []string{f("7 of 9 ranges held.")}, TeamHead: f("The team"), Team: []string{f("Too few.")}, CalibrationURL: "/calibration",
		RowsAdds: f.adds(), MetricsAdds: f.adds(), MetricsHead: f("From May to June"), Metrics: []Pair{{f("Re-opened"), f("2 of 9")}},
	}
}

func (d *sampleDesk) sum(context.Context, sumAsk) (*SumView, error) { return d.say.sum(), d.err }

func (f say) adds() *Link { return &Link{"/sum?about=product", f("What can go wrong")} }

func (f say) sum() *SumView {
	return &SumView{
		Frame: f.frame("Sum"), Heading: f("Safe queries, against Copying"), Back: &Link{"/t/copy", f("Copying")}, Nothing: f("Nothing else."), Problem: &Problem{Says: f("No such option."), Hint: f("Take another.")},
		Sums: []SumTable{
			{Says: f("Work, on average"), Rows: []SumLine{{f("Reports page rebuilt with safe queries"), "", f("15.12 days")}}, Total: f("15.12 days"), Formula: f("The mean of each estimate."), Docs: f("docs/briefs.md#an-option")},
			{Says: f("What it is worth on balance"), Worked: true, Rows: []SumLine{{f("Loss avoided: Copying"), "", f("£103,204.33")}, {f("Work: Safe queries"), f("15.12 days × −£648.18"), f("−£9,800.48")}}, Total: f("£93,403.85"), Formula: f("Each discounted to today."), Docs: f("docs/maths-plan.md#time")},
		},
	}
}

func (d *sampleDesk) why(context.Context, whyAsk) (*WhyView, error) { return d.say.why(), d.err }

func (f say) why() *WhyView {
	return &WhyView{
		Frame: f.frame("Why"), Heading: f("Leak: expected annual loss"), Ends: f("1 May: £4k."), ProductID: f("rounds"), Of: "leak", Figure: "effort", From: "2026-10-01", To: "2026-11-01",
		Ofs: []Choice{{"leak", f("Leak")}}, Figures: []Choice{{"effort", f("effort")}}, Problem: &Problem{Says: f("No such figure."), Hint: f("Take another.")}, Moved: f("+£2k in all, of which"), Causes: []Pair{{f("estimates"), f("+£2k")}},
		Steps: []WhyRow{{Moment{Says: f("today")}, f("Leak recorded"), f("+£2k"), f("£6k")}}, Nothing: f("Nothing moved it."), BackURL: "/t/leak", Title: f("Leak"),
	}
}

func (f say) start() *StartView {
	v := &StartView{
		Frame: f.frame("Begin"), Heading: f("What could go wrong?"), Lead: []string{f("Nothing is recorded.")}, Name: f("Rounds"), Currency: f("GBP"), List: f("Passwords are guessed; likely"),
		Problem: &Problem{Says: f("That is no list."), Hint: f("One a line.")}, Example: true, HowTo: []string{f("parley init")},
	}
	v.Begin, v.Frame.Example = &Link{"/start", f("Bring threats")}, &Example{Steps: []ExampleStep{{"/", f("Look"), true}, {"/plan", f("Plan"), false}}, End: "/example/end"}
	return v
}

func (f say) draft() *StartView {
	v := f.start()
	v.Draft = &DraftView{
		Product: f("Rounds"), There: &Link{"/?product=rounds", f("Rounds")}, From: f("the list"), File: f("parley: v1"), Valid: true, Wrong: []string{f("Line 3: no")}, MoreSay: f("2 more"),
		Parts:   []DraftPart{{"taken", f("Taken"), []string{f("Two threats")}, true}, {"assumed", f("Assumed"), []string{f("medium")}, false}, {"left", f("Left"), []string{f("a heading")}, true}},
		Threats: []DraftThreat{{f("Leak"), f("likely"), f("20k"), f("31 000 customers")}}, More: []DraftThreat{{f("Replay"), f("low"), f("low"), ""}},
	}
	return v
}

func (d *sampleDesk) brief(_ context.Context, ask briefAsk) (*BriefView, error) {
	if ask.threat == "absent" {
		return nil, parley.Errorf(parley.NotFound, "brief", "there is no threat %q", ask.threat)
	}
	return d.say.brief(), nil
}

func (d *sampleDesk) plan(_ context.Context, q budget) (*PlanView, error) {
	v := d.say.plan()
	v.URL = q.url()
	return v, d.err
}

func (d *sampleDesk) lived(context.Context, livedAsk) (*LivedView, error) {
	return d.say.lived(), d.err
}

func (d *sampleDesk) agreement(context.Context, string) (*AgreementView, error) {
	return d.say.agreement(), d.err
}

func (d *sampleDesk) then(context.Context, string) (*ThenView, error) { return d.say.then(), d.err }

func (d *sampleDesk) recordFile(context.Context, string, negotiate.LogFilter, func([]negotiate.Event) error) error {
	return d.err
}

func (d *sampleDesk) livedFile(context.Context, livedAsk) (*negotiate.AcceptedResult, error) {
	return &negotiate.AcceptedResult{}, d.err
}

func (d *sampleDesk) record(context.Context, string, recordAsk) (*RecordView, error) {
	return d.say.record(), d.err
}

func (d *sampleDesk) matrix(context.Context, matrixAsk) (*MatrixView, error) {
	return d.say.matrix(), d.err
}

func (d *sampleDesk) takeBack(context.Context, passSent) error { return nil }

func (d *sampleDesk) evidence(context.Context, string) (*EvidenceView, error) {
	return d.say.evidence(), d.err
}

func (d *sampleDesk) stages(context.Context, stagesAsk) (*StagesView, error) {
	return d.say.stages(), d.err
}

func (d *sampleDesk) calibration(context.Context, string) (*CalibrationView, error) {
	return d.say.calibration(), d.err
}

func (d *sampleDesk) learn(context.Context, string, bool) (*LearnView, error) {
	return d.say.learn(), d.err
}

func (d *sampleDesk) backlog(context.Context, string) (*negotiate.TasksResult, error) {
	return &negotiate.TasksResult{}, d.err
}

func (d *sampleDesk) order(context.Context, negotiate.OrderRequest) (*negotiate.TasksResult, error) {
	return &negotiate.TasksResult{}, d.err
}

func (d *sampleDesk) tasks(context.Context, string) (*TasksView, error) { return d.say.tasks(), d.err }

func (d *sampleDesk) frame(_ context.Context, title string) Frame { return d.say.frame(title) }

func (d *sampleDesk) decide(_ context.Context, a answer) (string, error) {
	d.answers = append(d.answers, a)
	return d.say("ROUNDS-D2"), d.err
}

func (d *sampleDesk) done(_ context.Context, id string) error {
	d.finished = append(d.finished, id)
	return d.err
}

func (d *sampleDesk) may(context.Context, string, string) error { return d.err }

func (d *sampleDesk) products(context.Context) []Choice {
	return []Choice{{d.say("rounds"), d.say("Rounds")}, {d.say("shop"), d.say("Shop")}}
}

func (d *sampleDesk) move(_ context.Context, m moveSent) error {
	d.moves = append(d.moves, m)
	return d.err
}

func (d *sampleDesk) speak(_ context.Context, t talkSent) error {
	d.said = append(d.said, t)
	return d.err
}

func (d *sampleDesk) sayOption(_ context.Context, o optionSent) error {
	d.options = append(d.options, o)
	return d.err
}

func (f say) lived() *LivedView {
	return &LivedView{
		Frame: f.frame("What is left as it is"), Heading: f("Two decisions leave something as it is"), Lead: []string{f("Together about £90k a year.")},
		Above: f("50k"), Who: f("priya"), Ended: true, ProductID: f("rounds"), Problem: f("That is no amount."), Downloads: []Link{{"/lived.csv?above=50k", f("The same as a table")}}, Record: "/record",
		Sum: []Pair{{f("ROUNDS-D4: Copying"), f("£71,204.33")}}, Total: f("£71,204.33"),
		Rows: []LivedRow{{
			Then: "/decisions/ROUNDS-D4",
			ID:   f("ROUNDS-D4"), What: f("Live with it"), Because: f("Twelve days of work for £20k"), Who: f("priya@larkspur.example"), When: f("1 November 2026"), Authority: f("product owner"),
			Bad: f("£2.3M"), Average: f("£71k"), NotTaken: []string{f("Safe queries"), f("A yearly test")}, Seen: []string{f("helen@larkspur.example (manager): before it was decided")}, State: Tag{f("in force"), "good"}, Became: []string{f("re-opened on 3 March 2027")}, Until: f("19 September 2027"), Threats: []Link{{threatURL(f("copy")), f("Copying")}},
		}},
	}
}

func (d *sampleDesk) agree(_ context.Context, a agreeSent) (string, bool, error) {
	d.agreed = append(d.agreed, a)
	return d.say("ROUNDS-A1"), true, d.err
}
