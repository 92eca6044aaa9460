// Package evidence reads what checks leave behind: test reports, scanner
// findings, statements on vulnerabilities, signed attestations.
//
// Every file becomes one [Report] of runs and cases, with three outcomes: pass,
// fail and inconclusive. What is empty, cut short, errored or silent about what
// it looked at never reads as a pass. [Judge] turns a report into the result of
// one check.
//
// A reader is one file and one line in the table of reader.go. Files are
// hostile until read: sizes and depth are capped, nothing outside the file is
// fetched, and a signature is verified before what it signs is parsed.
package evidence
