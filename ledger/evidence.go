package ledger

import (
	"fmt"
	"regexp"
	"slices"
	"time"
)

// EvidenceRecorded records what one file said about the checks of a product.
// The file itself is not kept, its digest is.
type EvidenceRecorded struct {
	File    string        `json:"file,omitempty"` // name, as whoever brought it called it
	Digest  string        `json:"digest"`         // of the raw file: SHA-256 in hex
	Format  string        `json:"format,omitempty"`
	Results []CheckResult `json:"results"`
}

// CheckResult is the result of one check.
type CheckResult struct {
	Check        string    `json:"check"`   // id
	Outcome      string    `json:"outcome"` // pass, fail or inconclusive
	Pass         int       `json:"pass,omitempty"`
	Fail         int       `json:"fail,omitempty"`
	Inconclusive int       `json:"inconclusive,omitempty"`
	At           time.Time `json:"at"` // when it ran, UTC
	AtSource     string    `json:"at_source"`
	Commit       string    `json:"commit,omitempty"`
	CommitSource string    `json:"commit_source,omitempty"`
	Branch       string    `json:"branch,omitempty"`
	Reasons      []string  `json:"reasons,omitempty"`

	TakenBack *TakenBack `json:"taken_back,omitempty"` // nil where nobody took it back
}

// The outcomes of a check.
const (
	CheckPassed       = "pass"
	CheckFailed       = "fail"
	CheckInconclusive = "inconclusive"
)

// EventType is evidence.recorded.
func (*EvidenceRecorded) EventType() (string, int) { return "evidence.recorded", 1 }

func (*EvidenceRecorded) names(rename) error { return nil }

// Evidence is what one file said, as recorded.
type Evidence struct {
	EvidenceRecorded
	Event string // id of the event
	At    time.Time
	Actor Actor
	By    string // claimed, "" for none
}

// Bounds of one record: a file speaks of few checks, with few words each.
const (
	maxResults = 500
	maxReasons = 20
	maxReason  = 2_000 // bytes
	maxLabel   = 500   // bytes of a name: of a file, a format, a check, a commit …
)

var digestText = regexp.MustCompile(`^[0-9a-f]{64}$`)

// CheckEvidence reports what is wrong with a record of evidence.
func (b *EvidenceRecorded) CheckEvidence() error {
	switch {
	case !digestText.MatchString(b.Digest):
		return fmt.Errorf("the digest of a file is a SHA-256 in hex, not %q", b.Digest)
	case len(b.Results) == 0:
		return fmt.Errorf("the file says nothing about any check")
	case len(b.Results) > maxResults:
		return fmt.Errorf("a file speaks of at most %d checks, this one of %d", maxResults, len(b.Results))
	}
	for _, label := range []string{b.File, b.Format} {
		if len(label) > maxLabel {
			return fmt.Errorf("the name of a file or format has at most %d bytes, this one %d", maxLabel, len(label))
		}
	}
	for i, r := range b.Results {
		switch {
		case max(len(r.Check), len(r.AtSource), len(r.Commit), len(r.CommitSource), len(r.Branch)) > maxLabel:
			return fmt.Errorf("result %d: the names of check, commit, branch and source have at most %d bytes", i+1, maxLabel)
		case r.TakenBack != nil:
			return fmt.Errorf("result %d: a result is taken back by an event of its own", i+1)
		case r.Check == "":
			return fmt.Errorf("result %d names no check", i+1)
		case r.Outcome != CheckPassed && r.Outcome != CheckFailed && r.Outcome != CheckInconclusive:
			return fmt.Errorf("check %q: %q is no outcome", r.Check, r.Outcome)
		case r.At.IsZero():
			return fmt.Errorf("check %q: nobody said when it ran", r.Check)
		case r.Pass < 0 || r.Fail < 0 || r.Inconclusive < 0:
			return fmt.Errorf("check %q: cases cannot be fewer than none", r.Check)
		case len(r.Reasons) > maxReasons:
			return fmt.Errorf("check %q: at most %d reasons are kept, not %d", r.Check, maxReasons, len(r.Reasons))
		case slices.ContainsFunc(r.Reasons, func(s string) bool { return len(s) > maxReason }):
			return fmt.Errorf("check %q: a reason has at most %d bytes", r.Check, maxReason)
		}
	}
	return nil
}

func (p *Product) evidence(e Event, b *EvidenceRecorded) error {
	if err := b.CheckEvidence(); err != nil {
		return err
	}
	p.Evidence = append(p.Evidence, &Evidence{EvidenceRecorded: *b, Event: e.ID, At: e.At, Actor: e.Actor, By: e.By})
	return nil
}

// Seen is the result of a check from a file that is recorded already, nil for none.
// One that was inconclusive is none for an outcome that is not: what the uploader
// had to say for it was said wrongly, or not at all, and is said now. at is when it ran where the uploader alone says so, else zero: two clean
// reports can be the same file, and are two results where they ran at different
// times. The fold does not ask: a result that stands twice counts once.
func (p *Product) Seen(digest, check, outcome string, at time.Time) *CheckResult {
	var seen *CheckResult
	for _, x := range p.Evidence {
		if x.Digest != digest {
			continue
		}
		for i := range x.Results {
			switch r := &x.Results[i]; {
			case r.Check != check || !at.IsZero() && !r.At.Equal(at):
			case r.Outcome != CheckInconclusive:
				return r
			case outcome == CheckInconclusive:
				seen = r
			}
		}
	}
	return seen
}

// ResultsOf lists the results of one check, in the order they were recorded.
func (p *Product) ResultsOf(check string) []CheckResult {
	var out []CheckResult
	for _, x := range p.Evidence {
		for _, r := range x.Results {
			if r.Check == check {
				out = append(out, r)
			}
		}
	}
	return out
}
