package ledger

import (
	"fmt"
	"io"
	"strings"
	"time"
)

// crockford is the alphabet of ULIDs, https://github.com/ulid/spec: base32
// without I, L, O and U. Its order is that of the values, so that texts sort
// as the numbers do.
const crockford = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

const (
	idLength    = 26 // characters of a ULID: 130 bits for 128
	timeLength  = 10 // of them for the time, 50 bits for 48
	randomBytes = 10 // bytes of randomness
	maxTime     = 1<<48 - 1
)

// NextID is a ULID for an event at the given time that sorts after the last
// one, also when both fall into one millisecond or the clock went back. last
// is "" for the first event.
func NextID(last string, at time.Time, entropy io.Reader) (string, error) {
	ms := at.UnixMilli()
	if ms < 0 || ms > maxTime {
		return "", fmt.Errorf("event id: the time %s is before 1970 or beyond 10889", at)
	}
	var random [randomBytes]byte
	if _, err := io.ReadFull(entropy, random[:]); err != nil {
		return "", fmt.Errorf("event id: %w", err)
	}
	id := encodeID(ms, random)
	if id > last {
		return id, nil
	}
	if _, err := IDTime(last); err != nil {
		return "", fmt.Errorf("event id after the last one: %w", err)
	}
	return successor(last)
}

// encodeID writes time and randomness in groups of five bits.
func encodeID(ms int64, random [randomBytes]byte) string {
	var id [idLength]byte
	for i := timeLength - 1; i >= 0; i-- {
		id[i] = crockford[ms&31]
		ms >>= 5
	}
	bits, n, out := 0, 0, timeLength
	for _, b := range random {
		bits, n = bits<<8|int(b), n+8
		for ; n >= 5; n -= 5 {
			id[out] = crockford[bits>>(n-5)&31]
			out++
		}
		bits &= 1<<n - 1
	}
	return string(id[:])
}

// successor is the next larger id.
func successor(id string) (string, error) {
	next := []byte(id)
	for i := len(next) - 1; i >= 0; i-- {
		v := strings.IndexByte(crockford, next[i])
		if v < 31 && (i > 0 || v < 7) {
			next[i] = crockford[v+1]
			return string(next), nil
		}
		next[i] = crockford[0]
	}
	return "", fmt.Errorf("event id: none is larger than %s", id)
}

// IDTime is the time an event id was made from, to the millisecond. It refuses
// what is no ULID in capitals.
func IDTime(id string) (time.Time, error) {
	if len(id) != idLength || id[0] > '7' {
		return time.Time{}, fmt.Errorf("event id %q: want a ULID of %d characters, the first of them 0 to 7", id, idLength)
	}
	var ms int64
	for i := range idLength {
		v := strings.IndexByte(crockford, id[i])
		if v < 0 {
			return time.Time{}, fmt.Errorf("event id %q: %q does not stand in a ULID", id, id[i])
		}
		if i < timeLength {
			ms = ms<<5 | int64(v)
		}
	}
	return time.UnixMilli(ms).UTC(), nil
}
