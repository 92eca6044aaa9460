package ledger

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/parleysec/parley"
)

// StageMoved moves a product or a feature to another stage of its life.
type StageMoved struct {
	Kind    ItemKind     `json:"kind"` // product or feature
	ID      string       `json:"id"`
	From    parley.Stage `json:"from,omitempty"` // "" where none was stated
	To      parley.Stage `json:"to"`
	Because string       `json:"because"`
	Missing []string     `json:"missing,omitempty"` // ids of activities that were expected before, and not done
}

// EventType is stage.moved.
func (*StageMoved) EventType() (string, int) { return "stage.moved", 1 }

func (*StageMoved) names(rename) error { return nil }

// ActivitySaid records that somebody says an activity is done at a stage, or
// takes that back.
type ActivitySaid struct {
	Kind     ItemKind     `json:"kind"` // product or feature
	ID       string       `json:"id"`
	Activity string       `json:"activity"`
	Stage    parley.Stage `json:"stage"`
	Tier     parley.Tier  `json:"tier"` // at whose level it was done
	Undone   bool         `json:"undone,omitempty"`
	Because  string       `json:"because"`
}

// EventType is activity.said.
func (*ActivitySaid) EventType() (string, int) { return "activity.said", 1 }

func (*ActivitySaid) names(rename) error { return nil }

// StageMove is a move as recorded.
type StageMove struct {
	StageMoved
	Event string // id of the event
	At    time.Time
	Actor Actor
	By    string // claimed, "" for none
}

// ActivityNote is what was last said of an activity at a stage.
type ActivityNote struct {
	ActivitySaid
	Event string // id of the event
	At    time.Time
	Actor Actor
	By    string // claimed, "" for none
}

// maxBecause bounds a reason, in bytes.
const maxBecause = 20_000

// CheckMove reports what is wrong with a move.
func (b *StageMoved) CheckMove() error {
	switch {
	case b.Kind != KindProduct && b.Kind != KindFeature:
		return fmt.Errorf("a product or a feature has a stage, a %s has none", b.Kind)
	case !slices.Contains(parley.Stages(), b.To):
		return fmt.Errorf("%q is no stage: use one of %s", b.To, stageList())
	case b.From == b.To:
		return fmt.Errorf("%s %q is in %s already", b.Kind, b.ID, b.To)
	case b.Because == "" || len(b.Because) > maxBecause:
		return fmt.Errorf("a move has a reason, of at most %d bytes", maxBecause)
	}
	return nil
}

// CheckActivity reports what is wrong with what is said of an activity.
func (b *ActivitySaid) CheckActivity() error {
	switch {
	case b.Kind != KindProduct && b.Kind != KindFeature:
		return fmt.Errorf("activities are of a product or a feature, not of a %s", b.Kind)
	case b.Activity == "" || len(b.Activity) > maxLabel:
		return fmt.Errorf("an activity has an id of at most %d bytes", maxLabel)
	case !slices.Contains(parley.Stages(), b.Stage):
		return fmt.Errorf("%q is no stage: use one of %s", b.Stage, stageList())
	case !slices.Contains(parley.Tiers(), b.Tier):
		return fmt.Errorf("%q is no tier", b.Tier)
	case b.Because == "" || len(b.Because) > maxBecause:
		return fmt.Errorf("what shows that it is done is said in at most %d bytes", maxBecause)
	}
	return nil
}

// moveStage folds a move: the item's own text has the new stage.
func (p *Product) moveStage(e Event, b *StageMoved) error {
	if err := b.CheckMove(); err != nil {
		return err
	}
	i := slices.IndexFunc(p.items[b.Kind], func(it *Item) bool { return it.ID == b.ID })
	if i < 0 || p.items[b.Kind][i].Closed {
		return fmt.Errorf("there is no %s %q to move", b.Kind, b.ID)
	}
	it := *p.items[b.Kind][i]
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(it.JSON, &fields); err != nil {
		return fmt.Errorf("%s %s: %w", b.Kind, b.ID, err)
	}
	stage, err := json.Marshal(b.To)
	if err != nil {
		return err
	}
	fields["stage"] = stage
	if it.JSON, err = canonicalOf(fields); err != nil {
		return err
	}
	it.Event, it.At = e.ID, e.At
	p.items[b.Kind][i] = &it
	p.Moves = append(p.Moves, &StageMove{StageMoved: *b, Event: e.ID, At: e.At, Actor: e.Actor, By: e.By})
	return nil
}

// say folds what is said of an activity: the last word counts.
func (p *Product) say(e Event, b *ActivitySaid) error {
	if err := b.CheckActivity(); err != nil {
		return err
	}
	if it := p.Item(b.Kind, b.ID); it == nil || it.Closed {
		return fmt.Errorf("there is no %s %q", b.Kind, b.ID)
	}
	p.Activities = slices.DeleteFunc(slices.Clone(p.Activities), func(x *ActivityNote) bool {
		return x.Kind == b.Kind && x.ID == b.ID && x.Activity == b.Activity && x.Stage == b.Stage
	})
	p.Activities = append(p.Activities, &ActivityNote{ActivitySaid: *b, Event: e.ID, At: e.At, Actor: e.Actor, By: e.By})
	return nil
}

// Said is what was last said of an activity at a stage, nil for nothing.
func (p *Product) Said(kind ItemKind, id, activity string, stage parley.Stage) *ActivityNote {
	i := slices.IndexFunc(p.Activities, func(x *ActivityNote) bool {
		return x.Kind == kind && x.ID == id && x.Activity == activity && x.Stage == stage
	})
	if i < 0 {
		return nil
	}
	return p.Activities[i]
}

// MovesOf lists the moves of a product or feature, oldest first.
func (p *Product) MovesOf(kind ItemKind, id string) []*StageMove {
	var out []*StageMove
	for _, m := range p.Moves {
		if m.Kind == kind && m.ID == id {
			out = append(out, m)
		}
	}
	return out
}

// renameStages lets moves and activities speak of a product or feature by its
// new id.
func (p *Product) renameStages(kind ItemKind, from, to string) {
	for i, m := range p.Moves {
		if m.Kind == kind && m.ID == from {
			c := *m
			c.ID = to
			p.Moves[i] = &c
		}
	}
	for i, x := range p.Activities {
		if x.Kind == kind && x.ID == from {
			c := *x
			c.ID = to
			p.Activities[i] = &c
		}
	}
}
