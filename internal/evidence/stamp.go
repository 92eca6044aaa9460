package evidence

import "time"

// Ahead is how far a clock elsewhere may be ahead: a time without a zone is
// read as UTC and may be off by 14 hours.
const Ahead = 24 * time.Hour

// stamp takes when and on what a run that counts ran, as the file says it.
func (v *verdict) stamp(run *Run, branch string) {
	out := v.out
	if !run.Time.IsZero() && (out.Time.IsZero() || run.Time.Before(out.Time)) {
		out.Time, out.TimeSource = run.Time.UTC(), InFile
	}
	if !v.given.Now.IsZero() && run.Time.After(v.given.Now.Add(Ahead)) {
		v.doubt("the time in the file is in the future")
	}
	switch {
	case run.Commit == "":
	case out.Commit == "":
		out.Commit, out.CommitSource = run.Commit, InFile
	case out.Commit != run.Commit:
		v.doubt("the runs in this file are of different commits")
	}
	if out.Branch == "" {
		out.Branch = branch
	}
}

// assert adds what the uploader said where the file does not say it.
func (v *verdict) assert() {
	out, given := v.out, v.given
	if out.Time.IsZero() && !given.Time.IsZero() {
		out.Time, out.TimeSource = given.Time.UTC(), Asserted
	}
	switch {
	case given.Commit == "":
	case out.Commit == "":
		out.Commit, out.CommitSource = given.Commit, Asserted
	case !sameCommit(given.Commit, out.Commit):
		v.doubt("the uploader names commit " + printable(given.Commit) + ", the file names " + printable(out.Commit))
	}
	if out.Branch == "" {
		out.Branch = given.Branch
	}
}
