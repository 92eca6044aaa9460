package brief

import (
	"context"
	"slices"
)

// appraise fills in what an option costs and whether it pays.
func (b *builder) appraise(ctx context.Context, o *Option, out *Threat, c *choice) error {
	if slices.Contains(c.missing, missingCost) {
		return nil
	}
	o.Cost = &Cost{}
	net := b.worth.net(out.OnlyWith, c.set, c.start)
	o.NetBenefit = &net
	return nil
}
