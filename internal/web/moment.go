package web

import (
	"time"

	"github.com/parleysec/parley/internal/brief/plain"
)

// Moment is a time as a page shows it: in the server's zone, which it names, and
// with scripts in that of whoever reads.
type Moment struct {
	At   string // RFC 3339; "" for a day alone, which is the same everywhere
	Says string
}

func momentOf(t time.Time) Moment {
	if t.IsZero() {
		return Moment{}
	}
	return Moment{t.UTC().Format(time.RFC3339), whenWords(t)}
}

// clockOf is a time of today to the second.
func clockOf(t time.Time) Moment {
	return Moment{t.UTC().Format(time.RFC3339), t.Local().Format("15:04:05 MST")}
}

// whenWords is a time to the minute, in the server's zone whatever the zone it
// comes in; "" for none.
func whenWords(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	t = t.Local()
	return plain.Date(t) + ", " + t.Format("15:04 MST")
}
