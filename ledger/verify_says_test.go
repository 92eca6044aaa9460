package ledger

import "testing"

func TestVerifySays(t *testing.T) {
	for _, c := range []struct {
		size, through int64
		want          string
	}{
		{3, 3, "unchanged since the checkpoint was made: 3 events"},
		{4, 3, "unchanged up to event 3 since the checkpoint was made; the one event after it is consistent with itself"},
		{5, 3, "unchanged up to event 3 since the checkpoint was made; the 2 events after it are consistent with themselves"},
	} {
		r := Report{Checkpoints: 1, Through: c.through}
		r.Head.Size = c.size
		if got := r.Says(); got != c.want {
			t.Errorf("%d of %d: %q", c.through, c.size, got)
		}
	}
}
