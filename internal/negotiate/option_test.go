package negotiate

import (
	"errors"
	"strings"
	"testing"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/ledger"
)

// bare is a shop whose one way against a threat has no cost and no strength, as a
// threat model brings them.
var bare = strings.Replace(shop, "cost: {effort: 10d..20d}, lead_time: 1 month, against: [{threat: leak, likelihood: 80%}]", "x-own: kept, against: [{threat: leak}]", 1)

// safe is what is said of the option of the shop.
func (d *desk) safe() OptionSays {
	d.t.Helper()
	l, err := d.load(d.t.Context(), Source{Product: "shop"}, "")
	if err != nil {
		d.t.Fatal(err)
	}
	says, _ := OptionSaid(l.model.Mitigation("safe"), "leak")
	return says
}

// TestSayOption: an option without a cost is judged once somebody says what it takes; it
// is on record who said it and why, and a file that says nothing about it keeps it.
func TestSayOption(t *testing.T) {
	d := newDesk(t)
	d.apply(bare)
	option := func() (missing bool) {
		r, err := d.Brief(t.Context(), d.tom, BriefRequest{Source: Source{Product: "shop"}, Threats: []string{"leak"}})
		if err != nil {
			t.Fatal(err)
		}
		for _, o := range r.Threats[0].Options {
			if o.ID == "safe" {
				return len(o.Missing) > 0
			}
		}
		t.Fatal("no such option")
		return false
	}
	if !option() {
		t.Fatal("it can be judged already")
	}
	want := OptionSays{Effort: "10d..20d", Once: "2k", Yearly: "1k", Likelihood: "60%..80%", Impact: "10%"}
	r, err := d.SayOption(t.Context(), d.tom, SayOptionRequest{Threat: "leak", Option: "safe", OptionSays: want, Seen: &OptionSays{}, Because: "Jo built one"})
	if err != nil {
		t.Fatal(err)
	}
	if r.Says != want || r.Before != (OptionSays{}) || d.safe() != want || option() {
		t.Errorf("%+v, recorded %+v", r, d.safe())
	}
	log, err := d.Log(t.Context(), d.tom, LogRequest{Limit: 2})
	if err != nil {
		t.Fatal(err)
	}
	var all string
	for _, e := range log.Events {
		if e.Actor.ID != d.tom.ID {
			t.Errorf("by %s", e.Actor.ID)
		}
		all += string(e.Type) + string(e.Body)
	}
	for _, says := range []string{"item.put", "note.added", "Jo built one", `"x-own":"kept"`, "work: not said → 10d..20d"} {
		if !strings.Contains(all, says) {
			t.Errorf("no %s in %s", says, all)
		}
	}
	d.apply(strings.Replace(bare, "title: Safe queries", "title: Queries made safe", 1))
	if d.safe() != want {
		t.Errorf("a file that does not say it made it %+v", d.safe())
	}
	if _, err := d.Apply(t.Context(), d.tom, ApplyRequest{Source: Source{Name: "shop.yaml", Data: []byte(shop)}}); parley.KindOfError(err) != parley.Conflict {
		t.Errorf("a file that says otherwise: %v", err)
	}
}

// TestSayOptionMeanwhile: whoever looked before somebody else said it hears what is
// different, and nothing is recorded.
func TestSayOptionMeanwhile(t *testing.T) {
	d := newDesk(t)
	d.apply(shop)
	seen, before := d.safe(), d.recordedEvents()
	say := func(effort string, seen *OptionSays) error {
		_, err := d.SayOption(t.Context(), d.tom, SayOptionRequest{Threat: "leak", Option: "safe", OptionSays: OptionSays{Effort: effort, Likelihood: "80%"}, Seen: seen, Because: "so"})
		return err
	}
	if err := say("8d", &seen); err != nil {
		t.Fatal(err)
	}
	after := d.recordedEvents()
	err := say("9d", &seen)
	moved, ok := errors.AsType[*OptionMoved](err)
	if !ok || parley.KindOfError(err) != parley.Conflict || moved.Now.Effort != "8d" || !strings.Contains(err.Error(), "work: 10d..20d → 8d") {
		t.Errorf("%v", err)
	}
	if err := say("8d", nil); parley.KindOfError(err) != parley.Invalid {
		t.Errorf("the same again: %v", err)
	}
	if now := d.recordedEvents(); after == before || now != after {
		t.Errorf("%d events, %d, then %d", before, after, now)
	}
}

