package evidence

import (
	"slices"
	"time"

	"github.com/parleysec/parley"
)

// Schema names the form of [Files].
const Schema = "parley.evidence/1"

// Files is what was read, for programs.
type Files struct {
	Schema string `json:"schema"`
	Files  []File `json:"files"`
}

// File is what one file says under the default rule. A time or commit nobody
// stated is null, and so is its source.
type File struct {
	File         string   `json:"file"`
	Format       string   `json:"format"` // "" for a file no reader knows
	Tool         string   `json:"tool"`
	Pass         int      `json:"pass"`
	Fail         int      `json:"fail"`
	Inconclusive int      `json:"inconclusive"`
	Verdict      Outcome  `json:"verdict"`
	Time         *string  `json:"time"` // RFC 3339 in UTC
	TimeSource   *Source  `json:"time_source"`
	Commit       *string  `json:"commit"`
	CommitSource *Source  `json:"commit_source"`
	Digest       string   `json:"digest"` // SHA-256 in hexadecimal
	Notes        []string `json:"notes"`  // never null
}

// Summary is the report under the default rule.
func (r *Report) Summary() File {
	res := Judge(r, parley.Check{})
	f := File{
		File: r.File, Format: r.Format, Tool: r.Tool(), Pass: res.Pass, Fail: res.Fail, Inconclusive: res.Inconclusive,
		Verdict: res.Outcome, Digest: r.Digest, Notes: []string{},
	}
	if !res.Time.IsZero() {
		text := res.Time.Format(time.RFC3339Nano)
		f.Time, f.TimeSource = &text, &res.TimeSource
	}
	if res.Commit != "" {
		commit := printable(res.Commit)
		f.Commit, f.CommitSource = &commit, &res.CommitSource
	}
	for _, n := range append(res.Reasons, res.Notes...) {
		if n = printable(n); !slices.Contains(f.Notes, n) {
			f.Notes = append(f.Notes, n)
		}
	}
	return f
}
