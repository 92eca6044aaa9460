package model

import "github.com/parleysec/parley/plan"

// Asked are the limits of each search for what is asked about a plan.
func (b *Built) Asked(o Options) plan.Options { return b.asked(o) }

// Last is the problem's item that says whether an item is chosen.
func (b *Built) Last(id string) int { return b.last(b.index[id]) }