// TestSayOptionSaysNo: all that cannot be read is told at its field, and nothing of it
// is recorded.
func TestSayOptionSaysNo(t *testing.T) {
	d := newDesk(t)
	d.apply(shop)
	before := d.recordedEvents()
	_, err := d.SayOption(t.Context(), d.tom, SayOptionRequest{Threat: "leak", Option: "safe", OptionSays: OptionSays{
		Effort: "<script>", Once: strings.Repeat("9", 101), Yearly: "-3", Likelihood: "150%", Impact: "a\x1b[31m",
	}})
	wrong, ok := errors.AsType[WrongFields](err)
	if !ok || len(wrong) != 6 || parley.KindOfError(err) != parley.Invalid {
		t.Errorf("%d wrong: %v", len(wrong), err)
	}
	for i, f := range wrong {
		if want := append(optionFields[:5:5], "because")[i]; f.Field != want {
			t.Errorf("%s where %s is wrong", f.Field, want)
		}
	}
	for name, c := range map[string]struct {
		req  SayOptionRequest
		kind parley.ErrorKind
	}{
		"no such option":      {SayOptionRequest{Threat: "leak", Option: "no"}, parley.NotFound},
		"no such threat":      {SayOptionRequest{Threat: "no", Option: "safe"}, parley.NotFound},
		"not against it":      {SayOptionRequest{Threat: "replay", Option: "safe"}, parley.Invalid},
		"a feature":           {SayOptionRequest{Threat: "leak", Option: "gift"}, parley.NotFound},
		"a reason too long":   {SayOptionRequest{Threat: "leak", Option: "safe", Because: strings.Repeat("x", parley.MaxReason+1)}, parley.Invalid},
		"a reason of nothing": {SayOptionRequest{Threat: "leak", Option: "safe", Because: " \n"}, parley.Invalid},
	} {
		c.req.Effort = "3d"
		if c.req.Because == "" {
			c.req.Because = "so"
		}
		if _, err := d.SayOption(t.Context(), d.tom, c.req); parley.KindOfError(err) != c.kind {
			t.Errorf("%s: %v", name, err)
		}
	}
	if now := d.recordedEvents(); now != before {
		t.Errorf("%d events, %d before", now, before)
	}
}

// TestSayOptionReopens: a decision that counted on what an option stops comes back when
// somebody says that it stops much less.
func TestSayOptionReopens(t *testing.T) {
	d := newDesk(t)
	d.apply(shop)
	if _, err := d.Decide(t.Context(), d.tom, DecideRequest{Threats: []string{"leak"}, Kind: parley.Mitigate, With: []string{"safe"}, Because: "it pays"}); err != nil {
		t.Fatal(err)
	}
	r, err := d.SayOption(t.Context(), d.tom, SayOptionRequest{Threat: "leak", Option: "safe", OptionSays: OptionSays{Effort: "90d..200d", Likelihood: "1%"}, Because: "we tried"})
	if err != nil || len(r.Reopened) != 1 {
		t.Errorf("%+v, %v", r, err)
	}
	if _, err := d.Done(t.Context(), d.tom, DoneRequest{Product: "shop", Task: "safe", To: ledger.TaskDone, Because: "built"}); err != nil {
		t.Fatal(err)
	}
	if _, err := d.SayOption(t.Context(), d.tom, SayOptionRequest{Threat: "leak", Option: "safe", OptionSays: OptionSays{Effort: "3d"}, Because: "so"}); parley.KindOfError(err) != parley.Refused {
		t.Errorf("of what is built: %v", err)
	}
}
