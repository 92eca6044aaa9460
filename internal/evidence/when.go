package evidence

import (
	"strconv"
	"strings"
	"time"
)

// layouts are the ways tools write a time with its zone.
func layouts() []string {
	return []string{time.RFC3339Nano, "2006-01-02T15:04:05Z0700", "2006-01-02 15:04:05Z07:00", "2006-01-02 15:04:05 -0700", time.RFC1123, time.RFC1123Z}
}

// zoneless are the ways tools write a time without one.
func zoneless() []string {
	return []string{"2006-01-02T15:04:05", "2006-01-02 15:04:05", "2006-01-02"}
}

// when reads a time. A time without a zone is taken as UTC; the note says so,
// or that the text is not understood. Times before 1990 are what tools write
// when they do not know.
func when(text string) (t time.Time, note string) {
	text = strings.TrimSpace(text)
	if text == "" {
		return time.Time{}, ""
	}
	for _, l := range layouts() {
		if t, err := time.Parse(l, text); err == nil {
			return known(t), ""
		}
	}
	for _, l := range zoneless() {
		if t, err := time.Parse(l, text); err == nil {
			return known(t), "the time in the file has no zone; taken as UTC"
		}
	}
	if t, ok := localised(text); ok {
		return known(t), "the time in the file has no zone; taken as UTC"
	}
	return time.Time{}, "the time " + strconv.Quote(printable(text)) + " is not understood"
}

func known(t time.Time) time.Time {
	if t.Year() < 1990 {
		return time.Time{}
	}
	return t.UTC()
}

// localised reads "Fr., 30 Sep. 2022 08:40:35": a day, the name of a month in
// some language, a year and a time, after the name of a weekday or none.
func localised(text string) (time.Time, bool) {
	fields := strings.Fields(text)
	if len(fields) < 4 {
		return time.Time{}, false
	}
	fields = fields[len(fields)-4:]
	day, err1 := strconv.Atoi(strings.TrimRight(fields[0], ".,"))
	month := monthNamed(fields[1])
	year, err2 := strconv.Atoi(strings.TrimRight(fields[2], ".,"))
	clock, err3 := time.Parse(time.TimeOnly, fields[3])
	if err1 != nil || err2 != nil || err3 != nil || month == 0 || year < 1990 || year > 9999 {
		return time.Time{}, false
	}
	t := time.Date(year, month, day, clock.Hour(), clock.Minute(), clock.Second(), 0, time.UTC)
	return t, t.Day() == day
}

// monthNamed knows months in English, German, French, Spanish, Italian,
// Portuguese and Dutch by how their names begin.
func monthNamed(name string) time.Month {
	name = strings.ToLower(strings.TrimRight(name, ".,"))
	for i, beginnings := range [12][]string{
		{"jan", "jän", "ene", "gen"},
		{"feb", "fév", "fev"},
		{"mar", "mär", "mrz", "maa", "mrt"},
		{"apr", "avr", "abr"},
		{"may", "mai", "mag", "mei"},
		{"jun", "juin", "giu"},
		{"jul", "juil", "lug"},
		{"aug", "aoû", "aou", "ago"},
		{"sep", "set"},
		{"oct", "okt", "ott", "out"},
		{"nov"},
		{"dec", "dez", "déc", "dic"},
	} {
		for _, b := range beginnings {
			if strings.HasPrefix(name, b) {
				return time.Month(i + 1)
			}
		}
	}
	return 0
}
