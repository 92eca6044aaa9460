package evidence

import (
	"encoding/json"
	"math"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"pgregory.net/rapid"
)

// scanned reports whether the scan takes the whole of a text.
func scanned(text []byte) bool {
	s := newScan(text)
	s.skip()
	s.end()
	return s.err == nil
}

// sameAsJSON compares with encoding/json on what both promise.
func sameAsJSON(t interface {
	Helper()
	Fatalf(string, ...any)
}, text []byte,
) {
	t.Helper()
	if !utf8.Valid(text) || strings.Count(string(text), "[")+strings.Count(string(text), "{") > deepest {
		return // refused before, or by the limit of depth
	}
	if got, want := scanned(text), json.Valid(text); got != want {
		t.Fatalf("%q: scan says %v, encoding/json %v", text, got, want)
	}
	var s string
	if json.Unmarshal(text, &s) == nil && len(text) > 0 && strings.TrimSpace(string(text))[0] == '"' {
		if got := newScan(text).text(); got != s {
			t.Fatalf("%q reads as %q, encoding/json %q", text, got, s)
		}
	}
	var x float64
	if json.Unmarshal(text, &x) == nil && strings.TrimSpace(string(text)) != "null" && len(text) < 64 {
		if got := newScan(text).float(); got != x {
			t.Fatalf("%q reads as %v, encoding/json %v", text, got, x)
		}
	}
}

func FuzzScan(f *testing.F) {
	for _, s := range []string{`{"a":[1,2.5e-3,"x\u00e9\n",true,false,null]}`, `"\ud83d\ude00"`, `"\ud83d"`, `-0`, `01`, `1e5`, `[`, `{"a"}`, `{,}`, `[1,]`, "\"\t\"", ` null `, `{"a":1,"a":2}`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) { sameAsJSON(t, data) })
}

// TestScanAgainstJSON tries texts that are nearly JSON.
func TestScanAgainstJSON(t *testing.T) {
	bits := rapid.SliceOfN(rapid.SampledFrom([]string{`{`, `}`, `[`, `]`, `,`, `:`, `"a"`, `"\u0041"`, `"\`, `1`, `-`, `0`, `.`, `e`, `+`, `true`, `null`, ` `, "\n", `"`}), 0, 12)
	rapid.Check(t, func(t *rapid.T) { sameAsJSON(t, []byte(strings.Join(bits.Draw(t, "bits"), ""))) })
}

// TestWalkReadsWhatIsThere: any object comes back key by key, whatever is read
// of it and whatever is left to skip.
func TestWalkReadsWhatIsThere(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := rapid.MapOf(rapid.String(), rapid.String()).Draw(t, "object")
		b, err := json.Marshal(want)
		if err != nil {
			t.Fatal(err)
		}
		read := rapid.Bool().Draw(t, "read")
		s := newScan(b)
		got := map[string]string{}
		s.object(func(key []byte) {
			k := string(key)
			got[k] = want[k]
			if read {
				got[k] = s.text()
			}
		})
		s.end()
		if s.err != nil || len(got) != len(want) {
			t.Fatalf("%s: %d keys, want %d; %v", b, len(got), len(want), s.err)
		}
		for k, v := range want {
			if got[k] != v {
				t.Fatalf("%q: %q, want %q", k, got[k], v)
			}
		}
	})
}

// TestManyKeys: a key that stands twice is found among many, and too many are
// refused before they take the memory.
func TestManyKeys(t *testing.T) {
	object := func(n int, last string) []byte {
		var b strings.Builder
		b.WriteString(`{"schema":"parley.results/1"`)
		for i := range n {
			b.WriteString(`,"k` + strconv.Itoa(i) + `":0`)
		}
		return []byte(b.String() + last + "}")
	}
	for _, c := range []struct {
		data []byte
		says string
	}{
		{object(100, ``), "no format"},
		{object(100, `,"k77":0`), "stands twice"},
		{object(100, `,"k7":0`), "stands twice"},
		{object(mostKeys+1, ``), "more than 10000 keys"},
	} {
		c.data = []byte(strings.Replace(string(c.data), `"schema":"parley.results/1"`, `"x":0`, 1))
		if _, err := Read(Input{"f", c.data}, Options{}); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("got %v, want %q", err, c.says)
		}
	}
}

