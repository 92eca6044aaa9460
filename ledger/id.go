package ledger

import (
	"fmt"
	"io"
	"time"

	"github.com/oklog/ulid/v2"
)

// NextID is a ULID for an event at the given time that sorts after the last
// one, also when both fall into one millisecond or the clock went back. last
// is "" for the first event.
func NextID(last string, at time.Time, entropy io.Reader) (string, error) {
	id, err := ulid.New(ulid.Timestamp(at), entropy)
	if err != nil {
		return "", fmt.Errorf("event id: %w", err)
	}
	if last == "" || id.String() > last {
		return id.String(), nil
	}
	prev, err := ulid.ParseStrict(last)
	if err != nil {
		return "", fmt.Errorf("event id after %q: %w", last, err)
	}
	for i := len(prev) - 1; i >= 0; i-- { // the next larger 128-bit number
		prev[i]++
		if prev[i] != 0 {
			return prev.String(), nil
		}
	}
	return "", fmt.Errorf("event id: none is larger than %s", last)
}

// IDTime is the time an event id was made from, to the millisecond.
func IDTime(id string) (time.Time, error) {
	u, err := ulid.ParseStrict(id)
	if err != nil {
		return time.Time{}, fmt.Errorf("event id %q: %w", id, err)
	}
	if u.String() != id {
		return time.Time{}, fmt.Errorf("event id %q: want capitals, %s", id, u)
	}
	return ulid.Time(u.Time()).UTC(), nil
}
