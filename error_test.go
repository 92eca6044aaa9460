package parley

import (
	"errors"
	"fmt"
	"io"
	"testing"
)

func TestKindOfError(t *testing.T) {
	refused := Errorf(Refused, "decide t1", "no reason is given").WithHint("add --because")
	for _, c := range []struct {
		err  error
		want ErrorKind
	}{
		{refused, Refused},
		{fmt.Errorf("outer: %w", refused), Refused},
		{io.EOF, Internal},
		{&Error{Kind: Unavailable, Err: io.EOF}, Unavailable},
	} {
		if got := KindOfError(c.err); got != c.want {
			t.Errorf("KindOfError(%v) = %q, want %q", c.err, got, c.want)
		}
	}
	if got := refused.Error(); got != "decide t1: no reason is given" {
		t.Errorf("text %q", got)
	}
	if !errors.Is(&Error{Kind: Unavailable, Err: io.EOF}, io.EOF) {
		t.Error("the cause is lost")
	}
}