func TestWhen(t *testing.T) {
	utc := "the time in the file has no zone; taken as UTC"
	for text, want := range map[string]struct{ at, note string }{
		"":                                    {"", ""},
		"2027-01-31T12:00:00Z":                {"2027-01-31T12:00:00Z", ""},
		"2027-01-31T12:00:00.123456789+02:00": {"2027-01-31T10:00:00.123456789Z", ""},
		"2027-01-31T12:00:00+0200":            {"2027-01-31T10:00:00Z", ""},
		"Sun, 31 Jan 2027 12:00:00 GMT":       {"2027-01-31T12:00:00Z", ""},
		"2027-01-31T12:00:00":                 {"2027-01-31T12:00:00Z", utc},
		"2027-01-31T12:00:00.5":               {"2027-01-31T12:00:00.5Z", utc},
		"2027-01-31":                          {"2027-01-31T00:00:00Z", utc},
		"Fr., 30 Sep. 2022 08:40:35":          {"2022-09-30T08:40:35Z", utc},
		"Sun, 22 Jun 2025 04:04:14":           {"2025-06-22T04:04:14Z", utc},
		"mar., 1 févr. 2022 08:40:35":         {"2022-02-01T08:40:35Z", utc},
		"mié, 3 ago 2022 08:40:35":            {"2022-08-03T08:40:35Z", utc},
		"do, 5 mrt. 2026 08:40:35":            {"2026-03-05T08:40:35Z", utc},
		"31 Feb 2022 08:40:35":                {"", `the time "31 Feb 2022 08:40:35" is not understood`},
		"30 Xyz 2022 08:40:35":                {"", `the time "30 Xyz 2022 08:40:35" is not understood`},
		"yesterday":                           {"", `the time "yesterday" is not understood`},
		"0001-01-01T00:00:00Z":                {"", ""},
		"1970-01-01T00:00:00Z":                {"", ""},
	} {
		got, note := when(text)
		at := ""
		if !got.IsZero() {
			at = got.Format(time.RFC3339Nano)
		}
		if at != want.at || note != want.note {
			t.Errorf("when(%q) = %s, %q, want %s, %q", text, at, note, want.at, want.note)
		}
	}
}

// TestLevels: the CVSS bounds, and order of the words.
func TestLevels(t *testing.T) {
	for text, want := range map[string]Level{
		"0": None, "0.1": Low, "3.9": Low, "4.0": Medium, "6.9": Medium, "7": High, "8.9": High, "9.0": Critical, "10": Critical,
		"10.1": 0, "-1": 0, "NaN": 0, "Inf": 0, "1e999": 0, "": 0, "high": 0,
	} {
		if got := levelOfScore(text); got != want {
			t.Errorf("levelOfScore(%q) = %d, want %d", text, got, want)
		}
	}
	for i, words := range [][]string{{"", "bad"}, {"none"}, {"note", "INFO", " informational"}, {"low"}, {"medium", "Warning", "moderate"}, {"high", "ERROR"}, {"critical"}} {
		for _, w := range words {
			if got := levelOf(w); got != Level(i) {
				t.Errorf("levelOf(%q) = %d, want %d", w, got, i)
			}
		}
	}
	if levelOfScore(strconv.FormatFloat(math.Pi, 'g', -1, 64)) != Low {
		t.Error("π is low")
	}
}

func TestSameCommit(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want bool
	}{
		{"abcdef0", "ABCDEF0123", true},
		{"abcdef", "abcdef0123", false},
		{"abcdef0123", "abcdef9123", false},
		{"v1", "v1", true},
		{"", "abcdef0", false},
	} {
		if sameCommit(c.a, c.b) != c.want || sameCommit(c.b, c.a) != c.want {
			t.Errorf("sameCommit(%q, %q) is not %v", c.a, c.b, c.want)
		}
	}
}
