package evidence

import "time"

// Ahead is how far a clock elsewhere may be ahead: a time without a zone is
// read as UTC and may be off by 14 hours.
const Ahead = 24 * time.Hour

// stamp takes when and on what a run that counts ran, as the file says it.
func (v *verdict) stamp(run *Run, branch string) {
	out := v.out
	out.Unclear = out.Unclear || run.Time.IsZero() && run.unclear
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
	switch {
	case given.Time.IsZero():
	case out.Time.IsZero():
		out.Time, out.TimeSource, out.Unclear = given.Time.UTC(), Asserted, false
		if !given.Now.IsZero() && given.Time.After(given.Now.Add(Ahead)) {
			v.doubt("the time that the uploader states is in the future")
		}
	case !given.Time.Equal(out.Time):
		out.Notes = append(out.Notes, "the time of the uploader is not used: the file says when it ran")
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
